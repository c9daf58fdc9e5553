/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Track images: whether one is well formed, how long it is, what an empty one is. */
#include "volume/file.h"
#include "volume/volume.h"

#include <string.h>

#define HOME_ADDRESS_SIZE 5u
#define COUNT_SIZE	  8u
#define R0_DATA_SIZE	  8u

/* Offsets in a count field: CC HH R KL DL. */
#define COUNT_RECORD	 4u
#define COUNT_KEY_LENGTH 5u
#define COUNT_DATA_HIGH	 6u
#define COUNT_DATA_LOW	 7u

const uint8_t volume_end_mark[VOLUME_TRACK_END] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void make_home_address(uint8_t *address, uint32_t track, uint32_t heads)
{
	uint32_t cylinder = track / heads, head = track % heads;

	address[0] = 0;
	address[1] = (uint8_t)(cylinder >> 8);
	address[2] = (uint8_t)cylinder;
	address[3] = (uint8_t)(head >> 8);
	address[4] = (uint8_t)head;
}

static bool header_is_valid(const uint8_t *image, uint32_t track, uint32_t heads)
{
	const uint8_t *r0 = image + HOME_ADDRESS_SIZE;
	uint8_t address[HOME_ADDRESS_SIZE];

	make_home_address(address, track, heads);
	return !memcmp(image, address, sizeof(address)) && !r0[COUNT_RECORD] &&
	       !r0[COUNT_KEY_LENGTH] && !r0[COUNT_DATA_HIGH] && r0[COUNT_DATA_LOW] == R0_DATA_SIZE;
}

bool volume_is_end_mark(const uint8_t *count)
{
	return !memcmp(count, volume_end_mark, sizeof(volume_end_mark));
}

size_t volume_record_size(const uint8_t *count)
{
	return COUNT_SIZE + count[COUNT_KEY_LENGTH] +
	       ((size_t)count[COUNT_DATA_HIGH] << 8 | count[COUNT_DATA_LOW]);
}

size_t volume_track_length(const void *image, size_t size, uint32_t track, uint32_t heads)
{
	const uint8_t *bytes = image;
	size_t offset = VOLUME_TRACK_HEADER;

	if (size < VOLUME_TRACK_HEADER + VOLUME_TRACK_END || !heads ||
	    !header_is_valid(bytes, track, heads))
		return 0;
	for (unsigned int record = 0; record <= VOLUME_TRACK_RECORDS_MAX; record++) {
		if (offset > size - VOLUME_TRACK_END)
			return 0;
		if (volume_is_end_mark(bytes + offset))
			return offset + VOLUME_TRACK_END;
		offset += volume_record_size(bytes + offset);
	}
	return 0;
}

bool volume_track_is_valid(const void *image, size_t length, uint32_t track, uint32_t heads)
{
	return volume_track_length(image, length, track, heads) != 0;
}

size_t volume_track_make_empty(void *image, uint32_t track, uint32_t heads)
{
	uint8_t *bytes = image;

	memset(bytes, 0, VOLUME_TRACK_HEADER);
	make_home_address(bytes, track, heads);
	memcpy(bytes + HOME_ADDRESS_SIZE, bytes + 1, HOME_ADDRESS_SIZE - 1);
	bytes[HOME_ADDRESS_SIZE + COUNT_DATA_LOW] = R0_DATA_SIZE;
	memcpy(bytes + VOLUME_TRACK_HEADER, volume_end_mark, VOLUME_TRACK_END);
	return VOLUME_TRACK_HEADER + VOLUME_TRACK_END;
}

/* One step of a 64-bit hash: multiply and fold (constants of the splitmix64 finaliser). */
static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xbf58476d1ce4e5b9u;
	return hash ^ hash >> 31;
}

uint64_t volume_track_shape(const void *image, size_t length)
{
	const uint8_t *bytes = image;
	size_t offset = VOLUME_TRACK_HEADER;
	uint64_t hash = 0x94d049bb133111ebu, count;

	while (offset + VOLUME_TRACK_END < length) {
		memcpy(&count, bytes + offset, sizeof(count));
		hash = mix(hash, count);
		offset += volume_record_size(bytes + offset);
	}
	return mix(hash, offset) | 1;
}
