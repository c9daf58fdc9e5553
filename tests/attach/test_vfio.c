/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The VFIO calls against mainline-behaviour.md sections 2, 3.7, 3.8 and vfio-ccw-interface.md
 * section 2. Most tests are tables of calls and the errno that must come back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/vfio.h>

#include "tests/attach/fakes.h"

#define MIB 0x100000ull

struct rig {
	struct vfio_container *container;
	struct vfio_group *group;
	struct vfio_device *device;
};

static void *value(unsigned long number)
{
	return (void *)(uintptr_t)number;
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	memset(&fake, 0, sizeof(fake));
	assert_int_equal(vfio_container_create(&rig->container), 0);
	assert_int_equal(vfio_group_open(&fake_backend, FAKE_GROUP, &rig->group), 0);
	assert_int_equal(vfio_group_set_container(rig->group, rig->container), 0);
	assert_int_equal(
		vfio_container_ioctl(rig->container, VFIO_SET_IOMMU, value(VFIO_TYPE1v2_IOMMU)), 0);
	assert_int_equal(vfio_group_get_device(rig->group, FAKE_NAME, &rig->device), 0);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	vfio_device_put(rig->device);
	vfio_group_put(rig->group);
	vfio_container_put(rig->container);
	free(rig);
	assert_int_equal(fake.opens - (fake.open_error ? 1 : 0), fake.closes);
	assert_int_equal(fake.backend_opens, fake.backend_closes);
	assert_int_equal(fake.mapped, 0);
	assert_int_equal(fake.storages, 0);
	return 0;
}

static int map(struct rig *rig, uint32_t flags, uint64_t iova, uint64_t size, uint64_t vaddr)
{
	struct vfio_iommu_type1_dma_map call = {
		.argsz = sizeof(call), .flags = flags, .vaddr = vaddr, .iova = iova, .size = size};

	return vfio_container_ioctl(rig->container, VFIO_IOMMU_MAP_DMA, &call);
}

static int64_t unmap(struct rig *rig, uint32_t flags, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap call = {
		.argsz = sizeof(call), .flags = flags, .iova = iova, .size = size};
	int error = vfio_container_ioctl(rig->container, VFIO_IOMMU_UNMAP_DMA, &call);

	return error ? error : (int64_t)call.size;
}

static void a_container_tells_its_version_and_extensions(void **state)
{
	static const struct {
		unsigned long extension;
		int answer;
	} rows[] = {{VFIO_TYPE1_IOMMU, 1},
		    {VFIO_TYPE1v2_IOMMU, 1},
		    {VFIO_UNMAP_ALL, 1},
		    {VFIO_SPAPR_TCE_IOMMU, 0},
		    {VFIO_EEH, 0},
		    {0, 0},
		    {~0ul, 0}};
	struct rig *rig = *state;

	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_GET_API_VERSION, NULL), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(vfio_container_ioctl(rig->container, VFIO_CHECK_EXTENSION,
						      value(rows[i].extension)),
				 rows[i].answer);
	assert_int_equal(vfio_container_ioctl(rig->container, 0x1234, NULL), -ENOTTY);
}

static void an_iommu_needs_a_group_and_is_set_once(void **state)
{
	struct rig *rig = *state;
	struct vfio_container *empty;

	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_SET_IOMMU, value(3)), -EINVAL);
	assert_int_equal(vfio_container_create(&empty), 0);
	assert_int_equal(vfio_container_ioctl(empty, VFIO_SET_IOMMU, value(3)), -EINVAL);
	assert_int_equal(vfio_container_ioctl(empty, VFIO_IOMMU_GET_INFO, NULL), -EINVAL);
	vfio_container_put(empty);
}

