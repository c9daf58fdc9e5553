/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Many threads at once, on a subchannel with the architecture's condition codes: the invariants of
 * vfio-ccw-interface.md section 12.2 hold whoever comes first.
 */
#include "tests/driver/contract.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WRITERS 3
#define STARTS	1500u /* each, in the counting test */
#define CHAOS	400u  /* milliseconds */

/* The subchannel; under the driver's lock. */
static struct {
	uint32_t functions; /* ARCH_SCSW_FC_* in progress */
	bool pinned_wrongly;
	uint32_t serial; /* of the next IRB */
	unsigned int random;
	_Atomic bool stop; /* the channel and the deferred work */
	_Atomic bool stop_clients;
	_Atomic unsigned int accepted, ended;
} sub;

static int sub_start(struct fake *fake)
{
	if (sub.functions)
		return 2;
	sub.functions = ARCH_SCSW_FC_START;
	sub.accepted++;
	return 0;
}

static int sub_halt(struct fake *fake)
{
	if (sub.functions & (ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR))
		return 2;
	sub.functions |= ARCH_SCSW_FC_HALT;
	return 0;
}

static int sub_clear(struct fake *fake)
{
	sub.functions = ARCH_SCSW_FC_CLEAR;
	return 0;
}

static int sub_cancel(struct fake *fake)
{
	if (sub.functions != ARCH_SCSW_FC_START || rand_r(&sub.random) % 2)
		return 2;
	sub.functions = 0;
	return 0;
}

static int sub_disable(struct fake *fake)
{
	return sub.functions ? -EBUSY : 0;
}

/* Lock held: presents an IRB with a number of its own in the sense bytes. */
static void present(struct fake *fake, uint32_t control)
{
	struct arch_irb irb = fake_irb(control, arch_get32(fake->orb.program_address) + 8);
	arch_be32 serial = arch_put32(++sub.serial);

	memcpy(irb.ecw, &serial, sizeof(serial));
	chanio_device_irb(fake->device, &irb);
}

/* The channel: ends whatever is in progress, with some other status in between. */
static void *run_channel(void *context)
{
	struct fake *fake = context;

	while (!sub.stop) {
		unsigned long flags = chanio_lock(fake->device);

		/* 1: as long as the program runs, its page is pinned. */
		if ((sub.functions & ARCH_SCSW_FC_START) && !fake_pinned(fake, 0x8000))
			sub.pinned_wrongly = true;
		if (sub.functions & ARCH_SCSW_FC_START && rand_r(&sub.random) % 4 == 0)
			present(fake, FAKE_PCI);
		if (rand_r(&sub.random) % 16 == 0)
			present(fake, FAKE_UNSOLICITED);
		if (sub.functions) {
			uint32_t functions = sub.functions;

			sub.functions = 0;
			present(fake, functions | (functions & ARCH_SCSW_FC_START ? 7 : 1));
			sub.ended++;
		}
		chanio_unlock(fake->device, flags);
		sched_yield();
	}
	return NULL;
}

static void *run_work(void *context)
{
	while (!sub.stop) {
		fake_work(context);
		sched_yield();
	}
	return NULL;
}

static struct fake *create(void)
{
	struct fake *fake = fake_create_open();

	memset(&sub, 0, sizeof(sub));
	sub.random = 1;
	fake->real_time = true;
	fake->on_start = sub_start;
	fake->on_halt = sub_halt;
	fake->on_clear = sub_clear;
	fake->on_cancel = sub_cancel;
	fake->on_disable = sub_disable;
	fake_ccw1(fake, 0x1000, 2, ARCH_CCW_SLI, 100, 0x8000);
	return fake;
}

/* ---- every solicited IRB exactly once ---- */

static _Atomic unsigned int unexpected;

static void *run_writer(void *context)
{
	struct fake *fake = context;

	for (unsigned int done = 0; done < STARTS;) {
		long result = fake_start(fake, FAKE_ORB, 0x1000);

		if (result == 124)
			done++;
		else if (result != -EBUSY && result != -EAGAIN)
			unexpected++;
		sched_yield();
	}
	return NULL;
}

