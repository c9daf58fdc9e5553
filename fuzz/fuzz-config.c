/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Machine configurations: whatever a file holds, reading it ends with a configuration or with an
 * error that says something; what was read can be written, and reads back the same.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device/test/test.h"
#include "fuzz/input.h"
#include "machine/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct file {
	int descriptor;
	char path[32];
};

static struct file file_create(const void *bytes, size_t size)
{
	struct file file = {.descriptor = memfd_create("fuzz", MFD_CLOEXEC)};

	FUZZ_CHECK(file.descriptor >= 0);
	FUZZ_CHECK(write(file.descriptor, bytes, size) == (ssize_t)size);
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.descriptor);
	return file;
}

/* Written one step a line, a script means the same. */
static void check_script(const char *one, const char *other)
{
	static struct testdev_step steps[2][TESTDEV_STEPS_MAX];
	size_t count[2] = {0, 0};
	struct chanio_error error;

	FUZZ_CHECK(testdev_script_parse(one, steps[0], &count[0], &error) == 0);
	FUZZ_CHECK(testdev_script_parse(other, steps[1], &count[1], &error) == 0);
	FUZZ_CHECK(count[0] == count[1] &&
		   !memcmp(steps[0], steps[1], count[0] * sizeof(steps[0][0])));
}

static void check_same(const struct machine_config *one, const struct machine_config *other)
{
	FUZZ_CHECK(one->count == other->count);
	for (size_t i = 0; i < one->count; i++) {
		const struct machine_subchannel_config *a = &one->subchannels[i];
		const struct machine_subchannel_config *b = &other->subchannels[i];

		FUZZ_CHECK(!strcmp(a->name, b->name) && a->device_number == b->device_number);
		FUZZ_CHECK(a->read_only == b->read_only && a->cache == b->cache);
		FUZZ_CHECK(a->control_unit == b->control_unit && a->track_data == b->track_data);
		FUZZ_CHECK(a->plugged == b->plugged && !a->model == !b->model);
		FUZZ_CHECK(a->device == b->device && a->paths == b->paths &&
			   a->cu_type == b->cu_type);
		FUZZ_CHECK(!a->image == !b->image && !a->script == !b->script);
		FUZZ_CHECK(!a->image || !strcmp(a->image, b->image));
		FUZZ_CHECK(!a->model || !strcmp(a->model, b->model));
		if (a->script)
			check_script(a->script, b->script);
		FUZZ_CHECK(!a->hold == !b->hold && (!a->hold || !strcmp(a->hold, b->hold)));
	}
}

static void check_round_trip(const struct machine_config *config)
{
	struct file file = file_create("", 0);
	struct machine_config again;
	struct chanio_error error;

	FUZZ_CHECK(machine_config_write(file.path, config, &error) == 0);
	if (machine_config_read(file.path, &again, &error) != 0) {
		fprintf(stderr, "%s\n", error.text);
		fuzz_failed("what was written can be read", __FILE__, __LINE__);
	}
	check_same(config, &again);
	machine_config_finish(&again);
	close(file.descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file file = file_create(data, size);
	struct machine_config config;
	struct chanio_error error = {""};

	if (machine_config_read(file.path, &config, &error) == 0) {
		FUZZ_CHECK(config.count <= MACHINE_SUBCHANNELS_MAX);
		check_round_trip(&config);
		machine_config_finish(&config);
	} else {
		FUZZ_CHECK(error.text[0] && memchr(error.text, 0, sizeof(error.text)));
	}
	close(file.descriptor);
	return 0;
}