static void an_unknown_iommu_type_is_no_device(void **state)
{
	struct vfio_container *container;
	struct vfio_group *group;
	struct vfio_device *device;

	memset(&fake, 0, sizeof(fake));
	assert_int_equal(vfio_container_create(&container), 0);
	assert_int_equal(vfio_group_open(&fake_backend, FAKE_GROUP, &group), 0);
	assert_int_equal(vfio_group_get_device(group, FAKE_NAME, &device), -EINVAL);
	assert_int_equal(vfio_group_set_container(group, container), 0);
	assert_int_equal(vfio_container_ioctl(container, VFIO_SET_IOMMU, value(2)), -ENODEV);
	assert_int_equal(vfio_group_get_device(group, FAKE_NAME, &device), -EINVAL);
	assert_int_equal(vfio_container_ioctl(container, VFIO_SET_IOMMU, value(1)), 0);
	vfio_group_put(group);
	vfio_container_put(container);
	assert_int_equal(fake.storages, 0);
}

static void iommu_info_tells_page_sizes_and_mappings_left(void **state)
{
	struct rig *rig = *state;
	struct {
		struct vfio_iommu_type1_info info;
		struct vfio_iommu_type1_info_dma_avail available;
	} answer = {.info.argsz = 16, .info.cap_offset = 0xAAAA};

	answer.info.argsz = 15;
	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_IOMMU_GET_INFO, &answer),
			 -EINVAL);
	answer.info.argsz = 16;
	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_IOMMU_GET_INFO, &answer), 0);
	assert_int_equal(answer.info.flags, VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS);
	assert_true(answer.info.iova_pgsizes == 0xFFFFFFFFFFFFF000ull);
	assert_int_equal(answer.info.cap_offset, 0xAAAA);
	assert_int_equal(answer.info.argsz, sizeof(answer.info) + sizeof(answer.available));
	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_IOMMU_GET_INFO, &answer), 0);
	assert_int_equal(answer.info.cap_offset, sizeof(answer.info));
	assert_int_equal(answer.available.header.id, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
	assert_int_equal(answer.available.avail, 65534);
	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_IOMMU_GET_INFO, NULL), -EFAULT);
}

static void a_mapping_is_checked(void **state)
{
	static const struct {
		uint32_t flags;
		uint64_t iova, size, vaddr;
		int answer;
	} rows[] = {
		{3, 0, MIB, MIB, 0},
		{3, 0x1000, 0x1000, MIB, -EEXIST},
		{3, 0, 2 * MIB, MIB, -EEXIST},
		{3, 2 * MIB, 0, MIB, -EINVAL},
		{3, 2 * MIB, 0x800, MIB, -EINVAL},
		{3, 2 * MIB + 8, 0x1000, MIB, -EINVAL},
		{3, 2 * MIB, 0x1000, MIB + 8, -EINVAL},
		{0, 2 * MIB, 0x1000, MIB, -EINVAL},
		{VFIO_DMA_MAP_FLAG_VADDR, 2 * MIB, 0x1000, MIB, -EINVAL},
		{3 | 8, 2 * MIB, 0x1000, MIB, -EINVAL},
		{3, ~0xFFFull, 0x2000, MIB, -EINVAL},
		{3, 2 * MIB, 0x2000, ~0xFFFull, -EINVAL},
		{1, ~0xFFFull, 0x1000, MIB, 0}, /* the top page */
	};
	struct rig *rig = *state;
	struct vfio_iommu_type1_dma_map small = {.argsz = sizeof(small) - 1, .flags = 3};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(map(rig, rows[i].flags, rows[i].iova, rows[i].size, rows[i].vaddr),
				 rows[i].answer);
	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_IOMMU_MAP_DMA, &small), -EINVAL);
	assert_int_equal(vfio_container_ioctl(rig->container, VFIO_IOMMU_MAP_DMA, NULL), -EFAULT);
	assert_int_equal(fake.mapped, 2);
}

