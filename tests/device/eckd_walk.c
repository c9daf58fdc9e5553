/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What comes by under the head: which area each read and search gets (eckd-3390.md sections 4, 8).
 */
#include "tests/device/harness.h"

/* Tracks 1 to 3 with four records each, keys of 4 bytes, data of 6. */
static int setup(void **state)
{
	disk_setup(state);
	for (uint32_t track = 1; track < 4; track++)
		format_track(*state, track, 4, 4, 6);
	return 0;
}

#define SEEK_1                                                                                     \
	{                                                                                          \
		0x07, CC, 6, "0000 0000 0001"                                                      \
	}
#define FIND(id)                                                                                   \
	{                                                                                          \
		0x31, CC, 5, "00000001" id                                                         \
	}

static void assert_pattern(const uint8_t *data, uint32_t track, unsigned int record, size_t from,
			   size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(data[i], pattern(track, record, from + i));
}

static void home_address_and_record_zero(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, SEEK_1, {0x1A, CC, 5, NULL}, {0x16, CC, 16, NULL}, {0x12, CC, 8, NULL},
		    {0x96, CC, 16, NULL}, {0x06, CC, 6, NULL}, {0x9A, 0, 5, NULL});

	assert_end(r, 6, NORMAL);
	assert_bytes(r->data[1], "00 00000001");
	assert_bytes(r->data[2], "00000001 00 00 0008 0000000000000000");
	assert_bytes(r->data[3], "00000001 01");
	/* Multitrack and past the index: the next track's. */
	assert_bytes(r->data[4], "00000002 00 00 0008");
	assert_pattern(r->data[5], 2, 1, 4, 6);
	assert_bytes(r->data[6], "00 00000003");
	/* Without multitrack, the same track's once more. */
	r = RUN(disk, SEEK_1, {0x06, CC, 6, NULL}, {0x16, CC, 16, NULL}, {0x1A, 0, 5, NULL});
	assert_end(r, 3, NORMAL);
	assert_bytes(r->data[2], "00000001 00");
	assert_bytes(r->data[3], "00 00000001");
}

static void reads_take_this_record_or_the_next(void **state)
{
	struct disk *disk = *state;
	/* After a search, this one; then the next, and after the last the first. */
	struct result *r = RUN(disk, SEEK_1, FIND("03"), {0x08, 0, 1, NULL}, {0x0E, CC, 10, NULL},
			       {0x0E, CC, 10, NULL}, {0x0E, 0, 10, NULL});

	assert_end(r, 5, NORMAL);
	assert_pattern(r->data[3], 1, 3, 0, 10);
	assert_pattern(r->data[4], 1, 4, 0, 10);
	assert_pattern(r->data[5], 1, 1, 0, 10);
	/* A count has come by: this record's key and data; but the next one's count. */
	r = RUN(disk, SEEK_1, {0x12, CC, 8, NULL}, {0x0E, CC, 10, NULL}, {0x12, CC, 8, NULL},
		{0x1E, 0, 18, NULL});
	assert_end(r, 4, NORMAL);
	assert_pattern(r->data[2], 1, 1, 0, 10);
	assert_bytes(r->data[3], "00000001 02 04 0006");
	assert_bytes(r->data[4], "00000001 03 04 0006");
	assert_pattern(r->data[4] + 8, 1, 3, 0, 10);
}

static void the_rest_of_a_track_is_read_at_once(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, SEEK_1, FIND("02"), {0x08, 0, 1, NULL}, {0x5E, SLI, 100, NULL});

	assert_end(r, 3, NORMAL);
	assert_int_equal(r->residual, 100 - 2 * 18);
	assert_bytes(r->data[3], "00000001 03 04 0006");
	assert_bytes(r->data[3] + 18, "00000001 04 04 0006");
}

