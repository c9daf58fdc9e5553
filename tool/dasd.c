/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd`: volumes, made and looked at. */
#include "tool/dasd.h"

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tool/tool.h"

static const struct tool_command commands[] = {
	{"create", dasd_create, "make a new volume"},
	{"info", dasd_info, "show what a volume is and what it has on it"},
	{"ls", dasd_ls, "list data sets and partitions"},
	{"export", dasd_export, "copy a partition to a raw file"},
	{"dump", dasd_dump, "show the records of a track"},
	{NULL, NULL, NULL},
};

static const char usage[] =
	"Usage: chanio dasd COMMAND [ARGUMENTS]\n"
	"       chanio dasd --help\n"
	"\n"
	"Volumes of count-key-data disks, in image files that Hercules has too.\n";

int tool_dasd(int argc, char **argv)
{
	return tool_dispatch("chanio dasd", usage, commands, argc, argv);
}

int dasd_image_command(const char *name, const char *usage_text,
		       int (*run)(const char *path, bool json), int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	bool json = false, help = false;
	int option;

	argv[0] = (char *)(uintptr_t)name; /* getopt's messages begin with it */
	while ((option = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		if (option == '?')
			return tool_usage_hint(name);
		json |= option == 'j';
		help |= option == 'h';
	}
	if (help) {
		fputs(usage_text, stdout);
		return TOOL_OK;
	}
	if (optind == argc)
		return tool_usage_error(name, "the image's file name is missing");
	if (optind + 1 < argc)
		return tool_usage_error(name, "unexpected argument '%s'", argv[optind + 1]);
	return run(argv[optind], json);
}
