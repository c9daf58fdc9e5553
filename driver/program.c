/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The memory of one channel program: the CCWs and address lists as the channel sees them, the guest
 * pages that it has pinned, and the way back from our CCW addresses to the guest's.
 */
#include "driver/internal.h"

#define PAGE_OFFSET ((uint32_t)CHANIO_PAGE_SIZE - 1)

int chanio_program_create(struct chanio_device *device, struct chanio_program **program)
{
	*program = device->platform_ops->allocate(device->platform, sizeof(**program));
	return *program ? 0 : -ENOMEM;
}

static void release_pin_blocks(struct chanio_device *device, struct chanio_pin_block *block)
{
	struct chanio_pin_block *next;

	for (; block; block = next) {
		next = block->next;
		device->platform_ops->release(device->platform, block, sizeof(*block));
	}
}

static void release_chunks(struct chanio_device *device, struct chanio_program *program,
			   unsigned int keep)
{
	while (program->chunks > keep)
		device->platform_ops->channel_release(device->platform,
						      &program->chunk[--program->chunks]);
}

static void unpin_all(struct chanio_device *device, struct chanio_program *program)
{
	const struct chanio_platform_ops *ops = device->platform_ops;
	struct chanio_pin_block *block = program->pin_blocks;
	const struct chanio_pin *pin;

	for (unsigned int i = 0; i < program->pins; i++) {
		if (i < CHANIO_PINS_EMBEDDED) {
			pin = &program->pin[i];
		} else {
			pin = &block->pin[(i - CHANIO_PINS_EMBEDDED) % CHANIO_PINS_BLOCK];
			if (pin == &block->pin[CHANIO_PINS_BLOCK - 1])
				block = block->next;
		}
		ops->unpin(device->platform, pin->guest, (size_t)pin->pages);
	}
	program->pins = 0;
}

void chanio_program_empty(struct chanio_device *device, struct chanio_program *program)
{
	unpin_all(device, program);
	if (program->pin_blocks) {
		release_pin_blocks(device, program->pin_blocks->next);
		program->pin_blocks->next = NULL;
	}
	program->pin_last = NULL;
	if (program->chunks > CHANIO_CHUNKS_RETAINED)
		release_chunks(device, program, CHANIO_CHUNKS_RETAINED);
	program->current = 0;
	program->used = 0;
	program->runs = 0;
	program->live = false;
}

bool chanio_program_is_light(const struct chanio_program *program)
{
	return !program->pins && program->chunks <= CHANIO_CHUNKS_RETAINED &&
	       !(program->pin_blocks && program->pin_blocks->next);
}

void chanio_program_destroy(struct chanio_device *device, struct chanio_program *program)
{
	const struct chanio_platform_ops *ops = device->platform_ops;

	if (!program)
		return;
	unpin_all(device, program);
	release_pin_blocks(device, program->pin_blocks);
	release_chunks(device, program, 0);
	if (program->run)
		ops->release(device->platform, program->run,
			     program->runs_room * sizeof(*program->run));
	ops->release(device->platform, program, sizeof(*program));
}

/* Takes from the current chunk; false: it has not enough left. */
static bool take(struct chanio_program *program, size_t size, bool in_page, void **address,
		 uint32_t *bus)
{
	const struct chanio_channel_memory *chunk = &program->chunk[program->current];
	size_t at = program->used;

	if (in_page) {
		uint32_t align = 16 - 1;

		if (((chunk->bus_address + at + align) & PAGE_OFFSET & ~align) + size >
		    CHANIO_PAGE_SIZE)
			align = PAGE_OFFSET;
		at += (0 - (chunk->bus_address + (uint32_t)at)) & align;
	}
	if (at > chunk->size || size > chunk->size - at)
		return false;
	*address = (uint8_t *)chunk->address + at;
	*bus = chunk->bus_address + (uint32_t)at;
	program->used = at + ((size + 7) & ~(size_t)7);
	return true;
}

static size_t chunk_size(unsigned int index, size_t need)
{
	size_t size = CHANIO_CHUNK_MAX;

	if (index == 0)
		size = CHANIO_CHUNK_FIRST;
	else if (index == 1)
		size = CHANIO_CHUNK_SECOND;
	return size < need ? CHANIO_CHUNK_MAX : size;
}

