/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Status of all kinds: channel-io.md sections 9, 10, 12, 13, 15, and deferred codes of section 5.
 */
#include "fixture.h"

static uint32_t irb_control(const struct arch_irb *irb)
{
	return arch_get32(irb->scsw.control);
}

static void start_nop(struct fixture *f)
{
	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	assert_int_equal(ssch(f, PROGRAM), 0);
}

/* Channel end and device end apart */

static void channel_end_alone_is_primary_and_device_end_secondary(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4045, CE, 0, PROGRAM + 8);
	assert_int_equal(f->ends, 1);
	css_subchannel_device_end(f->sch, DE);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x0003);
	assert_int_equal(last_irb(f)->scsw.device_status, DE);
	assert_int_equal(state_now(f), 0);
}

static void secondary_joins_primary_that_is_still_pending(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	f->keep_status = true;
	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	css_subchannel_device_end(f->sch, DE);
	settle(f);
	assert_int_equal(f->interrupts, 1);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x4007);
	assert_int_equal(irb.scsw.device_status, CE_DE);
}

static void late_device_end_with_an_error_is_an_alert(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE);
	start_nop(f);
	settle(f);
	css_subchannel_device_end(f->sch, DE | UC);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x0013);
	assert_int_equal(last_irb(f)->scsw.device_status, DE | UC);
}

static void primary_with_an_error_leaves_the_device_active(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE | UC);
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4055, CE | UC, 0, PROGRAM + 8);
}

static void a_chain_waits_for_device_end(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, CONTROL, CC, 6, DATA);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	put_ccw(f, PROGRAM + 16, READ, 0, 4, DATA);
	script_data(f, 6, CE);
	run(f, PROGRAM);
	assert_int_equal(f->commands, 1);
	assert_int_equal(f->irb_count, 0);
	assert_int_equal(state_now(f), 0x40C0);
	css_subchannel_device_end(f->sch, DE);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 16);
	/* Status modifier may come with the late device end. */
	script_data(f, 6, CE);
	script_data(f, 4, CE_DE);
	run(f, PROGRAM);
	css_subchannel_device_end(f->sch, DE | SM);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 24);
	/* An error ends the chain, with all status together. */
	script_data(f, 6, CE);
	run(f, PROGRAM);
	css_subchannel_device_end(f->sch, DE | UC);
	settle(f);
	assert_ending(f, 0x4017, CE_DE | UC, 0, PROGRAM + 8);
	assert_int_equal(f->begins, f->ends);
}

static void control_unit_end_alone_ends_nothing(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, ARCH_DS_CONTROL_UNIT_END);
	start_nop(f);
	settle(f);
	assert_int_equal(f->irb_count, 0);
	css_subchannel_device_end(f->sch, CE_DE);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(f->commands, 1);
}

static void a_command_held_by_the_device_ends_when_it_says_so(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CC, 8, DATA);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	script(f, (struct step){.result = CSS_LATER, .size = 8});
	run(f, PROGRAM);
	assert_int_equal(state_now(f), 0x40C0);
	css_subchannel_device_end(f->sch, CE_DE);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 16);
	assert_memory_equal(f->memory + DATA, f->data, 8);
	assert_int_equal(f->begins, 1);
	assert_int_equal(f->ends, 1);
}

static void ends_inside_the_command(void *context)
{
	struct fixture *f = context;

	css_subchannel_device_end(f->sch, CE_DE);
}

static void a_held_command_may_end_before_the_call_returns(void **state)
{
	struct fixture *f = *state;

	script(f, (struct step){.result = CSS_LATER, .before = ends_inside_the_command});
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

/* Intermediate status */

static void status_of_a_command_that_was_stopped_is_forgotten(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, SLI, 1, DATA);
	for (int i = 0; i < 3; i++) {
		f->otherwise = (struct step){.result = CSS_LATER};
		run(f, PROGRAM);
		/* The device ends it, but the halt or clear comes first. */
		css_subchannel_device_end(f->sch, CE_DE | ARCH_DS_UNIT_EXCEPTION);
		assert_int_equal(i ? csch(f) : hsch(f), 0);
		settle(f);
		run(f, PROGRAM);
		css_subchannel_device_end(f->sch, CE_DE);
		settle(f);
		assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	}
}

