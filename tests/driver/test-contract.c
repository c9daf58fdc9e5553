/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The contract D1 to D18, row by row. */
#include "tests/driver/fake.h"

#define END(fake) fake_present(fake, FAKE_END, arch_get32((fake)->orb.program_address) + 8)

static void d4_start_with_cc_0_is_pending_until_its_final_irb(void **state)
{
	struct fake *fake = fake_create_open();
	struct arch_irb irb;

	assert_int_equal(fake_start_nop(fake), sizeof(struct chanio_io_region));
	assert_int_equal(fake_state(fake), CHANIO_STATE_CP_PENDING);
	END(fake);
	assert_int_equal(fake_state(fake), CHANIO_STATE_IDLE);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.control), FAKE_END);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), 0x1008);
	fake_destroy(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d4_start_with_cc_0_is_pending_until_its_final_irb),
	};

	return cmocka_run_group_tests_name("driver contract", tests, NULL, NULL);
}
