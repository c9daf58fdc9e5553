/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Several clients on one device, each with a handle of its own and requests that wait in a queue.
 * The stepper takes their turns: while one client's reset, close or unmap waits for the subchannel,
 * the others' requests, the channel program and the device go on in an order that the seed chooses.
 *
 *   0    the device (low two bits: simple, disk, scriptable) and the seed
 *   1    number of bytes of operations; the operations; then low guest memory from address 0 on
 *
 * An operation: 0x0F what, 0x30 which client, or 3 for what happens beneath them.
 */
#include <stdlib.h>

#include <linux/vfio.h>

#include "attach/vfio.h"
#include "fuzz/harness.h"
#include "machine/adapters.h"
#include "machine/testdev.h"

#define CLIENTS	      3u
#define QUEUE	      4u
#define END_STEPS     256u
#define PROGRAM_SHIFT 7 /* programs begin at multiples of 128 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct request {
	uint8_t what;
	uint8_t operand;
};

struct session;

struct client {
	struct session *session;
	struct vfio_device *device; /* NULL: it has none open */
	struct css_job *job;
	struct request queue[QUEUE];
	unsigned int waiting;
};

struct session {
	struct fuzz_input input;
	struct vfio_backend backend;
	struct vfio_container *container;
	struct vfio_group *group;
	struct client client[CLIENTS];
	struct fuzz_machine machine;
	enum fuzz_device kind;
	uint8_t seed;
	unsigned int handles;
	bool made;  /* the machine stays when the last handle is closed */
	bool waits; /* a request that may wait for the subchannel is under way */
	bool mapped;
	bool over;
};

static _Alignas(4096) uint8_t memory[FUZZ_LOW_SIZE];

/* Backend */

static int backend_open(void *context, int group, const char *name, struct css_storage *storage,
			struct chanio_device **device)
{
	struct session *session = context;
	struct fuzz_machine_config config = {
		.seed = session->seed, .device = session->kind, .storage = storage};

	if (!session->made)
		fuzz_machine_create(&session->machine, &config);
	session->made = true;
	*device = session->machine.driver;
	return 0;
}

static void backend_close(void *context, struct chanio_device *device)
{
	struct session *session = context;

	FUZZ_CHECK(device == session->machine.driver);
	FUZZ_CHECK(css_storage_pinned(session->machine.storage) == 0);
}

static int backend_take_event(void *context, int fd, void **event)
{
	*event = fuzz_event();
	return 0;
}

/* Requests */

static int map(struct session *session)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory,
		.size = FUZZ_LOW_SIZE,
	};

	return vfio_container_ioctl(session->container, VFIO_IOMMU_MAP_DMA, &map);
}

static int unmap(struct session *session)
{
	struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof(unmap), .size = FUZZ_LOW_SIZE};

	return vfio_container_ioctl(session->container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static void toggle_memory(struct session *session)
{
	int error = session->mapped ? unmap(session) : map(session);

	/* Others that start programs all the time may keep it mapped. */
	FUZZ_CHECK(error == 0 || (session->mapped && error == -EBUSY));
	if (error == 0)
		session->mapped = !session->mapped;
}

static void check_nothing_is_left(struct vfio_device *device)
{
	static const struct chanio_io_region zero;
	struct chanio_io_region region;

	FUZZ_CHECK(vfio_device_read(device, 0, &region, sizeof(region)) == sizeof(region));
	FUZZ_CHECK(memcmp(&region, &zero, sizeof(region)) == 0);
}

static void open_device(struct client *client)
{
	struct session *session = client->session;
	int error = vfio_group_get_device(session->group, "device", &client->device);

	if (error) {
		FUZZ_CHECK(error == -ENODEV && session->handles == 0);
		client->device = NULL;
		return;
	}
	/* Nothing of one owner is visible to the next (D15). */
	if (session->handles++ == 0)
		check_nothing_is_left(client->device);
}

static void close_device(struct client *client)
{
	if (client->device)
		client->session->handles--;
	vfio_device_put(client->device);
	client->device = NULL;
}

static void set_event(struct client *client, uint8_t operand)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set) + sizeof(int32_t),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = operand % CHANIO_IRQS,
		.count = 1,
	};
	const int32_t fd = operand & 0x80 ? -1 : 0;
	uint8_t argument[sizeof(set) + sizeof(fd)];

	memcpy(argument, &set, sizeof(set));
	memcpy(argument + sizeof(set), &fd, sizeof(fd));
	FUZZ_CHECK(vfio_device_ioctl(client->device, VFIO_DEVICE_SET_IRQS, argument) == 0);
}

