/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the contract says of IRBs, channel reports and paths: D8, D9, D14. */
#include "tests/driver/contract.h"

#include <errno.h>

/* ---- D8: which IRB ends a program ---- */

static void d8_only_final_status_ends_a_program(void **state)
{
	static const struct {
		uint32_t control;
		bool halt, clear; /* issued before */
		bool final;
		const char *what;
	} cases[] = {
		{FAKE_END, false, false, true, "normal end"},
		{0x4017, false, false, true, "end with unit check"},
		{FAKE_PRIMARY, false, false, true, "primary status, device still active"},
		{0x4015, false, false, true, "primary status with alert"},
		{0x400F, false, false, true, "end with PCI still to be shown"},
		{FAKE_PCI, false, false, false, "PCI"},
		{0x404009 | ARCH_SCSW_AC_SUBCHANNEL, false, false, false, "initial status"},
		{FAKE_SUSPENDED, false, false, false, "suspended"},
		{0x4009, false, false, false, "intermediate, no activity shown"},
		{FAKE_UNSOLICITED, false, false, false, "unsolicited attention"},
		{0x4411, false, false, false, "attention while start is pending"},
		{FAKE_SECONDARY, false, false, false, "device end of an earlier program"},
		{0x0013, false, false, false, "the same with unit check"},
		{FAKE_DEFERRED_CC1, false, false, true, "deferred condition code 1"},
		{FAKE_DEFERRED_CC3, false, false, true, "deferred condition code 3"},
		{FAKE_DEFERRED_CC3 | ARCH_SCSW_AC_START_PENDING, false, false, true,
		 "the same, start still shown as pending"},
		{FAKE_HALTED, true, false, true, "halted"},
		{0x6001, true, false, true, "halted before the device was reached"},
		{FAKE_HALTED_IDLE, true, false, true, "halted, start bit not shown"},
		{0x6021, true, false, true, "halted while suspended"},
		{0x6011, true, false, true, "halted, device does not answer"},
		{0x6209 | ARCH_SCSW_AC_SUBCHANNEL, true, false, false, "PCI before the halt"},
		{FAKE_CLEARED, false, true, true, "cleared"},
		{FAKE_CLEARED, true, true, true, "halted, then cleared"},
		{FAKE_CLEARED, false, false, false, "answer to a clear from before"},
		{FAKE_HALTED_IDLE, false, false, false, "answer to a halt from before"},
		{FAKE_CLEARED, true, false, false, "answer to a clear from before, halt issued"},
		{0x4000, false, false, false, "no status at all"},
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake *fake = fake_create_open();

		fake_ccw1(fake, 0x1000, 2, ARCH_CCW_SLI, 100, 0x8000);
		assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
		if (cases[i].halt)
			fake_command(fake, CHANIO_COMMAND_HALT);
		if (cases[i].clear)
			fake_command(fake, CHANIO_COMMAND_CLEAR);
		fake_present(fake, cases[i].control, 0);
		if ((fake_state(fake) == CHANIO_STATE_IDLE) != cases[i].final)
			fail_msg("%s: state %s", cases[i].what,
				 chanio_state_name(fake_state(fake)));
		/* Pinned as long as the program, released by deferred work, not in the interrupt.
		 */
		assert_int_equal(fake->pinned, 1);
		assert_int_equal(fake->deferred, cases[i].final);
		fake_work(fake);
		assert_int_equal(fake->pinned, !cases[i].final);
		/* Delivered it is in any case. */
		assert_int_equal(contract_read(fake), cases[i].control);
		fake_destroy(fake);
	}
}

