/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Images: whatever a file holds, opening it ends with a volume or with an error that says
 * something, and a track is handed out only if it is well formed. What was handed out can be
 * written back and reads the same; finding label, VTOC and partitions on it reads nothing that is
 * not there.
 *
 * Input: a byte of flags, perhaps a header and a size, then pieces of a one-cylinder image: track,
 * offset, length, bytes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/input.h"
#include "tool/vtoc.h"
#include "volume/ckd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER_SIZE 512u
#define HEAD_SIZE   32u /* of the header, what is not zero */
#define HEADS	    15u
#define TRACK_SIZE  56832u

/* Tracks that pieces go to; the first three are those that the label is looked for on. */
#define TRACKS 4u

enum flags {
	FOREIGN_HEADER = 1,
	FOREIGN_SIZE = 2,
	HOLES = 4,
};

static const uint8_t good_header[HEAD_SIZE] = {'C', 'K', 'D', '_', 'P',	 '3', '7', '0', 15,
					       0,   0,	 0,   0,   0xde, 0,   0,   0x90};

static void put(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
	FUZZ_CHECK(pwrite(descriptor, bytes, size, (off_t)offset) == (ssize_t)size);
}

static void put_pieces(int descriptor, struct fuzz_input *input)
{
	while (input->left) {
		uint64_t track = fuzz_byte(input) % TRACKS;
		uint64_t offset = ((uint64_t)fuzz_byte(input) << 8 | fuzz_byte(input)) % TRACK_SIZE;
		size_t size = fuzz_byte(input);
		uint8_t bytes[255];

		if (offset + size > TRACK_SIZE)
			size = TRACK_SIZE - offset;
		fuzz_bytes(input, bytes, size);
		put(descriptor, bytes, size, HEADER_SIZE + track * TRACK_SIZE + offset);
	}
}

static int make_image(struct fuzz_input *input)
{
	int descriptor = memfd_create("image", MFD_CLOEXEC);
	unsigned int flags = fuzz_byte(input);
	uint64_t size = HEADER_SIZE + HEADS * TRACK_SIZE;
	uint8_t bytes[HEAD_SIZE];

	FUZZ_CHECK(descriptor >= 0);
	memcpy(bytes, good_header, sizeof(bytes));
	if (flags & FOREIGN_HEADER)
		fuzz_bytes(input, bytes, sizeof(bytes));
	put(descriptor, bytes, sizeof(bytes), 0);
	for (uint32_t track = 0; !(flags & HOLES) && track < TRACKS; track++) {
		size_t length = volume_track_make_empty(bytes, track, HEADS);

		put(descriptor, bytes, length, HEADER_SIZE + track * TRACK_SIZE);
	}
	put_pieces(descriptor, input);
	if (flags & FOREIGN_SIZE)
		size = fuzz_word(input) % (2 * size);
	FUZZ_CHECK(ftruncate(descriptor, (off_t)size) == 0);
	return descriptor;
}

static void check_track(struct volume *volume, const struct volume_info *info, uint32_t track,
			uint8_t *image, uint8_t *again)
{
	size_t length, length_again;
	int result = volume->ops->read_track(volume, track, image, &length, 0);

	FUZZ_CHECK(result == 0 || result == -EUCLEAN);
	if (result)
		return;
	FUZZ_CHECK(length <= info->track_size);
	FUZZ_CHECK(volume_track_length(image, length, track, info->heads) == length);
	FUZZ_CHECK(volume->ops->write_track(volume, track, image, length, 0, length, 0) == 0);
	FUZZ_CHECK(volume->ops->read_track(volume, track, again, &length_again, 0) == 0);
	FUZZ_CHECK(length == length_again && !memcmp(image, again, length));
}

/* What ls and export go by; a partition may still claim tracks that the volume does not have. */
static void check_vtoc(struct volume *volume, const char *path)
{
	struct chanio_error error = {""};
	struct vtoc vtoc;

	if (vtoc_read(&vtoc, volume, path, &error) == 0) {
		FUZZ_CHECK(vtoc.partition_count <= VTOC_PARTITIONS_MAX);
		for (unsigned int i = 0; i < vtoc.partition_count; i++) {
			FUZZ_CHECK(vtoc.blocks_per_track && vtoc.partitions[i].blocks);
			FUZZ_CHECK(!vtoc.present ||
				   vtoc.partitions[i].data_set < vtoc.data_set_count);
		}
	} else {
		FUZZ_CHECK(error.text[0] && memchr(error.text, 0, sizeof(error.text)));
	}
	vtoc_finish(&vtoc);
}

static void check_volume(struct volume *volume, const char *path)
{
	struct volume_info info;
	struct label label;
	uint8_t *image, *again;
	uint32_t track;

	volume->ops->get_info(volume, &info);
	FUZZ_CHECK(info.cylinders > 0 && info.heads == HEADS && info.track_size == TRACK_SIZE);
	image = malloc(info.track_size);
	again = malloc(info.track_size);
	FUZZ_CHECK(image && again);
	if (label_read(volume, &label, &track) == 0)
		FUZZ_CHECK(strlen(label.serial) <= 6);
	check_vtoc(volume, path);
	for (track = 0; track < TRACKS; track++)
		check_track(volume, &info, track, image, again);
	free(image);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.at = data, .left = size};
	struct volume_open_options options = {.read_only = false};
	struct chanio_error error = {""};
	int descriptor = make_image(&input);
	struct volume *volume;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	if (volume_open(path, &options, &volume, &error) == 0) {
		check_volume(volume, path);
		volume_close(volume);
	} else {
		FUZZ_CHECK(error.text[0] && memchr(error.text, 0, sizeof(error.text)));
	}
	close(descriptor);
	return 0;
}
