/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The disk as a device of the channel: its life, and the one table of commands with what must hold
 * before each of them. The handlers are in the other files.
 */
#include <stdlib.h>

#include "device/eckd/internal.h"

enum command_flag {
	COMMAND_FIRST = 0x01,	/* first in the program, or behind SUSPEND MULTIPATH RECONNECTION */
	COMMAND_LAST = 0x02,	/* nothing may be chained to it */
	COMMAND_LOCATED = 0x04, /* needs a seek or locate before */
	COMMAND_UPDATES = 0x08, /* writes data, */
	COMMAND_FORMATS = 0x10, /* or count fields, */
	COMMAND_WRITES_R0 = 0x20, /* or record zero */
	COMMAND_SEARCHES = 0x40,  /* passes of the index add up */
	COMMAND_BREAKS_IN = 0x80, /* is taken although another path group has the device reserved */
	COMMAND_KEEPS_SENSE = 0x100,
};
#define COMMAND_WRITES (COMMAND_UPDATES | COMMAND_FORMATS | COMMAND_WRITES_R0)

#define ANYWHERE   (ECKD_OUTSIDE | ECKD_IN_READ)
#define IN_WRITES  (ECKD_OUTSIDE | ECKD_IN_WRITE_DATA)
#define IN_FORMATS (ECKD_OUTSIDE | ECKD_IN_FORMAT | ECKD_IN_WRITE_TRACK)
#define LOC	   COMMAND_LOCATED
#define SEARCH	   (COMMAND_LOCATED | COMMAND_SEARCHES)
#define UPDATE	   (COMMAND_LOCATED | COMMAND_UPDATES)
#define FORMAT	   (COMMAND_LOCATED | COMMAND_FORMATS)

struct command {
	uint8_t code;
	uint16_t flags;
	uint16_t places;  /* enum eckd_place, where it may stand */
	uint16_t minimum; /* bytes that it needs from storage */
	int (*run)(struct eckd *eckd);
	const char *name;
};

