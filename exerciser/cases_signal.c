/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* HALT and CLEAR, and what a device with a program in flight accepts and refuses. */
#include "exerciser/conformance.h"

#define CC	  ARCH_CCW_CC
#define SLI	  ARCH_CCW_SLI
#define TAKEN	  ((long)CLIENT_COMMAND_SIZE)
#define SECOND_AT (PROGRAM + 0x1000u)

/* Programs that do not end by themselves */

#define LATE 20000u /* microseconds: a client that reads comes in between */

static struct arch_orb put_held(struct exerciser *x)
{
	const struct testdev_step hold = {.operation = TESTDEV_HOLD};
	struct program program = scripted(x, &hold);

	add_nop(&program, 0);
	return client_orb(ORB_USUAL, PROGRAM);
}

static struct arch_orb put_loop(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, CC);
	add_ccw(&program, ARCH_CCW_TIC, 0, 0, PROGRAM);
	return client_orb(ORB_USUAL, PROGRAM);
}

static struct arch_orb put_suspended(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, ARCH_CCW_SUSPEND);
	return client_orb(ORB_USUAL | ARCH_ORB_SUSPEND | ARCH_ORB_SUPPRESS_SUSPEND, PROGRAM);
}

/* Channel end has been presented, device end never comes. */
static struct arch_orb put_owing(struct exerciser *x)
{
	const struct testdev_step step = {.operation = TESTDEV_DO, .status = ARCH_DS_CHANNEL_END};
	struct program program = scripted(x, &step);

	add_nop(&program, CC);
	add_nop(&program, 0);
	return client_orb(ORB_USUAL, PROGRAM);
}

/* The device is busy, and the start function stays pending. */
static struct arch_orb put_waiting(struct exerciser *x)
{
	const struct testdev_step busy = {
		.operation = TESTDEV_ANSWER,
		.status = ARCH_DS_BUSY | ARCH_DS_STATUS_MODIFIER,
	};
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	put_step(x, 0, &busy);
	add_ccw(&program, TESTDEV_KEEP_SCRIPT, 0, sizeof(busy), SCRIPT);
	irb = run_program(x);
	expect_normal(x, &irb, PROGRAM);
	program.next = PROGRAM;
	add_nop(&program, 0);
	return client_orb(ORB_USUAL, PROGRAM);
}

static struct arch_orb put_live_loop(struct exerciser *x)
{
	(void)put_loop(x);
	return client_orb(ORB_USUAL & ~ARCH_ORB_PREFETCH, PROGRAM);
}

typedef struct arch_orb (*put_endless)(struct exerciser *x);

struct signalled {
	put_endless put;
	uint32_t command;
	unsigned int control; /* of the IRB; 0: any with the function */
	unsigned int device;
	bool settle; /* wait a little before */
};

static void signal_pending(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	const struct arch_orb orb = given->put(x);
	uint32_t function =
		given->command == CLIENT_COMMAND_HALT ? ARCH_SCSW_FC_HALT : ARCH_SCSW_FC_CLEAR;
	struct arch_irb irb;

	start(x, &orb);
	if (given->settle)
		client_sleep(QUIET);
	EXPECT_RESULT(x, "command", client_command(exerciser_client(x), given->command), TAKEN);
	irb = next_irb(x);
	if (given->control)
		expect_status(x, &irb, given->control, given->device, 0);
	EXPECT(x, arch_get32(irb.scsw.control) & function,
	       "status: expected the function, got %08x", arch_get32(irb.scsw.control));
	expect_quiet(x, CLIENT_IRQ_IO);
	forget(x);
	expect_usable(x);
}

static void signal_idle(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	struct arch_irb irb;

	EXPECT_RESULT(x, "command", client_command(exerciser_client(x), given->command), TAKEN);
	irb = next_irb(x);
	EXPECT_EQUAL(x, "status", arch_get32(irb.scsw.control) & 0xFFFF, given->control);
	EXPECT_EQUAL(x, "subchannel status", irb.scsw.subchannel_status, 0);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_usable(x);
}

