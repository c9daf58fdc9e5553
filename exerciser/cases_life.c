/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Reset, close, DMA unmap over live programs; paths, channel reports, the device that is gone. */
#include "exerciser/conformance.h"

#include <unistd.h>

#define CC	  ARCH_CCW_CC
#define TAKEN	  ((long)CLIENT_COMMAND_SIZE)
#define SOON	  20000u /* microseconds */
#define BOUND	  3000u	 /* milliseconds for what may take a while */
#define ELSEWHERE 0x40000000u
#define RACES	  3000 /* resets against completions */

static arch_be32 microseconds(uint32_t value)
{
	return arch_put32(value);
}

/* Programs that do not end by themselves; a kind is a case's parameter. */
enum endless { HELD, LOOP, SUSPENDED_THERE, OWING, LIVE_LOOP };

static struct arch_orb put_endless(struct exerciser *x, enum endless kind)
{
	struct testdev_step step = {.operation = TESTDEV_HOLD};
	struct program program = program_at(x, PROGRAM);
	uint32_t control = ORB_USUAL;

	switch (kind) {
	case HELD:
		program = scripted(x, &step);
		add_nop(&program, 0);
		break;
	case LIVE_LOOP:
		control &= ~ARCH_ORB_PREFETCH;
		__attribute__((fallthrough));
	case LOOP:
		add_nop(&program, CC);
		add_ccw(&program, ARCH_CCW_TIC, 0, 0, PROGRAM);
		break;
	case SUSPENDED_THERE:
		control |= ARCH_ORB_SUSPEND | ARCH_ORB_SUPPRESS_SUSPEND;
		add_nop(&program, ARCH_CCW_SUSPEND);
		break;
	case OWING:
		step = (struct testdev_step){
			.operation = TESTDEV_DO,
			.status = ARCH_DS_CHANNEL_END,
		};
		program = scripted(x, &step);
		add_nop(&program, CC);
		add_nop(&program, 0);
		break;
	}
	return client_orb(control, PROGRAM);
}

static enum endless kind_of(struct exerciser *x)
{
	return *(const enum endless *)exerciser_case_of(x)->with;
}

static void start_endless(struct exerciser *x)
{
	const struct arch_orb orb = put_endless(x, kind_of(x));

	start(x, &orb);
	client_sleep(2);
}

/* Reset */

static void reset_idle(struct exerciser *x)
{
	EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), 0);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_usable(x);
}

static void reset_pending(struct exerciser *x)
{
	uint64_t begin;

	start_endless(x);
	begin = client_now();
	EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), 0);
	EXPECT(x, client_now() - begin < BOUND, "RESET took %llu ms",
	       (unsigned long long)(client_now() - begin));
	expect_quiet(x, CLIENT_IRQ_IO);
	forget(x);
	expect_usable(x);
}

static void reset_clears_irb(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const uint8_t zeros[sizeof(struct arch_irb)] = {0};
	struct arch_irb irb;

	expect_usable(x);
	EXPECT_RESULT(x, "RESET", client_reset(client), 0);
	EXPECT_RESULT(x, "read", client_read_irb(client, &irb), 0);
	exerciser_expect_bytes(x, "the IRB area after RESET", &irb, zeros, sizeof(zeros));
}

static void reset_drops_unread(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	add_nop(&program, 0);
	start(x, &orb);
	EXPECT(x, client_wait(client, CLIENT_IRQ_IO, PATIENCE) > 0, "no interrupt");
	EXPECT_RESULT(x, "RESET", client_reset(client), 0);
	EXPECT_RESULT(x, "read", client_read_irb(client, &irb), 0);
	EXPECT_EQUAL(x, "status after RESET", arch_get32(irb.scsw.control) & ARCH_SCSW_SC, 0);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_usable(x);
}

static void reset_keeps_events(struct exerciser *x)
{
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.count = 1,
	};

	EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), 0);
	for (uint32_t irq = 0; irq < CLIENT_IRQS; irq++) {
		struct vfio_irq_set one = set;

		one.index = irq;
		EXPECT_RESULT(x, "trigger", client_set_irqs(exerciser_client(x), &one, NULL, 0), 0);
		EXPECT_RESULT(x, "signals", client_wait(exerciser_client(x), irq, PATIENCE), 1);
	}
}

