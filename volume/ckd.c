/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * CKD images: a header, then the track images at fixed places. A track that is a hole in the file
 * reads as an empty track. How a write keeps a track well formed at each moment: write_structure().
 */
#include "volume/ckd.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "volume/ckd_header.h"
#include "volume/file.h"

#define EMPTY_TRACK_SIZE (VOLUME_TRACK_HEADER + VOLUME_TRACK_END)
/* A hole at a track's end is kept where it is larger: bytes. */
#define TAIL_MAX 16384

/*
 * A buffered write into the page cache waits only where the host holds its writers back because too
 * much is unwritten. A write that took this long (ns) raises the suspicion. It may only have lost
 * its processor for a while, so the next ones are watched: if one slept in the kernel, it is true,
 * and for a while the caller is told to write where waiting is allowed.
 */
#define SLOW_WRITE	1000000
#define WATCH_TIME	1000000000
#define CONGESTION_TIME 100000000

struct ckd_volume {
	struct volume volume;
	struct volume_file file;
	struct volume_info info; /* all but the allocated bytes, which change */
	bool writethrough;
	atomic_bool dirty;
	_Atomic int64_t watch_until, congested_until; /* CLOCK_MONOTONIC, ns */
	/*
	 * For each track volume_track_shape() of what is stored; 0: not known, or a hole. A write
	 * that keeps the shape can go straight to its place.
	 */
	_Atomic uint64_t *shapes;
};

static struct ckd_volume *ckd_of(struct volume *volume)
{
	return (struct ckd_volume *)volume;
}

static uint32_t track_count(const struct ckd_volume *ckd)
{
	return ckd->info.cylinders * ckd->info.heads;
}

static uint64_t track_offset(const struct ckd_volume *ckd, uint32_t track)
{
	return CKD_HEADER_SIZE + (uint64_t)track * ckd->info.track_size;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static bool is_hole(const uint8_t *image, size_t size)
{
	return !image[0] && !memcmp(image, image + 1, size - 1);
}

/* What is stored, as an image of *length bytes; *hole: there is none, and the image is an empty
 * one. */
static int load_track(struct ckd_volume *ckd, uint32_t track, uint8_t *image, size_t *length,
		      bool *hole, unsigned int flags)
{
	size_t size = ckd->info.track_size;
	int result = volume_file_read(&ckd->file, image, size, track_offset(ckd, track), flags);

	if (result)
		return result;
	*hole = false;
	*length = volume_track_length(image, size, track, ckd->info.heads);
	if (*length)
		return 0;
	if (!is_hole(image, size))
		return -EUCLEAN;
	*hole = true;
	*length = volume_track_make_empty(image, track, ckd->info.heads);
	return 0;
}

static int ckd_read_track(struct volume *volume, uint32_t track, void *image, size_t *length,
			  unsigned int flags)
{
	struct ckd_volume *ckd = ckd_of(volume);
	bool hole;
	int result;

	if (track >= track_count(ckd))
		return -EINVAL;
	result = load_track(ckd, track, image, length, &hole, flags);
	if (!result && !hole)
		atomic_store(&ckd->shapes[track], volume_track_shape(image, *length));
	return result;
}

/* How often the calling thread has slept, not counting that its processor was taken away. */
static long count_sleeps(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) ? 0 : usage.ru_nvcsw;
}

/* A part of a track to its place. */
static int store(struct ckd_volume *ckd, uint32_t track, size_t offset, const uint8_t *data,
		 size_t size)
{
	int64_t began = now(), ended;
	bool watched = began < atomic_load(&ckd->watch_until);
	long sleeps = watched ? count_sleeps() : 0;
	int result;

	result = volume_file_write(&ckd->file, data, size, track_offset(ckd, track) + offset,
				   ckd->writethrough);
	/* After the write: a flush that ran meanwhile does not cover it. */
	if (!ckd->writethrough)
		atomic_store(&ckd->dirty, true);
	ended = now();
	if (ended - began < SLOW_WRITE)
		return result;
	atomic_store(&ckd->watch_until, ended + WATCH_TIME);
	if (watched && count_sleeps() != sleeps)
		atomic_store(&ckd->congested_until, ended + CONGESTION_TIME);
	return result;
}

/* Head and end mark where there was a hole; on failure a hole again. */
static int store_empty_track(struct ckd_volume *ckd, uint32_t track)
{
	uint8_t image[EMPTY_TRACK_SIZE];
	int result;

	volume_track_make_empty(image, track, ckd->info.heads);
	result = store(ckd, track, 0, image, sizeof(image));
	if (result) {
		memset(image, 0, sizeof(image));
		store(ckd, track, 0, image, sizeof(image));
	}
	return result;
}

/*
 * Zeros from the end of a track that fills most of its place up to the next one: thousands of holes
 * of a block or two save little and cost the host an extent each.
 */
