/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * New files that have no name until they are complete and durable; where the host's file system
 * cannot do that (O_TMPFILE), a temporary one in the same folder, which is removed on failure.
 */
#ifndef CHANIO_VOLUME_NEW_FILE_H
#define CHANIO_VOLUME_NEW_FILE_H

#include <limits.h>

#include "volume/file.h"

struct volume_new_file {
	struct volume_file file; /* only its descriptor; for volume_file_write() */
	int directory;
	const char *name; /* in the directory; part of the caller's path */
	char directory_path[PATH_MAX];
	char temporary[NAME_MAX + 1]; /* empty: the file has no name yet */
};

/* -EEXIST: there is such a file (nothing is overwritten). After an error nothing is to be closed.
 */
int volume_new_file_open(struct volume_new_file *file, const char *path,
			 struct chanio_error *error);

/*
 * Makes it durable and gives it its name, which nobody may have taken meanwhile (-EEXIST). Negative
 * errno without a text: volume_new_file_explain() has it.
 */
int volume_new_file_publish(struct volume_new_file *file);

/* Closes it; without a volume_new_file_publish() that succeeded nothing of it is left. */
void volume_new_file_close(struct volume_new_file *file);

/* Sets the text for a failure of writing or publishing a file of that size; returns `result`. */
int volume_new_file_explain(int result, const char *path, uint64_t size,
			    struct chanio_error *error);

#endif
