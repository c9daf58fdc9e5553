/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Opening, closing, and the calls of <linux/vfio.h> that a client of a channel device makes. */
#include "client/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "client/internal.h"

/* Of the CCW region type; <linux/vfio.h> of older systems does not have all of them. */
#define TYPE_CCW	2u
#define SUBTYPE_COMMAND 1u
#define SUBTYPE_SCHIB	2u
#define SUBTYPE_CRW	3u
/* More than any capability chain of a region has. */
#define INFO_ROOM 1024u

int client_init(struct client *client, const struct client_target *target)
{
	*client = (struct client){.target = target};
	for (int i = 0; i < CLIENT_IRQS; i++)
		client->event[i] = -1;
	return client_memory_init(client);
}

static void close_file(struct client *client, void **file)
{
	if (*file)
		client->target->ops->close(client->target->context, *file);
	*file = NULL;
}

void client_close_device(struct client *client)
{
	close_file(client, &client->device);
	for (int i = 0; i < CLIENT_IRQS; i++) {
		if (client->event[i] >= 0)
			close(client->event[i]);
		client->event[i] = -1;
	}
}

void client_finish(struct client *client)
{
	client_close_device(client);
	close_file(client, &client->group);
	close_file(client, &client->container);
	client_memory_finish(client);
}

int client_open_container(struct client *client)
{
	return client->target->ops->open(client->target->context, CLIENT_CONTAINER,
					 &client->container);
}

int client_open_group(struct client *client)
{
	return client->target->ops->open(client->target->context, CLIENT_GROUP, &client->group);
}

int client_set_iommu(struct client *client)
{
	int result = client->target->ops->set_container(client->target->context, client->group,
							client->container);

	if (result)
		return result;
	return client_container_ioctl(client, VFIO_SET_IOMMU,
				      (void *)(uintptr_t)VFIO_TYPE1v2_IOMMU);
}

int client_map_memory(struct client *client)
{
	return client_map(client, CLIENT_MEMORY, client->memory, CLIENT_MEMORY_SIZE);
}

/* The type capability in the chain of `info`, which has `size` bytes; NULL if there is none. */
static const struct vfio_region_info_cap_type *find_type(const struct vfio_region_info *info,
							 size_t size)
{
	const char *bytes = (const char *)info;
	uint32_t at = info->flags & VFIO_REGION_INFO_FLAG_CAPS ? info->cap_offset : 0;
	const struct vfio_info_cap_header *header;

	/* No chain is longer than there are headers in the room. */
	for (size_t i = 0; i < size / sizeof(*header); i++) {
		if (!at || at > size - sizeof(*header) || at % sizeof(uint32_t))
			return NULL;
		header = (const void *)(bytes + at);
		if (header->id == VFIO_REGION_INFO_CAP_TYPE)
			return at + sizeof(struct vfio_region_info_cap_type) <= size
				       ? (const void *)header
				       : NULL;
		at = header->next;
	}
	return NULL;
}

int client_region_info(struct client *client, uint32_t index, struct client_region_info *result)
{
	union {
		struct vfio_region_info info;
		char room[INFO_ROOM];
	} u = {.info = {.argsz = sizeof(u), .index = index}};
	const struct vfio_region_info_cap_type *type;
	int error = client_ioctl(client, VFIO_DEVICE_GET_REGION_INFO, &u);

	if (error)
		return error;
	*result = (struct client_region_info){
		.region = {u.info.offset, u.info.size, u.info.flags},
	};
	type = find_type(&u.info, sizeof(u));
	if (type) {
		result->type = type->type;
		result->subtype = type->subtype;
	}
	return 0;
}

static struct client_region *region_of_subtype(struct client *client, uint32_t subtype)
{
	switch (subtype) {
	case SUBTYPE_COMMAND:
		return &client->command;
	case SUBTYPE_SCHIB:
		return &client->schib;
	case SUBTYPE_CRW:
		return &client->crw;
	default:
		return NULL;
	}
}

