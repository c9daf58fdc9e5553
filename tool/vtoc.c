/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Reads label and VTOC. Nothing that they say is trusted: each address is looked up on the volume.
 */
#include "tool/vtoc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/layout.h"
#include "tool/record.h"
#include "volume/ckd.h"

/* Entries that a data set goes on in; each of them can name another one. */
#define CHAIN_MAX 16u

/* The track that was read last. */
struct reader {
	struct volume *volume;
	const char *path;
	uint32_t tracks;
	uint8_t *image;
	size_t length;
	uint32_t track;
	bool valid;
	struct chanio_error *error;
};

int vtoc_track_error(const char *path, uint32_t track, int result, struct chanio_error *error)
{
	if (result == -EUCLEAN)
		return chanio_error_set(error, result, "'%.200s': track %" PRIu32 " is malformed",
					path, track);
	return chanio_error_set(error, result, "'%.200s': cannot read track %" PRIu32 ": %s", path,
				track, strerror(-result));
}

static int read_track(struct reader *reader, uint32_t track)
{
	int result;

	if (reader->valid && reader->track == track)
		return 0;
	reader->valid = false;
	result = reader->volume->ops->read_track(reader->volume, track, reader->image,
						 &reader->length, 0);
	if (result)
		return vtoc_track_error(reader->path, track, result, reader->error);
	reader->track = track;
	reader->valid = true;
	return 0;
}

static bool is_entry(const struct record *record)
{
	return record->key_length == DSCB_KEY_SIZE && record->data_length == DSCB_DATA_SIZE;
}

/* The entry at an address; NULL: there is none (no error), or an error. */
static const uint8_t *find_entry(struct reader *reader, uint32_t track, uint8_t number, int *result)
{
	size_t offset = VOLUME_TRACK_HEADER;
	struct record record;

	*result = 0;
	if (track >= reader->tracks)
		return NULL;
	*result = read_track(reader, track);
	while (!*result && record_next(reader->image, reader->length, &offset, &record)) {
		if (record.number == number)
			return is_entry(&record) ? record.key : NULL;
	}
	return NULL;
}

static int add_data_set(struct vtoc *vtoc, const uint8_t *entry)
{
	size_t count = vtoc->data_set_count;
	struct dscb_data_set *sets = vtoc->data_sets;

	/* Grows by doubling: whenever the count is a power of two. */
	if (!(count & (count - 1))) {
		sets = realloc(sets, (count ? count * 2 : 1) * sizeof(*sets));
		if (!sets)
			return -ENOMEM;
		vtoc->data_sets = sets;
	}
	dscb_read_data_set(&sets[vtoc->data_set_count++], entry, vtoc->info.heads);
	return 0;
}

/* Linux numbers the data sets up to the first entry that is of another kind. */
static void add_partition(struct vtoc *vtoc)
{
	const struct dscb_data_set *set = &vtoc->data_sets[vtoc->data_set_count - 1];
	const struct dscb_extent *extent = &set->extents[0];
	struct vtoc_partition *partition;

	if (!vtoc->blocks_per_track || vtoc->partition_count == VTOC_PARTITIONS_MAX ||
	    !set->extent_count || extent->last < extent->first)
		return;
	partition = &vtoc->partitions[vtoc->partition_count++];
	partition->first_block = (uint64_t)extent->first * vtoc->blocks_per_track;
	partition->blocks = ((uint64_t)extent->last - extent->first + 1) * vtoc->blocks_per_track;
	partition->data_set = vtoc->data_set_count - 1;
}

static bool is_passed_over(uint8_t format)
{
	return format == DSCB_VTOC || format == DSCB_FREE_SPACE ||
	       format == DSCB_LARGE_FREE_SPACE || format == DSCB_EXTENSION;
}

/* The data sets of the track that the reader has. */
static int read_entries(struct vtoc *vtoc, struct reader *reader, bool *in_partitions)
{
	size_t offset = VOLUME_TRACK_HEADER;
	struct record record;
	uint8_t format;

	while (record_next(reader->image, reader->length, &offset, &record)) {
		format = is_entry(&record) ? dscb_format(record.key) : 0;
		if (format == DSCB_DATA_SET || format == DSCB_EXTENDED_DATA_SET) {
			if (add_data_set(vtoc, record.key))
				return chanio_error_set(reader->error, -ENOMEM, "out of memory");
			if (*in_partitions)
				add_partition(vtoc);
		} else if (!is_passed_over(format)) {
			*in_partitions = false;
		}
	}
	return 0;
}

