/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Reading records and tracks (sections 4 and 8). Everything is put to storage from the buffered
 * image, in one piece; what has to wait for the volume comes before the first byte moves.
 */
#include "device/eckd/internal.h"

static void put(struct eckd *eckd, size_t offset, size_t size)
{
	css_window_put(eckd->command->window, eckd->track.image + offset, size);
}

/* A record without data is the end of a file. */
static void end_of_file(struct eckd *eckd, const struct eckd_record *record)
{
	if (!record->data_length)
		eckd->command->status |= ARCH_DS_UNIT_EXCEPTION;
}

int eckd_read_data(struct eckd *eckd)
{
	struct eckd_record record;
	int rc = eckd_this_or_next_record(eckd, eckd_is_multitrack(eckd));

	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	put(eckd, eckd_record_data(&record), record.data_length);
	end_of_file(eckd, &record);
	eckd->program.position.at = ECKD_AT_DATA;
	return 0;
}

int eckd_read_key_data(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	struct eckd_record record;
	int rc;

	/* Past the key it is the next record's key that comes by. */
	if (position->at == ECKD_AT_KEY)
		position->at = ECKD_AT_DATA;
	rc = eckd_this_or_next_record(eckd, eckd_is_multitrack(eckd));
	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	put(eckd, record.offset + ECKD_COUNT_SIZE, record.key_length + record.data_length);
	end_of_file(eckd, &record);
	position->at = ECKD_AT_DATA;
	return 0;
}

int eckd_read_count(struct eckd *eckd)
{
	int rc = eckd_next_record(eckd, false, eckd_is_multitrack(eckd));

	if (!rc)
		put(eckd, eckd->program.position.offset, ECKD_COUNT_SIZE);
	return rc;
}

int eckd_read_ckd(struct eckd *eckd)
{
	struct eckd_record record;
	int rc = eckd_next_record(eckd, false, eckd_is_multitrack(eckd));

	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	put(eckd, record.offset, eckd_record_size(&record));
	end_of_file(eckd, &record);
	eckd->program.position.at = ECKD_AT_DATA;
	return 0;
}

/* To the beginning of this track, or with multitrack and once past it, of the next. */
static int to_index(struct eckd *eckd, bool home_too)
{
	struct eckd_position *position = &eckd->program.position;
	bool there = position->at == ECKD_AT_INDEX || (home_too && position->at == ECKD_AT_HOME);
	int rc = 0;

	if (!there && eckd_is_multitrack(eckd))
		rc = eckd_pass_index(eckd, true);
	if (rc)
		return rc;
	position->at = ECKD_AT_INDEX;
	return eckd_track_load(eckd, position->track);
}

int eckd_read_r0(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	struct eckd_record record;
	int rc = to_index(eckd, true);

	if (!rc)
		rc = eckd_next_record(eckd, true, false);
	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	put(eckd, record.offset, eckd_record_size(&record));
	position->at = ECKD_AT_DATA;
	return 0;
}

int eckd_read_home_address(struct eckd *eckd)
{
	int rc = to_index(eckd, false);

	if (rc)
		return rc;
	put(eckd, 0, ECKD_HOME_ADDRESS_SIZE);
	eckd->program.position.at = ECKD_AT_HOME;
	return 0;
}

/* Count, key and data of the records from the next one to the end of the track. */
int eckd_read_multiple_ckd(struct eckd *eckd)
{
	int rc = eckd_next_record(eckd, false, false);
	size_t from;

	if (rc)
		return rc;
	from = eckd->program.position.offset;
	put(eckd, from, eckd->track.length - VOLUME_TRACK_END - from);
	eckd_to_last_record(eckd);
	return 0;
}

/* Record zero to the end mark, as a raw track. */
int eckd_read_track(struct eckd *eckd)
{
	int rc = eckd_domain_track(eckd, false);

	if (rc)
		return rc;
	put(eckd, ECKD_HOME_ADDRESS_SIZE, eckd->track.length - ECKD_HOME_ADDRESS_SIZE);
	eckd_to_last_record(eckd);
	return 0;
}

/*
 * The data areas from the search argument's record (on the first track) or record 1 on, without
 * counts and keys. On the last track only as many bytes as the transfer length factor says.
 */
int eckd_read_track_data(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	struct eckd_record record;
	size_t left = SIZE_MAX;
	size_t offset;
	int rc = eckd_domain_track(eckd, false);

	if (!rc)
		rc = eckd_first_data_record(eckd);
	if (rc)
		return rc;
	if (eckd->program.domain.count == 1)
		left = eckd->program.domain.transfer_length;
	for (offset = position->offset; left && eckd_record_at(&eckd->track, offset, &record);
	     offset += eckd_record_size(&record)) {
		size_t size = record.data_length < left ? record.data_length : left;

		put(eckd, eckd_record_data(&record), size);
		left -= size;
		position->offset = offset;
		position->at = ECKD_AT_DATA;
	}
	return 0;
}

int eckd_read_ipl(struct eckd *eckd)
{
	struct eckd_program *program = &eckd->program;
	struct eckd_record record;
	int rc;

	if (program->extent_defined || program->mask_set)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	program->position.located = true;
	program->position.track = 0;
	program->position.at = ECKD_AT_INDEX;
	rc = eckd_next_record(eckd, false, false);
	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	program->ipl = true;
	program->block_size = ECKD_BLOCK_SIZE_MAX;
	put(eckd, eckd_record_data(&record), record.data_length);
	end_of_file(eckd, &record);
	program->position.at = ECKD_AT_DATA;
	return 0;
}
