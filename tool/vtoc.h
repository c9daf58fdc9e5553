/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What is on a volume: the data sets of its VTOC, and the partitions that Linux finds. */
#ifndef CHANIO_TOOL_VTOC_H
#define CHANIO_TOOL_VTOC_H

#include "tool/dscb.h"
#include "tool/label.h"

#define VTOC_PARTITIONS_MAX 3u /* that Linux has device numbers for */

struct vtoc_partition {
	uint64_t first_block; /* of the volume: track x blocks per track */
	uint64_t blocks;
	size_t data_set; /* which one; LDL: none */
};

struct vtoc {
	struct volume_info info;
	const char *model;
	struct label label;
	bool present; /* there is a VTOC; `volume` and the data sets are valid */
	struct dscb_volume volume;
	struct dscb_data_set *data_sets;
	size_t data_set_count;
	uint32_t blocks_per_track; /* 0: there are no blocks */
	struct vtoc_partition partitions[VTOC_PARTITIONS_MAX];
	unsigned int partition_count;
};

/*
 * Reads it. A volume without label or VTOC is no error; one whose label points to something that is
 * no VTOC is (-EUCLEAN). Sets the text. vtoc_finish() also after an error.
 */
int vtoc_read(struct vtoc *vtoc, struct volume *volume, const char *path,
	      struct chanio_error *error);
void vtoc_finish(struct vtoc *vtoc);

/* Sets the text for a track that could not be read; returns `result`. */
int vtoc_track_error(const char *path, uint32_t track, int result, struct chanio_error *error);

#endif
