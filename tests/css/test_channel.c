/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Fetching, checking and chaining CCWs: channel-io.md sections 6 and 8. */
#include "fixture.h"

#define ENDED	    0x4007
#define ENDED_ALERT 0x4017

static void one_command_ends_with_4007(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_residual(f, 0);
	assert_memory_equal(f->memory + DATA, f->data, 16);
	assert_int_equal(f->begins, 1);
	assert_int_equal(f->ends, 1);
	assert_true(f->log[0].command.first);
	assert_false(f->log[0].command.chaining);
	assert_int_equal(f->log[0].command.path, 0x80);
	assert_int_equal(state_now(f), 0);
}

static void format_0_ccws_have_24_bit_addresses(void **state)
{
	struct fixture *f = *state;

	f->format_0 = true;
	put_ccw(f, PROGRAM, READ, 0, 16, 0xFEFF0);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_memory_equal(f->memory + 0xFEFF0, f->data, 16);
}

static void the_scsw_shows_what_the_orb_asked_for(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = 0x90000000u | ARCH_ORB_SUSPEND | ARCH_ORB_PREFETCH | ARCH_ORB_ADDRESS_LIMIT |
		       ARCH_ORB_SUPPRESS_SUSPEND;
	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	run(f, PROGRAM);
	assert_int_equal(arch_get32(last_irb(f)->scsw.control) & 0xFFFF0000u,
			 0x90000000u | ARCH_SCSW_SUSPEND_CONTROL | ARCH_SCSW_FORMAT_1 |
				 ARCH_SCSW_PREFETCH | ARCH_SCSW_ADDRESS_LIMIT |
				 ARCH_SCSW_SUPPRESS_SUSPEND);
	assert_int_equal(arch_get32(last_irb(f)->esw.logout), 0x00800000u);
}

static void a_chain_runs_to_its_last_ccw(void **state)
{
	struct fixture *f = *state;
	uint32_t at = PROGRAM;

	at = put_ccw(f, at, WRITE, CC, 8, DATA);
	at = put_ccw(f, at, READ, CC, 8, DATA + 8);
	at = put_ccw(f, at, SENSE, 0, 8, DATA + 16);
	for (int i = 0; i < 3; i++)
		script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, at);
	assert_int_equal(f->commands, 3);
	assert_true(f->log[0].command.chaining);
	assert_false(f->log[1].command.first);
	assert_false(f->log[2].command.chaining);
	assert_int_equal(f->begins, 1);
	assert_int_equal(f->ends, 1);
	assert_int_equal(f->interrupts, 1);
}

/* One bad CCW at PROGRAM: a program check, and the device is not contacted. */
static void check_first_ccw(struct fixture *f, uint8_t command, uint8_t flags, uint16_t count,
			    uint32_t address)
{
	put_ccw(f, PROGRAM, command, flags, count, address);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, 0, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->commands, 0);
	assert_int_equal(f->begins, 0);
	assert_int_equal(f->ends, 0);
}

static void a_bad_first_ccw_is_a_program_check(void **state)
{
	struct fixture *f = *state;

	check_first_ccw(f, 0x10, 0, 1, DATA);		    /* command with low nibble 0 */
	check_first_ccw(f, 0x18, 0, 1, DATA);		    /* low nibble 8, not TIC, format 1 */
	check_first_ccw(f, TIC, 0, 0, PROGRAM + 16);	    /* TIC first */
	check_first_ccw(f, READ, 0, 1, 0x80000000u | DATA); /* address bit 0 */
	check_first_ccw(f, READ, CD, 0, DATA);		    /* count 0 in a data chain */
	check_first_ccw(f, READ, MIDA, 1, DATA);	    /* MIDA without ORB D */
	check_first_ccw(f, READ, SUSP, 1, DATA);	    /* S without ORB S */
	f->orb_flags = ARCH_ORB_SUSPEND;
	check_first_ccw(f, READ, SUSP | CD, 1, DATA); /* S with CD */
	f->orb_flags = ARCH_ORB_MIDAW;
	check_first_ccw(f, READ, MIDA | IDA, 1, DATA);
	check_first_ccw(f, READ, MIDA | SKIP, 1, DATA);
	f->orb_flags = 0;
	f->format_0 = true;
	check_first_ccw(f, READ, 0, 0, DATA); /* count 0 in format 0 */
	check_first_ccw(f, 0xF8, 0, 1, PROGRAM + 8);
}

