/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The buffered track image: records and the way from one to the next, capacity, and the exchange
 * with the volume. Nothing here trusts the lengths in an image.
 */
#include <assert.h>

#include "device/eckd/internal.h"

/*
 * Capacity, section 2. A record takes a gap and its count area, then a data area, and with a key a
 * further gap and the key area; both areas carry 6 bytes for every 232 begun, and one such more.
 */
#define COUNT_CELLS   10u
#define GAP_CELLS     9u
#define AREA_OVERHEAD 6u
#define AREA_SEGMENT  232u

static unsigned int divide_up(unsigned int value, unsigned int by)
{
	return (value + by - 1) / by;
}

static unsigned int area_cells(unsigned int length)
{
	unsigned int segments = divide_up(length + AREA_OVERHEAD, AREA_SEGMENT) + 1;

	return GAP_CELLS + divide_up(length + AREA_OVERHEAD * segments, ECKD_CELL);
}

/* Cells that a record takes. */
unsigned int eckd_cells(unsigned int key_length, unsigned int data_length)
{
	return COUNT_CELLS + (key_length ? area_cells(key_length) : 0) + area_cells(data_length);
}

/* The same by the byte formula of the storage reference: factors f1 to f6 = 34 19 9 6 116 6. */
unsigned int eckd_bytes(unsigned int key_length, unsigned int data_length)
{
	unsigned int data = data_length + 6 + 6 * divide_up(data_length + 6, 232);
	unsigned int key = key_length + 6 + 6 * divide_up(key_length + 6, 232);
	unsigned int bytes = 34 * 19 + divide_up(data, 34) * 34;

	if (key_length)
		bytes += 34 * 9 + divide_up(key, 34) * 34;
	return bytes;
}

unsigned int eckd_records_per_track(unsigned int key_length, unsigned int data_length)
{
	return ECKD_TRACK_CELLS / eckd_cells(key_length, data_length);
}

static bool is_end_mark(const uint8_t *at)
{
	static const uint8_t mark[VOLUME_TRACK_END] = {0xFF, 0xFF, 0xFF, 0xFF,
						       0xFF, 0xFF, 0xFF, 0xFF};

	return memcmp(at, mark, sizeof(mark)) == 0;
}

bool eckd_record_at(const struct eckd_track *track, size_t offset, struct eckd_record *record)
{
	const uint8_t *count = track->image + offset;

	if (offset > track->length || track->length - offset < ECKD_COUNT_SIZE + VOLUME_TRACK_END ||
	    is_end_mark(count))
		return false;
	record->offset = offset;
	record->key_length = count[5];
	record->data_length = eckd_get16(count + 6);
	return eckd_record_size(record) <= track->length - offset - VOLUME_TRACK_END;
}

int eckd_record_get(struct eckd *eckd, struct eckd_record *record)
{
	if (eckd->program.position.at >= ECKD_AT_COUNT &&
	    eckd_record_at(&eckd->track, eckd->program.position.offset, record))
		return 0;
	/* Read again it is another track: somebody else wrote into the image. */
	return eckd_check(eckd, ECKD_DATA_CHECK);
}

/* Cells of the records before `end`; negative with a record zero shorter than the standard. */
static int cells_before(const struct eckd_track *track, size_t end)
{
	size_t offset = ECKD_HOME_ADDRESS_SIZE;
	struct eckd_record record;
	int cells = 0;

	while (offset < end && eckd_record_at(track, offset, &record)) {
		cells += (int)eckd_cells(record.key_length, record.data_length);
		/* The standard record zero has room of its own before the 1729 cells. */
		if (offset == ECKD_HOME_ADDRESS_SIZE)
			cells -= (int)eckd_cells(0, 8);
		offset += eckd_record_size(&record);
	}
	return cells;
}

bool eckd_track_fits(const struct eckd_track *track)
{
	return cells_before(track, track->length) <= (int)ECKD_TRACK_CELLS;
}