static int find_regions(struct client *client)
{
	struct vfio_device_info info = {.argsz = sizeof(info)};
	struct client_region_info found;
	struct client_region *region;
	int error = client_ioctl(client, VFIO_DEVICE_GET_INFO, &info);

	if (!error)
		error = client_region_info(client, 0, &found);
	if (error)
		return error;
	client->io = found.region;
	for (uint32_t i = 1; i < info.num_regions; i++) {
		error = client_region_info(client, i, &found);
		if (error)
			return error;
		region = found.type == TYPE_CCW ? region_of_subtype(client, found.subtype) : NULL;
		if (region)
			*region = found.region;
	}
	return 0;
}

int client_open_device(struct client *client)
{
	int error = client->target->ops->get_device(client->target->context, client->group,
						    client->target->device, &client->device);

	return error ? error : find_regions(client);
}

int client_arm(struct client *client, enum client_irq irq)
{
	if (client->event[irq] < 0)
		client->event[irq] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (client->event[irq] < 0)
		return -errno;
	return client_set_event(client, irq, client->event[irq]);
}

int client_open(struct client *client)
{
	int error = client_open_container(client);

	if (!error)
		error = client_open_group(client);
	if (!error)
		error = client_set_iommu(client);
	if (!error)
		error = client_map_memory(client);
	if (!error)
		error = client_open_device(client);
	for (int i = 0; !error && i < CLIENT_IRQS; i++)
		error = client_arm(client, i);
	return error;
}

/* Raw calls */

int client_container_ioctl(struct client *client, unsigned long request, void *argument)
{
	return client->target->ops->ioctl(client->target->context, client->container, request,
					  argument);
}

int client_group_ioctl(struct client *client, unsigned long request, void *argument)
{
	return client->target->ops->ioctl(client->target->context, client->group, request,
					  argument);
}

int client_ioctl(struct client *client, unsigned long request, void *argument)
{
	return client->target->ops->ioctl(client->target->context, client->device, request,
					  argument);
}

long client_read(struct client *client, uint64_t offset, void *to, size_t size)
{
	return client->target->ops->read(client->target->context, client->device, offset, to, size);
}

long client_write(struct client *client, uint64_t offset, const void *from, size_t size)
{
	return client->target->ops->write(client->target->context, client->device, offset, from,
					  size);
}

int client_map(struct client *client, uint64_t iova, void *memory, uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory,
		.iova = iova,
		.size = size,
	};

	return client_container_ioctl(client, VFIO_IOMMU_MAP_DMA, &map);
}

int client_unmap(struct client *client, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};

	return client_container_ioctl(client, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

int client_reset(struct client *client)
{
	return client_ioctl(client, VFIO_DEVICE_RESET, NULL);
}

/* Interrupts */

int client_set_irqs(struct client *client, const struct vfio_irq_set *set, const void *data,
		    size_t size)
{
	union {
		struct vfio_irq_set set;
		char room[sizeof(struct vfio_irq_set) + sizeof(uint64_t)];
	} u = {.set = *set};

	if (size > sizeof(uint64_t))
		return -E2BIG;
	if (size)
		memcpy(u.room + sizeof(*set), data, size);
	return client_ioctl(client, VFIO_DEVICE_SET_IRQS, &u);
}

int client_set_event(struct client *client, enum client_irq irq, int fd)
{
	const int32_t data = fd;
	const struct vfio_irq_set set = {
		.argsz = sizeof(set) + sizeof(data),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = irq,
		.count = 1,
	};

	return client_set_irqs(client, &set, &data, sizeof(data));
}

uint64_t client_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void client_sleep(unsigned int milliseconds)
{
	struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

long client_wait(struct client *client, enum client_irq irq, int milliseconds)
{
	struct pollfd poll_of = {.fd = client->event[irq], .events = POLLIN};
	uint64_t end = client_now() + (uint64_t)milliseconds, now, count;
	int ready;

	for (;;) {
		ready = poll(&poll_of, 1, milliseconds);
		if (ready > 0 && read(client->event[irq], &count, sizeof(count)) == sizeof(count))
			return (long)count;
		if (ready < 0 && errno != EINTR)
			return -errno;
		now = client_now();
		if (now >= end)
			return -ETIMEDOUT;
		milliseconds = (int)(end - now);
	}
}