static void pci_is_intermediate_status_while_the_program_runs(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI | PCI, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(f->irb_count, 2);
	assert_int_equal(irb_state(&f->irbs[0]), 0x40C9);
	assert_int_equal(f->irbs[0].scsw.subchannel_status, ARCH_SS_PCI);
	assert_int_equal(irb_ccw(&f->irbs[0]), PROGRAM + 16);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 16);
}

static void pci_that_was_not_tested_merges_into_the_ending(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	f->keep_status = true;
	put_ccw(f, PROGRAM, NOP, SLI | PCI, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(f->interrupts, 1);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x4007);
	assert_int_equal(irb.scsw.subchannel_status, ARCH_SS_PCI);
	assert_int_equal(tsch(f, &irb), 1);
}

static void pci_in_a_data_chain_is_shown_by_the_end(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 4, DATA);
	put_ccw(f, PROGRAM + 8, READ, PCI, 4, DATA);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, 0x4007, CE_DE, ARCH_SS_PCI, PROGRAM + 16);
}

static void stored_data_is_listed_before_a_pci_tells_of_it(void **state)
{
	struct fixture *f = *state;
	struct css_range ranges[4];

	put_ccw(f, PROGRAM, READ, CC, 8, DATA);
	put_ccw(f, PROGRAM + 8, READ, PCI, 8, DATA + 0x100);
	script_data(f, 8, CE_DE);
	script(f, (struct step){.result = CSS_LATER});
	run(f, PROGRAM);
	assert_int_equal(f->irb_count, 1);
	assert_int_equal(css_subchannel_take_written(f->sch, ranges, 4), 1);
	assert_int_equal(ranges[0].guest, DATA);
	css_subchannel_device_end(f->sch, CE_DE);
	settle(f);
}

static void initial_status_interrupts_once(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_INITIAL_STATUS;
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(f->irb_count, 2);
	assert_int_equal(irb_state(&f->irbs[0]), 0x40C9);
	assert_int_equal(irb_control(&f->irbs[0]) & ARCH_SCSW_ZERO_CC, ARCH_SCSW_ZERO_CC);
	assert_int_equal(f->irbs[0].scsw.subchannel_status, 0);
	assert_int_equal(irb_state(&f->irbs[1]), 0x4007);
	assert_int_equal(irb_control(&f->irbs[1]) & ARCH_SCSW_ZERO_CC, 0);
	/* A program that is one immediate operation ends in its initial status. */
	start_nop(f);
	settle(f);
	assert_int_equal(f->irb_count, 3);
	/* A command that the device keeps was accepted. */
	script(f, (struct step){.result = CSS_LATER});
	start_nop(f);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x40C9);
	css_subchannel_device_end(f->sch, CE_DE);
	settle(f);
	assert_int_equal(f->irb_count, 5);
	assert_int_equal(irb_state(last_irb(f)), 0x4007);
}

/* Suspension */

static void a_program_suspends_and_resumes_at_the_same_ccw(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_SUSPEND;
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI | SUSP, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(f->commands, 1);
	assert_int_equal(irb_state(last_irb(f)), 0x4029);
	assert_int_equal(irb_ccw(last_irb(f)), PROGRAM + 16);
	assert_int_equal(state_now(f), 0x4020);
	/* Still flagged: suspended again. */
	assert_int_equal(rsch(f), 0);
	settle(f);
	assert_int_equal(f->irb_count, 2);
	assert_int_equal(irb_state(last_irb(f)), 0x4029);
	/* The CCW is fetched again, with what the program made of it. */
	put_ccw(f, PROGRAM + 8, CONTROL, SLI, 1, 0);
	assert_int_equal(rsch(f), 0);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(f->log[1].command.code, CONTROL);
	assert_int_equal(f->begins, 1);
}

