/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The driver on the emulated subchannel, end to end: requests through the regions, interrupts
 * through eventfds, quiesce, paths, removal; with help, with workers, and on the stepper.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/adapters.h"

#define MEMORY	0x100000u
#define PROGRAM 0x1000u
#define DATA	0x10000u
#define WAIT	0x0Eu /* a read that may not be helped */
#define HOLD	0x06u /* a read that never ends */
#define STUCK	0x16u /* a read whose thread comes back only when it is let go */

#define REGION(name) ((uint64_t)CHANIO_REGION_##name << CHANIO_REGION_SHIFT)

struct rig {
	uint8_t *memory;
	struct css_executor *executor;
	struct css_storage *storage;
	struct machine_adapter *adapter;
	struct chanio_device *driver;
	int events[CHANIO_IRQS];
	bool helps, stepper;
	atomic_uint cancels, resets;
	atomic_bool stuck, let_go;
	uint64_t pinned_when_let_go;
};

static enum css_result unit_command(void *device, struct css_subchannel *sch,
				    struct css_command *command)
{
	static const uint8_t bytes[16] = "0123456789abcdef";
	struct rig *rig = device;

	if ((command->code == WAIT || command->code == STUCK) && !command->may_wait)
		return CSS_WOULD_WAIT;
	if (command->code == STUCK) {
		atomic_store(&rig->stuck, true);
		while (!atomic_load(&rig->let_go))
			usleep(10000);
		rig->pinned_when_let_go = css_storage_pinned(rig->storage);
	}
	if (command->code == HOLD)
		return CSS_LATER;
	if (arch_command_stores(command->code))
		css_window_put(command->window, bytes, sizeof(bytes));
	command->status = ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END;
	if (command->code == 0xFF)
		command->status |= ARCH_DS_UNIT_CHECK;
	return CSS_DONE;
}

static void unit_cancel(void *device, struct css_subchannel *sch)
{
	atomic_fetch_add(&((struct rig *)device)->cancels, 1);
}

static void unit_take_sense(void *device, struct css_subchannel *sch,
			    uint8_t sense[ARCH_SENSE_BYTES])
{
	sense[0] = 0x80;
}

static const struct css_control_unit_ops unit_ops = {
	.size = sizeof(unit_ops),
	.name = "rig",
	.command = unit_command,
	.cancel = unit_cancel,
	.take_sense = unit_take_sense,
};

static void arm(struct rig *rig, enum chanio_irq irq)
{
	void *event;

	rig->events[irq] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	assert_true(rig->events[irq] >= 0);
	event = machine_event_create(rig->events[irq]);
	assert_non_null(event);
	assert_int_equal(chanio_device_set_event(rig->driver, irq, event), 0);
}

static void make_rig(void **state, bool helps, bool stepper)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct machine_adapter_config config = {
		.device_number = 0x120,
		.chpid = {0x80},
		.path_installed = 0x80,
		.device_ops = &unit_ops,
		.device = rig,
	};

	assert_non_null(rig);
	rig->helps = helps;
	rig->stepper = stepper;
	rig->memory = aligned_alloc(4096, MEMORY);
	assert_non_null(rig->memory);
	memset(rig->memory, 0, MEMORY);
	if (stepper)
		assert_int_equal(css_executor_create_stepper(3, &rig->executor), 0);
	else
		assert_int_equal(css_executor_create_threads(&rig->executor), 0);
	assert_int_equal(css_storage_create(&rig->storage), 0);
	assert_int_equal(css_storage_map(rig->storage, 0, MEMORY, rig->memory, true, true), 0);
	config.executor = rig->executor;
	config.storage = rig->storage;
	assert_int_equal(machine_adapter_create(&config, &rig->adapter), 0);
	machine_adapter_set_help(rig->adapter, helps);
	rig->driver = machine_adapter_driver(rig->adapter);
	assert_int_equal(chanio_device_open(rig->driver), 0);
	for (int irq = 0; irq < CHANIO_IRQS; irq++)
		arm(rig, (enum chanio_irq)irq);
	*state = rig;
}

static int setup_helped(void **state)
{
	make_rig(state, true, false);
	return 0;
}

static int setup_workers(void **state)
{
	make_rig(state, false, false);
	return 0;
}