static void reset_many(struct exerciser *x)
{
	for (int i = 0; i < 50; i++)
		EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), 0);
	expect_usable(x);
}

/* RESET meets the program at every moment of its end. */
static void reset_race(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	uint64_t random = exerciser_seed(x) | 1;

	add_nop(&program, 0);
	for (int i = 0; i < RACES; i++) {
		long result;

		/* A driver may be busy with the last round's interrupt. */
		do
			result = client_start(client, &orb);
		while (result == -EAGAIN);
		EXPECT(x, result == ACCEPTED, "START in round %d: %s", i,
		       result < 0 ? strerrorname_np((int)-result) : "short");
		random = random * 6364136223846793005ull + 1442695040888963407ull;
		for (volatile unsigned int spin = (unsigned int)(random >> 52); spin; spin--)
			;
		result = client_reset(client);
		EXPECT(x, result == 0, "RESET in round %d: %s", i, strerrorname_np((int)-result));
	}
	(void)client_wait(client, CLIENT_IRQ_IO, 0);
	expect_usable(x);
}

/* Close and open */

static void reopen(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	client_close_device(client);
	EXPECT_RESULT(x, "opening again", client_open_device(client), 0);
}

static void arm_all(struct exerciser *x)
{
	for (int irq = 0; irq < CLIENT_IRQS; irq++)
		EXPECT_RESULT(x, "arming", client_arm(exerciser_client(x), irq), 0);
}

static void reopen_usable(struct exerciser *x)
{
	for (int i = 0; i < 10; i++) {
		expect_usable(x);
		reopen(x);
		arm_all(x);
	}
	expect_usable(x);
}

static void close_pending(struct exerciser *x)
{
	uint64_t begin;

	start_endless(x);
	begin = client_now();
	reopen(x);
	EXPECT(x, client_now() - begin < BOUND, "closing took %llu ms",
	       (unsigned long long)(client_now() - begin));
	arm_all(x);
	expect_quiet(x, CLIENT_IRQ_IO);
	forget(x);
	expect_usable(x);
}

static void reopen_region(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const uint8_t zeros[CLIENT_IO_SIZE] = {0};
	uint8_t shown[CLIENT_IO_SIZE];

	expect_usable(x);
	reopen(x);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, shown, sizeof(shown)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the region at the next open", shown, zeros, sizeof(shown));
}

static void reopen_unread(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, 0);
	start(x, &orb);
	EXPECT(x, client_wait(client, CLIENT_IRQ_IO, PATIENCE) > 0, "no interrupt");
	reopen(x);
	arm_all(x);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_usable(x);
}

static void reopen_events(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	int old = client->event[CLIENT_IRQ_IO];
	uint64_t count;

	client->event[CLIENT_IRQ_IO] = -1;
	reopen(x);
	add_nop(&program, 0);
	start(x, &orb);
	client_sleep(QUIET);
	EXPECT(x, read(old, &count, sizeof(count)) < 0,
	       "the event of the last owner was signalled");
	close(old);
}

static void reopen_attention(struct exerciser *x)
{
	const struct testdev_step step = {
		.operation = TESTDEV_UNSOLICITED,
		.status = ARCH_DS_ATTENTION,
		.delay = microseconds(SOON),
	};
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	put_step(x, 0, &step);
	add_ccw(&program, TESTDEV_KEEP_SCRIPT, 0, sizeof(step), SCRIPT);
	irb = run_program(x);
	expect_normal(x, &irb, PROGRAM);
	client_close_device(exerciser_client(x));
	client_sleep(SOON / 1000 + QUIET);
	EXPECT_RESULT(x, "opening again", client_open_device(exerciser_client(x)), 0);
	arm_all(x);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_usable(x);
}

/* DMA unmap */

