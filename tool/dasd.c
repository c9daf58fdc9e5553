/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd`: volumes, made and looked at. */
#include "tool/dasd.h"

#include <stddef.h>

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
