/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The VFIO calls with any arguments in any order, on two containers, two groups and two devices
 * each. Every argument is a buffer of exactly the size its argsz claims, so that a byte read or
 * written too far is found. The input is a sequence of calls.
 */
#include <stdlib.h>

#include <linux/vfio.h>

#include "attach/vfio.h"
#include "fuzz/harness.h"

#define CALLS_MAX      128
#define ARGUMENT_MAX   4096u
#define MINIMUM_ROOM   sizeof(uint32_t) /* argsz itself */
#define CONTAINERS     2
#define GROUPS	       2
#define DEVICES	       4
#define MEMORY_SIZE    0x10000u
#define TAKEN_EVENT_FD 7
#define RUN_STEPS      4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned long requests[] = {
	VFIO_GET_API_VERSION,	  VFIO_CHECK_EXTENSION,
	VFIO_SET_IOMMU,		  VFIO_IOMMU_GET_INFO,
	VFIO_IOMMU_MAP_DMA,	  VFIO_IOMMU_UNMAP_DMA,
	VFIO_GROUP_GET_STATUS,	  VFIO_GROUP_UNSET_CONTAINER,
	VFIO_DEVICE_GET_INFO,	  VFIO_DEVICE_GET_REGION_INFO,
	VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_SET_IRQS,
	VFIO_DEVICE_RESET,	  0,
};

struct session {
	struct fuzz_input input;
	struct vfio_backend backend;
	struct vfio_container *container[CONTAINERS];
	struct vfio_group *group[GROUPS];
	struct vfio_device *device[DEVICES];
	struct fuzz_machine machine[GROUPS]; /* a machine behind each group */
	bool used[GROUPS];
};

static _Alignas(4096) uint8_t memory[MEMORY_SIZE];

/* Backend */

static int backend_open(void *context, int group, const char *name, struct css_storage *storage,
			struct chanio_device **device)
{
	struct session *session = context;
	struct fuzz_machine_config config = {.seed = (uint64_t)group, .storage = storage};

	FUZZ_CHECK(group >= 0 && group < GROUPS);
	if (strcmp(name, "device"))
		return -ENODEV;
	FUZZ_CHECK(!session->used[group]);
	session->used[group] = true;
	fuzz_machine_create(&session->machine[group], &config);
	*device = session->machine[group].driver;
	return 0;
}

static void backend_close(void *context, struct chanio_device *device)
{
	struct session *session = context;

	for (int i = 0; i < GROUPS; i++) {
		if (session->used[i] && session->machine[i].driver == device) {
			session->used[i] = false;
			fuzz_machine_destroy(&session->machine[i], false);
			return;
		}
	}
	fuzz_failed("a device that was opened is closed", __FILE__, __LINE__);
}

static int backend_take_event(void *context, int fd, void **event)
{
	if (fd != TAKEN_EVENT_FD)
		return -EBADF;
	*event = fuzz_event();
	return 0;
}

/* Calls */

/* MAP_DMA names memory of this process, which programs use: it must be ours, all of it. */
static void make_usable(unsigned long request, void *argument, size_t size)
{
	struct vfio_iommu_type1_dma_map map;
	uint64_t offset;

	if (request != VFIO_IOMMU_MAP_DMA || size < sizeof(map))
		return;
	memcpy(&map, argument, sizeof(map));
	offset = map.vaddr & (MEMORY_SIZE - 1);
	map.vaddr = (uintptr_t)memory + offset;
	if (map.size > MEMORY_SIZE - offset)
		map.size = MEMORY_SIZE - offset;
	memcpy(argument, &map, sizeof(map));
}

/* What CHECK_EXTENSION and SET_IOMMU take is a number. */
static bool takes_number(unsigned long request)
{
	return request == VFIO_CHECK_EXTENSION || request == VFIO_SET_IOMMU;
}

static int call(struct session *session, unsigned int what, unsigned long request, void *argument)
{
	struct vfio_container *container = session->container[what % CONTAINERS];
	struct vfio_group *group = session->group[what % GROUPS];
	struct vfio_device *device = session->device[what % DEVICES];

	switch (what >> 2 & 3) {
	case 0:
		return container ? vfio_container_ioctl(container, request, argument) : 0;
	case 1:
		return group ? vfio_group_ioctl(group, request, argument) : 0;
	default:
		return device ? vfio_device_ioctl(device, request, argument) : 0;
	}
}

