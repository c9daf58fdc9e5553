/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One-shot timers. With threads, one thread (started by the first timer) sleeps until the earliest;
 * with the stepper, css_executor_step() runs the earliest and sets the virtual time to it.
 */
#include "css/executor_impl.h"

#include <stdlib.h>

void css_timer_run_first(struct css_executor *executor)
{
	struct css_timer *timer = executor->timers;

	executor->timers = timer->next;
	timer->armed = false;
	timer->running = true;
	pthread_mutex_unlock(&executor->lock);
	timer->expired(timer->context);
	pthread_mutex_lock(&executor->lock);
	timer->running = false;
	pthread_cond_broadcast(&executor->finished);
}

static void *run_timers(void *context)
{
	struct css_executor *executor = context;

	pthread_mutex_lock(&executor->lock);
	while (!executor->ending) {
		struct css_timer *timer = executor->timers;

		if (!timer)
			pthread_cond_wait(&executor->timer_changed, &executor->lock);
		else if (css_executor_now(executor) < timer->deadline)
			css_condition_wait_until(&executor->timer_changed, &executor->lock,
						 timer->deadline);
		else
			css_timer_run_first(executor);
	}
	pthread_mutex_unlock(&executor->lock);
	return NULL;
}

static int start_timer_thread(struct css_executor *executor)
{
	int result = 0;

	pthread_mutex_lock(&executor->lock);
	if (!executor->stepper && !executor->timer_thread_runs) {
		result = css_thread_create(&executor->timer_thread, run_timers, executor);
		executor->timer_thread_runs = !result;
	}
	pthread_mutex_unlock(&executor->lock);
	return result;
}

int css_timer_create(struct css_executor *executor, void (*expired)(void *context), void *context,
		     struct css_timer **timer)
{
	struct css_timer *made = calloc(1, sizeof(*made));
	int result;

	if (!made)
		return -ENOMEM;
	result = start_timer_thread(executor);
	if (result) {
		free(made);
		return result;
	}
	made->executor = executor;
	made->expired = expired;
	made->context = context;
	*timer = made;
	return 0;
}

/* Executor locked. */
static void disarm(struct css_timer *timer)
{
	struct css_timer **link = &timer->executor->timers;

	if (!timer->armed)
		return;
	while (*link != timer)
		link = &(*link)->next;
	*link = timer->next;
	timer->armed = false;
}

void css_timer_destroy(struct css_timer *timer)
{
	struct css_executor *executor;

	if (!timer)
		return;
	executor = timer->executor;
	pthread_mutex_lock(&executor->lock);
	disarm(timer);
	while (timer->running)
		pthread_cond_wait(&executor->finished, &executor->lock);
	/* The callback may have set it again. */
	disarm(timer);
	pthread_mutex_unlock(&executor->lock);
	free(timer);
}

void css_timer_set(struct css_timer *timer, uint64_t nanoseconds)
{
	struct css_executor *executor = timer->executor;
	uint64_t now = css_executor_now(executor);
	struct css_timer **link;

	pthread_mutex_lock(&executor->lock);
	disarm(timer);
	timer->deadline = now + nanoseconds < now ? UINT64_MAX : now + nanoseconds;
	for (link = &executor->timers; *link && (*link)->deadline <= timer->deadline;)
		link = &(*link)->next;
	timer->next = *link;
	*link = timer;
	timer->armed = true;
	if (executor->timers == timer)
		pthread_cond_broadcast(&executor->timer_changed);
	pthread_mutex_unlock(&executor->lock);
}

void css_timer_cancel(struct css_timer *timer)
{
	pthread_mutex_lock(&timer->executor->lock);
	disarm(timer);
	pthread_mutex_unlock(&timer->executor->lock);
}
