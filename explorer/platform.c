/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * driver/platform.h in the simulated world: every call is a place where the thread can be
 * preempted. Memory that was given back is poisoned and never used again within a schedule.
 */
#include "explorer/fiber.h"
#include "explorer/world.h"

#include <stdlib.h>

#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#else
#define __asan_poison_memory_region(address, size)   ((void)(address), (void)(size))
#define __asan_unpoison_memory_region(address, size) ((void)(address), (void)(size))
#endif

#define HEAP_SIZE  (1024u * 1024)
#define ALIGNMENT  16u
#define POISON	   0xDB
#define LOCK_FLAGS 0x10CCEDul
/* A sleep may be longer than was asked for; then bounded waiting takes few steps. */
#define LONG_SLEEP 1000000000ull

struct world world;
static _Alignas(4096) uint8_t heap[HEAP_SIZE];
static struct {
	struct world world;
	uint8_t heap[HEAP_SIZE];
} saved;
static uint8_t programs[CHANIO_PAGE_SIZE]; /* of the guest */

/* ---- rules ---- */

static bool is_locked_by_me(void)
{
	return world.owner == world.current;
}

static void must_be_unlocked(const char *call)
{
	if (is_locked_by_me())
		violate(INVARIANT_LOCK, "%s with the lock held: it may sleep", call);
}

static void must_be_locked(const char *call)
{
	if (!is_locked_by_me())
		violate(INVARIANT_LOCK, "%s without the lock", call);
}

/* ---- lock ---- */

static void platform_lock(void *platform, unsigned long *flags)
{
	if (is_locked_by_me())
		violate(INVARIANT_LOCK, "the lock is taken again by its owner");
	point(POINT_LOCK, OBJECT_LOCK);
	world.owner = world.current;
	*flags = LOCK_FLAGS;
	check_locked();
}

static void platform_unlock(void *platform, unsigned long flags)
{
	must_be_locked("unlock");
	if (flags != LOCK_FLAGS)
		violate(INVARIANT_LOCK, "unlock with flags that lock did not give");
	point(POINT_UNLOCK, OBJECT_LOCK);
	check_unlocking();
	world.owner = -1;
}

/* ---- memory ---- */

static void *take_memory(size_t size, bool channel)
{
	struct block *block = &world.block[world.blocks];
	uint32_t room = (uint32_t)((size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1));

	if (world.blocks == BLOCKS || room > HEAP_SIZE - world.heap_used) {
		fprintf(stderr,
			"chanio-explore: the simulated heap is too small for this scenario; "
			"give it fewer operations\n");
		exit(2);
	}
	*block = (struct block){.offset = world.heap_used, .size = room, .channel = channel};
	world.blocks++;
	world.heap_used += room;
	__asan_unpoison_memory_region(heap + block->offset, room);
	memset(heap + block->offset, 0, room);
	return heap + block->offset;
}

static void *platform_allocate(void *platform, size_t size)
{
	must_be_unlocked("allocate");
	point(POINT_ALLOCATE, 0);
	world.allocations++;
	return take_memory(size, false);
}

static struct block *block_of(const void *memory)
{
	for (unsigned int i = 0; i < world.blocks; i++)
		if (heap + world.block[i].offset == memory)
			return &world.block[i];
	violate(INVARIANT_FREED, "memory is given back that was never given out");
}

static void give_back(const void *memory, bool channel)
{
	struct block *block = block_of(memory);

	if (block->freed || block->channel != channel)
		violate(INVARIANT_FREED, "memory is given back twice, or in the wrong way");
	if (world.flight.number && world.flight.memory >= heap + block->offset &&
	    world.flight.memory < heap + block->offset + block->size)
		violate(INVARIANT_PINNED, "channel memory of program %u is given back in flight",
			world.flight.number);
	block->freed = true;
	world.freed++;
	memset(heap + block->offset, POISON, block->size);
	__asan_poison_memory_region(heap + block->offset, block->size);
}

