/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The life of a device instance, its interrupt events, and the calls from the subchannel below. */
#include "driver/internal.h"

static bool platform_is_complete(const struct chanio_platform_ops *ops)
{
	return ops && ops->size >= sizeof(*ops) && ops->lock && ops->unlock && ops->allocate &&
	       ops->release && ops->channel_allocate && ops->channel_release && ops->read_guest &&
	       ops->pin && ops->unpin && ops->copy_from_client && ops->copy_to_client &&
	       ops->signal && ops->release_event && ops->wait && ops->wake && ops->defer &&
	       ops->flush_deferred && ops->now;
}

static bool subchannel_is_complete(const struct chanio_subchannel_ops *ops)
{
	return ops && ops->size >= sizeof(*ops) && ops->start && ops->halt && ops->clear &&
	       ops->resume && ops->cancel && ops->store && ops->enable && ops->disable;
}

int chanio_device_create(const struct chanio_platform_ops *platform_ops, void *platform,
			 const struct chanio_subchannel_ops *subchannel_ops, void *subchannel,
			 struct chanio_device **device)
{
	struct chanio_device *made;

	*device = NULL;
	if (!platform_is_complete(platform_ops) || !subchannel_is_complete(subchannel_ops))
		return -EINVAL;
	made = platform_ops->allocate(platform, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->platform_ops = platform_ops;
	made->platform = platform;
	made->subchannel_ops = subchannel_ops;
	made->subchannel = subchannel;
	made->state = CHANIO_STATE_STANDBY;
	made->opm = 0xFF;
	chanio_fsm_init(made);
	*device = made;
	return 0;
}

void chanio_device_destroy(struct chanio_device *device)
{
	struct chanio_program *program;

	if (!device)
		return;
	/* Deferred work for what a kept program's late IRB has detached may not have run. */
	chanio_reap(device);
	chanio_assert(!device->open && !device->translating && !device->releasing);
	/* One that a failed quiesce has kept: the subchannel is gone by now. */
	chanio_program_destroy(device, device->program);
	while ((program = device->cached) != NULL) {
		device->cached = program->next;
		chanio_program_destroy(device, program);
	}
	chanio_scratch_finish(device);
	chanio_release_events(device, device->event);
	device->platform_ops->release(device->platform, device, sizeof(*device));
}

int chanio_device_open(struct chanio_device *device)
{
	struct chanio_occurrence occurrence = {.event = CHANIO_EVENT_OPEN};
	void *events[CHANIO_IRQS] = {NULL};
	unsigned long flags = chanio_lock(device);
	int error = chanio_fsm(device, &occurrence);

	if (!error) {
		memcpy(events, device->event, sizeof(events));
		memset(device->event, 0, sizeof(device->event));
	}
	chanio_unlock(device, flags);
	chanio_release_events(device, events);
	return error;
}

/* ---- interrupt events ---- */

void chanio_release_events(struct chanio_device *device, void *const events[CHANIO_IRQS])
{
	for (unsigned int i = 0; i < CHANIO_IRQS; i++)
		if (events[i])
			device->platform_ops->release_event(device->platform, events[i]);
}

int chanio_device_set_event(struct chanio_device *device, enum chanio_irq irq, void *event)
{
	void *old = event;
	unsigned long flags;

	if (irq < CHANIO_IRQS) {
		flags = chanio_lock(device);
		old = device->event[irq];
		device->event[irq] = event;
		/* It is signalled while there is something to read (D9). */
		if ((irq == CHANIO_IRQ_IO && device->irb_count) ||
		    (irq == CHANIO_IRQ_CRW && device->crw_count))
			chanio_signal(device, irq);
		chanio_unlock(device, flags);
	}
	if (old)
		device->platform_ops->release_event(device->platform, old);
	return irq < CHANIO_IRQS ? 0 : -EINVAL;
}

int chanio_device_trigger(struct chanio_device *device, enum chanio_irq irq)
{
	unsigned long flags;

	if (irq >= CHANIO_IRQS)
		return -EINVAL;
	flags = chanio_lock(device);
	chanio_signal(device, irq);
	chanio_unlock(device, flags);
	return 0;
}

/* ---- upwards, lock held ---- */

void chanio_device_irb(struct chanio_device *device, const struct arch_irb *irb)
{
	struct chanio_occurrence occurrence = {.event = CHANIO_EVENT_IRB, .irb = irb};

	chanio_fsm(device, &occurrence);
	chanio_irb_answers(device, irb);
	chanio_defer_release(device);
}

void chanio_device_gone(struct chanio_device *device)
{
	struct chanio_occurrence occurrence = {.event = CHANIO_EVENT_GONE};

	chanio_fsm(device, &occurrence);
	chanio_defer_release(device);
}

/* ---- figures ---- */

void chanio_device_get_stats(struct chanio_device *device, struct chanio_device_stats *stats)
{
	unsigned long flags = chanio_lock(device);

	*stats = device->stats;
	chanio_unlock(device, flags);
}
