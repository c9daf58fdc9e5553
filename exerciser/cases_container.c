/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Container, group and DMA mappings; opening and closing in every order. */
#include "exerciser/conformance.h"

#include <sys/mman.h>

#define MAP_AT	   0x40000000u
#define MAP_ACCESS (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define TOP_PAGE   0xFFFFFFFFFFFFF000ull

static void api(struct exerciser *x)
{
	EXPECT_RESULT(x, "GET_API_VERSION",
		      client_container_ioctl(exerciser_client(x), VFIO_GET_API_VERSION, NULL),
		      VFIO_API_VERSION);
}

struct extension {
	unsigned long number;
	long result;
};

static void extension(struct exerciser *x)
{
	const struct extension *asked = exerciser_case_of(x)->with;

	EXPECT_RESULT(x, "CHECK_EXTENSION",
		      client_container_ioctl(exerciser_client(x), VFIO_CHECK_EXTENSION,
					     (void *)asked->number),
		      asked->result);
}

static void iommu_info(struct exerciser *x)
{
	struct vfio_iommu_type1_info info = {.argsz = sizeof(info)};

	EXPECT_RESULT(x, "IOMMU_GET_INFO",
		      client_container_ioctl(exerciser_client(x), VFIO_IOMMU_GET_INFO, &info), 0);
	EXPECT(x, info.flags & VFIO_IOMMU_INFO_PGSIZES, "no page sizes: flags %#x", info.flags);
	EXPECT(x, info.iova_pgsizes & CLIENT_PAGE, "no pages of 4 KiB: %#llx",
	       (unsigned long long)info.iova_pgsizes);
}

static void unknown_container_call(struct exerciser *x)
{
	EXPECT_RESULT(
		x, "call",
		client_container_ioctl(exerciser_client(x), _IO(VFIO_TYPE, VFIO_BASE + 99), NULL),
		-ENOTTY);
}

static void set_iommu_again(struct exerciser *x)
{
	EXPECT_RESULT(x, "SET_IOMMU",
		      client_container_ioctl(exerciser_client(x), VFIO_SET_IOMMU,
					     (void *)VFIO_TYPE1v2_IOMMU),
		      -EINVAL);
}

/* Opened as far as a case wants it. */
static void open_container(struct exerciser *x)
{
	EXPECT_RESULT(x, "opening the container", client_open_container(exerciser_client(x)), 0);
}

static void open_group(struct exerciser *x)
{
	open_container(x);
	EXPECT_RESULT(x, "opening the group", client_open_group(exerciser_client(x)), 0);
}

static void open_ready(struct exerciser *x)
{
	open_group(x);
	EXPECT_RESULT(x, "joining group and container", client_set_iommu(exerciser_client(x)), 0);
}

static void set_iommu_early(struct exerciser *x)
{
	open_container(x);
	EXPECT_RESULT(x, "SET_IOMMU without a group",
		      client_container_ioctl(exerciser_client(x), VFIO_SET_IOMMU,
					     (void *)VFIO_TYPE1v2_IOMMU),
		      -EINVAL);
}

static void map_early(struct exerciser *x)
{
	open_group(x);
	EXPECT_RESULT(x, "MAP_DMA without an IOMMU", client_map_memory(exerciser_client(x)),
		      -EINVAL);
}

static void device_early(struct exerciser *x)
{
	open_group(x);
	EXPECT_RESULT(x, "GET_DEVICE_FD without a container",
		      client_open_device(exerciser_client(x)), -EINVAL);
}

static void group_status(struct exerciser *x)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};

	open_group(x);
	EXPECT_RESULT(x, "GET_STATUS",
		      client_group_ioctl(exerciser_client(x), VFIO_GROUP_GET_STATUS, &status), 0);
	EXPECT_EQUAL(x, "flags", status.flags, VFIO_GROUP_FLAGS_VIABLE);
}

