/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Where programs and data may stand, and how long a program may be. */
#include "exerciser/table.h"

#define AT_END(bytes) (CLIENT_MEMORY_END - (bytes))
#define HIGH	      0x80001000u
#define SEGMENT	      0x100u /* bytes from one to the next */
#define CCWS_MOST     4096u

/* A chain of so many no-operations. */
struct chain {
	unsigned int ccws;
	unsigned int
		segments; /* so many, each one no-operation and a TIC to the next; 0: a chain */
	long result;
};

static struct arch_orb put_chain(struct exerciser *x, unsigned int count)
{
	struct program program = program_at(x, PROGRAM);

	for (unsigned int i = 0; i < count; i++)
		add_nop(&program, i + 1 < count ? ARCH_CCW_CC : 0);
	return client_orb(ORB_USUAL, PROGRAM);
}

static void chain(struct exerciser *x)
{
	const struct chain *given = exerciser_case_of(x)->with;
	const struct arch_orb orb = put_chain(x, given->ccws);
	struct arch_irb irb;

	EXPECT_RESULT(x, "START", client_start(exerciser_client(x), &orb), given->result);
	if (given->result != ACCEPTED) {
		expect_quiet(x, CLIENT_IRQ_IO);
		expect_usable(x);
		return;
	}
	irb = next_irb(x);
	expect_normal(x, &irb, CCW(given->ccws - 1));
}

static void segments(struct exerciser *x)
{
	const struct chain *given = exerciser_case_of(x)->with;
	struct arch_irb irb;

	for (unsigned int i = 0; i < given->segments; i++) {
		struct program program = program_at(x, PROGRAM + i * SEGMENT);
		bool last = i + 1 == given->segments;

		add_nop(&program, last ? 0 : ARCH_CCW_CC);
		if (!last)
			add_ccw(&program, ARCH_CCW_TIC, 0, 0, PROGRAM + (i + 1) * SEGMENT);
	}
	irb = run_program(x);
	expect_normal(x, &irb, PROGRAM + (given->segments - 1) * SEGMENT);
}

/* 255 no-operations, then a TIC to 256 more. */
static void two_long_segments(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	uint32_t second = PROGRAM + 0x4000, last = 0;
	struct arch_irb irb;

	for (int i = 0; i < 255; i++)
		add_nop(&program, ARCH_CCW_CC);
	add_ccw(&program, ARCH_CCW_TIC, 0, 0, second);
	program.next = second;
	for (int i = 0; i < 256; i++)
		last = add_nop(&program, i < 255 ? ARCH_CCW_CC : 0);
	irb = run_program(x);
	expect_normal(x, &irb, last);
}

static void program_bit_31(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, HIGH);

	EXPECT_RESULT(x, "MAP_DMA",
		      client_map(client, HIGH, client_at(client, PROGRAM), CLIENT_PAGE), 0);
	(void)put_chain(x, 1);
	EXPECT_RESULT(x, "START", client_start(client, &orb), -EINVAL);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void map_high(struct exerciser *x)
{
	map_out(x, HIGH);
}

/* The last bytes of storage have something in them that shows what was stored. */
static void check_end_untouched(struct exerciser *x)
{
	EXPECT(x, client_memory_is_intact(exerciser_client(x)), "stored outside of what is mapped");
}

#define REFUSED_BY_LINUX LINUX("D13", "EINVAL or EFAULT for the whole program", "START: expected")
#define AT(name, text, number, need, linux, ...)                                                   \
	{                                                                                          \
		.id = "address." name, .title = text, .shows = number,                             \
		.source = "mainline-behaviour 3.2, channel-io 6", .needs = need, .run = run_table, \
		.deviations = linux, .with = TABLE(__VA_ARGS__)                                    \
	}
