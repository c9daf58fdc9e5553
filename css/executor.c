/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Jobs: kicked, run once at a time, by a worker, by a helping thread or by the stepper. A job's own
 * state is one atomic word, so that kicking for help and helping take no lock.
 */
#include "css/executor_impl.h"

#include <assert.h>
#include <stdlib.h>

#define IDLE_NANOSECONDS 10000000000ull

static struct css_executor *create(bool stepper)
{
	struct css_executor *executor = calloc(1, sizeof(*executor));

	if (!executor)
		return NULL;
	executor->stepper = stepper;
	executor->idle_time = IDLE_NANOSECONDS;
	pthread_mutex_init(&executor->lock, NULL);
	css_condition_init(&executor->finished);
	css_condition_init(&executor->timer_changed);
	return executor;
}

int css_executor_create_threads(struct css_executor **executor)
{
	struct css_executor *made = create(false);
	int result;

	if (!made)
		return -ENOMEM;
	result = css_workers_start(made);
	if (result) {
		css_executor_destroy(made);
		return result;
	}
	*executor = made;
	return 0;
}

int css_executor_create_stepper(uint64_t seed, struct css_executor **executor)
{
	struct css_executor *made = create(true);

	if (!made)
		return -ENOMEM;
	made->random = seed;
	*executor = made;
	return 0;
}

void css_executor_destroy(struct css_executor *executor)
{
	if (!executor)
		return;
	pthread_mutex_lock(&executor->lock);
	assert(!executor->jobs && !executor->timers);
	executor->ending = true;
	css_workers_finish(executor);
	pthread_mutex_unlock(&executor->lock);
	pthread_cond_destroy(&executor->timer_changed);
	pthread_cond_destroy(&executor->finished);
	pthread_mutex_destroy(&executor->lock);
	free(executor);
}

bool css_executor_is_stepper(const struct css_executor *executor)
{
	return executor->stepper;
}

int css_job_create(struct css_executor *executor, bool (*run)(void *context, bool may_wait),
		   void *context, struct css_job **job)
{
	struct css_job *made = calloc(1, sizeof(*made));

	if (!made)
		return -ENOMEM;
	made->executor = executor;
	made->run = run;
	made->context = context;
	pthread_mutex_lock(&executor->lock);
	executor->jobs++;
	pthread_mutex_unlock(&executor->lock);
	*job = made;
	return 0;
}

static void queue_remove(struct css_executor *executor, struct css_job *job)
{
	struct css_job **link = &executor->first, *before = NULL;

	if (!job->queued)
		return;
	for (; *link != job; link = &before->next)
		before = *link;
	*link = job->next;
	if (executor->last == job)
		executor->last = before;
	job->queued = false;
}

void css_job_destroy(struct css_job *job)
{
	struct css_executor *executor;

	if (!job)
		return;
	executor = job->executor;
	pthread_mutex_lock(&executor->lock);
	atomic_fetch_or(&job->state, JOB_DEAD);
	queue_remove(executor, job);
	while (atomic_load(&job->state) & JOB_RUNNING)
		pthread_cond_wait(&executor->finished, &executor->lock);
	executor->jobs--;
	pthread_mutex_unlock(&executor->lock);
	free(job);
}

/* Executor locked. */
static void enqueue(struct css_executor *executor, struct css_job *job)
{
	if (job->queued || (atomic_load(&job->state) & JOB_DEAD))
		return;
	job->queued = true;
	job->next = NULL;
	if (executor->first)
		executor->last->next = job;
	else
		executor->first = job;
	executor->last = job;
	css_workers_wake(executor);
}

void css_job_kick(struct css_job *job)
{
	struct css_executor *executor = job->executor;

	/* Who runs it sees the kick when it ends. */
	if (atomic_fetch_or(&job->state, JOB_KICKED) & JOB_RUNNING)
		return;
	pthread_mutex_lock(&executor->lock);
	enqueue(executor, job);
	pthread_mutex_unlock(&executor->lock);
}

void css_job_kick_for_help(struct css_job *job)
{
	atomic_fetch_or(&job->state, JOB_KICKED);
}

bool css_job_claim(struct css_job *job)
{
	unsigned int state = atomic_load(&job->state);

	while (state == JOB_KICKED)
		if (atomic_compare_exchange_weak(&job->state, &state, JOB_RUNNING))
			return true;
	return false;
}

struct css_job *css_queue_take(struct css_executor *executor)
{
	struct css_job *job;

	while ((job = executor->first)) {
		queue_remove(executor, job);
		if (css_job_claim(job))
			break;
	}
	return job;
}

/* The job was kicked while it ran, or wants to be run again, or is to die. */
static void end_run_slowly(struct css_job *job)
{
	struct css_executor *executor = job->executor;
	unsigned int state;

	pthread_mutex_lock(&executor->lock);
	state = atomic_fetch_and(&job->state, ~JOB_RUNNING);
	if (state & JOB_DEAD)
		pthread_cond_broadcast(&executor->finished);
	else if (state & JOB_KICKED)
		enqueue(executor, job);
	pthread_mutex_unlock(&executor->lock);
}

void css_job_run(struct css_job *job, bool may_wait)
{
	unsigned int running = JOB_RUNNING;

	if (job->run(job->context, may_wait))
		atomic_fetch_or(&job->state, JOB_KICKED);
	/* After this exchange the job may be gone. */
	if (!atomic_compare_exchange_strong(&job->state, &running, 0))
		end_run_slowly(job);
}

void css_job_help(struct css_job *job)
{
	if (css_job_claim(job))
		css_job_run(job, false);
}