static const struct command commands[] = {
	{0x02, 0, ECKD_OUTSIDE, 0, eckd_read_ipl, "read IPL"},
	{0x03, COMMAND_KEEPS_SENSE, ECKD_OUTSIDE, 0, eckd_no_operation, "no-operation"},
	{0x04, COMMAND_BREAKS_IN | COMMAND_KEEPS_SENSE, ECKD_OUTSIDE, 0, eckd_sense_command,
	 "sense"},
	{0x05, UPDATE, IN_WRITES, 0, eckd_write_data, "write data"},
	{0x06, LOC, ANYWHERE, 0, eckd_read_data, "read data"},
	{0x07, 0, ECKD_OUTSIDE, 6, eckd_seek, "seek"},
	{0x0B, 0, ECKD_OUTSIDE, 6, eckd_seek, "seek cylinder"},
	{0x0D, UPDATE, IN_WRITES, 0, eckd_write_key_data, "write key and data"},
	{0x0E, LOC, ANYWHERE, 0, eckd_read_key_data, "read key and data"},
	{0x11, FORMAT, ECKD_OUTSIDE | ECKD_IN_WRITE_TRACK, 8, eckd_erase, "erase"},
	{0x12, LOC, ANYWHERE, 0, eckd_read_count, "read count"},
	{0x14, COMMAND_FIRST | COMMAND_BREAKS_IN, ECKD_OUTSIDE, 0, eckd_unconditional_reserve,
	 "unconditional reserve"},
	{0x15, LOC | COMMAND_WRITES_R0, ECKD_OUTSIDE | ECKD_IN_FORMAT, 8, eckd_write_r0,
	 "write record zero"},
	{0x16, LOC, ANYWHERE, 0, eckd_read_r0, "read record zero"},
	{0x1A, LOC, ANYWHERE, 0, eckd_read_home_address, "read home address"},
	{0x1B, LOC, ECKD_OUTSIDE, 6, eckd_seek, "seek head"},
	{0x1D, FORMAT, IN_FORMATS, 8, eckd_write_ckd, "write count, key and data"},
	{0x1E, LOC, ANYWHERE, 0, eckd_read_ckd, "read count, key and data"},
	{0x1F, 0, ECKD_OUTSIDE, 1, eckd_set_file_mask, "set file mask"},
	{0x22, 0, ECKD_OUTSIDE, 0, eckd_read_sector, "read sector"},
	{0x23, 0, ECKD_OUTSIDE, 1, eckd_set_sector, "set sector"},
	{0x27, 0, ECKD_OUTSIDE, 2, eckd_perform_subsystem_function, "perform subsystem function"},
	{0x29, SEARCH, ECKD_OUTSIDE, 0, eckd_search_key, "search key equal"},
	{0x31, SEARCH, ECKD_OUTSIDE, 0, eckd_search_id, "search ID equal"},
	{0x34, COMMAND_FIRST | COMMAND_LAST | COMMAND_BREAKS_IN, ECKD_OUTSIDE, 0,
	 eckd_sense_path_group_id, "sense path group ID"},
	{0x39, SEARCH, ECKD_OUTSIDE, 0, eckd_search_home_address, "search home address equal"},
	{0x3E, 0, ECKD_OUTSIDE, 0, eckd_read_subsystem_data, "read subsystem data"},
	{0x44, 0, ECKD_OUTSIDE, 0, eckd_reset_allegiance, "reset allegiance"},
	{0x47, 0, ECKD_OUTSIDE, 16, eckd_locate_record, "locate record"},
	{0x49, SEARCH, ECKD_OUTSIDE, 0, eckd_search_key, "search key high"},
	{0x4B, 0, ECKD_OUTSIDE, 20, eckd_locate_record_extended, "locate record extended"},
	{0x51, SEARCH, ECKD_OUTSIDE, 0, eckd_search_id, "search ID high"},
	{0x54, 0, ECKD_OUTSIDE, 0, eckd_sense_subsystem_status, "sense subsystem status"},
	{0x5B, COMMAND_FIRST, ECKD_OUTSIDE, 0, eckd_suspend_reconnection,
	 "suspend multipath reconnection"},
	{0x5E, LOC, ANYWHERE, 0, eckd_read_multiple_ckd, "read multiple count, key and data"},
	{0x63, 0, ECKD_OUTSIDE, 16, eckd_define_extent, "define extent"},
	{0x64, 0, ECKD_OUTSIDE, 0, eckd_read_device_characteristics, "read device characteristics"},
	{0x69, SEARCH, ECKD_OUTSIDE, 0, eckd_search_key, "search key equal or high"},
	{0x71, SEARCH, ECKD_OUTSIDE, 0, eckd_search_id, "search ID equal or high"},
	{0x85, UPDATE, ECKD_IN_WRITE_DATA, 0, eckd_write_data, "write update data"},
	{0x86, LOC, ANYWHERE, 0, eckd_read_data, "read data multitrack"},
	{0x8D, UPDATE, ECKD_IN_WRITE_DATA, 0, eckd_write_key_data, "write update key and data"},
	{0x8E, LOC, ANYWHERE, 0, eckd_read_key_data, "read key and data multitrack"},
	{0x92, LOC, ANYWHERE, 0, eckd_read_count, "read count multitrack"},
	{0x94, 0, ECKD_OUTSIDE, 0, eckd_release, "release"},
	{0x95, LOC | COMMAND_FORMATS, ECKD_IN_FULL_TRACK, 0, eckd_write_full_track,
	 "write full track"},
	{0x96, LOC, ANYWHERE, 0, eckd_read_r0, "read record zero multitrack"},
	{0x9A, LOC, ANYWHERE, 0, eckd_read_home_address, "read home address multitrack"},
	{0x9D, FORMAT, ECKD_IN_FORMAT, 8, eckd_write_ckd_next_track,
	 "write count, key and data next track"},
	{0x9E, LOC, ANYWHERE, 0, eckd_read_ckd, "read count, key and data multitrack"},
	{0xA4, 0, ECKD_OUTSIDE, 0, eckd_read_buffered_log, "read and reset buffered log"},
	{0xA5, UPDATE, ECKD_IN_TRACK_DATA, 0, eckd_write_track_data, "write track data"},
	{0xA6, LOC, ECKD_IN_READ_TRACKS, 0, eckd_read_track_data, "read track data"},
	{0xA9, SEARCH, ECKD_OUTSIDE, 0, eckd_search_key, "search key equal multitrack"},
	{0xAF, COMMAND_FIRST | COMMAND_LAST | COMMAND_BREAKS_IN, ECKD_OUTSIDE, 12,
	 eckd_set_path_group_id, "set path group ID"},
	{0xB1, SEARCH, ECKD_OUTSIDE, 0, eckd_search_id, "search ID equal multitrack"},
	{0xB4, COMMAND_FIRST, ECKD_OUTSIDE, 0, eckd_reserve, "reserve"},
	{0xB9, SEARCH, ECKD_OUTSIDE, 0, eckd_search_home_address,
	 "search home address equal multitrack"},
	{0xC9, SEARCH, ECKD_OUTSIDE, 0, eckd_search_key, "search key high multitrack"},
	{0xD1, SEARCH, ECKD_OUTSIDE, 0, eckd_search_id, "search ID high multitrack"},
	{0xDE, LOC, ECKD_IN_READ_TRACKS, 0, eckd_read_track, "read track"},
	{0xE4, 0, ECKD_OUTSIDE, 0, eckd_sense_id, "sense ID"},
	{0xE7, 0, ECKD_OUTSIDE, 64, eckd_prefix, "prefix"},
	{0xE9, SEARCH, ECKD_OUTSIDE, 0, eckd_search_key, "search key equal or high multitrack"},
	{0xF1, SEARCH, ECKD_OUTSIDE, 0, eckd_search_id, "search ID equal or high multitrack"},
	{0xF9, 0, ECKD_OUTSIDE, 0, eckd_reset_summary_unit_check, "reset summary unit check"},
	{0xFA, 0, ECKD_OUTSIDE, 0, eckd_read_configuration_data, "read configuration data"},
};