static void group_status_set(struct exerciser *x)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};

	EXPECT_RESULT(x, "GET_STATUS",
		      client_group_ioctl(exerciser_client(x), VFIO_GROUP_GET_STATUS, &status), 0);
	EXPECT_EQUAL(x, "flags", status.flags,
		     VFIO_GROUP_FLAGS_VIABLE | VFIO_GROUP_FLAGS_CONTAINER_SET);
}

static void group_status_short(struct exerciser *x)
{
	struct vfio_group_status status = {.argsz = sizeof(status) - 1};

	EXPECT_RESULT(x, "GET_STATUS",
		      client_group_ioctl(exerciser_client(x), VFIO_GROUP_GET_STATUS, &status),
		      -EINVAL);
}

static void group_twice(struct exerciser *x)
{
	const struct client_target *target = exerciser_target(x);
	void *second = NULL;
	int result;

	result = target->ops->open(target->context, CLIENT_GROUP, &second);
	if (!result)
		target->ops->close(target->context, second);
	EXPECT_RESULT(x, "opening the group again", result, -EBUSY);
}

static void group_unset_busy(struct exerciser *x)
{
	EXPECT_RESULT(x, "UNSET_CONTAINER with a device open",
		      client_group_ioctl(exerciser_client(x), VFIO_GROUP_UNSET_CONTAINER, NULL),
		      -EBUSY);
	expect_usable(x);
}

static void group_unset(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	open_ready(x);
	EXPECT_RESULT(x, "UNSET_CONTAINER",
		      client_group_ioctl(client, VFIO_GROUP_UNSET_CONTAINER, NULL), 0);
	EXPECT_RESULT(x, "UNSET_CONTAINER again",
		      client_group_ioctl(client, VFIO_GROUP_UNSET_CONTAINER, NULL), -EINVAL);
	EXPECT_RESULT(x, "joining again", client_set_iommu(client), 0);
	EXPECT_RESULT(x, "mapping", client_map_memory(client), 0);
	EXPECT_RESULT(x, "opening the device", client_open_device(client), 0);
	EXPECT_RESULT(x, "arming", client_arm(client, CLIENT_IRQ_IO), 0);
	expect_usable(x);
}

static void wrong_device(struct exerciser *x)
{
	const struct client_target *target = exerciser_target(x);
	struct client *client = exerciser_client(x);
	void *file = NULL;
	int result;

	open_ready(x);
	result = target->ops->get_device(target->context, client->group, "no-such-device", &file);
	if (!result)
		target->ops->close(target->context, file);
	EXPECT_RESULT(x, "GET_DEVICE_FD", result, -ENODEV);
}

static void device_twice(struct exerciser *x)
{
	const struct client_target *target = exerciser_target(x);
	struct client *client = exerciser_client(x);
	void *first = client->device, *second = NULL;

	EXPECT_RESULT(
		x, "GET_DEVICE_FD again",
		target->ops->get_device(target->context, client->group, target->device, &second),
		0);
	client->device = second;
	expect_usable(x);
	target->ops->close(target->context, first);
	expect_usable(x);
}

static void container_closed_first(struct exerciser *x)
{
	const struct client_target *target = exerciser_target(x);
	struct client *client = exerciser_client(x);

	target->ops->close(target->context, client->container);
	client->container = NULL;
	target->ops->close(target->context, client->group);
	client->group = NULL;
	expect_usable(x);
}

/* DMA */

struct map_case {
	uint64_t iova, size, skew; /* skew: added to the address in this process */
	uint32_t flags, argsz;
	long result;
	bool after; /* a mapping of two pages is at MAP_AT already */
};

