/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* See hold.h. Few events are held at a time, one for each disk that was just started. */
#include "attach/qemu/hold.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
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
static struct held held[HELD_MAX];
static unsigned int count;
static int64_t busy_until; /* a processor did not sleep in time a moment ago */
static int timer = -1;
static int64_t timer_due; /* 0: not set */
static bool broken;	  /* there is no timer, so nothing is held */

/* The host is short of processor time until then; before, nothing is held. */
static _Atomic int64_t short_until;

/* What is known of a thread that gives START. */
struct giver {
	unsigned int held;  /* events, since it released some; the timer may have been faster */
	bool short_of_time; /* as of its hold_begin() */
	int64_t looked;	    /* when it was looked at last; ns that it had run and waited by then */
	uint64_t ran, waited;
};

static _Thread_local struct giver self __attribute__((tls_model("initial-exec")));

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

/* How long this thread ran, and how long it could have but had no core. False: not known. */
static bool read_times(uint64_t *ran, uint64_t *waited)
{
	char text[96];
	int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return sscanf(text, "%" SCNu64 " %" SCNu64, ran, waited) == 2;
}

/* Where the host does not tell, it counts as short. */
static void look(int64_t time)
{
	uint64_t ran = 0, waited = 0;
	bool known = read_times(&ran, &waited);
	uint64_t wanted = ran - self.ran + waited - self.waited;

	if (!known || (waited - self.waited) * 5 > wanted)
		atomic_store_explicit(&short_until, time + HOLD_SHORT_NANOSECONDS,
				      memory_order_relaxed);
	self.looked = time;
	self.ran = ran;
	self.waited = waited;
}

/* Locked. */
static void set_timer(int64_t due)
{
	const struct itimerspec when = {
		.it_value = {.tv_sec = due / SECOND, .tv_nsec = due % SECOND},
	};

	timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
	timer_due = due;
}

static bool is_older(const struct held *entry, const void *limit)
{
	return entry->due <= *(const int64_t *)limit;
}

static bool is_owned(const struct held *entry, const void *owner)
{
	return pthread_equal(entry->owner, *(const pthread_t *)owner);
}

/* Locked. Returns how many it took. */
static unsigned int take_out(bool (*wanted)(const struct held *entry, const void *what),
			     const void *what, void *events[HELD_MAX])
{
	unsigned int taken = 0, kept = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (wanted(&held[i], what))
			events[taken++] = held[i].event;
		else
			held[kept++] = held[i];
	}
	count = kept;
	return taken;
}

static void signal_all(void *events[HELD_MAX], unsigned int number)
{
	for (unsigned int i = 0; i < number; i++) {
		machine_event_signal(events[i]);
		machine_event_release(events[i]);
	}
}

/* The time of some is over, or the timer was set for events that are long gone. */
static unsigned int take_due(void *events[HELD_MAX])
{
	int64_t time, due = INT64_MAX;
	unsigned int taken;

	pthread_mutex_lock(&lock);
	time = now();
	taken = take_out(is_older, &time, events);
	if (taken > 0)
		busy_until = time + HOLD_BUSY_NANOSECONDS;
	for (unsigned int i = 0; i < count; i++)
		due = held[i].due < due ? held[i].due : due;
	timer_due = 0;
	if (count > 0)
		set_timer(due);
	pthread_mutex_unlock(&lock);
	return taken;
}

static void *watch(void *context)
{
	void *events[HELD_MAX];
	uint64_t expirations;

	while (read(timer, &expirations, sizeof(expirations)) == sizeof(expirations))
		signal_all(events, take_due(events));
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

/* Locked. */
static void add(void *event)
{
	int64_t time = now();
	int64_t due = time + (time < busy_until ? HOLD_NANOSECONDS_BUSY : HOLD_NANOSECONDS);

	machine_event_keep(event);
	held[count++] = (struct held){event, pthread_self(), due};
	/* A timer that is set too early is let be: it costs less than to set it again. */
	if (!timer_due || due < timer_due)
		set_timer(due);
}

/* False: there is no room, or no timer. */
static bool hold(void *event)
{
	bool possible;

	pthread_mutex_lock(&lock);
	possible = count < HELD_MAX && start();
	if (possible)
		add(event);
	pthread_mutex_unlock(&lock);
	self.held += possible;
	return possible;
}

static void divert(void *event)
{
	if (!self.short_of_time || !hold(event))
		machine_event_signal(event);
}

/* Looks here, not where an event is signalled: that is inside the driver's lock. */
void hold_begin(void)
{
	int64_t time = now();

	if (time - self.looked > HOLD_LOOK_NANOSECONDS)
		look(time);
	self.short_of_time = time < atomic_load_explicit(&short_until, memory_order_relaxed);
	machine_divert_signals(divert);
}

void hold_end(void)
{
	machine_divert_signals(NULL);
}

void hold_release(void)
{
	const pthread_t owner = pthread_self();
	void *events[HELD_MAX];
	unsigned int taken;

	if (!self.held)
		return;
	self.held = 0;
	pthread_mutex_lock(&lock);
	taken = take_out(is_owned, &owner, events);
	pthread_mutex_unlock(&lock);
	signal_all(events, taken);
}