static void d8_a_stale_clear_does_not_end_the_next_program(void **state)
{
	struct fake *fake = fake_create_open();

	/* The subchannel took CLEAR and START, and presents the first's status only now. */
	fake_command(fake, CHANIO_COMMAND_CLEAR);
	fake_ccw1(fake, 0x1000, 2, 0, 100, 0x8000);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	fake_present(fake, FAKE_CLEARED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	assert_int_equal(fake->pinned, 1);
	contract_end(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	assert_int_equal(contract_read(fake), FAKE_CLEARED);
	assert_int_equal(contract_read(fake), FAKE_END);
	fake_destroy(fake);
}

/* The same signal once more, for the program: the first IRB still answers the first one. */
static void d8_a_late_answer_is_not_taken_for_that_to_the_next_signal(void **state)
{
	static const struct {
		uint32_t command, late, answer;
	} cases[] = {
		{CHANIO_COMMAND_CLEAR, FAKE_CLEARED, FAKE_CLEARED},
		{CHANIO_COMMAND_HALT, FAKE_HALTED_IDLE, FAKE_HALTED},
		{CHANIO_COMMAND_HALT, FAKE_HALTED_IDLE, FAKE_HALTED_IDLE},
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake *fake = fake_create_open();

		fake_command(fake, cases[i].command);
		fake_ccw1(fake, 0x1000, 2, 0, 100, 0x8000);
		assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
		assert_int_equal(fake_command(fake, cases[i].command), 8);
		fake_present(fake, cases[i].late, 0);
		assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
		assert_false(fake->deferred);
		fake_present(fake, cases[i].answer, 0);
		assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
		assert_int_equal(contract_read(fake), cases[i].late);
		assert_int_equal(contract_read(fake), cases[i].answer);
		fake_destroy(fake);
	}
}

static void d8_a_clear_that_was_answered_is_owed_nothing(void **state)
{
	struct fake *fake = fake_create_open();

	/* The clear takes the place of the halt: one IRB answers both. */
	fake_command(fake, CHANIO_COMMAND_HALT);
	fake_command(fake, CHANIO_COMMAND_CLEAR);
	fake_present(fake, FAKE_CLEARED, 0);
	assert_int_equal(fake_start_nop(fake), 124);
	fake_command(fake, CHANIO_COMMAND_HALT);
	fake_present(fake, FAKE_HALTED_IDLE, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);

	/* What a reset has cut off is owed nothing either. */
	fake_command(fake, CHANIO_COMMAND_CLEAR);
	assert_int_equal(chanio_device_reset(fake->device), 0);
	assert_int_equal(fake_start_nop(fake), 124);
	fake_command(fake, CHANIO_COMMAND_CLEAR);
	fake_present(fake, FAKE_CLEARED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

static void d8_a_start_is_accepted_between_primary_and_secondary(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb;
	uint32_t first;

	fake_start_nop(fake);
	first = arch_get32(fake->orb.program_address);
	fake_present(fake, FAKE_PRIMARY, first + 8);
	assert_int_equal(fake_start_nop(fake), 124);
	fake_present(fake, FAKE_SECONDARY, first + 8);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	assert_int_equal(contract_read(fake), FAKE_PRIMARY);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.control), FAKE_SECONDARY);
	/* Its CCW address is still the first program's. */
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1008);
	contract_end(fake);
	fake_destroy(fake);
}

static void d8_suspension_keeps_the_program(void **state)
{
	struct fake *fake = fake_create_open();

	fake_ccw1(fake, 0x1000, 2, ARCH_CCW_SUSPEND, 100, 0x8000);
	fake_start(fake, FAKE_ORB | ARCH_ORB_SUSPEND, 0x1000);
	fake_present(fake, FAKE_SUSPENDED, arch_get32(fake->orb.program_address) + 8);
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	assert_int_equal(fake->pinned, 1);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -EBUSY);
	fake_command(fake, CHANIO_COMMAND_CLEAR);
	fake_present(fake, FAKE_CLEARED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

/* ---- addresses ---- */

static void no_address_of_the_host_is_shown(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb = fake_irb(FAKE_PCI, FAKE_CHANNEL + 0x3FF8);

	fake_start_nop(fake);
	irb.esw.erw = arch_put32(ARCH_ERW_FAILING_ADDRESS | ARCH_ERW_FAILING_ADDRESS_64 |
				 ARCH_ERW_SECONDARY_CCW | ARCH_ERW_CONCURRENT_SENSE);
	irb.esw.failing_storage_address = arch_put64(0x123456789);
	irb.esw.secondary_ccw_address = arch_put32(FAKE_CHANNEL + 0x3FF8);
	fake_present_irb(fake, &irb);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0);
	assert_int_equal(arch_get32(irb.esw.erw), ARCH_ERW_CONCURRENT_SENSE);
	assert_int_equal(arch_get64(irb.esw.failing_storage_address), 0);
	assert_int_equal(arch_get32(irb.esw.secondary_ccw_address), 0);

	/* One that has a meaning for the guest is kept. */
	irb = fake_irb(FAKE_PCI, arch_get32(fake->orb.program_address) + 8);
	irb.esw.erw = arch_put32(ARCH_ERW_SECONDARY_CCW);
	irb.esw.secondary_ccw_address = irb.scsw.ccw_address;
	fake_present_irb(fake, &irb);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1008);
	assert_int_equal(arch_get32(irb.esw.erw), ARCH_ERW_SECONDARY_CCW);
	assert_int_equal(arch_get32(irb.esw.secondary_ccw_address), 0x1008);
	contract_end(fake);

	/* Nothing in flight: an address can only be stale. */
	fake_present(fake, FAKE_UNSOLICITED, 0x1234568);
	contract_read(fake);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.control), FAKE_UNSOLICITED);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0);
	fake_destroy(fake);
}

