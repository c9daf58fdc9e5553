/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The stepper kind of the executor: one thread, virtual time, every choice made by the seed. */
#include "css/executor_impl.h"

#include <assert.h>

/* splitmix64: the same sequence for the same seed, everywhere. */
static uint64_t next_random(struct css_executor *executor)
{
	uint64_t value = executor->random += 0x9E3779B97F4A7C15ull;

	value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ull;
	value = (value ^ value >> 27) * 0x94D049BB133111EBull;
	return value ^ value >> 31;
}

/* The ready job number `index` becomes the first of the queue. */
static struct css_job *take_job(struct css_executor *executor, unsigned int index)
{
	struct css_job **link = &executor->first, *before = NULL, *job;

	for (; index; index--) {
		before = *link;
		link = &before->next;
	}
	job = *link;
	*link = job->next;
	if (executor->last == job)
		executor->last = before;
	job->queued = false;
	return job;
}

static unsigned int count_ready(const struct css_executor *executor)
{
	unsigned int count = 0;

	for (const struct css_job *job = executor->first; job; job = job->next)
		count++;
	return count;
}

bool css_executor_step(struct css_executor *executor)
{
	struct css_job *job = NULL;
	unsigned int ready, choices;
	uint64_t choice;

	assert(executor->stepper);
	pthread_mutex_lock(&executor->lock);
	ready = count_ready(executor);
	choices = ready + (executor->timers != NULL);
	choice = choices ? next_random(executor) % choices : 0;
	if (choice < ready) {
		job = take_job(executor, (unsigned int)choice);
		/* One that was helped meanwhile has nothing left to do. */
		if (!css_job_claim(job))
			job = NULL;
	} else if (choices) {
		if (executor->now < executor->timers->deadline)
			executor->now = executor->timers->deadline;
		css_timer_run_first(executor);
	}
	pthread_mutex_unlock(&executor->lock);
	if (job)
		css_job_run(job, true);
	return choices;
}

void css_executor_pass(struct css_executor *executor, uint64_t time)
{
	assert(executor->stepper);
	pthread_mutex_lock(&executor->lock);
	if (executor->now < time)
		executor->now = time;
	pthread_mutex_unlock(&executor->lock);
}
