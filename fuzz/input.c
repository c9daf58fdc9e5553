/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The input of a fuzzer, piece by piece. */
#include "fuzz/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/bytes.h"

void fuzz_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
	uint8_t byte = 0;

	fuzz_bytes(input, &byte, 1);
	return byte;
}

uint32_t fuzz_word(struct fuzz_input *input)
{
	arch_be32 word;

	fuzz_bytes(input, &word, sizeof(word));
	return arch_get32(word);
}

void fuzz_bytes(struct fuzz_input *input, void *to, size_t size)
{
	size_t have = size < input->left ? size : input->left;

	memset(to, 0, size);
	if (have > 0)
		memcpy(to, input->at, have);
	input->at += have;
	input->left -= have;
}
