/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The driver's world in its tests: see fake.h. */
#include "tests/driver/fake.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define require(condition)                                                                         \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static bool mine(struct fake *fake)
{
	return fake->locked && pthread_equal(fake->owner, pthread_self());
}

/* ---- platform ---- */

static void fake_lock(void *platform, unsigned long *flags)
{
	struct fake *fake = platform;

	require(!mine(fake));
	pthread_mutex_lock(&fake->lock);
	fake->owner = pthread_self();
	fake->locked = true;
	*flags = 0x10CCED;
}

static void fake_unlock(void *platform, unsigned long flags)
{
	struct fake *fake = platform;

	require(mine(fake) && flags == 0x10CCED);
	fake->locked = false;
	pthread_mutex_unlock(&fake->lock);
}

/* True: this allocation is the one that has to fail. */
static bool count_allocation(struct fake *fake, int *outstanding)
{
	bool fails;

	require(!mine(fake));
	pthread_mutex_lock(&fake->mutex);
	fails = ++fake->allocation == fake->fail_allocation;
	if (!fails)
		++*outstanding;
	pthread_mutex_unlock(&fake->mutex);
	return fails;
}

static void uncount(struct fake *fake, int *outstanding)
{
	require(!mine(fake));
	pthread_mutex_lock(&fake->mutex);
	require(--*outstanding >= 0);
	pthread_mutex_unlock(&fake->mutex);
}

static void *fake_allocate(void *platform, size_t size)
{
	struct fake *fake = platform;

	return count_allocation(fake, &fake->allocations) ? NULL : calloc(1, size);
}

static void fake_release(void *platform, void *memory, size_t size)
{
	struct fake *fake = platform;

	memset(memory, 0xDB, size);
	free(memory);
	uncount(fake, &fake->allocations);
}

static int fake_channel_allocate(void *platform, size_t size, struct chanio_channel_memory *memory)
{
	struct fake *fake = platform;

	require(size && size <= 65536);
	if (count_allocation(fake, &fake->channel_allocations))
		return -ENOMEM;
	pthread_mutex_lock(&fake->mutex);
	memory->bus_address = FAKE_CHANNEL + fake->channel_used;
	memory->address = fake->channel + fake->channel_used;
	memory->size = size;
	/* Neighbours, aligned to 16 and no more. */
	fake->channel_used += (uint32_t)((size + 15) & ~(size_t)15);
	if (fake->channel_used % CHANIO_PAGE_SIZE == 0)
		fake->channel_used += 16;
	require(fake->channel_used < FAKE_CHANNEL_SIZE);
	pthread_mutex_unlock(&fake->mutex);
	return 0;
}

static void fake_channel_release(void *platform, struct chanio_channel_memory *memory)
{
	struct fake *fake = platform;

	memset(memory->address, 0xDB, memory->size);
	uncount(fake, &fake->channel_allocations);
	pthread_mutex_lock(&fake->mutex);
	if (!fake->channel_allocations)
		fake->channel_used = 0;
	pthread_mutex_unlock(&fake->mutex);
}

/* Index of the page, or -1. */
static int page_index(uint64_t guest)
{
	uint64_t page = guest & ~(uint64_t)(CHANIO_PAGE_SIZE - 1);

	if (page < FAKE_LOW_SIZE)
		return (int)(page / CHANIO_PAGE_SIZE);
	if (page == FAKE_PAGE_16M)
		return FAKE_PAGES;
	if (page == FAKE_PAGE_2G)
		return FAKE_PAGES + 1;
	if (page == FAKE_PAGE_HIGH)
		return FAKE_PAGES + 2;
	if (page == FAKE_PAGE_HIGH + CHANIO_PAGE_SIZE)
		return FAKE_PAGES + 3;
	return -1;
}

void *fake_guest(struct fake *fake, uint64_t guest)
{
	int index = page_index(guest);

	require(index >= 0);
	return &fake->storage[index][guest % CHANIO_PAGE_SIZE];
}

bool fake_readable(struct fake *fake, uint64_t guest)
{
	int index = page_index(guest);

	return index >= 0 && fake->mapped[index];
}

