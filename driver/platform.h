/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the driver needs of the world it runs in. Implementations: user space (machine/), the
 * kernel module (kernel/), the simulated platform of the schedule explorer.
 *
 * The driver calls lock/unlock around everything it owns (contract D1). The same lock protects the
 * subchannel below it: every operation of driver/subchannel.h is called with the lock held, and the
 * subchannel calls up with the lock held. In the kernel it is the subchannel's own spinlock.
 * Operations marked "atomic" may be called with the lock held and must not sleep; the others are
 * called without it and may sleep.
 */
#ifndef CHANIO_DRIVER_PLATFORM_H
#define CHANIO_DRIVER_PLATFORM_H

#include "arch/types.h"

/* Memory that the channel below can fetch CCWs and IDAWs from. */
struct chanio_channel_memory {
	void *address;	      /* as the driver writes it; zeroed; aligned to 16 at least */
	uint32_t bus_address; /* as the channel sees it; below 2 GiB; aligned like `address` */
	size_t size;	      /* bytes, as asked for */
};

#define CHANIO_PAGE_SIZE 4096u

enum chanio_trace_event {
	CHANIO_TRACE_TRANSITION, /* a: row << 16 | state << 8 | event, b: new state << 32 |
				    (uint32_t)result */
	CHANIO_TRACE_START,	 /* a: guest program address, b: condition code or -errno */
	CHANIO_TRACE_HALT,	 /* b: condition code */
	CHANIO_TRACE_CLEAR,	 /* b: condition code */
	CHANIO_TRACE_IRB,	 /* a: SCSW control << 32 | CCW address, b: generation */
	CHANIO_TRACE_CRW,	 /* a: the CRW */
	CHANIO_TRACE_QUIESCE,	 /* a: step, b: result */
	CHANIO_TRACE_PROCESSING, /* a: nanoseconds spent in CP_PROCESSING */
};

struct chanio_platform_ops {
	size_t size; /* of this structure, as the implementation was compiled */

	/* The device's lock; safe against the interrupt path. Not recursive. */
	void (*lock)(void *platform, unsigned long *flags);
	void (*unlock)(void *platform, unsigned long flags);

	/* Ordinary zeroed memory. NULL: none left. */
	void *(*allocate)(void *platform, size_t size);
	void (*release)(void *platform, void *memory, size_t size);

	/* Memory for the channel; size at most 64 KiB. 0 or -ENOMEM. */
	int (*channel_allocate)(void *platform, size_t size, struct chanio_channel_memory *memory);
	void (*channel_release)(void *platform, struct chanio_channel_memory *memory);

	/* Copies from guest memory: all `size` bytes, or -EFAULT and nothing may be assumed. */
	int (*read_guest)(void *platform, uint64_t guest, void *to, size_t size);

	/*
	 * Pins `pages` whole pages (4 KiB) from the page-aligned guest address on, for reading and
	 * writing by the channel, and gives the address by which the channel knows each. All or
	 * none: 0, or -EFAULT (not mapped), -ENOMEM. Each successful pin is undone by one unpin.
	 */
	int (*pin)(void *platform, uint64_t guest, size_t pages, uint64_t *bus_addresses);
	void (*unpin)(void *platform, uint64_t guest, size_t pages);

	/* The client's buffers: 0 or -EFAULT. In user space these are plain copies. */
	int (*copy_from_client)(void *platform, void *to, const void *client, size_t size);
	int (*copy_to_client)(void *platform, void *client, const void *from, size_t size);

	/* Adds one to the client's eventfd. Atomic. `event` is what the attachment handed in. */
	void (*signal)(void *platform, void *event);
	/* Gives the eventfd reference back. Called without the lock. */
	void (*release_event)(void *platform, void *event);

	/*
	 * Sleeps, without the lock, until wake() was called since the last wait() returned or the
	 * time is over. 0: woken, -ETIMEDOUT. wake() is atomic and is never lost.
	 */
	int (*wait)(void *platform, uint64_t nanoseconds);
	void (*wake)(void *platform);

	/* Has chanio_device_work() called soon, once or more, without the lock. Atomic. */
	void (*defer)(void *platform);
	/* Waits until no deferred work is queued or running. Called without the lock. */
	void (*flush_deferred)(void *platform);

	/* Monotonic nanoseconds. Atomic. */
	uint64_t (*now)(void *platform);
	/* Something worth recording; may be NULL. Atomic. */
	void (*trace)(void *platform, enum chanio_trace_event event, uint64_t a, uint64_t b);
};

#endif
