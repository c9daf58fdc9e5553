/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* JSON on standard output. */
#include "tool/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/tool.h"

json_t *tool_json_path(const char *path)
{
	json_t *string = json_string(path);
	char *copy;

	if (string)
		return string;
	copy = strdup(path);
	if (!copy)
		return NULL;
	for (char *c = copy; *c; c++) {
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	}
	string = json_string(copy);
	free(copy);
	return string;
}

int tool_json_print(const char *name, json_t *root)
{
	int result;

	if (!root)
		return tool_error(name, "out of memory");
	result = json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
	return result ? TOOL_FAILED : TOOL_OK;
}