static void no_host_address(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	struct arch_irb irb;
	uint32_t address;

	EXPECT_RESULT(x, "command", client_command(exerciser_client(x), given->command), TAKEN);
	irb = next_irb(x);
	address = arch_get32(irb.scsw.ccw_address);
	EXPECT(x, address == 0 || (address >= CLIENT_MEMORY && address < CLIENT_MEMORY_END),
	       "CCW address: expected the guest's or 0, got %#x", address);
}

/* Given until refused, at most so often, without reading; each one's interrupt is waited for. */
static unsigned int signal_unread(struct exerciser *x, uint32_t command, unsigned int most)
{
	struct client *client = exerciser_client(x);
	unsigned int accepted = 0;

	while (accepted < most) {
		long result = client_command(client, command);

		if (result == -EBUSY)
			break;
		EXPECT_RESULT(x, "command", result, TAKEN);
		EXPECT(x, client_wait(client, CLIENT_IRQ_IO, PATIENCE) > 0, "no interrupt");
		accepted++;
	}
	return accepted;
}

/* The IRBs of so many commands are there, each once. */
static void read_all(struct exerciser *x, unsigned int expected, unsigned int control)
{
	struct client *client = exerciser_client(x);
	unsigned int read = 0;
	struct arch_irb irb;

	do {
		EXPECT_RESULT(x, "read", client_read_irb(client, &irb), 0);
		if (control)
			EXPECT_EQUAL(x, "status", arch_get32(irb.scsw.control) & 0xFFFF, control);
		read++;
	} while (client_wait(client, CLIENT_IRQ_IO, QUIET) > 0);
	EXPECT_EQUAL(x, "IRBs for accepted commands", read, expected);
}

static void signal_many(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	unsigned int accepted = signal_unread(x, given->command, 4);

	EXPECT_EQUAL(x, "commands accepted", accepted, 4);
	read_all(x, accepted, given->control);
}

/* The unread ones are bounded, and CLEAR has more room than others. */
static void unread_bounded(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = put_loop(x);
	unsigned int halts = signal_unread(x, CLIENT_COMMAND_HALT, 100), clears;

	EXPECT_RESULT(x, "HALT with many IRBs unread", client_halt(client), -EBUSY);
	EXPECT_RESULT(x, "START with many IRBs unread", client_start(client, &orb), -EBUSY);
	clears = signal_unread(x, CLIENT_COMMAND_CLEAR, 100);
	EXPECT(x, clears > 0 && clears < 100, "%u CLEARs taken, expected some", clears);
	read_all(x, halts + clears, 0);
	expect_usable(x);
}

/* HALT, then CLEAR over it. */
static void halt_then_clear(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = put_held(x);
	unsigned int cleared = 0, read = 0;
	struct arch_irb irb;
	long halted;

	start(x, &orb);
	halted = client_halt(client);
	EXPECT_RESULT(x, "HALT", halted, TAKEN);
	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	while (client_wait(client, CLIENT_IRQ_IO, 5 * QUIET) > 0) {
		EXPECT_RESULT(x, "read", client_read_irb(client, &irb), 0);
		cleared += (arch_get32(irb.scsw.control) & 0xFFFF) == CLEARED;
		EXPECT(x, ++read <= 2, "more IRBs than functions");
	}
	EXPECT_EQUAL(x, "IRBs of CLEAR", cleared, 1);
	forget(x);
	expect_usable(x);
}

static void device_is_told(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	bool clear = given->command == CLIENT_COMMAND_CLEAR;
	struct testdev_counters counters;
	struct arch_orb orb;

	forget(x);
	orb = put_held(x);
	start(x, &orb);
	client_sleep(QUIET);
	EXPECT_RESULT(x, "command", client_command(exerciser_client(x), given->command), TAKEN);
	(void)next_irb(x);
	counters = read_counters(x);
	EXPECT_EQUAL(x, "commands taken away", arch_get64(counters.cancelled), 1);
	EXPECT_EQUAL(x, "clear signals", arch_get64(counters.selective_resets), clear);
}

