/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What comes back: each kind of status that a device and a channel can give, and in which order. */
#include "exerciser/conformance.h"

#define SLI	   ARCH_CCW_SLI
#define CC	   ARCH_CCW_CC
#define PCI	   ARCH_CCW_PCI
#define SOON	   20000u  /* microseconds */
#define MOMENT	   100000u /* long enough to see what happens before */
#define MOMENT_MS  100
#define SENSE_MARK 0x5A

static arch_be32 microseconds(uint32_t value)
{
	return arch_put32(value);
}

/* A program of one no-operation that the device answers by this step. */
static uint32_t put_answered(struct exerciser *x, const struct testdev_step *step)
{
	struct program program = scripted(x, step);

	return add_nop(&program, 0);
}

static struct arch_irb answered(struct exerciser *x, const struct testdev_step *step)
{
	put_answered(x, step);
	return run_program(x);
}

static long start_nop(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM + 0x1000);
	struct program program = program_at(x, PROGRAM + 0x1000);

	add_nop(&program, 0);
	return client_start(exerciser_client(x), &orb);
}

/* Channel end and device end apart */

static const struct testdev_step end_apart = {
	.operation = TESTDEV_DO,
	.status = ARCH_DS_CHANNEL_END,
	.late_status = ARCH_DS_DEVICE_END,
	.late_delay = {{0, MOMENT >> 16, MOMENT >> 8 & 0xFF, MOMENT & 0xFF}},
};

static void primary_then_secondary(struct exerciser *x)
{
	uint32_t last = put_answered(x, &end_apart);
	struct arch_irb irb = run_program(x);

	expect_status(x, &irb, ENDED_PRIMARY, ARCH_DS_CHANNEL_END, 0);
	expect_ccw_address(x, &irb, last + 8);
	irb = next_irb(x);
	expect_status(x, &irb, PRESENTED_LATER, ARCH_DS_DEVICE_END, 0);
	expect_usable(x);
}

