/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What several threads of one client see of each other: requests at the same time, readers beside
 * writers. Each for a moment only; the concurrency suite takes its time.
 */
#include "exerciser/conformance.h"

#include <pthread.h>
#include <stdatomic.h>

#define MOMENT	    150 /* milliseconds */
#define THREADS	    4
#define CCWS	    2000u /* a program that takes a while to translate */
#define PIECE	    250u  /* of it */
#define LONG_AT	    (CLIENT_MEMORY + 0x60000u)
#define ROUND_PAUSE 1u

/* One thread: what it calls, and how often it got what. */
struct worker {
	struct exerciser *x;
	struct group *of;
	long (*request)(struct worker *worker);
	unsigned int number;
	pthread_t thread;
	atomic_ulong accepted;
	unsigned long busy, again, calls;
	long other;  /* a result that is none of these, or 0 */
	bool torn;   /* what was read was not whole */
	bool starts; /* what is accepted is a program */
};

struct group {
	atomic_bool stop;
	struct worker workers[THREADS];
	unsigned int count;
	unsigned long solicited, unsolicited; /* IRBs read */
};

static void count(struct worker *worker, long result)
{
	worker->calls++;
	if (result > 0)
		worker->accepted++;
	else if (result == -EBUSY)
		worker->busy++;
	else if (result == -EAGAIN)
		worker->again++;
	else if (result < 0)
		worker->other = result;
}

static void *work(void *context)
{
	struct worker *worker = context;

	while (!atomic_load(&worker->of->stop))
		count(worker, worker->request(worker));
	return NULL;
}

/* Reads an IRB if the event is signalled within so many milliseconds; false: it was not. */
static bool take_irb(struct exerciser *x, struct group *group, int milliseconds)
{
	struct client *client = exerciser_client(x);
	struct arch_irb irb;

	if (client_wait(client, CLIENT_IRQ_IO, milliseconds) <= 0)
		return false;
	if (client_read_irb(client, &irb))
		return true;
	if (arch_scsw_is_solicited(&irb.scsw))
		group->solicited++;
	else
		group->unsolicited++;
	return true;
}

/* Each has a final status of its own. */
static unsigned long programs(const struct group *group)
{
	unsigned long all = 0;

	for (unsigned int i = 0; i < group->count; i++)
		all += group->workers[i].starts ? group->workers[i].accepted : 0;
	return all;
}

static bool all_got_through(struct group *group)
{
	for (unsigned int i = 0; i < group->count; i++)
		if (!atomic_load(&group->workers[i].accepted))
			return false;
	return true;
}

/* Takes IRBs while the workers run for a moment, then all that are left. */
static void run_group(struct exerciser *x, struct group *group)
{
	uint64_t end = client_now() + MOMENT;
	unsigned int started = 0;

	while (started < group->count && !pthread_create(&group->workers[started].thread, NULL,
							 work, &group->workers[started]))
		started++;
	while (client_now() < end || (!all_got_through(group) && client_now() < end + PATIENCE))
		(void)take_irb(x, group, 1);
	atomic_store(&group->stop, true);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(group->workers[i].thread, NULL);
	while (take_irb(x, group, group->solicited < programs(group) ? PATIENCE : QUIET))
		;
	EXPECT_EQUAL(x, "threads", started, group->count);
	for (unsigned int i = 0; i < group->count; i++) {
		EXPECT(x, !group->workers[i].other, "thread %u: got %s", i,
		       strerrorname_np((int)-group->workers[i].other));
		EXPECT(x, !group->workers[i].torn, "thread %u: what it read was not whole", i);
	}
}

static void note_group(struct exerciser *x, const struct group *group)
{
	for (unsigned int i = 0; i < group->count; i++)
		exerciser_note(x, "thread %u: %lu calls, %lu accepted, %lu EBUSY, %lu EAGAIN", i,
			       group->workers[i].calls, group->workers[i].accepted,
			       group->workers[i].busy, group->workers[i].again);
}

