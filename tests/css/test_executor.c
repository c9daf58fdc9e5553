/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The executor's promises: jobs, help, timers; with threads and with the stepper. */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "css/executor_impl.h"

#define MILLISECOND 1000000ull

struct counted {
	struct css_job *job;
	atomic_uint runs, waiting_runs, inside, overlaps;
	unsigned int again; /* that many runs want another */
	unsigned int sleep_us;
	atomic_bool *gate; /* a run lasts until it is open: the length of no sleep is certain */
	bool needs_wait;   /* a helper is no use */
	bool kicks_itself;
	pthread_t thread;
	sigset_t blocked;
};

static bool run(void *context, bool may_wait)
{
	struct counted *counted = context;

	if (atomic_fetch_add(&counted->inside, 1))
		atomic_fetch_add(&counted->overlaps, 1);
	counted->thread = pthread_self();
	pthread_sigmask(SIG_SETMASK, NULL, &counted->blocked);
	if (counted->sleep_us)
		usleep(counted->sleep_us);
	while (counted->gate && !atomic_load(counted->gate))
		usleep(200);
	if (counted->kicks_itself) {
		counted->kicks_itself = false;
		css_job_kick(counted->job);
	}
	atomic_fetch_sub(&counted->inside, 1);
	atomic_fetch_add(&counted->runs, 1);
	if (!may_wait && counted->needs_wait)
		return true;
	if (may_wait)
		atomic_fetch_add(&counted->waiting_runs, 1);
	if (counted->again) {
		counted->again--;
		return true;
	}
	return false;
}

static void wait_for(atomic_uint *value, unsigned int expected)
{
	for (int i = 0; i < 20000 && atomic_load(value) < expected; i++)
		usleep(500);
	assert_true(atomic_load(value) >= expected);
}

static int setup_threads(void **state)
{
	struct css_executor *executor;

	assert_int_equal(css_executor_create_threads(&executor), 0);
	*state = executor;
	return 0;
}

static int setup_stepper(void **state)
{
	struct css_executor *executor;

	assert_int_equal(css_executor_create_stepper(7, &executor), 0);
	*state = executor;
	return 0;
}

static int teardown(void **state)
{
	css_executor_destroy(*state);
	return 0;
}

static void make(struct css_executor *executor, struct counted *counted)
{
	assert_int_equal(css_job_create(executor, run, counted, &counted->job), 0);
}

/* Threads */

static void a_kicked_job_runs_on_another_thread_with_signals_blocked(void **state)
{
	struct counted counted = {0};

	make(*state, &counted);
	css_job_kick(counted.job);
	wait_for(&counted.runs, 1);
	css_job_destroy(counted.job);
	assert_false(pthread_equal(counted.thread, pthread_self()));
	assert_int_equal(sigismember(&counted.blocked, SIGUSR1), 1);
	assert_int_equal(sigismember(&counted.blocked, SIGTERM), 1);
	assert_int_equal(atomic_load(&counted.waiting_runs), 1);
}

static void a_job_never_runs_twice_at_a_time(void **state)
{
	struct counted counted = {.sleep_us = 200};

	make(*state, &counted);
	for (int i = 0; i < 200; i++) {
		css_job_kick(counted.job);
		css_job_help(counted.job);
		if (i % 16 == 0)
			usleep(300);
	}
	css_job_destroy(counted.job);
	assert_int_equal(atomic_load(&counted.overlaps), 0);
	assert_true(atomic_load(&counted.runs) > 0);
}

static void a_kick_during_a_run_makes_another(void **state)
{
	struct counted counted = {.kicks_itself = true};

	make(*state, &counted);
	css_job_kick(counted.job);
	wait_for(&counted.runs, 2);
	css_job_destroy(counted.job);
	assert_int_equal(atomic_load(&counted.runs), 2);
}

static void a_job_that_wants_more_runs_again(void **state)
{
	struct counted counted = {.again = 5};

	make(*state, &counted);
	css_job_kick(counted.job);
	wait_for(&counted.runs, 6);
	css_job_destroy(counted.job);
	assert_int_equal(atomic_load(&counted.runs), 6);
}

static void help_runs_the_job_on_the_calling_thread(void **state)
{
	struct counted counted = {0};

	make(*state, &counted);
	css_job_help(counted.job); /* not kicked: nothing */
	assert_int_equal(atomic_load(&counted.runs), 0);
	css_job_kick_for_help(counted.job);
	css_job_help(counted.job);
	assert_int_equal(atomic_load(&counted.runs), 1);
	assert_int_equal(atomic_load(&counted.waiting_runs), 0);
	assert_true(pthread_equal(counted.thread, pthread_self()));
	usleep(5000);
	assert_int_equal(atomic_load(&counted.runs), 1);
	css_job_destroy(counted.job);
}

