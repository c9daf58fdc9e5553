/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Threads on one device, and the book. What is proved after each round:
 *
 * - without CLEAR, reset and close: each accepted START has exactly one IRB that ends it;
 * - without CLEAR, reset, unmap and close: each accepted HALT shows in exactly one IRB;
 * - a CLEAR's IRB may stand for one START that it took away, a reset or close for those whose IRBs
 *   were not read;
 * - no START is ended twice, no IRB is zero, data is right, no errno but those of the contract;
 * - afterwards the device takes and ends a program.
 */
#include "exerciser/load.h"

#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device/test/protocol.h"

#define SLOT_SIZE    256u
#define SLOTS_AT     CLIENT_MEMORY
#define PROGRAM	     0u /* offsets in a slot */
#define PROGRAM_SIZE 24u
#define SCRIPT	     64u
#define STEPS	     2u
#define DATA	     (SCRIPT + STEPS * (uint32_t)sizeof(struct testdev_step))
#define DATA_SIZE    (SLOT_SIZE - DATA)
#define PROBE_AT     (SLOTS_AT + LOAD_SLOTS * SLOT_SIZE)
#define CONTROL	     (ARCH_ORB_FORMAT_1 | ARCH_ORB_FORMAT_2_IDAW | ARCH_ORB_LPM)
#define CE_DE	     (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)

#define PATIENCE 10000u /* milliseconds until something is stuck */
#define GROUP	 32u	/* slots that a thread takes at once */
/* IRBs that one reset or close may discard: the queue, the one in flight, one being translated. */
#define DISCARD_MOST 18u

struct slot {
	atomic_uint accepted; /* START returned success */
	atomic_uint ended;    /* IRBs that ended it */
	bool checks_data;
};

struct worker {
	struct load *load;
	pthread_t thread;
	uint64_t random;
	unsigned int next, most; /* slots of its own */
	struct load_totals seen;
};

struct load {
	struct exerciser *x;
	struct client *client;
	unsigned int workers;
	struct worker worker[LOAD_THREADS];
	uint64_t random;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int round; /* begun; the workers wait for the next */
	bool ending;
	atomic_uint working;
	atomic_bool stop;
	atomic_uint resets_begun; /* in this round */
	unsigned int mix;
	atomic_uint slots_taken;
	pthread_mutex_t memory_lock; /* one at a time unmaps and maps again */
	char failure[256];	     /* the first of a worker */

	struct slot slots[LOAD_SLOTS];
	struct load_totals before, now; /* `now` is the case's thread's own and the sum */
	uint64_t halt_irbs, clear_irbs, zero_irbs;
	struct arch_irb last;
	struct client_figures figures; /* of the devices before the last close, together */
};

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
	uint64_t value = *state += 0x9E3779B97F4A7C15ull;

	value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ull;
	value = (value ^ value >> 27) * 0x94D049BB133111EBull;
	return value ^ value >> 31;
}