static void the_irb_shows_the_format_the_guest_asked_for(void **state)
{
	struct fake *fake = fake_create_open();

	fake_ccw0(fake, 0x1000, ARCH_CCW_NOP, 0, 1, 0);
	fake_start(fake, FAKE_ORB & ~ARCH_ORB_FORMAT_1, 0x1000);
	assert_true(arch_get32(fake->orb.control) & ARCH_ORB_FORMAT_1);
	fake_present(fake, FAKE_END | ARCH_SCSW_FORMAT_1 | ARCH_SCSW_PREFETCH, 0);
	assert_int_equal(contract_read(fake), FAKE_END | ARCH_SCSW_PREFETCH);
	fake_start_nop(fake);
	fake_present(fake, FAKE_END | ARCH_SCSW_FORMAT_1, 0);
	assert_int_equal(contract_read(fake), FAKE_END | ARCH_SCSW_FORMAT_1);
	fake_destroy(fake);
}

/* ---- D9: the queue ---- */

static void d9_irbs_are_read_in_order_and_the_last_again(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event event;

	fake_arm(fake, CHANIO_IRQ_IO, &event);
	assert_int_equal(contract_read(fake), 0);
	fake_start_nop(fake);
	fake_present(fake, FAKE_PCI, 0);
	fake_present(fake, FAKE_PRIMARY, 0);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_present(fake, FAKE_SECONDARY, 0);
	assert_int_equal(event.signalled, 4);
	assert_int_equal(contract_read(fake), FAKE_PCI);
	assert_int_equal(contract_read(fake), FAKE_PRIMARY);
	assert_int_equal(contract_read(fake), FAKE_UNSOLICITED);
	/* Signalled again as long as there is more: one wake-up a read is enough. */
	assert_int_equal(event.signalled, 7);
	assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	assert_int_equal(event.signalled, 7);
	assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	fake_destroy(fake);
}

static void d9_a_write_between_interrupt_and_read_loses_nothing(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	contract_end(fake);
	/* QEMU writes the whole region, zeros where the IRB is (T3). */
	assert_int_equal(fake_start_nop(fake), 124);
	assert_int_equal(contract_read(fake), FAKE_END);
	fake_present(fake, 0x4017, 0);
	assert_int_equal(contract_read(fake), 0x4017);
	fake_destroy(fake);
}

