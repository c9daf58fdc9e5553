/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Every field of every control block against the bits and bytes that the architecture gives it
 * (channel-io.md sections 1 and 10).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "arch/ccw.h"
#include "arch/crw.h"
#include "arch/irb.h"
#include "arch/orb.h"
#include "arch/schib.h"

/* A field as the architecture's tables give it: bits of a 32-bit word, bit 0 the leftmost. */
struct field {
	const char *name;
	uint32_t mask;
	unsigned int first, last;
};
#define FIELD(mask, first, last)                                                                   \
	{                                                                                          \
#mask, mask, first, last                                                           \
	}
#define BIT(mask, bit) FIELD(mask, bit, bit)
#define COUNT(table)   (sizeof(table) / sizeof((table)[0]))

/* The fields are where the table says, do not overlap, and leave only `reserved` bits over. */
static void check_word(const struct field *fields, size_t count, uint32_t reserved)
{
	uint32_t seen = reserved;

	for (size_t i = 0; i < count; i++) {
		uint32_t expected = 0;

		for (unsigned int bit = fields[i].first; bit <= fields[i].last; bit++)
			expected |= 0x80000000u >> bit;
		if (fields[i].mask != expected || (seen & expected))
			fail_msg("%s is %08x, bits %u-%u are %08x", fields[i].name, fields[i].mask,
				 fields[i].first, fields[i].last, expected);
		seen |= expected;
	}
	assert_int_equal(seen, 0xFFFFFFFFu);
}

static void check_bytes(const void *block, const char *hex, size_t size)
{
	const uint8_t *byte = block;

	for (size_t i = 0; i < size; i++) {
		unsigned int expected;

		while (*hex == ' ')
			hex++;
		assert_int_equal(sscanf(hex, "%2x", &expected), 1);
		if (byte[i] != expected)
			fail_msg("byte %zu is %02x, expected %02x", i, byte[i], expected);
		hex += 2;
	}
	assert_int_equal(*hex, '\0');
}

static void fields_are_big_endian_and_need_no_alignment(void **state)
{
	uint8_t storage[15] = {0};
	arch_be16 half = arch_put16(0x1234);
	arch_be32 word = arch_put32(0x12345678);
	arch_be64 twice = arch_put64(0x123456789ABCDEF0);

	memcpy(storage + 1, &half, 2);
	memcpy(storage + 3, &word, 4);
	memcpy(storage + 7, &twice, 8);
	check_bytes(storage, "00 1234 12345678 123456789abcdef0", sizeof(storage));
	assert_int_equal(arch_get16(*(arch_be16 *)(storage + 1)), 0x1234);
	assert_int_equal(arch_get32(*(arch_be32 *)(storage + 3)), 0x12345678);
	assert_true(arch_get64(*(arch_be64 *)(storage + 7)) == 0x123456789ABCDEF0);
}

static void ends_of_the_range_survive(void **state)
{
	assert_int_equal(arch_get16(arch_put16(0xFFFF)), 0xFFFF);
	assert_int_equal(arch_get32(arch_put32(0xFFFFFFFF)), 0xFFFFFFFF);
	assert_int_equal(arch_get32(arch_put32(0x80000000)), 0x80000000);
	assert_true(arch_get64(arch_put64(UINT64_MAX)) == UINT64_MAX);
	assert_true(arch_get64(arch_put64(UINT64_C(1) << 63)) == UINT64_C(1) << 63);
	assert_true(arch_get64(arch_put64(0)) == 0);
}

static void orb_bytes(void **state)
{
	struct arch_orb orb = {
		.interruption_parameter = arch_put32(0x02868800),
		.control = arch_put32(ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH |
				      ARCH_ORB_FORMAT_2_IDAW | 0x80u << ARCH_ORB_LPM_SHIFT),
		.program_address = arch_put32(0x02307028),
	};

	check_bytes(&orb, "02868800 00c28000 02307028", sizeof(orb));
}