static void every_start_is_answered_by_one_irb_in_order(void **state)
{
	struct fake *fake = create();
	pthread_t channel, work, writer[WRITERS];
	struct fake_event event;
	unsigned int ends = 0;
	uint32_t last = 0;

	unexpected = 0;
	fake_arm(fake, CHANIO_IRQ_IO, &event);
	assert_int_equal(pthread_create(&channel, NULL, run_channel, fake), 0);
	assert_int_equal(pthread_create(&work, NULL, run_work, fake), 0);
	for (unsigned int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&writer[i], NULL, run_writer, fake), 0);

	while (ends < WRITERS * STARTS) {
		struct arch_irb irb;
		arch_be32 bytes;
		uint32_t serial;

		/* As an eventfd: the counter is taken, then one IRB read. */
		if (!atomic_exchange(&event.signalled, 0)) {
			sched_yield();
			continue;
		}
		fake_read_irb(fake, &irb);
		memcpy(&bytes, irb.ecw, sizeof(bytes));
		serial = arch_get32(bytes);
		assert_true(serial > last); /* 3: never twice, never an older one */
		last = serial;
		if ((arch_get32(irb.scsw.control) & 0xFFFF) == FAKE_END) {
			assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1008);
			ends++;
		}
	}
	for (unsigned int i = 0; i < WRITERS; i++)
		pthread_join(writer[i], NULL);
	sub.stop = true;
	pthread_join(channel, NULL);
	pthread_join(work, NULL);
	assert_int_equal(unexpected, 0);
	assert_int_equal(sub.accepted, WRITERS * STARTS);
	assert_false(sub.pinned_wrongly);
	assert_int_equal(fake_stats(fake).irbs_lost, 0);
	fake_destroy(fake);
}

/* ---- everything at once ---- */

static void chaos_act(struct fake *fake, unsigned int what, struct fake_event *events)
{
	struct chanio_io_region region;
	long result = 0;

	switch (what % 16) {
	default:
		result = fake_start(fake, FAKE_ORB, 0x1000);
		break;
	case 0:
	case 1:
		result = fake_command(fake, CHANIO_COMMAND_HALT);
		break;
	case 2:
		result = fake_command(fake, CHANIO_COMMAND_CLEAR);
		break;
	case 3:
	case 4:
	case 5:
		chanio_device_read(fake->device, 0, &region, sizeof(region));
		break;
	case 6:
		result = chanio_device_reset(fake->device);
		if (result == -EINVAL) /* closed just then */
			result = 0;
		break;
	case 7:
		/* 1: nothing that is in flight may use the page afterwards. */
		result = chanio_device_dma_unmap(fake->device, 0x8000, 0x1000);
		break;
	case 8:
		chanio_device_set_event(fake->device, CHANIO_IRQ_IO, &events[what / 16 % 4096]);
		break;
	case 9:
		if (what / 16 % 8 == 0) {
			chanio_device_close(fake->device);
			while (chanio_device_open(fake->device) == -ENODEV)
				;
		}
		break;
	}
	if (result < 0 && result != -EBUSY && result != -EAGAIN && result != -EACCES)
		unexpected++;
}

struct chaos {
	struct fake *fake;
	unsigned int random;
	struct fake_event *events; /* each armed at most once */
};

static void *run_chaos(void *context)
{
	struct chaos *chaos = context;
	unsigned int used = 0;

	while (!sub.stop_clients) {
		unsigned int what = (unsigned int)rand_r(&chaos->random);

		if (what % 16 == 8) {
			if (used == 4096)
				continue;
			what = 16 * used++ + 8;
		}
		chaos_act(chaos->fake, what, chaos->events);
	}
	return NULL;
}

static void threads_that_do_everything_at_once(void **state)
{
	const struct timespec time = {0, CHAOS * 1000000};
	struct fake *fake = create();
	struct chaos chaos[4];
	pthread_t channel, work, thread[4];

	unexpected = 0;
	assert_int_equal(pthread_create(&channel, NULL, run_channel, fake), 0);
	assert_int_equal(pthread_create(&work, NULL, run_work, fake), 0);
	for (unsigned int i = 0; i < 4; i++) {
		chaos[i] = (struct chaos){fake, i + 1, calloc(4096, sizeof(struct fake_event))};
		assert_int_equal(pthread_create(&thread[i], NULL, run_chaos, &chaos[i]), 0);
	}
	nanosleep(&time, NULL);
	sub.stop_clients = true;
	for (unsigned int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	/* The channel goes on until the last of them is through. */
	sub.stop = true;
	pthread_join(channel, NULL);
	pthread_join(work, NULL);
	sub.functions = 0;
	assert_int_equal(unexpected, 0);
	assert_false(sub.pinned_wrongly);
	assert_int_equal(fake_stats(fake).irbs_lost, 0);
	assert_int_equal(fake_stats(fake).quiesce_failures, 0);
	assert_true(fake_stats(fake).starts > 0 && fake_stats(fake).quiesces > 0);
	fake_destroy(fake);
	for (unsigned int i = 0; i < 4; i++)
		free(chaos[i].events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_start_is_answered_by_one_irb_in_order),
		cmocka_unit_test(threads_that_do_everything_at_once),
	};

	return cmocka_run_group_tests_name("driver concurrency", tests, NULL, NULL);
}
