/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A channel from the architecture's text, for comparison: see channel.h. */
#include "tests/driver/channel.h"

#include <stdio.h>

#define COMMANDS_MOST 64u

struct ccw {
	uint8_t command, flags;
	uint16_t count;
	uint32_t address;
	bool tic, tic_wrong;
};

/* One CCW's way to its data. */
struct data {
	const struct ccw *ccw;
	bool backward, skip;
	uint64_t at;	    /* the next byte */
	uint32_t left;	    /* bytes to go in the present piece */
	unsigned int entry; /* the next one of the list */
	bool stores;	    /* the command moves data to storage */
	bool piece_skips;   /* MIDAW with skip */
	bool last;	    /* MIDAW with the last flag was used */
};

static bool format_1(const struct channel *c)
{
	return c->orb_control & ARCH_ORB_FORMAT_1;
}

static uint64_t limit(const struct channel *c)
{
	return format_1(c) ? 0x80000000u : 0x01000000u;
}

/* Storage as CCWs and lists are fetched from it. */
static const void *fetch(const struct channel *c, uint64_t address, size_t size)
{
	if (address + size > limit(c))
		return NULL;
	if (c->host)
		return fake_channel(c->fake, (uint32_t)address, size);
	return fake_readable(c->fake, address) ? fake_guest(c->fake, address) : NULL;
}

/* A data byte's guest address, or false: not storage, or a page that nobody pinned. */
static bool storage(const struct channel *c, uint64_t address, uint64_t *guest)
{
	*guest = address;
	if (!c->host)
		return fake_readable(c->fake, address);
	*guest = address - FAKE_BUS;
	return fake_pinned(c->fake, *guest);
}

static void log_entry(struct channel *c, int kind, uint32_t command, uint64_t address)
{
	if (c->logged == CHANNEL_LOG) {
		c->cut = true;
		return;
	}
	c->log[c->logged].kind = kind;
	c->log[c->logged].command = command;
	c->log[c->logged].address = address;
	c->log[c->logged++].length = 1;
}

/* One byte moved; bytes in a row are one entry. */
static void log_byte(struct channel *c, uint64_t guest, bool backward)
{
	if (c->logged && c->log[c->logged - 1].kind == CHANNEL_DATA) {
		uint64_t from = c->log[c->logged - 1].address;
		uint32_t length = c->log[c->logged - 1].length;

		if (guest == (backward ? from - length : from + length)) {
			c->log[c->logged - 1].length++;
			return;
		}
	}
	log_entry(c, CHANNEL_DATA, 0, guest);
}

static bool read_ccw(const struct channel *c, uint32_t address, struct ccw *ccw)
{
	const uint8_t *b = address % 8 ? NULL : fetch(c, address, 8);

	if (!b)
		return false;
	if (format_1(c)) {
		*ccw = (struct ccw){b[0],
				    b[1],
				    (uint16_t)(b[2] << 8 | b[3]),
				    (uint32_t)b[4] << 24 | (uint32_t)b[5] << 16 |
					    (uint32_t)b[6] << 8 | b[7],
				    false,
				    false};
		ccw->tic = b[0] == 8;
		ccw->tic_wrong = ccw->flags || ccw->count || (ccw->address & 0x80000007);
	} else {
		*ccw = (struct ccw){b[0],
				    b[4],
				    (uint16_t)(b[6] << 8 | b[7]),
				    (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3],
				    false,
				    false};
		ccw->tic = (b[0] & 15) == 8;
		ccw->tic_wrong = ccw->address & 7;
	}
	return true;
}

static uint32_t unit(const struct channel *c)
{
	return (c->orb_control & ARCH_ORB_FORMAT_2_IDAW) && !(c->orb_control & ARCH_ORB_2K_IDAW)
		       ? 4096
		       : 2048;
}

