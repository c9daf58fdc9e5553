/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Writing: into the buffered track image, which is handed to the volume when the program leaves the
 * track or ends. These commands run only on a volume that may be written, under a file mask that
 * permits them. All can be done twice: the dispatcher gives one again that had to wait.
 */
#include "device/eckd/internal.h"

/* Storage bytes into the image; what storage does not give is written as zeros (section 8). */
static void take(struct eckd *eckd, size_t offset, size_t size)
{
	uint8_t *to = eckd->track.image + offset;
	size_t given = css_window_get(eckd->command->window, to, size);

	memset(to + given, 0, size - given);
}

/* Outside of a domain a write needs to have been told its record by the command before. */
static bool is_placed(const struct eckd *eckd, bool by_key_too)
{
	if (eckd->program.domain.place)
		return true;
	return eckd->program.matched == ECKD_MATCH_ID ||
	       (by_key_too && eckd->program.matched == ECKD_MATCH_KEY);
}

static int update(struct eckd *eckd, bool with_key)
{
	struct eckd_position *position = &eckd->program.position;
	struct eckd_record record;
	size_t from, size;
	int rc;

	if (!is_placed(eckd, !with_key))
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	rc = eckd_this_or_next_record(eckd, eckd_is_multitrack(eckd));
	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	if (record.offset == ECKD_HOME_ADDRESS_SIZE && !eckd_mask_permits_r0(eckd))
		return eckd_check(eckd, ECKD_MASK_VIOLATION);
	from = with_key ? record.offset + ECKD_COUNT_SIZE : eckd_record_data(&record);
	size = record.offset + eckd_record_size(&record) - from;
	take(eckd, from, size);
	if (size)
		eckd_track_changed(eckd, from, size);
	if (!record.data_length)
		eckd->command->status |= ARCH_DS_UNIT_EXCEPTION;
	position->at = ECKD_AT_DATA;
	return 0;
}

int eckd_write_data(struct eckd *eckd)
{
	return update(eckd, false);
}

int eckd_write_key_data(struct eckd *eckd)
{
	return update(eckd, true);
}

/* Writes a record at `offset`; whatever followed on the track is gone. */
static int write_record(struct eckd *eckd, size_t offset, const uint8_t count[ECKD_COUNT_SIZE])
{
	struct eckd_track *track = &eckd->track;
	unsigned int key_length = count[5];
	unsigned int data_length = eckd_get16(count + 6);
	size_t size = ECKD_COUNT_SIZE + key_length + data_length;

	if (!eckd_record_fits(track, offset, key_length, data_length))
		return eckd_check(eckd, ECKD_INVALID_TRACK_FORMAT);
	memcpy(track->image + offset, count, ECKD_COUNT_SIZE);
	take(eckd, offset + ECKD_COUNT_SIZE, size - ECKD_COUNT_SIZE);
	track->length = eckd_end_track(track, offset + size);
	eckd_track_changed(eckd, offset, size + VOLUME_TRACK_END);
	eckd->program.position.offset = offset;
	eckd->program.position.at = ECKD_AT_DATA;
	eckd->program.formatting = true;
	return 0;
}

static int take_count(struct eckd *eckd, uint8_t count[ECKD_COUNT_SIZE])
{
	if (css_window_get(eckd->command->window, count, ECKD_COUNT_SIZE) < ECKD_COUNT_SIZE)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	return 0;
}

/* The end of the record that was passed last: where formatting goes on. */
static int format_offset(struct eckd *eckd, size_t *offset)
{
	struct eckd_record record;
	int rc;

	if (!is_placed(eckd, true) && !eckd->program.formatted)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	rc = eckd_track_load(eckd, eckd->program.position.track);
	if (rc)
		return rc;
	if (eckd->program.position.at < ECKD_AT_COUNT)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	rc = eckd_record_get(eckd, &record);
	if (!rc)
		*offset = record.offset + eckd_record_size(&record);
	return rc;
}

int eckd_write_ckd(struct eckd *eckd)
{
	uint8_t count[ECKD_COUNT_SIZE];
	size_t offset = 0;
	int rc = format_offset(eckd, &offset);

	if (!rc)
		rc = take_count(eckd, count);
	return rc ? rc : write_record(eckd, offset, count);
}

int eckd_write_ckd_next_track(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	int rc = eckd_next_track(eckd);

	if (!rc)
		rc = eckd_track_load_to_format(eckd, position->track);
	if (rc)
		return rc;
	/* Behind record zero. */
	position->offset = ECKD_HOME_ADDRESS_SIZE;
	position->at = ECKD_AT_DATA;
	return eckd_write_ckd(eckd);
}