static void orb_control_bits(void **state)
{
	static const struct field fields[] = {
		FIELD(ARCH_ORB_KEY, 0, 3),	   BIT(ARCH_ORB_SUSPEND, 4),
		BIT(ARCH_ORB_STREAMING, 5),	   BIT(ARCH_ORB_MODIFICATION, 6),
		BIT(ARCH_ORB_SYNCHRONIZE, 7),	   BIT(ARCH_ORB_FORMAT_1, 8),
		BIT(ARCH_ORB_PREFETCH, 9),	   BIT(ARCH_ORB_INITIAL_STATUS, 10),
		BIT(ARCH_ORB_ADDRESS_LIMIT, 11),   BIT(ARCH_ORB_SUPPRESS_SUSPEND, 12),
		BIT(ARCH_ORB_TRANSPORT, 13),	   BIT(ARCH_ORB_FORMAT_2_IDAW, 14),
		BIT(ARCH_ORB_2K_IDAW, 15),	   FIELD(ARCH_ORB_LPM, 16, 23),
		BIT(ARCH_ORB_LENGTH_SUPPRESS, 24), BIT(ARCH_ORB_MIDAW, 25),
		FIELD(ARCH_ORB_RESERVED, 26, 30),  BIT(ARCH_ORB_EXTENSION, 31),
	};

	check_word(fields, COUNT(fields), 0);
	assert_int_equal(0x80u << ARCH_ORB_LPM_SHIFT, 0x8000);
	assert_int_equal(ARCH_ORB_ADDRESS_RESERVED, 0x80000000u);
}

static void ccw_bytes_in_both_formats(void **state)
{
	struct arch_ccw0 zero = {
		.command = 0x06,
		.address = {0x01, 0x23, 0x45},
		.flags = ARCH_CCW_CC | ARCH_CCW_SLI,
		.reserved = 0xEE,
		.count = arch_put16(0x1000),
	};
	struct arch_ccw1 one = {
		.command = 0x86,
		.flags = ARCH_CCW_CC | ARCH_CCW_IDA,
		.count = arch_put16(0xDFFE),
		.address = arch_put32(0x7FABCDE8),
	};

	check_bytes(&zero, "06 012345 60 ee 1000", sizeof(zero));
	check_bytes(&one, "86 44 dffe 7fabcde8", sizeof(one));
}

static void ccw_flag_bits(void **state)
{
	/* The flag byte, moved to the left end of a word. */
	static const struct field fields[] = {
		BIT((uint32_t)ARCH_CCW_CD << 24, 0),	  BIT((uint32_t)ARCH_CCW_CC << 24, 1),
		BIT((uint32_t)ARCH_CCW_SLI << 24, 2),	  BIT((uint32_t)ARCH_CCW_SKIP << 24, 3),
		BIT((uint32_t)ARCH_CCW_PCI << 24, 4),	  BIT((uint32_t)ARCH_CCW_IDA << 24, 5),
		BIT((uint32_t)ARCH_CCW_SUSPEND << 24, 6), BIT((uint32_t)ARCH_CCW_MIDA << 24, 7),
	};

	check_word(fields, COUNT(fields), 0x00FFFFFF);
}

/* Every command code is in one class or in none (xxxx0000, and TIC). */
static void command_classes(void **state)
{
	for (unsigned int code = 0; code < 256; code++) {
		unsigned int low = code & 15;
		uint8_t command = (uint8_t)code;

		assert_int_equal(arch_command_is_write(command), (low & 3) == 1);
		assert_int_equal(arch_command_is_read(command), (low & 3) == 2);
		assert_int_equal(arch_command_is_control(command), (low & 3) == 3);
		assert_int_equal(arch_command_is_sense(command), low == 4);
		assert_int_equal(arch_command_is_tic(command), low == 8);
		assert_int_equal(arch_command_is_read_backward(command), low == 12);
		assert_int_equal(arch_command_stores(command),
				 (low & 3) == 2 || low == 4 || low == 12);
	}
}

static void indirect_address_words(void **state)
{
	arch_idaw1 one = arch_put32(0x7FFFF800);
	arch_idaw2 two = arch_put64(0x0000000123456000);
	struct arch_midaw midaw = {
		.flags = ARCH_MIDAW_LAST | ARCH_MIDAW_DTI,
		.count = arch_put16(0x0ABC),
		.address = arch_put64(0x0000000180000F00),
	};

	check_bytes(&one, "7ffff800", sizeof(one));
	check_bytes(&two, "0000000123456000", sizeof(two));
	check_bytes(&midaw, "0000000000 a0 0abc 0000000180000f00", sizeof(midaw));
	assert_int_equal(ARCH_MIDAW_LAST, 0x80);
	assert_int_equal(ARCH_MIDAW_SKIP, 0x40);
	assert_int_equal(ARCH_MIDAW_DTI, 0x20);
}

static void scsw_bytes(void **state)
{
	struct arch_scsw scsw = {
		.control = arch_put32(ARCH_SCSW_FORMAT_1 | ARCH_SCSW_PREFETCH | ARCH_SCSW_FC_START |
				      ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY |
				      ARCH_SCSW_SC_PENDING),
		.ccw_address = arch_put32(0x00001008),
		.device_status = ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END,
		.subchannel_status = ARCH_SS_INCORRECT_LENGTH,
		.residual_count = arch_put16(0x0102),
	};

	check_bytes(&scsw, "00c04007 00001008 0c 40 0102", sizeof(scsw));
}