static unsigned long accepted(const struct group *group)
{
	unsigned long all = 0;

	for (unsigned int i = 0; i < group->count; i++)
		all += group->workers[i].accepted;
	return all;
}

/* Requests */

static long request_start(struct worker *worker)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, LONG_AT);

	return client_start(exerciser_client(worker->x), &orb);
}

static long request_clear(struct worker *worker)
{
	client_sleep(ROUND_PAUSE);
	return client_clear(exerciser_client(worker->x));
}

static long request_halt(struct worker *worker)
{
	client_sleep(ROUND_PAUSE);
	return client_halt(exerciser_client(worker->x));
}

/* The region's ORB: whoever wrote it, its three words belong together. */
static long request_own_start(struct worker *worker)
{
	struct arch_orb orb = client_orb(ORB_USUAL, LONG_AT + 8 * worker->number);

	orb.interruption_parameter = arch_put32(LONG_AT + 8 * worker->number);
	return client_start(exerciser_client(worker->x), &orb);
}

static long request_read(struct worker *worker)
{
	struct client *client = exerciser_client(worker->x);
	struct arch_orb orb;
	long result = client_read(client, client->io.offset, &orb, sizeof(orb));

	if (result == sizeof(orb) &&
	    memcmp(&orb.interruption_parameter, &orb.program_address, sizeof(orb.program_address)))
		worker->torn = arch_get32(orb.program_address) != 0;
	return result;
}

static long request_schib(struct worker *worker)
{
	struct arch_schib schib;
	int result = client_read_schib(exerciser_client(worker->x), &schib);

	if (!result && !(arch_get16(schib.pmcw.flags) & ARCH_PMCW_VALID))
		worker->torn = true;
	return result ? result : (long)sizeof(schib);
}

static long request_reset(struct worker *worker)
{
	int result;

	client_sleep(5 * ROUND_PAUSE);
	result = client_reset(exerciser_client(worker->x));
	return result ? result : 1;
}

static long request_arm(struct worker *worker)
{
	struct client *client = exerciser_client(worker->x);
	int result = client_set_event(client, CLIENT_IRQ_IO, client->event[CLIENT_IRQ_IO]);

	return result ? result : 1;
}

static void add_worker(struct exerciser *x, struct group *group,
		       long (*request)(struct worker *worker))
{
	struct worker *worker = &group->workers[group->count];

	*worker = (struct worker){.x = x, .of = group, .request = request, .number = group->count};
	group->count++;
}

/* Cases */

/* In pieces of so many as every driver takes. */
static void put_long(struct exerciser *x, unsigned int ccws)
{
	struct program program = program_at(x, LONG_AT);

	for (unsigned int i = 1; i < ccws; i++) {
		if (i % PIECE == 0)
			add_ccw(&program, ARCH_CCW_TIC, 0, 0, program.next + 8);
		else
			add_nop(&program, ARCH_CCW_CC);
	}
	add_nop(&program, 0);
}

static void starts(struct exerciser *x)
{
	struct group group = {.count = 0};

	put_long(x, CCWS);
	for (int i = 0; i < THREADS; i++)
		add_worker(x, &group, request_start);
	run_group(x, &group);
	note_group(x, &group);
	EXPECT(x, accepted(&group) > 0, "no START was accepted");
	EXPECT_EQUAL(x, "final status for accepted STARTs", group.solicited, accepted(&group));
	settle(x);
}

/* HALT or CLEAR beside it: each START and each command has its status, or shares it. */
static void starts_and(struct exerciser *x)
{
	long (*const *request)(struct worker * worker) = exerciser_case_of(x)->with;
	struct group group = {.count = 0};

	put_long(x, CCWS);
	add_worker(x, &group, request_start);
	add_worker(x, &group, *request);
	run_group(x, &group);
	note_group(x, &group);
	EXPECT(x, group.workers[0].accepted && group.workers[1].accepted,
	       "nothing was accepted of one of them");
	/* A CLEAR over another, or over a program, shares its status; no two programs do. */
	EXPECT(x,
	       group.solicited >= group.workers[0].accepted && group.solicited <= accepted(&group),
	       "%lu IRBs for %lu STARTs and %lu commands", group.solicited,
	       group.workers[0].accepted, group.workers[1].accepted);
	settle(x);
}

