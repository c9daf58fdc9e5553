/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* See harness.h: what both kinds of channel share, and the volume in memory. */
#include "tests/device/harness.h"

#include <ctype.h>

size_t bytes_of(const char *text, uint8_t *bytes, size_t size)
{
	size_t length = 0;

	for (const char *c = text; *c; c++) {
		unsigned int value;

		if (isspace((unsigned char)*c))
			continue;
		assert_true(length < size);
		assert_int_equal(sscanf(c, "%2x", &value), 1);
		bytes[length++] = (uint8_t)value;
		c++;
	}
	return length;
}

void assert_bytes(const uint8_t *bytes, const char *expected)
{
	uint8_t wanted[2048];
	size_t length = bytes_of(expected, wanted, sizeof(wanted));

	assert_memory_equal(bytes, wanted, length);
}

void free_data(struct result *result)
{
	for (unsigned int i = 0; i < STEPS_MAX; i++)
		free(result->data[i]);
	memset(result, 0, sizeof(*result));
}

void prepare_data(struct result *result, const struct step *steps, unsigned int count)
{
	assert_true(count <= STEPS_MAX);
	for (unsigned int i = 0; i < count; i++) {
		/* Of the right size, so that a sanitizer sees the first byte too many. */
		result->data[i] = calloc(1, steps[i].count ? steps[i].count : 1);
		assert_non_null(result->data[i]);
		if (steps[i].data && steps[i].code != ARCH_CCW_TIC)
			bytes_of(steps[i].data, result->data[i], steps[i].count);
	}
}

void assert_end(const struct result *result, unsigned int last, uint8_t status)
{
	if (result->last != last || result->status != status || result->length)
		fail_msg("ended with step %u status %02x%s sense %02x %02x message %02x, "
			 "not with step %u status %02x",
			 result->last, result->status, result->length ? " incorrect length" : "",
			 result->sense[0], result->sense[1], result->sense[7], last, status);
}

void assert_sense(const struct result *result, unsigned int last, uint8_t byte0, uint8_t byte1,
		  uint8_t message)
{
	assert_end(result, last, CHECK);
	if (result->sense[0] != byte0 || result->sense[1] != byte1 || result->sense[7] != message)
		fail_msg("sense %02x %02x message %02x, not %02x %02x %02x", result->sense[0],
			 result->sense[1], result->sense[7], byte0, byte1, message);
	assert_int_equal(result->sense[27], 0x80);
}

static struct memory_volume *memory_of(struct volume *volume)
{
	return (struct memory_volume *)volume;
}

static void memory_close(struct volume *volume)
{
	struct memory_volume *memory = memory_of(volume);

	for (uint32_t i = 0; i < memory->info.cylinders * memory->info.heads; i++)
		free(memory->tracks[i]);
	free(memory->tracks);
	free(memory->lengths);
	free(memory);
}

static void memory_get_info(struct volume *volume, struct volume_info *info)
{
	*info = memory_of(volume)->info;
}

/* -EAGAIN can only be an answer to who does not want to wait. */
static bool fails(const struct memory_volume *memory, unsigned int *countdown, unsigned int flags)
{
	if (memory->error == -EAGAIN && !(flags & VOLUME_NOWAIT))
		return false;
	return *countdown && --*countdown == 0;
}

static int memory_read(struct volume *volume, uint32_t track, void *image, size_t *length,
		       unsigned int flags)
{
	struct memory_volume *memory = memory_of(volume);

	assert_true(track < memory->info.cylinders * memory->info.heads);
	if ((flags & VOLUME_NOWAIT) && memory->never_ready)
		return -EAGAIN;
	memory->reads++;
	if (fails(memory, &memory->fail_read, flags))
		return memory->error;
	if (!memory->tracks[track]) {
		*length = volume_track_make_empty(image, track, memory->info.heads);
		return 0;
	}
	*length = memory->lengths[track];
	memcpy(image, memory->tracks[track], *length);
	return 0;
}