static void both_are_queued(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct arch_irb irb;

	put_answered(x, &end_apart);
	start(x, &orb);
	client_sleep(2 * MOMENT_MS);
	irb = next_irb(x);
	expect_status(x, &irb, ENDED_PRIMARY, ARCH_DS_CHANNEL_END, 0);
	irb = next_irb(x);
	expect_status(x, &irb, PRESENTED_LATER, ARCH_DS_DEVICE_END, 0);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void start_between(struct exerciser *x)
{
	struct arch_irb irb = answered(x, &end_apart);

	expect_status(x, &irb, ENDED_PRIMARY, ARCH_DS_CHANNEL_END, 0);
	EXPECT_RESULT(x, "START after primary status", start_nop(x), ACCEPTED);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 0x1000);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void apart_in_chain(struct exerciser *x)
{
	struct program program = scripted(x, &end_apart);
	struct arch_irb irb;
	uint32_t last;

	add_nop(&program, CC);
	last = add_nop(&program, 0);
	irb = run_program(x);
	expect_normal(x, &irb, last);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void late_unit_check(struct exerciser *x)
{
	struct testdev_step step = end_apart;
	struct arch_irb irb;

	step.late_status = ARCH_DS_DEVICE_END | ARCH_DS_UNIT_CHECK;
	memset(step.sense, SENSE_MARK, sizeof(step.sense));
	irb = answered(x, &step);
	expect_status(x, &irb, ENDED_PRIMARY, ARCH_DS_CHANNEL_END, 0);
	irb = next_irb(x);
	expect_status(x, &irb, 0x0013, ARCH_DS_DEVICE_END | ARCH_DS_UNIT_CHECK, 0);
	EXPECT_EQUAL(x, "sense byte 0", irb.ecw[0], SENSE_MARK);
	expect_usable(x);
}

static void channel_end_alone(struct exerciser *x)
{
	const struct testdev_step step = {.operation = TESTDEV_DO, .status = ARCH_DS_CHANNEL_END};
	struct arch_irb irb = answered(x, &step);

	expect_status(x, &irb, ENDED_PRIMARY, ARCH_DS_CHANNEL_END, 0);
	expect_quiet(x, CLIENT_IRQ_IO);
	EXPECT_RESULT(x, "CLEAR", client_clear(exerciser_client(x)), CLIENT_COMMAND_SIZE);
	irb = next_irb(x);
	expect_status(x, &irb, CLEARED, 0, 0);
	expect_usable(x);
}

/* Sense */

static void unit_check(struct exerciser *x)
{
	struct testdev_step step = {.operation = TESTDEV_ANSWER, .status = ARCH_DS_UNIT_CHECK};
	struct arch_irb irb;

	for (unsigned int i = 0; i < sizeof(step.sense); i++)
		step.sense[i] = (uint8_t)(0x40 + i);
	irb = answered(x, &step);
	expect_status(x, &irb, ENDED_ALERT, ARCH_DS_UNIT_CHECK, 0);
	EXPECT(x, arch_get32(irb.esw.erw) & ARCH_ERW_CONCURRENT_SENSE, "no concurrent sense: %08x",
	       arch_get32(irb.esw.erw));
	EXPECT_EQUAL(x, "sense bytes",
		     (arch_get32(irb.esw.erw) & ARCH_ERW_SENSE_COUNT) >> ARCH_ERW_SENSE_COUNT_SHIFT,
		     ARCH_SENSE_BYTES);
	exerciser_expect_bytes(x, "sense", irb.ecw, step.sense, sizeof(step.sense));
	expect_usable(x);
}

static void no_stale_sense(struct exerciser *x)
{
	struct testdev_step step = {.operation = TESTDEV_ANSWER, .status = ARCH_DS_UNIT_CHECK};
	const uint8_t zeros[ARCH_SENSE_BYTES] = {0};
	struct program program;
	struct arch_irb irb;

	memset(step.sense, SENSE_MARK, sizeof(step.sense));
	(void)answered(x, &step);
	program = program_at(x, PROGRAM);
	add_nop(&program, 0);
	irb = run_program(x);
	expect_normal(x, &irb, PROGRAM);
	EXPECT(x, !(arch_get32(irb.esw.erw) & ARCH_ERW_CONCURRENT_SENSE),
	       "concurrent sense once more: %08x", arch_get32(irb.esw.erw));
	exerciser_expect_bytes(x, "the extended-control word", irb.ecw, zeros, sizeof(zeros));
}

/* One status as the device gives it. */
struct given {
	uint8_t device;
	unsigned int control;
};

static void given_status(struct exerciser *x)
{
	const struct given *given = exerciser_case_of(x)->with;
	const struct testdev_step step = {.operation = TESTDEV_DO, .status = given->device};
	const struct arch_irb irb = answered(x, &step);

	expect_status(x, &irb, given->control, given->device, 0);
	expect_ccw_address(x, &irb, PROGRAM + 16);
	expect_usable(x);
}

/* Later than START */

static void delayed(struct exerciser *x)
{
	struct testdev_step step = {.operation = TESTDEV_DO, .delay = microseconds(MOMENT)};
	uint64_t begin = client_now();
	const struct arch_irb irb = answered(x, &step);
	uint64_t took = client_now() - begin;

	expect_normal(x, &irb, PROGRAM + 8);
	EXPECT(x, took >= MOMENT_MS - 1, "ended after %llu ms, before the device did",
	       (unsigned long long)took);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void from_another_thread(struct exerciser *x)
{
	const struct testdev_step step = {.operation = TESTDEV_DO, .flags = TESTDEV_LATER};

	for (int i = 0; i < 50; i++) {
		const struct arch_irb irb = answered(x, &step);

		expect_normal(x, &irb, PROGRAM + 8);
	}
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void late_data(struct exerciser *x)
{
	const struct testdev_step step = {
		.operation = TESTDEV_DO,
		.flags = TESTDEV_DATA_LATE,
		.delay = microseconds(MOMENT),
	};
	struct program program = scripted(x, &step);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	const uint8_t *data = client_at(exerciser_client(x), DATA);
	struct arch_irb irb;

	fill(x, DATA, 8);
	add_ccw(&program, ARCH_CCW_SENSE_ID, 0, 8, DATA);
	start(x, &orb);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 8);
	EXPECT_EQUAL(x, "first byte", data[0], 0xFF);
}

/* Intermediate status */

static const struct testdev_step slow = {
	.operation = TESTDEV_DO,
	.delay = {{0, MOMENT >> 16, MOMENT >> 8 & 0xFF, MOMENT & 0xFF}},
};

/* [script,] no-operation with a PCI flag that takes its time. */
static void put_pci(struct exerciser *x)
{
	struct program program = scripted(x, &slow);

	add_nop(&program, CC | PCI);
	add_nop(&program, 0);
}

static void pci(struct exerciser *x)
{
	struct arch_irb irb;

	put_pci(x);
	irb = run_program(x);
	expect_status(x, &irb, INTERMEDIATE, 0, ARCH_SS_PCI);
	EXPECT_RESULT(x, "START after intermediate status", start_nop(x), -EBUSY);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 16);
	expect_usable(x);
}

static void pci_unread(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct arch_irb irb;

	put_pci(x);
	start(x, &orb);
	client_sleep(2 * MOMENT_MS);
	irb = next_irb(x);
	expect_status(x, &irb, INTERMEDIATE, 0, ARCH_SS_PCI);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 16);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void pci_many(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;
	unsigned int seen = 0;

	for (int i = 0; i < 100; i++)
		add_nop(&program, CC | PCI);
	add_nop(&program, 0);
	start(x, &orb);
	for (;;) {
		irb = next_irb(x);
		if (arch_get32(irb.scsw.control) & ARCH_SCSW_SC_PRIMARY)
			break;
		expect_status(x, &irb, INTERMEDIATE, 0, ARCH_SS_PCI);
		EXPECT(x, ++seen <= 100, "more intermediate status than PCI flags");
	}
	EXPECT(x, seen || (irb.scsw.subchannel_status & ARCH_SS_PCI), "PCI was never shown");
	EXPECT_EQUAL(x, "status", arch_get32(irb.scsw.control) & 0xFFFF, ENDED);
	expect_ccw_address(x, &irb, PROGRAM + 101 * 8);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void initial_status(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL | ARCH_ORB_INITIAL_STATUS, PROGRAM);
	struct program program = scripted(x, &slow);
	struct arch_irb irb;

	add_nop(&program, 0);
	start(x, &orb);
	irb = next_irb(x);
	expect_status(x, &irb, INTERMEDIATE, 0, 0);
	EXPECT(x, arch_get32(irb.scsw.control) & ARCH_SCSW_ZERO_CC, "no Z bit: control %08x",
	       arch_get32(irb.scsw.control));
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 8);
	EXPECT(x, !(arch_get32(irb.scsw.control) & ARCH_SCSW_ZERO_CC), "the Z bit once more");
}

static void midaw_interruption(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL | ARCH_ORB_MIDAW, PROGRAM);
	struct program program = scripted(x, &slow);
	unsigned int shown = 0;
	struct arch_irb irb;

	client_put_midaw(client, LISTS, ARCH_MIDAW_LAST | ARCH_MIDAW_DTI, 8, DATA);
	add_ccw(&program, ARCH_CCW_SENSE_ID, ARCH_CCW_MIDA, 8, LISTS);
	start(x, &orb);
	do {
		irb = next_irb(x);
		shown |= irb.scsw.subchannel_status;
	} while (!(arch_get32(irb.scsw.control) & ARCH_SCSW_SC_PRIMARY));
	EXPECT_EQUAL(x, "subchannel status", shown, ARCH_SS_PCI);
	EXPECT_EQUAL(x, "device status", irb.scsw.device_status, CE_DE);
}

