/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The concurrency suite: many threads on one device that answers at every possible moment. */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "device/test/protocol.h"
#include "exerciser/load.h"
#include "exerciser/suites.h"

#define ROUND_TIME 40u /* milliseconds */

struct kind {
	unsigned int mix;
	unsigned int rounds; /* 0: for the time of --time */
};

static const unsigned int mixes[] = {
	0,
	LOAD_ATTENTION | LOAD_LOOK,
	LOAD_HALT,
	LOAD_HALT | LOAD_ATTENTION | LOAD_LOOK,
	LOAD_CLEAR,
	LOAD_HALT | LOAD_CLEAR | LOAD_ATTENTION,
	LOAD_UNMAP,
	LOAD_UNMAP | LOAD_HALT | LOAD_LOOK,
	LOAD_RESET,
	LOAD_RESET | LOAD_UNMAP | LOAD_CLEAR,
	LOAD_CLOSE | LOAD_ATTENTION,
	LOAD_ALL,
};
#define MIXES (sizeof(mixes) / sizeof(mixes[0]))

static struct load *create(struct exerciser *x)
{
	struct load *load;

	EXPECT_RESULT(x, "making threads", load_create(x, exerciser_threads(x), &load), 0);
	return load;
}

static void rounds_of_one_kind(struct exerciser *x)
{
	const struct kind *kind = exerciser_case_of(x)->with;
	struct load *load = create(x);

	for (unsigned int i = 0; i < kind->rounds; i++)
		load_round(load, kind->mix, ROUND_TIME);
	load_note(load);
	load_destroy(load);
}

static void rounds_of_all_kinds(struct exerciser *x)
{
	uint64_t end = client_now() + exerciser_seconds(x) * 1000ull;
	struct load *load = create(x);
	const struct load_totals *totals = load_totals(load);

	for (unsigned int i = 0; client_now() < end; i++) {
		load_round(load, mixes[i % MIXES], ROUND_TIME);
		if (i % 25 == 0)
			exerciser_progress(x, "%llu rounds, %llu STARTs",
					   (unsigned long long)totals->rounds,
					   (unsigned long long)totals->starts);
	}
	load_note(load);
	load_destroy(load);
}

/* Reset against completion */

#define RACE_ROUNDS   20000u
#define PROGRAM	      (CLIENT_MEMORY + 0x1000u)
#define SCRIPT	      (CLIENT_MEMORY + 0x2000u)
#define CONTROL	      (ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH | ARCH_ORB_FORMAT_2_IDAW | ARCH_ORB_LPM)
#define DELAY_STEPS   50u /* delays of the completion, in microseconds, and of the reset */
#define RACE_PATIENCE 5000

static void spin(uint64_t nanoseconds)
{
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((uint64_t)(now.tv_sec - begin.tv_sec) * 1000000000u + (uint64_t)now.tv_nsec -
		       (uint64_t)begin.tv_nsec <
	       nanoseconds);
}

static void write_race(struct client *client, unsigned int delay)
{
	const struct testdev_step step = {.flags = TESTDEV_LATER, .delay = arch_put32(delay)};

	memcpy(client_at(client, SCRIPT), &step, sizeof(step));
	client_put_ccw(client, PROGRAM, TESTDEV_SCRIPT, ARCH_CCW_CC, sizeof(step), SCRIPT);
	client_put_ccw(client, PROGRAM + 8, TESTDEV_NOP, ARCH_CCW_SLI, 1, SCRIPT);
}

/* After the reset nothing of the program is to be seen, and the next one runs. */
static void expect_quiet_and_usable(struct exerciser *x, struct client *client)
{
	const struct arch_orb orb = client_orb(CONTROL, PROGRAM + 8);
	struct arch_irb irb;

	/* Signalled before the reset, perhaps; what the reset discarded is not there. */
	if (client_wait(client, CLIENT_IRQ_IO, 0) > 0) {
		EXPECT_RESULT(x, "a read of the IRB", client_read_irb(client, &irb), 0);
		EXPECT_EQUAL(x, "status after a reset", arch_get32(irb.scsw.control), 0);
	}
	EXPECT_RESULT(x, "START after a reset", client_start(client, &orb), (long)CLIENT_IO_SIZE);
	EXPECT_RESULT(x, "its interrupt", client_wait_irb(client, &irb, RACE_PATIENCE), 0);
	EXPECT_EQUAL(x, "its device status", irb.scsw.device_status,
		     ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END);
	EXPECT_EQUAL(x, "its CCW address", arch_get32(irb.scsw.ccw_address), PROGRAM + 16);
}

