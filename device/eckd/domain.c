/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * DEFINE EXTENT, LOCATE RECORD (EXTENDED) and PREFIX: what a program may touch, and where and how
 * its following commands work (sections 5 to 7).
 */
#include "device/eckd/internal.h"

#define DEFINE_EXTENT_SIZE     16u
#define DEFINE_EXTENT_SIZE_MAX 32u
#define LOCATE_SIZE	       16u
#define EXTENDED_SIZE	       20u
#define PREFIX_EXTENT	       12u /* where the define extent data stand in the prefix data */
#define PREFIX_LOCATE	       44u
#define PARAMETERS_MAX	       32u /* of locate record extended; more is never valid */

#define ATTRIBUTE_MODE	       0xC0u /* must be on: extended mode */
#define ATTRIBUTE_CONVERSION   0x20u
#define EXTENDED_ATTRIBUTE_R0  0x04u
#define AUTHORISATION_DIAGNOSE 0x04u
#define AUXILIARY_LENGTH_VALID 0x80u
#define AUXILIARY_COUNT_SUFFIX 0x01u
#define OPERATION_EXTENDED     0x3Fu
#define PREFIX_EXTENT_VALID    0x80u
#define PREFIX_VERIFY_BASE     0x20u
#define PREFIX_FORMAT_EXTENT   0u
#define PREFIX_FORMAT_LOCATE   1u

/* The two high bits of a locate record's byte 0. */
enum orientation {
	ORIENT_COUNT,
	ORIENT_HOME,
	ORIENT_DATA,
	ORIENT_INDEX,
};

#define BIT(n) (1u << (n))
#define ANY_ORIENTATION                                                                            \
	(BIT(ORIENT_COUNT) | BIT(ORIENT_HOME) | BIT(ORIENT_DATA) | BIT(ORIENT_INDEX))

enum operation_flag {
	OPERATION_BASIC = 1, /* in LOCATE RECORD */
	OPERATION_LONG = 2,  /* in LOCATE RECORD EXTENDED and PREFIX */
	OPERATION_WRITES = 4,
	OPERATION_SUFFIX = 8, /* the last command may be a read count */
	OPERATION_ONE = 16,   /* the parameter is one byte of value 1 */
	OPERATION_MAP = 32,   /* the parameter is a bit map of tracks */
};

/* Sections 6.1 and 6.2 as one table. */
static const struct operation {
	uint8_t code; /* byte 0, or byte 17 if that is OPERATION_EXTENDED */
	bool extended;
	uint8_t orientations;
	uint8_t flags;
	uint8_t parameters_least;
	uint8_t parameters_most;
	unsigned int place;
} operations[] = {
	{0x00, false, ANY_ORIENTATION, OPERATION_BASIC, 0, 0, 0},
	{0x01, false, BIT(ORIENT_COUNT) | BIT(ORIENT_DATA),
	 OPERATION_BASIC | OPERATION_LONG | OPERATION_WRITES | OPERATION_SUFFIX, 0, 0,
	 ECKD_IN_WRITE_DATA},
	{0x03, false, BIT(ORIENT_COUNT) | BIT(ORIENT_HOME) | BIT(ORIENT_INDEX),
	 OPERATION_BASIC | OPERATION_LONG | OPERATION_WRITES, 0, 0, ECKD_IN_FORMAT},
	{0x06, false, BIT(ORIENT_COUNT) | BIT(ORIENT_HOME) | BIT(ORIENT_DATA),
	 OPERATION_BASIC | OPERATION_LONG, 0, 0, ECKD_IN_READ},
	{0x0B, false, BIT(ORIENT_COUNT), OPERATION_BASIC | OPERATION_LONG | OPERATION_WRITES, 0, 0,
	 ECKD_IN_WRITE_TRACK},
	{0x0C, false, BIT(ORIENT_COUNT) | BIT(ORIENT_HOME), OPERATION_BASIC | OPERATION_LONG, 0, 0,
	 ECKD_IN_READ_TRACKS},
	{0x16, false, ANY_ORIENTATION, OPERATION_BASIC | OPERATION_LONG | OPERATION_SUFFIX, 0, 0,
	 ECKD_IN_READ},
	{0x09, true, BIT(ORIENT_COUNT),
	 OPERATION_LONG | OPERATION_WRITES | OPERATION_SUFFIX | OPERATION_ONE, 1, 1,
	 ECKD_IN_WRITE_DATA},
	{0x0A, true, BIT(ORIENT_COUNT), OPERATION_LONG | OPERATION_SUFFIX | OPERATION_ONE, 1, 1,
	 ECKD_IN_READ},
	{0x0E, true, BIT(ORIENT_COUNT) | BIT(ORIENT_HOME), OPERATION_LONG | OPERATION_MAP, 1, 2,
	 ECKD_IN_READ_TRACKS},
	{0x11, true, BIT(ORIENT_COUNT) | BIT(ORIENT_HOME),
	 OPERATION_LONG | OPERATION_WRITES | OPERATION_MAP, 1, 2, ECKD_IN_FULL_TRACK},
	{0x23, true, BIT(ORIENT_COUNT), OPERATION_LONG | OPERATION_WRITES | OPERATION_MAP, 0, 2,
	 ECKD_IN_TRACK_DATA},
};

