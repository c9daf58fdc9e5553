/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Subchannels on real threads: several at once, help, endless programs, devices that end commands
 * from threads of their own, storage that changes. Made for the thread sanitizer too.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "css/executor.h"
#include "css/storage.h"
#include "css/subchannel.h"

#define MEMORY	(1u << 20)
#define PROGRAM 0x1000u
#define DATA	0x10000u

/* Command codes of the unit: what it does with them. */
#define HOLD 0x06u /* a read that another thread ends */
#define WAIT 0x0Eu /* a read that has to wait */

struct unit {
	struct css_subchannel *sch;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct css_window *held; /* a command waits for the thread */
	bool ending;
	pthread_t thread;
	bool threaded;

	atomic_uint irbs;
	struct arch_irb last;
	atomic_uint last_state;
};

static enum css_result hold(struct unit *unit, struct css_command *command)
{
	pthread_mutex_lock(&unit->lock);
	unit->held = command->window;
	pthread_cond_broadcast(&unit->changed);
	pthread_mutex_unlock(&unit->lock);
	return CSS_LATER;
}

static enum css_result unit_command(void *device, struct css_subchannel *sch,
				    struct css_command *command)
{
	static const uint8_t bytes[16] = "0123456789abcdef";
	struct unit *unit = device;

	if (command->code == HOLD)
		return hold(unit, command);
	if (command->code == WAIT && !command->may_wait)
		return CSS_WOULD_WAIT;
	if (arch_command_stores(command->code))
		css_window_put(command->window, bytes, sizeof(bytes));
	command->status = ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END;
	return CSS_DONE;
}

static void unit_cancel(void *device, struct css_subchannel *sch)
{
	struct unit *unit = device;

	pthread_mutex_lock(&unit->lock);
	unit->held = NULL;
	pthread_mutex_unlock(&unit->lock);
}

static const struct css_control_unit_ops unit_ops = {
	.size = sizeof(unit_ops),
	.name = "threads",
	.command = unit_command,
	.cancel = unit_cancel,
};

/* Ends what is held; under its lock, so that a cancel waits until it is out of the window. */
static void *end_commands(void *context)
{
	static const uint8_t bytes[16] = "fedcba9876543210";
	struct unit *unit = context;

	pthread_mutex_lock(&unit->lock);
	while (!unit->ending) {
		if (!unit->held) {
			pthread_cond_wait(&unit->changed, &unit->lock);
			continue;
		}
		css_window_put(unit->held, bytes, sizeof(bytes));
		unit->held = NULL;
		css_subchannel_device_end(unit->sch, ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END);
	}
	pthread_mutex_unlock(&unit->lock);
	return NULL;
}

static void on_interrupt(void *context)
{
	struct unit *unit = context;

	assert_int_equal(css_subchannel_test(unit->sch, &unit->last), 0);
	atomic_store(&unit->last_state, arch_get32(unit->last.scsw.control) & 0xFFFF);
	atomic_fetch_add(&unit->irbs, 1);
}

static struct css_executor *executor;
static struct css_storage *storage;
static uint8_t *memory;

static void put_ccw(uint32_t at, uint8_t command, uint8_t flags, uint16_t count, uint32_t address)
{
	struct arch_ccw1 ccw = {command, flags, arch_put16(count), arch_put32(address)};

	memcpy(memory + at, &ccw, sizeof(ccw));
}

static int setup(void **state)
{
	memory = aligned_alloc(4096, MEMORY);
	assert_non_null(memory);
	memset(memory, 0, MEMORY);
	assert_int_equal(css_executor_create_threads(&executor), 0);
	assert_int_equal(css_storage_create(&storage), 0);
	assert_int_equal(css_storage_map(storage, 0, MEMORY, memory, true, true), 0);
	return 0;
}

static int teardown(void **state)
{
	css_storage_destroy(storage);
	css_executor_destroy(executor);
	free(memory);
	return 0;
}

static void unit_init(struct unit *unit, bool threaded)
{
	struct css_subchannel_config config = {
		.device_number = 1,
		.path_installed = 0x80,
		.executor = executor,
		.device_ops = &unit_ops,
		.device = unit,
		.interrupt = on_interrupt,
		.context = unit,
	};
	struct arch_schib schib;

	memset(unit, 0, sizeof(*unit));
	pthread_mutex_init(&unit->lock, NULL);
	pthread_cond_init(&unit->changed, NULL);
	assert_int_equal(css_subchannel_create(&config, &unit->sch), 0);
	css_subchannel_set_storage(unit->sch, storage);
	css_subchannel_lock(unit->sch);
	assert_int_equal(css_subchannel_store(unit->sch, &schib), 0);
	schib.pmcw.flags = arch_put16(ARCH_PMCW_ENABLED);
	assert_int_equal(css_subchannel_modify(unit->sch, &schib), 0);
	css_subchannel_unlock(unit->sch);
	unit->threaded = threaded;
	if (threaded)
		assert_int_equal(pthread_create(&unit->thread, NULL, end_commands, unit), 0);
}

