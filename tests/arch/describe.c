/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The text of each control block, and what the writer does when there is no room for it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "arch/describe.h"
#include "arch/text.h"

#define ROOM 1024

/* Reads a block from hexadecimal text. */
static void from_hex(void *block, size_t size, const char *hex)
{
	uint8_t *byte = block;

	for (size_t i = 0; i < size; i++) {
		unsigned int value;

		while (*hex == ' ')
			hex++;
		assert_int_equal(sscanf(hex, "%2x", &value), 1);
		byte[i] = (uint8_t)value;
		hex += 2;
	}
	assert_int_equal(*hex, '\0');
}

/* Describes the block given in hexadecimal; checks the text and the length that is returned. */
#define CHECK(kind, hex, expected)                                                                 \
	do {                                                                                       \
		struct arch_##kind block;                                                          \
		char text[ROOM];                                                                   \
                                                                                                   \
		from_hex(&block, sizeof(block), hex);                                              \
		size_t length = arch_describe_##kind(&block, text, sizeof(text));                  \
		assert_string_equal(text, expected);                                               \
		assert_int_equal(length, strlen(expected));                                        \
	} while (0)

static void orb_text(void **state)
{
	CHECK(orb, "02868800 00c28000 02307028",
	      "ORB parm=02868800 flags=F+P+H lpm=80 cpa=02307028");
	CHECK(orb, "00000000 00000000 00000000", "ORB parm=00000000 flags=- lpm=00 cpa=00000000");
	CHECK(orb, "ffffffff ffffffff ffffffff",
	      "ORB parm=ffffffff flags=S+C+M+Y+F+P+I+A+U+B+H+T+L+D+X lpm=ff cpa=ffffffff key=f "
	      "reserved=3e");
}

static void ccw_text(void **state)
{
	CHECK(ccw1, "86 44 1000 02307028", "CCW1 86 read flags=CC+IDA count=4096 address=02307028");
	CHECK(ccw1, "03 00 0001 00000000", "CCW1 03 control flags=- count=1 address=00000000");
	CHECK(ccw1, "08 00 0000 00001000", "CCW1 08 tic flags=- count=0 address=00001000");
	CHECK(ccw1, "18 00 0000 00001000", "CCW1 18 invalid flags=- count=0 address=00001000");
	CHECK(ccw1, "00 00 0000 00001000", "CCW1 00 invalid flags=- count=0 address=00001000");
	CHECK(ccw1, "e4 ff ffff ffffffff",
	      "CCW1 e4 sense flags=CD+CC+SLI+SKIP+PCI+IDA+S+MIDA count=65535 address=ffffffff");
	CHECK(ccw0, "06 012345 60 00 0080", "CCW0 06 read flags=CC+SLI count=128 address=012345");
	CHECK(ccw0, "18 001000 00 00 0000", "CCW0 18 tic flags=- count=0 address=001000");
	CHECK(ccw0, "0c ffffff 80 00 0001",
	      "CCW0 0c read-backward flags=CD count=1 address=ffffff");
	CHECK(ccw0, "85 000000 00 00 0009", "CCW0 85 write flags=- count=9 address=000000");
	CHECK(midaw, "0000000000 a0 0abc 0000000180000f00",
	      "MIDAW flags=last+interruption count=2748 address=0000000180000f00");
}

static void scsw_text(void **state)
{
	CHECK(scsw, "00004007 00001008 0c 00 0000",
	      "SCSW fc=start ac=- sc=primary+secondary+pending cpa=00001008 ds=CE+DE cs=- count=0");
	CHECK(scsw, "00c04007 00001008 0c 40 0100",
	      "SCSW fc=start ac=- sc=primary+secondary+pending cpa=00001008 ds=CE+DE cs=IL "
	      "count=256 flags=F+P");
	CHECK(scsw, "00001001 00000000 00 00 0000",
	      "SCSW fc=clear ac=- sc=pending cpa=00000000 ds=- cs=- count=0");
	CHECK(scsw, "03014011 00000000 00 00 0000",
	      "SCSW fc=start ac=- sc=alert+pending cpa=00000000 ds=- cs=- count=0 cc=3 flags=N");
	CHECK(scsw, "ffffffff ffffffff ff ff ffff",
	      "SCSW fc=start+halt+clear ac=resume-pending+start-pending+halt-pending+"
	      "clear-pending+subchannel-active+device-active+suspended "
	      "sc=alert+intermediate+primary+secondary+pending cpa=ffffffff "
	      "ds=ATTN+SM+CUE+BUSY+CE+DE+UC+UE "
	      "cs=PCI+IL+program-check+protection-check+channel-data-check+channel-control-check+"
	      "interface-control-check+chaining-check count=65535 cc=3 key=f "
	      "flags=S+L+F+P+I+A+U+Z+E+N+Q");
}

static void esw_text(void **state)
{
	CHECK(esw, "00800000 00000000 00000000 00000000 00000000", "ESW lpum=80 erw=- sense=0");
	CHECK(esw, "00400000 02c00000 12345678 9abcdef0 00002000",
	      "ESW lpum=40 erw=failing-address+secondary-ccw+64-bit sense=0 "
	      "failing=123456789abcdef0 secondary=00002000");
	CHECK(esw, "00400000 02000000 12345678 00000000 00000000",
	      "ESW lpum=40 erw=failing-address sense=0 failing=12345678");
	CHECK(esw, "40800240 1d200000 00000000 00000000 00000000",
	      "ESW lpum=80 erw=authorization+path-verification+path-timeout+concurrent-sense "
	      "sense=32 logout=40800240");
}

