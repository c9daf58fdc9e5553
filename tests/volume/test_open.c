/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Opening images: what is refused and with which words; locks between processes. */
#include "tests/volume/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const char *name, const void *data, size_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static void a_good_image_says_what_it_is(void **state)
{
	struct chanio_error error;
	struct volume_info info;
	struct volume *volume;

	assert_int_equal(
		volume_ckd_create("v.ckd", volume_model_find("3390-3"), 0, "CHANIO01", &error), 0);
	volume = fixture_open("v.ckd", false, VOLUME_WRITEBACK);
	volume->ops->get_info(volume, &info);
	assert_int_equal(info.kind, VOLUME_TRACKS);
	assert_string_equal(info.format, "ckd");
	assert_int_equal(info.device_type, 0x3390);
	assert_int_equal(info.cylinders, 3339);
	assert_int_equal(info.heads, 15);
	assert_int_equal(info.track_size, 56832);
	assert_string_equal(info.serial, "CHANIO01");
	assert_false(info.read_only);
	assert_int_equal(info.bytes_total, 512 + 50085ull * 56832);
	assert_true(info.bytes_allocated < 1000000);
	volume_close(volume);
}

static void both_ids_of_uncompressed_images_open(void **state)
{
	fixture_create("v.ckd", 1);
	fixture_poke("v.ckd", 0, "CKD_P064", 8);
	volume_close(fixture_open("v.ckd", false, VOLUME_WRITEBACK));
}

static void a_symbolic_link_is_followed(void **state)
{
	fixture_create("v.ckd", 1);
	assert_int_equal(symlink("v.ckd", "link"), 0);
	volume_close(fixture_open("link", false, VOLUME_WRITEBACK));
}

static void what_is_no_regular_file_is_named(void **state)
{
	fixture_open_fails("absent", false, -ENOENT, "'absent' does not exist");
	assert_int_equal(mkdir("folder", 0700), 0);
	fixture_open_fails("folder", false, -EINVAL, "is a directory");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fixture_open_fails("pipe", false, -EINVAL, "is a named pipe");
	fixture_open_fails("/dev/null", false, -EINVAL, "is a character device");
	assert_int_equal(symlink("loop", "loop"), 0);
	fixture_open_fails("loop", false, -ELOOP, "cannot be opened");
}