/* The parameters of a locate record of either length. */
struct locate {
	uint8_t data[EXTENDED_SIZE + PARAMETERS_MAX];
	unsigned int kind;   /* OPERATION_BASIC or OPERATION_LONG */
	uint16_t parameters; /* bytes */
};

/* CCHH as two plain 16-bit numbers: there are no more cylinders than those. */
bool eckd_track_of(const struct eckd *eckd, const uint8_t cchh[4], uint32_t *track)
{
	uint32_t cylinder = eckd_get16(cchh);
	uint32_t head = eckd_get16(cchh + 2);

	*track = cylinder * ECKD_HEADS + head;
	return cylinder < eckd->info.cylinders && head < ECKD_HEADS;
}

bool eckd_in_extent(const struct eckd *eckd, uint32_t track)
{
	const struct eckd_program *program = &eckd->program;

	return !program->extent_defined ||
	       (track >= program->first_track && track <= program->last_track);
}

bool eckd_mask_permits_r0(const struct eckd *eckd)
{
	uint8_t mask = eckd->program.mask & ECKD_MASK_WRITE;

	return mask == ECKD_MASK_WRITE_ALL ||
	       (mask == ECKD_MASK_WRITE_NO_R0 && eckd->program.permit_r0);
}

static bool extent_bytes_are_valid(const struct eckd *eckd, const uint8_t *data)
{
	if ((data[1] & ATTRIBUTE_MODE) != ATTRIBUTE_MODE || (data[1] & ATTRIBUTE_CONVERSION))
		return false;
	if (data[0] & ECKD_MASK_RESERVED)
		return false;
	if (eckd->control_unit == ECKD_2107 &&
	    (data[0] & ECKD_MASK_AUTHORISATION) == AUTHORISATION_DIAGNOSE)
		return false;
	if (eckd_get16(data + 2) > ECKD_BLOCK_SIZE_MAX)
		return false;
	return !data[4] && !data[5] && !data[6];
}

static int define_extent(struct eckd *eckd, const uint8_t *data)
{
	struct eckd_program *program = &eckd->program;
	uint16_t block_size = eckd_get16(data + 2);
	uint32_t first, last;

	if (program->mask_set || program->ipl)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	if (!extent_bytes_are_valid(eckd, data))
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (!block_size)
		block_size = ECKD_BLOCK_SIZE_MAX;
	if (!eckd_track_of(eckd, data + 8, &first) || !eckd_track_of(eckd, data + 12, &last) ||
	    first > last)
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (program->extent_defined &&
	    (program->mask != data[0] || program->attributes != data[1] ||
	     program->block_size != block_size || !eckd_in_extent(eckd, first) ||
	     !eckd_in_extent(eckd, last)))
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	program->extent_defined = true;
	program->mask = data[0];
	program->attributes = data[1];
	program->block_size = block_size;
	program->permit_r0 = data[7] & EXTENDED_ATTRIBUTE_R0;
	program->first_track = first;
	program->last_track = last;
	return 0;
}

int eckd_define_extent(struct eckd *eckd)
{
	uint8_t data[DEFINE_EXTENT_SIZE_MAX] = {0};
	size_t size = css_window_left(eckd->command->window);

	/* 16 bytes, 24 with a time stamp, 32 with extended parameters: the tail changes nothing. */
	if (size > sizeof(data))
		size = sizeof(data);
	if (css_window_get(eckd->command->window, data, size) < DEFINE_EXTENT_SIZE)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	return define_extent(eckd, data);
}