static void an_unmap_is_checked(void **state)
{
	static const struct {
		uint32_t flags;
		uint64_t iova, size;
		int64_t answer;
	} rows[] = {
		{0, 8 * MIB, MIB, 0},	 /* nothing there is no error */
		{0, 0, 0x1000, -EINVAL}, /* a part of a mapping */
		{0, 0, 0, -EINVAL},	 {0, 8, 0x1000, -EINVAL},
		{0, 0, 0x1001, -EINVAL}, {0, ~0xFFFull, 0x2000, -EINVAL},
		{1, 0, MIB, -EINVAL}, /* dirty bitmaps are not offered */
		{2, 0, MIB, -EINVAL}, /* "all" takes no range */
		{0, 0, 2 * MIB, MIB}, /* larger than the mapping is fine */
	};
	struct rig *rig = *state;

	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(unmap(rig, rows[i].flags, rows[i].iova, rows[i].size),
				 rows[i].answer);
	assert_int_equal(fake.mapped, 0);
}

static void unmap_all_takes_every_mapping(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
	assert_int_equal(map(rig, 3, 4 * MIB, MIB, MIB), 0);
	assert_int_equal(map(rig, 3, ~0xFFFull, 0x1000, MIB), 0);
	assert_int_equal(unmap(rig, VFIO_DMA_UNMAP_FLAG_ALL, 0, 0), 2 * MIB + 0x1000);
	assert_int_equal(fake.mapped, 0);
	assert_int_equal(fake.unmaps, 3);
}

static void unmap_quiesces_every_device_first_and_again_if_pinned_meanwhile(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
	fake.busy_unmaps = 2;
	assert_int_equal(unmap(rig, 0, 0, MIB), MIB);
	assert_int_equal(fake.unmaps, 3);
	assert_true(fake.unmap_guest == 0 && fake.unmap_size == MIB);
}

static void unmap_gives_up_after_a_bounded_number_of_tries(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
	fake.busy_unmaps = 1000;
	assert_int_equal(unmap(rig, 0, 0, MIB), -EBUSY);
	assert_true(fake.unmaps <= 10);
	fake.busy_unmaps = 0;
	assert_int_equal(unmap(rig, 0, 0, MIB), MIB);
}

static void a_group_opens_once(void **state)
{
	struct rig *rig = *state;
	struct vfio_group *second;
	struct vfio_group_status status = {.argsz = sizeof(status)};

	assert_int_equal(vfio_group_open(&fake_backend, FAKE_GROUP, &second), -EBUSY);
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_GET_STATUS, &status), 0);
	assert_int_equal(status.flags, VFIO_GROUP_FLAGS_VIABLE | VFIO_GROUP_FLAGS_CONTAINER_SET);
	status.argsz = sizeof(status) - 1;
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_GET_STATUS, &status), -EINVAL);
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_GET_STATUS, NULL), -EFAULT);
	assert_int_equal(vfio_group_ioctl(rig->group, 0x1234, NULL), -ENOTTY);
}

static void a_group_keeps_its_container_while_a_device_is_open(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(vfio_group_set_container(rig->group, rig->container), -EINVAL);
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_UNSET_CONTAINER, NULL), -EBUSY);
	vfio_device_put(rig->device);
	rig->device = NULL;
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_UNSET_CONTAINER, NULL), 0);
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_UNSET_CONTAINER, NULL), -EINVAL);
}

static void the_last_group_takes_the_mappings_along(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
	vfio_device_put(rig->device);
	rig->device = NULL;
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_UNSET_CONTAINER, NULL), 0);
	assert_int_equal(fake.mapped, 0);
	assert_int_equal(map(rig, 3, 0, MIB, MIB), -EINVAL);
}

static void two_descriptors_of_a_device_share_it(void **state)
{
	struct rig *rig = *state;
	struct vfio_device *second, *other;

	assert_int_equal(vfio_group_get_device(rig->group, FAKE_NAME, &second), 0);
	assert_ptr_equal(second, rig->device);
	assert_int_equal(fake.opens, 1);
	vfio_device_put(second);
	assert_int_equal(fake.closes, 0);
	assert_int_equal(vfio_group_get_device(rig->group, "0.0.ffff", &other), -ENODEV);
}

