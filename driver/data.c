/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Data addresses of one CCW: the guest's direct address, IDAL or MIDAL becomes a list of pinned
 * addresses of our own (channel-io.md section 7). A block that is no storage, or that the guest's
 * list gives wrongly, becomes CHANIO_ADDRESS_INVALID: bytes before it move, then program check.
 */
#include "driver/internal.h"

#define PAGE_MASK (~(uint64_t)(CHANIO_PAGE_SIZE - 1))

static uint32_t page_offset(uint64_t address)
{
	return (uint32_t)(address % CHANIO_PAGE_SIZE);
}

/* ---- pinning ---- */

/* Pins one page, unless it is the one pinned last. 0 with *bus, perhaps invalid; -ENOMEM. */
static int pin_page(struct chanio_translation *t, uint64_t page, uint64_t *bus)
{
	int error;

	if (page == t->page) {
		*bus = t->page_bus;
		return 0;
	}
	*bus = CHANIO_ADDRESS_INVALID;
	if (page == CHANIO_ADDRESS_INVALID)
		return 0;
	error = chanio_program_pin(t->device, t->program, page, 1, bus);
	if (error == -ENOMEM)
		return error;
	if (error) {
		*bus = CHANIO_ADDRESS_INVALID;
		return 0;
	}
	t->page = page;
	t->page_bus = *bus;
	return 0;
}

/* How many blocks from this one on stand in consecutive pages. */
static unsigned int consecutive(const uint64_t *block, unsigned int count)
{
	unsigned int n = 1;

	while (n < count && block[n] != CHANIO_ADDRESS_INVALID &&
	       (block[n] & PAGE_MASK) == (block[0] & PAGE_MASK) + n * (uint64_t)CHANIO_PAGE_SIZE)
		n++;
	return n;
}

/* Fills scratch->bus with the pages of scratch->block, up to the first that cannot be had. */
static int pin_blocks(struct chanio_translation *t, unsigned int count)
{
	const uint64_t *block = t->scratch->block;
	uint64_t *bus = t->scratch->bus;
	unsigned int i = 0, n;
	int error = 0;

	while (i < count && block[i] != CHANIO_ADDRESS_INVALID) {
		n = consecutive(&block[i], count - i);
		if (n > 1)
			error = chanio_program_pin(t->device, t->program, block[i] & PAGE_MASK, n,
						   &bus[i]);
		if (n > 1 && !error) {
			i += n;
			t->page = block[i - 1] & PAGE_MASK;
			t->page_bus = bus[i - 1];
			continue;
		}
		if (error == -ENOMEM)
			break;
		/* One of them is missing: as far as they go. */
		error = pin_page(t, block[i] & PAGE_MASK, &bus[i]);
		if (bus[i] == CHANIO_ADDRESS_INVALID)
			break;
		i++;
	}
	for (; i < count; i++)
		bus[i] = CHANIO_ADDRESS_INVALID;
	return error;
}

/* ---- IDALs ---- */

static void set_list(struct arch_ccw1 *host, uint8_t flag, uint32_t bus)
{
	host->flags |= flag;
	host->address = arch_put32(bus);
}

/* Our IDAL for the blocks in scratch->block. */
static int emit_idal(struct chanio_translation *t, unsigned int count, struct arch_ccw1 *host)
{
	const struct chanio_scratch *scratch = t->scratch;
	arch_idaw2 *list;
	void *address;
	uint32_t bus;
	int error;

	error = chanio_program_allocate(t->device, t->program, count * sizeof(*list), false,
					&address, &bus);
	if (!error)
		error = pin_blocks(t, count);
	if (error)
		return error;
	list = address;
	for (unsigned int i = 0; i < count; i++) {
		uint64_t idaw = scratch->bus[i];

		if (idaw != CHANIO_ADDRESS_INVALID)
			idaw += page_offset(scratch->block[i]);
		list[i] = arch_put64(idaw);
	}
	set_list(host, ARCH_CCW_IDA, bus);
	return 0;
}

/* A list that is not on its boundary, in place of one of the guest's: the channel objects. */
static int emit_misaligned(struct chanio_translation *t, uint8_t flag, struct arch_ccw1 *host)
{
	void *address;
	uint32_t bus;
	int error;

	error = chanio_program_allocate(t->device, t->program, 2 * sizeof(struct arch_midaw), true,
					&address, &bus);
	if (error)
		return error;
	memset(address, 0xFF, 2 * sizeof(struct arch_midaw));
	set_list(host, flag, bus + 4);
	return 0;
}

/* Blocks that `count` bytes touch, the first of them at `offset` in its block. */
static unsigned int blocks_needed(uint32_t unit, uint32_t offset, uint32_t count, bool backward)
{
	if (backward)
		offset = unit - 1 - offset;
	return (offset + count + unit - 1) >> (unit == BLOCK_4K ? 12 : 11);
}