int chanio_program_allocate(struct chanio_device *device, struct chanio_program *program,
			    size_t size, bool in_page, void **address, uint32_t *bus)
{
	size_t need = size + (in_page ? CHANIO_PAGE_SIZE : 0);

	chanio_assert(need <= CHANIO_CHUNK_MAX);
	if (program->chunks && take(program, size, in_page, address, bus))
		return 0;
	for (;;) {
		unsigned int next = program->chunks ? program->current + 1 : 0;

		if (next == program->chunks) {
			struct chanio_channel_memory *chunk = &program->chunk[next];

			if (next == CHANIO_CHUNKS_MAX)
				return -EINVAL;
			if (device->platform_ops->channel_allocate(device->platform,
								   chunk_size(next, need), chunk))
				return -ENOMEM;
			program->chunks++;
		}
		program->current = next;
		program->used = 0;
		if (take(program, size, in_page, address, bus))
			return 0;
	}
}

/* Room for one more pin, so that nothing can fail once it is pinned. NULL: no memory. */
static struct chanio_pin *next_pin(struct chanio_device *device, struct chanio_program *program)
{
	unsigned int index;
	struct chanio_pin_block **link;

	if (program->pins < CHANIO_PINS_EMBEDDED)
		return &program->pin[program->pins];
	index = (program->pins - CHANIO_PINS_EMBEDDED) % CHANIO_PINS_BLOCK;
	if (index)
		return &program->pin_last->pin[index];
	/* The first of a block. After a failed pin the block is there already. */
	link = &program->pin_blocks;
	if (program->pins > CHANIO_PINS_EMBEDDED)
		link = &program->pin_last->next;
	if (!*link)
		*link = device->platform_ops->allocate(device->platform, sizeof(**link));
	return *link ? &(*link)->pin[0] : NULL;
}

static void count_pin(struct chanio_program *program)
{
	unsigned int index;

	if (program->pins >= CHANIO_PINS_EMBEDDED) {
		index = (program->pins - CHANIO_PINS_EMBEDDED) % CHANIO_PINS_BLOCK;
		if (!index)
			program->pin_last =
				program->pin_last ? program->pin_last->next : program->pin_blocks;
	}
	program->pins++;
}

int chanio_program_pin(struct chanio_device *device, struct chanio_program *program, uint64_t guest,
		       size_t pages, uint64_t *bus)
{
	struct chanio_pin *pin = next_pin(device, program);
	int error;

	if (!pin)
		return -ENOMEM;
	error = device->platform_ops->pin(device->platform, guest, pages, bus);
	if (error)
		return error == -ENOMEM ? -ENOMEM : -EFAULT;
	pin->guest = guest;
	pin->pages = pages;
	count_pin(program);
	return 0;
}

bool chanio_program_touches(const struct chanio_program *program, uint64_t guest, uint64_t size)
{
	const struct chanio_pin_block *block = program->pin_blocks;
	uint64_t last = size - 1 > ~(uint64_t)0 - guest ? ~(uint64_t)0 : guest + size - 1;

	if (!size)
		return false;
	if (program->live)
		return true;
	for (unsigned int i = 0; i < program->pins; i++) {
		const struct chanio_pin *pin;

		if (i < CHANIO_PINS_EMBEDDED) {
			pin = &program->pin[i];
		} else {
			pin = &block->pin[(i - CHANIO_PINS_EMBEDDED) % CHANIO_PINS_BLOCK];
			if (pin == &block->pin[CHANIO_PINS_BLOCK - 1])
				block = block->next;
		}
		if (pin->guest <= last && guest <= pin->guest + (pin->pages * CHANIO_PAGE_SIZE - 1))
			return true;
	}
	return false;
}

bool chanio_program_guest_address(const struct chanio_program *program, uint32_t host,
				  uint32_t *guest)
{
	if (program->live) {
		*guest = host;
		return true;
	}
	for (unsigned int i = 0; i < program->runs; i++) {
		const struct chanio_run *run = &program->run[i];
		uint32_t offset = host - run->host;

		/* The poison CCW behind the run included. */
		if (offset && !(offset % 8) && offset <= 8 * (run->count + 1)) {
			*guest = run->guest + offset;
			return true;
		}
	}
	/* Not started at all, or ended before the first CCW was fetched. */
	if (host == program->host_address) {
		*guest = program->guest_address;
		return true;
	}
	return false;
}
