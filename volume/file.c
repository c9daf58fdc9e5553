/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Image files of the host: opened with care (regular files only, no surprise for a read-only one),
 * read and written whole or not at all. No mmap: a file cut short is an error, not a signal.
 */
#include "volume/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The smallest page of a host; with larger ones a byte is looked at in vain. */
#define HOST_PAGE 4096u

static const char *kind_of_file(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a named pipe";
	case S_IFSOCK:
		return "a socket";
	case S_IFBLK:
		return "a block device";
	case S_IFCHR:
		return "a character device";
	default:
		return "not a regular file";
	}
}

static int check_kind(const struct stat *status, const char *path, struct chanio_error *error)
{
	if (S_ISREG(status->st_mode))
		return 0;
	return chanio_error_set(error, -EINVAL,
				VOLUME_PATH " is %s: an image must be a regular file "
					    "(make one with 'chanio dasd create')",
				path, kind_of_file(status->st_mode));
}

static int open_error(int code, const char *path, bool read_only, struct chanio_error *error)
{
	if (code == EROFS)
		return chanio_error_set(error, -code,
					VOLUME_PATH " is on a read-only file system: use it with "
						    "ro=yes",
					path);
	if ((code == EACCES || code == EPERM) && !read_only && !access(path, R_OK))
		return chanio_error_set(error, -EACCES,
					VOLUME_PATH " is read-only: use it with ro=yes, or make it "
						    "writable with 'chmod u+w'",
					path);
	if (code == ENOENT)
		return chanio_error_set(error, -code,
					VOLUME_PATH " does not exist: make it with 'chanio dasd "
						    "create', or correct the path",
					path);
	return chanio_error_set(error, -code, VOLUME_PATH " cannot be opened: %s", path,
				strerror(code));
}

/* The file size limit of the process would end it with a signal in the middle of a write. */
static int check_size_limit(const struct volume_file *file, const char *path,
			    struct chanio_error *error)
{
	struct rlimit limit;

	if (file->read_only || getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY ||
	    limit.rlim_cur >= file->size)
		return 0;
	return chanio_error_set(error, -EFBIG,
				VOLUME_PATH " has %llu bytes, more than this process may write "
					    "(%llu): raise the limit with 'ulimit -f unlimited'",
				path, (unsigned long long)file->size,
				(unsigned long long)limit.rlim_cur);
}

static int read_head(struct volume_file *file, const char *path, struct chanio_error *error)
{
	ssize_t got;

	do {
		got = pread(file->fd, file->head, sizeof(file->head), 0);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return chanio_error_set(error, -errno, VOLUME_PATH " cannot be read: %s", path,
					strerror(errno));
	file->head_length = (size_t)got;
	return 0;
}

static int check_open_file(struct volume_file *file, const char *path, struct chanio_error *error)
{
	struct statfs system;
	struct stat status;
	int result;

	if (fstat(file->fd, &status))
		return open_error(errno, path, file->read_only, error);
	result = check_kind(&status, path, error);
	if (result)
		return result;
	/* Root may write where nobody may; who took the permission away meant it. */
	if (!file->read_only && !(status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)))
		return open_error(EACCES, path, false, error);
	result = volume_file_lock(file->fd, !file->read_only, path, error);
	if (result)
		return result;
	file->size = (uint64_t)status.st_size;
	file->memory = !fstatfs(file->fd, &system) && system.f_type == TMPFS_MAGIC;
	result = check_size_limit(file, path, error);
	return result ? result : read_head(file, path, error);
}

int volume_file_open(struct volume_file *file, const char *path, bool read_only,
		     struct chanio_error *error)
{
	struct stat status;
	int result;

	memset(file, 0, sizeof(*file));
	file->fd = -1;
	file->read_only = read_only;
	/* Looked at before it is opened: opening a pipe waits, opening a device may do things. */
	if (stat(path, &status))
		return open_error(errno, path, read_only, error);
	result = check_kind(&status, path, error);
	if (result)
		return result;
	file->fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file->fd < 0)
		return open_error(errno, path, read_only, error);
	result = check_open_file(file, path, error);
	if (result)
		volume_file_close(file);
	return result;
}

void volume_file_close(struct volume_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

int volume_file_read(const struct volume_file *file, void *data, size_t size, uint64_t offset,
		     unsigned int flags)
{
	int mode = (flags & VOLUME_NOWAIT) && !file->memory ? RWF_NOWAIT : 0;
	size_t done = 0;

	while (done < size) {
		struct iovec part = {.iov_base = (char *)data + done, .iov_len = size - done};
		ssize_t got = preadv2(file->fd, &part, 1, (off_t)(offset + done), mode);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return mode && errno == EOPNOTSUPP ? -EAGAIN : -errno;
		if (!got)
			return -EIO;
		done += (size_t)got;
	}
	return 0;
}

int volume_file_write(const struct volume_file *file, const void *data, size_t size,
		      uint64_t offset, bool durable)
{
	size_t done = 0;

	while (done < size) {
		struct iovec part = {.iov_base = (char *)(uintptr_t)data + done,
				     .iov_len = size - done};
		ssize_t put = pwritev2(file->fd, &part, 1, (off_t)(offset + done),
				       durable ? RWF_DSYNC : 0);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno == EDQUOT || errno == EFBIG ? -ENOSPC : -errno;
		if (!put)
			return -EIO;
		done += (size_t)put;
	}
	return 0;
}

static bool is_byte_cached(const struct volume_file *file, uint64_t offset)
{
	uint8_t byte;

	return !volume_file_read(file, &byte, 1, offset, VOLUME_NOWAIT);
}

bool volume_file_is_cached(const struct volume_file *file, uint64_t offset, size_t size)
{
	uint64_t last = offset + size - 1;

	/* Pages that are overwritten whole need not be read first: only the ends matter. */
	if (!size || file->memory)
		return true;
	return is_byte_cached(file, offset) &&
	       (offset / HOST_PAGE == last / HOST_PAGE || is_byte_cached(file, last));
}
