/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The scriptable device on real threads: it answers from its job while commands are halted and
 * cleared, and is taken away while events are under way. Made for the thread sanitizer too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "css/storage.h"
#include "css/subchannel.h"
#include "device/test/test.h"

#define MEMORY	(1u << 18)
#define PROGRAM 0x1000u
#define SCRIPT	0x2000u
#define DATA	0x10000u
#define SIZE	20000u
#define ROUNDS	1500

struct rig {
	struct css_executor *executor;
	struct css_storage *storage;
	struct css_subchannel *sch;
	struct testdev *device;
	uint8_t *memory;
	atomic_uint solicited, unsolicited;
};

/* Lock held. */
static void on_interrupt(void *context)
{
	struct rig *rig = context;
	struct arch_irb irb;

	assert_int_equal(css_subchannel_test(rig->sch, &irb), 0);
	if (!arch_scsw_is_solicited(&irb.scsw))
		atomic_fetch_add(&rig->unsolicited, 1);
	else if (!(arch_get32(irb.scsw.control) & ARCH_SCSW_SC_INTERMEDIATE))
		atomic_fetch_add(&rig->solicited, 1);
}

static void machine_unsolicited(void *machine, uint8_t status)
{
	css_subchannel_attention(((struct rig *)machine)->sch, status);
}

static const struct testdev_machine_ops machine_ops = {.unsolicited = machine_unsolicited};

static void put_ccw(struct rig *rig, unsigned int index, uint8_t command, uint8_t flags,
		    uint16_t count, uint32_t address)
{
	const struct arch_ccw1 ccw = {command, flags, arch_put16(count), arch_put32(address)};

	memcpy(rig->memory + PROGRAM + 8 * index, &ccw, sizeof(ccw));
}

/* Data at the end of a short random delay, channel end and device end apart; attentions between. */
static void write_program(struct rig *rig)
{
	const struct testdev_step steps[] = {
		{.operation = TESTDEV_UNSOLICITED,
		 .flags = TESTDEV_RANDOM,
		 .status = ARCH_DS_ATTENTION,
		 .delay = arch_put32(100)},
		{.flags = TESTDEV_RANDOM | TESTDEV_DATA_LATE,
		 .delay = arch_put32(60),
		 .status = ARCH_DS_CHANNEL_END,
		 .late_status = ARCH_DS_DEVICE_END,
		 .late_delay = arch_put32(30),
		 .repeat = arch_put16(2)},
	};

	memcpy(rig->memory + SCRIPT, steps, sizeof(steps));
	put_ccw(rig, 0, TESTDEV_SCRIPT, ARCH_CCW_CC, sizeof(steps), SCRIPT);
	put_ccw(rig, 1, TESTDEV_READ_PATTERN, ARCH_CCW_CC | ARCH_CCW_CD, 100, DATA);
	put_ccw(rig, 2, 0, ARCH_CCW_CC, SIZE - 100, DATA + 100);
	put_ccw(rig, 3, TESTDEV_NOP, ARCH_CCW_SLI, 1, DATA);
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	const struct testdev_config device = {.cu_type = TESTDEV_CU_TYPE};
	struct testdev_config config = device;
	struct css_subchannel_config css = {
		.chpid = {0x80},
		.path_installed = 0x80,
		.device_ops = &testdev_ops,
		.interrupt = on_interrupt,
		.context = rig,
	};
	struct arch_schib schib;

	assert_int_equal(css_executor_create_threads(&rig->executor), 0);
	assert_int_equal(css_storage_create(&rig->storage), 0);
	rig->memory = aligned_alloc(4096, MEMORY);
	memset(rig->memory, 0, MEMORY);
	assert_int_equal(css_storage_map(rig->storage, 0, MEMORY, rig->memory, true, true), 0);
	config.executor = rig->executor;
	assert_int_equal(testdev_create(&config, &rig->device), 0);
	css.executor = rig->executor;
	css.device = rig->device;
	assert_int_equal(css_subchannel_create(&css, &rig->sch), 0);
	css_subchannel_set_storage(rig->sch, rig->storage);
	css_subchannel_lock(rig->sch);
	assert_int_equal(css_subchannel_store(rig->sch, &schib), 0);
	schib.pmcw.flags = arch_put16(arch_get16(schib.pmcw.flags) | ARCH_PMCW_ENABLED);
	assert_int_equal(css_subchannel_modify(rig->sch, &schib), 0);
	css_subchannel_unlock(rig->sch);
	assert_int_equal(testdev_connect(rig->device, &machine_ops, rig), 0);
	write_program(rig);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	testdev_disconnect(rig->device);
	css_subchannel_destroy(rig->sch);
	testdev_destroy(rig->device);
	css_storage_destroy(rig->storage);
	css_executor_destroy(rig->executor);
	free(rig->memory);
	free(rig);
	return 0;
}

