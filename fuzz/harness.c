/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* See harness.h: a machine made for one input, and requests with what must hold of their answers.
 */
#include "fuzz/harness.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "driver/internal.h"
#include "fuzz/disk.h"
#include "machine/adapters.h"
#include "machine/testdev.h"

/*
 * In one input: steps in which no virtual time passes and after which the program still goes on;
 * one that loops uses each to the full.
 */
#define ACTIVE_STEPS_MAX 6
#define CLEAR_STEPS	 256 /* the program is over, they are short */

/* In place of the write to an eventfd, which would take most of the time of a loop with PCI. */
static void take_signal(void *event)
{
	FUZZ_CHECK(event);
}

/* The machine */

static void map(struct fuzz_machine *machine, uint64_t guest, size_t size, size_t at, bool writable)
{
	int error = css_storage_map(machine->storage, guest, size, machine->memory + at, true,
				    writable);

	FUZZ_CHECK(error == 0);
}

static void create_storage(struct fuzz_machine *machine)
{
	machine->memory = aligned_alloc(CHANIO_PAGE_SIZE, FUZZ_GUEST_SIZE);
	FUZZ_CHECK(machine->memory);
	memset(machine->memory, 0, FUZZ_GUEST_SIZE);
	FUZZ_CHECK(css_storage_create(&machine->own_storage) == 0);
	machine->storage = machine->own_storage;
	map(machine, 0, FUZZ_LOW_SIZE, 0, true);
	map(machine, FUZZ_READ_ONLY, CHANIO_PAGE_SIZE, FUZZ_LOW_SIZE, false);
	map(machine, FUZZ_HIGH, FUZZ_HIGH_SIZE, FUZZ_LOW_SIZE + CHANIO_PAGE_SIZE, true);
}

static void create_device(struct fuzz_machine *machine, const struct fuzz_machine_config *config,
			  struct machine_adapter_config *adapter)
{
	struct testdev_config testdev = {
		.executor = machine->executor,
		.cu_type = TESTDEV_CU_TYPE,
		.steps = config->steps,
		.step_count = config->step_count,
	};

	if (config->device == FUZZ_DISK) {
		machine->disk = fuzz_disk_create();
		adapter->device_ops = fuzz_disk_ops();
		adapter->device = machine->disk;
	} else if (config->device == FUZZ_TEST) {
		FUZZ_CHECK(testdev_create(&testdev, &machine->testdev) == 0);
		adapter->device_ops = &testdev_ops;
		adapter->device = machine->testdev;
	} else {
		adapter->device_ops = &fuzz_simple_ops;
		adapter->device = &machine->simple;
	}
}

void fuzz_machine_create(struct fuzz_machine *machine, const struct fuzz_machine_config *config)
{
	struct machine_adapter_config adapter = {
		.device_number = 0x0120,
		.chpid = {0x80, 0x81},
		.path_installed = 0xC0,
	};

	memset(machine, 0, sizeof(*machine));
	machine->kind = config->device;
	machine_divert_signals(take_signal);
	machine->storage = config->storage;
	if (!machine->storage)
		create_storage(machine);
	FUZZ_CHECK(css_executor_create_stepper(config->seed, &machine->executor) == 0);
	create_device(machine, config, &adapter);
	adapter.executor = machine->executor;
	adapter.storage = machine->storage;
	FUZZ_CHECK(machine_adapter_create(&adapter, &machine->adapter) == 0);
	machine->subchannel = machine_adapter_subchannel(machine->adapter);
	machine->driver = machine_adapter_driver(machine->adapter);
	if (machine->testdev)
		FUZZ_CHECK(testdev_connect(machine->testdev, &machine_testdev_ops,
					   machine->adapter) == 0);
}

void fuzz_machine_destroy(struct fuzz_machine *machine, bool open)
{
	if (open)
		chanio_device_close(machine->driver);
	if (machine->own_storage)
		FUZZ_CHECK(css_storage_pinned(machine->own_storage) == 0);
	if (machine->testdev)
		testdev_disconnect(machine->testdev);
	machine_adapter_destroy(machine->adapter);
	testdev_destroy(machine->testdev);
	if (machine->disk)
		fuzz_disk_destroy(machine->disk);
	css_storage_destroy(machine->own_storage);
	css_executor_destroy(machine->executor);
	free(machine->memory);
}

bool fuzz_machine_step(struct fuzz_machine *machine)
{
	if (css_executor_step(machine->executor))
		return true;
	return machine->kind == FUZZ_SIMPLE && fuzz_simple_complete(&machine->simple);
}

/* What the channel may still fetch from is the program in flight, and nobody else's (R6, D15). */
static void check_program_is_there(struct fuzz_machine *machine, uint32_t control)
{
	const uint32_t fetches = ARCH_SCSW_AC_START_PENDING | ARCH_SCSW_AC_RESUME_PENDING |
				 ARCH_SCSW_AC_SUBCHANNEL | ARCH_SCSW_AC_SUSPENDED;

	if ((control & ARCH_SCSW_FC_START) && (control & fetches))
		FUZZ_CHECK(machine->driver->program);
}

