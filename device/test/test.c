/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The scriptable device: its life, and how it answers commands. */
#include "device/test/internal.h"

#include <assert.h>
#include <stdlib.h>

#define NORMAL_END (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)

/* Life */

static void return_to_configuration(struct testdev *device)
{
	testdev_script_drop(&device->program);
	testdev_script_drop(&device->kept);
	device->program_over = false;
	device->holding = TESTDEV_FREE;
	device->event_count = 0;
	device->written = 0;
	device->seed = 0;
	device->position = 0;
	device->drawn = 0;
	memset(device->sense, 0, sizeof(device->sense));
	device->figures = (struct testdev_figures){0};
	if (device->configured_count)
		testdev_script_set(&device->kept, device->configured, device->configured_count);
	if (device->ops)
		testdev_script_go_on(device);
	testdev_set_timer(device);
}

int testdev_create(const struct testdev_config *config, struct testdev **device)
{
	size_t size = config->step_count * sizeof(config->steps[0]), step;
	struct testdev *made;

	if (config->step_count && testdev_script_check(config->steps, config->step_count, &step))
		return -EINVAL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	if (size) {
		made->configured = malloc(size);
		if (!made->configured) {
			free(made);
			return -ENOMEM;
		}
		memcpy(made->configured, config->steps, size);
	}
	made->configured_count = config->step_count;
	made->executor = config->executor;
	made->cu_type = config->cu_type;
	pthread_mutex_init(&made->lock, NULL);
	return_to_configuration(made);
	*device = made;
	return 0;
}

void testdev_destroy(struct testdev *device)
{
	if (!device)
		return;
	assert(!device->job);
	pthread_mutex_destroy(&device->lock);
	free(device->configured);
	free(device);
}

int testdev_connect(struct testdev *device, const struct testdev_machine_ops *ops, void *machine)
{
	struct css_timer *timer;
	int result;

	result = css_job_create(device->executor, testdev_run, device, &device->job);
	if (result)
		return result;
	result = css_timer_create(device->executor, testdev_due, device, &timer);
	if (result) {
		css_job_destroy(device->job);
		device->job = NULL;
		return result;
	}
	pthread_mutex_lock(&device->lock);
	device->timer = timer;
	device->ops = ops;
	device->machine = machine;
	testdev_script_go_on(device);
	testdev_set_timer(device);
	pthread_mutex_unlock(&device->lock);
	return 0;
}

void testdev_disconnect(struct testdev *device)
{
	struct css_timer *timer;

	pthread_mutex_lock(&device->lock);
	timer = device->timer;
	device->timer = NULL;
	device->ops = NULL;
	pthread_mutex_unlock(&device->lock);
	/* The timer kicks the job; the job sets no timer any more. */
	css_timer_destroy(timer);
	css_job_destroy(device->job);
	device->job = NULL;
}

/* Status */

/*
 * The status that is due, and what the device still has to say of the command afterwards. With
 * control-unit end alone the channel waits for more, with channel end alone for device end.
 */
static uint8_t give_status(struct testdev *device)
{
	const uint8_t says_nothing = ARCH_DS_CONTROL_UNIT_END | ARCH_DS_STATUS_MODIFIER;
	struct testdev_step *step = &device->step;
	uint8_t status = device->found ? device->found : step->status;
	bool owed = device->holding == TESTDEV_OWES;
	bool ends = status & (uint8_t)~says_nothing;
	bool alone = (status & NORMAL_END) == ARCH_DS_CHANNEL_END && !owed;

	if ((status & ARCH_DS_UNIT_CHECK) && !device->found)
		memcpy(device->sense, step->sense, sizeof(device->sense));
	if (ends && !owed)
		device->figures.ended++;
	if (!ends || alone) {
		device->holding = owed || alone ? TESTDEV_OWES : TESTDEV_HOLDS;
		device->due = NEVER;
		if (step->late_status && !device->found)
			device->due = testdev_delay(device, step, step->late_delay);
		step->status = step->late_status;
		step->late_status = 0;
	} else {
		device->holding = TESTDEV_FREE;
		testdev_script_go_on(device);
	}
	testdev_set_timer(device);
	return status;
}

void testdev_answer_held(struct testdev *device)
{
	if (device->data_due)
		device->found = testdev_transfer(device);
	device->data_due = false;
	css_subchannel_device_end(device->subchannel, give_status(device));
}

/* Commands */

/* Those that no script can disturb. False: it is none of them. */
static bool serve(struct testdev *device)
{
	device->found = 0;
	switch (device->code) {
	case TESTDEV_BASIC_SENSE:
		testdev_put_sense(device);
		return true;
	case TESTDEV_READ_COUNTERS:
		testdev_put_counters(device);
		return true;
	case TESTDEV_SEED:
		device->found = testdev_take_seed(device);
		return true;
	case TESTDEV_SCRIPT:
		device->found = testdev_take_script(device, &device->program);
		testdev_script_go_on(device);
		return true;
	case TESTDEV_KEEP_SCRIPT:
		device->found = testdev_take_script(device, &device->kept);
		testdev_script_go_on(device);
		return true;
	}
	return false;
}

static void forget(struct testdev *device)
{
	struct testdev_step back = {.operation = TESTDEV_PATH_BACK, .paths = device->lost};
	struct testdev_step vary = {.operation = TESTDEV_VARY_ON, .paths = device->varied};

	return_to_configuration(device);
	testdev_script_drop(&device->kept);
	device->event_count = 0;
	if (back.paths)
		testdev_event_add(device, &back);
	if (vary.paths)
		testdev_event_add(device, &vary);
	testdev_set_timer(device);
}