static void the_first_ccw_may_suspend(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_SUSPEND;
	put_ccw(f, PROGRAM, NOP, SLI | SUSP, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(irb_state(last_irb(f)), 0x4029);
	assert_int_equal(f->begins, 0);
	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	assert_int_equal(rsch(f), 0);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_true(f->log[0].command.first);
}

static void suspension_may_be_silent(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_SUSPEND | ARCH_ORB_SUPPRESS_SUSPEND;
	put_ccw(f, PROGRAM, NOP, SLI | SUSP, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(f->irb_count, 0);
	assert_int_equal(state_now(f), 0x4020);
	assert_int_equal(csch(f), 0);
	settle(f);
}

static void a_resume_before_the_suspension_leaves_it_out(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_SUSPEND;
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI | CC | SUSP, 1, 0);
	put_ccw(f, PROGRAM + 16, NOP, SLI | SUSP, 1, 0);
	assert_int_equal(ssch(f, PROGRAM), 0);
	assert_int_equal(rsch(f), 0);
	settle(f);
	assert_int_equal(f->commands, 2);
	assert_int_equal(irb_state(last_irb(f)), 0x4029);
	assert_int_equal(irb_ccw(last_irb(f)), PROGRAM + 24);
	assert_int_equal(csch(f), 0);
	settle(f);
}

static void a_resume_without_suspension_is_dropped_at_the_end(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_SUSPEND;
	start_nop(f);
	assert_int_equal(rsch(f), 0);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

/* Sense */

static void set_concurrent_sense(struct fixture *f)
{
	struct arch_schib schib;

	assert_int_equal(stsch(f, &schib), 0);
	schib.pmcw.control = arch_put32(ARCH_PMCW_CONCURRENT_SENSE);
	assert_int_equal(msch(f, &schib), 0);
}

static void concurrent_sense_comes_with_the_unit_check(void **state)
{
	struct fixture *f = *state;
	const struct arch_irb *irb;

	set_concurrent_sense(f);
	for (size_t i = 0; i < sizeof(f->sense); i++)
		f->sense[i] = (uint8_t)(0x80 + i);
	script_immediate(f, CE_DE | UC);
	start_nop(f);
	settle(f);
	irb = last_irb(f);
	assert_int_equal(irb_control(irb) & 0xFFFF, 0x4017);
	assert_int_equal(irb_control(irb) & (ARCH_SCSW_ESW_VALID | ARCH_SCSW_EXTENDED_CONTROL),
			 ARCH_SCSW_ESW_VALID | ARCH_SCSW_EXTENDED_CONTROL);
	assert_int_equal(arch_get32(irb->esw.logout), 0x00800000u);
	assert_int_equal(arch_get32(irb->esw.erw), 0x01200000u);
	assert_memory_equal(irb->ecw, f->sense, sizeof(f->sense));
	/* It is gone with the next status. */
	start_nop(f);
	settle(f);
	assert_int_equal(arch_get32(last_irb(f)->esw.erw), 0);
	assert_int_equal(last_irb(f)->ecw[0], 0);
	assert_int_equal(f->senses, 1);
}

static void without_concurrent_sense_the_device_keeps_it(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, CE_DE | UC);
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4017, CE_DE | UC, 0, PROGRAM + 8);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_ESW_VALID, 0);
	assert_int_equal(f->senses, 0);
}

static void a_rejected_first_command_ends_normally(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, UC);
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4017, UC, 0, PROGRAM + 8);
}

/* Unsolicited status, deferred condition codes */

static void attention_is_unsolicited_status(void **state)
{
	struct fixture *f = *state;

	css_subchannel_attention(f->sch, ARCH_DS_ATTENTION);
	settle(f);
	assert_int_equal(irb_control(last_irb(f)), 0x0011);
	assert_int_equal(last_irb(f)->scsw.device_status, ARCH_DS_ATTENTION);
	assert_false(arch_scsw_is_solicited(&last_irb(f)->scsw));
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void attention_before_the_start_was_taken_defers_it(void **state)
{
	struct fixture *f = *state;

	start_nop(f);
	css_subchannel_attention(f->sch, ARCH_DS_ATTENTION);
	settle(f);
	assert_int_equal(f->irb_count, 1);
	assert_int_equal(irb_state(last_irb(f)), 0x4011);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_DEFERRED_CC, 0x01000000u);
	assert_int_equal(last_irb(f)->scsw.device_status, ARCH_DS_ATTENTION | ARCH_DS_BUSY);
	assert_int_equal(f->commands, 0);
	assert_int_equal(state_now(f), 0);
	run(f, PROGRAM);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_DEFERRED_CC, 0);
}

static void attention_during_a_program_waits_for_its_end(void **state)
{
	struct fixture *f = *state;

	script(f, (struct step){.result = CSS_LATER});
	start_nop(f);
	settle(f);
	css_subchannel_attention(f->sch, ARCH_DS_ATTENTION);
	settle(f);
	assert_int_equal(f->irb_count, 0);
	css_subchannel_device_end(f->sch, CE_DE);
	settle(f);
	assert_int_equal(f->irb_count, 2);
	assert_int_equal(irb_state(&f->irbs[0]), 0x4007);
	assert_int_equal(irb_state(&f->irbs[1]), 0x0011);
}

