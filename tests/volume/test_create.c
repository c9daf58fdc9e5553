/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Making images: what is in them, and that a failure leaves nothing behind. */
#include "tests/volume/fixture.h"
#include "tests/volume/host.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct chanio_error error;

static int setup(void **state)
{
	host = (struct host){0};
	return fixture_setup(state);
}

static int create(const struct volume_ckd_options *options)
{
	return volume_ckd_create_with("v.ckd", options, &error);
}

static struct volume_ckd_options whole(uint32_t cylinders)
{
	return (struct volume_ckd_options){
		.model = volume_model_find("3390-3"), .cylinders = cylinders, .write_tracks = true};
}

static void assert_all_tracks_are_empty(uint32_t tracks)
{
	struct volume *volume = fixture_open("v.ckd", true, VOLUME_WRITEBACK);
	uint8_t image[TRACK_SIZE];
	size_t length;

	for (uint32_t track = 0; track < tracks; track++) {
		assert_int_equal(volume->ops->read_track(volume, track, image, &length, 0), 0);
		assert_int_equal(length, VOLUME_TRACK_HEADER + VOLUME_TRACK_END);
	}
	volume_close(volume);
}

static void a_whole_image_has_every_track_written(void **state)
{
	struct volume_ckd_options options = whole(2);
	uint8_t image[29], expected[29];

	assert_int_equal(create(&options), 0);
	assert_all_tracks_are_empty(30);
	for (uint32_t track = 0; track < 30; track++) {
		volume_track_make_empty(expected, track, HEADS);
		fixture_peek("v.ckd", fixture_track_offset(track), image, sizeof(image));
		assert_memory_equal(image, expected, sizeof(expected));
	}
	assert_int_equal(fixture_count_files(), 1);
}

static void an_empty_track_is_a_hole_unless_written(void **state)
{
	struct volume_ckd_options options = whole(2);
	uint8_t image[29], expected[29] = {0};

	options.write_tracks = false;
	assert_int_equal(create(&options), 0);
	assert_all_tracks_are_empty(30);
	fixture_peek("v.ckd", fixture_track_offset(29), image, sizeof(image));
	assert_memory_equal(image, expected, sizeof(expected));
}

static void the_header_is_dasdinits(void **state)
{
	static const uint8_t expected[32] = {'C',  'K', 'D', '_', 'P', '3',  '7', '0',
					     15,   0,	0,   0,	  0,   0xde, 0,	  0,
					     0x90, 0,	0,   0,	  'A', 'B',  '1'};
	struct volume_ckd_options options = whole(1);
	uint8_t header[HEADER_SIZE], rest[HEADER_SIZE] = {0};

	options.serial = "AB1";
	assert_int_equal(create(&options), 0);
	fixture_peek("v.ckd", 0, header, sizeof(header));
	assert_memory_equal(header, expected, sizeof(expected));
	assert_memory_equal(header + 32, rest, sizeof(header) - 32);
}

static void a_file_that_exists_is_left_alone(void **state)
{
	struct volume_ckd_options options = whole(1);
	char text[4] = "";
	int fd = open("v.ckd", O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "mine", 4), 4);
	close(fd);
	assert_int_equal(create(&options), -EEXIST);
	assert_non_null(strstr(error.text, "'v.ckd' exists already"));
	fixture_peek("v.ckd", 0, text, 4);
	assert_memory_equal(text, "mine", 4);
	assert_int_equal(unlink("v.ckd"), 0);
	assert_int_equal(symlink("nowhere", "v.ckd"), 0);
	assert_int_equal(create(&options), -EEXIST);
	assert_int_equal(fixture_count_files(), 1);
}

/* Someone takes the name while the image is being made. */
static int take_the_name(void *opaque, uint32_t done, uint32_t tracks)
{
	if (done == tracks)
		close(open("v.ckd", O_WRONLY | O_CREAT, 0600));
	return 0;
}

static void a_name_taken_meanwhile_is_left_alone(void **state)
{
	struct volume_ckd_options options = whole(1);
	struct stat status;

	options.progress = take_the_name;
	for (int named = 0; named < 2; named++) {
		host.no_unnamed_files = named;
		unlink("v.ckd");
		assert_int_equal(create(&options), -EEXIST);
		assert_int_equal(stat("v.ckd", &status), 0);
		assert_int_equal(status.st_size, 0);
		assert_int_equal(fixture_count_files(), 1);
	}
}

static void wrong_options_are_refused(void **state)
{
	struct volume_ckd_options options = whole(3341);

	assert_int_equal(create(&options), -EINVAL);
	assert_non_null(strstr(error.text, "at most 3340 cylinders"));
	options.cylinders = 1;
	options.serial = "1234567890ABC";
	assert_int_equal(create(&options), -EINVAL);
	options.serial = "abc";
	assert_int_equal(create(&options), -EINVAL);
	assert_non_null(strstr(error.text, "'abc' is not a serial number"));
	assert_int_equal(fixture_count_files(), 0);
	assert_int_equal(volume_ckd_create("absent/v.ckd", options.model, 1, NULL, &error),
			 -ENOENT);
	assert_int_equal(volume_ckd_create("", options.model, 1, NULL, &error), -ENOENT);
}

