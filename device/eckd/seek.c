/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Positioning outside of locate record domains: seeks, sectors, the file mask, and the searches
 * that IPL programs are made of (section 4).
 */
#include "device/eckd/internal.h"

#define SEEK_SIZE 6u /* bin, bin, CC, HH */

enum seek_code {
	SEEK = 0x07,
	SEEK_CYLINDER = 0x0B,
	SEEK_HEAD = 0x1B,
};

/* Bits of search codes: what the record must be, compared with the argument. */
#define SEARCH_HIGH  0x40u
#define SEARCH_EQUAL 0x20u

static bool mask_permits(const struct eckd *eckd, uint8_t code)
{
	switch (eckd->program.mask & ECKD_MASK_SEEK) {
	case ECKD_MASK_SEEK_ALL:
		return true;
	case ECKD_MASK_SEEK_CYLINDER:
		return code != SEEK;
	case ECKD_MASK_SEEK_HEAD:
		return code == SEEK_HEAD;
	default:
		return false;
	}
}

int eckd_seek(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	uint8_t code = eckd->command->code;
	uint8_t data[SEEK_SIZE];
	uint32_t track;

	if (css_window_get(eckd->command->window, data, sizeof(data)) < sizeof(data))
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if (!mask_permits(eckd, code))
		return eckd_check(eckd, ECKD_MASK_VIOLATION);
	if (code == SEEK_HEAD)
		eckd_put16(data + 2, position->track / ECKD_HEADS);
	if (data[0] || data[1] || !eckd_track_of(eckd, data + 2, &track))
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (!eckd_in_extent(eckd, track))
		return eckd_check(eckd, ECKD_FILE_PROTECTED);
	position->located = true;
	position->track = track;
	position->at = ECKD_AT_INDEX;
	return 0;
}

int eckd_set_file_mask(struct eckd *eckd)
{
	struct eckd_program *program = &eckd->program;
	uint8_t mask;

	if (program->extent_defined || program->mask_set)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	if (css_window_get(eckd->command->window, &mask, 1) < 1)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if (mask & ECKD_MASK_RESERVED)
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	program->mask = mask;
	program->mask_set = true;
	return 0;
}

int eckd_set_sector(struct eckd *eckd)
{
	uint8_t sector;

	if (css_window_get(eckd->command->window, &sector, 1) < 1)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if (sector >= ECKD_SECTORS && sector != ECKD_NO_SECTOR)
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	return 0;
}

int eckd_read_sector(struct eckd *eckd)
{
	int rc = eckd->program.position.located
			 ? eckd_track_load(eckd, eckd->program.position.track)
			 : 0;
	uint8_t sector;

	if (rc)
		return rc;
	sector = eckd->program.position.located ? eckd_sector_here(eckd) : 0;
	css_window_put(eckd->command->window, &sector, 1);
	return 0;
}

/* Compares what storage gives with `size` bytes from the disk; a shorter argument decides alone. */
static bool matches(struct eckd *eckd, const uint8_t *from_disk, size_t size)
{
	uint8_t argument[255];
	size_t given = css_window_get(eckd->command->window, argument, size);
	int difference = memcmp(from_disk, argument, given);

	if (!given)
		return false;
	switch (eckd->command->code & (SEARCH_HIGH | SEARCH_EQUAL)) {
	case SEARCH_EQUAL:
		return difference == 0;
	case SEARCH_HIGH:
		return difference > 0;
	default:
		return difference >= 0;
	}
}

static int end_search(struct eckd *eckd, bool match, enum eckd_match kind)
{
	if (!match)
		return 0;
	eckd->command->status |= ARCH_DS_STATUS_MODIFIER;
	/* Only an equal comparison tells a write where it is. */
	if ((eckd->command->code & (SEARCH_HIGH | SEARCH_EQUAL)) == SEARCH_EQUAL)
		eckd->program.match = kind;
	return 0;
}

int eckd_search_id(struct eckd *eckd)
{
	int rc = eckd_next_record(eckd, true, eckd_is_multitrack(eckd));

	if (rc)
		return rc;
	return end_search(eckd, matches(eckd, eckd->track.image + eckd->program.position.offset, 5),
			  ECKD_MATCH_ID);
}

int eckd_search_key(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	struct eckd_record record;
	bool here = position->at == ECKD_AT_COUNT;
	bool match = false;
	int rc = here ? eckd_track_load(eckd, position->track)
		      : eckd_next_record(eckd, false, eckd_is_multitrack(eckd));

	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	if (record.key_length)
		match = matches(eckd, eckd->track.image + record.offset + ECKD_COUNT_SIZE,
				record.key_length);
	position->at = ECKD_AT_KEY;
	return end_search(eckd, match, ECKD_MATCH_KEY);
}

int eckd_search_home_address(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	int rc = 0;

	if (position->at != ECKD_AT_INDEX)
		rc = eckd_pass_index(eckd, eckd_is_multitrack(eckd));
	if (!rc)
		rc = eckd_track_load(eckd, position->track);
	if (rc)
		return rc;
	position->at = ECKD_AT_HOME;
	/* The home address in an image begins with the flag byte. */
	return end_search(eckd, matches(eckd, eckd->track.image + 1, 4), ECKD_MATCH_HOME);
}
