/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The data of commands: what was written, the pattern, scripts, counters. */
#include "device/test/internal.h"

#define PIECE 4096u

#define ENDED_WITH_CHECK (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END | ARCH_DS_UNIT_CHECK)

static uint8_t check(struct testdev *device, const struct testdev_sense *sense)
{
	memcpy(device->sense, sense, sizeof(device->sense));
	return ENDED_WITH_CHECK;
}

static uint8_t reject(struct testdev *device, enum testdev_reason reason, size_t step)
{
	const struct testdev_sense sense = {
		.check = TESTDEV_COMMAND_REJECT,
		.reason = (uint8_t)reason,
		.step = arch_put16((uint16_t)step),
		.found = reason == TESTDEV_BAD_COMMAND ? device->code : 0,
	};

	return check(device, &sense);
}

static uint8_t mismatch(struct testdev *device, uint32_t offset, uint8_t expected, uint8_t found)
{
	const struct testdev_sense sense = {
		.check = TESTDEV_DATA_CHECK,
		.reason = TESTDEV_MISMATCH,
		.offset = arch_put32(offset),
		.expected = expected,
		.found = found,
	};

	return check(device, &sense);
}

/* Each at most PIECE bytes at a time. False: there is no use in going on. */
static bool put(struct testdev *device, const void *from, size_t size)
{
	size_t done = css_window_put(device->window, from, size);

	device->figures.bytes_read += done;
	return done == size && !css_subchannel_stopping(device->subchannel);
}

static size_t get(struct testdev *device, void *to, size_t size)
{
	size_t got = css_window_get(device->window, to, size);

	device->figures.bytes_written += got;
	return got;
}

/* How much the device has or wants: what its record has, or what the CCWs say. */
static size_t length_of_record(const struct testdev *device, size_t otherwise)
{
	return device->step.flags & TESTDEV_LENGTH ? arch_get32(device->step.value) : otherwise;
}

static size_t piece_of(size_t left)
{
	return left < PIECE ? left : PIECE;
}

/* A record that is longer than what was written goes on with zeros. */
static uint8_t byte_at(const struct testdev *device, size_t index)
{
	return index < device->written ? device->buffer[index] : 0;
}

static void read_buffer(struct testdev *device, bool backward)
{
	size_t size = length_of_record(device, device->written);
	uint8_t bytes[PIECE];
	size_t done = 0, now;
	bool more;

	/* Even with nothing to give it is no immediate operation. */
	do {
		now = piece_of(size - done);
		for (size_t i = 0; i < now; i++, done++)
			bytes[i] = byte_at(device, backward ? size - 1 - done : done);
		more = put(device, bytes, now);
	} while (more && done < size);
}

static void write_buffer(struct testdev *device)
{
	size_t left = css_window_left(device->window);
	size_t size = length_of_record(device, left);
	size_t now = size < TESTDEV_BUFFER_MAX ? size : TESTDEV_BUFFER_MAX;

	device->written = get(device, device->buffer, now);
	/* The device wanted a record that no CCW has. */
	if (size > TESTDEV_BUFFER_MAX && (device->step.flags & TESTDEV_LENGTH))
		css_window_demand(device->window, size - TESTDEV_BUFFER_MAX);
}

static void make_pattern(const struct testdev *device, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = testdev_pattern(device->seed, device->position + i);
}

static void read_pattern(struct testdev *device)
{
	size_t left = length_of_record(device, css_window_left(device->window));
	uint64_t before;
	uint8_t bytes[PIECE];
	bool more;

	do {
		make_pattern(device, bytes, piece_of(left));
		before = device->figures.bytes_read;
		more = put(device, bytes, piece_of(left));
		device->position += device->figures.bytes_read - before;
		left -= piece_of(left);
	} while (more && left);
}

