// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * The device file: VFIO's structures to and from the client, and the mediated device that a
 * subchannel offers. Reads, writes and everything with a state go to driver/device.h.
 */
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "kernel/host.h"

struct host_vdev {
	struct vfio_device vdev;
	struct chanio_host *host;
};

static struct chanio_host *host_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct host_vdev, vdev)->host;
}

/* ---- open and close ---- */

static int open_device(struct vfio_device *vdev)
{
	struct chanio_host *host = host_of(vdev);
	int error = chanio_device_open(host->device);

	chanio_host_note(host, 2, "open: %d\n", error);
	if (error)
		return error;
	/* What an earlier client has left to release is none of this container's. */
	flush_delayed_work(&host->work);
	WRITE_ONCE(host->vdev, vdev);
	return 0;
}

static void close_device(struct vfio_device *vdev)
{
	struct chanio_host *host = host_of(vdev);

	chanio_device_close(host->device);
	WRITE_ONCE(host->vdev, NULL);
	chanio_host_note(host, 2, "close\n");
}

/* ---- reading and writing ---- */

static ssize_t read(struct vfio_device *vdev, char __user *buffer, size_t size, loff_t *offset)
{
	return chanio_device_read(host_of(vdev)->device, (u64)*offset, (void __force *)buffer,
				  size);
}

static ssize_t write(struct vfio_device *vdev, const char __user *buffer, size_t size,
		     loff_t *offset)
{
	return chanio_device_write(host_of(vdev)->device, (u64)*offset,
				   (const void __force *)buffer, size);
}

/* ---- information ---- */

static int get_info(void __user *argument)
{
	const size_t fixed = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, argument, fixed))
		return -EFAULT;
	if (info.argsz < fixed)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_CCW | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = CHANIO_REGIONS;
	info.num_irqs = CHANIO_IRQS;
	return copy_to_user(argument, &info, fixed) ? -EFAULT : 0;
}

static int get_region_info(void __user *argument)
{
	const struct chanio_region_info *region;
	struct vfio_region_info info;
	struct vfio_region_info_cap_type type = {
		.header = {.id = VFIO_REGION_INFO_CAP_TYPE, .version = 1},
		.type = CHANIO_REGION_TYPE,
	};

	if (copy_from_user(&info, argument, sizeof(info)))
		return -EFAULT;
	if (info.argsz < sizeof(info) || info.index >= CHANIO_REGIONS)
		return -EINVAL;
	region = chanio_region_info(array_index_nospec(info.index, CHANIO_REGIONS));
	info.flags = region->flags;
	info.size = region->size;
	info.offset = (u64)info.index << CHANIO_REGION_SHIFT;
	info.cap_offset = 0;
	type.subtype = region->subtype;
	if (region->subtype && info.argsz < sizeof(info) + sizeof(type)) {
		info.argsz = sizeof(info) + sizeof(type);
	} else if (region->subtype) {
		info.cap_offset = sizeof(info);
		if (copy_to_user(argument + info.cap_offset, &type, sizeof(type)))
			return -EFAULT;
	}
	return copy_to_user(argument, &info, sizeof(info)) ? -EFAULT : 0;
}

static int get_irq_info(void __user *argument)
{
	struct vfio_irq_info info;

	if (copy_from_user(&info, argument, sizeof(info)))
		return -EFAULT;
	if (info.argsz < sizeof(info) || info.index >= CHANIO_IRQS)
		return -EINVAL;
	info.flags = VFIO_IRQ_INFO_EVENTFD;
	info.count = 1;
	return copy_to_user(argument, &info, sizeof(info)) ? -EFAULT : 0;
}

/* ---- interrupts ---- */

static int set_eventfd(struct chanio_device *device, unsigned int irq, void __user *data)
{
	struct eventfd_ctx *event = NULL;
	s32 fd;

	if (get_user(fd, (s32 __user *)data))
		return -EFAULT;
	if (fd < -1)
		return -EINVAL;
	if (fd >= 0)
		event = eventfd_ctx_fdget(fd);
	if (IS_ERR(event))
		return PTR_ERR(event);
	return chanio_device_set_event(device, irq, event);
}

