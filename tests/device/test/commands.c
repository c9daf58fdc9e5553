/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The commands of the scriptable device, with no script. */
#include "rig.h"

#define UP (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)

static void fill(struct rig *rig, uint32_t at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		rig->f->memory[at + i] = (uint8_t)(i * 13 + 5);
}

static void sense_id_says_what_it_is(void **state)
{
	static const uint8_t id[TESTDEV_ID_BYTES] = {0xFF, 0xFF, 0xFF, 0x01, 0x7E, 0x57, 0x01, 0};
	struct rig *rig = *state;

	rig_ccw(rig, TESTDEV_SENSE_ID, SLI, 256, DATA);
	rig_run(rig);
	assert_int_equal(irb_residual(last_irb(rig->f)), 256 - 8);
	assert_memory_equal(rig->f->memory + DATA, id, sizeof(id));
}

static void no_operation_ends_at_once(void **state)
{
	struct rig *rig = *state;

	rig_ccw(rig, TESTDEV_NOP, SLI, 1, DATA);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, UP, 0, PROGRAM + 8);
	assert_int_equal(rig_now(rig), 0);
}

static void what_was_written_is_read_back(void **state)
{
	static const uint16_t sizes[] = {1, 7, 4096, 4097, 65535};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fill(rig, DATA, sizes[i]);
		memset(rig->f->memory + 2 * DATA, 0, 65536);
		rig_begin(rig);
		rig_ccw(rig, TESTDEV_WRITE, 0, sizes[i], DATA);
		rig_ccw(rig, TESTDEV_READ, 0, sizes[i], 2 * DATA);
		rig_run(rig);
		assert_ending(rig->f, 0x4007, UP, 0, PROGRAM + 16);
		assert_memory_equal(rig->f->memory + DATA, rig->f->memory + 2 * DATA, sizes[i]);
	}
}

static void the_buffer_holds_64k_and_no_more(void **state)
{
	struct rig *rig = *state;

	fill(rig, DATA, 65537);
	rig_ccw(rig, TESTDEV_WRITE, CD, 40000, DATA);
	rig_ccw(rig, 0, 0, 25537, DATA + 40000);
	rig_run(rig);
	/* One byte was not taken. */
	assert_ending(rig->f, 0x4017, UP, ARCH_SS_INCORRECT_LENGTH, PROGRAM + 16);
	assert_residual(rig->f, 1);
	rig_ccw(rig, TESTDEV_READ, CD, 40000, 3 * DATA);
	rig_ccw(rig, 0, SLI, 30000, 3 * DATA + 40000);
	rig_run(rig);
	assert_residual(rig->f, 30000 - 25536);
	assert_memory_equal(rig->f->memory + DATA, rig->f->memory + 3 * DATA, 65536);
}

static void nothing_written_is_nothing_to_read(void **state)
{
	struct rig *rig = *state;

	rig_ccw(rig, TESTDEV_READ, 0, 100, DATA);
	rig_run(rig);
	assert_ending(rig->f, 0x4017, UP, ARCH_SS_INCORRECT_LENGTH, PROGRAM + 8);
	assert_residual(rig->f, 100);
}

static void read_backward_gives_the_last_byte_first(void **state)
{
	struct rig *rig = *state;

	fill(rig, DATA, 5000);
	rig_ccw(rig, TESTDEV_WRITE, 0, 5000, DATA);
	rig_ccw(rig, TESTDEV_READ_BACKWARD, 0, 5000, 2 * DATA + 4999);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, UP, 0, PROGRAM + 16);
	assert_memory_equal(rig->f->memory + DATA, rig->f->memory + 2 * DATA, 5000);

	/* Of a long record a short read backward gets the end. */
	rig_ccw(rig, TESTDEV_READ_BACKWARD, SLI, 10, 3 * DATA + 9);
	rig_run(rig);
	assert_memory_equal(rig->f->memory + DATA + 4990, rig->f->memory + 3 * DATA, 10);
}