/* The first CCW cannot be fetched. */
static void check_program_address(struct fixture *f, uint32_t address)
{
	run(f, address);
	assert_ending(f, ENDED_ALERT, 0, ARCH_SS_PROGRAM_CHECK, address + 8);
	assert_int_equal(f->commands, 0);
}

static void a_program_that_cannot_be_fetched_is_a_program_check(void **state)
{
	struct fixture *f = *state;

	check_program_address(f, PROGRAM + 4);
	check_program_address(f, NOT_MAPPED);
	check_program_address(f, 0x7FFFFFF8);
	f->format_0 = true;
	check_program_address(f, 0x01000000);
	f->format_0 = false;
	f->live = false;
	check_program_address(f, PROGRAM); /* no channel memory there */
}

static void a_subchannel_without_storage_gives_a_program_check(void **state)
{
	struct fixture *f = *state;

	css_subchannel_set_storage(f->sch, NULL);
	check_program_address(f, PROGRAM);
	f->live = false;
	check_program_address(f, PROGRAM);
}

static void running_off_the_end_of_storage_names_the_address_tried(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, STORAGE_SIZE - 8, NOP, CC | SLI, 1, 0);
	run(f, STORAGE_SIZE - 8);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, STORAGE_SIZE + 8);
	assert_int_equal(f->begins, 1);
	assert_int_equal(f->ends, 1);
}

static void an_invalid_ccw_in_a_chain_names_itself(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, 0x00, 0, 1, 0);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 16);
}

/* NOP, then a TIC that is wrong. */
static void check_tic(struct fixture *f, uint8_t flags, uint16_t count, uint32_t target,
		      uint32_t expected)
{
	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, TIC, flags, count, target);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, expected);
}

static void a_bad_tic_is_a_program_check(void **state)
{
	struct fixture *f = *state;

	check_tic(f, 0, 0, 0x2004, PROGRAM + 16);      /* target not on 8 */
	check_tic(f, 0, 0, 0x80002000u, PROGRAM + 16); /* bit 0 */
	check_tic(f, SLI, 0, 0x2000, PROGRAM + 16);
	check_tic(f, 0, 1, 0x2000, PROGRAM + 16);
	check_tic(f, 0, 0, NOT_MAPPED, NOT_MAPPED + 8);
	put_ccw(f, 0x2000, TIC, 0, 0, 0x3000); /* TIC to TIC */
	check_tic(f, 0, 0, 0x2000, 0x2008);
	check_tic(f, 0, 0, PROGRAM + 8, PROGRAM + 16); /* to itself */
}

static void tic_transfers_in_both_formats(void **state)
{
	struct fixture *f = *state;

	for (int format = 0; format < 2; format++) {
		f->format_0 = format == 0;
		put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
		/* Format 0: any high nibble, flags and count do not matter. */
		put_ccw(f, PROGRAM + 8, f->format_0 ? 0x78 : TIC, f->format_0 ? 0xFF : 0,
			f->format_0 ? 99 : 0, 0x2000);
		put_ccw(f, 0x2000, NOP, SLI, 1, 0);
		run(f, PROGRAM);
		assert_ending(f, ENDED, CE_DE, 0, 0x2008);
	}
	assert_int_equal(f->commands, 4);
}

static void a_command_reached_by_data_chaining_is_ignored(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 8, DATA);
	put_ccw(f, PROGRAM + 8, 0x00, 0, 8, DATA + 0x100);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 16);
	assert_memory_equal(f->memory + DATA, f->data, 8);
	assert_memory_equal(f->memory + DATA + 0x100, f->data + 8, 8);
}

static void status_modifier_skips_one_ccw(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, CONTROL, CC | SLI, 1, DATA);
	put_ccw(f, PROGRAM + 8, WRITE, CC, 8, DATA);
	put_ccw(f, PROGRAM + 16, READ, 0, 8, DATA);
	script_immediate(f, CE_DE | SM);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 24);
	assert_int_equal(f->commands, 2);
	assert_int_equal(f->log[1].command.code, READ);
}

static void an_invalid_ccw_after_a_skip_names_itself(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, CONTROL, CC | SLI, 1, DATA);
	put_ccw(f, PROGRAM + 8, WRITE, CC, 8, DATA);
	put_ccw(f, PROGRAM + 16, 0x00, 0, 8, DATA);
	script_immediate(f, CE_DE | SM);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 24);
}

