/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Moving data: addressing (channel-io.md section 7), counts and lengths (section 8). */
#include "fixture.h"

#define ENDED	    0x4007
#define ENDED_ALERT 0x4017
#define IL	    ARCH_SS_INCORRECT_LENGTH
#define LIST	    0x8000u

/* Lengths */

static void write_takes_what_stands_in_storage(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 64; i++)
		f->memory[DATA + i] = (uint8_t)(i ^ 0x5A);
	put_ccw(f, PROGRAM, WRITE, 0, 64, DATA);
	script_data(f, 64, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_memory_equal(f->data, f->memory + DATA, 64);
}

/* One read of `count` by a device that gives `given`. */
static void check_length(struct fixture *f, uint8_t flags, uint16_t count, size_t given,
			 uint8_t expected, uint16_t residual)
{
	put_ccw(f, PROGRAM, READ, flags, count, DATA);
	script_data(f, given, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, expected ? ENDED_ALERT : ENDED, CE_DE, expected, PROGRAM + 8);
	assert_residual(f, residual);
}

static void short_and_long_records_are_incorrect_length_unless_suppressed(void **state)
{
	struct fixture *f = *state;

	check_length(f, 0, 16, 16, 0, 0);
	check_length(f, 0, 16, 10, IL, 6);
	check_length(f, SLI, 16, 10, 0, 6);
	check_length(f, 0, 16, 20, IL, 0);
	check_length(f, SLI, 16, 20, 0, 0);
	check_length(f, 0, 0, 4, IL, 0); /* format 1, count 0 */
	check_length(f, SLI, 0, 4, 0, 0);
	check_length(f, SKIP, 16, 10, IL, 6);
}

static void pieces_follow_the_same_length_rules(void **state)
{
	static const struct {
		uint8_t flags;
		size_t given;
		uint8_t expected;
		uint16_t residual;
	} cases[] = {{0, 16, 0, 0}, {0, 10, IL, 6}, {0, 20, IL, 0}, {SLI, 20, 0, 0}};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_ccw(f, PROGRAM, READ, cases[i].flags, 16, DATA);
		script(f, (struct step){.status = CE_DE, .size = cases[i].given, .pieces = true});
		run(f, PROGRAM);
		assert_int_equal(last_irb(f)->scsw.subchannel_status, cases[i].expected);
		assert_residual(f, cases[i].residual);
	}
}

static void a_demand_alone_counts_for_the_length(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	script(f, (struct step){.status = CE_DE, .size = 17, .demand = true});
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, IL, PROGRAM + 8);
	/* A record without data is no immediate operation. */
	f->format_0 = true;
	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	script(f, (struct step){.status = CE_DE, .size = 0, .demand = true});
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, IL, PROGRAM + 8);
	assert_residual(f, 16);
}

static void incorrect_length_breaks_the_chain(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CC, 16, DATA);
	put_ccw(f, PROGRAM + 8, NOP, SLI, 1, 0);
	script_data(f, 10, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, IL, PROGRAM + 8);
	put_ccw(f, PROGRAM, READ, CC | SLI, 16, DATA);
	script_data(f, 10, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 16);
}

/* An immediate operation: CE and DE, nothing moved. */
static void check_immediate(struct fixture *f, uint8_t flags, uint16_t count, uint8_t expected)
{
	put_ccw(f, PROGRAM, CONTROL, flags, count, DATA);
	script_immediate(f, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, expected ? ENDED_ALERT : ENDED, CE_DE, expected, PROGRAM + 8);
	assert_residual(f, count);
}

static void immediate_operations_and_their_length(void **state)
{
	struct fixture *f = *state;

	check_immediate(f, 0, 8, IL); /* format 1 */
	check_immediate(f, SLI, 8, 0);
	check_immediate(f, SLI | CD, 8, IL);
	check_immediate(f, 0, 0, 0);
	f->orb_flags = ARCH_ORB_LENGTH_SUPPRESS;
	check_immediate(f, 0, 8, 0);
	check_immediate(f, CD, 8, 0);
	f->orb_flags = 0;
	f->format_0 = true;
	check_immediate(f, 0, 8, 0);
	check_immediate(f, CD, 8, 0); /* CD is ignored, CC with it */
}

