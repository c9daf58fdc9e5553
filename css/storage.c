/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Main storage: the sorted table of guest mappings and who may look at it. Readers count themselves
 * in and out of a slot of their own; map and unmap keep new readers out and wait for the others.
 */
#include "css/storage_impl.h"

#include <assert.h>
#include <linux/membarrier.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As many mappings as the Linux type1 driver allows one container by default. */
#define MAPPINGS_MAX 65535u
#define PAGE	     4096u
#define PAGE_SHIFT   12

static _Thread_local unsigned int thread_slot __attribute__((tls_model("initial-exec")));

static unsigned int reader_slot(void)
{
	static atomic_uint next;

	if (!thread_slot)
		thread_slot = 1 + atomic_fetch_add(&next, 1) % STORAGE_READER_SLOTS;
	return thread_slot - 1;
}

/* The race detectors know nothing of membarrier(2). */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif

static bool use_membarrier(void)
{
#ifdef __SANITIZE_THREAD__
	return false;
#else
	return !syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
#endif
}

int css_storage_create(struct css_storage **storage)
{
	struct css_storage *made = aligned_alloc(64, sizeof(*made));

	if (!made)
		return -ENOMEM;
	memset(made, 0, sizeof(*made));
	if (css_channel_memory_init(&made->channel_memory)) {
		free(made);
		return -ENOMEM;
	}
	made->readers_fence = !use_membarrier();
	atomic_init(&made->generation, 1);
	pthread_mutex_init(&made->change_lock, NULL);
	pthread_mutex_init(&made->wait_lock, NULL);
	pthread_cond_init(&made->changed, NULL);
	*storage = made;
	return 0;
}

void css_storage_destroy(struct css_storage *storage)
{
	if (!storage)
		return;
	while (storage->readers)
		css_storage_detach(storage->readers);
	css_channel_memory_finish(&storage->channel_memory);
	pthread_cond_destroy(&storage->changed);
	pthread_mutex_destroy(&storage->wait_lock);
	pthread_mutex_destroy(&storage->change_lock);
	free(storage->mappings);
	free(storage);
}

/* A reader that meets a change steps back and waits: the changer must not wait for it. */
static void wait_for_change(struct css_storage *storage)
{
	pthread_mutex_lock(&storage->wait_lock);
	while (atomic_load(&storage->changing))
		pthread_cond_wait(&storage->changed, &storage->wait_lock);
	pthread_mutex_unlock(&storage->wait_lock);
}

void css_storage_enter(struct css_storage *storage)
{
	atomic_long *readers = &storage->slots[reader_slot()].readers;

	/* Sequentially consistent: either we see the change, or the changer sees us. */
	atomic_fetch_add(readers, 1);
	while (atomic_load(&storage->changing)) {
		css_storage_leave(storage);
		wait_for_change(storage);
		atomic_fetch_add(readers, 1);
	}
}

static void tell_changer(struct css_storage *storage)
{
	pthread_mutex_lock(&storage->wait_lock);
	pthread_cond_broadcast(&storage->changed);
	pthread_mutex_unlock(&storage->wait_lock);
}

void css_storage_leave(struct css_storage *storage)
{
	atomic_fetch_sub(&storage->slots[reader_slot()].readers, 1);
	if (atomic_load(&storage->changing))
		tell_changer(storage);
}

void css_storage_attach(struct css_storage *storage, struct css_storage_reader *reader)
{
	reader->storage = storage;
	if (!storage)
		return;
	atomic_store(&reader->inside, false);
	pthread_mutex_lock(&storage->wait_lock);
	reader->next = storage->readers;
	storage->readers = reader;
	pthread_mutex_unlock(&storage->wait_lock);
}

void css_storage_detach(struct css_storage_reader *reader)
{
	struct css_storage *storage = reader->storage;
	struct css_storage_reader **link;

	if (!storage)
		return;
	pthread_mutex_lock(&storage->wait_lock);
	for (link = &storage->readers; *link != reader;)
		link = &(*link)->next;
	*link = reader->next;
	pthread_mutex_unlock(&storage->wait_lock);
	reader->storage = NULL;
}

void css_storage_leave_slowly(struct css_storage_reader *reader)
{
	tell_changer(reader->storage);
}

void css_storage_enter_slowly(struct css_storage_reader *reader)
{
	struct css_storage *storage = reader->storage;

	while (atomic_load(&storage->changing)) {
		atomic_store(&reader->inside, false);
		tell_changer(storage);
		wait_for_change(storage);
		atomic_store(&reader->inside, true);
	}
}

/*
 * A reader may leave through another slot than it entered, so only the sum counts. It cannot be too
 * small: no reader comes in for good while `changing` is set.
 */
