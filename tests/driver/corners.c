/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What ordinary programs and clients never come to: full caches, the ends of storage and of lists,
 * failures in the middle, and the answers that nobody expects. */
#include "tests/driver/contract.h"

#define CC   ARCH_CCW_CC
#define SLI  ARCH_CCW_SLI
#define MIDA ARCH_CCW_MIDA

#define READ 2u

#define F0 (FAKE_ORB & ~ARCH_ORB_FORMAT_1)

static void put(struct fake *fake, uint64_t at, uint64_t value, unsigned int size)
{
	uint8_t *to = fake_guest(fake, at);

	for (unsigned int i = size; i-- > 0; value >>= 8)
		to[i] = (uint8_t)value;
}

static void put_midaw(struct fake *fake, uint32_t at, uint8_t flags, uint16_t count,
		      uint64_t address)
{
	put(fake, at, (uint64_t)flags << 16 | count, 8);
	put(fake, at + 8, address, 8);
}

/* Ends it, and nothing is left pinned. */
static void end(struct fake *fake)
{
	contract_end(fake);
	contract_read(fake);
	fake_work(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	assert_int_equal(fake->pinned, 0);
}

static void run_to_the_end(struct fake *fake, uint32_t control)
{
	assert_int_equal(fake_start(fake, control, 0x1000), 124);
	end(fake);
}

/* ---- programs and their cache ---- */

static void a_full_cache_frees_what_it_has_no_room_for(void **state)
{
	struct fake *fake = fake_create_open();

	for (unsigned int data = 0; data < 2; data++) {
		assert_int_equal(fake_start_nop(fake), 124);
		end(fake);
		fake_ccw1(fake, 0x1000, data ? READ : ARCH_CCW_NOP, SLI, 100, 0x8000);
		assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
		/* As if others had filled it meanwhile. */
		assert_int_equal(fake->device->cached_count, 0);
		fake->device->cached_count = CHANIO_PROGRAMS_CACHED;
		end(fake);
		assert_null(fake->device->cached);
		fake->device->cached_count = 0;
	}
	fake_destroy(fake);
}

static void a_program_with_much_memory_is_not_emptied_under_the_lock(void **state)
{
	struct fake *fake = fake_create_open();

	/* Lists of what is no storage: memory, and no pin. */
	for (unsigned int i = 0; i < 250; i++)
		fake_ccw1(fake, 0x1000 + 8 * i, READ, SLI | (i < 249 ? CC : 0), 65535, 0x40000000);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	assert_int_equal(fake->pinned, 0);
	fake->deferred = 0;
	contract_end(fake);
	assert_int_equal(fake->deferred, 1);
	fake_work(fake);
	assert_int_equal(fake->channel_allocations, CHANIO_CHUNKS_RETAINED);
	fake_destroy(fake);
}

/* `records` pins of one page each, no two in a row of the same page. */
static void many_pins(struct fake *fake, unsigned int records, uint32_t last)
{
	for (unsigned int i = 0; i < records; i++)
		fake_ccw1(fake, 0x1000 + 8 * i, READ, SLI | (i + 1 < records ? CC : 0), 16,
			  i + 1 < records ? 0x8000 + 0x2000 * (i % 2) : last);
}

static void an_unmap_looks_at_every_pin(void **state)
{
	static const unsigned int records[] = {1, 33, 100, 32 + 256, 32 + 257, 32 + 300};

	for (unsigned int i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct fake *fake = fake_create_open();

		many_pins(fake, records[i], 0x10000);
		assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
		assert_int_equal(chanio_device_dma_unmap(fake->device, 0x11000, 0x1000), 0);
		assert_int_equal(fake->halts, 0);
		fake->halt_cc = fake->clear_cc = 3; /* ends it */
		assert_int_equal(chanio_device_dma_unmap(fake->device, 0x10FFF, 1), 0);
		assert_int_equal(fake->halts, 1);
		assert_int_equal(fake->pinned, 0);
		fake->halt_cc = fake->clear_cc = 0;
		fake_destroy(fake);
	}
}

static void a_small_program_after_a_big_one_is_light(void **state)
{
	struct fake *fake = fake_create_open();

	many_pins(fake, 100, 0x8000);
	run_to_the_end(fake, FAKE_ORB);
	assert_int_equal(fake_start_nop(fake), 124);
	fake->deferred = 0;
	contract_end(fake);
	assert_int_equal(fake->deferred, 0);
	fake_destroy(fake);
}

static void a_pin_that_fails_leaves_its_place_to_the_next(void **state)
{
	struct fake *fake = fake_create_open();

	many_pins(fake, 40, 0x8000);
	fake_ccw1(fake, 0x1000 + 8 * CHANIO_PINS_EMBEDDED, READ, SLI | CC, 16, 0x20000);
	fake_map(fake, 0x20000, false);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	/* Two more come right after the same page, which is pinned once. */
	assert_int_equal(fake->pinned, 37);
	end(fake);
	fake_destroy(fake);
}

static void kept_memory_that_is_too_small_is_passed_over(void **state)
{
	struct fake *fake = fake_create_open();
	unsigned int i;

	/* Two runs, in 4 KiB and in 16 KiB. */
	fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, SLI | CC, 1, 0);
	fake_ccw1(fake, 0x1008, ARCH_CCW_TIC, 0, 0, 0x10000);
	for (i = 0; i < 700; i++)
		fake_ccw1(fake, 0x10000 + 8 * i, ARCH_CCW_NOP, SLI | (i < 699 ? CC : 0), 1, 0);
	run_to_the_end(fake, FAKE_ORB);
	assert_int_equal(fake->channel_allocations, 2);
	for (i = 0; i < 3000; i++)
		fake_ccw1(fake, 0x10000 + 8 * i, ARCH_CCW_NOP, SLI | (i < 2999 ? CC : 0), 1, 0);
	run_to_the_end(fake, FAKE_ORB);
	assert_int_equal(fake->channel_allocations, CHANIO_CHUNKS_RETAINED);
	fake_destroy(fake);
}

