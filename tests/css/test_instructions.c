/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Condition codes and effects of the I/O instructions: channel-io.md sections 3 and 4. */
#include "fixture.h"

/* An endless program, some way into it. */
static void start_loop(struct fixture *f)
{
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, PROGRAM);
	assert_int_equal(ssch(f, PROGRAM), 0);
	assert_true(css_executor_step(f->executor));
	assert_int_equal(state_now(f), 0x40C0);
}

static void start_nop(struct fixture *f)
{
	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	assert_int_equal(ssch(f, PROGRAM), 0);
}

/* Ended, the status not tested. */
static void leave_status(struct fixture *f, uint8_t status, uint16_t state)
{
	f->keep_status = true;
	script_immediate(f, status);
	start_nop(f);
	settle(f);
	assert_int_equal(state_now(f), state);
}

static void start_suspended(struct fixture *f, uint32_t flags)
{
	f->orb_flags = ARCH_ORB_SUSPEND | flags;
	put_ccw(f, PROGRAM, NOP, SLI | SUSP, 1, 0);
	assert_int_equal(ssch(f, PROGRAM), 0);
	settle(f);
}

static void set_enabled(struct fixture *f, bool enabled)
{
	struct arch_schib schib;
	uint16_t flags;

	assert_int_equal(stsch(f, &schib), 0);
	flags = arch_get16(schib.pmcw.flags) & (uint16_t)~ARCH_PMCW_ENABLED;
	schib.pmcw.flags = arch_put16(enabled ? flags | ARCH_PMCW_ENABLED : flags);
	assert_int_equal(msch(f, &schib), 0);
}

/* Start */

static void ssch_checks_its_operand(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	f->orb_flags = ARCH_ORB_TRANSPORT;
	assert_int_equal(ssch(f, PROGRAM), -EINVAL);
	f->orb_flags = 0x20;
	assert_int_equal(ssch(f, PROGRAM), -EINVAL);
	f->orb_flags = 0x02;
	assert_int_equal(ssch(f, PROGRAM), -EINVAL);
	f->orb_flags = 0;
	assert_int_equal(ssch(f, 0x80000000u | PROGRAM), -EINVAL);
	assert_int_equal(state_now(f), 0);
}

static void ssch_is_accepted_and_stores_the_parameter(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	start_nop(f);
	assert_int_equal(state_now(f), 0x4400);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(arch_get32(schib.pmcw.interruption_parameter), 0x12345678);
	assert_int_equal(f->commands, 0); /* nothing runs inside the instruction */
	settle(f);
	assert_int_equal(f->irb_count, 1);
}

static void ssch_condition_codes(void **state)
{
	struct fixture *f = *state;

	start_nop(f);
	assert_int_equal(ssch(f, PROGRAM), 2);
	settle(f);
	start_loop(f);
	assert_int_equal(ssch(f, PROGRAM), 2);
	assert_int_equal(hsch(f), 0);
	assert_int_equal(ssch(f, PROGRAM), 2);
	assert_int_equal(csch(f), 0);
	assert_int_equal(ssch(f, PROGRAM), 2);
	settle(f);
	leave_status(f, CE_DE, 0x4007);
	assert_int_equal(ssch(f, PROGRAM), 1);
}

static void ssch_with_secondary_status_pending_is_refused(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	f->keep_status = true;
	css_subchannel_device_end(f->sch, DE);
	settle(f);
	assert_int_equal(state_now(f), 0x0003);
	assert_int_equal(ssch(f, PROGRAM), 1);
}

static void nothing_is_accepted_by_a_subchannel_that_is_not_operational(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;
	struct arch_irb irb;

	set_enabled(f, false);
	assert_int_equal(ssch(f, PROGRAM), 3);
	assert_int_equal(hsch(f), 3);
	assert_int_equal(csch(f), 3);
	assert_int_equal(rsch(f), 3);
	assert_int_equal(xsch(f), 3);
	assert_int_equal(tsch(f, &irb), 3);
	assert_int_equal(stsch(f, &schib), 0);
	set_enabled(f, true);
	assert_int_equal(tsch(f, &irb), 1);
}

static void ssch_needs_an_available_path(void **state)
{
	struct fixture *f = *state;

	f->lpm = 0x20;
	assert_int_equal(ssch(f, PROGRAM), 3);
	f->lpm = 0x00;
	assert_int_equal(ssch(f, PROGRAM), 3);
	f->lpm = 0x80;
	css_subchannel_set_path(f->sch, 0x80, false);
	assert_int_equal(ssch(f, PROGRAM), 3);
	assert_int_equal(state_now(f), 0);
}

