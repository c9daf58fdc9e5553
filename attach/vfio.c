/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * VFIO semantics for emulated devices: containers with their DMA map, groups, devices. Who may do
 * what in which order and with which errno follows the kernel's VFIO core, as measured.
 *
 * A device holds its group, an attached group holds its container. Lock order: group, container;
 * the list of open groups has a lock of its own, innermost.
 */
#include "attach/vfio.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <linux/vfio.h>

#include "css/storage.h"

/* As many mappings as the kernel's type 1 IOMMU allows a container. */
#define MAPPINGS_MAX 65535u
/* A program may pin anew between quiesce and unmap: the kernel tries as often before it gives up.
 */
#define UNMAP_TRIES	10
#define DEVICE_NAME_MAX 4096 /* as the kernel: one page */
#define PAGE_MASK_LOW	((uint64_t)CHANIO_PAGE_SIZE - 1)

struct mapping {
	uint64_t iova;
	uint64_t size;
};

struct vfio_container {
	pthread_mutex_t lock; /* all below */
	unsigned int references;
	unsigned int groups;
	unsigned long iommu; /* 0: not set */
	struct css_storage *storage;
	struct vfio_device *devices;
	struct mapping *mappings;
	size_t mapping_count;
	size_t mapping_room;
};

struct vfio_group {
	pthread_mutex_t lock; /* all below that changes */
	unsigned int references;
	int number;
	const struct vfio_backend *backend;
	struct vfio_container *container;
	struct vfio_device *devices;
	struct vfio_group *next; /* under groups_lock */
};

struct vfio_device {
	unsigned int references; /* under the group's lock */
	char *name;
	struct vfio_group *group;
	struct vfio_container *container;
	struct chanio_device *driver;
	struct vfio_device *next;	       /* of the group */
	struct vfio_device *next_in_container; /* under the container's lock */
};

static pthread_mutex_t groups_lock = PTHREAD_MUTEX_INITIALIZER;
static struct vfio_group *groups;

/* Containers */

int vfio_container_create(struct vfio_container **result)
{
	struct vfio_container *container = calloc(1, sizeof(*container));
	int error;

	if (!container)
		return -ENOMEM;
	error = css_storage_create(&container->storage);
	if (error) {
		free(container);
		return error;
	}
	pthread_mutex_init(&container->lock, NULL);
	container->references = 1;
	*result = container;
	return 0;
}

static void container_get(struct vfio_container *container)
{
	pthread_mutex_lock(&container->lock);
	container->references++;
	pthread_mutex_unlock(&container->lock);
}

void vfio_container_put(struct vfio_container *container)
{
	bool last;

	if (!container)
		return;
	pthread_mutex_lock(&container->lock);
	assert(container->references > 0);
	last = --container->references == 0;
	pthread_mutex_unlock(&container->lock);
	if (!last)
		return;
	assert(!container->groups && !container->devices);
	css_storage_destroy(container->storage);
	pthread_mutex_destroy(&container->lock);
	free(container->mappings);
	free(container);
}

static long check_extension(unsigned long extension)
{
	switch (extension) {
	case VFIO_TYPE1_IOMMU:
	case VFIO_TYPE1v2_IOMMU:
	case VFIO_UNMAP_ALL:
		return 1;
	default:
		return 0;
	}
}

static int set_iommu(struct vfio_container *container, unsigned long type)
{
	if (!container->groups || container->iommu)
		return -EINVAL;
	if (type != VFIO_TYPE1_IOMMU && type != VFIO_TYPE1v2_IOMMU)
		return -ENODEV;
	container->iommu = type;
	return 0;
}

