/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * From a failing schedule to the shortest one: first as few operations as possible, then as few
 * preemptions, then as few switches and steps.
 */
#include "explorer/campaign.h"

#include <stdlib.h>

#define EXECUTIONS_MAX 400000u /* looked at for one candidate */

static struct violation *candidate;

/* Does the scenario fail, too? Then `candidate` is how. */
static bool fails(const struct scenario *scenario, const struct failure *failure,
		  unsigned int preemptions, bool shortest)
{
	struct limits limits = {
		.preemptions = preemptions,
		.reduce = true,
		.shortest = shortest,
		.executions = EXECUTIONS_MAX,
	};
	struct figures figures = {0};

	return !schedule_all(scenario, &limits, &figures, candidate) &&
	       candidate->invariant == failure->violation.invariant;
}

static bool remove_operation(struct scenario *scenario, unsigned int index)
{
	for (unsigned int i = 0; i < scenario->threads; i++) {
		if (index >= scenario->operations[i]) {
			index -= scenario->operations[i];
			continue;
		}
		scenario->operations[i]--;
		memmove(&scenario->operation[i][index], &scenario->operation[i][index + 1],
			scenario->operations[i] - index);
		if (!scenario->operations[i]) {
			scenario->threads--;
			memmove(&scenario->operations[i], &scenario->operations[i + 1],
				scenario->threads - i);
			memmove(&scenario->operation[i], &scenario->operation[i + 1],
				(scenario->threads - i) * sizeof(scenario->operation[0]));
		}
		return scenario->threads;
	}
	return false;
}

static void accept(struct failure *failure, const struct scenario *scenario)
{
	failure->scenario = *scenario;
	failure->violation = *candidate;
}

static void shrink_scenario(struct failure *failure, unsigned int preemptions)
{
	for (unsigned int i = 0; i < scenario_operations(&failure->scenario);) {
		struct scenario less = failure->scenario;

		if (remove_operation(&less, i) && fails(&less, failure, preemptions, false)) {
			accept(failure, &less);
			i = 0;
		} else {
			i++;
		}
	}
	for (unsigned int i = 0; i < failure->scenario.initial; i++) {
		struct scenario simple = failure->scenario;

		simple.initial = (uint8_t)i;
		if (fails(&simple, failure, preemptions, false)) {
			accept(failure, &simple);
			break;
		}
	}
}

static bool shrink_preemptions(struct failure *failure, unsigned int preemptions)
{
	for (unsigned int i = 0; i <= preemptions; i++) {
		if (fails(&failure->scenario, failure, i, true)) {
			accept(failure, &failure->scenario);
			return true;
		}
	}
	return false;
}

/* ---- a schedule that no exhaustive search comes to ---- */

/* The schedule without its run number `index` of one and the same choice; false: no such run. */
static bool without_run(const struct schedule *from, unsigned int index, struct schedule *to)
{
	unsigned int run = 0;

	memset(to, 0, sizeof(*to));
	for (unsigned int i = 0; i < from->steps; i++) {
		if (i && from->choice[i] != from->choice[i - 1])
			run++;
		if (run != index)
			to->choice[to->steps++] = from->choice[i];
	}
	return run >= index;
}

static void shrink_schedule(struct failure *failure)
{
	struct schedule *less = malloc(sizeof(*less));

	for (unsigned int i = 0; less && without_run(&failure->violation.schedule, i, less);) {
		bool fails_too =
			!schedule_replay(&failure->scenario, less, NULL, candidate) &&
			candidate->invariant == failure->violation.invariant &&
			candidate->schedule.switches < failure->violation.schedule.switches;

		if (fails_too)
			accept(failure, &failure->scenario);
		i = fails_too ? 0 : i + 1;
	}
	free(less);
}

void failure_shrink(struct failure *failure, unsigned int preemptions)
{
	candidate = calloc(1, sizeof(*candidate));
	if (!candidate)
		return;
	shrink_scenario(failure, preemptions);
	if (!shrink_preemptions(failure, preemptions))
		shrink_schedule(failure);
	free(candidate);
}
