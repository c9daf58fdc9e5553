/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the files of this room share: the state of a disk, of the channel program that runs on it,
 * and the helpers that commands are made of. Section numbers are those of eckd-3390.md.
 */
#ifndef CHANIO_DEVICE_ECKD_INTERNAL_H
#define CHANIO_DEVICE_ECKD_INTERNAL_H

#include "arch/bytes.h"
#include "arch/types.h"
#include "device/eckd/eckd.h"

#define ECKD_HEADS	       15u
#define ECKD_CYLINDERS_MAX     65520u
#define ECKD_SECTORS	       224u
#define ECKD_NO_SECTOR	       0xFFu
#define ECKD_TRACK_CELLS       1729u /* room for R1 and following, cells of 34 bytes (section 2) */
#define ECKD_CELL	       34u
#define ECKD_TRACK_BYTES       58786u /* the same room in bytes */
#define ECKD_R0_DATA_MAX       57326u
#define ECKD_BLOCK_SIZE_MAX    (ECKD_R0_DATA_MAX + 8u)
#define ECKD_COUNT_SIZE	       8u /* CC HH R KL DL */
#define ECKD_HOME_ADDRESS_SIZE 5u /* flag CC HH, as track images and READ HOME ADDRESS have it */
#define ECKD_PATHS	       8u
#define ECKD_PATH_GROUP_ID     11u
#define ECKD_SENSE_DATA	       32u /* what reserve, release and the like return */

/* A record on the buffered track. */
struct eckd_record {
	size_t offset; /* of the count field in the image */
	uint8_t key_length;
	uint16_t data_length;
};

/* The one track image in memory. Changed bytes are handed to the volume in one piece. */
struct eckd_track {
	uint8_t *image;
	size_t capacity; /* of image, bytes */
	size_t length;	 /* valid bytes, end mark included */
	uint32_t number;
	bool valid;
	bool dirty;
	bool rebuilt; /* was damaged in the volume: written whole, or not at all */
	size_t changed_from;
	size_t changed_to;
};

/* What passed under the head last. */
enum eckd_orientation {
	ECKD_AT_INDEX, /* nothing yet on this track, or anywhere after a seek */
	ECKD_AT_HOME,  /* the home address */
	ECKD_AT_COUNT, /* the count area of the record at position.offset, and so on */
	ECKD_AT_KEY,
	ECKD_AT_DATA,
};

struct eckd_position {
	bool located; /* a seek or locate has been done in this program */
	uint32_t track;
	enum eckd_orientation at;
	size_t offset;
	uint8_t index_passes;
};

/* Where a command may stand: outside of a locate record domain, or in one of these kinds. */
enum eckd_place {
	ECKD_OUTSIDE = 0x001,
	ECKD_IN_WRITE_DATA = 0x002,
	ECKD_IN_FORMAT = 0x004,
	ECKD_IN_WRITE_TRACK = 0x008,
	ECKD_IN_READ = 0x010,
	ECKD_IN_READ_TRACKS = 0x020,
	ECKD_IN_FULL_TRACK = 0x040,
	ECKD_IN_TRACK_DATA = 0x080,
};

struct eckd_domain {
	unsigned int place; /* enum eckd_place, 0: none active */
	unsigned int count; /* commands still to come */
	bool started;	    /* a track command has been done: the next one goes to the next track */
	bool read_count_suffix;
	uint16_t transfer_length;
	uint16_t track_map;   /* which tracks, 0x8000 = the first; 0: all in sequence */
	uint32_t first_track; /* that 0x8000 stands for */
};

enum eckd_match {
	ECKD_MATCH_NONE,
	ECKD_MATCH_HOME,
	ECKD_MATCH_ID,
	ECKD_MATCH_KEY,
};

/*
 * State that lives as long as a channel program. It is small and copied before each command, so
 * that a command which would have to wait leaves no trace. (What it has written into the buffered
 * track stays there: given again, it writes the same once more.)
 */
struct eckd_program {
	bool extent_defined;
	bool mask_set;
	bool ipl;
	bool permit_r0;
	uint8_t mask;
	uint8_t attributes;
	uint16_t block_size;
	uint32_t first_track;
	uint32_t last_track;

	struct eckd_position position;
	struct eckd_domain domain;
	enum eckd_match match;	  /* of this command */
	enum eckd_match matched;  /* of the command before */
	bool formatting;	  /* this command wrote a count field or record zero */
	bool formatted;		  /* the command before did */
	bool suspended_reconnect; /* the only command so far was SUSPEND MULTIPATH RECONNECTION */

	bool prepared; /* PSF has prepared data for READ SUBSYSTEM DATA */
	uint8_t prepared_order[12];
};

struct eckd_path {
	uint8_t state; /* enum eckd_path_state */
	bool multipath;
	uint8_t group[ECKD_PATH_GROUP_ID];
};

enum eckd_path_state {
	ECKD_PATH_RESET = 0x00,
	ECKD_PATH_UNGROUPED = 0x80,
	ECKD_PATH_GROUPED = 0xC0,
};