static int setup_stepper(void **state)
{
	make_rig(state, false, true);
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	for (int irq = 0; irq < CHANIO_IRQS; irq++) {
		if (rig->adapter)
			assert_int_equal(
				chanio_device_set_event(rig->driver, (enum chanio_irq)irq, NULL),
				0);
		close(rig->events[irq]);
	}
	if (rig->adapter)
		chanio_device_close(rig->driver);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
	machine_adapter_destroy(rig->adapter);
	css_storage_destroy(rig->storage);
	css_executor_destroy(rig->executor);
	free(rig->memory);
	free(rig);
	return 0;
}

static uint32_t put_ccw(struct rig *rig, uint32_t at, uint8_t command, uint8_t flags,
			uint16_t count, uint32_t address)
{
	struct arch_ccw1 ccw = {command, flags, arch_put16(count), arch_put32(address)};

	memcpy(rig->memory + at, &ccw, sizeof(ccw));
	return at + 8;
}

static void put_loop(struct rig *rig)
{
	put_ccw(rig, PROGRAM, 0x03, ARCH_CCW_CC | ARCH_CCW_SLI, 1, 0);
	put_ccw(rig, PROGRAM + 8, 0x08, 0, 0, PROGRAM);
}

static long start(struct rig *rig, bool live)
{
	struct chanio_io_region region = {
		.orb = {.control = arch_put32(ARCH_ORB_FORMAT_1 | ARCH_ORB_FORMAT_2_IDAW |
					      (live ? 0 : ARCH_ORB_PREFETCH) |
					      0x80u << ARCH_ORB_LPM_SHIFT),
			.program_address = arch_put32(PROGRAM)},
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};
	long result = chanio_device_write(rig->driver, REGION(IO), &region, sizeof(region));

	machine_adapter_help(rig->adapter);
	return result;
}

static long signal_device(struct rig *rig, uint32_t command)
{
	struct chanio_command_region region = {.command = arch_put32(command)};
	long result = chanio_device_write(rig->driver, REGION(COMMAND), &region, sizeof(region));

	machine_adapter_help(rig->adapter);
	return result;
}

/* Waits for the interrupt and takes it. */
static bool take_event(struct rig *rig, enum chanio_irq irq)
{
	struct pollfd wait = {.fd = rig->events[irq], .events = POLLIN};
	uint64_t count;

	while (rig->stepper && css_executor_step(rig->executor))
		;
	if (poll(&wait, 1, rig->stepper ? 0 : 10000) != 1)
		return false;
	return read(wait.fd, &count, sizeof(count)) == sizeof(count);
}

static struct arch_irb take_irb(struct rig *rig)
{
	struct chanio_io_region region;
	struct arch_irb irb;

	assert_true(take_event(rig, CHANIO_IRQ_IO));
	assert_int_equal(chanio_device_read(rig->driver, REGION(IO), &region, sizeof(region)),
			 sizeof(region));
	memcpy(&irb, region.irb, sizeof(irb));
	return irb;
}

static void assert_irb(const struct arch_irb *irb, uint16_t state, uint8_t device, uint32_t ccw)
{
	assert_int_equal(arch_get32(irb->scsw.control) & 0xFFFF, state);
	assert_int_equal(irb->scsw.device_status, device);
	assert_int_equal(arch_get32(irb->scsw.ccw_address), ccw);
}

/* Each of these runs with help, with workers and on the stepper. */

static void a_nop_starts_interrupts_and_ends(void **state)
{
	struct rig *rig = *state;
	struct arch_irb irb;

	put_ccw(rig, PROGRAM, 0x03, ARCH_CCW_SLI, 1, 0);
	for (int live = 0; live < 2; live++) {
		assert_int_equal(start(rig, live), sizeof(struct chanio_io_region));
		irb = take_irb(rig);
		assert_irb(&irb, 0x4007, 0x0C, PROGRAM + 8);
	}
}