static void searches_compare_keys(void **state)
{
	struct disk *disk = *state;
	char key[9], higher[9];
	struct result *r;

	snprintf(key, sizeof(key), "%02x%02x%02x%02x", pattern(1, 2, 0), pattern(1, 2, 1),
		 pattern(1, 2, 2), pattern(1, 2, 3));
	snprintf(higher, sizeof(higher), "%02x%02x%02x%02x", pattern(1, 2, 0), pattern(1, 2, 1),
		 pattern(1, 2, 2), pattern(1, 2, 3) - 1);
	r = RUN(disk, SEEK_1, {0x29, CC, 4, key}, {0x08, 0, 1, NULL}, {0x06, CC, 6, NULL},
		{0x12, 0, 8, NULL});
	assert_end(r, 4, NORMAL);
	assert_pattern(r->data[3], 1, 2, 4, 6);
	assert_bytes(r->data[4], "00000001 03");
	/* Past the key, a read of key and data goes to the next record. */
	r = RUN(disk, SEEK_1, {0x29, CC, 4, key}, {0x08, 0, 1, NULL}, {0x0E, 0, 10, NULL});
	assert_pattern(r->data[3], 1, 3, 0, 10);
	r = RUN(disk, SEEK_1, {0x12, CC, 8, NULL}, {0x12, CC, 8, NULL}, {0x49, CC, 4, key},
		{0x03, SLI, 1, NULL}, {0x03, SLI, 1, NULL});
	assert_end(r, 4, NORMAL);
	r = RUN(disk, SEEK_1, {0x12, CC, 8, NULL}, {0x12, CC, 8, NULL}, {0x49, CC, 4, higher},
		{0x03, SLI, 1, NULL}, {0x03, SLI, 1, NULL});
	assert_end(r, 5, NORMAL);
	r = RUN(disk, SEEK_1, {0x12, CC, 8, NULL}, {0x12, CC, 8, NULL}, {0x69, CC, 4, key},
		{0x03, SLI, 1, NULL}, {0x03, SLI, 1, NULL});
	assert_end(r, 5, NORMAL);
	/* The write that follows a match of the key. */
	r = RUN(disk, SEEK_1, {0x29, CC, 4, key}, {0x08, 0, 1, NULL}, {0x05, 0, 6, "c1c2"});
	assert_end(r, 3, NORMAL);
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 18 + 12, "c1c2 00000000");
	r = RUN(disk, SEEK_1, {0x29, CC, 4, key}, {0x08, 0, 1, NULL}, {0x0D, 0, 10, "c1c2"});
	assert_sense(r, 3, 0x80, 0, 0x02);
}

static void a_record_without_a_key_matches_none(void **state)
{
	struct disk *disk = *state;

	format_track(disk, 5, 2, 0, 6);
	assert_sense(RUN(disk, {0x07, CC, 6, "000000000005"}, {0x29, CC | SLI, 4, "00000000"},
			 {0x08, 0, 1, NULL}, {0x06, 0, 6, NULL}),
		     1, 0, 0x08, 0);
}

static void searches_compare_ids_in_order(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, SEEK_1, {0x51, CC, 5, "0000000102"}, {0x08, 0, 1, NULL},
			       {0x06, 0, 6, NULL});

	assert_end(r, 3, NORMAL);
	assert_pattern(r->data[3], 1, 3, 4, 6);
	r = RUN(disk, SEEK_1, {0x71, CC, 5, "0000000102"}, {0x08, 0, 1, NULL}, {0x06, 0, 6, NULL});
	assert_pattern(r->data[3], 1, 2, 4, 6);
}

static void the_home_address_is_searched(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, SEEK_1, {0x39, CC, 4, "00000001"}, {0x08, 0, 1, NULL},
			       {0x16, CC, 16, NULL}, {0xB9, CC, 4, "00000003"}, {0x08, 0, 4, NULL},
			       {0x12, 0, 8, NULL});

	assert_end(r, 6, NORMAL);
	assert_bytes(r->data[6], "00000003 01");
	/* It places a write of record zero. */
	assert_end(RUN(disk, {0x1F, CC, 1, "c0"}, SEEK_1, {0x39, CC, 4, "00000001"},
		       {0x08, 0, 2, NULL}, {0x15, CC, 16, "00000001 00 00 0008 c1"},
		       {0x1D, 0, 9, "00000001 01 00 0001 d1"}),
		   5, NORMAL);
	assert_bytes(
		disk->memory->tracks[1] + 5,
		"00000001 00 00 0008 c100000000000000 00000001 01 00 0001 d1 ffffffffffffffff");
	assert_sense(RUN(disk, {0x1F, CC, 1, "c0"}, SEEK_1, {0x15, 0, 16, "00000001 00 00 0008"}),
		     2, 0x80, 0, 0x02);
	/* Another one than the standard has no room in a track image. */
	assert_sense(RUN(disk, {0x1F, CC, 1, "c0"}, SEEK_1, {0x39, CC, 4, "00000001"},
			 {0x08, 0, 2, NULL}, {0x15, SLI, 16, "00000001 00 00 0010"}),
		     4, 0, 0x40, 0);
}