/* Runs in pages of their own, each led to by TIC. */
static void runs(struct fake *fake, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		uint32_t at = 0x1000 + 0x1000 * i;

		fake_ccw1(fake, at, ARCH_CCW_NOP, SLI | (i + 1 < count ? CC : 0), 1, 0);
		fake_ccw1(fake, at + 8, ARCH_CCW_TIC, 0, 0, at + 0x1000);
		fake_ccw1(fake, at + 16, 0, 0, 0, 0);
	}
}

static void the_table_of_runs_grows(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb;

	runs(fake, 3);
	run_to_the_end(fake, FAKE_ORB);
	runs(fake, 40);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	fake_present(fake, FAKE_END, fake->device->program->run[39].host + 8);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1000 + 0x1000 * 39 + 8);
	fake_destroy(fake);
}

/* ---- lists ---- */

static void a_list_of_midaws_may_end_anywhere(void **state)
{
	const uint32_t control = FAKE_ORB | ARCH_ORB_MIDAW;
	struct fake *fake = fake_create_open();

	for (unsigned int i = 0; i < 256; i++)
		put_midaw(fake, 0x5000 + 16 * i, 0, 1, 0x8000);
	/* Exactly as many as there can be, and one byte more. */
	fake_ccw1(fake, 0x1000, READ, MIDA | SLI, 256, 0x5000);
	run_to_the_end(fake, control);
	fake_ccw1(fake, 0x1000, READ, MIDA | SLI, 257, 0x5000);
	run_to_the_end(fake, control);
	/* Where there is no storage. */
	fake_map(fake, 0x5000, false);
	run_to_the_end(fake, control);
	fake_map(fake, 0x5000, true);
	fake->pin_error = -ENOMEM;
	assert_int_equal(fake_start(fake, control, 0x1000), -ENOMEM);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);
}