/* The extents beyond the third one. */
static int read_continuation(struct vtoc *vtoc, struct reader *reader, struct dscb_data_set *set)
{
	uint32_t heads = vtoc->info.heads;
	const uint8_t *entry;
	int result = 0;

	for (unsigned int i = 0; i < CHAIN_MAX && set->next_record; i++) {
		entry = find_entry(reader, set->next_track, set->next_record, &result);
		if (!entry || dscb_format(entry) != DSCB_MORE_EXTENTS)
			return result;
		dscb_read_more_extents(set, entry, heads);
	}
	return 0;
}

static int read_data_sets(struct vtoc *vtoc, struct reader *reader)
{
	const struct dscb_extent *extent = &vtoc->volume.vtoc;
	bool in_partitions = true;
	int result = 0;

	for (uint32_t track = extent->first;
	     !result && track <= extent->last && track < reader->tracks; track++) {
		result = read_track(reader, track);
		if (!result)
			result = read_entries(vtoc, reader, &in_partitions);
	}
	for (size_t i = 0; !result && i < vtoc->data_set_count; i++)
		result = read_continuation(vtoc, reader, &vtoc->data_sets[i]);
	return result;
}

static int read_vtoc(struct vtoc *vtoc, struct reader *reader)
{
	const struct label *label = &vtoc->label;
	const uint8_t *entry;
	int result;

	entry = find_entry(reader, label->vtoc_track, label->vtoc_record, &result);
	if (result)
		return result;
	if (!entry || dscb_format(entry) != DSCB_VTOC)
		return chanio_error_set(reader->error, -EUCLEAN,
					"'%.200s': there is no VTOC on track %" PRIu32
					", where the label says it is",
					reader->path, label->vtoc_track);
	dscb_read_volume(&vtoc->volume, entry, vtoc->info.heads);
	vtoc->present = true;
	return read_data_sets(vtoc, reader);
}

/* An LDL volume has one partition, behind the label. */
static void set_ldl_partition(struct vtoc *vtoc, uint32_t tracks)
{
	uint64_t all = (uint64_t)tracks * vtoc->blocks_per_track;
	uint64_t blocks = vtoc->label.blocks ? vtoc->label.blocks : all;

	if (!vtoc->blocks_per_track || blocks <= LAYOUT_LDL_FIRST_BLOCK)
		return;
	vtoc->partitions[0].first_block = LAYOUT_LDL_FIRST_BLOCK;
	vtoc->partitions[0].blocks = (blocks < all ? blocks : all) - LAYOUT_LDL_FIRST_BLOCK;
	vtoc->partition_count = 1;
}

int vtoc_read(struct vtoc *vtoc, struct volume *volume, const char *path,
	      struct chanio_error *error)
{
	struct reader reader = {.volume = volume, .path = path, .error = error};
	const struct volume_model *model;
	uint32_t track;
	int result;

	memset(vtoc, 0, sizeof(*vtoc));
	volume->ops->get_info(volume, &vtoc->info);
	model = volume_model_of(&vtoc->info);
	vtoc->model = model ? model->name : "unknown";
	result = label_read(volume, &vtoc->label, &track);
	if (result)
		return vtoc_track_error(path, track, result, error);
	reader.tracks = vtoc->info.cylinders * vtoc->info.heads;
	if (vtoc->label.block_size)
		vtoc->blocks_per_track = volume_records_per_track(vtoc->label.block_size);
	if (vtoc->label.type && !strcmp(vtoc->label.type, "LDL"))
		set_ldl_partition(vtoc, reader.tracks);
	if (!vtoc->label.vtoc_record)
		return 0;
	reader.image = malloc(vtoc->info.track_size);
	if (!reader.image)
		return chanio_error_set(error, -ENOMEM, "out of memory");
	result = read_vtoc(vtoc, &reader);
	free(reader.image);
	return result;
}

void vtoc_finish(struct vtoc *vtoc)
{
	free(vtoc->data_sets);
	vtoc->data_sets = NULL;
	vtoc->data_set_count = 0;
}
