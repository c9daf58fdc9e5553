/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the contract says of open, close, reset, DMA unmap and memory: D1, D14, D15, D16. */
#include "tests/driver/contract.h"

#include <errno.h>
#include <sched.h>

#define SECONDS(n) ((n)*1000000000ull)

/* A program that reads 100 bytes to 0x8000. */
static long start_data(struct fake *fake)
{
	fake_ccw1(fake, 0x1000, 2, ARCH_CCW_SLI, 100, 0x8000);
	return fake_start(fake, FAKE_ORB, 0x1000);
}

static void usable(struct fake *fake)
{
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	assert_int_equal(start_data(fake), 124);
	contract_end(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_work(fake);
	assert_int_equal(fake->pinned, 0);
}

/* ---- create, open, close ---- */

static void create_wants_every_operation(void **state)
{
	struct chanio_platform_ops platform;
	struct chanio_subchannel_ops subchannel;
	struct fake *fake = fake_create();
	struct chanio_device *device;

	/* Pointers behind the size; trace may be missing. */
	for (size_t at = sizeof(size_t); at < sizeof(platform); at += sizeof(void *)) {
		platform = fake_platform;
		memset((char *)&platform + at, 0, sizeof(void *));
		if (at == offsetof(struct chanio_platform_ops, trace))
			continue;
		assert_int_equal(chanio_device_create(&platform, fake, fake->device->subchannel_ops,
						      fake, &device),
				 -EINVAL);
		assert_null(device);
	}
	for (size_t at = offsetof(struct chanio_subchannel_ops, start); at < sizeof(subchannel);
	     at += sizeof(void *)) {
		subchannel = *fake->device->subchannel_ops;
		memset((char *)&subchannel + at, 0, sizeof(void *));
		assert_int_equal(
			chanio_device_create(&fake_platform, fake, &subchannel, fake, &device),
			-EINVAL);
	}
	platform = fake_platform;
	platform.size--;
	assert_int_equal(
		chanio_device_create(&platform, fake, fake->device->subchannel_ops, fake, &device),
		-EINVAL);
	fake->fail_allocation = fake->allocation + 1;
	assert_int_equal(chanio_device_create(&fake_platform, fake, fake->device->subchannel_ops,
					      fake, &device),
			 -ENOMEM);
	chanio_device_destroy(NULL);
	fake_destroy(fake);
}

static void open_enables_and_close_disables(void **state)
{
	struct fake *fake = fake_create();

	assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);
	chanio_device_close(fake->device); /* nothing to close */
	assert_int_equal(fake->disables, 0);
	assert_int_equal(chanio_device_open(fake->device), 0);
	assert_true(fake->enabled);
	assert_int_equal(chanio_device_open(fake->device), -EBUSY);
	usable(fake);
	assert_int_equal(chanio_device_open(fake->device), -EBUSY);
	chanio_device_close(fake->device);
	assert_false(fake->enabled);
	assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);
	assert_int_equal(chanio_device_open(fake->device), 0);
	usable(fake);
	assert_int_equal(start_data(fake), 124);
	assert_int_equal(chanio_device_open(fake->device), -EBUSY);
	contract_end(fake);
	fake_destroy(fake);
}

static void standby_has_nothing_to_reset_or_to_say(void **state)
{
	struct fake *fake = fake_create();

	assert_int_equal(chanio_device_reset(fake->device), -EINVAL);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0, UINT64_MAX), 0);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	assert_int_equal(chanio_device_open(fake->device), 0);
	assert_int_equal(contract_read(fake), 0);
	fake_destroy(fake);
}

static void open_fails_and_may_be_tried_again(void **state)
{
	struct fake *fake = fake_create();

	fake->enable_result = -ENODEV;
	assert_int_equal(chanio_device_open(fake->device), -ENODEV);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	chanio_device_close(fake->device);
	fake->enable_result = 0;
	fake->store_cc = 3;
	assert_int_equal(chanio_device_open(fake->device), -ENODEV);
	assert_false(fake->enabled);
	fake->store_cc = 0;
	assert_int_equal(chanio_device_open(fake->device), 0);
	usable(fake);
	fake_destroy(fake);
}

