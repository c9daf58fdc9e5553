/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Events of scripts: what happens besides commands, and when. */
#include "rig.h"

#define ATTN ARCH_DS_ATTENTION

static struct testdev_step event(uint8_t operation, uint32_t delay)
{
	return (struct testdev_step){
		.operation = operation,
		.delay = arch_put32(delay),
		.status = operation == TESTDEV_UNSOLICITED ? ATTN : 0,
	};
}

static void nop(struct rig *rig)
{
	rig_ccw(rig, TESTDEV_NOP, SLI, 1, DATA);
}

static void attention_comes_when_the_script_says(void **state)
{
	const struct testdev_step step = event(TESTDEV_UNSOLICITED, 700);
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_start(rig);
	assert_int_equal(rig->f->irb_count, 1);
	settle(rig->f);
	assert_int_equal(rig->f->irb_count, 2);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x0011);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, ATTN);
	assert_int_equal(rig_now(rig), 700);
}

static void attention_may_come_after_the_next_command(void **state)
{
	const struct testdev_step steps[] = {
		{.repeat = arch_put16(2), .delay = arch_put32(100)},
		event(TESTDEV_UNSOLICITED, 0),
		{.delay = arch_put32(1000)},
	};
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_SCRIPT, steps, 3);
	nop(rig);
	nop(rig);
	nop(rig);
	rig_run(rig);
	/* Given after the second command, presented when the program is over. */
	assert_int_equal(rig->unsolicited, 1);
	assert_int_equal(rig->when[0], 200);
	assert_int_equal(rig->f->irb_count, 2);
	assert_int_equal(irb_state(&rig->f->irbs[0]), 0x4007);
	assert_int_equal(irb_state(&rig->f->irbs[1]), 0x0011);
}

static void events_behind_a_command_that_owes_device_end_wait_for_it(void **state)
{
	const struct testdev_step steps[] = {
		{.status = CE, .late_status = DE, .late_delay = arch_put32(100)},
		event(TESTDEV_UNSOLICITED, 50),
	};
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_SCRIPT, steps, 2);
	nop(rig);
	rig_run(rig);
	assert_int_equal(rig->when[0], 150);
	assert_int_equal(rig->f->irb_count, 3);
	/* The script is gone with its program. */
	nop(rig);
	rig_run(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4007);
}

static void a_burst_comes_one_by_one(void **state)
{
	struct testdev_step step = event(TESTDEV_UNSOLICITED, 10);
	struct rig *rig = *state;

	step.repeat = arch_put16(20);
	step.late_delay = arch_put32(5);
	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_run(rig);
	assert_int_equal(rig->unsolicited, 20);
	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(rig->when[i], 10 + 5 * i);
	/* Some may have met one that was not presented yet, and joined it. */
	assert_in_range(rig->f->irb_count, 2, 21);
	assert_int_equal(rig_counters(rig).unsolicited, 20);
}

static void any_status_may_be_unsolicited(void **state)
{
	struct testdev_step step = event(TESTDEV_UNSOLICITED, 0);
	struct rig *rig = *state;

	step.status = DE | ARCH_DS_UNIT_EXCEPTION;
	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_run(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x0011);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, DE | ARCH_DS_UNIT_EXCEPTION);
}

static void attention_in_the_way_of_a_start_defers_it(void **state)
{
	const struct testdev_step step = event(TESTDEV_UNSOLICITED, 0);
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig->f->keep_status = true;
	rig_run(rig);
	rig->f->keep_status = false;
	/* Status of the first program is pending still, so the attention waits. */
	assert_int_equal(rig->unsolicited, 1);
	assert_int_equal(state_now(rig->f), 0x4007);
	assert_int_equal(tsch(rig->f, &rig->f->irbs[0]), 0);
	nop(rig);
	rig_start(rig);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4011);
	assert_int_equal(arch_get32(last_irb(rig->f)->scsw.control) & ARCH_SCSW_DEFERRED_CC,
			 1u << ARCH_SCSW_DEFERRED_CC_SHIFT);
}

static void paths_go_and_come_back(void **state)
{
	struct testdev_step steps[] = {event(TESTDEV_PATH_LOST, 100), event(TESTDEV_PATH_BACK, 300),
				       event(TESTDEV_VARY_OFF, 400), event(TESTDEV_VARY_ON, 500)};
	struct rig *rig = *state;
	struct arch_schib schib;

	for (size_t i = 0; i < 4; i++)
		steps[i].paths = 0x40;
	rig_script(rig, TESTDEV_KEEP_SCRIPT, steps, 4);
	rig_run(rig);
	assert_int_equal(rig->paths, 2);
	assert_int_equal(rig->varies, 2);
	assert_int_equal(rig->path_mask, 0x40);
	assert_true(rig->available);
	assert_int_equal(rig_now(rig), 500);
	assert_int_equal(stsch(rig->f, &schib), 0);
	assert_int_equal(schib.pmcw.pam, 0xC0);
}