/*
 * Record zero ends the track behind itself. A track image has room for the standard one only: no
 * key, 8 bytes of data.
 */
int eckd_write_r0(struct eckd *eckd)
{
	struct eckd_program *program = &eckd->program;
	static const uint8_t standard[4] = {0, 0, 0, 8}; /* R KL DL */
	uint8_t count[ECKD_COUNT_SIZE];
	int rc;

	if (!program->domain.place && program->matched != ECKD_MATCH_HOME)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	if (program->position.at > ECKD_AT_HOME)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	rc = eckd_track_load_to_format(eckd, program->position.track);
	if (!rc)
		rc = take_count(eckd, count);
	if (rc)
		return rc;
	if (memcmp(count + 4, standard, sizeof(standard)) != 0)
		return eckd_check(eckd, ECKD_INVALID_TRACK_FORMAT);
	return write_record(eckd, ECKD_HOME_ADDRESS_SIZE, count);
}

/* The track ends behind the record passed last. */
int eckd_erase(struct eckd *eckd)
{
	struct eckd_track *track = &eckd->track;
	uint8_t count[ECKD_COUNT_SIZE];
	size_t offset = 0;
	int rc = format_offset(eckd, &offset);

	if (!rc)
		rc = take_count(eckd, count);
	if (rc)
		return rc;
	track->length = eckd_end_track(track, offset);
	eckd_track_changed(eckd, offset, VOLUME_TRACK_END);
	eckd->program.formatting = true;
	return 0;
}

/*
 * A raw track from storage: record zero, records, end mark; it replaces the whole track. It is
 * taken into the spare image, and becomes the track only when it is one.
 */
int eckd_write_full_track(struct eckd *eckd)
{
	struct eckd_track *track = &eckd->track;
	struct eckd_track raw = {.capacity = track->capacity};
	int rc = eckd_domain_track(eckd, true);
	size_t end = ECKD_HOME_ADDRESS_SIZE;
	struct eckd_record record;

	if (rc)
		return rc;
	raw.image = eckd->spare;
	memcpy(raw.image, track->image, ECKD_HOME_ADDRESS_SIZE);
	raw.length = ECKD_HOME_ADDRESS_SIZE;
	raw.length += css_window_get(eckd->command->window, raw.image + raw.length,
				     raw.capacity - raw.length);
	while (eckd_record_at(&raw, end, &record))
		end += eckd_record_size(&record);
	if (raw.length - end < VOLUME_TRACK_END)
		return eckd_check(eckd, ECKD_INVALID_TRACK_FORMAT);
	raw.length = end + VOLUME_TRACK_END;
	if (!volume_track_is_valid(raw.image, raw.length, track->number, ECKD_HEADS) ||
	    !eckd_track_fits(&raw))
		return eckd_check(eckd, ECKD_INVALID_TRACK_FORMAT);
	eckd->spare = track->image;
	track->image = raw.image;
	track->length = raw.length;
	eckd_track_changed(eckd, 0, track->length);
	eckd_to_last_record(eckd);
	return 0;
}

/* True if `count` records of `size` data bytes each stand at the position and behind it. */
static bool has_records(struct eckd *eckd, size_t count, size_t size)
{
	size_t offset = eckd->program.position.offset;
	struct eckd_record record;

	for (; count; count--) {
		if (!eckd_record_at(&eckd->track, offset, &record) || record.data_length != size)
			return false;
		offset += eckd_record_size(&record);
	}
	return true;
}

/*
 * The data areas of one track's records, from the search argument's record (on the first track) or
 * record 1 on, each as long as the transfer length factor says; as many as storage has data for.
 */
int eckd_write_track_data(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	size_t size = eckd->program.domain.transfer_length;
	size_t count = (css_window_left(eckd->command->window) + size - 1) / size;
	struct eckd_record record;
	int rc = eckd_domain_track(eckd, false);

	if (!rc)
		rc = eckd_first_data_record(eckd);
	if (!rc)
		rc = eckd_record_get(eckd, &record);
	if (rc)
		return rc;
	if (!has_records(eckd, count, size))
		return eckd_check(eckd, ECKD_INVALID_TRACK_FORMAT);
	for (; count; count--) {
		if (!eckd_record_at(&eckd->track, record.offset, &record))
			break;
		take(eckd, eckd_record_data(&record), size);
		eckd_track_changed(eckd, eckd_record_data(&record), size);
		position->offset = record.offset;
		position->at = ECKD_AT_DATA;
		record.offset += eckd_record_size(&record);
	}
	return 0;
}