static void a_chain_moves_data_and_pins_are_given_back(void **state)
{
	struct rig *rig = *state;
	struct css_range range;
	struct arch_irb irb;
	uint32_t at = PROGRAM;

	at = put_ccw(rig, at, 0x02, ARCH_CCW_CC, 16, DATA);
	at = put_ccw(rig, at, WAIT, ARCH_CCW_CC, 16, DATA + 0x1FF8);
	at = put_ccw(rig, at, 0x03, ARCH_CCW_SLI, 1, 0);
	for (int live = 0; live < 2; live++) {
		memset(rig->memory + DATA, 0, 0x3000);
		assert_int_equal(start(rig, live), sizeof(struct chanio_io_region));
		irb = take_irb(rig);
		assert_irb(&irb, 0x4007, 0x0C, at);
		assert_memory_equal(rig->memory + DATA, "0123456789abcdef", 16);
		assert_memory_equal(rig->memory + DATA + 0x1FF8, "0123456789abcdef", 16);
		assert_int_equal(css_subchannel_take_written(
					 machine_adapter_subchannel(rig->adapter), &range, 1),
				 1);
		assert_int_equal(range.guest, DATA);
		assert_int_equal(range.size, 16);
		while (css_subchannel_take_written(machine_adapter_subchannel(rig->adapter), &range,
						   1))
			;
	}
	chanio_device_reset(rig->driver);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
}

static void a_unit_check_brings_its_sense(void **state)
{
	struct rig *rig = *state;
	struct arch_irb irb;

	put_ccw(rig, PROGRAM, 0xFF, ARCH_CCW_SLI, 1, 0);
	assert_int_equal(start(rig, false), sizeof(struct chanio_io_region));
	irb = take_irb(rig);
	assert_irb(&irb, 0x4017, 0x0E, PROGRAM + 8);
	assert_int_equal(arch_get32(irb.esw.erw), 0x01200000u);
	assert_int_equal(irb.ecw[0], 0x80);
}

static void an_endless_program_is_cleared(void **state)
{
	struct rig *rig = *state;
	struct arch_irb irb;

	put_loop(rig);
	for (int live = 0; live < 2; live++) {
		assert_int_equal(start(rig, live), sizeof(struct chanio_io_region));
		assert_int_equal(start(rig, live), -EBUSY);
		if (rig->stepper)
			assert_true(css_executor_step(rig->executor));
		assert_int_equal(
			signal_device(rig, live ? CHANIO_COMMAND_CLEAR : CHANIO_COMMAND_HALT),
			sizeof(struct chanio_command_region));
		irb = take_irb(rig);
		assert_int_equal(arch_get32(irb.scsw.control) & 0x3001, live ? 0x1001 : 0x2001);
	}
}

static void reset_stops_what_runs(void **state)
{
	struct rig *rig = *state;
	struct arch_irb irb;

	put_loop(rig);
	assert_int_equal(start(rig, false), sizeof(struct chanio_io_region));
	assert_int_equal(chanio_device_reset(rig->driver), 0);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
	put_ccw(rig, PROGRAM, HOLD, 0, 16, DATA);
	assert_int_equal(start(rig, false), sizeof(struct chanio_io_region));
	if (rig->stepper)
		assert_true(css_executor_step(rig->executor));
	assert_int_equal(chanio_device_reset(rig->driver), 0);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
	/* And it is usable again; what was signalled before belongs to the time before. */
	while (poll(&(struct pollfd){.fd = rig->events[CHANIO_IRQ_IO], .events = POLLIN}, 1, 0) ==
	       1)
		take_irb(rig);
	put_ccw(rig, PROGRAM, 0x03, ARCH_CCW_SLI, 1, 0);
	assert_int_equal(start(rig, false), sizeof(struct chanio_io_region));
	irb = take_irb(rig);
	assert_irb(&irb, 0x4007, 0x0C, PROGRAM + 8);
}

static void close_stops_what_runs(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < 4; i++) {
		if (i & 1)
			put_loop(rig);
		else
			put_ccw(rig, PROGRAM, HOLD, 0, 16, DATA);
		assert_int_equal(start(rig, i & 2), sizeof(struct chanio_io_region));
		chanio_device_close(rig->driver);
		assert_int_equal(css_storage_pinned(rig->storage), 0);
		assert_int_equal(chanio_device_open(rig->driver), 0);
	}
}

static void *let_go_later(void *context)
{
	struct rig *rig = context;

	usleep(500000);
	atomic_store(&rig->let_go, true);
	return NULL;
}

