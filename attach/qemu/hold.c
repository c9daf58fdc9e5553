/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* See hold.h. Few events are held at a time, one for each disk that was just started. */
#include "attach/qemu/hold.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "machine/adapters.h"

#define HELD_MAX 32
#define SECOND	 1000000000l

struct held {
	void *event; /* a reference of ours */
	pthread_t owner;
	int64_t due;
};

/* Inside of the driver's locks; nothing is called with it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct held held[HELD_MAX]; /* ordered by `due` */
static unsigned int count;
static int timer = -1;
static bool broken; /* there is no timer, so nothing is held */

/* Events that this thread has held since it released some; the timer may have been faster. */
static _Thread_local unsigned int mine __attribute__((tls_model("initial-exec")));

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

/* For the first event; locked. */
static void set_timer(void)
{
	struct itimerspec when = {0};

	if (count > 0) {
		when.it_value.tv_sec = held[0].due / SECOND;
		when.it_value.tv_nsec = held[0].due % SECOND;
	}
	timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Takes those out that `owner` holds, or that are due (no owner). Returns how many. */
static unsigned int take_out(const pthread_t *owner, void *events[HELD_MAX])
{
	unsigned int taken = 0, kept = 0;
	int64_t time = owner ? 0 : now();

	pthread_mutex_lock(&lock);
	for (unsigned int i = 0; i < count; i++) {
		if (owner ? pthread_equal(held[i].owner, *owner) : held[i].due <= time)
			events[taken++] = held[i].event;
		else
			held[kept++] = held[i];
	}
	count = kept;
	if (taken > 0 || !owner)
		set_timer();
	pthread_mutex_unlock(&lock);
	return taken;
}

static void signal_all(void *events[HELD_MAX], unsigned int number)
{
	for (unsigned int i = 0; i < number; i++) {
		machine_event_signal(events[i]);
		machine_event_release(events[i]);
	}
}

static void *watch(void *context)
{
	void *events[HELD_MAX];
	uint64_t expirations;

	while (read(timer, &expirations, sizeof(expirations)) == sizeof(expirations))
		signal_all(events, take_out(NULL, events));
	return NULL;
}

/* Locked. False: there is no timer. */
static bool start(void)
{
	sigset_t all, before;
	pthread_t thread;

	if (timer >= 0 || broken)
		return !broken;
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	broken = timer < 0 || pthread_create(&thread, NULL, watch, NULL) != 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!broken)
		pthread_detach(thread);
	return !broken;
}

static void divert(void *event)
{
	bool full;

	pthread_mutex_lock(&lock);
	full = count == HELD_MAX || !start();
	if (!full) {
		machine_event_keep(event);
		held[count++] = (struct held){event, pthread_self(), now() + HOLD_NANOSECONDS};
		if (count == 1)
			set_timer();
		mine++;
	}
	pthread_mutex_unlock(&lock);
	if (full)
		machine_event_signal(event);
}

void hold_begin(void)
{
	machine_divert_signals(divert);
}

void hold_end(void)
{
	machine_divert_signals(NULL);
}

void hold_release(void)
{
	const pthread_t self = pthread_self();
	void *events[HELD_MAX];

	if (!mine)
		return;
	mine = 0;
	signal_all(events, take_out(&self, events));
}