static void a_device_outlives_its_group_descriptor(void **state)
{
	struct rig *rig = *state;

	vfio_group_put(rig->group);
	rig->group = NULL;
	assert_int_equal(fake.closes, 0);
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_RESET, NULL), 0);
	assert_int_equal(map(rig, 3, 0, MIB, MIB), 0);
}

static void a_driver_that_does_not_open_leaves_nothing_behind(void **state)
{
	struct rig *rig = *state;

	vfio_device_put(rig->device);
	rig->device = NULL;
	fake.open_error = -ENODEV;
	assert_int_equal(vfio_group_get_device(rig->group, FAKE_NAME, &rig->device), -ENODEV);
	rig->device = NULL;
	assert_int_equal(fake.backend_opens, 2);
	assert_int_equal(fake.backend_closes, 2);
	assert_int_equal(vfio_group_ioctl(rig->group, VFIO_GROUP_UNSET_CONTAINER, NULL), 0);
}

static void device_info_is_the_kernels(void **state)
{
	struct rig *rig = *state;
	struct vfio_device_info info = {.argsz = 15, .cap_offset = 0xAAAA};

	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_INFO, &info), -EINVAL);
	info.argsz = 16;
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_INFO, &info), 0);
	assert_int_equal(info.argsz, 16);
	assert_int_equal(info.flags, 0x11);
	assert_int_equal(info.num_regions, 4);
	assert_int_equal(info.num_irqs, 3);
	assert_int_equal(info.cap_offset, 0xAAAA);
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_INFO, NULL), -EFAULT);
}

static void regions_are_the_kernels(void **state)
{
	static const struct {
		uint32_t argsz, index;
		int answer;
		uint32_t argsz_after, flags, cap_offset;
		uint64_t size, offset;
		uint32_t subtype;
	} rows[] = {
		{32, 0, 0, 32, 3, 0, 124, 0, 0},      {48, 0, 0, 48, 3, 0, 124, 0, 0},
		{32, 1, 0, 48, 0xB, 0, 8, 0x400, 0},  {47, 1, 0, 48, 0xB, 0, 8, 0x400, 0},
		{48, 1, 0, 48, 0xB, 32, 8, 0x400, 1}, {48, 2, 0, 48, 0x9, 32, 52, 0x800, 2},
		{64, 3, 0, 64, 0x9, 32, 8, 0xC00, 3}, {31, 0, -EINVAL, 31, 0, 0, 0, 0, 0},
		{48, 4, -EINVAL, 48, 0, 0, 0, 0, 0},  {48, 0xFFFFFFFF, -EINVAL, 48, 0, 0, 0, 0, 0},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct {
			struct vfio_region_info info;
			struct vfio_region_info_cap_type type;
			uint8_t beyond[16];
		} answer = {.info = {.argsz = rows[i].argsz, .index = rows[i].index}};

		assert_int_equal(
			vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_REGION_INFO, &answer),
			rows[i].answer);
		assert_int_equal(answer.info.argsz, rows[i].argsz_after);
		if (rows[i].answer)
			continue;
		assert_int_equal(answer.info.flags, rows[i].flags);
		assert_int_equal(answer.info.cap_offset, rows[i].cap_offset);
		assert_true(answer.info.size == rows[i].size);
		assert_true(answer.info.offset == rows[i].offset);
		assert_int_equal(answer.type.header.id, rows[i].cap_offset ? 2 : 0);
		assert_int_equal(answer.type.header.version, rows[i].cap_offset ? 1 : 0);
		assert_int_equal(answer.type.header.next, 0);
		assert_int_equal(answer.type.type, rows[i].cap_offset ? 2 : 0);
		assert_int_equal(answer.type.subtype, rows[i].subtype);
	}
}

static void each_interrupt_is_one_eventfd(void **state)
{
	struct rig *rig = *state;
	struct vfio_irq_info info = {.argsz = sizeof(info)};

	for (info.index = 0; info.index < 3; info.index++) {
		assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_IRQ_INFO, &info),
				 0);
		assert_int_equal(info.flags, VFIO_IRQ_INFO_EVENTFD);
		assert_int_equal(info.count, 1);
	}
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_IRQ_INFO, &info), -EINVAL);
	info.index = 0;
	info.argsz = 15;
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_GET_IRQ_INFO, &info), -EINVAL);
}