static void fill_invalid(struct chanio_translation *t, unsigned int from, unsigned int count)
{
	for (; from < count; from++)
		t->scratch->block[from] = CHANIO_ADDRESS_INVALID;
}

/* The address in the CCW itself: a stretch of storage, upwards or downwards. */
static unsigned int direct_blocks(struct chanio_translation *t, uint32_t address, uint32_t count,
				  bool backward)
{
	const uint32_t inside = t->unit - 1;
	unsigned int needed = blocks_needed(t->unit, address & inside, count, backward);
	uint32_t start = address & ~inside;
	unsigned int i = 0;

	while (i < needed && address < t->storage_limit) {
		t->scratch->block[i++] = address;
		if (backward && !start)
			break;
		address = backward ? start - 1 : start + t->unit;
		start = address & ~inside;
	}
	fill_invalid(t, i, needed);
	return needed;
}

/* Reads the guest's list into scratch->list, as far as there is storage. Returns bytes. */
static size_t read_list(struct chanio_translation *t, uint32_t guest, size_t size)
{
	size_t done = 0;

	while (done < size && guest + done < t->storage_limit) {
		uint32_t at = guest + (uint32_t)done;
		size_t piece = CHANIO_PAGE_SIZE - page_offset(at);

		if (piece > size - done)
			piece = size - done;
		if (t->device->platform_ops->read_guest(t->device->platform, at,
							&t->scratch->list[done], piece))
			break;
		done += piece;
	}
	return done;
}

/* The guest's IDAW; invalid: bit 0 of a format-1 IDAW is on. */
static uint64_t guest_idaw(const struct chanio_translation *t, unsigned int index)
{
	const uint8_t *list = t->scratch->list;
	arch_idaw1 idaw1;
	arch_idaw2 idaw2;

	if (t->orb_control & ARCH_ORB_FORMAT_2_IDAW) {
		memcpy(&idaw2, &list[index * sizeof(idaw2)], sizeof(idaw2));
		return arch_get64(idaw2);
	}
	memcpy(&idaw1, &list[index * sizeof(idaw1)], sizeof(idaw1));
	if (arch_get32(idaw1) > ARCH_CCW_ADDRESS_MAX)
		return CHANIO_ADDRESS_INVALID;
	return arch_get32(idaw1);
}

/* The guest's IDAL. Only the first IDAW may point into a block. */
static int emit_guest_idal(struct chanio_translation *t, uint32_t address, uint32_t count,
			   bool backward, struct arch_ccw1 *host)
{
	const size_t entry =
		t->orb_control & ARCH_ORB_FORMAT_2_IDAW ? sizeof(arch_idaw2) : sizeof(arch_idaw1);
	const uint32_t unit = t->guest_unit;
	const uint64_t inside = unit - 1, boundary = backward ? inside : 0;
	unsigned int needed = blocks_needed(unit, backward ? 0 : unit - 1, count, backward);
	unsigned int present, i;
	uint64_t idaw;

	if (address % entry)
		return emit_misaligned(t, ARCH_CCW_IDA, host);
	present = (unsigned int)(read_list(t, address, needed * entry) / entry);
	if (present)
		needed =
			blocks_needed(unit, (uint32_t)(guest_idaw(t, 0) & inside), count, backward);
	for (i = 0; i < needed && i < present; i++) {
		idaw = guest_idaw(t, i);
		if (idaw == CHANIO_ADDRESS_INVALID || (i && (idaw & inside) != boundary))
			break;
		t->scratch->block[i] = idaw;
	}
	fill_invalid(t, i, needed);
	return emit_idal(t, needed, host);
}

/* ---- MIDALs ---- */

/* Reads entry `index` of the guest's list, with as many behind it as fit; false: not storage. */
static bool read_midaws(struct chanio_translation *t, uint32_t guest, unsigned int index,
			unsigned int entries)
{
	const unsigned int piece = 16;
	struct arch_midaw *midaw = &t->scratch->midaw[index];
	uint32_t at = guest + index * (uint32_t)sizeof(*midaw);

	if (index % piece)
		return true; /* came with one before */
	if (entries > index + piece)
		entries = index + piece;
	return at < t->storage_limit &&
	       !t->device->platform_ops->read_guest(t->device->platform, at, midaw,
						    (entries - index) * sizeof(*midaw));
}

/*
 * Puts our address into a MIDAW. *more: the channel can get past it. The skip flag counts for
 * commands that store only; which command it will be is not known here.
 */
