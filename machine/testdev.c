/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The scriptable device's events: done to its subchannel, or to the driver over it. */
#include "machine/testdev.h"

#include <string.h>

#include "machine/adapters.h"

int machine_testdev_create(const struct machine_subchannel_config *config,
			   struct css_executor *executor, struct testdev **device,
			   struct chanio_error *error)
{
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	struct testdev_config testdev = {
		.executor = executor, .cu_type = config->cu_type, .steps = steps};
	int result = 0;

	if (config->script)
		result = testdev_script_parse(config->script, steps, &testdev.step_count, error);
	if (result)
		return result;
	result = testdev_create(&testdev, device);
	if (!result)
		return 0;
	return chanio_error_set(error, result, "%s: cannot make the device: %s", config->name,
				strerror(-result));
}

static void on_unsolicited(void *machine, uint8_t status)
{
	css_subchannel_attention(machine_adapter_subchannel(machine), status);
}

/* What an operator varies is known to the driver alone; the path itself is as before. */
static void on_path(void *machine, uint8_t mask, bool available, bool varied)
{
	struct css_subchannel *subchannel = machine_adapter_subchannel(machine);

	if (!varied) {
		css_subchannel_set_path(subchannel, mask, available);
		return;
	}
	css_subchannel_lock(subchannel);
	chanio_device_path(machine_adapter_driver(machine), mask, available, true);
	css_subchannel_unlock(subchannel);
	/* The driver may have given an instruction. */
	css_subchannel_help(subchannel);
}

static void on_report(void *machine, struct arch_crw crw)
{
	struct css_subchannel *subchannel = machine_adapter_subchannel(machine);

	css_subchannel_lock(subchannel);
	chanio_device_crw(machine_adapter_driver(machine), crw);
	css_subchannel_unlock(subchannel);
}

static void on_request(void *machine)
{
	struct css_subchannel *subchannel = machine_adapter_subchannel(machine);

	css_subchannel_lock(subchannel);
	chanio_device_request(machine_adapter_driver(machine));
	css_subchannel_unlock(subchannel);
}

static void on_remove(void *machine)
{
	css_subchannel_remove(machine_adapter_subchannel(machine));
}

const struct testdev_machine_ops machine_testdev_ops = {
	.unsolicited = on_unsolicited,
	.path = on_path,
	.report = on_report,
	.request = on_request,
	.remove = on_remove,
};
