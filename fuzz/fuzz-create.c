/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Making images: with any model, size, serial number and file name a volume is made that opens and
 * says the same of itself, or there is an error that says something and nothing is left behind.
 *
 *   0    the model's number
 *   1-4  cylinders
 *   5    flags; lengths of serial number and file name (one byte each), both
 *   with FORMATTED: layout and block size, volume label as the names above, number of partitions,
 * the size of each
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/input.h"
#include "tool/layout.h"
#include "tool/vtoc.h"
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
	FORMATTED = 32,
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

/* What the formatted volume is to be. */
struct plan {
	struct layout layout;
	char label[16];
	unsigned int files;
	int file[LAYOUT_PARTITIONS_MAX];
	char path[LAYOUT_PARTITIONS_MAX][32]; /* the layout refers to them */
};

static void add_partition(struct plan *plan, uint32_t size, bool *good, struct chanio_error *error)
{
	int file = memfd_create("partition", MFD_CLOEXEC);
	char *path = plan->path[plan->files];

	FUZZ_CHECK(file >= 0 && ftruncate(file, size) == 0);
	plan->file[plan->files++] = file;
	snprintf(path, sizeof(plan->path[0]), "/proc/self/fd/%d", file);
	*good = layout_add_partition(&plan->layout, path, error) == 0;
}

/* False: refused, with a text. What is asked for is what the command lets through. */
static bool take_plan(struct fuzz_input *input, struct plan *plan,
		      struct volume_ckd_options *options, struct chanio_error *error)
{
	uint8_t kind = fuzz_byte(input);
	unsigned int count;
	bool good = true;

	plan->layout.kind = kind & 1 ? LAYOUT_LDL : LAYOUT_CDL;
	plan->layout.block_size = 512u << (kind >> 1 & 3);
	plan->layout.whole = options->write_tracks;
	plan->layout.label = plan->label;
	take_text(input, plan->label, sizeof(plan->label));
	if (!layout_label_is_valid(plan->label))
		strcpy(plan->label, "FUZZ$1");
	count = fuzz_byte(input) % (kind & 1 ? 2 : LAYOUT_PARTITIONS_MAX + 1);
	for (unsigned int i = 0; i < count && good; i++)
		add_partition(plan, fuzz_byte(input) * (kind & 8 ? 512u : plan->layout.block_size),
			      &good, error);
	if (good)
		good = layout_place(&plan->layout, options->model, options->cylinders, error) == 0;
	options->model = plan->layout.model;
	options->cylinders = plan->layout.cylinders;
	options->fill = layout_fill;
	options->source = &plan->layout;
	return good;
}

static void finish_plan(struct plan *plan)
{
	layout_finish(&plan->layout);
	for (unsigned int i = 0; i < plan->files; i++)
		close(plan->file[i]);
}

/* What was laid out is what is found on it. */
static void check_layout(struct volume *volume, const char *path, const struct layout *layout)
{
	struct chanio_error error;
	struct vtoc vtoc;

	FUZZ_CHECK(vtoc_read(&vtoc, volume, path, &error) == 0);
	FUZZ_CHECK(!strcmp(vtoc.label.type, layout->kind == LAYOUT_CDL ? "CDL" : "LDL"));
	FUZZ_CHECK(!strcmp(vtoc.label.serial, layout->label));
	FUZZ_CHECK(vtoc.label.block_size == layout->block_size);
	FUZZ_CHECK(vtoc.partition_count >= layout->partition_count);
	for (unsigned int i = 0; i < layout->partition_count; i++) {
		FUZZ_CHECK(vtoc.partitions[i].first_block == layout->partitions[i].first_block);
		FUZZ_CHECK(vtoc.partitions[i].blocks * layout->block_size >=
			   layout->partitions[i].size);
	}
	vtoc_finish(&vtoc);
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
	FUZZ_CHECK(label_read(volume, &label, &track) == 0);
	if (options->fill)
		check_layout(volume, path, options->source);
	else
		FUZZ_CHECK(!label.type && !label.block_size);
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
	struct plan plan = {.label = ""};
	struct chanio_error error = {""};
	char serial[64], path[sizeof(directory) + NAME_SIZE];
	uint8_t flags;
	bool good = true;

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
	if ((flags & (WRITE_TRACKS | FORMATTED)) &&
	    (!options.cylinders || options.cylinders > WRITTEN_CYLINDERS))
		options.cylinders = WRITTEN_CYLINDERS;
	if (flags & FORMATTED)
		good = take_plan(&input, &plan, &options, &error);
	if (good && volume_ckd_create_with(path, &options, &error) == 0)
		check_made(path, &options, flags);
	else
		FUZZ_CHECK(error.text[0] && memchr(error.text, 0, sizeof(error.text)));
	finish_plan(&plan);
	FUZZ_CHECK(count_files() == 0);
	return 0;
}
