/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The hold filter: transparent without the file, mute with it, and itself again after a clear. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "device/hold/hold.h"

struct counted {
	int begin, end, command, cancel, sense, reset;
};

static void count_begin(void *device, struct css_subchannel *subchannel)
{
	((struct counted *)device)->begin++;
}

static void count_end(void *device, struct css_subchannel *subchannel)
{
	((struct counted *)device)->end++;
}

static enum css_result count_command(void *device, struct css_subchannel *subchannel,
				     struct css_command *command)
{
	((struct counted *)device)->command++;
	command->status = 0x0c;
	return CSS_DONE;
}

static void count_cancel(void *device, struct css_subchannel *subchannel)
{
	((struct counted *)device)->cancel++;
}

static void count_sense(void *device, struct css_subchannel *subchannel,
			uint8_t sense[ARCH_SENSE_BYTES])
{
	((struct counted *)device)->sense++;
	sense[0] = 0x80;
}

static void count_reset(void *device, struct css_subchannel *subchannel, enum css_reset_kind kind)
{
	((struct counted *)device)->reset++;
}

static const struct css_control_unit_ops counting = {
	.size = sizeof(counting),
	.name = "counting",
	.begin = count_begin,
	.end = count_end,
	.command = count_command,
	.cancel = count_cancel,
	.take_sense = count_sense,
	.reset = count_reset,
};

struct fixture {
	struct counted counted;
	struct hold *hold;
	char path[64];
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	snprintf(fixture->path, sizeof(fixture->path), "/tmp/chanio-hold-%d", (int)getpid());
	*state = fixture;
	return hold_create(&counting, &fixture->counted, fixture->path, &fixture->hold);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	hold_destroy(fixture->hold);
	free(fixture);
	return 0;
}

static void make_file(const struct fixture *fixture)
{
	int fd = open(fixture->path, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void everything_passes_without_the_file(void **state)
{
	struct fixture *fixture = *state;
	struct css_command command = {.code = 0x03};
	uint8_t sense[ARCH_SENSE_BYTES];

	hold_ops.begin(fixture->hold, NULL);
	assert_int_equal(hold_ops.command(fixture->hold, NULL, &command), CSS_DONE);
	assert_int_equal(command.status, 0x0c);
	hold_ops.cancel(fixture->hold, NULL);
	hold_ops.take_sense(fixture->hold, NULL, sense);
	assert_int_equal(sense[0], 0x80);
	hold_ops.reset(fixture->hold, NULL, CSS_RESET_SYSTEM);
	hold_ops.end(fixture->hold, NULL);
	assert_int_equal(fixture->counted.begin, 1);
	assert_int_equal(fixture->counted.command, 1);
	assert_int_equal(fixture->counted.cancel, 1);
	assert_int_equal(fixture->counted.sense, 1);
	assert_int_equal(fixture->counted.reset, 1);
	assert_int_equal(fixture->counted.end, 1);
}

static void a_held_command_reaches_nobody(void **state)
{
	struct fixture *fixture = *state;
	struct css_command command = {.code = 0x03};

	make_file(fixture);
	assert_int_equal(hold_ops.command(fixture->hold, NULL, &command), CSS_LATER);
	assert_int_equal(fixture->counted.command, 0);
	hold_ops.cancel(fixture->hold, NULL);
	assert_int_equal(fixture->counted.cancel, 0);
}

static void commands_pass_again_once_the_file_is_gone(void **state)
{
	struct fixture *fixture = *state;
	struct css_command command = {.code = 0x03};

	make_file(fixture);
	assert_int_equal(hold_ops.command(fixture->hold, NULL, &command), CSS_LATER);
	unlink(fixture->path);
	hold_ops.cancel(fixture->hold, NULL);
	assert_int_equal(hold_ops.command(fixture->hold, NULL, &command), CSS_DONE);
	assert_int_equal(fixture->counted.command, 1);
}

static void a_destroyer_takes_null(void **state)
{
	hold_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_passes_without_the_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_held_command_reaches_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(commands_pass_again_once_the_file_is_gone, set_up,
						tear_down),
		cmocka_unit_test(a_destroyer_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
