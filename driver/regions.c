/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Reads and writes of the device file: which region, which bytes, and what a read takes away. The
 * copies to and from the client are made without the lock, of or into local memory.
 */
#include "driver/internal.h"

#define REGION_READ	    1u
#define REGION_WRITE	    2u
#define REGION_CAPABILITIES 8u

static const struct chanio_region_info region_info[CHANIO_REGIONS] = {
	[CHANIO_REGION_IO] =
		{
			.size = sizeof(struct chanio_io_region),
			.flags = REGION_READ | REGION_WRITE,
		},
	[CHANIO_REGION_COMMAND] =
		{
			.size = sizeof(struct chanio_command_region),
			.flags = REGION_READ | REGION_WRITE | REGION_CAPABILITIES,
			.subtype = 1,
		},
	[CHANIO_REGION_SCHIB] =
		{
			.size = sizeof(struct arch_schib),
			.flags = REGION_READ | REGION_CAPABILITIES,
			.subtype = 2,
		},
	[CHANIO_REGION_CRW] =
		{
			.size = sizeof(struct chanio_crw_region),
			.flags = REGION_READ | REGION_CAPABILITIES,
			.subtype = 3,
		},
};

const struct chanio_region_info *chanio_region_info(unsigned int region)
{
	return region < CHANIO_REGIONS ? &region_info[region] : NULL;
}

/* Splits a file offset. The region's number, or -EINVAL: not all within one region. */
static int locate(uint64_t offset, size_t size, uint32_t needs, size_t *position)
{
	const uint64_t mask = (1u << CHANIO_REGION_SHIFT) - 1;
	uint64_t region = offset >> CHANIO_REGION_SHIFT;

	*position = (size_t)(offset & mask);
	if (region >= CHANIO_REGIONS || !(region_info[region].flags & needs) ||
	    *position > region_info[region].size || size > region_info[region].size - *position)
		return -EINVAL;
	return (int)region;
}

static int to_client(struct chanio_device *device, void *client, const void *region,
		     size_t position, size_t size)
{
	return device->platform_ops->copy_to_client(device->platform, client,
						    (const uint8_t *)region + position, size)
		       ? -EFAULT
		       : 0;
}

/* ---- reading ---- */

static int read_io(struct chanio_device *device, void *client, size_t position, size_t size)
{
	const size_t irb = offsetof(struct chanio_io_region, irb);
	const struct chanio_queued_irb *oldest = NULL;
	struct chanio_io_region region;
	uint64_t sequence = 0;
	unsigned long flags = chanio_lock(device);
	int error;

	region = device->io;
	if (position <= irb && position + size > irb)
		oldest = chanio_irb_oldest(device);
	if (oldest) {
		sequence = oldest->sequence;
		memcpy(region.irb, &oldest->irb, sizeof(oldest->irb));
	}
	chanio_unlock(device, flags);
	error = to_client(device, client, &region, position, size);
	if (error || !sequence)
		return error;
	flags = chanio_lock(device);
	chanio_irb_take(device, sequence);
	chanio_unlock(device, flags);
	return 0;
}

static int read_command(struct chanio_device *device, void *client, size_t position, size_t size)
{
	struct chanio_command_region region;
	unsigned long flags = chanio_lock(device);

	region = device->command;
	chanio_unlock(device, flags);
	return to_client(device, client, &region, position, size);
}

/* What is the host's own is hidden: its interruption parameter, its storage addresses. */
static void schib_to_guest(struct chanio_device *device, struct arch_schib *schib)
{
	uint32_t control = arch_get32(schib->scsw.control);

	schib->pmcw.interruption_parameter = device->orb.interruption_parameter;
	schib->scsw.ccw_address = arch_put32(
		chanio_ccw_address_to_guest(device, arch_get32(schib->scsw.ccw_address)));
	if (!(arch_get32(device->orb.control) & ARCH_ORB_FORMAT_1))
		control &= ~ARCH_SCSW_FORMAT_1;
	schib->scsw.control = arch_put32(control);
	schib->measurement_block_address = arch_put64(0);
}

static int read_schib(struct chanio_device *device, void *client, size_t position, size_t size)
{
	struct arch_schib schib;
	unsigned long flags = chanio_lock(device);
	int error = 0;

	if (!device->open || device->state == CHANIO_STATE_NOT_OPER ||
	    device->subchannel_ops->store(device->subchannel, &schib))
		error = -ENODEV;
	else
		schib_to_guest(device, &schib);
	chanio_unlock(device, flags);
	return error ? error : to_client(device, client, &schib, position, size);
}

static int read_crw(struct chanio_device *device, void *client, size_t position, size_t size)
{
	struct chanio_crw_region region = {.padding = arch_put32(0)};
	const struct arch_crw *oldest;
	uint64_t sequence;
	unsigned long flags = chanio_lock(device);
	bool takes;
	int error;

	oldest = chanio_crw_oldest(device, &sequence);
	takes = oldest && position == 0 && size >= sizeof(*oldest);
	if (oldest)
		region.crw = *oldest;
	chanio_unlock(device, flags);
	error = to_client(device, client, &region, position, size);
	if (error || !takes)
		return error;
	flags = chanio_lock(device);
	chanio_crw_take(device, sequence);
	chanio_unlock(device, flags);
	return 0;
}

long chanio_device_read(struct chanio_device *device, uint64_t offset, void *client, size_t size)
{
	size_t position;
	int region = locate(offset, size, REGION_READ, &position);
	int error = region;

	if (region < 0 || !size)
		return region < 0 ? region : 0;
	switch (region) {
	case CHANIO_REGION_IO:
		error = read_io(device, client, position, size);
		break;
	case CHANIO_REGION_COMMAND:
		error = read_command(device, client, position, size);
		break;
	case CHANIO_REGION_SCHIB:
		error = read_schib(device, client, position, size);
		break;
	default:
		error = read_crw(device, client, position, size);
		break;
	}
	return error ? error : (long)size;
}

/* ---- writing ---- */

/* One write that covers ORB and SCSW (D11); what it has for the output areas is not even read. */
static int write_io(struct chanio_device *device, const void *client, size_t position, size_t size)
{
	struct {
		struct arch_orb orb;
		struct arch_scsw scsw;
	} input;

	if (position || size < sizeof(input))
		return -EINVAL;
	if (device->platform_ops->copy_from_client(device->platform, &input, client, sizeof(input)))
		return -EFAULT;
	return chanio_request_start(device, &input.orb, &input.scsw);
}

static int write_command(struct chanio_device *device, const void *client, size_t position,
			 size_t size)
{
	arch_be32 command;

	if (position || size < sizeof(command))
		return -EINVAL;
	if (device->platform_ops->copy_from_client(device->platform, &command, client,
						   sizeof(command)))
		return -EFAULT;
	return chanio_request_command(device, arch_get32(command));
}

long chanio_device_write(struct chanio_device *device, uint64_t offset, const void *client,
			 size_t size)
{
	size_t position;
	int region = locate(offset, size, REGION_WRITE, &position);
	int error;

	if (region < 0 || !size)
		return region < 0 ? region : 0;
	if (region == CHANIO_REGION_IO)
		error = write_io(device, client, position, size);
	else
		error = write_command(device, client, position, size);
	return error ? error : (long)size;
}