static void start(struct client *client, uint8_t operand)
{
	struct chanio_io_region region = {
		.orb =
			{
				.control = arch_put32(ARCH_ORB_FORMAT_1 | ARCH_ORB_FORMAT_2_IDAW |
						      0xC0u << ARCH_ORB_LPM_SHIFT |
						      (operand & 0x80 ? ARCH_ORB_PREFETCH : 0) |
						      (operand & 0x40 ? ARCH_ORB_SUSPEND : 0)),
				.program_address =
					arch_put32((uint32_t)(operand & 0x0F) << PROGRAM_SHIFT),
			},
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};

	fuzz_check_start_result(vfio_device_write(client->device, 0, &region, sizeof(region)));
}

static void command(struct client *client, uint32_t which)
{
	struct chanio_command_region region = {.command = arch_put32(which)};
	long result = vfio_device_write(client->device,
					(uint64_t)CHANIO_REGION_COMMAND << CHANIO_REGION_SHIFT,
					&region, sizeof(region));

	FUZZ_CHECK(result == sizeof(region) || result == -EAGAIN || result == -EBUSY ||
		   result == -EACCES || result == -ENODEV);
}

static void read_region(struct client *client, uint8_t operand)
{
	unsigned int region = operand % CHANIO_REGIONS;
	uint32_t size = chanio_region_info(region)->size;
	struct chanio_io_region contents;

	if (region == CHANIO_REGION_IO) {
		FUZZ_CHECK(vfio_device_read(client->device, 0, &contents, size) == size);
		fuzz_check_io_region(&contents);
	} else {
		vfio_device_read(client->device, (uint64_t)region << CHANIO_REGION_SHIFT, &contents,
				 size);
	}
}

enum what { START, HALT, CLEAR, READ, READ_IO, EVENT, TRIGGER, RESET, MEMORY, OPEN, KINDS };

static bool may_wait(uint8_t what)
{
	return what == RESET || what == MEMORY || what == OPEN;
}

static void perform_waiting(struct client *client, uint8_t what)
{
	struct session *session = client->session;

	session->waits = true;
	if (what == MEMORY)
		toggle_memory(session);
	else if (what == RESET && client->device)
		vfio_device_ioctl(client->device, VFIO_DEVICE_RESET, NULL);
	else if (what == OPEN && client->device)
		close_device(client);
	else if (what == OPEN)
		open_device(client);
	session->waits = false;
	/* The others' turns, which they let pass meanwhile. */
	for (unsigned int i = 0; i < CLIENTS; i++)
		if (session->client[i].waiting)
			css_job_kick(session->client[i].job);
}

static void perform(struct client *client, struct request request)
{
	if (may_wait(request.what)) {
		perform_waiting(client, request.what);
		return;
	}
	if (!client->device)
		return;
	switch (request.what) {
	case START:
		start(client, request.operand);
		break;
	case HALT:
		command(client, CHANIO_COMMAND_HALT);
		break;
	case CLEAR:
		command(client, CHANIO_COMMAND_CLEAR);
		break;
	case READ:
		read_region(client, request.operand);
		break;
	case EVENT:
		set_event(client, request.operand);
		break;
	case TRIGGER:
		chanio_device_trigger(vfio_device_driver(client->device),
				      request.operand % CHANIO_IRQS);
		break;
	default:
		read_region(client, CHANIO_REGION_IO);
		break;
	}
}

/* A client's turn: its oldest request. One that has to wait for another's wait lets it pass. */
static bool take_turn(void *context, bool thread_may_wait)
{
	struct client *client = context;
	struct request request = client->queue[0];

	if (!client->waiting || client->session->over ||
	    (client->session->waits && may_wait(request.what)))
		return false;
	client->waiting--;
	memmove(client->queue, client->queue + 1, client->waiting * sizeof(client->queue[0]));
	if (client->waiting)
		css_job_kick(client->job);
	perform(client, request);
	return false;
}

