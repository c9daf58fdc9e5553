/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Big-endian fields in storage. Everything the architecture defines is big-endian and need not be
 * aligned, so such a field has a type of its own: it cannot be read by accident in host order.
 */
#ifndef CHANIO_ARCH_BYTES_H
#define CHANIO_ARCH_BYTES_H

#include "arch/types.h"

typedef struct {
	uint8_t byte[2];
} arch_be16;

typedef struct {
	uint8_t byte[4];
} arch_be32;

typedef struct {
	uint8_t byte[8];
} arch_be64;

static inline uint16_t arch_get16(arch_be16 field)
{
	return (uint16_t)(field.byte[0] << 8 | field.byte[1]);
}

static inline uint32_t arch_get32(arch_be32 field)
{
	return (uint32_t)field.byte[0] << 24 | (uint32_t)field.byte[1] << 16 |
	       (uint32_t)field.byte[2] << 8 | field.byte[3];
}

static inline uint64_t arch_get64(arch_be64 field)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | field.byte[i];
	return value;
}

static inline arch_be16 arch_put16(uint16_t value)
{
	return (arch_be16){{(uint8_t)(value >> 8), (uint8_t)value}};
}

static inline arch_be32 arch_put32(uint32_t value)
{
	return (arch_be32){{(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
			    (uint8_t)value}};
}

static inline arch_be64 arch_put64(uint64_t value)
{
	arch_be64 field = {{0}};

	for (int i = 7; i >= 0; i--, value >>= 8)
		field.byte[i] = (uint8_t)value;
	return field;
}

#endif
