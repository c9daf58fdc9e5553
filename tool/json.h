/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the subcommands with --json share. */
#ifndef CHANIO_TOOL_JSON_H
#define CHANIO_TOOL_JSON_H

#include <jansson.h>

/* A file name need not be UTF-8, but JSON must: other bytes become question marks. */
json_t *tool_json_path(const char *path);

/*
 * Prints an object (NULL: memory ran out) and frees it; an exit status. What goes wrong with
 * standard output main() says.
 */
int tool_json_print(const char *name, json_t *root);

#endif
