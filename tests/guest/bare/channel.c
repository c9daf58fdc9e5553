/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Start, halt and clear as a program without an operating system sees them: what stock Linux rarely
 * or never does. The subchannel is that of device 0120.
 */
#include "bare.h"

enum { DEVICE = 0x0120, COMMAND_NOP = 0x03, COMMAND_SENSE_ID = 0xe4, COMMAND_TIC = 0x08 };
enum { CHANNEL_END = 0x08, DEVICE_END = 0x04 };
enum { PATIENCE = 10 * 1000 * 1000 }; /* microseconds */

static uint32_t id;
static struct bare_irb irb;
static struct bare_ccw program[4];
static uint8_t data[64];
static struct bare_orb orb;

static void check(bool good, const char *what, uint64_t found)
{
	if (good)
		return;
	bare_print("GUEST: fail ");
	bare_print(what);
	bare_number(", found ", found, "\n");
	bare_number("scsw ", irb.scsw.flags, " ");
	bare_number("", irb.scsw.control, " cpa ");
	bare_number("", irb.scsw.address, " dstat ");
	bare_number("", irb.scsw.device_status, " cstat ");
	bare_number("", irb.scsw.subchannel_status, "\n");
	bare_exit(1);
}

static void step(const char *what)
{
	bare_print("GUEST: step 0 ");
	bare_print(what);
	bare_print("\n");
}

/* Waits for status and takes it. */
static void take_status(const char *what)
{
	uint64_t end = bare_microseconds() + PATIENCE;
	int cc;

	while ((cc = bare_tsch(id, &irb)) == 1)
		check(bare_microseconds() < end, what, 1);
	check(cc == 0, what, (uint64_t)cc);
}

static uint32_t absolute(const void *where)
{
	return (uint32_t)(uintptr_t)where;
}

static int start(uint16_t control)
{
	orb = (struct bare_orb){
		.parameter = 0x12345678,
		.control = control,
		.lpm = 0xff,
		.program = absolute(program),
	};
	return bare_ssch(id, &orb);
}

static void find_and_enable(void)
{
	struct bare_schib schib;

	for (id = 0x00010000; id < 0x00010040; id++) {
		if (bare_stsch(id, &schib) != 0)
			continue;
		if (!(schib.flags & PMCW_VALID) || schib.device != DEVICE)
			continue;
		schib.flags |= PMCW_ENABLED;
		check(bare_msch(id, &schib) == 0, "cc of MSCH", 0);
		check(bare_stsch(id, &schib) == 0 && (schib.flags & PMCW_ENABLED), "enabled",
		      schib.flags);
		return;
	}
	check(false, "a subchannel with device 0120", 0);
}

/* A program that ends by itself still works: after everything that went before. */
static void still_works(void)
{
	program[0] = (struct bare_ccw){COMMAND_SENSE_ID, CCW_SLI, sizeof(data), absolute(data)};
	data[1] = 0;
	check(start(ORB_FORMAT1 | ORB_PREFETCH) == 0, "cc of SSCH", 1);
	take_status("status of SENSE ID");
	check(irb.scsw.device_status == (CHANNEL_END | DEVICE_END), "device status of SENSE ID",
	      irb.scsw.device_status);
	check((irb.scsw.control & 0x1f) == (SC_PRIMARY | SC_SECONDARY | SC_PENDING),
	      "status control of SENSE ID", irb.scsw.control);
	check(irb.scsw.address == absolute(&program[1]), "CCW address of SENSE ID",
	      irb.scsw.address);
	check(data[0] == 0xff && data[1] == 0x39 && data[2] == 0x90, "control unit 3990", data[1]);
	check(irb.scsw.count < sizeof(data) - 7, "residual count of SENSE ID", irb.scsw.count);
	check(bare_tsch(id, &irb) == 1, "cc of TSCH with nothing pending", 0);
}

/* A program that never ends: NOP, TIC to it. */
static void start_loop(uint16_t control, uint8_t flags)
{
	program[0] = (struct bare_ccw){COMMAND_NOP, CCW_CC | CCW_SLI | flags, 1, absolute(data)};
	program[1] = (struct bare_ccw){COMMAND_NOP, CCW_CC | CCW_SLI, 1, absolute(data)};
	program[2] = (struct bare_ccw){COMMAND_TIC, 0, 0, absolute(&program[1])};
	check(start(control) == 0, "cc of SSCH of a program that never ends", 1);
}

static void busy_while_running(uint16_t control)
{
	start_loop(control, 0);
	check(start(control) == 2, "cc of SSCH while a program runs", 0);
	check(bare_tsch(id, &irb) == 1, "cc of TSCH while a program runs", 0);
}

static void halt_ends_it(uint16_t control)
{
	busy_while_running(control);
	check(bare_hsch(id) == 0, "cc of HSCH", 1);
	take_status("status after HSCH");
	check(irb.scsw.control & FC_HALT, "halt function in the status", irb.scsw.control);
	check(irb.scsw.control & SC_PENDING, "status pending after HSCH", irb.scsw.control);
	still_works();
}

static void clear_ends_it(uint16_t control)
{
	busy_while_running(control);
	check(bare_csch(id) == 0, "cc of CSCH", 1);
	take_status("status after CSCH");
	check((irb.scsw.control & (FC_START | FC_HALT | FC_CLEAR)) == FC_CLEAR,
	      "clear function alone in the status", irb.scsw.control);
	check((irb.scsw.control & 0x1f) == SC_PENDING, "status control after CSCH",
	      irb.scsw.control);
	still_works();
}

static void intermediate_is_not_the_end(void)
{
	start_loop(ORB_FORMAT1 | ORB_PREFETCH, CCW_PCI);
	take_status("intermediate status");
	check((irb.scsw.control & (SC_INTERMEDIATE | SC_PRIMARY | SC_SECONDARY)) == SC_INTERMEDIATE,
	      "intermediate status alone", irb.scsw.control);
	check(start(ORB_FORMAT1 | ORB_PREFETCH) == 2, "cc of SSCH after intermediate status", 0);
	check(bare_hsch(id) == 0, "cc of HSCH after intermediate status", 1);
	take_status("status after HSCH");
	still_works();
}

static void idle_halt_and_clear(void)
{
	check(bare_hsch(id) == 0, "cc of HSCH when idle", 1);
	take_status("status of HSCH when idle");
	check(irb.scsw.control & FC_HALT, "halt function when idle", irb.scsw.control);
	check(bare_csch(id) == 0, "cc of CSCH when idle", 1);
	take_status("status of CSCH when idle");
	check(irb.scsw.control & FC_CLEAR, "clear function when idle", irb.scsw.control);
	still_works();
}

void bare_main(void)
{
	int round;

	find_and_enable();
	step("SENSE ID");
	still_works();
	step("HSCH and CSCH of a prefetched program that never ends");
	for (round = 0; round < 20; round++) {
		halt_ends_it(ORB_FORMAT1 | ORB_PREFETCH);
		clear_ends_it(ORB_FORMAT1 | ORB_PREFETCH);
	}
	step("HSCH and CSCH of a live program that never ends");
	for (round = 0; round < 20; round++) {
		halt_ends_it(ORB_FORMAT1);
		clear_ends_it(ORB_FORMAT1);
	}
	step("intermediate status");
	intermediate_is_not_the_end();
	step("HSCH and CSCH with nothing running");
	idle_halt_and_clear();
	bare_exit(0);
}
