/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The configuration of a machine: read from and written to an INI file, checked entry by entry.
 * Every complaint names the file, the line and what was expected.
 */
#include "machine/machine.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "device/eckd/eckd.h"
#include "device/test/test.h"
#include "volume/ckd.h"

#define SECTION_PREFIX "subchannel "
/* A path of the longest kind, its key, and room for blanks. */
#define LINE_SIZE (PATH_MAX + 128)

/* Values by name; the last entry has no name. */
struct choice {
	const char *name;
	int value;
};

static const struct choice caches[] = {
	{"writeback", VOLUME_WRITEBACK}, {"writethrough", VOLUME_WRITETHROUGH}, {NULL, 0}};
static const struct choice control_units[] = {
	{"3990", ECKD_3990_6}, {"2107", ECKD_2107}, {NULL, 0}};
static const struct choice devices[] = {{"dasd", MACHINE_DASD}, {"test", MACHINE_TEST}, {NULL, 0}};
static const struct choice switches[] = {{"yes", 1}, {"no", 0}, {"on", 1}, {"off", 0}, {NULL, 0}};

static int choose(const struct choice *choices, const char *value, int *result)
{
	for (; choices->name; choices++) {
		if (strcmp(choices->name, value) == 0) {
			*result = choices->value;
			return 0;
		}
	}
	return -EINVAL;
}

static const char *name_of(const struct choice *choices, int value)
{
	while (choices->name && choices->value != value)
		choices++;
	assert(choices->name);
	return choices->name;
}

/* Entries */

void machine_subchannel_config_init(struct machine_subchannel_config *sub)
{
	*sub = (struct machine_subchannel_config){
		.device = MACHINE_DASD,
		.paths = 1,
		.cu_type = TESTDEV_CU_TYPE,
		.cache = VOLUME_WRITEBACK,
		.control_unit = ECKD_3990_6,
		.plugged = true,
	};
}

void machine_subchannel_config_finish(struct machine_subchannel_config *sub)
{
	free(sub->image);
	free(sub->model);
	free(sub->hold);
	free(sub->script);
	sub->image = NULL;
	sub->hold = NULL;
	sub->model = NULL;
	sub->script = NULL;
}

static bool all_hexadecimal(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

int machine_subchannel_config_name(struct machine_subchannel_config *sub, const char *name,
				   struct chanio_error *error)
{
	const char *number = name;
	char set = '0';

	if (strncmp(name, "0.", 2) == 0 && name[2] >= '0' && name[2] <= '3' && name[3] == '.') {
		set = name[2];
		number = name + 4;
	}
	if (strlen(number) != 4 || !all_hexadecimal(number, 4))
		return chanio_error_set(error, -EINVAL,
					"\"%s\" is no device number; expected four hexadecimal "
					"digits, as 0120 or 0.0.0120",
					name);
	sub->subchannel_set = (uint8_t)(set - '0');
	sub->device_number = (uint16_t)strtoul(number, NULL, 16);
	snprintf(sub->name, sizeof(sub->name), "0.%u.%04x", sub->subchannel_set,
		 sub->device_number);
	return 0;
}

static void list_models(char *text, size_t size)
{
	const struct volume_model *model;
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; (model = volume_model_at(i)) && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 model->name);
}

static int set_string(char **member, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*member);
	*member = copy;
	return 0;
}

static int set_model(struct machine_subchannel_config *sub, const char *value,
		     struct chanio_error *error)
{
	char models[256];

	if (volume_model_find(value))
		return set_string(&sub->model, value);
	list_models(models, sizeof(models));
	return chanio_error_set(error, -EINVAL, "\"%s\" is no disk model; expected one of %s",
				value, models);
}

/* What a line cannot carry: breaks, and blanks at the ends. */
static bool is_one_line(const char *value)
{
	size_t length = strlen(value);

	return !strpbrk(value, "\n\r") && length < PATH_MAX && length > 0 &&
	       !isspace((unsigned char)value[0]) && !isspace((unsigned char)value[length - 1]);
}

