/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Volumes: tracks (count-key-data disks) or blocks, whatever format they are stored in and
 * wherever. Formats and transports stack. One volume is used by one device; calls may come from
 * several threads, but never two at once for the same track.
 *
 * A track in memory is a track image, the form that CKD files have on disk:
 *   home address 5 bytes (flag 00, CC, HH) | R0: count 8, data 8 | records: count 8, key, data |
 *   end mark 8 x FF
 * big-endian counts as on the disk itself (eckd-3390.md section 14.1).
 */
#ifndef CHANIO_VOLUME_VOLUME_H
#define CHANIO_VOLUME_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct volume;

enum volume_kind {
	VOLUME_TRACKS,
	VOLUME_BLOCKS,
};

struct volume_info {
	enum volume_kind kind;
	const char *format;   /* "ckd" */
	uint16_t device_type; /* 0x3390 */
	uint32_t cylinders;
	uint32_t heads;	     /* tracks in a cylinder */
	uint32_t track_size; /* largest track image, bytes */
	char serial[13];     /* ASCII, zero-terminated */
	bool read_only;
	uint64_t bytes_allocated; /* on the host's disk */
	uint64_t bytes_total;	  /* apparent size of the image */
};

/* The caller's thread must not wait: -EAGAIN instead, and nothing has happened. */
#define VOLUME_NOWAIT 0x1u

struct volume_ops {
	size_t size; /* of this structure, as the implementation was compiled */
	void (*close)(struct volume *volume); /* flushes; frees the volume */
	void (*get_info)(struct volume *volume, struct volume_info *info);

	/*
	 * Reads the image of a track (0 = cylinder 0, head 0) into a buffer of info.track_size
	 * bytes; *length is what is valid, end mark included. -EAGAIN, -EIO; -EUCLEAN: the stored
	 * track is malformed (it is never handed out).
	 */
	int (*read_track)(struct volume *volume, uint32_t track, void *image, size_t *length,
			  unsigned int flags);
	/*
	 * The track's new image; bytes outside [changed, changed + size) are as they were read.
	 * -EAGAIN, -EIO, -ENOSPC, -EROFS; -EINVAL: not a well-formed image of this track. On
	 * failure the stored track is the old one, but for data inside the changed bytes. If the
	 * process is killed inside, it is well formed: the old chain of records, the new one, or
	 * the part that both begin with; data may be torn only inside the changed bytes. After a
	 * crash of the host that holds for what VOLUME_WRITETHROUGH or flush() made durable.
	 */
	int (*write_track)(struct volume *volume, uint32_t track, const void *image, size_t length,
			   size_t changed, size_t size, unsigned int flags);
	/* Makes everything written so far durable. May wait. An error is reported once. */
	int (*flush)(struct volume *volume);
};

struct volume {
	const struct volume_ops *ops;
};

enum volume_cache {
	VOLUME_WRITEBACK,    /* flushed at close, reset, offline and every few seconds */
	VOLUME_WRITETHROUGH, /* a write returns when it is durable */
};

struct volume_open_options {
	bool read_only;
	enum volume_cache cache;
};

/*
 * Opens an image, recognising its format. It is locked against a second writer (and a writer
 * against readers) as long as it is open: -EBUSY with the owner's process number where the host
 * tells. Other errors: -ENOENT, -EACCES, -EROFS, -EINVAL (foreign or damaged; the text says what it
 * is).
 */
int volume_open(const char *path, const struct volume_open_options *options, struct volume **volume,
		struct chanio_error *error);

/* NULL is allowed. */
void volume_close(struct volume *volume);

/* The largest image of a track and the smallest: home address, R0, end mark. */
#define VOLUME_TRACK_HEADER 21u /* home address 5, R0 count 8, R0 data 8 */
#define VOLUME_TRACK_END    8u

/*
 * True if the image is well formed for this track: home address with flag byte 00 and the track's
 * own CC, HH; R0 with record number 0, no key, 8 data bytes; a chain of at most
 * VOLUME_TRACK_RECORDS_MAX records that ends with the end mark inside `length`. CC HH R of a count
 * field may be anything (eckd-3390.md section 2), and so may what follows the end mark. Shared by
 * formats, tools, fuzzers and assertions.
 */
bool volume_track_is_valid(const void *image, size_t length, uint32_t track, uint32_t heads);

/*
 * The length of a well-formed image, end mark included, of which up to `size` bytes are there to be
 * looked at. 0: malformed. Safe on arbitrary bytes.
 */
size_t volume_track_length(const void *image, size_t size, uint32_t track, uint32_t heads);

/* More records than any 3390 track holds (a count field alone takes 19 of its 1,729 cells). */
#define VOLUME_TRACK_RECORDS_MAX 255u

/* Writes the image of an empty track (no records); returns its length. */
size_t volume_track_make_empty(void *image, uint32_t track, uint32_t heads);

#endif
