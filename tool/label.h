/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What is written on a volume: its label and its block size (eckd-3390.md section 12). */
#ifndef CHANIO_TOOL_LABEL_H
#define CHANIO_TOOL_LABEL_H

#include "volume/volume.h"

struct label {
	const char *type;    /* "CDL", "LDL", "CMS"; NULL: no label */
	char serial[7];	     /* volume serial number, ASCII */
	uint32_t block_size; /* of Linux' and CMS' blocks; 0: not formatted with equal blocks */
	uint32_t vtoc_track; /* where a CDL label says the VTOC begins; not checked */
	uint8_t vtoc_record; /* 0: there is none */
	uint64_t blocks; /* how many blocks of an LDL volume are formatted; 0: it does not say */
};

/*
 * Reads it. -EUCLEAN and others as read_track() has them; *track is then the track that could not
 * be read.
 */
int label_read(struct volume *volume, struct label *label, uint32_t *track);

#endif
