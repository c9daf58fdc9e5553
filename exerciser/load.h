/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Threads that use one device at the same time, and the book that is kept of it: what was accepted,
 * refused, delivered. Each START has a program of its own, so that its IRB is known by the CCW
 * address. One thread, that of the case, takes all IRBs.
 */
#ifndef CHANIO_EXERCISER_LOAD_H
#define CHANIO_EXERCISER_LOAD_H

#include <stdatomic.h>

#include "exerciser/exerciser.h"

#define LOAD_SLOTS   2048u /* programs of a round */
#define LOAD_THREADS 64u
#define LOAD_BUCKETS 32u /* powers of two of microseconds */

/* What the threads do besides START. */
enum load_mix {
	LOAD_ATTENTION = 0x01, /* the device has something to say, too */
	LOAD_HALT = 0x02,
	LOAD_CLEAR = 0x04,
	LOAD_RESET = 0x08,
	LOAD_UNMAP = 0x10,
	LOAD_LOOK = 0x20,  /* reads of everything that takes no IRB */
	LOAD_CLOSE = 0x40, /* rounds end with a close in the middle of it all */
};
#define LOAD_ALL 0x7Fu

struct load;

struct load_totals {
	uint64_t rounds, starts, start_busy, start_again, halts, clears, resets, unmaps, closes;
	uint64_t irbs, ended, nameless, swept, discarded, intermediate, secondary, unsolicited;
	uint64_t looks, repeated;
	uint64_t again_longest; /* nanoseconds of a loop on EAGAIN */
	uint64_t
		again_times[LOAD_BUCKETS]; /* of those loops, and of STARTs without one: bucket 0 */
};

/* `threads` in all, that of the caller included. -ENOMEM, -EAGAIN. */
int load_create(struct exerciser *x, unsigned int threads, struct load **load);
void load_destroy(struct load *load);

/* One round of about so many milliseconds, and the proof of its book; ends the case if it fails. */
void load_round(struct load *load, unsigned int mix, unsigned int milliseconds);
const struct load_totals *load_totals(const struct load *load);
/* Writes the figures into the report. */
void load_note(struct load *load);

#endif
