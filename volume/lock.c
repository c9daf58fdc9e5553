/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One writer, or any number of readers. flock() rather than fcntl(): the lock belongs to the open
 * file, so two disks of one process exclude each other too, and /proc/locks names its owner.
 */
#include "volume/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* The process that /proc/locks names for this file; 0: not found (another PID namespace, no /proc).
 */
static int find_owner(const struct stat *status)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256], kind[16];
	unsigned int device_major, device_minor;
	unsigned long long inode;
	int pid, owner = 0;

	if (!locks)
		return 0;
	while (!owner && fgets(line, sizeof(line), locks)) {
		if (sscanf(line, "%*s %15s %*s %*s %d %x:%x:%llu", kind, &pid, &device_major,
			   &device_minor, &inode) != 5)
			continue;
		if (!strcmp(kind, "FLOCK") && inode == status->st_ino && pid > 0 &&
		    makedev(device_major, device_minor) == status->st_dev)
			owner = pid;
	}
	fclose(locks);
	return owner;
}

/* False: there is no such process any more (the lock went to a child with the open file). */
static bool get_command(int pid, char *name, size_t size)
{
	char path[64];
	bool found;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	found = fgets(name, (int)size, file);
	fclose(file);
	if (found)
		name[strcspn(name, "\n")] = 0;
	return found;
}

int volume_file_lock(int fd, bool exclusive, const char *path, struct chanio_error *error)
{
	char command[32], owner[80] = "another process";
	struct stat status;
	int pid;

	if (!flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB))
		return 0;
	if (errno != EWOULDBLOCK)
		return chanio_error_set(error, -errno,
					VOLUME_PATH " cannot be locked: %s; keep images on a file "
						    "system that supports flock()",
					path, strerror(errno));
	pid = fstat(fd, &status) ? 0 : find_owner(&status);
	if (pid && get_command(pid, command, sizeof(command)))
		snprintf(owner, sizeof(owner), "process %d (%s)", pid, command);
	return chanio_error_set(error, -EBUSY,
				VOLUME_PATH " is in use by %s: an image can have one writer or "
					    "several readers; end that one first%s",
				path, owner, exclusive ? "" : " or let it read only as well");
}