/* Finds the record of the search argument on the track that is loaded. */
static bool search_id(struct eckd *eckd, const uint8_t argument[5])
{
	struct eckd_position *position = &eckd->program.position;
	size_t offset = ECKD_HOME_ADDRESS_SIZE;
	struct eckd_record record;

	while (eckd_record_at(&eckd->track, offset, &record)) {
		if (memcmp(eckd->track.image + offset, argument, 5) == 0) {
			position->offset = offset;
			position->at = ECKD_AT_COUNT;
			return true;
		}
		offset += eckd_record_size(&record);
	}
	return false;
}

/* Goes to where a locate record says; the domain is open and the track set already. */
static int search(struct eckd *eckd, const struct locate *locate)
{
	static const uint8_t nothing[5];
	struct eckd_position *position = &eckd->program.position;
	const uint8_t *argument = locate->data + 8;
	uint8_t orientation = locate->data[0] >> 6;
	bool from_start = argument[4] == 0 || orientation != ORIENT_COUNT;
	bool builds = eckd->program.domain.place & (ECKD_IN_FORMAT | ECKD_IN_FULL_TRACK);
	int rc = builds && from_start ? eckd_track_load_to_format(eckd, position->track)
				      : eckd_track_load(eckd, position->track);

	if (rc)
		return rc;
	if (orientation == ORIENT_HOME || orientation == ORIENT_INDEX) {
		position->at = orientation == ORIENT_HOME ? ECKD_AT_HOME : ECKD_AT_INDEX;
		return 0;
	}
	if (locate->kind == OPERATION_LONG && memcmp(argument, nothing, sizeof(nothing)) == 0) {
		/* No search: behind record zero, so that the first command gets record 1. */
		position->offset = ECKD_HOME_ADDRESS_SIZE;
		position->at = ECKD_AT_DATA;
		return 0;
	}
	if (!search_id(eckd, argument))
		return eckd_check(eckd, ECKD_NO_RECORD_FOUND);
	if (orientation == ORIENT_DATA)
		position->at = ECKD_AT_DATA;
	return 0;
}

static const struct operation *find_operation(const struct locate *locate)
{
	uint8_t code = locate->data[0] & 0x3F;
	uint8_t orientation = locate->data[0] >> 6;
	bool extended = locate->kind == OPERATION_LONG && code == OPERATION_EXTENDED;

	if (extended)
		code = locate->data[17];
	else if (locate->kind == OPERATION_LONG && locate->data[17])
		return NULL;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		const struct operation *o = &operations[i];

		if (o->code == code && o->extended == extended && (o->flags & locate->kind) &&
		    (o->orientations & BIT(orientation)))
			return o;
	}
	return NULL;
}

static unsigned int ones(uint16_t map)
{
	unsigned int count = 0;

	for (; map; map &= map - 1)
		count++;
	return count;
}

static bool parameters_are_valid(const struct operation *operation, const struct locate *locate)
{
	const uint8_t *parameter = locate->data + EXTENDED_SIZE;
	unsigned int count = locate->data[3];
	uint16_t map;

	if (locate->parameters < operation->parameters_least ||
	    locate->parameters > operation->parameters_most)
		return false;
	if (operation->flags & OPERATION_ONE)
		return parameter[0] == 1;
	if (!(operation->flags & OPERATION_MAP) || !locate->parameters)
		return true;
	map = (uint16_t)(parameter[0] << 8 | (locate->parameters > 1 ? parameter[1] : 0));
	return (map & 0x8000) && ones(map) == count;
}

static bool locate_is_valid(const struct eckd *eckd, const struct operation *operation,
			    const struct locate *locate)
{
	const uint8_t *data = locate->data;
	uint8_t auxiliary = data[1];
	uint16_t length = eckd_get16(data + 14);

	if (auxiliary & ~(AUXILIARY_LENGTH_VALID | AUXILIARY_COUNT_SUFFIX))
		return false;
	if ((auxiliary & AUXILIARY_COUNT_SUFFIX) &&
	    (!(operation->flags & OPERATION_SUFFIX) || data[3] < 2))
		return false;
	if (data[2] || !data[3] != !operation->place)
		return false;
	if (data[13] >= ECKD_SECTORS && data[13] != ECKD_NO_SECTOR)
		return false;
	if (!length != !(auxiliary & AUXILIARY_LENGTH_VALID) || length > eckd->program.block_size)
		return false;
	return locate->kind == OPERATION_BASIC || parameters_are_valid(operation, locate);
}