static int store_tail(struct ckd_volume *ckd, uint32_t track, size_t length)
{
	static const uint8_t zeros[TAIL_MAX];
	size_t left = ckd->info.track_size - length;

	return left <= sizeof(zeros) ? store(ckd, track, length, zeros, left) : 0;
}

/* Where the chain of count fields of two well-formed images first differs; 0: nowhere. */
static size_t first_difference(const uint8_t *old, const uint8_t *new, size_t length)
{
	size_t offset = VOLUME_TRACK_HEADER;

	/* Equal so far, so both have a count field or the end mark here. */
	while (!memcmp(old + offset, new + offset, VOLUME_TRACK_END)) {
		if (offset + VOLUME_TRACK_END >= length)
			return 0;
		offset += volume_record_size(new + offset);
	}
	return offset;
}

/*
 * Writes where the chain of records changes, first at `point`: the process may be killed between
 * any two pages of a write, and yet the chain must end. So the end mark goes to `point` (what
 * follows no longer counts), then what comes after, and at last the count field at `point`, which
 * links it in. An append finds its end mark in place, and costs one short write more than a plain
 * one.
 */
static int write_structure(struct ckd_volume *ckd, uint32_t track, const uint8_t *old,
			   const uint8_t *new, size_t point, size_t end)
{
	size_t linked = point + VOLUME_TRACK_END;
	int result = 0;

	if (!volume_is_end_mark(old + point))
		result = store(ckd, track, point, volume_end_mark, VOLUME_TRACK_END);
	if (!result && linked < end)
		result = store(ckd, track, linked, new + linked, end - linked);
	return result ? result : store(ckd, track, point, new + point, VOLUME_TRACK_END);
}

/* A write failed midway: the old track again, as far as the host lets us (its blocks exist). */
static void restore(struct ckd_volume *ckd, uint32_t track, const uint8_t *old, size_t old_length,
		    size_t start, size_t point)
{
	if (start < point)
		store(ckd, track, start, old + start, point - start);
	write_structure(ckd, track, old, old, point, old_length);
}

/* The general write: looks at what is stored. `old` has room for a track; [start, end) changes. */
static int replace_track(struct ckd_volume *ckd, uint32_t track, uint8_t *old, const uint8_t *new,
			 size_t length, size_t start, size_t end, unsigned int flags)
{
	size_t old_length, point;
	bool hole;
	int result = load_track(ckd, track, old, &old_length, &hole, flags);

	if (result == -EUCLEAN && !start && end == length)
		return store(ckd, track, 0, new, length); /* a whole new track repairs it */
	if (result)
		return result;
	atomic_store(&ckd->shapes[track], 0);
	if (hole)
		result = store_empty_track(ckd, track);
	if (hole && !result)
		result = store_tail(ckd, track, length);
	if (result)
		return result;
	point = first_difference(old, new, length);
	if (!point)
		return store(ckd, track, start, new + start, end - start);
	if (start < point)
		result = store(ckd, track, start, new + start, point - start);
	if (!result)
		result = write_structure(ckd, track, old, new, point, length);
	if (result)
		restore(ckd, track, old, old_length, start, point);
	return result;
}

/* Whether a write may be tried on a thread that must not wait. */
static bool is_unlikely_to_wait(struct ckd_volume *ckd, uint32_t track, size_t start, size_t end)
{
	return !ckd->writethrough && now() >= atomic_load(&ckd->congested_until) &&
	       volume_file_is_cached(&ckd->file, track_offset(ckd, track) + start, end - start);
}

static int ckd_write_track(struct volume *volume, uint32_t track, const void *image, size_t length,
			   size_t changed, size_t size, unsigned int flags)
{
	struct ckd_volume *ckd = ckd_of(volume);
	uint64_t shape;
	uint8_t *old;
	int result;

	if (ckd->file.read_only)
		return -EROFS;
	if (track >= track_count(ckd) || length > ckd->info.track_size || changed > length ||
	    size > length - changed ||
	    volume_track_length(image, length, track, ckd->info.heads) != length)
		return -EINVAL;
	if ((flags & VOLUME_NOWAIT) && !is_unlikely_to_wait(ckd, track, changed, changed + size))
		return -EAGAIN;
	shape = volume_track_shape(image, length);
	if (atomic_load(&ckd->shapes[track]) == shape)
		return store(ckd, track, changed, (const uint8_t *)image + changed, size);
	old = malloc(ckd->info.track_size);
	if (!old)
		return -ENOMEM;
	result = replace_track(ckd, track, old, image, length, changed, changed + size, flags);
	if (!result)
		atomic_store(&ckd->shapes[track], shape);
	free(old);
	return result;
}

static int ckd_flush(struct volume *volume)
{
	struct ckd_volume *ckd = ckd_of(volume);

	if (!atomic_exchange(&ckd->dirty, false))
		return 0;
	return fdatasync(ckd->file.fd) ? -errno : 0;
}

