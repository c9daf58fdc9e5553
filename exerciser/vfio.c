/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The target that is a device of the kernel: real system calls on /dev/vfio/N. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "exerciser/exerciser.h"

#define FOLDER "/dev/vfio/"
#define ROOM   256u

struct vfio_target {
	char group[ROOM];
	char device[ROOM];
};

/* A file is its descriptor, one more so that it is never NULL. */
static void *file_of(int fd)
{
	return (void *)(intptr_t)(fd + 1);
}

static int fd_of(void *file)
{
	return (int)(intptr_t)file - 1;
}

static int result_of(int result)
{
	return result < 0 ? -errno : result;
}

static int vfio_open(void *target, enum client_node node, void **file)
{
	const struct vfio_target *mine = target;
	int fd = open(node == CLIENT_CONTAINER ? FOLDER "vfio" : mine->group, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*file = file_of(fd);
	return 0;
}

static int vfio_set_container(void *target, void *group, void *container)
{
	int fd = fd_of(container);

	return result_of(ioctl(fd_of(group), VFIO_GROUP_SET_CONTAINER, &fd));
}

static int vfio_get_device(void *target, void *group, const char *name, void **file)
{
	int fd = ioctl(fd_of(group), VFIO_GROUP_GET_DEVICE_FD, name);

	if (fd < 0)
		return -errno;
	*file = file_of(fd);
	return 0;
}

static void vfio_close(void *target, void *file)
{
	close(fd_of(file));
}

static int vfio_ioctl(void *target, void *file, unsigned long request, void *argument)
{
	return result_of(ioctl(fd_of(file), request, argument));
}

static long vfio_read(void *target, void *file, uint64_t offset, void *to, size_t size)
{
	ssize_t result = pread(fd_of(file), to, size, (off_t)offset);

	return result < 0 ? -errno : result;
}

static long vfio_write(void *target, void *file, uint64_t offset, const void *from, size_t size)
{
	ssize_t result = pwrite(fd_of(file), from, size, (off_t)offset);

	return result < 0 ? -errno : result;
}

static const struct client_ops vfio_ops = {
	.size = sizeof(vfio_ops),
	.open = vfio_open,
	.set_container = vfio_set_container,
	.get_device = vfio_get_device,
	.close = vfio_close,
	.ioctl = vfio_ioctl,
	.read = vfio_read,
	.write = vfio_write,
};

static bool vfio_matches(const char *target)
{
	return strncmp(target, FOLDER, strlen(FOLDER)) == 0;
}

/* The one device of the group, as the kernel lists it. */
static int find_device(const char *group, char *name, size_t room)
{
	char path[2 * ROOM];
	struct dirent *entry;
	DIR *folder;
	int found = 0;

	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%s/devices", group);
	folder = opendir(path);
	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, room, "%s", entry->d_name);
		found++;
	}
	closedir(folder);
	return found == 1 ? 0 : -ENODEV;
}

static int vfio_target_open(const char *target, struct client_target *client, char *error,
			    size_t room)
{
	struct vfio_target *mine = calloc(1, sizeof(*mine));
	const char *colon = strchr(target, ':');
	size_t length = colon ? (size_t)(colon - target) : strlen(target);
	int result = 0;

	if (!mine || length >= sizeof(mine->group)) {
		free(mine);
		snprintf(error, room, "%s: the name is too long", target);
		return -ENOMEM;
	}
	memcpy(mine->group, target, length);
	if (colon)
		snprintf(mine->device, sizeof(mine->device), "%s", colon + 1);
	else
		result = find_device(mine->group + strlen(FOLDER), mine->device,
				     sizeof(mine->device));
	if (result) {
		snprintf(error, room,
			 "%s: cannot tell which device of the group is meant (%s); say "
			 "/dev/vfio/N:UUID",
			 target, strerror(-result));
		free(mine);
		return result;
	}
	*client = (struct client_target){&vfio_ops, mine, mine->device};
	return 0;
}

static void vfio_target_close(struct client_target *client)
{
	free(client->context);
	client->context = NULL;
}

static void vfio_driver(const char *target, char *name, size_t room)
{
	unsigned int major = 0, minor = 0;
	struct utsname system;

	snprintf(name, room, "linux");
	if (uname(&system) == 0 && sscanf(system.release, "%u.%u", &major, &minor) == 2)
		snprintf(name, room, "linux-%u.%u", major, minor);
}

const struct exerciser_target_kind exerciser_vfio = {
	.name = "/dev/vfio/N[:UUID]",
	.summary = "the device UUID (or the only one) of that group: the kernel's driver",
	.matches = vfio_matches,
	.open = vfio_target_open,
	.close = vfio_target_close,
	.driver = vfio_driver,
	.system_calls = true,
};