static void d15_nothing_of_one_owner_is_visible_to_the_next(void **state)
{
	static const uint8_t zeros[124];
	struct fake *fake = fake_create_open();
	struct fake_event events[CHANIO_IRQS];
	uint8_t bytes[124];

	for (unsigned int i = 0; i < CHANIO_IRQS; i++)
		fake_arm(fake, i, &events[i]);
	usable(fake);
	fake_command(fake, CHANIO_COMMAND_HALT);
	fake_present(fake, FAKE_HALTED_IDLE, 0);
	contract_read(fake);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_crw(fake, 0x0402, 0x40);
	chanio_device_close(fake->device);
	for (unsigned int i = 0; i < CHANIO_IRQS; i++)
		assert_int_equal(events[i].released, 1);
	fake_crw(fake, 0x0402, 0x40);
	assert_int_equal(chanio_device_open(fake->device), 0);
	for (unsigned int region = 0; region < CHANIO_REGIONS; region++) {
		long size = chanio_region_info(region)->size;

		if (region == CHANIO_REGION_SCHIB)
			continue;
		assert_int_equal(
			chanio_device_read(fake->device, region << 10, bytes, (size_t)size), size);
		assert_memory_equal(bytes, zeros, (size_t)size);
	}
	fake_present(fake, FAKE_UNSOLICITED, 0); /* the released events must not be used */
	fake_destroy(fake);
}

static void events_are_replaced_and_given_back(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event first, second, stray = {0};

	fake_arm(fake, CHANIO_IRQ_IO, &first);
	assert_int_equal(chanio_device_trigger(fake->device, CHANIO_IRQ_IO), 0);
	fake_arm(fake, CHANIO_IRQ_IO, &second);
	assert_int_equal(first.released, 1);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	assert_int_equal(first.signalled, 1);
	assert_int_equal(second.signalled, 1);
	assert_int_equal(chanio_device_set_event(fake->device, CHANIO_IRQ_IO, NULL), 0);
	assert_int_equal(second.released, 1);
	assert_int_equal(chanio_device_trigger(fake->device, CHANIO_IRQ_IO), 0);
	assert_int_equal(chanio_device_trigger(fake->device, CHANIO_IRQS), -EINVAL);
	assert_int_equal(chanio_device_set_event(fake->device, CHANIO_IRQS, &stray), -EINVAL);
	assert_int_equal(stray.released, 1);
	fake_destroy(fake);
}

/* ---- quiescing ---- */

/* The program ends as soon as somebody waits, the way that was asked for. */
static void end_by_halt(struct fake *fake)
{
	if (fake->halts && fake_state(fake) == CHANIO_STATE_CP_PENDING) {
		fake->busy = 0;
		fake_present(fake, FAKE_HALTED, arch_get32(fake->orb.program_address) + 8);
	}
}

static void end_by_clear(struct fake *fake)
{
	if (fake->clears) {
		fake->busy = 0;
		fake_present(fake, FAKE_CLEARED, 0);
	}
}

static void d15_close_cancels_what_has_not_begun(void **state)
{
	struct fake *fake = fake_create_open();

	start_data(fake);
	fake->busy = -1;
	fake->cancel_cc = 0;
	chanio_device_close(fake->device);
	assert_int_equal(fake->cancels, 1);
	assert_int_equal(fake->halts + fake->clears, 0);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);
	fake_destroy(fake);
}

static void d15_close_halts_then_clears(void **state)
{
	void (*const ends[])(struct fake *) = {end_by_halt, end_by_clear};

	for (unsigned int i = 0; i < 2; i++) {
		struct fake *fake = fake_create_open();
		struct fake_event event;

		start_data(fake);
		fake_arm(fake, CHANIO_IRQ_IO, &event);
		fake->busy = -1;
		fake->on_wait = ends[i];
		chanio_device_close(fake->device);
		assert_int_equal(fake->halts, 1);
		assert_int_equal(fake->clears, i);
		assert_int_equal(fake->pinned, 0);
		assert_int_equal(event.signalled, 0);
		assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);
		fake_destroy(fake);
	}
}

static void refuse_while_closing(struct fake *fake)
{
	assert_int_equal(fake_start_nop(fake), -EACCES);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_HALT), -EACCES);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), -EACCES);
	assert_int_equal(fake_start_nop(fake), -EACCES);
	fake->busy = 0;
}