/* The quiesce of close gives up on such a device after its ten seconds. */
static void a_program_of_a_stuck_device_keeps_its_pages_until_the_device_lets_go(void **state)
{
	struct rig *rig = *state;
	pthread_t thread;

	put_ccw(rig, PROGRAM, STUCK, 0, 16, DATA);
	assert_int_equal(start(rig, false), sizeof(struct chanio_io_region));
	while (!atomic_load(&rig->stuck))
		usleep(1000);
	chanio_device_close(rig->driver);
	assert_int_equal(css_storage_pinned(rig->storage), 1);
	assert_int_equal(pthread_create(&thread, NULL, let_go_later, rig), 0);
	machine_adapter_destroy(rig->adapter);
	rig->adapter = NULL;
	pthread_join(thread, NULL);
	assert_int_equal(rig->pinned_when_let_go, 1);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
}

static void unmapped_memory_is_not_touched_any_more(void **state)
{
	struct rig *rig = *state;

	for (int live = 0; live < 2; live++) {
		put_ccw(rig, PROGRAM, HOLD, 0, 16, DATA);
		assert_int_equal(start(rig, live), sizeof(struct chanio_io_region));
		chanio_device_dma_unmap(rig->driver, 0, MEMORY);
		assert_int_equal(css_storage_unmap(rig->storage, 0, MEMORY), MEMORY);
		assert_int_equal(css_storage_map(rig->storage, 0, MEMORY, rig->memory, true, true),
				 0);
	}
}

static void a_lost_path_is_reported_and_refuses_starts(void **state)
{
	struct rig *rig = *state;
	struct chanio_crw_region region;

	css_subchannel_set_path(machine_adapter_subchannel(rig->adapter), 0x80, false);
	assert_true(take_event(rig, CHANIO_IRQ_CRW));
	assert_int_equal(chanio_device_read(rig->driver, REGION(CRW), &region, sizeof(region)),
			 sizeof(region));
	assert_int_equal(arch_get16(region.crw.flags), 0x0406);
	assert_int_equal(arch_get16(region.crw.source_id), 0x80);
	put_ccw(rig, PROGRAM, 0x03, ARCH_CCW_SLI, 1, 0);
	assert_true(start(rig, false) < 0);
	css_subchannel_set_path(machine_adapter_subchannel(rig->adapter), 0x80, true);
	assert_true(take_event(rig, CHANIO_IRQ_CRW));
}

static void a_removed_device_is_not_operational(void **state)
{
	struct rig *rig = *state;

	put_loop(rig);
	assert_int_equal(start(rig, false), sizeof(struct chanio_io_region));
	css_subchannel_remove(machine_adapter_subchannel(rig->adapter));
	assert_true(take_event(rig, CHANIO_IRQ_REQ));
	assert_int_equal(start(rig, false), -EACCES);
	while (rig->stepper && css_executor_step(rig->executor))
		;
}

/* Waiting on the stepper */

static bool kick_again(void *context, bool may_wait)
{
	struct css_job **job = context;

	css_job_kick(*job);
	return false;
}

static void a_wait_ends_where_nothing_ever_happens(void **state)
{
	struct rig *rig = *state;
	uint64_t before = css_executor_now(rig->executor);

	assert_int_equal(machine_platform.wait(rig->adapter, 1000), -ETIMEDOUT);
	assert_int_equal(css_executor_now(rig->executor), before + 1000);
	machine_platform.wake(rig->adapter);
	assert_int_equal(machine_platform.wait(rig->adapter, 1000), 0);
	assert_int_equal(css_executor_now(rig->executor), before + 1000);
}

static void a_wait_ends_beside_work_that_never_does(void **state)
{
	struct rig *rig = *state;
	uint64_t before = css_executor_now(rig->executor);
	struct css_job *job;

	assert_int_equal(css_job_create(rig->executor, kick_again, &job, &job), 0);
	css_job_kick(job);
	assert_int_equal(machine_platform.wait(rig->adapter, 1000), -ETIMEDOUT);
	assert_int_equal(css_executor_now(rig->executor), before + 1000);
	css_job_destroy(job);
}

/* The events themselves */

static void an_event_owns_a_descriptor_of_its_own(void **state)
{
	uint64_t count = 0;
	void *event;
	int fd = eventfd(0, EFD_NONBLOCK), copy;

	event = machine_event_create(fd);
	assert_non_null(event);
	copy = dup(fd);
	close(fd);
	machine_platform.signal(NULL, event);
	machine_platform.signal(NULL, event);
	assert_int_equal(read(copy, &count, sizeof(count)), sizeof(count));
	assert_int_equal(count, 2);
	machine_platform.release_event(NULL, event);
	close(copy);
	errno = 0;
	assert_null(machine_event_create(-1));
	assert_int_equal(errno, EBADF);
	machine_event_release(NULL);
}

