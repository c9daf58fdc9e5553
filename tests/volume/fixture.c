/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the tests of this room share. */
#include "tests/volume/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

int fixture_setup(void **state)
{
	strcpy(folder, "/tmp/chanio-volume.XXXXXX");
	return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static bool is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

int fixture_teardown(void **state)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;

	if (!directory)
		return -1;
	while ((entry = readdir(directory))) {
		if (is_entry(entry) && unlinkat(dirfd(directory), entry->d_name, 0))
			unlinkat(dirfd(directory), entry->d_name, AT_REMOVEDIR);
	}
	closedir(directory);
	return chdir("/") || rmdir(folder);
}

unsigned int fixture_count_files(void)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	unsigned int count = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory)))
		count += is_entry(entry);
	closedir(directory);
	return count;
}

void fixture_create(const char *name, uint32_t cylinders)
{
	struct chanio_error error = {""};

	if (volume_ckd_create(name, volume_model_find("3390-1"), cylinders, NULL, &error))
		fail_msg("%s", error.text);
}

struct volume *fixture_open(const char *name, bool read_only, enum volume_cache cache)
{
	struct volume_open_options options = {.read_only = read_only, .cache = cache};
	struct chanio_error error = {""};
	struct volume *volume = NULL;

	if (volume_open(name, &options, &volume, &error))
		fail_msg("%s", error.text);
	return volume;
}

void fixture_open_fails(const char *name, bool read_only, int code, const char *expected)
{
	struct volume_open_options options = {.read_only = read_only};
	struct chanio_error error = {""};
	struct volume *volume = NULL;
	int result = volume_open(name, &options, &volume, &error);

	if (!result)
		volume_close(volume);
	assert_int_equal(result, code);
	if (!strstr(error.text, expected))
		fail_msg("'%s' does not say '%s'", error.text, expected);
}

size_t fixture_add_record(uint8_t *image, size_t length, uint8_t number, uint8_t key_length,
			  uint16_t data_length, uint8_t fill)
{
	uint8_t *count = image + length - VOLUME_TRACK_END;

	memcpy(count, image + 1, 4);
	count[4] = number;
	count[5] = key_length;
	count[6] = (uint8_t)(data_length >> 8);
	count[7] = (uint8_t)data_length;
	memset(count + 8, (uint8_t)~fill, key_length);
	memset(count + 8 + key_length, fill, data_length);
	memset(count + 8 + key_length + data_length, 0xff, VOLUME_TRACK_END);
	return length + 8u + key_length + data_length;
}

size_t fixture_track(uint8_t *image, uint32_t track, unsigned int records, uint8_t key_length,
		     uint16_t data_length, uint8_t fill)
{
	size_t length = volume_track_make_empty(image, track, HEADS);

	for (unsigned int i = 1; i <= records; i++)
		length = fixture_add_record(image, length, (uint8_t)i, key_length, data_length,
					    fill);
	return length;
}

void fixture_peek(const char *name, uint64_t offset, void *data, size_t size)
{
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, data, size, (off_t)offset), size);
	close(fd);
}

void fixture_poke(const char *name, uint64_t offset, const void *data, size_t size)
{
	int fd = open(name, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, data, size, (off_t)offset), size);
	close(fd);
}

uint64_t fixture_track_offset(uint32_t track)
{
	return HEADER_SIZE + (uint64_t)track * TRACK_SIZE;
}
