/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Sense data. One row for each condition of eckd-3390.md section 10.2; always in the 24-byte
 * compatible form, because that is the one whose bits drivers act on (qemu-client.md section 6).
 */
#include "device/eckd/internal.h"

#define SENSE_COMMAND_REJECT  0x80
#define SENSE_EQUIPMENT_CHECK 0x10
#define SENSE_DATA_CHECK      0x08
#define SENSE_INCOMPLETE      0x01
#define SENSE1_TRACK_FORMAT   0x40
#define SENSE1_END_CYLINDER   0x20
#define SENSE1_NO_RECORD      0x08
#define SENSE1_FILE_PROTECTED 0x04
#define SENSE1_INHIBITED      0x02
#define SENSE27_24_BYTES      0x80

/* Bytes 5 and 6 have room for 12 bits of cylinder. */
#define SENSE_CYLINDER_MAX 4095u

struct condition {
	uint8_t byte0;
	uint8_t byte1;
	uint8_t message; /* byte 7: format in the high nibble, message in the low one */
};

static const struct condition conditions[] = {
	[ECKD_INVALID_COMMAND] = {SENSE_COMMAND_REJECT, 0, 0x01},
	[ECKD_INVALID_SEQUENCE] = {SENSE_COMMAND_REJECT, 0, 0x02},
	[ECKD_COUNT_TOO_SMALL] = {SENSE_COMMAND_REJECT, 0, 0x03},
	[ECKD_INVALID_PARAMETER] = {SENSE_COMMAND_REJECT, 0, 0x04},
	[ECKD_MASK_VIOLATION] = {0, SENSE1_FILE_PROTECTED, 0x05},
	[ECKD_INCOMPLETE_DOMAIN] = {SENSE_COMMAND_REJECT | SENSE_INCOMPLETE, 0, 0x00},
	[ECKD_NO_RECORD_FOUND] = {0, SENSE1_NO_RECORD, 0x00},
	[ECKD_FILE_PROTECTED] = {0, SENSE1_FILE_PROTECTED, 0x00},
	[ECKD_INVALID_TRACK_FORMAT] = {0, SENSE1_TRACK_FORMAT, 0x00},
	[ECKD_END_OF_CYLINDER] = {0, SENSE1_END_CYLINDER, 0x00},
	[ECKD_WRITE_INHIBITED] = {SENSE_EQUIPMENT_CHECK, SENSE1_INHIBITED, 0x04},
	[ECKD_DATA_CHECK] = {SENSE_DATA_CHECK, 0, 0x41},
	[ECKD_EQUIPMENT_CHECK] = {SENSE_EQUIPMENT_CHECK, 0, 0x10},
};

static void sense_address(struct eckd *eckd)
{
	uint32_t cylinder = eckd->program.position.track / ECKD_HEADS;
	uint32_t head = eckd->program.position.track % ECKD_HEADS;
	uint8_t *sense = eckd->sense;

	if (!eckd->program.position.located)
		return;
	if (cylinder > SENSE_CYLINDER_MAX) {
		sense[5] = 0xFF;
		sense[6] = 0xFF;
	} else {
		sense[5] = (uint8_t)cylinder;
		sense[6] = (uint8_t)((cylinder >> 8) << 4 | head);
	}
	eckd_put16(sense + 29, cylinder);
	sense[31] = (uint8_t)head;
}

void eckd_sense_clear(struct eckd *eckd)
{
	memset(eckd->sense, 0, sizeof(eckd->sense));
	eckd->sense[27] = SENSE27_24_BYTES;
}

int eckd_check(struct eckd *eckd, enum eckd_condition condition)
{
	const struct condition *c = &conditions[condition];

	eckd_sense_clear(eckd);
	sense_address(eckd);
	eckd->sense[0] = c->byte0;
	eckd->sense[1] = c->byte1;
	eckd->sense[7] = c->message;
	if (condition == ECKD_DATA_CHECK) {
		/* Format 4: the address of the area in error. */
		eckd_put16(eckd->sense + 8, eckd->program.position.track / ECKD_HEADS);
		eckd_put16(eckd->sense + 10, eckd->program.position.track % ECKD_HEADS);
	}
	return ECKD_CHECKED;
}

int eckd_check_volume(struct eckd *eckd, int error)
{
	switch (error) {
	case 0:
	case -EAGAIN:
		return error;
	case -EUCLEAN:
		return eckd_check(eckd, ECKD_DATA_CHECK);
	case -ENOSPC:
	case -EDQUOT:
	case -EROFS:
		return eckd_check(eckd, ECKD_WRITE_INHIBITED);
	default:
		return eckd_check(eckd, ECKD_EQUIPMENT_CHECK);
	}
}