static void unit_finish(struct unit *unit)
{
	css_subchannel_destroy(unit->sch);
	pthread_mutex_lock(&unit->lock);
	unit->ending = true;
	pthread_cond_broadcast(&unit->changed);
	pthread_mutex_unlock(&unit->lock);
	if (unit->threaded)
		pthread_join(unit->thread, NULL);
	pthread_cond_destroy(&unit->changed);
	pthread_mutex_destroy(&unit->lock);
}

static int start(struct unit *unit, uint32_t program)
{
	struct arch_orb orb = {
		.control = arch_put32(ARCH_ORB_FORMAT_1 | 0x80u << ARCH_ORB_LPM_SHIFT),
		.program_address = arch_put32(program),
	};
	int code;

	css_subchannel_lock(unit->sch);
	code = css_subchannel_start(unit->sch, &orb, true);
	css_subchannel_unlock(unit->sch);
	return code;
}

static int instruct(struct unit *unit, int (*instruction)(struct css_subchannel *sch))
{
	int code;

	css_subchannel_lock(unit->sch);
	code = instruction(unit->sch);
	css_subchannel_unlock(unit->sch);
	return code;
}

static void wait_irbs(struct unit *unit, unsigned int count)
{
	for (int i = 0; i < 100000 && atomic_load(&unit->irbs) < count; i++)
		usleep(100);
	assert_int_equal(atomic_load(&unit->irbs), count);
}

/* Tests */

enum { UNITS = 4, ROUNDS = 300 };

struct client {
	struct unit unit;
	uint32_t program;
	bool helps;
	unsigned int bad;
};

static void *drive(void *context)
{
	struct client *client = context;
	struct css_range ranges[8];

	for (unsigned int i = 1; i <= ROUNDS; i++) {
		if (start(&client->unit, client->program) != 0)
			client->bad++;
		if (client->helps)
			css_subchannel_help(client->unit.sch);
		wait_irbs(&client->unit, i);
		if (atomic_load(&client->unit.last_state) != 0x4007)
			client->bad++;
		if (css_subchannel_take_written(client->unit.sch, ranges, 8) != 1)
			client->bad++;
	}
	return NULL;
}

static void subchannels_run_in_parallel_with_and_without_help(void **state)
{
	static const uint8_t reads[UNITS] = {0x02, HOLD, WAIT, 0x02};
	static struct client clients[UNITS];
	pthread_t threads[UNITS];

	for (uint32_t i = 0; i < UNITS; i++) {
		clients[i] = (struct client){.program = PROGRAM + i * 0x100, .helps = i != 3};
		unit_init(&clients[i].unit, true);
		css_subchannel_set_help(clients[i].unit.sch, clients[i].helps);
		put_ccw(clients[i].program, 0x03, ARCH_CCW_CC | ARCH_CCW_SLI, 1, 0);
		put_ccw(clients[i].program + 8, reads[i], ARCH_CCW_CC, 16, DATA + i * 0x1000);
		put_ccw(clients[i].program + 16, 0x03, ARCH_CCW_SLI, 1, 0);
		assert_int_equal(pthread_create(&threads[i], NULL, drive, &clients[i]), 0);
	}
	for (int i = 0; i < UNITS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(clients[i].bad, 0);
		unit_finish(&clients[i].unit);
	}
	assert_memory_equal(memory + DATA, "0123456789abcdef", 16);
	assert_memory_equal(memory + DATA + 0x1000, "fedcba9876543210", 16);
}

static void put_loop(uint32_t at)
{
	put_ccw(at, 0x03, ARCH_CCW_CC | ARCH_CCW_SLI, 1, 0);
	put_ccw(at + 8, 0x08, 0, 0, at);
}

static void endless_programs_hold_up_nobody(void **state)
{
	static struct unit units[3];

	put_loop(PROGRAM);
	put_ccw(0x2000, 0x02, 0, 16, DATA);
	for (int i = 0; i < 3; i++)
		unit_init(&units[i], false);
	css_subchannel_set_help(units[1].sch, true);
	for (int round = 1; round <= 20; round++) {
		for (int i = 0; i < 2; i++)
			assert_int_equal(start(&units[i], PROGRAM), 0);
		css_subchannel_help(units[1].sch); /* comes back */
		assert_int_equal(start(&units[2], 0x2000), 0);
		wait_irbs(&units[2], (unsigned int)round);
		assert_int_equal(instruct(&units[0], css_subchannel_halt), 0);
		assert_int_equal(instruct(&units[1], css_subchannel_clear), 0);
		css_subchannel_help(units[1].sch);
		for (int i = 0; i < 2; i++)
			wait_irbs(&units[i], (unsigned int)round);
		assert_int_equal(atomic_load(&units[1].last_state), 0x1001);
		assert_int_not_equal(atomic_load(&units[0].last_state) & ARCH_SCSW_FC_HALT, 0);
	}
	for (int i = 0; i < 3; i++)
		unit_finish(&units[i]);
}