/* With a program in flight */

static void start_refused(struct exerciser *x)
{
	const struct arch_orb held = put_held(x);
	const struct arch_orb second = client_orb(ORB_USUAL, SECOND_AT);
	struct client *client = exerciser_client(x);
	struct program program = program_at(x, SECOND_AT);
	struct arch_irb irb;

	add_nop(&program, 0);
	start(x, &held);
	EXPECT_RESULT(x, "second START", client_start(client, &second), -EBUSY);
	expect_quiet(x, CLIENT_IRQ_IO);
	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	irb = next_irb(x);
	expect_status(x, &irb, CLEARED, 0, 0);
}

/* Not even looked at: its addresses do not matter. */
static void start_not_translated(struct exerciser *x)
{
	const struct arch_orb held = put_held(x);
	const struct arch_orb wrong = client_orb(ORB_USUAL | ARCH_ORB_RESERVED, UNMAPPED);
	struct client *client = exerciser_client(x);

	start(x, &held);
	EXPECT_RESULT(x, "second START", client_start(client, &wrong), -EBUSY);
	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	(void)next_irb(x);
}

static void refused_changes_nothing(struct exerciser *x)
{
	const struct arch_orb held = put_held(x);
	struct client *client = exerciser_client(x);
	uint8_t before[CLIENT_IO_SIZE], after[CLIENT_IO_SIZE], region[CLIENT_IO_SIZE];

	start(x, &held);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, before, sizeof(before)),
		      ACCEPTED);
	memset(region, FILL, sizeof(region));
	region[CLIENT_IO_SCSW + 2] = 0x40; /* start function */
	EXPECT_RESULT(x, "second START",
		      client_write(client, client->io.offset, region, sizeof(region)), -EBUSY);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, after, sizeof(after)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the region after a refused START", after, before, sizeof(after));
	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	(void)next_irb(x);
}

/* A write between interrupt and read does not cost the IRB. */
static void write_before_read(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct client *client = exerciser_client(x);
	uint8_t zeros[CLIENT_IO_SIZE] = {0};
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	add_nop(&program, 0);
	start(x, &orb);
	EXPECT(x, client_wait(client, CLIENT_IRQ_IO, PATIENCE) > 0, "no interrupt");
	/* Refused, whatever for: what counts is the IRB. */
	(void)client_write(client, client->io.offset, zeros, sizeof(zeros));
	EXPECT_RESULT(x, "read", client_read_irb(client, &irb), 0);
	expect_normal(x, &irb, PROGRAM);
}

/* And so does a second START that is accepted before the first one's IRB was read. */
static void start_before_read(struct exerciser *x)
{
	const struct arch_orb first = client_orb(ORB_USUAL, PROGRAM);
	const struct arch_orb second = client_orb(ORB_USUAL, SECOND_AT);
	struct client *client = exerciser_client(x);
	struct program program = program_at(x, PROGRAM);
	uint64_t end = client_now() + PATIENCE;
	struct arch_irb irb;
	long result;

	add_nop(&program, 0);
	program.next = SECOND_AT;
	add_nop(&program, 0);
	start(x, &first);
	do
		result = client_start(client, &second);
	while ((result == -EBUSY || result == -EAGAIN) && client_now() < end);
	EXPECT_RESULT(x, "second START", result, ACCEPTED);
	client_sleep(QUIET);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM);
	irb = next_irb(x);
	expect_normal(x, &irb, SECOND_AT);
	expect_quiet(x, CLIENT_IRQ_IO);
}

struct refusal {
	uint32_t set; /* of the ORB */
	uint32_t functions;
	size_t size; /* bytes written; 0: all */
	long result;
};

