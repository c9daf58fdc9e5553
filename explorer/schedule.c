/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Runs the threads of a scenario one step at a time, in every order that matters. A schedule is
 * begun anew from the snapshot for each branch: the core is small, so that is faster than keeping
 * states. doc/explorer.md has the argument why nothing is missed.
 */
#include "explorer/schedule.h"
#include "explorer/fiber.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#define NOBODY	    0x07u /* a thread number that is none */
#define TABLE_FIRST (1u << 14)
#define BIT(thread) ((uint16_t)(1u << (thread)))

/* A decision on the way. */
struct node {
	uint8_t choice;
	uint8_t current;   /* who ran; NOBODY */
	bool can_continue; /* and could go on, so that another choice is a preemption */
	bool all_blocked;  /* only time can help */
	uint16_t todo;	   /* choices left, a bit each */
	uint8_t used;	   /* preemptions before it */
	uint16_t sleep;	   /* threads whose next step here is covered elsewhere */
};

enum mode { MODE_ALL, MODE_RANDOM, MODE_REPLAY };

static struct {
	struct fiber *main, *fiber[THREADS];
	const struct scenario *scenario;
	struct limits limits;
	enum mode mode;
	bool executing; /* the driver runs: a crash is its own */

	struct node node[SCHEDULE_MAX];
	unsigned int depth, prefix;
	unsigned int used;
	uint16_t sleep;
	bool pruned, complete;
	struct violation *violation;

	uint64_t *seed;
	unsigned int rareness; /* of switches in a random walk */
	const struct schedule *replay;
	FILE *out;
	unsigned int told; /* thread that the last line was about */

	/* Visited: 0 is free. */
	struct seen {
		uint64_t key;
		uint32_t scenario, used;
	} * table;
	size_t table_size, table_count;
	uint32_t table_scenario;
} x;

bool explaining;

/* ---- small things ---- */

double schedule_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

uint64_t schedule_random_number(uint64_t *seed)
{
	uint64_t value = *seed += 0x9E3779B97F4A7C15ull;

	value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ull;
	value = (value ^ value >> 27) * 0x94D049BB133111EBull;
	return value ^ value >> 31;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	/* Zero is no fixed point: to have done nothing and to have begun differ. */
	hash = ((hash + 0xA0761D6478BD642Full) ^ value) * 0x9E3779B97F4A7C15ull;
	return hash ^ hash >> 32;
}

void explain(const char *format, ...)
{
	va_list arguments;

	if (!explaining)
		return;
	fputs("          ", x.out);
	va_start(arguments, format);
	vfprintf(x.out, format, arguments);
	va_end(arguments);
	fputc('\n', x.out);
}

__attribute__((noreturn)) static void leave(void)
{
	fiber_switch(x.fiber[world.current], x.main);
	abort(); /* nobody comes back to a schedule that is over */
}

void violate(enum invariant invariant, const char *format, ...)
{
	va_list arguments;

	x.violation->found = true;
	x.violation->invariant = invariant;
	va_start(arguments, format);
	vsnprintf(x.violation->text, sizeof(x.violation->text), format, arguments);
	va_end(arguments);
	leave();
}

static void on_crash(int number)
{
	if (!x.executing) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	if (number == SIGILL || number == SIGTRAP)
		violate(INVARIANT_STOPPED, "an assertion of the driver failed");
	violate(INVARIANT_STOPPED, "the driver crashed: signal %d", number);
}

/* ---- who can run ---- */

static bool can_run(unsigned int index)
{
	const struct thread *thread = &world.thread[index];

	switch (thread->point) {
	case POINT_LOCK:
		return world.owner < 0;
	case POINT_WAIT:
		return world.woken || thread->timed_out;
	case POINT_FLUSH:
		return !world.deferred && !world.working;
	case POINT_PRESENT:
		return index == THREAD_CHANNEL ? subchannel_can_complete()
					       : subchannel_can_present(thread->operation);
	case POINT_INTERRUPT:
		return !subchannel_is_pending() || !world.subchannel.on_the_way;
	case POINT_WORK:
		return world.deferred;
	case POINT_DONE:
		return false;
	default:
		return true;
	}
}

static uint16_t who_can_run(void)
{
	uint16_t mask = 0;

	for (unsigned int i = 0; i < THREADS_SCHEDULED; i++)
		if (can_run(i))
			mask |= BIT(i);
	return mask;
}