static bool next_idaw(const struct channel *c, struct data *d)
{
	bool wide = c->orb_control & ARCH_ORB_FORMAT_2_IDAW;
	uint32_t size = wide ? 8 : 4, in;
	const uint8_t *b;
	uint64_t address = 0;

	if (d->ccw->address % size)
		return false;
	b = fetch(c, (uint64_t)d->ccw->address + (uint64_t)d->entry * size, size);
	if (!b)
		return false;
	for (uint32_t i = 0; i < size; i++)
		address = address << 8 | b[i];
	in = (uint32_t)(address % unit(c));
	if (!wide && address > 0x7FFFFFFF)
		return false;
	if (d->entry && in != (d->backward ? unit(c) - 1 : 0))
		return false;
	d->entry++;
	d->at = address;
	d->left = d->backward ? in + 1 : unit(c) - in;
	return true;
}

static bool next_midaw(const struct channel *c, struct data *d)
{
	uint64_t at = (uint64_t)d->ccw->address + 16ull * d->entry, address = 0;
	const uint8_t *b;
	uint32_t in, count;

	if (at % 16 || d->last || (d->entry && at % 4096 == 0))
		return false;
	b = fetch(c, at, 16);
	if (!b || b[0] || b[1] || b[2] || b[3] || b[4])
		return false;
	for (int i = 8; i < 16; i++)
		address = address << 8 | b[i];
	count = (uint32_t)(b[6] << 8 | b[7]);
	in = (uint32_t)(address % 4096);
	d->piece_skips = d->stores && (b[5] & ARCH_MIDAW_SKIP);
	d->last = b[5] & ARCH_MIDAW_LAST;
	if (!count)
		return false;
	if (!d->piece_skips && (d->backward ? in + 1 < count : in + count > 4096))
		return false;
	d->entry++;
	d->at = address;
	d->left = count;
	return true;
}

static bool next_piece(const struct channel *c, struct data *d)
{
	if (d->ccw->flags & ARCH_CCW_MIDA)
		return next_midaw(c, d);
	if (d->ccw->flags & ARCH_CCW_IDA)
		return next_idaw(c, d);
	if (d->entry++) /* the one piece ran out of what a CCW can address */
		return false;
	d->at = d->ccw->address;
	d->left = d->backward ? d->ccw->address + 1 : (uint32_t)(limit(c) - d->ccw->address);
	return true;
}

/* Moves bytes; false: program check. */
static bool move(struct channel *c, struct data *d, uint32_t bytes)
{
	uint64_t guest;

	for (; bytes; bytes--) {
		if (d->skip)
			continue;
		if (!d->left && !next_piece(c, d))
			return false;
		if (!d->piece_skips) {
			if (!storage(c, d->at, &guest))
				return false;
			log_byte(c, guest, d->backward);
		}
		d->at += d->backward ? -1ull : 1;
		d->left--;
	}
	return true;
}

static bool end(struct channel *c, uint8_t status, uint32_t address)
{
	c->subchannel_status = status;
	c->ccw_address = address + 8;
	return false;
}

struct chain {
	uint32_t at;
	bool first, after_tic, data;
	uint8_t command; /* the one that data chaining goes on with */
	struct channel_device device;
};

/* What makes a CCW invalid in itself (channel-io.md section 6). */
static bool is_invalid(const struct channel *c, const struct ccw *ccw, const struct chain *chain)
{
	if (ccw->address & 0x80000000)
		return true;
	if (!chain->data && !(ccw->command & 15))
		return true;
	if (!chain->data && (ccw->command & 15) == 8)
		return true;
	if (!ccw->count && (!format_1(c) || chain->data || (ccw->flags & ARCH_CCW_CD)))
		return true;
	if ((ccw->flags & ARCH_CCW_MIDA) &&
	    (!(c->orb_control & ARCH_ORB_MIDAW) || (ccw->flags & (ARCH_CCW_IDA | ARCH_CCW_SKIP))))
		return true;
	return (ccw->flags & ARCH_CCW_SUSPEND) &&
	       (!(c->orb_control & ARCH_ORB_SUSPEND) || chain->data || (ccw->flags & ARCH_CCW_CD));
}

static bool follow_tic(struct channel *c, const struct ccw *ccw, struct chain *chain)
{
	if (chain->first || chain->after_tic || ccw->tic_wrong)
		return end(c, ARCH_SS_PROGRAM_CHECK, chain->at);
	chain->at = ccw->address;
	chain->after_tic = true;
	return true;
}

