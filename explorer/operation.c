/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the threads of a scenario do, and what comes before and after the schedule: the initial
 * state, and the proof at the end that nothing was lost, leaked or stuck.
 */
#include "explorer/world.h"

#define ORB_CONTROL	(ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH | ARCH_ORB_FORMAT_2_IDAW)
#define PATHS		0xC0u
#define LATE_OPERATIONS 3u
#define ROUNDS_MAX	64u /* of an epilogue's loops */

static unsigned long lock(void)
{
	unsigned long flags;

	platform_ops.lock(NULL, &flags);
	return flags;
}

static void unlock(unsigned long flags)
{
	platform_ops.unlock(NULL, flags);
}

/* ---- the client ---- */

static long start(struct thread *thread)
{
	thread->client.io = (struct chanio_io_region){
		.orb = {.interruption_parameter = arch_put32(thread->number),
			.control = arch_put32(ORB_CONTROL),
			.program_address =
				arch_put32(PAGE_PROGRAM * CHANIO_PAGE_SIZE +
					   thread->number * (uint32_t)sizeof(struct arch_ccw1))},
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};
	return chanio_device_write(world.device, 0, &thread->client.io, sizeof(thread->client.io));
}

static long command(struct thread *thread, uint32_t code)
{
	thread->client.command = (struct chanio_command_region){.command = arch_put32(code)};
	return chanio_device_write(world.device, CHANIO_REGION_COMMAND << CHANIO_REGION_SHIFT,
				   &thread->client.command, sizeof(thread->client.command));
}

/* As a client does it: the eventfd first, then one IRB. */
static long read_irb(struct thread *thread)
{
	struct event *event;

	/* Which one it is the client has set itself: that is no race of the driver. */
	point(POINT_TAKE_EVENT, OBJECT_EVENTS | OBJECT_LOCK);
	event = event_armed(CHANIO_IRQ_IO);
	if (event)
		event->count = 0;
	return chanio_device_read(world.device, 0, &thread->client.io, sizeof(thread->client.io));
}

static long unmap(void)
{
	const uint64_t first = PAGE_DATA * CHANIO_PAGE_SIZE;

	/* From now on nobody can pin it. */
	point(POINT_UNMAP, OBJECT_MAP);
	world.unmapped = ~0ull << PAGE_DATA;
	return chanio_device_dma_unmap(world.device, first, PAGES * CHANIO_PAGE_SIZE - first);
}

static void arm_events(void)
{
	chanio_device_set_event(world.device, CHANIO_IRQ_IO, (void *)(uintptr_t)event_create());
	chanio_device_set_event(world.device, CHANIO_IRQ_REQ, (void *)(uintptr_t)event_create());
}

static long open_device(void)
{
	int error = chanio_device_open(world.device);

	explain("open: %d", error);
	if (!error)
		arm_events();
	return error;
}

static long reopen(struct thread *thread)
{
	chanio_device_close(world.device);
	point(POINT_RETURN, OBJECT_ALL);
	explain("closed");
	check_closed();
	thread->sections = 0;
	return open_device();
}

/* ---- the machine ---- */

static bool test(struct arch_irb *irb)
{
	point(POINT_INTERRUPT, OBJECT_SUBCHANNEL);
	if (!subchannel_test(irb)) {
		explain("TEST SUBCHANNEL: condition code 1, the status is gone");
		return false;
	}
	explain("TEST SUBCHANNEL: IRB %08x stored", world.subchannel.way.control);
	return true;
}

/* The interruption: the IRB is stored, and the driver has it when it gets the lock. */
static void interrupt(void)
{
	struct arch_irb irb;
	bool stored = !world.prompt && test(&irb);
	unsigned long flags;

	if (!world.prompt && !stored)
		return;
	flags = lock();
	/* Nothing comes from a device that has gone. */
	if ((stored || test(&irb)) && !world.subchannel.gone) {
		check_delivery(&world.subchannel.way);
		chanio_device_irb(world.device, &irb);
		check_delivered(&world.subchannel.way);
	}
	world.subchannel.on_the_way = false;
	unlock(flags);
}

static void present(enum operation operation)
{
	point(POINT_PRESENT, OBJECT_SUBCHANNEL);
	subchannel_present(operation);
	interrupt();
}

static void gone(void)
{
	unsigned long flags = lock();

	point(POINT_SUBCHANNEL, OBJECT_SUBCHANNEL);
	explain("the device is gone");
	world.subchannel.gone = true;
	subchannel_drop();
	world.flight.number = 0;
	chanio_device_gone(world.device);
	unlock(flags);
}

/* One path after the other. */
static void lose_path(void)
{
	unsigned long flags = lock();
	uint8_t path = world.subchannel.pam & 0x80 ? 0x80 : 0x40;

	point(POINT_SUBCHANNEL, OBJECT_SUBCHANNEL);
	explain("path %02x is lost", path);
	world.subchannel.pam &= (uint8_t)~path;
	chanio_device_path(world.device, path, false, false);
	unlock(flags);
}

/* ---- threads ---- */

static long perform(struct thread *thread, enum operation operation)
{
	switch (operation) {
	case OPERATION_START:
		return start(thread);
	case OPERATION_HALT:
		return command(thread, CHANIO_COMMAND_HALT);
	case OPERATION_CLEAR:
		return command(thread, CHANIO_COMMAND_CLEAR);
	case OPERATION_READ:
		return read_irb(thread);
	case OPERATION_RESET:
		return chanio_device_reset(world.device);
	case OPERATION_UNMAP:
		return unmap();
	case OPERATION_REOPEN:
		return reopen(thread);
	case OPERATION_GONE:
		gone();
		return 0;
	case OPERATION_PATH:
		lose_path();
		return 0;
	default:
		present(operation);
		return 0;
	}
}