static bool has_readers(struct css_storage *storage)
{
	long readers = 0;

	for (unsigned int i = 0; i < STORAGE_READER_SLOTS; i++)
		readers += atomic_load(&storage->slots[i].readers);
	for (struct css_storage_reader *reader = storage->readers; reader; reader = reader->next)
		readers += atomic_load(&reader->inside);
	return readers;
}

/*
 * From here on every reader has either been seen to be inside, or sees the change. (A reader that
 * is attached later sees it by the lock that attaching takes.)
 */
static void announce_change(struct css_storage *storage)
{
	long failed = 0;

	atomic_store(&storage->changing, true);
	if (storage->readers && !storage->readers_fence)
		failed = syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	assert(!failed);
}

static void begin_change(struct css_storage *storage)
{
	pthread_mutex_lock(&storage->change_lock);
	pthread_mutex_lock(&storage->wait_lock);
	announce_change(storage);
	while (has_readers(storage))
		pthread_cond_wait(&storage->changed, &storage->wait_lock);
	pthread_mutex_unlock(&storage->wait_lock);
}

static void end_change(struct css_storage *storage)
{
	pthread_mutex_lock(&storage->wait_lock);
	atomic_store(&storage->changing, false);
	pthread_cond_broadcast(&storage->changed);
	pthread_mutex_unlock(&storage->wait_lock);
	pthread_mutex_unlock(&storage->change_lock);
}