static void d9_the_irb_area_may_be_read_in_pieces(void **state)
{
	struct fake *fake = fake_create_open();
	uint8_t bytes[96];

	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_present(fake, FAKE_SECONDARY, 0);
	/* Without its first byte nothing is taken. */
	assert_int_equal(chanio_device_read(fake->device, 25, bytes, 95), 95);
	assert_int_equal(bytes[2], 0);
	assert_int_equal(chanio_device_read(fake->device, 0, bytes, 24), 24);
	/* With it, that one is shown from then on. */
	assert_int_equal(chanio_device_read(fake->device, 24, bytes, 2), 2);
	assert_int_equal(chanio_device_read(fake->device, 26, bytes, 2), 2);
	assert_int_equal(bytes[1], FAKE_UNSOLICITED);
	assert_int_equal(chanio_device_read(fake->device, 27, bytes, 1), 1);
	assert_int_equal(bytes[0], FAKE_UNSOLICITED);
	assert_int_equal(chanio_device_read(fake->device, 0, bytes, 28), 28);
	assert_int_equal(bytes[27], FAKE_SECONDARY);
	fake_destroy(fake);
}

static void d9_a_read_that_fails_takes_nothing(void **state)
{
	struct fake *fake = fake_create_open();
	struct chanio_io_region region;

	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_present(fake, FAKE_SECONDARY, 0);
	fake->client_faults = true;
	assert_int_equal(chanio_device_read(fake->device, 0, &region, 124), -EFAULT);
	fake->client_faults = false;
	assert_int_equal(contract_read(fake), FAKE_UNSOLICITED);
	assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	fake_destroy(fake);
}

static void d9_arming_late_signals_at_once(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event io, crw;

	fake_present(fake, FAKE_UNSOLICITED, 0);
	fake_crw(fake, 0x0402, 0x40);
	fake_arm(fake, CHANIO_IRQ_IO, &io);
	fake_arm(fake, CHANIO_IRQ_CRW, &crw);
	assert_int_equal(io.signalled, 1);
	assert_int_equal(crw.signalled, 1);
	fake_destroy(fake);
}

static void d9_unsolicited_status_is_dropped_oldest_first_and_counted(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	contract_end(fake);
	for (uint32_t i = 0; i < 100; i++) {
		struct arch_irb irb = fake_irb(FAKE_UNSOLICITED, 0);

		irb.ecw[0] = (uint8_t)i;
		fake_present_irb(fake, &irb);
	}
	assert_int_equal(contract_read(fake), FAKE_END);
	for (uint32_t i = 100 - CHANIO_IRBS_UNSOLICITED; i < 100; i++) {
		struct arch_irb irb;

		fake_read_irb(fake, &irb);
		assert_int_equal(irb.ecw[0], i);
	}
	assert_int_equal(fake_stats(fake).irbs_unsolicited, 100);
	assert_int_equal(fake_stats(fake).irbs_dropped_unsolicited, 100 - CHANIO_IRBS_UNSOLICITED);
	assert_int_equal(fake_stats(fake).irbs_lost, 0);
	fake_destroy(fake);
}

static void d9_no_function_is_begun_while_too_much_is_unread(void **state)
{
	struct fake *fake = fake_create_open();

	for (unsigned int i = 0; i < CHANIO_IRBS_UNREAD; i++)
		fake_present(fake, FAKE_SECONDARY, 0);
	assert_int_equal(fake_start_nop(fake), -EBUSY);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_HALT), -EBUSY);
	for (unsigned int i = CHANIO_IRBS_UNREAD; i < CHANIO_IRBS_UNREAD_CLEAR; i++) {
		assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), 8);
		fake_present(fake, FAKE_CLEARED, 0);
	}
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), -EBUSY);
	for (unsigned int i = 0; i < CHANIO_IRBS_UNREAD_CLEAR; i++)
		assert_int_equal(contract_read(fake),
				 i < CHANIO_IRBS_UNREAD ? FAKE_SECONDARY : FAKE_CLEARED);
	assert_int_equal(fake_start_nop(fake), 124);
	/* The same while it is pending. */
	for (unsigned int i = 0; i < CHANIO_IRBS_UNREAD; i++)
		fake_present(fake, FAKE_PCI, 0);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_HALT), -EBUSY);
	for (unsigned int i = CHANIO_IRBS_UNREAD; i < CHANIO_IRBS_UNREAD_CLEAR; i++)
		fake_present(fake, FAKE_PCI, 0);
	assert_int_equal(fake_command(fake, CHANIO_COMMAND_CLEAR), -EBUSY);
	contract_end(fake);
	assert_int_equal(fake_stats(fake).irbs_lost, 0);
	fake_destroy(fake);
}

