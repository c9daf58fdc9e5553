/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The entries of a VTOC (DSCBs: data set control blocks), as dasdfmt and fdasd write them and as
 * z/OS has them: 140 bytes, of which a record's key is the first 44. Numbers are big-endian,
 * addresses are CC HH, 16 bits each (a volume with more cylinders has other entries, and no place
 * in a CKD image).
 */
#ifndef CHANIO_TOOL_DSCB_H
#define CHANIO_TOOL_DSCB_H

#include <stdbool.h>
#include <stdint.h>

#define DSCB_KEY_SIZE  44u
#define DSCB_DATA_SIZE 96u
#define DSCB_SIZE      (DSCB_KEY_SIZE + DSCB_DATA_SIZE)

/* Identifiers of formats. */
enum dscb_format {
	DSCB_DATA_SET = 0xf1,
	DSCB_MORE_EXTENTS = 0xf3,
	DSCB_VTOC = 0xf4,
	DSCB_FREE_SPACE = 0xf5,
	DSCB_LARGE_FREE_SPACE = 0xf7,
	DSCB_EXTENDED_DATA_SET = 0xf8,
	DSCB_EXTENSION = 0xf9,
};

/* Data sets, and free extents, beyond which format 5 does not reach: tracks. */
#define DSCB_SMALL_VOLUME 0x10000u

#define DSCB_NAME_SIZE	 44u
#define DSCB_EXTENTS	 3u /* of a format 1 */
#define DSCB_EXTENTS_MAX 16u

/* A date as DSCBs have it; all zero: none. */
struct dscb_date {
	uint16_t year;
	uint16_t day; /* from 1 on */
};

/* A range of tracks, counted from the volume's begin. */
struct dscb_extent {
	uint32_t first;
	uint32_t last; /* included */
};

struct dscb_data_set {
	char name[DSCB_NAME_SIZE + 1];
	char serial[7];
	char system[14];
	uint16_t volume_sequence;
	struct dscb_date created, expires;
	uint16_t organisation; /* DS1DSORG */
	uint8_t record_format; /* DS1RECFM */
	uint16_t block_length, record_length;
	unsigned int
		extent_count; /* of the data set; those beyond DSCB_EXTENTS are in a format 3 */
	struct dscb_extent extents[DSCB_EXTENTS_MAX];
	/* The entry that continues this one; record 0: none. */
	uint32_t next_track;
	uint8_t next_record;
};

/* What a format 4 says of the volume and its VTOC. */
struct dscb_volume {
	uint32_t cylinders;
	uint32_t heads;
	uint8_t entries_per_track;
	uint16_t free_entries;
	uint32_t highest_track; /* the last format 1; record 0: there is none */
	uint8_t highest_record;
	struct dscb_extent vtoc;
};

/* Make entries as fdasd does; a VTOC on one track. */
void dscb_make_volume(uint8_t entry[DSCB_SIZE], const struct dscb_volume *volume);
/* `extended`: format 7, for volumes beyond DSCB_SMALL_VOLUME. NULL: nothing is free. */
void dscb_make_free_space(uint8_t entry[DSCB_SIZE], bool extended, uint32_t heads,
			  const struct dscb_extent *free);
/* The number is that of the partition, 1 to 3; the name is made of it and the volume serial. */
void dscb_make_partition(uint8_t entry[DSCB_SIZE], unsigned int number, const char *serial,
			 uint32_t heads, uint32_t block_size, const struct dscb_extent *extent,
			 const struct dscb_date *created);

/* The entry's format; 0: not in use. */
static inline uint8_t dscb_format(const uint8_t entry[DSCB_SIZE])
{
	return entry[DSCB_KEY_SIZE];
}

/* Take entries apart that somebody wrote; what they say is not checked. */
void dscb_read_volume(struct dscb_volume *volume, const uint8_t entry[DSCB_SIZE], uint32_t heads);
void dscb_read_data_set(struct dscb_data_set *set, const uint8_t entry[DSCB_SIZE], uint32_t heads);
/* Adds the extents of a format 3 to those of the data set, and where it goes on. */
void dscb_read_more_extents(struct dscb_data_set *set, const uint8_t entry[DSCB_SIZE],
			    uint32_t heads);

#endif
