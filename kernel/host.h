/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the files of the kernel module share: one bound subchannel with its driver instance, and the
 * seams of driver/ over it.
 */
#ifndef CHANIO_KERNEL_HOST_H
#define CHANIO_KERNEL_HOST_H

#include <linux/mdev.h>
#include <linux/vfio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <asm/debug.h>

#include "css.h"
#include "kernel/compat.h"
#include "driver/device.h"

#define CHANIO_HOST_NAME "chanio_vfio_ccw"

/* A subchannel that is bound to this module. Lives from probe to remove. */
struct chanio_host {
	struct subchannel *sch;
	struct chanio_device *device;
	/*
	 * Whose container pages are pinned in: from open to the end of close, else NULL. Changes
	 * only while no request, and no deferred work that has something to unpin, can run.
	 */
	struct vfio_device *vdev;

	wait_queue_head_t wait;
	atomic_t woken;
	struct delayed_work work; /* deferred work of the driver */

	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *types[1];
};

extern const struct chanio_platform_ops chanio_host_platform;
extern const struct chanio_subchannel_ops chanio_host_subchannel;
extern struct mdev_driver chanio_host_mdev_driver;

extern struct workqueue_struct *chanio_host_work;
void chanio_host_do_work(struct work_struct *work);

/* trace.c: tracepoints and the s390 debug feature. Any context. */
int chanio_host_trace_init(void);
void chanio_host_trace_exit(void);
void chanio_host_trace(void *platform, enum chanio_trace_event event, u64 a, u64 b);
extern debug_info_t *chanio_host_debug;

/* Something that happens rarely, for /sys/kernel/debug/s390dbf/chanio_vfio_ccw. */
#define chanio_host_note(host, level, format, ...)                                                 \
	debug_sprintf_event(chanio_host_debug, level, "0.%x.%04x: " format,                        \
			    (host)->sch->schid.ssid, (host)->sch->schid.sch_no, ##__VA_ARGS__)

#endif