static int set_hold(struct machine_subchannel_config *sub, const char *value,
		    struct chanio_error *error)
{
	if (value[0] == '/' && is_one_line(value))
		return set_string(&sub->hold, value);
	return chanio_error_set(error, -EINVAL, "hold is \"%s\"; expected an absolute path", value);
}

static int set_choice(const struct choice *choices, const char *key, const char *value, int *result,
		      struct chanio_error *error)
{
	/* Of the four words for a switch, two suffice to say what is expected. */
	if (!choose(choices, value, result))
		return 0;
	return chanio_error_set(error, -EINVAL, "%s is \"%s\"; expected %s or %s", key, value,
				choices[0].name, choices[1].name);
}

/* Several lines make one script. */
static int set_script(struct machine_subchannel_config *sub, const char *value,
		      struct chanio_error *error)
{
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	size_t count = 0;
	char *all;
	int result;

	if (!is_one_line(value))
		return chanio_error_set(error, -EINVAL,
					"a line of the script has a break in it, or "
					"blanks at its ends");
	if (asprintf(&all, "%s%s%s", sub->script ? sub->script : "", sub->script ? ", " : "",
		     value) < 0)
		return chanio_error_set(error, -ENOMEM, "no memory");
	result = testdev_script_parse(all, steps, &count, error);
	if (result) {
		free(all);
		return result;
	}
	free(sub->script);
	sub->script = all;
	return 0;
}

static int set_paths(struct machine_subchannel_config *sub, const char *value,
		     struct chanio_error *error)
{
	if (value[0] < '1' || value[0] > '8' || value[1])
		return chanio_error_set(error, -EINVAL, "paths is \"%s\"; expected 1 to 8", value);
	sub->paths = (uint8_t)(value[0] - '0');
	return 0;
}

static int set_cu_type(struct machine_subchannel_config *sub, const char *value,
		       struct chanio_error *error)
{
	if (strlen(value) != 4 || !all_hexadecimal(value, 4))
		return chanio_error_set(error, -EINVAL,
					"cu-type is \"%s\"; expected four hexadecimal digits",
					value);
	sub->cu_type = (uint16_t)strtoul(value, NULL, 16);
	return 0;
}

/* Keys whose value is a text. -ENOENT: it is none of them. */
static int set_text(struct machine_subchannel_config *sub, const char *key, const char *value,
		    struct chanio_error *error)
{
	if (strcmp(key, "image") == 0)
		return set_string(&sub->image, value);
	if (strcmp(key, "hold") == 0)
		return set_hold(sub, value, error);
	if (strcmp(key, "model") == 0)
		return set_model(sub, value, error);
	if (strcmp(key, "script") == 0)
		return set_script(sub, value, error);
	if (strcmp(key, "paths") == 0)
		return set_paths(sub, value, error);
	if (strcmp(key, "cu-type") == 0)
		return set_cu_type(sub, value, error);
	return -ENOENT;
}

