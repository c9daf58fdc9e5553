/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * An emulated I/O subchannel: the I/O instructions as the architecture has them
 * (channel-io.md sections 2 to 5), status, paths, and the execution of channel programs.
 *
 * The instructions must be called with the subchannel's lock held (css_subchannel_lock); none of
 * them sleeps or calls back. Upward calls come with the lock held, from the executor.
 */
#ifndef CHANIO_CSS_SUBCHANNEL_H
#define CHANIO_CSS_SUBCHANNEL_H

#include "arch/crw.h"
#include "arch/irb.h"
#include "arch/orb.h"
#include "arch/schib.h"
#include "css/control_unit.h"

struct css_executor;
struct css_storage;
struct css_subchannel;

struct css_subchannel_config {
	uint16_t device_number;
	uint8_t chpid[8];
	uint8_t path_installed; /* PIM: bit 0 = first path, 0x80 */
	struct css_executor *executor;
	const struct css_control_unit_ops *device_ops;
	void *device;
	/* Upwards, lock held: status became pending on an enabled subchannel; a report was made. */
	void (*interrupt)(void *context);
	void (*report)(void *context, struct arch_crw crw);
	void *context;
};

int css_subchannel_create(const struct css_subchannel_config *config, struct css_subchannel **sch);
void css_subchannel_destroy(struct css_subchannel *sch);

/*
 * The storage that programs use from the next start on; NULL detaches. Only while no function is in
 * progress. The subchannel does not own it.
 */
void css_subchannel_set_storage(struct css_subchannel *sch, struct css_storage *storage);

void css_subchannel_lock(struct css_subchannel *sch);
void css_subchannel_unlock(struct css_subchannel *sch);

/* Condition codes 0 to 3; -EINVAL where the architecture has an operand exception. */
int css_subchannel_start(struct css_subchannel *sch, const struct arch_orb *orb, bool live);
int css_subchannel_halt(struct css_subchannel *sch);
int css_subchannel_clear(struct css_subchannel *sch);
int css_subchannel_resume(struct css_subchannel *sch);
int css_subchannel_cancel(struct css_subchannel *sch);
int css_subchannel_store(struct css_subchannel *sch, struct arch_schib *schib);
int css_subchannel_modify(struct css_subchannel *sch, const struct arch_schib *schib);
int css_subchannel_test(struct css_subchannel *sch, struct arch_irb *irb);

/*
 * The client's thread may run what it has just started (css/executor.h). Lock not held.
 * With set_help(true) the instructions wake no worker: whoever calls one calls help right after it
 * has let go of the lock. What would have to wait, or takes long, moves to a worker.
 */
void css_subchannel_help(struct css_subchannel *sch);
void css_subchannel_set_help(struct css_subchannel *sch, bool help);

/* Operator and machine events; lock not held. */
void css_subchannel_set_path(struct css_subchannel *sch, uint8_t mask, bool available);
void css_subchannel_io_reset(
	struct css_subchannel *sch); /* I/O system reset; waits for the device */
/* The device is taken away: no program runs any more, every instruction gives condition code 3. */
void css_subchannel_remove(struct css_subchannel *sch);

/*
 * Guest memory that programs of this subchannel have stored into since the last call, merged where
 * adjacent. A range is listed only after its bytes were stored, and before the IRB that ends the
 * program. Returns how many of at most `most` were filled in; call until 0. Any thread.
 * When too many pile up they are merged into larger ranges, which may then cover bytes that were
 * not stored or are not even mapped: never forgotten.
 */
struct css_range {
	uint64_t guest;
	uint64_t size;
};
size_t css_subchannel_take_written(struct css_subchannel *sch, struct css_range *ranges,
				   size_t most);

#endif