static void a_rejected_command_has_no_incorrect_length(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	script_immediate(f, CE_DE | UC);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE | UC, 0, PROGRAM + 8);
	assert_residual(f, 16);
}

/* Data chaining */

static void data_chaining_goes_on_across_a_tic(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 8, DATA);
	put_ccw(f, PROGRAM + 8, TIC, 0, 0, 0x2000);
	put_ccw(f, 0x2000, READ, CD, 8, DATA + 0x100);
	put_ccw(f, 0x2008, READ, 0, 8, DATA + 0x200);
	script(f, (struct step){.status = CE_DE, .size = 20, .left_first = true});
	run(f, PROGRAM);
	assert_int_equal(f->log[0].left, 24);
	assert_ending(f, ENDED_ALERT, CE_DE, IL, 0x2010);
	assert_residual(f, 4);
	assert_memory_equal(f->memory + DATA, f->data, 8);
	assert_memory_equal(f->memory + DATA + 0x100, f->data + 8, 8);
	assert_memory_equal(f->memory + DATA + 0x200, f->data + 16, 4);
}

static void flags_of_the_last_ccw_of_a_data_chain_apply(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 8, DATA);
	put_ccw(f, PROGRAM + 8, READ, CC | SLI, 8, DATA + 0x100);
	put_ccw(f, PROGRAM + 16, NOP, SLI, 1, 0);
	script_data(f, 30, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 24);
	assert_int_equal(f->commands, 2);
}

static void sli_does_not_help_a_record_that_ends_inside_a_data_chain(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD | SLI, 8, DATA);
	put_ccw(f, PROGRAM + 8, READ, SLI, 8, DATA + 0x100);
	script_data(f, 5, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, IL, PROGRAM + 8);
	assert_residual(f, 3);
}

/* The next CCW takes over with the last byte, whether or not another follows. */
static void an_exact_end_of_a_chained_count_pertains_to_the_new_ccw(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 8, DATA);
	put_ccw(f, PROGRAM + 8, READ, 0, 12, DATA + 0x100);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, IL, PROGRAM + 16);
	assert_residual(f, 12);
}

static void a_bad_ccw_in_a_data_chain_is_a_program_check(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 8, DATA);
	put_ccw(f, PROGRAM + 8, READ, 0, 0, DATA); /* count 0 */
	script(f, (struct step){.status = CE_DE, .size = 20, .left_first = true});
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 16);
	assert_int_equal(f->log[0].left, 8);
	assert_int_equal(f->log[0].moved, 8);
	assert_true(f->log[0].failed);
	assert_memory_equal(f->memory + DATA, f->data, 8);

	put_ccw(f, PROGRAM + 8, TIC, 0, 0, 0x2000); /* TIC to TIC */
	put_ccw(f, 0x2000, TIC, 0, 0, 0x3000);
	script_data(f, 20, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, 0x2008);

	f->orb_flags = ARCH_ORB_SUSPEND;
	put_ccw(f, PROGRAM + 8, READ, SUSP, 8, DATA);
	script_data(f, 20, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 16);
}

/* Storage */

static void an_address_outside_storage_is_a_program_check_at_the_time_of_use(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 32, STORAGE_SIZE - 10);
	script_data(f, 32, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[0].moved, 10);
	assert_memory_equal(f->memory + STORAGE_SIZE - 10, f->data, 10);
	/* Nothing moved, nothing wrong. */
	put_ccw(f, PROGRAM, CONTROL, SLI, 32, NOT_MAPPED);
	script_immediate(f, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
}

static void storage_that_may_not_be_written_is_a_protection_check(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 8, READ_ONLY);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROTECTION_CHECK, PROGRAM + 8);
	put_ccw(f, PROGRAM, WRITE, 0, 8, READ_ONLY);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
}

static void data_does_not_pass_the_end_of_the_address_range(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(css_storage_map(f->storage, 0xFFF000, 0x2000, f->memory, true, true), 0);
	f->format_0 = true;
	put_ccw(f, PROGRAM, READ, 0, 16, 0xFFFFF8);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[0].moved, 8);
}

