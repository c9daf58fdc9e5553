/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The scriptable device: a control unit of type FFFF that answers every command as a script says,
 * at the moment that it says. The script is part of the channel program (device/test/protocol.h has
 * commands and layout) or of the configuration, so that a client meets everything that the
 * architecture allows a device to do, without hardware and on demand.
 */
#ifndef CHANIO_DEVICE_TEST_TEST_H
#define CHANIO_DEVICE_TEST_TEST_H

#include "arch/crw.h"
#include "common/error.h"
#include "css/control_unit.h"
#include "css/executor.h"
#include "device/test/protocol.h"

struct testdev;

/*
 * What happens to the device's surroundings, done by whoever built the machine. Called from the
 * executor, no lock held; each may wait. A member that is NULL: the event is nothing.
 */
struct testdev_machine_ops {
	void (*unsolicited)(void *machine, uint8_t status);
	void (*path)(void *machine, uint8_t mask, bool available, bool varied);
	void (*report)(void *machine, struct arch_crw crw);
	void (*request)(void *machine);
	void (*remove)(void *machine);
};

struct testdev_config {
	struct css_executor *executor; /* its time is the device's time */
	/* What SENSE ID says. Linux takes TESTDEV_CU_TYPE for no answer and makes no device of it.
	 */
	uint16_t cu_type;
	/* The script at power on and after a system reset, kept (as KEEP_SCRIPT); copied. */
	const struct testdev_step *steps;
	size_t step_count;
};

/* 0, -EINVAL (the script is wrong), -ENOMEM, -EAGAIN. */
int testdev_create(const struct testdev_config *config, struct testdev **device);
/* Takes NULL. The subchannels over it must be gone, and it disconnected. */
void testdev_destroy(struct testdev *device);

/*
 * Between these two, events happen and commands end later; the configuration's script begins with
 * the first. Once disconnect has returned nothing of that is under way or comes any more. 0,
 * -ENOMEM, -EAGAIN.
 */
int testdev_connect(struct testdev *device, const struct testdev_machine_ops *ops, void *machine);
void testdev_disconnect(struct testdev *device);

/*
 * A script as text, as the configuration has it: steps separated by commas, each an operation (do,
 * answer, no-path, hold, unsolicited, path-lost, path-back, vary-off, vary-on, report, request,
 * remove) and what belongs to it (chanio-machine.conf(5)). Appends to the `*count` steps that are
 * there already, at most TESTDEV_STEPS_MAX. 0, or -EINVAL with what was expected.
 */
int testdev_script_parse(const char *text, struct testdev_step *steps, size_t *count,
			 struct chanio_error *error);
/* Why a script is not valid: 0, or an enum testdev_reason with the step's number in *step. */
uint8_t testdev_script_check(const struct testdev_step *steps, size_t count, size_t *step);

extern const struct css_control_unit_ops testdev_ops; /* the device of these is a struct testdev */

#endif