static void d9_intermediate_status_unread_joins_the_next(void **state)
{
	struct fake *fake = fake_create_open();
	uint32_t control;
	struct arch_irb irb;
	unsigned int read = 0;

	fake_start_nop(fake);
	for (unsigned int i = 0; i < 1000; i++) {
		irb = fake_irb(FAKE_PCI, 0);
		irb.scsw.subchannel_status = ARCH_SS_PCI;
		fake_present_irb(fake, &irb);
	}
	contract_end(fake);
	do {
		fake_read_irb(fake, &irb);
		control = arch_get32(irb.scsw.control);
		read++;
	} while (control == FAKE_PCI);
	assert_int_equal(control, FAKE_END);
	assert_int_equal(read, CHANIO_IRBS);
	assert_int_equal(fake_stats(fake).irbs_merged, 1001 - CHANIO_IRBS);
	assert_int_equal(fake_stats(fake).irbs_lost, 0);

	/* Into the end itself, if that comes next; then the end shows the PCI. */
	fake_start_nop(fake);
	for (unsigned int i = 0; i < CHANIO_IRBS - 1; i++)
		fake_present(fake, FAKE_SECONDARY, 0);
	irb = fake_irb(FAKE_PCI | ARCH_SCSW_ZERO_CC, 0);
	irb.scsw.subchannel_status = ARCH_SS_PCI;
	fake_present_irb(fake, &irb);
	contract_end(fake);
	for (unsigned int i = 0; i < CHANIO_IRBS - 1; i++)
		assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.control), FAKE_END | ARCH_SCSW_ZERO_CC);
	assert_int_equal(irb.scsw.subchannel_status, ARCH_SS_PCI);
	fake_destroy(fake);
}

static void d9_a_full_queue_gives_up_unsolicited_status_first(void **state)
{
	struct fake *fake = fake_create_open();

	fake_present(fake, FAKE_SECONDARY, 0);
	fake_present(fake, FAKE_UNSOLICITED, 0);
	for (unsigned int i = 2; i < CHANIO_IRBS; i++)
		fake_present(fake, FAKE_SECONDARY, 0);
	fake_present(fake, 0x0013, 0);
	for (unsigned int i = 1; i < CHANIO_IRBS; i++)
		assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	assert_int_equal(contract_read(fake), 0x0013);
	assert_int_equal(fake_stats(fake).irbs_dropped_unsolicited, 1);
	assert_int_equal(fake_stats(fake).irbs_lost, 0);
	fake_destroy(fake);
}

static void d9_a_subchannel_gone_mad_harms_nobody(void **state)
{
	struct fake *fake = fake_create_open();

	for (unsigned int i = 0; i < 1000; i++)
		fake_present(fake, FAKE_SECONDARY, 0);
	assert_int_equal(fake_stats(fake).irbs_lost, 1000 - CHANIO_IRBS);
	for (unsigned int i = 0; i < CHANIO_IRBS; i++)
		assert_int_equal(contract_read(fake), FAKE_SECONDARY);
	fake_destroy(fake);
}

