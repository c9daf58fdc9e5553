/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Which CCWs of guest memory belong to a channel program: every one that the channel can come to,
 * through chaining, TIC and status modifiers, read exactly once (so that what was looked at is what
 * is run). Iterative; the work lists are threaded through the slots.
 *
 * A slot is one CCW. Slots that were found one after another stand in segments, the segments are
 * sorted by guest address and never overlap. What is reached, and how, only ever grows; each slot
 * is looked at once more whenever it does, so the work is linear in the number of slots.
 */
#include "driver/internal.h"

static const struct arch_ccw1 poison = {
	.address = {{CHANIO_CCW_POISON_ADDRESS >> 24, 0, 0, 0}},
};

/* ---- scratch memory ---- */

static size_t scratch_size(unsigned int slots)
{
	return slots * (sizeof(struct arch_ccw1) + sizeof(struct chanio_segment) +
			sizeof(uint32_t) + sizeof(uint16_t) + sizeof(uint8_t));
}

/* Room for `slots`; what is there is kept. */
static int scratch_grow(struct chanio_device *device, unsigned int slots)
{
	struct chanio_scratch *scratch = &device->scratch;
	const struct chanio_scratch_arrays old = scratch->array;
	struct chanio_scratch_arrays *array = &scratch->array;
	uint8_t *memory = device->platform_ops->allocate(device->platform, scratch_size(slots));

	if (!memory)
		return -ENOMEM;
	array->memory = memory;
	array->ccw = (void *)memory;
	memory += slots * sizeof(*array->ccw);
	array->segment = (void *)memory;
	memory += slots * sizeof(*array->segment);
	array->guest = (void *)memory;
	memory += slots * sizeof(*array->guest);
	array->next = (void *)memory;
	memory += slots * sizeof(*array->next);
	array->reach = memory;
	if (old.memory) {
		memcpy(array->ccw, old.ccw, scratch->slots * sizeof(*old.ccw));
		memcpy(array->segment, old.segment, scratch->segments * sizeof(*old.segment));
		memcpy(array->guest, old.guest, scratch->slots * sizeof(*old.guest));
		memcpy(array->next, old.next, scratch->slots * sizeof(*old.next));
		memcpy(array->reach, old.reach, scratch->slots * sizeof(*old.reach));
		device->platform_ops->release(device->platform, old.memory,
					      scratch_size(scratch->room));
	}
	scratch->room = slots;
	return 0;
}

void chanio_scratch_finish(struct chanio_device *device)
{
	struct chanio_scratch *scratch = &device->scratch;

	if (scratch->array.memory)
		device->platform_ops->release(device->platform, scratch->array.memory,
					      scratch_size(scratch->room));
	scratch->array.memory = NULL;
	scratch->room = 0;
}

/* ---- fetching ---- */

/* Eight bytes of guest memory through the window; false: not storage. */
static bool fetch(struct chanio_translation *t, uint32_t guest, uint8_t *bytes)
{
	struct chanio_scratch *scratch = t->scratch;
	uint64_t offset = guest - scratch->window_guest;
	size_t size;

	if (guest < scratch->window_guest || offset >= scratch->window_size) {
		size = CHANIO_PAGE_SIZE - guest % CHANIO_PAGE_SIZE;
		if (size > CHANIO_WINDOW)
			size = CHANIO_WINDOW;
		scratch->window_size = 0;
		if (t->device->platform_ops->read_guest(t->device->platform, guest, scratch->window,
							size))
			return false;
		scratch->window_guest = guest;
		scratch->window_size = size;
		offset = 0;
	}
	memcpy(bytes, &scratch->window[offset], sizeof(struct arch_ccw1));
	return true;
}

/* The CCW in format 1; what format 0 has and format 1 has not becomes poison. */
static void read_ccw(struct chanio_translation *t, uint32_t guest, struct arch_ccw1 *ccw)
{
	uint8_t bytes[sizeof(struct arch_ccw1)];
	struct arch_ccw0 ccw0;

	*ccw = poison;
	if (guest % 8 || guest > t->ccw_limit || !fetch(t, guest, bytes))
		return;
	if (t->format_1) {
		memcpy(ccw, bytes, sizeof(*ccw));
		return;
	}
	memcpy(&ccw0, bytes, sizeof(ccw0));
	if (arch_command_is_tic(ccw0.command)) {
		/* Any high digit is a TIC; its flags and count are ignored. */
		ccw->command = ARCH_CCW_TIC;
	} else {
		if (!arch_get16(ccw0.count))
			return;
		ccw->command = ccw0.command;
		ccw->flags = ccw0.flags;
		ccw->count = ccw0.count;
	}
	ccw->address.byte[0] = 0;
	memcpy(&ccw->address.byte[1], ccw0.address, sizeof(ccw0.address));
}

/* ---- segments ---- */

/* The last segment that begins at or before the address; CHANIO_NO_SEGMENT: none. */
static unsigned int segment_before(const struct chanio_scratch *scratch, uint32_t guest)
{
	unsigned int low = 0, high = scratch->segments;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (scratch->array.segment[middle].guest <= guest)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : CHANIO_NO_SEGMENT;
}

