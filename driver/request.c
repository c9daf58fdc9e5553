/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The client's requests: START in three steps (classify under the lock, translate without it, issue
 * under it again if nothing has come between), HALT and CLEAR in one.
 */
#include "driver/internal.h"

static void count_refusal(struct chanio_device *device, int error)
{
	if (error == -EBUSY)
		device->stats.refused_busy++;
	else if (error == -EAGAIN)
		device->stats.refused_again++;
}

/* Nothing but IDLE lets a START pass; then its ORB may be read back. */
static int classify(struct chanio_device *device, struct chanio_occurrence *occurrence,
		    const struct arch_scsw *scsw)
{
	unsigned long flags = chanio_lock(device);
	int error = chanio_fsm(device, occurrence);

	if (!error) {
		device->io.orb = *occurrence->orb;
		device->io.scsw = *scsw;
	}
	count_refusal(device, error);
	chanio_unlock(device, flags);
	return error;
}

/* None was in the cache: perhaps one is only waiting for release; else a new one. */
static int find_program(struct chanio_device *device, struct chanio_program **program)
{
	unsigned long flags;

	chanio_reap(device);
	flags = chanio_lock(device);
	*program = chanio_take_program(device);
	chanio_unlock(device, flags);
	return *program ? 0 : chanio_program_create(device, program);
}

/* The program for the ORB, which becomes the subchannel's. No lock held: this may sleep. */
static int translate(struct chanio_device *device, struct chanio_occurrence *occurrence,
		     struct arch_orb *orb)
{
	int error = 0;

	if (!occurrence->program)
		error = find_program(device, &occurrence->program);
	return error ? error : chanio_translate(device, occurrence->program, orb);
}

int chanio_request_start(struct chanio_device *device, const struct arch_orb *orb,
			 const struct arch_scsw *scsw)
{
	struct chanio_occurrence occurrence = {
		.event = CHANIO_EVENT_START,
		.orb = orb,
		.functions = arch_get32(scsw->control) & ARCH_SCSW_FC,
	};
	struct arch_orb ours = *orb;
	unsigned long flags;
	int error;

	error = classify(device, &occurrence, scsw);
	if (error)
		return error;
	occurrence.result = translate(device, &occurrence, &ours);
	occurrence.orb = &ours;
	occurrence.event = CHANIO_EVENT_TRANSLATED;

	flags = chanio_lock(device);
	error = chanio_fsm(device, &occurrence);
	device->io.ret_code = arch_put32((uint32_t)error);
	count_refusal(device, error);
	chanio_unlock(device, flags);
	if (error)
		chanio_reap(device);
	return error;
}

int chanio_request_command(struct chanio_device *device, uint32_t command)
{
	struct chanio_occurrence occurrence = {
		.event = command == CHANIO_COMMAND_CLEAR ? CHANIO_EVENT_CLEAR : CHANIO_EVENT_HALT,
		.command = command,
	};
	unsigned long flags = chanio_lock(device);
	int error = chanio_fsm(device, &occurrence);

	/* It got as far as the subchannel. */
	if (occurrence.event == CHANIO_EVENT_SIGNALLED) {
		device->command.command = arch_put32(command);
		device->command.ret_code = arch_put32((uint32_t)error);
	}
	count_refusal(device, error);
	chanio_unlock(device, flags);
	return error;
}
