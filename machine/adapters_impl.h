/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of machine/platform.c and machine/subchannel.c. */
#ifndef CHANIO_MACHINE_ADAPTERS_IMPL_H
#define CHANIO_MACHINE_ADAPTERS_IMPL_H

#include "machine/adapters.h"

#include <pthread.h>

struct machine_adapter {
	struct css_executor *executor;
	struct css_storage *storage;
	struct css_subchannel *subchannel;
	struct chanio_device *device;
	struct css_job *work; /* runs chanio_device_work() */

	pthread_mutex_t lock; /* the innermost of all */
	pthread_cond_t changed;
	bool woken;    /* wake() without wait() yet */
	bool deferred; /* defer() without chanio_device_work() yet */
	bool working;
};

/* The job of deferred work. */
bool machine_adapter_work(void *context, bool may_wait);
/* The calling thread is inside machine_adapter_help(). */
bool machine_is_helping(const struct machine_adapter *adapter);

#endif
