/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The window of a device on storage: data chaining, indirect addressing, skipping and counting
 * (channel-io.md sections 7 and 8). Addresses are checked when they are used, not earlier.
 */
#include "css/subchannel_impl.h"

#include <assert.h>

#define IDAW1_SIZE	4u
#define IDAW2_SIZE	8u
#define MIDAW_SIZE	16u
#define MIDAW_BLOCK	4096u /* neither a list nor a piece of data may cross such a boundary */
#define MIDAW_FLAGS_SET (ARCH_MIDAW_LAST | ARCH_MIDAW_SKIP | ARCH_MIDAW_DTI)
#define LEFT_MAX	(16u << 20) /* css_window_left counts no further, */
#define PEEK_MAX	256	    /* and looks at no more CCWs */

/* The CCW in channel->ccw takes over the window. */
static void take_ccw(struct css_window *window)
{
	const struct css_ccw *ccw = &window->channel->ccw;

	window->flags = ccw->flags;
	window->left = ccw->count;
	window->list = ccw->address;
	window->list_used = false;
	window->block_left = 0;
}

void css_window_begin(struct css_channel *channel)
{
	struct css_window *window = &channel->window;
	uint8_t command = channel->ccw.command;

	window->channel = channel;
	window->to_storage = arch_command_stores(command);
	window->backward = arch_command_is_read_backward(command);
	window->touched = false;
	window->excess = false;
	window->check = 0;
	window->piece_size = 0;
	take_ccw(window);
}

static void enter(struct css_window *window)
{
	if (window->inside || !window->channel->storage)
		return;
	css_storage_reader_enter(&window->channel->reader);
	window->inside = true;
}

static void leave(struct css_window *window)
{
	if (!window->inside)
		return;
	window->inside = false;
	css_storage_reader_leave(&window->channel->reader);
}

/* The bytes of the last piece are there by now. */
static void note_piece(struct css_window *window)
{
	if (!window->piece_size)
		return;
	css_written_note(window->channel, window->piece, window->piece_size);
	window->piece_size = 0;
}

/* Data chaining takes place as soon as the count is used up, before anything else is wanted. */
static void chain_data(struct css_window *window)
{
	while (!window->left && (window->flags & ARCH_CCW_CD) && !window->check) {
		window->check = css_channel_chain_data(window->channel);
		if (!window->check)
			take_ccw(window);
	}
}

void css_window_finish(struct css_window *window)
{
	note_piece(window);
	if (window->touched)
		chain_data(window);
	leave(window);
}

static bool fail(struct css_window *window, uint8_t check)
{
	window->check = check;
	return false;
}

static bool set_block(struct css_window *window, uint64_t address, uint64_t length, bool skip)
{
	window->block = address;
	window->block_left = length < window->left ? (uint32_t)length : window->left;
	window->block_skip = skip;
	return true;
}

static bool next_direct(struct css_window *window)
{
	const uint32_t max = window->channel->address_max;
	uint64_t address = window->list_used ? window->block : window->list;

	/* Behind the end of a block the address has passed the limit, downwards by wrapping. */
	window->list_used = true;
	if (address > max)
		return fail(window, ARCH_SS_PROGRAM_CHECK);
	return set_block(window, address, window->backward ? address + 1 : max - address + 1,
			 false);
}

static bool fetch_idaw(struct css_window *window, uint64_t *address)
{
	struct css_channel *channel = window->channel;
	arch_idaw1 idaw1;
	arch_idaw2 idaw2;
	bool fetched;

	if (window->list > channel->address_max ||
	    window->list % (channel->format_2_idaw ? IDAW2_SIZE : IDAW1_SIZE))
		return false;
	if (channel->format_2_idaw) {
		fetched = css_channel_fetch(channel, window->list, &idaw2, IDAW2_SIZE);
		*address = fetched ? arch_get64(idaw2) : 0;
		window->list += IDAW2_SIZE;
		return fetched;
	}
	fetched = css_channel_fetch(channel, window->list, &idaw1, IDAW1_SIZE);
	*address = fetched ? arch_get32(idaw1) : 0;
	window->list += IDAW1_SIZE;
	return fetched && *address <= ARCH_CCW_ADDRESS_MAX;
}

/* Only the first word may point into the middle of a unit. */
static bool next_idaw(struct css_window *window)
{
	const uint32_t unit = window->channel->unit;
	uint32_t offset, expected = window->backward ? unit - 1 : 0;
	uint64_t address;

	if (!fetch_idaw(window, &address))
		return fail(window, ARCH_SS_PROGRAM_CHECK);
	offset = (uint32_t)address & (unit - 1);
	if (window->list_used && offset != expected)
		return fail(window, ARCH_SS_PROGRAM_CHECK);
	window->list_used = true;
	return set_block(window, address, window->backward ? offset + 1 : unit - offset, false);
}

/* The counts of the list must make up the count of the CCW, the last entry must say that it is. */
static bool midaw_is_valid(const struct css_window *window, const struct arch_midaw *midaw)
{
	static const uint8_t zeros[sizeof(midaw->reserved)];
	uint32_t count = arch_get16(midaw->count);
	uint32_t offset = (uint32_t)arch_get64(midaw->address) & (MIDAW_BLOCK - 1);
	uint32_t room = window->backward ? offset + 1 : MIDAW_BLOCK - offset;
	bool last = midaw->flags & ARCH_MIDAW_LAST;

	if (memcmp(midaw->reserved, zeros, sizeof(zeros)) || (midaw->flags & ~MIDAW_FLAGS_SET))
		return false;
	if (!count || (last ? count != window->left : count >= window->left))
		return false;
	/* To skip is to store nothing; what is fetched lies within its block. */
	return count <= room || (window->to_storage && (midaw->flags & ARCH_MIDAW_SKIP));
}

