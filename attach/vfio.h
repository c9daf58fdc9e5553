/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * VFIO semantics once, for every attachment: the calls of <linux/vfio.h> on containers, groups and
 * devices, with their argument checks (vfio-ccw-interface.md section 2, mainline-behaviour.md
 * section 2). An attachment only carries bytes here and file descriptors back.
 *
 * Arguments are pointers in this process, as for ioctl(2). Results are those of the system call, with
 * a negative errno instead of -1. All functions may be called from any thread.
 */
#ifndef CHANIO_ATTACH_VFIO_H
#define CHANIO_ATTACH_VFIO_H

#include "driver/device.h"

struct css_storage;
struct vfio_container;
struct vfio_group;
struct vfio_device;

/* What stands behind a group: the machine's devices by name. */
struct vfio_backend {
	void *context;
	/* Makes the named device usable with that storage (opens images). -ENODEV: no such device. */
	int (*open)(void *context, int group, const char *name, struct css_storage *storage,
		    struct chanio_device **device);
	void (*close)(void *context, struct chanio_device *device);
	/* Turns a client's eventfd number into what platform signal() takes; -EBADF, -EINVAL. */
	int (*take_event)(void *context, int fd, void **event);
};

int vfio_container_create(struct vfio_container **container);
void vfio_container_put(struct vfio_container *container);
int vfio_container_ioctl(struct vfio_container *container, unsigned long request, void *argument);

/* -EBUSY: the group is open already, as the kernel has it. */
int vfio_group_open(const struct vfio_backend *backend, int number, struct vfio_group **group);
void vfio_group_put(struct vfio_group *group);
/* SET_CONTAINER is resolved by the attachment (fd to container): vfio_group_set_container. */
int vfio_group_ioctl(struct vfio_group *group, unsigned long request, void *argument);
int vfio_group_set_container(struct vfio_group *group, struct vfio_container *container);
int vfio_group_get_device(struct vfio_group *group, const char *name, struct vfio_device **device);

void vfio_device_put(struct vfio_device *device);
int vfio_device_ioctl(struct vfio_device *device, unsigned long request, void *argument);
long vfio_device_read(struct vfio_device *device, uint64_t offset, void *buffer, size_t size);
long vfio_device_write(struct vfio_device *device, uint64_t offset, const void *buffer, size_t size);
/* The driver instance under it, for what the attachment alone knows (written ranges). */
struct chanio_device *vfio_device_driver(struct vfio_device *device);

#endif
