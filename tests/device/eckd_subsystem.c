/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Path groups, reservation, subsystem data, resets (eckd-3390.md section 9). */
#include "tests/device/harness.h"

#define GROUP_A "0102030405060708090a0b"
#define GROUP_B "1112131415161718191a1b"

static struct result *on_path(struct disk *disk, uint8_t path, uint8_t code, const char *data)
{
	const struct step step = {code, SLI, 32, data};

	disk->path = path;
	return run_steps(disk, &step, 1);
}

/* Path 0x80 belongs to group A, 0x40 too, 0x20 to group B, 0x10 to none. */
static int setup(void **state)
{
	disk_setup(state);
	assert_end(on_path(*state, 0x80, 0xAF, "80" GROUP_A), 0, NORMAL);
	assert_end(on_path(*state, 0x40, 0xAF, "80" GROUP_A), 0, NORMAL);
	assert_end(on_path(*state, 0x20, 0xAF, "00" GROUP_B), 0, NORMAL);
	return 0;
}

static uint8_t state_of(struct disk *disk, uint8_t path)
{
	struct result *r = on_path(disk, path, 0x34, NULL);

	assert_end(r, 0, NORMAL);
	return r->data[0][0];
}

static void path_groups_have_states(void **state)
{
	struct disk *disk = *state;

	assert_int_equal(state_of(disk, 0x80), 0xC8);
	assert_int_equal(state_of(disk, 0x20), 0xC0);
	assert_int_equal(state_of(disk, 0x10), 0x00);
	/* Resign: this path; disband: all of the group. */
	assert_end(on_path(disk, 0x80, 0xAF, "40" GROUP_A), 0, NORMAL);
	assert_int_equal(state_of(disk, 0x80), 0x80);
	assert_int_equal(state_of(disk, 0x40), 0xC8);
	assert_end(on_path(disk, 0x80, 0xAF, "20" GROUP_A), 0, NORMAL);
	assert_int_equal(state_of(disk, 0x40), 0x80);
	assert_int_equal(state_of(disk, 0x20), 0xC0);
}

static void path_group_ids_are_checked(void **state)
{
	struct disk *disk = *state;

	assert_sense(on_path(disk, 0x10, 0xAF, "60" GROUP_A), 0, 0x80, 0, 0x04);
	assert_sense(on_path(disk, 0x10, 0xAF, "01" GROUP_A), 0, 0x80, 0, 0x04);
	assert_sense(on_path(disk, 0x10, 0xAF, "80 0000000000000000000000"), 0, 0x80, 0, 0x04);
	/* A path that has an identifier keeps it. */
	assert_sense(on_path(disk, 0x80, 0xAF, "80" GROUP_B), 0, 0x80, 0, 0x04);
	assert_int_equal(state_of(disk, 0x80), 0xC8);
}

static void a_reserved_disk_is_busy_for_others(void **state)
{
	struct disk *disk = *state;

	assert_end(on_path(disk, 0x80, 0xB4, NULL), 0, NORMAL);
	assert_int_equal(state_of(disk, 0x80), 0xF8);
	assert_int_equal(state_of(disk, 0x40), 0xF8);
	assert_int_equal(state_of(disk, 0x20), 0xE0);
	assert_int_equal(state_of(disk, 0x10), 0x20);
	/* The owner works on all its paths, others do not. */
	assert_end(on_path(disk, 0x40, 0xE4, NULL), 0, NORMAL);
	assert_end(on_path(disk, 0x20, 0xE4, NULL), 0, ARCH_DS_BUSY);
	assert_end(on_path(disk, 0x10, 0x94, NULL), 0, ARCH_DS_BUSY);
	assert_end(on_path(disk, 0x20, 0xB4, NULL), 0, ARCH_DS_BUSY);
	assert_int_equal(disk->attention, 0);
	/* Released: who was told busy is told that it is over. */
	assert_end(on_path(disk, 0x40, 0x94, NULL), 0, NORMAL);
	assert_int_equal(disk->attention, ARCH_DS_DEVICE_END);
	assert_end(on_path(disk, 0x20, 0xE4, NULL), 0, NORMAL);
	assert_int_equal(state_of(disk, 0x20), 0xC0);
}

