/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Commands to the control unit rather than the disk: subsystem functions and data, path groups,
 * reservation, sense and logs (section 9).
 */
#include "device/eckd/internal.h"

#define PSF_PREPARE		 0x18
#define PSF_SET_CHARACTERISTICS	 0x1D
#define PSF_SET_INTERFACE_ID	 0xB0
#define PSF_PREPARE_SIZE	 12u
#define PSF_SIZE_MAX		 256u
#define SSC_CONFIRM		 0xC0 /* suborders of set characteristics */
#define SSC_CONFIRM_WITH_ALIASES 0xC8
#define PREPARED_MAX		 512u
#define SNID_RESERVED_BY_OTHERS	 0x20
#define SNID_RESERVED_BY_SELF	 0x30
#define SNID_MULTIPATH		 0x08
#define SPID_MULTIPATH		 0x80
#define SPID_FUNCTION		 0x60
#define SPID_ESTABLISH		 0x00
#define SPID_DISBAND		 0x20
#define SPID_RESIGN		 0x40
#define PATH_GROUP_SIZE		 (1u + ECKD_PATH_GROUP_ID)
#define SUMMARY_SIZE		 16u
#define UNIT_ADDRESSES		 256u
#define UNIT_ADDRESS_BASE	 0x01
#define FEATURE_PREFIX		 0x01 /* in byte 8 of the feature codes */
#define FEATURE_READ_TRACK_DATA	 0x20 /* byte 9 */
#define FEATURE_WRITE_TRACK_DATA 0x40 /* byte 12 */

int eckd_no_operation(struct eckd *eckd)
{
	return 0;
}

int eckd_sense_command(struct eckd *eckd)
{
	css_window_put(eckd->command->window, eckd->sense, sizeof(eckd->sense));
	eckd_sense_clear(eckd);
	return 0;
}

/* Storage path status: the path is there and works. */
static void prepare_path_status(const struct eckd *eckd, uint8_t *data)
{
	data[0] = 0xC0;
	data[1] = 0x80;
}

/* There is no message: its length, no format, and the identifier asked for. */
static void prepare_message(const struct eckd *eckd, uint8_t *data)
{
	data[1] = 9;
	memcpy(data + 4, eckd->program.prepared_order + 8, 4);
}

static void prepare_unit_addresses(const struct eckd *eckd, uint8_t *data)
{
	for (unsigned int i = 0; i < UNIT_ADDRESSES; i++)
		data[2 * i] = UNIT_ADDRESS_BASE;
}

static void prepare_features(const struct eckd *eckd, uint8_t *data)
{
	if (!eckd->track_data)
		return;
	data[8] = FEATURE_PREFIX;
	data[9] = FEATURE_READ_TRACK_DATA;
	data[12] = FEATURE_WRITE_TRACK_DATA;
}

/* What can be prepared for READ SUBSYSTEM DATA; other suborders are rejected (section 9.1). */
static const struct suborder {
	uint8_t code;
	uint16_t size;
	void (*prepare)(const struct eckd *eckd, uint8_t *data);
} suborders[] = {
	{0x00, 24, prepare_path_status},
	{0x03, 9, prepare_message},
	{0x0E, 2 * UNIT_ADDRESSES, prepare_unit_addresses},
	{0x41, 256, prepare_features},
};

static const struct suborder *find_suborder(uint8_t code)
{
	for (size_t i = 0; i < sizeof(suborders) / sizeof(suborders[0]); i++)
		if (suborders[i].code == code)
			return &suborders[i];
	return NULL;
}

static int prepare(struct eckd *eckd, const uint8_t *data, size_t size)
{
	if (size < PSF_PREPARE_SIZE)
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if (data[1] || data[7] || !find_suborder(data[6]))
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	memcpy(eckd->program.prepared_order, data, PSF_PREPARE_SIZE);
	eckd->program.prepared = true;
	return 0;
}

int eckd_perform_subsystem_function(struct eckd *eckd)
{
	uint8_t data[PSF_SIZE_MAX] = {0};
	size_t size = css_window_get(eckd->command->window, data,
				     css_window_left(eckd->command->window) < sizeof(data)
					     ? css_window_left(eckd->command->window)
					     : sizeof(data));

	eckd->program.prepared = false;
	switch (data[0]) {
	case PSF_PREPARE:
		return prepare(eckd, data, size);
	case PSF_SET_CHARACTERISTICS:
		/* A driver says that it knows this kind of control unit; nothing depends on it. */
		if (data[6] == SSC_CONFIRM || data[6] == SSC_CONFIRM_WITH_ALIASES)
			return 0;
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	case PSF_SET_INTERFACE_ID:
		if (size < 4)
			return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
		memcpy(eckd->interface_id, data + 2, sizeof(eckd->interface_id));
		return 0;
	default:
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	}
}

int eckd_read_subsystem_data(struct eckd *eckd)
{
	uint8_t data[PREPARED_MAX] = {0};
	const struct suborder *suborder;

	if (!eckd->program.prepared)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	eckd->program.prepared = false;
	suborder = find_suborder(eckd->program.prepared_order[6]);
	suborder->prepare(eckd, data);
	css_window_put(eckd->command->window, data, suborder->size);
	return 0;
}

static unsigned int path_index(uint8_t path)
{
	unsigned int index = 0;

	while (index < ECKD_PATHS - 1 && !(path & 0x80u >> index))
		index++;
	return index;
}

