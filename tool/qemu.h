/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio qemu`: its parts. All errors are negative errno with a text for the user. */
#ifndef CHANIO_TOOL_QEMU_H
#define CHANIO_TOOL_QEMU_H

#include <limits.h>
#include <stdbool.h>

#include "common/error.h"
#include "machine/machine.h"

struct qemu_program {
	char path[PATH_MAX];	/* of QEMU, absolute */
	char library[PATH_MAX]; /* to be preloaded into it, absolute */
};

/* tool/qemu_find.c: QEMU, by path or name (NULL: qemu-system-s390x on PATH). */
int qemu_find(const char *wanted, struct qemu_program *program, struct chanio_error *error);
/* The library that belongs to this command. */
int qemu_find_library(struct qemu_program *program, struct chanio_error *error);
/* Its version, and that it has vfio-ccw. */
int qemu_check(const struct qemu_program *program, struct chanio_error *error);
/* That the library works inside it, with this configuration. QEMU itself does not run. */
int qemu_check_library(const struct qemu_program *program, const char *config,
		       struct chanio_error *error);

/* tool/qemu_run.c: the runtime directory. Only what was made there is removed again. */
struct qemu_runtime {
	char path[PATH_MAX];
	char config[PATH_MAX]; /* the configuration file in it */
	bool made;	       /* the directory itself is ours to remove */
	int lock;	       /* keeps another `chanio qemu` out of it */
};

/* `wanted` NULL: a new one. Everything QEMU has to see is made there, and the configuration. */
int qemu_runtime_create(const char *wanted, const struct machine_config *config,
			struct qemu_runtime *runtime, struct chanio_error *error);
void qemu_runtime_remove(struct qemu_runtime *runtime, const struct machine_config *config);
void qemu_runtime_keep(struct qemu_runtime *runtime); /* gives it up without removing it */

/* A new value for LD_PRELOAD with the library at the end; the caller frees it. NULL: no memory. */
char *qemu_preload(const struct qemu_program *program);

/* Runs QEMU and waits. Its exit status, 128 + signal, or a negative errno with a text. */
int qemu_run(const struct qemu_program *program, const char *config, char **arguments,
	     struct chanio_error *error);

#endif
