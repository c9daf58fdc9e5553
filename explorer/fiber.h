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

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define FIBER_TSAN 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define FIBER_ASAN 1
#endif
#ifdef __SANITIZE_THREAD__
#define FIBER_TSAN 1
#endif

/* All that a stack holds may be read, and the registers of who has called are there. */
#if defined(__x86_64__) && !defined(FIBER_ASAN) && !defined(FIBER_TSAN)
#define FIBER_STACKS_ARE_KNOWN true
#else
#define FIBER_STACKS_ARE_KNOWN false
#endif

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
