/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Scripts: each operation, flag and refusal of the scriptable device. */
#include "rig.h"

#include <stdlib.h>

#define BE16(value)                                                                                \
	{                                                                                          \
		{                                                                                  \
			(uint8_t)((value) >> 8), (uint8_t)(value)                                  \
		}                                                                                  \
	}
#define BE32(value)                                                                                \
	{                                                                                          \
		{                                                                                  \
			(uint8_t)((value) >> 24), (uint8_t)((value) >> 16),                        \
				(uint8_t)((value) >> 8), (uint8_t)(value)                          \
		}                                                                                  \
	}
#define UE   ARCH_DS_UNIT_EXCEPTION
#define BUSY ARCH_DS_BUSY
#define CUE  ARCH_DS_CONTROL_UNIT_END
#define ATTN ARCH_DS_ATTENTION

static void set(struct rig *rig, struct testdev_step step)
{
	rig_script(rig, TESTDEV_SCRIPT, &step, 1);
}

static void keep(struct rig *rig, struct testdev_step step)
{
	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
}

static void nop(struct rig *rig, uint8_t flags)
{
	rig_ccw(rig, TESTDEV_NOP, SLI | flags, 1, DATA);
}

static uint32_t deferred(const struct rig *rig)
{
	return (arch_get32(last_irb(rig->f)->scsw.control) & ARCH_SCSW_DEFERRED_CC) >>
	       ARCH_SCSW_DEFERRED_CC_SHIFT;
}

static void any_status_ends_a_command(void **state)
{
	static const uint8_t statuses[] = {CE_DE,	CE_DE | UE, CE_DE | ATTN,
					   CE_DE | CUE, UC,	    CE_DE | UC | UE};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(statuses); i++) {
		uint8_t status = statuses[i];
		bool alert = status & (UE | ATTN | UC);

		set(rig, (struct testdev_step){.status = status});
		nop(rig, 0);
		rig_run(rig);
		assert_ending(rig->f, alert ? 0x4017 : 0x4007, status, 0, PROGRAM + 16);
	}
}

static void unit_check_has_the_sense_that_was_asked_for(void **state)
{
	struct rig *rig = *state;
	struct testdev_step step = {.status = CE_DE | UC};
	uint8_t sense[ARCH_SENSE_BYTES];

	for (uint8_t i = 0; i < ARCH_SENSE_BYTES; i++)
		step.sense[i] = (uint8_t)(0x80 + i);
	set(rig, step);
	nop(rig, 0);
	rig_run(rig);
	rig_sense(rig, sense);
	assert_memory_equal(sense, step.sense, sizeof(sense));
}

static void status_modifier_skips_a_command(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.status = CE_DE | SM});
	nop(rig, 0);
	rig_ccw(rig, TESTDEV_READ, 0, 1, DATA); /* would be short */
	nop(rig, 0);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 32);
}

static void command_retry_gives_the_command_again(void **state)
{
	static const struct testdev_step steps[] = {
		{.status = CE | UC | SM, .late_status = DE, .late_delay = BE32(10)},
		{.status = CE_DE},
	};
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_SCRIPT, steps, 2);
	nop(rig, 0);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(rig_counters(rig).commands, 2);
}

static void channel_end_and_device_end_come_apart(void **state)
{
	const struct testdev_step step = {.status = CE, .late_status = DE, .late_delay = BE32(500)};
	struct rig *rig = *state;

	/* At the end of the program: primary, then secondary status. */
	set(rig, step);
	nop(rig, 0);
	rig_start(rig);
	assert_int_equal(rig->f->irb_count, 1);
	assert_ending(rig->f, 0x4045, CE, 0, PROGRAM + 16);
	settle(rig->f);
	assert_int_equal(rig->f->irb_count, 2);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x0003);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, DE);
	assert_int_equal(rig_now(rig), 500);

	/* Inside a chain only the chain waits. */
	rig->f->irb_count = 0;
	set(rig, step);
	nop(rig, 0);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(rig->f->irb_count, 1);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 24);
	assert_int_equal(rig_now(rig), 1000);
}

static void an_error_may_come_with_the_late_status(void **state)
{
	struct testdev_step step = {.status = CE, .late_status = DE | UC, .sense = {0x10, 0x77}};
	struct rig *rig = *state;
	uint8_t sense[ARCH_SENSE_BYTES];

	set(rig, step);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x0013);
	rig_sense(rig, sense);
	assert_int_equal(sense[1], 0x77);
}

static void channel_end_alone_leaves_the_device_busy(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.status = CE});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4045);
	/* The next start waits for it, until somebody ends that. */
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(rig->f->irb_count, 1);
	assert_int_equal(csch(rig->f), 0);
	settle(rig->f);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4007);
}