static bool segment_has(const struct chanio_segment *segment, uint32_t guest)
{
	return guest - segment->guest < 8u * segment->count && !((guest - segment->guest) % 8);
}

unsigned int chanio_scan_find(const struct chanio_scratch *scratch, uint32_t guest)
{
	unsigned int index = segment_before(scratch, guest);

	if (index != CHANIO_NO_SEGMENT && !segment_has(&scratch->array.segment[index], guest))
		index = CHANIO_NO_SEGMENT;
	return index;
}

static void insert_segment(struct chanio_translation *t, unsigned int index, uint32_t guest)
{
	struct chanio_scratch *scratch = t->scratch;
	struct chanio_segment *at = &scratch->array.segment[index];

	memmove(at + 1, at, (scratch->segments - index) * sizeof(*at));
	*at = (struct chanio_segment){.guest = guest, .slot = (uint16_t)scratch->slots};
	scratch->segments++;
}

/* Reads one more CCW, behind the last slot of the segment. */
static unsigned int append_slot(struct chanio_translation *t, struct chanio_segment *segment,
				uint32_t guest)
{
	struct chanio_scratch *scratch = t->scratch;
	unsigned int slot = scratch->slots++;

	read_ccw(t, guest, &scratch->array.ccw[slot]);
	scratch->array.guest[slot] = guest;
	scratch->array.reach[slot] = 0;
	scratch->array.next[slot] = CHANIO_NO_SLOT;
	segment->count++;
	return slot;
}

/* May one more slot be had? 0, -ENOMEM, -EINVAL; -ENOSPC: no more of the speculative ones. */
static int reserve_slot(struct chanio_translation *t)
{
	struct chanio_scratch *scratch = t->scratch;
	unsigned int room = scratch->room * 4;

	if (scratch->slots == scratch->limit)
		return scratch->speculative ? -ENOSPC : -EINVAL;
	if (scratch->slots < scratch->room)
		return 0;
	if (room > CHANIO_SLOTS_MAX)
		room = CHANIO_SLOTS_MAX;
	return scratch_grow(t->device, room ? room : CHANIO_SLOTS_FIRST);
}

/*
 * The slot of an address, made if there is none. *near is a segment index to try first and becomes
 * the slot's: a walk goes from one slot to the next, and appends to what it has just appended to.
 */
static int slot_of(struct chanio_translation *t, uint32_t guest, unsigned int *near,
		   unsigned int *slot)
{
	struct chanio_scratch *scratch = t->scratch;
	struct chanio_segment *segment;
	unsigned int index = *near;
	int error;

	if (index == CHANIO_NO_SEGMENT ||
	    guest - scratch->array.segment[index].guest >
		    8u * scratch->array.segment[index].count ||
	    (index + 1 < scratch->segments && scratch->array.segment[index + 1].guest <= guest))
		index = segment_before(scratch, guest);
	if (index != CHANIO_NO_SEGMENT && segment_has(&scratch->array.segment[index], guest)) {
		*near = index;
		*slot = scratch->array.segment[index].slot +
			(guest - scratch->array.segment[index].guest) / 8;
		return 0;
	}
	error = reserve_slot(t);
	if (error)
		return error;
	segment = index == CHANIO_NO_SEGMENT ? NULL : &scratch->array.segment[index];
	/* Only the segment at the end of the slots can grow. */
	if (!segment || guest != segment->guest + 8u * segment->count ||
	    segment->slot + segment->count != scratch->slots) {
		index = index == CHANIO_NO_SEGMENT ? 0 : index + 1;
		insert_segment(t, index, guest);
		segment = &scratch->array.segment[index];
	}
	*near = index;
	*slot = append_slot(t, segment, guest);
	return 0;
}

/* ---- where control goes ---- */

static bool is_tic(const struct arch_ccw1 *ccw)
{
	return ccw->command == ARCH_CCW_TIC;
}

/* False: the channel gives program check when it comes to this CCW in any of these ways. */
bool chanio_ccw_can_run(const struct arch_ccw1 *ccw, uint8_t reach)
{
	if (arch_get32(ccw->address) > ARCH_CCW_ADDRESS_MAX)
		return false;
	if (reach & (CHANIO_REACH_DATA | CHANIO_REACH_BACKWARD))
		return true; /* the command is ignored */
	return (ccw->command & 0x0F) && !arch_command_is_tic(ccw->command);
}

static bool tic_is_valid(const struct arch_ccw1 *ccw)
{
	return !ccw->flags && !arch_get16(ccw->count) &&
	       arch_get32(ccw->address) <= ARCH_CCW_ADDRESS_MAX && !(arch_get32(ccw->address) % 8);
}

