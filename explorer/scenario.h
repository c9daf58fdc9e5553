/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Scenarios and their names: "active:start,final,reset" is three threads with one operation each,
 * from the initial state "active"; "idle:start+read,halt" is two threads, the first with two.
 */
#ifndef CHANIO_EXPLORER_SCENARIO_H
#define CHANIO_EXPLORER_SCENARIO_H

#include "explorer/schedule.h"

#define SCENARIO_NAME 256u

const char *scenario_operation_name(unsigned int operation);
const char *scenario_operation_text(unsigned int operation);
const char *scenario_initial_name(unsigned int initial);
const char *scenario_initial_text(unsigned int initial);

void scenario_print(const struct scenario *scenario, char name[SCENARIO_NAME]);
/* False: not a scenario; *wrong is the part that is not understood. */
bool scenario_parse(const char *name, struct scenario *scenario, const char **wrong);

/* The next one of all with so many threads of one operation; begins with *scenario zeroed. */
bool scenario_next(struct scenario *scenario, unsigned int threads);
/* The same in every run, evenly spread. */
uint32_t scenario_hash(const struct scenario *scenario);
void scenario_random(struct scenario *scenario, uint64_t *seed);
unsigned int scenario_operations(const struct scenario *scenario);

/* "a12b3A1": thread a for 12 steps, b for 3, a's wait runs out. Allocated; NULL: no memory. */
char *schedule_print(const struct schedule *schedule);
bool schedule_parse(const char *text, struct schedule *schedule);

#endif