static void control_unit_end_alone_comes_before_the_end(void **state)
{
	struct rig *rig = *state;

	set(rig,
	    (struct testdev_step){.status = CUE, .late_status = CE_DE, .late_delay = BE32(70)});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(rig->f->irb_count, 1);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(rig_now(rig), 70);
}

static void a_delay_is_as_long_as_it_says(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.delay = BE32(1234), .repeat = BE16(3)});
	nop(rig, 0);
	nop(rig, 0);
	nop(rig, 0);
	nop(rig, 0);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 40);
	assert_int_equal(rig_now(rig), 3 * 1234);
}

static void a_random_delay_is_no_longer_than_it_says(void **state)
{
	struct rig *rig = *state;
	uint64_t before = 0, distinct = 0, last = 0;

	set(rig, (struct testdev_step){.delay = BE32(1000), .flags = TESTDEV_RANDOM});
	nop(rig, 0);
	for (int i = 0; i < 20; i++, rig->at = PROGRAM + 16) {
		rig_run(rig);
		assert_in_range(rig_now(rig) - before, 0, 1000);
		distinct += rig_now(rig) - before != last;
		last = rig_now(rig) - before;
		before = rig_now(rig);
	}
	assert_true(distinct > 10);
}

static void later_needs_no_time(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.flags = TESTDEV_LATER});
	nop(rig, 0);
	rig_start(rig);
	assert_int_equal(rig->f->irb_count, 0);
	assert_int_equal(state_now(rig->f), 0x40C0);
	settle(rig->f);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(rig_now(rig), 0);
}

static void data_moves_before_or_after_the_delay(void **state)
{
	struct rig *rig = *state;

	for (int late = 0; late < 2; late++) {
		memset(rig->f->memory + DATA, 0, 16);
		set(rig, (struct testdev_step){.delay = BE32(50),
					       .flags = late ? TESTDEV_DATA_LATE : 0});
		rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 16, DATA);
		rig_start(rig);
		assert_int_equal(rig->f->memory[DATA], late ? 0 : testdev_pattern(0, 0));
		settle(rig->f);
		assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 16);
		assert_int_equal(rig->f->memory[DATA + 15], testdev_pattern(0, 15));
	}
}

static void a_late_mismatch_is_found_late(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.delay = BE32(50), .flags = TESTDEV_DATA_LATE});
	rig_ccw(rig, TESTDEV_WRITE_PATTERN, 0, 16, DATA);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UC);
}

static void a_record_may_be_longer_or_shorter(void **state)
{
	static const struct {
		uint8_t command;
		uint32_t record;
		uint16_t count, residual;
	} rows[] = {
		{TESTDEV_READ, 50, 100, 50},	      {TESTDEV_READ, 150, 100, 0},
		{TESTDEV_READ_PATTERN, 50, 100, 50},  {TESTDEV_READ_PATTERN, 101, 100, 0},
		{TESTDEV_WRITE, 50, 100, 50},	      {TESTDEV_WRITE, 101, 100, 0},
		{TESTDEV_WRITE_PATTERN, 99, 100, 1},  {TESTDEV_WRITE_PATTERN, 101, 100, 0},
		{TESTDEV_READ_BACKWARD, 90, 100, 10}, {TESTDEV_READ_BACKWARD, 101, 100, 0},
		{TESTDEV_READ, 0, 100, 100},	      {TESTDEV_READ, 0xFFFFFFFF, 100, 0},
		{TESTDEV_WRITE, 0xFFFFFFFF, 100, 0},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct testdev_step step = {.flags = TESTDEV_LENGTH,
					    .value = arch_put32(rows[i].record)};
		bool backward = rows[i].command == TESTDEV_READ_BACKWARD;

		/* What the pattern is compared with is the pattern. */
		rig_begin(rig);
		rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 100, DATA);
		rig_run(rig);
		rig_script(rig, TESTDEV_SCRIPT, &step, 1);
		rig_ccw(rig, rows[i].command, 0, rows[i].count, DATA + (backward ? 99 : 0));
		rig_run(rig);
		assert_ending(rig->f, 0x4017, CE_DE, ARCH_SS_INCORRECT_LENGTH, PROGRAM + 16);
		assert_residual(rig->f, rows[i].residual);
	}
}

static void what_must_wait_is_left_to_a_thread_that_may(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.flags = TESTDEV_MUST_WAIT});
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 16, DATA);
	rig_start(rig);
	assert_int_equal(rig->f->irb_count, 0);
	settle(rig->f);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(rig_counters(rig).commands, 1);
}