void operation_run(struct thread *thread, enum operation operation, uint8_t number)
{
	long result;

	thread->operation = (uint8_t)operation;
	thread->number = number;
	thread->sections = 0;
	thread->instruction = false;
	thread->changed = false;
	thread->takes = false;
	thread->flight = 0;
	thread->expected = 1;
	result = perform(thread, operation);
	world.result[number] = (int16_t)result;
	if (operation < OPERATION_FINAL) {
		point(POINT_RETURN, OBJECT_ALL);
		explain("returns %ld", result);
		check_return(result);
	}
	if (world.owner == world.current)
		violate(INVARIANT_LOCK, "an operation ended with the lock held");
}

void worker_run(void)
{
	world.deferred = false;
	world.working = true;
	chanio_device_work(world.device);
	point(POINT_WORK_DONE, OBJECT_DEFERRED);
	world.working = false;
}

void channel_run(void)
{
	subchannel_complete();
	interrupt();
}

/* ---- before ---- */

static void serial(enum operation operation)
{
	operation_run(self(), operation, 0);
}

void prologue(const struct scenario *scenario)
{
	enum initial initial = scenario->initial;
	unsigned int operations = 0;

	/* A driver need not tell several answers apart that come late. */
	for (unsigned int i = 0; i < scenario->threads; i++)
		operations += scenario->operations[i];
	world.prompt = operations > LATE_OPERATIONS;
	world.subchannel.pam = PATHS;
	chanio_device_create(&platform_ops, NULL, &subchannel_ops, NULL, &world.device);
	open_device();
	if (initial == INITIAL_IDLE)
		return;
	serial(OPERATION_START);
	if (initial == INITIAL_PENDING)
		return;
	if (initial == INITIAL_QUEUED) {
		serial(OPERATION_FINAL);
		return;
	}
	/* The intermediate status shows that the device was reached. */
	serial(OPERATION_INTERMEDIATE);
	if (initial != INITIAL_BOTH)
		serial(OPERATION_READ);
	world.subchannel.deaf = initial == INITIAL_DEAF;
	world.subchannel.dead = initial == INITIAL_DEAD;
}

/* ---- after ---- */

uint64_t outcome_hash(void)
{
	const struct chanio_device *device = world.device;
	const uint64_t facts[] = {
		device->state,
		device->open,
		device->crw_count,
		device->lpm,
		device->irb_count,
		world.flights,
		world.flight.number,
		world.pinned,
		world.shown.serial,
		world.shown.control,
		world.subchannel.status.control,
	};
	uint64_t hash = world_hash_bytes(2, facts, sizeof(facts));

	for (unsigned int i = 0; i < world.queue_count; i++)
		hash = world_hash_bytes(hash, &world.queue[(world.queue_head + i) % QUEUE],
					sizeof(world.queue[0]));
	return world_hash_bytes(hash, world.result, sizeof(world.result));
}

/* The machine does whatever it has to do still. */
static void settle(void)
{
	for (unsigned int i = 0; i < ROUNDS_MAX; i++) {
		if (world.deferred)
			worker_run();
		else if (subchannel_is_pending())
			interrupt();
		else if (subchannel_can_complete())
			channel_run();
		else if (subchannel_can_present(OPERATION_FINAL))
			present(OPERATION_FINAL);
		else
			return;
	}
	violate(INVARIANT_BOUNDED, "the machine does not come to rest");
}

/* A suspended program, or one whose HALT is never done, has to be cleared. */
static void end_what_is_left(void)
{
	for (unsigned int i = 0; i < 2 && world.flight.number; i++) {
		serial(OPERATION_CLEAR);
		settle();
		if (world.flight.number)
			serial(OPERATION_READ);
	}
}

static bool is_usable(void)
{
	return world.device->open && world.device->state == CHANIO_STATE_IDLE &&
	       world.subchannel.pam && !world.subchannel.gone;
}

static void drain(void)
{
	while (world.queue_count)
		serial(OPERATION_READ);
}

/* If it is open, it works: one more program, from START to its IRB. */
static void use_once_more(void)
{
	struct thread *thread = self();

	world.unmapped = 0;
	serial(OPERATION_START);
	if (!thread->flight)
		violate(INVARIANT_STATE, "after all is over, a START is still refused");
	settle();
	if (world.queue_count != 1 && !world_defers_irbs)
		violate(INVARIANT_IRB_ONCE, "after all is over, a START got no IRB");
	serial(OPERATION_READ);
}

/* What no quiesce could end ends at last. */
static void revive(void)
{
	world.subchannel.dead = false;
	world.subchannel.deaf = false;
	settle();
	if (world.flight.number) {
		subchannel_drop();
		world.flight.number = 0;
	}
}

void epilogue(void)
{
	bool dead = world.subchannel.dead && !world.subchannel.gone;

	settle();
	if (!dead)
		end_what_is_left();
	/* A HALT that nobody has cleared is done at last. */
	world.subchannel.deaf = false;
	settle();
	check_quiet();
	drain();
	if (!dead && is_usable())
		use_once_more();
	chanio_device_close(world.device);
	check_closed();
	revive();
	platform_check_freed();
	if (world.pinned && !dead)
		violate(INVARIANT_LEAK, "pages are still pinned after close");
	chanio_device_destroy(world.device);
	if (world.pinned || world.allocations || world.channel_allocations)
		violate(INVARIANT_LEAK,
			"at the end %u allocations, %u of channel memory, pages %llx",
			world.allocations, world.channel_allocations,
			(unsigned long long)world.pinned);
	for (unsigned int i = 1; i <= world.events; i++)
		if (world.event[i].armed && !world.event[i].released)
			violate(INVARIANT_LEAK, "an event was not given back");
}