static void a_list_may_run_to_the_end_of_storage(void **state)
{
	struct fake *fake = fake_create_open();

	/* 24 bits of address: the second entry stands behind them. */
	put(fake, FAKE_PAGE_16M + 0xFFC, 0x8000, 4);
	fake_ccw0(fake, 0x1000, READ, ARCH_CCW_IDA | SLI, 4096, FAKE_PAGE_16M + 0xFFC);
	assert_int_equal(fake_start(fake, F0 & ~ARCH_ORB_FORMAT_2_IDAW, 0x1000), 124);
	assert_int_equal(fake->pinned, 1);
	end(fake);
	fake_destroy(fake);
}

/* A run that fills the first 4 KiB, with what a status modifier reaches behind it, and a list that
 * needs a page: of the next piece of memory. */
static void fill_first_piece(struct fake *fake, uint32_t list, uint8_t flag)
{
	unsigned int i;

	for (i = 0; i < 508; i++)
		fake_ccw1(fake, 0x10000 + 8 * i, ARCH_CCW_NOP, SLI | CC, 1, 0);
	fake_ccw1(fake, 0x10000 + 8 * i, READ, SLI | flag, 4000, list);
}

static void a_list_goes_where_there_is_room(void **state)
{
	struct fake *fake = fake_create_open();
	unsigned int i;

	for (i = 0; i < 256; i++)
		put_midaw(fake, 0x5000 + 16 * i, 0, 16, 0x8000);
	fill_first_piece(fake, 0x5000, MIDA);
	assert_int_equal(fake_start(fake, FAKE_ORB | ARCH_ORB_MIDAW, 0x10000), 124);
	end(fake);
	/* The same at the end of the second, 16 KiB, and a list that is a page. */
	fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, SLI | CC, 1, 0);
	fake_ccw1(fake, 0x1008, ARCH_CCW_TIC, 0, 0, 0x10000);
	for (i = 0; i < 2044; i++)
		fake_ccw1(fake, 0x10000 + 8 * i, ARCH_CCW_NOP, SLI | CC, 1, 0);
	fake_ccw1(fake, 0x10000 + 8 * i, READ, MIDA, 4096, 0x5000);
	assert_int_equal(fake_start(fake, FAKE_ORB | ARCH_ORB_MIDAW, 0x1000), 124);
	end(fake);
	fake_destroy(fake);
}

static void memory_for_a_list_may_be_missing(void **state)
{
	for (unsigned int misaligned = 0; misaligned < 2; misaligned++)
		for (int failing = 1;; failing++) {
			struct fake *fake = fake_create_open();
			long result;

			for (unsigned int i = 0; i < 256; i++)
				put_midaw(fake, 0x5000 + 16 * i, 0, 16, 0x8000);
			fill_first_piece(fake, 0x5000 + 4 * misaligned, MIDA);
			fake->fail_allocation = fake->allocation + failing;
			result = fake_start(fake, FAKE_ORB | ARCH_ORB_MIDAW, 0x10000);
			assert_true(result == 124 || result == -ENOMEM);
			assert_int_equal(fake->starts, result == 124);
			fake->fail_allocation = 0;
			if (result == 124)
				contract_end(fake);
			fake_destroy(fake);
			if (result == 124)
				break;
		}
}

/* ---- what only a status modifier reaches ---- */

static void speculation_needs_memory_too(void **state)
{
	for (int failing = 1;; failing++) {
		struct fake *fake = fake_create_open();
		uint32_t at = 0x1000;
		long result;

		/* The slots to begin with end among what stands behind the chain. */
		for (unsigned int i = 0; i < CHANIO_SLOTS_FIRST - 6; i++, at += 8)
			fake_ccw1(fake, at, ARCH_CCW_NOP, SLI | CC, 1, 0);
		fake_ccw1(fake, at, ARCH_CCW_NOP, SLI, 1, 0);
		for (unsigned int i = 0; i < 30; i++)
			fake_ccw1(fake, at + 8 + 8 * i, ARCH_CCW_NOP, SLI | CC, 1, 0);
		fake->fail_allocation = fake->allocation + failing;
		result = fake_start(fake, FAKE_ORB, 0x1000);
		assert_true(result == 124 || result == -ENOMEM);
		fake->fail_allocation = 0;
		if (result == 124)
			contract_end(fake);
		fake_destroy(fake);
		if (result == 124)
			break;
	}
}