static void do_ioctl(struct session *session)
{
	unsigned int what = fuzz_byte(&session->input);
	unsigned int index = fuzz_byte(&session->input) % (sizeof(requests) / sizeof(requests[0]));
	unsigned long request = requests[index];
	uint32_t size = fuzz_word(&session->input), room;
	uint8_t *argument;

	if (request == 0)
		request = fuzz_word(&session->input);
	if (takes_number(request)) {
		call(session, what, request, (void *)(uintptr_t)(size & 0xF));
		return;
	}
	size %= ARGUMENT_MAX;
	room = size < MINIMUM_ROOM ? (uint32_t)MINIMUM_ROOM : size;
	argument = malloc(room);
	FUZZ_CHECK(argument);
	fuzz_bytes(&session->input, argument, room);
	memcpy(argument, &size, sizeof(size));
	make_usable(request, argument, room);
	call(session, what, request, what & 0x80 ? NULL : argument);
	free(argument);
}

static void do_objects(struct session *session)
{
	unsigned int what = fuzz_byte(&session->input);
	struct vfio_container **container = &session->container[what % CONTAINERS];
	struct vfio_group **group = &session->group[what % GROUPS];
	struct vfio_device **device = &session->device[what % DEVICES];

	switch (what >> 2 & 7) {
	case 0:
		if (!*container)
			FUZZ_CHECK(vfio_container_create(container) == 0);
		break;
	case 1:
		vfio_container_put(*container);
		*container = NULL;
		break;
	case 2:
		if (*group)
			break;
		FUZZ_CHECK(vfio_group_open(&session->backend, (int)(what % GROUPS), group) == 0 ||
			   !*group);
		break;
	case 3:
		vfio_group_put(*group);
		*group = NULL;
		break;
	case 4:
		if (*group && session->container[what >> 5 & 1])
			vfio_group_set_container(*group, session->container[what >> 5 & 1]);
		break;
	case 5:
		if (*group && !*device &&
		    vfio_group_get_device(*group, what & 0x80 ? "other" : "device", device) != 0)
			*device = NULL;
		break;
	default:
		vfio_device_put(*device);
		*device = NULL;
		break;
	}
}

static void do_transfer(struct session *session)
{
	unsigned int what = fuzz_byte(&session->input);
	uint64_t offset = (uint64_t)fuzz_word(&session->input) << (what & 0x40 ? 24 : 0);
	size_t size = fuzz_byte(&session->input);
	struct vfio_device *device = session->device[what % DEVICES];
	uint8_t *buffer = malloc(size ? size : 1);

	FUZZ_CHECK(buffer);
	fuzz_bytes(&session->input, buffer, size);
	if (device && what & 0x80)
		FUZZ_CHECK(vfio_device_write(device, offset, buffer, size) <= (long)size);
	else if (device)
		FUZZ_CHECK(vfio_device_read(device, offset, buffer, size) <= (long)size);
	free(buffer);
}

/* A program that a transfer has started goes on. */
static void run_machines(struct session *session)
{
	for (int i = 0; i < GROUPS; i++)
		if (session->used[i])
			fuzz_machine_run(&session->machine[i], RUN_STEPS);
}

/* The usual beginning, so that not every input has to find it: container, group, IOMMU, device. */
static void set_up(struct session *session)
{
	FUZZ_CHECK(vfio_container_create(&session->container[0]) == 0);
	FUZZ_CHECK(vfio_group_open(&session->backend, 0, &session->group[0]) == 0);
	FUZZ_CHECK(vfio_group_set_container(session->group[0], session->container[0]) == 0);
	FUZZ_CHECK(vfio_container_ioctl(session->container[0], VFIO_SET_IOMMU,
					(void *)(uintptr_t)VFIO_TYPE1v2_IOMMU) == 0);
	FUZZ_CHECK(vfio_group_get_device(session->group[0], "device", &session->device[0]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session session = {.input = {data, size}};

	session.backend = (struct vfio_backend){
		.context = &session,
		.open = backend_open,
		.close = backend_close,
		.take_event = backend_take_event,
	};
	if (fuzz_byte(&session.input) & 1)
		set_up(&session);
	for (int i = 0; i < CALLS_MAX && session.input.left > 0; i++) {
		uint8_t kind = fuzz_byte(&session.input);

		if (kind & 0x80)
			run_machines(&session);
		if (kind % 4 == 0)
			do_objects(&session);
		else if (kind % 4 == 1)
			do_transfer(&session);
		else
			do_ioctl(&session);
	}
	for (int i = 0; i < DEVICES; i++)
		vfio_device_put(session.device[i]);
	for (int i = 0; i < GROUPS; i++)
		vfio_group_put(session.group[i]);
	for (int i = 0; i < CONTAINERS; i++)
		vfio_container_put(session.container[i]);
	FUZZ_CHECK(!session.used[0] && !session.used[1]);
	return 0;
}