/* Those whom only time can wake; as choices. */
static uint16_t who_waits(void)
{
	uint16_t mask = 0;

	for (unsigned int i = 0; i < THREADS_SCHEDULED; i++)
		if (world.thread[i].point == POINT_WAIT && !can_run(i))
			mask |= BIT(i | CHOICE_TIMEOUT);
	return mask;
}

/* Nobody can go on: is everybody done? What waits for the subchannel is, then. */
static bool all_done(void)
{
	for (unsigned int i = 0; i < CLIENTS_MAX; i++)
		if (world.thread[i].point != POINT_DONE && world.thread[i].point != POINT_PRESENT)
			return false;
	return world.thread[THREAD_WORKER].point == POINT_WORK &&
	       world.thread[THREAD_CHANNEL].point == POINT_PRESENT;
}

/* ---- states that were here before ---- */

/* Equal where everything happened in the same order, as far as order matters. */
static uint64_t hash_of_past(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < THREADS_SCHEDULED; i++)
		sum = mix(sum, world.past[i]);
	for (unsigned int i = 0; i < OBJECTS; i++)
		sum = mix(sum, world.object[i]);
	return sum;
}

static struct seen *find_seen(uint64_t key)
{
	size_t index = key & (x.table_size - 1);

	while (x.table[index].scenario == x.table_scenario && x.table[index].key != key)
		index = (index + 1) & (x.table_size - 1);
	return &x.table[index];
}

static void *allocate_or_stop(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory) {
		fprintf(stderr, "chanio-explore: out of memory\n");
		exit(2);
	}
	return memory;
}

static void grow_table(void)
{
	struct seen *old = x.table;
	size_t size = x.table_size;

	x.table_size *= 4;
	x.table = allocate_or_stop(x.table_size, sizeof(*x.table));
	for (size_t i = 0; i < size; i++)
		if (old[i].scenario == x.table_scenario)
			*find_seen(old[i].key) = old[i];
	free(old);
}

/* Equal where the state is, byte for byte: what a thread keeps is on its stack. */
static uint64_t hash_of_state(void)
{
	uint64_t hash = world_hash();

	for (unsigned int i = 0; i < THREADS_SCHEDULED; i++)
		if (world.thread[i].running && world.thread[i].point != POINT_DONE)
			hash = world_hash_bytes(hash, (const void *)world.stack[i],
						fiber_top(x.fiber[i]) - world.stack[i]);
	return hash;
}

/* Was it met before, with at least as many preemptions left? */
static bool is_in_table(const struct node *node, uint64_t hash)
{
	uint64_t key = mix(hash, (uint64_t)node->sleep << 8 |
					 (node->can_continue ? node->current : NOBODY));
	struct seen *seen = find_seen(key);

	if (seen->scenario == x.table_scenario) {
		if (seen->used <= node->used)
			return true;
		seen->used = node->used;
		return false;
	}
	*seen = (struct seen){key, x.table_scenario, node->used};
	if (++x.table_count * 2 > x.table_size)
		grow_table();
	return false;
}

/*
 * The past is cheap to compare; the state merges far more, so it is worth its price where a choice
 * is left. Within a section nothing is compared: what a thread does there depends on more.
 */
static bool seen_before(const struct node *node)
{
	if (!(x.limits.without & WITHOUT_PASTS) && is_in_table(node, hash_of_past()))
		return true;
	if ((x.limits.without & WITHOUT_STATES) || !FIBER_STACKS_ARE_KNOWN || world.owner >= 0 ||
	    !(node->todo & (node->todo - 1)))
		return false;
	return is_in_table(node, hash_of_state());
}

/* ---- decisions ---- */

static unsigned int cost(const struct node *node, unsigned int choice)
{
	if (choice & CHOICE_TIMEOUT)
		return !node->all_blocked;
	return node->can_continue && choice != node->current;
}

static unsigned int lowest(uint16_t mask)
{
	return (unsigned int)__builtin_ctz(mask);
}