static int iommu_get_info(const struct vfio_container *container, void *argument)
{
	const uint32_t fixed = offsetof(struct vfio_iommu_type1_info, cap_offset);
	struct vfio_iommu_type1_info info = {0};
	struct vfio_iommu_type1_info_dma_avail available = {
		.header = {.id = VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, .version = 1},
		.avail = (uint32_t)(MAPPINGS_MAX - container->mapping_count),
	};

	memcpy(&info, argument, sizeof(info.argsz));
	if (info.argsz < fixed)
		return -EINVAL;
	info.flags = VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS;
	info.iova_pgsizes = ~PAGE_MASK_LOW;
	if (info.argsz >= sizeof(info) + sizeof(available)) {
		info.cap_offset = sizeof(info);
		memcpy((char *)argument + info.cap_offset, &available, sizeof(available));
		memcpy(argument, &info, sizeof(info));
		return 0;
	}
	/* The new argsz tells how much to bring; a caller of the oldest form has no cap_offset. */
	if (info.argsz >= offsetof(struct vfio_iommu_type1_info, cap_offset) + sizeof(uint32_t))
		memset((char *)argument + fixed, 0, sizeof(uint32_t));
	info.argsz = sizeof(info) + sizeof(available);
	memcpy(argument, &info, fixed);
	return 0;
}

static int reserve_mapping(struct vfio_container *container)
{
	size_t room = container->mapping_room ? 2 * container->mapping_room : 16;
	struct mapping *more;

	if (container->mapping_count == MAPPINGS_MAX)
		return -ENOSPC;
	if (container->mapping_count < container->mapping_room)
		return 0;
	more = realloc(container->mappings, room * sizeof(*more));
	if (!more)
		return -ENOMEM;
	container->mappings = more;
	container->mapping_room = room;
	return 0;
}

static int map_dma(struct vfio_container *container, const void *argument)
{
	const uint32_t access = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	struct vfio_iommu_type1_dma_map map;
	int error;

	memcpy(&map, argument, sizeof(map.argsz));
	if (map.argsz < sizeof(map))
		return -EINVAL;
	memcpy(&map, argument, sizeof(map));
	if (!(map.flags & access) || (map.flags & ~access) || !map.size)
		return -EINVAL;
	if ((map.iova | map.size | map.vaddr) & PAGE_MASK_LOW)
		return -EINVAL;
	if (map.iova + (map.size - 1) < map.iova || map.vaddr + (map.size - 1) < map.vaddr)
		return -EINVAL;
	error = reserve_mapping(container);
	if (error)
		return error;
	error = css_storage_map(container->storage, map.iova, map.size,
				(void *)(uintptr_t)map.vaddr, map.flags & VFIO_DMA_MAP_FLAG_READ,
				map.flags & VFIO_DMA_MAP_FLAG_WRITE);
	if (error)
		return error;
	container->mappings[container->mapping_count++] = (struct mapping){map.iova, map.size};
	return 0;
}

static void forget_mappings(struct vfio_container *container, uint64_t iova, uint64_t size)
{
	size_t kept = 0;

	for (size_t i = 0; i < container->mapping_count; i++) {
		const struct mapping *mapping = &container->mappings[i];

		if (mapping->iova - iova >= size)
			container->mappings[kept++] = *mapping;
	}
	container->mapping_count = kept;
}

/* Quiesces every program that might use the range, then takes it away. Bytes unmapped or -errno. */
static int64_t unmap_range(struct vfio_container *container, uint64_t iova, uint64_t size)
{
	int64_t done = -EBUSY;

	for (int i = 0; i < UNMAP_TRIES && done == -EBUSY; i++) {
		for (struct vfio_device *d = container->devices; d; d = d->next_in_container)
			chanio_device_dma_unmap(d->driver, iova, size);
		done = css_storage_unmap(container->storage, iova, size);
	}
	if (done > 0)
		forget_mappings(container, iova, size);
	return done;
}

