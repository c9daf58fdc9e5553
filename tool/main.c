/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The `chanio` command. A new subcommand: its function in a file of its own, a line here. */
#include "tool/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct tool_command commands[] = {
	{"dasd", tool_dasd, "make volumes and look at them"},
	{"exercise", tool_exercise, "run the exerciser against a vfio-ccw device"},
	{"fsm", tool_fsm, "print the state machine of the driver"},
	{"qemu", tool_qemu, "run QEMU with channel devices"},
	{NULL, NULL, NULL},
};

static const char usage[] = "Usage: chanio COMMAND [ARGUMENTS]\n"
			    "       chanio --help | --version\n"
			    "\n"
			    "Channel I/O for QEMU: ECKD disks behind vfio-ccw, in user space.\n"
			    "Each command explains itself with --help.\n";

/* A full disk or a closed pipe under stdout must not pass for success. */
static int finish_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (status != TOOL_OK)
		return status;
	return tool_error("chanio", "cannot write to standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("chanio " CHANIO_VERSION);
		return finish_output(TOOL_OK);
	}
	return finish_output(tool_dispatch("chanio", usage, commands, argc, argv));
}
