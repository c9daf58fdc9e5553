/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A driver, a storage and a backend that only write down what they were asked, so that the VFIO
 * layer can be tested alone.
 */
#ifndef CHANIO_TESTS_ATTACH_FAKES_H
#define CHANIO_TESTS_ATTACH_FAKES_H

#include "attach/vfio.h"

struct fake {
	int opens, closes; /* of the driver */
	int backend_opens, backend_closes;
	int resets, triggers[CHANIO_IRQS];
	void *events[CHANIO_IRQS];
	int sets[CHANIO_IRQS]; /* calls of set_event */
	int unmaps;	       /* calls of dma_unmap */
	uint64_t unmap_guest, unmap_size;
	int open_error, reset_error;
	int busy_unmaps;  /* so many times the storage says -EBUSY */
	int maps, mapped; /* calls, and mappings that exist */
	int storages;	  /* that exist */
};

extern struct fake fake;
extern const struct vfio_backend fake_backend;

#define FAKE_GROUP   7
#define FAKE_NAME    "0.0.0120"
#define FAKE_EVENTFD 33 /* the only number that is an eventfd */
#define FAKE_FILE    34 /* open, but not an eventfd */

#endif
