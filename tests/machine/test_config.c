/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Configuration files: what is understood, and for everything else a complaint that names file,
 * line and what was expected (a table).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "device/eckd/eckd.h"
#include "machine/machine.h"

#define DISK "[subchannel 0.0.0120]\nimage = /d\n"

static char folder[] = "/tmp/chanio-config-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/m.conf", folder);
	return 0;
}

static int remove_folder(void **state)
{
	unlink(path);
	return rmdir(folder);
}

static int read_text(const char *text, struct machine_config *config, struct chanio_error *error)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
	return machine_config_read(path, config, error);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *text;
		int line; /* 0: the file as a whole */
		const char *says;
	} rows[] = {
		{"", 0, "names no device"},
		{"; nothing\n", 0, "names no device"},
		{"image = /d\n", 1, "before the first section; expected [subchannel 0.0.0120]"},
		{"\n[disk 0120]\nimage = /d\n", 2, "section [disk 0120]; expected [subchannel"},
		{"[subchannel 0.0.012]\nimage = /d\n", 1, "\"0.0.012\" is no device number"},
		{"[subchannel 0.0.01200]\nimage = /d\n", 1, "four hexadecimal digits"},
		{"[subchannel 0.4.0120]\nimage = /d\n", 1, "is no device number"},
		{"[subchannel 1.0.0120]\nimage = /d\n", 1, "is no device number"},
		{"[subchannel 0.0.01g0]\nimage = /d\n", 1, "is no device number"},
		{"[subchannel 0.0.0120]\ncache = writeback\n", 1, "has no image"},
		{"[subchannel 0.0.0120]\n\n", 1, "the section is empty"},
		{"[subchannel 0.0.0120]\n" DISK, 1, "the section is empty"},
		{DISK "[subchannel 0.0.0121]\n", 3, "the section is empty"},
		{DISK DISK, 3, "0.0.0120 is given twice, first in line 1"},
		{DISK "[subchannel 0120]\nimage = /e\n", 3, "given twice"},
		{DISK "[subchannel 0.0.0120]\nimage = /e\n", 3, "each device needs its own"},
		{DISK "cache = none\n", 3, "cache is \"none\"; expected writeback or writethrough"},
		{DISK "read-only = maybe\n", 3, "expected yes or no"},
		{DISK "track-data = 1\n", 3, "expected yes or no"},
		{DISK "plugged = never\n", 3, "plugged is \"never\""},
		{DISK "control-unit = 3880\n", 3, "expected 3990 or 2107"},
		{DISK "model = 3380-K\n", 3, "\"3380-K\" is no disk model; expected one of 3390-1"},
		{DISK "\n\nmodle = 3390-3\n", 5, "there is no \"modle\"; expected image, model"},
		{DISK "model =\n", 3, "model has no value"},
		{"[subchannel 0.0.0120]\nimage =\n", 2, "image has no value"},
		{DISK "model 3390-3\n", 3, "expected a [section], \"key = value\" or a comment"},
		{"[subchannel 0.0.0120\nimage = /d\n", 1, "expected [subchannel 0.0.0120]"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct machine_config config;
		struct chanio_error error;
		char place[80];

		assert_true(read_text(rows[i].text, &config, &error) < 0);
		if (rows[i].line)
			snprintf(place, sizeof(place), "%s:%d: ", path, rows[i].line);
		else
			snprintf(place, sizeof(place), "%s: ", path);
		if (strncmp(error.text, place, strlen(place)) || !strstr(error.text, rows[i].says))
			fail_msg("row %zu: \"%s\", expected \"%s... %s\"", i, error.text, place,
				 rows[i].says);
		assert_null(config.subchannels);
		assert_int_equal(config.count, 0);
	}
}

static void a_missing_file_is_named(void **state)
{
	struct machine_config config;
	struct chanio_error error;

	assert_int_equal(machine_config_read("/nowhere/m.conf", &config, &error), -ENOENT);
	assert_string_equal(error.text, "/nowhere/m.conf: No such file or directory");
	assert_int_equal(machine_config_read(folder, &config, &error), -EIO);
	assert_non_null(strstr(error.text, "cannot be read"));
}

