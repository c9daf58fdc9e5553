/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Where the kernels that the module builds for, 6.1 to 6.12, differ. Nowhere else is asked for it.
 */
#ifndef CHANIO_KERNEL_COMPAT_H
#define CHANIO_KERNEL_COMPAT_H

#include <linux/eventfd.h>
#include <linux/version.h>
#include <linux/vfio.h>

#include "css.h"

/* The lock became part of struct subchannel. */
static inline spinlock_t *chanio_compat_lock(struct subchannel *sch)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	return &sch->lock;
#else
	return sch->lock;
#endif
}

static inline void chanio_compat_signal(struct eventfd_ctx *event)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	eventfd_signal(event);
#else
	eventfd_signal(event, 1);
#endif
}

/*
 * Has the operator said which driver is to have the subchannel? The name moved to struct device,
 * in stable kernels too: Kbuild looks.
 */
static inline bool chanio_compat_is_named(struct subchannel *sch)
{
#ifdef CHANIO_COMPAT_DEVICE_OVERRIDE
	return device_has_driver_override(&sch->dev);
#else
	return sch->driver_override;
#endif
}

/* The VFIO core came to free what vfio_alloc_device() gave by itself. */
static inline void chanio_compat_free_vfio(struct vfio_device *vdev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	vfio_free_device(vdev);
#endif
}

/* The other way to a container's mappings, besides /dev/vfio/vfio. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define CHANIO_COMPAT_IOMMUFD_OPS                                                                  \
	.bind_iommufd = vfio_iommufd_emulated_bind,                                                \
	.unbind_iommufd = vfio_iommufd_emulated_unbind,                                            \
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,                                          \
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#else
#define CHANIO_COMPAT_IOMMUFD_OPS
#endif

#endif
