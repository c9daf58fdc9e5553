/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Progress on the terminal, and signals that ask for an end. */
#include "tool/progress.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

/* Shorter work is not worth a line, and nobody reads one that changes more often (ns). */
#define QUIET_TIME   1000000000LL
#define REFRESH_TIME 100000000LL

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	stopped = number;
}

void progress_begin(struct progress *progress)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = stop};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGXFSZ, SIG_IGN);
	progress->terminal = isatty(STDERR_FILENO);
	progress->shown = false;
	clock_gettime(CLOCK_MONOTONIC, &progress->began);
	progress->told = progress->began;
}

static long long between(const struct timespec *from, const struct timespec *to)
{
	return (to->tv_sec - from->tv_sec) * 1000000000LL + to->tv_nsec - from->tv_nsec;
}

int progress_show(void *opaque, uint32_t done, uint32_t tracks)
{
	struct progress *progress = opaque;
	struct timespec now;

	if (stopped)
		return 1;
	if (!progress->terminal)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (between(&progress->began, &now) < QUIET_TIME)
		return 0;
	if (done < tracks && between(&progress->told, &now) < REFRESH_TIME)
		return 0;
	progress->told = now;
	progress->shown = true;
	fprintf(stderr, "\r%3u %%  %u of %u tracks%s",
		(unsigned int)((uint64_t)done * 100 / tracks), done, tracks,
		done < tracks ? "" : ", waiting for the disk");
	return 0;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r\033[K");
	progress->shown = false;
}
