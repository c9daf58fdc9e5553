/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Schedules of one scenario: all of them up to a number of preemptions, random ones, or one that
 * was written down. See doc/explorer.md for what is enumerated and why that is all.
 */
#ifndef CHANIO_EXPLORER_SCHEDULE_H
#define CHANIO_EXPLORER_SCHEDULE_H

#include "explorer/world.h"

#define SCHEDULE_MAX 24576u /* steps */

/* A step: which thread; with TIMEOUT its wait() ends without having been woken. */
#define CHOICE_TIMEOUT 0x08u
#define CHOICE_THREAD  0x07u

struct schedule {
	unsigned int steps, preemptions, switches;
	uint8_t choice[SCHEDULE_MAX];
};

struct violation {
	bool found;
	enum invariant invariant;
	char text[256];
	struct schedule schedule;
};

#define WITHOUT_SLEEP  1u
#define WITHOUT_PASTS  2u
#define WITHOUT_STATES 4u

struct limits {
	unsigned int preemptions;
	bool reduce;	      /* leave out schedules that come to the same, */
	unsigned int without; /* but not by these means: */
	bool shortest;	      /* go on after a violation and keep the shortest one */
	uint64_t executions;  /* at most; 0: all */
	double deadline;      /* of clock(); 0: none */
	/* If not NULL, called with a hash of each schedule's outcome. */
	void (*outcome)(void *context, uint64_t hash);
	void *context;
};

struct figures {
	uint64_t scenarios, schedules, pruned, steps, violations;
	uint64_t unfinished; /* scenarios that a limit has cut short */
};

void schedule_init(void);
void schedule_finish(void);
double schedule_clock(void); /* seconds, monotonic */

/* False: a violation was found. Figures are added up. */
bool schedule_all(const struct scenario *scenario, const struct limits *limits,
		  struct figures *figures, struct violation *violation);
bool schedule_random(const struct scenario *scenario, uint64_t *seed, unsigned int count,
		     struct figures *figures, struct violation *violation);
/* The steps in words go to `out`, if it is not NULL. False: it ends in a violation. */
bool schedule_replay(const struct scenario *scenario, const struct schedule *schedule, FILE *out,
		     struct violation *violation);

uint64_t schedule_random_number(uint64_t *seed);

#endif
