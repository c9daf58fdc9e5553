/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The channel: fetches CCWs one by one, never ahead of their use, gives the commands to the device
 * and decides from its status how the program goes on (channel-io.md sections 6 to 10).
 */
#include "css/subchannel_impl.h"

/*
 * How long one run may be, in CCWs, 2 KiB of data moved being as dear as one: a helping client's
 * thread gets away soon, but not before the longest program of Linux' DASD driver has ended (190
 * blocks of 4 KiB): a worker woken for its last part costs more than that part. A worker goes on
 * for a while.
 */
#define BUDGET_HELPED 1024
#define BUDGET_WORKER 16384
#define DEAR_SHIFT    11

#define CCW_SIZE     8u
#define SEGMENT_MOST 65536u /* no piece of channel memory is larger */

#define UNIT_2K 2048u
#define UNIT_4K 4096u

static bool fetch_channel_memory(struct css_channel *channel, uint32_t address, void *to,
				 size_t size)
{
	uint32_t offset = address - channel->segment;

	if (offset >= channel->segment_size || channel->segment_size - offset < size) {
		size_t length = SEGMENT_MOST;
		uint8_t *host = css_storage_channel_at(channel->storage, address, &length);

		if (!host || length < size)
			return false;
		channel->segment = address;
		channel->segment_host = host;
		channel->segment_size = (uint32_t)length;
		offset = 0;
	}
	memcpy(to, channel->segment_host + offset, size);
	return true;
}

uint8_t *css_channel_translate(struct css_channel *channel, uint64_t guest, size_t *length,
			       bool write, uint8_t *check)
{
	struct css_mapping *mapping = &channel->mapping;
	uint64_t generation, offset, behind;

	if (!channel->storage) {
		*check = ARCH_SS_PROGRAM_CHECK;
		return NULL;
	}
	generation = css_storage_generation(channel->storage);
	if (channel->mapping_generation != generation || guest - mapping->guest >= mapping->size) {
		channel->mapping_generation = 0;
		if (!css_storage_find(channel->storage, guest, mapping)) {
			*check = ARCH_SS_PROGRAM_CHECK;
			return NULL;
		}
		channel->mapping_generation = generation;
	}
	if (write ? !mapping->writable : !mapping->readable) {
		*check = ARCH_SS_PROTECTION_CHECK;
		return NULL;
	}
	offset = guest - mapping->guest;
	behind = mapping->size - offset;
	if (*length > behind)
		*length = behind;
	return mapping->host + offset;
}

/* What is fetched is aligned, so that it lies in one mapping. */
static bool fetch_storage(struct css_channel *channel, uint32_t address, void *to, size_t size)
{
	bool enter = !channel->window.inside;
	size_t length = size;
	uint8_t check, *host;

	if (enter)
		css_storage_reader_enter(&channel->reader);
	host = css_channel_translate(channel, address, &length, false, &check);
	if (host)
		memcpy(to, host, size);
	if (enter)
		css_storage_reader_leave(&channel->reader);
	return host;
}

bool css_channel_fetch(struct css_channel *channel, uint32_t address, void *to, size_t size)
{
	if (!channel->storage)
		return false;
	if (channel->live)
		return fetch_storage(channel, address, to, size);
	return fetch_channel_memory(channel, address, to, size);
}

static bool is_tic(const struct css_channel *channel, uint8_t command)
{
	return channel->format_1 ? command == ARCH_CCW_TIC : arch_command_is_tic(command);
}

static struct css_ccw decode(const struct css_channel *channel, const uint8_t *raw)
{
	struct arch_ccw0 ccw0;
	struct arch_ccw1 ccw1;

	if (channel->format_1) {
		memcpy(&ccw1, raw, sizeof(ccw1));
		return (struct css_ccw){ccw1.command, ccw1.flags, arch_get16(ccw1.count),
					arch_get32(ccw1.address)};
	}
	memcpy(&ccw0, raw, sizeof(ccw0));
	return (struct css_ccw){ccw0.command, ccw0.flags, arch_get16(ccw0.count),
				(uint32_t)ccw0.address[0] << 16 | (uint32_t)ccw0.address[1] << 8 |
					ccw0.address[2]};
}