static void seek_head_stays_on_the_cylinder(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x07, CC, 6, "000000010000"}, {0x1B, CC, 6, "000000070003"},
			       {0x1A, 0, 5, NULL});

	assert_end(r, 2, NORMAL);
	assert_bytes(r->data[2], "00 00010003");
}

static void the_sector_of_a_record_is_told(void **state)
{
	struct disk *disk = *state;
	struct result *r;

	format_track(disk, 6, 12, 0, 4096);
	r = RUN(disk, {0x22, 0, 1, NULL});
	assert_bytes(r->data[0], "00");
	r = RUN(disk, {0x07, CC, 6, "000000000006"}, {0x12, CC, 8, NULL}, {0x22, 0, 1, NULL});
	assert_end(r, 2, NORMAL);
	/* (49 + (record - 1) x (10 + 133)) / 8 */
	assert_bytes(r->data[2], "06");
	r = RUN(disk, {0x07, CC, 6, "000000000006"}, {0x31, CC, 5, "000000060c"},
		{0x08, 0, 1, NULL}, {0x22, CC, 1, NULL}, {0x23, 0, 1, "c8"});
	assert_end(r, 4, NORMAL);
	assert_int_equal(r->data[3][0], (49 + 11 * 143) / 8);
}

#define EXTENT                                                                                     \
	{                                                                                          \
		0x63, CC, 16, "c0c00000 00000000 00000001 00000003"                                \
	}

static void a_locate_for_data_begins_behind_the_record(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, EXTENT, {0x47, CC, 16, "86000001 00000001 00000001 02 ff 0000"},
		    {0x06, 0, 6, NULL});

	assert_end(r, 2, NORMAL);
	assert_pattern(r->data[2], 1, 3, 4, 6);
	r = RUN(disk, EXTENT, {0x47, CC, 16, "d6000002 00000001 00000001 02 ff 0000"},
		{0x1E, CC, 18, NULL}, {0x92, 0, 8, NULL});
	assert_end(r, 3, NORMAL);
	assert_bytes(r->data[2], "00000001 01");
	assert_bytes(r->data[3], "00000001 02");
	r = RUN(disk, EXTENT, {0x47, CC, 16, "56000002 00000001 00000001 02 ff 0000"},
		{0x16, CC, 16, NULL}, {0x06, 0, 6, NULL});
	assert_end(r, 3, NORMAL);
	assert_pattern(r->data[3], 1, 1, 4, 6);
}

static void an_extended_locate_without_argument_means_the_first_record(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, EXTENT, {0x4B, CC, 20, "06000001 00000002 00000000 00 ff"},
			       {0x06, 0, 6, NULL});

	assert_end(r, 2, NORMAL);
	assert_pattern(r->data[2], 2, 1, 4, 6);
	assert_sense(RUN(disk, EXTENT, {0x47, 0, 16, "06000001 00000002 00000000 00 ff"}), 1, 0,
		     0x08, 0);
}

static void sets_of_tracks_are_read_by_their_map(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, EXTENT,
			       {0x4B, CC, 21, "7f000002 00000001 00000001 00 ff 0000 000e 0001 a0"},
			       {0xDE, CC | SLI, 500, NULL}, {0xDE, SLI, 500, NULL});

	assert_end(r, 3, NORMAL);
	assert_bytes(r->data[2], "00000001 00 00 0008");
	assert_bytes(r->data[3], "00000003 00 00 0008");
	/* Beyond the extent. */
	r = RUN(disk, {0x63, CC, 16, "40c00000 00000000 00000001 00000002"},
		{0x4B, CC, 21, "7f000002 00000001 00000001 00 ff 0000 000e 0001 a0"},
		{0xDE, CC | SLI, 500, NULL}, {0xDE, SLI, 500, NULL});
	assert_sense(r, 3, 0, 0x04, 0);
}

