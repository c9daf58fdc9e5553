/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A volume as dasdfmt and fdasd lay it out for Linux (eckd-3390.md section 12), with partitions
 * from files: CDL, compatible with z/OS, with up to three partitions, or LDL, with one.
 */
#ifndef CHANIO_TOOL_LAYOUT_H
#define CHANIO_TOOL_LAYOUT_H

#include "tool/dscb.h"
#include "volume/ckd.h"

enum layout_kind {
	LAYOUT_CDL,
	LAYOUT_LDL,
};

#define LAYOUT_PARTITIONS_MAX 3u
#define LAYOUT_LABEL_SIZE     6u

/* Where things are. Blocks are counted from the volume's begin: tracks x blocks per track. */
#define LAYOUT_LABEL_RECORD    3u
#define LAYOUT_VTOC_TRACK      1u
#define LAYOUT_FIRST_TRACK     2u /* of the first partition of a CDL volume */
#define LAYOUT_LDL_FIRST_BLOCK 3u /* of the partition of an LDL volume */

struct layout_partition {
	const char *path;
	int fd;
	uint64_t size;	      /* bytes of the file */
	uint32_t first_block; /* of the volume */
	struct dscb_extent extent;
};

struct layout {
	enum layout_kind kind;
	uint32_t block_size;
	const char *label; /* up to LAYOUT_LABEL_SIZE characters */
	bool whole;	   /* blocks on every track, not only where there is something */
	struct layout_partition partitions[LAYOUT_PARTITIONS_MAX];
	unsigned int partition_count;

	/* From layout_place() on. */
	const struct volume_model *model;
	uint32_t cylinders;
	uint32_t blocks_per_track;
	struct dscb_date created;
};

/* True for 512, 1,024, 2,048, 4,096. */
bool layout_block_size_is_valid(uint32_t size);
/* True for 1 to 6 of A-Z, 0-9, $, #, @, what z/OS takes. */
bool layout_label_is_valid(const char *label);

/*
 * Opens a partition's file and adds it; there must be room for it in the structure, and the block
 * size must be set. Sets the text.
 */
int layout_add_partition(struct layout *layout, const char *path, struct chanio_error *error);

/*
 * Gives each partition its tracks, one after the other. Without a model the smallest one that has
 * room is taken; `cylinders` 0: as the model has. -EFBIG: no room, with a text.
 */
int layout_place(struct layout *layout, const struct volume_model *model, uint32_t cylinders,
		 struct chanio_error *error);

/* For volume_ckd_options.fill, with a struct layout that is placed. */
int layout_fill(void *layout, uint32_t first, uint32_t count, uint8_t *images, size_t *lengths,
		struct chanio_error *error);

/* Closes the files. */
void layout_finish(struct layout *layout);

#endif