/* Keys that only a disk has: they are remembered, to be complained of elsewhere. */
static void note_disk_key(struct machine_subchannel_config *sub, const char *key)
{
	static const char *const keys[] = {"image",	"model",	"cache",
					   "read-only", "control-unit", "track-data"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			sub->disk_key = keys[i];
}

int machine_subchannel_config_set(struct machine_subchannel_config *sub, const char *key,
				  const char *value, struct chanio_error *error)
{
	int number = 0;
	int result;

	if (!*value)
		return chanio_error_set(error, -EINVAL, "%s has no value", key);
	note_disk_key(sub, key);
	result = set_text(sub, key, value, error);
	if (result != -ENOENT)
		return result;
	if (strcmp(key, "cache") == 0) {
		result = set_choice(caches, key, value, &number, error);
		sub->cache = result ? sub->cache : (enum volume_cache)number;
	} else if (strcmp(key, "control-unit") == 0) {
		result = set_choice(control_units, key, value, &number, error);
		sub->control_unit = result ? sub->control_unit : (uint8_t)number;
	} else if (strcmp(key, "read-only") == 0) {
		result = set_choice(switches, key, value, &number, error);
		sub->read_only = result ? sub->read_only : number;
	} else if (strcmp(key, "track-data") == 0) {
		result = set_choice(switches, key, value, &number, error);
		sub->track_data = result ? sub->track_data : number;
	} else if (strcmp(key, "plugged") == 0) {
		result = set_choice(switches, key, value, &number, error);
		sub->plugged = result ? sub->plugged : number;
	} else if (strcmp(key, "device") == 0) {
		result = set_choice(devices, key, value, &number, error);
		sub->device = result ? sub->device : (enum machine_device)number;
	} else {
		result = chanio_error_set(
			error, -EINVAL,
			"there is no \"%s\"; expected image, model, cache, read-only, "
			"control-unit, track-data, plugged, hold, device, script, paths or cu-type",
			key);
	}
	return result;
}

/* The whole */

static int check_free(const struct machine_config *config,
		      const struct machine_subchannel_config *sub, struct chanio_error *error)
{
	char where[32] = "";

	if (config->count == MACHINE_SUBCHANNELS_MAX)
		return chanio_error_set(error, -E2BIG, "more than %d subchannels",
					MACHINE_SUBCHANNELS_MAX);
	for (size_t i = 0; i < config->count; i++) {
		const struct machine_subchannel_config *other = &config->subchannels[i];

		if (strcmp(other->name, sub->name) != 0)
			continue;
		if (other->line)
			snprintf(where, sizeof(where), ", first in line %d", other->line);
		return chanio_error_set(
			error, -EEXIST,
			"device number %s is given twice%s: each device needs its own", sub->name,
			where);
	}
	return 0;
}

/* What belongs to the kind of device, and nothing else. */
static int check_kind(const struct machine_subchannel_config *sub, struct chanio_error *error)
{
	if (sub->device == MACHINE_TEST) {
		if (!sub->disk_key)
			return 0;
		return chanio_error_set(error, -EINVAL,
					"%s has %s, but device = test, which is no disk", sub->name,
					sub->disk_key);
	}
	if (!sub->image)
		return chanio_error_set(error, -EINVAL, "%s has no image", sub->name);
	if (sub->script || sub->paths != 1 || sub->cu_type != TESTDEV_CU_TYPE)
		return chanio_error_set(error, -EINVAL,
					"%s has %s, which only a device = test can have", sub->name,
					sub->script	  ? "a script"
					: sub->paths != 1 ? "paths"
							  : "a cu-type");
	return 0;
}

static char *copy_string(const char *string, bool *failed)
{
	char *copy = string ? strdup(string) : NULL;

	*failed |= string && !copy;
	return copy;
}

int machine_config_add(struct machine_config *config, const struct machine_subchannel_config *sub,
		       struct chanio_error *error)
{
	struct machine_subchannel_config copy = *sub;
	struct machine_subchannel_config *more;
	bool failed = false;
	int result;

	result = check_kind(sub, error);
	if (result)
		return result;
	result = check_free(config, sub, error);
	if (result)
		return result;
	more = realloc(config->subchannels, (config->count + 1) * sizeof(*more));
	if (!more)
		return chanio_error_set(error, -ENOMEM, "no memory");
	config->subchannels = more;
	copy.image = copy_string(sub->image, &failed);
	copy.model = copy_string(sub->model, &failed);
	copy.hold = copy_string(sub->hold, &failed);
	copy.script = copy_string(sub->script, &failed);
	if (failed) {
		machine_subchannel_config_finish(&copy);
		return chanio_error_set(error, -ENOMEM, "no memory");
	}
	config->subchannels[config->count++] = copy;
	return 0;
}

void machine_config_finish(struct machine_config *config)
{
	for (size_t i = 0; i < config->count; i++)
		machine_subchannel_config_finish(&config->subchannels[i]);
	free(config->subchannels);
	*config = (struct machine_config){0};
}

/* Reading */

struct reader {
	const char *path;
	FILE *file;
	int line;	  /* last line read */
	int section_line; /* of the last line that began a section */
	struct machine_config *config;
	struct machine_subchannel_config sub; /* being read; sub.line 0: none */
	struct chanio_error *error;
	int result; /* first failure */
};

/* Keeps the first failure, with its place; 0 makes inih's handler fail. */
static int refuse(struct reader *reader, int line, int code, const char *text)
{
	if (!reader->result)
		reader->result = chanio_error_set(reader->error, code, "%s:%d: %s", reader->path,
						  line, text);
	return 0;
}

static char *read_line(char *text, int size, void *context)
{
	struct reader *reader = context;
	const char *start = text;

	if (reader->result || !fgets(text, size, reader->file))
		return NULL;
	reader->line++;
	if (!strchr(text, '\n') && !feof(reader->file)) {
		refuse(reader, reader->line, -EINVAL, "the line is too long, or holds a zero byte");
		return NULL;
	}
	while (isspace((unsigned char)*start))
		start++;
	if (*start != '[')
		return text;
	if (reader->section_line > reader->sub.line)
		refuse(reader, reader->section_line, -EINVAL,
		       "the section is empty; expected image = FILE or device = test");
	reader->section_line = reader->line;
	return text;
}

static int end_section(struct reader *reader)
{
	struct chanio_error error;
	int line = reader->sub.line;
	int result;

	if (!line)
		return 1;
	result = machine_config_add(reader->config, &reader->sub, &error);
	machine_subchannel_config_finish(&reader->sub);
	reader->sub.line = 0;
	return result ? refuse(reader, line, result, error.text) : 1;
}

static int begin_section(struct reader *reader, const char *section)
{
	struct chanio_error error;
	const char *name = section + strlen(SECTION_PREFIX);

	if (!end_section(reader))
		return 0;
	machine_subchannel_config_init(&reader->sub);
	if (strncmp(section, SECTION_PREFIX, strlen(SECTION_PREFIX)) != 0) {
		snprintf(error.text, sizeof(error.text),
			 "section [%s]; expected [subchannel 0.0.0120]", section);
		return refuse(reader, reader->section_line, -EINVAL, error.text);
	}
	while (isspace((unsigned char)*name))
		name++;
	if (machine_subchannel_config_name(&reader->sub, name, &error))
		return refuse(reader, reader->section_line, -EINVAL, error.text);
	reader->sub.line = reader->section_line;
	return 1;
}

/* An image is looked for beside the file that names it. */
static int set_image(struct reader *reader, const char *value)
{
	const char *slash = strrchr(reader->path, '/');
	char path[PATH_MAX];
	int length;

	if (!is_one_line(value))
		return refuse(reader, reader->line, -EINVAL,
			      "the image's path has a carriage return in it");
	if (value[0] == '/' || !slash)
		length = snprintf(path, sizeof(path), "%s", value);
	else
		length = snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - reader->path),
				  reader->path, value);
	if (length >= (int)sizeof(path))
		return refuse(reader, reader->line, -ENAMETOOLONG, "the image's path is too long");
	if (set_string(&reader->sub.image, path))
		return refuse(reader, reader->line, -ENOMEM, "no memory");
	note_disk_key(&reader->sub, "image");
	return 1;
}