static void attention_waits_until_status_was_tested(void **state)
{
	struct fixture *f = *state;
	struct arch_irb irb;

	f->keep_status = true;
	start_nop(f);
	settle(f);
	css_subchannel_attention(f->sch, ARCH_DS_ATTENTION);
	settle(f);
	assert_int_equal(f->interrupts, 1);
	assert_int_equal(tsch(f, &irb), 0);
	settle(f);
	assert_int_equal(f->interrupts, 2);
	assert_int_equal(tsch(f, &irb), 0);
	assert_int_equal(irb_state(&irb), 0x0011);
}

static void a_busy_device_defers_the_start(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, ARCH_DS_BUSY);
	start_nop(f);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x4011);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_DEFERRED_CC, 0x01000000u);
	assert_int_equal(last_irb(f)->scsw.device_status, ARCH_DS_BUSY);
	assert_int_equal(f->begins, f->ends);
}

static void start_a_busy_control_unit(struct fixture *f)
{
	script_immediate(f, SM | ARCH_DS_BUSY);
	put_ccw(f, PROGRAM, NOP, SLI, 1, DATA);
	run(f, PROGRAM);
}

static void a_busy_control_unit_leaves_the_start_pending(void **state)
{
	struct fixture *f = *state;

	start_a_busy_control_unit(f);
	assert_int_equal(f->interrupts, 0);
	assert_int_equal(state_now(f), 0x4400);
	assert_int_equal(f->begins, f->ends);

	css_subchannel_attention(f->sch, ARCH_DS_CONTROL_UNIT_END);
	settle(f);
	assert_int_equal(f->commands, 2);
	assert_int_equal(f->interrupts, 1);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void a_control_unit_that_is_busy_again_is_waited_for_again(void **state)
{
	struct fixture *f = *state;

	script_immediate(f, SM | ARCH_DS_BUSY);
	start_a_busy_control_unit(f);
	css_subchannel_attention(f->sch, ARCH_DS_CONTROL_UNIT_END);
	settle(f);
	assert_int_equal(state_now(f), 0x4400);
	css_subchannel_attention(f->sch, ARCH_DS_CONTROL_UNIT_END);
	settle(f);
	assert_int_equal(f->commands, 3);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

/* The end of the busy condition is told while the command that was answered busy still runs. */
static void end_the_busy_condition(void *context)
{
	struct fixture *f = context;

	css_subchannel_attention(f->sch, ARCH_DS_CONTROL_UNIT_END);
}

static void control_unit_end_before_the_wait_for_it_is_not_lost(void **state)
{
	struct fixture *f = *state;

	script(f, (struct step){.status = SM | ARCH_DS_BUSY, .before = end_the_busy_condition});
	put_ccw(f, PROGRAM, NOP, SLI, 1, DATA);
	run(f, PROGRAM);
	assert_int_equal(f->commands, 2);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void a_busy_control_unit_is_reached_by_another_path(void **state)
{
	struct fixture *f = *state;

	f->lpm = 0xC0;
	start_a_busy_control_unit(f);
	assert_int_equal(f->commands, 2);
	assert_int_equal(f->log[0].command.path, 0x80);
	assert_int_equal(f->log[1].command.path, 0x40);
	assert_int_equal(f->begins, 1);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(arch_get32(last_irb(f)->esw.logout), 0x40 << ARCH_ESW_LPUM_SHIFT);
	/* Nothing is wrong with the first path. */
	assert_false(arch_get32(last_irb(f)->scsw.control) & ARCH_SCSW_PATH_NOT_OPER);
}

static void other_status_during_control_unit_busy_defers_the_start(void **state)
{
	struct fixture *f = *state;

	start_a_busy_control_unit(f);
	css_subchannel_attention(f->sch, ARCH_DS_ATTENTION);
	settle(f);
	assert_int_equal(f->commands, 1);
	assert_int_equal(irb_state(last_irb(f)), 0x4011);
	assert_int_equal(arch_get32(last_irb(f)->scsw.control) & ARCH_SCSW_DEFERRED_CC,
			 1u << ARCH_SCSW_DEFERRED_CC_SHIFT);
	assert_int_equal(last_irb(f)->scsw.device_status, ARCH_DS_ATTENTION | ARCH_DS_BUSY);
}

static void a_start_that_waits_for_the_control_unit_can_be_ended(void **state)
{
	struct fixture *f = *state;

	start_a_busy_control_unit(f);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x6001);

	start_a_busy_control_unit(f);
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x1001);

	start_a_busy_control_unit(f);
	assert_int_equal(xsch(f), 0);
	settle(f);
	assert_int_equal(state_now(f), 0);
	assert_int_equal(f->interrupts, 2);

	/* The next start is none that waits. */
	run(f, PROGRAM);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void device_end_of_nobodys_asking_is_unsolicited(void **state)
{
	struct fixture *f = *state;

	css_subchannel_device_end(f->sch, DE);
	settle(f);
	assert_int_equal(irb_control(last_irb(f)), 0x0011);
	assert_int_equal(last_irb(f)->scsw.device_status, DE);
}

/* Paths */

static void a_dead_path_is_passed_over(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	f->lpm = 0xC0;
	script(f, (struct step){.result = CSS_NO_PATH});
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_PATH_NOT_OPER,
			 ARCH_SCSW_PATH_NOT_OPER);
	assert_int_equal(f->log[1].command.path, 0x40);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(schib.pmcw.pnom, 0x80);
	assert_int_equal(schib.pmcw.pom, 0x7F);
	assert_int_equal(schib.pmcw.lpum, 0x40);
	assert_int_equal(arch_get32(schib.scsw.control) & ARCH_SCSW_PATH_NOT_OPER, 0);
	/* The next start tries the other one first. */
	start_nop(f);
	settle(f);
	assert_int_equal(f->log[2].command.path, 0x40);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(schib.pmcw.pnom, 0);
}

static void without_any_path_the_start_is_deferred_with_3(void **state)
{
	struct fixture *f = *state;

	f->lpm = 0xC0;
	script(f, (struct step){.result = CSS_NO_PATH});
	script(f, (struct step){.result = CSS_NO_PATH});
	start_nop(f);
	settle(f);
	assert_int_equal(irb_state(last_irb(f)), 0x4011);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_DEFERRED_CC, ARCH_SCSW_DEFERRED_CC);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_PATH_NOT_OPER,
			 ARCH_SCSW_PATH_NOT_OPER);
	assert_int_equal(f->commands, 2);
	/* Not operational is a hint: when nothing else remains it is tried again. */
	start_nop(f);
	settle(f);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
}