/* The device holds a command whose data is in the mapping at ELSEWHERE. */
static void start_with_data_elsewhere(struct exerciser *x, uint32_t clear)
{
	const struct testdev_step hold = {.operation = TESTDEV_HOLD};
	const struct arch_orb orb = client_orb(ORB_USUAL & ~clear, PROGRAM);
	struct client *client = exerciser_client(x);
	struct program program = scripted(x, &hold);

	EXPECT_RESULT(x, "MAP_DMA",
		      client_map(client, ELSEWHERE, client_at(client, DATA), CLIENT_PAGE), 0);
	add_ccw(&program, ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 256, ELSEWHERE);
	start(x, &orb);
	client_sleep(2);
}

static void unmap_idle(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	expect_usable(x);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, CLIENT_MEMORY, CLIENT_MEMORY_SIZE), 0);
	expect_quiet(x, CLIENT_IRQ_IO);
	EXPECT_RESULT(x, "MAP_DMA", client_map_memory(client), 0);
	expect_usable(x);
}

static void unmap_data(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct arch_irb irb;

	start_with_data_elsewhere(x, 0);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, ELSEWHERE, CLIENT_PAGE), 0);
	irb = next_irb(x);
	EXPECT(x, arch_get32(irb.scsw.control) & (ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR),
	       "expected the end of the program by halt or clear, got %08x",
	       arch_get32(irb.scsw.control));
	forget(x);
	expect_usable(x);
}

static void unmap_nothing_stored_after(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct testdev_step late = {
		.operation = TESTDEV_DO,
		.flags = TESTDEV_DATA_LATE,
		.delay = microseconds(20000),
	};
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = scripted(x, &late);
	const uint8_t *page = client_at(client, DATA);

	EXPECT_RESULT(x, "MAP_DMA",
		      client_map(client, ELSEWHERE, client_at(client, DATA), CLIENT_PAGE), 0);
	add_ccw(&program, ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 256, ELSEWHERE);
	start(x, &orb);
	client_sleep(2);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, ELSEWHERE, CLIENT_PAGE), 0);
	fill(x, DATA, CLIENT_PAGE);
	client_sleep(40);
	for (size_t i = 0; i < CLIENT_PAGE; i++)
		EXPECT(x, page[i] == FILL, "byte %zu was stored after the page was unmapped", i);
}

static void unmap_other(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb again = client_orb(ORB_USUAL, PROGRAM);

	start_with_data_elsewhere(x, 0);
	EXPECT_RESULT(
		x, "MAP_DMA",
		client_map(client, ELSEWHERE + CLIENT_PAGE, client_at(client, DATA), CLIENT_PAGE),
		0);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, ELSEWHERE + CLIENT_PAGE, CLIENT_PAGE),
		      0);
	expect_quiet(x, CLIENT_IRQ_IO);
	EXPECT_RESULT(x, "START", client_start(client, &again), -EBUSY);
	EXPECT_RESULT(x, "CLEAR", client_clear(client), TAKEN);
	(void)next_irb(x);
	forget(x);
}

/* The IRB of a program that was ended, if the driver tells of it. */
static void take_end(struct exerciser *x)
{
	struct arch_irb irb;

	(void)client_wait_irb(exerciser_client(x), &irb, QUIET);
}

static void unmap_everything(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	start_with_data_elsewhere(x, 0);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, 0, ELSEWHERE + CLIENT_PAGE), 0);
	take_end(x);
	EXPECT_RESULT(x, "MAP_DMA", client_map_memory(client), 0);
	forget(x);
	expect_usable(x);
}

static void unmap_program(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	start_with_data_elsewhere(x, ARCH_ORB_PREFETCH);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, CLIENT_MEMORY, CLIENT_MEMORY_SIZE), 0);
	take_end(x);
	EXPECT_RESULT(x, "MAP_DMA", client_map_memory(client), 0);
	forget(x);
	expect_usable(x);
}

