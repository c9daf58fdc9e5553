/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Error texts for people. */
#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>

int chanio_error_set(struct chanio_error *error, int code, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return code;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return code;
}
