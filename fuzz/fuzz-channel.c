/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The channel subsystem alone: I/O instructions, device events and steps in any order, also as the
 * driver never gives them. The input is the device, the number of operations, the operations, and
 * then low guest memory from address 0 on.
 */
#include <stdlib.h>

#include "fuzz/disk.h"
#include "fuzz/harness.h"

#define STEPS_MAX 16 /* in one operation */
/* In one input: steps after which the program goes on; one that loops uses each to the full. */
#define ACTIVE_STEPS_MAX 8
#define HIGH_AT		 FUZZ_LOW_SIZE

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
	struct fuzz_input input;
	struct fuzz_simple simple;
	struct css_executor *executor;
	struct css_storage *storage;
	struct css_subchannel *subchannel;
	uint8_t *memory;
	void *device;
	bool disk;
	bool auto_test; /* status is taken as soon as it is pending */
	unsigned int interrupts;
	unsigned int active_steps;
};

/* What the architecture allows an SCSW to be (channel-io.md section 2). */
static void check_scsw(const struct arch_scsw *scsw)
{
	uint32_t control = arch_get32(scsw->control);
	bool started = control & ARCH_SCSW_FC_START;

	FUZZ_CHECK(!(control & ARCH_SCSW_SC) || (control & ARCH_SCSW_SC_PENDING));
	FUZZ_CHECK(started || !(control & ARCH_SCSW_AC_START_PENDING));
	FUZZ_CHECK(started || !(control & ARCH_SCSW_AC_RESUME_PENDING));
	FUZZ_CHECK(started || !(control & ARCH_SCSW_AC_SUSPENDED));
	FUZZ_CHECK((control & ARCH_SCSW_FC_HALT) || !(control & ARCH_SCSW_AC_HALT_PENDING));
	FUZZ_CHECK((control & ARCH_SCSW_FC_CLEAR) || !(control & ARCH_SCSW_AC_CLEAR_PENDING));
	FUZZ_CHECK(!(control & ARCH_SCSW_FC_CLEAR) ||
		   !(control & (ARCH_SCSW_FC_START | ARCH_SCSW_FC_HALT)));
	FUZZ_CHECK(!(control & ARCH_SCSW_AC_SUSPENDED) || !(control & ARCH_SCSW_AC_SUBCHANNEL));
}

static void check_irb(const struct arch_irb *irb, int cc)
{
	uint32_t control = arch_get32(irb->scsw.control);
	uint32_t erw = arch_get32(irb->esw.erw);

	FUZZ_CHECK(cc == 0 || cc == 1 || cc == 3);
	if (cc == 3)
		return;
	check_scsw(&irb->scsw);
	FUZZ_CHECK((cc == 0) == !!(control & ARCH_SCSW_SC_PENDING));
	FUZZ_CHECK(!(erw & ARCH_ERW_CONCURRENT_SENSE) || (control & ARCH_SCSW_EXTENDED_CONTROL));
}

static int test(struct bench *bench)
{
	struct arch_irb irb;
	int cc;

	memset(&irb, 0, sizeof(irb));
	cc = css_subchannel_test(bench->subchannel, &irb);
	check_irb(&irb, cc);
	return cc;
}

static void interrupt(void *context)
{
	struct bench *bench = context;

	bench->interrupts++;
	if (bench->auto_test)
		test(bench);
}

static void report(void *context, struct arch_crw crw)
{
	FUZZ_CHECK(arch_get16(crw.flags) != 0);
}

static void map(struct bench *bench, uint64_t guest, size_t at, size_t size, bool writable)
{
	FUZZ_CHECK(css_storage_map(bench->storage, guest, size, bench->memory + at, true,
				   writable) == 0);
}

static void create(struct bench *bench, uint8_t options)
{
	struct css_subchannel_config config = {
		.device_number = 0x0120,
		.chpid = {0x80, 0x81},
		.path_installed = 0xC0,
		.interrupt = interrupt,
		.report = report,
		.context = bench,
	};

	bench->disk = options & 0x80;
	bench->auto_test = options & 0x40;
	bench->device = bench->disk ? fuzz_disk_create() : &bench->simple;
	bench->memory = aligned_alloc(4096, FUZZ_GUEST_SIZE);
	FUZZ_CHECK(bench->memory);
	memset(bench->memory, 0, FUZZ_GUEST_SIZE);
	FUZZ_CHECK(css_executor_create_stepper(options, &bench->executor) == 0);
	FUZZ_CHECK(css_storage_create(&bench->storage) == 0);
	map(bench, 0, 0, FUZZ_LOW_SIZE, true);
	map(bench, FUZZ_READ_ONLY, HIGH_AT, 4096, false);
	map(bench, FUZZ_HIGH, HIGH_AT + 4096, FUZZ_HIGH_SIZE, true);
	config.executor = bench->executor;
	config.device_ops = bench->disk ? fuzz_disk_ops() : &fuzz_simple_ops;
	config.device = bench->device;
	FUZZ_CHECK(css_subchannel_create(&config, &bench->subchannel) == 0);
	css_subchannel_set_storage(bench->subchannel, bench->storage);
}

static void destroy(struct bench *bench)
{
	css_subchannel_destroy(bench->subchannel);
	css_storage_destroy(bench->storage);
	css_executor_destroy(bench->executor);
	if (bench->disk)
		fuzz_disk_destroy(bench->device);
	free(bench->memory);
}

static bool step(struct bench *bench)
{
	return css_executor_step(bench->executor) ||
	       (!bench->disk && fuzz_simple_complete(&bench->simple));
}

