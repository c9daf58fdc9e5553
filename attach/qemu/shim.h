/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The files that QEMU believes to have opened below /dev/vfio: a table of descriptors, each
 * standing for a container, a group or a device, and the system calls on them.
 *
 * A descriptor is a real one (of /dev/null), so everything else that QEMU does with it works.
 * Results are those of the system call with a negative errno. Any thread.
 */
#ifndef CHANIO_ATTACH_QEMU_SHIM_H
#define CHANIO_ATTACH_QEMU_SHIM_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* Descriptors of ours are below; a process gets the lowest free number, so ours are small. */
#define SHIM_FDS 65536

struct shim_file;
extern struct shim_file *_Atomic shim_files[SHIM_FDS];

/* Cheap: what every call on every other descriptor of QEMU pays. */
static inline bool shim_is_ours(int fd)
{
	return (unsigned int)fd < SHIM_FDS &&
	       atomic_load_explicit(&shim_files[fd], memory_order_relaxed) != NULL;
}

/* Reads the configuration and looks QEMU over; the error says why nothing can work. */
int shim_init(const char *config_path, struct chanio_error *error);
bool shim_is_active(void);
/* Closes all devices, everything written becomes durable. At exit. */
void shim_finish(void);

/* Where `path` really is: `buffer` with a path below the runtime directory, or `path` itself. */
const char *shim_redirect(const char *path, char buffer[PATH_MAX]);

/* A descriptor, -errno, or SHIM_NOT_OURS. */
#define SHIM_NOT_OURS (-4096)
int shim_open(const char *path);

/* Of descriptors that are ours. -EBADF: closed meanwhile. */
int shim_ioctl(int fd, unsigned long request, void *argument);
long shim_read(int fd, uint64_t offset, void *buffer, size_t size);
long shim_write(int fd, uint64_t offset, const void *buffer, size_t size);
int shim_close(int fd);

#endif
