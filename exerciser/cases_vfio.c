/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The calls of <linux/vfio.h> on the device: what it says of itself, and its interrupts. */
#include "exerciser/conformance.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define INFO_MINIMUM 16u /* bytes of struct vfio_device_info that all versions have */
#define SHORTEST_SET 20u /* bytes of struct vfio_irq_set without data */

/* What the device says of itself */

static void info(struct exerciser *x)
{
	struct vfio_device_info info = {.argsz = INFO_MINIMUM};

	EXPECT_RESULT(x, "GET_INFO", client_ioctl(exerciser_client(x), VFIO_DEVICE_GET_INFO, &info),
		      0);
	EXPECT_EQUAL(x, "flags", info.flags, VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_CCW);
	EXPECT_EQUAL(x, "regions", info.num_regions, 4);
	EXPECT_EQUAL(x, "interrupts", info.num_irqs, 3);
	EXPECT_EQUAL(x, "argsz", info.argsz, INFO_MINIMUM);
}

static void info_longer(struct exerciser *x)
{
	struct {
		struct vfio_device_info info;
		uint8_t behind[64];
	} u;
	uint8_t expected[sizeof(u.behind)];

	memset(&u, FILL, sizeof(u));
	memset(expected, FILL, sizeof(expected));
	u.info.argsz = sizeof(u);
	EXPECT_RESULT(x, "GET_INFO", client_ioctl(exerciser_client(x), VFIO_DEVICE_GET_INFO, &u),
		      0);
	EXPECT_EQUAL(x, "regions", u.info.num_regions, 4);
	exerciser_expect_bytes(x, "what is behind the structure", u.behind, expected,
			       sizeof(expected));
}

/* A call with an argsz one too small. */
struct short_call {
	unsigned long request;
	uint32_t argsz;
};

static void too_short(struct exerciser *x)
{
	const struct short_call *call = exerciser_case_of(x)->with;
	uint32_t room[16] = {call->argsz};

	EXPECT_RESULT(x, "call", client_ioctl(exerciser_client(x), call->request, room), -EINVAL);
}

static void null_argument(struct exerciser *x)
{
	const struct short_call *call = exerciser_case_of(x)->with;

	EXPECT_RESULT(x, "call", client_ioctl(exerciser_client(x), call->request, NULL), -EFAULT);
}

static void unknown_call(struct exerciser *x)
{
	const struct short_call *call = exerciser_case_of(x)->with;
	uint32_t room[64] = {sizeof(room)};

	EXPECT_RESULT(x, "call", client_ioctl(exerciser_client(x), call->request, room), -ENOTTY);
}

struct region_facts {
	uint32_t index, flags, size, subtype;
};

static void region_info(struct exerciser *x)
{
	const struct region_facts *facts = exerciser_case_of(x)->with;
	struct client_region_info info;

	EXPECT_RESULT(x, "GET_REGION_INFO",
		      client_region_info(exerciser_client(x), facts->index, &info), 0);
	EXPECT_EQUAL(x, "flags", info.region.flags, facts->flags);
	EXPECT_EQUAL(x, "size", info.region.size, facts->size);
	EXPECT_EQUAL(x, "offset", info.region.offset, facts->index << 10);
	EXPECT_EQUAL(x, "type", info.type, facts->subtype ? 2 : 0);
	EXPECT_EQUAL(x, "subtype", info.subtype, facts->subtype);
}

static void region_info_short(struct exerciser *x)
{
	const struct region_facts *facts = exerciser_case_of(x)->with;
	struct vfio_region_info info = {.argsz = sizeof(info), .index = facts->index};

	EXPECT_RESULT(x, "GET_REGION_INFO",
		      client_ioctl(exerciser_client(x), VFIO_DEVICE_GET_REGION_INFO, &info), 0);
	EXPECT_EQUAL(x, "argsz", info.argsz,
		     facts->subtype ? sizeof(info) + sizeof(struct vfio_region_info_cap_type)
				    : sizeof(info));
	EXPECT_EQUAL(x, "cap_offset", info.cap_offset, 0);
	EXPECT_EQUAL(x, "flags", info.flags, facts->flags);
	EXPECT_EQUAL(x, "size", info.size, facts->size);
}

