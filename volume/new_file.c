/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* New files: nothing, or all of it under its name and on stable storage. */
#include "volume/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0666 /* less the umask */

static int exists_error(const char *path, struct chanio_error *error)
{
	return chanio_error_set(error, -EEXIST,
				VOLUME_PATH " exists already and is left as it is: choose another "
					    "name, or remove it first",
				path);
}

static int host_error(int code, const char *path, const char *what, struct chanio_error *error)
{
	return chanio_error_set(error, -code, VOLUME_PATH ": cannot %s: %s", path, what,
				strerror(code));
}

/* Splits the path and opens its directory. */
static int open_directory(struct volume_new_file *file, const char *path,
			  struct chanio_error *error)
{
	const char *slash = strrchr(path, '/');
	struct stat status;

	file->name = slash ? slash + 1 : path;
	if (!*file->name || strlen(file->name) > NAME_MAX || strlen(path) >= PATH_MAX)
		return chanio_error_set(error, *path ? -ENAMETOOLONG : -ENOENT,
					VOLUME_PATH " is not a usable file name", path);
	if (slash)
		snprintf(file->directory_path, sizeof(file->directory_path), "%.*s",
			 (int)(slash - path + 1), path);
	else
		strcpy(file->directory_path, ".");
	file->directory = open(file->directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file->directory < 0)
		return host_error(errno, path, "open its directory", error);
	if (!fstatat(file->directory, file->name, &status, AT_SYMLINK_NOFOLLOW))
		return exists_error(path, error);
	return 0;
}

static int open_temporary(struct volume_new_file *file, const char *path,
			  struct chanio_error *error)
{
	file->file.fd = open(file->directory_path, O_TMPFILE | O_RDWR | O_CLOEXEC, FILE_MODE);
	if (file->file.fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
		return host_error(errno, path, "create it", error);
	snprintf(file->temporary, sizeof(file->temporary), ".chanio-%ld.tmp", (long)getpid());
	file->file.fd = openat(file->directory, file->temporary,
			       O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (file->file.fd >= 0)
		return 0;
	file->temporary[0] = 0;
	return host_error(errno, path, "create it", error);
}

int volume_new_file_open(struct volume_new_file *file, const char *path, struct chanio_error *error)
{
	int result;

	memset(file, 0, sizeof(*file));
	file->file.fd = -1;
	file->directory = -1;
	result = open_directory(file, path, error);
	if (!result)
		result = open_temporary(file, path, error);
	if (result)
		volume_new_file_close(file);
	return result;
}

static int give_name(struct volume_new_file *file)
{
	char self[64];

	if (!file->temporary[0]) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", file->file.fd);
		return linkat(AT_FDCWD, self, file->directory, file->name, AT_SYMLINK_FOLLOW);
	}
	if (!renameat2(file->directory, file->temporary, file->directory, file->name,
		       RENAME_NOREPLACE)) {
		file->temporary[0] = 0;
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return linkat(file->directory, file->temporary, file->directory, file->name, 0);
}

int volume_new_file_publish(struct volume_new_file *file)
{
	int result;

	if (fsync(file->file.fd) || give_name(file))
		return -errno;
	if (!fsync(file->directory) || errno == EINVAL) /* not every file system has that */
		return 0;
	result = -errno;
	unlinkat(file->directory, file->name, 0);
	return result;
}

void volume_new_file_close(struct volume_new_file *file)
{
	if (file->temporary[0])
		unlinkat(file->directory, file->temporary, 0);
	file->temporary[0] = 0;
	volume_file_close(&file->file);
	if (file->directory >= 0)
		close(file->directory);
	file->directory = -1;
}

int volume_new_file_explain(int result, const char *path, uint64_t size, struct chanio_error *error)
{
	switch (result) {
	case -EEXIST:
		return exists_error(path, error);
	case -EINTR:
		return chanio_error_set(error, result, VOLUME_PATH " was not made: interrupted",
					path);
	case -EFBIG:
		return chanio_error_set(error, result,
					VOLUME_PATH
					": the file system or 'ulimit -f' does not allow "
					"a file of %llu bytes",
					path, (unsigned long long)size);
	case -ENOSPC:
		return chanio_error_set(error, result,
					VOLUME_PATH
					" was not made: no space left there (disk, quota "
					"or 'ulimit -f'); free some, or leave empty "
					"tracks unwritten",
					path);
	default:
		return host_error(-result, path, "make it", error);
	}
}
