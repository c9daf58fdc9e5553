/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of the executor: executor.c (jobs), workers.c (threads), timer.c, stepper.c. */
#ifndef CHANIO_CSS_EXECUTOR_IMPL_H
#define CHANIO_CSS_EXECUTOR_IMPL_H

#include "css/executor.h"

#include <pthread.h>
#include <stdatomic.h>

/* State of a job. */
#define JOB_KICKED  0x1u /* to be run once more */
#define JOB_RUNNING 0x2u
#define JOB_DEAD    0x4u /* being destroyed: never run again; set with the executor's lock held */

struct css_job {
	struct css_executor *executor;
	bool (*run)(void *context, bool may_wait);
	void *context;
	atomic_uint state;
	/* Under the executor's lock: */
	bool queued;
	struct css_job *next;
};

struct css_timer {
	struct css_executor *executor;
	void (*expired)(void *context);
	void *context;
	/* Under the executor's lock: */
	uint64_t deadline;
	bool armed;
	bool running;
	struct css_timer *next;
};

struct css_worker {
	struct css_executor *executor;
	pthread_t thread;
	pthread_cond_t wake;
	bool permanent; /* the first: stays, so that there is always one */
	bool woken;
	struct css_worker *next; /* in the idle list or the list of those that ended */
};

struct css_executor {
	pthread_mutex_t lock;
	bool stepper;
	bool ending;
	struct css_job *first,
		*last; /* ready queue; may hold jobs that somebody helped meanwhile */
	unsigned int jobs;
	unsigned int threads;	  /* workers alive */
	struct css_worker *idle;  /* last in, first out: the others may time out */
	struct css_worker *ended; /* to be joined */
	uint64_t idle_time;	  /* nanoseconds after which a worker without work ends */
	pthread_cond_t finished;  /* a dying job, a timer or a worker came to its end */

	struct css_timer *timers; /* armed ones, the earliest first */
	bool timer_thread_runs;
	pthread_t timer_thread;
	pthread_cond_t timer_changed;

	/* Stepper only. */
	uint64_t random;
	uint64_t now;
};

/* Condition variables count in CLOCK_MONOTONIC. */
void css_condition_init(pthread_cond_t *condition);
/* Waits until `deadline` in nanoseconds; false when it is over. */
bool css_condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, uint64_t deadline);
/* As pthread_create, but with all signals blocked and a small stack. 0 or -EAGAIN. */
int css_thread_create(pthread_t *thread, void *(*body)(void *context), void *context);

/*
 * True: the job was to be run and nobody did; the caller runs it now. For a job from the queue the
 * executor must be locked: until it is claimed it may be destroyed.
 */
bool css_job_claim(struct css_job *job);
/* Takes the next job from the queue and claims it; NULL: none. Executor locked. */
struct css_job *css_queue_take(struct css_executor *executor);
/* Runs a job that was claimed; executor not locked. */
void css_job_run(struct css_job *job, bool may_wait);

/* Sees to it that somebody takes what was just queued; executor locked. */
void css_workers_wake(struct css_executor *executor);
int css_workers_start(struct css_executor *executor);
void css_workers_finish(struct css_executor *executor); /* joins all; executor locked, stays so */

/* Runs the earliest timer now; executor locked, unlocked during the callback. */
void css_timer_run_first(struct css_executor *executor);

#endif