static void open_domain(struct eckd *eckd, const struct operation *operation,
			const struct locate *locate, uint32_t track)
{
	struct eckd_program *program = &eckd->program;
	struct eckd_domain *domain = &program->domain;
	const uint8_t *data = locate->data;

	memset(domain, 0, sizeof(*domain));
	domain->place = operation->place;
	domain->count = data[3];
	domain->read_count_suffix = data[1] & AUXILIARY_COUNT_SUFFIX;
	domain->transfer_length = eckd_get16(data + 14);
	if (!domain->transfer_length)
		domain->transfer_length = program->block_size;
	domain->first_track = track;
	if ((operation->flags & OPERATION_MAP) && locate->parameters)
		domain->track_map =
			(uint16_t)(data[EXTENDED_SIZE] << 8 |
				   (locate->parameters > 1 ? data[EXTENDED_SIZE + 1] : 0));

	program->position.located = true;
	program->position.track = track;
	program->position.at = ECKD_AT_INDEX;
	program->position.index_passes = 0;
}

static int locate(struct eckd *eckd, const struct locate *locate)
{
	const struct operation *operation = find_operation(locate);
	uint8_t mask = eckd->program.mask & ECKD_MASK_WRITE;
	uint32_t track;

	if (!eckd->program.extent_defined && !eckd->program.ipl)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	if (!operation || !locate_is_valid(eckd, operation, locate) ||
	    !eckd_track_of(eckd, locate->data + 4, &track))
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (!eckd_in_extent(eckd, track))
		return eckd_check(eckd, ECKD_FILE_PROTECTED);
	if (operation->flags & OPERATION_WRITES) {
		if (mask == ECKD_MASK_WRITE_NONE)
			return eckd_check(eckd, ECKD_MASK_VIOLATION);
		if (eckd->info.read_only)
			return eckd_check(eckd, ECKD_WRITE_INHIBITED);
	}
	open_domain(eckd, operation, locate, track);
	return search(eckd, locate);
}

int eckd_locate_record(struct eckd *eckd)
{
	struct locate parameters = {.kind = OPERATION_BASIC};

	if (css_window_get(eckd->command->window, parameters.data, LOCATE_SIZE) < LOCATE_SIZE)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	return locate(eckd, &parameters);
}

/* Takes the part behind the fixed 20 bytes, whose length these give, and locates. */
static int locate_extended(struct eckd *eckd, struct locate *parameters)
{
	uint8_t *tail = parameters->data + EXTENDED_SIZE;

	parameters->parameters = eckd_get16(parameters->data + 18);
	if (parameters->parameters > PARAMETERS_MAX)
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (css_window_get(eckd->command->window, tail, parameters->parameters) <
	    parameters->parameters)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	return locate(eckd, parameters);
}

int eckd_locate_record_extended(struct eckd *eckd)
{
	struct locate parameters = {.kind = OPERATION_LONG};

	if (css_window_get(eckd->command->window, parameters.data, EXTENDED_SIZE) < EXTENDED_SIZE)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	return locate_extended(eckd, &parameters);
}

int eckd_prefix(struct eckd *eckd)
{
	struct locate parameters = {.kind = OPERATION_LONG};
	uint8_t data[PREFIX_LOCATE + EXTENDED_SIZE];
	int rc = 0;

	if (css_window_get(eckd->command->window, data, sizeof(data)) < sizeof(data))
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if (data[0] > PREFIX_FORMAT_LOCATE || (data[1] & 0x0F))
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	/* This is a base device: it has no aliases that another base could be meant by. */
	if ((data[1] & PREFIX_VERIFY_BASE) && data[2] != (uint8_t)eckd->device_number)
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (data[1] & PREFIX_EXTENT_VALID)
		rc = define_extent(eckd, data + PREFIX_EXTENT);
	if (rc || data[0] == PREFIX_FORMAT_EXTENT)
		return rc;
	memcpy(parameters.data, data + PREFIX_LOCATE, EXTENDED_SIZE);
	return locate_extended(eckd, &parameters);
}