static int take_value(void *context, const char *section, const char *key, const char *value)
{
	struct reader *reader = context;
	struct chanio_error error;
	int result;

	if (reader->result)
		return 0;
	if (!reader->section_line)
		return refuse(reader, reader->line, -EINVAL,
			      "before the first section; expected [subchannel 0.0.0120]");
	if (reader->sub.line != reader->section_line && !begin_section(reader, section))
		return 0;
	if (strcmp(key, "image") == 0 && value[0])
		return set_image(reader, value);
	result = machine_subchannel_config_set(&reader->sub, key, value, &error);
	return result ? refuse(reader, reader->line, result, error.text) : 1;
}

/* inih's limits are variables where it was built so (Debian), else compiled in. */
static void prepare_inih(void)
{
#ifdef HAVE_INI_VARIABLES
	ini_max_line = LINE_SIZE;
	ini_initial_alloc = LINE_SIZE;
	ini_use_stack = false;
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
#endif
}

static void read_all(struct reader *reader)
{
	int line;

	prepare_inih();
	line = ini_parse_stream(read_line, reader, take_value, reader);
	if (line == -2)
		refuse(reader, reader->line, -ENOMEM, "no memory");
	else if (line && !reader->result)
		refuse(reader, line, -EINVAL,
		       "expected a [section], \"key = value\" or a comment (;)");
	if (ferror(reader->file))
		refuse(reader, reader->line, -EIO, "cannot be read");
	if (!reader->result && reader->section_line > reader->sub.line)
		refuse(reader, reader->section_line, -EINVAL,
		       "the section is empty; expected image = FILE or device = test");
	if (!reader->result)
		end_section(reader);
	machine_subchannel_config_finish(&reader->sub);
}

