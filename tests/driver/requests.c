/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the contract says of requests: D2 to D7, D11 to D13, D17, D18, and the errno of each
 * refusal. */
#include "tests/driver/contract.h"

#include <errno.h>

/* Everything that a client can read, as bytes. */
struct readable {
	struct chanio_io_region io;
	struct chanio_command_region command;
};

static struct readable read_all(struct fake *fake)
{
	struct readable all;

	assert_int_equal(chanio_device_read(fake->device, 0, &all.io, sizeof(all.io)), 124);
	assert_int_equal(chanio_device_read(fake->device, 1 << 10, &all.command, 8), 8);
	return all;
}

/* The request is answered so, changes nothing to be read, and reaches no subchannel. */
static void refused(struct fake *fake, long expected, uint32_t control, uint32_t program,
		    uint32_t functions)
{
	struct readable before = read_all(fake), after;
	uint8_t state = fake_state(fake);
	int starts = fake->starts;

	assert_int_equal(fake_write_io(fake, control, program, functions), expected);
	after = read_all(fake);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(fake_state(fake), state);
	assert_int_equal(fake->starts, starts);
}

static void command_refused(struct fake *fake, long expected, uint32_t command)
{
	struct readable before = read_all(fake), after;
	int issued = fake->halts + fake->clears;

	assert_int_equal(fake_command(fake, command), expected);
	after = read_all(fake);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(fake->halts + fake->clears, issued);
}

static void d2_a_start_refused_while_pending_changes_no_byte(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	contract_end(fake);
	fake_start_nop(fake);
	refused(fake, -EBUSY, FAKE_ORB | ARCH_ORB_SUSPEND, 0x3000, ARCH_SCSW_FC_START);
	refused(fake, -EBUSY, FAKE_ORB | ARCH_ORB_TRANSPORT, 0, 0);
	contract_end(fake);
	fake_destroy(fake);
}

static void d3_standby_answers_eacces(void **state)
{
	struct fake *fake = fake_create();

	refused(fake, -EACCES, FAKE_ORB, 0x1000, ARCH_SCSW_FC_START);
	command_refused(fake, -EACCES, CHANIO_COMMAND_HALT);
	command_refused(fake, -EACCES, CHANIO_COMMAND_CLEAR);
	fake_destroy(fake);
}

static void d3_not_oper_answers_eacces(void **state)
{
	struct fake *fake = fake_create_open();

	fake_gone(fake);
	refused(fake, -EACCES, FAKE_ORB, 0x1000, ARCH_SCSW_FC_START);
	command_refused(fake, -EACCES, CHANIO_COMMAND_HALT);
	command_refused(fake, -EACCES, CHANIO_COMMAND_CLEAR);
	fake_destroy(fake);
}

static void d4_cc_0_is_pending_until_the_final_irb(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb;

	assert_int_equal(fake_start_nop(fake), sizeof(struct chanio_io_region));
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	contract_end(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.control), FAKE_END);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1008);
	fake_destroy(fake);
}

static void d4_other_condition_codes_lead_back_to_idle(void **state)
{
	static const struct {
		int cc, pam;
		long expected;
	} cases[] = {
		{1, 0xC0, -EBUSY},
		{2, 0xC0, -EBUSY},
		{3, 0xC0, -ENODEV},
		{-EINVAL, 0xC0, -EIO},
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake *fake = fake_create_open();
		struct chanio_io_region region;

		/* Data, so that something is pinned. */
		fake_ccw1(fake, 0x1000, 2, ARCH_CCW_SLI, 100, 0x8000);
		fake->start_cc = cases[i].cc;
		assert_int_equal(fake_start(fake, FAKE_ORB & ~ARCH_ORB_LPM, 0x1000),
				 cases[i].expected);
		assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
		assert_int_equal(fake->pinned, 0);
		assert_int_equal(chanio_device_read(fake->device, 0, &region, 124), 124);
		assert_int_equal((int32_t)arch_get32(region.ret_code), cases[i].expected);
		fake->start_cc = 0;
		assert_int_equal(fake_start_nop(fake), 124);
		contract_end(fake);
		fake_destroy(fake);
	}
}

