/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Switching stacks: a dozen instructions on x86-64, ucontext elsewhere (which enters the kernel at
 * each switch, so it is slower). The sanitizers are told which stack is in use.
 */
#include "explorer/fiber.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifndef __x86_64__
#include <ucontext.h>
#endif

#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#define STACK_SIZE (256u * 1024)
#define GUARD_SIZE 4096u
#define STACK_USED 3072u /* mostly not more */

struct fiber {
#ifdef __x86_64__
	void *stack_pointer;
#else
	ucontext_t context;
#endif
	uint8_t *memory; /* guard page and stack; NULL: the main one */
	const void *bottom;
	size_t size;
	void (*entry)(void *argument);
	void *argument;
	void *fake_stack; /* AddressSanitizer's */
	void *handle;	  /* ThreadSanitizer's */
};

/* The one that is entered for the first time; the one that was left for it. */
static struct fiber *entering, *leaving;

struct fiber *fiber_create_main(void)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber));

#ifdef FIBER_TSAN
	if (fiber)
		fiber->handle = __tsan_get_current_fiber();
#endif
	return fiber;
}

struct fiber *fiber_create(void)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber));

	if (!fiber)
		return NULL;
	fiber->memory = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fiber->memory == MAP_FAILED || mprotect(fiber->memory, GUARD_SIZE, PROT_NONE)) {
		fiber->memory = fiber->memory == MAP_FAILED ? NULL : fiber->memory;
		fiber_destroy(fiber);
		return NULL;
	}
	fiber->bottom = fiber->memory + GUARD_SIZE;
	fiber->size = STACK_SIZE;
	return fiber;
}

void fiber_destroy(struct fiber *fiber)
{
	if (!fiber)
		return;
#ifdef FIBER_TSAN
	if (fiber->memory && fiber->handle)
		__tsan_destroy_fiber(fiber->handle);
#endif
	if (fiber->memory)
		munmap(fiber->memory, GUARD_SIZE + STACK_SIZE);
	free(fiber);
}

/* The first thing on a new stack. */
__attribute__((noreturn)) static void enter(void)
{
	struct fiber *fiber = entering;

#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(NULL, &leaving->bottom, &leaving->size);
#endif
	fiber->entry(fiber->argument);
	abort();
}

#ifdef __x86_64__
/* Saves what a call preserves, changes the stack, restores; "returns" into enter() at first. */
__attribute__((naked, noinline)) static void swap_stacks(void **save, void *load)
{
	__asm__("pushq %rbp\n\t"
		"pushq %rbx\n\t"
		"pushq %r12\n\t"
		"pushq %r13\n\t"
		"pushq %r14\n\t"
		"pushq %r15\n\t"
		"movq %rsp, (%rdi)\n\t"
		"movq %rsi, %rsp\n\t"
		"popq %r15\n\t"
		"popq %r14\n\t"
		"popq %r13\n\t"
		"popq %r12\n\t"
		"popq %rbx\n\t"
		"popq %rbp\n\t"
		"ret");
}

#define SAVED_REGISTERS 6

static void prepare_context(struct fiber *fiber)
{
	uintptr_t top = (uintptr_t)fiber->bottom + fiber->size;
	uintptr_t *stack = (uintptr_t *)top;

	/* As after a call: 8 below a multiple of 16 when enter() begins. */
	*--stack = 0;
	*--stack = (uintptr_t)enter;
	for (int i = 0; i < SAVED_REGISTERS; i++)
		*--stack = 0;
	fiber->stack_pointer = stack;
}

static void swap_contexts(struct fiber *from, struct fiber *to)
{
	swap_stacks(&from->stack_pointer, to->stack_pointer);
}
#else
static void prepare_context(struct fiber *fiber)
{
	getcontext(&fiber->context);
	fiber->context.uc_stack.ss_sp = (void *)fiber->bottom;
	fiber->context.uc_stack.ss_size = fiber->size;
	fiber->context.uc_link = NULL;
	makecontext(&fiber->context, enter, 0);
}

static void swap_contexts(struct fiber *from, struct fiber *to)
{
	swapcontext(&from->context, &to->context);
}
#endif

void fiber_prepare(struct fiber *fiber, void (*entry)(void *argument), void *argument)
{
	fiber->entry = entry;
	fiber->argument = argument;
#ifdef FIBER_ASAN
	/* Whoever was left in the middle has not cleaned up. */
	__asan_unpoison_memory_region(fiber->bottom, fiber->size);
#endif
#ifdef FIBER_TSAN
	if (fiber->handle)
		__tsan_destroy_fiber(fiber->handle);
	fiber->handle = __tsan_create_fiber(0);
#endif
	/* What the last one has left there would make equal states look different. */
	memset((uint8_t *)fiber_top(fiber) - STACK_USED, 0, STACK_USED);
	prepare_context(fiber);
}

uintptr_t fiber_top(const struct fiber *fiber)
{
	return (uintptr_t)fiber->bottom + fiber->size;
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	entering = to;
	leaving = from;
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(&from->fake_stack, to->bottom, to->size);
#endif
#ifdef FIBER_TSAN
	__tsan_switch_to_fiber(to->handle, 0);
#endif
	swap_contexts(from, to);
#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(from->fake_stack, &leaving->bottom, &leaving->size);
#endif
}