/* Bytes unmapped, or the first error. */
static int64_t unmap_all(struct vfio_container *container)
{
	int64_t total = 0;

	while (container->mapping_count) {
		struct mapping last = container->mappings[container->mapping_count - 1];
		int64_t done = unmap_range(container, last.iova, last.size);

		if (done < 0)
			return done;
		assert(done > 0);
		/* A mapping may claim more than there is memory. */
		total = done < INT64_MAX - total ? total + done : INT64_MAX;
	}
	return total;
}

static int unmap_dma(struct vfio_container *container, void *argument)
{
	const uint32_t fixed = offsetof(struct vfio_iommu_type1_dma_unmap, data);
	struct vfio_iommu_type1_dma_unmap unmap;
	int64_t done;

	memcpy(&unmap, argument, sizeof(unmap.argsz));
	if (unmap.argsz < fixed)
		return -EINVAL;
	memcpy(&unmap, argument, fixed);
	if (unmap.flags & ~(uint32_t)VFIO_DMA_UNMAP_FLAG_ALL)
		return -EINVAL;
	if (unmap.flags & VFIO_DMA_UNMAP_FLAG_ALL) {
		if (unmap.iova || unmap.size)
			return -EINVAL;
		done = unmap_all(container);
	} else {
		if (!unmap.size || ((unmap.iova | unmap.size) & PAGE_MASK_LOW) ||
		    unmap.iova + (unmap.size - 1) < unmap.iova)
			return -EINVAL;
		done = unmap_range(container, unmap.iova, unmap.size);
	}
	if (done < 0)
		return (int)done;
	unmap.size = (uint64_t)done;
	memcpy(argument, &unmap, fixed);
	return 0;
}

/* The calls that exist only once an IOMMU type was set. */
static int iommu_ioctl(struct vfio_container *container, unsigned long request, void *argument)
{
	if (!container->iommu)
		return -EINVAL;
	switch (request) {
	case VFIO_IOMMU_GET_INFO:
		return argument ? iommu_get_info(container, argument) : -EFAULT;
	case VFIO_IOMMU_MAP_DMA:
		return argument ? map_dma(container, argument) : -EFAULT;
	case VFIO_IOMMU_UNMAP_DMA:
		return argument ? unmap_dma(container, argument) : -EFAULT;
	default:
		return -ENOTTY;
	}
}

int vfio_container_ioctl(struct vfio_container *container, unsigned long request, void *argument)
{
	int result;

	if (request == VFIO_GET_API_VERSION)
		return VFIO_API_VERSION;
	if (request == VFIO_CHECK_EXTENSION)
		return (int)check_extension((unsigned long)(uintptr_t)argument);
	pthread_mutex_lock(&container->lock);
	if (request == VFIO_SET_IOMMU)
		result = set_iommu(container, (unsigned long)(uintptr_t)argument);
	else
		result = iommu_ioctl(container, request, argument);
	pthread_mutex_unlock(&container->lock);
	return result;
}

/* The last group takes the IOMMU, and with it all mappings, along. */
static void container_detach_group(struct vfio_container *container)
{
	pthread_mutex_lock(&container->lock);
	assert(container->groups > 0);
	if (--container->groups == 0) {
		int64_t done = unmap_all(container);

		assert(done >= 0);
		(void)done;
		container->iommu = 0;
	}
	pthread_mutex_unlock(&container->lock);
	vfio_container_put(container);
}

/* Groups */

int vfio_group_open(const struct vfio_backend *backend, int number, struct vfio_group **result)
{
	struct vfio_group *group = calloc(1, sizeof(*group));
	int error = 0;

	if (!group)
		return -ENOMEM;
	pthread_mutex_init(&group->lock, NULL);
	group->references = 1;
	group->number = number;
	group->backend = backend;
	pthread_mutex_lock(&groups_lock);
	for (const struct vfio_group *g = groups; g; g = g->next)
		if (g->backend == backend && g->number == number)
			error = -EBUSY;
	if (!error) {
		group->next = groups;
		groups = group;
	}
	pthread_mutex_unlock(&groups_lock);
	if (error) {
		pthread_mutex_destroy(&group->lock);
		free(group);
		return error;
	}
	*result = group;
	return 0;
}