static bool ccw_address_is_valid(const struct css_channel *channel, uint32_t address)
{
	return address % CCW_SIZE == 0 && address <= channel->address_max;
}

static bool tic_is_valid(const struct css_channel *channel, const struct css_ccw *tic)
{
	if (channel->format_1 && (tic->flags || tic->count))
		return false;
	return ccw_address_is_valid(channel, tic->address);
}

static bool fetch_one(struct css_channel *channel, uint32_t address, struct css_ccw *ccw)
{
	uint8_t raw[CCW_SIZE];

	if (!ccw_address_is_valid(channel, address) ||
	    !css_channel_fetch(channel, address, raw, sizeof(raw)))
		return false;
	*ccw = decode(channel, raw);
	return true;
}

/*
 * Fetches the CCW at channel->next, behind at most one TIC, into channel->ccw. ccw_end follows each
 * CCW that is tried, so that it is right whichever of them is at fault.
 */
static uint8_t fetch_ccw(struct css_channel *channel, bool tic_allowed)
{
	struct css_ccw *ccw = &channel->ccw;

	*ccw = (struct css_ccw){0};
	for (;;) {
		channel->current = channel->next;
		channel->ccw_end = channel->current + CCW_SIZE;
		channel->next = channel->ccw_end;
		if (!fetch_one(channel, channel->current, ccw))
			return ARCH_SS_PROGRAM_CHECK;
		if (!is_tic(channel, ccw->command))
			return 0;
		if (!tic_allowed || !tic_is_valid(channel, ccw))
			return ARCH_SS_PROGRAM_CHECK;
		channel->next = ccw->address;
		tic_allowed = false;
	}
}

bool css_channel_peek(struct css_channel *channel, uint32_t *next, struct css_ccw *ccw)
{
	if (!fetch_one(channel, *next, ccw))
		return false;
	if (is_tic(channel, ccw->command)) {
		*next = ccw->address;
		if (!tic_is_valid(channel, ccw) || !fetch_one(channel, *next, ccw) ||
		    is_tic(channel, ccw->command))
			return false;
	}
	*next += CCW_SIZE;
	return ccw->count;
}

/* What is wrong with a CCW whatever the command does. In a data chain the command is ignored. */
static bool ccw_is_valid(const struct css_channel *channel, const struct css_ccw *ccw, bool chained)
{
	uint8_t code = ccw->command & 0x0F, flags = ccw->flags;

	if (!chained && (!code || code == ARCH_CCW_TIC))
		return false;
	if (!ccw->count && (!channel->format_1 || chained || (flags & ARCH_CCW_CD)))
		return false;
	if (ccw->address > channel->address_max)
		return false;
	if ((flags & ARCH_CCW_SUSPEND) &&
	    (!channel->suspendable || chained || (flags & ARCH_CCW_CD)))
		return false;
	return !(flags & ARCH_CCW_MIDA) ||
	       (channel->midaw && !(flags & (ARCH_CCW_IDA | ARCH_CCW_SKIP)));
}

/* The command may have to be given again from its first CCW on. */
static void keep_command(struct css_channel *channel)
{
	if (channel->chained)
		return;
	channel->chained = true;
	channel->command_next = channel->next;
	channel->command_current = channel->current;
	channel->command_ccw = channel->ccw;
}

static void return_to_command(struct css_channel *channel)
{
	if (!channel->chained)
		return;
	channel->chained = false;
	channel->next = channel->command_next;
	channel->current = channel->command_current;
	channel->ccw = channel->command_ccw;
}

uint8_t css_channel_chain_data(struct css_channel *channel)
{
	uint8_t check;

	keep_command(channel);
	check = fetch_ccw(channel, true);
	if (!check && !ccw_is_valid(channel, &channel->ccw, true))
		check = ARCH_SS_PROGRAM_CHECK;
	if (!check && (channel->ccw.flags & ARCH_CCW_PCI))
		channel->pci = true;
	return check;
}

