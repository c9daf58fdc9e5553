/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * See disk.h. The volume keeps only the tracks that were written; every stored image is checked, so
 * that a program which leaves a malformed track behind is found at once.
 */
#include "fuzz/disk.h"

#include <stdlib.h>
#include <string.h>

#include "device/eckd/eckd.h"
#include "fuzz/harness.h"
#include "volume/volume.h"

#define CYLINDERS  3u
#define HEADS	   15u
#define TRACK_SIZE 56832u
#define TRACKS	   (CYLINDERS * HEADS)

struct memory_volume {
	struct volume volume;
	uint8_t *track[TRACKS]; /* NULL: empty */
	size_t length[TRACKS];
};

static void volume_free(struct volume *volume)
{
	struct memory_volume *memory = (struct memory_volume *)volume;

	for (unsigned int i = 0; i < TRACKS; i++)
		free(memory->track[i]);
	free(memory);
}

static void get_info(struct volume *volume, struct volume_info *info)
{
	*info = (struct volume_info){
		.kind = VOLUME_TRACKS,
		.format = "memory",
		.device_type = 0x3390,
		.cylinders = CYLINDERS,
		.heads = HEADS,
		.track_size = TRACK_SIZE,
		.serial = "FUZZ00000001",
		.bytes_total = (uint64_t)TRACKS * TRACK_SIZE,
	};
}

static int read_track(struct volume *volume, uint32_t track, void *image, size_t *length,
		      unsigned int flags)
{
	struct memory_volume *memory = (struct memory_volume *)volume;

	FUZZ_CHECK(track < TRACKS);
	if (flags & VOLUME_NOWAIT && track % 3 == 2) /* some tracks are not there at once */
		return -EAGAIN;
	if (memory->track[track]) {
		memcpy(image, memory->track[track], memory->length[track]);
		*length = memory->length[track];
	} else {
		*length = volume_track_make_empty(image, track, HEADS);
	}
	return 0;
}

static int write_track(struct volume *volume, uint32_t track, const void *image, size_t length,
		       size_t changed, size_t size, unsigned int flags)
{
	struct memory_volume *memory = (struct memory_volume *)volume;
	uint8_t *copy;

	FUZZ_CHECK(track < TRACKS && length <= TRACK_SIZE);
	FUZZ_CHECK(changed <= TRACK_SIZE && size <= TRACK_SIZE - changed);
	FUZZ_CHECK(volume_track_is_valid(image, length, track, HEADS));
	if (flags & VOLUME_NOWAIT && track % 3 == 1)
		return -EAGAIN;
	copy = malloc(length);
	FUZZ_CHECK(copy);
	memcpy(copy, image, length);
	free(memory->track[track]);
	memory->track[track] = copy;
	memory->length[track] = length;
	return 0;
}

static int flush(struct volume *volume)
{
	return 0;
}

static const struct volume_ops memory_ops = {
	.size = sizeof(memory_ops),
	.close = volume_free,
	.get_info = get_info,
	.read_track = read_track,
	.write_track = write_track,
	.flush = flush,
};

/* Appends a record: count field, key and data of one byte value. */
static uint8_t *put_record(uint8_t *at, uint32_t track, uint8_t record, uint8_t key, uint16_t data)
{
	const uint8_t count[8] = {
		0, 0, 0, (uint8_t)track, record, key, (uint8_t)(data >> 8), (uint8_t)data};

	memcpy(at, count, sizeof(count));
	memset(at + sizeof(count), record, (size_t)key + data);
	return at + sizeof(count) + key + data;
}

/* Track 0: records with and without keys; track 1: blocks of 4096 bytes and an end-of-file record.
 */
static void format_track(struct memory_volume *memory, uint32_t track)
{
	uint8_t *image = calloc(1, TRACK_SIZE);
	uint8_t *at;

	FUZZ_CHECK(image);
	at = image + volume_track_make_empty(image, track, HEADS) - VOLUME_TRACK_END;
	for (uint8_t record = 1; record <= 6; record++) {
		if (track == 1)
			at = put_record(at, track, record, 0, 4096);
		else
			at = put_record(at, track, record, record & 1 ? 4 : 0, 24u * record);
	}
	at = put_record(at, track, 7, 0, 0);
	memset(at, 0xFF, VOLUME_TRACK_END);
	memory->track[track] = image;
	memory->length[track] = (size_t)(at - image) + VOLUME_TRACK_END;
	FUZZ_CHECK(volume_track_is_valid(image, memory->length[track], track, HEADS));
}

void *fuzz_disk_create(void)
{
	struct memory_volume *memory = calloc(1, sizeof(*memory));
	struct eckd_config config = {
		.control_unit = ECKD_3990_6,
		.device_number = 0x0120,
		.subsystem_id = 1,
		.track_data = true,
	};
	struct chanio_error error;
	struct eckd *eckd;

	FUZZ_CHECK(memory);
	memory->volume.ops = &memory_ops;
	format_track(memory, 0);
	format_track(memory, 1);
	config.volume = &memory->volume;
	FUZZ_CHECK(eckd_create(&config, &eckd, &error) == 0);
	return eckd;
}

void fuzz_disk_destroy(void *disk)
{
	eckd_destroy(disk);
}

const struct css_control_unit_ops *fuzz_disk_ops(void)
{
	return &eckd_ops;
}