static void group_forget(struct vfio_group *group)
{
	struct vfio_group **link = &groups;

	pthread_mutex_lock(&groups_lock);
	while (*link != group)
		link = &(*link)->next;
	*link = group->next;
	pthread_mutex_unlock(&groups_lock);
}

void vfio_group_put(struct vfio_group *group)
{
	bool last;

	if (!group)
		return;
	pthread_mutex_lock(&group->lock);
	assert(group->references > 0);
	last = --group->references == 0;
	pthread_mutex_unlock(&group->lock);
	if (!last)
		return;
	assert(!group->devices);
	if (group->container)
		container_detach_group(group->container);
	group_forget(group);
	pthread_mutex_destroy(&group->lock);
	free(group);
}

int vfio_group_set_container(struct vfio_group *group, struct vfio_container *container)
{
	int error = 0;

	pthread_mutex_lock(&group->lock);
	if (group->container) {
		error = -EINVAL;
	} else {
		container_get(container);
		pthread_mutex_lock(&container->lock);
		container->groups++;
		pthread_mutex_unlock(&container->lock);
		group->container = container;
	}
	pthread_mutex_unlock(&group->lock);
	return error;
}

static int group_unset_container(struct vfio_group *group)
{
	if (!group->container)
		return -EINVAL;
	if (group->devices)
		return -EBUSY;
	container_detach_group(group->container);
	group->container = NULL;
	return 0;
}

static int group_get_status(const struct vfio_group *group, void *argument)
{
	struct vfio_group_status status;

	memcpy(&status, argument, sizeof(status.argsz));
	if (status.argsz < sizeof(status))
		return -EINVAL;
	status.flags = VFIO_GROUP_FLAGS_VIABLE;
	if (group->container)
		status.flags |= VFIO_GROUP_FLAGS_CONTAINER_SET;
	memcpy(argument, &status, sizeof(status));
	return 0;
}

int vfio_group_ioctl(struct vfio_group *group, unsigned long request, void *argument)
{
	int result;

	pthread_mutex_lock(&group->lock);
	switch (request) {
	case VFIO_GROUP_GET_STATUS:
		result = argument ? group_get_status(group, argument) : -EFAULT;
		break;
	case VFIO_GROUP_UNSET_CONTAINER:
		result = group_unset_container(group);
		break;
	default:
		result = -ENOTTY;
	}
	pthread_mutex_unlock(&group->lock);
	return result;
}

/* Devices */

static bool container_has_iommu(struct vfio_container *container)
{
	bool set;

	pthread_mutex_lock(&container->lock);
	set = container->iommu != 0;
	pthread_mutex_unlock(&container->lock);
	return set;
}

static void container_add_device(struct vfio_container *container, struct vfio_device *device)
{
	pthread_mutex_lock(&container->lock);
	device->next_in_container = container->devices;
	container->devices = device;
	pthread_mutex_unlock(&container->lock);
}

static void container_remove_device(struct vfio_container *container, struct vfio_device *device)
{
	struct vfio_device **link = &container->devices;

	pthread_mutex_lock(&container->lock);
	while (*link != device)
		link = &(*link)->next_in_container;
	*link = device->next_in_container;
	pthread_mutex_unlock(&container->lock);
}

/* Opens the driver; seen by DMA unmap before the first program can run. Group lock held. */
static int device_start(struct vfio_device *device)
{
	const struct vfio_backend *backend = device->group->backend;
	int error = backend->open(backend->context, device->group->number, device->name,
				  device->container->storage, &device->driver);

	if (error)
		return error;
	container_add_device(device->container, device);
	error = chanio_device_open(device->driver);
	if (error) {
		container_remove_device(device->container, device);
		backend->close(backend->context, device->driver);
	}
	return error;
}