static void track_data_leave_out_record_zero(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, EXTENT, {0x4B, CC, 20, "0c800001 00000001 00000001 00 ff 000c"},
		    {0xA6, 0, 12, NULL});

	assert_end(r, 2, NORMAL);
	assert_pattern(r->data[2], 1, 1, 4, 6);
	assert_pattern(r->data[2] + 6, 1, 2, 4, 6);
	/* Blocks of another size are not written. */
	assert_sense(RUN(disk, EXTENT,
			 {0x4B, CC, 20, "3f800001 00000001 00000001 00 ff 0008 0023 0000"},
			 {0xA5, 0, 8, NULL}),
		     2, 0, 0x40, 0);
	assert_sense(RUN(disk, EXTENT,
			 {0x4B, CC, 20, "3f800001 00000001 00000001 00 ff 0006 0023 0000"},
			 {0xA5, 0, 30, NULL}),
		     2, 0, 0x40, 0);
}

static void the_end_of_a_file_cannot_be_written(void **state)
{
	struct disk *disk = *state;

	format_track(disk, 7, 2, 0, 0);
	assert_end(RUN(disk, {0x07, CC, 6, "000000000007"}, {0x31, CC, 5, "0000000701"},
		       {0x08, 0, 1, NULL}, {0x05, SLI, 6, "c1"}),
		   3, EXCEPTION);
	assert_int_equal(disk->memory->writes, 0);
}

static void what_changes_between_two_records_is_one_piece(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, SEEK_1, FIND("03"), {0x08, 0, 1, NULL}, {0x05, CC, 6, "c3"},
			       FIND("01"), {0x08, 0, 4, NULL}, {0x05, CC, 6, "c1"}, FIND("02"),
			       {0x08, 0, 7, NULL}, {0x1D, 0, 10, "00000001 03 00 0002 d1d2"});

	assert_end(r, 9, NORMAL);
	assert_int_equal(disk->memory->writes, 1);
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 12, "c1 00");
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 36,
		     "00000001 03 00 0002 d1d2 ffffffffffffffff");
}

static void high_cylinders_have_room_in_sense_data_bytes_29_to_31(void **state)
{
	struct disk disk = {0};
	struct result *r;

	disk_open(&disk, memory_volume_create(5000),
		  &(struct eckd_config){.control_unit = ECKD_3990_6});
	r = RUN(&disk, {0x07, CC, 6, "0000 1001 0003"}, {0x06, 0, 1, NULL});
	assert_sense(r, 1, 0, 0x08, 0);
	assert_bytes(r->sense + 5, "ffff");
	assert_bytes(r->sense + 29, "1001 03");
	r = RUN(&disk, {0x07, CC, 6, "0000 0fff 0003"}, {0x06, 0, 1, NULL});
	assert_bytes(r->sense + 5, "fff3");
	disk_close(&disk);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(home_address_and_record_zero),
		TEST(reads_take_this_record_or_the_next),
		TEST(the_rest_of_a_track_is_read_at_once),
		TEST(searches_compare_keys),
		TEST(a_record_without_a_key_matches_none),
		TEST(searches_compare_ids_in_order),
		TEST(the_home_address_is_searched),
		TEST(seek_head_stays_on_the_cylinder),
		TEST(the_sector_of_a_record_is_told),
		TEST(a_locate_for_data_begins_behind_the_record),
		TEST(an_extended_locate_without_argument_means_the_first_record),
		TEST(sets_of_tracks_are_read_by_their_map),
		TEST(track_data_leave_out_record_zero),
		TEST(the_end_of_a_file_cannot_be_written),
		TEST(what_changes_between_two_records_is_one_piece),
		cmocka_unit_test(high_cylinders_have_room_in_sense_data_bytes_29_to_31),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