static int set_irqs(struct rig *rig, uint32_t argsz, uint32_t flags, uint32_t index, uint32_t start,
		    uint32_t count, int32_t data)
{
	/* vfio_irq_set ends in a flexible array, so the call is laid out by hand. */
	uint8_t call[sizeof(struct vfio_irq_set) + sizeof(data)];
	uint32_t words[5] = {argsz, flags, index, start, count};

	memcpy(call, words, sizeof(words));
	memcpy(call + sizeof(words), &data, sizeof(data));
	return vfio_device_ioctl(rig->device, VFIO_DEVICE_SET_IRQS, call);
}

#define NONE	VFIO_IRQ_SET_DATA_NONE
#define BOOL	VFIO_IRQ_SET_DATA_BOOL
#define FD	VFIO_IRQ_SET_DATA_EVENTFD
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER
#define MASK	VFIO_IRQ_SET_ACTION_MASK
#define UNMASK	VFIO_IRQ_SET_ACTION_UNMASK

static void interrupt_sets_are_checked(void **state)
{
	static const struct {
		uint32_t argsz, flags, index, start, count;
		int32_t data;
		int answer;
		int sets, triggers; /* what reached the driver */
	} rows[] = {
		{24, FD | TRIGGER, 0, 0, 1, FAKE_EVENTFD, 0, 1, 0},
		{24, FD | TRIGGER, 1, 0, 1, FAKE_EVENTFD, 0, 1, 0},
		{24, FD | TRIGGER, 2, 0, 1, -1, 0, 1, 0},
		{24, FD | TRIGGER, 0, 0, 1, -2, -EINVAL, 0, 0},
		{24, FD | TRIGGER, 0, 0, 1, FAKE_FILE, -EINVAL, 0, 0},
		{24, FD | TRIGGER, 0, 0, 1, 99, -EBADF, 0, 0},
		{24, FD | TRIGGER, 0, 0, 0, FAKE_EVENTFD, 0, 0, 0},
		{20, NONE | TRIGGER, 0, 0, 1, 0, 0, 0, 1},
		{20, NONE | TRIGGER, 0, 0, 0, 0, 0, 1, 0}, /* takes the index down */
		{21, BOOL | TRIGGER, 1, 0, 1, 0x01010101, 0, 0, 1},
		{21, BOOL | TRIGGER, 1, 0, 1, 0, 0, 0, 0},
		{20, BOOL | TRIGGER, 1, 0, 0, 0x01010101, 0, 0, 0},
		{20, NONE | TRIGGER | MASK, 0, 0, 1, 0, 0, 0, 1},
		{20, NONE | MASK, 0, 0, 1, 0, -EINVAL, 0, 0},
		{20, NONE | UNMASK, 0, 0, 1, 0, -EINVAL, 0, 0},
		{20, NONE, 0, 0, 1, 0, -EINVAL, 0, 0},
		{20, TRIGGER, 0, 0, 1, 0, -EINVAL, 0, 0},
		{24, FD | NONE | TRIGGER, 0, 0, 1, 0, -EINVAL, 0, 0},
		{24, FD | BOOL | TRIGGER, 0, 0, 1, 0, -EINVAL, 0, 0},
		{20, NONE | TRIGGER | 0x40, 0, 0, 1, 0, -EINVAL, 0, 0},
		{20, NONE | TRIGGER, 3, 0, 1, 0, -EINVAL, 0, 0},
		{20, NONE | TRIGGER, 0, 1, 1, 0, -EINVAL, 0, 0},
		{20, NONE | TRIGGER, 0, 1, 0, 0, -EINVAL, 0, 0},
		{28, FD | TRIGGER, 0, 0, 2, 0, -EINVAL, 0, 0},
		{20, NONE | TRIGGER, 0, 0, 0xFFFFFFFF, 0, -EINVAL, 0, 0},
		{20, NONE | TRIGGER, 0, 0xFFFFFFFF, 1, 0, -EINVAL, 0, 0},
		{19, NONE | TRIGGER, 0, 0, 1, 0, -EINVAL, 0, 0},
		{23, FD | TRIGGER, 0, 0, 1, FAKE_EVENTFD, -EINVAL, 0, 0},
		{20, BOOL | TRIGGER, 0, 0, 1, 1, -EINVAL, 0, 0},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int sets = 0, triggers = 0;

		memset(fake.sets, 0, sizeof(fake.sets));
		memset(fake.triggers, 0, sizeof(fake.triggers));
		assert_int_equal(set_irqs(rig, rows[i].argsz, rows[i].flags, rows[i].index,
					  rows[i].start, rows[i].count, rows[i].data),
				 rows[i].answer);
		for (int irq = 0; irq < CHANIO_IRQS; irq++) {
			sets += fake.sets[irq];
			triggers += fake.triggers[irq];
		}
		assert_int_equal(sets, rows[i].sets);
		assert_int_equal(triggers, rows[i].triggers);
	}
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_SET_IRQS, NULL), -EFAULT);
}

