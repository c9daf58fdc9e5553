/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A filter in front of a device: while a file exists, the device takes every command and never
 * answers it, until halt or clear. What a disk with a hardware fault does, on demand, so that
 * timeouts and their recovery can be tested.
 */
#ifndef CHANIO_DEVICE_HOLD_HOLD_H
#define CHANIO_DEVICE_HOLD_HOLD_H

#include "css/control_unit.h"

struct hold;

/*
 * In front of `device` with its `ops`; neither is owned. `path` names the file and is copied.
 * -ENOMEM.
 */
int hold_create(const struct css_control_unit_ops *ops, void *device, const char *path,
		struct hold **hold);
void hold_destroy(struct hold *hold);

extern const struct css_control_unit_ops hold_ops; /* the device of these is a struct hold */

#endif
