/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The library that is preloaded into a stock qemu-system-s390x: stands in front of those libc
 * functions by which QEMU reaches vfio-ccw (qemu-client.md section 2). A call on anything that is
 * not ours goes straight on to libc.
 */

/* Both open() and open64() are defined here, so the header must not make one the other. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "attach/qemu/hold.h"
#include "attach/qemu/layout.h"
#include "attach/qemu/real.h"
#include "attach/qemu/shim.h"

#define EXPORT __attribute__((visibility("default")))

/* libc's function of the name, found at its first use: that may be before our constructor ran. */
#define REAL(name)                                                                                 \
	({                                                                                         \
		static typeof(name) *_Atomic found_##name;                                         \
		typeof(name) *function =                                                           \
			atomic_load_explicit(&found_##name, memory_order_relaxed);                 \
                                                                                                   \
		if (!function) {                                                                   \
			*(void **)&function = dlsym(RTLD_NEXT, #name);                             \
			atomic_store_explicit(&found_##name, function, memory_order_relaxed);      \
		}                                                                                  \
		function;                                                                          \
	})

/* Called by programs built with _FORTIFY_SOURCE; no header declares them. */
EXPORT int __open_2(const char *path, int flags);
EXPORT int __open64_2(const char *path, int flags);
EXPORT ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t offset, size_t room);
EXPORT ssize_t __pread64_chk(int fd, void *buffer, size_t size, off64_t offset, size_t room);
EXPORT ssize_t __readlink_chk(const char *path, char *buffer, size_t size, size_t room);

int real_open(const char *path, int flags)
{
	return REAL(open64)(path, flags);
}

int real_close(int fd)
{
	return REAL(close)(fd);
}

static long give(long result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

/* The mode is there only if the flags say so. */
#define OPEN_MODE(flags)                                                                           \
	({                                                                                         \
		mode_t given = 0;                                                                  \
                                                                                                   \
		if (__OPEN_NEEDS_MODE(flags)) {                                                    \
			va_list arguments;                                                         \
                                                                                                   \
			va_start(arguments, flags);                                                \
			given = va_arg(arguments, mode_t);                                         \
			va_end(arguments);                                                         \
		}                                                                                  \
		given;                                                                             \
	})

EXPORT int open(const char *path, int flags, ...)
{
	mode_t mode = OPEN_MODE(flags);
	char buffer[PATH_MAX];
	int fd;

	if (!shim_is_active())
		return REAL(open)(path, flags, mode);
	fd = shim_open(path);
	return fd == SHIM_NOT_OURS ? REAL(open)(shim_redirect(path, buffer), flags, mode)
				   : (int)give(fd);
}

EXPORT int open64(const char *path, int flags, ...)
{
	mode_t mode = OPEN_MODE(flags);
	char buffer[PATH_MAX];
	int fd;

	if (!shim_is_active())
		return REAL(open64)(path, flags, mode);
	fd = shim_open(path);
	return fd == SHIM_NOT_OURS ? REAL(open64)(shim_redirect(path, buffer), flags, mode)
				   : (int)give(fd);
}

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

EXPORT FILE *fopen(const char *path, const char *mode)
{
	char buffer[PATH_MAX];

	return REAL(fopen)(shim_is_active() ? shim_redirect(path, buffer) : path, mode);
}

EXPORT FILE *fopen64(const char *path, const char *mode)
{
	char buffer[PATH_MAX];

	return REAL(fopen64)(shim_is_active() ? shim_redirect(path, buffer) : path, mode);
}

EXPORT ssize_t readlink(const char *path, char *to, size_t size)
{
	char buffer[PATH_MAX];

	return REAL(readlink)(shim_is_active() ? shim_redirect(path, buffer) : path, to, size);
}

ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room)
{
	if (size > room)
		abort();
	return readlink(path, to, size);
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (shim_is_ours(fd))
		return (int)give(shim_ioctl(fd, request, argument));
	return REAL(ioctl)(fd, request, argument);
}

EXPORT ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
	if (shim_is_ours(fd))
		return give(shim_read(fd, (uint64_t)offset, buffer, size));
	return REAL(pread)(fd, buffer, size, offset);
}

EXPORT ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset)
{
	if (shim_is_ours(fd))
		return give(shim_read(fd, (uint64_t)offset, buffer, size));
	return REAL(pread64)(fd, buffer, size, offset);
}

ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t offset, size_t room)
{
	if (size > room)
		abort();
	return pread(fd, buffer, size, offset);
}

ssize_t __pread64_chk(int fd, void *buffer, size_t size, off64_t offset, size_t room)
{
	if (size > room)
		abort();
	return pread64(fd, buffer, size, offset);
}

EXPORT ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset)
{
	if (shim_is_ours(fd))
		return give(shim_write(fd, (uint64_t)offset, buffer, size));
	return REAL(pwrite)(fd, buffer, size, offset);
}

EXPORT ssize_t pwrite64(int fd, const void *buffer, size_t size, off64_t offset)
{
	if (shim_is_ours(fd))
		return give(shim_write(fd, (uint64_t)offset, buffer, size));
	return REAL(pwrite64)(fd, buffer, size, offset);
}

EXPORT int close(int fd)
{
	if (shim_is_ours(fd))
		return (int)give(shim_close(fd));
	return REAL(close)(fd);
}

/*
 * A guest's processor that has nothing to do sleeps here. The symbol has two versions where the
 * older one is for a structure that nobody uses any more; a plain search may find that one.
 */
EXPORT int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
	static typeof(pthread_cond_wait) *_Atomic found;
	typeof(pthread_cond_wait) *function = atomic_load_explicit(&found, memory_order_relaxed);

	if (!function) {
		*(void **)&function = dlvsym(RTLD_NEXT, "pthread_cond_wait", "GLIBC_2.3.2");
		if (!function)
			*(void **)&function = dlsym(RTLD_NEXT, "pthread_cond_wait");
		atomic_store_explicit(&found, function, memory_order_relaxed);
	}
	hold_release();
	return function(condition, mutex);
}

/* What QEMU starts gets neither this library nor our variables. */
static void clean_environment(void)
{
	const char *preload = getenv("LD_PRELOAD");
	/* `chanio qemu` puts this library last; what stands before was the user's. */
	const char *end = preload ? strrchr(preload, ':') : NULL;
	char *others = end ? strndup(preload, (size_t)(end - preload)) : NULL;

	if (others)
		setenv("LD_PRELOAD", others, 1);
	else
		unsetenv("LD_PRELOAD");
	free(others);
	unsetenv(QEMU_ENV_CONFIG);
	unsetenv(QEMU_ENV_RUN);
	unsetenv(QEMU_ENV_INVALIDATE);
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv(QEMU_ENV_CONFIG);
	struct chanio_error error;

	if (!path)
		return;
	if (shim_init(path, &error)) {
		dprintf(STDERR_FILENO, "chanio: %s\n", error.text);
		_exit(1);
	}
	if (getenv(QEMU_ENV_CHECK)) {
		dprintf(STDOUT_FILENO, QEMU_CHECK_ANSWER);
		_exit(0);
	}
	clean_environment();
	if (atexit(shim_finish)) {
		dprintf(STDERR_FILENO, "chanio: no memory\n");
		_exit(1);
	}
}