static void what_a_helper_cannot_do_moves_to_a_worker(void **state)
{
	struct counted counted = {.needs_wait = true};

	make(*state, &counted);
	css_job_kick_for_help(counted.job);
	css_job_help(counted.job);
	wait_for(&counted.waiting_runs, 1);
	css_job_destroy(counted.job);
	assert_int_equal(atomic_load(&counted.runs), 2);
	assert_false(pthread_equal(counted.thread, pthread_self()));
}

/* Somebody else's plain kick does not rely on the help that a first kick announced. */
static void a_kick_after_a_kick_for_help_needs_no_helper(void **state)
{
	struct counted counted = {0};

	make(*state, &counted);
	css_job_kick_for_help(counted.job);
	css_job_kick(counted.job);
	wait_for(&counted.runs, 1);
	css_job_destroy(counted.job);
}

static void blocked_jobs_do_not_hold_up_others(void **state)
{
	struct counted slow[4], quick = {0};
	atomic_bool gate = false;

	memset(slow, 0, sizeof(slow));
	for (int i = 0; i < 4; i++) {
		slow[i].gate = &gate;
		make(*state, &slow[i]);
		css_job_kick(slow[i].job);
	}
	make(*state, &quick);
	css_job_kick(quick.job);
	wait_for(&quick.runs, 1);
	for (int i = 0; i < 4; i++)
		assert_int_equal(atomic_load(&slow[i].runs), 0);
	atomic_store(&gate, true);
	for (int i = 0; i < 4; i++)
		css_job_destroy(slow[i].job);
	css_job_destroy(quick.job);
}

static void *open_gate_later(void *gate)
{
	usleep(30000);
	atomic_store((atomic_bool *)gate, true);
	return NULL;
}

static void destroy_waits_for_a_running_job(void **state)
{
	atomic_bool gate = false;
	struct counted counted = {.gate = &gate};
	pthread_t opener;

	make(*state, &counted);
	css_job_kick(counted.job);
	wait_for(&counted.inside, 1);
	css_job_kick(counted.job);
	assert_int_equal(pthread_create(&opener, NULL, open_gate_later, &gate), 0);
	css_job_destroy(counted.job);
	pthread_join(opener, NULL);
	assert_int_equal(atomic_load(&counted.inside), 0);
	assert_int_equal(atomic_load(&counted.runs), 1);
	usleep(5000);
	assert_int_equal(atomic_load(&counted.runs), 1);
}

static void a_job_that_is_destroyed_before_it_ran_never_runs(void **state)
{
	struct counted counted = {0};

	make(*state, &counted);
	css_job_kick_for_help(counted.job);
	css_job_destroy(counted.job);
	usleep(2000);
	assert_int_equal(atomic_load(&counted.runs), 0);
}

static unsigned int count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned int count = 0;

	assert_non_null(tasks);
	while (readdir(tasks))
		count++;
	closedir(tasks);
	return count - 2; /* . and .. */
}

static void workers_that_idle_end_and_come_back(void **state)
{
	struct css_executor *executor = *state;
	unsigned int before = count_threads();
	struct counted counted[3];

	pthread_mutex_lock(&executor->lock);
	executor->idle_time = 20 * MILLISECOND;
	pthread_mutex_unlock(&executor->lock);
	memset(counted, 0, sizeof(counted));
	for (unsigned int round = 1; round <= 2; round++) {
		for (int i = 0; i < 3; i++) {
			counted[i].sleep_us = 5000;
			if (round == 1)
				make(*state, &counted[i]);
			css_job_kick(counted[i].job);
		}
		for (int i = 0; i < 3; i++)
			wait_for(&counted[i].runs, round);
		for (int i = 0; i < 2000 && count_threads() > before; i++)
			usleep(1000);
		assert_int_equal(count_threads(), before);
	}
	for (int i = 0; i < 3; i++)
		css_job_destroy(counted[i].job);
}

/* Many threads kick and help many jobs; each kick is followed by a run. */

struct swarm {
	struct css_job *jobs[8];
	atomic_uint kicked[8], seen[8], inside[8], errors;
};

struct swarm_job {
	struct swarm *swarm;
	int index;
};

