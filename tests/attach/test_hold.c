/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Interrupts held back, on a host that is short of processor time, until the thread that caused
 * them goes to sleep, or for a short time.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "attach/qemu/hold.h"
#include "machine/adapters.h"

#define EVENTS 40 /* more than are held at a time */

/* The driver signals through its platform; the adapter's own data are not needed for it. */
static void driver_signals(void *event)
{
	machine_platform.signal(NULL, event);
}

static int eventfd_create(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* How often the event was signalled since the last call. */
static uint64_t signals(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static bool is_signalled(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};

	return poll(&poller, 1, 0) == 1;
}

static void assert_signalled_soon(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&poller, 1, 5000), 1);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void signals_outside_go_through_at_once(void **state)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);

	hold_begin();
	hold_end();
	driver_signals(event);
	assert_int_equal(signals(fd), 1);
	machine_event_release(event);
	close(fd);
}

static void burn(uint64_t nanoseconds)
{
	uint64_t end = now() + nanoseconds;

	while (now() < end)
		;
}

static void *burner(void *stop)
{
	while (!atomic_load((atomic_bool *)stop))
		;
	return NULL;
}

static void signal_once(void)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);

	hold_begin();
	driver_signals(event);
	hold_end();
	hold_release();
	machine_event_release(event);
	close(fd);
}

/* This thread wants to run and another one has its core: the host is short of time for a while. */
static void be_displaced(void)
{
	atomic_bool stop = false;
	cpu_set_t before, one;
	pthread_t other;

	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(pthread_create(&other, NULL, burner, &stop), 0);
	burn(3 * HOLD_LOOK_NANOSECONDS / 2); /* the last look may have been a moment ago */
	signal_once();
	burn(3 * HOLD_LOOK_NANOSECONDS / 2);
	signal_once();
	atomic_store(&stop, true);
	pthread_join(other, NULL);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

static bool is_held(void)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);
	bool held;

	hold_begin();
	driver_signals(event);
	hold_end();
	held = !is_signalled(fd);
	hold_release();
	assert_signalled_soon(fd);
	assert_int_equal(signals(fd), 1);
	machine_event_release(event);
	close(fd);
	return held;
}

/* The machine that runs this may be busy, but not for the whole time. */
static void with_time_for_all_nothing_is_held(void **state)
{
	int attempts = 0;

	while (is_held() && attempts++ < 200)
		usleep(HOLD_SHORT_NANOSECONDS / 1000 + 1);
	assert_true(attempts < 200);
}

static void on_a_busy_host_signals_are_held(void **state)
{
	int attempts = 0;

	do
		be_displaced();
	while (!is_held() && attempts++ < 200);
	assert_true(attempts < 200);
}

/* The timer may be faster on a busy machine, so the hold is proved by the time it takes. */
static void a_sleeping_thread_gives_its_signals_back(void **state)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);
	bool held_once = false;

	for (int i = 0; i < 1000 && !held_once; i++) {
		uint64_t begin;

		be_displaced();
		begin = now();
		hold_begin();
		driver_signals(event);
		hold_end();
		held_once = !is_signalled(fd) && now() - begin < HOLD_NANOSECONDS;
		hold_release();
		assert_signalled_soon(fd);
		assert_int_equal(signals(fd), 1);
	}
	assert_true(held_once);
	machine_event_release(event);
	close(fd);
}

static void a_busy_thread_is_not_waited_for(void **state)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);
	uint64_t begin;

	be_displaced();
	begin = now();
	hold_begin();
	driver_signals(event);
	hold_end();
	assert_signalled_soon(fd);
	assert_true(now() - begin >= HOLD_NANOSECONDS_BUSY);
	assert_int_equal(signals(fd), 1);
	hold_release(); /* has nothing left to give */
	assert_int_equal(signals(fd), 0);
	machine_event_release(event);
	close(fd);
}

/* The client disarms the interrupt while it is held: the event lives until it was signalled. */
static void a_held_event_may_be_released(void **state)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);

	be_displaced();
	hold_begin();
	driver_signals(event);
	hold_end();
	machine_platform.release_event(NULL, event);
	assert_signalled_soon(fd);
	assert_int_equal(signals(fd), 1);
	close(fd);
}

static void none_is_lost_when_many_are_held(void **state)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);
	uint64_t count = 0;

	be_displaced();
	hold_begin();
	for (int i = 0; i < EVENTS; i++)
		driver_signals(event);
	hold_end();
	hold_release();
	while (count < EVENTS) {
		assert_signalled_soon(fd);
		count += signals(fd);
	}
	assert_int_equal(count, EVENTS);
	machine_event_release(event);
	close(fd);
}

static void *client(void *context)
{
	int fd = eventfd_create();
	void *event = machine_event_create(fd);
	uint64_t count = 0;

	for (int i = 0; i < 2000; i++) {
		if (i % 500 == 0)
			be_displaced();
		hold_begin();
		driver_signals(event);
		hold_end();
		if (i % 3)
			hold_release();
		count += signals(fd);
	}
	hold_release();
	while (count < 2000) {
		struct pollfd poller = {.fd = fd, .events = POLLIN};

		if (poll(&poller, 1, 5000) != 1)
			break;
		count += signals(fd);
	}
	machine_event_release(event);
	close(fd);
	*(uint64_t *)context = count;
	return NULL;
}

static void each_thread_gets_its_own_signals(void **state)
{
	pthread_t threads[3];
	uint64_t counts[3];

	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, client, &counts[i]), 0);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(counts[i], 2000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_outside_go_through_at_once),
		cmocka_unit_test(with_time_for_all_nothing_is_held),
		cmocka_unit_test(on_a_busy_host_signals_are_held),
		cmocka_unit_test(a_sleeping_thread_gives_its_signals_back),
		cmocka_unit_test(a_busy_thread_is_not_waited_for),
		cmocka_unit_test(a_held_event_may_be_released),
		cmocka_unit_test(none_is_lost_when_many_are_held),
		cmocka_unit_test(each_thread_gets_its_own_signals),
	};

	return cmocka_run_group_tests_name("interrupts held back", tests, NULL, NULL);
}