static void unmapped_is_refused(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	EXPECT_RESULT(x, "MAP_DMA",
		      client_map(client, ELSEWHERE, client_at(client, DATA), CLIENT_PAGE), 0);
	add_ccw(&program, ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 256, ELSEWHERE);
	start(x, &orb);
	irb = next_irb(x);
	EXPECT_EQUAL(x, "subchannel status", irb.scsw.subchannel_status, 0);
	EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, ELSEWHERE, CLIENT_PAGE), 0);
	start(x, &orb);
	irb = next_irb(x);
	expect_program_check(x, &irb, PROGRAM);
}

/* Events of the machine: a program that makes the device do them. */

static uint8_t installed_paths(struct exerciser *x)
{
	struct arch_schib schib;

	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(exerciser_client(x), &schib), 0);
	return schib.pmcw.pim;
}

static void event(struct exerciser *x, enum testdev_operation operation, uint8_t paths,
		  uint32_t value)
{
	const struct testdev_step step = {
		.operation = (uint8_t)operation,
		.paths = paths,
		.delay = microseconds(SOON),
		.value = arch_put32(value),
	};

	keep_steps(x, &step, 1);
}

static uint32_t crw_word(const struct arch_crw *crw)
{
	return (uint32_t)arch_get16(crw->flags) << 16 | arch_get16(crw->source_id);
}

static uint32_t next_crw(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct arch_crw crw;

	EXPECT(x, client_wait(client, CLIENT_IRQ_CRW, PATIENCE) > 0, "no CRW interrupt");
	EXPECT_RESULT(x, "read of the CRW", client_read_crw(client, &crw), 0);
	return crw_word(&crw);
}

static uint32_t path_crw(struct exerciser *x, unsigned int recovery)
{
	struct arch_schib schib;

	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(exerciser_client(x), &schib), 0);
	return (uint32_t)ARCH_CRW_RSC_CHANNEL_PATH << 24 | recovery << 16 | schib.pmcw.chpid[0];
}

static void request(struct exerciser *x)
{
	event(x, TESTDEV_REQUEST, 0, 0);
	EXPECT(x, client_wait(exerciser_client(x), CLIENT_IRQ_REQ, PATIENCE) > 0,
	       "no REQ interrupt");
	expect_usable(x);
}

static void path_lost_and_back(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	uint8_t paths = installed_paths(x);
	const struct testdev_step steps[] = {
		{.operation = TESTDEV_PATH_LOST, .paths = paths, .delay = microseconds(SOON)},
		{.operation = TESTDEV_PATH_BACK, .paths = paths, .delay = microseconds(10 * SOON)},
	};
	struct program program;

	keep_steps(x, steps, 2);
	EXPECT_EQUAL(x, "CRW", next_crw(x), path_crw(x, ARCH_CRW_ERC_PERMANENT));
	program = program_at(x, PROGRAM);
	add_nop(&program, 0);
	EXPECT_RESULT(x, "START without a path", client_start(exerciser_client(x), &orb), -ENODEV);
	EXPECT_EQUAL(x, "CRW", next_crw(x), path_crw(x, ARCH_CRW_ERC_INITIALIZED));
	expect_usable(x);
}

static void path_lost_running(struct exerciser *x)
{
	uint8_t paths = installed_paths(x);
	const struct testdev_step steps[] = {
		{.operation = TESTDEV_PATH_LOST, .paths = paths, .delay = microseconds(SOON)},
		{.operation = TESTDEV_PATH_BACK, .paths = paths, .delay = microseconds(3 * SOON)},
		{.operation = TESTDEV_HOLD},
	};
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	for (unsigned int i = 0; i < 3; i++)
		put_step(x, i, &steps[i]);
	add_script(&program, 3);
	add_nop(&program, 0);
	start(x, &orb);
	irb = next_irb(x);
	EXPECT(x, arch_get32(irb.scsw.control) & ARCH_SCSW_SC_PENDING, "no status pending");
	EXPECT(x, client_wait(exerciser_client(x), CLIENT_IRQ_CRW, PATIENCE) > 0, "no CRW");
	client_sleep(4 * SOON / 1000);
	forget(x);
	expect_usable(x);
}