static void an_eventfd_is_armed_and_disarmed(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(set_irqs(rig, 24, FD | TRIGGER, 1, 0, 1, FAKE_EVENTFD), 0);
	assert_ptr_equal(fake.events[1], &fake);
	assert_int_equal(set_irqs(rig, 24, FD | TRIGGER, 1, 0, 1, -1), 0);
	assert_null(fake.events[1]);
	assert_int_equal(set_irqs(rig, 24, FD | TRIGGER, 1, 0, 1, FAKE_EVENTFD), 0);
	assert_int_equal(set_irqs(rig, 20, NONE | TRIGGER, 1, 0, 0, 0), 0);
	assert_null(fake.events[1]);
}

static void reset_and_the_rest_reach_the_driver(void **state)
{
	struct rig *rig = *state;
	uint8_t bytes[8];

	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_RESET, NULL), 0);
	fake.reset_error = -EINVAL;
	assert_int_equal(vfio_device_ioctl(rig->device, VFIO_DEVICE_RESET, NULL), -EINVAL);
	assert_int_equal(fake.resets, 2);
	assert_int_equal(vfio_device_ioctl(rig->device, 0x1234, NULL), -ENOTTY);
	assert_int_equal(vfio_device_read(rig->device, 0xC00, bytes, 8), 8);
	assert_int_equal(bytes[7], 3);
	assert_int_equal(vfio_device_write(rig->device, 0, bytes, 8), -EBUSY);
	assert_non_null(vfio_device_driver(rig->device));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_container_tells_its_version_and_extensions),
		TEST(an_iommu_needs_a_group_and_is_set_once),
		cmocka_unit_test(an_unknown_iommu_type_is_no_device),
		TEST(iommu_info_tells_page_sizes_and_mappings_left),
		TEST(a_mapping_is_checked),
		TEST(an_unmap_is_checked),
		TEST(unmap_all_takes_every_mapping),
		TEST(unmap_quiesces_every_device_first_and_again_if_pinned_meanwhile),
		TEST(unmap_gives_up_after_a_bounded_number_of_tries),
		TEST(a_group_opens_once),
		TEST(a_group_keeps_its_container_while_a_device_is_open),
		TEST(the_last_group_takes_the_mappings_along),
		TEST(two_descriptors_of_a_device_share_it),
		TEST(a_device_outlives_its_group_descriptor),
		TEST(a_driver_that_does_not_open_leaves_nothing_behind),
		TEST(device_info_is_the_kernels),
		TEST(regions_are_the_kernels),
		TEST(each_interrupt_is_one_eventfd),
		TEST(interrupt_sets_are_checked),
		TEST(an_eventfd_is_armed_and_disarmed),
		TEST(reset_and_the_rest_reach_the_driver),
	};

	return cmocka_run_group_tests_name("vfio", tests, NULL, NULL);
}