static void seed(struct rig *rig, uint64_t value)
{
	arch_be64 field = arch_put64(value);

	memcpy(rig->f->memory + DATA - 16, &field, sizeof(field));
	rig_ccw(rig, TESTDEV_SEED, 0, sizeof(field), DATA - 16);
}

static void the_pattern_follows_from_its_seed(void **state)
{
	const uint64_t value = 0x123456789ABCDEF0ull;
	struct rig *rig = *state;

	seed(rig, value);
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 11, DATA);
	/* It goes on where the command before ended. */
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 9000, DATA + 11);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, UP, 0, PROGRAM + 24);
	for (uint32_t i = 0; i < 9011; i++)
		assert_int_equal(rig->f->memory[DATA + i], testdev_pattern(value, i));

	/* And begins anew with a program. */
	rig_ccw(rig, TESTDEV_WRITE_PATTERN, 0, 9011, DATA);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, UP, 0, PROGRAM + 8);
}

static void a_wrong_byte_is_a_data_check_that_names_it(void **state)
{
	struct rig *rig = *state;
	struct testdev_sense sense;

	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 6000, DATA);
	rig_run(rig);
	rig->f->memory[DATA + 5001] ^= 0x40;
	rig_ccw(rig, TESTDEV_WRITE_PATTERN, SLI, 6000, DATA);
	rig_ccw(rig, TESTDEV_NOP, SLI, 1, DATA);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, UP | UC);
	assert_int_equal(irb_ccw(last_irb(rig->f)), PROGRAM + 8);
	rig_sense(rig, (uint8_t *)&sense);
	assert_int_equal(sense.check, TESTDEV_DATA_CHECK);
	assert_int_equal(sense.reason, TESTDEV_MISMATCH);
	assert_int_equal(arch_get32(sense.offset), 5001);
	assert_int_equal(sense.expected, testdev_pattern(0, 5001));
	assert_int_equal(sense.found, testdev_pattern(0, 5001) ^ 0x40);
}

static void other_commands_are_rejected(void **state)
{
	struct rig *rig = *state;
	struct testdev_sense sense;

	for (unsigned int code = 1; code < 256; code++) {
		static const uint8_t known[] = {
			TESTDEV_WRITE,	     TESTDEV_READ,	    TESTDEV_NOP,
			TESTDEV_BASIC_SENSE, TESTDEV_WRITE_PATTERN, TESTDEV_READ_PATTERN,
			TESTDEV_SEED,	     TESTDEV_READ_BACKWARD, TESTDEV_READ_COUNTERS,
			TESTDEV_SCRIPT,	     TESTDEV_KEEP_SCRIPT,   TESTDEV_FORGET,
			TESTDEV_SENSE_ID,
		};

		rig->f->irb_count = 0;
		/* Invalid to the channel, or a transfer. */
		if (memchr(known, (int)code, sizeof(known)) || !(code & 0xF) || (code & 0xF) == 8)
			continue;
		rig_ccw(rig, (uint8_t)code, SLI, 1, DATA);
		rig_run(rig);
		assert_int_equal(last_irb(rig->f)->scsw.device_status, UP | UC);
		rig_sense(rig, (uint8_t *)&sense);
		assert_int_equal(sense.check, TESTDEV_COMMAND_REJECT);
		assert_int_equal(sense.reason, TESTDEV_BAD_COMMAND);
		assert_int_equal(sense.found, code);
	}
}

static void sense_is_there_once(void **state)
{
	static const uint8_t zeros[ARCH_SENSE_BYTES];
	struct rig *rig = *state;
	uint8_t sense[ARCH_SENSE_BYTES];

	rig_ccw(rig, 0x0F, SLI, 1, DATA);
	rig_run(rig);
	rig_sense(rig, sense);
	assert_memory_not_equal(sense, zeros, sizeof(zeros));
	rig_sense(rig, sense);
	assert_memory_equal(sense, zeros, sizeof(zeros));
}

