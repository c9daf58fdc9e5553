/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * For the shell tests, through volume/ as a device would do it:
 *   tracks copy FROM TO     every track of one image into another
 *   tracks pds IMAGE TRACK  a partitioned dataset with the member HELLO: a directory block, its
 * end, a block of two 80-character cards, its end
 */
#include <stdio.h>
#include <string.h>

#include "arch/ebcdic.h"
#include "volume/ckd.h"

#define TRACK_SIZE 56832u
#define CARD	   80u

static struct volume *open_image(const char *path, bool read_only)
{
	struct volume_open_options options = {.read_only = read_only};
	struct chanio_error error;
	struct volume *volume;

	if (!volume_open(path, &options, &volume, &error))
		return volume;
	fprintf(stderr, "tracks: %s\n", error.text);
	return NULL;
}

static int complain(const char *what, uint32_t track, int result)
{
	fprintf(stderr, "tracks: cannot %s track %u: %s\n", what, track, strerror(-result));
	return 1;
}

static int copy_tracks(struct volume *from, struct volume *to)
{
	static uint8_t image[TRACK_SIZE];
	struct volume_info info;
	size_t length;
	int result;

	from->ops->get_info(from, &info);
	for (uint32_t track = 0; track < info.cylinders * info.heads; track++) {
		result = from->ops->read_track(from, track, image, &length, 0);
		if (result)
			return complain("read", track, result);
		result = to->ops->write_track(to, track, image, length, 0, length, 0);
		if (result)
			return complain("write", track, result);
	}
	return 0;
}

static int copy(const char *from_path, const char *to_path)
{
	struct volume *from = open_image(from_path, true), *to = open_image(to_path, false);
	int status = 1;

	if (from && to)
		status = copy_tracks(from, to);
	volume_close(from);
	volume_close(to);
	return status;
}

/* Adds a record over the end mark; returns the new length. */
static size_t add_record(uint8_t *image, size_t length, const uint8_t *key, uint8_t key_length,
			 const uint8_t *data, uint16_t data_length)
{
	static uint8_t number;
	uint8_t *count = image + length - VOLUME_TRACK_END;

	memcpy(count, image + 1, 4);
	count[4] = ++number;
	count[5] = key_length;
	count[6] = (uint8_t)(data_length >> 8);
	count[7] = (uint8_t)data_length;
	if (key_length)
		memcpy(count + 8, key, key_length);
	if (data_length)
		memcpy(count + 8 + key_length, data, data_length);
	memset(count + 8 + key_length + data_length, 0xff, VOLUME_TRACK_END);
	return length + 8u + key_length + data_length;
}

static int write_dataset(struct volume *volume, uint32_t track)
{
	static const uint8_t last[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static uint8_t image[TRACK_SIZE], directory[256], cards[2 * CARD];
	size_t length = volume_track_make_empty(image, track, 15);
	int result;

	directory[1] = 2 + 12 + 8; /* in use: the length itself, one entry, the last one's name */
	arch_ebcdic_encode(directory + 2, 8, "HELLO");
	directory[12] = 3; /* relative track 0, record 3 */
	memcpy(directory + 14, last, sizeof(last));
	arch_ebcdic_encode(cards, CARD, "FIRST CARD");
	arch_ebcdic_encode(cards + CARD, CARD, "SECOND CARD");
	length = add_record(image, length, last, sizeof(last), directory, sizeof(directory));
	length = add_record(image, length, NULL, 0, NULL, 0);
	length = add_record(image, length, NULL, 0, cards, sizeof(cards));
	length = add_record(image, length, NULL, 0, NULL, 0);
	result = volume->ops->write_track(volume, track, image, length, 0, length, 0);
	return result ? complain("write", track, result) : 0;
}

static int make_dataset(const char *path, uint32_t track)
{
	struct volume *volume = open_image(path, false);
	int status;

	if (!volume)
		return 1;
	status = write_dataset(volume, track);
	volume_close(volume);
	return status;
}

int main(int argc, char **argv)
{
	unsigned int track;

	if (argc == 4 && !strcmp(argv[1], "copy"))
		return copy(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "pds") && sscanf(argv[3], "%u", &track) == 1)
		return make_dataset(argv[2], track);
	fprintf(stderr, "usage: tracks copy FROM TO | tracks pds IMAGE TRACK\n");
	return 2;
}