static bool is_active(struct bench *bench)
{
	struct arch_schib schib;
	int cc;

	css_subchannel_lock(bench->subchannel);
	cc = css_subchannel_store(bench->subchannel, &schib);
	css_subchannel_unlock(bench->subchannel);
	return cc == 0 && (arch_get32(schib.scsw.control) & ARCH_SCSW_AC_SUBCHANNEL);
}

static void run(struct bench *bench, unsigned int most)
{
	while (most-- > 0 && bench->active_steps < ACTIVE_STEPS_MAX) {
		if (!step(bench))
			return;
		bench->active_steps += is_active(bench);
	}
}

static int modify(struct bench *bench)
{
	struct arch_schib schib;

	if (css_subchannel_store(bench->subchannel, &schib) != 0)
		return 3;
	check_scsw(&schib.scsw);
	schib.pmcw.flags = arch_put16((uint16_t)(ARCH_PMCW_ENABLED ^ fuzz_byte(&bench->input)));
	schib.pmcw.lpm = fuzz_byte(&bench->input);
	schib.pmcw.pom = 0xFF;
	schib.pmcw.control = arch_put32(fuzz_byte(&bench->input) & 1u);
	return css_subchannel_modify(bench->subchannel, &schib);
}

static int enable(struct bench *bench)
{
	struct arch_schib schib;

	if (css_subchannel_store(bench->subchannel, &schib) != 0)
		return 3; /* removed */
	schib.pmcw.flags = arch_put16(ARCH_PMCW_ENABLED | ARCH_PMCW_VALID);
	schib.pmcw.control = arch_put32(ARCH_PMCW_CONCURRENT_SENSE);
	return css_subchannel_modify(bench->subchannel, &schib);
}

/* Live only: what the driver translated for a program in channel memory is not arbitrary. */
static int start(struct bench *bench)
{
	struct arch_orb orb;

	fuzz_bytes(&bench->input, &orb, sizeof(orb));
	return css_subchannel_start(bench->subchannel, &orb, true);
}

/* An I/O instruction, with the lock held as they want it. */
static void instruction(struct bench *bench, uint8_t which)
{
	int cc;

	css_subchannel_lock(bench->subchannel);
	switch (which) {
	case 0:
		cc = start(bench);
		break;
	case 1:
		cc = css_subchannel_halt(bench->subchannel);
		break;
	case 2:
		cc = css_subchannel_clear(bench->subchannel);
		break;
	case 3:
		cc = css_subchannel_resume(bench->subchannel);
		break;
	case 4:
		cc = css_subchannel_cancel(bench->subchannel);
		break;
	case 5:
		cc = modify(bench);
		break;
	default:
		cc = test(bench);
		break;
	}
	css_subchannel_unlock(bench->subchannel);
	FUZZ_CHECK(cc == -EINVAL || (cc >= 0 && cc <= 3));
}

static void operate(struct bench *bench)
{
	uint8_t operation = fuzz_byte(&bench->input), operand = operation >> 4;
	struct css_range ranges[4];

	switch (operation & 0x0F) {
	case 7:
	case 8:
		run(bench, operand);
		break;
	case 9:
		run(bench, STEPS_MAX);
		break;
	case 10:
		css_subchannel_attention(bench->subchannel, fuzz_byte(&bench->input));
		break;
	case 11:
		css_subchannel_set_path(bench->subchannel, fuzz_byte(&bench->input), operand & 1);
		break;
	case 12:
		css_subchannel_io_reset(bench->subchannel);
		css_subchannel_lock(bench->subchannel);
		enable(bench);
		css_subchannel_unlock(bench->subchannel);
		break;
	case 13:
		while (css_subchannel_take_written(bench->subchannel, ranges, 4) > 0)
			;
		break;
	case 14:
		if (operand == 15)
			css_subchannel_remove(bench->subchannel);
		break;
	default:
		instruction(bench, operation & 0x0F);
		break;
	}
}

/* Whatever went before: CLEAR is taken, ends everything, and leaves its own status alone. */
static void clear_ends_everything(struct bench *bench)
{
	struct arch_schib schib;
	int cc;

	css_subchannel_lock(bench->subchannel);
	bench->auto_test = false;
	cc = css_subchannel_clear(bench->subchannel);
	css_subchannel_unlock(bench->subchannel);
	if (cc == 3)
		return;
	FUZZ_CHECK(cc == 0);
	bench->active_steps = 0;
	run(bench, STEPS_MAX);
	css_subchannel_lock(bench->subchannel);
	FUZZ_CHECK(css_subchannel_store(bench->subchannel, &schib) == 0);
	FUZZ_CHECK((arch_get32(schib.scsw.control) & (ARCH_SCSW_FC | ARCH_SCSW_AC)) ==
		   ARCH_SCSW_FC_CLEAR);
	FUZZ_CHECK(test(bench) == 0);
	css_subchannel_unlock(bench->subchannel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench bench = {.input = {data, size}};
	size_t operations;
	struct fuzz_input memory;

	create(&bench, fuzz_byte(&bench.input));
	operations = fuzz_byte(&bench.input);
	/* Operations and memory are parts of their own: an operation more moves no program. */
	memory = bench.input;
	if (memory.left > operations) {
		memory.at += operations;
		memory.left -= operations;
		bench.input.left = operations;
		fuzz_bytes(&memory, bench.memory, FUZZ_LOW_SIZE);
	}
	css_subchannel_lock(bench.subchannel);
	FUZZ_CHECK(enable(&bench) == 0);
	css_subchannel_unlock(bench.subchannel);
	while (bench.input.left > 0)
		operate(&bench);
	clear_ends_everything(&bench);
	destroy(&bench);
	return 0;
}
