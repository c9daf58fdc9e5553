/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd dump`: the records of a track: count, key and data, with EBCDIC beside the bytes. */
#include "tool/dasd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/ebcdic.h"
#include "tool/json.h"
#include "tool/record.h"
#include "tool/tool.h"
#include "tool/vtoc.h"

#define NAME "chanio dasd dump"

#define LINE_SIZE 16u

/* Where R0 is in a track image: behind the home address. */
#define R0_OFFSET 5u

static const char usage[] =
	"Usage: " NAME " IMAGE TRACK [OPTIONS]\n"
	"\n"
	"Shows the home address and the records of a track. TRACK is its number from the volume's\n"
	"begin, or CYLINDER.HEAD.\n"
	"\n"
	"  -r, --record N   only that record\n"
	"  -j, --json       as one JSON object; bytes as hexadecimal digits\n"
	"  -h, --help       this text\n";

struct arguments {
	const char *image;
	const char *track;
	int record; /* -1: all */
	bool json;
	bool help;
};

struct track {
	uint32_t number;
	uint32_t heads;
	uint8_t *image;
	size_t length;
};

static void print_line(const uint8_t *bytes, size_t size, size_t offset)
{
	char text[LINE_SIZE + 1];

	printf("    %04zx ", offset);
	for (size_t i = 0; i < LINE_SIZE; i++) {
		if (i % 4 == 0)
			putchar(' ');
		if (i < size)
			printf("%02x", bytes[i]);
		else
			printf("  ");
	}
	for (size_t i = 0; i < size; i++) {
		uint8_t character = arch_ebcdic_to_latin1[bytes[i]];

		text[i] = character >= 0x20 && character < 0x7f ? (char)character : '.';
	}
	text[size] = 0;
	printf("  |%s|\n", text);
}

/* Lines that are as the one before them are one line with an asterisk. */
static void print_bytes(const char *what, const uint8_t *bytes, size_t size)
{
	bool repeated = false;

	if (size)
		printf("  %s, %zu bytes\n", what, size);
	for (size_t offset = 0; offset < size; offset += LINE_SIZE) {
		size_t left = size - offset, line = left < LINE_SIZE ? left : LINE_SIZE;
		bool same = offset && left > LINE_SIZE &&
			    !memcmp(bytes + offset, bytes + offset - LINE_SIZE, LINE_SIZE);

		if (same && !repeated)
			printf("    *\n");
		repeated = same;
		if (!same)
			print_line(bytes + offset, line, offset);
	}
}

static void print_record(const struct record *record, const struct track *track)
{
	bool elsewhere = record->cylinder != track->number / track->heads ||
			 record->head != track->number % track->heads;

	printf("R%u: cylinder %u head %u record %u, key length %u, data length %u%s%s\n",
	       record->number, record->cylinder, record->head, record->number, record->key_length,
	       record->data_length,
	       !record->key_length && !record->data_length ? ": end of file" : "",
	       elsewhere ? " (the address of another track)" : "");
	print_bytes("key", record->key, record->key_length);
	print_bytes("data", record->data, record->data_length);
}

static json_t *bytes_to_json(const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(size * 2 + 1);
	json_t *string;

	if (!text)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		text[i * 2] = digits[bytes[i] >> 4];
		text[i * 2 + 1] = digits[bytes[i] & 0xf];
	}
	string = json_stringn(text, size * 2);
	free(text);
	return string;
}

static json_t *record_to_json(const struct record *record)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "cylinder", record->cylinder,
			 "head", record->head, "record", record->number, "key_length",
			 record->key_length, "data_length", record->data_length, "key",
			 bytes_to_json(record->key, record->key_length), "data",
			 bytes_to_json(record->data, record->data_length));
}

/* R0 and then the others, those that are wanted; the next one, false at the end. */
static bool next_wanted(const struct arguments *arguments, const struct track *track,
			size_t *offset, struct record *record)
{
	while (record_next(track->image, track->length, offset, record)) {
		if (arguments->record < 0 || arguments->record == record->number)
			return true;
	}
	return false;
}

static int print_text(const struct arguments *arguments, const struct track *track)
{
	size_t offset = R0_OFFSET;
	struct record record;

	printf("track %" PRIu32 ": cylinder %" PRIu32 " head %" PRIu32 ", home address ",
	       track->number, track->number / track->heads, track->number % track->heads);
	for (size_t i = 0; i < R0_OFFSET; i++)
		printf("%02x", track->image[i]);
	putchar('\n');
	while (next_wanted(arguments, track, &offset, &record))
		print_record(&record, track);
	return TOOL_OK;
}

static int print_json(const struct arguments *arguments, const struct track *track)
{
	size_t offset = R0_OFFSET;
	json_t *list = json_array();
	struct record record;

	while (next_wanted(arguments, track, &offset, &record))
		json_array_append_new(list, record_to_json(&record));
	return tool_json_print(NAME,
			       json_pack("{s:o, s:I, s:I, s:I, s:o, s:o}", "image",
					 tool_json_path(arguments->image), "track",
					 (json_int_t)track->number, "cylinder",
					 (json_int_t)(track->number / track->heads), "head",
					 (json_int_t)(track->number % track->heads), "home_address",
					 bytes_to_json(track->image, R0_OFFSET), "records", list));
}

static int print_track(const struct arguments *arguments, const struct track *track)
{
	size_t offset = R0_OFFSET;
	struct record record;

	if (!next_wanted(arguments, track, &offset, &record))
		return tool_error(NAME, "'%s': track %" PRIu32 " has no record %d",
				  arguments->image, track->number, arguments->record);
	return arguments->json ? print_json(arguments, track) : print_text(arguments, track);
}

static bool parse_number(const char **text, uint32_t *number)
{
	unsigned long value;
	char *end;

	if ((*text)[0] < '0' || (*text)[0] > '9')
		return false;
	errno = 0;
	value = strtoul(*text, &end, 10);
	if (errno || value > INT32_MAX)
		return false;
	*number = (uint32_t)value;
	*text = end;
	return true;
}

/* TRACK or CYLINDER.HEAD; whether there is such a track is another question. */
static bool parse_track(const char *text, uint32_t heads, uint64_t *track)
{
	uint32_t first, head;

	if (!parse_number(&text, &first))
		return false;
	*track = first;
	if (!*text)
		return true;
	if (*text++ != '.' || !parse_number(&text, &head) || *text || head >= heads)
		return false;
	*track = (uint64_t)first * heads + head;
	return true;
}

static int parse_options(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{"record", required_argument, NULL, 'r'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	uint32_t number;
	int option;

	while ((option = getopt_long(argc, argv, "r:jh", options, NULL)) != -1) {
		const char *text = optarg;

		if (option == '?')
			return tool_usage_hint(NAME);
		arguments->json |= option == 'j';
		arguments->help |= option == 'h';
		if (option != 'r')
			continue;
		if (!parse_number(&text, &number) || *text || number > UINT8_MAX)
			return tool_usage_error(NAME, "'%s' is not a record number: use 0 to %d",
						optarg, UINT8_MAX);
		arguments->record = (int)number;
	}
	return TOOL_OK;
}

static int parse(int argc, char **argv, struct arguments *arguments)
{
	int status = parse_options(argc, argv, arguments), left = argc - optind;

	if (status != TOOL_OK || arguments->help)
		return status;
	if (left < 2)
		return tool_usage_error(NAME, left ? "the track is missing"
						   : "the image's file name is missing");
	if (left > 2)
		return tool_usage_error(NAME, "unexpected argument '%s'", argv[optind + 2]);
	arguments->image = argv[optind];
	arguments->track = argv[optind + 1];
	return TOOL_OK;
}

static int dump_track(const struct arguments *arguments, struct volume *volume,
		      const struct volume_info *info, struct track *track)
{
	uint32_t tracks = info->cylinders * info->heads;
	struct chanio_error error;
	uint64_t number;
	int result;

	if (!parse_track(arguments->track, info->heads, &number))
		return tool_usage_error(
			NAME,
			"'%s' is not a track: use its number, or CYLINDER.HEAD with a head "
			"of 0 to %" PRIu32,
			arguments->track, info->heads - 1);
	if (number >= tracks)
		return tool_error(NAME, "'%s' has tracks 0 to %" PRIu32 ", and no track %" PRIu64,
				  arguments->image, tracks - 1, number);
	track->number = (uint32_t)number;
	track->heads = info->heads;
	result = volume->ops->read_track(volume, track->number, track->image, &track->length, 0);
	if (result) {
		vtoc_track_error(arguments->image, track->number, result, &error);
		return tool_error(NAME, "%s", error.text);
	}
	return print_track(arguments, track);
}

static int dump(const struct arguments *arguments)
{
	struct volume_open_options options = {.read_only = true};
	struct chanio_error error;
	struct volume_info info;
	struct volume *volume;
	struct track track;
	int status;

	if (volume_open(arguments->image, &options, &volume, &error))
		return tool_error(NAME, "%s", error.text);
	volume->ops->get_info(volume, &info);
	track.image = malloc(info.track_size);
	if (track.image)
		status = dump_track(arguments, volume, &info, &track);
	else
		status = tool_error(NAME, "out of memory");
	free(track.image);
	volume_close(volume);
	return status;
}

int dasd_dump(int argc, char **argv)
{
	static char name[] = NAME;
	struct arguments arguments = {.record = -1};
	int status;

	argv[0] = name; /* getopt's messages begin with it */
	status = parse(argc, argv, &arguments);
	if (status != TOOL_OK)
		return status;
	if (arguments.help) {
		fputs(usage, stdout);
		return TOOL_OK;
	}
	return dump(&arguments);
}
