/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The stress suite: random channel programs, most of them wrong somewhere, for a given time. The
 * program of round R with --seed S is that of round 0 with --seed S + R, so that one which fails is
 * run again by itself.
 */
#include <string.h>

#include "device/test/protocol.h"
#include "exerciser/internal.h"
#include "exerciser/suites.h"

#define PROGRAM	     (CLIENT_MEMORY + 0x1000u)
#define CCWS	     40u /* at most */
#define SCRIPT	     (CLIENT_MEMORY + 0x3000u)
#define SCRIPT_STEPS 32u
#define LISTS	     (CLIENT_MEMORY + 0x4000u)
#define LIST_SIZE    256u /* of each CCW */
#define DATA	     (CLIENT_MEMORY + 0x10000u)
#define DATA_SIZE    0x20000u
#define AREA	     (DATA + DATA_SIZE - CLIENT_MEMORY) /* bytes that a program uses */
#define FORGET	     (CLIENT_MEMORY + 0x800u)
#define UNMAPPED     0x00800000u

#define PATIENCE 10000 /* milliseconds for what must come */
#define PATIENT	 30u   /* and until a program that goes round and round is halted */

#define USUAL (ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH | ARCH_ORB_FORMAT_2_IDAW | ARCH_ORB_LPM)
#define CE_DE (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)

/* How a program has ended. */
struct ending {
	struct arch_irb irb;
	struct arch_irb late; /* device end after channel end; zero: none */
	bool stopped;	      /* somebody halted, cleared or reset it: the moment is chance */
};

struct stress {
	struct exerciser *x;
	struct client *client;
	uint64_t random;
	uint64_t round;
	bool backward; /* of a program all reads of data are, or none */
	bool moments;  /* scripts with delays, and things that happen meanwhile */
	struct arch_orb orb;
	uint64_t programs, commands, halted, checked, disturbed;
	uint8_t before[AREA], after[AREA];
};

/* splitmix64 */
static uint32_t draw(struct stress *s, uint32_t below)
{
	uint64_t value = s->random += 0x9E3779B97F4A7C15ull;

	value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ull;
	value = (value ^ value >> 27) * 0x94D049BB133111EBull;
	return (uint32_t)((value ^ value >> 31) >> 32) % below;
}

static bool chance(struct stress *s, uint32_t percent)
{
	return draw(s, 100) < percent;
}

/* Everything that goes wrong is told with the way to see it again. */
#define STRESS_EXPECT(s, condition, format, ...)                                                   \
	EXPECT((s)->x, condition, "round %llu, again with --seed %llu: " format,                   \
	       (unsigned long long)(s)->round,                                                     \
	       (unsigned long long)((s)->x->options->seed + (s)->round), __VA_ARGS__)

/* Programs */

static uint8_t draw_command(struct stress *s)
{
	static const uint8_t commands[] = {
		TESTDEV_WRITE,	       TESTDEV_READ,	     TESTDEV_NOP,
		TESTDEV_BASIC_SENSE,   TESTDEV_READ_PATTERN, TESTDEV_READ_PATTERN,
		TESTDEV_WRITE_PATTERN, TESTDEV_SENSE_ID,     TESTDEV_WRITE,
		TESTDEV_READ,	       TESTDEV_SEED,
	};
	uint8_t command = commands[draw(s, sizeof(commands))];

	/* Transfers in channel have a way of their own, and stay inside the program. */
	if (chance(s, 2))
		command = (uint8_t)draw(s, 256);
	if (arch_command_is_tic(command))
		command = 0;
	if (s->backward && (command == TESTDEV_READ || command == TESTDEV_READ_PATTERN))
		command = TESTDEV_READ_BACKWARD;
	return command;
}

static uint16_t draw_count(struct stress *s)
{
	static const uint16_t counts[] = {1, 2, 7, 8, 32, 63, 64, 100, 256, 2048, 4096, 5000};

	if (chance(s, 3))
		return 0;
	return counts[draw(s, sizeof(counts) / sizeof(counts[0]))];
}