bool fake_pinned(struct fake *fake, uint64_t guest)
{
	int index = page_index(guest);
	bool pinned;

	pthread_mutex_lock(&fake->mutex);
	pinned = index >= 0 && fake->pins[index] > 0;
	pthread_mutex_unlock(&fake->mutex);
	return pinned;
}

void fake_map(struct fake *fake, uint64_t guest, bool mapped)
{
	fake->mapped[page_index(guest)] = mapped;
}

static int fake_read_guest(void *platform, uint64_t guest, void *to, size_t size)
{
	struct fake *fake = platform;
	int index = page_index(guest);

	require(!mine(fake) && size && guest % CHANIO_PAGE_SIZE + size <= CHANIO_PAGE_SIZE);
	if (fake->on_read)
		fake->on_read(fake, guest);
	if (index < 0 || !fake->mapped[index])
		return -EFAULT;
	memcpy(to, &fake->storage[index][guest % CHANIO_PAGE_SIZE], size);
	return 0;
}

static int fake_pin(void *platform, uint64_t guest, size_t pages, uint64_t *bus_addresses)
{
	struct fake *fake = platform;
	int error = 0;

	require(!mine(fake) && pages && guest % CHANIO_PAGE_SIZE == 0);
	pthread_mutex_lock(&fake->mutex);
	fake->pin_calls++;
	error = fake->pin_error;
	fake->pin_error = 0;
	for (size_t i = 0; i < pages && !error; i++) {
		int index = page_index(guest + i * CHANIO_PAGE_SIZE);

		if (index < 0 || !fake->mapped[index])
			error = -EFAULT;
	}
	for (size_t i = 0; i < pages && !error; i++) {
		fake->pins[page_index(guest + i * CHANIO_PAGE_SIZE)]++;
		fake->pinned++;
		bus_addresses[i] = FAKE_BUS + guest + i * CHANIO_PAGE_SIZE;
	}
	pthread_mutex_unlock(&fake->mutex);
	return error;
}

static void fake_unpin(void *platform, uint64_t guest, size_t pages)
{
	struct fake *fake = platform;

	require(!mine(fake) && pages);
	if (fake->on_unpin)
		fake->on_unpin(fake);
	pthread_mutex_lock(&fake->mutex);
	for (size_t i = 0; i < pages; i++)
		require(--fake->pins[page_index(guest + i * CHANIO_PAGE_SIZE)] >= 0);
	fake->pinned -= (int)pages;
	pthread_mutex_unlock(&fake->mutex);
}

static int fake_copy_from_client(void *platform, void *to, const void *client, size_t size)
{
	struct fake *fake = platform;

	require(!mine(fake));
	if (fake->client_faults)
		return -EFAULT;
	memcpy(to, client, size);
	return 0;
}

static int fake_copy_to_client(void *platform, void *client, const void *from, size_t size)
{
	struct fake *fake = platform;

	require(!mine(fake));
	if (fake->client_faults)
		return -EFAULT;
	if (fake->on_copy)
		fake->on_copy(fake);
	memcpy(client, from, size);
	return 0;
}

static void fake_signal(void *platform, void *event)
{
	struct fake_event *e = event;

	require(!e->released);
	e->signalled++;
}

static void fake_release_event(void *platform, void *event)
{
	struct fake *fake = platform;
	struct fake_event *e = event;

	require(!mine(fake) && !e->released);
	e->released++;
	fake->released_events++;
}

static int fake_wait(void *platform, uint64_t nanoseconds)
{
	struct fake *fake = platform;
	struct timespec until;
	int result = -ETIMEDOUT;

	require(!mine(fake));
	if (fake->on_wait)
		fake->on_wait(fake);
	pthread_mutex_lock(&fake->mutex);
	if (!fake->wake && fake->real_time) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += (long)(nanoseconds < 1000000 ? nanoseconds : 1000000);
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&fake->woken, &fake->mutex, &until);
	}
	if (fake->wake)
		result = 0;
	else
		atomic_fetch_add(&fake->now, nanoseconds);
	fake->wake = false;
	pthread_mutex_unlock(&fake->mutex);
	return result;
}