/* Suspension */

static struct arch_orb put_suspending(struct exerciser *x, uint32_t more)
{
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, CC);
	add_nop(&program, ARCH_CCW_SUSPEND);
	return client_orb(ORB_USUAL | ARCH_ORB_SUSPEND | more, PROGRAM);
}

static void suspended(struct exerciser *x)
{
	const struct arch_orb orb = put_suspending(x, 0);
	struct arch_irb irb;

	start(x, &orb);
	irb = next_irb(x);
	expect_status(x, &irb, SUSPENDED, 0, 0);
	expect_ccw_address(x, &irb, PROGRAM + 16);
	EXPECT_RESULT(x, "START while suspended", start_nop(x), -EBUSY);
	EXPECT_RESULT(x, "CLEAR", client_clear(exerciser_client(x)), CLIENT_COMMAND_SIZE);
	irb = next_irb(x);
	expect_status(x, &irb, CLEARED, 0, 0);
	expect_usable(x);
}

static void suspended_halt(struct exerciser *x)
{
	const struct arch_orb orb = put_suspending(x, 0);
	struct arch_irb irb;

	start(x, &orb);
	(void)next_irb(x);
	EXPECT_RESULT(x, "HALT", client_halt(exerciser_client(x)), CLIENT_COMMAND_SIZE);
	irb = next_irb(x);
	EXPECT(x, arch_get32(irb.scsw.control) & ARCH_SCSW_FC_HALT, "no halt function: %08x",
	       arch_get32(irb.scsw.control));
	expect_usable(x);
}