static int give_up(void *opaque, uint32_t done, uint32_t tracks)
{
	return done > 0;
}

static void a_failure_leaves_nothing_behind(void **state)
{
	struct volume_ckd_options options = whole(200);

	for (int named = 0; named < 2; named++) {
		host = (struct host){.no_unnamed_files = named};
		options.progress = give_up;
		assert_int_equal(create(&options), -EINTR);
		assert_int_equal(fixture_count_files(), 0);
		options.progress = NULL;
		host.fail_after_pages = 100;
		host.write_error = ENOSPC;
		assert_int_equal(create(&options), -ENOSPC);
		assert_non_null(strstr(error.text, "no space left"));
		assert_int_equal(fixture_count_files(), 0);
	}
}

static void without_unnamed_files_it_is_made_all_the_same(void **state)
{
	struct volume_ckd_options options = whole(1);

	host.no_unnamed_files = true;
	assert_int_equal(create(&options), 0);
	assert_all_tracks_are_empty(15);
	assert_int_equal(fixture_count_files(), 1);
}

/* Three kinds of tracks: nearly full, empty, none at all. */
static int fill_some(void *source, uint32_t first, uint32_t count, uint8_t *images, size_t *lengths,
		     struct chanio_error *text)
{
	uint32_t *fail_at = source;

	for (uint32_t i = 0; i < count; i++) {
		uint8_t *image = images + (size_t)i * TRACK_SIZE;

		if (fail_at && first + i == *fail_at)
			return chanio_error_set(text, -EIO, "track %u is not to be had", *fail_at);
		memset(image, 0xa5, TRACK_SIZE); /* what was there before */
		lengths[i] = volume_track_make_empty(image, first + i, HEADS);
		if ((first + i) % 3 == 0)
			lengths[i] = fixture_add_record(image, lengths[i], 1, 0, 50000, 0x5a);
		if ((first + i) % 3 == 2)
			lengths[i] = 0;
	}
	return 0;
}

static void tracks_have_what_the_caller_fills_in(void **state)
{
	struct volume_ckd_options options = whole(2);
	static const uint8_t zeros[TRACK_SIZE];
	uint8_t image[TRACK_SIZE], stored[TRACK_SIZE];
	struct volume *volume;
	size_t length;

	options.fill = fill_some;
	assert_int_equal(create(&options), 0);
	volume = fixture_open("v.ckd", true, VOLUME_WRITEBACK);
	for (uint32_t track = 0; track < 30; track++) {
		assert_int_equal(volume->ops->read_track(volume, track, image, &length, 0), 0);
		assert_int_equal(length, track % 3 ? 29 : 29 + 8 + 50000);
		fixture_peek("v.ckd", fixture_track_offset(track), stored, sizeof(stored));
		/* Behind its end a track has zeros, not what was in the caller's memory. */
		assert_memory_equal(stored + length, zeros, sizeof(stored) - length);
		if (track % 3 == 2)
			assert_memory_equal(stored, zeros, sizeof(stored));
	}
	volume_close(volume);
}

static void the_callers_error_is_told_and_nothing_is_left(void **state)
{
	struct volume_ckd_options options = whole(2);
	uint32_t fail_at = 17;

	options.fill = fill_some;
	options.source = &fail_at;
	for (int named = 0; named < 2; named++) {
		host.no_unnamed_files = named;
		assert_int_equal(create(&options), -EIO);
		assert_string_equal(error.text, "track 17 is not to be had");
		assert_int_equal(fixture_count_files(), 0);
	}
	options.source = NULL;
	host.fail_after_pages = 100;
	host.write_error = ENOSPC;
	assert_int_equal(create(&options), -ENOSPC);
	assert_int_equal(fixture_count_files(), 0);
}

static void a_track_holds_as_many_records_as_a_3390s(void **state)
{
	static const struct {
		uint32_t length;
		unsigned int count;
	} known[] = {{512, 49}, {1024, 33}, {2048, 21}, {4096, 12}, {56664, 1}, {56665, 0}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(volume_records_per_track(known[i].length), known[i].count);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_image_has_every_track_written),
		TEST(an_empty_track_is_a_hole_unless_written),
		TEST(the_header_is_dasdinits),
		TEST(a_file_that_exists_is_left_alone),
		TEST(a_name_taken_meanwhile_is_left_alone),
		TEST(wrong_options_are_refused),
		TEST(a_failure_leaves_nothing_behind),
		TEST(without_unnamed_files_it_is_made_all_the_same),
		TEST(tracks_have_what_the_caller_fills_in),
		TEST(the_callers_error_is_told_and_nothing_is_left),
		TEST(a_track_holds_as_many_records_as_a_3390s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