static void refuse_while_quiescing(struct fake *fake)
{
	assert_int_equal(fake_start_nop(fake), -EAGAIN);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_HALT), -EAGAIN);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), -EAGAIN);
	fake->busy = 0;
	end_by_halt(fake);
}

static void d15_requests_are_refused_while_quiescing(void **state)
{
	for (unsigned int pending = 0; pending < 2; pending++) {
		struct fake *fake = fake_create_open();

		if (pending)
			start_data(fake);
		fake->busy = -1;
		fake->on_wait = refuse_while_closing;
		chanio_device_close(fake->device);
		fake->on_wait = NULL;
		assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);

		assert_int_equal(chanio_device_open(fake->device), 0);
		if (pending)
			start_data(fake);
		fake->busy = -1;
		fake->on_wait = refuse_while_quiescing;
		assert_int_equal(chanio_device_reset(fake->device), 0);
		fake->on_wait = NULL;
		usable(fake);
		fake_destroy(fake);
	}
}

static void reset_when_idle_forgets_what_is_queued(void **state)
{
	struct fake *fake = fake_create_open();

	usable(fake);
	assert_int_equal(contract_read(fake), FAKE_END);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_crw(fake, 0x0402, 0x40);
	assert_int_equal(chanio_device_reset(fake->device), 0);
	assert_int_equal(contract_read(fake), 0);
	assert_int_equal(fake->halts + fake->clears + fake->cancels, 0);
	assert_int_equal(fake->enables, 2);
	usable(fake);
	assert_int_equal(contract_read(fake), FAKE_END);
	fake_destroy(fake);
}

static void reset_ends_the_program_without_a_word(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event event;

	start_data(fake);
	fake_arm(fake, CHANIO_IRQ_IO, &event);
	fake->busy = -1;
	fake->on_wait = end_by_halt;
	assert_int_equal(chanio_device_reset(fake->device), 0);
	fake->on_wait = NULL;
	assert_int_equal(event.signalled, 0);
	assert_int_equal(contract_read(fake), 0);
	assert_int_equal(fake->pinned, 0);
	usable(fake);
	assert_int_equal(event.signalled, 1);

	start_data(fake);
	fake->busy = -1;
	fake->cancel_cc = 0;
	assert_int_equal(chanio_device_reset(fake->device), 0);
	assert_int_equal(fake->halts, 1);
	usable(fake);
	fake_destroy(fake);
}

static void reset_awaits_the_answer_to_a_clear_from_before(void **state)
{
	struct fake *fake = fake_create_open();

	fake_command(fake, CHANIO_COMMAND_CLEAR);
	fake->busy = -1;
	fake->on_wait = end_by_clear;
	assert_int_equal(chanio_device_reset(fake->device), 0);
	fake->on_wait = NULL;
	assert_int_equal(contract_read(fake), 0);
	usable(fake);
	fake_destroy(fake);
}

static void r15_a_quiesce_gives_up_in_bounded_time(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event event;
	uint64_t begin;

	start_data(fake);
	fake_arm(fake, CHANIO_IRQ_REQ, &event);
	fake->busy = -1;
	begin = fake->now;
	assert_int_equal(chanio_device_reset(fake->device), -EINVAL);
	assert_true(fake->now - begin >= SECONDS(9) && fake->now - begin <= SECONDS(11));
	assert_int_equal(fake->halts, 1);
	assert_int_equal(fake->clears, 2);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(event.signalled, 1);
	assert_int_equal(fake_stats(fake).quiesce_failures, 1);
	assert_int_equal(fake_stats(fake).programs_kept, 1);
	/* Its pages stay until it ends after all. */
	assert_int_equal(fake->pinned, 1);
	fake_present(fake, FAKE_PCI, 0);
	fake_work(fake);
	assert_int_equal(fake->pinned, 1);
	fake_present(fake, FAKE_CLEARED, 0);
	fake_work(fake);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(contract_read(fake), 0);
	fake_destroy(fake);
}

