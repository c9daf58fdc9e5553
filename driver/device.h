/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * vfio-ccw itself: one instance for one subchannel. This is all that an attachment calls.
 * The contract is design decision table D1-D18; the state machine is driver/fsm.h.
 *
 * Every function takes the platform lock itself; callers hold no lock. Functions may be called
 * from any number of threads at once. Errors are negative errno.
 */
#ifndef CHANIO_DRIVER_DEVICE_H
#define CHANIO_DRIVER_DEVICE_H

#include "driver/platform.h"
#include "driver/subchannel.h"

struct chanio_device;

/* What a client sees of regions (vfio-ccw-interface.md section 3). */
enum chanio_region {
	CHANIO_REGION_IO,
	CHANIO_REGION_COMMAND,
	CHANIO_REGION_SCHIB,
	CHANIO_REGION_CRW,
	CHANIO_REGIONS,
};

#define CHANIO_REGION_SHIFT     10 /* file offset = region << 10 | position */
#define CHANIO_REGION_TYPE      2u /* VFIO_REGION_TYPE_CCW */

struct chanio_region_info {
	uint32_t size;    /* bytes */
	uint32_t flags;   /* VFIO_REGION_INFO_FLAG_*: read 1, write 2, capabilities 8 */
	uint32_t subtype; /* 0: no type capability */
};
/* NULL when there is no such region. */
const struct chanio_region_info *chanio_region_info(unsigned int region);

/* Interrupt indexes; each is one eventfd. */
enum chanio_irq {
	CHANIO_IRQ_IO,
	CHANIO_IRQ_CRW,
	CHANIO_IRQ_REQ,
	CHANIO_IRQS,
};

/* Region contents: big-endian on every host (D18). */
struct chanio_io_region {
	struct arch_orb orb;
	struct arch_scsw scsw; /* the function-control bits select the request */
	uint8_t irb[96];       /* output: what a client writes here is ignored (D10) */
	arch_be32 ret_code;    /* output */
};
ARCH_ASSERT_SIZE(struct chanio_io_region, 124);
ARCH_ASSERT_OFFSET(struct chanio_io_region, irb, 24);
ARCH_ASSERT_OFFSET(struct chanio_io_region, ret_code, 120);

struct chanio_command_region {
	arch_be32 command;
	arch_be32 ret_code; /* output */
};
ARCH_ASSERT_SIZE(struct chanio_command_region, 8);

#define CHANIO_COMMAND_HALT  1u
#define CHANIO_COMMAND_CLEAR 2u

struct chanio_crw_region {
	struct arch_crw crw; /* zero: none queued */
	arch_be32 padding;
};
ARCH_ASSERT_SIZE(struct chanio_crw_region, 8);

/*
 * Creates the instance for a subchannel that is bound but not enabled (state STANDBY).
 * 0, -EINVAL (an operation is missing), -ENOMEM. Destroy takes NULL and needs a closed device.
 */
int chanio_device_create(const struct chanio_platform_ops *platform_ops, void *platform,
			 const struct chanio_subchannel_ops *subchannel_ops, void *subchannel,
			 struct chanio_device **device);
void chanio_device_destroy(struct chanio_device *device);

/* First open and last close of the client. -ENODEV: not operational; -EBUSY: open already. */
int chanio_device_open(struct chanio_device *device);
void chanio_device_close(struct chanio_device *device);

/*
 * pread and pwrite of the device file. Return bytes moved or a negative errno (sections 5.1 to 5.3,
 * with D3 to D12). `client` is the client's pointer, handed on to copy_from_client/copy_to_client.
 */
long chanio_device_read(struct chanio_device *device, uint64_t offset, void *client, size_t size);
long chanio_device_write(struct chanio_device *device, uint64_t offset, const void *client,
			 size_t size);

/*
 * VFIO_DEVICE_SET_IRQS, already validated: takes over the reference to `event` (NULL disarms) and
 * gives the old one back through release_event; trigger signals the armed event, if any.
 */
int chanio_device_set_event(struct chanio_device *device, enum chanio_irq irq, void *event);
int chanio_device_trigger(struct chanio_device *device, enum chanio_irq irq);

/* VFIO_DEVICE_RESET: quiesce (D15). 0, -EINVAL: the device is not operational afterwards. */
int chanio_device_reset(struct chanio_device *device);

/*
 * The guest range is about to be unmapped. Returns once no program touches it: pages that a program
 * has pinned, or that a live program might use, make it quiesce first.
 */
void chanio_device_dma_unmap(struct chanio_device *device, uint64_t guest, uint64_t size);

/* Deferred work, called by the platform after defer(). */
void chanio_device_work(struct chanio_device *device);

/* Figures for tools and tests. */
struct chanio_device_stats {
	uint64_t starts, refused_busy, refused_again, halts, clears;
	uint64_t irbs_solicited, irbs_unsolicited, irbs_dropped_unsolicited, deferred_cc;
	uint64_t quiesces, quiesce_failures;
	uint64_t processing_total, processing_max; /* nanoseconds in CP_PROCESSING */
};
void chanio_device_get_stats(struct chanio_device *device, struct chanio_device_stats *stats);

#endif
