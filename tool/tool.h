/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The `chanio` command: its subcommands and what they share. */
#ifndef CHANIO_TOOL_TOOL_H
#define CHANIO_TOOL_TOOL_H

/* Exit statuses of every subcommand (`chanio qemu` hands back QEMU's own). */
enum tool_exit {
	TOOL_OK = 0,
	TOOL_FAILED = 1,
	TOOL_USAGE = 2, /* the command line is wrong; nothing was done */
};

struct tool_command {
	const char *name;
	/* argv[0] is the subcommand's name; returns an exit status. */
	int (*run)(int argc, char **argv);
	const char *summary; /* one line for --help */
};

/* The subcommands. */
int tool_dasd(int argc, char **argv);
int tool_exercise(int argc, char **argv);
int tool_fsm(int argc, char **argv);
int tool_qemu(int argc, char **argv);

/*
 * Runs the command of a table (the last entry has no name) that argv[1] names; answers --help with
 * `usage` and the table. `name` is how messages begin ("chanio", "chanio dasd").
 */
int tool_dispatch(const char *name, const char *usage, const struct tool_command *commands,
		  int argc, char **argv);

/* Prints "NAME: text", a newline and where help is found to stderr; returns TOOL_USAGE. */
__attribute__((format(printf, 2, 3))) int tool_usage_error(const char *name, const char *format,
							   ...);

/* After a message of getopt_long(): where help is found; returns TOOL_USAGE. */
int tool_usage_hint(const char *name);

/* Prints "NAME: text" and a newline to stderr; returns TOOL_FAILED. */
__attribute__((format(printf, 2, 3))) int tool_error(const char *name, const char *format, ...);

#endif
