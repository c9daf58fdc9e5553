/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Guest storage with a guard page on either side, and the control blocks put into it. */
#include "client/internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define GUARD 0xC5

int client_memory_init(struct client *client)
{
	uint8_t *all = mmap(NULL, CLIENT_MEMORY_SIZE + 2 * CLIENT_PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		return -ENOMEM;
	client->memory = all + CLIENT_PAGE;
	memset(all, GUARD, CLIENT_PAGE);
	memset(client->memory + CLIENT_MEMORY_SIZE, GUARD, CLIENT_PAGE);
	return 0;
}

void client_memory_finish(struct client *client)
{
	if (client->memory)
		munmap(client->memory - CLIENT_PAGE, CLIENT_MEMORY_SIZE + 2 * CLIENT_PAGE);
	client->memory = NULL;
}

static bool is_filled(const uint8_t *page)
{
	for (size_t i = 0; i < CLIENT_PAGE; i++)
		if (page[i] != GUARD)
			return false;
	return true;
}

bool client_memory_is_intact(const struct client *client)
{
	return is_filled(client->memory - CLIENT_PAGE) &&
	       is_filled(client->memory + CLIENT_MEMORY_SIZE);
}

void *client_at(struct client *client, uint32_t address)
{
	assert(address >= CLIENT_MEMORY && address < CLIENT_MEMORY_END);
	return client->memory + (address - CLIENT_MEMORY);
}

void client_put_ccw(struct client *client, uint32_t at, uint8_t command, uint8_t flags,
		    uint16_t count, uint32_t address)
{
	const struct arch_ccw1 ccw = {
		.command = command,
		.flags = flags,
		.count = arch_put16(count),
		.address = arch_put32(address),
	};

	memcpy(client_at(client, at), &ccw, sizeof(ccw));
}

void client_put_ccw0(struct client *client, uint32_t at, uint8_t command, uint8_t flags,
		     uint16_t count, uint32_t address)
{
	const struct arch_ccw0 ccw = {
		.command = command,
		.address = {(uint8_t)(address >> 16), (uint8_t)(address >> 8), (uint8_t)address},
		.flags = flags,
		.count = arch_put16(count),
	};

	memcpy(client_at(client, at), &ccw, sizeof(ccw));
}

void client_put_idaw1(struct client *client, uint32_t at, uint32_t address)
{
	const arch_idaw1 idaw = arch_put32(address);

	memcpy(client_at(client, at), &idaw, sizeof(idaw));
}

void client_put_idaw2(struct client *client, uint32_t at, uint64_t address)
{
	const arch_idaw2 idaw = arch_put64(address);

	memcpy(client_at(client, at), &idaw, sizeof(idaw));
}

void client_put_midaw(struct client *client, uint32_t at, uint8_t flags, uint16_t count,
		      uint64_t address)
{
	const struct arch_midaw midaw = {
		.flags = flags,
		.count = arch_put16(count),
		.address = arch_put64(address),
	};

	memcpy(client_at(client, at), &midaw, sizeof(midaw));
}

struct arch_orb client_orb(uint32_t control, uint32_t program)
{
	const struct arch_orb orb = {
		.interruption_parameter = arch_put32(0x12345678),
		.control = arch_put32(control),
		.program_address = arch_put32(program),
	};

	return orb;
}
