/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* dasdfmt: invalidate, format, check (qemu-client.md section 5.3), and the room on a track. */
#include "tests/device/harness.h"

static unsigned int records_on(const struct disk *disk, uint32_t track)
{
	const uint8_t *image = disk->memory->tracks[track];
	unsigned int records = 0;
	size_t at = VOLUME_TRACK_HEADER;

	if (!image)
		return 0;
	while (at < disk->memory->lengths[track] - VOLUME_TRACK_END) {
		at += 8u + image[at + 5] + (image[at + 6] << 8 | image[at + 7]);
		records++;
	}
	return records;
}

static void track_zero_is_invalidated(void **state)
{
	struct disk *disk = *state;
	struct result *r;

	format_track(disk, 0, 12, 0, 4096);
	r = RUN(disk, {0x63, CC, 16, "00c40000 00000000 00000000 00000000"},
		{0x47, CC, 16, "03800001 00000000 00000000 00000008"},
		{0x1D, SLI, 8, "00000000 01 00 0000"});
	assert_end(r, 2, NORMAL);
	assert_int_equal(records_on(disk, 0), 1);
	assert_bytes(disk->memory->tracks[0] + VOLUME_TRACK_HEADER,
		     "00000000 01 00 0000 ffffffffffffffff");
}

/* The program for `tracks` tracks from `first` on, `records` of `size` each. */
static struct result *run_format(struct disk *disk, uint32_t first, unsigned int tracks,
				 unsigned int records, unsigned int size)
{
	static char text[STEPS_MAX][40];
	struct step steps[STEPS_MAX];
	unsigned int n = 2;

	snprintf(text[0], sizeof(text[0]), "00c40000 00000004 %04x%04x %04x%04x", first / 15,
		 first % 15, (first + tracks - 1) / 15, (first + tracks - 1) % 15);
	steps[0] = (struct step){0x63, CC, 16, text[0]};
	snprintf(text[1], sizeof(text[1]), "038000%02x %04x%04x %04x%04x 00 00 %04x",
		 tracks * records, first / 15, first % 15, first / 15, first % 15, size);
	steps[1] = (struct step){0x47, CC, 16, text[1]};
	for (uint32_t track = first; track < first + tracks; track++)
		for (unsigned int record = 1; record <= records; record++, n++) {
			snprintf(text[n], sizeof(text[n]), "%04x%04x %02x 00 %04x", track / 15,
				 track % 15, record, size);
			steps[n] = (struct step){record == 1 && track > first ? 0x9D : 0x1D,
						 CC | SLI, 8, text[n]};
		}
	steps[n - 1].flags = SLI;
	return run_steps(disk, steps, n);
}

static void tracks_are_formatted_across_cylinders(void **state)
{
	struct disk *disk = *state;
	struct result *r;

	disk->memory->never_ready = true;
	r = run_format(disk, 8, 21, 12, 4096);
	assert_end(r, 2 + 251, NORMAL);
	for (uint32_t track = 8; track < 29; track++)
		assert_int_equal(records_on(disk, track), 12);
	assert_int_equal(records_on(disk, 29), 0);
	/* One write a track. */
	assert_int_equal(disk->memory->writes, 21);
	/* What is not given is zero. */
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(disk->memory->tracks[28][VOLUME_TRACK_HEADER + 8 + i], 0);
}

static void small_blocks_fill_tracks_too(void **state)
{
	struct disk *disk = *state;

	assert_end(run_format(disk, 0, 7, 33, 1024), 2 + 230, NORMAL);
	assert_int_equal(records_on(disk, 6), 33);
}

static void the_thirteenth_block_has_no_room(void **state)
{
	struct disk *disk = *state;

	assert_sense(run_format(disk, 3, 1, 13, 4096), 2 + 12, 0, 0x40, 0);
	/* What was there before stays. */
	assert_int_equal(records_on(disk, 3), 12);
}

static void formatting_ends_at_the_extent(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x63, CC, 16, "00c40000 00000004 00000003 00000003"},
			       {0x47, CC, 16, "03800002 00000003 00000003 00 00 1000"},
			       {0x1D, CC | SLI, 8, "00000003 01 00 1000"},
			       {0x9D, SLI, 8, "00000004 01 00 1000"});

	assert_sense(r, 3, 0, 0x04, 0);
	assert_int_equal(records_on(disk, 3), 1);
	assert_int_equal(records_on(disk, 4), 0);
}