/* Fills in the node but for the choice. False: the schedule ends here. */
static bool look(struct node *node)
{
	uint16_t runnable = who_can_run(), waiting = who_waits(), possible;

	*node = (struct node){
		.current = world.serial ? NOBODY : world.current,
		.used = (uint8_t)x.used,
		.sleep = x.sleep,
	};
	if (node->current != NOBODY)
		node->can_continue = runnable & BIT(node->current);
	node->all_blocked = !runnable;
	if (!runnable && !waiting) {
		x.complete = all_done();
		if (!x.complete)
			violate(INVARIANT_DEADLOCK, "everybody waits for somebody");
		return false;
	}
	/* If only time can help it passes for all of them. */
	if (node->all_blocked)
		waiting = BIT(lowest(waiting));
	possible = (runnable & (uint16_t)~node->sleep) | waiting;
	for (unsigned int i = 0; possible >> i; i++)
		if ((possible & BIT(i)) && x.used + cost(node, i) <= x.limits.preemptions)
			node->todo |= BIT(i);
	return true;
}

static unsigned int pick(struct node *node)
{
	unsigned int choice = lowest(node->todo);

	if (node->can_continue && (node->todo & BIT(node->current)))
		choice = node->current;
	node->todo &= (uint16_t)~BIT(choice);
	return choice;
}

static void decide_all(struct node *node)
{
	bool goes_on = look(node);

	if (x.limits.reduce && seen_before(node))
		x.pruned = true;
	else if (goes_on && !node->todo)
		x.pruned = true;
	if (!goes_on || x.pruned)
		leave();
	node->choice = (uint8_t)pick(node);
}

static void decide_random(struct node *node)
{
	uint64_t number = schedule_random_number(x.seed);
	uint16_t choices;
	unsigned int skip;

	if (!look(node))
		leave();
	choices = node->todo;
	/* Time passes by itself only now and then. */
	if (!node->all_blocked && number >> 56)
		choices &= BIT(CHOICE_TIMEOUT) - 1;
	if (node->can_continue && (number >> 32 & 0xFFFF) % x.rareness)
		choices = BIT(node->current);
	skip = (unsigned int)(number & 0xFFFF) % (unsigned int)__builtin_popcount(choices);
	while (skip--)
		choices &= (uint16_t)(choices - 1);
	node->choice = (uint8_t)lowest(choices);
}

/* A written schedule may be at its end, or not fit any more: then whoever can goes on. */
static void decide_replay(struct node *node)
{
	unsigned int choice = CHOICE_TIMEOUT | NOBODY;

	if (!look(node))
		leave();
	if (x.depth < x.replay->steps)
		choice = x.replay->choice[x.depth];
	if (!(node->todo & BIT(choice)))
		choice = pick(node);
	node->choice = (uint8_t)choice;
}

static void decide(struct node *node)
{
	switch (x.mode) {
	case MODE_ALL:
		decide_all(node);
		break;
	case MODE_RANDOM:
		decide_random(node);
		break;
	case MODE_REPLAY:
		decide_replay(node);
		break;
	}
}

/* ---- steps ---- */

static void run_thread(void *argument);

static const char *const point_names[POINTS] = {
	[POINT_BEGIN] = "begins",
	[POINT_RETURN] = "is through",
	[POINT_LOCK] = "takes the lock",
	[POINT_UNLOCK] = "gives the lock back",
	[POINT_ALLOCATE] = "allocates",
	[POINT_RELEASE] = "frees memory",
	[POINT_CHANNEL_ALLOCATE] = "allocates channel memory",
	[POINT_CHANNEL_RELEASE] = "frees channel memory",
	[POINT_READ_GUEST] = "reads guest storage",
	[POINT_PIN] = "pins",
	[POINT_UNPIN] = "unpins",
	[POINT_FROM_CLIENT] = "copies from the client",
	[POINT_TO_CLIENT] = "copies to the client",
	[POINT_SIGNAL] = "signals an eventfd",
	[POINT_RELEASE_EVENT] = "gives an eventfd back",
	[POINT_WAIT] = "was woken",
	[POINT_WAKE] = "wakes",
	[POINT_DEFER] = "defers work",
	[POINT_FLUSH] = "has seen deferred work end",
	[POINT_SUBCHANNEL] = "comes to the subchannel",
	[POINT_TAKE_EVENT] = "takes the eventfd's count",
	[POINT_UNMAP] = "takes guest storage away",
	[POINT_PRESENT] = "presents status",
	[POINT_INTERRUPT] = "interrupts",
	[POINT_WORK] = "begins deferred work",
	[POINT_WORK_DONE] = "ends deferred work",
};