static void no_region(struct exerciser *x)
{
	const struct region_facts *facts = exerciser_case_of(x)->with;
	struct client_region_info info;

	EXPECT_RESULT(x, "GET_REGION_INFO",
		      client_region_info(exerciser_client(x), facts->index, &info), -EINVAL);
}

static void irq_info(struct exerciser *x)
{
	const uint32_t *index = exerciser_case_of(x)->with;
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = *index};

	EXPECT_RESULT(x, "GET_IRQ_INFO",
		      client_ioctl(exerciser_client(x), VFIO_DEVICE_GET_IRQ_INFO, &info), 0);
	EXPECT_EQUAL(x, "flags", info.flags, VFIO_IRQ_INFO_EVENTFD);
	EXPECT_EQUAL(x, "count", info.count, 1);
}

static void no_irq(struct exerciser *x)
{
	const uint32_t *index = exerciser_case_of(x)->with;
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = *index};

	EXPECT_RESULT(x, "GET_IRQ_INFO",
		      client_ioctl(exerciser_client(x), VFIO_DEVICE_GET_IRQ_INFO, &info), -EINVAL);
}

/* SET_IRQS */

struct set_case {
	struct {
		uint32_t argsz, flags, index, start, count;
	} set;		    /* struct vfio_irq_set without its data */
	uint64_t data;	    /* its first bytes follow; in host order at the right width */
	unsigned int width; /* of the data: 0, 1, 4 */
	long result;
	bool signals; /* the armed event of the index is signalled by it */
};

static void set_irqs(struct exerciser *x)
{
	const struct set_case *given = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	enum client_irq irq = given->set.index < CLIENT_IRQS ? given->set.index : CLIENT_IRQ_IO;
	const uint8_t byte = (uint8_t)given->data;
	const int32_t word = (int32_t)given->data;
	const struct vfio_irq_set set = {
		.argsz = given->set.argsz,
		.flags = given->set.flags,
		.index = given->set.index,
		.start = given->set.start,
		.count = given->set.count,
	};

	EXPECT_RESULT(x, "SET_IRQS",
		      client_set_irqs(client, &set, given->width == 1 ? (const void *)&byte : &word,
				      given->width),
		      given->result);
	if (given->signals)
		EXPECT_RESULT(x, "signals", client_wait(client, irq, PATIENCE), 1);
	expect_quiet(x, irq);
}

static long set_fd(struct exerciser *x, int fd)
{
	return client_set_event(exerciser_client(x), CLIENT_IRQ_IO, fd);
}

static void irq_not_eventfd(struct exerciser *x)
{
	int ends[2];
	long result;

	EXPECT(x, !pipe(ends), "no pipe");
	result = set_fd(x, ends[0]);
	close(ends[0]);
	close(ends[1]);
	EXPECT_RESULT(x, "SET_IRQS with a pipe", result, -EINVAL);
	expect_usable(x);
}

static void irq_closed_fd(struct exerciser *x)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	EXPECT(x, fd >= 0 && !close(fd), "no eventfd");
	EXPECT_RESULT(x, "SET_IRQS with a closed descriptor", set_fd(x, fd), -EBADF);
	expect_usable(x);
}

/* After a disarm START goes on, and no event comes. */
static void expect_disarmed(struct exerciser *x)
{
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);

	add_nop(&program, 0);
	start(x, &orb);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void irq_disarm(struct exerciser *x)
{
	EXPECT_RESULT(x, "SET_IRQS with -1", set_fd(x, -1), 0);
	expect_disarmed(x);
}

static void irq_disarm_all(struct exerciser *x)
{
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = CLIENT_IRQ_IO,
	};

	EXPECT_RESULT(x, "SET_IRQS without data, count 0",
		      client_set_irqs(exerciser_client(x), &set, NULL, 0), 0);
	expect_quiet(x, CLIENT_IRQ_IO);
	expect_disarmed(x);
}

