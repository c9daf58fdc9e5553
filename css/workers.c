/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The threads kind of the executor: workers are started when there is more to do than there are
 * free workers, at most one for each job, and end after some idle seconds. An idle executor has
 * one sleeping thread and no wake-ups.
 */
#include "css/executor_impl.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define STACK_SIZE (256u * 1024)
#define SECOND	   1000000000ull

void css_condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

bool css_condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, uint64_t deadline)
{
	struct timespec time = {(time_t)(deadline / SECOND), (long)(deadline % SECOND)};

	return pthread_cond_timedwait(condition, lock, &time) != ETIMEDOUT;
}

static uint64_t monotonic_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

uint64_t css_executor_now(struct css_executor *executor)
{
	uint64_t now;

	if (!executor->stepper)
		return monotonic_now();
	pthread_mutex_lock(&executor->lock);
	now = executor->now;
	pthread_mutex_unlock(&executor->lock);
	return now;
}

int css_thread_create(pthread_t *thread, void *(*body)(void *context), void *context)
{
	size_t stack = STACK_SIZE < PTHREAD_STACK_MIN ? PTHREAD_STACK_MIN : STACK_SIZE;
	pthread_attr_t attributes;
	sigset_t all, before;
	int result;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, stack);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(thread, &attributes, body, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return result ? -EAGAIN : 0;
}

static void leave_idle(struct css_executor *executor, struct css_worker *worker)
{
	struct css_worker **link = &executor->idle;

	while (*link != worker)
		link = &(*link)->next;
	*link = worker->next;
}

/* False: nothing to do came for so long that the worker should end. Executor locked. */
static bool wait_for_work(struct css_executor *executor, struct css_worker *worker)
{
	uint64_t deadline = monotonic_now() + executor->idle_time;
	bool in_time = true;

	worker->woken = false;
	worker->next = executor->idle;
	executor->idle = worker;
	while (!worker->woken && in_time) {
		if (worker->permanent)
			pthread_cond_wait(&worker->wake, &executor->lock);
		else
			in_time =
				css_condition_wait_until(&worker->wake, &executor->lock, deadline);
	}
	if (worker->woken)
		return true;
	leave_idle(executor, worker);
	return false;
}

static void *work(void *context)
{
	struct css_worker *worker = context;
	struct css_executor *executor = worker->executor;
	struct css_job *job;

	pthread_mutex_lock(&executor->lock);
	do {
		while ((job = css_queue_take(executor))) {
			pthread_mutex_unlock(&executor->lock);
			css_job_run(job, true);
			pthread_mutex_lock(&executor->lock);
		}
	} while (!executor->ending && wait_for_work(executor, worker));
	executor->threads--;
	worker->next = executor->ended;
	executor->ended = worker;
	pthread_cond_broadcast(&executor->finished);
	pthread_mutex_unlock(&executor->lock);
	return NULL;
}

/* Workers that ended hold nothing and no lock: joining them does not wait. Executor locked. */
static void join_ended(struct css_executor *executor)
{
	while (executor->ended) {
		struct css_worker *worker = executor->ended;

		executor->ended = worker->next;
		/* The last thing it did was to unlock the executor. */
		pthread_join(worker->thread, NULL);
		pthread_cond_destroy(&worker->wake);
		free(worker);
	}
}

/* Executor locked. */
static int start_worker(struct css_executor *executor, bool permanent)
{
	struct css_worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return -ENOMEM;
	worker->executor = executor;
	worker->permanent = permanent;
	css_condition_init(&worker->wake);
	if (css_thread_create(&worker->thread, work, worker)) {
		pthread_cond_destroy(&worker->wake);
		free(worker);
		return -EAGAIN;
	}
	executor->threads++;
	return 0;
}

static void wake_one(struct css_executor *executor)
{
	struct css_worker *worker = executor->idle;

	executor->idle = worker->next;
	worker->woken = true;
	pthread_cond_signal(&worker->wake);
}

void css_workers_wake(struct css_executor *executor)
{
	if (executor->stepper)
		return;
	if (executor->idle) {
		wake_one(executor);
	} else if (executor->threads < executor->jobs) {
		join_ended(executor);
		/* Failing is no loss: a worker takes the job when it is through with its own. */
		(void)start_worker(executor, false);
	}
}

int css_workers_start(struct css_executor *executor)
{
	int result;

	pthread_mutex_lock(&executor->lock);
	result = start_worker(executor, true);
	pthread_mutex_unlock(&executor->lock);
	return result;
}

void css_workers_finish(struct css_executor *executor)
{
	while (executor->idle)
		wake_one(executor);
	pthread_cond_broadcast(&executor->timer_changed);
	while (executor->threads)
		pthread_cond_wait(&executor->finished, &executor->lock);
	join_ended(executor);
	if (executor->timer_thread_runs) {
		pthread_mutex_unlock(&executor->lock);
		pthread_join(executor->timer_thread, NULL);
		pthread_mutex_lock(&executor->lock);
	}
}