static int set_irqs(struct chanio_device *device, void __user *argument)
{
	struct vfio_irq_set set;
	void __user *data = argument + sizeof(set);
	size_t data_size;
	unsigned int irq;
	u8 flag;
	int error;

	if (copy_from_user(&set, argument, sizeof(set)))
		return -EFAULT;
	error = vfio_set_irqs_validate_and_prepare(&set, 1, CHANIO_IRQS, &data_size);
	if (error)
		return error;
	if (!(set.flags & VFIO_IRQ_SET_ACTION_TRIGGER))
		return -EINVAL;
	irq = array_index_nospec(set.index, CHANIO_IRQS);
	switch (set.flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		/* No interrupts named: the way to take the whole index down. */
		return set.count ? chanio_device_trigger(device, irq)
				 : chanio_device_set_event(device, irq, NULL);
	case VFIO_IRQ_SET_DATA_BOOL:
		if (!data_size)
			return 0;
		if (get_user(flag, (u8 __user *)data))
			return -EFAULT;
		return flag ? chanio_device_trigger(device, irq) : 0;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return data_size ? set_eventfd(device, irq, data) : 0;
	default:
		return -EINVAL;
	}
}

static long ioctl(struct vfio_device *vdev, unsigned int command, unsigned long argument)
{
	struct chanio_host *host = host_of(vdev);
	void __user *data = (void __user *)argument;
	int error;

	switch (command) {
	case VFIO_DEVICE_GET_INFO:
		return get_info(data);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info(data);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info(data);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(host->device, data);
	case VFIO_DEVICE_RESET:
		error = chanio_device_reset(host->device);
		chanio_host_note(host, 3, "reset: %d\n", error);
		return error;
	default:
		return -ENOTTY;
	}
}

/* ---- from the VFIO core ---- */

static void request(struct vfio_device *vdev, unsigned int count)
{
	struct chanio_host *host = host_of(vdev);
	unsigned long flags;

	spin_lock_irqsave(chanio_compat_lock(host->sch), flags);
	chanio_device_request(host->device);
	spin_unlock_irqrestore(chanio_compat_lock(host->sch), flags);
	if (count % 10 == 0)
		dev_notice_ratelimited(vdev->dev, "the client is asked for the device (%u times)\n",
				       count + 1);
}

static void dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	struct chanio_host *host = host_of(vdev);
	int error = chanio_device_dma_unmap(host->device, iova, length);

	if (error)
		dev_err(vdev->dev, "a channel program does not end: its pages stay pinned\n");
	chanio_host_note(host, 3, "unmap of %llx, %llx bytes: %d\n", iova, length, error);
}

static int init(struct vfio_device *vdev)
{
	container_of(vdev, struct host_vdev, vdev)->host = dev_get_drvdata(vdev->dev->parent);
	return 0;
}

static void release(struct vfio_device *vdev)
{
	chanio_compat_free_vfio(vdev);
}

static const struct vfio_device_ops vfio_ops = {.name = CHANIO_HOST_NAME,
						.init = init,
						.release = release,
						.open_device = open_device,
						.close_device = close_device,
						.read = read,
						.write = write,
						.ioctl = ioctl,
						.request = request,
						.dma_unmap = dma_unmap,
						CHANIO_COMPAT_IOMMUFD_OPS};

/* ---- the mediated device ---- */

static int probe(struct mdev_device *mdev)
{
	struct host_vdev *made;
	int error;

	made = vfio_alloc_device(host_vdev, vdev, &mdev->dev, &vfio_ops);
	if (IS_ERR(made))
		return PTR_ERR(made);
	dev_set_drvdata(&mdev->dev, made);
	error = vfio_register_emulated_iommu_dev(&made->vdev);
	if (error)
		vfio_put_device(&made->vdev);
	return error;
}

/* Asks the client for the device, and waits until it has closed it. */
static void remove(struct mdev_device *mdev)
{
	struct host_vdev *made = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&made->vdev);
	vfio_put_device(&made->vdev);
}

struct mdev_driver chanio_host_mdev_driver = {
	.device_api = VFIO_DEVICE_API_CCW_STRING,
	.max_instances = 1,
	.driver =
		{
			.name = CHANIO_HOST_NAME "_mdev",
			.owner = THIS_MODULE,
			.mod_name = KBUILD_MODNAME,
		},
	.probe = probe,
	.remove = remove,
};
