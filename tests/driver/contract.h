/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The contract's tests are one program, so that it can be said which rows of the table it has seen.
 */
#ifndef CHANIO_TESTS_DRIVER_CONTRACT_H
#define CHANIO_TESTS_DRIVER_CONTRACT_H

#include "tests/driver/fake.h"

extern const struct CMUnitTest requests_tests[], interrupts_tests[], life_tests[], corners_tests[],
	table_tests[];
extern const size_t requests_test_count, interrupts_test_count, life_test_count, corners_test_count,
	table_test_count;

/* Normal end of a one-CCW program. */
static inline void contract_end(struct fake *fake)
{
	fake_present(fake, FAKE_END, arch_get32(fake->orb.program_address) + 8);
}

/* Takes one IRB; its control word. */
static inline uint32_t contract_read(struct fake *fake)
{
	struct arch_irb irb;

	fake_read_irb(fake, &irb);
	return arch_get32(irb.scsw.control);
}

#endif
