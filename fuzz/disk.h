/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The 3390 for the fuzzers, on a small volume in memory. */
#ifndef CHANIO_FUZZ_DISK_H
#define CHANIO_FUZZ_DISK_H

#include "css/control_unit.h"

/* A disk with two formatted tracks, the same every time. */
void *fuzz_disk_create(void);
void fuzz_disk_destroy(void *disk);
const struct css_control_unit_ops *fuzz_disk_ops(void);

#endif
