/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* START: which function bits and ORBs are taken, refused, and reported by status. */
#include "exerciser/conformance.h"

struct dispatch {
	uint32_t functions;  /* SCSW control word */
	uint32_t set, clear; /* bits of the usual ORB */
	long result;
};

static long start_nop(struct exerciser *x, const struct dispatch *how)
{
	const struct arch_orb orb = client_orb((ORB_USUAL & ~how->clear) | how->set, PROGRAM);
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, 0);
	return client_start_with(exerciser_client(x), &orb, how->functions);
}

static void accepted(struct exerciser *x)
{
	struct arch_irb irb;

	EXPECT_RESULT(x, "START", start_nop(x, exerciser_case_of(x)->with), ACCEPTED);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void refused(struct exerciser *x)
{
	const struct dispatch *how = exerciser_case_of(x)->with;

	EXPECT_RESULT(x, "START", start_nop(x, how), how->result);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_usable(x);
}

static void no_function_echo(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const arch_be32 value = arch_put32(0x12345678);
	uint8_t region[CLIENT_IO_SIZE];

	fill_region(x, region, 0);
	memcpy(region + CLIENT_IO_RESULT, &value, sizeof(value));
	EXPECT_RESULT(x, "a request without a function",
		      client_write(client, client->io.offset, region, sizeof(region)), -EINVAL);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void result_field(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	arch_be32 result = arch_put32(1);

	expect_usable(x);
	EXPECT_RESULT(x, "read of ret_code",
		      client_read(client, client->io.offset + CLIENT_IO_RESULT, &result, 4), 4);
	EXPECT_EQUAL(x, "ret_code", arch_get32(result), 0);
}

static void lpm_zero(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL & ~ARCH_ORB_LPM, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	uint32_t last = add_nop(&program, 0);
	const struct arch_irb irb = run_orb(x, &orb);

	expect_normal(x, &irb, last);
}

static void repeated(struct exerciser *x)
{
	for (int i = 0; i < 100; i++)
		expect_usable(x);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void without_event(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	uint64_t end = client_now() + PATIENCE;
	struct arch_irb irb;

	add_nop(&program, 0);
	EXPECT_RESULT(x, "disarming", client_set_event(client, CLIENT_IRQ_IO, -1), 0);
	start(x, &orb);
	do {
		EXPECT(x, client_now() < end, "the IRB does not show the end of the program");
		EXPECT_RESULT(x, "read of the IRB", client_read_irb(client, &irb), 0);
	} while (!(arch_get32(irb.scsw.control) & ARCH_SCSW_SC));
	expect_normal(x, &irb, PROGRAM);
}

static void sense_id(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	const uint8_t *id = client_at(exerciser_client(x), DATA);
	uint32_t last = add_ccw(&program, ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 256, DATA);
	const struct arch_irb irb = run_program(x);

	expect_normal(x, &irb, last);
	EXPECT_EQUAL(x, "first byte of SENSE ID", id[0], 0xFF);
}

#define START ARCH_SCSW_FC_START
#define HALT  ARCH_SCSW_FC_HALT
#define CLEAR ARCH_SCSW_FC_CLEAR
#define HOW(...)                                                                                   \
	&(const struct dispatch)                                                                   \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define OK(name, text, number, ...)                                                                \
	{                                                                                          \
		.id = "start." name, .title = text, .shows = number,                               \
		.source = "mainline-behaviour 3.1", .run = accepted, .with = HOW(__VA_ARGS__)      \
	}
#define NO(name, text, number, ...)                                                                \
	{                                                                                          \
		.id = "start." name, .title = text, .shows = number,                               \
		.source = "mainline-behaviour 3.1", .run = refused, .with = HOW(__VA_ARGS__)       \
	}
#define EIO_INSTEAD                                                                                \
	{                                                                                          \
		{                                                                                  \
			"D13", "EIO: START SUBCHANNEL ends in an exception", "got EIO"             \
		}                                                                                  \
	}

static const struct exerciser_case cases[] = {
	OK("nop", "a no-operation is taken, ends with one interrupt, CCW address 8 past it",
	   "D4 D8 T15 T17 T31", START),
	{
		.id = "start.sense-id",
		.title = "SENSE ID says who the device is",
		.shows = "D4",
		.source = "mainline-behaviour 3.1",
		.run = sense_id,
	},
	OK("with-halt-bit", "START wins over the halt function's bit", "D12 T38", START | HALT),
	OK("with-clear-bit", "START wins over the clear function's bit", "D12 T38", START | CLEAR),
	OK("with-all-functions", "START wins over both", "D12 T38", START | HALT | CLEAR),
	OK("scsw-ones", "the other bits of the SCSW are ignored", "D10 D12", 0xFFFFFFFF),
	NO("halt-bit", "the halt function is not for the I/O region", "D12 T38", HALT, 0, 0,
	   -EOPNOTSUPP),
	NO("clear-bit", "the clear function is not for the I/O region", "D12 T38", CLEAR, 0, 0,
	   -EOPNOTSUPP),
	NO("halt-and-clear-bits", "nor are both", "D12 T38", HALT | CLEAR, 0, 0, -EOPNOTSUPP),
	{
		.id = "start.no-function",
		.title = "a request without a function is refused",
		.shows = "D12 11.8",
		.source = "mainline-behaviour 5.4",
		.run = refused,
		.with = HOW(0, 0, 0, -EINVAL),
		.deviations = {{"5.4", "success, and nothing happens", "got 124"}},
	},
	{
		.id = "start.no-function.result",
		.title = "a client's ret_code is never what a request returns",
		.shows = "D10 D12 T45 11.8",
		.source = "mainline-behaviour 5.4",
		.run = no_function_echo,
		.deviations = {{"5.4", "returns what the client put into ret_code",
				"got 305419896"}},
	},
	{
		.id = "start.result",
		.title = "ret_code of an accepted START is zero",
		.shows = "D10",
		.source = "mainline-behaviour 3.1",
		.run = result_field,
	},
	NO("transport", "transport mode is refused", "D12", START, ARCH_ORB_TRANSPORT, 0,
	   -EOPNOTSUPP),
	OK("key", "a storage key is taken", "", START, 0xF0000000),
	OK("no-prefetch", "a program without prefetch is taken", "", START, 0, ARCH_ORB_PREFETCH),
	OK("streaming", "streaming mode is taken", "", START, ARCH_ORB_STREAMING),
	OK("modification", "modification control is taken", "", START, ARCH_ORB_MODIFICATION),
	OK("synchronize", "synchronisation control is taken", "", START, ARCH_ORB_SYNCHRONIZE),
	OK("address-limit", "address-limit checking is taken", "", START, ARCH_ORB_ADDRESS_LIMIT),
	OK("suppress-suspended", "suppression of the suspended interruption is taken", "", START,
	   ARCH_ORB_SUPPRESS_SUSPEND),
	OK("length-suppress", "incorrect-length suppression mode is taken", "", START,
	   ARCH_ORB_LENGTH_SUPPRESS),
	OK("format-1-idaw", "an ORB for format-1 IDAWs is taken for a program without any", "",
	   START, 0, ARCH_ORB_FORMAT_2_IDAW),
	OK("2k-idaw", "an ORB for 2 KiB blocks is taken for a program without IDAWs", "", START,
	   ARCH_ORB_2K_IDAW),
	{
		.id = "start.midaw",
		.title = "an ORB that allows MIDAWs is taken",
		.shows = "11.10",
		.source = "mainline-behaviour 3.1",
		.run = accepted,
		.with = HOW(START, ARCH_ORB_MIDAW),
		.deviations = {{"11.10", "the bit goes to QEMU's subchannel, which has no MIDAWs",
				"got EIO"}},
	},
	{
		.id = "start.lpm-zero",
		.title = "a logical path mask of zero means every path",
		.source = "mainline-behaviour 3.1",
		.run = lpm_zero,
	},
#define RESERVED(bit)                                                                              \
	{                                                                                          \
		.id = "start.reserved-" #bit,                                                      \
		.title = "reserved bit " #bit " of the ORB is refused", .shows = "D13",            \
		.source = "channel-io 1.4", .run = refused, .with = HOW(START, bit, 0, -EINVAL),   \
		.deviations = EIO_INSTEAD                                                          \
	}
	RESERVED(0x02),
	RESERVED(0x04),
	RESERVED(0x08),
	RESERVED(0x10),
	RESERVED(0x20),
	{
		.id = "start.extension",
		.title = "an ORB extension is refused: the region has no room for it",
		.shows = "D13 11.9",
		.source = "mainline-behaviour 3.1",
		.run = refused,
		.with = HOW(START, ARCH_ORB_EXTENSION, 0, -EINVAL),
		.deviations = {{"11.9", "takes SCSW and IRB area for the extension", "got 124"}},
	},
	{
		.id = "start.repeated",
		.title = "a hundred programs one after the other: an interrupt each, no more",
		.shows = "D4 D9",
		.source = "mainline-behaviour 3.9",
		.run = repeated,
	},
	{
		.id = "start.without-event",
		.title = "without an eventfd the IRB is found by reading",
		.shows = "D9",
		.source = "vfio-ccw-interface 4",
		.run = without_event,
	},
};

const struct exerciser_table conformance_start = EXERCISER_TABLE(cases);
