/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Opening whatever an image turns out to be. */
#include "volume/volume.h"

#include "volume/ckd.h"

int volume_open(const char *path, const struct volume_open_options *options, struct volume **volume,
		struct chanio_error *error)
{
	return volume_ckd_open(path, options, volume, error);
}

void volume_close(struct volume *volume)
{
	if (volume)
		volume->ops->close(volume);
}
