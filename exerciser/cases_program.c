/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* CCWs as the architecture has them: commands, counts, lengths, chains, TIC, status modifier. */
#include "exerciser/table.h"

#define NOP	ARCH_CCW_NOP
#define TIC	ARCH_CCW_TIC
#define ID	ARCH_CCW_SENSE_ID
#define WRITE	TESTDEV_WRITE
#define READ	TESTDEV_READ
#define CD	ARCH_CCW_CD
#define CC	ARCH_CCW_CC
#define SLI	ARCH_CCW_SLI
#define SKIP	ARCH_CCW_SKIP
#define INVALID 0x00
#define UNKNOWN 0xFF

/* Incorrect length at CCW n. */
#define WRONG_LENGTH(n, left)                                                                      \
	.control = 0x4017, .device = CE_DE, .subchannel = ARCH_SS_INCORRECT_LENGTH, .last = (n),   \
	.residual = (left)
#define NOP_END                                                                                    \
	{                                                                                          \
		NOP, SLI, 1, DATA                                                                  \
	}
#define NOP_CHAIN                                                                                  \
	{                                                                                          \
		NOP, SLI | CC, 1, DATA                                                             \
	}
/* The device keeps 16 bytes. */
#define KEEP_16                                                                                    \
	{                                                                                          \
		WRITE, CC, 16, DATA                                                                \
	}
/* What the device kept comes to OUT: 4, 4 and 8 bytes of three places in DATA. */
#define BACK                                                                                       \
	{                                                                                          \
		READ, 0, 16, OUT                                                                   \
	}
#define PIECES .bytes = {{0, 0, 4}, {4, 100, 4}, {8, 200, 8}, {16, LEFT_FILL, 16}}

static void unknown_command(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	uint32_t last = add_ccw(&program, UNKNOWN, SLI, 1, DATA);
	const struct arch_irb irb = run_program(x);
	uint32_t erw = arch_get32(irb.esw.erw);

	EXPECT_EQUAL(x, "status", arch_get32(irb.scsw.control) & 0xFFFF, ENDED_ALERT);
	EXPECT(x, irb.scsw.device_status & ARCH_DS_UNIT_CHECK,
	       "device status: expected unit check, got %02x", irb.scsw.device_status);
	expect_ccw_address(x, &irb, last + 8);
	EXPECT(x, arch_get32(irb.scsw.control) & ARCH_SCSW_EXTENDED_CONTROL,
	       "no extended control: control %08x", arch_get32(irb.scsw.control));
	EXPECT(x, erw & ARCH_ERW_CONCURRENT_SENSE, "no concurrent sense: ERW %08x", erw);
	EXPECT(x, irb.ecw[0] & 0x80, "sense byte 0: expected command reject, got %02x", irb.ecw[0]);
}

static void sense_after_concurrent(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	const uint8_t zeros[ARCH_SENSE_BYTES] = {0};
	struct arch_irb irb;

	add_ccw(&program, UNKNOWN, SLI, 1, DATA);
	(void)run_program(x);
	program.next = PROGRAM;
	add_ccw(&program, ARCH_CCW_BASIC_SENSE, SLI, ARCH_SENSE_BYTES, DATA);
	fill(x, DATA, ARCH_SENSE_BYTES);
	irb = run_program(x);
	expect_normal(x, &irb, PROGRAM);
	exerciser_expect_bytes(x, "sense", client_at(exerciser_client(x), DATA), zeros, 1);
}

static void put_nops_before(struct exerciser *x)
{
	struct program program = program_at(x, CCW(0));

	add_nop(&program, ARCH_CCW_CC);
	add_nop(&program, 0);
}

static void search_found_at_once(struct exerciser *x)
{
	const struct testdev_counters counters = read_counters(x);

	EXPECT_EQUAL(x, "commands taken", arch_get64(counters.commands), 2);
}

#define RUN(name, text, number, need, linux, ...)                                                  \
	{                                                                                          \
		.id = name, .title = text, .shows = number, .source = "channel-io 6, 8",           \
		.needs = need, .run = run_table, .deviations = linux, .with = TABLE(__VA_ARGS__)   \
	}
#define CHECKED(name, text, need, ...) RUN(name, text, "D13 T43", need, CONFORMS, __VA_ARGS__)
#define ONLY_CHANNEL		       EXERCISER_CHANNEL