static void skipped_data_is_counted_but_not_stored(void **state)
{
	struct fixture *f = *state;
	static const uint8_t zeros[16];

	put_ccw(f, PROGRAM, READ, SKIP | CD, 8, NOT_MAPPED); /* the address does not matter */
	put_ccw(f, PROGRAM + 8, READ, CD, 4, DATA);
	put_ccw(f, PROGRAM + 16, READ, SKIP, 4, DATA + 0x100);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 24);
	assert_memory_equal(f->memory + DATA, f->data + 8, 4);
	assert_memory_equal(f->memory + DATA + 0x100, zeros, 4);
	/* The same in pieces, and for write the flag means nothing. */
	script(f, (struct step){.status = CE_DE, .size = 16, .pieces = true});
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 24);
	f->memory[DATA + 8] = 0xA5;
	put_ccw(f, PROGRAM, WRITE, SKIP, 1, DATA + 8);
	script_data(f, 1, CE_DE);
	run(f, PROGRAM);
	assert_int_equal(f->data[0], 0xA5);
}

static void a_skip_needs_no_valid_list(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, SKIP | IDA, 8, NOT_MAPPED);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
}

/* Indirect addressing */

static void format_1_idaws_address_2k_units(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, IDA, 3000, LIST);
	put_idaw1(f, LIST, DATA + 2048 - 100); /* the first may be anywhere */
	put_idaw1(f, LIST + 4, DATA + 0x4000);
	put_idaw1(f, LIST + 8, DATA + 0x2800);
	put_idaw1(f, LIST + 12, 0x80000000u); /* not read */
	script_data(f, 3000, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_memory_equal(f->memory + DATA + 2048 - 100, f->data, 100);
	assert_memory_equal(f->memory + DATA + 0x4000, f->data + 100, 2048);
	assert_memory_equal(f->memory + DATA + 0x2800, f->data + 2148, 852);
}

static void format_2_idaws_address_4k_or_2k_units(void **state)
{
	struct fixture *f = *state;

	for (int two_k = 0; two_k < 2; two_k++) {
		uint32_t unit = two_k ? 2048 : 4096;

		f->orb_flags = ARCH_ORB_FORMAT_2_IDAW | (two_k ? ARCH_ORB_2K_IDAW : 0);
		memset(f->memory + DATA, 0, 0x8000);
		put_ccw(f, PROGRAM, READ, IDA, (uint16_t)(unit + 200), LIST);
		put_idaw2(f, LIST, DATA + unit - 50);
		put_idaw2(f, LIST + 8, DATA + 0x4000 + unit);
		put_idaw2(f, LIST + 16, DATA + 0x2000);
		script_data(f, unit + 200, CE_DE);
		run(f, PROGRAM);
		assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
		assert_memory_equal(f->memory + DATA + unit - 50, f->data, 50);
		assert_memory_equal(f->memory + DATA + 0x4000 + unit, f->data + 50, unit);
		assert_memory_equal(f->memory + DATA + 0x2000, f->data + 50 + unit, 150);
	}
}

static void an_idaw_behind_the_first_must_be_at_its_unit(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_FORMAT_2_IDAW;
	put_ccw(f, PROGRAM, READ, IDA, 200, LIST);
	put_idaw2(f, LIST, DATA + 4096 - 100);
	put_idaw2(f, LIST + 8, DATA + 0x2000 + 8);
	script_data(f, 200, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[0].moved, 100);
	assert_memory_equal(f->memory + DATA + 4096 - 100, f->data, 100);
}

static void an_exact_end_reads_no_further_idaw(void **state)
{
	struct fixture *f = *state;

	/* The list ends at the end of storage: another word cannot be fetched. */
	f->orb_flags = ARCH_ORB_FORMAT_2_IDAW;
	put_ccw(f, PROGRAM, READ, IDA, 100, STORAGE_SIZE - 8);
	put_idaw2(f, STORAGE_SIZE - 8, DATA + 4096 - 100);
	script_data(f, 100, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	put_ccw(f, PROGRAM, READ, IDA, 101, STORAGE_SIZE - 8);
	script_data(f, 101, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[1].moved, 100);
}

static void bad_idaws_are_program_checks_when_used(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, IDA, 8, LIST);
	put_idaw1(f, LIST, 0x80000000u | DATA);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);

	/* The address that is never valid, and one beyond 2 GiB that happens not to be. */
	f->orb_flags = ARCH_ORB_FORMAT_2_IDAW;
	put_idaw2(f, LIST, 0xFFFFFFFFFFFFF000ull);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	put_idaw2(f, LIST, 0x100000000ull);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(
		css_storage_map(f->storage, 0x100000000ull, 4096, f->memory + DATA, true, true), 0);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_memory_equal(f->memory + DATA, f->data, 8);
}