static void scsw_control_bits(void **state)
{
	static const struct field fields[] = {
		FIELD(ARCH_SCSW_KEY, 0, 3),
		BIT(ARCH_SCSW_SUSPEND_CONTROL, 4),
		BIT(ARCH_SCSW_ESW_VALID, 5),
		FIELD(ARCH_SCSW_DEFERRED_CC, 6, 7),
		BIT(ARCH_SCSW_FORMAT_1, 8),
		BIT(ARCH_SCSW_PREFETCH, 9),
		BIT(ARCH_SCSW_INITIAL_STATUS, 10),
		BIT(ARCH_SCSW_ADDRESS_LIMIT, 11),
		BIT(ARCH_SCSW_SUPPRESS_SUSPEND, 12),
		BIT(ARCH_SCSW_ZERO_CC, 13),
		BIT(ARCH_SCSW_EXTENDED_CONTROL, 14),
		BIT(ARCH_SCSW_PATH_NOT_OPER, 15),
		BIT(ARCH_SCSW_QDIO, 16),
		BIT(ARCH_SCSW_FC_START, 17),
		BIT(ARCH_SCSW_FC_HALT, 18),
		BIT(ARCH_SCSW_FC_CLEAR, 19),
		BIT(ARCH_SCSW_AC_RESUME_PENDING, 20),
		BIT(ARCH_SCSW_AC_START_PENDING, 21),
		BIT(ARCH_SCSW_AC_HALT_PENDING, 22),
		BIT(ARCH_SCSW_AC_CLEAR_PENDING, 23),
		BIT(ARCH_SCSW_AC_SUBCHANNEL, 24),
		BIT(ARCH_SCSW_AC_DEVICE, 25),
		BIT(ARCH_SCSW_AC_SUSPENDED, 26),
		BIT(ARCH_SCSW_SC_ALERT, 27),
		BIT(ARCH_SCSW_SC_INTERMEDIATE, 28),
		BIT(ARCH_SCSW_SC_PRIMARY, 29),
		BIT(ARCH_SCSW_SC_SECONDARY, 30),
		BIT(ARCH_SCSW_SC_PENDING, 31),
	};
	static const struct field groups[] = {
		FIELD(ARCH_SCSW_FC, 17, 19),
		FIELD(ARCH_SCSW_AC, 20, 26),
		FIELD(ARCH_SCSW_SC, 27, 31),
	};

	check_word(fields, COUNT(fields), 0);
	check_word(groups, COUNT(groups), 0xFFFF8000);
	assert_int_equal(3u << ARCH_SCSW_DEFERRED_CC_SHIFT, ARCH_SCSW_DEFERRED_CC);
}

static void scsw_status_bytes(void **state)
{
	/* Device and subchannel status as bits 0 to 15 of word 2. */
	static const struct field fields[] = {
		BIT((uint32_t)ARCH_DS_ATTENTION << 24, 0),
		BIT((uint32_t)ARCH_DS_STATUS_MODIFIER << 24, 1),
		BIT((uint32_t)ARCH_DS_CONTROL_UNIT_END << 24, 2),
		BIT((uint32_t)ARCH_DS_BUSY << 24, 3),
		BIT((uint32_t)ARCH_DS_CHANNEL_END << 24, 4),
		BIT((uint32_t)ARCH_DS_DEVICE_END << 24, 5),
		BIT((uint32_t)ARCH_DS_UNIT_CHECK << 24, 6),
		BIT((uint32_t)ARCH_DS_UNIT_EXCEPTION << 24, 7),
		BIT((uint32_t)ARCH_SS_PCI << 16, 8),
		BIT((uint32_t)ARCH_SS_INCORRECT_LENGTH << 16, 9),
		BIT((uint32_t)ARCH_SS_PROGRAM_CHECK << 16, 10),
		BIT((uint32_t)ARCH_SS_PROTECTION_CHECK << 16, 11),
		BIT((uint32_t)ARCH_SS_CHANNEL_DATA_CHECK << 16, 12),
		BIT((uint32_t)ARCH_SS_CHANNEL_CONTROL_CHECK << 16, 13),
		BIT((uint32_t)ARCH_SS_INTERFACE_CONTROL_CHECK << 16, 14),
		BIT((uint32_t)ARCH_SS_CHAINING_CHECK << 16, 15),
	};

	check_word(fields, COUNT(fields), 0x0000FFFF);
}