static void vary(struct exerciser *x)
{
	uint8_t paths = installed_paths(x);
	const struct testdev_step steps[] = {
		{.operation = TESTDEV_VARY_OFF, .paths = paths, .delay = microseconds(SOON)},
		{.operation = TESTDEV_VARY_ON, .paths = paths, .delay = microseconds(3 * SOON)},
	};

	keep_steps(x, steps, 2);
	client_sleep(5 * SOON / 1000);
	expect_quiet(x, CLIENT_IRQ_CRW);
	settle(x);
}

/* Channel reports that follow each other. */
static void put_path_reports(struct exerciser *x, unsigned int pairs)
{
	uint8_t paths = installed_paths(x);
	struct testdev_step steps[64];

	for (unsigned int i = 0; i < 2 * pairs; i++)
		steps[i] = (struct testdev_step){
			.operation = i % 2 ? TESTDEV_PATH_BACK : TESTDEV_PATH_LOST,
			.paths = paths,
			.delay = microseconds(SOON + 500 * i),
		};
	keep_steps(x, steps, 2 * pairs);
}

static void crws_in_order(struct exerciser *x)
{
	struct arch_crw crw;

	put_path_reports(x, 3);
	for (unsigned int i = 0; i < 6; i++)
		EXPECT_EQUAL(
			x, "CRW", next_crw(x),
			path_crw(x, i % 2 ? ARCH_CRW_ERC_INITIALIZED : ARCH_CRW_ERC_PERMANENT));
	/* The event may have been signalled for what was read already. */
	EXPECT_RESULT(x, "read of the CRW", client_read_crw(exerciser_client(x), &crw), 0);
	EXPECT_EQUAL(x, "CRW after the last", crw_word(&crw), 0);
}

static void crw_partly_read(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct arch_crw crw;
	uint8_t two[2];

	put_path_reports(x, 1);
	EXPECT(x, client_wait(client, CLIENT_IRQ_CRW, PATIENCE) > 0, "no CRW interrupt");
	EXPECT_RESULT(x, "read of two bytes", client_read(client, client->crw.offset, two, 2), 2);
	EXPECT_RESULT(x, "read of no byte", client_read(client, client->crw.offset, two, 0), 0);
	EXPECT_EQUAL(x, "first bytes", two[0] << 8 | two[1], 0x0406);
	EXPECT_RESULT(x, "read of the CRW", client_read_crw(client, &crw), 0);
	EXPECT_EQUAL(x, "CRW", crw_word(&crw), path_crw(x, ARCH_CRW_ERC_PERMANENT));
	EXPECT_EQUAL(x, "CRW", next_crw(x), path_crw(x, ARCH_CRW_ERC_INITIALIZED));
}

/* Until no more come. */
static void await_reports(struct exerciser *x)
{
	while (client_wait(exerciser_client(x), CLIENT_IRQ_CRW, SOON / 1000 + 2 * QUIET) > 0)
		;
}

static void crw_overflow(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	unsigned int read = 0, overflows = 0;
	struct arch_crw crw;

	put_path_reports(x, 12);
	await_reports(x);
	do {
		EXPECT_RESULT(x, "read of the CRW", client_read_crw(client, &crw), 0);
		overflows += (arch_get16(crw.flags) & ARCH_CRW_OVERFLOW) != 0;
		read += arch_get16(crw.flags) != 0;
	} while (arch_get16(crw.flags));
	EXPECT_EQUAL(x, "CRWs kept of 24", read, 16);
	(void)client_wait(client, CLIENT_IRQ_CRW, QUIET);
	put_path_reports(x, 1);
	overflows += (next_crw(x) & (uint32_t)ARCH_CRW_OVERFLOW << 16) != 0;
	EXPECT_EQUAL(x, "overflow bits", overflows, 1);
}

static void crws_do_not_survive(struct exerciser *x)
{
	struct arch_crw crw;

	put_path_reports(x, 2);
	await_reports(x);
	reopen(x);
	arm_all(x);
	expect_quiet(x, CLIENT_IRQ_CRW);
	EXPECT_RESULT(x, "read of the CRW", client_read_crw(exerciser_client(x), &crw), 0);
	EXPECT_EQUAL(x, "CRW of the last owner", arch_get16(crw.flags), 0);
}

