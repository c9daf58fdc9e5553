/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A bounded writer of text, for places without a libc. It counts what did not fit, so that the
 * caller learns the whole length, and leaves the text terminated whenever there is room for it.
 */
#ifndef CHANIO_ARCH_TEXT_H
#define CHANIO_ARCH_TEXT_H

#include "arch/types.h"

struct arch_text {
	char *buffer;
	size_t room;   /* for characters; one more byte holds the terminator */
	bool any;      /* there is a byte for the terminator */
	size_t length; /* of the whole text, whether it fitted or not */
};

/* A name for each bit of a field; a table of them prints as "A+B", or "-" with none on. */
struct arch_text_flag {
	uint32_t mask;
	const char *name;
};

static inline struct arch_text arch_text_begin(char *buffer, size_t size)
{
	struct arch_text text;

	text.buffer = buffer;
	text.room = size > 0 ? size - 1 : 0;
	text.any = size > 0;
	text.length = 0;
	return text;
}

/* Terminates and returns the length of the whole text. */
static inline size_t arch_text_end(struct arch_text *text)
{
	if (text->any)
		text->buffer[text->length < text->room ? text->length : text->room] = '\0';
	return text->length;
}

static inline void arch_text_char(struct arch_text *text, char c)
{
	if (text->length < text->room)
		text->buffer[text->length] = c;
	text->length++;
}

static inline void arch_text_string(struct arch_text *text, const char *string)
{
	while (*string)
		arch_text_char(text, *string++);
}

/* The low `digits` hexadecimal digits (1 to 16), leading zeros and all. */
static inline void arch_text_hex(struct arch_text *text, uint64_t value, unsigned int digits)
{
	while (digits-- > 0)
		arch_text_char(text, "0123456789abcdef"[value >> (4 * digits) & 0xF]);
}

static inline void arch_text_decimal(struct arch_text *text, uint32_t value)
{
	uint32_t unit = 1;

	while (value / unit > 9)
		unit *= 10;
	for (; unit > 0; unit /= 10)
		arch_text_char(text, (char)('0' + value / unit % 10));
}

static inline void arch_text_flags(struct arch_text *text, uint32_t value,
				   const struct arch_text_flag *flags, size_t count)
{
	bool some = false;

	for (size_t i = 0; i < count; i++) {
		if (!(value & flags[i].mask))
			continue;
		if (some)
			arch_text_char(text, '+');
		arch_text_string(text, flags[i].name);
		some = true;
	}
	if (!some)
		arch_text_char(text, '-');
}

#endif
