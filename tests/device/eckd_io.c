/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Normal reading and writing, classic, by tracks and raw (qemu-client.md section 5.2). */
#include "tests/device/harness.h"

static int setup(void **state)
{
	disk_setup(state);
	for (uint32_t track = 28; track < 34; track++)
		format_track(*state, track, 12, 0, 4096);
	return 0;
}

static void assert_record(const uint8_t *data, uint32_t track, unsigned int record)
{
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(data[i], pattern(track, record, i));
}

static void assert_stored(const struct disk *disk, uint32_t track, unsigned int record,
			  const char *bytes)
{
	assert_bytes(disk->memory->tracks[track] + VOLUME_TRACK_HEADER + (record - 1) * 4104 + 8,
		     bytes);
}

static void blocks_are_read_across_tracks_and_cylinders(void **state)
{
	struct disk *disk = *state;
	struct step steps[32] = {{0x63, CC, 16, "40c01000 00000000 0001000d 00020002"},
				 {0x47, CC, 16, "0680001e 0001000d 0001000d 05 10 1000"}};
	struct result *r;

	disk->memory->never_ready = true;
	for (unsigned int i = 2; i < 32; i++)
		steps[i] = (struct step){0x86, CC, 4096, NULL};
	steps[31].flags = 0;
	r = run_steps(disk, steps, 32);
	assert_end(r, 31, NORMAL);
	for (unsigned int i = 0; i < 30; i++)
		assert_record(r->data[2 + i], 28 + (i + 4) / 12, (i + 4) % 12 + 1);
	assert_int_equal(disk->memory->reads, 3);
}

static void blocks_are_written_across_tracks(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, {0x63, CC, 16, "80c01000 00000000 0001000d 0001000e"},
		    {0x47, CC, 16, "01800003 0001000d 0001000d 0b 10 1000"},
		    {0x85, CC, 4096, "1111"}, {0x85, CC, 4096, "2222"}, {0x85, 0, 4096, "3333"});

	assert_end(r, 4, NORMAL);
	assert_stored(disk, 28, 11, "1111 0000");
	assert_stored(disk, 28, 12, "2222 0000");
	assert_stored(disk, 29, 1, "3333 0000");
	assert_int_equal(disk->memory->writes, 2);
}

static void reading_ends_at_the_extent(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x63, CC, 16, "40c01000 00000000 0001000d 0001000d"},
			       {0x47, CC, 16, "06800002 0001000d 0001000d 0c 10 1000"},
			       {0x86, CC, 4096, NULL}, {0x86, 0, 4096, NULL});

	assert_sense(r, 3, 0, 0x04, 0);
}

static void lengths_are_told_to_the_channel(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x63, CC, 16, "40c01000 00000000 0001000d 0001000d"},
			       {0x47, CC, 16, "06800002 0001000d 0001000d 01 10 1000"},
			       {0x06, CC, 4095, NULL}, {0x06, 0, 4096, NULL});

	assert_int_equal(r->last, 2);
	assert_true(r->length);
	assert_int_equal(r->residual, 0);
	r = RUN(disk, {0x63, CC, 16, "40c01000 00000000 0001000d 0001000d"},
		{0x47, CC, 16, "06800002 0001000d 0001000d 01 10 1000"},
		{0x06, CC | SLI, 5000, NULL}, {0x06, SLI, 4, NULL});
	assert_end(r, 3, NORMAL);
	assert_record(r->data[2], 28, 1);
}

static void short_writes_are_filled_with_zeros(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x63, CC, 16, "80c01000 00000000 0001000d 0001000d"},
			       {0x47, CC, 16, "01800001 0001000d 0001000d 02 10 1000"},
			       {0x85, SLI, 3, "c1c2c3"});

	assert_end(r, 2, NORMAL);
	assert_stored(disk, 28, 2, "c1c2c3 00000000");
	assert_record(disk->memory->tracks[28] + VOLUME_TRACK_HEADER + 8, 28, 1);
	assert_record(disk->memory->tracks[28] + VOLUME_TRACK_HEADER + 2 * 4104 + 8, 28, 3);
}

static void data_chaining_scatters_a_record(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, {0x63, CC, 16, "40c01000 00000000 0001000d 0001000d"},
		    {0x47, CC, 16, "06800002 0001000d 0001000d 01 10 1000"}, {0x06, CD, 100, NULL},
		    {0x00, CD | SKIP, 3000, NULL}, {0x00, CC, 996, NULL}, {0x06, 0, 4096, NULL});

	assert_end(r, 5, NORMAL);
	for (size_t i = 0; i < 996; i++)
		assert_int_equal(r->data[4][i], pattern(28, 1, 3100 + i));
	for (size_t i = 0; i < 3000; i++)
		assert_int_equal(r->data[3][i], 0);
	assert_record(r->data[5], 28, 2);
}

#define PREFIX_READ(begin, end)                                                                    \
	"01800000 00000000 00000000 40c00000 00000000" begin end "0000000000000000 "               \
	"0000000000000000"

