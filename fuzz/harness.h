/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One subchannel with everything under it, single-threaded and repeatable: the driver, its platform
 * and the channel subsystem as a machine has them (machine/adapters.h), on the executor's seeded
 * stepper, over a device and guest memory in a buffer. The fuzzers drive it with bytes.
 */
#ifndef CHANIO_FUZZ_HARNESS_H
#define CHANIO_FUZZ_HARNESS_H

#include "css/executor.h"
#include "css/storage.h"
#include "css/subchannel.h"
#include "device/test/test.h"
#include "driver/device.h"
#include "fuzz/input.h"

/* Guest memory: two buffers that can be read and written, one page that can only be read. */
#define FUZZ_LOW_SIZE	0x10000u
#define FUZZ_READ_ONLY	0x10000u /* one page, directly behind the low memory */
#define FUZZ_HIGH	UINT64_C(0x100000000)
#define FUZZ_HIGH_SIZE	0x10000u
#define FUZZ_GUEST_SIZE (FUZZ_LOW_SIZE + CHANIO_PAGE_SIZE + FUZZ_HIGH_SIZE)

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

enum fuzz_device {
	FUZZ_SIMPLE,
	FUZZ_DISK, /* fuzz/disk.h */
	FUZZ_TEST, /* the scriptable device */
};

struct machine_adapter;

struct fuzz_machine {
	struct css_executor *executor;
	struct css_storage *own_storage; /* NULL: somebody else's */
	struct css_storage *storage;
	struct machine_adapter *adapter;
	struct css_subchannel *subchannel;
	struct chanio_device *driver;
	enum fuzz_device kind;
	struct fuzz_simple simple;
	void *disk;
	struct testdev *testdev;
	uint8_t *memory; /* FUZZ_GUEST_SIZE bytes: low, read-only, high; NULL: not its own */
	bool removed;
	unsigned int active_steps; /* see fuzz_machine_run() */
};

struct fuzz_machine_config {
	uint64_t seed;
	enum fuzz_device device;
	/* NULL: storage of its own over `memory`, which is zero. */
	struct css_storage *storage;
	/* Of the scriptable device: its configuration's script, valid. */
	const struct testdev_step *steps;
	size_t step_count;
};

/* Makes everything; the driver is created and not yet open. */
void fuzz_machine_create(struct fuzz_machine *machine, const struct fuzz_machine_config *config);
/* Closes the driver if `open`, checks that nothing is pinned or left over, frees everything. */
void fuzz_machine_destroy(struct fuzz_machine *machine, bool open);

/* Does one piece of pending work. False: there is none. */
bool fuzz_machine_step(struct fuzz_machine *machine);
/*
 * At most `most` steps, fewer when a program goes on and on in this input; true if nothing was left
 * to do.
 */
bool fuzz_machine_run(struct fuzz_machine *machine, unsigned int most);
/* The device is taken away. */
void fuzz_machine_remove(struct fuzz_machine *machine);
/* Guest low memory is unmapped, once the driver lets go of it. */
void fuzz_machine_unmap(struct fuzz_machine *machine);
/* Unmaps it if it is mapped, else maps it again. */
void fuzz_machine_toggle_memory(struct fuzz_machine *machine, bool *mapped);
/* Closes the driver if it is open, and nothing is pinned then; else opens it, if it can be. */
void fuzz_machine_toggle_open(struct fuzz_machine *machine, bool *open);

/* An event for chanio_device_set_event(). */
void *fuzz_event(void);
/* Arms all three events. */
void fuzz_machine_arm(struct fuzz_machine *machine);
/* IRBs that the subchannel has given since the beginning. */
uint64_t fuzz_machine_irbs(struct fuzz_machine *machine);
/* What every content of the I/O region must satisfy. */
void fuzz_check_io_region(const struct chanio_io_region *region);
/* Reads the IRB area and checks it. */
void fuzz_machine_read_irb(struct fuzz_machine *machine);
/* The result of a START is a documented one. */
void fuzz_check_start_result(long result);
/* Writes a START request of 124 bytes; the result of the write, checked. */
long fuzz_machine_start_program(struct fuzz_machine *machine, const struct arch_orb *orb);
long fuzz_machine_command(struct fuzz_machine *machine, uint32_t command);
/* A program that still runs must obey CLEAR: its IRB comes and its pages are let go. */
void fuzz_machine_clear_ends_it(struct fuzz_machine *machine);

#endif