static void a_seed_has_eight_bytes(void **state)
{
	struct rig *rig = *state;
	struct testdev_sense sense;

	rig_ccw(rig, TESTDEV_SEED, SLI, 7, DATA);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, UP | UC);
	rig_sense(rig, (uint8_t *)&sense);
	assert_int_equal(sense.reason, TESTDEV_BAD_SIZE);
}

static void the_counters_count(void **state)
{
	struct rig *rig = *state;
	struct testdev_figures_seen seen;

	rig_ccw(rig, TESTDEV_WRITE, 0, 100, DATA);
	rig_ccw(rig, TESTDEV_READ, SLI, 30, DATA);
	rig_run(rig);
	rig_ccw(rig, TESTDEV_NOP, SLI, 1, DATA);
	rig_run(rig);
	assert_int_equal(csch(rig->f), 0);
	settle(rig->f);
	seen = rig_counters(rig);
	assert_int_equal(seen.programs, 3);
	assert_int_equal(seen.commands, 3);
	assert_int_equal(seen.ended, 3);
	assert_int_equal(seen.cancelled, 0);
	assert_int_equal(seen.selective_resets, 1);
	assert_int_equal(seen.bytes_written, 100);
	assert_int_equal(seen.bytes_read, 30);
}

static void forget_leaves_nothing(void **state)
{
	static const struct testdev_step kept[] = {
		{.operation = TESTDEV_NO_PATH, .repeat = {{0xFF, 0xFF}}},
	};
	struct rig *rig = *state;
	struct testdev_figures_seen seen;

	rig_script(rig, TESTDEV_KEEP_SCRIPT, kept, 1);
	rig_run(rig);
	seed(rig, 99);
	rig_ccw(rig, TESTDEV_FORGET, SLI, 1, DATA);
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 8, DATA);
	rig_run(rig);
	assert_int_equal(rig->f->memory[DATA], testdev_pattern(0, 0));
	rig_ccw(rig, TESTDEV_READ, SLI, 8, DATA);
	rig_run(rig);
	assert_residual(rig->f, 8);
	seen = rig_counters(rig);
	assert_int_equal(seen.commands, 2);
}

static void a_system_reset_is_power_on(void **state)
{
	struct rig *rig = *state;
	struct arch_schib schib;
	struct testdev_figures_seen seen;

	rig_ccw(rig, TESTDEV_WRITE, 0, 100, DATA);
	rig_run(rig);
	css_subchannel_io_reset(rig->f->sch);
	assert_int_equal(stsch(rig->f, &schib), 0);
	schib.pmcw.flags = arch_put16(arch_get16(schib.pmcw.flags) | ARCH_PMCW_ENABLED);
	assert_int_equal(msch(rig->f, &schib), 0);
	seen = rig_counters(rig);
	assert_int_equal(seen.programs, 1);
	assert_int_equal(seen.bytes_written, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(sense_id_says_what_it_is),
		RIG_TEST(no_operation_ends_at_once),
		RIG_TEST(what_was_written_is_read_back),
		RIG_TEST(the_buffer_holds_64k_and_no_more),
		RIG_TEST(nothing_written_is_nothing_to_read),
		RIG_TEST(read_backward_gives_the_last_byte_first),
		RIG_TEST(the_pattern_follows_from_its_seed),
		RIG_TEST(a_wrong_byte_is_a_data_check_that_names_it),
		RIG_TEST(other_commands_are_rejected),
		RIG_TEST(sense_is_there_once),
		RIG_TEST(a_seed_has_eight_bytes),
		RIG_TEST(the_counters_count),
		RIG_TEST(forget_leaves_nothing),
		RIG_TEST(a_system_reset_is_power_on),
	};

	return cmocka_run_group_tests_name("test device commands", tests, NULL, NULL);
}
