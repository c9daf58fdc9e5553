/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The firmware's and zipl's loader's programs (qemu-client.md section 5.6). */
#include "tests/device/harness.h"

static int setup(void **state)
{
	disk_setup(state);
	format_track(*state, 0, 3, 4, 144);
	format_track(*state, 15 + 14, 12, 0, 4096);
	return 0;
}

static void assert_record(const uint8_t *data, uint32_t track, unsigned int record, size_t from,
			  size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(data[i], pattern(track, record, from + i));
}

static void read_ipl_gives_the_first_record(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x02, SLI, 24, NULL});

	assert_end(r, 0, NORMAL);
	assert_record(r->data[0], 0, 1, 4, 24);
}

static void read_ipl_goes_on_to_the_second_record(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x02, CC | SLI, 24, NULL}, {0x03, CC | SLI, 1, NULL},
			       {0x06, 0, 144, NULL});

	assert_end(r, 2, NORMAL);
	assert_record(r->data[2], 0, 2, 4, 144);
}

static void read_ipl_of_an_empty_disk_finds_no_record(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x02, 0, 24, NULL}), 0, 0, 0x08, 0);
}

static void a_search_loop_skips_the_tic_on_a_match(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x07, CC, 6, "0000 0000 0000"}, {0x31, CC, 5, "00000000 02"},
			       {0x08, 0, 1, NULL}, {0x06, SLI, 128, NULL});

	assert_end(r, 3, NORMAL);
	/* The key is skipped, the rest cut off. */
	assert_record(r->data[3], 0, 2, 4, 128);
}

static void a_search_that_finds_nothing_ends_at_the_second_index(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x07, CC, 6, "0000 0000 0000"}, {0x31, CC, 5, "00000000 09"},
			 {0x08, 0, 1, NULL}, {0x06, SLI, 128, NULL}),
		     1, 0, 0x08, 0);
}

static void a_search_goes_round_the_index(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, {0x07, CC, 6, "0000 0001 000e"}, {0x31, CC, 5, "0001000e 04"},
		    {0x08, 0, 1, NULL}, {0x06, CC, 4096, NULL}, {0x31, CC, 5, "0001000e 02"},
		    {0x08, 0, 4, NULL}, {0x06, 0, 4096, NULL});

	assert_end(r, 6, NORMAL);
	assert_record(r->data[3], 29, 4, 0, 4096);
	assert_record(r->data[6], 29, 2, 0, 4096);
}

static void a_search_finds_record_zero(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x07, CC, 6, "0000 0001 000e"}, {0x31, CC, 5, "0001000e 00"},
			       {0x08, 0, 1, NULL}, {0x06, 0, 8, NULL});

	assert_end(r, 3, NORMAL);
	assert_bytes(r->data[3], "0000000000000000");
}

static void the_loader_reads_records_in_a_row(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x07, CC, 6, "0000 0001 000e"}, {0x31, CC, 5, "0001000e 01"},
			       {0x08, 0, 1, NULL}, {0x86, CC, 4096, NULL}, {0x86, CC, 4096, NULL},
			       {0x86, 0, 4096, NULL});

	assert_end(r, 5, NORMAL);
	for (unsigned int i = 0; i < 3; i++)
		assert_record(r->data[3 + i], 29, 1 + i, 0, 4096);
}

static void three_searches_in_one_program(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x07, CC, 6, "0000 0001 000e"}, {0x31, CC, 5, "0001000e 0c"},
			       {0x08, 0, 1, NULL}, {0x06, CC | SLI, 4096, NULL},
			       {0x07, CC, 6, "0000 0001 000e"}, {0x31, CC, 5, "0001000e 01"},
			       {0x08, 0, 5, NULL}, {0x06, CC | SLI, 4096, NULL},
			       {0x07, CC, 6, "0000 0000 0000"}, {0x31, CC, 5, "00000000 03"},
			       {0x08, 0, 9, NULL}, {0x06, SLI, 4096, NULL});

	assert_end(r, 11, NORMAL);
	assert_record(r->data[3], 29, 12, 0, 4096);
	assert_record(r->data[7], 29, 1, 0, 4096);
	assert_record(r->data[11], 0, 3, 4, 144);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(read_ipl_gives_the_first_record),
		TEST(read_ipl_goes_on_to_the_second_record),
		cmocka_unit_test_setup_teardown(read_ipl_of_an_empty_disk_finds_no_record,
						disk_setup, disk_teardown),
		TEST(a_search_loop_skips_the_tic_on_a_match),
		TEST(a_search_that_finds_nothing_ends_at_the_second_index),
		TEST(a_search_goes_round_the_index),
		TEST(a_search_finds_record_zero),
		TEST(the_loader_reads_records_in_a_row),
		TEST(three_searches_in_one_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