/* After primary status the start function is over, but the device is not ready. */
static void ssch_after_primary_waits_for_device_end(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4045, CE, 0, PROGRAM + 8);
	assert_int_equal(state_now(f), 0x0040);
	assert_int_equal(ssch(f, PROGRAM), 0);
	settle(f);
	assert_int_equal(f->commands, 1);
	assert_int_equal(state_now(f), 0x4440);
	css_subchannel_device_end(f->sch, DE);
	settle(f);
	assert_int_equal(f->commands, 2);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(f->irb_count, 2);
}

static void unusual_device_end_defers_the_start_that_waits_for_it(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	assert_int_equal(ssch(f, PROGRAM), 0);
	css_subchannel_device_end(f->sch, DE | UC);
	settle(f);
	assert_int_equal(f->commands, 1);
	assert_int_equal(irb_state(last_irb(f)), 0x4011);
	assert_int_equal(arch_get32(last_irb(f)->scsw.control) & ARCH_SCSW_DEFERRED_CC,
			 0x01000000u);
	assert_int_equal(last_irb(f)->scsw.device_status, DE | UC);
}

/* Halt */

static void hsch_condition_codes(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	start_loop(f);
	assert_int_equal(hsch(f), 0);
	assert_int_equal(state_now(f), 0x62C0);
	assert_int_equal(hsch(f), 2);
	settle(f);
	leave_status(f, CE_DE, 0x4007);
	assert_int_equal(hsch(f), 1);
	assert_int_equal(tsch(f, &irb), 0);
	leave_status(f, CE_DE | UC, 0x4017);
	assert_int_equal(hsch(f), 1);
	assert_int_equal(csch(f), 0);
	assert_int_equal(hsch(f), 2);
	settle(f);
	assert_int_equal(hsch(f), 1); /* pending alone */
}

static void hsch_in_each_state(void **state)
{
	struct fixture *f = *state;

	/* Idle. */
	assert_int_equal(hsch(f), 0);
	assert_int_equal(state_now(f), 0x2200);
	settle(f);
	assert_ending(f, 0x2001, 0, 0, 0);
	assert_int_equal(state_now(f), 0);
	/* Start pending. */
	start_nop(f);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_ending(f, 0x6001, 0, 0, 0);
	assert_int_equal(f->commands, 0);
	/* Running. */
	start_loop(f);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_ending(f, 0x6007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(f->begins, f->ends);
	/* The device holds a command. */
	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	f->step_count = f->step = 0;
	script(f, (struct step){.result = CSS_LATER, .size = 4});
	run(f, PROGRAM);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_ending(f, 0x6007, CE_DE, 0, PROGRAM + 8);
	assert_residual(f, 12);
	assert_int_equal(f->cancels, 1);
	/* The device is disconnected, the chain waits. */
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	script_immediate(f, CE);
	run(f, PROGRAM);
	assert_int_equal(state_now(f), 0x40C0);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_ending(f, 0x6007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(f->cancels, 2);
	/* Only the device is active. */
	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	script_immediate(f, CE);
	run(f, PROGRAM);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x2003);
	assert_int_equal(last_irb(f)->scsw.device_status & DE, DE);
	assert_int_equal(state_now(f), 0);
}

static void halted_inside_a_command(void *context)
{
	struct fixture *f = context;

	assert_int_equal(hsch(f), 0);
	assert_true(css_subchannel_stopping(f->sch));
}

static void hsch_during_a_command_takes_its_status(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CC, 16, DATA);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	script(f,
	       (struct step){.status = CE_DE | UC, .size = 16, .before = halted_inside_a_command});
	run(f, PROGRAM);
	assert_ending(f, 0x6017, CE_DE | UC, 0, PROGRAM + 8);
	script(f, (struct step){.status = CE_DE, .size = 16, .before = halted_inside_a_command});
	run(f, PROGRAM);
	assert_ending(f, 0x6007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(f->commands, 2);
	assert_false(css_subchannel_stopping(f->sch));
}

static void hsch_drops_intermediate_status_of_an_active_program(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	f->keep_status = true;
	put_ccw(f, PROGRAM, NOP, CC | SLI | PCI, 1, 0);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, PROGRAM + 16);
	put_ccw(f, PROGRAM + 16, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 24, TIC, 0, 0, PROGRAM + 16);
	assert_int_equal(ssch(f, PROGRAM), 0);
	assert_true(css_executor_step(f->executor));
	assert_int_equal(state_now(f), 0x40C9);
	assert_int_equal(hsch(f), 0);
	assert_int_equal(state_now(f), 0x62C0);
	settle(f);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x6007);
	assert_int_equal(irb.scsw.subchannel_status, 0);
}

