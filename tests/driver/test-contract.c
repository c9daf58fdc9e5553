/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The contract D1 to D18, in one program: the last group says which rows of the table were missed.
 */
#include "tests/driver/contract.h"

#define RUN(name)                                                                                  \
	_cmocka_run_group_tests("driver " #name, name##_tests, name##_test_count, NULL, NULL)

int main(void)
{
	int failed = RUN(requests);

	failed += RUN(interrupts);
	failed += RUN(life);
	failed += RUN(corners);
	failed += RUN(table);
	return failed != 0;
}