/* Index of the first mapping that ends behind `guest`. */
static size_t find_index(const struct css_storage *storage, uint64_t guest)
{
	size_t low = 0, high = storage->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct css_mapping *mapping = &storage->mappings[middle].mapping;

		if (mapping->guest + (mapping->size - 1) < guest)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct storage_mapping *find_mapping(const struct css_storage *storage, uint64_t guest)
{
	size_t index = find_index(storage, guest);

	if (index == storage->count || storage->mappings[index].mapping.guest > guest)
		return NULL;
	return &storage->mappings[index];
}

static int insert_mapping(struct css_storage *storage, const struct css_mapping *mapping)
{
	size_t index = find_index(storage, mapping->guest);
	struct storage_mapping *table = storage->mappings;

	if (index < storage->count &&
	    table[index].mapping.guest <= mapping->guest + (mapping->size - 1))
		return -EEXIST;
	if (storage->count == MAPPINGS_MAX)
		return -ENOSPC;
	if (storage->count == storage->capacity) {
		size_t capacity = storage->capacity ? 2 * storage->capacity : 8;

		table = realloc(table, capacity * sizeof(*table));
		if (!table)
			return -ENOMEM;
		storage->mappings = table;
		storage->capacity = capacity;
	}
	memmove(&table[index + 1], &table[index], (storage->count - index) * sizeof(*table));
	table[index].mapping = *mapping;
	atomic_init(&table[index].pins, 0);
	storage->count++;
	return 0;
}

int css_storage_map(struct css_storage *storage, uint64_t guest, uint64_t size, void *host,
		    bool readable, bool writable)
{
	struct css_mapping mapping = {guest, size, host, readable, writable};
	int result;

	if (!size || guest % PAGE || size % PAGE || guest + size < size)
		return -EINVAL;
	begin_change(storage);
	result = insert_mapping(storage, &mapping);
	if (!result)
		atomic_fetch_add(&storage->generation, 1);
	end_change(storage);
	return result;
}

/* A mapping may claim more than there is memory: the sum stays at its maximum then. */
static uint64_t bytes_left(int64_t bytes)
{
	return (uint64_t)(INT64_MAX - bytes);
}

static int64_t remove_mappings(struct css_storage *storage, uint64_t guest, uint64_t size)
{
	uint64_t last = guest + (size - 1);
	size_t first = find_index(storage, guest), end = first;
	int64_t bytes = 0;

	for (; end < storage->count && storage->mappings[end].mapping.guest <= last; end++) {
		const struct css_mapping *mapping = &storage->mappings[end].mapping;

		if (mapping->guest < guest || mapping->guest + (mapping->size - 1) > last)
			return -EINVAL;
		if (atomic_load(&storage->mappings[end].pins))
			return -EBUSY;
		bytes = mapping->size < bytes_left(bytes) ? bytes + (int64_t)mapping->size
							  : INT64_MAX;
	}
	memmove(&storage->mappings[first], &storage->mappings[end],
		(storage->count - end) * sizeof(*storage->mappings));
	storage->count -= end - first;
	return bytes;
}

int64_t css_storage_unmap(struct css_storage *storage, uint64_t guest, uint64_t size)
{
	int64_t result;

	if (!size || guest % PAGE || size % PAGE || guest + (size - 1) < guest)
		return -EINVAL;
	begin_change(storage);
	result = storage->count ? remove_mappings(storage, guest, size) : 0;
	if (result > 0)
		atomic_fetch_add(&storage->generation, 1);
	end_change(storage);
	return result;
}

uint64_t css_storage_generation(struct css_storage *storage)
{
	return atomic_load_explicit(&storage->generation, memory_order_relaxed);
}

bool css_storage_find(struct css_storage *storage, uint64_t guest, struct css_mapping *mapping)
{
	const struct storage_mapping *found = find_mapping(storage, guest);

	if (found)
		*mapping = found->mapping;
	return found;
}

void *css_storage_at(struct css_storage *storage, uint64_t guest, size_t *length, bool write)
{
	struct css_mapping mapping;
	uint64_t behind;

	if (!css_storage_find(storage, guest, &mapping))
		return NULL;
	if (write ? !mapping.writable : !mapping.readable)
		return NULL;
	behind = mapping.size - (guest - mapping.guest);
	if (*length > behind)
		*length = behind;
	return mapping.host + (guest - mapping.guest);
}

/* Copies piece by piece; -EFAULT where one is not mapped or the address wraps. */
static int copy(struct css_storage *storage, uint64_t guest, uint8_t *bytes, size_t size,
		bool write)
{
	while (size) {
		size_t length = size;
		void *host = css_storage_at(storage, guest, &length, write);

		if (!host)
			return -EFAULT;
		if (write)
			memcpy(host, bytes, length);
		else
			memcpy(bytes, host, length);
		guest += length;
		bytes += length;
		size -= length;
	}
	return 0;
}

int css_storage_read(struct css_storage *storage, uint64_t guest, void *to, size_t size)
{
	int result;

	css_storage_enter(storage);
	result = copy(storage, guest, to, size, false);
	css_storage_leave(storage);
	return result;
}

int css_storage_write(struct css_storage *storage, uint64_t guest, const void *from, size_t size)
{
	int result;

	css_storage_enter(storage);
	result = copy(storage, guest, (uint8_t *)from, size, true);
	css_storage_leave(storage);
	return result;
}

/* Pages of [guest, ...) that lie in the mapping, at most `pages`. */
static size_t pages_in(const struct css_mapping *mapping, uint64_t guest, size_t pages)
{
	uint64_t behind = (mapping->size - (guest - mapping->guest)) >> PAGE_SHIFT;

	return behind < pages ? (size_t)behind : pages;
}

/* Adds one pin to each page, or takes one off; stops at the first that cannot. Returns the rest. */
static size_t change_pins(struct css_storage *storage, uint64_t guest, size_t pages, bool add)
{
	while (pages) {
		struct storage_mapping *found = find_mapping(storage, guest);
		size_t some;

		if (!found || !found->mapping.readable || !found->mapping.writable)
			break;
		some = pages_in(&found->mapping, guest, pages);
		if (add)
			atomic_fetch_add(&found->pins, some);
		else
			atomic_fetch_sub(&found->pins, some);
		guest += (uint64_t)some << PAGE_SHIFT;
		pages -= some;
	}
	return pages;
}

int css_storage_pin(struct css_storage *storage, uint64_t guest, size_t pages)
{
	size_t rest;

	if (guest % PAGE)
		return -EFAULT;
	css_storage_enter(storage);
	rest = change_pins(storage, guest, pages, true);
	if (rest)
		change_pins(storage, guest, pages - rest, false);
	else
		atomic_fetch_add(&storage->pinned, pages);
	css_storage_leave(storage);
	return rest ? -EFAULT : 0;
}

void css_storage_unpin(struct css_storage *storage, uint64_t guest, size_t pages)
{
	css_storage_enter(storage);
	change_pins(storage, guest, pages, false);
	atomic_fetch_sub(&storage->pinned, pages);
	css_storage_leave(storage);
}

uint64_t css_storage_pinned(struct css_storage *storage)
{
	return atomic_load(&storage->pinned);
}

int css_storage_channel_allocate(struct css_storage *storage, size_t size, void **address,
				 uint32_t *bus_address)
{
	return css_channel_memory_allocate(&storage->channel_memory, size, address, bus_address);
}

void css_storage_channel_release(struct css_storage *storage, void *address, uint32_t bus_address,
				 size_t size)
{
	css_channel_memory_release(&storage->channel_memory, address, bus_address, size);
}

void *css_storage_channel_at(struct css_storage *storage, uint32_t bus_address, size_t *length)
{
	return css_channel_memory_at(&storage->channel_memory, bus_address, length);
}