static void irq_trigger_unarmed(struct exerciser *x)
{
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = CLIENT_IRQ_IO,
		.count = 1,
	};

	EXPECT_RESULT(x, "disarming", set_fd(x, -1), 0);
	EXPECT_RESULT(x, "SET_IRQS", client_set_irqs(exerciser_client(x), &set, NULL, 0), 0);
	expect_quiet(x, CLIENT_IRQ_IO);
}

static void irq_replaced(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	int old = client->event[CLIENT_IRQ_IO];
	uint64_t count;

	client->event[CLIENT_IRQ_IO] = -1;
	EXPECT_RESULT(x, "arming anew", client_arm(client, CLIENT_IRQ_IO), 0);
	expect_usable(x);
	EXPECT(x, read(old, &count, sizeof(count)) < 0, "the event replaced was signalled");
	close(old);
}

static void irq_closed_by_client(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);

	close(client->event[CLIENT_IRQ_IO]);
	client->event[CLIENT_IRQ_IO] = -1;
	add_nop(&program, 0);
	start(x, &orb);
	client_sleep(QUIET);
	EXPECT_RESULT(x, "arming anew", client_arm(client, CLIENT_IRQ_IO), 0);
	(void)client_wait(client, CLIENT_IRQ_IO, QUIET);
	expect_usable(x);
}

static void irq_armed_late(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;

	add_nop(&program, 0);
	EXPECT_RESULT(x, "disarming", set_fd(x, -1), 0);
	start(x, &orb);
	client_sleep(QUIET);
	EXPECT_RESULT(x, "arming", client_arm(client, CLIENT_IRQ_IO), 0);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM);
}

static void irq_same_for_all(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	for (int irq = 0; irq < CLIENT_IRQS; irq++)
		EXPECT_RESULT(x, "arming",
			      client_set_event(client, irq, client->event[CLIENT_IRQ_IO]), 0);
	expect_usable(x);
}

#define INDEX(number)                                                                              \
	&(const uint32_t)                                                                          \
	{                                                                                          \
		number                                                                             \
	}
#define FACTS(...)                                                                                 \
	&(const struct region_facts)                                                               \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define CALL(...)                                                                                  \
	&(const struct short_call)                                                                 \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define IRQ_NONE    VFIO_IRQ_SET_DATA_NONE
#define IRQ_BOOL    VFIO_IRQ_SET_DATA_BOOL
#define IRQ_EVENT   VFIO_IRQ_SET_DATA_EVENTFD
#define IRQ_TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER
#define IRQ_MASK    VFIO_IRQ_SET_ACTION_MASK
#define IRQ_UNMASK  VFIO_IRQ_SET_ACTION_UNMASK

#define VFIO_CASE(name, text, how, parameter)                                                      \
	{                                                                                          \
		.id = "vfio." name, .title = text, .source = "mainline-behaviour 2", .run = how,   \
		.with = parameter                                                                  \
	}