static void status_modifier_skips_a_tic_and_lands_on_one(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, CONTROL, CC | SLI, 1, DATA);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, 0x3000); /* forward, left out */
	put_ccw(f, PROGRAM + 16, TIC, 0, 0, 0x2000);
	put_ccw(f, 0x2000, NOP, SLI, 1, 0);
	script_immediate(f, CE_DE | SM);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, 0x2008);
}

/* SEEK, SEARCH, TIC back, READ: the search hits at the third try. */
static void a_search_loop_ends_by_status_modifier(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, CONTROL, CC, 6, DATA);
	put_ccw(f, PROGRAM + 8, 0x31, CC, 5, DATA);
	put_ccw(f, PROGRAM + 16, TIC, 0, 0, PROGRAM + 8);
	put_ccw(f, PROGRAM + 24, 0x06, 0, 32, DATA + 0x100);
	script_data(f, 6, CE_DE);
	script_data(f, 5, CE_DE);
	script_data(f, 5, CE_DE);
	script_data(f, 5, CE_DE | SM);
	script_data(f, 32, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 32);
	assert_int_equal(f->commands, 5);
}

static void command_retry_gives_the_same_command_again(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD | PCI, 4, DATA);
	put_ccw(f, PROGRAM + 8, READ, 0, 4, DATA + 4);
	script_data(f, 8, CE_DE | UC | SM);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(f->commands, 2);
	assert_int_equal(f->log[1].moved, 8);
	assert_int_equal(f->irb_count, 2); /* one PCI */
}

static void unusual_status_ends_the_chain(void **state)
{
	static const uint8_t unusual[] = {UC, ARCH_DS_UNIT_EXCEPTION, ARCH_DS_ATTENTION,
					  ARCH_DS_BUSY};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(unusual); i++) {
		put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
		put_ccw(f, PROGRAM + 8, NOP, CC | SLI, 1, 0);
		put_ccw(f, PROGRAM + 16, NOP, SLI, 1, 0);
		script_immediate(f, CE_DE);
		script_immediate(f, CE_DE | unusual[i]);
		run(f, PROGRAM);
		assert_ending(f, ENDED_ALERT, CE_DE | unusual[i], 0, PROGRAM + 16);
		assert_int_equal(f->commands, 2 * (i + 1));
	}
}

static void what_would_wait_is_given_again_from_the_start(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 4, DATA);
	put_ccw(f, PROGRAM + 8, READ, CC, 4, DATA + 4);
	put_ccw(f, PROGRAM + 16, NOP, SLI, 1, 0);
	script(f, (struct step){.result = CSS_WOULD_WAIT, .size = 5});
	script_data(f, 8, CE_DE);
	assert_int_equal(ssch(f, PROGRAM), 0);
	css_subchannel_help(f->sch);
	assert_int_equal(f->commands, 1);
	assert_false(f->log[0].command.may_wait);
	assert_int_equal(f->irb_count, 0);
	settle(f);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 24);
	assert_true(f->log[1].command.may_wait);
	assert_true(f->log[1].command.first);
	assert_int_equal(f->log[1].moved, 8);
	assert_int_equal(f->begins, 1);
}

static void a_device_that_will_not_wait_is_an_interface_control_check(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, SLI, 1, 0);
	script(f, (struct step){.result = CSS_WOULD_WAIT});
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, 0, ARCH_SS_INTERFACE_CONTROL_CHECK, PROGRAM + 8);
}

/* A program that reads its own continuation, as IPL does. */
static void a_live_program_is_fetched_ccw_by_ccw(void **state)
{
	struct fixture *f = *state;
	struct arch_ccw1 next = {
		.command = NOP, .flags = SLI, .count = arch_put16(1), .address = arch_put32(0)};

	put_ccw(f, PROGRAM, READ, CC, 8, PROGRAM + 8);
	put_ccw(f, PROGRAM + 8, 0x00, 0, 0, 0);
	memcpy(f->data, &next, sizeof(next));
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 16);
	assert_int_equal(f->log[1].command.code, NOP);
}

