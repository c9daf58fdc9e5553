/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd create`: makes a new volume. */
#include "tool/dasd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/layout.h"
#include "tool/progress.h"
#include "tool/tool.h"
#include "volume/ckd.h"

#define NAME "chanio dasd create"

#define DEFAULT_BLOCK_SIZE 4096u
#define DEFAULT_LABEL	   "LINUX1"

static const char usage[] =
	"Usage: " NAME " IMAGE --model MODEL [OPTIONS]\n"
	"       " NAME " IMAGE --partition FILE [--partition FILE]... [OPTIONS]\n"
	"\n"
	"Makes a new volume: an empty one, or one that is formatted for Linux, with partitions "
	"from\n"
	"raw images of file systems. A file that exists is not overwritten.\n"
	"\n"
	"  -m, --model MODEL     3390-1, -2, -3, -9, -27 or -54; with partitions by default the\n"
	"                        smallest that has room for them\n"
	"  -c, --cylinders N     another number of cylinders than the model has\n"
	"  -s, --serial SERIAL   serial number of the disk: up to 12 of A-Z, 0-9\n"
	"  -p, --partition FILE  a partition with what is in the file (up to three; LDL: one)\n"
	"  -f, --format LAYOUT   cdl or ldl: formatted, as by dasdfmt; with partitions cdl by "
	"default\n"
	"  -b, --block-size N    512, 1024, 2048 or 4096 (the default) bytes\n"
	"  -l, --label VOLSER    volume serial number: up to 6 of A-Z, 0-9, $, #, @; by "
	"default " DEFAULT_LABEL "\n"
	"      --write-tracks    also what nothing is on: every track of a formatted volume gets "
	"its\n"
	"                        blocks; of an empty one it is written as dasdinit does, for "
	"Hercules'\n"
	"                        tools, which cannot use a track that takes no space yet\n"
	"  -h, --help            this text\n";

struct arguments {
	struct volume_ckd_options volume;
	const char *path;
	struct layout layout;
	bool formatted;		    /* --format was given */
	const char *only_formatted; /* an option that says nothing about an empty volume */
	const char *partitions[LAYOUT_PARTITIONS_MAX];
	unsigned int partition_count;
};

static bool parse_cylinders(const char *text, uint32_t *cylinders)
{
	unsigned long value;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || !value || value > VOLUME_CYLINDERS_MAX)
		return false;
	*cylinders = (uint32_t)value;
	return true;
}

static int parse_model(struct arguments *arguments)
{
	arguments->volume.model = volume_model_find(optarg);
	if (arguments->volume.model)
		return TOOL_OK;
	return tool_usage_error(NAME,
				"unknown model '%s': use 3390-1, 3390-2, 3390-3, 3390-9, 3390-27 "
				"or 3390-54",
				optarg);
}

static int parse_format(struct arguments *arguments)
{
	arguments->formatted = true;
	arguments->layout.kind = strcmp(optarg, "ldl") ? LAYOUT_CDL : LAYOUT_LDL;
	if (arguments->layout.kind == LAYOUT_LDL || !strcmp(optarg, "cdl"))
		return TOOL_OK;
	return tool_usage_error(NAME, "unknown format '%s': use cdl or ldl", optarg);
}

static int parse_block_size(struct arguments *arguments)
{
	unsigned long size = 0;
	char *end = optarg;

	arguments->only_formatted = "--block-size";
	if (optarg[0] >= '0' && optarg[0] <= '9')
		size = strtoul(optarg, &end, 10);
	arguments->layout.block_size = size <= UINT32_MAX ? (uint32_t)size : 0;
	if (!*end && layout_block_size_is_valid(arguments->layout.block_size))
		return TOOL_OK;
	return tool_usage_error(NAME, "'%s' is not a block size: use 512, 1024, 2048 or 4096",
				optarg);
}

static int parse_label(struct arguments *arguments)
{
	arguments->only_formatted = "--label";
	arguments->layout.label = optarg;
	if (layout_label_is_valid(optarg))
		return TOOL_OK;
	return tool_usage_error(NAME,
				"'%s' is not a volume serial number: use 1 to 6 of A-Z, 0-9, $, "
				"# and @",
				optarg);
}

static int parse_partition(struct arguments *arguments)
{
	if (arguments->partition_count == LAYOUT_PARTITIONS_MAX)
		return tool_usage_error(NAME, "a volume has at most %u partitions",
					LAYOUT_PARTITIONS_MAX);
	arguments->partitions[arguments->partition_count++] = optarg;
	arguments->formatted = true;
	return TOOL_OK;
}

static int parse_option(int option, struct arguments *arguments)
{
	switch (option) {
	case 'm':
		return parse_model(arguments);
	case 'c':
		if (parse_cylinders(optarg, &arguments->volume.cylinders))
			return TOOL_OK;
		return tool_usage_error(NAME, "'%s' is not a number of cylinders: use 1 to %u",
					optarg, VOLUME_CYLINDERS_MAX);
	case 's':
		arguments->volume.serial = optarg;
		return TOOL_OK;
	case 'p':
		return parse_partition(arguments);
	case 'f':
		return parse_format(arguments);
	case 'b':
		return parse_block_size(arguments);
	case 'l':
		return parse_label(arguments);
	case 'w':
		arguments->volume.write_tracks = true;
		return TOOL_OK;
	default:
		return tool_usage_hint(NAME);
	}
}

static int check(const struct arguments *arguments)
{
	if (!arguments->formatted && arguments->only_formatted)
		return tool_usage_error(NAME, "%s is for a formatted volume: add --format cdl",
					arguments->only_formatted);
	if (arguments->layout.kind == LAYOUT_LDL && arguments->partition_count > 1)
		return tool_usage_error(NAME, "an LDL volume has one partition: use --format cdl");
	if (!arguments->volume.model && !arguments->partition_count)
		return tool_usage_error(NAME, "--model is missing");
	return TOOL_OK;
}

static int parse(int argc, char **argv, struct arguments *arguments, bool *help)
{
	static const struct option options[] = {
		{"model", required_argument, NULL, 'm'},
		{"cylinders", required_argument, NULL, 'c'},
		{"serial", required_argument, NULL, 's'},
		{"partition", required_argument, NULL, 'p'},
		{"format", required_argument, NULL, 'f'},
		{"block-size", required_argument, NULL, 'b'},
		{"label", required_argument, NULL, 'l'},
		{"write-tracks", no_argument, NULL, 'w'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option, status = TOOL_OK;

	while (status == TOOL_OK &&
	       (option = getopt_long(argc, argv, "m:c:s:p:f:b:l:h", options, NULL)) != -1) {
		*help = option == 'h';
		if (*help)
			return TOOL_OK;
		status = parse_option(option, arguments);
	}
	if (status != TOOL_OK)
		return status;
	if (optind == argc)
		return tool_usage_error(NAME, "the image's file name is missing");
	if (optind + 1 < argc)
		return tool_usage_error(NAME, "unexpected argument '%s'", argv[optind + 1]);
	arguments->path = argv[optind];
	return check(arguments);
}

/* Opens the partitions and finds room for them; the volume is as large as that needs. */
static int lay_out(struct arguments *arguments, struct chanio_error *error)
{
	struct volume_ckd_options *volume = &arguments->volume;
	struct layout *layout = &arguments->layout;
	int result = 0;

	layout->whole = volume->write_tracks;
	for (unsigned int i = 0; !result && i < arguments->partition_count; i++)
		result = layout_add_partition(layout, arguments->partitions[i], error);
	if (!result)
		result = layout_place(layout, volume->model, volume->cylinders, error);
	volume->model = layout->model;
	volume->cylinders = layout->cylinders;
	volume->fill = layout_fill;
	volume->source = layout;
	return result;
}

static int make(struct arguments *arguments)
{
	struct progress progress;
	struct chanio_error error;
	int result;

	if (arguments->formatted && lay_out(arguments, &error)) {
		layout_finish(&arguments->layout);
		return tool_error(NAME, "%s", error.text);
	}
	progress_begin(&progress);
	arguments->volume.progress = progress_show;
	arguments->volume.opaque = &progress;
	result = volume_ckd_create_with(arguments->path, &arguments->volume, &error);
	progress_end(&progress);
	layout_finish(&arguments->layout);
	if (result == -EINVAL)
		return tool_usage_error(NAME, "%s", error.text);
	return result ? tool_error(NAME, "%s", error.text) : TOOL_OK;
}

int dasd_create(int argc, char **argv)
{
	struct arguments arguments = {
		.layout = {.block_size = DEFAULT_BLOCK_SIZE, .label = DEFAULT_LABEL}};
	static char name[] = NAME;
	bool help = false;
	int status;

	argv[0] = name; /* getopt's messages begin with it */
	status = parse(argc, argv, &arguments, &help);
	if (status != TOOL_OK)
		return status;
	if (help) {
		fputs(usage, stdout);
		return TOOL_OK;
	}
	return make(&arguments);
}
