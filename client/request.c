/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Requests through the regions, and what the regions show afterwards. */
#include "client/client.h"

#include <errno.h>
#include <string.h>

ARCH_ASSERT_SIZE(struct arch_irb, 64);

long client_start_with(struct client *client, const struct arch_orb *orb, uint32_t scsw_control)
{
	const struct arch_scsw scsw = {.control = arch_put32(scsw_control)};
	uint8_t region[CLIENT_IO_SIZE] = {0};

	memcpy(region + CLIENT_IO_ORB, orb, sizeof(*orb));
	memcpy(region + CLIENT_IO_SCSW, &scsw, sizeof(scsw));
	return client_write(client, client->io.offset, region, sizeof(region));
}

long client_start(struct client *client, const struct arch_orb *orb)
{
	return client_start_with(client, orb, ARCH_SCSW_FC_START);
}

long client_command(struct client *client, uint32_t command)
{
	const arch_be32 region[2] = {arch_put32(command), arch_put32(0)};

	if (!client->command.size)
		return -ENODEV;
	return client_write(client, client->command.offset, region, sizeof(region));
}

long client_halt(struct client *client)
{
	return client_command(client, CLIENT_COMMAND_HALT);
}

long client_clear(struct client *client)
{
	return client_command(client, CLIENT_COMMAND_CLEAR);
}

/* All `size` bytes, or -errno. */
static int read_all(struct client *client, uint64_t offset, void *to, size_t size)
{
	long result = client_read(client, offset, to, size);

	if (result < 0)
		return (int)result;
	return result == (long)size ? 0 : -EIO;
}

int client_read_irb(struct client *client, struct arch_irb *irb)
{
	return read_all(client, client->io.offset + CLIENT_IO_IRB, irb, sizeof(*irb));
}

int client_read_schib(struct client *client, struct arch_schib *schib)
{
	if (!client->schib.size)
		return -ENODEV;
	return read_all(client, client->schib.offset, schib, sizeof(*schib));
}

int client_read_crw(struct client *client, struct arch_crw *crw)
{
	uint8_t region[CLIENT_CRW_SIZE];
	int error;

	if (!client->crw.size)
		return -ENODEV;
	error = read_all(client, client->crw.offset, region, sizeof(region));
	memcpy(crw, region, sizeof(*crw));
	return error;
}

int client_wait_irb(struct client *client, struct arch_irb *irb, int milliseconds)
{
	long events = client_wait(client, CLIENT_IRQ_IO, milliseconds);

	return events < 0 ? (int)events : client_read_irb(client, irb);
}

bool client_figures(struct client *client, struct client_figures *figures)
{
	if (!client->target->ops->figures)
		return false;
	client->target->ops->figures(client->target->context, client->device, figures);
	return true;
}
