/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The tables of cases that the suites are made of. */
#ifndef CHANIO_EXERCISER_SUITES_H
#define CHANIO_EXERCISER_SUITES_H

#include "exerciser/exerciser.h"

extern const struct exerciser_table *const conformance_tables[];
extern const struct exerciser_table *const concurrency_tables[];
extern const struct exerciser_table *const stress_tables[];

#endif