#define CHAIN(name, text, number, how, linux, ...)                                                 \
	{                                                                                          \
		.id = "limit." name, .title = text, .shows = number,                               \
		.source = "mainline-behaviour 3.2", .run = how, .deviations = linux,               \
		.with = &(const struct chain)                                                      \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define NOP_CCW                                                                                    \
	{                                                                                          \
		ARCH_CCW_NOP, ARCH_CCW_SLI, 1, DATA                                                \
	}
#define NOP_CHAIN                                                                                  \
	{                                                                                          \
		ARCH_CCW_NOP, ARCH_CCW_SLI | ARCH_CCW_CC, 1, DATA                                  \
	}
#define ID(at)                                                                                     \
	{                                                                                          \
		ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 256, at                                           \
	}

static const struct exerciser_case cases[] = {
	AT("program.low", "a program where there is no storage: program check", "D13 T45", 0,
	   REFUSED_BY_LINUX, .program = 8, PROGRAM_CHECKED(0)),
	AT("program.unmapped", "a program beyond storage: program check", "D13 T45", 0,
	   REFUSED_BY_LINUX, .program = UNMAPPED, PROGRAM_CHECKED(0)),
	AT("program.before", "a program that begins before storage: program check", "D13 D16 T45",
	   0, REFUSED_BY_LINUX, .program = CLIENT_MEMORY - 8, PROGRAM_CHECKED(0)),
	{
		.id = "address.program.last-ccw",
		.title = "a program of one CCW in the last doubleword of storage runs",
		.shows = "D13",
		.source = "mainline-behaviour 5.12",
		.run = run_table,
		.with = TABLE(.program = AT_END(8), .ccws = {NOP_CCW}, .residual = ANY),
		.deviations = {{"5.12", "EINVAL: always copies 2 KiB", "got EINVAL"}},
	},
	AT("program.last-page", "a program in the last 2 KiB of storage runs", "", 0, CONFORMS,
	   .program = AT_END(2048), .ccws = {NOP_CCW}, .residual = ANY),
	AT("program.runs-off", "a chain that leaves storage runs up to there, then program check",
	   "D13 T43", 0, REFUSED_BY_LINUX, .program = AT_END(8), .ccws = {NOP_CHAIN},
	   PROGRAM_CHECKED(1)),
	{
		.id = "address.program.misaligned",
		.title = "a program must stand on a doubleword: program check",
		.shows = "D13",
		.source = "mainline-behaviour 5.10",
		.run = run_table,
		.with = TABLE(.program = PROGRAM + 4, .ccws = {NOP_CCW}, PROGRAM_CHECKED(ANY)),
		.deviations = {{"5.10", "runs it", "expected program check"}},
	},
	{
		.id = "address.program.odd",
		.title = "a program at an odd address: program check",
		.shows = "D13",
		.source = "mainline-behaviour 5.10",
		.run = run_table,
		.with = TABLE(.program = PROGRAM + 1, .ccws = {NOP_CCW}, PROGRAM_CHECKED(ANY)),
		.deviations = {{"5.10", "runs it", "expected program check"}},
	},
	{
		.id = "address.program.bit-31",
		.title = "bit 0 of the program address is reserved",
		.shows = "D13",
		.source = "mainline-behaviour 3.2",
		.run = program_bit_31,
		.deviations = {{"D13", "runs the program from there", "got 124"}},
	},
	AT("data.unmapped", "data where there is no storage: program check", "D13 T43 T45", 0,
	   REFUSED_BY_LINUX, .ccws = {ID(UNMAPPED)}, PROGRAM_CHECKED(0)),
	AT("data.bit-31", "bit 0 of a data address must be zero: program check", "D13", 0,
	   LINUX("D13", "moves the data", "expected program check"), .ccws = {ID(HIGH)},
	   .prepare = map_high, PROGRAM_CHECKED(0), .bytes = {{0, LEFT_FILL, 256}}),
	AT("data.none-unmapped", "with a count of zero the data address does not matter", "", 0,
	   CONFORMS, .ccws = {{ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 0, UNMAPPED}}),
	AT("data.nop-unmapped", "for a no-operation the data address does not matter", "", 0,
	   CONFORMS, .ccws = {{ARCH_CCW_NOP, ARCH_CCW_SLI, 1, UNMAPPED}}, .residual = ANY),
	AT("data.skip-unmapped", "with SKIP the data address does not matter", "", 0, CONFORMS,
	   .ccws = {{ARCH_CCW_SENSE_ID, ARCH_CCW_SLI | ARCH_CCW_SKIP, 256, UNMAPPED}},
	   .residual = ANY),
	{
		.id = "address.data.before",
		.title = "data that begins before storage: program check, nothing stored outside",
		.shows = "D13 D16 T45",
		.source = "mainline-behaviour 5.3",
		.run = run_table,
		.with = TABLE(.ccws = {ID(CLIENT_MEMORY - 8)}, PROGRAM_CHECKED(0),
			      .check = check_end_untouched),
		.deviations = {{"5.3", "stores into memory that is not mapped"}},
	},
	AT("data.runs-off", "data that leaves storage: program check, nothing stored outside",
	   "D13 D16 T45", TESTDEV, REFUSED_BY_LINUX,
	   .ccws = {{TESTDEV_READ_PATTERN, ARCH_CCW_SLI, 256, AT_END(128)}}, PROGRAM_CHECKED(0),
	   .check = check_end_untouched),
	AT("data.ends-at-end", "data may end where storage ends", "", EXERCISER_CHANNEL, CONFORMS,
	   .ccws = {{ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 7, AT_END(7)}}),
	AT("data.64k", "65535 bytes are moved", "D16", TESTDEV, CONFORMS,
	   .ccws = {{TESTDEV_READ_PATTERN, 0, 65535, OUT + 1}},
	   .bytes = {{0, LEFT_FILL, 1}, {65536, LEFT_FILL, 64}}),
	AT("data.64k-runs-off", "the last of 65535 bytes has no storage: program check", "D13 D16",
	   TESTDEV, REFUSED_BY_LINUX, .ccws = {{TESTDEV_READ_PATTERN, 0, 65535, AT_END(65534)}},
	   PROGRAM_CHECKED(0), .check = check_end_untouched),

	CHAIN("254-ccws", "254 CCWs", "", chain, CONFORMS, 254, 0, ACCEPTED),
	CHAIN("255-ccws", "255 CCWs", "", chain, CONFORMS, 255, 0, ACCEPTED),
	CHAIN("256-ccws", "256 CCWs", "", chain, CONFORMS, 256, 0, ACCEPTED),
	CHAIN("257-ccws", "257 CCWs", "D16", chain,
	      LINUX("D16", "EINVAL: at most 256 in a segment", "got EINVAL"), 257, 0, ACCEPTED),
	CHAIN("511-ccws", "511 CCWs in two segments", "", two_long_segments, CONFORMS, 511),
	CHAIN("4096-ccws", "as many CCWs as a program may have", "D16", chain,
	      LINUX("D16", "EINVAL: at most 256 in a segment", "got EINVAL"), CCWS_MOST, 0,
	      ACCEPTED),
	CHAIN("4097-ccws", "more CCWs are refused", "D16", chain, CONFORMS, CCWS_MOST + 1, 0,
	      -EINVAL),
	CHAIN("15-segments", "15 segments", "", segments, CONFORMS, 0, 15),
	CHAIN("16-segments", "16 segments", "", segments, CONFORMS, 0, 16),
	CHAIN("17-segments", "17 segments", "D16", segments,
	      LINUX("D16", "EINVAL: at most 16 segments", "got EINVAL"), 0, 17),
	CHAIN("200-segments", "200 segments", "D16", segments,
	      LINUX("D16", "EINVAL: at most 16 segments", "got EINVAL"), 0, 200),
};

const struct exerciser_table conformance_address = EXERCISER_TABLE(cases);