/* In scenario.c: "reset" and the like. */
const char *scenario_operation_name(unsigned int operation);

static void tell(unsigned int index, bool timed_out)
{
	const struct thread *thread = &world.thread[index];
	char name[32];

	if (index == THREAD_WORKER)
		snprintf(name, sizeof(name), "worker");
	else if (index == THREAD_CHANNEL)
		snprintf(name, sizeof(name), "channel");
	else
		snprintf(name, sizeof(name), "%s %u", scenario_operation_name(thread->operation),
			 thread->number);
	if (index != x.told)
		fprintf(x.out, "%s\n", name);
	x.told = index;
	fprintf(x.out, "  %5u   %s\n", x.depth,
		timed_out ? "has waited long enough" : point_names[thread->point]);
}

/* What the step depends on, and what depends on it. */
static void note_past(unsigned int index, unsigned int objects)
{
	const struct thread *thread = &world.thread[index];
	uint64_t *own = &world.past[index];
	uint64_t past = mix(*own, thread->point);

	for (unsigned int i = 0; objects >> i; i++)
		if (objects >> i & 1)
			past = mix(past, world.object[i]);
	*own = past;
	for (unsigned int i = 0; objects >> i; i++)
		if (objects >> i & 1)
			world.object[i] = past;
}

static void wake_sleepers(unsigned int index, unsigned int objects)
{
	x.sleep &= (uint16_t)~BIT(index);
	for (uint16_t rest = x.sleep; rest; rest &= (uint16_t)(rest - 1))
		if (world.thread[lowest(rest)].objects & objects)
			x.sleep &= (uint16_t)~BIT(lowest(rest));
}

static void pass_time(struct thread *thread, bool all_blocked)
{
	/* A sleep may be longer than asked for; if there is nothing else to do it is, a lot. */
	const uint64_t second = 1000000000ull;

	world.now += all_blocked && thread->wait < second ? second : thread->wait;
	thread->timed_out = true;
	for (unsigned int i = 0; all_blocked && i < THREADS_SCHEDULED; i++)
		if (world.thread[i].point == POINT_WAIT)
			world.thread[i].timed_out = true;
}

/* The thread that runs has come to its next point: who goes on? */
static void schedule(void)
{
	unsigned int from = world.current, to;
	struct node *node = &x.node[x.depth];
	struct thread *thread;
	unsigned int objects;
	bool timed_out;

	world.step++;
	check_step();
	if (x.depth + 1 == SCHEDULE_MAX)
		violate(INVARIANT_BOUNDED, "more than %u steps", SCHEDULE_MAX);
	if (x.depth >= x.prefix)
		decide(node);
	to = node->choice & CHOICE_THREAD;
	timed_out = node->choice & CHOICE_TIMEOUT;
	thread = &world.thread[to];
	x.used = node->used + cost(node, node->choice);
	x.sleep = node->sleep;
	objects = timed_out ? OBJECT_ALL : thread->objects;
	if (x.sleep)
		wake_sleepers(to, objects);
	if (explaining)
		tell(to, timed_out);
	x.depth++;
	note_past(to, objects);
	if (timed_out)
		pass_time(thread, node->all_blocked);
	world.serial = false;
	world.current = (uint8_t)to;
	if (to == from)
		return;
	if (!thread->running) {
		thread->running = true;
		fiber_prepare(x.fiber[to], run_thread, (void *)(uintptr_t)to);
	}
	fiber_switch(x.fiber[from], x.fiber[to]);
}

/*
 * The stack pointer, when everything that the callers keep in registers has been saved above it:
 * point() has all registers saved that a call preserves, because of __builtin_unwind_init().
 */
#ifdef __x86_64__
#define STACK_WITH_REGISTERS(pointer)                                                              \
	do {                                                                                       \
		__builtin_unwind_init();                                                           \
		__asm__ volatile("movq %%rsp, %0" : "=r"(pointer));                                \
	} while (0)
#else
#define STACK_WITH_REGISTERS(pointer) ((void)((pointer) = 0))
#endif

void point(enum point point, unsigned int objects)
{
	struct thread *thread = self();

	if (world.serial) {
		check_step();
		return;
	}
	thread->point = (uint8_t)point;
	thread->objects = (uint8_t)objects;
	STACK_WITH_REGISTERS(world.stack[world.current]);
	schedule();
}

/* ---- threads ---- */

