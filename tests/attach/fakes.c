/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* See fakes.h. The storage follows css/storage.h as far as mappings go. */
#include "tests/attach/fakes.h"

#include <stdlib.h>
#include <string.h>

#include "css/storage.h"

struct fake fake;

/* Storage */

struct css_storage {
	struct {
		uint64_t guest, size;
	} mapping[8];
};

int css_storage_create(struct css_storage **storage)
{
	*storage = calloc(1, sizeof(**storage));
	fake.storages++;
	return *storage ? 0 : -ENOMEM;
}

void css_storage_destroy(struct css_storage *storage)
{
	fake.storages--;
	free(storage);
}

int css_storage_map(struct css_storage *storage, uint64_t guest, uint64_t size, void *host,
		    bool readable, bool writable)
{
	fake.maps++;
	for (int i = 0; i < 8; i++) {
		uint64_t at = storage->mapping[i].guest, length = storage->mapping[i].size;

		if (length && guest <= at + (length - 1) && at <= guest + (size - 1))
			return -EEXIST;
	}
	for (int i = 0; i < 8; i++) {
		if (storage->mapping[i].size)
			continue;
		storage->mapping[i].guest = guest;
		storage->mapping[i].size = size;
		fake.mapped++;
		return 0;
	}
	return -ENOSPC;
}

int64_t css_storage_unmap(struct css_storage *storage, uint64_t guest, uint64_t size)
{
	int64_t done = 0;

	if (fake.busy_unmaps > 0) {
		fake.busy_unmaps--;
		return -EBUSY;
	}
	for (int i = 0; i < 8; i++) {
		uint64_t at = storage->mapping[i].guest, length = storage->mapping[i].size;

		if (!length || guest > at + (length - 1) || at > guest + (size - 1))
			continue;
		if (at < guest || at + (length - 1) > guest + (size - 1))
			return -EINVAL;
		storage->mapping[i].size = 0;
		fake.mapped--;
		done += (int64_t)length;
	}
	return done;
}

/* Driver */

struct chanio_device {
	int unused;
};

static struct chanio_device driver;

const struct chanio_region_info *chanio_region_info(unsigned int region)
{
	static const struct chanio_region_info regions[] = {
		{124, 3, 0}, {8, 3, 1}, {52, 1, 2}, {8, 1, 3}};

	return region < CHANIO_REGIONS ? &regions[region] : NULL;
}

int chanio_device_open(struct chanio_device *device)
{
	fake.opens++;
	if (!fake.open_error && fake.in_use++)
		fake.misused++;
	return fake.open_error;
}

void chanio_device_close(struct chanio_device *device)
{
	fake.closes++;
	if (--fake.in_use)
		fake.misused++;
}

/* No call may reach a driver that nobody has open. */
static void check_open(void)
{
	if (!fake.in_use)
		fake.misused++;
}

long chanio_device_read(struct chanio_device *device, uint64_t offset, void *client, size_t size)
{
	check_open();
	memset(client, (int)(offset >> CHANIO_REGION_SHIFT), size);
	return (long)size;
}

long chanio_device_write(struct chanio_device *device, uint64_t offset, const void *client,
			 size_t size)
{
	check_open();
	return -EBUSY;
}

int chanio_device_set_event(struct chanio_device *device, enum chanio_irq irq, void *event)
{
	check_open();
	fake.sets[irq]++;
	fake.events[irq] = event;
	return 0;
}

int chanio_device_trigger(struct chanio_device *device, enum chanio_irq irq)
{
	check_open();
	fake.triggers[irq]++;
	return 0;
}

int chanio_device_reset(struct chanio_device *device)
{
	check_open();
	fake.resets++;
	return fake.reset_error;
}

int chanio_device_dma_unmap(struct chanio_device *device, uint64_t guest, uint64_t size)
{
	fake.unmaps++;
	fake.unmap_guest = guest;
	fake.unmap_size = size;
	return 0;
}

/* Backend */

static int backend_open(void *context, int group, const char *name, struct css_storage *storage,
			struct chanio_device **device)
{
	if (group != FAKE_GROUP || strcmp(name, FAKE_NAME) != 0)
		return -ENODEV;
	fake.backend_opens++;
	*device = &driver;
	return 0;
}

static void backend_close(void *context, struct chanio_device *device)
{
	fake.backend_closes++;
}

static int backend_take_event(void *context, int fd, void **event)
{
	if (fd == FAKE_FILE)
		return -EINVAL;
	if (fd != FAKE_EVENTFD)
		return -EBADF;
	*event = &fake;
	return 0;
}

const struct vfio_backend fake_backend = {
	.open = backend_open,
	.close = backend_close,
	.take_event = backend_take_event,
};