static uint32_t draw_address(struct stress *s)
{
	if (chance(s, 1))
		return UNMAPPED + draw(s, 4096);
	/* Room for the largest count on either side. */
	return DATA + 0x2000 + draw(s, DATA_SIZE - 0x4000);
}

static uint32_t draw_idal(struct stress *s, uint32_t list)
{
	uint32_t control = arch_get32(s->orb.control);
	bool format_2 = control & ARCH_ORB_FORMAT_2_IDAW;
	uint32_t unit = format_2 && !(control & ARCH_ORB_2K_IDAW) ? 4096 : 2048;

	for (uint32_t i = 0; i < 8; i++) {
		uint32_t address = draw_address(s);

		if (i && !chance(s, 2))
			address = (address & ~(unit - 1)) + (s->backward ? unit - 1 : 0);
		if (format_2)
			client_put_idaw2(s->client, list + 8 * i, address);
		else
			client_put_idaw1(s->client, list + 4 * i, address);
	}
	return list + (chance(s, 2) ? 4 : 0);
}

static uint32_t draw_midal(struct stress *s, uint32_t list, uint16_t count)
{
	uint32_t left = count;

	for (uint32_t i = 0; i < 8; i++) {
		uint32_t address = draw_address(s), room = 4096 - address % 4096, now = left;
		uint8_t flags = chance(s, 10) ? ARCH_MIDAW_SKIP : 0;

		if (s->backward)
			room = address % 4096 + 1;
		if (now > room || (now > 1 && chance(s, 30)))
			now = 1 + draw(s, now < room ? now : room);
		left -= now;
		if (!left || chance(s, 2))
			flags |= ARCH_MIDAW_LAST;
		client_put_midaw(s->client, list + 16 * i, flags, (uint16_t)now, address);
	}
	return list;
}

static void put_ccw(struct stress *s, unsigned int index, uint8_t command, uint8_t flags,
		    uint16_t count, uint32_t address)
{
	uint32_t at = PROGRAM + 8 * index;

	if (arch_get32(s->orb.control) & ARCH_ORB_FORMAT_1)
		client_put_ccw(s->client, at, command, flags, count, address);
	else
		client_put_ccw0(s->client, at, command, flags, count, address);
}

static void draw_ccw(struct stress *s, unsigned int index, bool last, uint8_t *before)
{
	uint32_t control = arch_get32(s->orb.control);
	uint32_t list = LISTS + index * LIST_SIZE, address = draw_address(s);
	uint8_t command = draw_command(s), flags = last ? 0 : ARCH_CCW_CC;
	uint16_t count = draw_count(s);

	/*
	 * One list cannot say what a CCW does that is reached both as a part of a read backward and
	 * as something else: a known limit of prefetch.
	 */
	if (!last && !s->backward && chance(s, 15))
		flags = ARCH_CCW_CD;
	flags |= chance(s, 70) ? ARCH_CCW_SLI : 0;
	flags |= chance(s, 8) ? ARCH_CCW_SKIP : 0;
	flags |= chance(s, 5) ? ARCH_CCW_PCI : 0;
	if ((control & ARCH_ORB_MIDAW) && !(flags & ARCH_CCW_SKIP) && chance(s, 20)) {
		flags |= ARCH_CCW_MIDA;
		address = draw_midal(s, list, count);
	} else if (chance(s, 25)) {
		flags |= ARCH_CCW_IDA;
		address = draw_idal(s, list);
	}
	put_ccw(s, index, command, flags, count, address);
	*before = flags;
}

/* Mostly forwards: backwards it may go round for ever, and somebody has to halt it. */
static void draw_tic(struct stress *s, unsigned int index, unsigned int count)
{
	unsigned int to = index + 1 + draw(s, 3);

	if (chance(s, 5))
		to = draw(s, index + 1);
	put_ccw(s, index, ARCH_CCW_TIC, 0, 0, PROGRAM + 8 * (to < count ? to : count - 1));
}