static void a_held_command_ends_by_halt_and_clear(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.operation = TESTDEV_HOLD});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(rig->f->irb_count, 0);
	assert_int_equal(hsch(rig->f), 0);
	settle(rig->f);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x6007);

	set(rig, (struct testdev_step){.operation = TESTDEV_HOLD, .flags = TESTDEV_DATA});
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 16, DATA);
	rig_run(rig);
	assert_int_equal(rig->f->memory[DATA], testdev_pattern(0, 0));
	assert_int_equal(csch(rig->f), 0);
	settle(rig->f);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x1001);
	assert_int_equal(rig_counters(rig).cancelled, 2);
}

static void a_delayed_command_that_was_cleared_says_no_more(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.delay = BE32(1000), .flags = TESTDEV_DATA_LATE});
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 16, DATA);
	rig_start(rig);
	assert_int_equal(csch(rig->f), 0);
	rig_help(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x1001);
	settle(rig->f);
	assert_int_equal(rig->f->irb_count, 1);
	assert_int_equal(rig->f->memory[DATA], 0);
	assert_int_equal(rig_now(rig), 0);
}

static void busy_defers_the_start(void **state)
{
	struct rig *rig = *state;

	keep(rig, (struct testdev_step){
			  .operation = TESTDEV_ANSWER, .status = BUSY, .delay = BE32(300)});
	nop(rig, 0);
	rig_start(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4011);
	assert_int_equal(deferred(rig), 1);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, BUSY);
	/* And says when it is no more. */
	settle(rig->f);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x0011);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, DE);
	assert_int_equal(rig_now(rig), 300);
}

static void a_busy_control_unit_holds_the_start_until_it_is_free(void **state)
{
	struct rig *rig = *state;

	rig->f->irb_count = 0;
	keep(rig, (struct testdev_step){
			  .operation = TESTDEV_ANSWER, .status = SM | BUSY, .delay = BE32(300)});
	nop(rig, 0);
	rig_start(rig);
	assert_int_equal(rig->f->irb_count, 1);
	assert_int_equal(state_now(rig->f), 0x4400);
	settle(rig->f);
	assert_int_equal(rig->f->irb_count, 2);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(rig_now(rig), 300);
}

static void pending_status_defers_the_start(void **state)
{
	struct rig *rig = *state;

	keep(rig, (struct testdev_step){.operation = TESTDEV_ANSWER, .status = ATTN | BUSY});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(deferred(rig), 1);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, ATTN | BUSY);
	nop(rig, 0);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void an_answer_does_nothing_of_the_command(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.operation = TESTDEV_ANSWER, .status = UC, .sense = {0x40}});
	rig_ccw(rig, TESTDEV_READ_PATTERN, 0, 16, DATA);
	rig_run(rig);
	assert_ending(rig->f, 0x4017, UC, 0, PROGRAM + 16);
	assert_residual(rig->f, 16);
	assert_int_equal(rig->f->memory[DATA], 0);
}

static void no_path_defers_the_start_with_3(void **state)
{
	struct rig *rig = *state;

	keep(rig, (struct testdev_step){.operation = TESTDEV_NO_PATH});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4011);
	assert_int_equal(deferred(rig), 3);
	assert_true(arch_get32(last_irb(rig->f)->scsw.control) & ARCH_SCSW_PATH_NOT_OPER);

	/* With a second path that responds nothing is wrong. */
	rig->f->lpm = 0xC0;
	keep(rig, (struct testdev_step){.operation = TESTDEV_NO_PATH});
	nop(rig, 0);
	rig_run(rig);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(rig_counters(rig).ended, 1);
}

static void a_path_lost_inside_a_chain_is_an_interface_check(void **state)
{
	struct rig *rig = *state;

	set(rig, (struct testdev_step){.operation = TESTDEV_NO_PATH});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.subchannel_status, ARCH_SS_INTERFACE_CONTROL_CHECK);
}

