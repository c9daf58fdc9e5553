/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Programs that are halted or cleared in the middle: what becomes of what they have written. */
#include "tests/device/harness.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int setup(void **state)
{
	disk_setup(state);
	for (uint32_t track = 1; track < 4; track++)
		format_track(*state, track, 12, 0, 4096);
	return 0;
}

static const struct step reading[] = {
	{0x63, CC, 16, "40c01000 00000000 00000001 00000003"},
	{0x47, CC, 16, "06800004 00000001 00000001 0b ff 1000"},
	{0x86, CC, 4096, NULL},
	{0x86, CC, 4096, NULL},
	{0x86, CC, 4096, NULL},
	{0x86, 0, 4096, NULL},
};

static const struct step writing[] = {
	{0x63, CC, 16, "80c01000 00000000 00000001 00000003"},
	{0x47, CC, 16, "01800004 00000001 00000001 0b ff 1000"},
	{0x85, CC, 4096, "a1"},
	{0x85, CC, 4096, "a2"},
	{0x85, CC, 4096, "a3"},
	{0x85, 0, 4096, "a4"},
};

static const struct step special_blocks[] = {
	{0x63, CC, 16, "80c01000 00000000 00000001 00000003"},
	{0x47, CC, 16, "01800001 00000001 00000001 01 ff 1000"},
	{0x8D, CC, 4096, "b1"},
	{0x47, CC, 16, "01800001 00000001 00000001 05 ff 1000"},
	{0x8D, CC, 4096, "b2"},
	{0x47, CC, 16, "01800001 00000002 00000002 05 ff 1000"},
	{0x8D, 0, 4096, "b3"},
};

static const struct step formatting[] = {
	{0x63, CC, 16, "00c00000 00000004 00000001 00000003"},
	{0x47, CC, 16, "03800004 00000001 00000001 00 ff 1000"},
	{0x1D, CC | SLI, 8, "00000001 01 00 1000"},
	{0x1D, CC | SLI, 8, "00000001 02 00 1000"},
	{0x9D, CC | SLI, 8, "00000002 01 00 1000"},
	{0x1D, SLI, 8, "00000002 02 00 1000"},
};

static void a_damaged_track_is_not_touched_by_locating_alone(void **state)
{
	struct disk *disk = *state;

	disk->memory->error = -EUCLEAN;
	disk->memory->fail_read = 1;
	disk->stop_after = 2;
	run_steps(disk, formatting, COUNT_OF(formatting));
	disk->stop_after = 0;
	assert_int_equal(disk->memory->writes, 0);
	/* Nor is the empty track that stood for it believed later. */
	run_steps(disk, reading, COUNT_OF(reading));
	assert_end(&disk->result, COUNT_OF(reading) - 1, NORMAL);
}

static void a_program_cut_off_leaves_its_changes(void **state)
{
	struct disk *disk = *state;

	/* Halted behind the first write: it is stored at the end of the program. */
	disk->stop_after = 3;
	run_steps(disk, writing, COUNT_OF(writing));
	assert_int_equal(disk->memory->writes, 1);
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 10 * 4104 + 8, "a100");
	/* If that would have to wait, by the next program. */
	disk->memory->never_ready = true;
	run_steps(disk, special_blocks, COUNT_OF(special_blocks));
	assert_int_equal(disk->memory->writes, 1);
	disk->stop_after = 0;
	assert_end(RUN(disk, {0x03, SLI, 1, NULL}), 0, NORMAL);
	assert_int_equal(disk->memory->writes, 2);
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 8, "b100");
}

static void a_write_lost_after_its_program_is_told_to_the_next(void **state)
{
	struct disk *disk = *state;

	disk->stop_after = 3;
	disk->memory->error = -EIO;
	disk->memory->fail_write = 1;
	run_steps(disk, writing, COUNT_OF(writing));
	disk->stop_after = 0;
	assert_sense(RUN(disk, {0xE4, SLI, 20, NULL}), 0, 0x10, 0, 0x10);
	assert_end(RUN(disk, {0xE4, SLI, 20, NULL}), 0, NORMAL);
}

static void a_long_search_ends_when_the_program_is_halted(void **state)
{
	struct disk *disk = *state;

	disk->stopping = true;
	RUN(disk, {0x63, CC, 16, "40c00000 00000000 00000005 00c7000e"},
	    {0x47, CC, 16, "06000001 00000005 00000005 00 ff 0000"}, {0x12, CC, 8, NULL},
	    {0x92, 0, 8, NULL});
	assert_true(disk->memory->reads < 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_damaged_track_is_not_touched_by_locating_alone),
		TEST(a_program_cut_off_leaves_its_changes),
		TEST(a_write_lost_after_its_program_is_told_to_the_next),
		TEST(a_long_search_ends_when_the_program_is_halted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
