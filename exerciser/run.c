/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Runs cases: each in a process of its own with a time limit, so that a crash or a hang is the
 * failure of one case. The parent stays single-threaded and opens nothing of the target.
 */
#include "exerciser/internal.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exerciser/messages.h"

#define PROGRESS_INTERVAL 200	     /* milliseconds */
#define SET_UP		  "set-up: " /* how such a message begins */
#define CLEAR_PATIENCE	  300	     /* milliseconds */
#define KILL_PATIENCE	  5000	     /* milliseconds: a process can be stuck in the kernel */

static uint64_t now_microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* In the process of the case. */

static void set_up(struct exerciser *x)
{
	char error[MESSAGE_ROOM] = "";
	int result = x->options->kind->open(x->options->target, &x->target, error, sizeof(error));

	if (result)
		exerciser_fail(x, SET_UP "cannot open the target: %s", error);
	result = client_init(&x->client, &x->target);
	if (!result && !(x->about->needs & EXERCISER_CLOSED))
		result = client_open(&x->client);
	if (result)
		exerciser_fail(x, SET_UP "%s", strerror(-result));
}

/*
 * In a guest, what a kernel's driver cancels on close is cancelled in QEMU's copy of the subchannel
 * only: a program of a passed-through subchannel would outlive its owner. Clear does reach it.
 */
static void leave_idle(struct exerciser *x)
{
	struct arch_irb irb;

	if (!x->options->kind->system_calls || !x->client.device || !x->client.command.size)
		return;
	if (client_clear(&x->client) > 0)
		(void)client_wait_irb(&x->client, &irb, CLEAR_PATIENCE);
}

static void tear_down(struct exerciser *x)
{
	if (!x->target.ops)
		return;
	if (x->client.target) {
		leave_idle(x);
		client_finish(&x->client);
	}
	x->options->kind->close(&x->target);
}

/* Nothing that a case does may store beyond what it has mapped. */
static void check_guards(struct exerciser *x)
{
	if (x->client.memory && !client_memory_is_intact(&x->client))
		exerciser_fail(x, "the device stored outside of what is mapped");
}

static void run_case(struct exerciser *x)
{
	jmp_buf landing;

	x->landing = &landing;
	if (!setjmp(landing)) {
		set_up(x);
		x->about->run(x);
		check_guards(x);
	}
	if (x->to_parent >= 0)
		message_send(x->to_parent, MESSAGE_CLOSING, "");
	/* Closing may end in an expectation's failure, too: it lands here again, once. */
	if (!setjmp(landing))
		tear_down(x);
}

static _Noreturn void child(const struct run *run, struct result *result, int fd)
{
	struct exerciser x = {
		.options = run->options,
		.about = result->about,
		.to_parent = fd,
		.result = result,
	};

	run_case(&x);
	message_send(fd, MESSAGE_DONE, "");
	/* Not _exit(): what sanitizers and coverage have to say comes now. */
	exit(0);
}

/* In the parent. */

static void show(const struct run *run, const struct result *result, const char *progress)
{
	if (!run->options->progress)
		return;
	fprintf(stderr, "\r\033[K%zu/%zu %s%s%s", run->finished + 1, run->count, result->about->id,
		*progress ? ": " : "", progress);
	fflush(stderr);
}

static void fail_once(struct result *result, const char *format, long value)
{
	char text[MESSAGE_ROOM];

	snprintf(text, sizeof(text), format, value);
	message_apply(result, MESSAGE_FAIL, text);
}

/* Collects what the case says until it ends. False: out of time. */
static bool listen_to(const struct run *run, struct result *result, int fd,
		      struct message_reader *reader, uint64_t end)
{
	struct pollfd poll_of = {.fd = fd, .events = POLLIN};

	for (;;) {
		if (now_microseconds() >= end)
			return false;
		if (poll(&poll_of, 1, PROGRESS_INTERVAL) > 0 &&
		    !message_receive(reader, fd, result))
			return true;
		show(run, result, reader->progress);
	}
}

/* Waits for the process; false: it does not even die. */
static bool reap(pid_t pid, int *status, bool patient)
{
	uint64_t end = now_microseconds() + KILL_PATIENCE * 1000ull;
	const struct timespec moment = {.tv_nsec = 1000000};
	pid_t got;

	for (;;) {
		got = waitpid(pid, status, patient ? 0 : WNOHANG);
		if (got == pid)
			return true;
		if (got < 0 && errno != EINTR)
			return true;
		if (!patient && now_microseconds() >= end)
			return false;
		if (!patient)
			nanosleep(&moment, NULL);
	}
}

static void judge(struct result *result, const struct message_reader *reader, bool in_time,
		  bool dead, int status, unsigned int limit)
{
	if (!in_time)
		fail_once(result,
			  reader->done	    ? "time limit of %ld s exceeded as its process ended"
			  : reader->closing ? "time limit of %ld s exceeded while it closed"
					    : "time limit of %ld s exceeded",
			  limit);
	if (!dead)
		fail_once(result, "the process of the case cannot be ended (%ld)", 0);
	if (!in_time || !dead)
		return;
	if (WIFSIGNALED(status))
		fail_once(result, "killed by signal %ld", WTERMSIG(status));
	else if (WEXITSTATUS(status) || !reader->done)
		fail_once(result, "the process of the case ended with status %ld",
			  WEXITSTATUS(status));
}