static void hsch_while_suspended(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	/* The suspension was tested before. */
	start_suspended(f, 0);
	assert_int_equal(irb_state(last_irb(f)), 0x4029);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x6021);
	assert_int_equal(state_now(f), 0);
	/* It was not. */
	f->keep_status = true;
	start_suspended(f, 0);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_int_equal(state_now(f), 0x6029);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(state_now(f), 0);
	/* TEST SUBCHANNEL takes the halt away before it was performed. */
	start_suspended(f, 0);
	assert_int_equal(hsch(f), 0);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(state_now(f), 0);
	settle(f);
	assert_int_equal(state_now(f), 0);
	f->keep_status = false;
	f->orb_flags = 0;
	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	run(f, PROGRAM);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

/* Clear */

static void csch_in_each_state(void **state)
{
	struct fixture *f = *state;

	/* Idle. */
	assert_int_equal(csch(f), 0);
	assert_int_equal(state_now(f), 0x1100);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(arch_get32(last_irb(f)->scsw.control), 0x1001);
	assert_int_equal(f->irb_count, 1);
	assert_int_equal(f->resets, 1);
	assert_int_equal(f->last_reset, CSS_RESET_SELECTIVE);
	/* Start pending: the device never hears of it. */
	start_nop(f);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(f->commands, 0);
	/* Running. */
	start_loop(f);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(f->begins, f->ends);
	/* Halting. */
	start_loop(f);
	assert_int_equal(hsch(f), 0);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	/* The device holds a command, whose end comes too late. */
	f->step_count = f->step = 0;
	script(f, (struct step){.result = CSS_LATER});
	start_nop(f);
	settle(f);
	css_subchannel_device_end(f->sch, CE_DE);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(f->cancels, 1);
	/* Only the device is active. */
	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(f->cancels, 2);
	/* Suspended. */
	start_suspended(f, 0);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(state_now(f), 0);
	assert_int_equal(f->begins, f->ends);
}

static void csch_withdraws_pending_status(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	leave_status(f, CE_DE | UC, 0x4017);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x1001);
	assert_int_equal(irb.scsw.device_status, 0);
	assert_int_equal(tsch(f, &irb), 1);
}

static void cleared_inside_a_command(void *context)
{
	assert_int_equal(csch(context), 0);
}

static void csch_during_a_command_drops_its_status(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	script(f,
	       (struct step){.status = CE_DE | UC, .size = 16, .before = cleared_inside_a_command});
	run(f, PROGRAM);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(f->irb_count, 1);
	assert_int_equal(f->begins, f->ends);
}

static void csch_resets_the_path_masks(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	script(f, (struct step){.result = CSS_NO_PATH});
	run(f, PROGRAM);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(schib.pmcw.pom, 0x7F);
	assert_int_equal(schib.pmcw.pnom, 0x80);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(schib.pmcw.pom, 0xFF);
	assert_int_equal(schib.pmcw.pnom, 0);
	assert_int_equal(schib.pmcw.lpum, 0);
}

/* Cancel */

static void xsch_in_each_state(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	/* Idle. */
	assert_int_equal(xsch(f), 2);
	/* Start pending: as if never started. */
	start_nop(f);
	assert_int_equal(xsch(f), 0);
	assert_int_equal(state_now(f), 0);
	settle(f);
	assert_int_equal(f->irb_count, 0);
	assert_int_equal(f->commands, 0);
	/* Running. */
	start_loop(f);
	assert_int_equal(xsch(f), 2);
	/* Halting, clearing. */
	assert_int_equal(hsch(f), 0);
	assert_int_equal(xsch(f), 2);
	assert_int_equal(csch(f), 0);
	assert_int_equal(xsch(f), 2);
	settle(f);
	/* Suspended. */
	start_suspended(f, 0);
	assert_int_equal(xsch(f), 0);
	assert_int_equal(state_now(f), 0);
	settle(f);
	assert_int_equal(f->irb_count, 2);
	/* Status pending. */
	f->orb_flags = 0;
	leave_status(f, CE_DE, 0x4007);
	assert_int_equal(xsch(f), 1);
	assert_int_equal(tsch(f, &irb), 0);
}

