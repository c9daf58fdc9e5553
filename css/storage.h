/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Main storage as the emulated channel sees it: guest memory in mapped ranges (an IOMMU container's
 * DMA map) and, apart from it, channel memory in which the driver builds translated programs.
 *
 * One storage is shared by all subchannels of a container. Look-ups run in parallel with each other
 * and are cheap; map and unmap are rare and exclude them. A page may not be unmapped while it is
 * pinned, nor may a range while a channel holds it (css_storage_enter); the caller quiesces first.
 */
#ifndef CHANIO_CSS_STORAGE_H
#define CHANIO_CSS_STORAGE_H

#include "arch/types.h"

struct css_storage;

int css_storage_create(struct css_storage **storage); /* 0, -ENOMEM */
/* Takes NULL. No program may run in it; subchannels may still be connected to it. */
void css_storage_destroy(struct css_storage *storage);

/*
 * Maps guest addresses [guest, guest + size) to host memory at `host`.
 * -EINVAL: size 0 or wraps, or not a multiple of 4096; -EEXIST: overlaps; -ENOMEM; -ENOSPC: too
 * many.
 */
int css_storage_map(struct css_storage *storage, uint64_t guest, uint64_t size, void *host,
		    bool readable, bool writable);
/*
 * Unmaps whole mappings inside the range (as type1v2: a mapping that is only partly inside is
 * -EINVAL). Returns the bytes unmapped; 0 is no error. Waits for channels inside css_storage_enter.
 * -EBUSY, and nothing is unmapped: a page is still pinned (the caller has not quiesced).
 */
int64_t css_storage_unmap(struct css_storage *storage, uint64_t guest, uint64_t size);

/*
 * While inside, pointers from css_storage_at() stay valid. Enter is per thread of execution of a
 * channel, short (one data movement), never nested, and costs one atomic operation (a
 * subchannel has a cheaper way of its own). Leaving from
 * another thread than the one that entered is allowed.
 */
void css_storage_enter(struct css_storage *storage);
void css_storage_leave(struct css_storage *storage);

/*
 * The host address of guest address `guest`, and in *length how many bytes from there on are
 * contiguous (at most the value it had on entry). NULL: not mapped, or not with that access.
 */
void *css_storage_at(struct css_storage *storage, uint64_t guest, size_t *length, bool write);

/*
 * The whole mapping that holds `guest`, for callers that look up again and again. Only inside, and
 * afterwards only as long as css_storage_generation() is unchanged, again looked at inside.
 */
struct css_mapping {
	uint64_t guest;
	uint64_t size;
	uint8_t *host;
	bool readable;
	bool writable;
};
bool css_storage_find(struct css_storage *storage, uint64_t guest, struct css_mapping *mapping);
/* Differs after every map and unmap; never 0. */
uint64_t css_storage_generation(struct css_storage *storage);

/* Copies; -EFAULT if any byte is not mapped (then nothing may be assumed of the target). */
int css_storage_read(struct css_storage *storage, uint64_t guest, void *to, size_t size);
int css_storage_write(struct css_storage *storage, uint64_t guest, const void *from, size_t size);

/* Pins: a count per mapping range. -EFAULT: not mapped for reading and writing. */
int css_storage_pin(struct css_storage *storage, uint64_t guest, size_t pages);
void css_storage_unpin(struct css_storage *storage, uint64_t guest, size_t pages);
/* Number of page pins outstanding, for tests: zero after every close. */
uint64_t css_storage_pinned(struct css_storage *storage);

/* Channel memory: addresses of its own, below 2 GiB. 0 or -ENOMEM. Zeroed, aligned to 4096. */
int css_storage_channel_allocate(struct css_storage *storage, size_t size, void **address,
				 uint32_t *bus_address);
void css_storage_channel_release(struct css_storage *storage, void *address, uint32_t bus_address,
				 size_t size);
/* As css_storage_at, for channel memory. */
void *css_storage_channel_at(struct css_storage *storage, uint32_t bus_address, size_t *length);

#endif
