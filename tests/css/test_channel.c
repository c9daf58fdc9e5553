/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Executing CCWs: channel-io.md section 6, chaining of section 8, endings of section 10. */
#include "fixture.h"

static void one_command_ends_with_4007(void **state)
{
	struct fixture *f = *state;

	put_ccw(f, PROGRAM, READ, 0, 16, DATA);
	script_data(f, 16, CE_DE);
	run(f, PROGRAM);
	assert_ending(f, 0x4007, CE_DE, 0, PROGRAM + 8);
	assert_residual(f, 0);
	assert_memory_equal(f->memory + DATA, f->data, 16);
	assert_int_equal(f->begins, 1);
	assert_int_equal(f->ends, 1);
	assert_true(f->log[0].command.first);
	assert_false(f->log[0].command.chaining);
	assert_int_equal(f->log[0].command.path, 0x80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_command_ends_with_4007, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