static void deferred_condition_codes_are_counted(void **state)
{
	struct fake *fake = fake_create_open();

	fake_start_nop(fake);
	fake_present(fake, FAKE_DEFERRED_CC1, 0);
	assert_int_equal(fake_stats(fake).deferred_cc, 1);
	assert_int_equal(fake_stats(fake).irbs_solicited, 1);
	fake_destroy(fake);
}

/* ---- channel reports ---- */

static uint32_t read_crw(struct fake *fake)
{
	struct chanio_crw_region region;

	assert_int_equal(chanio_device_read(fake->device, 3 << 10, &region, sizeof(region)), 8);
	assert_int_equal(arch_get32(region.padding), 0);
	return (uint32_t)arch_get16(region.crw.flags) << 16 | arch_get16(region.crw.source_id);
}

static void crws_are_read_in_order_until_zero(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event event;
	uint8_t bytes[8];

	fake_arm(fake, CHANIO_IRQ_CRW, &event);
	assert_int_equal(read_crw(fake), 0);
	fake_crw(fake, 0x0406, 0x40);
	fake_crw(fake, 0x0402, 0x41);
	assert_int_equal(event.signalled, 2);
	/* Short, displaced, empty and failing reads take nothing. */
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 3), 3);
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 0), 0);
	assert_int_equal(chanio_device_read(fake->device, (3 << 10) + 4, bytes, 4), 4);
	fake->client_faults = true;
	assert_int_equal(chanio_device_read(fake->device, 3 << 10, bytes, 8), -EFAULT);
	fake->client_faults = false;
	assert_int_equal(read_crw(fake), 0x04060040);
	assert_int_equal(event.signalled, 3);
	assert_int_equal(read_crw(fake), 0x04020041);
	assert_int_equal(event.signalled, 3);
	assert_int_equal(read_crw(fake), 0);
	fake_destroy(fake);
}

static void a_lost_crw_leaves_the_overflow_bit(void **state)
{
	struct fake *fake = fake_create_open();

	for (unsigned int i = 0; i < CHANIO_CRWS + 3; i++)
		fake_crw(fake, 0x0402, (uint16_t)i);
	for (unsigned int i = 0; i < CHANIO_CRWS; i++)
		assert_int_equal(read_crw(fake), 0x04020000 | i);
	assert_int_equal(read_crw(fake), 0);
	fake_crw(fake, 0x0402, 0x77);
	fake_crw(fake, 0x0402, 0x78);
	assert_int_equal(read_crw(fake), 0x24020077);
	assert_int_equal(read_crw(fake), 0x04020078);
	assert_int_equal(fake_stats(fake).crws_lost, 3);
	fake_destroy(fake);
}

/* ---- paths ---- */

static void path_events_of_the_machine_make_reports(void **state)
{
	struct fake *fake = fake_create_open();

	fake_path(fake, 0x40, false, false);
	assert_int_equal(read_crw(fake), 0x04060041);
	fake_path(fake, 0x40, true, false);
	assert_int_equal(read_crw(fake), 0x04020041);
	fake_path(fake, 0xC0, false, false);
	assert_int_equal(read_crw(fake), 0x04060040);
	assert_int_equal(read_crw(fake), 0x04060041);
	/* Not by the operator, nor for a path that is not ours. */
	fake_path(fake, 0x40, false, true);
	fake_path(fake, 0x40, true, true);
	fake_path(fake, 0x01, false, false);
	assert_int_equal(read_crw(fake), 0);
	/* Nor when the subchannel cannot be stored. */
	fake->store_cc = 3;
	fake_path(fake, 0x40, false, false);
	fake->store_cc = 0;
	assert_int_equal(read_crw(fake), 0);
	fake_destroy(fake);
}

static uint32_t lpm_of_a_start(struct fake *fake)
{
	uint32_t lpm;

	assert_int_equal(fake_start(fake, FAKE_ORB & ~ARCH_ORB_LPM, 0x1000), 124);
	lpm = (arch_get32(fake->orb.control) & ARCH_ORB_LPM) >> ARCH_ORB_LPM_SHIFT;
	contract_end(fake);
	contract_read(fake);
	return lpm;
}

