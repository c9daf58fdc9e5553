/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The VFIO calls from several threads at once: objects go when their last user has gone, a device
 * is open once however many ask for it, and nothing is called on one that is closed.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/vfio.h>

#include "tests/attach/fakes.h"

#define THREADS 4
#define ROUNDS	2000
#define MIB	0x100000ull

struct shared {
	struct vfio_container *container;
	struct vfio_group *group;
	atomic_int failures;
	atomic_uint next;
};

static int map_and_unmap(struct vfio_container *container, uint64_t iova)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = 3, .vaddr = MIB, .iova = iova, .size = MIB};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = MIB};

	if (vfio_container_ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		return 1;
	return vfio_container_ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap) || unmap.size != MIB;
}

static int use_device(struct vfio_group *group)
{
	struct vfio_irq_set disarm = {.argsz = sizeof(disarm),
				      .flags =
					      VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER};
	struct vfio_device *device;
	uint8_t bytes[8];
	int failures = 0;

	if (vfio_group_get_device(group, FAKE_NAME, &device))
		return 1;
	failures += vfio_device_read(device, 0, bytes, sizeof(bytes)) != sizeof(bytes);
	failures += vfio_device_ioctl(device, VFIO_DEVICE_SET_IRQS, &disarm) != 0;
	failures += vfio_device_ioctl(device, VFIO_DEVICE_RESET, NULL) != 0;
	vfio_device_put(device);
	return failures;
}

static void *work(void *context)
{
	struct shared *shared = context;
	unsigned int number = atomic_fetch_add(&shared->next, 1);

	for (int i = 0; i < ROUNDS; i++) {
		shared->failures += map_and_unmap(shared->container, number * 2 * MIB);
		shared->failures += use_device(shared->group);
	}
	return NULL;
}

static void run(void *(*body)(void *), void *context)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, body, context), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void devices_and_mappings_come_and_go(void **state)
{
	struct shared shared = {0};

	memset(&fake, 0, sizeof(fake));
	assert_int_equal(vfio_container_create(&shared.container), 0);
	assert_int_equal(vfio_group_open(&fake_backend, FAKE_GROUP, &shared.group), 0);
	assert_int_equal(vfio_group_set_container(shared.group, shared.container), 0);
	assert_int_equal(vfio_container_ioctl(shared.container, VFIO_SET_IOMMU, (void *)3), 0);
	run(work, &shared);
	assert_int_equal(shared.failures, 0);
	assert_int_equal(fake.misused, 0);
	assert_int_equal(fake.opens, fake.closes);
	assert_int_equal(fake.mapped, 0);
	vfio_container_put(shared.container);
	vfio_group_put(shared.group);
	assert_int_equal(fake.storages, 0);
}

/* Each thread tries to be the group's only user; who is has the whole life of it to himself. */
static void *be_the_user(void *context)
{
	struct shared *shared = context;
	int done = 0;

	while (done < ROUNDS / 10) {
		struct vfio_container *container;
		struct vfio_group *group;
		int error = vfio_group_open(&fake_backend, FAKE_GROUP, &group);

		if (error == -EBUSY)
			continue;
		if (error || vfio_container_create(&container)) {
			shared->failures++;
			break;
		}
		shared->failures += vfio_group_set_container(group, container) != 0;
		shared->failures += vfio_container_ioctl(container, VFIO_SET_IOMMU, (void *)3) != 0;
		vfio_container_put(container);
		shared->failures += use_device(group);
		vfio_group_put(group);
		done++;
	}
	return NULL;
}

static void a_group_has_one_user_at_a_time(void **state)
{
	struct shared shared = {0};

	memset(&fake, 0, sizeof(fake));
	run(be_the_user, &shared);
	assert_int_equal(shared.failures, 0);
	assert_int_equal(fake.misused, 0);
	assert_int_equal(fake.opens, THREADS * (ROUNDS / 10));
	assert_int_equal(fake.storages, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_and_mappings_come_and_go),
		cmocka_unit_test(a_group_has_one_user_at_a_time),
	};

	return cmocka_run_group_tests_name("vfio, several threads", tests, NULL, NULL);
}