static void suspended_suppressed(struct exerciser *x)
{
	const struct arch_orb orb = put_suspending(x, ARCH_ORB_SUPPRESS_SUSPEND);
	struct arch_irb irb;

	start(x, &orb);
	expect_quiet(x, CLIENT_IRQ_IO);
	EXPECT_RESULT(x, "START while suspended", start_nop(x), -EBUSY);
	EXPECT_RESULT(x, "CLEAR", client_clear(exerciser_client(x)), CLIENT_COMMAND_SIZE);
	irb = next_irb(x);
	expect_status(x, &irb, CLEARED, 0, 0);
	expect_usable(x);
}

static void suspended_first(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL | ARCH_ORB_SUSPEND, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	add_nop(&program, ARCH_CCW_SUSPEND);
	start(x, &orb);
	irb = next_irb(x);
	expect_status(x, &irb, SUSPENDED, 0, 0);
	EXPECT_RESULT(x, "RESET", client_reset(exerciser_client(x)), 0);
	expect_usable(x);
}

/* Deferred condition codes */

static struct arch_irb deferred(struct exerciser *x, const struct testdev_step *step)
{
	keep_steps(x, step, 1);
	EXPECT_RESULT(x, "START", start_nop(x), ACCEPTED);
	return next_irb(x);
}

static void expect_deferred(struct exerciser *x, const struct arch_irb *irb, unsigned int code)
{
	uint32_t control = arch_get32(irb->scsw.control);

	EXPECT_EQUAL(x, "deferred condition code",
		     (control & ARCH_SCSW_DEFERRED_CC) >> ARCH_SCSW_DEFERRED_CC_SHIFT, code);
	EXPECT_EQUAL(x, "status", control & 0xFFFF, DEFERRED);
}

static void deferred_1(struct exerciser *x)
{
	const struct testdev_step step = {
		.operation = TESTDEV_ANSWER,
		.status = ARCH_DS_BUSY | ARCH_DS_ATTENTION,
	};
	const struct arch_irb irb = deferred(x, &step);

	expect_deferred(x, &irb, 1);
	EXPECT_EQUAL(x, "device status", irb.scsw.device_status, ARCH_DS_BUSY | ARCH_DS_ATTENTION);
	expect_usable(x);
}

static void deferred_3(struct exerciser *x)
{
	const struct testdev_step step = {.operation = TESTDEV_NO_PATH};
	const struct arch_irb irb = deferred(x, &step);

	expect_deferred(x, &irb, 3);
	EXPECT(x, arch_get32(irb.scsw.control) & ARCH_SCSW_PATH_NOT_OPER, "no N bit: %08x",
	       arch_get32(irb.scsw.control));
}

static void deferred_again(struct exerciser *x)
{
	const struct testdev_step step = {
		.operation = TESTDEV_ANSWER,
		.repeat = arch_put16(20),
		.status = ARCH_DS_BUSY | ARCH_DS_ATTENTION,
	};

	keep_steps(x, &step, 1);
	for (int i = 0; i < 20; i++) {
		struct arch_irb irb;

		EXPECT_RESULT(x, "START", start_nop(x), ACCEPTED);
		irb = next_irb(x);
		expect_deferred(x, &irb, 1);
	}
	expect_usable(x);
}