static int device_create(struct vfio_group *group, const char *name, struct vfio_device **result)
{
	struct vfio_device *device = calloc(1, sizeof(*device));
	int error = -ENOMEM;

	if (!device)
		return -ENOMEM;
	device->references = 1;
	device->group = group;
	device->container = group->container;
	device->name = strdup(name);
	if (device->name)
		error = device_start(device);
	if (error) {
		free(device->name);
		free(device);
		return error;
	}
	device->next = group->devices;
	group->devices = device;
	group->references++;
	*result = device;
	return 0;
}

int vfio_group_get_device(struct vfio_group *group, const char *name, struct vfio_device **result)
{
	struct vfio_device *device;
	int error = 0;

	if (strnlen(name, DEVICE_NAME_MAX) == DEVICE_NAME_MAX)
		return -EINVAL;
	pthread_mutex_lock(&group->lock);
	for (device = group->devices; device; device = device->next)
		if (strcmp(device->name, name) == 0)
			break;
	if (!group->container || !container_has_iommu(group->container)) {
		error = -EINVAL;
	} else if (device) {
		device->references++;
		*result = device;
	} else {
		error = device_create(group, name, result);
	}
	pthread_mutex_unlock(&group->lock);
	return error;
}

static void device_destroy(struct vfio_device *device)
{
	const struct vfio_backend *backend = device->group->backend;

	/* Until it is closed its programs may touch what somebody unmaps: it stays listed. */
	chanio_device_close(device->driver);
	container_remove_device(device->container, device);
	backend->close(backend->context, device->driver);
	free(device->name);
	free(device);
}

void vfio_device_put(struct vfio_device *device)
{
	struct vfio_group *group;
	struct vfio_device **link;
	bool last;

	if (!device)
		return;
	group = device->group;
	pthread_mutex_lock(&group->lock);
	assert(device->references > 0);
	last = --device->references == 0;
	if (last) {
		for (link = &group->devices; *link != device; link = &(*link)->next)
			;
		*link = device->next;
		device_destroy(device);
	}
	pthread_mutex_unlock(&group->lock);
	if (last)
		vfio_group_put(group);
}

static int get_info(void *argument)
{
	const uint32_t fixed = offsetof(struct vfio_device_info, cap_offset);
	struct vfio_device_info info;

	memcpy(&info, argument, sizeof(info.argsz));
	if (info.argsz < fixed)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_CCW | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = CHANIO_REGIONS;
	info.num_irqs = CHANIO_IRQS;
	memcpy(argument, &info, fixed);
	return 0;
}

static int get_region_info(void *argument)
{
	const struct chanio_region_info *region;
	struct vfio_region_info info;
	struct vfio_region_info_cap_type type = {
		.header = {.id = VFIO_REGION_INFO_CAP_TYPE, .version = 1},
		.type = CHANIO_REGION_TYPE,
	};

	memcpy(&info, argument, sizeof(info.argsz));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	memcpy(&info, argument, sizeof(info));
	region = chanio_region_info(info.index);
	if (!region)
		return -EINVAL;
	info.flags = region->flags;
	info.size = region->size;
	info.offset = (uint64_t)info.index << CHANIO_REGION_SHIFT;
	info.cap_offset = 0;
	if (region->subtype) {
		info.flags |= VFIO_REGION_INFO_FLAG_CAPS;
		type.subtype = region->subtype;
		if (info.argsz < sizeof(info) + sizeof(type)) {
			info.argsz = sizeof(info) + sizeof(type);
		} else {
			info.cap_offset = sizeof(info);
			memcpy((char *)argument + info.cap_offset, &type, sizeof(type));
		}
	}
	memcpy(argument, &info, sizeof(info));
	return 0;
}