static void intermediate_status_works_while_a_command_is_held(void **state)
{
	struct rig *rig = *state;

	rig->f->orb_flags = ARCH_ORB_INITIAL_STATUS;
	keep(rig, (struct testdev_step){.delay = BE32(10)});
	rig->f->irb_count = 0;
	rig_ccw(rig, TESTDEV_NOP, SLI | PCI, 1, DATA);
	rig_start(rig);
	/* PCI and initial status, whichever came first. */
	assert_int_equal(rig->f->irb_count, 2);
	assert_int_equal(irb_state(&rig->f->irbs[0]), 0x40C9);
	assert_int_equal(rig->f->irbs[0].scsw.subchannel_status, ARCH_SS_PCI);
	assert_int_equal(irb_state(&rig->f->irbs[1]), 0x40C9);
	assert_true(arch_get32(rig->f->irbs[1].scsw.control) & ARCH_SCSW_ZERO_CC);
	settle(rig->f);
	assert_int_equal(rig->f->irb_count, 3);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void steps_are_taken_in_order_the_programs_own_first(void **state)
{
	static const struct testdev_step kept[] = {
		{.status = CE_DE, .delay = BE32(1000)},
		{.status = CE_DE | UE},
	};
	static const struct testdev_step own[] = {
		{.delay = BE32(1)},
		{.delay = BE32(20), .repeat = BE16(2)},
	};
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_KEEP_SCRIPT, kept, 2);
	rig_run(rig);
	rig_script(rig, TESTDEV_SCRIPT, own, 2);
	for (int i = 0; i < 4; i++)
		nop(rig, 0);
	rig_run(rig);
	assert_int_equal(rig_now(rig), 1 + 20 + 20 + 1000);
	assert_ending(rig->f, 0x4007, CE_DE, 0, PROGRAM + 40);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UE);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
}

static void a_programs_script_ends_with_it(void **state)
{
	static const struct testdev_step own[] = {
		{.status = CE_DE | UE},
		{.status = CE_DE | UE},
	};
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_SCRIPT, own, 2);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UE);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
}

static void for_ever_is_until_another_script(void **state)
{
	struct rig *rig = *state;

	keep(rig, (struct testdev_step){.status = CE_DE | UE, .repeat = BE16(TESTDEV_FOREVER)});
	for (int i = 0; i < 100; i++) {
		rig->f->irb_count = 0;
		nop(rig, 0);
		rig_run(rig);
		assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UE);
	}
	keep(rig, (struct testdev_step){0});
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
}

static void a_wrong_script_is_rejected_and_says_why(void **state)
{
	static const struct {
		struct testdev_step step;
		uint8_t reason;
	} rows[] = {
		{{.operation = 0x04}, TESTDEV_BAD_OPERATION},
		{{.operation = 0x88}, TESTDEV_BAD_OPERATION},
		{{.operation = 0xFF}, TESTDEV_BAD_OPERATION},
		{{.flags = 0x40}, TESTDEV_BAD_FLAGS},
		{{.flags = TESTDEV_DATA}, TESTDEV_BAD_FLAGS},
		{{.operation = TESTDEV_NO_PATH, .flags = TESTDEV_RANDOM}, TESTDEV_BAD_FLAGS},
		{{.operation = TESTDEV_ANSWER}, TESTDEV_BAD_STATUS},
		{{.operation = TESTDEV_UNSOLICITED}, TESTDEV_BAD_STATUS},
		{{.operation = TESTDEV_HOLD, .status = CE}, TESTDEV_BAD_STATUS},
		{{.status = CE_DE, .late_status = DE}, TESTDEV_BAD_STATUS},
		{{.late_status = DE}, TESTDEV_BAD_STATUS},
		{{.status = CE | BUSY, .late_status = DE}, TESTDEV_BAD_STATUS},
		{{.operation = TESTDEV_ANSWER, .status = CE, .late_status = DE},
		 TESTDEV_BAD_STATUS},
		{{.paths = 0x80}, TESTDEV_BAD_PATHS},
		{{.operation = TESTDEV_PATH_LOST}, TESTDEV_BAD_PATHS},
		{{.delay = BE32(TESTDEV_DELAY_MAX + 1)}, TESTDEV_BAD_DELAY},
		{{.late_delay = BE32(1)}, TESTDEV_BAD_DELAY},
		{{.operation = TESTDEV_HOLD, .delay = BE32(1)}, TESTDEV_BAD_DELAY},
		{{.operation = TESTDEV_ANSWER, .status = UC, .delay = BE32(1)}, TESTDEV_BAD_DELAY},
		{{.operation = TESTDEV_REQUEST, .repeat = BE16(TESTDEV_FOREVER)},
		 TESTDEV_BAD_DELAY},
		{{.reserved0 = 1}, TESTDEV_BAD_RESERVED},
		{{.reserved1 = {[11] = 1}}, TESTDEV_BAD_RESERVED},
		{{.value = BE32(1)}, TESTDEV_BAD_RESERVED},
		{{.operation = TESTDEV_REQUEST, .value = BE32(1)}, TESTDEV_BAD_RESERVED},
	};
	struct rig *rig = *state;
	struct testdev_sense sense;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct testdev_step steps[] = {{.status = CE_DE | UE}, rows[i].step};

		rig->f->irb_count = 0;
		rig_script(rig, TESTDEV_SCRIPT, steps, 2);
		nop(rig, 0);
		rig_run(rig);
		assert_ending(rig->f, 0x4017, CE_DE | UC, 0, PROGRAM + 8);
		rig_sense(rig, (uint8_t *)&sense);
		assert_int_equal(sense.check, TESTDEV_COMMAND_REJECT);
		if (sense.reason != rows[i].reason || arch_get16(sense.step) != 1)
			fail_msg("row %zu: reason %u", i, sense.reason);
	}
	/* Nothing of them stayed. */
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
}