static void a_list_is_aligned_where_it_is_used(void **state)
{
	static const struct {
		uint32_t orb;
		uint8_t flags, offset;
	} rows[] = {
		{0, IDA, 2},
		{ARCH_ORB_FORMAT_2_IDAW, IDA, 4},
		{ARCH_ORB_MIDAW, MIDA, 8},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		f->orb_flags = rows[i].orb;
		put_ccw(f, PROGRAM, READ, rows[i].flags, 8, LIST + rows[i].offset);
		script_data(f, 8, CE_DE);
		run(f, PROGRAM);
		assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
		assert_residual(f, 8);
		/* A command that moves nothing uses none. */
		put_ccw(f, PROGRAM, NOP, rows[i].flags | SLI, 8, LIST + rows[i].offset);
		script_immediate(f, CE_DE);
		run(f, PROGRAM);
		assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	}
}

static void an_operation_without_data_needs_no_idaw(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, CONTROL, IDA | SLI, 8, NOT_MAPPED);
	script_immediate(f, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
}

/* Modified indirect addressing */

static void midaws_have_counts_of_their_own(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_MIDAW;
	put_ccw(f, PROGRAM, READ, MIDA, 30, LIST);
	put_midaw(f, LIST, 0, 10, DATA);
	put_midaw(f, LIST + 16, ARCH_MIDAW_SKIP, 5, NOT_MAPPED);
	put_midaw(f, LIST + 32, ARCH_MIDAW_LAST, 15, DATA + 0x1001);
	script_data(f, 30, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_memory_equal(f->memory + DATA, f->data, 10);
	assert_memory_equal(f->memory + DATA + 0x1001, f->data + 15, 15);
}

/* A list of one entry for a count of 16. */
static void check_midaw(struct fixture *f, uint8_t flags, uint16_t count, uint64_t address)
{
	put_ccw(f, PROGRAM, READ, MIDA, 16, LIST);
	put_midaw(f, LIST, flags, count, address);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[f->commands - 1].moved, 0);
}

static void to_skip_counts_for_commands_that_store_only(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_MIDAW;
	script_data(f, 30, CE_DE);
	put_midaw(f, 0x8000, 0, 10, DATA);
	put_midaw(f, 0x8010, ARCH_MIDAW_SKIP | ARCH_MIDAW_LAST, 20, DATA + 0x100);
	memset(f->memory + DATA, 0x11, 10);
	memset(f->memory + DATA + 0x100, 0x22, 20);
	put_ccw(f, PROGRAM, WRITE, MIDA, 30, 0x8000);
	run(f, PROGRAM);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_int_equal(f->data[9], 0x11);
	assert_int_equal(f->data[29], 0x22);

	/* And lies within its block then. */
	script_data(f, 30, CE_DE);
	put_midaw(f, 0x8010, ARCH_MIDAW_SKIP | ARCH_MIDAW_LAST, 20, DATA + 0xFF0);
	run(f, PROGRAM);
	assert_int_equal(last_irb(f)->scsw.subchannel_status, ARCH_SS_PROGRAM_CHECK);
	assert_residual(f, 20);
}

static void bad_midaws_are_program_checks(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_MIDAW;
	check_midaw(f, ARCH_MIDAW_LAST, 15, DATA);	  /* last, and the count not satisfied */
	check_midaw(f, 0, 16, DATA);			  /* not last, and it is */
	check_midaw(f, ARCH_MIDAW_LAST, 17, DATA);	  /* more than wanted */
	check_midaw(f, 0, 0, DATA);			  /* count 0 */
	check_midaw(f, ARCH_MIDAW_LAST, 16, DATA + 4090); /* crosses 4 KiB */
	check_midaw(f, ARCH_MIDAW_LAST | 0x01, 16, DATA); /* reserved flag */
	check_midaw(f, ARCH_MIDAW_LAST, 16, NOT_MAPPED);
	f->memory[LIST] = 1; /* reserved byte */
	put_ccw(f, PROGRAM, READ, MIDA, 16, LIST);
	f->memory[LIST + 5] = ARCH_MIDAW_LAST;
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
}