/* CCWs and IDAWs in channel memory, data in guest storage. */
static void a_translated_program_runs_from_channel_memory(void **state)
{
	struct fixture *f = *state;
	struct arch_ccw1 *ccw;
	arch_idaw2 *idaw;
	uint32_t bus;
	void *memory;

	assert_int_equal(css_storage_channel_allocate(f->storage, 4096, &memory, &bus), 0);
	ccw = memory;
	idaw = (arch_idaw2 *)((uint8_t *)memory + 1024);
	ccw[0] = (struct arch_ccw1){READ, CC | IDA, arch_put16(32), arch_put32(bus + 1024)};
	ccw[1] = (struct arch_ccw1){READ, 0, arch_put16(8), arch_put32(DATA + 0x5000)};
	idaw[0] = arch_put64(DATA + 4096 - 16);
	idaw[1] = arch_put64(DATA + 0x3000);
	f->live = false;
	f->orb_flags = ARCH_ORB_FORMAT_2_IDAW;
	script_data(f, 32, CE_DE);
	script_data(f, 8, CE_DE);
	run(f, bus);
	assert_ending(f, ENDED, CE_DE, 0, bus + 16);
	assert_memory_equal(f->memory + DATA + 4096 - 16, f->data, 16);
	assert_memory_equal(f->memory + DATA + 0x3000, f->data + 16, 16);
	assert_memory_equal(f->memory + DATA + 0x5000, f->data, 8);
	css_storage_channel_release(f->storage, memory, bus, 4096);
}

static void endless_programs_can_be_halted_and_cleared(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, NOP, CC | SLI, 1, 0);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, PROGRAM);
	assert_int_equal(ssch(f, PROGRAM), 0);
	for (int i = 0; i < 3; i++)
		assert_true(css_executor_step(f->executor));
	assert_int_equal(f->irb_count, 0);
	assert_int_equal(state_now(f), 0x40C0);
	assert_int_equal(hsch(f), 0);
	settle(f);
	assert_ending(f, 0x6007, CE_DE, 0, PROGRAM + 8);

	assert_int_equal(ssch(f, PROGRAM), 0);
	css_subchannel_help(f->sch); /* does not stay with the helper */
	assert_true(css_executor_step(f->executor));
	assert_int_equal(csch(f), 0);
	settle(f);
	assert_ending(f, 0x1001, 0, 0, 0);
	assert_int_equal(f->begins, 2);
	assert_int_equal(f->ends, 2);
}

/* How many commands one help runs before the rest goes to a worker. */
static unsigned int helped_commands(struct fixture *f, uint8_t command, uint16_t count)
{
	unsigned int before = f->commands, helped;

	put_ccw(f, PROGRAM, command, CC | SLI, count, DATA);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, PROGRAM);
	assert_int_equal(ssch(f, PROGRAM), 0);
	css_subchannel_help(f->sch);
	helped = f->commands - before;
	assert_int_equal(csch(f), 0);
	settle(f);
	return helped;
}

static void a_helper_is_not_held_long(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(helped_commands(f, NOP, 0x8000), 1024);
	f->otherwise.size = 0x8000;
	assert_in_range(helped_commands(f, READ, 0x8000), 32, 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_command_ends_with_4007),
		TEST(format_0_ccws_have_24_bit_addresses),
		TEST(the_scsw_shows_what_the_orb_asked_for),
		TEST(a_chain_runs_to_its_last_ccw),
		TEST(a_bad_first_ccw_is_a_program_check),
		TEST(a_program_that_cannot_be_fetched_is_a_program_check),
		TEST(a_subchannel_without_storage_gives_a_program_check),
		TEST(running_off_the_end_of_storage_names_the_address_tried),
		TEST(an_invalid_ccw_in_a_chain_names_itself),
		TEST(a_bad_tic_is_a_program_check),
		TEST(tic_transfers_in_both_formats),
		TEST(a_command_reached_by_data_chaining_is_ignored),
		TEST(status_modifier_skips_one_ccw),
		TEST(an_invalid_ccw_after_a_skip_names_itself),
		TEST(status_modifier_skips_a_tic_and_lands_on_one),
		TEST(a_search_loop_ends_by_status_modifier),
		TEST(command_retry_gives_the_same_command_again),
		TEST(unusual_status_ends_the_chain),
		TEST(what_would_wait_is_given_again_from_the_start),
		TEST(a_device_that_will_not_wait_is_an_interface_control_check),
		TEST(a_live_program_is_fetched_ccw_by_ccw),
		TEST(a_translated_program_runs_from_channel_memory),
		TEST(endless_programs_can_be_halted_and_cleared),
		TEST(a_helper_is_not_held_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
