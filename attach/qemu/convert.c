/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Byte order between QEMU and the driver; see convert.h. Both directions swap the same fields. */
#include "attach/qemu/convert.h"

#include <endian.h>
#include <string.h>

static void swap16(void *field)
{
	uint16_t value;

	memcpy(&value, field, sizeof(value));
	value = htobe16(value);
	memcpy(field, &value, sizeof(value));
}

static void swap32(void *field)
{
	uint32_t value;

	memcpy(&value, field, sizeof(value));
	value = htobe32(value);
	memcpy(field, &value, sizeof(value));
}

/* QEMU's SCSW: flags 16 bits, control 16, CCW address 32, two status bytes, count 16. */
static void swap_scsw(uint8_t *scsw)
{
	swap16(scsw);
	swap16(scsw + 2);
	swap32(scsw + 4);
	swap16(scsw + 10);
}

/* QEMU's ORB: parameter 32 bits, control 16, path mask 8, more control 8, program address 32. */
static void swap_orb(uint8_t *orb)
{
	swap32(orb);
	swap16(orb + 4);
	swap32(orb + 8);
}

static void swap_io(struct chanio_io_region *region)
{
	swap_orb((uint8_t *)&region->orb);
	swap_scsw((uint8_t *)&region->scsw);
	swap32(&region->ret_code);
}

static void swap_command(struct chanio_command_region *region)
{
	swap32(&region->command);
	swap32(&region->ret_code);
}

static bool is_whole(uint64_t offset, size_t size, unsigned int region, size_t region_size)
{
	return offset == (uint64_t)region << CHANIO_REGION_SHIFT && size == region_size;
}

void convert_from_qemu(uint64_t offset, void *region, size_t size)
{
	if (is_whole(offset, size, CHANIO_REGION_IO, sizeof(struct chanio_io_region)))
		swap_io(region);
	else if (is_whole(offset, size, CHANIO_REGION_COMMAND,
			  sizeof(struct chanio_command_region)))
		swap_command(region);
}

void convert_to_qemu(uint64_t offset, void *region, size_t size)
{
	convert_from_qemu(offset, region, size);
	if (is_whole(offset, size, CHANIO_REGION_CRW, sizeof(struct chanio_crw_region))) {
		struct chanio_crw_region *crw = region;

		swap16(&crw->crw.flags);
		swap16(&crw->crw.source_id);
	} else if (is_whole(offset, size, CHANIO_REGION_SCHIB, sizeof(struct arch_schib))) {
		/* QEMU tests path-not-operational there in host order and copies single bytes. */
		swap16((uint8_t *)region + offsetof(struct arch_schib, scsw));
	}
}
