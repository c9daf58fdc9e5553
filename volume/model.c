/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The disk models that exist (eckd-3390.md section 1). */
#include "volume/ckd.h"

#include <string.h>

/* Largest image of a 3390 track (5 + 16 + 8 + 56,664 + 8) rounded up to 512, as dasdinit has it. */
#define TRACK_SIZE_3390 56832u
#define HEADS_3390	15u

/* Capacity, in cells: of the track behind R0, of a record's count field with its gaps, and of how
 * many bytes one is; a data field has 6 more bytes for each of its segments of 232, and one more.
 */
#define TRACK_CELLS_3390   1729u
#define COUNT_CELLS_3390   19u
#define CELL_SIZE_3390	   34u
#define SEGMENT_SIZE_3390  232u
#define SEGMENT_EXTRA_3390 6u

#define MODEL_3390(suffix, model, code, cylinder_count)                                            \
	{                                                                                          \
		.name = "3390-" suffix, .device_type = 0x3390, .device_model = (model),            \
		.unit_code = (code), .cylinders = (cylinder_count), .heads = HEADS_3390,           \
		.track_size = TRACK_SIZE_3390                                                      \
	}

static const struct volume_model models[] = {
	MODEL_3390("1", 0x02, 0x26, 1113),   MODEL_3390("2", 0x06, 0x27, 2226),
	MODEL_3390("3", 0x0a, 0x24, 3339),   MODEL_3390("9", 0x0c, 0x32, 10017),
	MODEL_3390("27", 0x0c, 0x32, 32760), MODEL_3390("54", 0x0c, 0x32, 65520),
};

#define MODEL_COUNT (sizeof(models) / sizeof(models[0]))

const struct volume_model *volume_model_at(size_t index)
{
	return index < MODEL_COUNT ? &models[index] : NULL;
}

const struct volume_model *volume_model_find(const char *name)
{
	for (size_t i = 0; i < MODEL_COUNT; i++) {
		if (!strcmp(models[i].name, name))
			return &models[i];
	}
	return NULL;
}

uint32_t volume_model_alternates(const struct volume_model *model)
{
	return model->cylinders > 3339 ? 3 : 1;
}

const struct volume_model *volume_model_of(const struct volume_info *info)
{
	if (info->kind != VOLUME_TRACKS || info->device_type != 0x3390)
		return NULL;
	for (size_t i = 0; i < MODEL_COUNT; i++) {
		if (info->cylinders <= models[i].cylinders + volume_model_alternates(&models[i]))
			return &models[i];
	}
	return &models[MODEL_COUNT - 1];
}

static uint32_t divide_up(uint32_t value, uint32_t unit)
{
	return (value + unit - 1) / unit;
}

unsigned int volume_records_per_track(uint32_t data_length)
{
	uint32_t segments = divide_up(data_length + SEGMENT_EXTRA_3390, SEGMENT_SIZE_3390) + 1;
	uint32_t cells = divide_up(data_length + SEGMENT_EXTRA_3390 * segments, CELL_SIZE_3390);

	return TRACK_CELLS_3390 / (COUNT_CELLS_3390 + cells);
}