static const struct exerciser_case cases[] = {
	/* Commands */
	CHECKED("command.00", "command 00 is invalid: program check", 0,
		.ccws = {{INVALID, SLI, 1, DATA}}, PROGRAM_CHECKED(0)),
	CHECKED("command.10", "command 10 is invalid: program check", 0,
		.ccws = {{0x10, SLI, 1, DATA}}, PROGRAM_CHECKED(0)),
	CHECKED("command.f0", "command F0 is invalid: program check", 0,
		.ccws = {{0xF0, SLI, 1, DATA}}, PROGRAM_CHECKED(0)),
	CHECKED("command.18", "in format 1 command 18 is no TIC: program check", 0,
		.ccws = {NOP_CHAIN, {0x18, 0, 0, CCW(2)}, NOP_END}, PROGRAM_CHECKED(1)),
	CHECKED("command.chained-invalid", "an invalid command after others: program check there",
		0, .ccws = {NOP_CHAIN, NOP_CHAIN, {INVALID, SLI, 1, DATA}}, PROGRAM_CHECKED(2)),
	{
		.id = "command.unknown",
		.title = "a command that the device does not know: unit check, command reject, "
			 "concurrent sense",
		.shows = "D8",
		.source = "channel-io 10",
		.run = unknown_command,
		.needs = EXERCISER_CHANNEL,
	},
	{
		.id = "command.sense-is-gone",
		.title = "after concurrent sense the device has none left",
		.source = "channel-io 10",
		.run = sense_after_concurrent,
		.needs = EXERCISER_CHANNEL,
	},
	RUN("command.basic-sense", "BASIC SENSE has 32 bytes", "", 0, CONFORMS,
	    .ccws = {{ARCH_CCW_BASIC_SENSE, SLI, 32, OUT}}, .residual = ANY,
	    .bytes = {{32, LEFT_FILL, 32}}),
	RUN("command.chain", "commands are chained", "", 0, CONFORMS,
	    .ccws = {NOP_CHAIN, NOP_CHAIN, {ID, SLI, 256, OUT}}, .last = 2, .residual = ANY),
	RUN("command.unit-check-ends-chain", "unit check ends a chain", "", TESTDEV, CONFORMS,
	    .steps = {{.operation = TESTDEV_ANSWER, .status = ARCH_DS_UNIT_CHECK}}, .step_count = 1,
	    .ccws = {NOP_CHAIN, NOP_END}, .control = ENDED_ALERT, .device = ARCH_DS_UNIT_CHECK,
	    .residual = ANY),
	RUN("command.unit-exception-ends-chain", "unit exception ends a chain", "", TESTDEV,
	    CONFORMS,
	    .steps = {{.operation = TESTDEV_DO, .status = CE_DE | ARCH_DS_UNIT_EXCEPTION}},
	    .step_count = 1, .ccws = {NOP_CHAIN, NOP_END}, .control = ENDED_ALERT,
	    .device = CE_DE | ARCH_DS_UNIT_EXCEPTION, .residual = ANY),
	CHECKED("flag.suspend", "a suspend flag without suspend control: program check", 0,
		.ccws = {{NOP, SLI | ARCH_CCW_SUSPEND, 1, DATA}}, PROGRAM_CHECKED(0)),
	CHECKED("flag.mida", "a MIDA flag without MIDAWs in the ORB: program check", 0,
		.ccws = {{ID, SLI | ARCH_CCW_MIDA, 16, LISTS}}, PROGRAM_CHECKED(0)),

	/* Counts and lengths. The device's identification has 8 bytes. */
	RUN("count.zero", "in format 1 a count of zero moves nothing", "", 0, CONFORMS,
	    .ccws = {{NOP, 0, 0, DATA}}),
	RUN("count.zero-chained", "and the chain goes on", "", 0, CONFORMS,
	    .ccws = {{NOP, CC, 0, DATA}, NOP_END}, .last = 1, .residual = ANY),
	RUN("count.zero-format-0", "in format 0 a count of zero is a program check", "D13 T43", 0,
	    LINUX("vfio-ccw-interface 7.1", "makes it format 1, where it is valid",
		  "expected program check"),
	    .format_0 = true, .ccws = {{NOP, 0, 0, DATA}}, PROGRAM_CHECKED(0)),
	CHECKED("count.zero-data-chain", "a count of zero cannot chain data: program check",
		TESTDEV, .ccws = {{WRITE, CD, 0, DATA}, {WRITE, 0, 8, DATA}}, PROGRAM_CHECKED(0)),
	CHECKED("count.zero-data-chained", "nor be chained to: program check", TESTDEV,
		.ccws = {{WRITE, CD, 4, DATA}, {WRITE, 0, 0, DATA}}, PROGRAM_CHECKED(1)),
	RUN("length.exact", "a count that is met: no residual count", "", TESTDEV, CONFORMS,
	    .ccws = {{ID, 0, 8, OUT}}, .bytes = {{8, LEFT_FILL, 8}}),
	RUN("length.long", "more data than the count: incorrect length", "", TESTDEV, CONFORMS,
	    .ccws = {{ID, 0, 4, OUT}}, WRONG_LENGTH(0, 0), .bytes = {{4, LEFT_FILL, 8}}),
	RUN("length.long-sli", "SLI suppresses it", "", TESTDEV, CONFORMS,
	    .ccws = {{ID, SLI, 4, OUT}}, .bytes = {{4, LEFT_FILL, 8}}),
	RUN("length.short", "less data than the count: incorrect length, residual count", "",
	    TESTDEV, CONFORMS, .ccws = {{ID, 0, 20, OUT}}, WRONG_LENGTH(0, 12),
	    .bytes = {{8, LEFT_FILL, 12}}),
	RUN("length.short-sli", "SLI suppresses it, the residual count stays", "", TESTDEV,
	    CONFORMS, .ccws = {{ID, SLI, 20, OUT}}, .residual = 12),
	RUN("length.ends-chain", "incorrect length ends a chain", "", TESTDEV, CONFORMS,
	    .ccws = {{ID, CC, 20, OUT}, NOP_END}, WRONG_LENGTH(0, 12)),
	RUN("length.sli-chain", "with SLI the chain goes on", "", TESTDEV, CONFORMS,
	    .ccws = {{ID, CC | SLI, 20, OUT}, NOP_END}, .last = 1, .residual = ANY),
	RUN("length.write-short", "a device that takes less than the count: incorrect length", "",
	    TESTDEV, CONFORMS,
	    .steps = {{.operation = TESTDEV_DO, .flags = TESTDEV_LENGTH, .value = {{0, 0, 0, 6}}}},
	    .step_count = 1, .ccws = {{WRITE, 0, 16, DATA}}, WRONG_LENGTH(0, 10)),
	RUN("length.write-long", "a device that wants more than the count: incorrect length", "",
	    TESTDEV, CONFORMS,
	    .steps = {{.operation = TESTDEV_DO, .flags = TESTDEV_LENGTH, .value = {{0, 0, 0, 20}}}},
	    .step_count = 1, .ccws = {{WRITE, 0, 16, DATA}}, WRONG_LENGTH(0, 0)),
	RUN("length.immediate", "in format 1 a count for an immediate command: incorrect length",
	    "", ONLY_CHANNEL, CONFORMS, .ccws = {{NOP, 0, 1, DATA}}, WRONG_LENGTH(0, 1)),
	RUN("length.immediate-suppressed", "the ORB's suppression mode suppresses that", "",
	    ONLY_CHANNEL, CONFORMS, .set = ARCH_ORB_LENGTH_SUPPRESS, .ccws = {{NOP, 0, 1, DATA}},
	    .residual = 1),
	RUN("length.immediate-sli", "and so does SLI", "", ONLY_CHANNEL, CONFORMS,
	    .ccws = {{NOP, SLI, 1, DATA}}, .residual = 1),
	RUN("length.immediate-ends-chain", "unsuppressed it ends a chain", "", ONLY_CHANNEL,
	    CONFORMS, .ccws = {{NOP, CC, 1, DATA}, NOP_END}, WRONG_LENGTH(0, 1)),
	RUN("length.immediate-format-0", "in format 0 it is no incorrect length", "", 0,
	    LINUX("vfio-ccw-interface 7.1", "makes it format 1, where that is an incorrect length",
		  "got 4017"),
	    .format_0 = true, .ccws = {{NOP, 0, 1, DATA}}, .residual = ANY),

	/* Data chaining */
	RUN("chain.data.write", "written data is gathered", "D13", TESTDEV, CONFORMS,
	    .ccws = {{WRITE, CD, 4, DATA},
		     {WRITE, CD, 4, DATA + 100},
		     {WRITE, CC, 8, DATA + 200},
		     BACK},
	    .last = 3, PIECES),
	RUN("chain.data.read", "read data is scattered", "D13", TESTDEV, CONFORMS,
	    .ccws = {KEEP_16,
		     {READ, CD, 4, OUT},
		     {READ, CD, 4, OUT + 0x100},
		     {READ, 0, 8, OUT + 0x200}},
	    .last = 3, .bytes = {{0, 0, 4}, {4, LEFT_FILL, 252}, {0x100, 4, 4}, {0x200, 8, 8}}),
	RUN("chain.data.no-command", "the command of a data-chained CCW is ignored", "", TESTDEV,
	    CONFORMS,
	    .ccws = {{WRITE, CD, 4, DATA},
		     {INVALID, CD, 4, DATA + 100},
		     {UNKNOWN, CC, 8, DATA + 200},
		     BACK},
	    .last = 3, PIECES),
	RUN("chain.data.tic", "a TIC may stand in a data chain", "", TESTDEV, CONFORMS,
	    .ccws = {{WRITE, CD, 4, DATA},
		     {TIC, 0, 0, CCW(3)},
		     {INVALID, SLI, 1, DATA},
		     {WRITE, CD, 4, DATA + 100},
		     {WRITE, CC, 8, DATA + 200},
		     BACK},
	    .last = 5, PIECES),
	CHECKED("chain.data.tic-to-tic", "two TICs in a data chain: program check", TESTDEV,
		.ccws = {{WRITE, CD, 4, DATA},
			 {TIC, 0, 0, CCW(2)},
			 {TIC, 0, 0, CCW(3)},
			 {WRITE, 0, 4, DATA}},
		PROGRAM_CHECKED(2)),
	RUN("chain.data.exact", "data that ends with a count that chains on: incorrect length", "",
	    TESTDEV, CONFORMS, .ccws = {KEEP_16, {READ, CD, 16, OUT}, {READ, 0, 8, OUT + 0x100}},
	    .control = 0x4017, .device = CE_DE, .subchannel = ARCH_SS_INCORRECT_LENGTH, .last = ANY,
	    .residual = ANY, .bytes = {{0, 0, 16}, {0x100, LEFT_FILL, 8}}),
	RUN("chain.data.short-sli", "SLI suppresses nothing where data is chained", "", TESTDEV,
	    CONFORMS, .ccws = {KEEP_16, {READ, CD | SLI, 20, OUT}, {READ, 0, 8, OUT + 0x100}},
	    WRONG_LENGTH(1, 4), .bytes = {{0, 0, 16}, {16, LEFT_FILL, 4}, {0x100, LEFT_FILL, 8}}),
	RUN("chain.data.long-sli-last", "the last CCW's SLI counts for the whole", "", TESTDEV,
	    CONFORMS, .ccws = {KEEP_16, {READ, CD, 4, OUT}, {READ, SLI, 4, OUT + 0x100}}, .last = 2,
	    .bytes = {{0, 0, 4}, {0x100, 4, 4}, {0x104, LEFT_FILL, 8}}),
	RUN("chain.data.unmapped", "a data-chained CCW without storage: program check there",
	    "D13 T43", TESTDEV, LINUX("D13", "EINVAL for the whole program", "got EINVAL"),
	    .ccws = {KEEP_16, {READ, CD, 4, OUT}, {READ, 0, 12, UNMAPPED}}, PROGRAM_CHECKED(2),
	    .bytes = {{0, 0, 4}, {4, LEFT_FILL, 16}}),
	RUN("chain.data.skip", "each data-chained CCW has its own SKIP", "", TESTDEV, CONFORMS,
	    .ccws = {KEEP_16,
		     {READ, CD, 4, OUT},
		     {READ, CD | SKIP, 4, OUT + 0x100},
		     {READ, 0, 8, OUT + 0x200}},
	    .last = 3, .bytes = {{0, 0, 4}, {0x100, LEFT_FILL, 8}, {0x200, 8, 8}}),
	RUN("chain.data.before-command", "data chaining goes before command chaining", "", TESTDEV,
	    CONFORMS,
	    .ccws = {{WRITE, CD | CC, 4, DATA},
		     {WRITE, CD | CC | SLI, 4, DATA + 100},
		     {WRITE, CC, 8, DATA + 200},
		     BACK},
	    .last = 3, PIECES),
	CHECKED("chain.data.suspend", "a suspend flag in a data chain: program check", TESTDEV,
		.set = ARCH_ORB_SUSPEND,
		.ccws = {{WRITE, CD, 4, DATA}, {WRITE, ARCH_CCW_SUSPEND, 4, DATA}},
		PROGRAM_CHECKED(1)),
	RUN("chain.data.immediate", "an immediate command ignores data chaining", "", TESTDEV,
	    CONFORMS, .ccws = {{NOP, CD | SLI, 4, DATA}, {INVALID, 0, 0, DATA}}, .control = 0x4017,
	    .device = CE_DE, .subchannel = ARCH_SS_INCORRECT_LENGTH, .last = 0, .residual = 4),
	RUN("skip.read", "SKIP keeps read data from storage", "", TESTDEV, CONFORMS,
	    .ccws = {KEEP_16, {READ, SKIP, 16, OUT}}, .last = 1, .bytes = {{0, LEFT_FILL, 16}}),
	RUN("skip.write", "SKIP means nothing for a write", "", TESTDEV, CONFORMS,
	    .ccws = {{WRITE, CC | SKIP, 16, DATA}, BACK}, .last = 1, .bytes = {{0, 0, 16}}),
	RUN("read-backward", "data read backward is stored downwards", "", TESTDEV, CONFORMS,
	    .ccws = {KEEP_16, {TESTDEV_READ_BACKWARD, 0, 16, OUT + 15}}, .last = 1,
	    .bytes = {{0, 0, 16}, {16, LEFT_FILL, 16}}),
	RUN("read-backward.short", "and so is a part of it", "", TESTDEV, CONFORMS,
	    .ccws = {KEEP_16, {TESTDEV_READ_BACKWARD, SLI, 4, OUT + 15}}, .last = 1,
	    .bytes = {{0, LEFT_FILL, 12}, {12, 12, 4}}),

	/* TIC */
	RUN("tic.forward", "a TIC leads on", "", 0, CONFORMS,
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(3)}, {INVALID, SLI, 1, DATA}, NOP_END}, .last = 3,
	    .residual = ANY),
	RUN("tic.backward", "a TIC leads back", "", 0, CONFORMS, .program = CCW(2),
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(0)}}, .prepare = put_nops_before,
	    .ccw_address = CCW(1) + 8, .residual = ANY),
	CHECKED("tic.first", "a TIC cannot be first: program check", ONLY_CHANNEL,
		.ccws = {{TIC, 0, 0, CCW(1)}, NOP_END}, PROGRAM_CHECKED(0)),
	CHECKED("tic.to-tic", "a TIC to a TIC: program check", 0,
		.ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(2)}, {TIC, 0, 0, CCW(3)}, NOP_END},
		PROGRAM_CHECKED(2)),
	CHECKED("tic.to-itself", "a TIC to itself: program check", 0,
		.ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(1)}}, PROGRAM_CHECKED(1)),
	CHECKED("tic.flags", "in format 1 a TIC has no flags: program check", 0,
		.ccws = {NOP_CHAIN, {TIC, CC, 0, CCW(2)}, NOP_END}, PROGRAM_CHECKED(1)),
	CHECKED("tic.count", "in format 1 a TIC has no count: program check", 0,
		.ccws = {NOP_CHAIN, {TIC, 0, 1, CCW(2)}, NOP_END}, PROGRAM_CHECKED(1)),
	RUN("tic.misaligned", "a TIC off the doubleword: program check", "D13 T43", 0,
	    LINUX("D13", "shows the address 8 past the target instead", "CCW address"),
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(2) + 4}, NOP_END, NOP_END}, PROGRAM_CHECKED(1)),
	RUN("tic.odd", "a TIC to an odd address: program check", "D13 T43", 0,
	    LINUX("D13", "EINVAL for the whole program", "got EINVAL"),
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(2) + 1}, NOP_END, NOP_END}, PROGRAM_CHECKED(1)),
	RUN("tic.bit-31", "bit 0 of a TIC's address must be zero: program check", "D13", 0,
	    LINUX("D13", "EINVAL for the whole program", "START: expected"),
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, 0x80000000 | CCW(2)}, NOP_END}, PROGRAM_CHECKED(1)),
	RUN("tic.unmapped", "a TIC to where there is no storage: program check there", "D13 T43", 0,
	    LINUX("D13", "EINVAL for the whole program", "START: expected"),
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, UNMAPPED}}, PROGRAM_CHECKED(ANY)),

	/* Status modifier */
	RUN("status-modifier.skips", "status modifier skips a CCW", "", TESTDEV,
	    LINUX("11.11", "does not copy what stands behind the end of a chain", "got 4017"),
	    .steps = {{.operation = TESTDEV_DO, .status = CE_DE | ARCH_DS_STATUS_MODIFIER}},
	    .step_count = 1, .ccws = {NOP_CHAIN, {UNKNOWN, SLI, 1, DATA}, NOP_END}, .last = 2,
	    .residual = ANY),
	RUN("status-modifier.no-chain", "without a chain it is just shown", "", TESTDEV, CONFORMS,
	    .steps = {{.operation = TESTDEV_DO, .status = CE_DE | ARCH_DS_STATUS_MODIFIER}},
	    .step_count = 1, .ccws = {NOP_END}, .control = ENDED,
	    .device = CE_DE | ARCH_DS_STATUS_MODIFIER, .residual = ANY),
	RUN("status-modifier.search", "a search: TIC back until status modifier", "", TESTDEV,
	    CONFORMS,
	    .steps = {{.operation = TESTDEV_DO, .repeat = {{0, 5}}},
		      {.operation = TESTDEV_DO, .status = CE_DE | ARCH_DS_STATUS_MODIFIER}},
	    .step_count = 2, .ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(0)}, NOP_END}, .last = 2,
	    .residual = ANY),
	RUN("status-modifier.over-forward-tic",
	    "what follows a TIC that leads on is reached by status modifier", "D13 11.11", TESTDEV,
	    LINUX("11.11", "does not copy the CCW behind the TIC", ""),
	    .steps = {{.operation = TESTDEV_DO, .status = CE_DE | ARCH_DS_STATUS_MODIFIER}},
	    .step_count = 1, .check = search_found_at_once,
	    .ccws = {NOP_CHAIN, {TIC, 0, 0, CCW(4)}, NOP_END, {INVALID, SLI, 1, DATA}, NOP_END},
	    .last = 2, .residual = ANY),
	RUN("status-modifier.to-invalid", "status modifier to an invalid CCW: program check there",
	    "", TESTDEV,
	    LINUX("11.11", "does not copy what stands behind the end of a chain", "CCW address"),
	    .steps = {{.operation = TESTDEV_DO, .status = CE_DE | ARCH_DS_STATUS_MODIFIER}},
	    .step_count = 1, .ccws = {NOP_CHAIN, NOP_END, {INVALID, SLI, 1, DATA}},
	    PROGRAM_CHECKED(2)),

	/* Format 0 */
	RUN("format-0.nop", "a format-0 program runs", "", 0, CONFORMS, .format_0 = true,
	    .ccws = {NOP_END}, .residual = ANY),
	RUN("format-0.chain", "format-0 commands are chained", "", 0, CONFORMS, .format_0 = true,
	    .ccws = {NOP_CHAIN, NOP_CHAIN, NOP_END}, .last = 2, .residual = ANY),
	RUN("format-0.data", "format-0 data moves", "", TESTDEV, CONFORMS, .format_0 = true,
	    .ccws = {KEEP_16, BACK}, .last = 1, .bytes = {{0, 0, 16}, {16, LEFT_FILL, 16}}),
	RUN("format-0.data-chain", "format-0 data is chained", "", TESTDEV, CONFORMS,
	    .format_0 = true,
	    .ccws = {{WRITE, CD, 4, DATA},
		     {WRITE, CD, 4, DATA + 100},
		     {WRITE, CC, 8, DATA + 200},
		     BACK},
	    .last = 3, PIECES),
	RUN("format-0.tic", "in format 0 every x8 is a TIC, whatever its flags and count", "", 0,
	    CONFORMS, .format_0 = true,
	    .ccws = {NOP_CHAIN,
		     {0x28, CD | CC | SLI, 77, CCW(3)},
		     {INVALID, SLI, 1, DATA},
		     NOP_END},
	    .last = 3, .residual = ANY),
	CHECKED("format-0.tic-to-tic", "a TIC to a TIC: program check", 0, .format_0 = true,
		.ccws = {NOP_CHAIN, {TIC, 0, 1, CCW(2)}, {TIC, 0, 1, CCW(3)}, NOP_END},
		PROGRAM_CHECKED(2)),
	CHECKED("format-0.invalid", "an invalid command: program check", 0, .format_0 = true,
		.ccws = {{INVALID, SLI, 1, DATA}}, PROGRAM_CHECKED(0)),
	RUN("format-0.unmapped", "data without storage: program check", "D13 T43", TESTDEV,
	    LINUX("D13", "EINVAL for the whole program", "got EINVAL"), .format_0 = true,
	    .ccws = {KEEP_16, {READ, 0, 16, UNMAPPED}}, PROGRAM_CHECKED(1)),
};

const struct exerciser_table conformance_program = EXERCISER_TABLE(cases);