static void a_script_has_whole_steps_and_not_too_many(void **state)
{
	static const uint16_t sizes[] = {0, 1, 63, 65, 127, 257 * 64};
	struct rig *rig = *state;
	struct testdev_sense sense;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		rig_begin(rig);
		rig_ccw(rig, TESTDEV_KEEP_SCRIPT, SLI, sizes[i], DATA);
		rig_run(rig);
		assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UC);
		rig_sense(rig, (uint8_t *)&sense);
		assert_int_equal(sense.reason, TESTDEV_BAD_SIZE);
	}
	rig_begin(rig);
	memset(rig->f->memory + DATA, 0, TESTDEV_STEPS_MAX * 64);
	rig_ccw(rig, TESTDEV_KEEP_SCRIPT, 0, TESTDEV_STEPS_MAX * 64, DATA);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
}

static void a_configured_script_begins_at_power_on(void **state)
{
	const struct testdev_step step = {.status = CE_DE | UE};
	struct rig *rig = rig_create(&step, 1);
	struct arch_schib schib;
	void *made = rig;

	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UE);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);

	/* And again after a system reset. */
	css_subchannel_io_reset(rig->f->sch);
	assert_int_equal(stsch(rig->f, &schib), 0);
	schib.pmcw.flags = arch_put16(arch_get16(schib.pmcw.flags) | ARCH_PMCW_ENABLED);
	assert_int_equal(msch(rig->f, &schib), 0);
	nop(rig, 0);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE | UE);
	rig_teardown(&made);
}

static void a_device_is_not_made_with_a_wrong_script(void **state)
{
	struct rig *rig = *state;
	const struct testdev_step step = {.flags = 0x80};
	const struct testdev_config config = {
		.executor = rig->f->executor, .steps = &step, .step_count = 1};
	struct testdev *device;

	assert_int_equal(testdev_create(&config, &device), -EINVAL);
	testdev_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(any_status_ends_a_command),
		RIG_TEST(unit_check_has_the_sense_that_was_asked_for),
		RIG_TEST(status_modifier_skips_a_command),
		RIG_TEST(command_retry_gives_the_command_again),
		RIG_TEST(channel_end_and_device_end_come_apart),
		RIG_TEST(an_error_may_come_with_the_late_status),
		RIG_TEST(channel_end_alone_leaves_the_device_busy),
		RIG_TEST(control_unit_end_alone_comes_before_the_end),
		RIG_TEST(a_delay_is_as_long_as_it_says),
		RIG_TEST(a_random_delay_is_no_longer_than_it_says),
		RIG_TEST(later_needs_no_time),
		RIG_TEST(data_moves_before_or_after_the_delay),
		RIG_TEST(a_late_mismatch_is_found_late),
		RIG_TEST(a_record_may_be_longer_or_shorter),
		RIG_TEST(what_must_wait_is_left_to_a_thread_that_may),
		RIG_TEST(a_held_command_ends_by_halt_and_clear),
		RIG_TEST(a_delayed_command_that_was_cleared_says_no_more),
		RIG_TEST(busy_defers_the_start),
		RIG_TEST(a_busy_control_unit_holds_the_start_until_it_is_free),
		RIG_TEST(pending_status_defers_the_start),
		RIG_TEST(an_answer_does_nothing_of_the_command),
		RIG_TEST(no_path_defers_the_start_with_3),
		RIG_TEST(a_path_lost_inside_a_chain_is_an_interface_check),
		RIG_TEST(intermediate_status_works_while_a_command_is_held),
		RIG_TEST(steps_are_taken_in_order_the_programs_own_first),
		RIG_TEST(a_programs_script_ends_with_it),
		RIG_TEST(for_ever_is_until_another_script),
		RIG_TEST(a_wrong_script_is_rejected_and_says_why),
		RIG_TEST(a_script_has_whole_steps_and_not_too_many),
		RIG_TEST(a_configured_script_begins_at_power_on),
		RIG_TEST(a_device_is_not_made_with_a_wrong_script),
	};

	return cmocka_run_group_tests_name("test device scripts", tests, NULL, NULL);
}