static void a_start_may_follow_a_cancel_at_once(void **state)
{
	struct fixture *f = *state;

	start_suspended(f, 0);
	assert_int_equal(xsch(f), 0);
	f->orb_flags = 0;
	put_ccw(f, 0x2000, NOP, SLI, 1, 0);
	assert_int_equal(ssch(f, 0x2000), 0);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, 0x2008);
	assert_int_equal(f->commands, 1);
	assert_int_equal(f->begins, f->ends);
}

/* Resume */

static void rsch_condition_codes(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	assert_int_equal(rsch(f), 2); /* no function */
	start_loop(f);
	assert_int_equal(rsch(f), 2); /* not suspend-capable */
	assert_int_equal(csch(f), 0);
	assert_int_equal(rsch(f), 2); /* clear function */
	settle(f);
	f->orb_flags = ARCH_ORB_SUSPEND;
	start_loop(f);
	assert_int_equal(rsch(f), 0);
	assert_int_equal(rsch(f), 2); /* resume pending */
	assert_int_equal(hsch(f), 0);
	assert_int_equal(rsch(f), 2);
	settle(f);
	f->keep_status = true;
	start_suspended(f, 0);
	assert_int_equal(rsch(f), 1);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(rsch(f), 0);
	assert_int_equal(state_now(f), 0x4820);
}

/* Test */

static void tsch_without_status_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	assert_int_equal(tsch(f, &irb), 1);
	start_loop(f);
	assert_int_equal(tsch(f, &irb), 1);
	assert_int_equal(irb_state(&irb), 0x40C0);
	assert_int_equal(state_now(f), 0x40C0);
	assert_int_equal(csch(f), 0);
	settle(f);
}

static void tsch_of_intermediate_status_keeps_the_function(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	f->keep_status = true;
	put_ccw(f, PROGRAM, NOP, CC | SLI | PCI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	script(f, (struct step){.result = CSS_LATER});
	run(f, PROGRAM);
	assert_int_equal(state_now(f), 0x40C9);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x40C9);
	assert_int_equal(irb.scsw.subchannel_status, ARCH_SS_PCI);
	assert_int_equal(state_now(f), 0x40C0);
	assert_int_equal(tsch(f, &irb), 1);
	css_subchannel_device_end(f->sch, CE_DE);
	settle(f);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x4007);
	assert_int_equal(irb.scsw.subchannel_status, 0);
}

static void tsch_of_the_ending_clears_functions_and_status(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	leave_status(f, CE_DE | UC, 0x4017);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x4017);
	assert_int_equal(state_now(f), 0);
	assert_int_equal(tsch(f, &irb), 1);
}

/* Store and modify */

static void stsch_shows_the_configuration(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(arch_get16(schib.pmcw.flags), ARCH_PMCW_ENABLED | ARCH_PMCW_VALID);
	assert_int_equal(arch_get16(schib.pmcw.device_number), 0x120);
	assert_int_equal(schib.pmcw.pim, 0xC0);
	assert_int_equal(schib.pmcw.pam, 0xC0);
	assert_int_equal(schib.pmcw.lpm, 0xC0);
	assert_int_equal(schib.pmcw.pom, 0xFF);
	assert_int_equal(schib.pmcw.chpid[0], 0x40);
	assert_int_equal(schib.pmcw.chpid[1], 0x41);
	assert_int_equal(schib.pmcw.pnom, 0);
	assert_int_equal(schib.pmcw.lpum, 0);
}

static void msch_checks_its_operand(void **state)
{
	struct fixture *f = *state;
	struct arch_schib good, schib;

	assert_int_equal(stsch(f, &good), 0);
	schib = good;
	schib.pmcw.flags = arch_put16(arch_get16(good.pmcw.flags) | ARCH_PMCW_QDIO);
	assert_int_equal(msch(f, &schib), -EINVAL);
	schib.pmcw.flags = arch_put16(arch_get16(good.pmcw.flags) | 0x0100);
	assert_int_equal(msch(f, &schib), -EINVAL);
	schib.pmcw.flags = arch_put16(arch_get16(good.pmcw.flags) | ARCH_PMCW_LIMIT);
	assert_int_equal(msch(f, &schib), -EINVAL);
	schib = good;
	schib.pmcw.control = arch_put32(0x8);
	assert_int_equal(msch(f, &schib), -EINVAL);
	assert_int_equal(msch(f, &good), 0);
}

