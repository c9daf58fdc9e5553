/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A 3390 disk behind a 3990-6 or 2107 control unit. Source: eckd-3390.md, qemu-client.md section 5.
 */
#ifndef CHANIO_DEVICE_ECKD_ECKD_H
#define CHANIO_DEVICE_ECKD_ECKD_H

#include "css/control_unit.h"
#include "volume/volume.h"

struct eckd;

enum eckd_control_unit {
	ECKD_3990_6,
	ECKD_2107,
};

struct eckd_config {
	struct volume *volume; /* the device takes it over and closes it */
	enum eckd_control_unit control_unit;
	uint16_t device_number;
	uint16_t subsystem_id;
	bool track_data; /* announce prefix and read/write track data to the guest */
};

int eckd_create(const struct eckd_config *config, struct eckd **eckd, struct chanio_error *error);
void eckd_destroy(struct eckd *eckd); /* flushes and closes the volume */

/* Flushes the volume; the periodic flush, reset and offline use it. */
int eckd_flush(struct eckd *eckd);

extern const struct css_control_unit_ops eckd_ops; /* the device of these is a struct eckd */

#endif
