/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Channel memory: where translated programs stand. Pages of one reserved arena, first fit. */
#include "css/storage_impl.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE	    4096u
#define ARENA_BASE  0x10000000u /* first bus address: small numbers are never valid */
#define ARENA_SIZE  0x10000000u /* 256 MiB of address space; a page costs memory only once used */
#define ARENA_PAGES (ARENA_SIZE / PAGE)

int css_channel_memory_init(struct channel_memory *memory)
{
	memory->page_in_use = calloc(ARENA_PAGES, sizeof(*memory->page_in_use));
	if (!memory->page_in_use)
		return -ENOMEM;
	memory->arena = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory->arena == MAP_FAILED) {
		free(memory->page_in_use);
		return -ENOMEM;
	}
	pthread_mutex_init(&memory->lock, NULL);
	memory->hint = 0;
	return 0;
}

void css_channel_memory_finish(struct channel_memory *memory)
{
	munmap(memory->arena, ARENA_SIZE);
	free(memory->page_in_use);
	pthread_mutex_destroy(&memory->lock);
}

static bool in_use(const struct channel_memory *memory, size_t page)
{
	return atomic_load_explicit(&memory->page_in_use[page], memory_order_relaxed);
}

static void mark(struct channel_memory *memory, size_t page, size_t pages, bool used)
{
	for (size_t i = 0; i < pages; i++)
		atomic_store_explicit(&memory->page_in_use[page + i], used, memory_order_relaxed);
}

/* First page of a free stretch, ARENA_PAGES when there is none. */
static size_t find_free(struct channel_memory *memory, size_t pages)
{
	size_t run = 0;

	for (size_t page = memory->hint; page < ARENA_PAGES; page++) {
		run = in_use(memory, page) ? 0 : run + 1;
		if (run == pages)
			return page + 1 - pages;
	}
	return ARENA_PAGES;
}

int css_channel_memory_allocate(struct channel_memory *memory, size_t size, void **address,
				uint32_t *bus_address)
{
	size_t pages = size / PAGE + (size % PAGE != 0), page;

	if (!pages || pages > ARENA_PAGES)
		return -ENOMEM;
	pthread_mutex_lock(&memory->lock);
	page = find_free(memory, pages);
	if (page < ARENA_PAGES) {
		mark(memory, page, pages, true);
		while (memory->hint < ARENA_PAGES && in_use(memory, memory->hint))
			memory->hint++;
	}
	pthread_mutex_unlock(&memory->lock);
	if (page == ARENA_PAGES)
		return -ENOMEM;

	*address = memory->arena + page * PAGE;
	*bus_address = ARENA_BASE + (uint32_t)(page * PAGE);
	memset(*address, 0, size);
	return 0;
}

void css_channel_memory_release(struct channel_memory *memory, void *address, uint32_t bus_address,
				size_t size)
{
	size_t page = (bus_address - ARENA_BASE) / PAGE, pages = size / PAGE + (size % PAGE != 0);

	assert(page + pages <= ARENA_PAGES && address == memory->arena + page * PAGE);
	pthread_mutex_lock(&memory->lock);
	mark(memory, page, pages, false);
	if (page < memory->hint)
		memory->hint = page;
	pthread_mutex_unlock(&memory->lock);
}

void *css_channel_memory_at(struct channel_memory *memory, uint32_t bus_address, size_t *length)
{
	uint32_t offset = bus_address - ARENA_BASE;
	size_t page = offset / PAGE, most = *length;
	size_t there = PAGE - offset % PAGE;

	if (offset >= ARENA_SIZE || !in_use(memory, page))
		return NULL;
	while (there < most && ++page < ARENA_PAGES && in_use(memory, page))
		there += PAGE;
	if (there < most)
		*length = there;
	return memory->arena + offset;
}