static int memory_write(struct volume *volume, uint32_t track, const void *image, size_t length,
			size_t changed, size_t size, unsigned int flags)
{
	struct memory_volume *memory = memory_of(volume);
	const uint8_t *bytes = image, *old = memory->tracks[track];
	uint8_t empty[64];

	assert_true(track < memory->info.cylinders * memory->info.heads);
	assert_true(size && changed + size <= length && length <= memory->info.track_size);
	assert_true(volume_track_is_valid(image, length, track, memory->info.heads));
	if ((flags & VOLUME_NOWAIT) && memory->never_ready)
		return -EAGAIN;
	memory->writes++;
	if (fails(memory, &memory->fail_write, flags))
		return memory->error;
	if (!old) {
		volume_track_make_empty(empty, track, memory->info.heads);
		old = empty;
	}
	/* What is not said to be changed is as it was. */
	assert_memory_equal(bytes, old, changed);
	if (changed + size < length)
		assert_memory_equal(bytes + changed + size, old + changed + size,
				    length - changed - size);
	if (!memory->tracks[track])
		memory->tracks[track] = calloc(1, TRACK_SIZE);
	memcpy(memory->tracks[track], image, length);
	memory->lengths[track] = length;
	return 0;
}

static int memory_flush(struct volume *volume)
{
	struct memory_volume *memory = memory_of(volume);

	memory->flushes++;
	return 0;
}

static const struct volume_ops memory_ops = {
	.size = sizeof(struct volume_ops),
	.close = memory_close,
	.get_info = memory_get_info,
	.read_track = memory_read,
	.write_track = memory_write,
	.flush = memory_flush,
};

struct volume *memory_volume_create(uint32_t cylinders)
{
	struct memory_volume *memory = calloc(1, sizeof(*memory));

	memory->volume.ops = &memory_ops;
	memory->info = (struct volume_info){
		.kind = VOLUME_TRACKS,
		.format = "memory",
		.device_type = 0x3390,
		.cylinders = cylinders,
		.heads = 15,
		.track_size = TRACK_SIZE,
		.serial = "CHANIO000120",
	};
	memory->tracks = calloc(cylinders * 15, sizeof(*memory->tracks));
	memory->lengths = calloc(cylinders * 15, sizeof(*memory->lengths));
	return &memory->volume;
}

void disk_open(struct disk *disk, struct volume *volume, const struct eckd_config *config)
{
	struct eckd_config full = *config;
	struct chanio_error error;

	full.volume = volume;
	disk->memory = memory_of(volume);
	disk->path = 0x80;
	if (eckd_create(&full, &disk->eckd, &error))
		fail_msg("%s", error.text);
	channel_attach(disk);
}

void disk_close(struct disk *disk)
{
	free_data(&disk->result);
	channel_detach(disk);
	eckd_destroy(disk->eckd);
	disk->eckd = NULL;
}

int disk_setup(void **state)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	disk_open(disk, memory_volume_create(200),
		  &(struct eckd_config){.control_unit = ECKD_3990_6,
					.device_number = 0x0120,
					.subsystem_id = 0x0001,
					.track_data = true});
	*state = disk;
	return 0;
}

int disk_teardown(void **state)
{
	struct disk *disk = *state;

	disk_close(disk);
	free(disk);
	return 0;
}

uint8_t pattern(uint32_t track, unsigned int record, size_t offset)
{
	return (uint8_t)(track * 31 + record * 7 + offset * 3 + (offset >> 8));
}

void format_track(struct disk *disk, uint32_t track, unsigned int records, unsigned int key_length,
		  unsigned int size)
{
	struct memory_volume *memory = disk->memory;
	size_t at;
	uint8_t *image;

	if (!memory->tracks[track])
		memory->tracks[track] = calloc(1, TRACK_SIZE);
	image = memory->tracks[track];
	at = volume_track_make_empty(image, track, 15) - VOLUME_TRACK_END;
	for (unsigned int record = 1; record <= records; record++) {
		uint8_t count[8] = {
			(uint8_t)(track / 15 >> 8), (uint8_t)(track / 15), 0,
			(uint8_t)(track % 15),	    (uint8_t)record,	   (uint8_t)key_length,
			(uint8_t)(size >> 8),	    (uint8_t)size};

		memcpy(image + at, count, 8);
		at += 8;
		for (size_t i = 0; i < key_length + size; i++)
			image[at++] = pattern(track, record, i);
	}
	memset(image + at, 0xFF, VOLUME_TRACK_END);
	memory->lengths[track] = at + VOLUME_TRACK_END;
	assert_true(memory->lengths[track] <= TRACK_SIZE);
	/* The disk's own copy of the track is not the one above. */
	eckd_ops.reset(disk->eckd, NULL, CSS_RESET_SYSTEM);
}