static void d4_cc_3_drops_the_paths_tried(void **state)
{
	struct fake *fake = fake_create_open();
	int stores = fake->stores;

	fake->start_cc = 3;
	/* One path of two is tried: the other remains. */
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -EACCES);
	assert_true(fake->stores > stores);
	fake->start_cc = 0;
	assert_int_equal(fake_start(fake, FAKE_ORB & ~ARCH_ORB_LPM, 0x1000), 124);
	assert_int_equal(arch_get32(fake->orb.control) & ARCH_ORB_LPM, 0x4000);
	contract_end(fake);
	/* And now that one too. */
	fake->start_cc = 3;
	assert_int_equal(fake_start(fake, FAKE_ORB & ~ARCH_ORB_LPM, 0x1000), -ENODEV);
	/* When there is none left, what the subchannel has is tried afresh. */
	fake->start_cc = 0;
	assert_int_equal(fake_start(fake, FAKE_ORB & ~ARCH_ORB_LPM, 0x1000), 124);
	assert_int_equal(arch_get32(fake->orb.control) & ARCH_ORB_LPM, 0xC000);
	contract_end(fake);
	fake_destroy(fake);
}

static void d4_cc_3_without_a_subchannel_to_store_is_enodev(void **state)
{
	struct fake *fake = fake_create_open();

	fake->start_cc = 3;
	fake->store_cc = 3;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -ENODEV);
	fake_destroy(fake);
}

/* Called while a START is translated, without the lock: as another thread would. */
static void intrude_requests(struct fake *fake, uint64_t guest)
{
	fake->on_read = NULL;
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PROCESSING);
	/* Its ORB may be read: it was not refused. But nothing of these. */
	refused(fake, -EAGAIN, FAKE_ORB, 0x2000, ARCH_SCSW_FC_START);
	refused(fake, -EAGAIN, FAKE_ORB, 0x2000, 0);
	command_refused(fake, -EAGAIN, CHANIO_COMMAND_HALT);
	command_refused(fake, -EAGAIN, CHANIO_COMMAND_CLEAR);
	assert_int_equal(chanio_device_open(fake->device), -EBUSY);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PROCESSING);
}

static void d5_processing_answers_eagain_and_stays(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb;

	fake->on_read = intrude_requests;
	assert_int_equal(fake_start_nop(fake), 124);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	contract_end(fake);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.control), FAKE_UNSOLICITED);
	assert_int_equal(fake_stats(fake).refused_again, 4);
	assert_true(fake_stats(fake).processing_max > 0);
	assert_true(fake_stats(fake).processing_total >= fake_stats(fake).processing_max);
	fake_destroy(fake);
}

static void times_in_processing_are_counted_by_their_length(void **state)
{
	struct fake *fake = fake_create_open();
	struct chanio_device_stats stats;
	struct arch_irb irb;
	uint64_t longest;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(fake_start_nop(fake), 124);
		contract_end(fake);
		fake_read_irb(fake, &irb);
	}
	stats = fake_stats(fake);
	longest = stats.processing_max;
	for (unsigned int i = 0; i < CHANIO_TIME_BUCKETS; i++) {
		uint64_t least = i ? chanio_time_limit(i - 1) : 0;

		assert_true(least < chanio_time_limit(i));
		if (least <= longest && longest < chanio_time_limit(i))
			assert_true(stats.processing_times[i] > 0);
		if (least > longest)
			assert_int_equal(stats.processing_times[i], 0);
		stats.starts -= stats.processing_times[i];
	}
	assert_int_equal(stats.starts, 0);
	fake_destroy(fake);
}

static void d6_a_start_while_pending_is_ebusy_without_translating(void **state)
{
	struct fake *fake = fake_create_open();
	int allocation;

	fake_start_nop(fake);
	allocation = fake->allocation;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -EBUSY);
	assert_int_equal(fake->allocation, allocation);
	assert_int_equal(fake->starts, 1);
	contract_end(fake);
	fake_destroy(fake);
}