static void an_incomplete_configuration_is_refused(void **state)
{
	struct machine_adapter_config config = {0};
	struct machine_adapter *adapter;

	assert_int_equal(machine_adapter_create(&config, &adapter), -EINVAL);
	machine_adapter_destroy(NULL);
}

/* Two clients' threads and a resetter at one device. */

struct racer {
	struct rig *rig;
	atomic_bool *stop;
	unsigned int started;
};

static void *start_often(void *context)
{
	struct racer *racer = context;

	while (!atomic_load(racer->stop)) {
		struct chanio_io_region region;

		racer->started += start(racer->rig, racer->started & 1) > 0;
		chanio_device_read(racer->rig->driver, REGION(IO), &region, sizeof(region));
	}
	return NULL;
}

static void *disturb_often(void *context)
{
	struct racer *racer = context;

	for (unsigned int i = 0; !atomic_load(racer->stop); i++) {
		if (i % 8 == 0)
			chanio_device_reset(racer->rig->driver);
		else
			signal_device(racer->rig,
				      i & 1 ? CHANIO_COMMAND_HALT : CHANIO_COMMAND_CLEAR);
		usleep(200);
	}
	return NULL;
}

static void requests_from_several_threads_leave_it_usable(void **state)
{
	struct rig *rig = *state;
	atomic_bool stop = false;
	struct racer racers[3];
	pthread_t threads[3];
	uint32_t at = PROGRAM;

	at = put_ccw(rig, at, 0x02, ARCH_CCW_CC, 16, DATA);
	at = put_ccw(rig, at, WAIT, ARCH_CCW_CC, 16, DATA + 0x1FF8);
	put_ccw(rig, at, 0x03, ARCH_CCW_SLI, 1, 0);
	for (int i = 0; i < 3; i++) {
		racers[i] = (struct racer){rig, &stop, 0};
		assert_int_equal(pthread_create(&threads[i], NULL,
						i < 2 ? start_often : disturb_often, &racers[i]),
				 0);
	}
	usleep(300000);
	atomic_store(&stop, true);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	assert_true(racers[0].started + racers[1].started > 0);
	assert_int_equal(chanio_device_reset(rig->driver), 0);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
	while (poll(&(struct pollfd){.fd = rig->events[CHANIO_IRQ_IO], .events = POLLIN}, 1, 0) ==
	       1)
		take_irb(rig);
	a_nop_starts_interrupts_and_ends(state);
}

#define HELPED(name)                                                                               \
	{                                                                                          \
#name " (helped)", name, setup_helped, teardown, NULL                              \
	}
#define WORKERS(name)                                                                              \
	{                                                                                          \
#name " (workers)", name, setup_workers, teardown, NULL                            \
	}
#define STEPPER(name)                                                                              \
	{                                                                                          \
#name " (stepper)", name, setup_stepper, teardown, NULL                            \
	}
#define ALL(name) HELPED(name), WORKERS(name), STEPPER(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL(a_nop_starts_interrupts_and_ends),
		ALL(a_chain_moves_data_and_pins_are_given_back),
		ALL(a_unit_check_brings_its_sense),
		ALL(an_endless_program_is_cleared),
		ALL(reset_stops_what_runs),
		ALL(close_stops_what_runs),
		ALL(unmapped_memory_is_not_touched_any_more),
		ALL(a_lost_path_is_reported_and_refuses_starts),
		ALL(a_removed_device_is_not_operational),
		HELPED(requests_from_several_threads_leave_it_usable),
		WORKERS(a_program_of_a_stuck_device_keeps_its_pages_until_the_device_lets_go),
		WORKERS(requests_from_several_threads_leave_it_usable),
		STEPPER(a_wait_ends_where_nothing_ever_happens),
		STEPPER(a_wait_ends_beside_work_that_never_does),
		cmocka_unit_test(an_event_owns_a_descriptor_of_its_own),
		cmocka_unit_test(an_incomplete_configuration_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
