/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the core costs, in process: the real driver, channel subsystem and executor, with a device
 * that does as little as a device can. The client's thread writes a START to the I/O region, helps,
 * and reads the IRB. All figures are medians of many short batches; the batches of the different
 * measures take turns, so that a slow moment of the machine meets all of them alike.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "machine/adapters.h"

#define BATCHES	      301
#define WARM_UP	      30
#define CHAIN	      190 /* the longest program of Linux' DASD driver */
#define READ_SIZE     16
#define MEMORY_SIZE   0x100000u
#define DATA	      0x80000u /* guest address of the data area */
#define NOP_WANT      1000.0   /* nanoseconds */
#define CCW_WANT      50.0
#define IRB_TRIES_MAX 10000000u

/* The device: every command ends well at once, a read stores 16 bytes. */

static enum css_result device_command(void *device, struct css_subchannel *subchannel,
				      struct css_command *command)
{
	static const uint8_t data[READ_SIZE] = "0123456789abcde";

	if (arch_command_stores(command->code))
		css_window_put(command->window, data, sizeof(data));
	command->status = ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END;
	return CSS_DONE;
}

static void device_begin(void *device, struct css_subchannel *subchannel)
{
}

static void device_end(void *device, struct css_subchannel *subchannel)
{
}

static void device_cancel(void *device, struct css_subchannel *subchannel)
{
}

static void device_take_sense(void *device, struct css_subchannel *subchannel,
			      uint8_t sense[ARCH_SENSE_BYTES])
{
	memset(sense, 0, ARCH_SENSE_BYTES);
}

static void device_reset(void *device, struct css_subchannel *subchannel, enum css_reset_kind kind)
{
}

static const struct css_control_unit_ops device_ops = {
	.size = sizeof(device_ops),
	.name = "bench",
	.begin = device_begin,
	.end = device_end,
	.command = device_command,
	.cancel = device_cancel,
	.take_sense = device_take_sense,
	.reset = device_reset,
};

/* The client */

struct client {
	uint8_t *memory;
	struct css_executor *executor;
	struct css_storage *storage;
	struct machine_adapter *adapter;
	struct chanio_device *driver;
	int event;		 /* armed, or -1 */
	uint64_t repeated_reads; /* the IRB was not there at once */
};

/* A program of `count` equal CCWs at `address`. */
struct program {
	uint32_t address;
	unsigned int count;
	bool live; /* prefetch not allowed: run from guest memory */
};

_Noreturn static void fail(const char *what, long result)
{
	fprintf(stderr, "bench-core: %s: %s\n", what,
		result < 0 ? strerror((int)-result) : "unexpected result");
	exit(1);
}

static void check(const char *what, long result)
{
	if (result < 0)
		fail(what, result);
}

static void client_create(struct client *client)
{
	struct machine_adapter_config config = {
		.device_number = 0x0120,
		.chpid = {0x80},
		.path_installed = 0x80,
		.device_ops = &device_ops,
	};

	memset(client, 0, sizeof(*client));
	client->event = -1;
	client->memory = aligned_alloc(4096, MEMORY_SIZE);
	if (!client->memory)
		fail("memory", -ENOMEM);
	memset(client->memory, 0, MEMORY_SIZE);
	check("executor", css_executor_create_threads(&client->executor));
	check("storage", css_storage_create(&client->storage));
	check("map", css_storage_map(client->storage, 0, MEMORY_SIZE, client->memory, true, true));
	config.executor = client->executor;
	config.storage = client->storage;
	check("adapter", machine_adapter_create(&config, &client->adapter));
	client->driver = machine_adapter_driver(client->adapter);
	machine_adapter_set_help(client->adapter, true);
	check("open", chanio_device_open(client->driver));
}

static void client_destroy(struct client *client)
{
	chanio_device_close(client->driver);
	machine_adapter_destroy(client->adapter);
	css_storage_destroy(client->storage);
	css_executor_destroy(client->executor);
	free(client->memory);
}

static void client_arm(struct client *client)
{
	void *event;

	client->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	event = machine_event_create(client->event);
	if (!event)
		fail("event", -errno);
	check("arm", chanio_device_set_event(client->driver, CHANIO_IRQ_IO, event));
}

static void client_disarm(struct client *client)
{
	check("disarm", chanio_device_set_event(client->driver, CHANIO_IRQ_IO, NULL));
	close(client->event);
	client->event = -1;
}

static struct program make_program(struct client *client, uint32_t address, uint8_t command,
				   unsigned int count, bool live)
{
	struct arch_ccw1 *ccw = (struct arch_ccw1 *)(client->memory + address);
	uint16_t size = command == ARCH_CCW_NOP ? 4096 : READ_SIZE;

	for (unsigned int i = 0; i < count; i++) {
		ccw[i].command = command;
		ccw[i].flags = ARCH_CCW_SLI | (i + 1 < count ? ARCH_CCW_CC : 0);
		ccw[i].count = arch_put16(size);
		ccw[i].address = arch_put32(DATA + i * READ_SIZE);
	}
	return (struct program){address, count, live};
}

/* The client's eventfd, as a main loop would: one read that takes the count. */
static void take_event(struct client *client)
{
	uint64_t count;

	while (read(client->event, &count, sizeof(count)) != sizeof(count)) {
		if (errno != EAGAIN)
			fail("eventfd", -errno);
		sched_yield();
	}
}

