/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A driver, a storage and a backend that only write down what they were asked, so that the VFIO
 * layer can be tested alone.
 */
#ifndef CHANIO_TESTS_ATTACH_FAKES_H
#define CHANIO_TESTS_ATTACH_FAKES_H

#include <stdatomic.h>

#include "attach/vfio.h"

/* Counts of calls where nothing else is said; atomic, for tests with several threads. */
struct fake {
	atomic_int opens, closes; /* of the driver */
	atomic_int backend_opens, backend_closes;
	atomic_int resets, triggers[CHANIO_IRQS];
	void *_Atomic events[CHANIO_IRQS]; /* armed */
	atomic_int sets[CHANIO_IRQS];	   /* of set_event */
	atomic_int unmaps;		   /* of dma_unmap */
	_Atomic uint64_t unmap_guest, unmap_size;
	int open_error, reset_error;
	atomic_int busy_unmaps;	 /* so many times the storage says -EBUSY */
	atomic_int maps, mapped; /* calls, and mappings that exist */
	atomic_int storages;	 /* that exist */
	atomic_int in_use;	 /* drivers that are open, and calls on one that is not */
	atomic_int misused;
};

extern struct fake fake;
extern const struct vfio_backend fake_backend;

#define FAKE_GROUP   7
#define FAKE_NAME    "0.0.0120"
#define FAKE_EVENTFD 33 /* the only number that is an eventfd */
#define FAKE_FILE    34 /* open, but not an eventfd */

#endif