static void refused_while_pending(struct exerciser *x)
{
	const struct refusal *given = exerciser_case_of(x)->with;
	const struct arch_orb held = put_held(x);
	struct client *client = exerciser_client(x);
	uint8_t region[2 * CLIENT_IO_SIZE] = {0};
	const struct arch_orb orb = client_orb(ORB_USUAL | given->set, SECOND_AT);
	const struct arch_scsw scsw = {.control = arch_put32(given->functions)};

	memcpy(region + CLIENT_IO_ORB, &orb, sizeof(orb));
	memcpy(region + CLIENT_IO_SCSW, &scsw, sizeof(scsw));
	start(x, &held);
	EXPECT_RESULT(x, "write",
		      client_write(client, client->io.offset, region,
				   given->size ? given->size : CLIENT_IO_SIZE),
		      given->result);
	expect_quiet(x, CLIENT_IRQ_IO);
	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	(void)next_irb(x);
	forget(x);
}

/* The command region */

struct command {
	uint32_t command;
	size_t position, size;
	long result;
	bool pending; /* a program is in flight */
};

static void command_refused(struct exerciser *x)
{
	const struct command *given = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	const arch_be32 region[3] = {arch_put32(given->command), arch_put32(0), arch_put32(0)};

	if (given->pending) {
		const struct arch_orb held = put_held(x);

		start(x, &held);
	}
	EXPECT_RESULT(
		x, "write",
		client_write(client, client->command.offset + given->position, region, given->size),
		given->result);
	expect_quiet(x, CLIENT_IRQ_IO);
	if (given->pending) {
		EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
		(void)next_irb(x);
	}
	expect_usable(x);
}

static void command_short(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const arch_be32 command = arch_put32(CLIENT_COMMAND_CLEAR);
	struct arch_irb irb;

	EXPECT_RESULT(x, "write of 4 bytes",
		      client_write(client, client->command.offset, &command, sizeof(command)), 4);
	irb = next_irb(x);
	expect_status(x, &irb, CLEARED, 0, 0);
}

static void command_shown(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	arch_be32 shown[2];

	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	(void)next_irb(x);
	EXPECT_RESULT(x, "read", client_read(client, client->command.offset, shown, 8), 8);
	EXPECT_EQUAL(x, "command", arch_get32(shown[0]), CLIENT_COMMAND_CLEAR);
	EXPECT_EQUAL(x, "ret_code", arch_get32(shown[1]), 0);
}

/* The program that follows a HALT or CLEAR at once is not ended by the status of that. */
static void stale_status(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	const struct arch_orb held = put_held(x);
	unsigned int rounds = 0;

	for (int i = 0; i < 100; i++) {
		struct arch_schib schib;
		struct arch_irb irb;
		long result;

		EXPECT_RESULT(x, "command", client_command(client, given->command), TAKEN);
		do
			result = client_start(client, &held);
		while (result == -EBUSY || result == -EAGAIN);
		EXPECT_RESULT(x, "START", result, ACCEPTED);
		irb = next_irb(x);
		EXPECT_EQUAL(x, "status of the command", arch_get32(irb.scsw.control) & 0xFFFF,
			     given->control);
		/* The program is at the device all the time, and the driver says so. */
		EXPECT_RESULT(x, "second START", client_start(client, &held), -EBUSY);
		EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(client, &schib), 0);
		EXPECT(x, arch_get32(schib.scsw.control) & ARCH_SCSW_FC_START,
		       "the program is gone from the subchannel");
		EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
		irb = next_irb(x);
		EXPECT_EQUAL(x, "status of CLEAR", arch_get32(irb.scsw.control) & 0xFFFF, CLEARED);
		rounds++;
	}
	expect_quiet(x, CLIENT_IRQ_IO);
	exerciser_note(x, "%u rounds", rounds);
}

/*
 * A program that was freed under the device has nobody to translate the address with which it ends:
 * the next IRB of its own that a client sees.
 */