static void control_unit_busy(struct exerciser *x)
{
	const struct testdev_step step = {
		.operation = TESTDEV_ANSWER,
		.status = ARCH_DS_BUSY | ARCH_DS_STATUS_MODIFIER,
		.delay = microseconds(MOMENT),
	};
	const struct arch_irb irb = deferred(x, &step);

	expect_normal(x, &irb, PROGRAM + 0x1000);
	expect_quiet(x, CLIENT_IRQ_IO);
}

/* Unsolicited status */

static void put_attention(struct exerciser *x, unsigned int times, uint32_t first, uint32_t others)
{
	const struct testdev_step step = {
		.operation = TESTDEV_UNSOLICITED,
		.repeat = arch_put16((uint16_t)times),
		.status = ARCH_DS_ATTENTION,
		.delay = microseconds(first),
		.late_delay = microseconds(others),
	};

	keep_steps(x, &step, 1);
}

static void attention(struct exerciser *x)
{
	struct arch_irb irb;

	put_attention(x, 1, SOON, 0);
	irb = next_irb(x);
	expect_status(x, &irb, UNSOLICITED, ARCH_DS_ATTENTION, 0);
	expect_usable(x);
}

static void attention_has_no_host_address(struct exerciser *x)
{
	struct arch_irb irb;
	uint32_t address;

	put_attention(x, 1, SOON, 0);
	irb = next_irb(x);
	address = arch_get32(irb.scsw.ccw_address);
	EXPECT(x, address == 0 || (address >= CLIENT_MEMORY && address < CLIENT_MEMORY_END),
	       "CCW address: expected the guest's or 0, got %#x", address);
}

static void device_end_unsolicited(struct exerciser *x)
{
	const struct testdev_step step = {
		.operation = TESTDEV_UNSOLICITED,
		.status = ARCH_DS_DEVICE_END,
		.delay = microseconds(SOON),
	};
	struct arch_irb irb;

	keep_steps(x, &step, 1);
	irb = next_irb(x);
	expect_status(x, &irb, UNSOLICITED, ARCH_DS_DEVICE_END, 0);
	expect_usable(x);
}

static void attention_leaves_orb(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	uint8_t before[CLIENT_IO_IRB], after[CLIENT_IO_IRB];

	put_attention(x, 1, SOON, 0);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, before, sizeof(before)),
		      (long)sizeof(before));
	(void)next_irb(x);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, after, sizeof(after)),
		      (long)sizeof(after));
	exerciser_expect_bytes(x, "ORB and SCSW", after, before, sizeof(before));
}

/* While a program runs: it stays pending, and both are delivered. */
static void attention_during_program(struct exerciser *x)
{
	const struct testdev_step steps[] = {
		{.operation = TESTDEV_UNSOLICITED,
		 .status = ARCH_DS_ATTENTION,
		 .delay = microseconds(SOON)},
		{.operation = TESTDEV_DO, .delay = microseconds(MOMENT)},
	};
	struct program program = program_at(x, PROGRAM);
	bool ended = false, attended = false;

	put_step(x, 0, &steps[0]);
	put_step(x, 1, &steps[1]);
	add_script(&program, 2);
	add_nop(&program, 0);
	start(x, &(const struct arch_orb){.control = arch_put32(ORB_USUAL),
					  .program_address = arch_put32(PROGRAM)});
	for (int i = 0; i < 2; i++) {
		const struct arch_irb irb = next_irb(x);

		if (irb.scsw.device_status & ARCH_DS_ATTENTION) {
			attended = true;
			if (!ended)
				EXPECT_RESULT(x, "START before the end", start_nop(x), -EBUSY);
		} else {
			ended = true;
			expect_normal(x, &irb, PROGRAM + 8);
		}
	}
	EXPECT(x, ended && attended, "ended: %d, attention: %d", ended, attended);
	expect_usable(x);
}