#define UNIT_CHECK                                                                                 \
	"00c24017 00001010 0e 00 0008"                                                             \
	"00800000 01180000 00000000 00000000 00000000"                                             \
	"80000000 00000004 00000000 00000000 00000000 00000000 ffffffff ffffffff"

static void irb_text(void **state)
{
	CHECK(irb, UNIT_CHECK,
	      "SCSW fc=start ac=- sc=alert+primary+secondary+pending cpa=00001010 ds=CE+DE+UC cs=- "
	      "count=8 flags=F+P+E ESW lpum=80 erw=concurrent-sense sense=24 "
	      "ECW sense=800000000000000400000000000000000000000000000000");
}

/* Six bits of count can say 63; the ECW has 32 bytes and no more of them are read. */
static void sense_count_beyond_the_ecw_is_cut(void **state)
{
	struct arch_irb *irb = calloc(1, sizeof(*irb)); /* at the end of it the sanitizer watches */
	char text[ROOM];

	assert_non_null(irb);
	irb->esw.erw = arch_put32(ARCH_ERW_CONCURRENT_SENSE | ARCH_ERW_SENSE_COUNT);
	arch_describe_irb(irb, text, sizeof(text));
	assert_non_null(strstr(text, "sense=63 "));
	assert_int_equal(strlen(strstr(text, "ECW sense=")), strlen("ECW sense=") + 64);
	free(irb);
}

static void schib_text(void **state)
{
	CHECK(pmcw, "11223344 1885 0120 f0 10 80 f1 0000 ef f2 8081000000000000 00000001",
	      "PMCW devno=0120 flags=E+D+V isc=3 lpm=f0 pnom=10 lpum=80 pim=f1 pom=ef pam=f2 "
	      "chpids=8081000000000000 parm=11223344 type=io control=concurrent-sense");
	CHECK(pmcw, "00000000 c07a 0000 00 00 00 00 0009 00 00 0000000000000000 00600006",
	      "PMCW devno=0000 flags=QDIO+W+T isc=0 lpm=00 pnom=00 lpum=00 pim=00 pom=00 pam=00 "
	      "chpids=0000000000000000 parm=00000000 type=adm "
	      "control=measurement-block+extended-measurement limit=3 measure=3 mbi=0009");
	CHECK(schib,
	      "00000000 0001 0120 80 00 00 80 0000 ff 80 8000000000000000 00000000"
	      "00000000 00000000 00000000 0000000077889900 aabbccdd",
	      "PMCW devno=0120 flags=V isc=0 lpm=80 pnom=00 lpum=00 pim=80 pom=ff pam=80 "
	      "chpids=8000000000000000 parm=00000000 type=io control=- "
	      "SCSW fc=- ac=- sc=- cpa=00000000 ds=- cs=- count=0 mba=0000000077889900 "
	      "model=aabbccdd");
}

static void crw_text(void **state)
{
	CHECK(crw, "0402 0080", "CRW source=channel-path id=0080 erc=initialized flags=-");
	CHECK(crw, "3304 0001",
	      "CRW source=subchannel id=0001 erc=parameters-initialized flags=overflow+chaining");
	CHECK(crw, "4b80 0000", "CRW source=css id=0000 erc=event flags=solicited+ancillary");
	CHECK(crw, "0f3f ffff", "CRW source=15 id=ffff erc=63 flags=-");
}

/* Every buffer size: the text is the beginning of the whole, terminated, nothing behind is touched.
 */
static void text_is_cut_to_its_buffer(void **state)
{
	struct arch_irb irb;
	char whole[ROOM];

	from_hex(&irb, sizeof(irb), UNIT_CHECK);
	size_t length = arch_describe_irb(&irb, whole, sizeof(whole));

	assert_true(length + 1 < sizeof(whole));
	assert_int_equal(arch_describe_irb(&irb, NULL, 0), length);
	for (size_t size = 1; size <= length + 2; size++) {
		size_t fits = size <= length ? size - 1 : length;
		char *text = malloc(size);

		assert_non_null(text);
		memset(text, '#', size);
		assert_int_equal(arch_describe_irb(&irb, text, size), length);
		assert_memory_equal(text, whole, fits);
		assert_int_equal(text[fits], '\0');
		free(text);
	}
}

static void numbers_in_text(void **state)
{
	char buffer[80];
	struct arch_text text = arch_text_begin(buffer, sizeof(buffer));

	arch_text_decimal(&text, 0);
	arch_text_char(&text, ' ');
	arch_text_decimal(&text, 10);
	arch_text_char(&text, ' ');
	arch_text_decimal(&text, UINT32_MAX);
	arch_text_char(&text, ' ');
	arch_text_hex(&text, UINT64_MAX, 16);
	arch_text_char(&text, ' ');
	arch_text_hex(&text, 0xABC, 2);
	arch_text_end(&text);
	assert_string_equal(buffer, "0 10 4294967295 ffffffffffffffff bc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orb_text),
		cmocka_unit_test(ccw_text),
		cmocka_unit_test(scsw_text),
		cmocka_unit_test(esw_text),
		cmocka_unit_test(irb_text),
		cmocka_unit_test(sense_count_beyond_the_ecw_is_cut),
		cmocka_unit_test(schib_text),
		cmocka_unit_test(crw_text),
		cmocka_unit_test(text_is_cut_to_its_buffer),
		cmocka_unit_test(numbers_in_text),
	};

	return cmocka_run_group_tests_name("arch describe", tests, NULL, NULL);
}
