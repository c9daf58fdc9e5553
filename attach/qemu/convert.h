/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Byte order between QEMU and the driver (contract D18, qemu-client.md section 4): QEMU keeps ORB,
 * SCSW, command, CRW and return codes in the order of the host, the driver is big-endian
 * everywhere. The IRB is big-endian on both sides. Nothing happens on a big-endian host.
 *
 * Only accesses to a whole region are converted, and QEMU makes no others.
 */
#ifndef CHANIO_ATTACH_QEMU_CONVERT_H
#define CHANIO_ATTACH_QEMU_CONVERT_H

#include <stdint.h>

#include "driver/device.h"

/* The largest region. */
#define CONVERT_SIZE_MAX sizeof(struct chanio_io_region)

/* What QEMU wrote, to what the driver reads. In place. */
void convert_from_qemu(uint64_t offset, void *region, size_t size);
/* What the driver gave, to what QEMU reads. In place. */
void convert_to_qemu(uint64_t offset, void *region, size_t size);

#endif
