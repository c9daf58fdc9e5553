/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* VTOC entries, between what they mean and their bytes (eckd-3390.md section 12.1). */
#include "tool/dscb.h"

#include <stdio.h>
#include <string.h>

#include "arch/ebcdic.h"
#include "tool/record.h"

/* Where the fields are in the 140 bytes. */
enum format_1 {
	F1_SERIAL = 45,
	F1_VOLUME_SEQUENCE = 51,
	F1_CREATED = 53,
	F1_EXPIRES = 56,
	F1_EXTENT_COUNT = 59,
	F1_SYSTEM = 62,
	F1_REFERENCED = 75,
	F1_ORGANISATION = 82,
	F1_RECORD_FORMAT = 84,
	F1_BLOCK_LENGTH = 86,
	F1_RECORD_LENGTH = 88,
	F1_INDICATORS = 93,
	F1_SECONDARY = 94,
	F1_EXTENTS = 105,
	F1_NEXT = 135,
};

enum format_3 {
	F3_EXTENTS = 4,
	F3_MORE_EXTENTS = 45,
	F3_NEXT = 135,
};

enum format_4 {
	F4_HIGHEST = 45,
	F4_FREE_ENTRIES = 50,
	F4_INDICATORS = 58,
	F4_EXTENT_COUNT = 59,
	F4_CYLINDERS = 62,
	F4_HEADS = 64,
	F4_TRACK_LENGTH = 66,
	F4_FLAGS = 71,
	F4_ENTRIES_PER_TRACK = 74,
	F4_EXTENT = 105,
	F4_EXTENDED_LEVEL = 125,
	F4_EXTENDED_AT = 126,
	F4_CYLINDERS_32 = 132,
	F4_FLAGS_2 = 138,
};

enum format_5_7 {
	F5_EXTENT = 4, /* first track 2, whole cylinders 2, tracks 1 */
	F7_EXTENT = 4, /* first track 4, the one behind the last 4 */
};

#define SERIAL_SIZE 6u
#define SYSTEM_SIZE 13u

#define EXTENT_SIZE	   10u
#define EXTENT_TRACKS	   0x01 /* type of an extent: any tracks */
#define EXTENT_ON_CYLINDER 0x81 /* it begins with a cylinder */

#define F1_FIXED_BLOCKS	 0x88 /* record format: fixed length, undefined blocking */
#define F1_LAST_VOLUME	 0x80 /* of the data set */
#define F1_SECONDARY_CYL 0x80 /* secondary allocation, as fdasd sets it */
#define NEVER_YEAR	 0x63 /* 1999, day 365: the data set does not expire */
#define NEVER_DAY	 365u

#define F4_TRACK_LENGTH_3390 58786u
#define F4_DEVICE_FLAGS	     0x30 /* tolerance and capacity formula of a 3390 */
#define F4_ALLOWS_FORMAT_8   0x40
#define F4_EXTENDED	     0xa0 /* free space: format 5 says nothing, format 7 everything */
#define F4_LEVEL_EXTENDED    0x07
#define F4_FORMAT_7_RECORD   3

static void put_address(uint8_t *bytes, uint32_t track, uint32_t heads)
{
	record_put16(bytes, track / heads);
	record_put16(bytes + 2, track % heads);
}

/* A large volume's cylinder has its high bits in the head's field. */
static uint32_t get_address(const uint8_t *bytes, uint32_t heads)
{
	uint32_t head = record_get16(bytes + 2);
	uint32_t cylinder = record_get16(bytes) | (head >> 4) << 16;

	return cylinder * heads + (head & 0xf);
}

static void put_extent(uint8_t *bytes, const struct dscb_extent *extent, uint32_t heads,
		       uint8_t type)
{
	bytes[0] = type;
	bytes[1] = 0; /* its number in the data set */
	put_address(bytes + 2, extent->first, heads);
	put_address(bytes + 6, extent->last, heads);
}