static void a_speculative_tic_may_lead_to_nothing_that_is_followed(void **state)
{
	/* Behind the chain, so many and then a TIC: the last slot is the TIC's own. */
	for (unsigned int before = CHANIO_CCWS_SPECULATIVE - 3;
	     before < CHANIO_CCWS_SPECULATIVE + 1; before++) {
		struct fake *fake = fake_create_open();
		uint32_t at = 0x1000;

		fake_ccw1(fake, at, READ, SLI | CC, 5, 0x8000);
		fake_ccw1(fake, at + 8, ARCH_CCW_NOP, SLI, 1, 0);
		for (at += 16; at < 0x1010 + 8 * before; at += 8)
			fake_ccw1(fake, at, ARCH_CCW_NOP, SLI | CC, 1, 0);
		fake_ccw1(fake, at, ARCH_CCW_TIC, 0, 0, 0x20000);
		for (unsigned int i = 0; i < 40; i++)
			fake_ccw1(fake, 0x20000 + 8 * i, ARCH_CCW_NOP, SLI | CC, 1, 0);
		run_to_the_end(fake, FAKE_ORB);
		fake_destroy(fake);
	}
}

/* ---- status ---- */

static void status_of_a_halt_that_is_not_its_end_ends_nothing(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	fake_command(fake, CHANIO_COMMAND_HALT);
	/* Intermediate; and primary with a resume still pending. */
	fake_present(fake, ARCH_SCSW_FC_HALT | ARCH_SCSW_SC_INTERMEDIATE | ARCH_SCSW_SC_PENDING, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	fake_present(fake, FAKE_HALTED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_start_nop(fake);
	fake_present(fake, 0x4005 | ARCH_SCSW_AC_RESUME_PENDING, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	contract_end(fake);
	fake_destroy(fake);
}

static void addresses_off_every_ccw_are_shown_as_zero(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb;

	fake_start_nop(fake);
	fake_present(fake, FAKE_PCI, arch_get32(fake->orb.program_address) + 4);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0);
	/* Before the first CCW was fetched it is the program's own. */
	fake_present(fake, FAKE_DEFERRED_CC1, arch_get32(fake->orb.program_address));
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1000);
	fake_destroy(fake);
}

/* ---- reads that are overtaken ---- */

static void reset_meanwhile(struct fake *fake)
{
	fake->on_copy = NULL;
	assert_int_equal(chanio_device_reset(fake->device), 0);
}

static void read_meanwhile(struct fake *fake)
{
	uint8_t bytes[124];

	fake->on_copy = NULL;
	assert_int_equal(chanio_device_read(fake->device, 0, bytes, 124), 124);
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 8), 8);
}

static void d9_a_read_takes_nothing_that_it_has_not_shown(void **state)
{
	struct fake *fake = fake_create_open();
	uint8_t bytes[124];

	/* Nothing is there any more. */
	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake->on_copy = reset_meanwhile;
	assert_int_equal(chanio_device_read(fake->device, 0, bytes, 124), 124);
	assert_int_equal(contract_read(fake), 0);
	/* Something else is. */
	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_present(fake, FAKE_SECONDARY, 0);
	fake->on_copy = read_meanwhile;
	assert_int_equal(chanio_device_read(fake->device, 0, bytes, 124), 124);
	assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	/* The same of channel reports. */
	fake_crw(fake, 0x0402, 0x40);
	fake->on_copy = read_meanwhile;
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 8), 8);
	fake_crw(fake, 0x0402, 0x41);
	fake_crw(fake, 0x0402, 0x42);
	fake->on_copy = read_meanwhile;
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 8), 8);
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 8), 8);
	assert_int_equal(bytes[3], 0x42);
	fake_destroy(fake);
}

