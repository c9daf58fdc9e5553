/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Long work: a line on the terminal while it goes on, and an orderly end on a signal. */
#ifndef CHANIO_TOOL_PROGRESS_H
#define CHANIO_TOOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
	struct timespec began, told;
	bool terminal;
	bool shown;
};

/*
 * Begins: from now on SIGINT, SIGTERM and SIGHUP only ask for an end, and a write beyond a limit on
 * file sizes is an error instead of a signal.
 */
void progress_begin(struct progress *progress);

/*
 * `done` of so many tracks; for volume_ckd_options.progress, with a struct progress. 1: a signal
 * asks for an end.
 */
int progress_show(void *opaque, uint32_t done, uint32_t tracks);

/* Takes the line away again. */
void progress_end(struct progress *progress);

#endif