static void readers(struct exerciser *x)
{
	struct group group = {.count = 0};

	put_long(x, 8);
	add_worker(x, &group, request_own_start);
	add_worker(x, &group, request_own_start);
	add_worker(x, &group, request_read);
	add_worker(x, &group, request_schib);
	run_group(x, &group);
	EXPECT_EQUAL(x, "final status for accepted STARTs", group.solicited,
		     group.workers[0].accepted + group.workers[1].accepted);
	settle(x);
}

static void resets(struct exerciser *x)
{
	struct group group = {.count = 0};

	put_long(x, CCWS);
	add_worker(x, &group, request_start);
	group.workers[0].starts = false; /* RESET takes status away */
	add_worker(x, &group, request_reset);
	run_group(x, &group);
	EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), 0);
	(void)client_wait(exerciser_client(x), CLIENT_IRQ_IO, 0);
	settle(x);
}

static void arming(struct exerciser *x)
{
	struct group group = {.count = 0};

	put_long(x, 8);
	add_worker(x, &group, request_start);
	add_worker(x, &group, request_arm);
	run_group(x, &group);
	/* Arming with an IRB unread signals, so that some are shown twice. */
	EXPECT(x, group.workers[0].accepted && group.solicited >= group.workers[0].accepted,
	       "%lu IRBs for %lu STARTs", group.solicited, group.workers[0].accepted);
	settle(x);
}

#define AND(function)                                                                              \
	&(long (*const)(struct worker *))                                                          \
	{                                                                                          \
		function                                                                           \
	}
#define THREADED(name, text, number, how, linux, parameter)                                        \
	{                                                                                          \
		.id = "threads." name, .title = text, .shows = number,                             \
		.needs = EXERCISER_CHANNEL | EXERCISER_SEVERAL_PROCESSORS, .run = how,             \
		.source = "mainline-behaviour 3.9", .deviations = linux, .with = parameter         \
	}

static const struct exerciser_case cases[] = {
	THREADED("start", "STARTs at once: each accepted one ends, the others get EBUSY or EAGAIN",
		 "D1 D5 D6 T15 T27 T29", starts,
		 LINUX("5.11", "keeps only the last", "final status"), NULL),
	THREADED("halt", "HALT beside START: taken, EBUSY or EAGAIN, and no status is lost",
		 "D5 D7 T29 T33 T34", starts_and,
		 LINUX("5.11", "keeps one IRB, the last", " IRBs for "), AND(request_halt)),
	THREADED("clear", "CLEAR beside START: taken, EBUSY or EAGAIN, and no status is lost",
		 "D5 D7 T29 T33 T34", starts_and,
		 LINUX("5.11", "keeps one IRB, the last", " IRBs for "), AND(request_clear)),
	THREADED("read", "what is read beside STARTs is whole", "D1 T1 T2 T8 T10 11.16", readers,
		 LINUX("5.11", "keeps only the last", "final status"), NULL),
	{
		.id = "threads.reset",
		.title = "RESET beside START: EAGAIN or accepted, and the device survives",
		.shows = "D15 T11 T20 11.3 11.4",
		.needs = EXERCISER_CHANNEL | EXERCISER_SEVERAL_PROCESSORS | EXERCISER_LAST,
		.run = resets,
		.source = "mainline-behaviour 5.1",
		.deviations = LINUX("5.1", "loses the subchannel", ""),
	},
	THREADED("arm", "arming anew beside interrupts loses none", "D9 11.13", arming,
		 LINUX("11.13", "an interrupt that meets the change is lost", " IRBs for "), NULL),
};

const struct exerciser_table conformance_threads = EXERCISER_TABLE(cases);