/* START, help, IRB read and looked at. */
static void run(struct client *client, const struct program *program)
{
	struct chanio_io_region region = {
		.orb = {.control = arch_put32(ARCH_ORB_FORMAT_1 | ARCH_ORB_FORMAT_2_IDAW |
					      (program->live ? 0 : ARCH_ORB_PREFETCH) |
					      0x80u << ARCH_ORB_LPM_SHIFT),
			.program_address = arch_put32(program->address)},
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};
	uint32_t end = program->address + program->count * (uint32_t)sizeof(struct arch_ccw1);
	struct arch_scsw scsw;
	long result = chanio_device_write(client->driver, 0, &region, sizeof(region));

	machine_adapter_help(client->adapter);
	check("START", result);
	if (client->event >= 0)
		take_event(client);
	for (unsigned int tries = 0; tries < IRB_TRIES_MAX; tries++) {
		check("IRB", chanio_device_read(client->driver, 0, &region, sizeof(region)));
		memcpy(&scsw, region.irb, sizeof(scsw));
		if (arch_get32(scsw.ccw_address) == end) {
			if (scsw.device_status != (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END) ||
			    scsw.subchannel_status)
				fail("status of the program", 0);
			return;
		}
		client->repeated_reads++;
		sched_yield();
	}
	fail("no IRB", 0);
}

/* Measures */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/*
 * One measure: a batch runs its two programs alternately, because an IRB is told from the one
 * before by its CCW address.
 */
struct measure {
	struct program program[2];
	unsigned int runs; /* in a batch */
	bool armed;
	double result[BATCHES]; /* nanoseconds a run */
};

static double run_batch(struct client *client, const struct measure *measure)
{
	double begin;

	if (measure->armed)
		client_arm(client);
	begin = now();
	for (unsigned int i = 0; i < measure->runs; i++)
		run(client, &measure->program[i & 1]);
	begin = now() - begin;
	if (measure->armed)
		client_disarm(client);
	return begin / measure->runs;
}

/* The peer of the eventfd's cost: one write and one read of a plain eventfd. */
static double eventfd_batch(int event, unsigned int runs)
{
	uint64_t one = 1;
	double begin = now();

	for (unsigned int i = 0; i < runs; i++) {
		if (write(event, &one, sizeof(one)) != sizeof(one) ||
		    read(event, &one, sizeof(one)) != sizeof(one))
			fail("plain eventfd", -errno);
	}
	return (now() - begin) / runs;
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static double median(double *values)
{
	qsort(values, BATCHES, sizeof(*values), compare);
	return values[BATCHES / 2];
}

/* Stays on one CPU, the last it may use; a machine that refuses is measured all the same. */
static void pin_to_cpu(void)
{
	cpu_set_t set, one;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return;
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			printf("note core on CPU %d\n", cpu);
		return;
	}
}

static void bar(const char *name, double ours, double want)
{
	printf("bar %s ours=%.0fns peer=- ratio=- want=<=%.0fns %s\n", name, ours, want,
	       ours <= want ? "ok" : "short");
}

enum { NOP, NOP_EVENT, NOPS, READ, READS, LIVE_NOP, LIVE_NOPS, MEASURES };

static void make_measures(struct client *client, struct measure *measures)
{
	static const struct {
		uint8_t command;
		unsigned int count, runs;
		bool live, armed;
	} table[MEASURES] = {
		[NOP] = {ARCH_CCW_NOP, 1, 64, false, false},
		[NOP_EVENT] = {ARCH_CCW_NOP, 1, 64, false, true},
		[NOPS] = {ARCH_CCW_NOP, CHAIN, 16, false, false},
		[READ] = {0x02, 1, 64, false, false},
		[READS] = {0x02, CHAIN, 16, false, false},
		[LIVE_NOP] = {ARCH_CCW_NOP, 1, 64, true, false},
		[LIVE_NOPS] = {ARCH_CCW_NOP, CHAIN, 16, true, false},
	};
	uint32_t at = 0x1000;

	for (int i = 0; i < MEASURES; i++) {
		measures[i].runs = table[i].runs;
		measures[i].armed = table[i].armed;
		for (int p = 0; p < 2; p++, at += 0x1000)
			measures[i].program[p] = make_program(client, at, table[i].command,
							      table[i].count, table[i].live);
	}
}

static void run_all(struct client *client, struct measure *measures, double *plain)
{
	int event = eventfd(0, EFD_CLOEXEC);

	if (event < 0)
		fail("eventfd", -errno);
	for (int batch = -WARM_UP; batch < BATCHES; batch++) {
		int at = batch < 0 ? 0 : batch;

		for (int i = 0; i < MEASURES; i++)
			measures[i].result[at] = run_batch(client, &measures[i]);
		plain[at] = eventfd_batch(event, 64);
	}
	close(event);
}

static double slope(const double *cost, int one, int many)
{
	return (cost[many] - cost[one]) / (CHAIN - 1);
}

int main(void)
{
	static struct measure measures[MEASURES];
	static double plain[BATCHES];
	double cost[MEASURES];
	struct client client;

	pin_to_cpu();
	client_create(&client);
	make_measures(&client, measures);
	run_all(&client, measures, plain);
	for (int i = 0; i < MEASURES; i++)
		cost[i] = median(measures[i].result);

	bar("core-nop", cost[NOP], NOP_WANT);
	bar("core-ccw-nop", slope(cost, NOP, NOPS), CCW_WANT);
	bar("core-ccw-read", slope(cost, READ, READS), CCW_WANT);
	bar("core-ccw-live", slope(cost, LIVE_NOP, LIVE_NOPS), CCW_WANT);
	printf("note core eventfd: ours=%.0fns plain write and read=%.0fns\n",
	       cost[NOP_EVENT] - cost[NOP], median(plain));
	printf("note core one read of 16 bytes: %.0fns; a NOP run live: %.0fns\n", cost[READ],
	       cost[LIVE_NOP]);
	printf("note core IRB reads repeated: %llu\n", (unsigned long long)client.repeated_reads);
	client_destroy(&client);
	return 0; /* a short bar is in the lines; the caller judges */
}