static int translate_midaw(struct chanio_translation *t, struct arch_midaw *midaw, bool backward,
			   bool *more)
{
	uint64_t address = arch_get64(midaw->address), bus = CHANIO_ADDRESS_INVALID;
	uint32_t count = arch_get16(midaw->count), offset = page_offset(address);
	uint32_t room = backward ? offset + 1 : CHANIO_PAGE_SIZE - offset;
	bool reserved = false;
	int error = 0;

	for (size_t i = 0; i < sizeof(midaw->reserved); i++)
		reserved |= midaw->reserved[i];
	*more = count && !reserved;
	if (*more && count <= room)
		error = pin_page(t, address & PAGE_MASK, &bus);
	if (bus == CHANIO_ADDRESS_INVALID && !(midaw->flags & ARCH_MIDAW_SKIP))
		*more = false;
	midaw->address = arch_put64(bus + offset);
	return error;
}

/* Translates as many entries as `count` bytes need, in scratch->midaw. Returns how many, or
 * -ENOMEM. */
static int translate_midaws(struct chanio_translation *t, uint32_t guest, uint32_t count,
			    bool backward)
{
	static const struct arch_midaw no_storage = {
		.count = {{0, 1}},
		.address = {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF0, 0}},
	};
	unsigned int entries =
		(CHANIO_PAGE_SIZE - page_offset(guest)) / (unsigned int)sizeof(no_storage);
	uint32_t sum = 0;
	bool more = true;
	int n = 0;

	for (; more && sum < count && n < (int)CHANIO_MIDAWS_MAX; n++) {
		struct arch_midaw *midaw = &t->scratch->midaw[n];

		if (n >= (int)entries || !read_midaws(t, guest, (unsigned int)n, entries)) {
			*midaw = no_storage;
			more = false;
		} else if (translate_midaw(t, midaw, backward, &more)) {
			return -ENOMEM;
		}
		sum += arch_get16(midaw->count);
		if (midaw->flags & ARCH_MIDAW_LAST)
			more = false;
	}
	return n;
}

static int emit_midal(struct chanio_translation *t, uint32_t address, uint32_t count, bool backward,
		      struct arch_ccw1 *host)
{
	const size_t entry = sizeof(struct arch_midaw);
	void *list;
	uint32_t bus;
	int entries, error;

	if (address % entry)
		return emit_misaligned(t, ARCH_CCW_MIDA, host);
	entries = translate_midaws(t, address, count, backward);
	if (entries < 0)
		return entries;
	error = chanio_program_allocate(t->device, t->program, (size_t)entries * entry, true, &list,
					&bus);
	if (error)
		return error;
	memcpy(list, t->scratch->midaw, (size_t)entries * entry);
	set_list(host, ARCH_CCW_MIDA, bus);
	return 0;
}

/* ---- one CCW ---- */

static bool goes_backward(const struct arch_ccw1 *ccw, uint8_t reach)
{
	/* A CCW that can be reached both ways is taken for the more usual one. */
	if (reach & CHANIO_REACH_DATA)
		return false;
	if ((reach & CHANIO_REACH_COMMAND) && !arch_command_is_read_backward(ccw->command))
		return false;
	return true;
}

/* No byte of storage is used, however the CCW is reached. */
static bool moves_nothing(const struct arch_ccw1 *ccw, uint8_t reach)
{
	if (!arch_get16(ccw->count))
		return true;
	if (reach & (CHANIO_REACH_DATA | CHANIO_REACH_BACKWARD))
		return false; /* the command that counts is another one */
	if (ccw->command == ARCH_CCW_NOP)
		return true;
	return (ccw->flags & ARCH_CCW_SKIP) && arch_command_stores(ccw->command);
}

/* MIDA that the channel refuses whatever the list says (channel-io.md section 6). */
static bool midaw_is_refused(const struct chanio_translation *t, const struct arch_ccw1 *ccw)
{
	return (ccw->flags & ARCH_CCW_MIDA) && (!(t->orb_control & ARCH_ORB_MIDAW) ||
						(ccw->flags & (ARCH_CCW_IDA | ARCH_CCW_SKIP)));
}

int chanio_translate_data(struct chanio_translation *t, const struct arch_ccw1 *guest,
			  uint8_t reach, struct arch_ccw1 *host)
{
	uint32_t address = arch_get32(guest->address), count = arch_get16(guest->count);
	bool backward = goes_backward(guest, reach);

	*host = *guest;
	host->address = arch_put32(address & CHANIO_CCW_POISON_ADDRESS);
	if (!chanio_ccw_can_run(guest, reach) || midaw_is_refused(t, guest))
		return 0;
	host->flags &= (uint8_t) ~(ARCH_CCW_IDA | ARCH_CCW_MIDA);
	if (moves_nothing(guest, reach))
		return 0;
	if (guest->flags & ARCH_CCW_MIDA)
		return emit_midal(t, address, count, backward, host);
	if (guest->flags & ARCH_CCW_IDA)
		return emit_guest_idal(t, address, count, backward, host);
	return emit_idal(t, direct_blocks(t, address, count, backward), host);
}