static bool is_active(struct fuzz_machine *machine)
{
	struct arch_schib schib;
	int cc;

	css_subchannel_lock(machine->subchannel);
	cc = css_subchannel_store(machine->subchannel, &schib);
	if (cc == 0)
		check_program_is_there(machine, arch_get32(schib.scsw.control));
	css_subchannel_unlock(machine->subchannel);
	return cc == 0 && (arch_get32(schib.scsw.control) & ARCH_SCSW_AC_SUBCHANNEL);
}

bool fuzz_machine_run(struct fuzz_machine *machine, unsigned int most)
{
	while (most-- > 0 && machine->active_steps < ACTIVE_STEPS_MAX) {
		uint64_t before = css_executor_now(machine->executor);

		if (!fuzz_machine_step(machine))
			return true;
		if (css_executor_now(machine->executor) == before)
			machine->active_steps += is_active(machine);
	}
	return false;
}

void fuzz_machine_remove(struct fuzz_machine *machine)
{
	machine->removed = true;
	css_subchannel_remove(machine->subchannel);
}

void fuzz_machine_unmap(struct fuzz_machine *machine)
{
	int error = chanio_device_dma_unmap(machine->driver, 0, FUZZ_LOW_SIZE);

	FUZZ_CHECK(error == 0);
	FUZZ_CHECK(css_storage_unmap(machine->storage, 0, FUZZ_LOW_SIZE) >= 0);
}

void fuzz_machine_toggle_memory(struct fuzz_machine *machine, bool *mapped)
{
	if (*mapped)
		fuzz_machine_unmap(machine);
	else
		FUZZ_CHECK(css_storage_map(machine->storage, 0, FUZZ_LOW_SIZE, machine->memory,
					   true, true) == 0);
	*mapped = !*mapped;
}

void fuzz_machine_toggle_open(struct fuzz_machine *machine, bool *open)
{
	if (*open) {
		chanio_device_close(machine->driver);
		FUZZ_CHECK(css_storage_pinned(machine->storage) == 0);
		*open = false;
	} else {
		*open = chanio_device_open(machine->driver) == 0;
	}
}

/* Requests */

/* One eventfd for all, made once. */
void *fuzz_event(void)
{
	static int fd = -1;
	void *event;

	if (fd < 0)
		fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	event = machine_event_create(fd);
	FUZZ_CHECK(event);
	return event;
}

void fuzz_machine_arm(struct fuzz_machine *machine)
{
	for (int irq = 0; irq < CHANIO_IRQS; irq++)
		FUZZ_CHECK(chanio_device_set_event(machine->driver, irq, fuzz_event()) == 0);
}

uint64_t fuzz_machine_irbs(struct fuzz_machine *machine)
{
	struct chanio_device_stats stats;

	chanio_device_get_stats(machine->driver, &stats);
	FUZZ_CHECK(stats.irbs_lost == 0);
	return stats.irbs_solicited + stats.irbs_unsolicited;
}

void fuzz_check_io_region(const struct chanio_io_region *region)
{
	struct arch_scsw scsw;
	uint32_t control;

	memcpy(&scsw, region->irb, sizeof(scsw));
	control = arch_get32(scsw.control);
	/* Either there was never one, or it has status pending, and more than one function means
	 * halt. */
	FUZZ_CHECK(control == 0 || (control & ARCH_SCSW_SC_PENDING));
	FUZZ_CHECK((control & ARCH_SCSW_FC) != ARCH_SCSW_FC);
	FUZZ_CHECK(!(control & ARCH_SCSW_SC_PRIMARY) || !(control & ARCH_SCSW_AC_SUSPENDED));
}

void fuzz_machine_read_irb(struct fuzz_machine *machine)
{
	struct chanio_io_region region;

	memset(&region, 0xAA, sizeof(region));
	FUZZ_CHECK(chanio_device_read(machine->driver, 0, &region, sizeof(region)) ==
		   sizeof(region));
	fuzz_check_io_region(&region);
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

void fuzz_check_start_result(long result)
{
	FUZZ_CHECK(start_result_is_known(result));
}

long fuzz_machine_start_program(struct fuzz_machine *machine, const struct arch_orb *orb)
{
	struct chanio_io_region region = {
		.orb = *orb,
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};
	long result = chanio_device_write(machine->driver, 0, &region, sizeof(region));

	fuzz_check_start_result(result);
	return result;
}

long fuzz_machine_command(struct fuzz_machine *machine, uint32_t command)
{
	struct chanio_command_region region = {.command = arch_put32(command)};

	return chanio_device_write(machine->driver,
				   (uint64_t)CHANIO_REGION_COMMAND << CHANIO_REGION_SHIFT, &region,
				   sizeof(region));
}

void fuzz_machine_clear_ends_it(struct fuzz_machine *machine)
{
	uint64_t before = fuzz_machine_irbs(machine);

	if (fuzz_machine_command(machine, CHANIO_COMMAND_CLEAR) < 0)
		return;
	machine->active_steps = 0;
	fuzz_machine_run(machine, CLEAR_STEPS);
	FUZZ_CHECK(fuzz_machine_irbs(machine) > before);
	FUZZ_CHECK(css_storage_pinned(machine->storage) == 0);
	fuzz_machine_read_irb(machine);
}
