/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The conformance suite: its tables, and what its cases share. */
#include "exerciser/conformance.h"

#include "exerciser/suites.h"

void start(struct exerciser *x, const struct arch_orb *orb)
{
	EXPECT_RESULT(x, "START", client_start(exerciser_client(x), orb), ACCEPTED);
}

struct arch_irb next_irb(struct exerciser *x)
{
	struct arch_irb irb;

	EXPECT_RESULT(x, "an interrupt", client_wait_irb(exerciser_client(x), &irb, PATIENCE), 0);
	return irb;
}

void expect_quiet(struct exerciser *x, enum client_irq irq)
{
	static const char *const names[] = {"no I/O interrupt", "no CRW interrupt",
					    "no REQ interrupt"};

	EXPECT_RESULT(x, names[irq], client_wait(exerciser_client(x), irq, QUIET), -ETIMEDOUT);
}

struct arch_irb run_orb(struct exerciser *x, const struct arch_orb *orb)
{
	start(x, orb);
	return next_irb(x);
}

struct arch_irb run_program(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);

	return run_orb(x, &orb);
}

void expect_status(struct exerciser *x, const struct arch_irb *irb, unsigned int control,
		   unsigned int device, unsigned int subchannel)
{
	unsigned int got = arch_get32(irb->scsw.control) & 0xFFFF;

	EXPECT(x,
	       got == control && irb->scsw.device_status == device &&
		       irb->scsw.subchannel_status == subchannel,
	       "status: expected %04x, device %02x, subchannel %02x, got %04x, device %02x, "
	       "subchannel %02x",
	       control, device, subchannel, got, irb->scsw.device_status,
	       irb->scsw.subchannel_status);
}

void expect_ccw_address(struct exerciser *x, const struct arch_irb *irb, uint32_t address)
{
	EXPECT_EQUAL(x, "CCW address", arch_get32(irb->scsw.ccw_address), address);
}

void expect_count(struct exerciser *x, const struct arch_irb *irb, unsigned int residual)
{
	EXPECT_EQUAL(x, "residual count", arch_get16(irb->scsw.residual_count), residual);
}

void expect_normal(struct exerciser *x, const struct arch_irb *irb, uint32_t last_ccw)
{
	expect_status(x, irb, ENDED, CE_DE, 0);
	expect_ccw_address(x, irb, last_ccw + 8);
}

/* With or without status of the device, which may or may not have been reached. */
void expect_program_check(struct exerciser *x, const struct arch_irb *irb, uint32_t ccw)
{
	unsigned int got = arch_get32(irb->scsw.control) & 0xFFFF;

	EXPECT(x, irb->scsw.subchannel_status == ARCH_SS_PROGRAM_CHECK,
	       "subchannel status: expected program check, got %02x (status %04x, device %02x)",
	       irb->scsw.subchannel_status, got, irb->scsw.device_status);
	EXPECT(x, (got & 0x7015) == 0x4015,
	       "status: expected start, alert, primary, pending, got %04x", got);
	expect_ccw_address(x, irb, ccw + 8);
}

void expect_usable(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	uint32_t last = add_nop(&program, 0);
	const struct arch_irb irb = run_program(x);

	expect_normal(x, &irb, last);
}

/* Takes what comes until the program's own status; false: that was not a normal end. */
static bool ends_well(struct exerciser *x, uint32_t last)
{
	struct arch_irb irb;

	do
		irb = next_irb(x);
	while (!arch_scsw_is_solicited(&irb.scsw) ||
	       !(arch_get32(irb.scsw.control) & ARCH_SCSW_FC_START));
	return (arch_get32(irb.scsw.control) & 0xFFFF) == ENDED &&
	       arch_get32(irb.scsw.ccw_address) == last + 8;
}

