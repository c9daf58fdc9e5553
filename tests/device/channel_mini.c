/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The channel in miniature: no guest storage, no CCWs in memory, every command given first with
 * may_wait off. It can be stopped anywhere.
 */
#include "tests/device/harness.h"

const bool channel_is_real = false;

struct css_window {
	const struct step *steps; /* the current CCW and those chained to it */
	uint8_t **data;
	size_t used; /* of the current CCW */
	bool touched;
	bool stored; /* something was put */
	bool excess;
};

struct css_subchannel {
	struct disk *disk;
};

static void chain_data(struct css_window *window)
{
	while (window->used == window->steps->count && (window->steps->flags & CD)) {
		window->steps++;
		window->data++;
		window->used = 0;
	}
}

size_t css_window_left(struct css_window *window)
{
	size_t left = window->steps->count - window->used;

	for (const struct step *step = window->steps; step->flags & CD; step++)
		left += step[1].count;
	return left;
}

size_t css_window_piece(struct css_window *window, size_t size, bool to_storage, void **piece)
{
	size_t length;

	window->touched = true;
	chain_data(window);
	length = window->steps->count - window->used;
	if (length > size)
		length = size;
	if (!length && size)
		window->excess = true;
	*piece = to_storage && (window->steps->flags & SKIP) ? NULL : *window->data + window->used;
	window->used += length;
	window->stored |= to_storage && length;
	return length;
}

static size_t move(struct css_window *window, uint8_t *device, size_t size, bool to_storage)
{
	size_t done = 0, length;
	void *piece;

	window->touched = true;
	while (done < size &&
	       (length = css_window_piece(window, size - done, to_storage, &piece))) {
		if (to_storage && piece)
			memcpy(piece, device + done, length);
		else if (piece)
			memcpy(device + done, piece, length);
		done += length;
	}
	return done;
}

size_t css_window_put(struct css_window *window, const void *from, size_t size)
{
	return move(window, (uint8_t *)(uintptr_t)from, size, true);
}

size_t css_window_get(struct css_window *window, void *to, size_t size)
{
	return move(window, to, size, false);
}

void css_window_demand(struct css_window *window, size_t size)
{
	window->touched = true;
	if (size > css_window_left(window))
		window->excess = true;
}

bool css_window_failed(const struct css_window *window)
{
	return false;
}

void css_subchannel_device_end(struct css_subchannel *subchannel, uint8_t status)
{
	fail_msg("device end %02x without a command held", status);
}

void css_subchannel_attention(struct css_subchannel *subchannel, uint8_t status)
{
	subchannel->disk->attention |= status;
}

bool css_subchannel_stopping(const struct css_subchannel *subchannel)
{
	return subchannel->disk->stopping;
}

void channel_attach(struct disk *disk)
{
}

void channel_detach(struct disk *disk)
{
}

/* Gives one command until it is taken. */
static void give(struct disk *disk, struct css_command *command, struct css_window *window)
{
	struct css_subchannel subchannel = {disk};
	const struct css_window before = *window;
	enum css_result result;

	command->window = window;
	command->may_wait = disk->always_waits;
	result = eckd_ops.command(disk->eckd, &subchannel, command);
	if (result == CSS_WOULD_WAIT) {
		assert_false(command->may_wait);
		assert_false(window->stored);
		*window = before;
		disk->result.waits++;
		command->may_wait = true;
		result = eckd_ops.command(disk->eckd, &subchannel, command);
	}
	assert_int_equal(result, CSS_DONE);
}

/* Incorrect length of the command whose window this was; sets the residual count. */
static bool wrong_length(struct result *result, const struct css_window *window, bool command_ok)
{
	uint8_t flags = window->steps->flags;
	size_t left = window->steps->count - window->used;

	result->residual = (uint16_t)left;
	if (!left && !window->excess)
		return false;
	return command_ok && ((flags & CD) || !(flags & SLI));
}

struct result *run_steps(struct disk *disk, const struct step *steps, unsigned int count)
{
	struct result *result = &disk->result;
	struct css_subchannel subchannel = {disk};
	struct css_command command = {.first = true, .path = disk->path};
	unsigned int next = 0, budget = 100000, commands = disk->stop_after;

	free_data(result);
	prepare_data(result, steps, count);
	eckd_ops.begin(disk->eckd, &subchannel);
	for (;;) {
		struct css_window window = {.steps = &steps[next], .data = &result->data[next]};
		bool ok;

		assert_true(next < count && budget--);
		if (steps[next].code == ARCH_CCW_TIC) {
			next = steps[next].count;
			continue;
		}
		command.code = steps[next].code;
		command.chaining = false;
		for (const struct step *s = &steps[next];; s++)
			if (!(s->flags & CD)) {
				command.chaining = s->flags & CC;
				break;
			}
		result->last = next;
		give(disk, &command, &window);
		command.first = false;
		result->status = command.status;
		ok = !(command.status & ~(NORMAL | ARCH_DS_STATUS_MODIFIER));
		chain_data(&window);
		result->length = wrong_length(result, &window, ok);
		if (!ok || result->length || !command.chaining)
			break;
		if (disk->stop_after && --commands == 0)
			break;
		next = (unsigned int)(window.steps - steps) + 1;
		if (command.status & ARCH_DS_STATUS_MODIFIER)
			next++;
	}
	if ((result->status & ARCH_DS_UNIT_CHECK) && !disk->keeps_sense)
		eckd_ops.take_sense(disk->eckd, &subchannel, result->sense);
	eckd_ops.end(disk->eckd, &subchannel);
	return result;
}
