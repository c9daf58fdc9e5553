/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Passes everything on, except commands while the file is there: those end with halt or clear. */
#include "device/hold/hold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hold {
	const struct css_control_unit_ops *ops;
	void *device;
	char *path;
	bool holding; /* a command was taken and not passed on; the channel's thread alone looks */
};

int hold_create(const struct css_control_unit_ops *ops, void *device, const char *path,
		struct hold **result)
{
	struct hold *hold = calloc(1, sizeof(*hold));

	if (!hold)
		return -ENOMEM;
	hold->path = strdup(path);
	if (!hold->path) {
		free(hold);
		return -ENOMEM;
	}
	hold->ops = ops;
	hold->device = device;
	*result = hold;
	return 0;
}

void hold_destroy(struct hold *hold)
{
	if (!hold)
		return;
	free(hold->path);
	free(hold);
}

static void hold_begin(void *context, struct css_subchannel *subchannel)
{
	struct hold *hold = context;

	if (hold->ops->begin)
		hold->ops->begin(hold->device, subchannel);
}

static void hold_end(void *context, struct css_subchannel *subchannel)
{
	struct hold *hold = context;

	if (hold->ops->end)
		hold->ops->end(hold->device, subchannel);
}

static enum css_result hold_command(void *context, struct css_subchannel *subchannel,
				    struct css_command *command)
{
	struct hold *hold = context;

	if (access(hold->path, F_OK) == 0) {
		hold->holding = true;
		return CSS_LATER;
	}
	return hold->ops->command(hold->device, subchannel, command);
}

static void hold_cancel(void *context, struct css_subchannel *subchannel)
{
	struct hold *hold = context;

	if (hold->holding)
		hold->holding = false;
	else if (hold->ops->cancel)
		hold->ops->cancel(hold->device, subchannel);
}

static void hold_take_sense(void *context, struct css_subchannel *subchannel,
			    uint8_t sense[ARCH_SENSE_BYTES])
{
	struct hold *hold = context;

	hold->ops->take_sense(hold->device, subchannel, sense);
}

static void hold_reset(void *context, struct css_subchannel *subchannel, enum css_reset_kind kind)
{
	struct hold *hold = context;

	hold->holding = false;
	if (hold->ops->reset)
		hold->ops->reset(hold->device, subchannel, kind);
}

const struct css_control_unit_ops hold_ops = {
	.size = sizeof(hold_ops),
	.name = "hold",
	.begin = hold_begin,
	.end = hold_end,
	.command = hold_command,
	.cancel = hold_cancel,
	.take_sense = hold_take_sense,
	.reset = hold_reset,
};