struct eckd_reservation {
	bool held;
	bool busy_shown; /* somebody was told busy: owes a device end */
	bool by_group;
	uint8_t path; /* mask */
	uint8_t group[ECKD_PATH_GROUP_ID];
};

struct eckd {
	struct volume *volume;
	struct volume_info info;
	enum eckd_control_unit control_unit;
	uint16_t device_number;
	uint16_t subsystem_id;
	bool track_data;

	struct eckd_program program;
	struct eckd_track track;
	uint8_t *spare;	 /* as large as a track image, for data that is to be checked first */
	bool write_lost; /* a write failed after its program had ended: the next one is told */

	uint8_t sense[ARCH_SENSE_BYTES];
	struct eckd_path paths[ECKD_PATHS];
	struct eckd_reservation reservation;
	uint8_t interface_id[2];

	/* The command in progress. */
	struct css_command *command;
	struct css_subchannel *subchannel;
};

/*
 * What handlers and helpers return: 0; -EAGAIN, the command would have to wait and has put nothing
 * to storage; or ECKD_CHECKED, the command has ended with unit check and sense data is built.
 */
#define ECKD_CHECKED 1

/* sense.c: the conditions of section 10.2. Each returns ECKD_CHECKED. */
enum eckd_condition {
	ECKD_INVALID_COMMAND,
	ECKD_INVALID_SEQUENCE,
	ECKD_COUNT_TOO_SMALL,
	ECKD_INVALID_PARAMETER,
	ECKD_MASK_VIOLATION,
	ECKD_INCOMPLETE_DOMAIN,
	ECKD_NO_RECORD_FOUND,
	ECKD_FILE_PROTECTED,
	ECKD_INVALID_TRACK_FORMAT,
	ECKD_END_OF_CYLINDER,
	ECKD_WRITE_INHIBITED,
	ECKD_DATA_CHECK,
	ECKD_EQUIPMENT_CHECK,
};

int eckd_check(struct eckd *eckd, enum eckd_condition condition);
/* The condition that an error of the volume makes; -EAGAIN stays as it is. */
int eckd_check_volume(struct eckd *eckd, int error);
void eckd_sense_clear(struct eckd *eckd);

/* track.c: the track image and the way along it. */
unsigned int eckd_cells(unsigned int key_length, unsigned int data_length);
unsigned int eckd_bytes(unsigned int key_length, unsigned int data_length);
unsigned int eckd_records_per_track(unsigned int key_length, unsigned int data_length);

/* False at the end mark (or at anything that does not fit into the image). */
bool eckd_record_at(const struct eckd_track *track, size_t offset, struct eckd_record *record);
static inline size_t eckd_record_size(const struct eckd_record *record)
{
	return ECKD_COUNT_SIZE + record->key_length + record->data_length;
}
static inline size_t eckd_record_data(const struct eckd_record *record)
{
	return record->offset + ECKD_COUNT_SIZE + record->key_length;
}
/* True if the image's records R1 and following fit on a 3390 track. */
bool eckd_track_fits(const struct eckd_track *track);
/* True if a record of that size fits at `offset`, as the last one. */
bool eckd_record_fits(const struct eckd_track *track, size_t offset, unsigned int key_length,
		      unsigned int data_length);
/* Writes the end mark at `offset`; returns the track's new length. */
size_t eckd_end_track(struct eckd_track *track, size_t offset);
/* Stands on the last record of the buffered track. */
void eckd_to_last_record(struct eckd *eckd);
/* The track of a command that takes whole tracks: the domain's first, then one further each time.
 */
int eckd_domain_track(struct eckd *eckd, bool format);
uint8_t eckd_sector_here(struct eckd *eckd);

/* Makes `number` the buffered track. */
int eckd_track_load(struct eckd *eckd, uint32_t number);
/* The same, but a damaged track becomes an empty one: it is about to be written from the start. */
int eckd_track_load_to_format(struct eckd *eckd, uint32_t number);
/*
 * Hands changes to the volume, flags as its. -EAGAIN: they stay buffered; another error: the buffer
 * is dropped.
 */
int eckd_track_store(struct eckd *eckd, unsigned int flags);
void eckd_track_drop(struct eckd *eckd);
void eckd_track_changed(struct eckd *eckd, size_t from, size_t size);

/* To the next record, over the index or to the next track as the rules of section 8 have it. */
int eckd_next_record(struct eckd *eckd, bool with_r0, bool multitrack);
/* The record whose count or key was just passed, or else the next one. */
int eckd_this_or_next_record(struct eckd *eckd, bool multitrack);
/* Where the data of a track begins for commands that take it whole: record zero does not count. */
int eckd_first_data_record(struct eckd *eckd);
/* What happens at the end of a track. */
int eckd_pass_index(struct eckd *eckd, bool multitrack);
/* To the next track of the domain; file protected outside of the extent. */
int eckd_next_track(struct eckd *eckd);
/* The record that the position stands on. */
int eckd_record_get(struct eckd *eckd, struct eckd_record *record);