static void path_events_change_the_paths_in_use(void **state)
{
	struct fake *fake = fake_create_open();

	assert_int_equal(lpm_of_a_start(fake), 0xC0);
	fake_path(fake, 0x40, false, true);
	assert_int_equal(lpm_of_a_start(fake), 0x80);
	/* The machine's path comes back, the operator's word stands. */
	fake_path(fake, 0x40, true, false);
	assert_int_equal(lpm_of_a_start(fake), 0x80);
	fake_path(fake, 0x40, true, true);
	assert_int_equal(lpm_of_a_start(fake), 0xC0);
	fake_path(fake, 0x80, false, false);
	assert_int_equal(lpm_of_a_start(fake), 0x40);
	fake_destroy(fake);
}

static void the_path_in_use_goes_and_the_program_is_ended(void **state)
{
	struct fake *fake = fake_create_open();

	/* Idle: nothing to end. */
	fake_path(fake, 0x80, false, false);
	assert_int_equal(fake->halts, 0);
	fake_path(fake, 0x80, true, false);
	fake_start_nop(fake);
	fake_path(fake, 0x40, false, false); /* not the one in use */
	assert_int_equal(fake->halts, 0);
	fake_path(fake, 0x80, false, true);
	assert_int_equal(fake->halts, 1);
	assert_int_equal(fake->clears, 0);
	fake_present(fake, FAKE_HALTED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	assert_int_equal(contract_read(fake), FAKE_HALTED);
	/* A halt that is refused because one is under way is followed by a clear. */
	fake_start_nop(fake);
	fake->halt_cc = 2;
	fake_path(fake, 0x80, false, false);
	assert_int_equal(fake->clears, 1);
	fake_present(fake, FAKE_CLEARED, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

static void the_host_asks_for_the_device_back(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event event;

	fake_arm(fake, CHANIO_IRQ_REQ, &event);
	fake_request(fake);
	fake_request(fake);
	assert_int_equal(event.signalled, 2);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_destroy(fake);
}

/* ---- D14 ---- */

static void d14_cc_3_of_halt_or_clear_loses_the_device(void **state)
{
	for (unsigned int i = 0; i < 4; i++) {
		struct fake *fake = fake_create_open();
		uint32_t command = i & 1 ? CHANIO_COMMAND_CLEAR : CHANIO_COMMAND_HALT;
		struct fake_event event;

		fake_arm(fake, CHANIO_IRQ_REQ, &event);
		if (i & 2) {
			fake_ccw1(fake, 0x1000, 2, 0, 100, 0x8000);
			fake_start(fake, FAKE_ORB, 0x1000);
		}
		fake->halt_cc = fake->clear_cc = 3;
		assert_int_equal(fake_command(fake, command), -ENODEV);
		assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
		assert_int_equal(event.signalled, 1);
		assert_int_equal(read_crw(fake), 0x03040000);
		/* Who knows what the channel still does: its pages stay. */
		assert_int_equal(fake->pinned, i >> 1);
		/* Sticky. */
		fake->halt_cc = fake->clear_cc = 0;
		assert_int_equal(fake_command(fake, command), -EACCES);
		assert_int_equal(fake_start_nop(fake), -EACCES);
		assert_int_equal(chanio_device_reset(fake->device), -EINVAL);
		assert_int_equal(chanio_device_open(fake->device), -EBUSY);
		fake_present(fake, FAKE_UNSOLICITED, 0);
		assert_int_equal(contract_read(fake), 0);
		chanio_device_close(fake->device);
		assert_int_equal(fake->pinned, 0);
		assert_int_equal(chanio_device_open(fake->device), 0);
		assert_int_equal(fake_start_nop(fake), 124);
		contract_end(fake);
		fake_destroy(fake);
	}
}

static void d14_gone_in_any_state(void **state)
{
	struct fake *fake = fake_create_open();
	struct fake_event event;

	fake_arm(fake, CHANIO_IRQ_REQ, &event);
	fake_ccw1(fake, 0x1000, 2, 0, 100, 0x8000);
	fake_start(fake, FAKE_ORB, 0x1000);
	fake_gone(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(event.signalled, 1);
	assert_int_equal(read_crw(fake), 0x03040000);
	assert_int_equal(fake->deferred, 1);
	fake_work(fake);
	assert_int_equal(fake->pinned, 0);
	fake_gone(fake);
	/* For good: nothing is asked of it any more. */
	fake->disables = 0;
	chanio_device_close(fake->device);
	assert_int_equal(fake->disables, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	assert_int_equal(chanio_device_open(fake->device), -ENODEV);
	assert_int_equal(fake->enables, 1);
	fake_destroy(fake);

	fake = fake_create_open();
	fake_gone(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	fake_destroy(fake);

	fake = fake_create();
	fake_gone(fake);
	assert_int_equal(chanio_device_open(fake->device), -ENODEV);
	fake_destroy(fake);
}

static void go_away(struct fake *fake, uint64_t guest)
{
	fake->on_read = NULL;
	fake_gone(fake);
}

static void d14_gone_while_translating(void **state)
{
	struct fake *fake = fake_create_open();

	fake_ccw1(fake, 0x1000, 2, 0, 100, 0x8000);
	fake->on_read = go_away;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), -EACCES);
	assert_int_equal(fake->starts, 0);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(fake_state(fake), CHANIO_STATE_NOT_OPER);
	fake_destroy(fake);
}

const struct CMUnitTest interrupts_tests[] = {
	cmocka_unit_test(d8_only_final_status_ends_a_program),
	cmocka_unit_test(d8_a_stale_clear_does_not_end_the_next_program),
	cmocka_unit_test(d8_a_late_answer_is_not_taken_for_that_to_the_next_signal),
	cmocka_unit_test(d8_a_clear_that_was_answered_is_owed_nothing),
	cmocka_unit_test(d8_a_start_is_accepted_between_primary_and_secondary),
	cmocka_unit_test(d8_suspension_keeps_the_program),
	cmocka_unit_test(no_address_of_the_host_is_shown),
	cmocka_unit_test(the_irb_shows_the_format_the_guest_asked_for),
	cmocka_unit_test(d9_irbs_are_read_in_order_and_the_last_again),
	cmocka_unit_test(d9_a_write_between_interrupt_and_read_loses_nothing),
	cmocka_unit_test(d9_the_irb_area_may_be_read_in_pieces),
	cmocka_unit_test(d9_a_read_that_fails_takes_nothing),
	cmocka_unit_test(d9_arming_late_signals_at_once),
	cmocka_unit_test(d9_unsolicited_status_is_dropped_oldest_first_and_counted),
	cmocka_unit_test(d9_no_function_is_begun_while_too_much_is_unread),
	cmocka_unit_test(d9_intermediate_status_unread_joins_the_next),
	cmocka_unit_test(d9_a_full_queue_gives_up_unsolicited_status_first),
	cmocka_unit_test(d9_a_subchannel_gone_mad_harms_nobody),
	cmocka_unit_test(deferred_condition_codes_are_counted),
	cmocka_unit_test(crws_are_read_in_order_until_zero),
	cmocka_unit_test(a_lost_crw_leaves_the_overflow_bit),
	cmocka_unit_test(path_events_of_the_machine_make_reports),
	cmocka_unit_test(path_events_change_the_paths_in_use),
	cmocka_unit_test(the_path_in_use_goes_and_the_program_is_ended),
	cmocka_unit_test(the_host_asks_for_the_device_back),
	cmocka_unit_test(d14_cc_3_of_halt_or_clear_loses_the_device),
	cmocka_unit_test(d14_gone_in_any_state),
	cmocka_unit_test(d14_gone_while_translating),
};
const size_t interrupts_test_count = sizeof(interrupts_tests) / sizeof(interrupts_tests[0]);