void settle(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct client *client = exerciser_client(x);
	struct program program = program_at(x, PROGRAM);
	uint32_t last = add_nop(&program, 0);
	uint64_t end = client_now() + PATIENCE;
	struct arch_irb irb;
	long result;

	do {
		result = client_start(client, &orb);
		if (result == ACCEPTED && ends_well(x, last))
			return;
		if (result != ACCEPTED)
			(void)client_wait_irb(client, &irb, 1);
	} while (client_now() < end);
	EXPECT_RESULT(x, "START when all is over", result, ACCEPTED);
	exerciser_fail(x, "no program ends well when all is over");
}

void fill_region(struct exerciser *x, uint8_t region[CLIENT_IO_SIZE], uint32_t scsw_control)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	const struct arch_scsw scsw = {.control = arch_put32(scsw_control)};
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, 0);
	memset(region, 0, CLIENT_IO_SIZE);
	memcpy(region + CLIENT_IO_ORB, &orb, sizeof(orb));
	memcpy(region + CLIENT_IO_SCSW, &scsw, sizeof(scsw));
}

struct program program_at(struct exerciser *x, uint32_t at)
{
	return (struct program){.x = x, .next = at};
}

uint32_t add_ccw(struct program *program, uint8_t command, uint8_t flags, uint16_t count,
		 uint32_t address)
{
	struct client *client = exerciser_client(program->x);
	uint32_t at = program->next;

	if (program->format_0)
		client_put_ccw0(client, at, command, flags, count, address);
	else
		client_put_ccw(client, at, command, flags, count, address);
	program->next += sizeof(struct arch_ccw1);
	return at;
}

/* Count 1: format 0 knows no count of zero; SLI as it moves nothing. */
uint32_t add_nop(struct program *program, uint8_t flags)
{
	return add_ccw(program, ARCH_CCW_NOP, flags | ARCH_CCW_SLI, 1, DATA);
}

void put_step(struct exerciser *x, unsigned int index, const struct testdev_step *step)
{
	memcpy(client_at(exerciser_client(x), SCRIPT + index * (uint32_t)sizeof(*step)), step,
	       sizeof(*step));
}

void keep_steps(struct exerciser *x, const struct testdev_step *steps, unsigned int count)
{
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	for (unsigned int i = 0; i < count; i++)
		put_step(x, i, &steps[i]);
	add_ccw(&program, TESTDEV_KEEP_SCRIPT, 0, (uint16_t)(count * sizeof(struct testdev_step)),
		SCRIPT);
	irb = run_program(x);
	expect_normal(x, &irb, PROGRAM);
}

uint32_t add_script(struct program *program, unsigned int steps)
{
	return add_ccw(program, TESTDEV_SCRIPT, ARCH_CCW_CC,
		       (uint16_t)(steps * sizeof(struct testdev_step)), SCRIPT);
}

struct program scripted(struct exerciser *x, const struct testdev_step *step)
{
	struct program program = program_at(x, PROGRAM);

	put_step(x, 0, step);
	add_script(&program, 1);
	return program;
}

void forget(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	uint32_t last = add_ccw(&program, TESTDEV_FORGET, ARCH_CCW_SLI, 1, DATA);
	const struct arch_irb irb = run_program(x);

	expect_normal(x, &irb, last);
}

struct testdev_counters read_counters(struct exerciser *x)
{
	struct program program = program_at(x, PROGRAM);
	struct testdev_counters counters;
	uint32_t last = add_ccw(&program, TESTDEV_READ_COUNTERS, 0, sizeof(counters), DATA);
	const struct arch_irb irb = run_program(x);

	expect_normal(x, &irb, last);
	memcpy(&counters, client_at(exerciser_client(x), DATA), sizeof(counters));
	return counters;
}

void fill(struct exerciser *x, uint32_t at, size_t size)
{
	memset(client_at(exerciser_client(x), at), FILL, size);
}

const struct exerciser_table *const conformance_tables[] = {
	&conformance_vfio,    &conformance_container, &conformance_region, &conformance_start,
	&conformance_address, &conformance_program,   &conformance_data,   &conformance_status,
	&conformance_signal,  &conformance_threads,   &conformance_life,   NULL,
};
