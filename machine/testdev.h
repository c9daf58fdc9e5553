/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The scriptable device in a machine: made from its entry, and what it does to the machine. */
#ifndef CHANIO_MACHINE_TESTDEV_H
#define CHANIO_MACHINE_TESTDEV_H

#include "device/test/test.h"
#include "machine/machine.h"

int machine_testdev_create(const struct machine_subchannel_config *config,
			   struct css_executor *executor, struct testdev **device,
			   struct chanio_error *error);

/* The machine of these is a struct machine_adapter, which must have its driver instance. */
extern const struct testdev_machine_ops machine_testdev_ops;

#endif