static void *some_pages(struct exerciser *x)
{
	void *pages = mmap(NULL, 4 * CLIENT_PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	EXPECT(x, pages != MAP_FAILED, "no memory");
	return pages;
}

static void map(struct exerciser *x)
{
	const struct map_case *given = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	uint8_t *pages = some_pages(x);
	struct vfio_iommu_type1_dma_map map = {
		.argsz = given->argsz ? given->argsz : sizeof(map),
		.flags = given->flags,
		.vaddr = (uintptr_t)pages + given->skew,
		.iova = given->iova,
		.size = given->size,
	};

	if (given->after)
		EXPECT_RESULT(x, "MAP_DMA", client_map(client, MAP_AT, pages, 2 * CLIENT_PAGE), 0);
	EXPECT_RESULT(x, "MAP_DMA", client_container_ioctl(client, VFIO_IOMMU_MAP_DMA, &map),
		      given->result);
	expect_usable(x);
}

struct unmap_case {
	uint64_t iova, size;
	uint32_t flags, argsz;
	long result;
	uint64_t unmapped; /* the size that comes back */
};

/* Two pages and one more after them are mapped. */
static void unmap(struct exerciser *x)
{
	const struct unmap_case *given = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	uint8_t *pages = some_pages(x);
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = given->argsz ? given->argsz : sizeof(unmap),
		.flags = given->flags,
		.iova = given->iova,
		.size = given->size,
	};

	EXPECT_RESULT(x, "MAP_DMA", client_map(client, MAP_AT, pages, 2 * CLIENT_PAGE), 0);
	EXPECT_RESULT(x, "MAP_DMA",
		      client_map(client, MAP_AT + 2 * CLIENT_PAGE, pages, CLIENT_PAGE), 0);
	EXPECT_RESULT(x, "UNMAP_DMA", client_container_ioctl(client, VFIO_IOMMU_UNMAP_DMA, &unmap),
		      given->result);
	if (!given->result)
		EXPECT_EQUAL(x, "bytes unmapped", unmap.size, given->unmapped);
}

static void map_again(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	uint8_t *pages = some_pages(x);

	for (int i = 0; i < 3; i++) {
		EXPECT_RESULT(x, "MAP_DMA", client_map(client, MAP_AT, pages, CLIENT_PAGE), 0);
		EXPECT_RESULT(x, "UNMAP_DMA", client_unmap(client, MAP_AT, CLIENT_PAGE), 0);
	}
}

/* A device reads storage into a page that it may only read from. */
static void map_read_only(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	uint8_t *pages = some_pages(x);
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ,
		.vaddr = (uintptr_t)pages,
		.iova = MAP_AT,
		.size = CLIENT_PAGE,
	};
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb = {0};
	long result;

	memset(pages, FILL, CLIENT_PAGE);
	EXPECT_RESULT(x, "MAP_DMA", client_container_ioctl(client, VFIO_IOMMU_MAP_DMA, &map), 0);
	add_ccw(&program, ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, 256, MAP_AT);
	result = client_start(client, &orb);
	if (result == ACCEPTED)
		irb = next_irb(x);
	for (size_t i = 0; i < CLIENT_PAGE; i++)
		EXPECT(x, pages[i] == FILL, "byte %zu of the read-only page was stored", i);
	EXPECT_RESULT(x, "START", result, ACCEPTED);
	EXPECT(x, irb.scsw.subchannel_status & (ARCH_SS_PROGRAM_CHECK | ARCH_SS_PROTECTION_CHECK),
	       "subchannel status: expected a check, got %02x", irb.scsw.subchannel_status);
}

#define EXTENSION(...)                                                                             \
	&(const struct extension)                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define CONTAINER(name, text, how, parameter)                                                      \
	{                                                                                          \
		.id = name, .title = text, .source = "mainline-behaviour 2", .run = how,           \
		.with = parameter                                                                  \
	}
#define CLOSED(name, text, how)                                                                    \
	{                                                                                          \
		.id = name, .title = text, .source = "mainline-behaviour 2", .run = how,           \
		.needs = EXERCISER_CLOSED                                                          \
	}