static void a_running_subchannel_may_be_destroyed(void **state)
{
	static struct unit unit;

	put_loop(PROGRAM);
	put_ccw(0x2000, HOLD, 0, 16, DATA);
	for (int round = 0; round < 20; round++) {
		unit_init(&unit, false);
		assert_int_equal(start(&unit, round & 1 ? PROGRAM : 0x2000), 0);
		if (round & 2)
			usleep(500);
		unit_finish(&unit);
	}
}

/* Clears meet programs, held commands and their ends at every point; each start or clear ends. */
static void clears_race_with_everything(void **state)
{
	static struct unit unit;
	unsigned int clears = 0;

	unit_init(&unit, true);
	put_ccw(PROGRAM, 0x03, ARCH_CCW_CC | ARCH_CCW_SLI, 1, 0);
	put_ccw(PROGRAM + 8, HOLD, ARCH_CCW_CC, 16, DATA);
	put_ccw(PROGRAM + 16, WAIT, ARCH_CCW_CC, 16, DATA);
	put_ccw(PROGRAM + 24, HOLD, 0, 16, DATA);
	for (unsigned int round = 0; round < 500; round++) {
		unsigned int before = atomic_load(&unit.irbs);

		assert_int_equal(start(&unit, PROGRAM), 0);
		for (volatile unsigned int spin = 0; spin < round * 40; spin++)
			;
		assert_int_equal(instruct(&unit, css_subchannel_clear), 0);
		for (int i = 0; i < 100000 && atomic_load(&unit.last_state) != 0x1001; i++)
			usleep(20);
		assert_int_equal(atomic_load(&unit.last_state), 0x1001);
		clears += atomic_load(&unit.irbs) == before + 1;
		atomic_store(&unit.last_state, 0);
	}
	assert_true(clears > 0);
	unit_finish(&unit);
}

struct changer {
	atomic_bool stop;
	atomic_uint changes;
};

static void *change_storage(void *context)
{
	struct changer *changer = context;
	static uint8_t page[4096] __attribute__((aligned(4096)));

	while (!atomic_load(&changer->stop)) {
		assert_int_equal(css_storage_map(storage, MEMORY, 4096, page, true, true), 0);
		assert_int_equal(css_storage_unmap(storage, MEMORY, 4096), 4096);
		memset(page, 0, sizeof(page));
		atomic_fetch_add(&changer->changes, 1);
		usleep(50);
	}
	return NULL;
}

/* The program's data area comes and goes: stored, or a program check, nothing else. */
static void storage_may_change_under_a_program(void **state)
{
	static struct unit unit;
	struct changer changer = {0};
	pthread_t thread;

	unit_init(&unit, false);
	css_subchannel_set_help(unit.sch, true);
	put_ccw(PROGRAM, 0x02, 0, 16, MEMORY);
	assert_int_equal(pthread_create(&thread, NULL, change_storage, &changer), 0);
	for (unsigned int i = 1; i <= 1000 || atomic_load(&changer.changes) < 20; i++) {
		unsigned int state_then;

		assert_int_equal(start(&unit, PROGRAM), 0);
		css_subchannel_help(unit.sch);
		wait_irbs(&unit, i);
		state_then = atomic_load(&unit.last_state);
		assert_true(state_then == 0x4007 || state_then == 0x4017);
	}
	atomic_store(&changer.stop, true);
	pthread_join(thread, NULL);
	unit_finish(&unit);
}

static void *reset_now(void *context)
{
	css_subchannel_io_reset(context);
	return NULL;
}

static void io_reset_waits_until_nothing_runs(void **state)
{
	static struct unit unit;
	struct arch_schib schib;
	pthread_t thread;

	unit_init(&unit, false);
	put_loop(PROGRAM);
	assert_int_equal(start(&unit, PROGRAM), 0);
	assert_int_equal(pthread_create(&thread, NULL, reset_now, unit.sch), 0);
	css_subchannel_io_reset(unit.sch);
	pthread_join(thread, NULL);
	css_subchannel_lock(unit.sch);
	assert_int_equal(css_subchannel_store(unit.sch, &schib), 0);
	css_subchannel_unlock(unit.sch);
	assert_int_equal(arch_get32(schib.scsw.control), 0);
	unit_finish(&unit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(subchannels_run_in_parallel_with_and_without_help),
		TEST(endless_programs_hold_up_nobody),
		TEST(a_running_subchannel_may_be_destroyed),
		TEST(clears_race_with_everything),
		TEST(storage_may_change_under_a_program),
		TEST(io_reset_waits_until_nothing_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