static bool next_midaw(struct css_window *window)
{
	struct css_channel *channel = window->channel;
	struct arch_midaw midaw;

	if (window->list > channel->address_max || window->list % MIDAW_SIZE ||
	    (window->list_used && window->list % MIDAW_BLOCK == 0) ||
	    !css_channel_fetch(channel, window->list, &midaw, MIDAW_SIZE) ||
	    !midaw_is_valid(window, &midaw))
		return fail(window, ARCH_SS_PROGRAM_CHECK);
	window->list_used = true;
	window->list += MIDAW_SIZE;
	if (midaw.flags & ARCH_MIDAW_DTI)
		channel->pci = true;
	return set_block(window, arch_get64(midaw.address), arch_get16(midaw.count),
			 window->to_storage && (midaw.flags & ARCH_MIDAW_SKIP));
}

/* A block of at least one byte is current afterwards, or false: nothing left, or a check. */
static bool next_block(struct css_window *window)
{
	chain_data(window);
	if (!window->left || window->check)
		return false;
	if (window->block_left)
		return true;
	if (window->to_storage && (window->flags & ARCH_CCW_SKIP))
		return set_block(window, 0, window->left, true);
	if (window->flags & ARCH_CCW_MIDA)
		return next_midaw(window);
	if (window->flags & ARCH_CCW_IDA)
		return next_idaw(window);
	return next_direct(window);
}

static void consume(struct css_window *window, size_t size)
{
	window->left -= (uint32_t)size;
	window->block_left -= (uint32_t)size;
	window->moved += size;
	window->block += window->backward ? -(uint64_t)size : size;
}

/*
 * Takes the next contiguous bytes, at most `size`. *host: the one at the lowest address, NULL when
 * skipped; *guest its guest address. 0: nothing left, or a check.
 */
static size_t take(struct css_window *window, size_t size, uint8_t **host, uint64_t *guest)
{
	size_t length;
	uint64_t address;

	if (!next_block(window))
		return 0;
	length = size < window->block_left ? size : window->block_left;
	if (window->block_skip) {
		*host = NULL;
		consume(window, length);
		return length;
	}
	/* Backward, byte by byte: such reads are rare and short. */
	if (window->backward)
		length = 1;
	address = window->block;
	*host = css_channel_translate(window->channel, address, &length, window->to_storage,
				      &window->check);
	if (!*host)
		return 0;
	*guest = address;
	consume(window, length);
	return length;
}

static void start_use(struct css_window *window)
{
	enter(window);
	note_piece(window);
	window->touched = true;
}

size_t css_window_put(struct css_window *window, const void *from, size_t size)
{
	const uint8_t *bytes = from;
	size_t done = 0, length;
	uint8_t *host = NULL;
	uint64_t guest = 0;

	assert(window->to_storage);
	start_use(window);
	while (done < size && (length = take(window, size - done, &host, &guest))) {
		if (host) {
			memcpy(host, bytes + done, length);
			css_written_note(window->channel, guest, length);
		}
		done += length;
	}
	if (done < size)
		window->excess = true;
	leave(window);
	return done;
}

size_t css_window_get(struct css_window *window, void *to, size_t size)
{
	uint8_t *bytes = to, *host = NULL;
	size_t done = 0, length;
	uint64_t guest;

	assert(!window->to_storage);
	start_use(window);
	while (done < size && (length = take(window, size - done, &host, &guest))) {
		memcpy(bytes + done, host, length);
		done += length;
	}
	if (done < size)
		window->excess = true;
	leave(window);
	return done;
}

size_t css_window_piece(struct css_window *window, size_t size, bool to_storage, void **piece)
{
	uint8_t *host = NULL;
	uint64_t guest = 0;
	size_t length;

	assert(window->to_storage == to_storage);
	start_use(window);
	length = size ? take(window, size, &host, &guest) : 0;
	if (!length && size)
		window->excess = true;
	if (host && to_storage) {
		window->piece = guest;
		window->piece_size = length;
	}
	*piece = host;
	if (!length)
		leave(window);
	return length;
}

void css_window_demand(struct css_window *window, size_t size)
{
	window->touched = true;
	if (size > css_window_left(window))
		window->excess = true;
}

/* Bytes left in the data chain; *flags are those of its last CCW. */
static size_t look_ahead(struct css_window *window, uint8_t *flags)
{
	struct css_channel *channel = window->channel;
	struct css_ccw ccw = {.flags = window->flags};
	uint32_t next = channel->next;
	size_t left = window->left;

	for (int i = 0; i < PEEK_MAX && (ccw.flags & ARCH_CCW_CD) && left < LEFT_MAX; i++) {
		if (!css_channel_peek(channel, &next, &ccw))
			break;
		left += ccw.count;
	}
	*flags = ccw.flags;
	return left < LEFT_MAX ? left : LEFT_MAX;
}

size_t css_window_left(struct css_window *window)
{
	uint8_t flags;

	if (window->touched)
		chain_data(window);
	return window->check ? 0 : look_ahead(window, &flags);
}

bool css_window_chains_command(struct css_window *window)
{
	uint8_t flags;

	look_ahead(window, &flags);
	return (flags & (ARCH_CCW_CC | ARCH_CCW_CD)) == ARCH_CCW_CC;
}

bool css_window_failed(const struct css_window *window)
{
	return window->check;
}
