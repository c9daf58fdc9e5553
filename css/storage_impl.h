/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of css/storage.c and css/channel_memory.c; the reader also for css/channel.c, window.c. */
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

/*
 * A reader with a place of its own, for who enters and leaves millions of times a second: no atomic
 * read-modify-write. Used by one thread at a time, handed over with some other synchronisation.
 */
struct css_storage_reader {
	atomic_bool inside;
	struct css_storage *storage; /* attached to, or NULL */
	struct css_storage_reader *next;
};

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
	struct css_storage_reader *readers; /* under wait_lock */
	struct channel_memory channel_memory;
	/*
	 * Readers order their two accesses by fences. Otherwise the changer does it for them, by
	 * membarrier(2).
	 */
	bool readers_fence;
};

/* Attach takes no storage for none; both while the reader is not inside. */
void css_storage_attach(struct css_storage *storage, struct css_storage_reader *reader);
void css_storage_detach(struct css_storage_reader *reader);
void css_storage_enter_slowly(struct css_storage_reader *reader);
void css_storage_leave_slowly(struct css_storage_reader *reader);

static inline void css_storage_reader_enter(struct css_storage_reader *reader)
{
	const struct css_storage *storage = reader->storage;

	if (storage->readers_fence) {
		atomic_store(&reader->inside, true);
	} else {
		atomic_store_explicit(&reader->inside, true, memory_order_relaxed);
		atomic_signal_fence(memory_order_seq_cst);
	}
	if (atomic_load(&storage->changing))
		css_storage_enter_slowly(reader);
}

static inline void css_storage_reader_leave(struct css_storage_reader *reader)
{
	const struct css_storage *storage = reader->storage;

	if (storage->readers_fence) {
		atomic_store(&reader->inside, false);
	} else {
		atomic_store_explicit(&reader->inside, false, memory_order_release);
		atomic_signal_fence(memory_order_seq_cst);
	}
	if (atomic_load(&storage->changing))
		css_storage_leave_slowly(reader);
}

#endif
