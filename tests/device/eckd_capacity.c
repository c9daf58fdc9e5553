/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* How much fits on a track (eckd-3390.md section 2). */
#include "tests/device/harness.h"

#include "device/eckd/internal.h"

static void the_table_of_the_reference_holds(void **state)
{
	static const unsigned int rows[][3] = {
		{0, 512, 49},  {0, 1024, 33}, {0, 2048, 21},
		{0, 4096, 12}, {0, 56664, 1}, {44, 96, 50},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(eckd_records_per_track(rows[i][0], rows[i][1]), rows[i][2]);
	assert_int_equal(eckd_records_per_track(0, 56665), 0);
}

/* In bytes, a track has room for as many equal records as in cells, whatever they are. */
static void both_formulas_agree(void **state)
{
	for (unsigned int key = 0; key < 256; key++)
		for (unsigned int data = 0; data <= 56664; data++)
			if (ECKD_TRACK_BYTES / eckd_bytes(key, data) !=
			    eckd_records_per_track(key, data))
				fail_msg("key %u data %u: %u by bytes, %u by cells", key, data,
					 ECKD_TRACK_BYTES / eckd_bytes(key, data),
					 eckd_records_per_track(key, data));
}

static struct result *write_one(struct disk *disk, unsigned int after, unsigned int key,
				unsigned int data)
{
	char locate[40], count[24];
	const struct step steps[] = {{0x63, CC, 16, "00c00000 00000000 00000001 00000001"},
				     {0x47, CC, 16, locate},
				     {0x1D, SLI, 8, count}};

	snprintf(locate, sizeof(locate), "03000001 00000001 00000001 %02x ff 0000", after);
	snprintf(count, sizeof(count), "00000001 %02x %02x %04x", after + 1, key, data);
	return run_steps(disk, steps, 3);
}

static void as_many_records_fit_as_the_formula_says(void **state)
{
	static const unsigned int sizes[][2] = {{0, 0},	     {0, 1},	 {0, 512},
						{0, 4096},   {44, 96},	 {4, 200},
						{255, 1000}, {0, 28000}, {0, 56664}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned int most = eckd_records_per_track(sizes[i][0], sizes[i][1]);
		struct disk *disk;

		disk_setup((void **)&disk);
		for (unsigned int n = 0; n < most; n++)
			assert_end(write_one(disk, n, sizes[i][0], sizes[i][1]), 2, NORMAL);
		assert_sense(write_one(disk, most, sizes[i][0], sizes[i][1]), 2, 0, 0x40, 0);
		disk_teardown((void **)&disk);
	}
}

static void mixed_records_fill_a_track_to_the_last_cell(void **state)
{
	uint32_t seed = 7;

	for (unsigned int round = 0; round < 40; round++) {
		unsigned int cells = 0, n = 0, key, data;
		struct disk *disk;

		disk_setup((void **)&disk);
		for (;; n++) {
			seed = seed * 1664525 + 1013904223;
			key = seed >> 16 & 1 ? seed >> 24 : 0;
			data = (seed >> 8) % (round % 2 ? 500 : 9000);
			if (cells + eckd_cells(key, data) > ECKD_TRACK_CELLS)
				break;
			assert_end(write_one(disk, n, key, data), 2, NORMAL);
			cells += eckd_cells(key, data);
		}
		assert_sense(write_one(disk, n, key, data), 2, 0, 0x40, 0);
		disk_teardown((void **)&disk);
	}
}

static void a_track_too_full_is_read_and_updated_but_not_extended(void **state)
{
	struct disk *disk = *state;

	/* Hercules lets 13 blocks in. */
	format_track(disk, 1, 13, 0, 4096);
	assert_end(RUN(disk, {0x63, CC, 16, "80c01000 00000000 00000001 00000001"},
		       {0x47, CC, 16, "01800001 00000001 00000001 0d ff 1000"},
		       {0x85, 0, 4096, "c1"}),
		   2, NORMAL);
	assert_sense(write_one(disk, 13, 0, 0), 2, 0, 0x40, 0);
	assert_sense(write_one(disk, 12, 0, 4096), 2, 0, 0x40, 0);
	assert_end(write_one(disk, 11, 0, 4096), 2, NORMAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_the_reference_holds),
		cmocka_unit_test(both_formulas_agree),
		cmocka_unit_test(as_many_records_fit_as_the_formula_says),
		cmocka_unit_test(mixed_records_fill_a_track_to_the_last_cell),
		TEST(a_track_too_full_is_read_and_updated_but_not_extended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
