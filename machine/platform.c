/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* driver/platform.h in user space: storage, events, waiting and deferred work of one adapter. */
#include "machine/adapters_impl.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND	       1000000000ull
#define WAIT_STEPS_MAX 256

struct machine_event {
	int fd;
	atomic_uint references;
};

static _Thread_local void (*diverted)(void *event) __attribute__((tls_model("initial-exec")));

void *machine_event_create(int fd)
{
	struct machine_event *event = malloc(sizeof(*event));

	if (!event)
		return NULL;
	event->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (event->fd < 0) {
		free(event);
		return NULL;
	}
	atomic_init(&event->references, 1);
	return event;
}

void machine_event_keep(void *event)
{
	struct machine_event *mine = event;

	atomic_fetch_add(&mine->references, 1);
}

void machine_event_release(void *event)
{
	struct machine_event *mine = event;

	if (!mine || atomic_fetch_sub(&mine->references, 1) > 1)
		return;
	close(mine->fd);
	free(mine);
}

static void platform_lock(void *platform, unsigned long *flags)
{
	struct machine_adapter *adapter = platform;

	*flags = 0;
	css_subchannel_lock(adapter->subchannel);
}

static void platform_unlock(void *platform, unsigned long flags)
{
	struct machine_adapter *adapter = platform;

	css_subchannel_unlock(adapter->subchannel);
}

static void *platform_allocate(void *platform, size_t size)
{
	return calloc(1, size);
}

static void platform_release(void *platform, void *memory, size_t size)
{
	free(memory);
}

static int platform_channel_allocate(void *platform, size_t size,
				     struct chanio_channel_memory *memory)
{
	struct machine_adapter *adapter = platform;

	memory->size = size;
	return css_storage_channel_allocate(adapter->storage, size, &memory->address,
					    &memory->bus_address);
}

static void platform_channel_release(void *platform, struct chanio_channel_memory *memory)
{
	struct machine_adapter *adapter = platform;

	css_storage_channel_release(adapter->storage, memory->address, memory->bus_address,
				    memory->size);
}

static int platform_read_guest(void *platform, uint64_t guest, void *to, size_t size)
{
	struct machine_adapter *adapter = platform;

	return css_storage_read(adapter->storage, guest, to, size);
}

/* The emulated channel addresses guest storage as the guest does: it looks addresses up itself. */
static int platform_pin(void *platform, uint64_t guest, size_t pages, uint64_t *bus_addresses)
{
	struct machine_adapter *adapter = platform;
	int result = css_storage_pin(adapter->storage, guest, pages);

	for (size_t i = 0; !result && i < pages; i++)
		bus_addresses[i] = guest + (uint64_t)i * CHANIO_PAGE_SIZE;
	return result;
}

static void platform_unpin(void *platform, uint64_t guest, size_t pages)
{
	struct machine_adapter *adapter = platform;

	css_storage_unpin(adapter->storage, guest, pages);
}

static int copy_from_client(void *platform, void *to, const void *client, size_t size)
{
	memcpy(to, client, size);
	return 0;
}

static int copy_to_client(void *platform, void *client, const void *from, size_t size)
{
	memcpy(client, from, size);
	return 0;
}

void machine_event_signal(void *event)
{
	const struct machine_event *mine = event;
	const uint64_t one = 1;
	ssize_t written;

	/* Anything but EINTR is the client's own doing: a full counter is signalled already. */
	do
		written = write(mine->fd, &one, sizeof(one));
	while (written < 0 && errno == EINTR);
}

void machine_divert_signals(void (*divert)(void *event))
{
	diverted = divert;
}

static void platform_signal(void *platform, void *event)
{
	if (diverted)
		diverted(event);
	else
		machine_event_signal(event);
}

static void platform_release_event(void *platform, void *event)
{
	machine_event_release(event);
}

/* True once woken; the wake-up is used. */
static bool take_wake(struct machine_adapter *adapter)
{
	bool woken;

	pthread_mutex_lock(&adapter->lock);
	woken = adapter->woken;
	adapter->woken = false;
	pthread_mutex_unlock(&adapter->lock);
	return woken;
}

