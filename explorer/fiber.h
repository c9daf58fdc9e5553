/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Coroutines: the threads of a scenario, each with a stack of its own, of which exactly one runs.
 * A fiber may be left for good anywhere and prepared anew.
 */
#ifndef CHANIO_EXPLORER_FIBER_H
#define CHANIO_EXPLORER_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fiber;

/* NULL: no memory. The stack has a guard page below it. Destroy takes NULL. */
struct fiber *fiber_create(void);
/* The one that stands for the caller's own stack: switched away from first. */
struct fiber *fiber_create_main(void);
void fiber_destroy(struct fiber *fiber);

/* The next switch to it calls entry(argument), which must never return. */
void fiber_prepare(struct fiber *fiber, void (*entry)(void *argument), void *argument);
/* The address behind its stack. */
uintptr_t fiber_top(const struct fiber *fiber);
/* Returns when something switches back to `from`. */
void fiber_switch(struct fiber *from, struct fiber *to);

#endif