/* Beneath the clients. */
static void happen(struct session *session, uint8_t what, uint8_t operand)
{
	struct machine_adapter *adapter = session->machine.adapter;

	switch (what) {
	case 0:
		machine_testdev_ops.unsolicited(adapter, operand);
		break;
	case 1:
	case 2:
		machine_testdev_ops.path(adapter, operand & 0xC0, what == 2, operand & 1);
		break;
	case 3:
		machine_testdev_ops.request(adapter);
		break;
	case 4:
		machine_testdev_ops.report(adapter, (struct arch_crw){arch_put16(operand), {{0}}});
		break;
	case 5:
		if (operand == 0xFF)
			fuzz_machine_remove(&session->machine);
		break;
	default:
		fuzz_machine_run(&session->machine, operand & 0x1F);
		break;
	}
}

static void operate(struct session *session)
{
	uint8_t operation = fuzz_byte(&session->input), operand = fuzz_byte(&session->input);
	unsigned int which = operation >> 4 & 3;
	struct client *client;

	if (which >= CLIENTS) {
		happen(session, operation & 0x0F, operand);
		return;
	}
	client = &session->client[which];
	if (client->waiting < QUEUE) {
		client->queue[client->waiting++] =
			(struct request){(operation & 0x0F) % KINDS, operand};
		css_job_kick(client->job);
	}
	/* 0xC0: turns after it; none, and what several clients ask comes together. */
	fuzz_machine_run(&session->machine, operation >> 6);
}

static void set_up(struct session *session)
{
	session->backend = (struct vfio_backend){
		.context = session,
		.open = backend_open,
		.close = backend_close,
		.take_event = backend_take_event,
	};
	FUZZ_CHECK(vfio_container_create(&session->container) == 0);
	FUZZ_CHECK(vfio_group_open(&session->backend, 0, &session->group) == 0);
	FUZZ_CHECK(vfio_group_set_container(session->group, session->container) == 0);
	FUZZ_CHECK(vfio_container_ioctl(session->container, VFIO_SET_IOMMU,
					(void *)(uintptr_t)VFIO_TYPE1v2_IOMMU) == 0);
	FUZZ_CHECK(map(session) == 0);
	session->mapped = true;
	for (unsigned int i = 0; i < CLIENTS; i++) {
		struct client *client = &session->client[i];

		client->session = session;
		open_device(client);
		FUZZ_CHECK(client->device);
		FUZZ_CHECK(css_job_create(session->machine.executor, take_turn, client,
					  &client->job) == 0);
	}
}

static void tear_down(struct session *session)
{
	session->over = true;
	for (unsigned int i = 0; i < CLIENTS; i++)
		css_job_destroy(session->client[i].job);
	for (unsigned int i = 0; i < CLIENTS; i++)
		close_device(&session->client[i]);
	vfio_group_put(session->group);
	fuzz_machine_destroy(&session->machine, false);
	vfio_container_put(session->container);
}

/* What was asked for is done, and a program that still runs obeys CLEAR. */
static void come_to_rest(struct session *session)
{
	fuzz_machine_run(&session->machine, END_STEPS);
	session->over = true;
	if (session->handles)
		fuzz_machine_clear_ends_it(&session->machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session session = {.input = {data, size}};
	struct fuzz_input rest;
	size_t operations;

	session.seed = fuzz_byte(&session.input);
	session.kind = (enum fuzz_device)(session.seed % 4 % 3);
	operations = fuzz_byte(&session.input);
	memset(memory, 0, sizeof(memory));
	rest = session.input;
	if (rest.left > operations) {
		rest.at += operations;
		rest.left -= operations;
		session.input.left = operations;
		fuzz_bytes(&rest, memory, sizeof(memory));
	}
	set_up(&session);
	while (session.input.left > 0)
		operate(&session);
	come_to_rest(&session);
	tear_down(&session);
	return 0;
}