static struct testdev_step draw_step(struct stress *s)
{
	static const uint8_t statuses[] = {
		0,     0,     0,
		0,     CE_DE, CE_DE | ARCH_DS_STATUS_MODIFIER,
		CE_DE, CE_DE, CE_DE | ARCH_DS_UNIT_EXCEPTION,
		0,     0,     CE_DE | ARCH_DS_UNIT_CHECK,
	};
	struct testdev_step step = {.status = statuses[draw(s, sizeof(statuses))]};
	uint32_t delay = s->moments ? 200 : 20;

	step.sense[0] = (uint8_t)draw(s, 256);
	step.repeat = arch_put16((uint16_t)draw(s, 3));
	switch (draw(s, 12)) {
	case 0:
		step.status = ARCH_DS_CHANNEL_END;
		step.late_status = ARCH_DS_DEVICE_END;
		step.late_delay = arch_put32(draw(s, delay));
		break;
	case 1:
		step.flags = TESTDEV_LENGTH;
		step.value = arch_put32(draw_count(s));
		break;
	case 2:
		step.flags = TESTDEV_DATA_LATE;
		step.delay = arch_put32(draw(s, delay));
		break;
	case 3:
		step.flags = TESTDEV_MUST_WAIT;
		break;
	case 4:
		step.delay = arch_put32(draw(s, delay));
		break;
	case 5:
		if (chance(s, 90))
			break;
		step = (struct testdev_step){.operation = TESTDEV_NO_PATH};
		break;
	case 6:
		if (!s->moments || chance(s, 80))
			break;
		step = (struct testdev_step){.operation = TESTDEV_HOLD};
		break;
	}
	return step;
}

static void draw_orb(struct stress *s)
{
	uint32_t control = ARCH_ORB_LPM;

	control |= chance(s, 80) ? ARCH_ORB_FORMAT_1 : 0;
	control |= chance(s, 80) ? ARCH_ORB_FORMAT_2_IDAW : 0;
	control |= chance(s, 20) ? ARCH_ORB_2K_IDAW : 0;
	control |= chance(s, 30) ? ARCH_ORB_MIDAW : 0;
	control |= chance(s, 20) ? ARCH_ORB_LENGTH_SUPPRESS : 0;
	control |= chance(s, 10) ? ARCH_ORB_INITIAL_STATUS : 0;
	s->orb = client_orb(control, PROGRAM);
}

static void draw_program(struct stress *s)
{
	unsigned int count = 2 + draw(s, CCWS - 2), steps = 1 + draw(s, SCRIPT_STEPS);
	struct testdev_step *script = client_at(s->client, SCRIPT);
	uint8_t *memory = client_at(s->client, CLIENT_MEMORY), before = ARCH_CCW_CC;

	for (uint32_t i = 0; i < AREA; i += sizeof(uint32_t)) {
		uint32_t word = draw(s, UINT32_MAX);

		memcpy(memory + i, &word, sizeof(word));
	}
	draw_orb(s);
	s->backward = chance(s, 20);
	for (unsigned int i = 0; i < steps; i++)
		script[i] = draw_step(s);
	put_ccw(s, 0, TESTDEV_SCRIPT, ARCH_CCW_CC, (uint16_t)(steps * sizeof(*script)), SCRIPT);
	for (unsigned int i = 1; i < count; i++) {
		if (i < count - 1 && chance(s, 6))
			draw_tic(s, i, count);
		else
			draw_ccw(s, i, i == count - 1, &before);
	}
	s->programs++;
	s->commands += count;
}

/* Running one */

static uint32_t control_of(const struct arch_irb *irb)
{
	return arch_get32(irb->scsw.control);
}

static bool is_final(const struct arch_irb *irb)
{
	const uint32_t ends = ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY;
	const uint32_t stops = ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR;
	uint32_t control = control_of(irb);

	if (control & stops)
		return !(control & ARCH_SCSW_SC_INTERMEDIATE) || (control & ends);
	return (control & ARCH_SCSW_FC_START) && (control & ends);
}

