/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What Linux asks of a disk until it is online, byte for byte (qemu-client.md section 5.1). */
#include "tests/device/harness.h"

#define PGID "00000000000000 2964 8000"

static void sense_id_names_the_control_unit_and_the_model(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0xE4, SLI, 40, NULL});

	assert_end(r, 0, NORMAL);
	assert_int_equal(r->residual, 20);
	assert_bytes(r->data[0], "ff3990e9 33900200 40fa0100 41270004 423e0060 00");
}

static void a_2107_names_itself(void **state)
{
	struct disk disk = {0};
	struct result *r;

	disk_open(&disk, memory_volume_create(3339),
		  &(struct eckd_config){.control_unit = ECKD_2107, .device_number = 0x1234});
	r = RUN(&disk, {0xE4, SLI, 40, NULL});
	assert_bytes(r->data[0], "ff2107e8 33900a00 40fa0100 41270004 423e01a0 433e0008 00");
	disk_close(&disk);
}

static void the_model_follows_the_size(void **state)
{
	static const struct {
		uint32_t cylinders;
		uint8_t model, code;
	} sizes[] = {{1, 0x02, 0x26},	  {1113, 0x02, 0x26}, {1115, 0x06, 0x27},
		     {2226, 0x06, 0x27},  {3339, 0x0A, 0x24}, {10017, 0x0C, 0x32},
		     {32760, 0x0C, 0x32}, {65520, 0x0C, 0x32}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct disk disk = {0};
		struct result *r;

		disk_open(&disk, memory_volume_create(sizes[i].cylinders),
			  &(struct eckd_config){.control_unit = ECKD_3990_6});
		r = RUN(&disk, {0x64, 0, 64, NULL});
		assert_end(r, 0, NORMAL);
		assert_int_equal(r->data[0][5], sizes[i].model);
		assert_int_equal(r->data[0][11], sizes[i].code);
		assert_int_equal(r->data[0][12] << 8 | r->data[0][13], sizes[i].cylinders);
		assert_int_equal(r->data[0][62] << 8 | r->data[0][63], sizes[i].cylinders);
		disk_close(&disk);
	}
}

static void characteristics_have_the_3390s_geometry(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x64, 0, 64, NULL});

	assert_end(r, 0, NORMAL);
	assert_bytes(r->data[0],
		     "3990e9 3390 02 52001096 20 26 00c8 000f e0 00e5a2 0594 02 22130906 74"
		     "00000000 00000000 00000000 26261502 dfee0001 0677080f 007f4000 15ff"
		     "0000 000000c8");
}

static void configuration_data_make_a_uid(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0xFA, 0, 256, NULL});
	const uint8_t *data = r->data[0];

	assert_end(r, 0, NORMAL);
	assert_bytes(data,
		     "dc010100 4040f3f3f9f0 f0f0f2 c3c9d6 f0f0 c3c8c1d5c9d6f0f0f0f1f2f0 0020");
	assert_int_equal(data[32], 0xD4);
	assert_int_equal(data[64], 0xD0);
	assert_int_equal(data[96], 0xF0);
	assert_bytes(data + 224, "80 00 0000 0000 1e 00 0001 80 20");
}

static void without_a_serial_the_device_number_serves(void **state)
{
	struct disk disk = {0};
	struct volume *volume = memory_volume_create(10);
	struct result *r;

	((struct memory_volume *)volume)->info.serial[0] = 0;
	disk_open(&disk, volume, &(struct eckd_config){.device_number = 0xBEEF});
	r = RUN(&disk, {0xFA, 0, 256, NULL});
	assert_bytes(r->data[0] + 18, "f0f0f0f0f0f0f0f0 c2c5c5c6 00ef");
	disk_close(&disk);
}

static void a_path_group_is_set_and_sensed(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x34, SLI, 12, NULL});

	assert_end(r, 0, NORMAL);
	assert_bytes(r->data[0], "00 0000000000000000000000");
	r = RUN(disk, {0xAF, SLI, 12, "80" PGID});
	assert_end(r, 0, NORMAL);
	r = RUN(disk, {0x34, SLI, 12, NULL});
	assert_bytes(r->data[0], "c8" PGID);
	r = RUN(disk, {0xAF, SLI, 12, "a0" PGID});
	assert_end(r, 0, NORMAL);
	r = RUN(disk, {0x34, SLI, 12, NULL});
	assert_bytes(r->data[0], "80" PGID);
}

