/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What is still to come: one timer for the earliest of it, and a job that performs it, because what
 * happens to the machine may have to wait for the subchannel.
 */
#include "device/test/internal.h"

/* A second sequence of the seed, far from that of the pattern. */
#define DELAYS 0x5DEECE66Dull

uint64_t testdev_delay(struct testdev *device, const struct testdev_step *step, arch_be32 delay)
{
	uint64_t time = arch_get32(delay) * NANOSECONDS;

	if (time && (step->flags & TESTDEV_RANDOM))
		time = testdev_word(device->seed ^ DELAYS, device->drawn++) % (time + 1);
	return css_executor_now(device->executor) + time;
}

void testdev_event_add(struct testdev *device, const struct testdev_step *step)
{
	if (device->event_count == TESTDEV_EVENTS_MAX) {
		device->figures.events_dropped++;
		return;
	}
	device->events[device->event_count++] = (struct testdev_event){
		.step = *step,
		.due = testdev_delay(device, step, step->delay),
		.left = testdev_repeat(step),
	};
	testdev_set_timer(device);
}

static size_t find_first(const struct testdev *device)
{
	size_t first = 0;

	for (size_t i = 1; i < device->event_count; i++)
		if (device->events[i].due < device->events[first].due)
			first = i;
	return first;
}

void testdev_set_timer(struct testdev *device)
{
	uint64_t due = device->holding ? device->due : NEVER, now, event;

	if (device->event_count) {
		event = device->events[find_first(device)].due;
		due = event < due ? event : due;
	}
	if (!device->timer)
		return;
	if (due == NEVER) {
		css_timer_cancel(device->timer);
		return;
	}
	now = css_executor_now(device->executor);
	css_timer_set(device->timer, due > now ? due - now : 0);
}

void testdev_due(void *context)
{
	struct testdev *device = context;

	css_job_kick(device->job);
}

/* The order of the array is that of adding; of two that are due together the first added is first.
 */
static void remove_event(struct testdev *device, size_t index)
{
	device->event_count--;
	memmove(&device->events[index], &device->events[index + 1],
		(device->event_count - index) * sizeof(device->events[0]));
}

static void count_on(struct testdev *device, size_t index)
{
	struct testdev_event *event = &device->events[index];

	if (event->left != TESTDEV_FOREVER)
		event->left--;
	if (event->left)
		event->due = testdev_delay(device, &event->step, event->step.late_delay);
	else
		remove_event(device, index);
}

static void note(struct testdev *device, const struct testdev_step *step)
{
	switch (step->operation) {
	case TESTDEV_UNSOLICITED:
		device->figures.unsolicited++;
		break;
	case TESTDEV_PATH_LOST:
		device->lost |= step->paths;
		break;
	case TESTDEV_PATH_BACK:
		device->lost &= (uint8_t)~step->paths;
		break;
	case TESTDEV_VARY_OFF:
		device->varied |= step->paths;
		break;
	case TESTDEV_VARY_ON:
		device->varied &= (uint8_t)~step->paths;
		break;
	case TESTDEV_REMOVE:
		device->removed = true;
		device->event_count = 0;
		break;
	}
}

/* Lock not held. */
static void perform(const struct testdev_machine_ops *ops, void *machine,
		    const struct testdev_step *step)
{
	bool varied = step->operation == TESTDEV_VARY_OFF || step->operation == TESTDEV_VARY_ON;
	bool available = step->operation == TESTDEV_PATH_BACK || step->operation == TESTDEV_VARY_ON;
	struct arch_crw crw;

	switch (step->operation) {
	case TESTDEV_UNSOLICITED:
		if (ops->unsolicited)
			ops->unsolicited(machine, step->status);
		break;
	case TESTDEV_PATH_LOST:
	case TESTDEV_PATH_BACK:
	case TESTDEV_VARY_OFF:
	case TESTDEV_VARY_ON:
		if (ops->path)
			ops->path(machine, step->paths, available, varied);
		break;
	case TESTDEV_REPORT:
		memcpy(&crw, &step->value, sizeof(crw));
		if (ops->report)
			ops->report(machine, crw);
		break;
	case TESTDEV_REQUEST:
		if (ops->request)
			ops->request(machine);
		break;
	case TESTDEV_REMOVE:
		if (ops->remove)
			ops->remove(machine);
		break;
	}
}

/* False: no event is due. Lock held on entry and exit. */
static bool perform_first(struct testdev *device)
{
	const struct testdev_machine_ops *ops = device->ops;
	void *machine = device->machine;
	size_t first = find_first(device);
	struct testdev_step step;

	if (!ops || device->removed || !device->event_count ||
	    device->events[first].due > css_executor_now(device->executor))
		return false;
	step = device->events[first].step;
	count_on(device, first);
	note(device, &step);
	pthread_mutex_unlock(&device->lock);
	perform(ops, machine, &step);
	pthread_mutex_lock(&device->lock);
	return true;
}

bool testdev_run(void *context, bool may_wait)
{
	struct testdev *device = context;
	bool more;

	if (!may_wait)
		return true;
	pthread_mutex_lock(&device->lock);
	do {
		if (device->ops && device->holding &&
		    device->due <= css_executor_now(device->executor))
			testdev_answer_held(device);
		more = perform_first(device);
	} while (more);
	testdev_set_timer(device);
	pthread_mutex_unlock(&device->lock);
	return false;
}