static int start(struct rig *rig)
{
	const struct arch_orb orb = {
		.control = arch_put32(ARCH_ORB_FORMAT_1 | ARCH_ORB_INITIAL_STATUS |
				      0x80u << ARCH_ORB_LPM_SHIFT),
		.program_address = arch_put32(PROGRAM),
	};
	int code;

	css_subchannel_lock(rig->sch);
	code = css_subchannel_start(rig->sch, &orb, true);
	css_subchannel_unlock(rig->sch);
	return code;
}

/* Nothing is in progress: the last function was presented. */
static bool is_idle(struct rig *rig)
{
	struct arch_schib schib;

	css_subchannel_lock(rig->sch);
	css_subchannel_store(rig->sch, &schib);
	css_subchannel_unlock(rig->sch);
	return !(arch_get32(schib.scsw.control) & (ARCH_SCSW_FC | ARCH_SCSW_AC));
}

static void settle(struct rig *rig)
{
	for (int i = 0; !is_idle(rig); i++) {
		assert_true(i < 100000);
		usleep(50);
	}
}

static void every_start_ends_once_whatever_stops_it(void **state)
{
	struct rig *rig = *state;
	unsigned int started = 0, cleared = 0;
	int code;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		if (start(rig) == 0)
			started++;
		usleep(i % 7 * 20);
		css_subchannel_lock(rig->sch);
		if (i % 3 == 1)
			css_subchannel_halt(rig->sch);
		code = i % 3 == 2 ? css_subchannel_clear(rig->sch) : -1;
		css_subchannel_unlock(rig->sch);
		cleared += code == 0;
		settle(rig);
	}
	/* A clear presents its own status, the others that of the start or the halt. */
	assert_in_range(atomic_load(&rig->solicited), started - cleared, 3 * ROUNDS);
	assert_true(atomic_load(&rig->unsolicited) > 0);
	/* What was not stopped is right. Attention may defer a start. */
	memset(rig->memory + DATA, 0, SIZE);
	for (unsigned int i = 0; i < 10 && rig->memory[DATA] != testdev_pattern(0, 0); i++) {
		start(rig);
		settle(rig);
	}
	for (unsigned int i = 0; i < SIZE; i++)
		assert_int_equal(rig->memory[DATA + i], testdev_pattern(0, i));
}

static void it_can_be_taken_away_at_any_moment(void **state)
{
	struct rig *rig = *state;

	for (unsigned int i = 0; i < 100; i++) {
		start(rig);
		usleep(i % 10 * 15);
		testdev_disconnect(rig->device);
		css_subchannel_lock(rig->sch);
		css_subchannel_clear(rig->sch);
		css_subchannel_unlock(rig->sch);
		settle(rig);
		assert_int_equal(testdev_connect(rig->device, &machine_ops, rig), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_start_ends_once_whatever_stops_it, setup,
						teardown),
		cmocka_unit_test_setup_teardown(it_can_be_taken_away_at_any_moment, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("test device threads", tests, NULL, NULL);
}