static void fake_wake(void *platform)
{
	struct fake *fake = platform;

	pthread_mutex_lock(&fake->mutex);
	fake->wake = true;
	pthread_cond_broadcast(&fake->woken);
	pthread_mutex_unlock(&fake->mutex);
}

static void fake_defer(void *platform)
{
	struct fake *fake = platform;

	pthread_mutex_lock(&fake->mutex);
	fake->deferred++;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_work(struct fake *fake)
{
	bool due;

	pthread_mutex_lock(&fake->mutex);
	due = fake->deferred;
	fake->deferred = 0;
	pthread_mutex_unlock(&fake->mutex);
	if (due)
		chanio_device_work(fake->device);
}

static void fake_flush_deferred(void *platform)
{
	require(!mine(platform));
	fake_work(platform);
}

static uint64_t fake_now(void *platform)
{
	struct fake *fake = platform;

	return fake->time_stands ? fake->now : atomic_fetch_add(&fake->now, 100) + 100;
}

_Atomic unsigned int fake_rows[256];

static void fake_trace(void *platform, enum chanio_trace_event event, uint64_t a, uint64_t b)
{
	require(mine(platform));
	if (event == CHANIO_TRACE_TRANSITION)
		fake_rows[a >> 16]++;
}

const struct chanio_platform_ops fake_platform = {
	.size = sizeof(fake_platform),
	.lock = fake_lock,
	.unlock = fake_unlock,
	.allocate = fake_allocate,
	.release = fake_release,
	.channel_allocate = fake_channel_allocate,
	.channel_release = fake_channel_release,
	.read_guest = fake_read_guest,
	.pin = fake_pin,
	.unpin = fake_unpin,
	.copy_from_client = fake_copy_from_client,
	.copy_to_client = fake_copy_to_client,
	.signal = fake_signal,
	.release_event = fake_release_event,
	.wait = fake_wait,
	.wake = fake_wake,
	.defer = fake_defer,
	.flush_deferred = fake_flush_deferred,
	.now = fake_now,
	.trace = fake_trace,
};

/* ---- subchannel ---- */

static int fake_sub_start(void *subchannel, const struct arch_orb *orb, bool live)
{
	struct fake *fake = subchannel;

	require(mine(fake) && arch_get32(orb->interruption_parameter) == 0);
	fake->starts++;
	fake->orb = *orb;
	fake->live = live;
	return fake->on_start ? fake->on_start(fake) : fake->start_cc;
}

static int fake_sub_halt(void *subchannel)
{
	struct fake *fake = subchannel;

	require(mine(fake));
	fake->halts++;
	return fake->on_halt ? fake->on_halt(fake) : fake->halt_cc;
}

static int fake_sub_clear(void *subchannel)
{
	struct fake *fake = subchannel;

	require(mine(fake));
	fake->clears++;
	return fake->on_clear ? fake->on_clear(fake) : fake->clear_cc;
}

static int fake_sub_resume(void *subchannel)
{
	return 2;
}

static int fake_sub_cancel(void *subchannel)
{
	struct fake *fake = subchannel;

	require(mine(fake));
	fake->cancels++;
	if (!fake->cancel_cc)
		fake->busy = 0;
	return fake->on_cancel ? fake->on_cancel(fake) : fake->cancel_cc;
}

static int fake_sub_store(void *subchannel, struct arch_schib *schib)
{
	struct fake *fake = subchannel;

	require(mine(fake));
	fake->stores++;
	*schib = fake->schib;
	return fake->store_cc;
}

static int fake_sub_enable(void *subchannel)
{
	struct fake *fake = subchannel;

	require(mine(fake));
	fake->enables++;
	fake->enabled = !fake->enable_result;
	return fake->enable_result;
}

static int fake_sub_disable(void *subchannel)
{
	struct fake *fake = subchannel;

	require(mine(fake));
	fake->disables++;
	if (fake->on_disable)
		return fake->on_disable(fake);
	if (fake->busy) {
		if (fake->busy > 0)
			fake->busy--;
		return -EBUSY;
	}
	fake->enabled = false;
	return fake->disable_result;
}

/* Capabilities belong to the table, so each fake has its own. */
static struct chanio_subchannel_ops plain_ops, live_ops;

static void make_ops(void)
{
	plain_ops = (struct chanio_subchannel_ops){
		.size = sizeof(plain_ops),
		.start = fake_sub_start,
		.halt = fake_sub_halt,
		.clear = fake_sub_clear,
		.resume = fake_sub_resume,
		.cancel = fake_sub_cancel,
		.store = fake_sub_store,
		.enable = fake_sub_enable,
		.disable = fake_sub_disable,
	};
	live_ops = plain_ops;
	live_ops.capabilities = CHANIO_SUBCHANNEL_LIVE;
}

/* ---- life ---- */

static struct fake *create(bool live)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	require(fake);
	make_ops();
	pthread_mutex_init(&fake->lock, NULL);
	pthread_mutex_init(&fake->mutex, NULL);
	pthread_cond_init(&fake->woken, NULL);
	/* Not from the heap: most of it is never touched. */
	fake->channel = mmap(NULL, FAKE_CHANNEL_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	require(fake->channel != MAP_FAILED);
	memset(fake->mapped, true, sizeof(fake->mapped));
	fake->schib.pmcw.pim = 0xC0;
	fake->schib.pmcw.pam = 0xC0;
	fake->schib.pmcw.lpum = 0x80;
	fake->schib.pmcw.chpid[0] = 0x40;
	fake->schib.pmcw.chpid[1] = 0x41;
	fake->cancel_cc = 2;
	require(!chanio_device_create(&fake_platform, fake, live ? &live_ops : &plain_ops, fake,
				      &fake->device));
	return fake;
}

struct fake *fake_create(void)
{
	return create(false);
}

struct fake *fake_create_open(void)
{
	struct fake *fake = create(false);

	require(!chanio_device_open(fake->device));
	return fake;
}

struct fake *fake_create_live(void)
{
	struct fake *fake = create(true);

	require(!chanio_device_open(fake->device));
	return fake;
}

const struct chanio_subchannel_ops *fake_plain_subchannel(void)
{
	make_ops();
	return &plain_ops;
}

void fake_renew(struct fake *fake)
{
	const struct chanio_subchannel_ops *ops = fake->device->subchannel_ops;

	chanio_device_destroy(fake->device);
	require(!fake->pinned && !fake->allocations && !fake->channel_allocations);
	require(!chanio_device_create(&fake_platform, fake, ops, fake, &fake->device));
}

void fake_destroy(struct fake *fake)
{
	/* Whatever the test left behind ends at once. */
	fake->on_wait = NULL;
	fake->on_read = NULL;
	fake->on_disable = NULL;
	fake->busy = 0;
	fake->disable_result = 0;
	chanio_device_close(fake->device);
	fake_work(fake);
	require(!fake->pinned);
	chanio_device_destroy(fake->device);
	require(!fake->allocations && !fake->channel_allocations);
	pthread_cond_destroy(&fake->woken);
	pthread_mutex_destroy(&fake->mutex);
	pthread_mutex_destroy(&fake->lock);
	munmap(fake->channel, FAKE_CHANNEL_SIZE);
	free(fake);
}

/* ---- contents ---- */

void *fake_channel(struct fake *fake, uint32_t bus, size_t size)
{
	if (bus < FAKE_CHANNEL || bus - FAKE_CHANNEL >= FAKE_CHANNEL_SIZE ||
	    size > FAKE_CHANNEL_SIZE - (bus - FAKE_CHANNEL))
		return NULL;
	return fake->channel + (bus - FAKE_CHANNEL);
}

void fake_ccw1(struct fake *fake, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
	       uint32_t address)
{
	struct arch_ccw1 ccw = {command, flags, arch_put16(count), arch_put32(address)};

	memcpy(fake_guest(fake, at), &ccw, sizeof(ccw));
}

void fake_ccw0(struct fake *fake, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
	       uint32_t address)
{
	struct arch_ccw0 ccw = {
		.command = command,
		.address = {(uint8_t)(address >> 16), (uint8_t)(address >> 8), (uint8_t)address},
		.flags = flags,
		.reserved = 0xEE,
		.count = arch_put16(count),
	};

	memcpy(fake_guest(fake, at), &ccw, sizeof(ccw));
}

/* ---- the client ---- */

long fake_write_io(struct fake *fake, uint32_t control, uint32_t program, uint32_t functions)
{
	struct chanio_io_region region = {
		.orb = {arch_put32(0xC0FFEE00), arch_put32(control), arch_put32(program)},
		.scsw = {.control = arch_put32(functions)},
	};

	return chanio_device_write(fake->device, 0, &region, sizeof(region));
}

long fake_start(struct fake *fake, uint32_t control, uint32_t program)
{
	return fake_write_io(fake, control, program, ARCH_SCSW_FC_START);
}

long fake_start_nop(struct fake *fake)
{
	fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
	return fake_start(fake, FAKE_ORB, 0x1000);
}

long fake_command(struct fake *fake, uint32_t command)
{
	struct chanio_command_region region = {.command = arch_put32(command)};

	return chanio_device_write(fake->device, CHANIO_REGION_COMMAND << CHANIO_REGION_SHIFT,
				   &region, sizeof(region));
}

void fake_read_irb(struct fake *fake, struct arch_irb *irb)
{
	struct chanio_io_region region;

	require(chanio_device_read(fake->device, 0, &region, sizeof(region)) == sizeof(region));
	memcpy(irb, region.irb, sizeof(*irb));
}

struct fake_event *fake_arm(struct fake *fake, enum chanio_irq irq, struct fake_event *event)
{
	*event = (struct fake_event){0};
	require(!chanio_device_set_event(fake->device, irq, event));
	return event;
}

/* ---- the subchannel's side ---- */

struct arch_irb fake_irb(uint32_t control, uint32_t ccw_address)
{
	return (struct arch_irb){
		.scsw = {.control = arch_put32(control), .ccw_address = arch_put32(ccw_address)},
		.esw = {.logout = arch_put32(0x00800000)},
	};
}

void fake_present_irb(struct fake *fake, const struct arch_irb *irb)
{
	unsigned long flags;

	fake_lock(fake, &flags);
	chanio_device_irb(fake->device, irb);
	fake_unlock(fake, flags);
}

void fake_present(struct fake *fake, uint32_t control, uint32_t ccw_address)
{
	struct arch_irb irb = fake_irb(control, ccw_address);

	fake_present_irb(fake, &irb);
}

void fake_gone(struct fake *fake)
{
	unsigned long flags;

	fake_lock(fake, &flags);
	chanio_device_gone(fake->device);
	fake_unlock(fake, flags);
}

void fake_request(struct fake *fake)
{
	unsigned long flags;

	fake_lock(fake, &flags);
	chanio_device_request(fake->device);
	fake_unlock(fake, flags);
}

void fake_path(struct fake *fake, uint8_t mask, bool available, bool varied)
{
	unsigned long flags;

	fake_lock(fake, &flags);
	chanio_device_path(fake->device, mask, available, varied);
	fake_unlock(fake, flags);
}

void fake_crw(struct fake *fake, uint16_t crw_flags, uint16_t source)
{
	struct arch_crw crw = {arch_put16(crw_flags), arch_put16(source)};
	unsigned long flags;

	fake_lock(fake, &flags);
	chanio_device_crw(fake->device, crw);
	fake_unlock(fake, flags);
}

uint8_t fake_state(struct fake *fake)
{
	unsigned long flags;
	uint8_t state;

	fake_lock(fake, &flags);
	state = fake->device->state;
	fake_unlock(fake, flags);
	return state;
}

struct chanio_device_stats fake_stats(struct fake *fake)
{
	struct chanio_device_stats stats;

	chanio_device_get_stats(fake->device, &stats);
	return stats;
}
