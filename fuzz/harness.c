/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* See harness.h: the machine, and its platform and subchannel operations. */
#include "fuzz/harness.h"

#include <stdlib.h>

/* More steps than any wait of the driver should need; a program that loops for ever hits it. */
#define WAIT_STEPS 4096

/* Platform */

static void platform_lock(void *context, unsigned long *flags)
{
	struct fuzz_machine *machine = context;

	css_subchannel_lock(machine->subchannel);
	*flags = 0;
}

static void platform_unlock(void *context, unsigned long flags)
{
	struct fuzz_machine *machine = context;

	css_subchannel_unlock(machine->subchannel);
}

static void *platform_allocate(void *context, size_t size)
{
	return calloc(1, size);
}

static void platform_release(void *context, void *memory, size_t size)
{
	free(memory);
}

static int platform_channel_allocate(void *context, size_t size,
				     struct chanio_channel_memory *memory)
{
	struct fuzz_machine *machine = context;

	memory->size = size;
	return css_storage_channel_allocate(machine->storage, size, &memory->address,
					    &memory->bus_address);
}

static void platform_channel_release(void *context, struct chanio_channel_memory *memory)
{
	struct fuzz_machine *machine = context;

	css_storage_channel_release(machine->storage, memory->address, memory->bus_address,
				    memory->size);
}

static int platform_read_guest(void *context, uint64_t guest, void *to, size_t size)
{
	struct fuzz_machine *machine = context;

	return css_storage_read(machine->storage, guest, to, size);
}

/* The emulated channel knows guest pages by their guest addresses. */
static int platform_pin(void *context, uint64_t guest, size_t pages, uint64_t *bus_addresses)
{
	struct fuzz_machine *machine = context;
	int error = css_storage_pin(machine->storage, guest, pages);

	for (size_t i = 0; i < pages && !error; i++)
		bus_addresses[i] = guest + i * CHANIO_PAGE_SIZE;
	return error;
}

static void platform_unpin(void *context, uint64_t guest, size_t pages)
{
	struct fuzz_machine *machine = context;

	css_storage_unpin(machine->storage, guest, pages);
}

static int platform_copy_from_client(void *context, void *to, const void *client, size_t size)
{
	memcpy(to, client, size);
	return 0;
}

static int platform_copy_to_client(void *context, void *client, const void *from, size_t size)
{
	memcpy(client, from, size);
	return 0;
}

/* An event is a counter in machine->signals. */
static void platform_signal(void *context, void *event)
{
	++*(unsigned int *)event;
}

static void platform_release_event(void *context, void *event)
{
}

static int platform_wait(void *context, uint64_t nanoseconds)
{
	struct fuzz_machine *machine = context;
	uint64_t end = css_executor_now(machine->executor) + nanoseconds;

	for (int i = 0; i < WAIT_STEPS && !machine->woken; i++) {
		if (css_executor_now(machine->executor) >= end ||
		    !css_executor_step(machine->executor))
			break;
	}
	if (!machine->woken)
		return -ETIMEDOUT;
	machine->woken = false;
	return 0;
}

static void platform_wake(void *context)
{
	struct fuzz_machine *machine = context;

	machine->woken = true;
}

static void platform_defer(void *context)
{
	struct fuzz_machine *machine = context;

	machine->deferred = true;
}

static void platform_flush_deferred(void *context)
{
	struct fuzz_machine *machine = context;

	while (machine->deferred) {
		machine->deferred = false;
		chanio_device_work(machine->driver);
	}
}

static uint64_t platform_now(void *context)
{
	struct fuzz_machine *machine = context;

	return css_executor_now(machine->executor);
}

static const struct chanio_platform_ops platform_ops = {
	.size = sizeof(platform_ops),
	.lock = platform_lock,
	.unlock = platform_unlock,
	.allocate = platform_allocate,
	.release = platform_release,
	.channel_allocate = platform_channel_allocate,
	.channel_release = platform_channel_release,
	.read_guest = platform_read_guest,
	.pin = platform_pin,
	.unpin = platform_unpin,
	.copy_from_client = platform_copy_from_client,
	.copy_to_client = platform_copy_to_client,
	.signal = platform_signal,
	.release_event = platform_release_event,
	.wait = platform_wait,
	.wake = platform_wake,
	.defer = platform_defer,
	.flush_deferred = platform_flush_deferred,
	.now = platform_now,
};