/* ---- paths, standby, loss ---- */

static void without_any_path_the_subchannel_answers(void **state)
{
	struct fake *fake = fake_create_open();

	fake->start_cc = 3;
	fake_start(fake, FAKE_ORB | ARCH_ORB_LPM, 0x1000);
	/* None is left, and what there is cannot be stored. */
	fake->store_cc = 3;
	assert_int_equal(fake_start(fake, FAKE_ORB & ~ARCH_ORB_LPM, 0x1000), -ENODEV);
	assert_int_equal(arch_get32(fake->orb.control) & ARCH_ORB_LPM, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

static void nothing_is_stored_or_reported_while_nobody_has_it_open(void **state)
{
	struct fake *fake = fake_create();
	uint8_t bytes[52];
	int stores;

	assert_int_equal(chanio_device_read(fake->device, 2 << 10, bytes, 52), -ENODEV);
	fake_path(fake, 0x40, false, false);
	assert_int_equal(fake->stores, 0);
	assert_int_equal(chanio_device_open(fake->device), 0);
	fake_gone(fake);
	stores = fake->stores;
	fake_path(fake, 0x40, false, false);
	assert_int_equal(fake->stores, stores);
	fake_destroy(fake);
}

static void d15_a_halt_that_fails_is_followed_by_a_clear(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	fake->busy = 3;
	fake->halt_cc = -EIO;
	chanio_device_close(fake->device);
	assert_int_equal(fake->halts, 1);
	assert_int_equal(fake->clears, 1);
	fake_destroy(fake);
}

static struct second {
	pthread_t thread;
	struct fake *fake;
	int result;
} second;

static void *unmap(void *unused)
{
	second.result = chanio_device_dma_unmap(second.fake->device, 0x8000, 0x1000);
	return unused;
}

static void lose_and_unmap(struct fake *fake, uint64_t guest)
{
	bool begun = false;

	fake->on_read = NULL;
	fake_gone(fake);
	second.fake = fake;
	assert_int_equal(pthread_create(&second.thread, NULL, unmap, NULL), 0);
	while (!begun) {
		unsigned long flags = chanio_lock(fake->device);

		begun = fake->device->purpose == CHANIO_QUIESCE_UNMAP;
		chanio_unlock(fake->device, flags);
	}
}

static void d15_an_unmap_after_the_loss_waits_for_a_translation(void **state)
{
	struct fake *fake = fake_create_open();

	fake->real_time = true;
	fake_ccw1(fake, 0x1000, READ, SLI, 100, 0x8000);
	fake->on_read = lose_and_unmap;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -EACCES);
	pthread_join(second.thread, NULL);
	assert_int_equal(second.result, 0);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);
}

static void *close_it(void *fake)
{
	chanio_device_close(((struct fake *)fake)->device);
	return NULL;
}

/* Returns once the other thread waits. */
static void close_meanwhile(struct fake *fake)
{
	bool waits = false;

	fake->on_unpin = NULL;
	assert_int_equal(pthread_create(&second.thread, NULL, close_it, fake), 0);
	while (!waits) {
		unsigned long flags = chanio_lock(fake->device);

		waits = fake->device->waiters;
		chanio_unlock(fake->device, flags);
	}
}

static void d15_close_waits_for_pages_that_another_thread_unpins(void **state)
{
	struct fake *fake = fake_create_open();

	fake->real_time = true;
	fake_ccw1(fake, 0x1000, READ, SLI, 100, 0x8000);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	contract_end(fake);
	fake->on_unpin = close_meanwhile;
	fake_work(fake);
	pthread_join(second.thread, NULL);
	assert_int_equal(fake_state(fake), CHANIO_STATE_STANDBY);
	assert_int_equal(fake->pinned, 0);
	fake_destroy(fake);
}