static void a_midaw_list_does_not_cross_4k(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_MIDAW;
	put_ccw(f, PROGRAM, READ, MIDA, 16, LIST + 4096 - 16);
	put_midaw(f, LIST + 4096 - 16, 0, 8, DATA);
	put_midaw(f, LIST + 4096, ARCH_MIDAW_LAST, 8, DATA + 8);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[0].moved, 8);
}

static void a_midaw_may_ask_for_an_interruption(void **state)
{
	struct fixture *f = *state;

	f->orb_flags = ARCH_ORB_MIDAW;
	put_ccw(f, PROGRAM, READ, MIDA, 16, LIST);
	put_midaw(f, LIST, ARCH_MIDAW_DTI | ARCH_MIDAW_LAST, 16, DATA);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, ARCH_SS_PCI, PROGRAM + 8);
}

/* Read backward */

static void assert_backward(const struct fixture *f, uint32_t last, size_t from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(f->memory[last - i], f->data[from + i]);
}

static void read_backward_stores_downwards(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ_BACKWARD, CD, 10, DATA + 0x100);
	put_ccw(f, PROGRAM + 8, READ, 0, 6, DATA + 0x200);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 16);
	assert_backward(f, DATA + 0x100, 0, 10);
	assert_backward(f, DATA + 0x200, 10, 6);
	script(f, (struct step){.status = CE_DE, .size = 16, .pieces = true});
	memset(f->memory + DATA, 0, 0x300);
	run(f, PROGRAM);
	assert_backward(f, DATA + 0x100, 0, 10);
}

static void read_backward_ends_at_address_0(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ_BACKWARD, 0, 8, 3);
	script_data(f, 8, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
	assert_int_equal(f->log[0].moved, 4);
}

static void read_backward_uses_idaws_from_the_end_of_their_units(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ_BACKWARD, IDA, 20, LIST);
	put_idaw1(f, LIST, DATA + 0x800 + 9); /* ten bytes down to the boundary */
	put_idaw1(f, LIST + 4, DATA + 0x2000 + 2047);
	script_data(f, 20, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 8);
	assert_backward(f, DATA + 0x800 + 9, 0, 10);
	assert_backward(f, DATA + 0x2000 + 2047, 10, 10);
	put_idaw1(f, LIST + 4, DATA + 0x2000);
	script_data(f, 20, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED_ALERT, CE_DE, ARCH_SS_PROGRAM_CHECK, PROGRAM + 8);
}

/* What was written */

static void assert_written(struct fixture *f, const struct css_range *expected, size_t count)
{
	struct css_range ranges[64];
	size_t got = css_subchannel_take_written(f->sch, ranges, 64);

	assert_int_equal(got, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(ranges[i].guest, expected[i].guest);
		assert_int_equal(ranges[i].size, expected[i].size);
	}
	assert_int_equal(css_subchannel_take_written(f->sch, ranges, 64), 0);
}

static void stored_ranges_are_listed_and_merged(void **state)
{
	static const struct css_range expected[] = {{DATA, 24}, {DATA + 0x100, 4}};
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, CD, 8, DATA);
	put_ccw(f, PROGRAM + 8, READ, CC, 8, DATA + 8);
	put_ccw(f, PROGRAM + 16, WRITE, CC, 8, DATA + 0x300);
	put_ccw(f, PROGRAM + 24, READ, CC, 8, DATA + 16);
	put_ccw(f, PROGRAM + 32, READ, CC | SKIP, 8, DATA + 24);
	put_ccw(f, PROGRAM + 40, READ, SLI, 8, DATA + 0x100);
	script_data(f, 16, CE_DE);
	script_data(f, 8, CE_DE);
	script(f, (struct step){.status = CE_DE, .size = 8, .pieces = true});
	script_data(f, 8, CE_DE);
	script_data(f, 4, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, ENDED, CE_DE, 0, PROGRAM + 48);
	assert_written(f, expected, 2);
}