static uint8_t highest_path(uint8_t mask)
{
	uint8_t path = 0x80;

	while (path && !(mask & path))
		path >>= 1;
	return path;
}

/* Paths found operational last time come first; the others are tried when nothing else remains. */
static uint8_t choose_path(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	uint8_t operational = channel->paths & sch->pmcw.pom;
	uint8_t path = highest_path(operational ? operational : channel->paths);

	channel->paths &= (uint8_t)~path;
	return path;
}

void css_channel_prepare(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	uint32_t control = arch_get32(sch->orb.control);

	channel->storage = channel->reader.storage;
	channel->live = sch->live;
	channel->format_1 = control & ARCH_ORB_FORMAT_1;
	channel->suspendable = control & ARCH_ORB_SUSPEND;
	channel->midaw = control & ARCH_ORB_MIDAW;
	channel->length_suppress = control & ARCH_ORB_LENGTH_SUPPRESS;
	channel->initial_status = control & ARCH_ORB_INITIAL_STATUS;
	channel->format_2_idaw = control & ARCH_ORB_FORMAT_2_IDAW;
	channel->unit = channel->format_2_idaw && !(control & ARCH_ORB_2K_IDAW) ? UNIT_4K : UNIT_2K;
	channel->address_max = channel->format_1 ? ARCH_CCW_ADDRESS_MAX : ARCH_CCW0_ADDRESS_MAX;
	channel->paths = (uint8_t)(control >> ARCH_ORB_LPM_SHIFT) & sch->pmcw.pam;
	channel->path = choose_path(sch);
	sch->pmcw.lpum = channel->path;
	channel->begun = false;
	channel->first = true;
	channel->fetched = false;
	channel->pci = false;
	channel->next = arch_get32(sch->orb.program_address);
	channel->ccw_end = channel->next + CCW_SIZE;
	channel->mapping_generation = 0;
	channel->segment_size = 0;
	channel->written_count = 0;
	channel->phase = CSS_PHASE_READY;
}

static enum css_outcome end(struct css_channel *channel, uint8_t device, uint8_t subchannel,
			    uint32_t residual)
{
	channel->ending = (struct css_ending){
		.device_status = device,
		.subchannel_status = subchannel,
		.residual = (uint16_t)residual,
	};
	return CSS_OUTCOME_ENDED;
}

static enum css_outcome end_deferred(struct css_channel *channel, uint8_t cc, uint8_t device_status)
{
	end(channel, device_status, 0, 0);
	channel->ending.deferred_cc = cc;
	return CSS_OUTCOME_ENDED;
}

/* No response on this path. Later than the first command that is a fault of the interface. */
static enum css_outcome next_path(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	uint8_t next;

	if (!channel->first)
		return end(channel, 0, ARCH_SS_INTERFACE_CONTROL_CHECK, channel->ccw.count);
	css_subchannel_lock(sch);
	sch->pmcw.pnom |= channel->path;
	sch->pmcw.pom &= (uint8_t)~channel->path;
	sch->scsw.control |= ARCH_SCSW_PATH_NOT_OPER;
	next = choose_path(sch);
	sch->pmcw.lpum = next;
	css_subchannel_unlock(sch);
	if (!next)
		return end_deferred(channel, 3, 0);
	channel->path = next;
	return CSS_OUTCOME_CHAINED;
}

/* Bytes that the rules count: incorrect length, or 0 (channel-io.md section 8). */
static uint8_t length_check(const struct css_channel *channel, uint8_t status)
{
	const struct css_window *window = &channel->window;
	bool suppressed = (window->flags & (ARCH_CCW_SLI | ARCH_CCW_CD)) == ARCH_CCW_SLI;
	bool wrong;

	if (window->touched)
		wrong = window->left || window->excess;
	else
		/* Immediate. A command that was rejected had no length to be wrong. */
		wrong = channel->format_1 && window->left && !channel->length_suppress &&
			!(status & ARCH_DS_UNIT_CHECK);
	return wrong && !suppressed ? ARCH_SS_INCORRECT_LENGTH : 0;
}