/* What every IRB of a program keeps to. */
static void check_irb(struct stress *s, const struct arch_irb *irb)
{
	uint32_t control = control_of(irb), address = arch_get32(irb->scsw.ccw_address);
	bool inside = address > PROGRAM && address <= PROGRAM + 8 * (CCWS + 2);

	STRESS_EXPECT(s, control & ARCH_SCSW_SC_PENDING, "an IRB without status: %08x", control);
	if (!(control & ARCH_SCSW_FC_START) || (control & ARCH_SCSW_FC_HALT) ||
	    (control & ARCH_SCSW_DEFERRED_CC))
		return;
	STRESS_EXPECT(s, inside && address % 8 == 0,
		      "a CCW address outside of the program: %08x, status %08x", address, control);
}

static void take(struct stress *s, struct arch_irb *irb)
{
	int result = client_wait_irb(s->client, irb, PATIENCE);

	STRESS_EXPECT(s, !result, "no interrupt: %s", strerror(-result));
	check_irb(s, irb);
}

static void start(struct stress *s, uint32_t prefetch)
{
	uint32_t control = (arch_get32(s->orb.control) & ~ARCH_ORB_PREFETCH) | prefetch;
	long result;

	s->orb.control = arch_put32(control);
	result = client_start(s->client, &s->orb);
	STRESS_EXPECT(s, result == (long)CLIENT_IO_SIZE, "START: %s",
		      result < 0 ? strerror((int)-result) : "cut short");
}

/*
 * A program that goes round for ever, or a device that holds it, is halted after a while. HALT may
 * come when it has just ended by itself: then each has an IRB of its own.
 */
static struct ending finish(struct stress *s)
{
	uint64_t patient = client_now() + PATIENT, end = client_now() + 3 * PATIENCE;
	struct ending ending = {.stopped = false};
	struct arch_irb other; /* of the HALT, and of a device that owed its end */
	bool halt_owed = false;
	long result;

	while (client_now() < end) {
		result = ending.stopped ? 0 : client_wait(s->client, CLIENT_IRQ_IO, PATIENT);
		if (result == -ETIMEDOUT || client_now() > patient + PATIENT) {
			result = client_halt(s->client);
			STRESS_EXPECT(s, result == (long)CLIENT_COMMAND_SIZE || result == -EBUSY,
				      "HALT: %s", strerror((int)-result));
			ending.stopped = true;
			halt_owed |= result > 0;
			s->halted++;
			patient = client_now() + PATIENCE;
			continue;
		}
		if (ending.stopped)
			take(s, &ending.irb);
		else if (client_read_irb(s->client, &ending.irb) == 0)
			check_irb(s, &ending.irb);
		halt_owed &= !(control_of(&ending.irb) & ARCH_SCSW_FC_HALT);
		if (!is_final(&ending.irb))
			continue;
		while (halt_owed) {
			take(s, &other);
			halt_owed = !(control_of(&other) & ARCH_SCSW_FC_HALT);
		}
		return ending;
	}
	STRESS_EXPECT(s, false, "%s", "the program does not end, not even by HALT");
	return ending;
}

static bool device_goes_on(const struct ending *ending)
{
	return (control_of(&ending->irb) & ARCH_SCSW_AC_DEVICE) &&
	       !(control_of(&ending->irb) & ARCH_SCSW_SC_SECONDARY);
}

/* Channel end alone: device end comes, unless a check of the channel hid that it was owed. */
static void wait_for_device(struct stress *s, struct ending *ending)
{
	if (!ending->stopped && device_goes_on(ending))
		take(s, &ending->late);
}