/* Busy is over after a while; the channel or the program waits for that. */
static void end_busy_later(struct testdev *device)
{
	const struct testdev_step *step = &device->step;
	struct testdev_step end = {
		.operation = TESTDEV_UNSOLICITED,
		.flags = step->flags,
		.status = step->status & ARCH_DS_STATUS_MODIFIER ? ARCH_DS_CONTROL_UNIT_END
								 : ARCH_DS_DEVICE_END,
		.delay = step->delay,
	};

	if ((step->status & ARCH_DS_BUSY) && arch_get32(step->delay))
		testdev_event_add(device, &end);
}

static enum css_result answer(struct testdev *device, struct css_command *command)
{
	const struct testdev_step *step = &device->step;

	if (step->status & ARCH_DS_UNIT_CHECK)
		memcpy(device->sense, step->sense, sizeof(device->sense));
	command->status = step->status;
	device->figures.ended++;
	end_busy_later(device);
	testdev_script_go_on(device);
	return CSS_DONE;
}

static enum css_result hold(struct testdev *device)
{
	if (device->step.flags & TESTDEV_DATA)
		testdev_transfer(device);
	device->holding = TESTDEV_HOLDS;
	device->due = NEVER;
	return CSS_LATER;
}

static enum css_result perform(struct testdev *device, struct css_command *command)
{
	const struct testdev_step *step = &device->step;
	bool late = arch_get32(step->delay) || (step->flags & (TESTDEV_LATER | TESTDEV_DATA_LATE));

	device->data_due = step->flags & TESTDEV_DATA_LATE;
	if (!device->data_due)
		device->found = testdev_transfer(device);
	if (!late) {
		command->status = give_status(device);
		return CSS_DONE;
	}
	device->holding = TESTDEV_HOLDS;
	device->due = testdev_delay(device, step, step->delay);
	testdev_set_timer(device);
	return CSS_LATER;
}

/* By a step: `step` is its copy, in which status 0 has become the usual one. */
static enum css_result follow(struct testdev *device, struct css_command *command)
{
	device->figures.commands++;
	switch (device->step.operation) {
	case TESTDEV_ANSWER:
		return answer(device, command);
	case TESTDEV_NO_PATH:
		testdev_script_go_on(device);
		return CSS_NO_PATH;
	case TESTDEV_HOLD:
		return hold(device);
	default:
		return perform(device, command);
	}
}

static enum css_result take_step(struct testdev *device, struct css_command *command)
{
	struct testdev_script *script = testdev_script_current(device);

	device->step = script ? script->steps[script->next] : (struct testdev_step){0};
	if ((device->step.flags & TESTDEV_MUST_WAIT) && !command->may_wait)
		return CSS_WOULD_WAIT;
	if (script)
		testdev_script_use(script);
	if (!device->step.status)
		device->step.status = NORMAL_END;
	return follow(device, command);
}

static enum css_result testdev_command(void *context, struct css_subchannel *subchannel,
				       struct css_command *command)
{
	struct testdev *device = context;
	enum css_result result = CSS_DONE;

	pthread_mutex_lock(&device->lock);
	/* The channel knows better than to wait for what is owed. */
	if (device->holding) {
		device->holding = TESTDEV_FREE;
		testdev_script_go_on(device);
	}
	device->subchannel = subchannel;
	device->window = command->window;
	device->code = command->code;
	device->found = 0;
	if (device->code == TESTDEV_FORGET) {
		forget(device);
		command->status = NORMAL_END;
	} else if (serve(device)) {
		command->status = device->found ? device->found : NORMAL_END;
	} else {
		result = take_step(device, command);
	}
	pthread_mutex_unlock(&device->lock);
	return result;
}

static void testdev_begin(void *context, struct css_subchannel *subchannel)
{
	struct testdev *device = context;

	pthread_mutex_lock(&device->lock);
	device->figures.programs++;
	device->position = 0;
	pthread_mutex_unlock(&device->lock);
}

static void testdev_end(void *context, struct css_subchannel *subchannel)
{
	struct testdev *device = context;

	pthread_mutex_lock(&device->lock);
	/* Events may stand behind the command that owes device end. */
	device->program_over = device->holding;
	if (!device->program_over)
		testdev_script_drop(&device->program);
	pthread_mutex_unlock(&device->lock);
}

static void testdev_cancel(void *context, struct css_subchannel *subchannel)
{
	struct testdev *device = context;

	pthread_mutex_lock(&device->lock);
	if (device->holding == TESTDEV_HOLDS)
		device->figures.cancelled++;
	if (device->holding) {
		device->holding = TESTDEV_FREE;
		testdev_script_go_on(device);
	}
	testdev_set_timer(device);
	pthread_mutex_unlock(&device->lock);
}

static void testdev_take_sense(void *context, struct css_subchannel *subchannel,
			       uint8_t sense[ARCH_SENSE_BYTES])
{
	struct testdev *device = context;

	pthread_mutex_lock(&device->lock);
	memcpy(sense, device->sense, ARCH_SENSE_BYTES);
	memset(device->sense, 0, sizeof(device->sense));
	pthread_mutex_unlock(&device->lock);
}

static void testdev_reset(void *context, struct css_subchannel *subchannel,
			  enum css_reset_kind kind)
{
	struct testdev *device = context;

	pthread_mutex_lock(&device->lock);
	if (kind == CSS_RESET_SYSTEM)
		return_to_configuration(device);
	else
		device->figures.selective_resets++;
	pthread_mutex_unlock(&device->lock);
}

const struct css_control_unit_ops testdev_ops = {
	.size = sizeof(testdev_ops),
	.name = "test",
	.begin = testdev_begin,
	.end = testdev_end,
	.command = testdev_command,
	.cancel = testdev_cancel,
	.take_sense = testdev_take_sense,
	.reset = testdev_reset,
};