static void subsystem_characteristics_are_accepted(void **state)
{
	struct disk *disk = *state;

	assert_end(RUN(disk, {0x27, 0, 66, "1d000000 0000c888"}), 0, NORMAL);
	assert_end(RUN(disk, {0x27, 0, 66, "1d000000 0000c000"}), 0, NORMAL);
	assert_sense(RUN(disk, {0x27, 0, 66, "1d000000 0000ff00"}), 0, 0x80, 0, 0x04);
}

static void feature_codes_announce_track_data(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x27, CC, 12, "18000000 00004100"}, {0x3E, 0, 256, NULL});

	assert_end(r, 1, NORMAL);
	assert_bytes(r->data[1], "0000000000000000 01 20 0000 40 000000");
}

static void unit_addresses_are_bases(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x27, CC, 12, "18000000 00000e00"}, {0x3E, 0, 512, NULL});

	assert_end(r, 1, NORMAL);
	for (unsigned int i = 0; i < 256; i++)
		assert_bytes(r->data[1] + 2 * i, "0100");
}

static void unknown_suborders_are_rejected(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x27, CC, 12, "18000000 00005200"}, {0x3E, 0, 16, NULL}), 0, 0x80,
		     0, 0x04);
	assert_sense(RUN(disk, {0x27, CC, 12, "18000000 00005300"}, {0x3E, 0, 16, NULL}), 0, 0x80,
		     0, 0x04);
	/* Nothing is left prepared. */
	assert_sense(RUN(disk, {0x3E, 0, 16, NULL}), 0, 0x80, 0, 0x02);
}

#define ANALYSIS                                                                                   \
	{0x63, CC, 16, "40c40000 00000000 00000000 00000001"},                                     \
		{0x47, CC, 16, "06000004 00000000 00000000 00000000"}, {0x12, CC, 8, NULL},        \
		{0x12, CC, 8, NULL}, {0x12, CC, 8, NULL}, {0x12, CC, 8, NULL},                     \
		{0x47, CC, 16, "06000001 00000001 00000001 00000000"},                             \
	{                                                                                          \
		0x12, 0, 8, NULL                                                                   \
	}

static void analysis_of_an_empty_disk_finds_no_record(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, ANALYSIS), 2, 0, 0x08, 0);
}

static void analysis_reads_the_counts(void **state)
{
	struct disk *disk = *state;
	struct result *r;

	format_track(disk, 0, 12, 0, 4096);
	format_track(disk, 1, 12, 0, 4096);
	r = RUN(disk, ANALYSIS);
	assert_end(r, 7, NORMAL);
	assert_bytes(r->data[2], "00000000 01 00 1000");
	assert_bytes(r->data[5], "00000000 04 00 1000");
	assert_bytes(r->data[7], "00000001 01 00 1000");
}

static void analysis_of_three_records_stops_at_the_fourth(void **state)
{
	struct disk *disk = *state;

	format_track(disk, 0, 3, 4, 80);
	assert_sense(RUN(disk, ANALYSIS), 5, 0, 0x08, 0);
}

static void subsystem_status_names_the_subsystem(void **state)
{
	struct disk *disk = *state;
	struct result *r = RUN(disk, {0x54, 0, 44, NULL});

	assert_end(r, 0, NORMAL);
	assert_bytes(r->data[0], "01 20 ff");
	assert_bytes(r->data[0] + 38, "0001");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(sense_id_names_the_control_unit_and_the_model),
		cmocka_unit_test(a_2107_names_itself),
		cmocka_unit_test(the_model_follows_the_size),
		TEST(characteristics_have_the_3390s_geometry),
		TEST(configuration_data_make_a_uid),
		cmocka_unit_test(without_a_serial_the_device_number_serves),
		TEST(a_path_group_is_set_and_sensed),
		TEST(subsystem_characteristics_are_accepted),
		TEST(feature_codes_announce_track_data),
		TEST(unit_addresses_are_bases),
		TEST(unknown_suborders_are_rejected),
		TEST(analysis_of_an_empty_disk_finds_no_record),
		TEST(analysis_reads_the_counts),
		TEST(analysis_of_three_records_stops_at_the_fourth),
		TEST(subsystem_status_names_the_subsystem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