#define COMMANDS   (sizeof(commands) / sizeof(commands[0]))
#define NORMAL_END (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)
#define READ_COUNT 0x12u
#define SENSE	   0x04u

/* The table is in order of codes. */
static const struct command *find_command(uint8_t code)
{
	size_t low = 0, high = COMMANDS;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (commands[middle].code == code)
			return &commands[middle];
		if (commands[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool may_stand_here(const struct eckd *eckd, const struct command *command)
{
	const struct eckd_domain *domain = &eckd->program.domain;

	if (!domain->place)
		return command->places & ECKD_OUTSIDE;
	if (command->places & domain->place)
		return true;
	/* A domain of writes may end in a read count, to check that the disk is where it was. */
	return domain->place == ECKD_IN_WRITE_DATA && domain->read_count_suffix &&
	       domain->count == 1 && (command->code & ~ECKD_MULTITRACK) == READ_COUNT;
}

static int check_mask(struct eckd *eckd, const struct command *command)
{
	uint8_t mask = eckd->program.mask & ECKD_MASK_WRITE;
	bool permitted;

	if (command->flags & COMMAND_WRITES_R0)
		permitted = eckd_mask_permits_r0(eckd);
	else if (command->flags & COMMAND_FORMATS)
		permitted = mask == ECKD_MASK_WRITE_ALL || mask == ECKD_MASK_WRITE_NO_R0;
	else
		permitted = mask != ECKD_MASK_WRITE_NONE;
	return permitted ? 0 : eckd_check(eckd, ECKD_MASK_VIOLATION);
}

/* All that must hold before the handler runs. */
static int check_command(struct eckd *eckd, const struct command *command, bool first)
{
	uint16_t flags = command->flags;

	if (!may_stand_here(eckd, command) || ((flags & COMMAND_FIRST) && !first) ||
	    ((flags & COMMAND_LAST) && eckd->command->chaining) ||
	    ((flags & COMMAND_LOCATED) && !eckd->program.position.located))
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	if (command->minimum && css_window_left(eckd->command->window) < command->minimum)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if (!(flags & COMMAND_WRITES))
		return 0;
	if (eckd->info.read_only)
		return eckd_check(eckd, ECKD_WRITE_INHIBITED);
	return check_mask(eckd, command);
}

static int run_command(struct eckd *eckd, const struct command *command)
{
	struct eckd_program *program = &eckd->program;
	bool first = eckd->command->first || program->suspended_reconnect;
	bool inside = program->domain.place;
	int rc;

	if (!command)
		return eckd_check(eckd, ECKD_INVALID_COMMAND);
	rc = check_command(eckd, command, first);
	if (rc)
		return rc;
	program->matched = program->match;
	program->match = ECKD_MATCH_NONE;
	program->formatted = program->formatting;
	program->formatting = false;
	program->suspended_reconnect = false;
	if (!(command->flags & COMMAND_SEARCHES))
		program->position.index_passes = 0;
	rc = command->run(eckd);
	if (!rc && inside && --program->domain.count == 0)
		program->domain.place = 0;
	return rc;
}

/* The program ends with this command: what was collected goes to the volume, and says how it went.
 */
static int end_program(struct eckd *eckd, int rc)
{
	int error = eckd_track_store(eckd, eckd_volume_flags(eckd));

	if (error)
		return eckd_check_volume(eckd, error);
	if (!rc && !eckd->command->chaining && eckd->program.domain.place)
		return eckd_check(eckd, ECKD_INCOMPLETE_DOMAIN);
	return rc;
}

/* What a program that was cut off has left in the buffer. */
static int store_leftover(struct eckd *eckd, unsigned int flags)
{
	int error = eckd_track_store(eckd, flags);

	if (error == -EAGAIN)
		return error;
	if (error)
		eckd->write_lost = true;
	if (eckd->track.rebuilt)
		eckd_track_drop(eckd);
	return 0;
}

/*
 * What is settled before the first command of a program: whether there is one at all. 0: it may
 * run; otherwise as handlers return, a busy device included.
 */
static int admit(struct eckd *eckd, const struct command *command)
{
	bool breaks_in = command && (command->flags & COMMAND_BREAKS_IN);

	if (!breaks_in && eckd_reserved_elsewhere(eckd, eckd->command->path)) {
		eckd->reservation.busy_shown = true;
		eckd->command->status = ARCH_DS_BUSY;
		return ECKD_CHECKED;
	}
	if (store_leftover(eckd, eckd_volume_flags(eckd)))
		return -EAGAIN;
	if (command && (command->flags & COMMAND_KEEPS_SENSE))
		return 0;
	eckd_sense_clear(eckd);
	if (!eckd->write_lost || breaks_in)
		return 0;
	eckd->write_lost = false;
	eckd->command->status |= ARCH_DS_UNIT_CHECK;
	return eckd_check(eckd, ECKD_EQUIPMENT_CHECK);
}

static int execute(struct eckd *eckd)
{
	const struct command *command = find_command(eckd->command->code);
	bool writes = command && (command->flags & COMMAND_WRITES);
	int rc = eckd->command->first ? admit(eckd, command) : 0;

	if (rc)
		return rc;
	/*
	 * Handing changes over may have to wait, and is tried after the command. Given again, a
	 * write does the same once more; other commands would not (they have put their data).
	 */
	if (eckd->track.dirty && !eckd->command->may_wait && !writes)
		return -EAGAIN;
	rc = run_command(eckd, command);
	if (rc == -EAGAIN)
		return rc;
	if (rc || !eckd->command->chaining || (eckd->command->status & ARCH_DS_UNIT_EXCEPTION))
		rc = end_program(eckd, rc);
	if (rc == ECKD_CHECKED)
		eckd->command->status = NORMAL_END | ARCH_DS_UNIT_CHECK;
	return rc;
}

static enum css_result eckd_command(void *device, struct css_subchannel *subchannel,
				    struct css_command *command)
{
	struct eckd *eckd = device;
	const struct eckd_program before = eckd->program;

	eckd->command = command;
	eckd->subchannel = subchannel;
	command->status = NORMAL_END;
	if (execute(eckd) != -EAGAIN)
		return CSS_DONE;
	eckd->program = before;
	return CSS_WOULD_WAIT;
}

static void eckd_begin(void *device, struct css_subchannel *subchannel)
{
	struct eckd *eckd = device;

	memset(&eckd->program, 0, sizeof(eckd->program));
}

/*
 * Mostly there is nothing left to do. A program that was halted, or that the channel has ended, may
 * leave changes: if the volume does not take them at once, the next program begins with them.
 */
static void eckd_end(void *device, struct css_subchannel *subchannel)
{
	struct eckd *eckd = device;

	store_leftover(eckd, VOLUME_NOWAIT);
	memset(&eckd->program, 0, sizeof(eckd->program));
}

static void eckd_take_sense(void *device, struct css_subchannel *subchannel,
			    uint8_t sense[ARCH_SENSE_BYTES])
{
	struct eckd *eckd = device;

	memcpy(sense, eckd->sense, ARCH_SENSE_BYTES);
	eckd_sense_clear(eckd);
}

static void eckd_reset(void *device, struct css_subchannel *subchannel, enum css_reset_kind kind)
{
	struct eckd *eckd = device;

	memset(&eckd->program, 0, sizeof(eckd->program));
	eckd_sense_clear(eckd);
	if (kind != CSS_RESET_SYSTEM)
		return;
	eckd_subsystem_reset(eckd);
	store_leftover(eckd, 0);
	eckd_track_drop(eckd);
	if (eckd_flush(eckd))
		eckd->write_lost = true;
}

const struct css_control_unit_ops eckd_ops = {
	.size = sizeof(struct css_control_unit_ops),
	.name = "eckd",
	.begin = eckd_begin,
	.end = eckd_end,
	.command = eckd_command,
	.take_sense = eckd_take_sense,
	.reset = eckd_reset,
};

static int check_volume(const struct volume_info *info, struct chanio_error *error)
{
	if (info->kind != VOLUME_TRACKS || info->device_type != 0x3390)
		return chanio_error_set(error, -EINVAL,
					"the %s image is no 3390 disk (device type %04x): make one "
					"with 'chanio dasd create'",
					info->format, info->device_type);
	if (info->heads != ECKD_HEADS || !info->cylinders || info->cylinders > ECKD_CYLINDERS_MAX)
		return chanio_error_set(error, -EINVAL,
					"the image has %u cylinders of %u tracks: a 3390 has 1 to "
					"%u cylinders of %u tracks",
					info->cylinders, info->heads, ECKD_CYLINDERS_MAX,
					ECKD_HEADS);
	if (info->track_size < VOLUME_TRACK_HEADER + VOLUME_TRACK_END)
		return chanio_error_set(error, -EINVAL,
					"the image has room for %u bytes a track: that is none",
					info->track_size);
	return 0;
}

int eckd_create(const struct eckd_config *config, struct eckd **result, struct chanio_error *error)
{
	struct eckd *eckd = calloc(1, sizeof(*eckd));
	int rc;

	if (!eckd)
		return chanio_error_set(error, -ENOMEM, "no memory for a disk");
	config->volume->ops->get_info(config->volume, &eckd->info);
	rc = check_volume(&eckd->info, error);
	if (rc) {
		free(eckd);
		return rc;
	}
	eckd->track.capacity = eckd->info.track_size;
	eckd->track.image = malloc(eckd->info.track_size);
	eckd->spare = malloc(eckd->info.track_size);
	if (!eckd->track.image || !eckd->spare) {
		free(eckd->track.image);
		free(eckd->spare);
		free(eckd);
		return chanio_error_set(error, -ENOMEM, "no memory for a disk");
	}
	eckd->volume = config->volume;
	eckd->control_unit = config->control_unit;
	eckd->device_number = config->device_number;
	eckd->subsystem_id = config->subsystem_id;
	eckd->track_data = config->track_data;
	eckd_sense_clear(eckd);
	*result = eckd;
	return 0;
}

void eckd_destroy(struct eckd *eckd)
{
	if (!eckd)
		return;
	eckd_track_store(eckd, 0);
	volume_close(eckd->volume);
	free(eckd->track.image);
	free(eckd->spare);
	free(eckd);
}

int eckd_flush(struct eckd *eckd)
{
	return eckd->volume->ops->flush(eckd->volume);
}
