/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Who runs channel programs, and the only place that waits. Two kinds: threads in production
 * (started on demand, at most one for each job, gone after some idle seconds), and a seeded
 * single-threaded stepper with virtual time for simulation and tests.
 *
 * A job is one unit of serial execution (a subchannel). Kicking a job makes it run once more after
 * the kick, never twice at the same time.
 */
#ifndef CHANIO_CSS_EXECUTOR_H
#define CHANIO_CSS_EXECUTOR_H

#include "arch/types.h"

struct css_executor;
struct css_job;
struct css_timer;

int css_executor_create_threads(struct css_executor **executor); /* 0, -ENOMEM, -EAGAIN */
int css_executor_create_stepper(uint64_t seed, struct css_executor **executor);
void css_executor_destroy(struct css_executor *executor); /* all jobs and timers destroyed before */
bool css_executor_is_stepper(const struct css_executor *executor);

/*
 * `run(context, may_wait)` executes; may_wait is false when css_job_help() runs it. It returns true
 * when it is to be run again from a thread that may wait.
 */
int css_job_create(struct css_executor *executor, bool (*run)(void *context, bool may_wait),
		   void *context, struct css_job **job);
/* Waits for a running instance; the job is not run afterwards. Not from inside the job. */
void css_job_destroy(struct css_job *job);

/* Runs the job soon. Any thread, any lock held. */
void css_job_kick(struct css_job *job);
/*
 * The calling thread runs the job itself, now, if it is kicked and nobody runs it. For a client's
 * thread after it has started something: saves a thread switch when nothing has to wait.
 */
void css_job_help(struct css_job *job);
/* Kicks without waking a thread: a css_job_help() by this thread follows at once. No lock taken. */
void css_job_kick_for_help(struct css_job *job);

/*
 * One-shot timers; the callback runs on the executor, no lock held, and should be short. Virtual
 * time in the stepper. Destroy waits for a running callback; not from inside it. 0, -ENOMEM,
 * -EAGAIN.
 */
int css_timer_create(struct css_executor *executor, void (*expired)(void *context), void *context,
		     struct css_timer **timer);
void css_timer_destroy(struct css_timer *timer);
void css_timer_set(struct css_timer *timer, uint64_t nanoseconds);
void css_timer_cancel(struct css_timer *timer);

uint64_t css_executor_now(struct css_executor *executor); /* nanoseconds */

/* Stepper only: runs one ready job or the next timer, chosen by the seed. False: nothing to do. */
bool css_executor_step(struct css_executor *executor);
/* Stepper only: the time becomes `time` if it is before that; timers that are due stay to be run.
 */
void css_executor_pass(struct css_executor *executor, uint64_t time);

#endif