static bool length_is_wrong(const struct channel *c, const struct ccw *ccw,
			    const struct chain *chain, uint32_t residual)
{
	bool sli = ccw->flags & ARCH_CCW_SLI;

	if (chain->device.immediate)
		return format_1(c) && ccw->count &&
		       !((c->orb_control & ARCH_ORB_LENGTH_SUPPRESS) ||
			 (sli && !(ccw->flags & ARCH_CCW_CD)));
	return (residual || chain->device.bytes) && !sli;
}

/* One CCW. False: the program is over. */
static bool step(struct channel *c, struct chain *chain)
{
	struct data d = {0};
	struct ccw ccw;
	uint32_t bytes;

	if (chain->at >= limit(c) || !read_ccw(c, chain->at, &ccw))
		return end(c, ARCH_SS_PROGRAM_CHECK, chain->at);
	if (ccw.tic)
		return follow_tic(c, &ccw, chain);
	if (is_invalid(c, &ccw, chain))
		return end(c, ARCH_SS_PROGRAM_CHECK, chain->at);
	chain->first = false;
	chain->after_tic = false;
	if (!chain->data) {
		chain->command = ccw.command;
		chain->device = c->device(c->seed, c->commands++);
		if (ccw.command == ARCH_CCW_NOP)
			chain->device.immediate = true;
	}
	log_entry(c, CHANNEL_COMMAND,
		  (uint32_t)((chain->data ? 0 : ccw.command) << 8 |
			     (ccw.flags & ~(ARCH_CCW_IDA | ARCH_CCW_MIDA))),
		  ccw.count);
	d.ccw = &ccw;
	d.backward = arch_command_is_read_backward(chain->command);
	d.stores = arch_command_stores(chain->command);
	d.skip = (ccw.flags & ARCH_CCW_SKIP) && arch_command_stores(chain->command);
	bytes = chain->device.immediate ? 0 : chain->device.bytes;
	if (bytes > ccw.count)
		bytes = ccw.count;
	if (!move(c, &d, bytes))
		return end(c, ARCH_SS_PROGRAM_CHECK, chain->at);
	chain->device.bytes -= bytes;
	if ((ccw.flags & ARCH_CCW_CD) && !chain->device.immediate) {
		if (!chain->device.bytes)
			return end(c, ARCH_SS_INCORRECT_LENGTH, chain->at);
		chain->data = true;
		chain->at += 8;
		return true;
	}
	if (length_is_wrong(c, &ccw, chain, ccw.count - bytes))
		return end(c, ARCH_SS_INCORRECT_LENGTH, chain->at);
	if (!(ccw.flags & ARCH_CCW_CC))
		return end(c, 0, chain->at);
	chain->data = false;
	chain->at += chain->device.status_modifier ? 16 : 8;
	return true;
}

void channel_run(struct channel *c, uint32_t program)
{
	struct chain chain = {.at = program, .first = true};

	while (step(c, &chain))
		if (c->commands > COMMANDS_MOST || c->cut) {
			c->cut = true;
			return;
		}
}

bool channel_same(const struct channel *guest, const struct channel *host)
{
	unsigned int i;

	for (i = 0; i < guest->logged && i < host->logged; i++)
		if (guest->log[i].kind != host->log[i].kind ||
		    guest->log[i].command != host->log[i].command ||
		    guest->log[i].address != host->log[i].address ||
		    guest->log[i].length != host->log[i].length)
			break;
	if (i == guest->logged && i == host->logged && guest->cut == host->cut &&
	    guest->subchannel_status == host->subchannel_status)
		return true;
	fprintf(stderr, "entry %u of %u and %u, status %02x and %02x, CCW address %x and %x\n", i,
		guest->logged, host->logged, guest->subchannel_status, host->subchannel_status,
		guest->ccw_address, host->ccw_address);
	if (i < guest->logged)
		fprintf(stderr, "guest: kind %d command %x address %llx length %u\n",
			guest->log[i].kind, guest->log[i].command,
			(unsigned long long)guest->log[i].address, guest->log[i].length);
	if (i < host->logged)
		fprintf(stderr, "host:  kind %d command %x address %llx length %u\n",
			host->log[i].kind, host->log[i].command,
			(unsigned long long)host->log[i].address, host->log[i].length);
	return false;
}