/* A stream of programs while attention comes and comes: each one's final status is delivered. */
static void attention_burst(struct exerciser *x)
{
	unsigned int ended = 0, attended = 0, deferred = 0;
	struct arch_irb irb;

	put_attention(x, 200, 0, 100);
	while (ended < 300) {
		long result = start_nop(x);

		EXPECT(x, result == ACCEPTED || result == -EBUSY, "START: %ld", result);
		if (result != ACCEPTED) {
			(void)next_irb(x);
			attended++;
			continue;
		}
		do {
			irb = next_irb(x);
			if (!arch_scsw_is_solicited(&irb.scsw))
				attended++;
		} while (!arch_scsw_is_solicited(&irb.scsw));
		if (arch_get32(irb.scsw.control) & ARCH_SCSW_DEFERRED_CC)
			deferred++;
		else
			expect_normal(x, &irb, PROGRAM + 0x1000);
		ended++;
	}
	exerciser_note(x, "%u programs ended, %u of them deferred; %u unsolicited", ended, deferred,
		       attended);
}

/* More unsolicited status than is kept, unread: what a program is told is not lost. */
static void attention_unread(struct exerciser *x)
{
	struct arch_irb irb;
	unsigned int read = 0;

	put_attention(x, 40, SOON, 200);
	client_sleep(MOMENT_MS);
	EXPECT(x, client_wait(exerciser_client(x), CLIENT_IRQ_IO, PATIENCE) > 0, "no interrupt");
	do {
		EXPECT_RESULT(x, "read", client_read_irb(exerciser_client(x), &irb), 0);
		expect_status(x, &irb, UNSOLICITED, ARCH_DS_ATTENTION, 0);
		read++;
	} while (client_wait(exerciser_client(x), CLIENT_IRQ_IO, QUIET) > 0);
	EXPECT(x, read >= 2 && read < 40, "%u of 40 kept, expected some", read);
	settle(x);
}

/* What the SCSW repeats of the ORB, and the ESW of the path */

static void orb_in_scsw(struct exerciser *x)
{
	const uint32_t bits = ARCH_SCSW_KEY | ARCH_SCSW_SUSPEND_CONTROL | ARCH_SCSW_FORMAT_1 |
			      ARCH_SCSW_PREFETCH | ARCH_SCSW_ADDRESS_LIMIT |
			      ARCH_SCSW_SUPPRESS_SUSPEND;
	const struct arch_orb orb = client_orb(
		ORB_USUAL | 0xA0000000 | ARCH_ORB_SUSPEND | ARCH_ORB_SUPPRESS_SUSPEND, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	add_nop(&program, 0);
	irb = run_orb(x, &orb);
	EXPECT_EQUAL(x, "key, S, F, P, A, U", arch_get32(irb.scsw.control) & bits,
		     0xA0000000 | ARCH_SCSW_SUSPEND_CONTROL | ARCH_SCSW_FORMAT_1 |
			     ARCH_SCSW_PREFETCH | ARCH_SCSW_SUPPRESS_SUSPEND);
}

static void format_0_in_scsw(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_FORMAT_0, PROGRAM);
	struct program program = {.x = x, .next = PROGRAM, .format_0 = true};
	struct arch_irb irb;

	add_nop(&program, 0);
	irb = run_orb(x, &orb);
	EXPECT_EQUAL(x, "format", arch_get32(irb.scsw.control) & ARCH_SCSW_FORMAT_1, 0);
}

static void last_path_used(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct program program = program_at(x, PROGRAM);
	struct arch_schib schib;
	struct arch_irb irb;
	unsigned int used;

	add_nop(&program, 0);
	irb = run_program(x);
	used = (arch_get32(irb.esw.logout) & ARCH_ESW_LPUM) >> ARCH_ESW_LPUM_SHIFT;
	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(client, &schib), 0);
	EXPECT(x, used && !(used & (used - 1)) && (used & schib.pmcw.pim),
	       "last path used: expected one of %02x, got %02x", schib.pmcw.pim, used);
	EXPECT_EQUAL(x, "last path used, in the SCHIB", schib.pmcw.lpum, used);
}