static void msch_condition_codes(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	assert_int_equal(stsch(f, &schib), 0);
	start_loop(f);
	assert_int_equal(msch(f, &schib), 2);
	assert_int_equal(csch(f), 0);
	settle(f);
	leave_status(f, CE_DE, 0x4007);
	assert_int_equal(msch(f, &schib), 1);
}

static void msch_changes_what_a_program_may_change_only(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib, now;

	memset(&schib, 0, sizeof(schib));
	schib.pmcw.interruption_parameter = arch_put32(0xCAFE0001);
	schib.pmcw.flags = arch_put16(0x2800 | ARCH_PMCW_ENABLED | 0x0020 | ARCH_PMCW_MULTIPATH |
				      ARCH_PMCW_TIMING);
	schib.pmcw.device_number = arch_put16(0x999);
	schib.pmcw.lpm = 0x40;
	schib.pmcw.pnom = 0xFF;
	schib.pmcw.lpum = 0xFF;
	schib.pmcw.pim = 0xFF;
	schib.pmcw.measurement_block_index = arch_put16(7);
	schib.pmcw.pom = 0x40;
	schib.pmcw.pam = 0xFF;
	schib.pmcw.control = arch_put32(ARCH_PMCW_CONCURRENT_SENSE | ARCH_PMCW_EXTENDED_MEASURE);
	schib.measurement_block_address = arch_put64(0x123456);
	assert_int_equal(msch(f, &schib), 0);
	assert_int_equal(stsch(f, &now), 0);
	assert_int_equal(arch_get32(now.pmcw.interruption_parameter), 0xCAFE0001);
	assert_int_equal(arch_get16(now.pmcw.flags), 0x2800 | ARCH_PMCW_ENABLED | 0x0020 |
							     ARCH_PMCW_MULTIPATH | ARCH_PMCW_VALID);
	assert_int_equal(arch_get16(now.pmcw.device_number), 0x120);
	assert_int_equal(now.pmcw.lpm, 0x40);
	assert_int_equal(now.pmcw.pom, 0x40);
	assert_int_equal(now.pmcw.pnom, 0);
	assert_int_equal(now.pmcw.lpum, 0);
	assert_int_equal(now.pmcw.pim, 0xC0);
	assert_int_equal(now.pmcw.pam, 0xC0);
	assert_int_equal(arch_get16(now.pmcw.measurement_block_index), 7);
	assert_int_equal(arch_get32(now.pmcw.control), ARCH_PMCW_CONCURRENT_SENSE);
	assert_int_equal(arch_get64(now.measurement_block_address), 0x123456);
	assert_int_equal(now.pmcw.chpid[0], 0x40);
}

static void nothing_interrupts_a_subchannel_that_is_not_enabled(void **state)
{
	struct fixture *f = *state;

	set_enabled(f, false);
	css_subchannel_attention(f->sch, ARCH_DS_ATTENTION);
	settle(f);
	assert_int_equal(f->interrupts, 0);
	set_enabled(f, true);
	settle(f);
	assert_int_equal(f->interrupts, 0);
	assert_int_equal(state_now(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ssch_checks_its_operand),
		TEST(ssch_is_accepted_and_stores_the_parameter),
		TEST(ssch_condition_codes),
		TEST(ssch_with_secondary_status_pending_is_refused),
		TEST(nothing_is_accepted_by_a_subchannel_that_is_not_operational),
		TEST(ssch_needs_an_available_path),
		TEST(ssch_after_primary_waits_for_device_end),
		TEST(unusual_device_end_defers_the_start_that_waits_for_it),
		TEST(hsch_condition_codes),
		TEST(hsch_in_each_state),
		TEST(hsch_during_a_command_takes_its_status),
		TEST(hsch_drops_intermediate_status_of_an_active_program),
		TEST(hsch_while_suspended),
		TEST(csch_in_each_state),
		TEST(csch_withdraws_pending_status),
		TEST(csch_during_a_command_drops_its_status),
		TEST(csch_resets_the_path_masks),
		TEST(xsch_in_each_state),
		TEST(a_start_may_follow_a_cancel_at_once),
		TEST(rsch_condition_codes),
		TEST(tsch_without_status_changes_nothing),
		TEST(tsch_of_intermediate_status_keeps_the_function),
		TEST(tsch_of_the_ending_clears_functions_and_status),
		TEST(stsch_shows_the_configuration),
		TEST(msch_checks_its_operand),
		TEST(msch_condition_codes),
		TEST(msch_changes_what_a_program_may_change_only),
		TEST(nothing_interrupts_a_subchannel_that_is_not_enabled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