#define MAP(name, text, ...)                                                                       \
	{                                                                                          \
		.id = "dma.map." name, .title = text, .source = "mainline-behaviour 3.8",          \
		.run = map, .with = &(const struct map_case)                                       \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define UNMAP(name, text, ...)                                                                     \
	{                                                                                          \
		.id = "dma.unmap." name, .title = text, .source = "mainline-behaviour 3.8",        \
		.run = unmap, .with = &(const struct unmap_case)                                   \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

static const struct exerciser_case cases[] = {
	CONTAINER("container.api", "the API version is 0", api, NULL),
	CONTAINER("container.type1", "there is a type 1 IOMMU", extension,
		  EXTENSION(VFIO_TYPE1_IOMMU, 1)),
	CONTAINER("container.type1v2", "there is a type 1 version 2 IOMMU", extension,
		  EXTENSION(VFIO_TYPE1v2_IOMMU, 1)),
	CONTAINER("container.unmap-all", "everything can be unmapped at once", extension,
		  EXTENSION(VFIO_UNMAP_ALL, 1)),
	CONTAINER("container.no-spapr", "there is no sPAPR IOMMU", extension,
		  EXTENSION(VFIO_SPAPR_TCE_IOMMU, 0)),
	CONTAINER("container.info", "the IOMMU has pages of 4 KiB", iommu_info, NULL),
	CONTAINER("container.unknown", "an unknown call is refused", unknown_container_call, NULL),
	CONTAINER("container.set-iommu-again", "the IOMMU is set once", set_iommu_again, NULL),
	CLOSED("container.set-iommu-early", "no IOMMU without a group", set_iommu_early),
	CLOSED("container.map-early", "no mapping without an IOMMU", map_early),
	CLOSED("group.device-early", "no device without a container", device_early),
	CLOSED("group.status", "a group is viable", group_status),
	CONTAINER("group.status-set", "a group says that it has a container", group_status_set,
		  NULL),
	CONTAINER("group.status-short", "GET_STATUS needs its structure", group_status_short, NULL),
	CONTAINER("group.twice", "a group is opened once", group_twice, NULL),
	CONTAINER("group.unset-busy", "a container in use cannot be left", group_unset_busy, NULL),
	CLOSED("group.unset", "a container not in use can be left and joined again", group_unset),
	CLOSED("group.wrong-device", "a device that is not in the group is refused", wrong_device),
	CONTAINER("device.twice",
		  "a device opened twice is the same device; it lives until both "
		  "are closed",
		  device_twice, NULL),
	CONTAINER("device.outlives-container",
		  "an open device keeps group and container that were closed",
		  container_closed_first, NULL),

	MAP("page", "a page is mapped", MAP_AT, CLIENT_PAGE, 0, MAP_ACCESS),
	MAP("zero", "storage begins at 0", 0, CLIENT_PAGE, 0, MAP_ACCESS),
	{
		.id = "dma.map.top",
		.title = "the last page of all addresses is no storage",
		.shows = "D16",
		.source = "mainline-behaviour 3.8",
		.run = map,
		.with = &(const struct map_case){TOP_PAGE, CLIENT_PAGE, 0, MAP_ACCESS, 0, -EINVAL},
		.deviations = {{"D16", "maps it", "expected EINVAL, got 0"}},
	},
	MAP("above-4g", "storage above 4 GiB can be mapped", 0x500000000, CLIENT_PAGE, 0,
	    MAP_ACCESS),
	MAP("same-twice", "a mapping made twice is refused", MAP_AT, 2 * CLIENT_PAGE, 0, MAP_ACCESS,
	    0, -EEXIST, true),
	MAP("overlap-begin", "a mapping over the begin of another is refused", MAP_AT - CLIENT_PAGE,
	    2 * CLIENT_PAGE, 0, MAP_ACCESS, 0, -EEXIST, true),
	MAP("overlap-end", "a mapping over the end of another is refused", MAP_AT + CLIENT_PAGE,
	    2 * CLIENT_PAGE, 0, MAP_ACCESS, 0, -EEXIST, true),
	MAP("beside", "mappings may touch", MAP_AT + 2 * CLIENT_PAGE, CLIENT_PAGE, 0, MAP_ACCESS, 0,
	    0, true),
	MAP("size-zero", "a mapping of no byte is refused", MAP_AT, 0, 0, MAP_ACCESS, 0, -EINVAL),
	MAP("size-unaligned", "a mapping of half a page is refused", MAP_AT, 2048, 0, MAP_ACCESS, 0,
	    -EINVAL),
	MAP("iova-unaligned", "a mapping between pages is refused", MAP_AT + 8, CLIENT_PAGE, 0,
	    MAP_ACCESS, 0, -EINVAL),
	MAP("address-unaligned", "memory between pages is refused", MAP_AT, CLIENT_PAGE, 8,
	    MAP_ACCESS, 0, -EINVAL),
	MAP("wraps", "a mapping past the end of all addresses is refused", TOP_PAGE,
	    2 * CLIENT_PAGE, 0, MAP_ACCESS, 0, -EINVAL),
	MAP("no-access", "a mapping without access is refused", MAP_AT, CLIENT_PAGE, 0, 0, 0,
	    -EINVAL),
	MAP("unknown-flag", "an unknown flag is refused", MAP_AT, CLIENT_PAGE, 0,
	    MAP_ACCESS | 0x80000000, 0, -EINVAL),
	MAP("short", "MAP_DMA needs its structure", MAP_AT, CLIENT_PAGE, 0, MAP_ACCESS, 31,
	    -EINVAL),
	{
		.id = "dma.map.read-only",
		.title = "the device never stores where it may only read",
		.shows = "D13 D16",
		.source = "vfio-ccw-interface 7.2",
		.run = map_read_only,
		.deviations = {{"D13", "EINVAL or EFAULT for the whole program",
				"START: expected"}},
	},
	UNMAP("whole", "a mapping is taken away", MAP_AT, 2 * CLIENT_PAGE, 0, 0, 0,
	      2 * CLIENT_PAGE),
	UNMAP("both", "two mappings are taken away at once", MAP_AT, 3 * CLIENT_PAGE, 0, 0, 0,
	      3 * CLIENT_PAGE),
	UNMAP("around", "a range larger than a mapping takes it away", MAP_AT - 4 * CLIENT_PAGE,
	      6 * CLIENT_PAGE, 0, 0, 0, 2 * CLIENT_PAGE),
	UNMAP("nothing", "where nothing is mapped, nothing is taken away", 0x80000000, CLIENT_PAGE,
	      0, 0, 0, 0),
	UNMAP("first-half", "no half of a mapping is taken away: the first", MAP_AT, CLIENT_PAGE, 0,
	      0, -EINVAL),
	UNMAP("second-half", "no half of a mapping is taken away: the second", MAP_AT + CLIENT_PAGE,
	      CLIENT_PAGE, 0, 0, -EINVAL),
	UNMAP("across", "no half of a mapping is taken away with another", MAP_AT + CLIENT_PAGE,
	      2 * CLIENT_PAGE, 0, 0, -EINVAL),
	UNMAP("unaligned", "a range between pages is refused", MAP_AT + 8, CLIENT_PAGE, 0, 0,
	      -EINVAL),
	UNMAP("size-zero", "a range of no byte is refused", MAP_AT, 0, 0, 0, -EINVAL),
	UNMAP("unknown-flag", "an unknown flag is refused", MAP_AT, CLIENT_PAGE, 0x80000000, 0,
	      -EINVAL),
	UNMAP("short", "UNMAP_DMA needs its structure", MAP_AT, CLIENT_PAGE, 0, 23, -EINVAL),
	UNMAP("all", "everything is taken away at once", 0, 0, VFIO_DMA_UNMAP_FLAG_ALL, 0, 0,
	      3 * CLIENT_PAGE + CLIENT_MEMORY_SIZE),
	UNMAP("all-range", "everything has no range", MAP_AT, CLIENT_PAGE, VFIO_DMA_UNMAP_FLAG_ALL,
	      0, -EINVAL),
	CONTAINER("dma.again", "what was taken away can be mapped again", map_again, NULL),
};

const struct exerciser_table conformance_container = EXERCISER_TABLE(cases);