static void schib_follows(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct arch_schib schib;
	struct arch_irb irb;

	put_answered(x, &slow);
	start(x, &orb);
	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(client, &schib), 0);
	EXPECT(x, arch_get32(schib.scsw.control) & ARCH_SCSW_FC_START,
	       "no start function while the program runs: %08x", arch_get32(schib.scsw.control));
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 8);
	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(client, &schib), 0);
	EXPECT_EQUAL(x, "functions, activity and status afterwards",
		     arch_get32(schib.scsw.control) & 0xFFFF, 0);
}

/* The program reads its last CCWs from the device, as a loader's does. */
static void live_program_is_reread(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL & ~ARCH_ORB_PREFETCH, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	client_put_ccw(client, DATA, ARCH_CCW_NOP, SLI | CC, 1, DATA);
	client_put_ccw(client, DATA + 8, ARCH_CCW_NOP, SLI, 1, DATA);
	add_ccw(&program, TESTDEV_WRITE, CC, 16, DATA);
	add_ccw(&program, TESTDEV_READ, CC, 16, PROGRAM + 16);
	add_ccw(&program, 0, 0, 0, 0);
	add_ccw(&program, 0, 0, 0, 0);
	start(x, &orb);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM + 24);
}

#define STATUS(name, text, number, how, linux)                                                     \
	{                                                                                          \
		.id = "status." name, .title = text, .shows = number, .needs = TESTDEV,            \
		.source = "channel-io 5, 9, 10", .run = how, .deviations = linux                   \
	}
/* For what QEMU makes of a subchannel that it passes through, see EXERCISER_DIRECT. */
#define STATUS_DIRECT(name, text, number, how)                                                     \
	{                                                                                          \
		.id = "status." name, .title = text, .shows = number,                              \
		.needs = TESTDEV | EXERCISER_DIRECT, .source = "channel-io 5, 9, 10", .run = how   \
	}
#define GIVEN(name, text, status, word)                                                            \
	{                                                                                          \
		.id = "status.device." name, .title = text, .shows = "D8", .needs = TESTDEV,       \
		.source = "channel-io 2", .run = given_status, .with = &(const struct given)       \
		{                                                                                  \
			status, word                                                               \
		}                                                                                  \
	}

