/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The small device of harness.h. */
#include <stdlib.h>

#include "fuzz/harness.h"

#define NORMAL_END   (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)
#define PIECES_MAX   64
#define BACKWARD_MAX 24

/* High nibble of the command code. */
enum behaviour {
	WHOLE,		 /* moves as much as the window takes, through a copy */
	PIECES,		 /* the same without a copy */
	SHORT,		 /* 16 bytes */
	EXCESS,		 /* wants to move more than there can be */
	STATUS_MODIFIER, /* skips the next command */
	UNIT_CHECK,
	UNIT_EXCEPTION,
	LATER,		 /* the command ends later */
	DEVICE_END_LATE, /* channel end now, device end later */
	WAITS,		 /* only from a thread that may wait */
	BUSY,
	DEMANDS, /* announces length without moving */
	IMMEDIATE,
	NO_PATH, /* does not respond on the first path */
};

static size_t move(struct css_window *window, const struct css_command *command, size_t size)
{
	static const uint8_t pattern[256] = {1, 2, 3, 4, 5, 6, 7, 8};
	uint8_t buffer[256];
	size_t moved, total = 0;

	do {
		size_t part = size - total < sizeof(buffer) ? size - total : sizeof(buffer);

		moved = arch_command_stores(command->code) ? css_window_put(window, pattern, part)
							   : css_window_get(window, buffer, part);
		FUZZ_CHECK(moved <= part);
		total += moved;
	} while (moved > 0 && total < size);
	return total;
}

/* Backwards the channel goes byte by byte: not too many of them in a program that loops. */
static void move_all(struct css_window *window, const struct css_command *command)
{
	size_t left = css_window_left(window);
	bool backward = arch_command_is_read_backward(command->code);

	move(window, command, backward && left > BACKWARD_MAX ? BACKWARD_MAX : left);
}

/*
 * Touches the first and the last byte of every piece, so that a wrong one shows. Data chaining may
 * loop, and no device goes on for ever for that.
 */
static void move_pieces(struct css_window *window, const struct css_command *command)
{
	bool to_storage = arch_command_stores(command->code);
	volatile uint8_t *bytes;
	void *piece;
	size_t length;

	for (int i = 0; i < PIECES_MAX; i++) {
		length = css_window_piece(window, SIZE_MAX, to_storage, &piece);
		if (!length)
			return;
		bytes = piece;
		if (!bytes)
			continue;
		if (to_storage) {
			bytes[0] = 0x5A;
			bytes[length - 1] = 0xA5;
		} else {
			(void)bytes[0];
			(void)bytes[length - 1];
		}
	}
}

static enum css_result run(struct fuzz_simple *simple, struct css_subchannel *subchannel,
			   struct css_command *command)
{
	struct css_window *window = command->window;

	command->status = NORMAL_END;
	switch (command->code >> 4) {
	case PIECES:
		move_pieces(window, command);
		return CSS_DONE;
	case SHORT:
		move(window, command, 16);
		return CSS_DONE;
	case EXCESS:
		move(window, command, 0x20000);
		css_window_demand(window, 5);
		return CSS_DONE;
	case STATUS_MODIFIER:
		move(window, command, 1);
		command->status |= ARCH_DS_STATUS_MODIFIER;
		return CSS_DONE;
	case UNIT_CHECK:
		simple->sense = 0x80;
		command->status |= ARCH_DS_UNIT_CHECK;
		return CSS_DONE;
	case UNIT_EXCEPTION:
		command->status |= ARCH_DS_UNIT_EXCEPTION;
		return CSS_DONE;
	case LATER:
		simple->later = subchannel;
		simple->later_status = NORMAL_END;
		return CSS_LATER;
	case DEVICE_END_LATE:
		simple->later = subchannel;
		simple->later_status = ARCH_DS_DEVICE_END;
		command->status = ARCH_DS_CHANNEL_END;
		return CSS_DONE;
	case WAITS:
		if (!command->may_wait)
			return CSS_WOULD_WAIT;
		move_all(window, command);
		return CSS_DONE;
	case BUSY:
		command->status = ARCH_DS_BUSY;
		return CSS_DONE;
	case DEMANDS:
		css_window_demand(window, command->path);
		return CSS_DONE;
	case IMMEDIATE:
		return CSS_DONE;
	case NO_PATH:
		return command->path == 0x80 ? CSS_NO_PATH : CSS_DONE;
	default:
		move_all(window, command);
		return CSS_DONE;
	}
}

static enum css_result simple_command(void *device, struct css_subchannel *subchannel,
				      struct css_command *command)
{
	struct fuzz_simple *simple = device;

	/* What the channel must have kept away from every device. */
	FUZZ_CHECK(!arch_command_is_tic(command->code) && (command->code & 0x0F) != 0);
	FUZZ_CHECK(command->path && !(command->path & (command->path - 1)));
	return run(simple, subchannel, command);
}

static void simple_begin(void *device, struct css_subchannel *subchannel)
{
}

static void simple_end(void *device, struct css_subchannel *subchannel)
{
}

static void simple_cancel(void *device, struct css_subchannel *subchannel)
{
	struct fuzz_simple *simple = device;

	simple->later = NULL;
}

static void simple_take_sense(void *device, struct css_subchannel *subchannel,
			      uint8_t sense[ARCH_SENSE_BYTES])
{
	struct fuzz_simple *simple = device;

	memset(sense, 0, ARCH_SENSE_BYTES);
	sense[0] = simple->sense;
	simple->sense = 0;
}

static void simple_reset(void *device, struct css_subchannel *subchannel, enum css_reset_kind kind)
{
	struct fuzz_simple *simple = device;

	simple->later = NULL;
	if (kind == CSS_RESET_SYSTEM)
		simple->sense = 0;
}

bool fuzz_simple_complete(struct fuzz_simple *simple)
{
	struct css_subchannel *subchannel = simple->later;

	simple->later = NULL;
	if (subchannel)
		css_subchannel_device_end(subchannel, simple->later_status);
	return subchannel != NULL;
}

const struct css_control_unit_ops fuzz_simple_ops = {
	.size = sizeof(fuzz_simple_ops),
	.name = "simple",
	.begin = simple_begin,
	.end = simple_end,
	.command = simple_command,
	.cancel = simple_cancel,
	.take_sense = simple_take_sense,
	.reset = simple_reset,
};