static void forget_brings_lost_paths_back(void **state)
{
	struct testdev_step steps[] = {event(TESTDEV_PATH_LOST, 0), event(TESTDEV_VARY_OFF, 0)};
	struct rig *rig = *state;
	struct arch_schib schib;

	steps[0].paths = 0x40;
	steps[1].paths = 0x40;
	rig_script(rig, TESTDEV_KEEP_SCRIPT, steps, 2);
	rig_run(rig);
	assert_int_equal(stsch(rig->f, &schib), 0);
	assert_int_equal(schib.pmcw.pam, 0x80);
	rig_ccw(rig, TESTDEV_FORGET, SLI, 1, DATA);
	rig_run(rig);
	assert_int_equal(stsch(rig->f, &schib), 0);
	assert_int_equal(schib.pmcw.pam, 0xC0);
	assert_int_equal(rig->varies, 2);
}

static void a_channel_report_is_made_as_given(void **state)
{
	struct testdev_step step = event(TESTDEV_REPORT, 0);
	struct rig *rig = *state;

	step.value = arch_put32(0x04060080);
	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_run(rig);
	assert_int_equal(rig->reports, 1);
	assert_int_equal(rig->crw, 0x04060080);
}

static void the_host_may_ask_for_the_device(void **state)
{
	struct testdev_step step = event(TESTDEV_REQUEST, 5);
	struct rig *rig = *state;

	step.repeat = arch_put16(3);
	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_run(rig);
	assert_int_equal(rig->requests, 3);
}

static void a_removed_device_does_nothing_more(void **state)
{
	const struct testdev_step steps[] = {
		event(TESTDEV_REMOVE, 100),
		event(TESTDEV_UNSOLICITED, 200),
		{.operation = TESTDEV_HOLD},
	};
	struct rig *rig = *state;

	rig_script(rig, TESTDEV_SCRIPT, steps, 3);
	nop(rig);
	rig_run(rig);
	assert_int_equal(rig->removes, 1);
	assert_int_equal(rig->unsolicited, 0);
	assert_int_equal(rig->f->irb_count, 0);
	assert_int_equal(rig->f->crw_count, 1);
	assert_int_equal(ssch(rig->f, PROGRAM), 3);
	assert_int_equal(rig_now(rig), 100);
}

static void a_configured_event_needs_no_command(void **state)
{
	const struct testdev_step step = event(TESTDEV_UNSOLICITED, 2000);
	struct rig *rig = rig_create(&step, 1);
	void *made = rig;

	settle(rig->f);
	assert_int_equal(rig->f->irb_count, 1);
	assert_int_equal(irb_state(last_irb(rig->f)), 0x0011);
	assert_int_equal(rig_now(rig), 2000);
	rig_teardown(&made);
}

static void too_many_events_are_counted(void **state)
{
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	struct rig *rig = *state;
	struct testdev_figures_seen seen;

	for (size_t i = 0; i < TESTDEV_STEPS_MAX; i++)
		steps[i] = event(TESTDEV_REQUEST, 1000000);
	rig_script(rig, TESTDEV_KEEP_SCRIPT, steps, TESTDEV_STEPS_MAX);
	rig_start(rig);
	rig_script(rig, TESTDEV_KEEP_SCRIPT, steps, 3);
	rig_start(rig);
	settle(rig->f);
	assert_int_equal(rig->requests, TESTDEV_EVENTS_MAX);
	seen = rig_counters(rig);
	assert_int_equal(seen.events_dropped, 3);
}

static void events_for_ever_end_by_forget(void **state)
{
	struct testdev_step step = event(TESTDEV_UNSOLICITED, 10);
	struct rig *rig = *state;

	step.repeat = arch_put16(TESTDEV_FOREVER);
	step.late_delay = arch_put32(10);
	rig_script(rig, TESTDEV_KEEP_SCRIPT, &step, 1);
	rig_start(rig);
	while (rig->unsolicited < 50) {
		rig->f->irb_count = 0;
		assert_true(css_executor_step(rig->f->executor));
	}
	rig->f->irb_count = 0;
	/* A start may be deferred by one of them. */
	for (int i = 0; i < 3; i++) {
		rig_ccw(rig, TESTDEV_FORGET, SLI, 1, DATA);
		rig_start(rig);
	}
	assert_int_equal(irb_state(last_irb(rig->f)), 0x4007);
	settle(rig->f);
	assert_in_range(rig->unsolicited, 50, 52);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(attention_comes_when_the_script_says),
		RIG_TEST(attention_may_come_after_the_next_command),
		RIG_TEST(events_behind_a_command_that_owes_device_end_wait_for_it),
		RIG_TEST(a_burst_comes_one_by_one),
		RIG_TEST(any_status_may_be_unsolicited),
		RIG_TEST(attention_in_the_way_of_a_start_defers_it),
		RIG_TEST(paths_go_and_come_back),
		RIG_TEST(forget_brings_lost_paths_back),
		RIG_TEST(a_channel_report_is_made_as_given),
		RIG_TEST(the_host_may_ask_for_the_device),
		RIG_TEST(a_removed_device_does_nothing_more),
		RIG_TEST(a_configured_event_needs_no_command),
		RIG_TEST(too_many_events_are_counted),
		RIG_TEST(events_for_ever_end_by_forget),
	};

	return cmocka_run_group_tests_name("test device events", tests, NULL, NULL);
}
