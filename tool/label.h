/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What is written on a volume: its label and its block size (eckd-3390.md section 12). */
#ifndef CHANIO_TOOL_LABEL_H
#define CHANIO_TOOL_LABEL_H

#include "volume/volume.h"

struct label {
	const char *type;    /* "CDL", "LDL", "CMS"; NULL: no label */
	char serial[7];	     /* volume serial number, ASCII */
	uint32_t block_size; /* of Linux' and CMS' blocks; 0: not formatted with equal blocks */
};

/*
 * Reads it. -EUCLEAN and others as read_track() has them; *track is then the track that could not
 * be read.
 */
int label_read(struct volume *volume, struct label *label, uint32_t *track);

#endif
