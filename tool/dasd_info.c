/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd info`: what a volume is, and what is written on it. */
#include "tool/dasd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/json.h"
#include "tool/label.h"
#include "tool/tool.h"
#include "volume/ckd.h"

#define NAME "chanio dasd info"

static const char usage[] = "Usage: " NAME " IMAGE [--json]\n"
			    "\n"
			    "Shows the format, size and label of a volume that nobody writes to.\n"
			    "\n"
			    "  -j, --json   as one JSON object\n"
			    "  -h, --help   this text\n";

struct facts {
	struct volume_info info;
	const char *model;
	struct label label;
};

static const char *or_none(const char *text)
{
	return text && *text ? text : "none";
}

static void print_text(const char *path, const struct facts *facts)
{
	const struct volume_info *info = &facts->info;
	const struct label *label = &facts->label;

	printf("image:          %s\n", path);
	printf("format:         %s\n", info->format);
	printf("model:          %s\n", facts->model);
	printf("cylinders:      %" PRIu32 "\n", info->cylinders);
	printf("heads:          %" PRIu32 "\n", info->heads);
	printf("track size:     %" PRIu32 "\n", info->track_size);
	printf("serial:         %s\n", or_none(info->serial));
	printf("bytes:          %" PRIu64 "\n", info->bytes_total);
	printf("allocated:      %" PRIu64 "\n", info->bytes_allocated);
	printf("label:          %s\n", or_none(label->type));
	if (label->type)
		printf("volume serial:  %s\n", or_none(label->serial));
	if (label->block_size)
		printf("block size:     %" PRIu32 "\n", label->block_size);
	else
		printf("block size:     none\n");
}

static json_t *label_to_json(const struct label *label)
{
	if (!label->type)
		return json_null();
	return json_pack("{s:s, s:s}", "type", label->type, "serial", label->serial);
}

static int print_json(const char *path, const struct facts *facts)
{
	const struct volume_info *info = &facts->info;
	json_t *root = json_pack(
		"{s:o, s:s, s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:o}", "image",
		tool_json_path(path), "format", info->format, "model", facts->model, "cylinders",
		(json_int_t)info->cylinders, "heads", (json_int_t)info->heads, "track_size",
		(json_int_t)info->track_size, "serial",
		info->serial[0] ? json_string(info->serial) : json_null(), "bytes",
		(json_int_t)info->bytes_total, "allocated", (json_int_t)info->bytes_allocated,
		"label", label_to_json(&facts->label), "block_size",
		facts->label.block_size ? json_integer(facts->label.block_size) : json_null());

	return tool_json_print(NAME, root);
}

/* What cannot be read of the label is told; the rest is shown all the same. */
static int gather(struct volume *volume, const char *path, struct facts *facts)
{
	const struct volume_model *model;
	uint32_t track;
	int result;

	volume->ops->get_info(volume, &facts->info);
	model = volume_model_of(&facts->info);
	facts->model = model ? model->name : "unknown";
	result = label_read(volume, &facts->label, &track);
	if (result == -EUCLEAN)
		return tool_error(NAME,
				  "'%s': track %" PRIu32 " is malformed, the label is not shown",
				  path, track);
	if (result)
		return tool_error(NAME, "'%s': cannot read track %" PRIu32 ": %s", path, track,
				  strerror(-result));
	return TOOL_OK;
}

static int show(const char *path, bool json)
{
	struct volume_open_options options = {.read_only = true};
	struct chanio_error error;
	struct volume *volume;
	struct facts facts;
	int status, printed = TOOL_OK;

	if (volume_open(path, &options, &volume, &error))
		return tool_error(NAME, "%s", error.text);
	status = gather(volume, path, &facts);
	if (json)
		printed = print_json(path, &facts);
	else
		print_text(path, &facts);
	volume_close(volume);
	return status ? status : printed;
}

int dasd_info(int argc, char **argv)
{
	return dasd_image_command(NAME, usage, show, argc, argv);
}
