/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* CKD image files as Hercules' dasdinit makes them (eckd-3390.md section 14.1). */
#ifndef CHANIO_VOLUME_CKD_H
#define CHANIO_VOLUME_CKD_H

#include "volume/volume.h"

/* Disk models that can be made: "3390-3" etc. */
struct volume_model {
	const char *name;
	uint16_t device_type;
	uint8_t device_model; /* as SENSE ID gives it */
	uint8_t unit_code;    /* unit type code of the device characteristics */
	uint32_t cylinders;   /* primary cylinders */
	uint32_t heads;
	uint32_t track_size;  /* of the image file */
};

/* NULL: no such model. */
const struct volume_model *volume_model_find(const char *name);
/* The model whose size an image has; a larger or smaller image gets the nearest code. NULL: none. */
const struct volume_model *volume_model_of(const struct volume_info *info);
/* Iterates; NULL at the end. */
const struct volume_model *volume_model_at(size_t index);

/*
 * Makes a new image under a temporary name and gives it its final name when it is complete and
 * durable. Empty tracks take no space. -EEXIST: the file exists (nothing is overwritten), others as
 * the host says. `cylinders` 0: as the model says.
 */
int volume_ckd_create(const char *path, const struct volume_model *model, uint32_t cylinders,
		      const char *serial, struct chanio_error *error);

/* Opens by its own header; volume_open() calls this. */
int volume_ckd_open(const char *path, const struct volume_open_options *options,
		    struct volume **volume, struct chanio_error *error);

#endif