static void a_reservation_can_be_stolen(void **state)
{
	struct disk *disk = *state;

	assert_end(on_path(disk, 0x80, 0xB4, NULL), 0, NORMAL);
	assert_end(on_path(disk, 0x20, 0x14, NULL), 0, NORMAL);
	assert_int_equal(state_of(disk, 0x20), 0xF0);
	assert_int_equal(state_of(disk, 0x80), 0xE8);
	assert_end(on_path(disk, 0x80, 0xE4, NULL), 0, ARCH_DS_BUSY);
}

static void a_path_without_a_group_reserves_for_itself(void **state)
{
	struct disk *disk = *state;

	assert_end(on_path(disk, 0x10, 0xB4, NULL), 0, NORMAL);
	assert_int_equal(state_of(disk, 0x10), 0x30);
	assert_end(on_path(disk, 0x80, 0xE4, NULL), 0, ARCH_DS_BUSY);
	/* Release without a reservation does nothing. */
	assert_end(on_path(disk, 0x10, 0x94, NULL), 0, NORMAL);
	assert_end(on_path(disk, 0x10, 0x94, NULL), 0, NORMAL);
	assert_end(on_path(disk, 0x80, 0xE4, NULL), 0, NORMAL);
}

static void reservation_commands_return_sense_bytes(void **state)
{
	static const uint8_t codes[] = {0xB4, 0x94, 0x14, 0x94, 0x44, 0xA4};

	for (size_t i = 0; i < sizeof(codes); i++) {
		struct result *r = RUN(*state, {codes[i], 0, 32, NULL});

		assert_end(r, 0, NORMAL);
		assert_int_equal(r->residual, 0);
	}
}

static void a_system_reset_forgets(void **state)
{
	struct disk *disk = *state;
	unsigned int flushes = disk->memory->flushes;

	assert_end(on_path(disk, 0x80, 0xB4, NULL), 0, NORMAL);
	disk->keeps_sense = true;
	assert_end(on_path(disk, 0x80, 0xFF, NULL), 0, CHECK);
	eckd_ops.reset(disk->eckd, NULL, CSS_RESET_SYSTEM);
	assert_int_equal(disk->memory->flushes, flushes + 1);
	assert_int_equal(state_of(disk, 0x80), 0);
	assert_int_equal(state_of(disk, 0x20), 0);
	assert_end(on_path(disk, 0x20, 0x04, NULL), 0, NORMAL);
	assert_bytes(disk->result.data[0], "0000");
	/* A group may have another identifier now. */
	assert_end(on_path(disk, 0x80, 0xAF, "80" GROUP_B), 0, NORMAL);
}

static void a_selective_reset_keeps_reservation_and_groups(void **state)
{
	struct disk *disk = *state;

	assert_end(on_path(disk, 0x80, 0xB4, NULL), 0, NORMAL);
	eckd_ops.reset(disk->eckd, NULL, CSS_RESET_SELECTIVE);
	assert_int_equal(state_of(disk, 0x80), 0xF8);
}

static void what_is_prepared_is_read_once_and_in_the_same_program(void **state)
{
	struct disk *disk = *state;

	assert_end(RUN(disk, {0x27, 0, 12, "18000000 00004100"}), 0, NORMAL);
	assert_sense(RUN(disk, {0x3E, SLI, 256, NULL}), 0, 0x80, 0, 0x02);
	assert_end(RUN(disk, {0x27, CC, 12, "18000000 00004100"}, {0x03, CC | SLI, 1, NULL},
		       {0x3E, 0, 256, NULL}),
		   2, NORMAL);
	assert_sense(RUN(disk, {0x27, CC, 12, "18000000 00004100"}, {0x3E, CC, 256, NULL},
			 {0x3E, 0, 256, NULL}),
		     2, 0x80, 0, 0x02);
	assert_sense(RUN(disk, {0x27, 0, 12, "18010000 00004100"}), 0, 0x80, 0, 0x04);
	assert_sense(RUN(disk, {0x27, 0, 12, "18000000 00004101"}), 0, 0x80, 0, 0x04);
	assert_sense(RUN(disk, {0x27, 0, 12, "19000000 00004100"}), 0, 0x80, 0, 0x04);
}

