/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd export`: a partition as a raw file. */
#include "tool/dasd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/progress.h"
#include "tool/record.h"
#include "tool/tool.h"
#include "tool/vtoc.h"
#include "volume/new_file.h"

#define NAME "chanio dasd export"

static const char usage[] =
	"Usage: " NAME " IMAGE NUMBER FILE [--size BYTES]\n"
	"\n"
	"Copies a partition, as Linux numbers them (see 'chanio dasd ls'), of a volume that "
	"nobody\n"
	"writes to into a new raw file. A file that exists is not overwritten.\n"
	"\n"
	"  -s, --size BYTES   only so many bytes: what was made of a file is longer by the rest of "
	"its\n"
	"                     last track\n"
	"  -h, --help         this text\n";

struct arguments {
	const char *image;
	unsigned int number;
	const char *file;
	bool sized;
	uint64_t size;
	bool help;
};

struct export
{
	const struct arguments *arguments;
	struct volume *volume;
	struct vtoc vtoc;
	const struct vtoc_partition *partition;
	struct volume_new_file file;
	uint64_t size;	/* of the file */
	uint8_t *image; /* of a track */
	uint8_t *blocks;
};

/* The blocks of a track of the partition, one behind the other; `image` has the track. */
static int gather_blocks(struct export *export, size_t length, uint32_t track,
			 struct chanio_error *error)
{
	uint32_t block_size = export->vtoc.label.block_size, count = 0;
	size_t offset = VOLUME_TRACK_HEADER;
	struct record record;

	while (count < export->vtoc.blocks_per_track &&
	       record_next(export->image, length, &offset, &record)) {
		if (record.key_length || record.data_length != block_size)
			break;
		memcpy(export->blocks + (size_t)count * block_size, record.data, block_size);
		count++;
	}
	if (count == export->vtoc.blocks_per_track)
		return 0;
	return chanio_error_set(error, -EUCLEAN,
				"'%.200s': track %" PRIu32 " has not %" PRIu32 " blocks of %" PRIu32
				" bytes: that part of partition %u was not formatted",
				export->arguments->image, track, export->vtoc.blocks_per_track,
				block_size, export->arguments->number);
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, size - 1);
}

/* Bytes to their place in the file; blocks of zeros stay holes. */
static int write_blocks(struct export *export, const uint8_t *bytes, size_t size, uint64_t offset)
{
	size_t unit = export->vtoc.label.block_size, done = 0, run;
	int result = 0;

	while (!result && done < size) {
		for (run = 0; done + run < size; run += unit) {
			size_t left = size - done - run;

			if (is_zero(bytes + done + run, left < unit ? left : unit))
				break;
		}
		run = run < size - done ? run : size - done;
		if (run)
			result = volume_file_write(&export->file.file, bytes + done, run,
						   offset + done, false);
		done += run ? run : unit;
	}
	return result;
}

/* The part of the partition that a track has. `*told`: the text is set. */
static int export_track(struct export *export, uint32_t track, bool *told,
			struct chanio_error *error)
{
	uint64_t block_size = export->vtoc.label.block_size;
	uint64_t first = (uint64_t)track * export->vtoc.blocks_per_track;
	uint64_t begin = export->partition->first_block;
	uint64_t skip = first < begin ? begin - first : 0; /* blocks in front of the partition */
	uint64_t offset = (first + skip - begin) * block_size;
	uint64_t size = (export->vtoc.blocks_per_track - skip) * block_size;
	uint64_t left = export->size - offset;
	size_t length;
	int result;

	*told = true;
	result = export->volume->ops->read_track(export->volume, track, export->image, &length, 0);
	if (result)
		return vtoc_track_error(export->arguments->image, track, result, error);
	result = gather_blocks(export, length, track, error);
	if (result)
		return result;
	*told = false;
	return write_blocks(export, export->blocks + skip * block_size,
			    (size_t)(size < left ? size : left), offset);
}

static int export_tracks(struct export *export, bool *told, struct chanio_error *error)
{
	uint64_t per_track = export->vtoc.blocks_per_track;
	uint64_t blocks =
		(export->size + export->vtoc.label.block_size - 1) / export->vtoc.label.block_size;
	uint32_t first = (uint32_t)(export->partition->first_block / per_track);
	uint32_t end =
		(uint32_t)((export->partition->first_block + blocks + per_track - 1) / per_track);
	struct progress progress;
	int result = 0;

	progress_begin(&progress);
	for (uint32_t track = first; !result && track < end; track++) {
		if (progress_show(&progress, track - first, end - first))
			result = -EINTR;
		else
			result = export_track(export, track, told, error);
	}
	if (!result && ftruncate(export->file.file.fd, (off_t) export->size))
		result = -errno;
	if (!result && progress_show(&progress, end - first, end - first))
		result = -EINTR;
	progress_end(&progress);
	return result;
}

static int export_file(struct export *export, struct chanio_error *error)
{
	bool told = false;
	int result = volume_new_file_open(&export->file, export->arguments->file, error);

	if (result)
		return result;
	result = export_tracks(export, &told, error);
	if (!result)
		result = volume_new_file_publish(&export->file);
	if (result && !told)
		volume_new_file_explain(result, export->arguments->file, export->size, error);
	volume_new_file_close(&export->file);
	return result;
}

static int find_partition(struct export *export, struct chanio_error *error)
{
	const struct arguments *arguments = export->arguments;
	const struct vtoc *vtoc = &export->vtoc;
	uint64_t tracks = (uint64_t)vtoc->info.cylinders * vtoc->info.heads, has;

	if (arguments->number > vtoc->partition_count)
		return chanio_error_set(error, -ENOENT,
					"'%.200s' has %u partitions that Linux finds, and no "
					"partition %u: see 'chanio dasd ls'",
					arguments->image, vtoc->partition_count, arguments->number);
	export->partition = &vtoc->partitions[arguments->number - 1];
	if (export->partition->first_block + export->partition->blocks >
	    tracks * vtoc->blocks_per_track)
		return chanio_error_set(error, -EUCLEAN,
					"'%.200s': partition %u reaches beyond the end of the "
					"volume: the VTOC is damaged",
					arguments->image, arguments->number);
	has = export->partition->blocks * vtoc->label.block_size;
	export->size = arguments->sized ? arguments->size : has;
	if (export->size > has)
		return chanio_error_set(error, -EINVAL,
					"partition %u has %" PRIu64 " bytes, not %" PRIu64,
					arguments->number, has, export->size);
	return 0;
}

static int export_partition(struct export *export, struct chanio_error *error)
{
	int result = vtoc_read(&export->vtoc, export->volume, export->arguments->image, error);

	if (!result)
		result = find_partition(export, error);
	if (result)
		return result;
	export->image = malloc(export->vtoc.info.track_size);
	export->blocks = malloc(export->vtoc.info.track_size);
	if (export->image && export->blocks)
		result = export_file(export, error);
	else
		result = chanio_error_set(error, -ENOMEM, "out of memory");
	free(export->image);
	free(export->blocks);
	return result;
}

static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
	unsigned long long value;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	*number = value;
	return !errno && !*end && value && value <= most;
}

static int parse_options(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{"size", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "s:h", options, NULL)) != -1) {
		if (option == '?')
			return tool_usage_hint(NAME);
		arguments->help |= option == 'h';
		arguments->sized |= option == 's';
		if (option == 's' && !parse_number(optarg, INT64_MAX, &arguments->size))
			return tool_usage_error(NAME, "'%s' is not a number of bytes", optarg);
	}
	return TOOL_OK;
}

static int parse(int argc, char **argv, struct arguments *arguments)
{
	static const char *const missing[] = {"the image's file name is missing",
					      "the number of the partition is missing",
					      "the name of the new file is missing"};
	int status = parse_options(argc, argv, arguments), left = argc - optind;
	uint64_t number;

	if (status != TOOL_OK || arguments->help)
		return status;
	if (left < 3)
		return tool_usage_error(NAME, "%s", missing[left]);
	if (left > 3)
		return tool_usage_error(NAME, "unexpected argument '%s'", argv[optind + 3]);
	arguments->image = argv[optind];
	arguments->file = argv[optind + 2];
	if (!parse_number(argv[optind + 1], VTOC_PARTITIONS_MAX, &number))
		return tool_usage_error(NAME, "'%s' is not a partition: use 1 to %u",
					argv[optind + 1], VTOC_PARTITIONS_MAX);
	arguments->number = (unsigned int)number;
	return TOOL_OK;
}

int dasd_export(int argc, char **argv)
{
	struct volume_open_options options = {.read_only = true};
	static char name[] = NAME;
	struct arguments arguments = {0};
	struct export export = {.arguments = &arguments};
	struct chanio_error error;
	int status;

	argv[0] = name; /* getopt's messages begin with it */
	status = parse(argc, argv, &arguments);
	if (status != TOOL_OK)
		return status;
	if (arguments.help) {
		fputs(usage, stdout);
		return TOOL_OK;
	}
	if (volume_open(arguments.image, &options, &export.volume, &error))
		return tool_error(NAME, "%s", error.text);
	if (export_partition(&export, &error))
		status = tool_error(NAME, "%s", error.text);
	vtoc_finish(&export.vtoc);
	volume_close(export.volume);
	return status;
}
