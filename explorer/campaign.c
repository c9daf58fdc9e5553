/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A process for each job: they take scenarios from one counter, so none waits for another, and
 * leave what they found in shared memory.
 */
#include "explorer/campaign.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX      64u
#define POLL	      100000 /* microseconds */
#define PROGRESS      5.0    /* seconds */
#define WALKS_AT_ONCE 64u    /* of one scenario */

struct job {
	pid_t pid;
	struct figures figures;
	char at[SCENARIO_NAME];
	bool failed;
	struct failure failure;
};

static struct shared {
	atomic_ullong next; /* scenario to take */
	atomic_bool stop;
	struct job job[JOBS_MAX];
} * shared;

typedef void (*job_function)(const struct campaign *campaign, struct job *job, double deadline);

bool campaign_includes(const struct campaign *campaign, const struct scenario *scenario)
{
	char name[SCENARIO_NAME];

	scenario_print(scenario, name);
	if (campaign->only && !strstr(name, campaign->only))
		return false;
	return campaign->shares < 2 ||
	       scenario_hash(scenario) % campaign->shares == campaign->share - 1;
}

static void fail(struct job *job, const struct scenario *scenario,
		 const struct violation *violation)
{
	job->failure.scenario = *scenario;
	job->failure.violation = *violation;
	job->failed = true;
	atomic_store(&shared->stop, true);
}

static bool is_over(double deadline)
{
	return atomic_load(&shared->stop) || (deadline > 0 && schedule_clock() > deadline);
}

static struct violation *new_violation(void)
{
	struct violation *violation = calloc(1, sizeof(*violation));

	if (!violation) {
		fprintf(stderr, "chanio-explore: out of memory\n");
		exit(2);
	}
	return violation;
}

/* ---- exploring ---- */

static void explore(const struct campaign *campaign, struct job *job, double deadline)
{
	struct limits limits = {
		.preemptions = campaign->preemptions,
		.reduce = campaign->reduce,
		.deadline = deadline,
	};
	struct violation *violation = new_violation();
	struct scenario scenario = {0};
	uint64_t index = 0, mine = atomic_fetch_add(&shared->next, 1);

	while (scenario_next(&scenario, campaign->operations)) {
		if (!campaign_includes(campaign, &scenario) || index++ != mine)
			continue;
		if (is_over(deadline)) {
			job->figures.unfinished++;
			break;
		}
		scenario_print(&scenario, job->at);
		if (!schedule_all(&scenario, &limits, &job->figures, violation)) {
			fail(job, &scenario, violation);
			break;
		}
		mine = atomic_fetch_add(&shared->next, 1);
	}
	free(violation);
}

/* ---- walking ---- */

static void walk(const struct campaign *campaign, struct job *job, double deadline)
{
	struct violation *violation = new_violation();

	while (!is_over(deadline)) {
		uint64_t index = atomic_fetch_add(&shared->next, 1);
		uint64_t seed = campaign->seed * 0x10001 + index;
		struct scenario scenario;

		if (deadline <= 0 && index * WALKS_AT_ONCE >= campaign->walks)
			break;
		scenario_random(&scenario, &seed);
		scenario_print(&scenario, job->at);
		if (!schedule_random(&scenario, &seed, WALKS_AT_ONCE, &job->figures, violation)) {
			fail(job, &scenario, violation);
			break;
		}
	}
	free(violation);
}

/* ---- jobs ---- */

static void add(struct figures *sum, const struct figures *more)
{
	sum->scenarios += more->scenarios;
	sum->schedules += more->schedules;
	sum->pruned += more->pruned;
	sum->steps += more->steps;
	sum->violations += more->violations;
	sum->unfinished += more->unfinished;
}

static void show_progress(const struct campaign *campaign, double begin)
{
	struct figures sum = {0};

	if (campaign->quiet)
		return;
	for (unsigned int i = 0; i < campaign->jobs; i++)
		add(&sum, &shared->job[i].figures);
	fprintf(stderr, "%6.0f s: %llu scenarios, %llu schedules; now %s\n",
		schedule_clock() - begin, (unsigned long long)sum.scenarios,
		(unsigned long long)sum.schedules, shared->job[0].at);
}

static void start_jobs(const struct campaign *campaign, job_function work, double deadline)
{
	for (unsigned int i = 0; i < campaign->jobs; i++) {
		struct job *job = &shared->job[i];

		job->pid = fork();
		if (job->pid < 0) {
			perror("chanio-explore: fork");
			exit(2);
		}
		if (!job->pid) {
			work(campaign, job, deadline);
			_exit(0);
		}
	}
}

/* Did one end in another way than it should? Then the campaign is worth nothing. */
static void await_jobs(const struct campaign *campaign, double begin)
{
	double shown = begin;

	for (unsigned int running = campaign->jobs; running;) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid > 0) {
			running--;
			if (!WIFEXITED(status) || WEXITSTATUS(status)) {
				fprintf(stderr, "chanio-explore: a job ended with status %x\n",
					(unsigned int)status);
				exit(2);
			}
			continue;
		}
		usleep(POLL);
		if (schedule_clock() - shown > PROGRESS) {
			shown = schedule_clock();
			show_progress(campaign, begin);
		}
	}
}

static bool run(const struct campaign *campaign, job_function work, double seconds,
		struct figures *figures, struct failure *failure)
{
	double begin = schedule_clock();
	bool good = true;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED) {
		perror("chanio-explore: shared memory");
		exit(2);
	}
	fflush(NULL);
	start_jobs(campaign, work, seconds > 0 ? begin + seconds : 0);
	await_jobs(campaign, begin);
	for (unsigned int i = 0; i < campaign->jobs; i++) {
		add(figures, &shared->job[i].figures);
		if (good && shared->job[i].failed) {
			*failure = shared->job[i].failure;
			good = false;
		}
	}
	munmap(shared, sizeof(*shared));
	return good;
}

bool campaign_explore(const struct campaign *campaign, struct figures *figures,
		      struct failure *failure)
{
	return run(campaign, explore, campaign->seconds, figures, failure);
}

bool campaign_walk(const struct campaign *campaign, struct figures *figures,
		   struct failure *failure)
{
	return run(campaign, walk, campaign->walking, figures, failure);
}