static void d15_a_program_that_outlives_its_owner_keeps_its_pages(void **state)
{
	struct fake *fake = fake_create_open();

	start_data(fake);
	fake->busy = -1;
	chanio_device_close(fake->device);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(fake->pinned, 1);
	assert_int_equal(chanio_device_open(fake->device), -ENODEV);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x8000, 0x1000), -EBUSY);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x9000, 0x1000), 0);
	fake_present(fake, FAKE_CLEARED, 0);
	fake_work(fake);
	assert_int_equal(fake->pinned, 0);
	fake->busy = 0;
	assert_int_equal(chanio_device_open(fake->device), 0);
	usable(fake);

	/* Lost while open: close tries once more, and again in vain. */
	start_data(fake);
	fake->halt_cc = fake->clear_cc = 3;
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_HALT), -ENODEV);
	fake->busy = -1;
	chanio_device_close(fake->device);
	assert_int_equal(fake->pinned, 1);
	/* Now an unmap sees it end. */
	fake->halt_cc = fake->clear_cc = 0;
	fake->clears = 0;
	fake->on_wait = end_by_clear;
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x8000, 0x1000), 0);
	assert_int_equal(fake->pinned, 0);
	fake->on_wait = NULL;
	fake_destroy(fake);
}

static void a_program_kept_to_the_end_goes_with_the_device(void **state)
{
	struct fake *fake = fake_create_open();

	start_data(fake);
	fake->busy = -1;
	chanio_device_close(fake->device);
	assert_int_equal(fake->pinned, 1);
	chanio_device_destroy(fake->device);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(fake->allocations + fake->channel_allocations, 0);
	assert_int_equal(chanio_device_create(&fake_platform, fake, fake_plain_subchannel(), fake,
					      &fake->device),
			 0);
	fake_destroy(fake);
}

static void a_device_that_vanishes_while_quiescing(void **state)
{
	/* Disabling finds nothing there: that ends the program, and reset says so. */
	struct fake *fake = fake_create_open();

	start_data(fake);
	fake->disable_result = -ENODEV;
	assert_int_equal(chanio_device_reset(fake->device), -EINVAL);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);

	fake = fake_create_open();
	start_data(fake);
	fake->disable_result = -ENODEV;
	chanio_device_close(fake->device);
	assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);

	fake = fake_create_open();
	start_data(fake);
	fake->busy = -1;
	fake->on_wait = fake_gone;
	assert_int_equal(chanio_device_reset(fake->device), -EINVAL);
	fake->on_wait = NULL;
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);

	/* And one that does not come back after a reset. */
	fake = fake_create_open();
	fake->enable_result = -ENODEV;
	assert_int_equal(chanio_device_reset(fake->device), -EINVAL);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	fake_destroy(fake);
}

/* ---- DMA unmap ---- */

static void d15_unmap_of_other_pages_disturbs_nothing(void **state)
{
	struct fake *fake = fake_create_open();

	assert_int_equal(chanio_device_dma_unmap(fake->device, 0, UINT64_MAX), 0);
	start_data(fake);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0, 0x8000), 0);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x9000, UINT64_MAX - 0x9000), 0);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x8000, 0), 0);
	assert_int_equal(fake->halts + fake->clears + fake->cancels + fake->disables, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	contract_end(fake);
	fake_destroy(fake);
}

static void d15_unmap_of_pinned_pages_halts_and_tells(void **state)
{
	static const struct {
		uint64_t guest, size;
	} ranges[] = {{0x8000, 0x1000},
		      {0, UINT64_MAX},
		      {0x8FFF, 1},
		      {0x7000, 0x1001},
		      {0x8000, UINT64_MAX}};

	for (unsigned int i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct fake *fake = fake_create_open();
		struct fake_event event;

		start_data(fake);
		fake_arm(fake, CHANIO_IRQ_IO, &event);
		fake->on_wait = end_by_halt;
		fake->cancel_cc = 0;
		assert_int_equal(
			chanio_device_dma_unmap(fake->device, ranges[i].guest, ranges[i].size), 0);
		assert_int_equal(fake->pinned, 0);
		assert_int_equal(fake->cancels, 0);
		assert_int_equal(fake->disables, 0);
		assert_int_equal(event.signalled, 1);
		assert_int_equal(contract_read(fake), FAKE_HALTED);
		fake->on_wait = NULL;
		usable(fake);
		fake_destroy(fake);
	}
}

static void d15_a_live_program_may_use_any_page(void **state)
{
	struct fake *fake = fake_create_live();

	fake_start(fake, FAKE_ORB & ~ARCH_ORB_PREFETCH, 0x1000);
	fake->on_wait = end_by_halt;
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x20000, 0x1000), 0);
	assert_int_equal(fake->halts, 1);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