bool eckd_record_fits(const struct eckd_track *track, size_t offset, unsigned int key_length,
		      unsigned int data_length)
{
	size_t size = ECKD_COUNT_SIZE + key_length + data_length + VOLUME_TRACK_END;
	int cells = (int)eckd_cells(key_length, data_length);

	if (offset == ECKD_HOME_ADDRESS_SIZE)
		cells -= (int)eckd_cells(0, 8);
	return offset + size <= track->capacity &&
	       cells_before(track, offset) + cells <= (int)ECKD_TRACK_CELLS;
}

size_t eckd_end_track(struct eckd_track *track, size_t offset)
{
	memset(track->image + offset, 0xFF, VOLUME_TRACK_END);
	return offset + VOLUME_TRACK_END;
}

/* Rotational position of the record at the position, from the room that records before it take. */
uint8_t eckd_sector_here(struct eckd *eckd)
{
	const struct eckd_position *position = &eckd->program.position;

	if (position->at < ECKD_AT_COUNT)
		return 0;
	/* 49 cells: home address and record zero. Eight cells pass in a sector's time. */
	return (uint8_t)((49 + cells_before(&eckd->track, position->offset)) / 8 % ECKD_SECTORS);
}

void eckd_track_drop(struct eckd *eckd)
{
	eckd->track.valid = false;
	eckd->track.dirty = false;
	eckd->track.rebuilt = false;
}

int eckd_track_store(struct eckd *eckd, unsigned int flags)
{
	struct eckd_track *track = &eckd->track;
	int error;

	if (!track->dirty)
		return 0;
	if (track->rebuilt) {
		track->changed_from = 0;
		track->changed_to = track->length;
	}
	assert(track->valid && track->changed_from < track->changed_to &&
	       track->changed_to <= track->length);
	error = eckd->volume->ops->write_track(eckd->volume, track->number, track->image,
					       track->length, track->changed_from,
					       track->changed_to - track->changed_from, flags);
	if (error == -EAGAIN)
		return error;
	track->dirty = false;
	track->rebuilt = false;
	if (error)
		eckd_track_drop(eckd);
	return error;
}

void eckd_track_changed(struct eckd *eckd, size_t from, size_t size)
{
	struct eckd_track *track = &eckd->track;

	assert(from + size <= track->length);
	if (!track->dirty) {
		track->changed_from = from;
		track->changed_to = from + size;
	} else {
		if (from < track->changed_from)
			track->changed_from = from;
		if (from + size > track->changed_to)
			track->changed_to = from + size;
	}
	/* A track that became shorter has no bytes to write behind its end. */
	if (track->changed_to > track->length)
		track->changed_to = track->length;
	track->dirty = true;
}

static int load(struct eckd *eckd, uint32_t number)
{
	struct eckd_track *track = &eckd->track;
	uint8_t *image = eckd->spare;
	size_t length = 0;
	int error;

	assert(number < eckd->info.cylinders * eckd->info.heads);
	if (track->valid && track->number == number)
		return 0;
	error = eckd_track_store(eckd, eckd_volume_flags(eckd));
	if (error)
		return error;
	/* Into the spare image, so that the present one survives when the volume is not ready. */
	error = eckd->volume->ops->read_track(eckd->volume, number, image, &length,
					      eckd_volume_flags(eckd));
	if (error)
		return error;
	if (length > track->capacity ||
	    !volume_track_is_valid(image, length, number, eckd->info.heads))
		return -EUCLEAN;
	eckd->spare = track->image;
	track->image = image;
	track->length = length;
	track->number = number;
	track->valid = true;
	track->rebuilt = false;
	return 0;
}

int eckd_track_load(struct eckd *eckd, uint32_t number)
{
	return eckd_check_volume(eckd, load(eckd, number));
}

int eckd_track_load_to_format(struct eckd *eckd, uint32_t number)
{
	struct eckd_track *track = &eckd->track;
	int error = load(eckd, number);

	if (error != -EUCLEAN)
		return eckd_check_volume(eckd, error);
	track->dirty = false;
	track->length = volume_track_make_empty(track->image, number, eckd->info.heads);
	track->number = number;
	track->valid = true;
	track->rebuilt = true;
	return 0;
}