static void stale_status_frees_nothing(struct exerciser *x)
{
	const struct signalled *given = exerciser_case_of(x)->with;
	const struct testdev_step late = {
		.operation = TESTDEV_DO,
		.delay = {{0, 0, LATE >> 8, LATE & 0xFF}},
	};
	struct client *client = exerciser_client(x);
	struct program program = scripted(x, &late);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct arch_irb irb;
	long result;

	add_nop(&program, 0);
	for (int i = 0; i < 20; i++) {
		EXPECT_RESULT(x, "command", client_command(client, given->command), TAKEN);
		do
			result = client_start(client, &orb);
		while (result == -EBUSY || result == -EAGAIN);
		EXPECT_RESULT(x, "START", result, ACCEPTED);
		do
			irb = next_irb(x);
		while ((arch_get32(irb.scsw.control) &
			(ARCH_SCSW_FC_START | ARCH_SCSW_SC_PRIMARY)) !=
		       (ARCH_SCSW_FC_START | ARCH_SCSW_SC_PRIMARY));
		EXPECT_EQUAL(x, "CCW address of the program's end",
			     arch_get32(irb.scsw.ccw_address), program.next);
	}
}

#define HALT  CLIENT_COMMAND_HALT
#define CLEAR CLIENT_COMMAND_CLEAR
#define FREED                                                                                      \
	LINUX("5.2", "frees the program that runs, whose end then has the host's address",         \
	      "address of the program's end")