static void d15_unmap_releases_what_is_only_waiting_for_release(void **state)
{
	struct fake *fake = fake_create_open();

	start_data(fake);
	contract_end(fake);
	assert_int_equal(fake->pinned, 1);
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x8000, 0x1000), 0);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(fake->halts, 0);
	fake_destroy(fake);
}

static void d15_unmap_says_when_it_is_not_safe(void **state)
{
	struct fake *fake = fake_create_open();

	start_data(fake);
	fake->busy = -1;
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x8000, 0x1000), -EBUSY);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(fake->pinned, 1);
	fake_destroy(fake);

	/* Unreachable, but it can be disabled: then nothing touches memory. */
	fake = fake_create_open();
	start_data(fake);
	fake->halt_cc = fake->clear_cc = 3;
	assert_int_equal(chanio_device_dma_unmap(fake->device, 0x8000, 0x1000), 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);
}

/* ---- two threads, where it takes two ---- */

struct other {
	struct fake *fake;
	pthread_t thread;
	enum { OTHER_CLOSE, OTHER_RESET, OTHER_UNMAP } what;
	int result;
	bool begun;
};

static struct other other;

static void *run_other(void *argument)
{
	switch (other.what) {
	case OTHER_CLOSE:
		chanio_device_close(other.fake->device);
		break;
	case OTHER_RESET:
		other.result = chanio_device_reset(other.fake->device);
		break;
	default:
		other.result = chanio_device_dma_unmap(other.fake->device, 0x8000, 0x1000);
		break;
	}
	return argument;
}

static uint8_t purpose(struct fake *fake)
{
	unsigned long flags = chanio_lock(fake->device);
	uint8_t result = fake->device->purpose;

	chanio_unlock(fake->device, flags);
	return result;
}

static void begin_other(struct fake *fake)
{
	other.fake = fake;
	other.begun = true;
	assert_int_equal(pthread_create(&other.thread, NULL, run_other, NULL), 0);
}

/* While translating: the other thread aborts this translation and waits for its end. */
static void abort_translation(struct fake *fake, uint64_t guest)
{
	fake->on_read = NULL;
	begin_other(fake);
	while (purpose(fake) == CHANIO_QUIESCE_NONE)
		sched_yield();
}

static void d15_a_quiesce_aborts_a_translation_and_waits_for_it(void **state)
{
	static const long expected[] = {
		[OTHER_CLOSE] = -EACCES,
		[OTHER_RESET] = -EAGAIN,
		[OTHER_UNMAP] = -EAGAIN,
	};

	for (unsigned int what = OTHER_CLOSE; what <= OTHER_UNMAP; what++) {
		struct fake *fake = fake_create_open();

		fake->real_time = true;
		fake->on_read = abort_translation;
		other = (struct other){.what = what};
		assert_int_equal(start_data(fake), expected[what]);
		pthread_join(other.thread, NULL);
		assert_int_equal(other.result, 0);
		assert_int_equal(fake->starts, 0);
		assert_int_equal(fake->pinned, 0);
		if (what == OTHER_CLOSE)
			assert_int_equal(chanio_device_open(fake->device), 0);
		usable(fake);
		fake_destroy(fake);
	}
}

/* While this thread quiesces: the other one has to wait its turn. */
static void queue_other(struct fake *fake)
{
	static unsigned int before;
	unsigned int rows = 0;

	for (unsigned int i = 0; i < chanio_transition_count; i++)
		if (chanio_transitions[i].guard == CHANIO_GUARD_QUIESCING)
			rows += fake_rows[i];
	if (pthread_equal(other.thread, pthread_self()))
		return;
	if (!other.begun) {
		before = rows;
		begin_other(fake);
	}
	if (rows != before) { /* it has come, and was told to wait */
		fake->busy = 0;
		if (fake->device->program)
			fake_present(fake, FAKE_CLEARED, 0);
	}
}

