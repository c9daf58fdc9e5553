/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of css/storage.c and css/channel_memory.c. */
#ifndef CHANIO_CSS_STORAGE_IMPL_H
#define CHANIO_CSS_STORAGE_IMPL_H

#include "css/storage.h"

#include <pthread.h>
#include <stdatomic.h>

#define STORAGE_READER_SLOTS 16

struct storage_reader_slot {
	_Alignas(64) atomic_long readers;
};

struct storage_mapping {
	struct css_mapping mapping;
	atomic_size_t pins; /* page pins in this mapping */
};

/*
 * Channel memory is one reserved stretch of address space, handed out by the page. A bus address is
 * an offset into it, so that finding the host address takes no search.
 */
struct channel_memory {
	pthread_mutex_t lock;
	uint8_t *arena;
	size_t hint;		       /* no page below it is free */
	_Atomic(uint8_t) *page_in_use; /* one for each page */
};

int css_channel_memory_init(struct channel_memory *memory); /* 0, -ENOMEM */
void css_channel_memory_finish(struct channel_memory *memory);
int css_channel_memory_allocate(struct channel_memory *memory, size_t size, void **address,
				uint32_t *bus_address);
void css_channel_memory_release(struct channel_memory *memory, void *address, uint32_t bus_address,
				size_t size);
void *css_channel_memory_at(struct channel_memory *memory, uint32_t bus_address, size_t *length);

struct css_storage {
	struct storage_reader_slot slots[STORAGE_READER_SLOTS];
	_Alignas(64) atomic_bool changing;
	_Atomic(uint64_t) generation;
	struct storage_mapping *mappings; /* sorted by guest address, no overlaps */
	size_t count;
	size_t capacity;
	_Alignas(64) _Atomic(uint64_t) pinned;
	pthread_mutex_t change_lock; /* held while changing */
	pthread_mutex_t wait_lock;
	pthread_cond_t changed; /* a reader left during a change, or the change is over */
	struct channel_memory channel_memory;
};

#endif