/*
 * Nobody else runs the stepper's jobs: who waits has to. Jobs take no virtual time, so a program
 * that loops is given as many steps as any wait of the driver needs, and then the time is over; it
 * is so at once where there is nothing to do.
 */
static int wait_stepping(struct machine_adapter *adapter, uint64_t nanoseconds)
{
	struct css_executor *executor = adapter->executor;
	uint64_t end = css_executor_now(executor) + nanoseconds;

	for (int i = 0; i < WAIT_STEPS_MAX; i++) {
		if (take_wake(adapter))
			return 0;
		if (css_executor_now(executor) >= end || !css_executor_step(executor))
			break;
	}
	if (take_wake(adapter))
		return 0;
	css_executor_pass(executor, end);
	return -ETIMEDOUT;
}

static int wait_sleeping(struct machine_adapter *adapter, uint64_t nanoseconds)
{
	uint64_t end = css_executor_now(adapter->executor) + nanoseconds;
	struct timespec time = {(time_t)(end / SECOND), (long)(end % SECOND)};
	int result = 0;

	pthread_mutex_lock(&adapter->lock);
	while (!adapter->woken && result != ETIMEDOUT)
		result = pthread_cond_timedwait(&adapter->changed, &adapter->lock, &time);
	result = adapter->woken ? 0 : -ETIMEDOUT;
	adapter->woken = false;
	pthread_mutex_unlock(&adapter->lock);
	return result;
}

static int platform_wait(void *platform, uint64_t nanoseconds)
{
	struct machine_adapter *adapter = platform;

	/* What this thread has started may be waiting for its help. */
	machine_adapter_help(adapter);
	if (css_executor_is_stepper(adapter->executor))
		return wait_stepping(adapter, nanoseconds);
	return wait_sleeping(adapter, nanoseconds);
}

static void platform_wake(void *platform)
{
	struct machine_adapter *adapter = platform;

	pthread_mutex_lock(&adapter->lock);
	adapter->woken = true;
	pthread_cond_broadcast(&adapter->changed);
	pthread_mutex_unlock(&adapter->lock);
}

static void platform_defer(void *platform)
{
	struct machine_adapter *adapter = platform;

	pthread_mutex_lock(&adapter->lock);
	adapter->deferred = true;
	pthread_mutex_unlock(&adapter->lock);
	/* A helping thread comes by here right after what it is in. */
	if (machine_is_helping(adapter))
		css_job_kick_for_help(adapter->work);
	else
		css_job_kick(adapter->work);
}

bool machine_adapter_work(void *context, bool may_wait)
{
	struct machine_adapter *adapter = context;

	pthread_mutex_lock(&adapter->lock);
	adapter->deferred = false;
	adapter->working = true;
	pthread_mutex_unlock(&adapter->lock);

	chanio_device_work(adapter->device);
	/* The work may have given an instruction. */
	css_subchannel_help(adapter->subchannel);

	pthread_mutex_lock(&adapter->lock);
	adapter->working = false;
	pthread_cond_broadcast(&adapter->changed);
	pthread_mutex_unlock(&adapter->lock);
	return false;
}

static void platform_flush_deferred(void *platform)
{
	struct machine_adapter *adapter = platform;

	css_job_help(adapter->work);
	pthread_mutex_lock(&adapter->lock);
	while (adapter->deferred || adapter->working)
		pthread_cond_wait(&adapter->changed, &adapter->lock);
	pthread_mutex_unlock(&adapter->lock);
}

static uint64_t platform_now(void *platform)
{
	const struct machine_adapter *adapter = platform;

	return css_executor_now(adapter->executor);
}

const struct chanio_platform_ops machine_platform = {
	.size = sizeof(machine_platform),
	.lock = platform_lock,
	.unlock = platform_unlock,
	.allocate = platform_allocate,
	.release = platform_release,
	.channel_allocate = platform_channel_allocate,
	.channel_release = platform_channel_release,
	.read_guest = platform_read_guest,
	.pin = platform_pin,
	.unpin = platform_unpin,
	.copy_from_client = copy_from_client,
	.copy_to_client = copy_to_client,
	.signal = platform_signal,
	.release_event = platform_release_event,
	.wait = platform_wait,
	.wake = platform_wake,
	.defer = platform_defer,
	.flush_deferred = platform_flush_deferred,
	.now = platform_now,
};