static bool run_swarm(void *context, bool may_wait)
{
	struct swarm_job *job = context;
	struct swarm *swarm = job->swarm;

	if (atomic_fetch_add(&swarm->inside[job->index], 1))
		atomic_fetch_add(&swarm->errors, 1);
	atomic_store(&swarm->seen[job->index], atomic_load(&swarm->kicked[job->index]));
	atomic_fetch_sub(&swarm->inside[job->index], 1);
	return !may_wait && (atomic_load(&swarm->seen[job->index]) & 7) == 0;
}

static void *kick_swarm(void *context)
{
	struct swarm *swarm = context;

	for (unsigned int i = 0; i < 8000; i++) {
		unsigned int index = i * 5 % 8;

		atomic_fetch_add(&swarm->kicked[index], 1);
		if (i & 1) {
			css_job_kick(swarm->jobs[index]);
		} else {
			css_job_kick_for_help(swarm->jobs[index]);
			css_job_help(swarm->jobs[index]);
		}
	}
	return NULL;
}

static void no_kick_is_lost(void **state)
{
	static struct swarm swarm;
	struct swarm_job contexts[8];
	pthread_t threads[3];

	memset(&swarm, 0, sizeof(swarm));
	for (int i = 0; i < 8; i++) {
		contexts[i] = (struct swarm_job){&swarm, i};
		assert_int_equal(css_job_create(*state, run_swarm, &contexts[i], &swarm.jobs[i]),
				 0);
	}
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, kick_swarm, &swarm), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 8; i++) {
		wait_for(&swarm.seen[i], atomic_load(&swarm.kicked[i]));
		css_job_destroy(swarm.jobs[i]);
	}
	assert_int_equal(atomic_load(&swarm.errors), 0);
}

/* Timers */

struct ticks {
	atomic_uint count;
	unsigned int *log, *logged, name;
	uint64_t at;
	struct css_executor *executor;
};

static void tick(void *context)
{
	struct ticks *ticks = context;

	ticks->at = css_executor_now(ticks->executor);
	if (ticks->log)
		ticks->log[(*ticks->logged)++] = ticks->name;
	atomic_fetch_add(&ticks->count, 1);
}

static void a_timer_expires_once_and_not_early(void **state)
{
	struct ticks ticks = {.executor = *state};
	struct css_timer *timer;
	uint64_t begin;

	assert_int_equal(css_timer_create(*state, tick, &ticks, &timer), 0);
	begin = css_executor_now(*state);
	css_timer_set(timer, 20 * MILLISECOND);
	wait_for(&ticks.count, 1);
	css_timer_destroy(timer);
	assert_true(ticks.at - begin >= 20 * MILLISECOND);
	assert_int_equal(atomic_load(&ticks.count), 1);
}

static void a_cancelled_timer_does_not_expire(void **state)
{
	struct ticks ticks = {.executor = *state}, other = {.executor = *state};
	struct css_timer *timer, *later;

	assert_int_equal(css_timer_create(*state, tick, &ticks, &timer), 0);
	assert_int_equal(css_timer_create(*state, tick, &other, &later), 0);
	css_timer_set(timer, 5 * MILLISECOND);
	css_timer_cancel(timer);
	css_timer_set(later, 10 * MILLISECOND);
	wait_for(&other.count, 1);
	assert_int_equal(atomic_load(&ticks.count), 0);
	css_timer_set(timer, 1000000 * MILLISECOND);
	css_timer_destroy(timer);
	css_timer_destroy(later);
}

/* Stepper */

static void the_stepper_runs_nothing_by_itself(void **state)
{
	struct counted counted = {0};

	make(*state, &counted);
	assert_false(css_executor_step(*state));
	css_job_kick(counted.job);
	usleep(2000);
	assert_int_equal(atomic_load(&counted.runs), 0);
	assert_true(css_executor_step(*state));
	assert_int_equal(atomic_load(&counted.runs), 1);
	assert_false(css_executor_step(*state));
	css_job_destroy(counted.job);
}

static void virtual_time_jumps_to_the_next_timer(void **state)
{
	unsigned int log[4], logged = 0;
	struct ticks ticks[2];
	struct css_timer *timers[2];

	for (unsigned int i = 0; i < 2; i++) {
		ticks[i] = (struct ticks){
			.executor = *state, .log = log, .logged = &logged, .name = i};
		assert_int_equal(css_timer_create(*state, tick, &ticks[i], &timers[i]), 0);
	}
	assert_int_equal(css_executor_now(*state), 0);
	css_timer_set(timers[0], 3600000 * MILLISECOND);
	css_timer_set(timers[1], 1 * MILLISECOND);
	assert_true(css_executor_step(*state));
	assert_int_equal(css_executor_now(*state), 1 * MILLISECOND);
	assert_true(css_executor_step(*state));
	assert_int_equal(css_executor_now(*state), 3600000 * MILLISECOND);
	assert_false(css_executor_step(*state));
	assert_int_equal(logged, 2);
	assert_int_equal(log[0], 1);
	assert_int_equal(log[1], 0);
	for (int i = 0; i < 2; i++)
		css_timer_destroy(timers[i]);
}

