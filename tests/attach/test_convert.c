/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Byte order between QEMU and the driver (D18): what QEMU keeps in host order is big-endian below,
 * and everything else is left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attach/qemu/convert.h"

#define AT(region) ((uint64_t)(region) << CHANIO_REGION_SHIFT)

/* As QEMU declares it: host order. */
struct qemu_io_region {
	struct {
		uint32_t parameter;
		uint16_t control0;
		uint8_t path_mask;
		uint8_t control1;
		uint32_t program;
	} orb;
	struct {
		uint16_t flags;
		uint16_t control;
		uint32_t program;
		uint8_t device_status, subchannel_status;
		uint16_t count;
	} scsw;
	uint8_t irb[96];
	uint32_t ret_code;
};
ARCH_ASSERT_SIZE(struct qemu_io_region, 124);

static struct qemu_io_region example(void)
{
	struct qemu_io_region region = {
		.orb = {0x02868800, 0x00C2, 0x80, 0x01, 0x02307028},
		.scsw = {0x0080, 0x4400, 0x12345678, 0x0C, 0x40, 0x1000},
		.ret_code = 0xFFFFFFF0,
	};

	for (unsigned int i = 0; i < sizeof(region.irb); i++)
		region.irb[i] = (uint8_t)i;
	return region;
}

static void a_start_request_becomes_big_endian(void **state)
{
	static const uint8_t expected[24] = {0x02, 0x86, 0x88, 0x00, 0x00, 0xC2, 0x80, 0x01,
					     0x02, 0x30, 0x70, 0x28, 0x00, 0x80, 0x44, 0x00,
					     0x12, 0x34, 0x56, 0x78, 0x0C, 0x40, 0x10, 0x00};
	struct qemu_io_region region = example();
	struct chanio_io_region *below = (struct chanio_io_region *)&region;

	convert_from_qemu(AT(CHANIO_REGION_IO), &region, sizeof(region));
	assert_memory_equal(&region, expected, sizeof(expected));
	assert_int_equal(arch_get32(below->ret_code), 0xFFFFFFF0);
	assert_true(arch_get32(below->scsw.control) & ARCH_SCSW_FC_START);
}

static void an_irb_passes_as_it_is(void **state)
{
	struct qemu_io_region region = example(), before = region;

	convert_to_qemu(AT(CHANIO_REGION_IO), &region, sizeof(region));
	assert_memory_equal(region.irb, before.irb, sizeof(before.irb));
}

static void there_and_back_changes_nothing(void **state)
{
	struct qemu_io_region region = example(), before = region;

	convert_from_qemu(AT(CHANIO_REGION_IO), &region, sizeof(region));
	convert_to_qemu(AT(CHANIO_REGION_IO), &region, sizeof(region));
	assert_memory_equal(&region, &before, sizeof(before));
}

static void a_command_becomes_big_endian(void **state)
{
	uint32_t region[2] = {CHANIO_COMMAND_CLEAR, 0xFFFFFFF0};
	struct chanio_command_region *below = (struct chanio_command_region *)region;

	convert_from_qemu(AT(CHANIO_REGION_COMMAND), region, sizeof(region));
	assert_int_equal(arch_get32(below->command), CHANIO_COMMAND_CLEAR);
	assert_int_equal(arch_get32(below->ret_code), 0xFFFFFFF0);
}

static void a_channel_report_becomes_host_order(void **state)
{
	struct chanio_crw_region region = {.crw = {arch_put16(0x0402), arch_put16(0x0080)},
					   .padding = arch_put32(0)};
	uint16_t above[4];

	convert_to_qemu(AT(CHANIO_REGION_CRW), &region, sizeof(region));
	memcpy(above, &region, sizeof(above));
	assert_int_equal(above[0], 0x0402);
	assert_int_equal(above[1], 0x0080);
	assert_int_equal(above[2] | above[3], 0);
}

static void of_the_schib_qemu_sees_path_not_operational(void **state)
{
	struct arch_schib schib, before;
	uint16_t flags;

	memset(&schib, 0xA5, sizeof(schib));
	schib.scsw.control = arch_put32(ARCH_SCSW_PATH_NOT_OPER);
	before = schib;
	convert_to_qemu(AT(CHANIO_REGION_SCHIB), &schib, sizeof(schib));
	memcpy(&flags, &schib.scsw, sizeof(flags));
	assert_int_equal(flags, ARCH_SCSW_PATH_NOT_OPER >> 16);
	assert_memory_equal(&schib.pmcw, &before.pmcw, sizeof(schib.pmcw));
}

static void a_part_of_a_region_is_left_alone(void **state)
{
	struct qemu_io_region region = example(), before = region;

	convert_from_qemu(AT(CHANIO_REGION_IO), &region, sizeof(region) - 1);
	convert_from_qemu(AT(CHANIO_REGION_IO) + 1, &region, sizeof(region));
	convert_to_qemu(AT(CHANIO_REGION_IO), &region, 12);
	convert_to_qemu(AT(4), &region, 8);
	assert_memory_equal(&region, &before, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_request_becomes_big_endian),
		cmocka_unit_test(an_irb_passes_as_it_is),
		cmocka_unit_test(there_and_back_changes_nothing),
		cmocka_unit_test(a_command_becomes_big_endian),
		cmocka_unit_test(a_channel_report_becomes_host_order),
		cmocka_unit_test(of_the_schib_qemu_sees_path_not_operational),
		cmocka_unit_test(a_part_of_a_region_is_left_alone),
	};

	return cmocka_run_group_tests_name("byte order", tests, NULL, NULL);
}