static void d15_quiesces_take_turns(void **state)
{
	for (unsigned int first = OTHER_CLOSE; first <= OTHER_UNMAP; first++)
		for (unsigned int what = OTHER_CLOSE; what <= OTHER_UNMAP; what++) {
			struct fake *fake = fake_create_open();

			for (unsigned int pending = 0; pending < 2; pending++) {
				if (first == OTHER_UNMAP && !pending)
					continue;
				other = (struct other){.what = what};
				if (pending)
					start_data(fake);
				fake->real_time = true;
				fake->busy = -1;
				fake->on_wait = queue_other;
				if (first == OTHER_CLOSE)
					chanio_device_close(fake->device);
				else if (first == OTHER_RESET)
					chanio_device_reset(fake->device);
				else
					chanio_device_dma_unmap(fake->device, 0x8000, 0x1000);
				assert_true(other.begun);
				pthread_join(other.thread, NULL);
				assert_int_equal(fake->pinned, 0);
				fake->on_wait = NULL;
				fake->busy = 0;
				chanio_device_close(fake->device);
				assert_int_equal(chanio_device_open(fake->device), 0);
			}
			usable(fake);
			fake_destroy(fake);
		}
}

static void d15_quiesces_take_turns_after_the_loss_too(void **state)
{
	static const unsigned int others[] = {OTHER_CLOSE, OTHER_UNMAP};

	for (unsigned int i = 0; i < 2; i++) {
		struct fake *fake = fake_create_open();

		start_data(fake);
		fake->busy = -1;
		chanio_device_reset(fake->device);
		assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
		other = (struct other){.what = others[i]};
		fake->real_time = true;
		fake->on_wait = queue_other;
		chanio_device_dma_unmap(fake->device, 0x8000, 0x1000);
		assert_true(other.begun);
		pthread_join(other.thread, NULL);
		assert_int_equal(fake->pinned, 0);
		fake_destroy(fake);
	}
}

/* ---- D1, D4, D16: generations, memory, limits ---- */

static void supersede(struct fake *fake, uint64_t guest)
{
	unsigned long flags = chanio_lock(fake->device);

	fake->on_read = NULL;
	fake->device->generation++;
	chanio_unlock(fake->device, flags);
}

static void d1_a_translation_of_an_older_generation_is_never_started(void **state)
{
	struct fake *fake = fake_create_open();

	fake->on_read = supersede;
	assert_int_equal(start_data(fake), -EAGAIN);
	assert_int_equal(fake->starts, 0);
	assert_int_equal(fake->pinned, 0);
	fake->device->state = CHANIO_STATE_IDLE; /* nobody has really come between */
	usable(fake);
	fake_destroy(fake);
}

/* Big enough for every kind of memory: many pins, several chunks, several runs. */
static void big_program(struct fake *fake)
{
	uint32_t at = 0x1000;

	for (unsigned int i = 0; i < 700; i++, at += 8)
		fake_ccw1(fake, at, 2, ARCH_CCW_CC | ARCH_CCW_SLI, 65535,
			  0x10000 + 0x1000 * (i % 16));
	fake_ccw1(fake, at, ARCH_CCW_TIC, 0, 0, 0x4000);
	fake_ccw1(fake, 0x4000, 2, 0, 1, 0x8000);
}

static void d16_every_allocation_may_fail(void **state)
{
	struct fake *fake = fake_create_open();
	int failed = 0;

	for (;; failed++) {
		long result;

		big_program(fake);
		/* Without what earlier attempts have left. */
		chanio_device_close(fake->device);
		fake_renew(fake);
		assert_int_equal(chanio_device_open(fake->device), 0);
		fake->fail_allocation = fake->allocation + failed + 1;
		result = fake_start(fake, FAKE_ORB, 0x1000);
		fake->fail_allocation = 0;
		if (result == 124)
			break;
		assert_int_equal(result, -ENOMEM);
		assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
		assert_int_equal(fake->pinned, 0);
		assert_int_equal(fake->starts, 0);
		/* Memory is back: what the attempt has kept is sound. */
		usable(fake);
		fake->starts = 0;
	}
	assert_true(failed >= 9);
	contract_end(fake);
	fake_destroy(fake);
}