static void platform_release(void *platform, void *memory, size_t size)
{
	must_be_unlocked("release");
	point(POINT_RELEASE, OBJECT_MEMORY | OBJECT_SUBCHANNEL);
	give_back(memory, false);
	world.allocations--;
}

static int platform_channel_allocate(void *platform, size_t size,
				     struct chanio_channel_memory *memory)
{
	must_be_unlocked("channel_allocate");
	point(POINT_CHANNEL_ALLOCATE, 0);
	memory->address = take_memory(size, true);
	memory->bus_address = CHANNEL_BASE + (uint32_t)((uint8_t *)memory->address - heap);
	memory->size = size;
	world.channel_allocations++;
	return 0;
}

static void platform_channel_release(void *platform, struct chanio_channel_memory *memory)
{
	must_be_unlocked("channel_release");
	point(POINT_CHANNEL_RELEASE, OBJECT_MEMORY | OBJECT_SUBCHANNEL);
	give_back(memory->address, true);
	world.channel_allocations--;
}

void *channel_address(uint32_t bus, size_t size)
{
	uint32_t offset = bus - CHANNEL_BASE;

	for (unsigned int i = 0; i < world.blocks; i++) {
		const struct block *block = &world.block[i];

		if (block->channel && !block->freed && offset >= block->offset &&
		    offset - block->offset <= block->size &&
		    size <= block->size - (offset - block->offset))
			return heap + offset;
	}
	return NULL;
}

void platform_check_freed(void)
{
#ifndef FIBER_ASAN
	for (unsigned int i = 0; world.freed && i < world.blocks; i++) {
		const struct block *block = &world.block[i];
		const uint8_t *bytes = heap + block->offset;

		/* All bytes are the first one, and that is the poison. */
		if (block->freed &&
		    (bytes[0] != POISON || memcmp(bytes, bytes + 1, block->size - 1)))
			violate(INVARIANT_FREED, "memory was written to after it was given back");
	}
#endif
}

/* ---- the guest ---- */

static int platform_read_guest(void *platform, uint64_t guest, void *to, size_t size)
{
	must_be_unlocked("read_guest");
	point(POINT_READ_GUEST, OBJECT_MAP);
	if (guest / CHANIO_PAGE_SIZE != PAGE_PROGRAM)
		return -EFAULT;
	memcpy(to, programs + guest % CHANIO_PAGE_SIZE, size);
	return 0;
}

static uint64_t page_mask(uint64_t guest, size_t pages)
{
	uint64_t first = guest / CHANIO_PAGE_SIZE, mask = 0;

	for (size_t i = 0; i < pages && first + i < PAGES; i++)
		mask |= 1ull << (first + i);
	return mask;
}

static int platform_pin(void *platform, uint64_t guest, size_t pages, uint64_t *bus_addresses)
{
	uint64_t mask = page_mask(guest, pages);

	must_be_unlocked("pin");
	point(POINT_PIN, OBJECT_MEMORY | OBJECT_MAP);
	if ((mask & world.unmapped) || guest / CHANIO_PAGE_SIZE + pages > PAGES)
		return -EFAULT;
	for (size_t i = 0; i < pages; i++) {
		world.pins[guest / CHANIO_PAGE_SIZE + i]++;
		bus_addresses[i] = BUS + guest + i * CHANIO_PAGE_SIZE;
	}
	world.pinned |= mask;
	return 0;
}

static void platform_unpin(void *platform, uint64_t guest, size_t pages)
{
	must_be_unlocked("unpin");
	point(POINT_UNPIN, OBJECT_MEMORY | OBJECT_SUBCHANNEL);
	for (size_t i = 0; i < pages; i++) {
		uint64_t page = guest / CHANIO_PAGE_SIZE + i;

		if (page >= PAGES || !world.pins[page])
			violate(INVARIANT_LEAK, "a page is unpinned that is not pinned");
		if (!--world.pins[page])
			world.pinned &= ~(1ull << page);
	}
	check_step();
}

/* ---- the client ---- */

