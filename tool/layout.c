/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Lays a volume out for Linux, and makes its tracks one after the other. */
#include "tool/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "arch/ebcdic.h"
#include "tool/record.h"

#define BLOCK_MIN 512u
#define BLOCK_MAX 4096u

/* Blocks of BLOCK_MIN on a track. */
#define BLOCKS_MAX 49u

/* Records 1 to 3 of track 0 of a CDL volume: loader, loader, label. */
#define SPECIAL_RECORDS 3u
#define SPECIAL_KEY	4u
static const uint16_t special_sizes[SPECIAL_RECORDS] = {24, 144, 80};

/* The super block of ext2, ext3 and ext4; its block size is 1,024 << the logarithm. */
#define EXT_SUPER_OFFSET   1024
#define EXT_LOG_BLOCK_SIZE 24
#define EXT_MAGIC	   56
#define EXT_SUPER_SIZE	   58
#define EXT_LOG_MAX	   6

/* What fdasd counts as VTOC entries in use before there are partitions. */
#define VTOC_FIRST_ENTRIES 2u

/*
 * IPL of a volume that nothing has been put on to boot from: a PSW that waits disabled (code 0F),
 * and a NOP instead of a channel program.
 */
static const uint8_t loader_1[] = {0x00, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0f,
				   0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01};

/* The second record is one that nothing gets to; as CCWs: seek, search, TIC, read, and a block
 * size. */
static const uint8_t loader_2[] = {
	0x07, 0x00, 0x3a, 0xb8, 0x40, 0x00, 0x00, 0x06, 0x31, 0x00, 0x3a, 0xbe, 0x40, 0x00, 0x00,
	0x05, 0x08, 0x00, 0x3a, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x20, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00};

/* Offsets in a label. */
enum {
	LABEL_SERIAL = 4,
	LABEL_VTOC = 11, /* CC HH R */
	LDL_VERSION = 79,
	LDL_BLOCKS = 80,
};
#define LABEL_SIZE	 80u
#define LDL_HAS_BLOCKS	 0xf2 /* the version whose label says how many blocks are formatted */
#define VTOC_PAGE_RECORD 1

bool layout_block_size_is_valid(uint32_t size)
{
	return size >= BLOCK_MIN && size <= BLOCK_MAX && !(size & (size - 1));
}

