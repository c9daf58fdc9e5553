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

/* From and to the byte order of the machine that this runs on. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ARCH_SWAP16(value) (value)
#define ARCH_SWAP32(value) (value)
#define ARCH_SWAP64(value) (value)
#else
#define ARCH_SWAP16(value) __builtin_bswap16(value)
#define ARCH_SWAP32(value) __builtin_bswap32(value)
#define ARCH_SWAP64(value) __builtin_bswap64(value)
#endif

/* One load or store each, of any alignment: byte by byte costs a stall when the field is copied. */
static inline uint16_t arch_get16(arch_be16 field)
{
	uint16_t value;

	__builtin_memcpy(&value, &field, sizeof(value));
	return ARCH_SWAP16(value);
}

static inline uint32_t arch_get32(arch_be32 field)
{
	uint32_t value;

	__builtin_memcpy(&value, &field, sizeof(value));
	return ARCH_SWAP32(value);
}

static inline uint64_t arch_get64(arch_be64 field)
{
	uint64_t value;

	__builtin_memcpy(&value, &field, sizeof(value));
	return ARCH_SWAP64(value);
}

static inline arch_be16 arch_put16(uint16_t value)
{
	arch_be16 field;

	value = ARCH_SWAP16(value);
	__builtin_memcpy(&field, &value, sizeof(field));
	return field;
}

static inline arch_be32 arch_put32(uint32_t value)
{
	arch_be32 field;

	value = ARCH_SWAP32(value);
	__builtin_memcpy(&field, &value, sizeof(field));
	return field;
}

static inline arch_be64 arch_put64(uint64_t value)
{
	arch_be64 field;

	value = ARCH_SWAP64(value);
	__builtin_memcpy(&field, &value, sizeof(field));
	return field;
}

#endif