static int platform_from_client(void *platform, void *to, const void *client, size_t size)
{
	must_be_unlocked("copy_from_client");
	point(POINT_FROM_CLIENT, 0);
	memcpy(to, client, size);
	return 0;
}

static int platform_to_client(void *platform, void *client, const void *from, size_t size)
{
	must_be_unlocked("copy_to_client");
	point(POINT_TO_CLIENT, 0);
	memcpy(client, from, size);
	return 0;
}

/* An event is its number. */
static struct event *event_of(void *event)
{
	uintptr_t number = (uintptr_t)event;

	if (!number || number >= EVENTS || world.event[number].released)
		violate(INVARIANT_EVENT, "an event is used after it was given back");
	return &world.event[number];
}

uint8_t event_create(void)
{
	if (world.events + 1u == EVENTS) {
		fprintf(stderr, "chanio-explore: too many events for this scenario\n");
		exit(2);
	}
	world.event[++world.events].armed = true;
	return world.events;
}

struct event *event_armed(enum chanio_irq irq)
{
	void *event = world.device->event[irq];

	return event ? &world.event[(uintptr_t)event] : NULL;
}

static void platform_signal(void *platform, void *event)
{
	point(POINT_SIGNAL, OBJECT_EVENTS);
	event_of(event)->count++;
}

static void platform_release_event(void *platform, void *event)
{
	must_be_unlocked("release_event");
	point(POINT_RELEASE_EVENT, OBJECT_EVENTS);
	event_of(event)->released = true;
}

/* ---- waiting ---- */

/* Nothing is scheduled: what the machine still has to do is done while it is slept. */
static void serve_sleeper(uint64_t nanoseconds)
{
	if (subchannel_can_complete()) {
		channel_run();
		return;
	}
	world.now += nanoseconds > LONG_SLEEP ? nanoseconds : LONG_SLEEP;
}

static int platform_wait(void *platform, uint64_t nanoseconds)
{
	struct thread *thread = self();
	bool timed_out;

	must_be_unlocked("wait");
	if (thread->translating)
		violate(INVARIANT_BOUNDED, "a wait in CP_PROCESSING");
	thread->wait = nanoseconds;
	if (world.serial)
		serve_sleeper(nanoseconds);
	point(POINT_WAIT, OBJECT_WAKE);
	timed_out = thread->timed_out;
	thread->timed_out = false;
	if (timed_out && !world.woken)
		return -ETIMEDOUT;
	world.woken = false;
	return 0;
}

static void platform_wake(void *platform)
{
	point(POINT_WAKE, OBJECT_WAKE);
	world.woken = true;
}

static void platform_defer(void *platform)
{
	point(POINT_DEFER, OBJECT_DEFERRED);
	world.deferred = true;
}

static void platform_flush(void *platform)
{
	must_be_unlocked("flush_deferred");
	if (world.serial && world.deferred)
		worker_run();
	point(POINT_FLUSH, OBJECT_DEFERRED);
}

static uint64_t platform_now(void *platform)
{
	uint64_t *past = &world.past[world.current];

	/* Reading the time is no event for anybody else, but what follows depends on it. */
	*past = *past * 31 + world.now;
	return world.now;
}

/* ---- what happened ---- */

static void explain_trace(enum chanio_trace_event event, uint64_t a, uint64_t b)
{
	switch (event) {
	case CHANIO_TRACE_TRANSITION: {
		const struct chanio_transition *row = &chanio_transitions[a >> 16];
		const char *guard = chanio_guard_name(row->guard);
		const char *action = chanio_action_name(row->action);

		explain("%s: %s%s%s%s%s%s -> %s%s", chanio_state_name(a >> 8 & 0xFF),
			chanio_event_name(a & 0xFF), *guard ? " [" : "", guard, *guard ? "]" : "",
			*action ? ": " : "", action, chanio_state_name((unsigned int)(b >> 32)),
			(int32_t)b ? " (refused)" : "");
		break;
	}
	case CHANIO_TRACE_IRB:
		explain("IRB %08x queued", (unsigned int)(a >> 32));
		break;
	case CHANIO_TRACE_CRW:
		explain("CRW %08x queued", (unsigned int)a);
		break;
	default:
		break;
	}
}