static void report(struct exerciser *x)
{
	const uint32_t crw = (uint32_t)ARCH_CRW_RSC_CSS << 24;

	event(x, TESTDEV_REPORT, 0, crw);
	EXPECT_EQUAL(x, "CRW", next_crw(x), crw);
}

/* The device is gone */

static void remove_device(struct exerciser *x)
{
	event(x, TESTDEV_REMOVE, 0, 0);
	EXPECT(x, client_wait(exerciser_client(x), CLIENT_IRQ_REQ, PATIENCE) > 0,
	       "no REQ interrupt");
}

static void gone_start(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);

	remove_device(x);
	EXPECT_RESULT(x, "START", client_start(exerciser_client(x), &orb), -EACCES);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void gone_signal(struct exerciser *x)
{
	remove_device(x);
	EXPECT_RESULT(x, "HALT", client_halt(exerciser_client(x)), -EACCES);
	EXPECT_RESULT(x, "CLEAR", client_clear(exerciser_client(x)), -EACCES);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void gone_region(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, UNMAPPED);
	uint8_t before[CLIENT_IO_SIZE], after[CLIENT_IO_SIZE];

	remove_device(x);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, before, sizeof(before)),
		      ACCEPTED);
	EXPECT_RESULT(x, "START", client_start(client, &orb), -EACCES);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, after, sizeof(after)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the region after a refused START", after, before, sizeof(after));
}

static void gone_schib(struct exerciser *x)
{
	struct arch_schib schib;

	remove_device(x);
	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(exerciser_client(x), &schib),
		      -ENODEV);
}

static void gone_reset(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);

	remove_device(x);
	EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), -EINVAL);
	EXPECT_RESULT(x, "START", client_start(exerciser_client(x), &orb), -EACCES);
}

static void gone_info(struct exerciser *x)
{
	struct vfio_device_info info = {.argsz = sizeof(info)};

	remove_device(x);
	EXPECT_RESULT(x, "GET_INFO", client_ioctl(exerciser_client(x), VFIO_DEVICE_GET_INFO, &info),
		      0);
	EXPECT_RESULT(x, "disarming", client_set_event(exerciser_client(x), CLIENT_IRQ_IO, -1), 0);
	EXPECT_RESULT(x, "UNMAP_DMA",
		      client_unmap(exerciser_client(x), CLIENT_MEMORY, CLIENT_MEMORY_SIZE), 0);
}

static void gone_running(struct exerciser *x)
{
	const struct testdev_step steps[] = {
		{.operation = TESTDEV_REMOVE, .delay = microseconds(SOON)},
		{.operation = TESTDEV_HOLD},
	};
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);

	put_step(x, 0, &steps[0]);
	put_step(x, 1, &steps[1]);
	add_script(&program, 2);
	add_nop(&program, 0);
	start(x, &orb);
	EXPECT(x, client_wait(exerciser_client(x), CLIENT_IRQ_REQ, PATIENCE) > 0,
	       "no REQ interrupt");
	EXPECT_RESULT(x, "START", client_start(exerciser_client(x), &orb), -EACCES);
	EXPECT_RESULT(x, "UNMAP_DMA",
		      client_unmap(exerciser_client(x), CLIENT_MEMORY, CLIENT_MEMORY_SIZE), 0);
}

#define KIND(kind)                                                                                 \
	&(const enum endless)                                                                      \
	{                                                                                          \
		kind                                                                               \
	}
#define LIFE(name, text, number, need, how, linux, parameter)                                      \
	{                                                                                          \
		.id = name, .title = text, .shows = number, .needs = need, .run = how,             \
		.source = "vfio-ccw-interface 8", .deviations = linux, .with = parameter           \
	}
#define REMOVES	  (TESTDEV | EXERCISER_LAST)
#define NO_EVENT  LINUX("D15", "cancels the program without an interrupt", "")
#define EIO_THERE LINUX("T28", "EIO", "got EIO")

