/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Choosing a subcommand from a table, and messages in the form that all subcommands use. */
#include "tool/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void message(const char *name, const char *format, va_list arguments)
{
	fprintf(stderr, "%s: ", name);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

int tool_usage_hint(const char *name)
{
	fprintf(stderr, "Try '%s --help'.\n", name);
	return TOOL_USAGE;
}

int tool_usage_error(const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message(name, format, arguments);
	va_end(arguments);
	return tool_usage_hint(name);
}

int tool_error(const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message(name, format, arguments);
	va_end(arguments);
	return TOOL_FAILED;
}

static void print_help(const char *usage, const struct tool_command *commands)
{
	const struct tool_command *command;

	fputs(usage, stdout);
	fputs("\nCommands:\n", stdout);
	for (command = commands; command->name; command++)
		printf("  %-10s %s\n", command->name, command->summary);
}

int tool_dispatch(const char *name, const char *usage, const struct tool_command *commands,
		  int argc, char **argv)
{
	const struct tool_command *command;

	if (argc < 2)
		return tool_usage_error(name, "a command is missing");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_help(usage, commands);
		return TOOL_OK;
	}
	for (command = commands; command->name; command++) {
		if (!strcmp(argv[1], command->name))
			return command->run(argc - 1, argv + 1);
	}
	if (argv[1][0] == '-')
		return tool_usage_error(name, "unknown option '%s'", argv[1]);
	return tool_usage_error(name, "unknown command '%s'", argv[1]);
}