/* How the CCW behind this one is reached; 0: not at all. */
static uint8_t reach_behind(const struct arch_ccw1 *ccw, uint8_t reach)
{
	const uint8_t data = CHANIO_REACH_DATA | CHANIO_REACH_BACKWARD;
	uint8_t behind = 0;

	if (!is_tic(ccw) && chanio_ccw_can_run(ccw, reach)) {
		if (ccw->flags & ARCH_CCW_CD) {
			behind = CHANIO_REACH_DIRECT | (reach & data);
			if (reach & CHANIO_REACH_COMMAND)
				behind |= arch_command_is_read_backward(ccw->command)
						  ? CHANIO_REACH_BACKWARD
						  : CHANIO_REACH_DATA;
		}
		/* An immediate operation ignores the data-chaining flag. */
		if (ccw->flags & ARCH_CCW_CC)
			behind |= CHANIO_REACH_DIRECT | CHANIO_REACH_COMMAND | CHANIO_REACH_SKIP;
	}
	if ((reach & CHANIO_REACH_SKIP) && (behind || is_tic(ccw)))
		behind |= CHANIO_REACH_DIRECT | CHANIO_REACH_COMMAND;
	return behind;
}

static void list(struct chanio_scratch *scratch, uint16_t *head, unsigned int slot)
{
	if (scratch->array.reach[slot] & CHANIO_LISTED)
		return;
	scratch->array.reach[slot] |= CHANIO_LISTED;
	scratch->array.next[slot] = *head;
	*head = (uint16_t)slot;
}

static unsigned int unlist(struct chanio_scratch *scratch, uint16_t *head)
{
	unsigned int slot = *head;

	*head = scratch->array.next[slot];
	scratch->array.reach[slot] &= (uint8_t)~CHANIO_LISTED;
	return slot;
}

/* Follows the chain from the address on, as far as anything new comes to light. */
static int walk(struct chanio_translation *t, uint32_t guest, uint8_t reach)
{
	struct chanio_scratch *scratch = t->scratch;
	unsigned int near = CHANIO_NO_SEGMENT, slot;
	int error;

	for (; reach; guest += 8) {
		const struct arch_ccw1 *ccw;

		if (guest > t->ccw_limit && guest != t->address)
			return 0; /* what stands behind the run is poison */
		error = slot_of(t, guest, &near, &slot);
		if (error)
			return error;
		if (!(reach & ~scratch->array.reach[slot]))
			return 0;
		scratch->array.reach[slot] |= reach;
		reach = scratch->array.reach[slot] & (uint8_t)~CHANIO_LISTED;
		ccw = &scratch->array.ccw[slot];
		if (is_tic(ccw) && tic_is_valid(ccw) && (reach & CHANIO_REACH_DIRECT))
			list(scratch, &scratch->tics, slot);
		if (!is_tic(ccw) && (reach & CHANIO_REACH_SKIP) && !reach_behind(ccw, reach))
			list(scratch, &scratch->ends, slot);
		reach = reach_behind(ccw, reach);
	}
	return 0;
}

static int follow_tics(struct chanio_translation *t)
{
	const uint8_t kinds = CHANIO_REACH_COMMAND | CHANIO_REACH_DATA | CHANIO_REACH_BACKWARD;
	struct chanio_scratch *scratch = t->scratch;

	while (scratch->tics != CHANIO_NO_SLOT) {
		unsigned int slot = unlist(scratch, &scratch->tics);
		uint32_t target = arch_get32(scratch->array.ccw[slot].address);
		int error = walk(t, target, scratch->array.reach[slot] & kinds);

		if (error && error != -ENOSPC)
			return error;
		/* A speculative TIC, and nothing left for what it leads to. */
		if (error && chanio_scan_find(scratch, target) == CHANIO_NO_SEGMENT)
			scratch->array.ccw[slot] = poison;
	}
	return 0;
}

/* A status modifier at the last but one CCW of a chain skips past its end. */
static int follow_ends(struct chanio_translation *t)
{
	struct chanio_scratch *scratch = t->scratch;
	int error;

	scratch->speculative = true;
	scratch->limit = scratch->slots + CHANIO_CCWS_SPECULATIVE;
	while (scratch->ends != CHANIO_NO_SLOT) {
		unsigned int slot = unlist(scratch, &scratch->ends);

		if (scratch->slots == scratch->limit)
			continue; /* the poison behind the run stands for it */
		error = walk(t, scratch->array.guest[slot] + 8,
			     CHANIO_REACH_COMMAND | CHANIO_REACH_DIRECT);
		if (!error || error == -ENOSPC)
			error = follow_tics(t);
		if (error)
			return error;
	}
	return 0;
}

int chanio_scan(struct chanio_translation *t)
{
	struct chanio_scratch *scratch = t->scratch;
	int error;

	scratch->slots = 0;
	scratch->segments = 0;
	scratch->window_size = 0;
	scratch->tics = CHANIO_NO_SLOT;
	scratch->ends = CHANIO_NO_SLOT;
	scratch->speculative = false;
	scratch->limit = CHANIO_CCWS_MAX;
	error = walk(t, t->address, CHANIO_REACH_COMMAND | CHANIO_REACH_DIRECT);
	if (!error)
		error = follow_tics(t);
	return error ? error : follow_ends(t);
}
