/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * An error as the user reads it: names the thing, says what was expected and what to do.
 * Functions that can fail because of the outside world take one; they return a negative errno too.
 */
#ifndef CHANIO_COMMON_ERROR_H
#define CHANIO_COMMON_ERROR_H

#include <stddef.h>

struct chanio_error {
	char text[512];
};

/*
 * Formats the text (if `error` is not NULL; cut at the end if too long) and returns `code`
 * unchanged, so that a function can end in `return chanio_error_set(error, -EINVAL, "...")`.
 */
__attribute__((format(printf, 3, 4))) int chanio_error_set(struct chanio_error *error, int code,
							   const char *format, ...);

#endif
