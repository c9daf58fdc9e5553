/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Close, reset and DMA unmap: bringing the subchannel to rest in bounded time (D15, R15), so that
 * no program touches memory that goes back to its owner. One quiesce at a time; others wait their
 * turn.
 */
#include "driver/internal.h"

#define MILLISECOND 1000000ull
#define SECOND	    (1000 * MILLISECOND)
/* Sleeps are no longer than this, in case another thread's sleep took the wake-up. */
#define SLICE (20 * MILLISECOND)

enum step {
	STEP_LOOK,
	STEP_CANCEL,
	STEP_HALT,
	STEP_CLEAR,
};

/* What is tried, and how long each may take to show: ten seconds in all. */
static const struct {
	uint64_t time; /* nanoseconds */
	uint8_t step;
} steps[] = {
	{0, STEP_LOOK},		  {0, STEP_CANCEL},	    {2 * SECOND, STEP_HALT},
	{4 * SECOND, STEP_CLEAR}, {4 * SECOND, STEP_CLEAR},
};

/* The subchannel does not answer (condition code 3, or an exception). */
static bool refused(int cc)
{
	return cc == 3 || cc < 0;
}

/* Is it at rest? The result goes into the occurrence. Lock held. */
static bool settled(struct chanio_device *device, struct chanio_occurrence *occurrence,
		    bool unreachable)
{
	int error;

	occurrence->over = true;
	occurrence->result = 0;
	if (device->gone)
		return true;
	if (occurrence->purpose == CHANIO_QUIESCE_UNMAP && !unreachable) {
		occurrence->over = false;
		return !device->program ||
		       !chanio_program_touches(device->program, occurrence->guest,
					       occurrence->size);
	}
	/* Disabling succeeds only when nothing is in progress, or there is nothing any more. */
	error = device->subchannel_ops->disable(device->subchannel);
	if (error == -EBUSY) {
		occurrence->over = false;
		occurrence->result = -EBUSY;
		return false;
	}
	/* A reset needs something there; an unmap comes this far only if nothing answers it. */
	if (occurrence->purpose == CHANIO_QUIESCE_UNMAP ||
	    (error && occurrence->purpose == CHANIO_QUIESCE_RESET))
		occurrence->result = -ENODEV;
	return true;
}

/* Lock held. */
static int take_step(struct chanio_device *device, const struct chanio_occurrence *occurrence,
		     unsigned int step)
{
	int cc = 0;

	if (step == STEP_CANCEL) {
		/* Cancelled, a program ends without a word: after an unmap nobody would learn. */
		if (occurrence->purpose != CHANIO_QUIESCE_UNMAP && device->program)
			cc = device->subchannel_ops->cancel(device->subchannel);
	} else if (step == STEP_HALT) {
		cc = chanio_issue_halt(device);
	} else if (step == STEP_CLEAR) {
		cc = chanio_issue_clear(device);
	}
	chanio_trace(device, CHANIO_TRACE_QUIESCE, step, (uint64_t)(int64_t)cc);
	return cc;
}

/* One step, and up to its time for what comes of it. True: at rest. Lock held, but for sleeping. */
static bool try_step(struct chanio_device *device, struct chanio_occurrence *occurrence,
		     unsigned int index, unsigned long *flags)
{
	bool unreachable = refused(take_step(device, occurrence, steps[index].step));
	uint64_t start = chanio_now(device), passed;

	for (;;) {
		if (settled(device, occurrence, unreachable))
			return true;
		passed = chanio_now(device) - start;
		if (unreachable || passed >= steps[index].time)
			return false;
		passed = steps[index].time - passed;
		chanio_sleep(device, passed < SLICE ? passed : SLICE, flags);
	}
}

/* A thread that translates finds its generation gone and lets go of its program by itself. */
static void await_translation(struct chanio_device *device, unsigned long *flags)
{
	while (device->translating)
		chanio_sleep(device, SLICE, flags);
}

/* Detached programs may still be on their way through unpinning, in other threads. */
static void await_release(struct chanio_device *device)
{
	unsigned long flags;

	chanio_reap(device);
	flags = chanio_lock(device);
	while (device->releasing)
		chanio_sleep(device, SLICE, &flags);
	chanio_unlock(device, flags);
}

/* From here on requests are refused and this thread alone brings it to rest. Lock held. */
static void bring_to_rest(struct chanio_device *device, struct chanio_occurrence *occurrence,
			  unsigned long *flags)
{
	await_translation(device, flags);
	for (unsigned int i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (try_step(device, occurrence, i, flags))
			return;
	occurrence->result = -EBUSY;
	occurrence->over = false;
}

/* Waits for its turn, quiesces as the table asks for it, and returns the table's answer. */
static int quiesce(struct chanio_device *device, struct chanio_occurrence *occurrence,
		   void *events[CHANIO_IRQS])
{
	const uint8_t event = occurrence->event;
	unsigned long flags = chanio_lock(device);
	int error;

	while ((error = chanio_fsm(device, occurrence)) == -EAGAIN) {
		chanio_sleep(device, SLICE, &flags);
		occurrence->event = event;
	}
	if (occurrence->begun) {
		bring_to_rest(device, occurrence, &flags);
		if (occurrence->purpose == CHANIO_QUIESCE_RESET && !occurrence->result &&
		    !device->gone)
			occurrence->result = chanio_enable(device);
		occurrence->event = CHANIO_EVENT_QUIESCED;
		error = chanio_fsm(device, occurrence);
	}
	if (events && !device->open) {
		memcpy(events, device->event, sizeof(device->event));
		memset(device->event, 0, sizeof(device->event));
	}
	chanio_unlock(device, flags);
	return error;
}

void chanio_device_close(struct chanio_device *device)
{
	struct chanio_occurrence occurrence = {
		.event = CHANIO_EVENT_CLOSE,
		.purpose = CHANIO_QUIESCE_CLOSE,
	};
	void *events[CHANIO_IRQS] = {NULL};

	quiesce(device, &occurrence, events);
	await_release(device);
	chanio_release_events(device, events);
	device->platform_ops->flush_deferred(device->platform);
}

int chanio_device_reset(struct chanio_device *device)
{
	struct chanio_occurrence occurrence = {
		.event = CHANIO_EVENT_RESET,
		.purpose = CHANIO_QUIESCE_RESET,
	};
	int error = quiesce(device, &occurrence, NULL);

	await_release(device);
	return error;
}

int chanio_device_dma_unmap(struct chanio_device *device, uint64_t guest, uint64_t size)
{
	struct chanio_occurrence occurrence = {
		.event = CHANIO_EVENT_DMA_UNMAP,
		.purpose = CHANIO_QUIESCE_UNMAP,
		.guest = guest,
		.size = size,
	};
	bool safe;

	quiesce(device, &occurrence, NULL);
	safe = !occurrence.begun || !occurrence.result || occurrence.over;
	await_release(device);
	return safe ? 0 : -EBUSY;
}