static void platform_trace(void *platform, enum chanio_trace_event event, uint64_t a, uint64_t b)
{
	must_be_locked("trace");
	if (explaining)
		explain_trace(event, a, b);
	if (event == CHANIO_TRACE_TRANSITION)
		check_transition((unsigned int)(a >> 16), a >> 8 & 0xFF, a & 0xFF,
				 (unsigned int)(b >> 32));
}

const struct chanio_platform_ops platform_ops = {
	.size = sizeof(platform_ops),
	.lock = platform_lock,
	.unlock = platform_unlock,
	.allocate = platform_allocate,
	.release = platform_release,
	.channel_allocate = platform_channel_allocate,
	.channel_release = platform_channel_release,
	.read_guest = platform_read_guest,
	.pin = platform_pin,
	.unpin = platform_unpin,
	.copy_from_client = platform_from_client,
	.copy_to_client = platform_to_client,
	.signal = platform_signal,
	.release_event = platform_release_event,
	.wait = platform_wait,
	.wake = platform_wake,
	.defer = platform_defer,
	.flush_deferred = platform_flush,
	.now = platform_now,
	.trace = platform_trace,
};

/* ---- the world itself ---- */

static uint64_t fold(uint64_t one, uint64_t other)
{
	unsigned __int128 product = (unsigned __int128)one * other;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Sixteen bytes at a time, two chains; what is left over is hashed with zeros behind it. */
uint64_t world_hash_bytes(uint64_t hash, const void *from, size_t size)
{
	const uint64_t odd[4] = {0xA0761D6478BD642Full, 0xE7037ED1A0B428DBull,
				 0x8EBC6AF09C88C6E3ull, 0x589965CC75374CC3ull};
	const uint8_t *bytes = from;
	uint64_t one = hash ^ odd[0], other = hash ^ odd[1] ^ size, word[4];

	for (; size; bytes += sizeof(word)) {
		size_t now = size < sizeof(word) ? size : sizeof(word);

		if (now < sizeof(word))
			memset(word, 0, sizeof(word));
		memcpy(word, bytes, now);
		one = fold(word[0] ^ odd[2], word[1] ^ one);
		other = fold(word[2] ^ odd[3], word[3] ^ other);
		size -= now;
	}
	return fold(one ^ odd[1], other ^ odd[2]);
}

/* Poisoned memory is part of the state as little as what was never given out. */
uint64_t world_hash(void)
{
	uint64_t hash = world_hash_bytes(1, &world.device, sizeof(world) - WORLD_STATE);

	for (unsigned int i = 0; i < world.blocks; i++)
		if (!world.block[i].freed)
			hash = world_hash_bytes(hash, heap + world.block[i].offset,
						world.block[i].size);
	return hash;
}

static void put_program(unsigned int number)
{
	const struct arch_ccw1 ccw = {
		.command = 0x02,
		.flags = ARCH_CCW_SLI,
		.count = arch_put16(100),
		.address = arch_put32((PAGE_DATA + number) * CHANIO_PAGE_SIZE),
	};

	memcpy(programs + number * sizeof(ccw), &ccw, sizeof(ccw));
}

void world_init(void)
{
	for (unsigned int i = 0; i < PAGES - PAGE_DATA; i++)
		put_program(i);
}

void world_finish(void)
{
	__asan_unpoison_memory_region(heap, sizeof(heap));
}

void world_clear(void)
{
	__asan_unpoison_memory_region(heap, sizeof(heap));
	memset(&world, 0, sizeof(world));
	world.owner = -1;
	world.current = THREAD_SERIAL;
	world.serial = true;
	world.last_state = CHANIO_STATE_STANDBY;
}

void world_save(void)
{
	saved.world = world;
	memcpy(saved.heap, heap, world.heap_used);
}

void world_restore(void)
{
	__asan_unpoison_memory_region(heap, sizeof(heap));
	world = saved.world;
	memcpy(heap, saved.heap, world.heap_used);
}