/* domain.c */
bool eckd_track_of(const struct eckd *eckd, const uint8_t cchh[4], uint32_t *track);
bool eckd_mask_permits_r0(const struct eckd *eckd);
bool eckd_in_extent(const struct eckd *eckd, uint32_t track);
int eckd_define_extent(struct eckd *eckd);
int eckd_locate_record(struct eckd *eckd);
int eckd_locate_record_extended(struct eckd *eckd);
int eckd_prefix(struct eckd *eckd);

/* The file mask, byte 0 of DEFINE EXTENT. */
#define ECKD_MASK_WRITE		0xC0u
#define ECKD_MASK_WRITE_NO_R0	0x00u /* all writes but home address and record zero */
#define ECKD_MASK_WRITE_NONE	0x40u
#define ECKD_MASK_WRITE_UPDATE	0x80u
#define ECKD_MASK_WRITE_ALL	0xC0u
#define ECKD_MASK_RESERVED	0x20u
#define ECKD_MASK_SEEK		0x18u
#define ECKD_MASK_SEEK_ALL	0x00u
#define ECKD_MASK_SEEK_CYLINDER 0x08u
#define ECKD_MASK_SEEK_HEAD	0x10u
#define ECKD_MASK_SEEK_NONE	0x18u
#define ECKD_MASK_AUTHORISATION 0x06u

/* seek.c */
int eckd_seek(struct eckd *eckd);
int eckd_set_file_mask(struct eckd *eckd);
int eckd_set_sector(struct eckd *eckd);
int eckd_read_sector(struct eckd *eckd);
int eckd_search_id(struct eckd *eckd);
int eckd_search_key(struct eckd *eckd);
int eckd_search_home_address(struct eckd *eckd);

/* read.c */
int eckd_read_ipl(struct eckd *eckd);
int eckd_read_data(struct eckd *eckd);
int eckd_read_key_data(struct eckd *eckd);
int eckd_read_count(struct eckd *eckd);
int eckd_read_ckd(struct eckd *eckd);
int eckd_read_r0(struct eckd *eckd);
int eckd_read_home_address(struct eckd *eckd);
int eckd_read_multiple_ckd(struct eckd *eckd);
int eckd_read_track(struct eckd *eckd);
int eckd_read_track_data(struct eckd *eckd);

/* write.c */
int eckd_write_data(struct eckd *eckd);
int eckd_write_key_data(struct eckd *eckd);
int eckd_write_ckd(struct eckd *eckd);
int eckd_write_ckd_next_track(struct eckd *eckd);
int eckd_write_r0(struct eckd *eckd);
int eckd_erase(struct eckd *eckd);
int eckd_write_full_track(struct eckd *eckd);
int eckd_write_track_data(struct eckd *eckd);

/* identify.c */
int eckd_sense_id(struct eckd *eckd);
int eckd_read_device_characteristics(struct eckd *eckd);
int eckd_read_configuration_data(struct eckd *eckd);
int eckd_sense_subsystem_status(struct eckd *eckd);

/* subsystem.c */
int eckd_no_operation(struct eckd *eckd);
int eckd_sense_command(struct eckd *eckd);
int eckd_perform_subsystem_function(struct eckd *eckd);
int eckd_read_subsystem_data(struct eckd *eckd);
int eckd_sense_path_group_id(struct eckd *eckd);
int eckd_set_path_group_id(struct eckd *eckd);
int eckd_suspend_reconnection(struct eckd *eckd);
int eckd_reserve(struct eckd *eckd);
int eckd_unconditional_reserve(struct eckd *eckd);
int eckd_release(struct eckd *eckd);
int eckd_reset_allegiance(struct eckd *eckd);
int eckd_read_buffered_log(struct eckd *eckd);
int eckd_reset_summary_unit_check(struct eckd *eckd);
/* True if the device is reserved and the command's path does not belong to the owner. */
bool eckd_reserved_elsewhere(const struct eckd *eckd, uint8_t path);
void eckd_subsystem_reset(struct eckd *eckd);

/* Bit 0x80 of read, search and write update codes. */
#define ECKD_MULTITRACK 0x80u
static inline bool eckd_is_multitrack(const struct eckd *eckd)
{
	return eckd->command->code & ECKD_MULTITRACK;
}

/* For calls of the volume while a command runs. */
static inline unsigned int eckd_volume_flags(const struct eckd *eckd)
{
	return eckd->command->may_wait ? 0 : VOLUME_NOWAIT;
}

static inline uint16_t eckd_get16(const uint8_t *from)
{
	return (uint16_t)(from[0] << 8 | from[1]);
}

static inline void eckd_put16(uint8_t *to, unsigned int value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static inline void eckd_put32(uint8_t *to, uint32_t value)
{
	eckd_put16(to, value >> 16);
	eckd_put16(to + 2, value & 0xFFFF);
}

#endif
