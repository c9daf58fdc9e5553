/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Between the header of a CKD image as a structure and as bytes; its numbers are little-endian. */
#include "volume/ckd_header.h"

#include <ctype.h>
#include <string.h>

static const char magics[][9] = {"CKD_P370", "CKD_P064"};

#define MAGIC_SIZE 8u

enum {
	HEADS = 8,
	TRACK_SIZE = 12,
	DEVICE_TYPE = 16,
	SEQUENCE = 17,
	LAST_CYLINDER = 18,
	SERIAL = 20,
};

static uint32_t get32(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static void put32(uint8_t *bytes, uint32_t value)
{
	for (int i = 0; i < 4; i++, value >>= 8)
		bytes[i] = (uint8_t)value;
}

/* What is not a letter or digit is no part of a serial number; it ends there. */
static void read_serial(char *serial, const uint8_t *bytes)
{
	size_t length = 0;

	while (length < CKD_SERIAL_SIZE && bytes[length] < 0x80 && isalnum(bytes[length])) {
		serial[length] = (char)bytes[length];
		length++;
	}
	serial[length] = 0;
}

bool ckd_header_read(struct ckd_header *header, const uint8_t *bytes, size_t length)
{
	if (length < CKD_HEADER_SIZE ||
	    (memcmp(bytes, magics[0], MAGIC_SIZE) && memcmp(bytes, magics[1], MAGIC_SIZE)))
		return false;
	header->heads = get32(bytes + HEADS);
	header->track_size = get32(bytes + TRACK_SIZE);
	header->device_type = bytes[DEVICE_TYPE];
	header->sequence = bytes[SEQUENCE];
	header->last_cylinder = (uint16_t)(bytes[LAST_CYLINDER] | bytes[LAST_CYLINDER + 1] << 8);
	read_serial(header->serial, bytes + SERIAL);
	return true;
}

void ckd_header_write(const struct ckd_header *header, uint8_t bytes[CKD_HEADER_SIZE])
{
	memset(bytes, 0, CKD_HEADER_SIZE);
	memcpy(bytes, magics[0], MAGIC_SIZE);
	put32(bytes + HEADS, header->heads);
	put32(bytes + TRACK_SIZE, header->track_size);
	bytes[DEVICE_TYPE] = header->device_type;
	bytes[SEQUENCE] = header->sequence;
	bytes[LAST_CYLINDER] = (uint8_t)header->last_cylinder;
	bytes[LAST_CYLINDER + 1] = (uint8_t)(header->last_cylinder >> 8);
	memcpy(bytes + SERIAL, header->serial, strlen(header->serial));
}