/* Subchannel: the instructions go straight through. */

static int subchannel_start(void *context, const struct arch_orb *orb, bool live)
{
	struct fuzz_machine *machine = context;

	return css_subchannel_start(machine->subchannel, orb, live);
}

static int subchannel_halt(void *context)
{
	struct fuzz_machine *machine = context;

	return css_subchannel_halt(machine->subchannel);
}

static int subchannel_clear(void *context)
{
	struct fuzz_machine *machine = context;

	return css_subchannel_clear(machine->subchannel);
}

static int subchannel_resume(void *context)
{
	struct fuzz_machine *machine = context;

	return css_subchannel_resume(machine->subchannel);
}

static int subchannel_cancel(void *context)
{
	struct fuzz_machine *machine = context;

	return css_subchannel_cancel(machine->subchannel);
}

static int subchannel_store(void *context, struct arch_schib *schib)
{
	struct fuzz_machine *machine = context;

	return css_subchannel_store(machine->subchannel, schib);
}

static int set_enabled(struct fuzz_machine *machine, bool enabled)
{
	struct arch_schib schib;
	uint16_t flags;

	if (css_subchannel_store(machine->subchannel, &schib) != 0)
		return -ENODEV;
	flags = arch_get16(schib.pmcw.flags);
	flags = enabled ? flags | ARCH_PMCW_ENABLED : flags & ~ARCH_PMCW_ENABLED;
	schib.pmcw.flags = arch_put16(flags & ~ARCH_PMCW_FLAGS_ZERO);
	schib.pmcw.control = arch_put32(ARCH_PMCW_CONCURRENT_SENSE);
	switch (css_subchannel_modify(machine->subchannel, &schib)) {
	case 0:
		return 0;
	case 1:
	case 2:
		return -EBUSY;
	default:
		return -ENODEV;
	}
}

static int subchannel_enable(void *context)
{
	return set_enabled(context, true);
}

static int subchannel_disable(void *context)
{
	return set_enabled(context, false);
}

static const struct chanio_subchannel_ops subchannel_ops = {
	.size = sizeof(subchannel_ops),
	.capabilities = CHANIO_SUBCHANNEL_LIVE,
	.start = subchannel_start,
	.halt = subchannel_halt,
	.clear = subchannel_clear,
	.resume = subchannel_resume,
	.cancel = subchannel_cancel,
	.store = subchannel_store,
	.enable = subchannel_enable,
	.disable = subchannel_disable,
};

static void interrupt(void *context)
{
	struct fuzz_machine *machine = context;
	struct arch_irb irb;

	if (css_subchannel_test(machine->subchannel, &irb) != 0)
		return;
	machine->irbs++;
	chanio_device_irb(machine->driver, &irb);
}

static void report(void *context, struct arch_crw crw)
{
	struct fuzz_machine *machine = context;

	chanio_device_crw(machine->driver, crw);
}

/* The machine */

static void map(struct fuzz_machine *machine, uint64_t guest, size_t size, size_t at, bool writable)
{
	int error = css_storage_map(machine->storage, guest, size, machine->memory + at, true,
				    writable);

	FUZZ_CHECK(error == 0);
}

