/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd ls`: the data sets of a volume's VTOC, and the partitions that Linux finds there. */
#include "tool/dasd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/json.h"
#include "tool/tool.h"
#include "tool/vtoc.h"

#define NAME "chanio dasd ls"

static const char usage[] =
	"Usage: " NAME " IMAGE [--json]\n"
	"\n"
	"Lists the data sets of a volume that nobody writes to, with their extents, and the\n"
	"partitions that Linux finds.\n"
	"\n"
	"  -j, --json   as one JSON object\n"
	"  -h, --help   this text\n";

/* Bits of DS1RECFM and DS1DSORG. */
struct bit_name {
	uint16_t mask, value;
	const char *name;
};

static const struct bit_name organisations[] = {
	{0x8000, 0x8000, "IS"}, {0x4000, 0x4000, "PS"}, {0x2000, 0x2000, "DA"},
	{0x0200, 0x0200, "PO"}, {0x0008, 0x0008, "VS"},
};

static const struct bit_name record_formats[] = {
	{0xc0, 0xc0, "U"}, {0xc0, 0x80, "F"}, {0xc0, 0x40, "V"}, {0x20, 0x20, "T"},
	{0x10, 0x10, "B"}, {0x08, 0x08, "S"}, {0x04, 0x04, "A"}, {0x02, 0x02, "M"},
};

#define NAMES(table) (table), sizeof(table) / sizeof((table)[0])
#define TEXT_SIZE    24u
#define DATE_SIZE    16u

/* The names of all bits that are set; empty: none. */
static const char *name_bits(char text[TEXT_SIZE], uint16_t bits, const struct bit_name *names,
			     size_t count)
{
	text[0] = 0;
	for (size_t i = 0; i < count; i++) {
		if ((bits & names[i].mask) == names[i].value)
			strcat(text, names[i].name);
	}
	return text;
}

/* As z/OS writes dates; empty: none. */
static const char *name_date(char text[DATE_SIZE], const struct dscb_date *date)
{
	text[0] = 0;
	if (date->year)
		snprintf(text, DATE_SIZE, "%u.%03u", date->year, date->day);
	return text;
}

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

/* The partition that a data set is; 0: none. */
static unsigned int partition_of(const struct vtoc *vtoc, size_t data_set)
{
	for (unsigned int i = 0; i < vtoc->partition_count; i++) {
		if (vtoc->present && vtoc->partitions[i].data_set == data_set)
			return i + 1;
	}
	return 0;
}

static uint32_t extent_tracks(const struct dscb_extent *extent)
{
	return extent->last < extent->first ? 0 : extent->last - extent->first + 1;
}

static void print_data_set(const struct vtoc *vtoc, size_t index)
{
	const struct dscb_data_set *set = &vtoc->data_sets[index];
	char organisation[TEXT_SIZE], format[TEXT_SIZE], date[DATE_SIZE], number[12] = "-";
	uint32_t heads = vtoc->info.heads;
	unsigned int partition = partition_of(vtoc, index);

	if (partition)
		snprintf(number, sizeof(number), "%u", partition);
	printf("%-4s  %-44s  %-3s  %-5s  %6u  %6u  %-8s\n", number, or_dash(set->name),
	       or_dash(name_bits(organisation, set->organisation, NAMES(organisations))),
	       or_dash(name_bits(format, set->record_format, NAMES(record_formats))),
	       set->record_length, set->block_length, or_dash(name_date(date, &set->created)));
	for (unsigned int i = 0; i < set->extent_count; i++) {
		const struct dscb_extent *extent = &set->extents[i];

		printf("      extent %u: cylinder %" PRIu32 " head %" PRIu32 " to cylinder %" PRIu32
		       " head %" PRIu32 ", %" PRIu32 " tracks\n",
		       i + 1, extent->first / heads, extent->first % heads, extent->last / heads,
		       extent->last % heads, extent_tracks(extent));
	}
}

static void print_partitions(const struct vtoc *vtoc)
{
	for (unsigned int i = 0; i < vtoc->partition_count; i++) {
		const struct vtoc_partition *partition = &vtoc->partitions[i];

		printf("partition %u: %" PRIu64 " blocks of %" PRIu32 " bytes from block %" PRIu64
		       " on\n",
		       i + 1, partition->blocks, vtoc->label.block_size, partition->first_block);
	}
}

static void print_text(const struct vtoc *vtoc)
{
	const struct dscb_extent *extent = &vtoc->volume.vtoc;
	uint32_t heads = vtoc->info.heads;

	if (!vtoc->label.type) {
		printf("no label\n");
		return;
	}
	printf("volume %s (%s), %" PRIu32 " cylinders\n", or_dash(vtoc->label.serial),
	       vtoc->label.type, vtoc->info.cylinders);
	if (vtoc->present) {
		printf("VTOC from cylinder %" PRIu32 " head %" PRIu32 " to cylinder %" PRIu32
		       " head %" PRIu32 ", %u entries free\n",
		       extent->first / heads, extent->first % heads, extent->last / heads,
		       extent->last % heads, vtoc->volume.free_entries);
		printf("\nPart  %-44s  Org  Recfm   Lrecl  Blksiz  Created\n", "Data set");
	} else if (!strcmp(vtoc->label.type, "CDL")) {
		printf("no VTOC\n");
	}
	for (size_t i = 0; i < vtoc->data_set_count; i++)
		print_data_set(vtoc, i);
	if (vtoc->partition_count)
		putchar('\n');
	print_partitions(vtoc);
}

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *extents_to_json(const struct dscb_data_set *set)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < set->extent_count; i++)
		json_array_append_new(list,
				      json_pack("{s:I, s:I, s:I}", "first_track",
						(json_int_t)set->extents[i].first, "last_track",
						(json_int_t)set->extents[i].last, "tracks",
						(json_int_t)extent_tracks(&set->extents[i])));
	return list;
}

static json_t *data_sets_to_json(const struct vtoc *vtoc)
{
	char organisation[TEXT_SIZE], format[TEXT_SIZE], created[DATE_SIZE], expires[DATE_SIZE];
	json_t *list = json_array();

	for (size_t i = 0; i < vtoc->data_set_count; i++) {
		const struct dscb_data_set *set = &vtoc->data_sets[i];

		name_bits(organisation, set->organisation, NAMES(organisations));
		name_bits(format, set->record_format, NAMES(record_formats));
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:i, s:o}", "name",
				  set->name, "volume", set->serial, "created",
				  text_or_null(name_date(created, &set->created)), "expires",
				  text_or_null(name_date(expires, &set->expires)), "organisation",
				  text_or_null(organisation), "record_format", text_or_null(format),
				  "record_length", set->record_length, "block_length",
				  set->block_length, "extents", extents_to_json(set)));
	}
	return list;
}

static json_t *partitions_to_json(const struct vtoc *vtoc)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < vtoc->partition_count; i++) {
		const struct vtoc_partition *partition = &vtoc->partitions[i];

		json_array_append_new(
			list,
			json_pack("{s:i, s:o, s:I, s:I, s:I}", "number", i + 1, "data_set",
				  vtoc->present
					  ? json_string(vtoc->data_sets[partition->data_set].name)
					  : json_null(),
				  "first_block", (json_int_t)partition->first_block, "blocks",
				  (json_int_t)partition->blocks, "bytes",
				  (json_int_t)(partition->blocks * vtoc->label.block_size)));
	}
	return list;
}

static json_t *vtoc_to_json(const struct vtoc *vtoc)
{
	if (!vtoc->present)
		return json_null();
	return json_pack("{s:I, s:I, s:i}", "first_track", (json_int_t)vtoc->volume.vtoc.first,
			 "last_track", (json_int_t)vtoc->volume.vtoc.last, "free_entries",
			 vtoc->volume.free_entries);
}

static int print_json(const char *path, const struct vtoc *vtoc)
{
	const struct label *label = &vtoc->label;
	json_t *label_json =
		label->type ? json_pack("{s:s, s:s}", "type", label->type, "serial", label->serial)
			    : json_null();

	return tool_json_print(
		NAME,
		json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "image", tool_json_path(path),
			  "cylinders", (json_int_t)vtoc->info.cylinders, "heads",
			  (json_int_t)vtoc->info.heads, "label", label_json, "block_size",
			  label->block_size ? json_integer(label->block_size) : json_null(), "vtoc",
			  vtoc_to_json(vtoc), "data_sets", data_sets_to_json(vtoc), "partitions",
			  partitions_to_json(vtoc)));
}

static int list(const char *path, bool json)
{
	struct volume_open_options options = {.read_only = true};
	struct chanio_error error;
	struct volume *volume;
	struct vtoc vtoc;
	int status = TOOL_OK;

	if (volume_open(path, &options, &volume, &error))
		return tool_error(NAME, "%s", error.text);
	if (vtoc_read(&vtoc, volume, path, &error))
		status = tool_error(NAME, "%s", error.text);
	else if (json)
		status = print_json(path, &vtoc);
	else
		print_text(&vtoc);
	vtoc_finish(&vtoc);
	volume_close(volume);
	return status;
}

int dasd_ls(int argc, char **argv)
{
	return dasd_image_command(NAME, usage, list, argc, argv);
}
