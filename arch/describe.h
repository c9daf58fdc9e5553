/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The control blocks as one line of text each, for traces, tests and tools.
 * Each function writes at most `size` bytes including the terminating zero, never reads a byte
 * beyond its block, and returns the length the whole text has (as snprintf does; `size` 0 is fine).
 * The text is a pure function of the block. Freestanding: no libc formatting inside.
 */
#ifndef CHANIO_ARCH_DESCRIBE_H
#define CHANIO_ARCH_DESCRIBE_H

#include "arch/ccw.h"
#include "arch/crw.h"
#include "arch/irb.h"
#include "arch/orb.h"
#include "arch/schib.h"

size_t arch_describe_orb(const struct arch_orb *orb, char *text, size_t size);
size_t arch_describe_ccw0(const struct arch_ccw0 *ccw, char *text, size_t size);
size_t arch_describe_ccw1(const struct arch_ccw1 *ccw, char *text, size_t size);
size_t arch_describe_midaw(const struct arch_midaw *midaw, char *text, size_t size);
size_t arch_describe_scsw(const struct arch_scsw *scsw, char *text, size_t size);
size_t arch_describe_esw(const struct arch_esw *esw, char *text, size_t size);
size_t arch_describe_irb(const struct arch_irb *irb, char *text, size_t size);
size_t arch_describe_pmcw(const struct arch_pmcw *pmcw, char *text, size_t size);
size_t arch_describe_schib(const struct arch_schib *schib, char *text, size_t size);
size_t arch_describe_crw(const struct arch_crw *crw, char *text, size_t size);

#endif
