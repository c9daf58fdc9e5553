/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Making CKD images. The file has no name until it is complete and durable; where the host's file
 * system cannot do that (O_TMPFILE), it has a temporary one, which is removed on failure.
 */
#include "volume/ckd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "volume/ckd_header.h"
#include "volume/file.h"

#define IMAGE_MODE 0666 /* less the umask */

/* How many tracks are written between two calls of the progress function. */
#define PROGRESS_TRACKS 1500u

struct new_image {
	struct volume_file file;
	int directory;
	const char *name; /* in the directory */
	char directory_path[PATH_MAX];
	char temporary[NAME_MAX + 1]; /* empty: the file has no name yet */
};

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

static int exists_error(const char *path, struct chanio_error *error)
{
	return chanio_error_set(error, -EEXIST,
				VOLUME_PATH " exists already and is left as it is: choose another "
					    "name, or remove it first",
				path);
}

static int host_error(int code, const char *path, const char *what, struct chanio_error *error)
{
	return chanio_error_set(error, -code, VOLUME_PATH ": cannot %s: %s", path, what,
				strerror(code));
}

/* Splits the path and opens its directory. */
static int open_directory(struct new_image *image, const char *path, struct chanio_error *error)
{
	const char *slash = strrchr(path, '/');
	struct stat status;

	image->name = slash ? slash + 1 : path;
	if (!*image->name || strlen(image->name) > NAME_MAX || strlen(path) >= PATH_MAX)
		return chanio_error_set(error, *path ? -ENAMETOOLONG : -ENOENT,
					VOLUME_PATH " is not a usable file name", path);
	if (slash)
		snprintf(image->directory_path, sizeof(image->directory_path), "%.*s",
			 (int)(slash - path + 1), path);
	else
		strcpy(image->directory_path, ".");
	image->directory = open(image->directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (image->directory < 0)
		return host_error(errno, path, "open its directory", error);
	if (!fstatat(image->directory, image->name, &status, AT_SYMLINK_NOFOLLOW))
		return exists_error(path, error);
	return 0;
}

static int open_temporary(struct new_image *image, const char *path, struct chanio_error *error)
{
	image->file.fd = open(image->directory_path, O_TMPFILE | O_RDWR | O_CLOEXEC, IMAGE_MODE);
	if (image->file.fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
		return host_error(errno, path, "create it", error);
	snprintf(image->temporary, sizeof(image->temporary), ".chanio-%ld.tmp", (long)getpid());
	image->file.fd = openat(image->directory, image->temporary,
				O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, IMAGE_MODE);
	if (image->file.fd >= 0)
		return 0;
	image->temporary[0] = 0;
	return host_error(errno, path, "create it", error);
}

static int write_tracks(struct new_image *image, const struct volume_ckd_options *options,
			uint32_t tracks)
{
	uint8_t empty[VOLUME_TRACK_HEADER + VOLUME_TRACK_END];
	int result = 0;

	for (uint32_t track = 0; !result && track < tracks; track++) {
		size_t length = volume_track_make_empty(empty, track, options->model->heads);
		uint64_t offset = CKD_HEADER_SIZE + (uint64_t)track * options->model->track_size;

		if (options->progress && track % PROGRESS_TRACKS == 0 &&
		    options->progress(options->opaque, track, tracks))
			return -EINTR;
		result = volume_file_write(&image->file, empty, length, offset, false);
	}
	return result;
}

static int write_image(struct new_image *image, const struct volume_ckd_options *options,
		       uint32_t tracks)
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
	result = volume_file_write(&image->file, bytes, sizeof(bytes), 0, false);
	if (!result && ftruncate(image->file.fd, (off_t)size))
		result = -errno;
	if (!result && options->write_tracks)
		result = write_tracks(image, options, tracks);
	if (!result && options->progress && options->progress(options->opaque, tracks, tracks))
		result = -EINTR;
	if (!result && fsync(image->file.fd))
		result = -errno;
	return result;
}

static int give_name(struct new_image *image)
{
	char self[64];

	if (!image->temporary[0]) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", image->file.fd);
		return linkat(AT_FDCWD, self, image->directory, image->name, AT_SYMLINK_FOLLOW);
	}
	if (!renameat2(image->directory, image->temporary, image->directory, image->name,
		       RENAME_NOREPLACE)) {
		image->temporary[0] = 0;
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return linkat(image->directory, image->temporary, image->directory, image->name, 0);
}

/* Gives the complete file its name, which nobody may have taken meanwhile. */
static int publish(struct new_image *image)
{
	int result;

	if (give_name(image))
		return -errno;
	if (!fsync(image->directory) || errno == EINVAL) /* not every file system has that */
		return 0;
	result = -errno;
	unlinkat(image->directory, image->name, 0);
	return result;
}

static void finish_image(struct new_image *image)
{
	if (image->temporary[0])
		unlinkat(image->directory, image->temporary, 0);
	volume_file_close(&image->file);
	if (image->directory >= 0)
		close(image->directory);
}

static int explain(int result, const char *path, uint32_t tracks, uint32_t track_size,
		   struct chanio_error *error)
{
	unsigned long long size = CKD_HEADER_SIZE + (unsigned long long)tracks * track_size;

	switch (result) {
	case -EEXIST:
		return exists_error(path, error);
	case -EINTR:
		return chanio_error_set(error, result, VOLUME_PATH " was not made: interrupted",
					path);
	case -EFBIG:
		return chanio_error_set(error, result,
					VOLUME_PATH
					": the file system or 'ulimit -f' does not allow "
					"a file of %llu bytes",
					path, size);
	case -ENOSPC:
		return chanio_error_set(error, result,
					VOLUME_PATH
					" was not made: no space left there (disk, quota "
					"or 'ulimit -f'); free some, or leave empty "
					"tracks unwritten",
					path);
	default:
		return host_error(-result, path, "make it", error);
	}
}

int volume_ckd_create_with(const char *path, const struct volume_ckd_options *options,
			   struct chanio_error *error)
{
	const struct volume_model *model = options->model;
	uint32_t cylinders = options->cylinders ? options->cylinders : model->cylinders;
	uint32_t tracks = cylinders * model->heads;
	struct new_image image = {.file.fd = -1, .directory = -1};
	int result = check_options(options, cylinders, error);

	if (!result)
		result = open_directory(&image, path, error);
	if (!result)
		result = open_temporary(&image, path, error);
	if (!result) {
		result = write_image(&image, options, tracks);
		if (!result)
			result = publish(&image);
		if (result)
			result = explain(result, path, tracks, model->track_size, error);
	}
	finish_image(&image);
	return result;
}

int volume_ckd_create(const char *path, const struct volume_model *model, uint32_t cylinders,
		      const char *serial, struct chanio_error *error)
{
	struct volume_ckd_options options = {
		.model = model, .cylinders = cylinders, .serial = serial};

	return volume_ckd_create_with(path, &options, error);
}