void fuzz_machine_create(struct fuzz_machine *machine, const struct css_control_unit_ops *ops,
			 void *device, uint64_t seed)
{
	struct css_subchannel_config config = {
		.device_number = 0x0120,
		.chpid = {0x80, 0x81},
		.path_installed = 0xC0,
		.device_ops = ops,
		.device = device,
		.interrupt = interrupt,
		.report = report,
		.context = machine,
	};

	memset(machine, 0, sizeof(*machine));
	machine->device_ops = ops;
	machine->device = device;
	machine->memory = aligned_alloc(CHANIO_PAGE_SIZE, FUZZ_GUEST_SIZE);
	FUZZ_CHECK(machine->memory);
	memset(machine->memory, 0, FUZZ_GUEST_SIZE);
	FUZZ_CHECK(css_executor_create_stepper(seed, &machine->executor) == 0);
	FUZZ_CHECK(css_storage_create(&machine->storage) == 0);
	map(machine, 0, FUZZ_LOW_SIZE, 0, true);
	map(machine, FUZZ_READ_ONLY, CHANIO_PAGE_SIZE, FUZZ_LOW_SIZE, false);
	map(machine, FUZZ_HIGH, FUZZ_HIGH_SIZE, FUZZ_LOW_SIZE + CHANIO_PAGE_SIZE, true);
	config.executor = machine->executor;
	FUZZ_CHECK(css_subchannel_create(&config, &machine->subchannel) == 0);
	css_subchannel_set_storage(machine->subchannel, machine->storage);
	FUZZ_CHECK(chanio_device_create(&platform_ops, machine, &subchannel_ops, machine,
					&machine->driver) == 0);
}

void fuzz_machine_destroy(struct fuzz_machine *machine, bool open)
{
	if (open)
		chanio_device_close(machine->driver);
	FUZZ_CHECK(!machine->deferred);
	FUZZ_CHECK(css_storage_pinned(machine->storage) == 0);
	chanio_device_destroy(machine->driver);
	css_subchannel_destroy(machine->subchannel);
	css_storage_destroy(machine->storage);
	css_executor_destroy(machine->executor);
	free(machine->memory);
}

bool fuzz_machine_step(struct fuzz_machine *machine)
{
	if (machine->deferred) {
		machine->deferred = false;
		chanio_device_work(machine->driver);
		return true;
	}
	if (css_executor_step(machine->executor))
		return true;
	return machine->device_ops == &fuzz_simple_ops && fuzz_simple_complete(machine->device);
}

bool fuzz_machine_run(struct fuzz_machine *machine, unsigned int most)
{
	while (most-- > 0) {
		if (!fuzz_machine_step(machine))
			return true;
	}
	return false;
}

void fuzz_machine_arm(struct fuzz_machine *machine)
{
	for (int irq = 0; irq < CHANIO_IRQS; irq++)
		FUZZ_CHECK(chanio_device_set_event(machine->driver, irq, &machine->signals[irq]) ==
			   0);
}

void fuzz_machine_read_irb(struct fuzz_machine *machine)
{
	struct chanio_io_region region;
	struct arch_scsw scsw;
	uint32_t control;

	memset(&region, 0xAA, sizeof(region));
	FUZZ_CHECK(chanio_device_read(machine->driver, 0, &region, sizeof(region)) ==
		   sizeof(region));
	memcpy(&scsw, region.irb, sizeof(scsw));
	control = arch_get32(scsw.control);
	/* Either there was never one, or it has status pending, and more than one function means
	 * halt. */
	FUZZ_CHECK(control == 0 || (control & ARCH_SCSW_SC_PENDING));
	FUZZ_CHECK((control & ARCH_SCSW_FC) != ARCH_SCSW_FC);
	FUZZ_CHECK(!(control & ARCH_SCSW_SC_PRIMARY) || !(control & ARCH_SCSW_AC_SUSPENDED));
}

/* Every errno that vfio-ccw-interface.md section 5.2 and D3 to D12 allow a START to give. */
static bool start_result_is_known(long result)
{
	switch (result) {
	case sizeof(struct chanio_io_region):
	case -EAGAIN:
	case -EBUSY:
	case -EACCES:
	case -ENODEV:
	case -EINVAL:
	case -EOPNOTSUPP:
	case -ENOMEM:
		return true;
	default:
		return false;
	}
}

long fuzz_machine_start_program(struct fuzz_machine *machine, const struct arch_orb *orb)
{
	struct chanio_io_region region = {
		.orb = *orb,
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};
	long result = chanio_device_write(machine->driver, 0, &region, sizeof(region));

	FUZZ_CHECK(start_result_is_known(result));
	return result;
}

long fuzz_machine_command(struct fuzz_machine *machine, uint32_t command)
{
	struct chanio_command_region region = {.command = arch_put32(command)};

	return chanio_device_write(machine->driver,
				   (uint64_t)CHANIO_REGION_COMMAND << CHANIO_REGION_SHIFT, &region,
				   sizeof(region));
}