static void get_extent(struct dscb_extent *extent, const uint8_t *bytes, uint32_t heads)
{
	extent->first = get_address(bytes + 2, heads);
	extent->last = get_address(bytes + 6, heads);
}

static void put_date(uint8_t *bytes, const struct dscb_date *date)
{
	bytes[0] = (uint8_t)(date->year - 1900);
	record_put16(bytes + 1, date->day);
}

static void get_date(struct dscb_date *date, const uint8_t *bytes)
{
	date->day = record_get16(bytes + 1);
	date->year = bytes[0] || date->day ? (uint16_t)(1900 + bytes[0]) : 0;
}

void dscb_make_volume(uint8_t entry[DSCB_SIZE], const struct dscb_volume *volume)
{
	memset(entry, 0, DSCB_SIZE);
	memset(entry, 0x04, DSCB_KEY_SIZE);
	entry[DSCB_KEY_SIZE] = DSCB_VTOC;
	if (volume->highest_record)
		put_address(entry + F4_HIGHEST, volume->highest_track, volume->heads);
	entry[F4_HIGHEST + 4] = volume->highest_record;
	record_put16(entry + F4_FREE_ENTRIES, volume->free_entries);
	entry[F4_EXTENT_COUNT] = 1;
	record_put16(entry + F4_CYLINDERS, volume->cylinders);
	record_put16(entry + F4_HEADS, volume->heads);
	record_put16(entry + F4_TRACK_LENGTH, F4_TRACK_LENGTH_3390);
	entry[F4_FLAGS] = F4_DEVICE_FLAGS;
	entry[F4_ENTRIES_PER_TRACK] = volume->entries_per_track;
	put_extent(entry + F4_EXTENT, &volume->vtoc, volume->heads, EXTENT_TRACKS);
	record_put32(entry + F4_CYLINDERS_32, volume->cylinders);
	entry[F4_FLAGS_2] = F4_ALLOWS_FORMAT_8;
	if (volume->cylinders * volume->heads > DSCB_SMALL_VOLUME) {
		entry[F4_INDICATORS] = F4_EXTENDED;
		entry[F4_EXTENDED_LEVEL] = F4_LEVEL_EXTENDED;
		put_address(entry + F4_EXTENDED_AT, volume->vtoc.first, volume->heads);
		entry[F4_EXTENDED_AT + 4] = F4_FORMAT_7_RECORD;
	}
}

void dscb_make_free_space(uint8_t entry[DSCB_SIZE], bool extended, uint32_t heads,
			  const struct dscb_extent *free)
{
	uint32_t tracks = free ? free->last - free->first + 1 : 0;

	memset(entry, 0, DSCB_SIZE);
	memset(entry, extended ? 0x07 : 0x05, 4);
	entry[DSCB_KEY_SIZE] = extended ? DSCB_LARGE_FREE_SPACE : DSCB_FREE_SPACE;
	if (!tracks)
		return;
	if (extended) {
		record_put32(entry + F7_EXTENT, free->first);
		record_put32(entry + F7_EXTENT + 4, free->last + 1);
		return;
	}
	record_put16(entry + F5_EXTENT, free->first);
	record_put16(entry + F5_EXTENT + 2, tracks / heads);
	entry[F5_EXTENT + 4] = (uint8_t)(tracks % heads);
}

