/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Walks along a track image. */
#include "tool/record.h"

#include "volume/volume.h"

bool record_next(const uint8_t *image, size_t length, size_t *offset, struct record *record)
{
	const uint8_t *count = image + *offset;

	if (*offset + VOLUME_TRACK_END >= length)
		return false;
	record->cylinder = record_get16(count);
	record->head = record_get16(count + 2);
	record->number = count[4];
	record->key_length = count[5];
	record->data_length = record_get16(count + 6);
	record->key = count + RECORD_COUNT_SIZE;
	record->data = record->key + record->key_length;
	*offset += RECORD_COUNT_SIZE + record->key_length + record->data_length;
	return true;
}
