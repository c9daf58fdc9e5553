/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Making images: with any model, size, serial number and file name a volume is made that opens and
 * says the same of itself, or there is an error that says something and nothing is left behind.
 *
 *   0    the model's number
 *   1-4  cylinders
 *   5    flags; lengths of serial number and file name (one byte each), both
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/input.h"
#include "tool/label.h"
#include "volume/ckd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WRITTEN_CYLINDERS 2u /* with WRITE_TRACKS, at most: each track costs time */
#define NAME_SIZE	  300u

enum flags {
	WRITE_TRACKS = 1,
	INTERRUPTED = 2,
	NO_SERIAL = 4,
	TWICE = 8,
	REPORTS = 16,
};

/* One directory for all inputs, in memory: what is made is durable at once. */
static char directory[64];

static void remove_directory(void)
{
	rmdir(directory);
}

static void make_directory(void)
{
	if (directory[0])
		return;
	snprintf(directory, sizeof(directory), "/dev/shm/chanio-fuzz-create-XXXXXX");
	FUZZ_CHECK(mkdtemp(directory));
	atexit(remove_directory);
}

static unsigned int count_files(void)
{
	DIR *open = opendir(directory);
	unsigned int count = 0;

	FUZZ_CHECK(open);
	while (readdir(open))
		count++;
	closedir(open);
	return count - 2;
}

static int interrupt(void *opaque, uint32_t done, uint32_t tracks)
{
	FUZZ_CHECK(done <= tracks);
	return *(const uint8_t *)opaque & INTERRUPTED;
}

/* A string of at most `room - 1` bytes, its length first. */
static void take_text(struct fuzz_input *input, char *text, size_t room)
{
	size_t length = fuzz_byte(input);

	if (length > room - 1)
		length = room - 1;
	fuzz_bytes(input, text, length);
	text[length] = '\0';
}

/* In the directory, wherever the bytes point to. */
static void take_path(struct fuzz_input *input, char *path, size_t size)
{
	char name[NAME_SIZE];

	take_text(input, name, sizeof(name));
	for (char *at = name; (at = strchr(at, '/'));)
		*at = '_';
	snprintf(path, size, "%s/%s", directory, name);
}

static void check_volume(const char *path, const struct volume_ckd_options *options)
{
	const struct volume_open_options open = {.read_only = true};
	uint32_t cylinders = options->cylinders ? options->cylinders : options->model->cylinders;
	struct volume_info info;
	struct chanio_error error;
	struct volume *volume;
	struct label label;
	uint32_t track;

	FUZZ_CHECK(volume_open(path, &open, &volume, &error) == 0);
	volume->ops->get_info(volume, &info);
	FUZZ_CHECK(info.cylinders == cylinders && info.heads == options->model->heads);
	FUZZ_CHECK(info.track_size == options->model->track_size);
	FUZZ_CHECK(strcmp(info.serial, options->serial ? options->serial : "") == 0);
	FUZZ_CHECK(label_read(volume, &label, &track) == 0 && !label.type && !label.block_size);
	volume_close(volume);
}

static void check_made(const char *path, const struct volume_ckd_options *options, uint8_t flags)
{
	struct chanio_error error;

	FUZZ_CHECK(count_files() == 1);
	check_volume(path, options);
	if (flags & TWICE)
		FUZZ_CHECK(volume_ckd_create_with(path, options, &error) == -EEXIST);
	check_volume(path, options);
	FUZZ_CHECK(unlink(path) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct volume_ckd_options options = {.model = volume_model_at(fuzz_byte(&input))};
	struct chanio_error error = {""};
	char serial[64], path[sizeof(directory) + NAME_SIZE];
	uint8_t flags;
	int result;

	make_directory();
	if (!options.model)
		return -1;
	options.cylinders = fuzz_word(&input);
	flags = fuzz_byte(&input);
	take_text(&input, serial, sizeof(serial));
	take_path(&input, path, sizeof(path));
	options.serial = flags & NO_SERIAL ? NULL : serial;
	options.write_tracks = flags & WRITE_TRACKS;
	if (flags & REPORTS) {
		options.progress = interrupt;
		options.opaque = &flags;
	}
	if (options.write_tracks && (!options.cylinders || options.cylinders > WRITTEN_CYLINDERS))
		options.cylinders = WRITTEN_CYLINDERS;
	result = volume_ckd_create_with(path, &options, &error);
	if (result == 0) {
		check_made(path, &options, flags);
	} else {
		FUZZ_CHECK(error.text[0] && memchr(error.text, 0, sizeof(error.text)));
	}
	FUZZ_CHECK(count_files() == 0);
	return 0;
}