static const struct exerciser_case cases[] = {
	STATUS("primary-secondary", "channel end and device end apart: two IRBs", "D8 D9",
	       primary_then_secondary, CONFORMS),
	STATUS("primary-secondary.unread", "both are there if the first was not read", "D9 T9 T22",
	       both_are_queued, LINUX("5.11", "keeps only the last", "")),
	STATUS("primary-secondary.start", "START between them is taken", "D8 T39 T40",
	       start_between, LINUX("T40", "EBUSY until device end", "got EBUSY")),
	STATUS("primary-secondary.chain", "within a chain the program waits for device end", "D8",
	       apart_in_chain, CONFORMS),
	STATUS("primary-secondary.unit-check", "unit check with device end has its sense", "D8",
	       late_unit_check, CONFORMS),
	STATUS("primary-alone", "a device that never presents device end: CLEAR ends it", "D6 D8",
	       channel_end_alone, CONFORMS),
	STATUS("unit-check", "unit check comes with 32 bytes of sense", "D8", unit_check, CONFORMS),
	STATUS("sense-once", "and not with the status that follows", "D8", no_stale_sense,
	       CONFORMS),
	GIVEN("normal", "channel end, device end", CE_DE, ENDED),
	GIVEN("unit-exception", "unit exception is an alert", CE_DE | ARCH_DS_UNIT_EXCEPTION,
	      ENDED_ALERT),
	GIVEN("unit-check", "unit check is an alert", CE_DE | ARCH_DS_UNIT_CHECK, ENDED_ALERT),
	GIVEN("attention", "attention with the end is an alert", CE_DE | ARCH_DS_ATTENTION,
	      ENDED_ALERT),
	GIVEN("control-unit-end", "control-unit end with the end is none",
	      CE_DE | ARCH_DS_CONTROL_UNIT_END, ENDED),
	GIVEN("status-modifier", "nor is status modifier", CE_DE | ARCH_DS_STATUS_MODIFIER, ENDED),
	STATUS("delayed", "the interrupt comes when the device ends, and once", "D8", delayed,
	       CONFORMS),
	STATUS("other-thread", "a device may end from any thread", "D8", from_another_thread,
	       CONFORMS),
	STATUS("late-data", "data may move until the end", "D8", late_data, CONFORMS),
	STATUS("pci", "a PCI is shown while the program runs, which stays busy", "D8 T12 T13", pci,
	       CONFORMS),
	STATUS("pci.unread", "PCI and end are both there if the first was not read", "D9 T9",
	       pci_unread, LINUX("5.11", "keeps only the last", "")),
	STATUS("pci.many", "a hundred PCIs: the final status is not lost among them", "D9 D16",
	       pci_many, LINUX("5.11", "keeps only the last", "PCI was never shown")),
	STATUS("pci.midaw", "a MIDAW's interruption is shown as PCI", "11.10", midaw_interruption,
	       LINUX("11.10", "MIDAWs are handed on untranslated", "")),
	STATUS("initial", "initial status is shown once, with Z", "D8", initial_status, CONFORMS),
	STATUS("suspended", "a suspended program is shown, stays busy, and CLEAR ends it",
	       "D8 T13 11.6", suspended, CONFORMS),
	STATUS("suspended.halt", "HALT ends a suspended program", "D6 D8 11.6", suspended_halt,
	       CONFORMS),
	STATUS("suspended.suppressed", "the suspended interruption can be suppressed", "D8 11.6",
	       suspended_suppressed, CONFORMS),
	STATUS_DIRECT("suspended.first", "a program may be suspended before its first CCW",
		      "D8 D15 11.6", suspended_first),
	STATUS("deferred.1", "the device has other status: deferred condition code 1", "D8 T32",
	       deferred_1, CONFORMS),
	STATUS("deferred.3", "no path reaches the device: deferred condition code 3, N", "D8",
	       deferred_3, CONFORMS),
	STATUS("deferred.again", "after each deferred condition code the device is idle", "D8 T32",
	       deferred_again, CONFORMS),
	STATUS("control-unit-busy", "a busy control unit delays the program", "D8",
	       control_unit_busy, CONFORMS),
	STATUS("attention", "attention comes unsolicited", "D8", attention, CONFORMS),
	STATUS("attention.address", "and with no address of the host", "11.14",
	       attention_has_no_host_address, LINUX("5.7", "has the host's address", "")),
	STATUS("device-end", "device end comes unsolicited", "D8", device_end_unsolicited,
	       CONFORMS),
	STATUS("attention.orb", "it leaves ORB and SCSW alone", "D10", attention_leaves_orb,
	       LINUX("5.11", "one IRB of two close together is lost", "got 0011")),
	STATUS_DIRECT("attention.during-program", "attention while a program runs does not end it",
		      "D8 T14", attention_during_program),
	STATUS("attention.burst", "a burst of attention loses no program's final status",
	       "D9 T4 T9 11.1", attention_burst,
	       LINUX("5.11", "one IRB of two close together is lost", "")),
	STATUS("attention.unread", "attention that nobody reads is bounded", "D9 D16",
	       attention_unread, LINUX("5.11", "keeps only the last", "")),
	STATUS("scsw.orb-bits", "the SCSW shows key and control bits of the ORB", "", orb_in_scsw,
	       LINUX_BEFORE(EXERCISER_LINUX(6, 12), "vfio-ccw-interface 7.3",
			    "replaces the key by 0", "")),
	STATUS("scsw.format-0", "the SCSW shows the format of the guest's CCWs", "",
	       format_0_in_scsw,
	       LINUX("vfio-ccw-interface 7.1", "shows that of the translated ones", "format")),
	STATUS("path", "ESW and SCHIB show the last path used", "", last_path_used, CONFORMS),
	STATUS("schib", "the SCHIB shows the function while it is performed", "", schib_follows,
	       CONFORMS),
	STATUS("live-program", "without prefetch a program is fetched CCW by CCW", "",
	       live_program_is_reread,
	       LINUX("vfio-ccw-interface 7.1", "copies the whole program first", "")),
};

const struct exerciser_table conformance_status = EXERCISER_TABLE(cases);
