/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The suites there are. */
#include "exerciser/suites.h"

const struct exerciser_suite exerciser_suites[] = {
	{"conformance", "each row of the contract and each rule that a client can see",
	 conformance_tables},
	{"concurrency", "many threads on one device; what was accepted is delivered, once",
	 concurrency_tables},
	{"stress", "random channel programs for a given time, the same for the same seed",
	 stress_tables},
	{NULL, NULL, NULL},
};
