/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The disk alone, under a channel in miniature: the input is a list of commands.
 *
 *   0    command code
 *   1    0x40 command chaining, 0x01 may wait at once, 0x02 halted afterwards, 0x04 system reset
 *        afterwards, 0x08 the next access of the volume fails, 0x10 with no space rather than in
 *        the medium, 0x80 the next track read is damaged
 *   2-3  count
 *   4    length of the data that follow; zeros up to the count
 */
#include <stdlib.h>

#include "device/eckd/internal.h"
#include "fuzz/input.h"

#define CYLINDERS  3u
#define TRACK_SIZE 56832u
#define TRACKS	   (CYLINDERS * ECKD_HEADS)
#define COMMANDS   64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum flag {
	MAY_WAIT = 0x01,
	HALTED = 0x02,
	RESET = 0x04,
	FAILS = 0x08,
	NO_SPACE = 0x10,
	CHAINS = 0x40,
	DAMAGED = 0x80,
};

struct memory_volume {
	struct volume volume;
	uint8_t *track[TRACKS]; /* NULL: empty */
	size_t length[TRACKS];
	uint8_t faults; /* FAILS, NO_SPACE, DAMAGED */
};

struct css_window {
	uint8_t *data;
	size_t size;
	size_t used;
	bool to_storage;
};

struct css_subchannel {
	struct memory_volume volume;
	struct eckd *eckd;
	bool stopping;
};

size_t css_window_left(struct css_window *window)
{
	return window->size - window->used;
}

static size_t move(struct css_window *window, void *to, const void *from, size_t size)
{
	size_t length = size < css_window_left(window) ? size : css_window_left(window);

	memcpy(to, from, length);
	window->used += length;
	return length;
}

size_t css_window_put(struct css_window *window, const void *from, size_t size)
{
	FUZZ_CHECK(window->to_storage);
	return move(window, window->data + window->used, from, size);
}

size_t css_window_get(struct css_window *window, void *to, size_t size)
{
	FUZZ_CHECK(!window->to_storage);
	return move(window, to, window->data + window->used, size);
}

void css_subchannel_attention(struct css_subchannel *subchannel, uint8_t status)
{
	FUZZ_CHECK(status == ARCH_DS_DEVICE_END);
}

bool css_subchannel_stopping(const struct css_subchannel *subchannel)
{
	return subchannel->stopping;
}

static void get_info(struct volume *volume, struct volume_info *info)
{
	*info = (struct volume_info){
		.kind = VOLUME_TRACKS,
		.format = "memory",
		.device_type = 0x3390,
		.cylinders = CYLINDERS,
		.heads = ECKD_HEADS,
		.track_size = TRACK_SIZE,
	};
}

static int fault(struct memory_volume *memory)
{
	uint8_t faults = memory->faults;

	memory->faults = 0;
	if (!(faults & FAILS))
		return 0;
	return faults & NO_SPACE ? -ENOSPC : -EIO;
}

static int read_track(struct volume *volume, uint32_t track, void *image, size_t *length,
		      unsigned int flags)
{
	struct memory_volume *memory = (struct memory_volume *)volume;
	bool damaged = memory->faults & DAMAGED;
	int error;

	FUZZ_CHECK(track < TRACKS);
	if ((flags & VOLUME_NOWAIT) && track % 3 == 2)
		return -EAGAIN;
	error = fault(memory);
	if (error)
		return error;
	if (memory->track[track]) {
		memcpy(image, memory->track[track], memory->length[track]);
		*length = memory->length[track];
	} else {
		*length = volume_track_make_empty(image, track, ECKD_HEADS);
	}
	if (damaged)
		memset((uint8_t *)image + 21, 0x5A, 8);
	return 0;
}

static int write_track(struct volume *volume, uint32_t track, const void *image, size_t length,
		       size_t changed, size_t size, unsigned int flags)
{
	struct memory_volume *memory = (struct memory_volume *)volume;
	uint8_t empty[VOLUME_TRACK_HEADER + VOLUME_TRACK_END];
	const uint8_t *old = empty;
	int error;

	FUZZ_CHECK(track < TRACKS && length <= TRACK_SIZE && size);
	FUZZ_CHECK(changed <= length && size <= length - changed);
	FUZZ_CHECK(volume_track_is_valid(image, length, track, ECKD_HEADS));
	if ((flags & VOLUME_NOWAIT) && track % 3 == 1)
		return -EAGAIN;
	error = fault(memory);
	if (error)
		return error;
	volume_track_make_empty(empty, track, ECKD_HEADS);
	if (memory->track[track])
		old = memory->track[track];
	/* Only what is said to be changed is. */
	FUZZ_CHECK(memcmp(image, old, changed) == 0);
	FUZZ_CHECK(memcmp((const uint8_t *)image + changed + size, old + changed + size,
			  length - changed - size) == 0);
	if (!memory->track[track])
		memory->track[track] = calloc(1, TRACK_SIZE);
	FUZZ_CHECK(memory->track[track]);
	memcpy(memory->track[track], image, length);
	memory->length[track] = length;
	return 0;
}