static uint8_t compare(struct testdev *device, const uint8_t *bytes, size_t size, size_t offset)
{
	uint8_t expected[PIECE];

	make_pattern(device, expected, size);
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != expected[i])
			return mismatch(device, (uint32_t)(offset + i), expected[i], bytes[i]);
	return 0;
}

static uint8_t write_pattern(struct testdev *device)
{
	size_t size = length_of_record(device, css_window_left(device->window));
	size_t done = 0, now, got;
	uint8_t bytes[PIECE], found;

	do {
		now = piece_of(size - done);
		got = get(device, bytes, now);
		found = compare(device, bytes, got, done);
		device->position += got;
		done += got;
	} while (!found && got == now && done < size &&
		 !css_subchannel_stopping(device->subchannel));
	return found;
}

static void sense_id(struct testdev *device)
{
	const uint8_t id[TESTDEV_ID_BYTES] = {
		0xFF,
		(uint8_t)(device->cu_type >> 8),
		(uint8_t)device->cu_type,
		TESTDEV_CU_MODEL,
		TESTDEV_DEVICE_TYPE >> 8,
		TESTDEV_DEVICE_TYPE & 0xFF,
		TESTDEV_DEVICE_MODEL,
	};

	put(device, id, sizeof(id));
}

uint8_t testdev_transfer(struct testdev *device)
{
	switch (device->code) {
	case TESTDEV_NOP:
		return 0;
	case TESTDEV_WRITE:
		write_buffer(device);
		return 0;
	case TESTDEV_READ:
		read_buffer(device, false);
		return 0;
	case TESTDEV_READ_BACKWARD:
		read_buffer(device, true);
		return 0;
	case TESTDEV_WRITE_PATTERN:
		return write_pattern(device);
	case TESTDEV_READ_PATTERN:
		read_pattern(device);
		return 0;
	case TESTDEV_SENSE_ID:
		sense_id(device);
		return 0;
	default:
		return reject(device, TESTDEV_BAD_COMMAND, 0);
	}
}

uint8_t testdev_take_script(struct testdev *device, struct testdev_script *script)
{
	const size_t one = sizeof(device->incoming[0]);
	size_t size = css_window_left(device->window), step;
	uint8_t reason = TESTDEV_BAD_SIZE;

	if (size > sizeof(device->incoming))
		size = sizeof(device->incoming);
	size = css_window_get(device->window, device->incoming, size);
	if (css_window_failed(device->window))
		return 0;
	step = size / one;
	if (size % one == 0)
		reason = testdev_script_check(device->incoming, size / one, &step);
	if (reason)
		return reject(device, reason, step);
	testdev_script_set(script, device->incoming, size / one);
	return 0;
}

uint8_t testdev_take_seed(struct testdev *device)
{
	arch_be64 seed;

	if (css_window_left(device->window) != sizeof(seed))
		return reject(device, TESTDEV_BAD_SIZE, 0);
	if (css_window_get(device->window, &seed, sizeof(seed)) < sizeof(seed))
		return 0;
	device->seed = arch_get64(seed);
	device->position = 0;
	device->drawn = 0;
	return 0;
}

void testdev_put_sense(struct testdev *device)
{
	css_window_put(device->window, device->sense, sizeof(device->sense));
	memset(device->sense, 0, sizeof(device->sense));
}

void testdev_put_counters(struct testdev *device)
{
	const struct testdev_figures *figures = &device->figures;
	const struct testdev_counters counters = {
		.programs = arch_put64(figures->programs),
		.commands = arch_put64(figures->commands),
		.ended = arch_put64(figures->ended),
		.cancelled = arch_put64(figures->cancelled),
		.selective_resets = arch_put64(figures->selective_resets),
		.unsolicited = arch_put64(figures->unsolicited),
		.events_dropped = arch_put64(figures->events_dropped),
		.bytes_written = arch_put64(figures->bytes_written),
		.bytes_read = arch_put64(figures->bytes_read),
	};

	css_window_put(device->window, &counters, sizeof(counters));
}
