/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The records of a track image, one after the other. */
#ifndef CHANIO_TOOL_RECORD_H
#define CHANIO_TOOL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_COUNT_SIZE 8u

struct record {
	uint16_t cylinder, head; /* as the count field has them */
	uint8_t number;
	uint8_t key_length;
	uint16_t data_length;
	const uint8_t *key;
	const uint8_t *data;
};

/* Numbers as the disk has them. */
static inline uint16_t record_get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t record_get32(const uint8_t *bytes)
{
	return (uint32_t)record_get16(bytes) << 16 | record_get16(bytes + 2);
}

static inline void record_put16(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static inline void record_put32(uint8_t *bytes, uint32_t value)
{
	record_put16(bytes, value >> 16);
	record_put16(bytes + 2, value);
}

/*
 * Takes the record at *offset of a well-formed track image apart and moves on to the next one;
 * false at the end mark. The first one is at VOLUME_TRACK_HEADER.
 */
bool record_next(const uint8_t *image, size_t length, size_t *offset, struct record *record);

#endif