static void reset_against_completion(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(CONTROL, PROGRAM);
	unsigned int before = 0;

	for (unsigned int i = 0; i < RACE_ROUNDS; i++) {
		write_race(client, i % DELAY_STEPS);
		EXPECT_RESULT(x, "START", client_start(client, &orb), (long)CLIENT_IO_SIZE);
		spin(i / DELAY_STEPS % DELAY_STEPS * 1500ull);
		/* Which of them was first? */
		before += client_wait(client, CLIENT_IRQ_IO, 0) > 0;
		EXPECT_RESULT(x, "reset", client_reset(client), 0);
		expect_quiet_and_usable(x, client);
		if (i % 1000 == 0)
			exerciser_progress(x, "%u of %u", i, RACE_ROUNDS);
	}
	exerciser_note(x, "%u rounds; the program had ended before the reset in %u of them",
		       RACE_ROUNDS, before);
}

#define NEEDS		  (EXERCISER_TEST_DEVICE | EXERCISER_CHANNEL)
#define KIND(mix, rounds) (&(const struct kind){mix, rounds})

/* mainline-behaviour.md section 5. */
#define ONE_SLOT                                                                                   \
	{                                                                                          \
		"5.11", "has one slot for IRBs: of two that come close together one is lost"       \
	}
#define LOST                                                                                       \
	{                                                                                          \
		"5.1", "loses the subchannel when a reset meets a completion"                      \
	}

static const struct exerciser_case cases[] = {
	{
		.id = "concurrency.start",
		.title = "each accepted START of many threads ends in exactly one IRB",
		.shows = "D4 D5 D6 D9 T1 T2 T7 T20",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(0, 15),
		.needs = NEEDS,
		.deviations = {ONE_SLOT},
	},
	{
		.id = "concurrency.attention",
		.title = "unsolicited status takes nothing away from any START",
		.shows = "D8 D9 T9 T22",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(LOAD_ATTENTION | LOAD_LOOK, 15),
		.needs = NEEDS,
		.deviations = {ONE_SLOT},
	},
	{
		.id = "concurrency.halt",
		.title = "each accepted HALT and each START shows in exactly one IRB",
		.shows = "D6 D7 D8 T26 T34 T36",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(LOAD_HALT, 15),
		.needs = NEEDS,
		.deviations = {ONE_SLOT},
	},
	{
		.id = "concurrency.clear",
		.title = "a CLEAR takes at most one START with it, and its IRB says so",
		.shows = "D6 D7 D8 T12 T14",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(LOAD_CLEAR | LOAD_HALT, 15),
		.needs = NEEDS,
		.deviations = {ONE_SLOT},
	},
	{
		.id = "concurrency.unmap",
		.title = "storage can go away under programs at any moment",
		.shows = "D15 T11",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(LOAD_UNMAP | LOAD_LOOK, 15),
		.needs = NEEDS | EXERCISER_LAST,
		.deviations = {LOST},
	},
	{
		.id = "concurrency.reset",
		.title = "resets among everything leave a device that works",
		.shows = "D15 T11",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(LOAD_RESET | LOAD_HALT | LOAD_CLEAR, 15),
		.needs = NEEDS | EXERCISER_LAST,
		.deviations = {LOST},
	},
	{
		.id = "concurrency.close",
		.title = "a close at any moment leaves nothing to the next owner",
		.shows = "D15",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_one_kind,
		.with = KIND(LOAD_CLOSE | LOAD_ATTENTION, 25),
		.needs = NEEDS | EXERCISER_LAST,
		.deviations = {{"5.8", "shows the last owner's IRB", "the IRB area"}, LOST},
	},
	{
		.id = "concurrency.reset-against-completion",
		.title = "a reset at the moment of completion does not lose the device, 20,000 "
			 "times",
		.shows = "D15 T11",
		.source = "mainline-behaviour 5.1",
		.run = reset_against_completion,
		.needs = NEEDS | EXERCISER_LAST,
		.limit = 240,
		.deviations = {LOST},
	},
	{
		.id = "concurrency.everything",
		.title = "all of it, for the time of --time",
		.shows = "D1 D2 D5 D8 D9 D15",
		.source = "vfio-ccw-interface 12.2",
		.run = rounds_of_all_kinds,
		.needs = NEEDS | EXERCISER_TIMED | EXERCISER_LAST,
		.limit = 60,
		.deviations = {ONE_SLOT, LOST},
	},
};

static const struct exerciser_table table = EXERCISER_TABLE(cases);
const struct exerciser_table *const concurrency_tables[] = {&table, NULL};