static void a_kick_during_a_run_makes_another_in_steps(void **state)
{
	struct counted counted = {.kicks_itself = true, .again = 1};

	make(*state, &counted);
	css_job_kick(counted.job);
	assert_true(css_executor_step(*state));
	assert_int_equal(atomic_load(&counted.runs), 1);
	assert_true(css_executor_step(*state));
	assert_false(css_executor_step(*state));
	assert_int_equal(atomic_load(&counted.runs), 2);
	css_job_destroy(counted.job);
}

struct traced {
	struct css_job *job;
	char *trace;
	char name;
};

static bool run_traced(void *context, bool may_wait)
{
	struct traced *traced = context;

	strncat(traced->trace, &traced->name, 1);
	return false;
}

/* The order in which five jobs, kicked together, run. */
static void trace_order(uint64_t seed, char *trace)
{
	struct css_executor *executor;
	struct traced jobs[5];

	trace[0] = 0;
	assert_int_equal(css_executor_create_stepper(seed, &executor), 0);
	for (int i = 0; i < 5; i++) {
		jobs[i] = (struct traced){.trace = trace, .name = (char)('a' + i)};
		assert_int_equal(css_job_create(executor, run_traced, &jobs[i], &jobs[i].job), 0);
		css_job_kick(jobs[i].job);
	}
	while (css_executor_step(executor))
		;
	for (int i = 0; i < 5; i++)
		css_job_destroy(jobs[i].job);
	css_executor_destroy(executor);
}

static void a_schedule_is_its_seed(void **state)
{
	char first[8], second[8];
	int different = 0;

	for (uint64_t seed = 0; seed < 20; seed++) {
		trace_order(seed, first);
		trace_order(seed, second);
		assert_string_equal(first, second);
		assert_int_equal(strlen(first), 5);
		different += strcmp(first, "abcde") != 0;
	}
	assert_true(different > 10);
}

static void time_that_passes_makes_timers_late(void **state)
{
	unsigned int log[4], logged = 0;
	struct ticks ticks = {.executor = *state, .log = log, .logged = &logged};
	struct css_timer *timer;

	assert_int_equal(css_timer_create(*state, tick, &ticks, &timer), 0);
	css_timer_set(timer, MILLISECOND);
	css_executor_pass(*state, 3 * MILLISECOND);
	assert_int_equal(css_executor_now(*state), 3 * MILLISECOND);
	assert_int_equal(logged, 0);
	assert_true(css_executor_step(*state));
	assert_int_equal(css_executor_now(*state), 3 * MILLISECOND);
	assert_int_equal(logged, 1);
	css_executor_pass(*state, MILLISECOND); /* it never goes back */
	assert_int_equal(css_executor_now(*state), 3 * MILLISECOND);
	css_timer_destroy(timer);
}

#define THREADS(name) cmocka_unit_test_setup_teardown(name, setup_threads, teardown)
#define STEPPER(name) cmocka_unit_test_setup_teardown(name, setup_stepper, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		THREADS(a_kicked_job_runs_on_another_thread_with_signals_blocked),
		THREADS(a_job_never_runs_twice_at_a_time),
		THREADS(a_kick_during_a_run_makes_another),
		THREADS(a_job_that_wants_more_runs_again),
		THREADS(help_runs_the_job_on_the_calling_thread),
		THREADS(what_a_helper_cannot_do_moves_to_a_worker),
		THREADS(a_kick_after_a_kick_for_help_needs_no_helper),
		THREADS(blocked_jobs_do_not_hold_up_others),
		THREADS(destroy_waits_for_a_running_job),
		THREADS(a_job_that_is_destroyed_before_it_ran_never_runs),
		THREADS(workers_that_idle_end_and_come_back),
		THREADS(no_kick_is_lost),
		THREADS(a_timer_expires_once_and_not_early),
		THREADS(a_cancelled_timer_does_not_expire),
		STEPPER(a_kick_during_a_run_makes_another_in_steps),
		STEPPER(the_stepper_runs_nothing_by_itself),
		STEPPER(virtual_time_jumps_to_the_next_timer),
		STEPPER(time_that_passes_makes_timers_late),
		STEPPER(a_schedule_is_its_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
