/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The 512 bytes in front of the tracks of a CKD image (eckd-3390.md section 14.1). */
#ifndef CHANIO_VOLUME_CKD_HEADER_H
#define CHANIO_VOLUME_CKD_HEADER_H

#include "volume/ckd.h"

#define CKD_HEADER_SIZE 512u
#define CKD_SERIAL_SIZE 12u

struct ckd_header {
	uint32_t heads;
	uint32_t track_size;
	uint8_t device_type;	/* low byte: 0x90 is a 3390 */
	uint8_t sequence;	/* 0: the volume is one file */
	uint16_t last_cylinder; /* of this file; 0: the volume's last */
	char serial[CKD_SERIAL_SIZE + 1];
};

/* False: it does not begin as an uncompressed CKD image does. */
bool ckd_header_read(struct ckd_header *header, const uint8_t *bytes, size_t length);
void ckd_header_write(const struct ckd_header *header, uint8_t bytes[CKD_HEADER_SIZE]);

#endif