static void a_path_lost_between_start_and_its_execution_is_deferred(void **state)
{
	struct fixture *f = *state;

	start_nop(f);
	css_subchannel_set_path(f->sch, 0x80, false);
	settle(f);
	assert_int_equal(f->irb_count, 1);
	assert_int_equal(irb_state(last_irb(f)), 0x4011);
	assert_int_equal(irb_control(last_irb(f)) & ARCH_SCSW_DEFERRED_CC, ARCH_SCSW_DEFERRED_CC);
	assert_int_equal(f->commands, 0);
}

static void a_path_that_dies_inside_a_chain_is_an_interface_control_check(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	script_immediate(f, CE_DE);
	script(f, (struct step){.result = CSS_NO_PATH});
	run(f, PROGRAM);
	assert_ending(f, 0x4017, 0, ARCH_SS_INTERFACE_CONTROL_CHECK, PROGRAM + 16);
}

static void path_changes_are_reported(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	css_subchannel_set_path(f->sch, 0xFF, false);
	assert_int_equal(f->crw_count, 2); /* those that are installed */
	assert_int_equal(arch_get16(f->crws[0].flags), 0x0406);
	assert_int_equal(arch_get16(f->crws[0].source_id), 0x40);
	assert_int_equal(arch_get16(f->crws[1].source_id), 0x41);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(schib.pmcw.pam, 0);
	css_subchannel_set_path(f->sch, 0x40, false); /* no change, no report */
	assert_int_equal(f->crw_count, 2);
	css_subchannel_set_path(f->sch, 0x40, true);
	assert_int_equal(f->crw_count, 3);
	assert_int_equal(arch_get16(f->crws[2].flags), 0x0402);
	f->lpm = 0xC0;
	start_nop(f);
	settle(f);
	assert_int_equal(f->log[0].command.path, 0x40);
}

/* Resets and removal */