static void d9_pci_joins_nothing_of_another_program(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	fake_present(fake, FAKE_PCI, 0);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	for (unsigned int i = 2; i < CHANIO_IRBS; i++)
		fake_present(fake, FAKE_SECONDARY, 0);
	fake_present(fake, FAKE_SECONDARY, 0);
	assert_int_equal(fake_stats(fake).irbs_merged, 0);
	assert_int_equal(fake_stats(fake).irbs_dropped_unsolicited, 1);
	assert_int_equal(contract_read(fake), FAKE_PCI);
	assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	contract_end(fake);
	fake_destroy(fake);
}

static void a_device_needs_a_platform_and_a_subchannel(void **state)
{
	struct fake *fake = fake_create();
	struct chanio_subchannel_ops old = *fake->device->subchannel_ops;
	struct chanio_device *device;

	assert_int_equal(chanio_device_create(NULL, fake, &old, fake, &device), -EINVAL);
	assert_int_equal(chanio_device_create(&fake_platform, fake, NULL, fake, &device), -EINVAL);
	old.size--;
	assert_int_equal(chanio_device_create(&fake_platform, fake, &old, fake, &device), -EINVAL);
	assert_null(device);
	fake_destroy(fake);
}

static void d5_no_time_at_all_is_measured_too(void **state)
{
	struct fake *fake = fake_create_open();

	fake->time_stands = true;
	assert_int_equal(fake_start_nop(fake), 124);
	fake->time_stands = false;
	assert_int_equal(fake_stats(fake).processing_max, 0);
	contract_end(fake);
	fake_destroy(fake);
}

static void a_platform_may_do_without_a_trace(void **state)
{
	struct chanio_platform_ops silent = fake_platform;
	const struct chanio_platform_ops *usual;
	struct fake *fake = fake_create_open();

	silent.trace = NULL;
	usual = fake->device->platform_ops;
	fake->device->platform_ops = &silent;
	assert_int_equal(fake_start_nop(fake), 124);
	end(fake);
	fake->device->platform_ops = usual;
	fake_destroy(fake);
}

const struct CMUnitTest corners_tests[] = {
	cmocka_unit_test(a_full_cache_frees_what_it_has_no_room_for),
	cmocka_unit_test(a_program_with_much_memory_is_not_emptied_under_the_lock),
	cmocka_unit_test(an_unmap_looks_at_every_pin),
	cmocka_unit_test(a_small_program_after_a_big_one_is_light),
	cmocka_unit_test(a_pin_that_fails_leaves_its_place_to_the_next),
	cmocka_unit_test(kept_memory_that_is_too_small_is_passed_over),
	cmocka_unit_test(the_table_of_runs_grows),
	cmocka_unit_test(a_list_of_midaws_may_end_anywhere),
	cmocka_unit_test(a_list_may_run_to_the_end_of_storage),
	cmocka_unit_test(a_list_goes_where_there_is_room),
	cmocka_unit_test(memory_for_a_list_may_be_missing),
	cmocka_unit_test(speculation_needs_memory_too),
	cmocka_unit_test(a_speculative_tic_may_lead_to_nothing_that_is_followed),
	cmocka_unit_test(status_of_a_halt_that_is_not_its_end_ends_nothing),
	cmocka_unit_test(addresses_off_every_ccw_are_shown_as_zero),
	cmocka_unit_test(d9_a_read_takes_nothing_that_it_has_not_shown),
	cmocka_unit_test(without_any_path_the_subchannel_answers),
	cmocka_unit_test(nothing_is_stored_or_reported_while_nobody_has_it_open),
	cmocka_unit_test(d15_a_halt_that_fails_is_followed_by_a_clear),
	cmocka_unit_test(d15_an_unmap_after_the_loss_waits_for_a_translation),
	cmocka_unit_test(d15_close_waits_for_pages_that_another_thread_unpins),
	cmocka_unit_test(d9_pci_joins_nothing_of_another_program),
	cmocka_unit_test(a_device_needs_a_platform_and_a_subchannel),
	cmocka_unit_test(d5_no_time_at_all_is_measured_too),
	cmocka_unit_test(a_platform_may_do_without_a_trace),
};
const size_t corners_test_count = sizeof(corners_tests) / sizeof(corners_tests[0]);