static void ckd_get_info(struct volume *volume, struct volume_info *info)
{
	struct ckd_volume *ckd = ckd_of(volume);
	struct stat status;

	*info = ckd->info;
	if (!fstat(ckd->file.fd, &status))
		info->bytes_allocated = (uint64_t)status.st_blocks * 512;
}

static void ckd_destroy(struct ckd_volume *ckd)
{
	volume_file_close(&ckd->file);
	free(ckd->shapes);
	free(ckd);
}

static void ckd_close(struct volume *volume)
{
	ckd_flush(volume);
	ckd_destroy(ckd_of(volume));
}

static const struct volume_ops ckd_ops = {
	.size = sizeof(struct volume_ops),
	.close = ckd_close,
	.get_info = ckd_get_info,
	.read_track = ckd_read_track,
	.write_track = ckd_write_track,
	.flush = ckd_flush,
};

static int check_geometry(const struct ckd_header *header, const char *path,
			  struct chanio_error *error)
{
	const struct volume_model *model = volume_model_at(0);

	if (header->device_type != (model->device_type & 0xff))
		return chanio_error_set(error, -EINVAL,
					VOLUME_PATH
					" is an image of another disk (device type byte "
					"%02x): only 3390 (90) can be used",
					path, header->device_type);
	if (header->sequence || header->last_cylinder)
		return chanio_error_set(error, -EINVAL,
					VOLUME_PATH
					" is file %u of a volume in several files: join "
					"them with Hercules' 'dasdcopy -lfs FIRST "
					"NEW.ckd' and use that",
					path, header->sequence);
	if (header->heads != model->heads || header->track_size != model->track_size)
		return chanio_error_set(error, -EINVAL,
					VOLUME_PATH " is damaged: its header says %u heads and "
						    "%u bytes a track, but a 3390 has %u and %u",
					path, header->heads, header->track_size, model->heads,
					model->track_size);
	return 0;
}

static int check_size(const struct ckd_header *header, uint64_t size, const char *path,
		      struct chanio_error *error)
{
	uint64_t cylinder = (uint64_t)header->heads * header->track_size;
	uint64_t body = size - CKD_HEADER_SIZE, cylinders = body / cylinder;

	if (!body || body % cylinder)
		return chanio_error_set(
			error, -EINVAL,
			VOLUME_PATH " is truncated or damaged: after %llu whole "
				    "cylinders it has %llu bytes, and a cylinder is "
				    "%llu; copy it again from where it came",
			path, (unsigned long long)cylinders, (unsigned long long)(body % cylinder),
			(unsigned long long)cylinder);
	if (cylinders > VOLUME_CYLINDERS_MAX)
		return chanio_error_set(error, -EINVAL,
					VOLUME_PATH " has %llu cylinders: extended address volumes "
						    "(more than %u) cannot be used",
					path, (unsigned long long)cylinders, VOLUME_CYLINDERS_MAX);
	return 0;
}

static int read_geometry(struct ckd_volume *ckd, const char *path, struct chanio_error *error)
{
	struct volume_info *info = &ckd->info;
	struct ckd_header header;
	int result;

	if (!ckd_header_read(&header, ckd->file.head, ckd->file.head_length))
		return volume_foreign_error(&ckd->file, path, error);
	result = check_geometry(&header, path, error);
	if (!result)
		result = check_size(&header, ckd->file.size, path, error);
	if (result)
		return result;
	info->kind = VOLUME_TRACKS;
	info->format = "ckd";
	info->device_type = volume_model_at(0)->device_type;
	info->heads = header.heads;
	info->track_size = header.track_size;
	info->cylinders = (uint32_t)((ckd->file.size - CKD_HEADER_SIZE) /
				     ((uint64_t)header.heads * header.track_size));
	info->read_only = ckd->file.read_only;
	info->bytes_total = ckd->file.size;
	memcpy(info->serial, header.serial, sizeof(info->serial));
	return 0;
}

int volume_ckd_open(const char *path, const struct volume_open_options *options,
		    struct volume **volume, struct chanio_error *error)
{
	struct ckd_volume *ckd = calloc(1, sizeof(*ckd));
	int result;

	if (!ckd)
		return chanio_error_set(error, -ENOMEM, VOLUME_PATH ": out of memory", path);
	ckd->volume.ops = &ckd_ops;
	ckd->writethrough = options->cache == VOLUME_WRITETHROUGH;
	result = volume_file_open(&ckd->file, path, options->read_only, error);
	if (!result)
		result = read_geometry(ckd, path, error);
	if (!result) {
		ckd->shapes = calloc(track_count(ckd), sizeof(*ckd->shapes));
		if (!ckd->shapes)
			result = chanio_error_set(error, -ENOMEM, VOLUME_PATH ": out of memory",
						  path);
	}
	if (result) {
		ckd_destroy(ckd);
		return result;
	}
	*volume = &ckd->volume;
	return 0;
}