bool layout_label_is_valid(const char *label)
{
	size_t length = strlen(label);

	return length && length <= LAYOUT_LABEL_SIZE &&
	       strspn(label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$#@") == length;
}

static int partition_error(const char *path, int code, const char *what, struct chanio_error *error)
{
	return chanio_error_set(error, -code, "partition '%.200s': cannot %s: %s", path, what,
				strerror(code));
}

/*
 * Linux does not mount an ext file system whose blocks are smaller than the disk's; what cannot be
 * read here will be found when all of it is.
 */
static int check_ext(const struct layout *layout, const struct layout_partition *partition,
		     struct chanio_error *error)
{
	uint8_t super[EXT_SUPER_SIZE];
	uint32_t size;

	if (pread(partition->fd, super, sizeof(super), EXT_SUPER_OFFSET) != sizeof(super) ||
	    super[EXT_MAGIC] != 0x53 || super[EXT_MAGIC + 1] != 0xef ||
	    super[EXT_LOG_BLOCK_SIZE] > EXT_LOG_MAX)
		return 0;
	size = 1024u << super[EXT_LOG_BLOCK_SIZE];
	if (size >= layout->block_size)
		return 0;
	return chanio_error_set(error, -EINVAL,
				"partition '%.200s' has an ext file system with blocks of %" PRIu32
				" bytes, smaller than those of the volume, %" PRIu32
				", so that Linux could not mount it: use --block-size %" PRIu32
				", or make it with 'mkfs.ext4 -b %" PRIu32 "'",
				partition->path, size, layout->block_size, size,
				layout->block_size);
}

static int check_partition(const struct layout *layout, const struct layout_partition *partition,
			   struct chanio_error *error)
{
	if (!partition->size)
		return chanio_error_set(error, -EINVAL,
					"partition '%.200s' is empty: give a raw image of a file "
					"system",
					partition->path);
	if (partition->size % layout->block_size)
		return chanio_error_set(
			error, -EINVAL,
			"partition '%.200s' has %" PRIu64
			" bytes, which is not a multiple of the block size, %" PRIu32
			": make it longer with 'truncate -s %%%" PRIu32 "', or choose a smaller "
			"--block-size",
			partition->path, partition->size, layout->block_size, layout->block_size);
	return check_ext(layout, partition, error);
}

/* Files and block devices; opening a pipe would wait. */
static int open_partition(struct layout_partition *partition, struct chanio_error *error)
{
	struct stat status;
	off_t size;

	partition->fd = open(partition->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (partition->fd < 0)
		return partition_error(partition->path, errno, "open it", error);
	if (fstat(partition->fd, &status))
		return partition_error(partition->path, errno, "look at it", error);
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return chanio_error_set(error, -EINVAL,
					"partition '%.200s' is neither a file nor a block device: "
					"give a raw image of a file system",
					partition->path);
	size = lseek(partition->fd, 0, SEEK_END);
	if (size < 0)
		return partition_error(partition->path, errno, "find its size", error);
	partition->size = (uint64_t)size;
	posix_fadvise(partition->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

int layout_add_partition(struct layout *layout, const char *path, struct chanio_error *error)
{
	struct layout_partition *partition;
	int result;

	partition = &layout->partitions[layout->partition_count];
	partition->path = path;
	partition->fd = -1;
	result = open_partition(partition, error);
	if (!result)
		result = check_partition(layout, partition, error);
	if (result && partition->fd >= 0)
		close(partition->fd);
	if (!result)
		layout->partition_count++;
	return result;
}

void layout_finish(struct layout *layout)
{
	while (layout->partition_count)
		close(layout->partitions[--layout->partition_count].fd);
}

/* Tracks behind the last partition's, or how far the volume must reach without any. */
static uint64_t place_partitions(struct layout *layout)
{
	uint64_t next = LAYOUT_FIRST_TRACK;

	for (unsigned int i = 0; i < layout->partition_count; i++) {
		struct layout_partition *partition = &layout->partitions[i];
		uint64_t blocks = partition->size / layout->block_size;
		uint64_t end;

		/* More than any volume has is more than enough. */
		if (blocks > UINT32_MAX / 2)
			return UINT32_MAX;
		partition->first_block = (uint32_t)next * layout->blocks_per_track;
		if (layout->kind == LAYOUT_LDL)
			partition->first_block = LAYOUT_LDL_FIRST_BLOCK;
		partition->extent.first = partition->first_block / layout->blocks_per_track;
		end = (partition->first_block + blocks + layout->blocks_per_track - 1) /
		      layout->blocks_per_track;
		partition->extent.last = (uint32_t)end - 1;
		next = end > next ? end : next;
		if (next > VOLUME_CYLINDERS_MAX * 15u)
			return next;
	}
	return next;
}

static int choose_model(struct layout *layout, uint64_t tracks, uint32_t cylinders,
			struct chanio_error *error)
{
	const struct volume_model *model;

	for (size_t i = 0; (model = volume_model_at(i)); i++) {
		layout->model = model;
		layout->cylinders = cylinders ? cylinders : model->cylinders;
		if (cylinders ? cylinders <= model->cylinders + volume_model_alternates(model)
			      : tracks <= model->cylinders * model->heads)
			return 0;
	}
	return chanio_error_set(error, -EFBIG,
				"the partitions take %" PRIu64
				" tracks, more than the largest model (%s) has, %" PRIu32
				": leave one out or make them smaller",
				tracks, layout->model->name,
				layout->model->cylinders * layout->model->heads);
}

static int check_room(const struct layout *layout, uint64_t tracks, struct chanio_error *error)
{
	uint32_t heads = layout->model->heads, has = layout->cylinders * heads;

	if (tracks <= has)
		return 0;
	if (!layout->partition_count)
		return 0;
	return chanio_error_set(error, -EFBIG,
				"no room for '%.200s': the partitions need %" PRIu64
				" tracks (%" PRIu64 " cylinders), and the volume (%s) has %" PRIu32
				" (%" PRIu32 "): choose a larger model, or leave --model and "
				"--cylinders out",
				layout->partitions[layout->partition_count - 1].path, tracks,
				(tracks + heads - 1) / heads, layout->model->name, has,
				layout->cylinders);
}

/* Today, or the day that SOURCE_DATE_EPOCH names, so that equal input gives equal volumes. */
static void set_date(struct layout *layout)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm day = {0};

	gmtime_r(&now, &day);
	layout->created.year = (uint16_t)(1900 + day.tm_year);
	layout->created.day = (uint16_t)(day.tm_yday + 1);
}

int layout_place(struct layout *layout, const struct volume_model *model, uint32_t cylinders,
		 struct chanio_error *error)
{
	uint64_t tracks;

	layout->blocks_per_track = volume_records_per_track(layout->block_size);
	tracks = place_partitions(layout);
	set_date(layout);
	layout->model = model;
	layout->cylinders = cylinders;
	if (!model && choose_model(layout, tracks, cylinders, error))
		return -EFBIG;
	if (!layout->cylinders)
		layout->cylinders = layout->model->cylinders;
	return check_room(layout, tracks, error);
}

/* A count field in front of the data; returns where its key, or its data, begins. */
static uint8_t *put_count(uint8_t *bytes, const uint8_t *address, unsigned int number,
			  unsigned int key_length, unsigned int data_length)
{
	memcpy(bytes, address, 4); /* CC HH, as in the home address */
	bytes[4] = (uint8_t)number;
	bytes[5] = (uint8_t)key_length;
	record_put16(bytes + 6, data_length);
	return bytes + RECORD_COUNT_SIZE;
}

/* Records as the layout has them on this track; data[i]: where key and data of record i + 1 go. */
static size_t make_records(const struct layout *layout, uint32_t track, uint8_t *image,
			   uint8_t **data)
{
	bool cdl = layout->kind == LAYOUT_CDL;
	uint8_t *next = image + VOLUME_TRACK_HEADER;

	volume_track_make_empty(image, track, layout->model->heads);
	for (unsigned int i = 0; i < layout->blocks_per_track; i++) {
		unsigned int key = 0, size = layout->block_size;

		if (cdl && track == 0 && i < SPECIAL_RECORDS) {
			key = SPECIAL_KEY;
			size = special_sizes[i];
		} else if (cdl && track == LAYOUT_VTOC_TRACK) {
			key = DSCB_KEY_SIZE;
			size = DSCB_DATA_SIZE;
		}
		data[i] = put_count(next, image + 1, i + 1, key, size);
		next = data[i] + key + size;
	}
	memset(next, 0xff, VOLUME_TRACK_END);
	return (size_t)(next - image) + VOLUME_TRACK_END;
}

static void clear_records(const struct layout *layout, uint32_t track, uint8_t **data,
			  unsigned int from, unsigned int to)
{
	bool vtoc = layout->kind == LAYOUT_CDL && track == LAYOUT_VTOC_TRACK;

	for (unsigned int i = from; i < to; i++)
		memset(data[i], 0, vtoc ? DSCB_SIZE : layout->block_size);
}

static void put_label(const struct layout *layout, uint8_t *label, const char *identifier)
{
	arch_ebcdic_encode(label, LABEL_SIZE, identifier);
	arch_ebcdic_encode(label + LABEL_SERIAL, LAYOUT_LABEL_SIZE, layout->label);
}

static void fill_cdl_label(const struct layout *layout, uint8_t **data)
{
	static const char *const keys[SPECIAL_RECORDS] = {"IPL1", "IPL2", "VOL1"};
	uint8_t *vtoc = data[2] + SPECIAL_KEY + LABEL_VTOC;

	for (unsigned int i = 0; i < SPECIAL_RECORDS; i++) {
		arch_ebcdic_encode(data[i], SPECIAL_KEY, keys[i]);
		memset(data[i] + SPECIAL_KEY, 0, special_sizes[i]);
	}
	memcpy(data[0] + SPECIAL_KEY, loader_1, sizeof(loader_1));
	memcpy(data[1] + SPECIAL_KEY, loader_2, sizeof(loader_2));
	put_label(layout, data[2] + SPECIAL_KEY, "VOL1");
	record_put16(vtoc, LAYOUT_VTOC_TRACK / layout->model->heads);
	record_put16(vtoc + 2, LAYOUT_VTOC_TRACK % layout->model->heads);
	vtoc[4] = VTOC_PAGE_RECORD;
}

/* Linux takes the partition to reach from behind the label to the last block that is formatted. */
static void fill_ldl_label(const struct layout *layout, uint8_t **data)
{
	const struct layout_partition *partition = &layout->partitions[0];
	uint64_t blocks =
		(uint64_t)layout->cylinders * layout->model->heads * layout->blocks_per_track;

	if (layout->partition_count)
		blocks = partition->first_block + partition->size / layout->block_size;
	clear_records(layout, 0, data, 0, LAYOUT_LDL_FIRST_BLOCK);
	memcpy(data[0], loader_1, sizeof(loader_1));
	memcpy(data[1], loader_2, sizeof(loader_2));
	put_label(layout, data[2], "LNX1");
	data[2][LDL_VERSION] = LDL_HAS_BLOCKS;
	record_put32(data[2] + LDL_BLOCKS, (uint32_t)(blocks >> 32));
	record_put32(data[2] + LDL_BLOCKS + 4, (uint32_t)blocks);
}

static void fill_vtoc(const struct layout *layout, uint8_t **data)
{
	uint32_t heads = layout->model->heads, tracks = layout->cylinders * heads;
	bool extended = tracks > DSCB_SMALL_VOLUME;
	unsigned int record = VTOC_FIRST_ENTRIES + extended;
	struct dscb_extent free = {LAYOUT_FIRST_TRACK, tracks - 1};
	struct dscb_volume volume = {
		.cylinders = layout->cylinders,
		.heads = heads,
		.entries_per_track = (uint8_t)layout->blocks_per_track,
		.free_entries = (uint16_t)(layout->blocks_per_track - VTOC_FIRST_ENTRIES -
					   layout->partition_count),
		.highest_track = LAYOUT_VTOC_TRACK,
		.highest_record =
			layout->partition_count ? (uint8_t)(record + layout->partition_count) : 0,
		.vtoc = {LAYOUT_VTOC_TRACK, LAYOUT_VTOC_TRACK},
	};

	for (unsigned int i = 0; i < layout->partition_count; i++) {
		const struct layout_partition *partition = &layout->partitions[i];

		dscb_make_partition(data[record + i], i + 1, layout->label, heads,
				    layout->block_size, &partition->extent, &layout->created);
		free.first = partition->extent.last + 1;
	}
	dscb_make_volume(data[0], &volume);
	dscb_make_free_space(data[1], false, heads,
			     !extended && free.first <= free.last ? &free : NULL);
	if (extended)
		dscb_make_free_space(data[2], true, heads, free.first <= free.last ? &free : NULL);
	clear_records(layout, LAYOUT_VTOC_TRACK, data, record + layout->partition_count,
		      layout->blocks_per_track);
}

/* The partition that has blocks on this track. */
static const struct layout_partition *find_partition(const struct layout *layout, uint32_t track)
{
	for (unsigned int i = 0; i < layout->partition_count; i++) {
		const struct layout_partition *partition = &layout->partitions[i];

		if (track >= partition->extent.first && track <= partition->extent.last)
			return partition;
	}
	return NULL;
}

/* Reads all the parts; what is done is taken off from them. */
static int read_parts(const struct layout_partition *partition, struct iovec *parts, int count,
		      uint64_t offset, struct chanio_error *error)
{
	while (count) {
		ssize_t got = preadv(partition->fd, parts, count, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return partition_error(partition->path, errno, "read it", error);
		if (!got)
			return chanio_error_set(error, -EIO,
						"partition '%.200s' has become shorter while it "
						"was read",
						partition->path);
		offset += (size_t)got;
		for (; count && (size_t)got >= parts->iov_len; parts++, count--)
			got -= (ssize_t)parts->iov_len;
		if (count) {
			parts->iov_base = (uint8_t *)parts->iov_base + got;
			parts->iov_len -= (size_t)got;
		}
	}
	return 0;
}

/* The partition's blocks to their places on the track; zeros behind its end. */
static int fill_partition(const struct layout *layout, const struct layout_partition *partition,
			  uint32_t track, uint8_t **data, struct chanio_error *error)
{
	uint32_t per_track = layout->blocks_per_track;
	uint32_t first = track * per_track; /* block of the volume */
	unsigned int from = first < partition->first_block ? partition->first_block - first : 0;
	uint64_t block = first + from - partition->first_block; /* of the partition */
	uint64_t left = partition->size / layout->block_size - block;
	unsigned int to = left < per_track - from ? from + (unsigned int)left : per_track;
	struct iovec parts[BLOCKS_MAX];

	for (unsigned int i = from; i < to; i++)
		parts[i - from] = (struct iovec){data[i], layout->block_size};
	clear_records(layout, track, data, to, per_track);
	return read_parts(partition, parts, (int)(to - from), block * layout->block_size, error);
}

/*
 * Where there must be blocks. Their size is read from the first regular track, also of an LDL
 * volume whose partition ends before it. The last cylinder is among it because programs look at the
 * end of a disk for what they know.
 */
static bool has_blocks(const struct layout *layout, uint32_t track)
{
	return layout->whole || !layout->partition_count || track <= LAYOUT_FIRST_TRACK ||
	       find_partition(layout, track) ||
	       track >= (layout->cylinders - 1) * layout->model->heads;
}

static int fill_track(const struct layout *layout, uint32_t track, uint8_t *image, size_t *length,
		      struct chanio_error *error)
{
	const struct layout_partition *partition = find_partition(layout, track);
	uint8_t *data[BLOCKS_MAX];
	bool cdl = layout->kind == LAYOUT_CDL;

	*length = 0;
	if (!has_blocks(layout, track))
		return 0;
	*length = make_records(layout, track, image, data);
	if (cdl && track == LAYOUT_VTOC_TRACK) {
		fill_vtoc(layout, data);
		return 0;
	}
	if (track == 0) {
		if (cdl)
			fill_cdl_label(layout, data);
		else
			fill_ldl_label(layout, data);
	}
	if (partition)
		return fill_partition(layout, partition, track, data, error);
	clear_records(layout, track, data, track ? 0 : SPECIAL_RECORDS, layout->blocks_per_track);
	return 0;
}

int layout_fill(void *source, uint32_t first, uint32_t count, uint8_t *images, size_t *lengths,
		struct chanio_error *error)
{
	const struct layout *layout = source;
	int result = 0;

	for (uint32_t i = 0; !result && i < count; i++)
		result = fill_track(layout, first + i,
				    images + (size_t)i * layout->model->track_size, &lengths[i],
				    error);
	return result;
}
