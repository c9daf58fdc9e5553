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
	uint32_t track_size; /* of the image file */
};

/* NULL: no such model. */
const struct volume_model *volume_model_find(const char *name);
/*
 * The smallest model that holds as many cylinders as an image has (alternate cylinders included);
 * the largest model for anything beyond. NULL: not a 3390.
 */
const struct volume_model *volume_model_of(const struct volume_info *info);
/* Iterates; NULL at the end. */
const struct volume_model *volume_model_at(size_t index);
/* Alternate cylinders, which follow the primary ones if the image has them (dasdinit -a). */
uint32_t volume_model_alternates(const struct volume_model *model);

/*
 * How many records without key, each of so many data bytes (at least 1), a track of a 3390 holds
 * (eckd-3390.md section 2).
 */
unsigned int volume_records_per_track(uint32_t data_length);

/* A 3390-54 with its alternate cylinders; beyond, cylinder numbers are not plain 16-bit numbers. */
#define VOLUME_CYLINDERS_MAX 65523u

struct volume_ckd_options {
	const struct volume_model *model;
	uint32_t cylinders; /* 0: as the model says */
	const char *serial; /* up to 12 of A-Z, 0-9; NULL: none, as dasdinit does */
	/*
	 * False: tracks are holes until they are written, which makes the image at once and without
	 * space; Hercules cannot use such tracks. True: each track is written as an empty one (29
	 * bytes, so a block of the host's file system each), the same bytes as `dasdinit -r -lfs`.
	 */
	bool write_tracks;
	/*
	 * What is on the tracks; NULL: nothing (then write_tracks says how). Called for `count`
	 * tracks from `first` on, in order: makes each one's image at images + i * track_size, and
	 * lengths[i] of it; 0: a hole. The image must be well formed (volume_track_is_valid()). A
	 * negative errno ends the work; the text is to be set.
	 */
	int (*fill)(void *source, uint32_t first, uint32_t count, uint8_t *images, size_t *lengths,
		    struct chanio_error *error);
	void *source;
	/* May be NULL. Called now and then; another answer than 0 ends the work with -EINTR. */
	int (*progress)(void *opaque, uint32_t done, uint32_t tracks);
	void *opaque;
};

/*
 * Makes a new image under a temporary name (or without a name) and gives it its final name when it
 * is complete and durable; on failure nothing is left behind. -EEXIST: the file exists (nothing is
 * overwritten); -EINVAL: cylinders that the model does not have, bad serial; others as the host
 * says.
 */
int volume_ckd_create_with(const char *path, const struct volume_ckd_options *options,
			   struct chanio_error *error);

/* The same with empty tracks as holes, and without progress. */
int volume_ckd_create(const char *path, const struct volume_model *model, uint32_t cylinders,
		      const char *serial, struct chanio_error *error);

/* Opens by its own header; volume_open() calls this. */
int volume_ckd_open(const char *path, const struct volume_open_options *options,
		    struct volume **volume, struct chanio_error *error);

#endif