static bool is_retry(uint8_t status)
{
	const uint8_t retry = ARCH_DS_CHANNEL_END | ARCH_DS_UNIT_CHECK | ARCH_DS_STATUS_MODIFIER;

	return (status & retry) == retry;
}

static bool is_ordinary(uint8_t status)
{
	return !(status & ~(ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END | ARCH_DS_STATUS_MODIFIER |
			    ARCH_DS_CONTROL_UNIT_END));
}

/* The device has ended the command with all its status: which CCW is next. */
static enum css_outcome chain(struct css_channel *channel, uint8_t status)
{
	channel->phase = CSS_PHASE_READY;
	if (is_retry(status)) {
		return_to_command(channel);
		channel->fetched = true;
	} else if (status & ARCH_DS_STATUS_MODIFIER) {
		channel->next += CCW_SIZE;
	}
	return CSS_OUTCOME_CHAINED;
}

static bool is_unsolicited(const struct css_channel *channel, uint8_t status)
{
	if (!channel->first)
		return false;
	return (status & ARCH_DS_BUSY) ||
	       ((status & ARCH_DS_ATTENTION) && !(status & ARCH_DS_CHANNEL_END));
}

/* Control-unit busy for a start: not the device, the way to it is in use. */
static bool is_control_unit_busy(const struct css_channel *channel, uint8_t status)
{
	return channel->first && status == (ARCH_DS_STATUS_MODIFIER | ARCH_DS_BUSY);
}

/* Another path may lead to a control unit that is free; nothing is wrong with this one. */
static enum css_outcome busy_path(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	uint8_t next;

	css_window_finish(&channel->window);
	return_to_command(channel);
	css_subchannel_lock(sch);
	next = choose_path(sch);
	if (next)
		sch->pmcw.lpum = next;
	css_subchannel_unlock(sch);
	if (!next)
		return CSS_OUTCOME_BUSY;
	channel->path = next;
	return CSS_OUTCOME_CHAINED;
}

/*
 * The first command was taken; `show`: it was no immediate operation that ends the program. The
 * command's CCW comes from before it was given: the device may use the data chain by now.
 */
static void accepted(struct css_subchannel *sch, bool show, uint32_t ccw_end)
{
	struct css_channel *channel = &sch->channel;

	if (channel->first && channel->initial_status && show)
		css_present_intermediate(sch, ARCH_SCSW_ZERO_CC, 0, ccw_end);
	channel->first = false;
}

enum css_outcome css_channel_command_ended(struct css_subchannel *sch, uint8_t status)
{
	struct css_channel *channel = &sch->channel;
	struct css_window *window = &channel->window;
	bool chains;
	uint8_t checks;

	if (is_control_unit_busy(channel, status))
		return busy_path(sch);
	if (is_unsolicited(channel, status))
		return end_deferred(channel, 1, status);
	/* Nothing but control-unit end: the device goes on. */
	channel->phase = CSS_PHASE_HELD;
	if (!(status & (uint8_t) ~(ARCH_DS_CONTROL_UNIT_END | ARCH_DS_STATUS_MODIFIER)))
		return CSS_OUTCOME_HELD;
	channel->phase = CSS_PHASE_READY;

	css_window_finish(window);
	channel->fetched = false;
	checks = window->check;
	if (!checks && !is_retry(status))
		checks = length_check(channel, status);
	chains = !checks && (is_ordinary(status) || is_retry(status)) &&
		 ((window->flags & (ARCH_CCW_CC | ARCH_CCW_CD)) == ARCH_CCW_CC || is_retry(status));
	accepted(sch, chains || window->touched, channel->ccw_end);
	if (!chains)
		return end(channel, status, checks, window->left);
	channel->status = status;
	if (status & ARCH_DS_DEVICE_END)
		return chain(channel, status);
	channel->phase = CSS_PHASE_DISCONNECTED;
	return CSS_OUTCOME_HELD;
}

