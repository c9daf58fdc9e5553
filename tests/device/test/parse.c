/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Scripts as text: everything that can be said, and what is said of mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "device/test/test.h"

static void every_word_is_understood(void **state)
{
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	size_t count = 0;
	struct chanio_error error;

	assert_int_equal(
		testdev_script_parse(
			" do status=0e late-delay=0us delay=3s repeat=7 sense=80fF length=100 "
			"later "
			"data-late random must-wait ,answer status=10 delay=20ms,no-path "
			"repeat=forever,hold data,do status=08 late-status=04 late-delay=5us,"
			"unsolicited status=80,path-lost paths=80,path-back paths=40,"
			"vary-off paths=c0,vary-on paths=01,report crw=04060080,request,remove",
			steps, &count, &error),
		0);
	assert_int_equal(count, 13);
	assert_int_equal(steps[0].operation, TESTDEV_DO);
	assert_int_equal(steps[0].status, 0x0E);
	assert_int_equal(arch_get32(steps[0].delay), 3000000);
	assert_int_equal(arch_get16(steps[0].repeat), 7);
	assert_int_equal(steps[0].sense[0], 0x80);
	assert_int_equal(steps[0].sense[1], 0xFF);
	assert_int_equal(arch_get32(steps[0].value), 100);
	assert_int_equal(steps[0].flags, TESTDEV_LATER | TESTDEV_DATA_LATE | TESTDEV_RANDOM |
						 TESTDEV_MUST_WAIT | TESTDEV_LENGTH);
	assert_int_equal(arch_get32(steps[1].delay), 20000);
	assert_int_equal(arch_get16(steps[2].repeat), TESTDEV_FOREVER);
	assert_int_equal(steps[3].flags, TESTDEV_DATA);
	assert_int_equal(steps[4].late_status, ARCH_DS_DEVICE_END);
	assert_int_equal(arch_get32(steps[4].late_delay), 5);
	assert_int_equal(steps[6].operation, TESTDEV_PATH_LOST);
	assert_int_equal(steps[8].paths, 0xC0);
	assert_int_equal(arch_get32(steps[10].value), 0x04060080);
	assert_int_equal(steps[12].operation, TESTDEV_REMOVE);

	/* A second text goes on where the first ended. */
	assert_int_equal(testdev_script_parse("hold", steps, &count, &error), 0);
	assert_int_equal(count, 14);
	assert_int_equal(steps[13].operation, TESTDEV_HOLD);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "expected it to begin with do"},
		{"do,", "expected it to begin with do"},
		{"dig", "a step at \"dig\""},
		{"do quickly", "\"quickly\" in a script; expected later"},
		{"do color=blue", "expected status, late-status"},
		{"do status=c", "two hexadecimal digits"},
		{"do status=0g", "two hexadecimal digits"},
		{"do status=", "two hexadecimal digits"},
		{"do delay=5", "expected a time"},
		{"do delay=5m", "expected a time"},
		{"do delay=3601s", "at most an hour"},
		{"do delay=99999999999999999999us", "at most an hour"},
		{"do repeat=0", "1 to 65534"},
		{"do repeat=65535", "1 to 65534"},
		{"do repeat=5x", "1 to 65534"},
		{"do length=4294967296", "a number of bytes"},
		{"report crw=12", "eight hexadecimal digits"},
		{"do sense=8", "up to 32 bytes"},
		{"do sense=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00",
		 "up to 32 bytes"},
		{"do, answer", "step 2 of the script is wrong: its status is missing"},
		{"hold random", "step 1 of the script is wrong: a word means nothing"},
		{"path-lost", "its paths are missing"},
		{"do late-delay=1s", "a delay means nothing"},
		{"request repeat=forever", "is missing with repeat=forever"},
		{"request crw=00000001", "a value means nothing"},
		{"do sense=0000000000000000000000000000000000000000000000000000000000000000000000"
		 "000000000000000000000000000000",
		 "a shorter word"},
	};
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	struct chanio_error error;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t count = 0;

		assert_int_equal(testdev_script_parse(rows[i].text, steps, &count, &error),
				 -EINVAL);
		if (!strstr(error.text, rows[i].says))
			fail_msg("\"%s\": \"%s\" lacks \"%s\"", rows[i].text, error.text,
				 rows[i].says);
	}
}

static void there_is_an_end_to_steps(void **state)
{
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	struct chanio_error error;
	size_t count = 0;

	for (unsigned int i = 0; i < TESTDEV_STEPS_MAX; i++)
		assert_int_equal(testdev_script_parse("do", steps, &count, &error), 0);
	assert_int_equal(testdev_script_parse("do", steps, &count, &error), -EINVAL);
	assert_non_null(strstr(error.text, "more than 256 steps"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_understood),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(there_is_an_end_to_steps),
	};

	return cmocka_run_group_tests_name("test device text", tests, NULL, NULL);
}