static void signals_are_issued(struct fake *fake, uint8_t stays)
{
	static const struct {
		int cc;
		long expected;
	} cases[] = {{0, 8}, {1, -EBUSY}, {2, -EBUSY}, {-EINVAL, -EIO}};
	struct chanio_command_region region;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake->halt_cc = fake->clear_cc = cases[i].cc;
		assert_int_equal(fake_command(fake, CHANIO_COMMAND_HALT), cases[i].expected);
		assert_int_equal(chanio_device_read(fake->device, 1 << 10, &region, 8), 8);
		assert_int_equal(arch_get32(region.command), CHANIO_COMMAND_HALT);
		assert_int_equal((int32_t)arch_get32(region.ret_code),
				 cases[i].cc ? cases[i].expected : 0);
		assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), cases[i].expected);
		assert_int_equal(fake_state(fake), stays);
	}
	assert_int_equal(fake->halts, 4);
	assert_int_equal(fake->clears, 4);
	command_refused(fake, -EINVAL, 0);
	command_refused(fake, -EINVAL, 3);
	command_refused(fake, -EINVAL, UINT32_MAX);
}

static void d6_halt_and_clear_are_issued_while_pending(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	signals_are_issued(fake, CHANIO_STATE_CP_PENDING);
	fake_present(fake, FAKE_CLEARED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

static void d7_halt_and_clear_are_issued_when_idle(void **state)
{
	struct fake *fake = fake_create_open();

	signals_are_issued(fake, CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

static void d11_a_start_is_one_write_of_orb_and_scsw(void **state)
{
	static const struct {
		size_t position, size;
		long expected;
	} cases[] = {
		{0, 124, 124},
		{0, 24, 24},
		{0, 60, 60},
		{0, 23, -EINVAL},
		{0, 12, -EINVAL},
		{0, 1, -EINVAL},
		{12, 12, -EINVAL},
		{1, 123, -EINVAL},
		{24, 96, -EINVAL},
		{120, 4, -EINVAL},
		{123, 1, -EINVAL},
		{0, 125, -EINVAL},
		{124, 1, -EINVAL},
		{1000, 24, -EINVAL},
		{0, 0, 0},
		{124, 0, 0},
		{125, 0, -EINVAL},
		{0, SIZE_MAX, -EINVAL},
		{100, SIZE_MAX - 50, -EINVAL},
	};
	struct chanio_io_region region = {
		.orb = {arch_put32(0), arch_put32(FAKE_ORB), arch_put32(0x1000)},
		.scsw = {.control = arch_put32(ARCH_SCSW_FC_START)},
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake *fake = fake_create_open();

		fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
		assert_int_equal(chanio_device_write(fake->device, cases[i].position, &region,
						     cases[i].size),
				 cases[i].expected);
		assert_int_equal(fake->starts, cases[i].expected > 0);
		if (fake->starts)
			contract_end(fake);
		fake_destroy(fake);
	}
}

static void d10_what_a_client_writes_to_the_output_is_ignored(void **state)
{
	struct fake *fake = fake_create_open();
	struct chanio_io_region region;

	fake_start_nop(fake);
	contract_end(fake);
	memset(&region, 0xFF, sizeof(region));
	region.orb = (struct arch_orb){arch_put32(0), arch_put32(FAKE_ORB), arch_put32(0x1000)};
	region.scsw.control = arch_put32(ARCH_SCSW_FC_START);
	assert_int_equal(chanio_device_write(fake->device, 0, &region, 124), 124);
	assert_int_equal(chanio_device_read(fake->device, 0, &region, 124), 124);
	assert_int_equal(arch_get32(region.ret_code), 0);
	assert_int_equal(region.irb[2], 0x40);
	assert_int_equal(region.irb[3], 0x07);
	contract_end(fake);
	fake_destroy(fake);
}

static void d12_functions_and_modes_that_are_not_start(void **state)
{
	struct fake *fake = fake_create_open();

	refused(fake, -EINVAL, FAKE_ORB, 0x1000, 0);
	refused(fake, -EOPNOTSUPP, FAKE_ORB, 0x1000, ARCH_SCSW_FC_HALT);
	refused(fake, -EOPNOTSUPP, FAKE_ORB, 0x1000, ARCH_SCSW_FC_CLEAR);
	refused(fake, -EOPNOTSUPP, FAKE_ORB, 0x1000, ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR);
	refused(fake, -EOPNOTSUPP, FAKE_ORB | ARCH_ORB_TRANSPORT, 0x1000, ARCH_SCSW_FC_START);
	/* As in the Linux driver, start wins. */
	fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
	assert_int_equal(fake_write_io(fake, FAKE_ORB, 0x1000, ARCH_SCSW_FC), 124);
	contract_end(fake);
	fake_destroy(fake);
}

static void d13_reserved_bits_of_the_orb_are_misuse(void **state)
{
	struct fake *fake = fake_create_open();

	for (uint32_t bit = 2; bit <= 0x20; bit <<= 1)
		refused(fake, -EINVAL, FAKE_ORB | bit, 0x1000, ARCH_SCSW_FC_START);
	refused(fake, -EINVAL, FAKE_ORB | ARCH_ORB_EXTENSION, 0x1000, ARCH_SCSW_FC_START);
	refused(fake, -EINVAL, FAKE_ORB, 0x80001000, ARCH_SCSW_FC_START);
	fake_destroy(fake);
}

static void d4_the_orb_goes_on_with_its_bits_and_without_its_parameter(void **state)
{
	const uint32_t kept = ARCH_ORB_KEY | ARCH_ORB_SUSPEND | ARCH_ORB_STREAMING |
			      ARCH_ORB_MODIFICATION | ARCH_ORB_SYNCHRONIZE | ARCH_ORB_PREFETCH |
			      ARCH_ORB_INITIAL_STATUS | ARCH_ORB_ADDRESS_LIMIT |
			      ARCH_ORB_SUPPRESS_SUSPEND | ARCH_ORB_LENGTH_SUPPRESS | ARCH_ORB_MIDAW;
	struct fake *fake = fake_create_open();

	for (uint32_t bit = 1; bit; bit <<= 1) {
		if (!(kept & bit))
			continue;
		fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
		assert_int_equal(fake_start(fake, (FAKE_ORB & ~ARCH_ORB_PREFETCH) | bit, 0x1000),
				 124);
		assert_int_equal(arch_get32(fake->orb.control),
				 (FAKE_ORB & ~ARCH_ORB_PREFETCH) | bit);
		assert_int_equal(arch_get32(fake->orb.interruption_parameter), 0);
		assert_false(fake->live);
		contract_end(fake);
		contract_read(fake);
	}
	fake_destroy(fake);
}

static void d17_one_program_at_a_time_over_and_over(void **state)
{
	struct fake *fake = fake_create_open();

	for (int i = 0; i < 100; i++) {
		assert_int_equal(fake_start_nop(fake), 124);
		assert_int_equal(fake_start_nop(fake), -EBUSY);
		contract_end(fake);
		contract_read(fake);
	}
	assert_int_equal(fake_stats(fake).starts, 100);
	assert_int_equal(fake_stats(fake).refused_busy, 100);
	/* From the second on, everything is reused. */
	assert_true(fake->allocation <= 6);
	fake_destroy(fake);
}

static void d18_regions_are_big_endian(void **state)
{
	/* Bytes as they stand in storage of the machine. */
	static const uint8_t start[24] = {0x01, 0x02, 0x03, 0x04, 0x00, 0xC2, 0x80, 0x00,
					  0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x40, 0x00};
	static const uint8_t halt[8] = {0, 0, 0, 1};
	struct fake *fake = fake_create_open();

	fake_ccw1(fake, 0x1000, ARCH_CCW_NOP, ARCH_CCW_SLI, 1, 0);
	assert_int_equal(chanio_device_write(fake->device, 0, start, sizeof(start)), 24);
	assert_int_equal(fake->starts, 1);
	contract_end(fake);
	assert_int_equal(chanio_device_write(fake->device, 1 << 10, halt, sizeof(halt)), 8);
	assert_int_equal(fake->halts, 1);
	fake_destroy(fake);
}

static void offsets_name_regions_without_aliases(void **state)
{
	static const uint64_t wrong[] = {4ull << 10,
					 5ull << 10,
					 1ull << 42,
					 1ull << 63,
					 UINT64_MAX & ~1023ull,
					 (1ull << 42) | 1024,
					 0x7FFFFFFFFFFFFF00ull};
	struct fake *fake = fake_create_open();
	uint8_t bytes[124] = {0};

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(chanio_device_read(fake->device, wrong[i], bytes, 1), -EINVAL);
		assert_int_equal(chanio_device_write(fake->device, wrong[i], bytes, 24), -EINVAL);
		assert_int_equal(chanio_device_read(fake->device, wrong[i], bytes, 0), -EINVAL);
	}
	/* Read only. */
	assert_int_equal(chanio_device_write(fake->device, 2 << 10, bytes, 52), -EINVAL);
	assert_int_equal(chanio_device_write(fake->device, 3 << 10, bytes, 8), -EINVAL);
	assert_int_equal(chanio_device_write(fake->device, 2 << 10, bytes, 0), -EINVAL);
	assert_int_equal(fake->starts, 0);
	fake_destroy(fake);
}

static void every_region_ends_where_its_info_says(void **state)
{
	static const uint32_t sizes[] = {124, 8, 52, 8}, flags[] = {3, 11, 9, 9};
	struct fake *fake = fake_create_open();
	uint8_t bytes[256];

	for (unsigned int i = 0; i < CHANIO_REGIONS; i++) {
		const struct chanio_region_info *info = chanio_region_info(i);
		uint64_t offset = (uint64_t)i << CHANIO_REGION_SHIFT;

		assert_int_equal(info->size, sizes[i]);
		assert_int_equal(info->flags, flags[i]);
		assert_int_equal(info->subtype, i);
		assert_int_equal(chanio_device_read(fake->device, offset, bytes, sizes[i]),
				 sizes[i]);
		assert_int_equal(chanio_device_read(fake->device, offset, bytes, sizes[i] + 1),
				 -EINVAL);
		assert_int_equal(chanio_device_read(fake->device, offset + 1, bytes, sizes[i]),
				 -EINVAL);
		assert_int_equal(chanio_device_read(fake->device, offset + sizes[i] - 1, bytes, 1),
				 1);
		assert_int_equal(chanio_device_read(fake->device, offset + sizes[i], bytes, 0), 0);
	}
	assert_null(chanio_region_info(CHANIO_REGIONS));
	fake_destroy(fake);
}

static void a_command_is_a_write_that_covers_it(void **state)
{
	static const struct {
		size_t position, size;
		long expected;
	} cases[] = {{0, 8, 8},	      {0, 4, 4},       {0, 3, -EINVAL}, {4, 4, -EINVAL},
		     {7, 1, -EINVAL}, {0, 9, -EINVAL}, {0, 0, 0},	{8, 0, 0}};
	struct chanio_command_region region = {.command = arch_put32(CHANIO_COMMAND_CLEAR)};
	struct fake *fake = fake_create_open();
	int clears = 0;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(chanio_device_write(fake->device, (1 << 10) + cases[i].position,
						     &region, cases[i].size),
				 cases[i].expected);
		clears += cases[i].expected > 0;
		assert_int_equal(fake->clears, clears);
	}
	fake_destroy(fake);
}

static void a_faulty_client_buffer_starts_nothing(void **state)
{
	struct fake *fake = fake_create_open();

	fake->client_faults = true;
	assert_int_equal(fake_start_nop(fake), -EFAULT);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), -EFAULT);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	assert_int_equal(fake->starts + fake->clears, 0);
	fake_destroy(fake);
}