enum css_outcome css_channel_device_end(struct css_subchannel *sch, uint8_t status)
{
	struct css_channel *channel = &sch->channel;
	uint8_t both = channel->status | status;

	if (!(status & (uint8_t)~ARCH_DS_CONTROL_UNIT_END))
		return CSS_OUTCOME_HELD;
	if (is_ordinary(status))
		return chain(channel, both);
	return end(channel, both, 0, channel->window.left);
}

/* The next command CCW is current afterwards. 0, or the check that it ends with. */
static uint8_t next_command(struct css_channel *channel)
{
	uint8_t check = fetch_ccw(channel, !channel->first);

	if (!check && !ccw_is_valid(channel, &channel->ccw, false))
		check = ARCH_SS_PROGRAM_CHECK;
	channel->chained = false;
	return check;
}

/* Fetches a command, with the conditions that a new CCW brings. */
static enum css_outcome fetch_command(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	uint8_t check = next_command(channel);
	/* In a chain the device has ended the command before. */
	uint8_t status = channel->first ? 0 : ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END;

	if (check)
		return end(channel, status, check, channel->ccw.count);
	if ((channel->ccw.flags & ARCH_CCW_SUSPEND) && css_suspend(sch))
		return CSS_OUTCOME_HELD;
	channel->fetched = true;
	if (channel->ccw.flags & ARCH_CCW_PCI)
		channel->pci = true;
	return CSS_OUTCOME_CHAINED;
}

static enum css_outcome execute_command(struct css_subchannel *sch, bool may_wait)
{
	struct css_channel *channel = &sch->channel;
	struct css_command command = {
		.code = channel->ccw.command,
		.path = channel->path,
		.first = channel->first,
		.may_wait = may_wait,
		.window = &channel->window,
	};
	uint32_t ccw_end = channel->ccw_end;

	css_window_begin(channel);
	command.chaining = css_window_chains_command(&channel->window);
	switch (sch->ops.command(sch->device, sch, &command)) {
	case CSS_DONE:
		return css_channel_command_ended(sch, command.status);
	case CSS_LATER:
		/* The window is the device's from now on. */
		channel->phase = CSS_PHASE_HELD;
		accepted(sch, true, ccw_end);
		return CSS_OUTCOME_HELD;
	case CSS_NO_PATH:
		return next_path(sch);
	case CSS_WOULD_WAIT:
		break;
	}
	css_window_finish(&channel->window);
	/* The same command again, from its own CCW on. */
	return_to_command(channel);
	if (may_wait)
		return end(channel, 0, ARCH_SS_INTERFACE_CONTROL_CHECK, channel->ccw.count);
	return CSS_OUTCOME_AGAIN;
}

static void begin(struct css_subchannel *sch)
{
	sch->channel.begun = true;
	if (sch->ops.begin)
		sch->ops.begin(sch->device, sch);
}

enum css_outcome css_channel_execute(struct css_subchannel *sch, bool may_wait)
{
	struct css_channel *channel = &sch->channel;
	int budget = may_wait ? BUDGET_WORKER : BUDGET_HELPED;
	enum css_outcome outcome = CSS_OUTCOME_CHAINED;

	while (outcome == CSS_OUTCOME_CHAINED) {
		if (atomic_load_explicit(&sch->stop, memory_order_relaxed))
			return CSS_OUTCOME_STOPPED;
		if (budget <= 0)
			return CSS_OUTCOME_AGAIN;
		if (!channel->fetched)
			outcome = fetch_command(sch);
		if (outcome != CSS_OUTCOME_CHAINED)
			break;
		if (!channel->begun)
			begin(sch);
		if (channel->pci)
			css_present_intermediate(sch, 0, ARCH_SS_PCI, channel->ccw_end);
		channel->window.moved = 0;
		outcome = execute_command(sch, may_wait);
		/* While the device holds a command the window is its own. */
		if (outcome == CSS_OUTCOME_CHAINED)
			budget -= 1 + (int)(channel->window.moved >> DEAR_SHIFT);
	}
	return outcome;
}