/* Each has been scheduled for its first point already. */
static void run_client(unsigned int index)
{
	const struct scenario *scenario = x.scenario;
	uint8_t number = 1;

	for (unsigned int i = 0; i < index; i++)
		number = (uint8_t)(number + scenario->operations[i]);
	for (unsigned int i = 0; i < scenario->operations[index]; i++) {
		if (i) {
			self()->operation = scenario->operation[index][i];
			self()->number = (uint8_t)(number + i);
			point(POINT_BEGIN, 0);
		}
		operation_run(self(), scenario->operation[index][i], (uint8_t)(number + i));
	}
	point(POINT_DONE, 0);
}

static void run_thread(void *argument)
{
	unsigned int index = (unsigned int)(uintptr_t)argument;

	if (index < CLIENTS_MAX)
		run_client(index);
	for (;;) {
		if (index == THREAD_WORKER) {
			worker_run();
			point(POINT_WORK, OBJECT_DEFERRED);
		} else {
			channel_run();
			point(POINT_PRESENT, OBJECT_SUBCHANNEL);
		}
	}
}

/* ---- one schedule ---- */

static void set_up_threads(void)
{
	uint8_t number = 1;

	for (unsigned int i = 0; i < CLIENTS_MAX; i++) {
		struct thread *thread = &world.thread[i];

		thread->point = POINT_DONE;
		if (i >= x.scenario->threads)
			continue;
		thread->point = POINT_BEGIN;
		thread->operation = x.scenario->operation[i][0];
		thread->number = number;
		number = (uint8_t)(number + x.scenario->operations[i]);
	}
	world.thread[THREAD_WORKER].point = POINT_WORK;
	world.thread[THREAD_WORKER].objects = OBJECT_DEFERRED;
	world.thread[THREAD_CHANNEL].point = POINT_PRESENT;
	world.thread[THREAD_CHANNEL].objects = OBJECT_SUBCHANNEL;
}

/* On the serial fiber; these end by leaving it. */
static void run_prologue(void *argument)
{
	prologue(x.scenario);
	x.complete = true;
	leave();
}

static void run_scheduled(void *argument)
{
	set_up_threads();
	schedule();
	abort();
}

static void run_epilogue(void *argument)
{
	epilogue();
	leave();
}

static void run_serially(void (*function)(void *argument))
{
	world.current = THREAD_SERIAL;
	world.serial = true;
	fiber_prepare(x.fiber[THREAD_SERIAL], function, NULL);
	x.executing = true;
	fiber_switch(x.main, x.fiber[THREAD_SERIAL]);
	x.executing = false;
}

static void keep_schedule(struct schedule *schedule)
{
	schedule->steps = x.depth;
	schedule->preemptions = x.used;
	schedule->switches = 0;
	for (unsigned int i = 0; i < x.depth; i++) {
		schedule->choice[i] = x.node[i].choice;
		if (i && x.node[i].choice != x.node[i - 1].choice)
			schedule->switches++;
	}
}

/* From the snapshot to the end, or to where it is known what comes. */
static void execute(void)
{
	world_restore();
	x.depth = 0;
	x.used = 0;
	x.sleep = 0;
	x.pruned = false;
	x.complete = false;
	x.told = NOBODY;
	x.violation->found = false;
	run_serially(run_scheduled);
	if (x.complete && !x.pruned && !x.violation->found) {
		if (explaining)
			fputs("afterwards\n", x.out);
		if (x.limits.outcome)
			x.limits.outcome(x.limits.context, outcome_hash());
		run_serially(run_epilogue);
	}
}

static bool begin(const struct scenario *scenario, struct violation *violation)
{
	x.scenario = scenario;
	x.violation = violation;
	x.violation->found = false;
	x.depth = 0;
	x.prefix = 0;
	world_clear();
	x.complete = false;
	run_serially(run_prologue);
	world_save();
	return !violation->found;
}

/* ---- all of them ---- */

/* The deepest decision that has another choice left becomes that; false: none has. */
static bool backtrack(void)
{
	while (x.depth) {
		struct node *node = &x.node[x.depth - 1];

		if (node->todo) {
			/*
			 * What its own next step leads to was seen. Only of the thread that was
			 * running can this be used: putting its step first costs no preemption.
			 */
			if (x.limits.reduce && !(x.limits.without & WITHOUT_SLEEP) &&
			    node->can_continue && node->choice == node->current)
				node->sleep |= BIT(node->current);
			node->choice = (uint8_t)lowest(node->todo);
			node->todo &= (uint16_t)(node->todo - 1);
			x.prefix = x.depth;
			return true;
		}
		x.depth--;
	}
	return false;
}