static void the_schib_hides_what_is_the_hosts(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_schib schib;

	memset(&fake->schib.measurement_block_address, 0xAA, 8);
	fake->schib.pmcw.interruption_parameter = arch_put32(0xDEADBEEF);
	fake->schib.pmcw.device_number = arch_put16(0x120);
	fake->schib.scsw.ccw_address = arch_put32(FAKE_CHANNEL + 0x500);
	fake->schib.scsw.control = arch_put32(ARCH_SCSW_FORMAT_1);
	assert_int_equal(chanio_device_read(fake->device, 2 << 10, &schib, 52), 52);
	assert_int_equal(arch_get32(schib.pmcw.interruption_parameter), 0);
	assert_int_equal(arch_get32(schib.scsw.ccw_address), 0);
	assert_int_equal(arch_get32(schib.scsw.control), 0);
	assert_int_equal(arch_get64(schib.measurement_block_address), 0);
	assert_int_equal(arch_get16(schib.pmcw.device_number), 0x120);
	assert_int_equal(schib.pmcw.pam, 0xC0);

	fake_start_nop(fake);
	fake->schib.scsw.ccw_address = arch_put32(arch_get32(fake->orb.program_address) + 8);
	assert_int_equal(chanio_device_read(fake->device, 2 << 10, &schib, 52), 52);
	assert_int_equal(arch_get32(schib.pmcw.interruption_parameter), 0xC0FFEE00);
	assert_int_equal(arch_get32(schib.scsw.ccw_address), 0x1008);
	assert_int_equal(arch_get32(schib.scsw.control), ARCH_SCSW_FORMAT_1);
	contract_end(fake);

	fake->store_cc = 3;
	assert_int_equal(chanio_device_read(fake->device, 2 << 10, &schib, 52), -ENODEV);
	fake->store_cc = 0;
	fake_gone(fake);
	assert_int_equal(chanio_device_read(fake->device, 2 << 10, &schib, 52), -ENODEV);
	fake_destroy(fake);
}