static void io_reset_ends_everything(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	set_concurrent_sense(f);
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	script_immediate(f, CE);
	run(f, PROGRAM);
	css_subchannel_io_reset(f->sch);
	assert_int_equal(f->cancels, 1);
	assert_int_equal(f->resets, 1);
	assert_int_equal(f->last_reset, CSS_RESET_SYSTEM);
	assert_int_equal(f->begins, f->ends);
	assert_int_equal(f->irb_count, 0);
	assert_int_equal(stsch(f, &schib), 0);
	assert_int_equal(arch_get16(schib.pmcw.flags), ARCH_PMCW_VALID);
	assert_int_equal(arch_get32(schib.pmcw.control), 0);
	assert_int_equal(arch_get32(schib.pmcw.interruption_parameter), 0);
	assert_int_equal(schib.pmcw.lpm, 0xC0);
	assert_int_equal(schib.pmcw.pom, 0xFF);
	assert_int_equal(schib.pmcw.lpum, 0);
	assert_int_equal(arch_get32(schib.scsw.control), 0);
	assert_int_equal(ssch(f, PROGRAM), 3);
}

static void io_reset_stops_an_endless_program(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, PROGRAM);
	assert_int_equal(ssch(f, PROGRAM), 0);
	assert_true(css_executor_step(f->executor));
	css_subchannel_io_reset(f->sch);
	assert_int_equal(state_now(f), 0);
	assert_int_equal(f->begins, f->ends);
}

static void a_removed_device_leaves_nothing_operational(void **state)
{
	struct fixture *f = *state;
	struct arch_schib schib;

	script(f, (struct step){.result = CSS_LATER});
	start_nop(f);
	settle(f);
	css_subchannel_remove(f->sch);
	assert_int_equal(f->cancels, 1);
	assert_int_equal(f->crw_count, 1);
	assert_int_equal(arch_get16(f->crws[0].flags), 0x0304);
	assert_int_equal(stsch(f, &schib), 3);
	assert_int_equal(ssch(f, PROGRAM), 3);
	assert_int_equal(hsch(f), 3);
	assert_int_equal(csch(f), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(channel_end_alone_is_primary_and_device_end_secondary),
		TEST(secondary_joins_primary_that_is_still_pending),
		TEST(late_device_end_with_an_error_is_an_alert),
		TEST(primary_with_an_error_leaves_the_device_active),
		TEST(a_chain_waits_for_device_end),
		TEST(control_unit_end_alone_ends_nothing),
		TEST(a_command_held_by_the_device_ends_when_it_says_so),
		TEST(a_held_command_may_end_before_the_call_returns),
		TEST(status_of_a_command_that_was_stopped_is_forgotten),
		TEST(pci_is_intermediate_status_while_the_program_runs),
		TEST(pci_that_was_not_tested_merges_into_the_ending),
		TEST(pci_in_a_data_chain_is_shown_by_the_end),
		TEST(stored_data_is_listed_before_a_pci_tells_of_it),
		TEST(initial_status_interrupts_once),
		TEST(a_program_suspends_and_resumes_at_the_same_ccw),
		TEST(the_first_ccw_may_suspend),
		TEST(suspension_may_be_silent),
		TEST(a_resume_before_the_suspension_leaves_it_out),
		TEST(a_resume_without_suspension_is_dropped_at_the_end),
		TEST(concurrent_sense_comes_with_the_unit_check),
		TEST(without_concurrent_sense_the_device_keeps_it),
		TEST(a_rejected_first_command_ends_normally),
		TEST(attention_is_unsolicited_status),
		TEST(attention_before_the_start_was_taken_defers_it),
		TEST(attention_during_a_program_waits_for_its_end),
		TEST(attention_waits_until_status_was_tested),
		TEST(a_busy_device_defers_the_start),
		TEST(a_busy_control_unit_leaves_the_start_pending),
		TEST(a_control_unit_that_is_busy_again_is_waited_for_again),
		TEST(control_unit_end_before_the_wait_for_it_is_not_lost),
		TEST(a_busy_control_unit_is_reached_by_another_path),
		TEST(other_status_during_control_unit_busy_defers_the_start),
		TEST(a_start_that_waits_for_the_control_unit_can_be_ended),
		TEST(device_end_of_nobodys_asking_is_unsolicited),
		TEST(a_dead_path_is_passed_over),
		TEST(without_any_path_the_start_is_deferred_with_3),
		TEST(a_path_lost_between_start_and_its_execution_is_deferred),
		TEST(a_path_that_dies_inside_a_chain_is_an_interface_control_check),
		TEST(path_changes_are_reported),
		TEST(io_reset_ends_everything),
		TEST(io_reset_stops_an_endless_program),
		TEST(a_removed_device_leaves_nothing_operational),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