static uint32_t below(uint64_t *state, uint32_t limit)
{
	return (uint32_t)(draw(state) >> 32) % limit;
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

__attribute__((format(printf, 2, 3))) static void fail(struct load *load, const char *format, ...)
{
	va_list arguments;

	pthread_mutex_lock(&load->lock);
	if (!load->failure[0]) {
		va_start(arguments, format);
		vsnprintf(load->failure, sizeof(load->failure), format, arguments);
		va_end(arguments);
	}
	pthread_mutex_unlock(&load->lock);
	atomic_store(&load->stop, true);
}

/* Programs */

static uint32_t slot_at(unsigned int slot)
{
	return SLOTS_AT + slot * SLOT_SIZE;
}

static uint32_t delay_of(struct worker *worker)
{
	static const uint32_t delays[] = {0, 5, 30, 100, 300};

	return delays[below(&worker->random, sizeof(delays) / sizeof(delays[0]))];
}

/* How the device answers this time. */
static struct testdev_step make_step(struct worker *worker, bool *checks_data)
{
	struct testdev_step step = {.flags = TESTDEV_RANDOM, .delay = arch_put32(delay_of(worker))};
	unsigned int mix = worker->load->mix;

	*checks_data = true;
	switch (below(&worker->random, 10)) {
	case 0:
		step.status = ARCH_DS_CHANNEL_END;
		step.late_status = ARCH_DS_DEVICE_END;
		step.late_delay = arch_put32(delay_of(worker));
		break;
	case 1:
		step.status = CE_DE | ARCH_DS_UNIT_CHECK;
		step.sense[0] = 0x80;
		break;
	case 2:
		step.status = CE_DE | ARCH_DS_UNIT_EXCEPTION;
		break;
	case 3:
	case 4:
		step.flags |= TESTDEV_DATA_LATE;
		break;
	case 5:
		step.flags |= TESTDEV_MUST_WAIT;
		break;
	case 6:
		step.flags |= TESTDEV_LATER;
		break;
	case 7:
		/* Only somebody who stops it ends this. */
		if (!(mix & (LOAD_HALT | LOAD_CLEAR | LOAD_RESET)))
			break;
		*checks_data = false;
		step = (struct testdev_step){.operation = TESTDEV_HOLD};
		break;
	}
	return step;
}

static void make_program(struct worker *worker, unsigned int slot)
{
	struct load *load = worker->load;
	struct client *client = load->client;
	uint32_t at = slot_at(slot);
	struct testdev_step *steps = client_at(client, at + SCRIPT);
	bool attention = (load->mix & LOAD_ATTENTION) && below(&worker->random, 4) == 0;
	uint8_t pci = below(&worker->random, 4) ? 0 : ARCH_CCW_PCI;
	uint8_t more = below(&worker->random, 2) ? ARCH_CCW_CC : 0;

	memset(client_at(client, at), 0, SLOT_SIZE);
	steps[0] = make_step(worker, &load->slots[slot].checks_data);
	if (attention) {
		steps[1] = steps[0];
		steps[0] = (struct testdev_step){
			.operation = TESTDEV_UNSOLICITED,
			.flags = TESTDEV_RANDOM,
			.status = ARCH_DS_ATTENTION,
			.delay = arch_put32(200),
		};
	}
	client_put_ccw(client, at, TESTDEV_SCRIPT, ARCH_CCW_CC,
		       (uint16_t)((attention ? 2 : 1) * sizeof(struct testdev_step)), at + SCRIPT);
	client_put_ccw(client, at + 8, TESTDEV_READ_PATTERN, more | pci, DATA_SIZE, at + DATA);
	client_put_ccw(client, at + 16, TESTDEV_NOP, ARCH_CCW_SLI, 1, at + DATA);
}

/* The slots of a round are dealt in groups. False: none is left. */
static bool next_slot(struct worker *worker)
{
	if (worker->next < worker->most)
		return true;
	if (atomic_load(&worker->load->slots_taken) >= LOAD_SLOTS)
		return false;
	worker->next = atomic_fetch_add(&worker->load->slots_taken, GROUP);
	if (worker->next >= LOAD_SLOTS) {
		worker->next = 0;
		worker->most = 0;
		return false;
	}
	worker->most = worker->next + GROUP;
	make_program(worker, worker->next);
	return true;
}

/* What the threads do */

static void note_again(struct worker *worker, uint64_t time)
{
	unsigned int bucket = 0;

	if (time > worker->seen.again_longest)
		worker->seen.again_longest = time;
	for (time /= 1000; time && bucket < LOAD_BUCKETS - 1; time /= 2)
		bucket++;
	worker->seen.again_times[bucket]++;
}

/* As a client that got EAGAIN does it: at once again. */
static long start_until_answered(struct worker *worker, const struct arch_orb *orb)
{
	struct client *client = worker->load->client;
	uint64_t begin = 0;
	long result = client_start(client, orb);

	while (result == -EAGAIN) {
		if (!begin)
			begin = nanoseconds();
		worker->seen.start_again++;
		result = client_start(client, orb);
	}
	note_again(worker, begin ? nanoseconds() - begin : 0);
	return result;
}

static void do_start(struct worker *worker)
{
	uint32_t prefetch = below(&worker->random, 2) ? ARCH_ORB_PREFETCH : 0;
	struct arch_orb orb;
	long result;

	if (!next_slot(worker)) {
		sched_yield();
		return;
	}
	orb = client_orb(CONTROL | prefetch, slot_at(worker->next));
	result = start_until_answered(worker, &orb);
	if (result == (long)CLIENT_IO_SIZE) {
		worker->seen.starts++;
		atomic_fetch_add(&worker->load->slots[worker->next].accepted, 1);
		worker->next++;
		if (worker->next < worker->most)
			make_program(worker, worker->next);
	} else if (result == -EBUSY) {
		worker->seen.start_busy++;
	} else {
		fail(worker->load, "START: %s", result < 0 ? strerror((int)-result) : "cut short");
	}
}

static void do_command(struct worker *worker, uint32_t command, uint64_t *accepted)
{
	long result = client_command(worker->load->client, command);

	if (result == (long)CLIENT_COMMAND_SIZE)
		(*accepted)++;
	else if (result != -EBUSY && result != -EAGAIN)
		fail(worker->load, "%s: %s", command == CLIENT_COMMAND_HALT ? "HALT" : "CLEAR",
		     result < 0 ? strerror((int)-result) : "cut short");
}

static void do_reset(struct worker *worker)
{
	int result;

	atomic_fetch_add(&worker->load->resets_begun, 1);
	result = client_reset(worker->load->client);
	if (result)
		fail(worker->load, "reset: %s", strerror(-result));
	worker->seen.resets++;
}

/* Everything goes away under the programs, and comes back. */
static void do_unmap(struct worker *worker)
{
	struct load *load = worker->load;
	int result;

	pthread_mutex_lock(&load->memory_lock);
	result = client_unmap(load->client, CLIENT_MEMORY, CLIENT_MEMORY_SIZE);
	if (result)
		fail(load, "unmap: %s", strerror(-result));
	else
		result = client_map_memory(load->client);
	if (result)
		fail(load, "map: %s", strerror(-result));
	pthread_mutex_unlock(&load->memory_lock);
	worker->seen.unmaps++;
}

static void do_look(struct worker *worker)
{
	struct client *client = worker->load->client;
	struct arch_schib schib;
	struct arch_crw crw;
	arch_be32 word;
	long result;

	result = client_read(client, client->io.offset + CLIENT_IO_RESULT, &word, sizeof(word));
	if (result == (long)sizeof(word))
		result = client_read(client, client->io.offset + CLIENT_IO_IRB + 4, &word,
				     sizeof(word));
	if (result != (long)sizeof(word))
		fail(worker->load, "a read of the I/O region: %s", strerror((int)-result));
	result = client_read_schib(client, &schib);
	if (!result)
		result = client_read_crw(client, &crw);
	if (result)
		fail(worker->load, "a read of a region: %s", strerror((int)-result));
	worker->seen.looks++;
}

/* Most of the time, so that programs get on: else all that there is would be refusals. */
static void rest(struct worker *worker)
{
	struct timespec time = {.tv_nsec = (long)below(&worker->random, 150000)};

	if (below(&worker->random, 8))
		nanosleep(&time, NULL);
}

static void do_something(struct worker *worker)
{
	unsigned int mix = worker->load->mix;
	uint32_t choice = below(&worker->random, 100);

	rest(worker);
	if (choice < 8 && (mix & LOAD_HALT))
		do_command(worker, CLIENT_COMMAND_HALT, &worker->seen.halts);
	else if (choice >= 8 && choice < 16 && (mix & LOAD_CLEAR))
		do_command(worker, CLIENT_COMMAND_CLEAR, &worker->seen.clears);
	else if (choice >= 16 && choice < 18 && (mix & LOAD_RESET))
		do_reset(worker);
	else if (choice >= 18 && choice < 20 && (mix & LOAD_UNMAP))
		do_unmap(worker);
	else if (choice >= 20 && choice < 28 && (mix & LOAD_LOOK))
		do_look(worker);
	else
		do_start(worker);
}

static void *work(void *context)
{
	struct worker *worker = context;
	struct load *load = worker->load;
	unsigned int round = 0;

	pthread_mutex_lock(&load->lock);
	for (;;) {
		while (load->round == round && !load->ending)
			pthread_cond_wait(&load->changed, &load->lock);
		if (load->ending)
			break;
		round = load->round;
		pthread_mutex_unlock(&load->lock);
		worker->next = 0;
		worker->most = 0;
		while (!atomic_load(&load->stop))
			do_something(worker);
		atomic_fetch_sub(&load->working, 1);
		pthread_mutex_lock(&load->lock);
	}
	pthread_mutex_unlock(&load->lock);
	return NULL;
}

/* The book */

static void check_data(struct load *load, unsigned int slot)
{
	const uint8_t *data = client_at(load->client, slot_at(slot) + DATA);

	for (unsigned int i = 0; i < DATA_SIZE; i++)
		if (data[i] != testdev_pattern(0, i))
			fail(load, "byte %u of a program that ended well is %02x instead of %02x",
			     i, data[i], testdev_pattern(0, i));
}

static void count_end(struct load *load, const struct arch_irb *irb)
{
	const uint32_t unnamed = ARCH_SCSW_DEFERRED_CC | ARCH_SCSW_FC_HALT;
	uint32_t address = arch_get32(irb->scsw.ccw_address) - SLOTS_AT;
	uint32_t control = arch_get32(irb->scsw.control);
	unsigned int index = address / SLOT_SIZE, within = address % SLOT_SIZE;

	/* A function that ended before the first command has no CCW address. */
	if (index >= LOAD_SLOTS || !within || within > PROGRAM_SIZE) {
		if (!(control & unnamed))
			fail(load, "an IRB of no program: control %08x, CCW address %08x", control,
			     arch_get32(irb->scsw.ccw_address));
		load->now.nameless++;
		return;
	}
	if (atomic_fetch_add(&load->slots[index].ended, 1))
		fail(load, "a START ended twice: control %08x, CCW address %08x", control,
		     arch_get32(irb->scsw.ccw_address));
	load->now.ended++;
	if (load->slots[index].checks_data && irb->scsw.device_status == CE_DE &&
	    !irb->scsw.subchannel_status && !(control & ARCH_SCSW_FC_HALT))
		check_data(load, index);
}

static void count(struct load *load, const struct arch_irb *irb)
{
	const uint32_t ending = ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY;
	uint32_t control = arch_get32(irb->scsw.control);
	uint32_t status = control & ARCH_SCSW_SC;

	if (!(status & ARCH_SCSW_SC_PENDING)) {
		load->zero_irbs++;
		return;
	}
	load->now.irbs++;
	if ((status & ARCH_SCSW_SC_INTERMEDIATE) && !(status & ending)) {
		load->now.intermediate++;
		return;
	}
	load->halt_irbs += (control & ARCH_SCSW_FC_HALT) != 0;
	load->clear_irbs += (control & ARCH_SCSW_FC_CLEAR) != 0;
	if (control & ARCH_SCSW_FC_START)
		count_end(load, irb);
	else if (status == (ARCH_SCSW_SC_SECONDARY | ARCH_SCSW_SC_PENDING))
		load->now.secondary++;
	else if (!arch_scsw_is_solicited(&irb->scsw))
		load->now.unsolicited++;
}

/* One IRB, if there is one within so many milliseconds. */
static bool take_irb(struct load *load, int milliseconds)
{
	struct arch_irb irb;
	int result = client_wait_irb(load->client, &irb, milliseconds);
	bool repeated = !result && memcmp(&irb, &load->last, sizeof(irb)) == 0;

	/*
	 * Its event may be that of one that a reset has discarded: the last one is shown again.
	 * Without a reset two that are alike are two, of CLEARs for example.
	 */
	if (repeated && atomic_load(&load->resets_begun)) {
		load->now.repeated++;
		return true;
	}
	if (!result)
		load->last = irb;

	if (result == -ETIMEDOUT)
		return false;
	if (result)
		fail(load, "a read of an IRB: %s", strerror(-result));
	else
		count(load, &irb);
	return true;
}

static void add_totals(struct load_totals *to, const struct load_totals *from)
{
	to->starts += from->starts;
	to->start_busy += from->start_busy;
	to->start_again += from->start_again;
	to->halts += from->halts;
	to->clears += from->clears;
	to->resets += from->resets;
	to->unmaps += from->unmaps;
	to->looks += from->looks;
	for (unsigned int i = 0; i < LOAD_BUCKETS; i++)
		to->again_times[i] += from->again_times[i];
	if (from->again_longest > to->again_longest)
		to->again_longest = from->again_longest;
}

static void collect(struct load *load)
{
	for (unsigned int i = 0; i < load->workers; i++) {
		add_totals(&load->now, &load->worker[i].seen);
		load->worker[i].seen = (struct load_totals){0};
	}
}

/* Starts of this round that no IRB has ended. */
static uint64_t missing(const struct load *load)
{
	return (load->now.starts - load->before.starts) - (load->now.ended - load->before.ended) -
	       (load->now.nameless - load->before.nameless);
}

static bool is_idle(struct load *load)
{
	struct arch_schib schib;

	EXPECT_RESULT(load->x, "a read of the SCHIB", client_read_schib(load->client, &schib), 0);
	return !(arch_get32(schib.scsw.control) & (ARCH_SCSW_FC | ARCH_SCSW_AC));
}

/*
 * Takes what is left until the subchannel is idle and nothing more comes. What the device holds for
 * ever is halted, by a HALT that is counted like the others.
 */
static void drain(struct load *load)
{
	uint64_t end = client_now() + PATIENCE, halt_at = client_now() + 5;
	const unsigned int stops = LOAD_HALT | LOAD_CLEAR | LOAD_RESET;

	for (;;) {
		if (take_irb(load, 1))
			continue;
		if (is_idle(load) && !take_irb(load, 2))
			return;
		EXPECT(load->x, client_now() < end, "stuck: the subchannel is not idle after %u s",
		       PATIENCE / 1000);
		if ((load->mix & stops) && client_now() >= halt_at) {
			long result = client_halt(load->client);

			load->now.halts += result == (long)CLIENT_COMMAND_SIZE;
			halt_at = client_now() + 5;
		}
	}
}

static void prove(struct load *load)
{
	const struct load_totals *now = &load->now, *before = &load->before;
	unsigned int mix = load->mix;
	uint64_t left = missing(load), halts = now->halts - before->halts;
	uint64_t discards = now->resets - before->resets + now->closes - before->closes;

	EXPECT(load->x, left <= LOAD_SLOTS, "%lld more STARTs ended than were accepted",
	       -(long long)left);
	for (unsigned int i = 0; i < LOAD_SLOTS; i++)
		EXPECT(load->x,
		       atomic_load(&load->slots[i].ended) <= atomic_load(&load->slots[i].accepted),
		       "a START that was refused has ended");
	EXPECT(load->x, discards || !load->zero_irbs, "%llu IRBs were zero",
	       (unsigned long long)load->zero_irbs);
	if (discards) {
		EXPECT(load->x, left <= load->clear_irbs + discards * DISCARD_MOST,
		       "%llu STARTs without an IRB, with %llu CLEARs and %llu resets",
		       (unsigned long long)left, (unsigned long long)load->clear_irbs,
		       (unsigned long long)discards);
		load->now.discarded += left;
		return;
	}
	EXPECT(load->x, left <= load->clear_irbs,
	       "%llu STARTs have no IRB, with %llu CLEARs that may have taken them (mix %02x)",
	       (unsigned long long)left, (unsigned long long)load->clear_irbs, mix);
	EXPECT(load->x, (mix & (LOAD_CLEAR | LOAD_UNMAP)) || halts == load->halt_irbs,
	       "%llu HALTs were accepted, %llu IRBs tell of one", (unsigned long long)halts,
	       (unsigned long long)load->halt_irbs);
	EXPECT(load->x, load->clear_irbs <= now->clears - before->clears || (mix & LOAD_UNMAP),
	       "more IRBs of CLEAR than were accepted");
	load->now.swept += left;
}

/* The device still takes and ends a program, and has forgotten what scripts wanted. */
static void probe(struct load *load)
{
	const struct arch_orb orb = client_orb(CONTROL | ARCH_ORB_PREFETCH, PROBE_AT);
	uint64_t end = client_now() + PATIENCE;
	struct arch_irb irb;
	uint32_t control;
	long result;

	client_put_ccw(load->client, PROBE_AT, TESTDEV_FORGET, ARCH_CCW_SLI, 1, PROBE_AT);
	do {
		EXPECT(load->x, client_now() < end, "stuck: no program ends well in %u s",
		       PATIENCE / 1000);
		result = client_start(load->client, &orb);
		EXPECT(load->x, result == -EBUSY || result == (long)CLIENT_IO_SIZE,
		       "START on an idle device: %s", strerror((int)-result));
		result = client_wait_irb(load->client, &irb, result < 0 ? 1 : (int)PATIENCE);
		EXPECT(load->x, !result || result == -ETIMEDOUT, "a read of an IRB: %s",
		       strerror((int)-result));
		control = result ? 0 : arch_get32(irb.scsw.control);
		/* Attention may come first, or defer it. */
	} while (!(control & ARCH_SCSW_SC_PRIMARY) ||
		 arch_get32(irb.scsw.ccw_address) != PROBE_AT + 8);
	EXPECT_EQUAL(load->x, "device status", irb.scsw.device_status, CE_DE);
	/* Attention that was held up by it. */
	while (client_wait_irb(load->client, &irb, 1) == 0)
		;
}

static void begin_round(struct load *load, unsigned int mix)
{
	load->before = load->now;
	load->mix = mix;
	load->halt_irbs = 0;
	load->clear_irbs = 0;
	load->zero_irbs = 0;
	atomic_store(&load->resets_begun, 0);
	for (unsigned int i = 0; i < LOAD_SLOTS; i++) {
		atomic_store(&load->slots[i].accepted, 0);
		atomic_store(&load->slots[i].ended, 0);
	}
	atomic_store(&load->slots_taken, 0);
	atomic_store(&load->stop, false);
	atomic_store(&load->working, load->workers);
	pthread_mutex_lock(&load->lock);
	load->round++;
	pthread_cond_broadcast(&load->changed);
	pthread_mutex_unlock(&load->lock);
}

/* A device that is closed takes its figures with it. */
static void add_figures(struct load *load)
{
	struct client_figures *sum = &load->figures, more;

	if (!client_figures(load->client, &more))
		return;
	sum->starts += more.starts;
	sum->halts += more.halts;
	sum->clears += more.clears;
	sum->unread_lost += more.unread_lost;
	for (unsigned int i = 0; i < CLIENT_TIMES; i++) {
		sum->processing[i].below = more.processing[i].below;
		sum->processing[i].count += more.processing[i].count;
	}
	if (more.processing_max > sum->processing_max)
		sum->processing_max = more.processing_max;
}

/*
 * The device is closed with whatever it is at, and the next owner sees none of it. The workers make
 * no call meanwhile: a file that is closed is no file.
 */
static void close_and_open(struct load *load)
{
	struct client *client = load->client;
	uint8_t irb[CLIENT_IO_IRB_SIZE], zeros[CLIENT_IO_IRB_SIZE] = {0};
	int result;

	add_figures(load);
	client_close_device(client);
	result = client_open_device(client);
	for (int irq = 0; irq < CLIENT_IRQS && !result; irq++)
		result = client_arm(client, (enum client_irq)irq);
	EXPECT_RESULT(load->x, "opening again", result, 0);
	EXPECT_RESULT(load->x, "a read of the IRB area",
		      client_read(client, client->io.offset + CLIENT_IO_IRB, irb, sizeof(irb)),
		      (long)sizeof(irb));
	exerciser_expect_bytes(load->x, "the IRB area of a new owner", irb, zeros, sizeof(irb));
	load->now.closes++;
}

void load_round(struct load *load, unsigned int mix, unsigned int milliseconds)
{
	uint64_t end = client_now() + milliseconds;

	begin_round(load, mix);
	while (client_now() < end && !atomic_load(&load->stop) &&
	       atomic_load(&load->slots_taken) < LOAD_SLOTS)
		take_irb(load, 1);
	atomic_store(&load->stop, true);
	while (atomic_load(&load->working))
		take_irb(load, 1);
	collect(load);
	EXPECT(load->x, !load->failure[0], "%s", load->failure);
	if (mix & LOAD_CLOSE)
		close_and_open(load);
	drain(load);
	EXPECT(load->x, !load->failure[0], "%s", load->failure);
	prove(load);
	probe(load);
	load->now.rounds++;
}

const struct load_totals *load_totals(const struct load *load)
{
	return &load->now;
}

/* Life */

static void stop_workers(struct load *load)
{
	pthread_mutex_lock(&load->lock);
	load->ending = true;
	pthread_cond_broadcast(&load->changed);
	pthread_mutex_unlock(&load->lock);
	for (unsigned int i = 0; i < load->workers; i++)
		pthread_join(load->worker[i].thread, NULL);
}

int load_create(struct exerciser *x, unsigned int threads, struct load **load)
{
	struct load *made = calloc(1, sizeof(*made));
	unsigned int workers = threads > 2 ? threads - 1 : 1;

	if (!made)
		return -ENOMEM;
	made->x = x;
	made->client = exerciser_client(x);
	made->random = exerciser_seed(x);
	pthread_mutex_init(&made->lock, NULL);
	pthread_mutex_init(&made->memory_lock, NULL);
	pthread_cond_init(&made->changed, NULL);
	for (; made->workers < workers && made->workers < LOAD_THREADS; made->workers++) {
		struct worker *worker = &made->worker[made->workers];

		worker->load = made;
		worker->random = draw(&made->random);
		if (pthread_create(&worker->thread, NULL, work, worker)) {
			load_destroy(made);
			return -EAGAIN;
		}
	}
	*load = made;
	return 0;
}

void load_destroy(struct load *load)
{
	if (!load)
		return;
	stop_workers(load);
	pthread_cond_destroy(&load->changed);
	pthread_mutex_destroy(&load->memory_lock);
	pthread_mutex_destroy(&load->lock);
	free(load);
}

/* The time that `share` of 1000 loops on EAGAIN did not exceed, in microseconds, rounded up. */
static uint64_t again_time(const struct load_totals *totals, uint64_t share)
{
	uint64_t all = 0, seen = 0;
	unsigned int i;

	for (i = 0; i < LOAD_BUCKETS; i++)
		all += totals->again_times[i];
	for (i = 0; i < LOAD_BUCKETS - 1; i++) {
		seen += totals->again_times[i];
		if (seen * 1000 >= all * share)
			break;
	}
	return 1ull << i;
}

/* Of 1000, as above; a target that cannot look inside has none. */
static double processing_time(const struct load *load, uint64_t share)
{
	const struct client_figures *figures = &load->figures;
	uint64_t all = 0, seen = 0;
	unsigned int i;

	for (i = 0; i < CLIENT_TIMES; i++)
		all += figures->processing[i].count;
	for (i = 0; i < CLIENT_TIMES - 1; i++) {
		seen += figures->processing[i].count;
		if (seen * 1000 >= all * share)
			break;
	}
	return (double)figures->processing[i].below / 1000;
}

#define N(field) (unsigned long long)load->now.field

void load_note(struct load *load)
{
	exerciser_note(load->x,
		       "%llu rounds, %u threads: START accepted %llu, busy %llu, again %llu; HALT "
		       "%llu, CLEAR %llu, reset %llu, unmap %llu, close %llu",
		       N(rounds), load->workers + 1, N(starts), N(start_busy), N(start_again),
		       N(halts), N(clears), N(resets), N(unmaps), N(closes));
	exerciser_note(
		load->x,
		"IRBs read %llu: ended by their own %llu, before their first command %llu; "
		"taken by CLEAR %llu, by reset or close %llu; intermediate %llu, late device "
		"end %llu, unsolicited %llu, shown again after a reset %llu",
		N(irbs), N(ended), N(nameless), N(swept), N(discarded), N(intermediate),
		N(secondary), N(unsolicited), N(repeated));
	exerciser_note(load->x,
		       "a START's loop on EAGAIN: half under %llu us, 99%% under %llu us, 99.9%% "
		       "under %llu us, longest %llu us",
		       (unsigned long long)again_time(&load->now, 500),
		       (unsigned long long)again_time(&load->now, 990),
		       (unsigned long long)again_time(&load->now, 999), N(again_longest) / 1000);
	add_figures(load);
	if (!load->figures.starts)
		return;
	EXPECT(load->x, !load->figures.unread_lost, "%llu solicited IRBs were lost",
	       (unsigned long long)load->figures.unread_lost);
	exerciser_note(load->x,
		       "time in CP_PROCESSING: p50 below %.1f us, p99 below %.1f us, p99.9 below "
		       "%.1f us, longest %.1f us",
		       processing_time(load, 500), processing_time(load, 990),
		       processing_time(load, 999), (double)load->figures.processing_max / 1000);
}