static int flush(struct volume *volume)
{
	return fault((struct memory_volume *)volume);
}

static void close_volume(struct volume *volume)
{
	struct memory_volume *memory = (struct memory_volume *)volume;

	for (unsigned int i = 0; i < TRACKS; i++)
		free(memory->track[i]);
}

static const struct volume_ops memory_ops = {
	.size = sizeof(memory_ops),
	.close = close_volume,
	.get_info = get_info,
	.read_track = read_track,
	.write_track = write_track,
	.flush = flush,
};

static void check_status(struct css_subchannel *subchannel, const struct css_command *command)
{
	uint8_t sense[ARCH_SENSE_BYTES];

	FUZZ_CHECK(command->status);
	/* The end of a program with everything handed over, or with a reason why not. */
	if (!command->chaining || (command->status & ARCH_DS_UNIT_CHECK))
		FUZZ_CHECK(!subchannel->eckd->track.dirty);
	if (!(command->status & ARCH_DS_UNIT_CHECK))
		return;
	eckd_ops.take_sense(subchannel->eckd, subchannel, sense);
	FUZZ_CHECK((sense[0] || sense[1]) && sense[27] == 0x80);
}

/* Returns whether the program goes on. */
static bool give(struct css_subchannel *subchannel, struct css_command *command, uint8_t *data,
		 size_t size)
{
	struct css_window window = {
		.data = data, .size = size, .to_storage = arch_command_stores(command->code)};
	enum css_result result;

	command->window = &window;
	result = eckd_ops.command(subchannel->eckd, subchannel, command);
	if (result == CSS_WOULD_WAIT) {
		FUZZ_CHECK(!command->may_wait && !(window.to_storage && window.used));
		window.used = 0;
		command->may_wait = true;
		result = eckd_ops.command(subchannel->eckd, subchannel, command);
	}
	FUZZ_CHECK(result == CSS_DONE);
	check_status(subchannel, command);
	return command->chaining &&
	       !(command->status & (ARCH_DS_UNIT_CHECK | ARCH_DS_UNIT_EXCEPTION | ARCH_DS_BUSY));
}

/* One command of the input; `first`: of a program. Returns whether the program goes on. */
static bool step(struct css_subchannel *subchannel, struct fuzz_input *input, bool first)
{
	struct css_command command = {.code = fuzz_byte(input), .path = 0x80, .first = first};
	uint8_t flags = fuzz_byte(input);
	size_t size = (size_t)fuzz_byte(input) << 8;
	uint8_t *data, given[255];
	size_t length;
	bool goes_on;

	size |= fuzz_byte(input);
	length = fuzz_byte(input);
	fuzz_bytes(input, given, length);
	data = calloc(1, size ? size : 1);
	FUZZ_CHECK(data);
	memcpy(data, given, length < size ? length : size);
	command.chaining = flags & CHAINS;
	command.may_wait = flags & MAY_WAIT;
	subchannel->volume.faults = flags & (FAILS | NO_SPACE | DAMAGED);
	if (first)
		eckd_ops.begin(subchannel->eckd, subchannel);
	goes_on = give(subchannel, &command, data, size) && !(flags & HALTED);
	free(data);
	if (!goes_on)
		eckd_ops.end(subchannel->eckd, subchannel);
	if (flags & RESET) {
		eckd_ops.reset(subchannel->eckd, subchannel, CSS_RESET_SYSTEM);
		return false;
	}
	return goes_on;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct css_subchannel subchannel = {.volume.volume.ops = &memory_ops};
	struct eckd_config config = {
		.volume = &subchannel.volume.volume,
		.control_unit = fuzz_byte(&input) & 1 ? ECKD_2107 : ECKD_3990_6,
		.device_number = 0x0120,
		.track_data = true,
	};
	bool goes_on = false;

	FUZZ_CHECK(eckd_create(&config, &subchannel.eckd, NULL) == 0);
	for (unsigned int i = 0; i < COMMANDS && input.left; i++)
		goes_on = step(&subchannel, &input, !goes_on);
	eckd_destroy(subchannel.eckd);
	return 0;
}
