/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Making CKD images, empty or with what the caller has for the tracks. */
#include "volume/ckd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "volume/ckd_header.h"
#include "volume/new_file.h"

/*
 * How many tracks are made and written at a time, between two calls of the progress function: few
 * enough that what was read is still in the processor's cache when it is written.
 */
#define BATCH_TRACKS 8u

/* A hole at a track's end is kept where it is larger: bytes. */
#define TAIL_MAX 16384u

static int check_options(const struct volume_ckd_options *options, uint32_t cylinders,
			 struct chanio_error *error)
{
	const struct volume_model *model = options->model;
	uint32_t most = model->cylinders + volume_model_alternates(model);
	const char *serial = options->serial ? options->serial : "";
	size_t length = strlen(serial);

	if (cylinders > most)
		return chanio_error_set(error, -EINVAL,
					"a %s has at most %u cylinders (%u and %u alternate), "
					"not %u: choose a larger model or fewer cylinders",
					model->name, most, model->cylinders,
					most - model->cylinders, cylinders);
	if (length > CKD_SERIAL_SIZE ||
	    strspn(serial, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != length)
		return chanio_error_set(error, -EINVAL,
					"'%.40s' is not a serial number: use up to %u letters A-Z "
					"and digits",
					serial, CKD_SERIAL_SIZE);
	return 0;
}

/* Empty tracks, for volume_ckd_options.write_tracks. */
static void fill_empty(const struct volume_model *model, uint32_t first, uint32_t count,
		       uint8_t *images, size_t *lengths)
{
	for (uint32_t i = 0; i < count; i++)
		lengths[i] = volume_track_make_empty(images + (size_t)i * model->track_size,
						     first + i, model->heads);
}

/*
 * How many tracks from the first on are written as one, and *bytes of them: tracks that fill most
 * of their places are written up to the next one, the rest of them zeros. No bytes: a hole.
 */
static uint32_t find_run(uint8_t *images, const size_t *lengths, uint32_t count, size_t track_size,
			 size_t *bytes)
{
	uint32_t run = 0;

	while (run < count && track_size - lengths[run] <= TAIL_MAX) {
		memset(images + run * track_size + lengths[run], 0, track_size - lengths[run]);
		run++;
	}
	*bytes = run ? run * track_size : lengths[0];
	return run ? run : 1;
}

static int write_batch(struct volume_new_file *new, uint32_t first, uint32_t count, uint8_t *images,
		       const size_t *lengths, size_t track_size)
{
	uint64_t offset = CKD_HEADER_SIZE + (uint64_t)first * track_size;
	int result = 0;
	size_t bytes;

	for (uint32_t i = 0, run; !result && i < count; i += run) {
		run = find_run(images + i * track_size, lengths + i, count - i, track_size, &bytes);
		result = volume_file_write(&new->file, images + i * track_size, bytes,
					   offset + (uint64_t)i * track_size, false);
	}
	return result;
}

/* An error of the caller's fill() has its text already: *told. */
static int write_tracks(struct volume_new_file *new, const struct volume_ckd_options *options,
			uint32_t tracks, bool *told, struct chanio_error *error)
{
	const struct volume_model *model = options->model;
	uint8_t *images = malloc((size_t)BATCH_TRACKS * model->track_size);
	size_t lengths[BATCH_TRACKS];
	int result = images ? 0 : -ENOMEM;

	for (uint32_t track = 0, count; !result && track < tracks; track += count) {
		count = tracks - track < BATCH_TRACKS ? tracks - track : BATCH_TRACKS;
		if (options->progress && options->progress(options->opaque, track, tracks)) {
			result = -EINTR;
			break;
		}
		if (options->fill)
			result = options->fill(options->source, track, count, images, lengths,
					       error);
		else
			fill_empty(model, track, count, images, lengths);
		*told = result != 0;
		if (!result)
			result = write_batch(new, track, count, images, lengths, model->track_size);
	}
	free(images);
	return result;
}

static int write_image(struct volume_new_file *new, const struct volume_ckd_options *options,
		       uint32_t tracks, bool *told, struct chanio_error *error)
{
	struct ckd_header header = {
		.heads = options->model->heads,
		.track_size = options->model->track_size,
		.device_type = (uint8_t)options->model->device_type,
	};
	uint64_t size = CKD_HEADER_SIZE + (uint64_t)tracks * header.track_size;
	uint8_t bytes[CKD_HEADER_SIZE];
	int result;

	if (options->serial)
		strcpy(header.serial, options->serial);
	ckd_header_write(&header, bytes);
	result = volume_file_write(&new->file, bytes, sizeof(bytes), 0, false);
	if (!result && ftruncate(new->file.fd, (off_t)size))
		result = -errno;
	if (!result && (options->write_tracks || options->fill))
		result = write_tracks(new, options, tracks, told, error);
	if (!result && options->progress && options->progress(options->opaque, tracks, tracks))
		result = -EINTR;
	return result;
}

int volume_ckd_create_with(const char *path, const struct volume_ckd_options *options,
			   struct chanio_error *error)
{
	const struct volume_model *model = options->model;
	uint32_t cylinders = options->cylinders ? options->cylinders : model->cylinders;
	uint32_t tracks = cylinders * model->heads;
	int result = check_options(options, cylinders, error);
	struct volume_new_file new;
	bool told = false;

	if (!result)
		result = volume_new_file_open(&new, path, error);
	if (result)
		return result;
	result = write_image(&new, options, tracks, &told, error);
	if (!result)
		result = volume_new_file_publish(&new);
	if (result && !told)
		result = volume_new_file_explain(
			result, path, CKD_HEADER_SIZE + (uint64_t)tracks * model->track_size,
			error);
	volume_new_file_close(&new);
	return result;
}

int volume_ckd_create(const char *path, const struct volume_model *model, uint32_t cylinders,
		      const char *serial, struct chanio_error *error)
{
	struct volume_ckd_options options = {
		.model = model, .cylinders = cylinders, .serial = serial};

	return volume_ckd_create_with(path, &options, error);
}