static void every_key_is_understood(void **state)
{
	struct machine_config config;
	struct chanio_error error;
	char image[80];

	assert_int_equal(read_text("# two disks\n"
				   "[subchannel 0.1.AbCd]\n"
				   "image = disks/a;b c.ckd\n"
				   "model = 3390-9\n"
				   "cache = writethrough\n"
				   "read-only = yes\n"
				   "control-unit = 2107\n"
				   "track-data = on\n"
				   "plugged = no\n"
				   "[subchannel 0120]\n"
				   "image = /d\n",
				   &config, &error),
			 0);
	assert_int_equal(config.count, 2);
	assert_string_equal(config.subchannels[0].name, "0.1.abcd");
	assert_int_equal(config.subchannels[0].subchannel_set, 1);
	assert_int_equal(config.subchannels[0].device_number, 0xABCD);
	snprintf(image, sizeof(image), "%s/disks/a;b c.ckd", folder);
	assert_string_equal(config.subchannels[0].image, image);
	assert_string_equal(config.subchannels[0].model, "3390-9");
	assert_int_equal(config.subchannels[0].cache, VOLUME_WRITETHROUGH);
	assert_int_equal(config.subchannels[0].control_unit, ECKD_2107);
	assert_true(config.subchannels[0].read_only && config.subchannels[0].track_data);
	assert_false(config.subchannels[0].plugged);
	assert_int_equal(config.subchannels[0].line, 2);
	machine_config_finish(&config);
}

static void what_is_left_out_has_a_default(void **state)
{
	struct machine_config config;
	struct chanio_error error;

	assert_int_equal(read_text(DISK, &config, &error), 0);
	assert_string_equal(config.subchannels[0].name, "0.0.0120");
	assert_int_equal(config.subchannels[0].cache, VOLUME_WRITEBACK);
	assert_int_equal(config.subchannels[0].control_unit, ECKD_3990_6);
	assert_null(config.subchannels[0].model);
	assert_false(config.subchannels[0].read_only || config.subchannels[0].track_data);
	assert_true(config.subchannels[0].plugged);
	machine_config_finish(&config);
}

static void what_is_written_is_read_back(void **state)
{
	struct machine_subchannel_config sub;
	struct machine_config config = {0}, again;
	struct chanio_error error;

	machine_subchannel_config_init(&sub);
	assert_int_equal(machine_subchannel_config_name(&sub, "0.2.beef", &error), 0);
	assert_int_equal(machine_subchannel_config_set(&sub, "image", "/a/b = [c];#d", &error), 0);
	assert_int_equal(machine_subchannel_config_set(&sub, "model", "3390-2", &error), 0);
	assert_int_equal(machine_subchannel_config_set(&sub, "plugged", "off", &error), 0);
	assert_int_equal(machine_subchannel_config_set(&sub, "hold", "relative", &error), -EINVAL);
	assert_int_equal(machine_subchannel_config_set(&sub, "hold", "/h/old", &error), 0);
	assert_int_equal(machine_config_add(&config, &sub, &error), 0);
	assert_int_equal(machine_config_write(path, &config, &error), 0);
	assert_int_equal(machine_config_read(path, &again, &error), 0);
	assert_int_equal(again.count, 1);
	assert_string_equal(again.subchannels[0].name, "0.2.beef");
	assert_string_equal(again.subchannels[0].image, sub.image);
	assert_string_equal(again.subchannels[0].model, sub.model);
	assert_false(again.subchannels[0].plugged);
	assert_string_equal(again.subchannels[0].hold, "/h/old");
	machine_subchannel_config_finish(&sub);
	machine_config_finish(&config);
	machine_config_finish(&again);
}