static void a_message_asked_for_is_empty(void **state)
{
	struct result *r =
		RUN(*state, {0x27, CC, 12, "18000000 00000300 c1c2c3c4"}, {0x3E, 0, 9, NULL});

	assert_end(r, 1, NORMAL);
	assert_bytes(r->data[1], "0009 00 00 c1c2c3c4 00");
}

static void the_interface_identifier_is_kept(void **state)
{
	struct disk *disk = *state;

	assert_end(RUN(disk, {0x27, 0, 4, "b000 c5c6"}), 0, NORMAL);
	assert_end(RUN(disk, {0xFA, 0, 256, NULL}), 0, NORMAL);
	assert_bytes(disk->result.data[0] + 226, "c5c6");
}

static void summary_unit_checks_are_acknowledged(void **state)
{
	assert_end(RUN(*state, {0xF9, 0, 16, "01"}), 0, NORMAL);
}

static void track_data_are_announced_only_if_configured(void **state)
{
	struct disk disk = {0};
	struct result *r;

	disk_open(&disk, memory_volume_create(10),
		  &(struct eckd_config){.control_unit = ECKD_2107});
	r = RUN(&disk, {0x27, CC, 12, "18000000 00004100"}, {0x3E, 0, 256, NULL});
	for (size_t i = 0; i < 256; i++)
		assert_int_equal(r->data[1][i], 0);
	disk_close(&disk);
}

static void other_volumes_are_refused(void **state)
{
	static const struct volume_info refused[] = {
		{.kind = VOLUME_BLOCKS, .device_type = 0x3390, .cylinders = 1, .heads = 15},
		{.kind = VOLUME_TRACKS, .device_type = 0x3380, .cylinders = 1, .heads = 15},
		{.kind = VOLUME_TRACKS, .device_type = 0x3390, .cylinders = 0, .heads = 15},
		{.kind = VOLUME_TRACKS, .device_type = 0x3390, .cylinders = 65521, .heads = 15},
		{.kind = VOLUME_TRACKS, .device_type = 0x3390, .cylinders = 1, .heads = 16},
	};
	struct volume *volume = memory_volume_create(1);
	struct memory_volume *memory = (struct memory_volume *)volume;
	const struct volume_info good = memory->info;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct eckd_config config = {.volume = volume};
		struct chanio_error error = {""};
		struct eckd *eckd;

		memory->info = refused[i];
		memory->info.format = "test";
		memory->info.track_size = TRACK_SIZE;
		assert_int_equal(eckd_create(&config, &eckd, &error), -EINVAL);
		assert_true(error.text[0]);
	}
	memory->info = good;
	volume_close(volume);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(path_groups_have_states),
		TEST(path_group_ids_are_checked),
		TEST(a_reserved_disk_is_busy_for_others),
		TEST(a_reservation_can_be_stolen),
		TEST(a_path_without_a_group_reserves_for_itself),
		TEST(reservation_commands_return_sense_bytes),
		TEST(a_system_reset_forgets),
		TEST(a_selective_reset_keeps_reservation_and_groups),
		TEST(what_is_prepared_is_read_once_and_in_the_same_program),
		TEST(a_message_asked_for_is_empty),
		TEST(the_interface_identifier_is_kept),
		TEST(summary_unit_checks_are_acknowledged),
		cmocka_unit_test(track_data_are_announced_only_if_configured),
		cmocka_unit_test(other_volumes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