int machine_config_read(const char *path, struct machine_config *config, struct chanio_error *error)
{
	struct reader reader = {.path = path, .config = config, .error = error};

	*config = (struct machine_config){0};
	reader.file = fopen(path, "re");
	if (!reader.file)
		return chanio_error_set(error, -errno, "%s: %s", path, strerror(errno));
	read_all(&reader);
	fclose(reader.file);
	if (!reader.result && !config->count)
		reader.result =
			chanio_error_set(error, -EINVAL,
					 "%s: names no device; expected [subchannel 0.0.0120] and "
					 "image = FILE",
					 path);
	if (reader.result)
		machine_config_finish(config);
	return reader.result;
}

/* Writing */

static void write_disk(FILE *file, const struct machine_subchannel_config *sub)
{
	fprintf(file, "image = %s\n", sub->image);
	if (sub->model)
		fprintf(file, "model = %s\n", sub->model);
	fprintf(file, "cache = %s\nread-only = %s\ncontrol-unit = %s\ntrack-data = %s\n",
		name_of(caches, sub->cache), name_of(switches, sub->read_only),
		name_of(control_units, sub->control_unit), name_of(switches, sub->track_data));
}

/* A script longer than a line is cut behind its steps. */
static void write_script(FILE *file, const char *script)
{
	while (*script) {
		size_t length = strcspn(script, ",");

		fprintf(file, "script =%s%.*s\n", *script == ' ' ? "" : " ", (int)length, script);
		script += length;
		script += *script == ',';
	}
}

static void write_test(FILE *file, const struct machine_subchannel_config *sub)
{
	fprintf(file, "device = test\npaths = %u\ncu-type = %04x\n", sub->paths, sub->cu_type);
	if (sub->script)
		write_script(file, sub->script);
}

static void write_subchannel(FILE *file, const struct machine_subchannel_config *sub)
{
	fprintf(file, "[" SECTION_PREFIX "%s]\n", sub->name);
	if (sub->device == MACHINE_TEST)
		write_test(file, sub);
	else
		write_disk(file, sub);
	if (sub->hold)
		fprintf(file, "hold = %s\n", sub->hold);
	fprintf(file, "plugged = %s\n\n", name_of(switches, sub->plugged));
}

int machine_config_write(const char *path, const struct machine_config *config,
			 struct chanio_error *error)
{
	FILE *file;
	bool failed;

	for (size_t i = 0; i < config->count; i++)
		if (config->subchannels[i].image && !is_one_line(config->subchannels[i].image))
			return chanio_error_set(
				error, -EINVAL,
				"%s: the image's path must be one line without blanks at "
				"its ends; rename the file",
				config->subchannels[i].name);
	file = fopen(path, "we");
	if (!file)
		return chanio_error_set(error, -errno, "%s: %s", path, strerror(errno));
	for (size_t i = 0; i < config->count; i++)
		write_subchannel(file, &config->subchannels[i]);
	failed = ferror(file);
	failed |= fclose(file) != 0;
	return failed ? chanio_error_set(error, -EIO, "%s: cannot be written", path) : 0;
}
