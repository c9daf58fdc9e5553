/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One subchannel with its driver instance, connected: driver/platform.h in user space
 * (machine/platform.c) and driver/subchannel.h over css/ (machine/subchannel.c).
 *
 * How a machine uses it:
 *   1. css_executor_create_threads() once (or the stepper: then a call that waits steps it, within
 *      bounds, and the caller's css_executor_step() does everything else); css_storage_create() for
 *      each container;
 *   2. machine_adapter_create() makes the emulated subchannel for a device model and the driver
 *      instance above it (state STANDBY);
 *   3. the attachment calls driver/device.h on machine_adapter_driver(); interrupts are events made
 *      by machine_event_create() and handed to chanio_device_set_event();
 *   4. machine_adapter_destroy() once the client has closed; the device model may go after it.
 *
 * Locking: the driver's platform lock is the lock of the css subchannel. Functions here are called
 * without it.
 *
 * Helping: with machine_adapter_set_help(adapter, true) a thread that calls chanio_device_write()
 * must call machine_adapter_help() directly afterwards, whatever the write returned. It then runs
 * the channel program itself as far as nothing has to wait, which saves two thread switches; the
 * rest goes to a worker. Off (the default) everything runs on the executor's threads and
 * machine_adapter_help() does nothing harmful. Other driver calls (reset, close, unmap) need no
 * help.
 */
#ifndef CHANIO_MACHINE_ADAPTERS_H
#define CHANIO_MACHINE_ADAPTERS_H

#include "css/executor.h"
#include "css/storage.h"
#include "css/subchannel.h"
#include "driver/device.h"

struct machine_adapter;

struct machine_adapter_config {
	struct css_executor *executor;
	struct css_storage *storage; /* of the container; must outlive the adapter */
	uint16_t device_number;
	uint8_t chpid[8];
	uint8_t path_installed; /* PIM: 0x80 = the first path */
	const struct css_control_unit_ops *device_ops;
	void *device;
};

/* 0, -EINVAL (incomplete configuration), -ENOMEM, -EAGAIN. */
int machine_adapter_create(const struct machine_adapter_config *config,
			   struct machine_adapter **adapter);
/* Takes NULL. The driver instance must be closed. */
void machine_adapter_destroy(struct machine_adapter *adapter);

struct chanio_device *machine_adapter_driver(struct machine_adapter *adapter);
struct css_subchannel *machine_adapter_subchannel(struct machine_adapter *adapter);

void machine_adapter_set_help(struct machine_adapter *adapter, bool help);
void machine_adapter_help(struct machine_adapter *adapter);

/*
 * An interrupt event for chanio_device_set_event(): owns a duplicate of the eventfd `fd`. NULL with
 * errno set: not a descriptor, too many of them, no memory. The driver gives it back through
 * release_event; an event that was never handed over is released here. Takes NULL.
 */
void *machine_event_create(int fd);
void machine_event_release(void *event);
/* One more reference, given back by machine_event_release(). */
void machine_event_keep(void *event);
/* Adds one to the eventfd. */
void machine_event_signal(void *event);

/*
 * What the driver signals on the calling thread goes to `divert` from now on, NULL: to the eventfds
 * again. It is called with the platform lock held and hands the event to machine_event_signal()
 * now or later, from any thread; later means that it keeps a reference.
 */
void machine_divert_signals(void (*divert)(void *event));

/* The tables; `platform` and `subchannel` are the struct machine_adapter. */
extern const struct chanio_platform_ops machine_platform;
extern const struct chanio_subchannel_ops machine_subchannel_ops;

#endif