static int get_irq_info(void *argument)
{
	struct vfio_irq_info info;

	memcpy(&info, argument, sizeof(info.argsz));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	memcpy(&info, argument, sizeof(info));
	if (info.index >= CHANIO_IRQS)
		return -EINVAL;
	info.flags = VFIO_IRQ_INFO_EVENTFD;
	info.count = 1;
	memcpy(argument, &info, sizeof(info));
	return 0;
}

/* The checks of the VFIO core; every index has one interrupt. *data_size: bytes that follow. */
static int check_irq_set(const struct vfio_irq_set *set, size_t *data_size)
{
	const uint32_t known = VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK;
	size_t unit;

	if (set->index >= CHANIO_IRQS || (set->flags & ~known))
		return -EINVAL;
	if (set->start >= 1 || set->count > 1)
		return -EINVAL;
	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		unit = 0;
		break;
	case VFIO_IRQ_SET_DATA_BOOL:
		unit = sizeof(uint8_t);
		break;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		unit = sizeof(int32_t);
		break;
	default:
		return -EINVAL;
	}
	*data_size = unit * set->count;
	if (set->argsz - sizeof(*set) < *data_size)
		return -EINVAL;
	/* Masking is not offered; together with TRIGGER the kernel lets it pass. */
	return set->flags & VFIO_IRQ_SET_ACTION_TRIGGER ? 0 : -EINVAL;
}

static int set_eventfd(struct vfio_device *device, uint32_t index, int32_t fd)
{
	const struct vfio_backend *backend = device->group->backend;
	void *event = NULL;

	if (fd < -1)
		return -EINVAL;
	if (fd >= 0) {
		int error = backend->take_event(backend->context, fd, &event);

		if (error)
			return error;
	}
	return chanio_device_set_event(device->driver, index, event);
}

static int set_irqs(struct vfio_device *device, const void *argument)
{
	struct vfio_irq_set set;
	size_t data_size;
	int32_t fd;
	uint8_t flag;
	int error;

	memcpy(&set, argument, sizeof(set.argsz));
	if (set.argsz < sizeof(set))
		return -EINVAL;
	memcpy(&set, argument, sizeof(set));
	error = check_irq_set(&set, &data_size);
	if (error)
		return error;
	switch (set.flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		/* No interrupts named: the way to take the whole index down. */
		if (set.count == 0)
			return chanio_device_set_event(device->driver, set.index, NULL);
		return chanio_device_trigger(device->driver, set.index);
	case VFIO_IRQ_SET_DATA_BOOL:
		flag = 0;
		memcpy(&flag, (const char *)argument + sizeof(set), data_size);
		return flag ? chanio_device_trigger(device->driver, set.index) : 0;
	default:
		if (data_size == 0)
			return 0;
		memcpy(&fd, (const char *)argument + sizeof(set), sizeof(fd));
		return set_eventfd(device, set.index, fd);
	}
}

int vfio_device_ioctl(struct vfio_device *device, unsigned long request, void *argument)
{
	if (request == VFIO_DEVICE_RESET)
		return chanio_device_reset(device->driver);
	switch (request) {
	case VFIO_DEVICE_GET_INFO:
		return argument ? get_info(argument) : -EFAULT;
	case VFIO_DEVICE_GET_REGION_INFO:
		return argument ? get_region_info(argument) : -EFAULT;
	case VFIO_DEVICE_GET_IRQ_INFO:
		return argument ? get_irq_info(argument) : -EFAULT;
	case VFIO_DEVICE_SET_IRQS:
		return argument ? set_irqs(device, argument) : -EFAULT;
	default:
		return -ENOTTY;
	}
}

long vfio_device_read(struct vfio_device *device, uint64_t offset, void *buffer, size_t size)
{
	return chanio_device_read(device->driver, offset, buffer, size);
}

long vfio_device_write(struct vfio_device *device, uint64_t offset, const void *buffer, size_t size)
{
	return chanio_device_write(device->driver, offset, buffer, size);
}

struct chanio_device *vfio_device_driver(struct vfio_device *device)
{
	return device->driver;
}
