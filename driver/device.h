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

#define CHANIO_REGION_SHIFT 10 /* file offset = region << 10 | position */
#define CHANIO_REGION_TYPE  2u /* VFIO_REGION_TYPE_CCW */

struct chanio_region_info {
	uint32_t size;	  /* bytes */
	uint32_t flags;	  /* VFIO_REGION_INFO_FLAG_*: read 1, write 2, capabilities 8 */
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

/*
 * Region contents: big-endian on every host (D18).
 *
 * ORB and SCSW read back as the last START had them that met the state IDLE, ret_code as its
 * result; a request refused before that changes no byte (D2).
 *
 * The IRB area shows the IRB taken last, zeros before there was one since open or reset. A read
 * that includes the area's first byte (offset 24) takes the oldest queued IRB, shows it, and once
 * the bytes have reached the client it is the one shown; if the copy fails, or another reader was
 * first, nothing is taken. So the area may be read in pieces, first byte first. With nothing
 * queued, the last one is shown again (D9). While something is queued the I/O eventfd is signalled
 * again after each read that took one, and when it is armed.
 *
 * At most 16 IRBs are queued. A function is not begun while 8 are unread (CLEAR: 12): -EBUSY.
 * Beyond that, unread intermediate status joins the status that follows it, as at a subchannel, and
 * the oldest unsolicited status is dropped and counted.
 */
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

/*
 * A read of the whole CRW takes it, if its bytes reach the client; any other read only shows it.
 * The CRW eventfd is signalled again while more are queued. At most 16; the first one queued after
 * some were lost has the overflow bit on.
 */
struct chanio_crw_region {
	struct arch_crw crw; /* zero: none queued */
	arch_be32 padding;
};
ARCH_ASSERT_SIZE(struct chanio_crw_region, 8);

/*
 * Creates the instance for a subchannel that is bound but not enabled (state STANDBY).
 * 0, -EINVAL (an operation is missing), -ENOMEM. Destroy takes NULL and needs a closed device and a
 * subchannel that touches no memory any more: a program that no quiesce could end is freed here.
 */
int chanio_device_create(const struct chanio_platform_ops *platform_ops, void *platform,
			 const struct chanio_subchannel_ops *subchannel_ops, void *subchannel,
			 struct chanio_device **device);
void chanio_device_destroy(struct chanio_device *device);

/*
 * First open and last close of the client. -ENODEV: not operational, or a program of the last owner
 * could not be ended; -EBUSY: open already. Open begins with empty regions, queues and no events.
 * Close quiesces (at most about ten seconds); after it no page is pinned and no work runs, unless
 * even CLEAR SUBCHANNEL did not end the program: that one stays pinned until its IRB comes.
 */
int chanio_device_open(struct chanio_device *device);
void chanio_device_close(struct chanio_device *device);

/*
 * pread and pwrite of the device file. Return bytes moved or a negative errno (sections 5.1 to 5.3,
 * with D3 to D12). `client` is the client's pointer, handed on to copy_from_client/copy_to_client.
 * Zero bytes are no request: 0 within a region that can be read or written, else -EINVAL.
 *
 * I/O region: a write from offset 0 that covers ORB and SCSW (24 to 124 bytes) is a START, anything
 * else -EINVAL. Command region: a write from offset 0 that covers the command (4 to 8 bytes).
 *
 * START: -EACCES not operational, not open or closing; also condition code 3 with paths left;
 * -ENODEV cc 3 with none; -EBUSY cc 1 or 2, a program in flight, IRBs unread; -EAGAIN another
 * thread translates or quiesces, or a reset or unmap ended this translation; -EINVAL no function
 * bit, reserved bits, extension or bit 0 of the program address in the ORB, more than 4096 CCWs or
 * 4 MiB of lists; -EOPNOTSUPP transport mode, or halt or clear function; -EIO an exception at START
 * SUBCHANNEL; -ENOMEM; -EFAULT the client's buffer.
 * HALT, CLEAR: the same where it applies; -ENODEV cc 3 (then the device is lost, D14).
 * SCHIB: -ENODEV the subchannel cannot be stored.
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

/*
 * VFIO_DEVICE_RESET: quiesce (D15), at most about ten seconds. IRBs from before, queued or still to
 * come, are discarded; the IRB area is zero. 0, -EINVAL: the device is not operational afterwards.
 */
int chanio_device_reset(struct chanio_device *device);

/*
 * The guest range is about to be unmapped. Returns once no program touches it: pages that a program
 * has pinned, or that a live program might use, make it quiesce first, by halt or clear, whose IRB
 * goes to the client. 0; -EBUSY: nothing could end the program, the range may still be written to.
 */
int chanio_device_dma_unmap(struct chanio_device *device, uint64_t guest, uint64_t size);

/* Deferred work, called by the platform after defer(). */
void chanio_device_work(struct chanio_device *device);

/*
 * Times as counts: bucket i holds those below chanio_time_limit(i) nanoseconds and not below that
 * of the bucket before; the last one the longer ones too. Four buckets to each doubling.
 */
#define CHANIO_TIME_BUCKETS 160
static inline uint64_t chanio_time_limit(unsigned int bucket)
{
	if (bucket < 4)
		return bucket + 1;
	return (uint64_t)(bucket % 4 + 5) << (bucket / 4 - 1);
}

/* Figures for tools and tests. */
struct chanio_device_stats {
	uint64_t starts, refused_busy, refused_again, halts, clears;
	uint64_t irbs_solicited, irbs_unsolicited, irbs_dropped_unsolicited, deferred_cc;
	uint64_t irbs_merged; /* unread intermediate status that joined the next */
	uint64_t irbs_lost;   /* solicited; a subchannel that keeps the architecture's rules: 0 */
	uint64_t crws_lost;
	uint64_t quiesces, quiesce_failures;
	uint64_t programs_kept;				/* pinned beyond a failed quiesce */
	uint64_t processing_total, processing_max;	/* nanoseconds in CP_PROCESSING */
	uint64_t processing_times[CHANIO_TIME_BUCKETS]; /* how many took how long */
};
void chanio_device_get_stats(struct chanio_device *device, struct chanio_device_stats *stats);

#endif
