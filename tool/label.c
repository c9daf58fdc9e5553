/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Finds the volume label and the block size on the first tracks of a volume. */
#include "tool/label.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arch/ebcdic.h"
#include "tool/record.h"

/* The label is record 3 of track 0. A CDL label has its identifier as the key, too. */
#define LABEL_TRACK   0
#define LABEL_RECORD  3
#define KEY_SIZE      4u
#define SERIAL_OFFSET 4u
#define SERIAL_SIZE   6u

/* What else a label says. */
#define VTOC_OFFSET	   11u /* CDL: CC HH R */
#define LDL_VERSION_OFFSET 79u
#define LDL_BLOCKS_OFFSET  80u
#define LDL_HAS_BLOCKS	   0xf2
#define CDL_SIZE	   80u
#define LDL_SIZE	   88u

/* The first track that has nothing but blocks in each layout. */
#define BLOCK_TRACK 2

static bool begins_with(const uint8_t *data, size_t size, const char *identifier)
{
	uint8_t wanted[KEY_SIZE];

	arch_ebcdic_encode(wanted, sizeof(wanted), identifier);
	return size >= SERIAL_OFFSET + SERIAL_SIZE && !memcmp(data, wanted, sizeof(wanted));
}

static void decode_vtoc(const struct record *record, uint32_t heads, struct label *label)
{
	const uint8_t *vtoc = record->data + VTOC_OFFSET;

	if (record->data_length < CDL_SIZE)
		return;
	label->vtoc_track = record_get16(vtoc) * heads + record_get16(vtoc + 2);
	label->vtoc_record = vtoc[4];
}

static void decode_blocks(const struct record *record, struct label *label)
{
	const uint8_t *blocks = record->data + LDL_BLOCKS_OFFSET;

	if (record->data_length >= LDL_SIZE && record->data[LDL_VERSION_OFFSET] >= LDL_HAS_BLOCKS)
		label->blocks = (uint64_t)record_get32(blocks) << 32 | record_get32(blocks + 4);
}

static void decode_label(const struct record *record, uint32_t heads, struct label *label)
{
	if (record->key_length == KEY_SIZE &&
	    begins_with(record->data, record->data_length, "VOL1"))
		label->type = "CDL";
	else if (begins_with(record->data, record->data_length, "LNX1"))
		label->type = "LDL";
	else if (begins_with(record->data, record->data_length, "CMS1"))
		label->type = "CMS";
	else
		return;
	arch_ebcdic_decode(label->serial, record->data + SERIAL_OFFSET, SERIAL_SIZE);
	if (label->type[0] == 'C' && label->type[1] == 'D')
		decode_vtoc(record, heads, label);
	if (label->type[0] == 'L')
		decode_blocks(record, label);
}

static void find_label(const uint8_t *image, size_t length, uint32_t heads, struct label *label)
{
	size_t offset = VOLUME_TRACK_HEADER;
	struct record record;

	while (record_next(image, length, &offset, &record)) {
		if (record.number == LABEL_RECORD) {
			decode_label(&record, heads, label);
			return;
		}
	}
}

/* Blocks are records without key, all of one size, a power of two from 512 to 4,096. */
static uint32_t find_block_size(const uint8_t *image, size_t length)
{
	size_t offset = VOLUME_TRACK_HEADER;
	struct record record;
	uint32_t size = 0;

	while (record_next(image, length, &offset, &record)) {
		if (record.key_length || (size && record.data_length != size))
			return 0;
		size = record.data_length;
	}
	return size >= 512 && size <= 4096 && !(size & (size - 1)) ? size : 0;
}

int label_read(struct volume *volume, struct label *label, uint32_t *track)
{
	struct volume_info info;
	uint8_t *image;
	size_t length;
	int result;

	memset(label, 0, sizeof(*label));
	volume->ops->get_info(volume, &info);
	image = malloc(info.track_size);
	if (!image)
		return -ENOMEM;
	*track = LABEL_TRACK;
	result = volume->ops->read_track(volume, *track, image, &length, 0);
	if (!result) {
		find_label(image, length, info.heads, label);
		*track = BLOCK_TRACK;
		result = volume->ops->read_track(volume, *track, image, &length, 0);
	}
	if (!result)
		label->block_size = find_block_size(image, length);
	free(image);
	return result;
}