#define SIGNAL(name, text, number, need, how, linux, ...)                                          \
	{                                                                                          \
		.id = name, .title = text, .shows = number, .needs = need, .run = how,             \
		.source = "mainline-behaviour 3.5, 3.6", .deviations = linux,                      \
		.with = &(const struct signalled)                                                  \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define PENDING(name, text, ...)                                                                   \
	SIGNAL(name, text, "D6 T36", TESTDEV, signal_pending, CONFORMS, __VA_ARGS__)
#define IN_FLIGHT(name, text, number, how, linux)                                                  \
	{                                                                                          \
		.id = "pending." name, .title = text, .shows = number, .needs = TESTDEV,           \
		.source = "mainline-behaviour 3.5", .run = how, .deviations = linux                \
	}
#define REFUSED(name, text, number, linux, ...)                                                    \
	{                                                                                          \
		.id = "pending." name, .title = text, .shows = number, .needs = TESTDEV,           \
		.source = "mainline-behaviour 3.5", .run = refused_while_pending,                  \
		.deviations = linux, .with = &(const struct refusal)                               \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define COMMAND(name, text, number, need, linux, ...)                                              \
	{                                                                                          \
		.id = "command-region." name, .title = text, .shows = number, .needs = need,       \
		.source = "mainline-behaviour 3.4, 3.5", .run = command_refused,                   \
		.deviations = linux, .with = &(const struct command)                               \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

static const struct exerciser_case cases[] = {
	SIGNAL("halt.idle", "HALT of an idle device is done, with an interrupt", "D7 T34 T35", 0,
	       signal_idle, CONFORMS, NULL, HALT, HALTED_IDLE),
	SIGNAL("clear.idle", "CLEAR of an idle device is done, with an interrupt", "D7 T34 T35", 0,
	       signal_idle, CONFORMS, NULL, CLEAR, CLEARED),
	SIGNAL("halt.idle.address", "its IRB has no address of the host", "11.14", 0,
	       no_host_address, LINUX("5.7", "has the host's address", "CCW address"), NULL, HALT),
	SIGNAL("clear.idle.address", "nor has that of CLEAR", "11.14", 0, no_host_address,
	       LINUX("5.7", "has the host's address", "CCW address"), NULL, CLEAR),
	SIGNAL("halt.many", "each HALT accepted has its IRB", "D7 D9 T9", 0, signal_many,
	       LINUX("5.11", "keeps one IRB, the last", "IRBs for accepted"), NULL, HALT,
	       HALTED_IDLE),
	SIGNAL("clear.many", "each CLEAR accepted has its IRB", "D7 D9 T9", 0, signal_many,
	       LINUX("5.11", "keeps one IRB, the last", "IRBs for accepted"), NULL, CLEAR, CLEARED),
	SIGNAL("unread.bounded",
	       "with many IRBs unread no function is begun; CLEAR has the most "
	       "room",
	       "D9 D16", EXERCISER_CHANNEL, unread_bounded,
	       LINUX("D9", "has one IRB, refuses nothing", ""), NULL),
	PENDING("halt.held", "HALT ends a command that the device holds", put_held, HALT, 0x6007,
		CE_DE, true),
	PENDING("clear.held", "CLEAR ends a command that the device holds", put_held, CLEAR,
		CLEARED, 0, true),
	PENDING("halt.at-once", "HALT right after START", put_held, HALT),
	PENDING("clear.at-once", "CLEAR right after START", put_held, CLEAR, CLEARED),
	PENDING("halt.loop", "HALT ends an endless program", put_loop, HALT, 0, 0, true),
	PENDING("clear.loop", "CLEAR ends an endless program", put_loop, CLEAR, CLEARED, 0, true),
	PENDING("halt.live-loop", "HALT ends an endless program without prefetch", put_live_loop,
		HALT, 0, 0, true),
	PENDING("clear.live-loop", "CLEAR ends an endless program without prefetch", put_live_loop,
		CLEAR, CLEARED, 0, true),
	PENDING("halt.suspended", "HALT ends a suspended program", put_suspended, HALT, 0, 0, true),
	PENDING("clear.suspended", "CLEAR ends a suspended program", put_suspended, CLEAR, CLEARED,
		0, true),
	PENDING("halt.owing", "HALT ends a chain that waits for device end", put_owing, HALT, 0, 0,
		true),
	PENDING("clear.owing", "CLEAR ends a chain that waits for device end", put_owing, CLEAR,
		CLEARED, 0, true),
	PENDING("halt.start-pending", "HALT ends a start that waits for a busy control unit",
		put_waiting, HALT, 0, 0, true),
	PENDING("clear.start-pending", "CLEAR ends a start that waits for a busy control unit",
		put_waiting, CLEAR, CLEARED, 0, true),
	SIGNAL("halt.told", "HALT takes the command away from the device", "D6", TESTDEV,
	       device_is_told, CONFORMS, NULL, HALT),
	SIGNAL("clear.told", "CLEAR does, and signals clear to it", "D6", TESTDEV, device_is_told,
	       CONFORMS, NULL, CLEAR),
	SIGNAL("halt.then-clear", "CLEAR over HALT: one IRB of CLEAR, at most one of HALT", "D6",
	       TESTDEV, halt_then_clear, CONFORMS, NULL),
	SIGNAL("halt.then-start", "the status of a HALT does not end the START that followed it",
	       "D8 T3 T36 11.2", TESTDEV, stale_status,
	       LINUX("T3", "the START overwrites the IRB", "status of the command"), NULL, HALT,
	       HALTED_IDLE),
	SIGNAL("halt.then-start.address", "nor does it free the program", "D8 T36 11.2", TESTDEV,
	       stale_status_frees_nothing, FREED, NULL, HALT),
	SIGNAL("clear.then-start", "the status of a CLEAR does not end the START that followed it",
	       "D8 T3 T36 11.2", TESTDEV, stale_status,
	       LINUX("T3", "the START overwrites the IRB", "status of the command"), NULL, CLEAR,
	       CLEARED),
	SIGNAL("clear.then-start.address", "nor does it free the program", "D8 T36 11.2", TESTDEV,
	       stale_status_frees_nothing, FREED, NULL, CLEAR),

	IN_FLIGHT("start", "a second START is refused, the first goes on", "D6 D17 T26 T41",
		  start_refused, CONFORMS),
	IN_FLIGHT("start.not-looked-at", "a second START is refused without being looked at",
		  "D6 T42", start_not_translated, CONFORMS),
	IN_FLIGHT("start.region", "a refused START changes no byte of the region",
		  "D2 T3 T6 T21 T42 11.7", refused_changes_nothing,
		  LINUX("5.5", "has overwritten ORB, SCSW and IRB area", "after a refused START")),
	IN_FLIGHT("write-before-read", "a write between interrupt and read does not cost the IRB",
		  "D9 D10 T3 T4 T5", write_before_read, LINUX("T3", "the IRB is overwritten", "")),
	IN_FLIGHT("start-before-read", "nor does a START that is taken before the IRB was read",
		  "D9 T9 T22 11.1", start_before_read,
		  LINUX("5.11", "the first IRB is overwritten", "")),
	REFUSED("no-function", "a request without a function is refused", "D6", CONFORMS, 0, 0, 0,
		-EBUSY),
	REFUSED("halt-bit", "a halt bit in the I/O region is refused", "D6 D12", CONFORMS, 0,
		ARCH_SCSW_FC_HALT, 0, -EBUSY),
	REFUSED("clear-bit", "a clear bit in the I/O region is refused", "D6 D12", CONFORMS, 0,
		ARCH_SCSW_FC_CLEAR, 0, -EBUSY),
	REFUSED("transport", "transport mode is refused", "D6 D12", CONFORMS, ARCH_ORB_TRANSPORT,
		ARCH_SCSW_FC_START, 0, -EBUSY),
	REFUSED("too-long", "a write beyond the region is refused as always", "D11", CONFORMS, 0,
		ARCH_SCSW_FC_START, 125, -EINVAL),
	REFUSED("too-short", "a write of a part is refused as always", "D11",
		LINUX("5.5", "takes it for a request", "got EBUSY"), 0, ARCH_SCSW_FC_START, 12,
		-EINVAL),

	COMMAND("0", "command 0 is refused", "D2", 0, CONFORMS, 0, 0, 8, -EINVAL),
	COMMAND("3", "command 3 is refused", "D2", 0, CONFORMS, 3, 0, 8, -EINVAL),
	COMMAND("4", "command 4 is refused", "D2", 0, CONFORMS, 4, 0, 8, -EINVAL),
	COMMAND("all-ones", "command 2^32 - 1 is refused", "D2", 0, CONFORMS, 0xFFFFFFFF, 0, 8,
		-EINVAL),
	COMMAND("0.pending", "command 0 is refused while a program runs", "D2", TESTDEV, CONFORMS,
		0, 0, 8, -EINVAL, true),
	COMMAND("3.pending", "command 3 is refused while a program runs", "D2", TESTDEV, CONFORMS,
		3, 0, 8, -EINVAL, true),
	COMMAND("too-long", "9 bytes are refused", "D11", 0, CONFORMS, HALT, 0, 9, -EINVAL),
	COMMAND("result-only", "ret_code alone is no command", "D11", 0,
		LINUX("5.5", "runs the command that the region holds", ""), HALT, 4, 4, -EINVAL),
	COMMAND("part", "a part of the command is none", "D11", 0,
		LINUX("5.5", "runs the command that the region holds", ""), HALT, 0, 3, -EINVAL),
	COMMAND("nothing", "a write of no byte is no command", "D11", 0,
		LINUX("5.5", "runs the command that the region holds", ""), HALT, 0, 0, 0),
	{
		.id = "command-region.short",
		.title = "4 bytes are a command",
		.shows = "D11",
		.source = "mainline-behaviour 3.4",
		.run = command_short,
	},
	{
		.id = "command-region.shown",
		.title = "the region shows the last command and its result",
		.source = "vfio-ccw-interface 3.3",
		.run = command_shown,
	},
};

const struct exerciser_table conformance_signal = EXERCISER_TABLE(cases);
