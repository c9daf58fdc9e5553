/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Scripts: whether one is valid, and which step is next. */
#include "device/test/internal.h"

#define END_MASK (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)

/* What belongs to an operation. */
struct rule {
	uint8_t flags;
	bool known, status, late_status, paths, value;
};

static const struct rule commands[] = {
	[TESTDEV_DO] = {.known = true,
			.flags = TESTDEV_LATER | TESTDEV_DATA_LATE | TESTDEV_LENGTH |
				 TESTDEV_RANDOM | TESTDEV_MUST_WAIT,
			.status = true,
			.late_status = true,
			.value = true},
	[TESTDEV_ANSWER] = {.known = true, .flags = TESTDEV_RANDOM, .status = true},
	[TESTDEV_NO_PATH] = {.known = true},
	[TESTDEV_HOLD] = {.known = true,
			  .flags = TESTDEV_DATA | TESTDEV_LENGTH | TESTDEV_MUST_WAIT,
			  .value = true},
};

static const struct rule events[] = {
	[TESTDEV_UNSOLICITED & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM, .status = true},
	[TESTDEV_PATH_LOST & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM, .paths = true},
	[TESTDEV_PATH_BACK & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM, .paths = true},
	[TESTDEV_VARY_OFF & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM, .paths = true},
	[TESTDEV_VARY_ON & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM, .paths = true},
	[TESTDEV_REPORT & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM, .value = true},
	[TESTDEV_REQUEST & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM},
	[TESTDEV_REMOVE & 0x7F] = {.known = true, .flags = TESTDEV_RANDOM},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct rule find_rule(uint8_t operation)
{
	uint8_t event = operation & (uint8_t)~TESTDEV_IS_EVENT;

	if ((operation & TESTDEV_IS_EVENT) && event < COUNT(events))
		return events[event];
	if (operation < COUNT(commands))
		return commands[operation];
	return (struct rule){0};
}

static bool is_event(const struct testdev_step *step)
{
	return step->operation & TESTDEV_IS_EVENT;
}

static bool status_is_valid(const struct testdev_step *step, const struct rule *rule)
{
	const uint8_t busy = ARCH_DS_BUSY | ARCH_DS_DEVICE_END;

	if (step->status && !rule->status)
		return false;
	/* Without one there would be nothing to present; DO has its own for that. */
	if (!step->status && rule->status && step->operation != TESTDEV_DO)
		return false;
	if (!step->late_status)
		return true;
	/* Something later needs something that does not end everything. */
	return rule->late_status && !(step->status & busy) &&
	       ((step->status & ARCH_DS_CHANNEL_END) || step->status == ARCH_DS_CONTROL_UNIT_END);
}

static bool delays_are_valid(const struct testdev_step *step)
{
	uint32_t delay = arch_get32(step->delay), late = arch_get32(step->late_delay);

	if (delay > TESTDEV_DELAY_MAX || late > TESTDEV_DELAY_MAX)
		return false;
	/* Events for ever need time between them. */
	if (is_event(step))
		return late || testdev_repeat(step) != TESTDEV_FOREVER;
	if (step->operation == TESTDEV_ANSWER)
		return !late && (!delay || (step->status & ARCH_DS_BUSY));
	return step->operation == TESTDEV_DO ? !late || step->late_status : !delay && !late;
}

static bool value_is_valid(const struct testdev_step *step, const struct rule *rule)
{
	bool used = is_event(step) ? rule->value : step->flags & TESTDEV_LENGTH;

	return used || !arch_get32(step->value);
}

static uint8_t check_step(const struct testdev_step *step)
{
	static const uint8_t zeros[sizeof(step->reserved1)];
	struct rule rule = find_rule(step->operation);

	if (!rule.known)
		return TESTDEV_BAD_OPERATION;
	if (step->flags & (uint8_t)~rule.flags)
		return TESTDEV_BAD_FLAGS;
	if (!status_is_valid(step, &rule))
		return TESTDEV_BAD_STATUS;
	if (!step->paths != !rule.paths)
		return TESTDEV_BAD_PATHS;
	if (!delays_are_valid(step))
		return TESTDEV_BAD_DELAY;
	if (step->reserved0 || memcmp(step->reserved1, zeros, sizeof(zeros)) != 0 ||
	    !value_is_valid(step, &rule))
		return TESTDEV_BAD_RESERVED;
	return 0;
}

uint8_t testdev_script_check(const struct testdev_step *steps, size_t count, size_t *step)
{
	uint8_t reason = 0;

	*step = 0;
	if (!count || count > TESTDEV_STEPS_MAX)
		return TESTDEV_BAD_SIZE;
	for (size_t i = 0; i < count && !reason; i++) {
		reason = check_step(&steps[i]);
		*step = i;
	}
	return reason;
}

void testdev_script_drop(struct testdev_script *script)
{
	script->count = 0;
	script->next = 0;
	script->used = 0;
}

void testdev_script_set(struct testdev_script *script, const struct testdev_step *steps,
			size_t count)
{
	testdev_script_drop(script);
	memcpy(script->steps, steps, count * sizeof(*steps));
	script->count = count;
}

struct testdev_script *testdev_script_current(struct testdev *device)
{
	if (device->program.next < device->program.count)
		return &device->program;
	if (device->kept.next < device->kept.count)
		return &device->kept;
	return NULL;
}

void testdev_script_use(struct testdev_script *script)
{
	uint32_t repeat = testdev_repeat(&script->steps[script->next]);

	script->used++;
	if (repeat == TESTDEV_FOREVER || script->used < repeat)
		return;
	script->used = 0;
	script->next++;
}

static void set_events_off(struct testdev *device, struct testdev_script *script)
{
	while (script->next < script->count && is_event(&script->steps[script->next]))
		testdev_event_add(device, &script->steps[script->next++]);
}

void testdev_script_go_on(struct testdev *device)
{
	set_events_off(device, &device->program);
	set_events_off(device, &device->kept);
	if (device->program_over) {
		testdev_script_drop(&device->program);
		device->program_over = false;
	}
}
