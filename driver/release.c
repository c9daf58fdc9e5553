/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Programs that nothing uses any more: unpinned and freed outside the lock, by whichever thread
 * comes first, the deferred work of the interrupt path among them.
 */
#include "driver/internal.h"

/* Empties the list; what the cache has no room for stays on it, for destruction. */
static struct chanio_program *recycle(struct chanio_device *device, struct chanio_program *list)
{
	struct chanio_program *surplus = NULL, *program;

	while (list) {
		program = list;
		list = program->next;
		if (device->cached_count < CHANIO_PROGRAMS_CACHED) {
			program->next = device->cached;
			device->cached = program;
			device->cached_count++;
		} else {
			program->next = surplus;
			surplus = program;
		}
	}
	return surplus;
}

void chanio_reap(struct chanio_device *device)
{
	struct chanio_program *list, *program;
	unsigned long flags = chanio_lock(device);

	list = device->detached;
	device->detached = NULL;
	if (!list) {
		chanio_unlock(device, flags);
		return;
	}
	device->releasing++;
	chanio_unlock(device, flags);

	for (program = list; program; program = program->next)
		chanio_program_empty(device, program);

	flags = chanio_lock(device);
	list = recycle(device, list);
	device->releasing--;
	chanio_wake(device);
	chanio_unlock(device, flags);

	while (list) {
		program = list;
		list = program->next;
		chanio_program_destroy(device, program);
	}
}

void chanio_defer_release(struct chanio_device *device)
{
	if (device->detached)
		device->platform_ops->defer(device->platform);
}

void chanio_device_work(struct chanio_device *device)
{
	chanio_reap(device);
}

void chanio_sleep(struct chanio_device *device, uint64_t nanoseconds, unsigned long *flags)
{
	/* From here on progress wakes us, also before we sleep. */
	device->waiters++;
	chanio_unlock(device, *flags);
	device->platform_ops->wait(device->platform, nanoseconds);
	*flags = chanio_lock(device);
	device->waiters--;
}