static bool is_shorter(const struct schedule *schedule)
{
	unsigned int switches = 0;

	if (x.used != schedule->preemptions)
		return x.used < schedule->preemptions;
	for (unsigned int i = 1; i < x.depth; i++)
		if (x.node[i].choice != x.node[i - 1].choice)
			switches++;
	return switches != schedule->switches ? switches < schedule->switches
					      : x.depth < schedule->steps;
}

static bool limit_reached(const struct figures *figures, uint64_t before)
{
	uint64_t done = figures->schedules + figures->pruned;

	if (x.limits.executions && done - before >= x.limits.executions)
		return true;
	return x.limits.deadline > 0 && !(done & 0xFFF) && schedule_clock() > x.limits.deadline;
}

bool schedule_all(const struct scenario *scenario, const struct limits *limits,
		  struct figures *figures, struct violation *violation)
{
	uint64_t before = figures->schedules + figures->pruned;
	struct violation *best = violation, *now;
	bool good;

	figures->scenarios++;
	x.limits = *limits;
	x.mode = MODE_ALL;
	x.table_scenario++;
	x.table_count = 0;
	best->found = false;
	now = allocate_or_stop(1, sizeof(*now));
	good = begin(scenario, now);
	if (!good)
		*best = *now;
	while (good) {
		execute();
		figures->steps += x.depth - x.prefix;
		*(x.pruned ? &figures->pruned : &figures->schedules) += 1;
		if (now->found) {
			figures->violations++;
			if (!best->found || is_shorter(&best->schedule)) {
				keep_schedule(&now->schedule);
				*best = *now;
			}
			good = limits->shortest;
		}
		if (!good || !backtrack())
			break;
		if (limit_reached(figures, before)) {
			figures->unfinished++;
			break;
		}
	}
	free(now);
	return !best->found;
}

/* ---- some of them ---- */

bool schedule_random(const struct scenario *scenario, uint64_t *seed, unsigned int count,
		     struct figures *figures, struct violation *violation)
{
	static const unsigned int rareness[] = {2, 4, 8, 16, 32, 64};

	figures->scenarios++;
	x.limits = (struct limits){.preemptions = SCHEDULE_MAX};
	x.mode = MODE_RANDOM;
	x.seed = seed;
	if (!begin(scenario, violation))
		return false;
	for (unsigned int i = 0; i < count; i++) {
		x.rareness = rareness[i % (sizeof(rareness) / sizeof(rareness[0]))];
		execute();
		figures->steps += x.depth;
		figures->schedules++;
		if (violation->found) {
			figures->violations++;
			keep_schedule(&violation->schedule);
			return false;
		}
	}
	return true;
}

bool schedule_replay(const struct scenario *scenario, const struct schedule *schedule, FILE *out,
		     struct violation *violation)
{
	x.limits = (struct limits){.preemptions = SCHEDULE_MAX};
	x.mode = MODE_REPLAY;
	x.replay = schedule;
	x.out = out;
	if (begin(scenario, violation)) {
		explaining = out;
		execute();
		explaining = false;
		keep_schedule(&violation->schedule);
	}
	return !violation->found;
}

/* ---- life ---- */

void schedule_init(void)
{
	static const int crashes[] = {SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGFPE};
	struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_NODEFER};

	world_init();
	x.main = fiber_create_main();
	for (unsigned int i = 0; i < THREADS; i++)
		x.fiber[i] = fiber_create();
	for (unsigned int i = 0; i < THREADS; i++)
		if (!x.main || !x.fiber[i]) {
			fprintf(stderr, "chanio-explore: no memory for stacks\n");
			exit(2);
		}
	x.table_size = TABLE_FIRST;
	x.table = allocate_or_stop(x.table_size, sizeof(*x.table));
	for (unsigned int i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &action, NULL);
}

void schedule_finish(void)
{
	for (unsigned int i = 0; i < THREADS; i++)
		fiber_destroy(x.fiber[i]);
	fiber_destroy(x.main);
	free(x.table);
	world_finish();
}