static const struct exerciser_case cases[] = {
	LIFE("reset.idle", "RESET of an idle device", "D15", 0, reset_idle, CONFORMS, NULL),
	LIFE("reset.held", "RESET ends a command that the device holds, without an interrupt",
	     "D15", TESTDEV | EXERCISER_DIRECT, reset_pending, CONFORMS, KIND(HELD)),
	LIFE("reset.loop", "RESET ends an endless program", "D15", TESTDEV | EXERCISER_DIRECT,
	     reset_pending, CONFORMS, KIND(LOOP)),
	LIFE("reset.live-loop", "RESET ends an endless program without prefetch", "D15",
	     TESTDEV | EXERCISER_DIRECT, reset_pending, CONFORMS, KIND(LIVE_LOOP)),
	LIFE("reset.suspended", "RESET ends a suspended program", "D15 11.6",
	     TESTDEV | EXERCISER_DIRECT, reset_pending, CONFORMS, KIND(SUSPENDED_THERE)),
	LIFE("reset.owing", "RESET ends a chain that waits for device end", "D15",
	     TESTDEV | EXERCISER_DIRECT, reset_pending, CONFORMS, KIND(OWING)),
	LIFE("reset.irb", "after RESET the IRB area is zero", "D15", 0, reset_clears_irb,
	     LINUX("vfio-ccw-interface 8.2", "keeps what was there", "after RESET"), NULL),
	LIFE("reset.unread", "an IRB that nobody read is gone after RESET", "D15", 0,
	     reset_drops_unread,
	     LINUX("vfio-ccw-interface 8.2", "keeps what was there", "after RESET"), NULL),
	LIFE("reset.events", "RESET keeps the eventfds", "D15", 0, reset_keeps_events, CONFORMS,
	     NULL),
	LIFE("reset.many", "RESET again and again", "D15", 0, reset_many, CONFORMS, NULL),

	LIFE("open.again", "closed and opened again the device works", "D15", 0, reopen_usable,
	     CONFORMS, NULL),
	LIFE("open.region", "the next owner's region is zero", "D15", 0, reopen_region,
	     LINUX("5.8", "shows the last owner's ORB and IRB", "the region at"), NULL),
	LIFE("open.unread", "an IRB that the last owner did not read is gone", "D15", 0,
	     reopen_unread, CONFORMS, NULL),
	LIFE("open.events", "the last owner's eventfd is signalled no more", "D15", 0,
	     reopen_events, LINUX("5.8", "signals it", "the event of the last owner"), NULL),
	LIFE("open.attention", "status that comes while nobody has the device is forgotten", "D15",
	     TESTDEV | EXERCISER_DIRECT, reopen_attention, CONFORMS, NULL),
	LIFE("close.held", "closing ends a command that the device holds", "D15",
	     TESTDEV | EXERCISER_DIRECT, close_pending, CONFORMS, KIND(HELD)),
	LIFE("close.loop", "closing ends an endless program", "D15", TESTDEV | EXERCISER_DIRECT,
	     close_pending, CONFORMS, KIND(LOOP)),
	LIFE("close.live-loop", "closing ends an endless program without prefetch", "D15",
	     TESTDEV | EXERCISER_DIRECT, close_pending, CONFORMS, KIND(LIVE_LOOP)),
	LIFE("close.suspended", "closing ends a suspended program", "D15 11.6",
	     TESTDEV | EXERCISER_DIRECT, close_pending, CONFORMS, KIND(SUSPENDED_THERE)),

	LIFE("unmap.idle", "storage of an ended program can be unmapped, nobody notices", "D15", 0,
	     unmap_idle, CONFORMS, NULL),
	LIFE("unmap.data", "unmapping data in use ends the program, and its IRB says so", "D15",
	     TESTDEV, unmap_data, NO_EVENT, NULL),
	LIFE("unmap.no-store", "nothing is stored into what was unmapped", "D15",
	     TESTDEV | EXERCISER_DIRECT, unmap_nothing_stored_after, CONFORMS, NULL),
	LIFE("unmap.other", "unmapping what a program does not use leaves it alone", "D15", TESTDEV,
	     unmap_other, CONFORMS, NULL),
	LIFE("unmap.everything", "everything can be unmapped under a program", "D15",
	     TESTDEV | EXERCISER_DIRECT, unmap_everything, CONFORMS, NULL),
	LIFE("unmap.live-program", "storage can be unmapped under a program without prefetch",
	     "D15", TESTDEV | EXERCISER_DIRECT, unmap_program, CONFORMS, NULL),
	LIFE("unmap.then-start", "what was unmapped is no storage any more", "D13 D15",
	     EXERCISER_CHANNEL, unmapped_is_refused,
	     LINUX("D13", "EINVAL for the whole program", "got EINVAL"), NULL),

	LIFE("event.request", "the host asks for the device: REQ, and the device stays usable",
	     "D14", TESTDEV | EXERCISER_DIRECT, request, CONFORMS, NULL),
	LIFE("event.path-lost", "paths lost and back: CRWs; without a path START gives ENODEV",
	     "D4 D14 T19", TESTDEV, path_lost_and_back,
	     LINUX("vfio-ccw-interface 8.5",
		   "halts by itself: EBUSY, or status that nobody asked for; the path stays "
		   "masked after it is back: ENODEV",
		   ""),
	     NULL),
	LIFE("event.path-lost.running", "the last path lost ends the program that used it", "D14",
	     TESTDEV, path_lost_running,
	     LINUX("T3", "an IRB that was not read is overwritten", "got 0000"), NULL),
	LIFE("event.vary", "paths varied by the operator: no CRW", "D14", TESTDEV, vary, CONFORMS,
	     NULL),
	LIFE("event.report", "a report of the channel subsystem reaches the client", "D14", TESTDEV,
	     report,
	     LINUX("vfio-ccw-interface 8.5", "hands on reports of paths only", "no CRW interrupt"),
	     NULL),
	LIFE("crw.order", "CRWs are read in order, each once", "D14", TESTDEV, crws_in_order,
	     CONFORMS, NULL),
	LIFE("crw.partly-read", "a CRW that was read partly is still there", "11.12", TESTDEV,
	     crw_partly_read, LINUX("11.12", "is lost", "CRW"), NULL),
	LIFE("crw.overflow", "16 CRWs are kept, then overflow is shown", "D16 11.12", TESTDEV,
	     crw_overflow, LINUX("11.12", "keeps all of them, without bound", ""), NULL),
	LIFE("crw.reopen", "CRWs of the last owner are gone", "D15 11.12", TESTDEV,
	     crws_do_not_survive,
	     LINUX("11.12", "the next owner reads them", "CRW of the last owner"), NULL),

	LIFE("reset.against-end", "RESET against the end of a program, again and again",
	     "D1 D15 T11 T20 11.3 11.4", EXERCISER_SEVERAL_PROCESSORS | EXERCISER_LAST, reset_race,
	     LINUX("5.1", "loses the subchannel after some rounds", " in round "), NULL),
	LIFE("gone.running", "the device goes while it has a program: REQ, nothing hangs", "D14",
	     REMOVES, gone_running, EIO_THERE, NULL),
	LIFE("gone.start", "START gives EACCES when the device is gone", "D3 D14 T27 T28", REMOVES,
	     gone_start, EIO_THERE, NULL),
	LIFE("gone.signal", "HALT and CLEAR give EACCES when the device is gone", "D3 D14 T28",
	     REMOVES, gone_signal, EIO_THERE, NULL),
	LIFE("gone.region", "a START that is refused for that changes no byte", "D2 D3 T6", REMOVES,
	     gone_region, EIO_THERE, NULL),
	LIFE("gone.schib", "the SCHIB gives ENODEV", "D14", REMOVES, gone_schib, CONFORMS, NULL),
	LIFE("gone.reset", "RESET gives EINVAL and brings nothing back", "D14", REMOVES, gone_reset,
	     EIO_THERE, NULL),
	LIFE("gone.info", "the calls that need no device still work", "D14", REMOVES, gone_info,
	     CONFORMS, NULL),
};

const struct exerciser_table conformance_life = EXERCISER_TABLE(cases);