/* The low halfwords of section 10, and which of them answer something the program asked for. */
static void typical_status_words(void **state)
{
	static const struct {
		uint32_t word, cc;
		bool solicited;
	} cases[] = {
		{0x4007, 0, true},  {0x4017, 0, true},	{0x4045, 0, true}, {0x0003, 0, true},
		{0x40C9, 0, true},  {0x4029, 0, true},	{0x1001, 0, true}, {0x6007, 0, true},
		{0x2001, 0, true},  {0x0011, 0, false}, {0x4011, 1, true}, {0x4011, 3, true},
		{0x4011, 0, false},
	};

	assert_int_equal(ARCH_SCSW_FC_START | ARCH_SCSW_AC_SUBCHANNEL | ARCH_SCSW_AC_DEVICE |
				 ARCH_SCSW_SC_INTERMEDIATE | ARCH_SCSW_SC_PENDING,
			 0x40C9);
	assert_int_equal(ARCH_SCSW_FC_START | ARCH_SCSW_AC_SUSPENDED | ARCH_SCSW_SC_INTERMEDIATE |
				 ARCH_SCSW_SC_PENDING,
			 0x4029);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arch_scsw scsw = {.control = arch_put32(cases[i].word | cases[i].cc << 24)};

		if (arch_scsw_is_solicited(&scsw) != cases[i].solicited)
			fail_msg("%04x with cc %u", cases[i].word, cases[i].cc);
	}
}

static void irb_bytes(void **state)
{
	struct arch_irb irb = {
		.scsw = {.control = arch_put32(0x04C24017), .ccw_address = arch_put32(0x2000)},
		.esw = {.logout = arch_put32(0x80u << ARCH_ESW_LPUM_SHIFT),
			.erw = arch_put32(ARCH_ERW_CONCURRENT_SENSE |
					  32u << ARCH_ERW_SENSE_COUNT_SHIFT),
			.failing_storage_address = arch_put64(0x0102030405060708),
			.secondary_ccw_address = arch_put32(0x0A0B0C0D)},
	};

	for (unsigned int i = 0; i < ARCH_SENSE_BYTES; i++)
		irb.ecw[i] = (uint8_t)(0xC0 + i);
	check_bytes(&irb,
		    "04c24017 00002000 00000000"
		    "00800000 01200000 01020304 05060708 0a0b0c0d"
		    "c0c1c2c3 c4c5c6c7 c8c9cacb cccdcecf d0d1d2d3 d4d5d6d7 d8d9dadb dcdddedf",
		    sizeof(irb));
}

static void esw_bits(void **state)
{
	static const struct field logout[] = {
		FIELD(ARCH_ESW_FLAGS, 1, 7),
		FIELD(ARCH_ESW_LPUM, 8, 15),
		BIT(ARCH_ESW_ANCILLARY, 16),
		FIELD(ARCH_ESW_FIELD_VALIDITY, 17, 21),
		FIELD(ARCH_ESW_STORAGE_ACCESS, 22, 23),
		FIELD(ARCH_ESW_TERMINATION, 24, 25),
		BIT(ARCH_ESW_DEVICE_STATUS_CHECK, 26),
		BIT(ARCH_ESW_SECONDARY_ERROR, 27),
		BIT(ARCH_ESW_IO_ERROR_ALERT, 28),
		FIELD(ARCH_ESW_SEQUENCE, 29, 31),
	};
	static const struct field erw[] = {
		BIT(ARCH_ERW_AUTHORIZATION, 3),	     BIT(ARCH_ERW_PATH_VERIFICATION, 4),
		BIT(ARCH_ERW_PATH_TIMEOUT, 5),	     BIT(ARCH_ERW_FAILING_ADDRESS, 6),
		BIT(ARCH_ERW_CONCURRENT_SENSE, 7),   BIT(ARCH_ERW_SECONDARY_CCW, 8),
		BIT(ARCH_ERW_FAILING_ADDRESS_64, 9), FIELD(ARCH_ERW_SENSE_COUNT, 10, 15),
	};

	check_word(logout, COUNT(logout), 0x80000000);
	check_word(erw, COUNT(erw), 0xE000FFFF);
}