static void d16_a_program_has_at_most_4096_ccws(void **state)
{
	struct fake *fake = fake_create_open();
	uint32_t at = 0x1000;

	for (unsigned int i = 0; i < CHANIO_CCWS_MAX - 1; i++, at += 8)
		fake_ccw1(fake, at, ARCH_CCW_NOP, ARCH_CCW_CC | ARCH_CCW_SLI, 1, 0);
	fake_ccw1(fake, at, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	contract_end(fake);
	fake_ccw1(fake, at, ARCH_CCW_NOP, ARCH_CCW_CC | ARCH_CCW_SLI, 1, 0);
	fake_ccw1(fake, at + 8, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -EINVAL);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	usable(fake);
	fake_destroy(fake);
}

static void d16_pinning_may_fail_for_want_of_memory(void **state)
{
	struct fake *fake = fake_create_open();

	fake_ccw1(fake, 0x1000, 2, 0, 0x3000, 0x8800);
	fake->pin_error = -ENOMEM;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -ENOMEM);
	fake_ccw1(fake, 0x1000, 2, 0, 10, 0x8800);
	fake->pin_error = -ENOMEM;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -ENOMEM);
	usable(fake);
	fake_destroy(fake);
}

static void repeated_programs_allocate_nothing(void **state)
{
	struct fake *fake = fake_create_open();
	int allocation = 0;

	for (unsigned int i = 0; i < 20; i++) {
		if (i == 3)
			allocation = fake->allocation;
		assert_int_equal(start_data(fake), 124);
		contract_end(fake);
		contract_read(fake);
		if (i % 2)
			fake_work(fake);
	}
	assert_int_equal(fake->allocation, allocation);
	fake_destroy(fake);
}

static void a_big_program_gives_its_memory_back(void **state)
{
	struct fake *fake = fake_create_open();

	big_program(fake);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	assert_true(fake->channel_allocations > (int)CHANIO_CHUNKS_RETAINED);
	contract_end(fake);
	fake_work(fake);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(fake->channel_allocations, CHANIO_CHUNKS_RETAINED);
	usable(fake);
	fake_destroy(fake);
}

const struct CMUnitTest life_tests[] = {
	cmocka_unit_test(create_wants_every_operation),
	cmocka_unit_test(open_enables_and_close_disables),
	cmocka_unit_test(standby_has_nothing_to_reset_or_to_say),
	cmocka_unit_test(open_fails_and_may_be_tried_again),
	cmocka_unit_test(d15_nothing_of_one_owner_is_visible_to_the_next),
	cmocka_unit_test(events_are_replaced_and_given_back),
	cmocka_unit_test(d15_close_cancels_what_has_not_begun),
	cmocka_unit_test(d15_close_halts_then_clears),
	cmocka_unit_test(d15_requests_are_refused_while_quiescing),
	cmocka_unit_test(reset_when_idle_forgets_what_is_queued),
	cmocka_unit_test(reset_ends_the_program_without_a_word),
	cmocka_unit_test(reset_awaits_the_answer_to_a_clear_from_before),
	cmocka_unit_test(r15_a_quiesce_gives_up_in_bounded_time),
	cmocka_unit_test(d15_a_program_that_outlives_its_owner_keeps_its_pages),
	cmocka_unit_test(a_program_kept_to_the_end_goes_with_the_device),
	cmocka_unit_test(a_device_that_vanishes_while_quiescing),
	cmocka_unit_test(d15_unmap_of_other_pages_disturbs_nothing),
	cmocka_unit_test(d15_unmap_of_pinned_pages_halts_and_tells),
	cmocka_unit_test(d15_a_live_program_may_use_any_page),
	cmocka_unit_test(d15_unmap_releases_what_is_only_waiting_for_release),
	cmocka_unit_test(d15_unmap_says_when_it_is_not_safe),
	cmocka_unit_test(d15_a_quiesce_aborts_a_translation_and_waits_for_it),
	cmocka_unit_test(d15_quiesces_take_turns),
	cmocka_unit_test(d15_quiesces_take_turns_after_the_loss_too),
	cmocka_unit_test(d1_a_translation_of_an_older_generation_is_never_started),
	cmocka_unit_test(d16_every_allocation_may_fail),
	cmocka_unit_test(d16_a_program_has_at_most_4096_ccws),
	cmocka_unit_test(d16_pinning_may_fail_for_want_of_memory),
	cmocka_unit_test(repeated_programs_allocate_nothing),
	cmocka_unit_test(a_big_program_gives_its_memory_back),
};
const size_t life_test_count = sizeof(life_tests) / sizeof(life_tests[0]);
