/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What every fuzzer needs: its input piece by piece, and a way to say that a property is broken. */
#ifndef CHANIO_FUZZ_INPUT_H
#define CHANIO_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* The input, taken from the front; when it is used up every byte is zero. */
struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

uint8_t fuzz_byte(struct fuzz_input *input);
uint32_t fuzz_word(struct fuzz_input *input); /* big-endian */
/* Fills `size` bytes, zero-padded. */
void fuzz_bytes(struct fuzz_input *input, void *to, size_t size);

/* A property that must hold whatever the input; the fuzzer reports the input that breaks it. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_failed(#condition, __FILE__, __LINE__))
_Noreturn void fuzz_failed(const char *condition, const char *file, int line);

#endif
