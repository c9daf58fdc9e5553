/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Code page 37 against the system's own converter, and the text fields of labels. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <iconv.h>
#include <cmocka.h>

#include "arch/ebcdic.h"

/* glibc calls Latin-1 ISO-8859-1 and knows code page 37 by the name below. */
static void both_tables_are_code_page_37(void **state)
{
	iconv_t converter = iconv_open("ISO-8859-1", "IBM037");

	assert_true(converter != (iconv_t)-1);
	for (unsigned int code = 0; code < 256; code++) {
		char from = (char)code, to = 0;
		char *in = &from, *out = &to;
		size_t in_left = 1, out_left = 1;

		assert_int_equal(iconv(converter, &in, &in_left, &out, &out_left), 0);
		assert_int_equal(arch_ebcdic_to_latin1[code], (uint8_t)to);
		assert_int_equal(arch_latin1_to_ebcdic[(uint8_t)to], code);
	}
	iconv_close(converter);
}

static void volume_label_fields(void **state)
{
	uint8_t field[6];

	arch_ebcdic_encode(field, 4, "VOL1");
	assert_memory_equal(field, "\xE5\xD6\xD3\xF1", 4);
	arch_ebcdic_encode(field, 4, "IPL1");
	assert_memory_equal(field, "\xC9\xD7\xD3\xF1", 4);
	arch_ebcdic_encode(field, 6, "0X12"); /* padded */
	assert_memory_equal(field, "\xF0\xE7\xF1\xF2\x40\x40", 6);
	arch_ebcdic_encode(field, 6, "LINUX.DATA"); /* cut */
	assert_memory_equal(field, "\xD3\xC9\xD5\xE4\xE7\x4B", 6);
}

static void fields_decode_to_printable_text(void **state)
{
	static const uint8_t padded[6] = {0xF0, 0xE7, 0xF1, 0xF2, 0x40, 0x40};
	static const uint8_t zeros[3] = {0xC1, 0x00, 0x00};
	static const uint8_t strange[3] = {0x05, 0x40, 0xFF}; /* tab, blank, eight ones */
	static const uint8_t blank[4] = {0x40, 0x40, 0x40, 0x40};
	char text[7] = "######";

	arch_ebcdic_decode(text, padded, sizeof(padded));
	assert_string_equal(text, "0X12");
	arch_ebcdic_decode(text, zeros, sizeof(zeros));
	assert_string_equal(text, "A");
	arch_ebcdic_decode(text, strange, sizeof(strange));
	assert_string_equal(text, ". .");
	arch_ebcdic_decode(text, blank, sizeof(blank));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_tables_are_code_page_37),
		cmocka_unit_test(volume_label_fields),
		cmocka_unit_test(fields_decode_to_printable_text),
	};

	return cmocka_run_group_tests_name("arch ebcdic", tests, NULL, NULL);
}