static void forget(struct stress *s)
{
	const struct arch_orb orb = client_orb(USUAL, FORGET);
	struct arch_irb irb;
	long result;

	client_put_ccw(s->client, FORGET, TESTDEV_FORGET, ARCH_CCW_SLI, 1, DATA);
	result = client_start(s->client, &orb);
	STRESS_EXPECT(s, result == (long)CLIENT_IO_SIZE, "START after a program: %s",
		      result < 0 ? strerror((int)-result) : "cut short");
	result = client_wait_irb(s->client, &irb, PATIENCE);
	STRESS_EXPECT(s, !result, "no interrupt after a program: %s", strerror((int)-result));
	STRESS_EXPECT(s, irb.scsw.device_status == CE_DE,
		      "the next program: control %08x, device status %02x", control_of(&irb),
		      irb.scsw.device_status);
}

static struct ending run(struct stress *s, uint32_t prefetch)
{
	struct ending ending;

	start(s, prefetch);
	ending = finish(s);
	wait_for_device(s, &ending);
	forget(s);
	return ending;
}

/* Cases */

/*
 * PCI is shown whenever there is time for it; what the ORB said is no result; the residual count
 * after a program check is unpredictable.
 */
static struct arch_irb without_chance(const struct arch_irb *irb)
{
	struct arch_irb same = *irb;

	same.scsw.control = arch_put32(control_of(irb) & ~ARCH_SCSW_PREFETCH);
	same.scsw.subchannel_status &= (uint8_t)~ARCH_SS_PCI;
	if (same.scsw.subchannel_status & ARCH_SS_PROGRAM_CHECK)
		same.scsw.residual_count = arch_put16(0);
	return same;
}

static void compare_irbs(struct stress *s, const struct arch_irb *one, const struct arch_irb *two)
{
	const struct arch_irb a = without_chance(one), b = without_chance(two);

	STRESS_EXPECT(s, memcmp(&a, &b, sizeof(a)) == 0,
		      "with prefetch %08x %08x %02x %02x %04x, without %08x %08x %02x %02x %04x",
		      control_of(&a), arch_get32(a.scsw.ccw_address), a.scsw.device_status,
		      a.scsw.subchannel_status, arch_get16(a.scsw.residual_count), control_of(&b),
		      arch_get32(b.scsw.ccw_address), b.scsw.device_status,
		      b.scsw.subchannel_status, arch_get16(b.scsw.residual_count));
}

static void compare_memory(struct stress *s, const uint8_t *memory)
{
	for (uint32_t i = 0; i < AREA; i++)
		STRESS_EXPECT(s, memory[i] == s->after[i],
			      "byte %08x is %02x with prefetch, %02x without", CLIENT_MEMORY + i,
			      s->after[i], memory[i]);
}

/* Twice from the same beginning: translated, and as it stands in storage. */
static void run_both_ways(struct stress *s)
{
	uint8_t *memory = client_at(s->client, CLIENT_MEMORY);
	struct ending one, two;

	client_put_ccw(s->client, FORGET, TESTDEV_FORGET, ARCH_CCW_SLI, 1, DATA);
	memcpy(s->before, memory, AREA);
	one = run(s, ARCH_ORB_PREFETCH);
	memcpy(s->after, memory, AREA);
	memcpy(memory, s->before, AREA);
	two = run(s, 0);
	if (one.stopped || two.stopped)
		return;
	compare_irbs(s, &one.irb, &two.irb);
	compare_irbs(s, &one.late, &two.late);
	if (memcmp(memory, s->after, AREA) != 0)
		compare_memory(s, memory);
	s->checked++;
}

/* Something happens at some moment; the program then ends by it, or as it would have. */
static bool disturb(struct stress *s)
{
	long result = 0;

	switch (draw(s, 4)) {
	case 0:
		result = client_halt(s->client);
		break;
	case 1:
		result = client_clear(s->client);
		break;
	case 2:
		result = client_reset(s->client);
		STRESS_EXPECT(s, !result, "reset: %s", strerror((int)-result));
		return true;
	case 3:
		result = client_unmap(s->client, CLIENT_MEMORY, CLIENT_MEMORY_SIZE);
		STRESS_EXPECT(s, !result, "unmap: %s", strerror((int)-result));
		result = client_map_memory(s->client);
		STRESS_EXPECT(s, !result, "map: %s", strerror((int)-result));
		return false;
	}
	STRESS_EXPECT(s, result == (long)CLIENT_COMMAND_SIZE || result == -EBUSY,
		      "HALT or CLEAR: %s", strerror((int)-result));
	return false;
}

