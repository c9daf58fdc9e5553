/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside the room: image files of the host, locked and checked, and the parts of track images. */
#ifndef CHANIO_VOLUME_FILE_H
#define CHANIO_VOLUME_FILE_H

#include "volume/volume.h"

/* A path in a message: long ones are cut, so that the rest is read as well. */
#define VOLUME_PATH "'%.200s'"

/* What recognising a format needs to see of a file. */
#define VOLUME_HEAD_SIZE 1024u

struct volume_file {
	int fd;
	bool read_only;
	bool memory; /* tmpfs: nothing waits for a disk */
	uint64_t size;
	size_t head_length;
	uint8_t head[VOLUME_HEAD_SIZE]; /* its first bytes */
};

/*
 * Opens a regular file, locks it (shared if read only, else exclusive) and reads its head.
 * Errors as volume_open() has them; after one there is nothing to close.
 */
int volume_file_open(struct volume_file *file, const char *path, bool read_only,
		     struct chanio_error *error);
void volume_file_close(struct volume_file *file);

/*
 * Reads or writes all of a range. -EAGAIN: VOLUME_NOWAIT and not without waiting
 * (reading); -EIO: the file has become shorter; -ENOSPC: also for a quota or a limit on the file's
 * size. `durable`: returns when the data are on stable storage.
 */
int volume_file_read(const struct volume_file *file, void *data, size_t size, uint64_t offset,
		     unsigned int flags);
int volume_file_write(const struct volume_file *file, const void *data, size_t size,
		      uint64_t offset, bool durable);

/* True if the range is in the page cache as far as a write needs it. */
bool volume_file_is_cached(const struct volume_file *file, uint64_t offset, size_t size);

/* Shared or exclusive lock; -EBUSY names the owner where the host tells. */
int volume_file_lock(int fd, bool exclusive, const char *path, struct chanio_error *error);

/* Sets the text that says what a file is that is not ours, and what to do; returns -EINVAL. */
int volume_foreign_error(const struct volume_file *file, const char *path,
			 struct chanio_error *error);

extern const uint8_t volume_end_mark[VOLUME_TRACK_END];

/* Parts of a track image. The size of a record includes its count field. */
bool volume_is_end_mark(const uint8_t *count);
size_t volume_record_size(const uint8_t *count);
/*
 * A number that stands for the chain of count fields of a well-formed image; never 0. Equal chains
 * have equal numbers, different ones different numbers (but for one case in 2^63).
 */
uint64_t volume_track_shape(const void *image, size_t length);

#endif
