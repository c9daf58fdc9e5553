/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One subchannel with everything under it, single-threaded and repeatable: the real driver and
 * channel subsystem on the executor's seeded stepper, guest memory in a buffer, and a platform
 * whose waiting steps the executor. The fuzzers drive it with bytes.
 */
#ifndef CHANIO_FUZZ_HARNESS_H
#define CHANIO_FUZZ_HARNESS_H

#include "css/executor.h"
#include "css/storage.h"
#include "css/subchannel.h"
#include "driver/device.h"
#include "fuzz/input.h"

/* Guest memory: two buffers that can be read and written, one page that can only be read. */
#define FUZZ_LOW_SIZE	0x10000u
#define FUZZ_READ_ONLY	0x10000u /* one page, directly behind the low memory */
#define FUZZ_HIGH	UINT64_C(0x100000000)
#define FUZZ_HIGH_SIZE	0x10000u
#define FUZZ_GUEST_SIZE (FUZZ_LOW_SIZE + CHANIO_PAGE_SIZE + FUZZ_HIGH_SIZE)

struct fuzz_machine {
	struct css_executor *executor;
	struct css_storage *storage;
	struct css_subchannel *subchannel;
	struct chanio_device *driver;
	const struct css_control_unit_ops *device_ops;
	void *device;
	uint8_t *memory; /* FUZZ_GUEST_SIZE bytes: low, read-only, high */
	bool woken;
	bool deferred;
	bool gone;
	unsigned int signals[CHANIO_IRQS]; /* what each eventfd would have counted */
	uint64_t irbs;
};

/* Makes everything; the driver is created and not yet open. Memory is zero. */
void fuzz_machine_create(struct fuzz_machine *machine, const struct css_control_unit_ops *ops,
			 void *device, uint64_t seed);
/* Closes the driver if `open`, checks that nothing is pinned or left over, frees everything. */
void fuzz_machine_destroy(struct fuzz_machine *machine, bool open);

/* Does one piece of pending work. False: there is none. */
bool fuzz_machine_step(struct fuzz_machine *machine);
/* At most `most` steps; true if nothing was left to do. */
bool fuzz_machine_run(struct fuzz_machine *machine, unsigned int most);

/* Arms all three events. */
void fuzz_machine_arm(struct fuzz_machine *machine);
/* Reads the IRB area and checks what every IRB must satisfy. */
void fuzz_machine_read_irb(struct fuzz_machine *machine);
/* Writes a START request of 124 bytes; the result of the write, checked to be a documented one. */
long fuzz_machine_start_program(struct fuzz_machine *machine, const struct arch_orb *orb);
long fuzz_machine_command(struct fuzz_machine *machine, uint32_t command);

/*
 * A small device whose behaviour depends on the command code's high nibble: whole, short and excess
 * transfers, late device end, status modifier, unit check, retries from a thread that may wait.
 */
struct fuzz_simple {
	struct css_subchannel *later; /* a command or device end is outstanding */
	uint8_t later_status;
	uint8_t sense;
};
extern const struct css_control_unit_ops fuzz_simple_ops;
/* Presents what is outstanding. False: nothing was. */
bool fuzz_simple_complete(struct fuzz_simple *simple);

#endif