bool eckd_reserved_elsewhere(const struct eckd *eckd, uint8_t path)
{
	const struct eckd_reservation *r = &eckd->reservation;
	const struct eckd_path *p = &eckd->paths[path_index(path)];

	if (!r->held || r->path == path)
		return false;
	return !r->by_group || p->state != ECKD_PATH_GROUPED ||
	       memcmp(r->group, p->group, sizeof(r->group)) != 0;
}

int eckd_sense_path_group_id(struct eckd *eckd)
{
	const struct eckd_path *path = &eckd->paths[path_index(eckd->command->path)];
	uint8_t data[PATH_GROUP_SIZE];

	data[0] = path->state;
	if (eckd_reserved_elsewhere(eckd, eckd->command->path))
		data[0] |= SNID_RESERVED_BY_OTHERS;
	else if (eckd->reservation.held)
		data[0] |= SNID_RESERVED_BY_SELF;
	if (path->multipath)
		data[0] |= SNID_MULTIPATH;
	memcpy(data + 1, path->group, sizeof(path->group));
	css_window_put(eckd->command->window, data, sizeof(data));
	return 0;
}

static bool is_zero(const uint8_t *data, size_t size)
{
	uint8_t all = 0;

	for (size_t i = 0; i < size; i++)
		all |= data[i];
	return !all;
}

static void leave_group(struct eckd_path *path)
{
	path->state = ECKD_PATH_UNGROUPED;
	path->multipath = false;
}

/* Every path of the group leaves it. */
static void disband(struct eckd *eckd, const uint8_t group[ECKD_PATH_GROUP_ID])
{
	for (size_t i = 0; i < ECKD_PATHS; i++)
		if (eckd->paths[i].state == ECKD_PATH_GROUPED &&
		    memcmp(eckd->paths[i].group, group, ECKD_PATH_GROUP_ID) == 0)
			leave_group(&eckd->paths[i]);
}

int eckd_set_path_group_id(struct eckd *eckd)
{
	struct eckd_path *path = &eckd->paths[path_index(eckd->command->path)];
	uint8_t data[PATH_GROUP_SIZE];

	if (css_window_get(eckd->command->window, data, sizeof(data)) < sizeof(data))
		return eckd_check(eckd, ECKD_COUNT_TOO_SMALL);
	if ((data[0] & ~(SPID_MULTIPATH | SPID_FUNCTION)) ||
	    (data[0] & SPID_FUNCTION) == SPID_FUNCTION || is_zero(data + 1, sizeof(path->group)))
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	if (!is_zero(path->group, sizeof(path->group)) &&
	    memcmp(path->group, data + 1, sizeof(path->group)) != 0)
		return eckd_check(eckd, ECKD_INVALID_PARAMETER);
	memcpy(path->group, data + 1, sizeof(path->group));
	switch (data[0] & SPID_FUNCTION) {
	case SPID_ESTABLISH:
		path->state = ECKD_PATH_GROUPED;
		path->multipath = data[0] & SPID_MULTIPATH;
		break;
	case SPID_DISBAND:
		disband(eckd, data + 1);
		leave_group(path);
		break;
	case SPID_RESIGN:
		leave_group(path);
		break;
	}
	return 0;
}

int eckd_suspend_reconnection(struct eckd *eckd)
{
	eckd->program.suspended_reconnect = true;
	return 0;
}

/* Reserve, release and their kin return sense bytes as data. */
static void put_sense_data(struct eckd *eckd)
{
	static const uint8_t none[ECKD_SENSE_DATA];

	css_window_put(eckd->command->window, none, sizeof(none));
}

static void reserve(struct eckd *eckd)
{
	const struct eckd_path *path = &eckd->paths[path_index(eckd->command->path)];
	struct eckd_reservation *r = &eckd->reservation;

	r->held = true;
	r->path = eckd->command->path;
	r->by_group = path->state == ECKD_PATH_GROUPED;
	memcpy(r->group, path->group, sizeof(r->group));
}

int eckd_reserve(struct eckd *eckd)
{
	put_sense_data(eckd);
	reserve(eckd);
	return 0;
}

int eckd_unconditional_reserve(struct eckd *eckd)
{
	put_sense_data(eckd);
	reserve(eckd);
	return 0;
}

int eckd_release(struct eckd *eckd)
{
	bool owed = eckd->reservation.held && eckd->reservation.busy_shown;

	if (eckd->program.extent_defined)
		return eckd_check(eckd, ECKD_INVALID_SEQUENCE);
	put_sense_data(eckd);
	memset(&eckd->reservation, 0, sizeof(eckd->reservation));
	/* Who was told that the device is busy waits for the end of that. */
	if (owed)
		css_subchannel_attention(eckd->subchannel, ARCH_DS_DEVICE_END);
	return 0;
}

int eckd_reset_allegiance(struct eckd *eckd)
{
	put_sense_data(eckd);
	return 0;
}

/* The log counts errors of the drive's mechanics: there are none. */
int eckd_read_buffered_log(struct eckd *eckd)
{
	put_sense_data(eckd);
	return 0;
}

/* The driver of an alias acknowledges its summary unit check; there are none to reset. */
int eckd_reset_summary_unit_check(struct eckd *eckd)
{
	uint8_t data[SUMMARY_SIZE];

	css_window_get(eckd->command->window, data, sizeof(data));
	return 0;
}

void eckd_subsystem_reset(struct eckd *eckd)
{
	memset(eckd->paths, 0, sizeof(eckd->paths));
	memset(&eckd->reservation, 0, sizeof(eckd->reservation));
	memset(eckd->interface_id, 0, sizeof(eckd->interface_id));
}
