/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What a device model is. The channel gives it one command at a time with a window on the data; it
 * never sees guest addresses. Fault injection, logging and delays are filters: the same table in
 * front of another.
 *
 * A device belongs to one or more subchannels (several: alias exposures). The channel calls the
 * operations of one device for one subchannel from one thread at a time; an own lock is needed only
 * for what two subchannels share.
 */
#ifndef CHANIO_CSS_CONTROL_UNIT_H
#define CHANIO_CSS_CONTROL_UNIT_H

#include "arch/ccw.h"
#include "arch/irb.h"

struct css_subchannel;
struct css_window;

enum css_result {
	/*
	 * command->status holds the device status that ends the command. To the first command it
	 * may say that nothing was begun: busy, or attention without channel end (deferred
	 * condition code 1); busy and status modifier, nothing else (control-unit busy): the
	 * channel tries another path, or waits for control-unit end by css_subchannel_attention().
	 */
	CSS_DONE,
	/*
	 * The command would have to wait (for a disk, a network) and command->may_wait is off.
	 * Nothing was put to storage and the device's state is as before: the channel gives the
	 * same command again later, from its first byte on, from a thread that may wait.
	 */
	CSS_WOULD_WAIT,
	/*
	 * The device ends the command later with css_subchannel_device_end(). Until then the
	 * window stays usable by the device's own thread.
	 */
	CSS_LATER,
	/*
	 * The device does not respond on this path (a broken path, by fault injection). Nothing has
	 * happened; for the first command the channel tries the next path.
	 */
	CSS_NO_PATH,
};

enum css_reset_kind {
	CSS_RESET_SYSTEM,    /* system reset: reservation, path groups, sense dropped */
	CSS_RESET_SELECTIVE, /* clear signal: the command in progress stops, nothing else is lost */
};

struct css_command {
	uint8_t code;
	uint8_t path;  /* mask with the one path the program runs on */
	bool first;    /* first command of the channel program */
	bool chaining; /* command chaining is on (in the last CCW, with data chaining): another
			  command follows if this one ends well */
	bool may_wait; /* the calling thread may block */
	struct css_window *window;
	uint8_t status; /* out: enum arch_device_status bits */
};

struct css_control_unit_ops {
	size_t size; /* of this structure, as the implementation was compiled */
	const char *name;

	/* A channel program starts, before its first command; and ended, for whatever reason. */
	void (*begin)(void *device, struct css_subchannel *subchannel);
	void (*end)(void *device, struct css_subchannel *subchannel);

	enum css_result (*command)(void *device, struct css_subchannel *subchannel,
				   struct css_command *command);

	/*
	 * The program was halted or cleared while the device holds a CSS_LATER command or owes
	 * device end: drop it. Once this returns the device neither uses the window nor ends that
	 * command.
	 */
	void (*cancel)(void *device, struct css_subchannel *subchannel);

	/* Takes the sense data of the last unit check (concurrent sense); it is gone afterwards. */
	void (*take_sense)(void *device, struct css_subchannel *subchannel,
			   uint8_t sense[ARCH_SENSE_BYTES]);

	void (*reset)(void *device, struct css_subchannel *subchannel, enum css_reset_kind kind);
};

/*
 * The window: the data area of the current command, data chaining, IDAWs, skip and count hidden.
 * All lengths in bytes. A command that ends without any put, get, piece or demand (even of size 0)
 * is an immediate operation to the incorrect-length rules. Read backward: the first byte offered
 * goes to the highest address, pieces are single bytes.
 */

/* Bytes that the CCW and those data-chained to it can still take or give; at most 16 MiB counted.
 */
size_t css_window_left(struct css_window *window);

/*
 * Device to storage (read, sense). Stores up to `size` bytes; returns how many fitted. Fewer than
 * asked: the count is used up (the rest counts as offered, so that the channel sees the incorrect
 * length), or a check ended the transfer (css_window_failed).
 */
size_t css_window_put(struct css_window *window, const void *from, size_t size);

/* Storage to device (write, control). Returns how many bytes there were, at most `size`. */
size_t css_window_get(struct css_window *window, void *to, size_t size);

/*
 * The next contiguous piece of storage itself, for transfers without a copy: *piece points at
 * 1 to `size` bytes, or NULL for bytes to be skipped (SKIP flag). Returns the piece's length, 0
 * when nothing is left or a check occurred. The pointer is valid until the next
 * call on the window or the end of the command; until then storage is not unmapped, so do not wait
 * there for a lock that another command holds while it uses its window.
 */
size_t css_window_piece(struct css_window *window, size_t size, bool to_storage, void **piece);

/*
 * The device had `size` more bytes to move than it offered, or wanted more than there were: length
 * information for the incorrect-length rules when nothing was tried to be moved.
 */
void css_window_demand(struct css_window *window, size_t size);

/* A program, protection or data check ended the transfer; the command should end soon. */
bool css_window_failed(const struct css_window *window);

/* From the device, at any time, any thread, no lock held: */

/* Ends a CSS_LATER command, or presents device end after channel end alone was given. */
void css_subchannel_device_end(struct css_subchannel *subchannel, uint8_t status);

/* Unsolicited status (attention, device end after not-ready); the end of control-unit busy. */
void css_subchannel_attention(struct css_subchannel *subchannel, uint8_t status);

/* Halt or clear waits for this program: a device inside a long command may end early. */
bool css_subchannel_stopping(const struct css_subchannel *subchannel);

#endif