static void listen_and_judge(struct run *run, struct result *result, pid_t pid, int fd)
{
	struct message_reader reader = {.used = 0};
	unsigned int limit = result->about->limit ? result->about->limit : EXERCISER_LIMIT;
	uint64_t end;
	int status = 0;
	bool in_time, dead;

	if (result->about->needs & EXERCISER_TIMED)
		limit += run->options->seconds;
	limit *= run->options->factor;
	end = now_microseconds() + limit * 1000000ull;
	in_time = listen_to(run, result, fd, &reader, end);
	if (!in_time)
		kill(pid, SIGKILL);
	dead = reap(pid, &status, in_time);
	judge(result, &reader, in_time, dead, status, limit);
}

static void run_here(struct run *run, struct result *result)
{
	struct exerciser x = {
		.options = run->options,
		.about = result->about,
		.to_parent = -1,
		.result = result,
	};

	run_case(&x);
}

static void run_apart(struct run *run, struct result *result)
{
	int ends[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(ends)) {
		fail_once(result, "cannot make a pipe (errno %ld)", errno);
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(run, result, ends[1]);
	}
	close(ends[1]);
	if (pid < 0)
		fail_once(result, "cannot make a process (errno %ld)", errno);
	else
		listen_and_judge(run, result, pid, ends[0]);
	close(ends[0]);
}

void run_isolated(struct run *run, struct result *result)
{
	uint64_t begin = now_microseconds();

	show(run, result, "");
	if (run->options->factor)
		run_apart(run, result);
	else
		run_here(run, result);
	result->microseconds = now_microseconds() - begin;
}

/* Which cases can run here, and what their failures mean. */

static const char *missing(const struct run *run, const struct exerciser_case *about)
{
	unsigned int lacks = about->needs & ~run->surroundings.has;

	if (lacks & EXERCISER_TEST_DEVICE)
		return "needs the scriptable test device (control unit FFFF) behind the subchannel";
	if (lacks & EXERCISER_CHANNEL)
		return "needs a channel that does all the architecture says; QEMU's virtual "
		       "subchannels run programs within the instruction, chain no data, and hang "
		       "in loops";
	if (lacks & EXERCISER_SYSTEM_CALLS)
		return "needs system calls: in process a wrong pointer is the client's own crash";
	if (lacks & EXERCISER_SEVERAL_PROCESSORS)
		return "needs several processors";
	if (lacks & EXERCISER_DIRECT)
		return "needs a subchannel of the machine's own: QEMU, which passes this one "
		       "through, "
		       "cancels programs in its copy only, forgets them at unsolicited status, "
		       "keeps "
		       "status at a disabled subchannel, and unplugs a device that is asked back";
	return NULL;
}

const struct exerciser_deviation *find_deviation(const struct exerciser_case *of,
						 const char *driver)
{
	unsigned int major = 0, minor = 0, version = 0;

	if (strncmp(driver, "linux", 5) != 0)
		return NULL;
	if (sscanf(driver, "linux-%u.%u", &major, &minor) == 2)
		version = EXERCISER_LINUX(major, minor);
	for (size_t i = 0; i < EXERCISER_DEVIATIONS; i++) {
		const struct exerciser_deviation *d = &of->deviations[i];

		if (!d->number)
			continue;
		if (!version || (version >= d->since && (!d->before || version < d->before)))
			return d;
	}
	return NULL;
}

/* A case that never began shows nothing, whatever is known of the driver. */
static bool has_begun(const struct result *result)
{
	return strncmp(result->message, SET_UP, strlen(SET_UP)) != 0;
}

static bool explains(const struct exerciser_deviation *known, const struct result *result)
{
	return known->message ? strstr(result->message, known->message) != NULL : has_begun(result);
}

static void classify(struct run *run, struct result *result)
{
	const struct exerciser_deviation *known =
		find_deviation(result->about, run->options->driver);

	if (!known || result->outcome == OUTCOME_SKIP)
		return;
	result->deviation = known;
	if (result->outcome == OUTCOME_PASS)
		result->outcome = OUTCOME_CONFORMS;
	else if (explains(known, result))
		result->outcome = OUTCOME_DEVIATION;
}

/* A case that may lose the device has done so on a target that lives longer than a case. */
static bool is_lost(struct run *run, const struct result *result)
{
	struct surroundings now = {.has = 0};
	char error[MESSAGE_ROOM] = "";

	if (!(result->about->needs & EXERCISER_LAST) || !run->lost_by)
		return false;
	return look_around(run->options, &now, error, sizeof(error)) != 0;
}

static void run_one(struct run *run, struct result *result)
{
	const char *reason = missing(run, result->about);
	char text[MESSAGE_ROOM];

	if (reason) {
		message_apply(result, MESSAGE_SKIP, reason);
	} else if (is_lost(run, result)) {
		snprintf(text, sizeof(text), "the device is lost since the case %s", run->lost_by);
		message_apply(result, MESSAGE_SKIP, text);
	} else {
		run_isolated(run, result);
		if (result->about->needs & EXERCISER_LAST)
			run->lost_by = result->about->id;
	}
	classify(run, result);
}

/* Cases that may lose the device come after all others. */
void run_cases(struct run *run, void (*done)(struct run *run, const struct result *result))
{
	uint64_t begin = now_microseconds();

	for (unsigned int last = 0; last <= EXERCISER_LAST; last += EXERCISER_LAST) {
		for (size_t i = 0; i < run->count; i++) {
			struct result *result = &run->results[i];

			if ((result->about->needs & EXERCISER_LAST) != last)
				continue;
			run_one(run, result);
			run->finished++;
			run->counts[result->outcome]++;
			done(run, result);
		}
	}
	run->microseconds = now_microseconds() - begin;
	if (run->options->progress)
		fprintf(stderr, "\r\033[K");
}