static void live_programs_run_from_guest_memory(void **state)
{
	struct fake *fake = fake_create_live();
	uint32_t control = FAKE_ORB & ~ARCH_ORB_PREFETCH;
	struct arch_irb irb;
	int allocation;

	assert_int_equal(fake_start(fake, control, 0x1000), 124);
	assert_true(fake->live);
	assert_int_equal(arch_get32(fake->orb.program_address), 0x1000);
	assert_int_equal(arch_get32(fake->orb.control), control);
	fake_present(fake, FAKE_END, 0x2348);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x2348);
	allocation = fake->allocation;
	/* Format 0 goes down as it is, and so does an address that is none. */
	assert_int_equal(fake_start(fake, control & ~ARCH_ORB_FORMAT_1, 0x7001), 124);
	assert_int_equal(arch_get32(fake->orb.program_address), 0x7001);
	assert_int_equal(fake->allocation, allocation);
	fake_present(fake, FAKE_END, 0x7009);
	/* With prefetch it is translated after all. */
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	assert_false(fake->live);
	contract_end(fake);
	fake_destroy(fake);
}

const struct CMUnitTest requests_tests[] = {
	cmocka_unit_test(d2_a_start_refused_while_pending_changes_no_byte),
	cmocka_unit_test(d3_standby_answers_eacces),
	cmocka_unit_test(d3_not_oper_answers_eacces),
	cmocka_unit_test(d4_cc_0_is_pending_until_the_final_irb),
	cmocka_unit_test(d4_other_condition_codes_lead_back_to_idle),
	cmocka_unit_test(d4_cc_3_drops_the_paths_tried),
	cmocka_unit_test(d4_cc_3_without_a_subchannel_to_store_is_enodev),
	cmocka_unit_test(d4_the_orb_goes_on_with_its_bits_and_without_its_parameter),
	cmocka_unit_test(d5_processing_answers_eagain_and_stays),
	cmocka_unit_test(times_in_processing_are_counted_by_their_length),
	cmocka_unit_test(d6_a_start_while_pending_is_ebusy_without_translating),
	cmocka_unit_test(d6_halt_and_clear_are_issued_while_pending),
	cmocka_unit_test(d7_halt_and_clear_are_issued_when_idle),
	cmocka_unit_test(d10_what_a_client_writes_to_the_output_is_ignored),
	cmocka_unit_test(d11_a_start_is_one_write_of_orb_and_scsw),
	cmocka_unit_test(d12_functions_and_modes_that_are_not_start),
	cmocka_unit_test(d13_reserved_bits_of_the_orb_are_misuse),
	cmocka_unit_test(d17_one_program_at_a_time_over_and_over),
	cmocka_unit_test(d18_regions_are_big_endian),
	cmocka_unit_test(offsets_name_regions_without_aliases),
	cmocka_unit_test(every_region_ends_where_its_info_says),
	cmocka_unit_test(a_command_is_a_write_that_covers_it),
	cmocka_unit_test(a_faulty_client_buffer_starts_nothing),
	cmocka_unit_test(the_schib_hides_what_is_the_hosts),
	cmocka_unit_test(live_programs_run_from_guest_memory),
};
const size_t requests_test_count = sizeof(requests_tests) / sizeof(requests_tests[0]);