static void a_foreign_file_is_named(void **state)
{
	static const struct {
		const char *magic;
		size_t size, offset;
		const char *expected;
	} cases[] = {
		{"CKD_C370", 8, 0, "compressed CKD image (CCKD), not an uncompressed"},
		{"CKD_C064", 8, 0, "dasdcopy -lfs"},
		{"CKD_S370", 8, 0, "shadow file"},
		{"FBA_C370", 8, 0, "compressed FBA image"},
		{"QFI\xfb", 4, 0, "qcow2 image"},
		{"\x1f\x8b", 2, 0, "gzip archive"},
		{"EFI PART", 8, 512, "GPT partition table"},
		{"\x55\xaa", 2, 510, "PC partition table"},
		{"\x01\x02", 2, 0, "not a CKD image"},
		{"", 0, 0, "zeros"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[2048] = {0};

		memcpy(bytes + cases[i].offset, cases[i].magic, cases[i].size);
		write_file("foreign", bytes, sizeof(bytes));
		fixture_open_fails("foreign", false, -EINVAL, cases[i].expected);
		write_file("foreign", bytes, cases[i].offset + cases[i].size);
		fixture_open_fails("foreign", true, -EINVAL,
				   cases[i].size ? cases[i].expected : "is empty");
	}
	write_file("foreign", "a list of things\n", 17);
	fixture_open_fails("foreign", false, -EINVAL, "is text");
}

static void set_size(const char *name, uint64_t size)
{
	assert_int_equal(truncate(name, (off_t)size), 0);
}

static void a_truncated_image_is_refused(void **state)
{
	fixture_create("v.ckd", 3);
	set_size("v.ckd", fixture_track_offset(44));
	fixture_open_fails("v.ckd", false, -EINVAL,
			   "truncated or damaged: after 2 whole cylinders");
	set_size("v.ckd", fixture_track_offset(30) + 1);
	fixture_open_fails("v.ckd", true, -EINVAL, "truncated");
	set_size("v.ckd", 512);
	fixture_open_fails("v.ckd", false, -EINVAL, "truncated");
	set_size("v.ckd", 511);
	fixture_open_fails("v.ckd", false, -EINVAL, "not a CKD image");
	set_size("v.ckd", 8);
	fixture_open_fails("v.ckd", false, -EINVAL, "is text");
}

static void an_inconsistent_header_is_refused(void **state)
{
	static const struct {
		uint64_t offset;
		uint8_t value;
		const char *expected;
	} cases[] = {
		{8, 14, "14 heads"},
		{11, 0x80, "heads"},
		{8, 0, "0 heads"},
		{13, 0, "0 bytes a track"},
		{15, 0xff, "bytes a track"},
		{16, 0x80, "another disk (device type byte 80)"},
		{17, 1, "file 1 of a volume in several files"},
		{18, 1, "volume in several files"},
	};

	fixture_create("v.ckd", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t before;

		fixture_peek("v.ckd", cases[i].offset, &before, 1);
		fixture_poke("v.ckd", cases[i].offset, &cases[i].value, 1);
		fixture_open_fails("v.ckd", false, -EINVAL, cases[i].expected);
		fixture_poke("v.ckd", cases[i].offset, &before, 1);
	}
	volume_close(fixture_open("v.ckd", false, VOLUME_WRITEBACK));
}

static void an_extended_address_volume_is_refused(void **state)
{
	fixture_create("v.ckd", 1);
	set_size("v.ckd", 512 + 65524ull * HEADS * TRACK_SIZE);
	fixture_open_fails("v.ckd", false, -EINVAL, "extended address volumes");
	set_size("v.ckd", 512 + 65523ull * HEADS * TRACK_SIZE);
	volume_close(fixture_open("v.ckd", false, VOLUME_WRITEBACK));
}

static void a_write_protected_file_opens_read_only(void **state)
{
	struct volume_info info;
	struct volume *volume;
	uint8_t image[TRACK_SIZE];
	size_t length;

	fixture_create("v.ckd", 1);
	assert_int_equal(chmod("v.ckd", 0444), 0);
	fixture_open_fails("v.ckd", false, -EACCES, "ro=yes");
	fixture_open_fails("v.ckd", false, -EACCES, "chmod u+w");
	volume = fixture_open("v.ckd", true, VOLUME_WRITEBACK);
	volume->ops->get_info(volume, &info);
	assert_true(info.read_only);
	assert_int_equal(volume->ops->read_track(volume, 3, image, &length, 0), 0);
	assert_int_equal(volume->ops->write_track(volume, 3, image, length, 0, length, 0), -EROFS);
	assert_int_equal(volume->ops->flush(volume), 0);
	volume_close(volume);
}

/* The signal that a file size limit raises would end QEMU in the middle of a write. */
static void a_file_size_limit_is_found_when_opening(void **state)
{
	struct rlimit limit, small;

	fixture_create("v.ckd", 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	fixture_open_fails("v.ckd", false, -EFBIG, "ulimit -f");
	volume_close(fixture_open("v.ckd", true, VOLUME_WRITEBACK));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Another process that has the image open until it is killed. */
static pid_t start_owner(const char *name, bool read_only)
{
	int ready[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct volume_open_options options = {.read_only = read_only};
		struct volume *volume;

		byte = volume_open(name, &options, &volume, NULL) ? 'n' : 'y';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void end_owner(pid_t owner)
{
	assert_int_equal(kill(owner, SIGKILL), 0);
	assert_int_equal(waitpid(owner, NULL, 0), owner);
}

static void a_writer_excludes_everyone_and_is_named(void **state)
{
	char expected[32];
	pid_t owner;

	fixture_create("v.ckd", 1);
	owner = start_owner("v.ckd", false);
	snprintf(expected, sizeof(expected), "process %d (", (int)owner);
	fixture_open_fails("v.ckd", false, -EBUSY, expected);
	fixture_open_fails("v.ckd", true, -EBUSY, expected);
	assert_int_equal(link("v.ckd", "other-name"), 0);
	fixture_open_fails("other-name", false, -EBUSY, expected);
	end_owner(owner);
	volume_close(fixture_open("v.ckd", false, VOLUME_WRITEBACK));
}

static void readers_share_and_exclude_a_writer(void **state)
{
	char expected[32];
	pid_t owner;

	fixture_create("v.ckd", 1);
	owner = start_owner("v.ckd", true);
	volume_close(fixture_open("v.ckd", true, VOLUME_WRITEBACK));
	snprintf(expected, sizeof(expected), "process %d (", (int)owner);
	fixture_open_fails("v.ckd", false, -EBUSY, expected);
	end_owner(owner);
	volume_close(fixture_open("v.ckd", false, VOLUME_WRITEBACK));
}

static void two_disks_of_one_process_exclude_each_other(void **state)
{
	struct volume *volume;

	fixture_create("v.ckd", 1);
	volume = fixture_open("v.ckd", false, VOLUME_WRITEBACK);
	fixture_open_fails("v.ckd", false, -EBUSY, "in use by process");
	volume_close(volume);
	volume_close(NULL);
	volume_close(fixture_open("v.ckd", false, VOLUME_WRITEBACK));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_image_says_what_it_is),
		TEST(both_ids_of_uncompressed_images_open),
		TEST(a_symbolic_link_is_followed),
		TEST(what_is_no_regular_file_is_named),
		TEST(a_foreign_file_is_named),
		TEST(a_truncated_image_is_refused),
		TEST(an_inconsistent_header_is_refused),
		TEST(an_extended_address_volume_is_refused),
		TEST(a_write_protected_file_opens_read_only),
		TEST(a_file_size_limit_is_found_when_opening),
		TEST(a_writer_excludes_everyone_and_is_named),
		TEST(readers_share_and_exclude_a_writer),
		TEST(two_disks_of_one_process_exclude_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
