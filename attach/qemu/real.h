/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* libc's own functions behind those that this library puts in front (preload.c). */
#ifndef CHANIO_ATTACH_QEMU_REAL_H
#define CHANIO_ATTACH_QEMU_REAL_H

int real_open(const char *path, int flags);
int real_close(int fd);

#endif