static void tracks_of_data_are_read(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk,
		    {0xE7, CC, 64,
		     PREFIX_READ("0001000d", "00020000") "0c800003 0001000d 0001000d 0b"
							 "00 2000 0000 0000"},
		    {0xA6, CC, 8192, NULL}, {0xA6, CC, 49152, NULL}, {0xA6, 0, 8192, NULL});

	assert_end(r, 3, NORMAL);
	assert_record(r->data[1], 28, 11);
	assert_record(r->data[1] + 4096, 28, 12);
	for (unsigned int i = 0; i < 12; i++)
		assert_record(r->data[2] + 4096 * i, 29, i + 1);
	assert_record(r->data[3], 30, 1);
	assert_record(r->data[3] + 4096, 30, 2);
}

#define PREFIX_WRITE(begin, end)                                                                   \
	"01800000 00000000 00000000 80c01000 00000008" begin end "d1d2d3d4d5d6d7d8 "               \
	"0000000000000000"

static void tracks_of_data_are_written(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk,
			       {0xE7, CC, 64,
				PREFIX_WRITE("0001000d", "0001000e") "3f800002 0001000d 0001000d 0c"
								     "00 1000 0023 0000"},
			       {0xA5, CC, 4096, "aaaa"}, {0xA5, 0, 8192, "bbbb"});

	assert_end(r, 2, NORMAL);
	assert_stored(disk, 28, 12, "aaaa 00000000");
	assert_stored(disk, 29, 1, "bbbb 00000000");
	assert_stored(disk, 29, 2, "00000000");
	assert_record(disk->memory->tracks[28] + VOLUME_TRACK_HEADER + 10 * 4104 + 8, 28, 11);
	assert_record(disk->memory->tracks[29] + VOLUME_TRACK_HEADER + 2 * 4104 + 8, 29, 3);
}

static void prefix_serves_for_define_extent_alone(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk,
		    {0xE7, CC, 64,
		     "0080 0000 00000000 00000000 40c01000 00000000"
		     "0001000d 0001000d"},
		    {0x47, CC, 16, "06800001 0001000d 0001000d 03 10 1000"}, {0x86, 0, 4096, NULL});

	assert_end(r, 2, NORMAL);
	assert_record(r->data[2], 28, 3);
}

static void a_raw_track_is_read_and_written(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x63, CC, 16, "40c00000 00000000 0001000d 0001000d"},
			       {0x4B, CC, 20, "4c000001 0001000d 0001000d 00 ff 0000 0000 0000"},
			       {0xDE, SLI, 57326, NULL});
	size_t length = disk->memory->lengths[28] - 5;
	struct step steps[3] = {
		{0x63, CC, 16, "c0c00000 00000000 00000009 00000009"},
		{0x4B, CC, 22, "3f000001 00000009 00000009 00 ff 0000 0011 0002 8000"},
		{0x95, SLI, 57326, NULL}};
	char *text = malloc(2 * length + 1);

	assert_end(r, 2, NORMAL);
	assert_int_equal(r->residual, 57326 - length);
	assert_memory_equal(r->data[2], disk->memory->tracks[28] + 5, length);
	for (size_t i = 0; i < length; i++)
		sprintf(text + 2 * i, "%02x", r->data[2][i]);
	steps[2].data = text;
	r = run_steps(disk, steps, 3);
	assert_end(r, 2, NORMAL);
	assert_int_equal(disk->memory->lengths[9], length + 5);
	assert_memory_equal(disk->memory->tracks[9] + 5, disk->memory->tracks[28] + 5, length);
	free(text);
}

static void a_raw_track_that_is_none_is_refused(void **state)
{
	static const char *const tracks[] = {
		"",
		"00000009 00 00 0008 0000000000000000",
		"00000009 00 00 0008 0000000000000000 00000009 01 00 1000 ffffffffffffffff",
		"00000009 00 00 0010 0000000000000000 0000000000000000 ffffffffffffffff",
		"00000009 00 00 0008 0000000000000000 00000009 01 ff ffff",
	};

	for (size_t i = 0; i < sizeof(tracks) / sizeof(tracks[0]); i++) {
		struct disk *disk = *state;
		struct result *r;

		format_track(disk, 9, 2, 0, 100);
		r = RUN(disk, {0x63, CC, 16, "c0c00000 00000000 00000009 00000009"},
			{0x4B, CC, 22, "3f000001 00000009 00000009 00 ff 0000 0011 0002 8000"},
			{0x95, SLI, 2000, tracks[i]});
		assert_sense(r, 2, 0, 0x40, 0);
		assert_int_equal(disk->memory->lengths[9], 29 + 2 * 108);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(blocks_are_read_across_tracks_and_cylinders),
		TEST(blocks_are_written_across_tracks),
		TEST(reading_ends_at_the_extent),
		TEST(lengths_are_told_to_the_channel),
		TEST(short_writes_are_filled_with_zeros),
		TEST(data_chaining_scatters_a_record),
		TEST(tracks_of_data_are_read),
		TEST(tracks_of_data_are_written),
		TEST(prefix_serves_for_define_extent_alone),
		TEST(a_raw_track_is_read_and_written),
		TEST(a_raw_track_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