static void schib_bytes(void **state)
{
	struct arch_schib schib = {
		.pmcw = {.interruption_parameter = arch_put32(0x11223344),
			 .flags = arch_put16(3u << ARCH_PMCW_ISC_SHIFT | ARCH_PMCW_ENABLED |
					     ARCH_PMCW_MULTIPATH | ARCH_PMCW_VALID),
			 .device_number = arch_put16(0x0120),
			 .lpm = 0xF0,
			 .pnom = 0x10,
			 .lpum = 0x80,
			 .pim = 0xF1,
			 .measurement_block_index = arch_put16(0x5566),
			 .pom = 0xEF,
			 .pam = 0xF2,
			 .chpid = {1, 2, 3, 4, 5, 6, 7, 8},
			 .control = arch_put32(ARCH_PMCW_MB_FORMAT | ARCH_PMCW_CONCURRENT_SENSE)},
		.scsw = {.control = arch_put32(0x00001001)},
		.measurement_block_address = arch_put64(0x0000000077889900),
		.model_dependent = arch_put32(0xAABBCCDD),
	};

	check_bytes(&schib,
		    "11223344 1885 0120 f0 10 80 f1 5566 ef f2 0102030405060708 00000005"
		    "00001001 00000000 00000000 0000000077889900 aabbccdd",
		    sizeof(schib));
}

static void pmcw_bits(void **state)
{
	/* The flags halfword, moved to the left end of a word; bits 5 to 7 are reserved. */
	static const struct field flags[] = {
		BIT(ARCH_PMCW_QDIO << 16, 0),	     BIT(ARCH_PMCW_W << 16, 1),
		FIELD(ARCH_PMCW_ISC << 16, 2, 4),    BIT(ARCH_PMCW_ENABLED << 16, 8),
		FIELD(ARCH_PMCW_LIMIT << 16, 9, 10), FIELD(ARCH_PMCW_MEASUREMENT << 16, 11, 12),
		BIT(ARCH_PMCW_MULTIPATH << 16, 13),  BIT(ARCH_PMCW_TIMING << 16, 14),
		BIT(ARCH_PMCW_VALID << 16, 15),
	};
	static const struct field control[] = {
		FIELD(ARCH_PMCW_TYPE, 8, 10),
		BIT(ARCH_PMCW_MB_FORMAT, 29),
		BIT(ARCH_PMCW_EXTENDED_MEASURE, 30),
		BIT(ARCH_PMCW_CONCURRENT_SENSE, 31),
	};

	check_word(flags, COUNT(flags), 0x0700FFFF);
	check_word(control, COUNT(control), 0xFF1FFFF8);
	assert_int_equal(ARCH_PMCW_CONTROL_ZERO, 0xFF1FFFF8u);
	assert_int_equal(ARCH_PMCW_FLAGS_ZERO & ~0x0700u, ARCH_PMCW_QDIO | ARCH_PMCW_W);
}

static void crw_bytes_and_bits(void **state)
{
	/* The first halfword, moved to the left end of a word; bits 0 and 9 are reserved. */
	static const struct field fields[] = {
		BIT(ARCH_CRW_SOLICITED << 16, 1), BIT(ARCH_CRW_OVERFLOW << 16, 2),
		BIT(ARCH_CRW_CHAINING << 16, 3),  FIELD(ARCH_CRW_RSC << 16, 4, 7),
		BIT(ARCH_CRW_ANCILLARY << 16, 8), FIELD(ARCH_CRW_ERC << 16, 10, 15),
	};
	struct arch_crw crw = {
		.flags = arch_put16(ARCH_CRW_RSC_CHANNEL_PATH << ARCH_CRW_RSC_SHIFT |
				    ARCH_CRW_ERC_INITIALIZED),
		.source_id = arch_put16(0x0080),
	};

	check_word(fields, COUNT(fields), 0x8040FFFF);
	check_bytes(&crw, "0402 0080", sizeof(crw));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_big_endian_and_need_no_alignment),
		cmocka_unit_test(ends_of_the_range_survive),
		cmocka_unit_test(orb_bytes),
		cmocka_unit_test(orb_control_bits),
		cmocka_unit_test(ccw_bytes_in_both_formats),
		cmocka_unit_test(ccw_flag_bits),
		cmocka_unit_test(command_classes),
		cmocka_unit_test(indirect_address_words),
		cmocka_unit_test(scsw_bytes),
		cmocka_unit_test(scsw_control_bits),
		cmocka_unit_test(scsw_status_bytes),
		cmocka_unit_test(typical_status_words),
		cmocka_unit_test(irb_bytes),
		cmocka_unit_test(esw_bits),
		cmocka_unit_test(schib_bytes),
		cmocka_unit_test(pmcw_bits),
		cmocka_unit_test(crw_bytes_and_bits),
	};

	return cmocka_run_group_tests_name("arch layouts", tests, NULL, NULL);
}
