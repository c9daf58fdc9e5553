/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The image of an entry: opened, and compared with what the entry says it is. */
#include "machine/machine.h"

#include <errno.h>

#include "volume/ckd.h"

static int check_model(const struct machine_subchannel_config *config, struct volume *volume,
		       struct chanio_error *error)
{
	const struct volume_model *model = config->model ? volume_model_find(config->model) : NULL;
	struct volume_info info;

	volume->ops->get_info(volume, &info);
	if (!model || (info.device_type == model->device_type && info.heads == model->heads &&
		       info.cylinders == model->cylinders))
		return 0;
	return chanio_error_set(error, -EINVAL,
				"%s: is a %04x of %u cylinders and %u heads, but the configuration "
				"says %s, which has %u cylinders and %u heads; correct one of them",
				config->image, info.device_type, info.cylinders, info.heads,
				model->name, model->cylinders, model->heads);
}

int machine_open_volume(const struct machine_subchannel_config *config, struct volume **volume,
			struct chanio_error *error)
{
	const struct volume_open_options options = {.read_only = config->read_only,
						    .cache = config->cache};
	int result = volume_open(config->image, &options, volume, error);

	if (result)
		return result;
	result = check_model(config, *volume, error);
	if (result)
		volume_close(*volume);
	return result;
}