void dscb_make_partition(uint8_t entry[DSCB_SIZE], unsigned int number, const char *serial,
			 uint32_t heads, uint32_t block_size, const struct dscb_extent *extent,
			 const struct dscb_date *created)
{
	static const struct dscb_date never = {1900 + NEVER_YEAR, NEVER_DAY};
	char name[DSCB_NAME_SIZE + 1];

	memset(entry, 0, DSCB_SIZE);
	snprintf(name, sizeof(name), "LINUX.V%.6s.PART%04u.NATIVE", serial, number % 10000);
	arch_ebcdic_encode(entry, DSCB_NAME_SIZE, name);
	entry[DSCB_KEY_SIZE] = DSCB_DATA_SET;
	arch_ebcdic_encode(entry + F1_SERIAL, SERIAL_SIZE, serial);
	record_put16(entry + F1_VOLUME_SEQUENCE, 1);
	put_date(entry + F1_CREATED, created);
	put_date(entry + F1_EXPIRES, &never);
	entry[F1_EXTENT_COUNT] = 1;
	arch_ebcdic_encode(entry + F1_SYSTEM, SYSTEM_SIZE, "IBM LINUX");
	put_date(entry + F1_REFERENCED, created);
	entry[F1_RECORD_FORMAT] = F1_FIXED_BLOCKS;
	record_put16(entry + F1_BLOCK_LENGTH, block_size);
	record_put16(entry + F1_RECORD_LENGTH, block_size);
	entry[F1_INDICATORS] = F1_LAST_VOLUME;
	entry[F1_SECONDARY] = F1_SECONDARY_CYL;
	put_extent(entry + F1_EXTENTS, extent, heads,
		   extent->first % heads ? EXTENT_TRACKS : EXTENT_ON_CYLINDER);
}

void dscb_read_volume(struct dscb_volume *volume, const uint8_t entry[DSCB_SIZE], uint32_t heads)
{
	volume->cylinders = record_get16(entry + F4_CYLINDERS);
	volume->heads = record_get16(entry + F4_HEADS);
	volume->entries_per_track = entry[F4_ENTRIES_PER_TRACK];
	volume->free_entries = record_get16(entry + F4_FREE_ENTRIES);
	volume->highest_track = get_address(entry + F4_HIGHEST, heads);
	volume->highest_record = entry[F4_HIGHEST + 4];
	get_extent(&volume->vtoc, entry + F4_EXTENT, heads);
}

static void read_next(struct dscb_data_set *set, const uint8_t *bytes, uint32_t heads)
{
	set->next_track = get_address(bytes, heads);
	set->next_record = bytes[4];
}

/* Extents in a row; one of type 0 is not in use. */
static void read_extents(struct dscb_data_set *set, const uint8_t *bytes, unsigned int count,
			 uint32_t heads)
{
	for (unsigned int i = 0; i < count; i++, bytes += EXTENT_SIZE) {
		if (bytes[0] && set->extent_count < DSCB_EXTENTS_MAX)
			get_extent(&set->extents[set->extent_count++], bytes, heads);
	}
}

void dscb_read_data_set(struct dscb_data_set *set, const uint8_t entry[DSCB_SIZE], uint32_t heads)
{
	memset(set, 0, sizeof(*set));
	arch_ebcdic_decode(set->name, entry, DSCB_NAME_SIZE);
	arch_ebcdic_decode(set->serial, entry + F1_SERIAL, SERIAL_SIZE);
	arch_ebcdic_decode(set->system, entry + F1_SYSTEM, SYSTEM_SIZE);
	set->volume_sequence = record_get16(entry + F1_VOLUME_SEQUENCE);
	get_date(&set->created, entry + F1_CREATED);
	get_date(&set->expires, entry + F1_EXPIRES);
	set->organisation = record_get16(entry + F1_ORGANISATION);
	set->record_format = entry[F1_RECORD_FORMAT];
	set->block_length = record_get16(entry + F1_BLOCK_LENGTH);
	set->record_length = record_get16(entry + F1_RECORD_LENGTH);
	read_extents(set, entry + F1_EXTENTS, DSCB_EXTENTS, heads);
	read_next(set, entry + F1_NEXT, heads);
}

void dscb_read_more_extents(struct dscb_data_set *set, const uint8_t entry[DSCB_SIZE],
			    uint32_t heads)
{
	read_extents(set, entry + F3_EXTENTS, 4, heads);
	read_extents(set, entry + F3_MORE_EXTENTS, 9, heads);
	read_next(set, entry + F3_NEXT, heads);
}
