/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A host that misbehaves on demand. */
#include "tests/volume/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096u

/*
 * Writes as small as a count field or an empty track are one step: only one that lies across a
 * page boundary could be divided, in the nanoseconds between two copies.
 */
#define ONE_STEP 29u

struct host host;

/* The names that these calls have where file offsets have 64 bits, as Meson asks for. */

ssize_t __real_preadv64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags);
ssize_t __wrap_preadv64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags);
ssize_t __wrap_pwritev64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);

ssize_t __wrap_preadv64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
	if ((flags & RWF_NOWAIT) && host.nowait_error) {
		errno = host.nowait_error;
		return -1;
	}
	return __real_preadv64v2(fd, parts, count, offset, flags);
}

static size_t page_part(off_t offset, size_t size)
{
	size_t room = PAGE - (size_t)offset % PAGE;

	return size <= ONE_STEP || size < room ? size : room;
}

static bool is_failing(void)
{
	return host.fail_after_pages && host.pages >= host.fail_after_pages;
}

/* A write that got somewhere is short; the next one gets the error, and the fault is over. */
static ssize_t fail(size_t done)
{
	if (done)
		return (ssize_t)done;
	host.fail_after_pages = 0;
	errno = host.write_error;
	return -1;
}

static void stay_busy(void)
{
	struct timespec began, now;

	clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - began.tv_sec) * 1000000000 + now.tv_nsec - began.tv_nsec < 2000000);
}

ssize_t __wrap_pwritev64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
	const char *data = parts[0].iov_base;
	size_t size = parts[0].iov_len, done = 0;
	ssize_t put;

	host.writes++;
	host.durable_writes += (flags & RWF_DSYNC) != 0;
	if (host.sleeping_writes)
		usleep(2000);
	if (host.busy_writes)
		stay_busy();
	if (host.sleeping_writes || host.busy_writes)
		return (ssize_t)size;
	while (done < size) {
		size_t part = page_part(offset + (off_t)done, size - done);

		if (is_failing())
			return fail(done);
		put = pwrite(fd, data + done, part, offset + (off_t)done);
		if (put < 0)
			return done ? (ssize_t)done : -1;
		part = (size_t)put;
		host.pages++;
		host.bytes_written += part;
		done += part;
		if (host.after_page)
			host.after_page();
	}
	return (ssize_t)done;
}

int __wrap_fdatasync(int fd)
{
	host.syncs++;
	if (host.sync_error) {
		errno = host.sync_error;
		host.sync_error = 0;
		return -1;
	}
	return __real_fdatasync(fd);
}

int __wrap_open64(const char *path, int flags, ...)
{
	bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
	mode_t mode = 0;
	va_list arguments;

	if ((flags & O_CREAT) || unnamed) {
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	if (unnamed && host.no_unnamed_files) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return __real_open64(path, flags, mode);
}
