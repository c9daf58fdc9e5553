/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The commands of `chanio dasd`. */
#ifndef CHANIO_TOOL_DASD_H
#define CHANIO_TOOL_DASD_H

#include <stdbool.h>

/* argv[0] is the command's name; these return an exit status (enum tool_exit). */
int dasd_create(int argc, char **argv);
int dasd_dump(int argc, char **argv);
int dasd_export(int argc, char **argv);
int dasd_info(int argc, char **argv);
int dasd_ls(int argc, char **argv);

/*
 * The command line of those that show one image: its name, --json, --help; `run` returns the exit
 * status. `name` is how messages begin.
 */
int dasd_image_command(const char *name, const char *usage, int (*run)(const char *path, bool json),
		       int argc, char **argv);

#endif