static bool is_idle(struct stress *s)
{
	struct arch_schib schib;

	STRESS_EXPECT(s, client_read_schib(s->client, &schib) == 0, "%s", "no SCHIB");
	return !(control_of((const struct arch_irb *)&schib.scsw) & (ARCH_SCSW_FC | ARCH_SCSW_AC));
}

/* Reads all there is until the subchannel is idle; what does not end is halted. */
static void settle(struct stress *s)
{
	uint64_t end = client_now() + PATIENCE, halt_at = client_now() + PATIENT;
	struct arch_irb irb;

	for (;;) {
		if (client_wait_irb(s->client, &irb, 1) == 0)
			continue;
		/* The IRB that made it idle may have come since. */
		if (is_idle(s) && client_wait_irb(s->client, &irb, 0) == -ETIMEDOUT)
			return;
		STRESS_EXPECT(s, client_now() < end, "%s", "stuck: the subchannel is not idle");
		if (client_now() < halt_at)
			continue;
		client_halt(s->client);
		halt_at = client_now() + PATIENT;
	}
}

static void run_disturbed(struct stress *s)
{
	start(s, chance(s, 50) ? ARCH_ORB_PREFETCH : 0);
	client_sleep(draw(s, 2));
	disturb(s);
	if (chance(s, 30))
		disturb(s);
	s->disturbed++;
	settle(s);
	forget(s);
}

static void rounds(struct exerciser *x, bool moments, void (*one)(struct stress *s))
{
	uint64_t end = client_now() + exerciser_seconds(x) * 1000ull;
	static struct stress s; /* too large for the stack; the case has a process to itself */

	s = (struct stress){.x = x, .client = exerciser_client(x), .moments = moments};
	for (; client_now() < end; s.round++) {
		s.random = (x->options->seed + s.round) * 0xD1B54A32D192ED03ull;
		draw_program(&s);
		one(&s);
		STRESS_EXPECT(&s, client_memory_is_intact(s.client), "%s",
			      "the device stored outside of what is mapped");
		if (s.round % 500 == 0)
			exerciser_progress(x, "%llu programs", (unsigned long long)s.programs);
	}
	exerciser_note(x,
		       "%llu programs of %llu CCWs from seed %llu: %llu compared, %llu disturbed, "
		       "%llu times a program had to be halted",
		       (unsigned long long)s.programs, (unsigned long long)s.commands,
		       (unsigned long long)x->options->seed, (unsigned long long)s.checked,
		       (unsigned long long)s.disturbed, (unsigned long long)s.halted);
}

static void programs(struct exerciser *x)
{
	rounds(x, false, run_both_ways);
}

static void moments(struct exerciser *x)
{
	rounds(x, true, run_disturbed);
}

#define NEEDS (EXERCISER_TEST_DEVICE | EXERCISER_CHANNEL | EXERCISER_TIMED)

static const struct exerciser_case cases[] = {
	{"stress.programs",
	 "random programs do with prefetch what they do without, and end with the same status",
	 "D4 D8 D13 D16 T43 T45", "channel-io 6 to 10", programs, NULL, NEEDS, 60},
	{"stress.moments",
	 "random programs, halted, cleared, reset and unmapped at random moments, leave nothing",
	 "D6 D8 D15 T11", "vfio-ccw-interface 12.2", moments, NULL, NEEDS | EXERCISER_LAST, 60},
};

static const struct exerciser_table table = EXERCISER_TABLE(cases);
const struct exerciser_table *const stress_tables[] = {&table, NULL};