static void written_bytes_are_listed_in_guest_addresses_whatever_the_way(void **state)
{
	static const struct css_range expected[] = {{DATA + 0x900 - 3, 4}};
	struct css_range ranges[8];
	struct fixture *f = *state;
	size_t count, bytes = 0;

	put_ccw(f, PROGRAM, READ_BACKWARD, 0, 4, DATA + 0x900);
	script_data(f, 4, CE_DE);
	run(f, PROGRAM);
	count = css_subchannel_take_written(f->sch, ranges, 8);
	for (size_t i = 0; i < count; i++) {
		assert_true(ranges[i].guest >= expected[0].guest);
		bytes += ranges[i].size;
	}
	assert_int_equal(bytes, 4);
}

/* More ranges than the list holds: every byte is still covered. */
static void no_stored_byte_is_forgotten(void **state)
{
	enum { PROGRAMS = 3, CCWS = 800 };
	struct fixture *f = *state;
	static uint8_t covered[STORAGE_SIZE];
	struct css_range ranges[16];
	size_t count;

	memset(covered, 0, sizeof(covered));
	f->otherwise = (struct step){.status = CE_DE, .size = 4};
	for (uint32_t p = 0; p < PROGRAMS; p++) {
		uint32_t at = PROGRAM;

		for (uint32_t i = 0; i < CCWS; i++)
			at = put_ccw(f, at, READ, i + 1 < CCWS ? CC : 0, 4,
				     DATA + (p * CCWS + i) * 64);
		run(f, PROGRAM);
		assert_int_equal(irb_state(last_irb(f)), ENDED);
	}
	while ((count = css_subchannel_take_written(f->sch, ranges, 16)))
		for (size_t i = 0; i < count; i++)
			memset(covered + ranges[i].guest, 1, ranges[i].size);
	for (uint32_t i = 0; i < PROGRAMS * CCWS; i++)
		for (uint32_t byte = 0; byte < 4; byte++)
			assert_int_equal(covered[DATA + i * 64 + byte], 1);
	assert_int_equal(covered[PROGRAM], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(write_takes_what_stands_in_storage),
		TEST(short_and_long_records_are_incorrect_length_unless_suppressed),
		TEST(pieces_follow_the_same_length_rules),
		TEST(a_demand_alone_counts_for_the_length),
		TEST(incorrect_length_breaks_the_chain),
		TEST(immediate_operations_and_their_length),
		TEST(a_rejected_command_has_no_incorrect_length),
		TEST(data_chaining_goes_on_across_a_tic),
		TEST(flags_of_the_last_ccw_of_a_data_chain_apply),
		TEST(sli_does_not_help_a_record_that_ends_inside_a_data_chain),
		TEST(an_exact_end_of_a_chained_count_pertains_to_the_new_ccw),
		TEST(a_bad_ccw_in_a_data_chain_is_a_program_check),
		TEST(an_address_outside_storage_is_a_program_check_at_the_time_of_use),
		TEST(storage_that_may_not_be_written_is_a_protection_check),
		TEST(data_does_not_pass_the_end_of_the_address_range),
		TEST(skipped_data_is_counted_but_not_stored),
		TEST(a_skip_needs_no_valid_list),
		TEST(format_1_idaws_address_2k_units),
		TEST(format_2_idaws_address_4k_or_2k_units),
		TEST(an_idaw_behind_the_first_must_be_at_its_unit),
		TEST(an_exact_end_reads_no_further_idaw),
		TEST(bad_idaws_are_program_checks_when_used),
		TEST(a_list_is_aligned_where_it_is_used),
		TEST(an_operation_without_data_needs_no_idaw),
		TEST(midaws_have_counts_of_their_own),
		TEST(to_skip_counts_for_commands_that_store_only),
		TEST(bad_midaws_are_program_checks),
		TEST(a_midaw_list_does_not_cross_4k),
		TEST(a_midaw_may_ask_for_an_interruption),
		TEST(read_backward_stores_downwards),
		TEST(read_backward_ends_at_address_0),
		TEST(read_backward_uses_idaws_from_the_end_of_their_units),
		TEST(stored_ranges_are_listed_and_merged),
		TEST(written_bytes_are_listed_in_guest_addresses_whatever_the_way),
		TEST(no_stored_byte_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