static void a_scriptable_device_has_a_script_and_no_image(void **state)
{
	static const struct {
		const char *lines, *says;
	} wrong[] = {
		{"device = tape\n", "expected dasd or test"},
		{"device = test\nimage = /d\n", "has image, but device = test"},
		{"cache = writeback\ndevice = test\n", "has cache, but device = test"},
		{"image = /d\nscript = do\n", "has a script, which only a device = test can have"},
		{"image = /d\npaths = 2\n", "has paths, which only a device = test can have"},
		{"device = test\npaths = 9\n", "paths is \"9\"; expected 1 to 8"},
		{"device = test\ncu-type = 123\n", "cu-type is \"123\"; expected four"},
		{"image = /d\ncu-type = 3990\n", "has a cu-type, which only"},
		{"device = test\nscript = dig\n", "expected it to begin with do, answer"},
		{"device = test\nscript = do\nscript = answer\n", "step 2 of the script is wrong"},
	};
	struct machine_config config, again;
	struct chanio_error error;
	char text[128];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "[subchannel 0120]\n%s", wrong[i].lines);
		assert_int_equal(read_text(text, &config, &error), -EINVAL);
		if (!strstr(error.text, wrong[i].says))
			fail_msg("\"%s\" lacks \"%s\"", error.text, wrong[i].says);
	}
	assert_int_equal(
		read_text("[subchannel 0120]\ndevice = test\n"
			  "script = do repeat=3 status=0e sense=80aa, hold\n"
			  "script = unsolicited delay=1s status=80\npaths = 2\ncu-type = fffE\n",
			  &config, &error),
		0);
	assert_int_equal(config.subchannels[0].device, MACHINE_TEST);
	assert_int_equal(config.subchannels[0].paths, 2);
	assert_string_equal(config.subchannels[0].script, "do repeat=3 status=0e sense=80aa, hold, "
							  "unsolicited delay=1s status=80");
	assert_int_equal(machine_config_write(path, &config, &error), 0);
	assert_int_equal(machine_config_read(path, &again, &error), 0);
	assert_int_equal(again.subchannels[0].device, MACHINE_TEST);
	assert_int_equal(again.subchannels[0].paths, 2);
	assert_int_equal(again.subchannels[0].cu_type, 0xFFFE);
	assert_string_equal(again.subchannels[0].script, config.subchannels[0].script);
	machine_config_finish(&config);
	machine_config_finish(&again);
}

static void an_image_that_no_line_can_name_is_refused(void **state)
{
	static const char *const images[] = {"/a\nb", "/a ", "/a\t", "/a\r"};
	struct chanio_error error;

	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		struct machine_subchannel_config sub;
		struct machine_config config = {0};

		machine_subchannel_config_init(&sub);
		assert_int_equal(machine_subchannel_config_name(&sub, "0120", &error), 0);
		assert_int_equal(machine_subchannel_config_set(&sub, "image", images[i], &error),
				 0);
		assert_int_equal(machine_config_add(&config, &sub, &error), 0);
		assert_int_equal(machine_config_write(path, &config, &error), -EINVAL);
		assert_non_null(strstr(error.text, "rename the file"));
		machine_subchannel_config_finish(&sub);
		machine_config_finish(&config);
	}
}

static void there_is_an_end_to_subchannels(void **state)
{
	struct machine_subchannel_config sub;
	struct machine_config config = {0};
	struct chanio_error error;
	char name[8];

	machine_subchannel_config_init(&sub);
	assert_int_equal(machine_subchannel_config_set(&sub, "image", "/d", &error), 0);
	for (unsigned int i = 0; i <= MACHINE_SUBCHANNELS_MAX; i++) {
		snprintf(name, sizeof(name), "%04x", i);
		assert_int_equal(machine_subchannel_config_name(&sub, name, &error), 0);
		assert_int_equal(machine_config_add(&config, &sub, &error),
				 i < MACHINE_SUBCHANNELS_MAX ? 0 : -E2BIG);
	}
	machine_subchannel_config_finish(&sub);
	machine_config_finish(&config);
}

static void a_line_may_be_as_long_as_a_path(void **state)
{
	char text[8192], line[3000];
	struct machine_config config;
	struct chanio_error error;

	memset(line, 'x', sizeof(line));
	line[0] = '/';
	line[sizeof(line) - 1] = '\0';
	snprintf(text, sizeof(text), "[subchannel 0120]\nimage = %s\n", line);
	if (read_text(text, &config, &error)) {
		/* An inih that was built with a short fixed line says so. */
		assert_non_null(strstr(error.text, ":2: the line is too long"));
	} else {
		assert_string_equal(config.subchannels[0].image, line);
		machine_config_finish(&config);
	}
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(read_text(text, &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, ":1: the line is too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(every_key_is_understood),
		cmocka_unit_test(what_is_left_out_has_a_default),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_scriptable_device_has_a_script_and_no_image),
		cmocka_unit_test(an_image_that_no_line_can_name_is_refused),
		cmocka_unit_test(there_is_an_end_to_subchannels),
		cmocka_unit_test(a_line_may_be_as_long_as_a_path),
	};

	return cmocka_run_group_tests_name("configuration", tests, make_folder, remove_folder);
}