int eckd_next_track(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	const struct eckd_domain *domain = &eckd->program.domain;
	uint32_t next = position->track + 1;

	if (domain->place && domain->track_map) {
		while (next - domain->first_track < 16 &&
		       !(domain->track_map & 0x8000u >> (next - domain->first_track)))
			next++;
	}
	if (next >= eckd->info.cylinders * eckd->info.heads || !eckd_in_extent(eckd, next))
		return eckd_check(eckd, ECKD_FILE_PROTECTED);
	if (css_subchannel_stopping(eckd->subchannel))
		return eckd_check(eckd, ECKD_NO_RECORD_FOUND);
	position->track = next;
	position->at = ECKD_AT_INDEX;
	return 0;
}

int eckd_pass_index(struct eckd *eckd, bool multitrack)
{
	const struct eckd_program *program = &eckd->program;
	struct eckd_position *position = &eckd->program.position;

	if (program->domain.place)
		return multitrack ? eckd_next_track(eckd) : eckd_check(eckd, ECKD_NO_RECORD_FOUND);
	if (!multitrack) {
		/* Two passes over the index without finding anything else to do: section 8. */
		if (++position->index_passes >= 2)
			return eckd_check(eckd, ECKD_NO_RECORD_FOUND);
		position->at = ECKD_AT_INDEX;
		return 0;
	}
	if ((program->mask & ECKD_MASK_SEEK) == ECKD_MASK_SEEK_NONE)
		return eckd_check(eckd, ECKD_FILE_PROTECTED);
	if (position->track % ECKD_HEADS == ECKD_HEADS - 1)
		return eckd_check(eckd, ECKD_END_OF_CYLINDER);
	return eckd_next_track(eckd);
}

/* The record behind what was passed last, on this track; false at its end. */
static bool next_on_track(const struct eckd *eckd, bool with_r0, struct eckd_record *record)
{
	const struct eckd_position *position = &eckd->program.position;
	size_t offset = ECKD_HOME_ADDRESS_SIZE;

	if (position->at >= ECKD_AT_COUNT) {
		if (!eckd_record_at(&eckd->track, position->offset, record))
			return false;
		offset = position->offset + eckd_record_size(record);
	} else if (!with_r0 && eckd_record_at(&eckd->track, offset, record)) {
		offset += eckd_record_size(record);
	}
	return eckd_record_at(&eckd->track, offset, record);
}

int eckd_next_record(struct eckd *eckd, bool with_r0, bool multitrack)
{
	struct eckd_position *position = &eckd->program.position;
	struct eckd_record record;
	int rc;

	for (;;) {
		rc = eckd_track_load(eckd, position->track);
		if (rc)
			return rc;
		if (next_on_track(eckd, with_r0, &record))
			break;
		rc = eckd_pass_index(eckd, multitrack);
		if (rc)
			return rc;
	}
	position->offset = record.offset;
	position->at = ECKD_AT_COUNT;
	return 0;
}

int eckd_this_or_next_record(struct eckd *eckd, bool multitrack)
{
	const struct eckd_position *position = &eckd->program.position;

	if (position->at == ECKD_AT_COUNT || position->at == ECKD_AT_KEY)
		return eckd_track_load(eckd, position->track);
	return eckd_next_record(eckd, false, multitrack);
}

void eckd_to_last_record(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;
	size_t offset = ECKD_HOME_ADDRESS_SIZE;
	struct eckd_record record;

	while (eckd_record_at(&eckd->track, offset, &record)) {
		position->offset = offset;
		position->at = ECKD_AT_DATA;
		offset += eckd_record_size(&record);
	}
}

int eckd_domain_track(struct eckd *eckd, bool format)
{
	struct eckd_program *program = &eckd->program;
	int rc = 0;

	if (program->domain.started)
		rc = eckd_next_track(eckd);
	if (!rc)
		rc = format ? eckd_track_load_to_format(eckd, program->position.track)
			    : eckd_track_load(eckd, program->position.track);
	if (!rc)
		program->domain.started = true;
	return rc;
}

int eckd_first_data_record(struct eckd *eckd)
{
	struct eckd_position *position = &eckd->program.position;

	if (position->at == ECKD_AT_COUNT && position->offset == ECKD_HOME_ADDRESS_SIZE)
		position->at = ECKD_AT_DATA;
	return eckd_this_or_next_record(eckd, false);
}
