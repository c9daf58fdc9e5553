/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Many scenarios, on several processors, with progress and one verdict. */
#ifndef CHANIO_EXPLORER_CAMPAIGN_H
#define CHANIO_EXPLORER_CAMPAIGN_H

#include "explorer/scenario.h"

struct campaign {
	unsigned int preemptions, operations;
	bool reduce;
	const char *only;	    /* NULL, a scenario, or a part of the names */
	unsigned int share, shares; /* this one of so many, from 1 on */
	unsigned int jobs;
	double seconds; /* of exploring; 0: until all is done */
	double walking; /* seconds of random walks; 0: until `walks` are done */
	uint64_t walks;
	uint64_t seed;
	bool quiet;
};

/* What a failing schedule needs to be seen again. */
struct failure {
	struct scenario scenario;
	struct violation violation;
};

bool campaign_includes(const struct campaign *campaign, const struct scenario *scenario);
/* False: a violation was found; `failure` is the first. Figures are added up. */
bool campaign_explore(const struct campaign *campaign, struct figures *figures,
		      struct failure *failure);
bool campaign_walk(const struct campaign *campaign, struct figures *figures,
		   struct failure *failure);

/* shrink.c: the shortest schedule with the fewest operations that there is of the same violation.
 */
void failure_shrink(struct failure *failure, unsigned int preemptions);

#endif