#define SET(name, text, ...)                                                                       \
	{                                                                                          \
		.id = "irq." name, .title = text, .source = "mainline-behaviour 3.7",              \
		.run = set_irqs, .with = &(const struct set_case)                                  \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

static const struct exerciser_case cases[] = {
	VFIO_CASE("info", "GET_INFO: reset, CCW, 4 regions, 3 interrupts", info, NULL),
	VFIO_CASE("info.longer", "GET_INFO writes nothing behind its structure", info_longer, NULL),
	VFIO_CASE("info.short", "GET_INFO needs 16 bytes", too_short,
		  CALL(VFIO_DEVICE_GET_INFO, 15)),
	VFIO_CASE("info.null", "GET_INFO needs an argument", null_argument,
		  CALL(VFIO_DEVICE_GET_INFO)),
	VFIO_CASE("region-info.io", "region 0: read, write, 124 bytes", region_info,
		  FACTS(0, 3, 124, 0)),
	VFIO_CASE("region-info.command", "region 1: the command region, 8 bytes", region_info,
		  FACTS(1, 0xB, 8, 1)),
	VFIO_CASE("region-info.schib", "region 2: the SCHIB, read only, 52 bytes", region_info,
		  FACTS(2, 9, 52, 2)),
	VFIO_CASE("region-info.crw", "region 3: channel reports, read only, 8 bytes", region_info,
		  FACTS(3, 9, 8, 3)),
	VFIO_CASE("region-info.io.small", "region 0 needs no room for capabilities",
		  region_info_short, FACTS(0, 3, 124, 0)),
	VFIO_CASE("region-info.command.small",
		  "without room for capabilities argsz says how much is needed: region 1",
		  region_info_short, FACTS(1, 0xB, 8, 1)),
	VFIO_CASE("region-info.schib.small",
		  "without room for capabilities argsz says how much is needed: region 2",
		  region_info_short, FACTS(2, 9, 52, 2)),
	VFIO_CASE("region-info.crw.small",
		  "without room for capabilities argsz says how much is needed: region 3",
		  region_info_short, FACTS(3, 9, 8, 3)),
	VFIO_CASE("region-info.none", "there is no region 4", no_region, FACTS(4)),
	VFIO_CASE("region-info.far", "there is no region 2^32 - 1", no_region, FACTS(0xFFFFFFFF)),
	VFIO_CASE("region-info.short", "GET_REGION_INFO needs 32 bytes", too_short,
		  CALL(VFIO_DEVICE_GET_REGION_INFO, 31)),
	VFIO_CASE("region-info.null", "GET_REGION_INFO needs an argument", null_argument,
		  CALL(VFIO_DEVICE_GET_REGION_INFO)),
	VFIO_CASE("irq-info.io", "interrupt 0: one eventfd", irq_info, INDEX(0)),
	VFIO_CASE("irq-info.crw", "interrupt 1: one eventfd", irq_info, INDEX(1)),
	VFIO_CASE("irq-info.req", "interrupt 2: one eventfd", irq_info, INDEX(2)),
	VFIO_CASE("irq-info.none", "there is no interrupt 3", no_irq, INDEX(3)),
	VFIO_CASE("irq-info.short", "GET_IRQ_INFO needs 16 bytes", too_short,
		  CALL(VFIO_DEVICE_GET_IRQ_INFO, 15)),
	VFIO_CASE("irq-info.null", "GET_IRQ_INFO needs an argument", null_argument,
		  CALL(VFIO_DEVICE_GET_IRQ_INFO)),
	VFIO_CASE("call.unknown", "an unknown call is refused", unknown_call,
		  CALL(_IO(VFIO_TYPE, VFIO_BASE + 99))),
	VFIO_CASE("call.container", "a container's call is not one of a device", unknown_call,
		  CALL(VFIO_IOMMU_MAP_DMA)),
	VFIO_CASE("call.set-irqs-short", "SET_IRQS needs 20 bytes", too_short,
		  CALL(VFIO_DEVICE_SET_IRQS, 19)),
	VFIO_CASE("call.set-irqs-null", "SET_IRQS needs an argument", null_argument,
		  CALL(VFIO_DEVICE_SET_IRQS)),

	SET("trigger", "without data and with count 1 the event is signalled",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 0, 0, 1}, .signals = true),
	SET("trigger.crw", "the CRW interrupt can be fired",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 1, 0, 1}, .signals = true),
	SET("trigger.req", "the REQ interrupt can be fired",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 2, 0, 1}, .signals = true),
	SET("bool.true", "a true value signals the event",
	    {SHORTEST_SET + 1, IRQ_BOOL | IRQ_TRIGGER, 0, 0, 1}, 1, 1, .signals = true),
	SET("bool.false", "a false value does not",
	    {SHORTEST_SET + 1, IRQ_BOOL | IRQ_TRIGGER, 0, 0, 1}, 0, 1),
	SET("trigger-and-mask", "TRIGGER with MASK is TRIGGER",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER | IRQ_MASK, 0, 0, 1}, .signals = true),
	SET("mask", "there is no masking", {SHORTEST_SET, IRQ_NONE | IRQ_MASK, 0, 0, 1},
	    .result = -EINVAL),
	SET("unmask", "there is no unmasking", {SHORTEST_SET, IRQ_NONE | IRQ_UNMASK, 0, 0, 1},
	    .result = -EINVAL),
	SET("no-action", "an action is needed", {SHORTEST_SET, IRQ_NONE, 0, 0, 1},
	    .result = -EINVAL),
	SET("no-data-type", "a data type is needed", {SHORTEST_SET, IRQ_TRIGGER, 0, 0, 1},
	    .result = -EINVAL),
	SET("two-data-types", "two data types are refused",
	    {SHORTEST_SET + 4, IRQ_BOOL | IRQ_EVENT | IRQ_TRIGGER, 0, 0, 1}, 0, 4, -EINVAL),
	SET("unknown-flag", "an unknown flag is refused",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER | 0x40, 0, 0, 1}, .result = -EINVAL),
	SET("index", "an index that does not exist is refused",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 3, 0, 1}, .result = -EINVAL),
	SET("start", "there is no second interrupt",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 0, 1, 1}, .result = -EINVAL),
	SET("count", "there are no two interrupts", {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 0, 0, 2},
	    .result = -EINVAL),
	SET("overflow", "start and count that overflow are refused",
	    {SHORTEST_SET, IRQ_NONE | IRQ_TRIGGER, 0, 0xFFFFFFFF, 1}, .result = -EINVAL),
	SET("count-huge", "a huge count is refused",
	    {SHORTEST_SET, IRQ_EVENT | IRQ_TRIGGER, 0, 0, 0xFFFFFFFF}, .result = -EINVAL),
	SET("event-short", "argsz must have room for the descriptor",
	    {SHORTEST_SET, IRQ_EVENT | IRQ_TRIGGER, 0, 0, 1}, 0, 4, -EINVAL),
	SET("bool-short", "argsz must have room for the value",
	    {SHORTEST_SET, IRQ_BOOL | IRQ_TRIGGER, 0, 0, 1}, 0, 1, -EINVAL),
	SET("event-minus-2", "a descriptor below -1 is refused",
	    {SHORTEST_SET + 4, IRQ_EVENT | IRQ_TRIGGER, 0, 0, 1}, (uint64_t)-2, 4, -EINVAL),
	{
		.id = "irq.not-eventfd",
		.title = "a descriptor that is no eventfd is refused",
		.source = "mainline-behaviour 3.7",
		.run = irq_not_eventfd,
	},
	{
		.id = "irq.closed-fd",
		.title = "a number that is no descriptor is refused",
		.source = "mainline-behaviour 3.7",
		.run = irq_closed_fd,
	},
	{
		.id = "irq.disarm",
		.title = "descriptor -1 disarms",
		.source = "mainline-behaviour 3.7",
		.run = irq_disarm,
	},
	{
		.id = "irq.disarm-index",
		.title = "without data and with count 0 the interrupt is taken down",
		.shows = "11.13",
		.source = "mainline-behaviour 5.9",
		.run = irq_disarm_all,
		.deviations = {{"5.9", "signals the eventfd instead", "no I/O interrupt"}},
	},
	{
		.id = "irq.trigger-unarmed",
		.title = "firing an interrupt that is not armed does nothing",
		.source = "mainline-behaviour 3.7",
		.run = irq_trigger_unarmed,
	},
	{
		.id = "irq.replaced",
		.title = "after arming anew the old event is left alone",
		.shows = "11.13",
		.source = "vfio-ccw-interface 2.1",
		.run = irq_replaced,
	},
	{
		.id = "irq.closed-by-client",
		.title = "a client may close its eventfd while it is armed",
		.shows = "11.13",
		.run = irq_closed_by_client,
	},
	{
		.id = "irq.armed-late",
		.title = "arming the I/O interrupt with an IRB unread signals it",
		.shows = "D9",
		.run = irq_armed_late,
		.deviations = {{"D9", "the interrupt is lost", "ETIMEDOUT"}},
	},
	{
		.id = "irq.shared",
		.title = "one eventfd may serve all interrupts",
		.source = "vfio-ccw-interface 4",
		.run = irq_same_for_all,
	},
};

const struct exerciser_table conformance_vfio = EXERCISER_TABLE(cases);
