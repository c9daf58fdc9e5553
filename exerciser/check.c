/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a case may call: expectations, and the ways in which it ends. */
#include "exerciser/internal.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exerciser/messages.h"

#define BYTES_SHOWN 8u

const struct exerciser_case *exerciser_case_of(const struct exerciser *x)
{
	return x->about;
}

struct client *exerciser_client(struct exerciser *x)
{
	return &x->client;
}

const struct client_target *exerciser_target(struct exerciser *x)
{
	return &x->target;
}

uint64_t exerciser_seed(const struct exerciser *x)
{
	uint64_t hash = 0xCBF29CE484222325ull ^ x->options->seed;

	/* FNV-1a */
	for (const char *c = x->about->id; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 0x100000001B3ull;
	return hash;
}

unsigned int exerciser_seconds(const struct exerciser *x)
{
	return x->options->seconds;
}

unsigned int exerciser_threads(const struct exerciser *x)
{
	return x->options->threads;
}

static void tell(struct exerciser *x, enum message_kind kind, const char *format, va_list list)
	__attribute__((format(printf, 3, 0)));

static void tell(struct exerciser *x, enum message_kind kind, const char *format, va_list list)
{
	const char *context = kind == MESSAGE_FAIL && x->context ? x->context : "";
	char text[MESSAGE_ROOM];
	size_t length = (size_t)snprintf(text, sizeof(text), "%s", context);

	assert(length < sizeof(text));
	vsnprintf(text + length, sizeof(text) - length, format, list);
	if (x->to_parent >= 0)
		message_send(x->to_parent, kind, text);
	else
		message_apply(x->result, kind, text);
}

#define TELL(x, kind, format)                                                                      \
	do {                                                                                       \
		va_list list;                                                                      \
		va_start(list, format);                                                            \
		tell(x, kind, format, list);                                                       \
		va_end(list);                                                                      \
	} while (0)

void exerciser_context(struct exerciser *x, const char *context)
{
	x->context = context;
}

static _Noreturn void land(struct exerciser *x)
{
	longjmp(*(jmp_buf *)x->landing, 1);
}

void exerciser_fail(struct exerciser *x, const char *format, ...)
{
	TELL(x, MESSAGE_FAIL, format);
	land(x);
}

void exerciser_skip(struct exerciser *x, const char *format, ...)
{
	TELL(x, MESSAGE_SKIP, format);
	land(x);
}

void exerciser_note(struct exerciser *x, const char *format, ...)
{
	TELL(x, MESSAGE_NOTE, format);
}

void exerciser_progress(struct exerciser *x, const char *format, ...)
{
	TELL(x, MESSAGE_PROGRESS, format);
}

void exerciser_expect_equal(struct exerciser *x, const char *what, uint64_t got, uint64_t expected)
{
	if (got != expected)
		exerciser_fail(x, "%s: expected %#llx, got %#llx", what,
			       (unsigned long long)expected, (unsigned long long)got);
}

static const char *result_text(long result, char *room, size_t size)
{
	const char *name = result < 0 && result > -4096 ? strerrorname_np((int)-result) : NULL;

	if (name)
		return name;
	snprintf(room, size, "%ld", result);
	return room;
}

void exerciser_expect_result(struct exerciser *x, const char *what, long got, long expected)
{
	char got_room[32], expected_room[32];

	if (got != expected)
		exerciser_fail(x, "%s: expected %s, got %s", what,
			       result_text(expected, expected_room, sizeof(expected_room)),
			       result_text(got, got_room, sizeof(got_room)));
}

static void hex(char *text, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

void exerciser_expect_bytes(struct exerciser *x, const char *what, const void *got,
			    const void *expected, size_t size)
{
	const uint8_t *one = got, *other = expected;
	char got_text[2 * BYTES_SHOWN + 1], expected_text[2 * BYTES_SHOWN + 1];
	size_t at = 0, shown;

	while (at < size && one[at] == other[at])
		at++;
	if (at == size)
		return;
	shown = size - at < BYTES_SHOWN ? size - at : BYTES_SHOWN;
	hex(got_text, one + at, shown);
	hex(expected_text, other + at, shown);
	exerciser_fail(x, "%s: at byte %zu of %zu: expected %s, got %s", what, at, size,
		       expected_text, got_text);
}