static void compatible_layout_of_the_first_tracks(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x63, CC, 16, "00c40000 00000004 00000000 00000000"},
			       {0x47, CC, 16, "03800004 00000000 00000000 00 00 1000"},
			       {0x1D, CC | SLI, 8, "00000000 01 04 0018"},
			       {0x1D, CC | SLI, 8, "00000000 02 04 0090"},
			       {0x1D, CC | SLI, 8, "00000000 03 04 0050"},
			       {0x1D, SLI, 8, "00000000 04 00 1000"});

	assert_end(r, 5, NORMAL);
	r = RUN(disk, {0x63, CC, 16, "80c01000 00000000 00000000 00000001"},
		{0x47, CC, 16, "01800001 00000000 00000000 03 ff 0054"},
		{0x8D, 0, 84, "e5d6d3f1 e5d6d3f1 e7e7f0f1f2f0"});
	assert_end(r, 2, NORMAL);
	r = RUN(disk, {0x63, CC, 16, "40c01000 00000000 00000000 00000001"},
		{0x47, CC, 16, "06800001 00000000 00000000 03 ff 0054"}, {0x8E, 0, 84, NULL});
	assert_end(r, 2, NORMAL);
	assert_bytes(r->data[2], "e5d6d3f1 e5d6d3f1 e7e7f0f1f2f0 0000");
}

static void check_stops_at_the_first_count_missing(void **state)
{
	struct disk *disk = *state;
	struct step steps[52] = {{0x63, CC, 16, "40c40000 00000000 00000004 00000004"},
				 {0x47, CC, 16, "06000032 00000004 00000004 00000000"}};

	format_track(disk, 4, 12, 0, 4096);
	for (unsigned int i = 2; i < 52; i++)
		steps[i] = (struct step){0x12, CC | SLI, 8, NULL};
	assert_sense(run_steps(disk, steps, 52), 2 + 12, 0, 0x08, 0);
}

static void record_zero_is_written_behind_the_home_address(void **state)
{
	struct disk *disk = *state;
	struct result *r;

	format_track(disk, 2, 3, 0, 512);
	r = RUN(disk, {0x63, CC, 16, "c2c80000 00000000 00000002 00000002"},
		{0x47, CC, 16, "43000002 00000002 00000002 00 00 0000"},
		{0x15, CC | SLI, 8, "00000002 00 00 0008"}, {0x1D, SLI, 8, "00000002 01 00 1000"});
	assert_end(r, 3, NORMAL);
	assert_int_equal(records_on(disk, 2), 1);
}

static void record_zero_needs_its_permission(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x63, CC, 16, "00c00000 00000000 00000002 00000002"},
			 {0x47, CC, 16, "43000001 00000002 00000002 00 00 0000"},
			 {0x15, SLI, 8, "00000002 00 00 0008"}),
		     2, 0, 0x04, 0x05);
	assert_end(RUN(disk, {0x63, CC, 16, "00c00000 00000004 00000002 00000002"},
		       {0x47, CC, 16, "43000001 00000002 00000002 00 00 0000"},
		       {0x15, SLI, 8, "00000002 00 00 0008"}),
		   2, NORMAL);
}

static void an_erase_ends_the_track(void **state)
{
	struct disk *disk = *state;

	format_track(disk, 2, 5, 0, 512);
	assert_end(RUN(disk, {0x63, CC, 16, "00c00000 00000000 00000002 00000002"},
		       {0x47, CC, 16, "0b000001 00000002 00000002 02 00 0000"},
		       {0x11, 0, 8, "00000002 03 00 0000"}),
		   2, NORMAL);
	assert_int_equal(records_on(disk, 2), 2);
}

static void format_without_a_domain_follows_a_search(void **state)
{
	struct disk *disk = *state;

	format_track(disk, 2, 5, 0, 512);
	assert_end(RUN(disk, {0x07, CC, 6, "0000 0000 0002"}, {0x31, CC, 5, "00000002 01"},
		       {0x08, 0, 1, NULL}, {0x1D, CC, 12, "00000002 02 00 0004 c1c2c3c4"},
		       {0x1D, 0, 9, "00000002 03 01 0000 d1"}),
		   4, NORMAL);
	assert_int_equal(records_on(disk, 2), 3);
	assert_sense(RUN(disk, {0x07, CC, 6, "0000 0000 0002"},
			 {0x1D, 0, 12, "00000002 02 00 0004 c1c2c3c4"}),
		     1, 0x80, 0, 0x02);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(track_zero_is_invalidated),
		TEST(tracks_are_formatted_across_cylinders),
		TEST(small_blocks_fill_tracks_too),
		TEST(the_thirteenth_block_has_no_room),
		TEST(formatting_ends_at_the_extent),
		TEST(compatible_layout_of_the_first_tracks),
		TEST(check_stops_at_the_first_count_missing),
		TEST(record_zero_is_written_behind_the_home_address),
		TEST(record_zero_needs_its_permission),
		TEST(an_erase_ends_the_track),
		TEST(format_without_a_domain_follows_a_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
