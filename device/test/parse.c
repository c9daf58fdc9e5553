/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Scripts as text: steps between commas, each an operation and its words. */
#include "device/test/test.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define MICROSECONDS 1000000u /* in a second */
#define WORD_MAX     96	      /* the longest: sense= and 64 digits */

struct name {
	const char *text;
	uint8_t value;
};

static const struct name operations[] = {
	{"do", TESTDEV_DO},
	{"answer", TESTDEV_ANSWER},
	{"no-path", TESTDEV_NO_PATH},
	{"hold", TESTDEV_HOLD},
	{"unsolicited", TESTDEV_UNSOLICITED},
	{"path-lost", TESTDEV_PATH_LOST},
	{"path-back", TESTDEV_PATH_BACK},
	{"vary-off", TESTDEV_VARY_OFF},
	{"vary-on", TESTDEV_VARY_ON},
	{"report", TESTDEV_REPORT},
	{"request", TESTDEV_REQUEST},
	{"remove", TESTDEV_REMOVE},
};

static const struct name flags[] = {
	{"later", TESTDEV_LATER},   {"data-late", TESTDEV_DATA_LATE}, {"data", TESTDEV_DATA},
	{"random", TESTDEV_RANDOM}, {"must-wait", TESTDEV_MUST_WAIT},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct name *find(const struct name *names, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i].text, text) == 0)
			return &names[i];
	return NULL;
}

static int wrong(struct chanio_error *error, const char *word, const char *expected)
{
	return chanio_error_set(error, -EINVAL, "\"%s\" in a script; expected %s", word, expected);
}

/* Decimal; *rest is what follows the figures. False: no figures, or more than `most`. */
static bool read_number(const char *text, uint32_t most, uint32_t *number, const char **rest)
{
	uint64_t value = 0;

	if (!isdigit((unsigned char)*text))
		return false;
	for (; isdigit((unsigned char)*text) && value <= most; text++)
		value = value * 10 + (uint64_t)(*text - '0');
	*number = (uint32_t)value;
	*rest = text;
	return value <= most;
}

static bool read_repeat(const char *text, arch_be16 *repeat)
{
	const char *rest = "";
	uint32_t number = TESTDEV_FOREVER;

	if (strcmp(text, "forever") != 0 &&
	    (!read_number(text, TESTDEV_FOREVER - 1, &number, &rest) || !number))
		return false;
	*repeat = arch_put16((uint16_t)number);
	return !*rest;
}

static bool read_value(const char *text, arch_be32 *value)
{
	const char *rest;
	uint32_t number;

	if (!read_number(text, UINT32_MAX, &number, &rest))
		return false;
	*value = arch_put32(number);
	return !*rest;
}

static bool read_time(const char *text, arch_be32 *delay)
{
	uint32_t unit, number;
	const char *rest;

	if (!read_number(text, TESTDEV_DELAY_MAX, &number, &rest))
		return false;
	if (strcmp(rest, "us") == 0)
		unit = 1;
	else if (strcmp(rest, "ms") == 0)
		unit = MICROSECONDS / 1000;
	else if (strcmp(rest, "s") == 0)
		unit = MICROSECONDS;
	else
		return false;
	if (number > TESTDEV_DELAY_MAX / unit)
		return false;
	*delay = arch_put32(number * unit);
	return true;
}

static int digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* Whole bytes, at least `least` of them and at most `most`; the others stay as they are. */
static bool read_bytes(const char *text, uint8_t *bytes, size_t least, size_t most)
{
	size_t count = strlen(text) / 2;

	if (strlen(text) % 2 || count < least || count > most)
		return false;
	for (size_t i = 0; i < count; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static int set_flag(struct testdev_step *step, const char *word, struct chanio_error *error)
{
	const struct name *flag = find(flags, COUNT(flags), word);

	if (!flag)
		return wrong(error, word, "later, data-late, data, random, must-wait or KEY=VALUE");
	step->flags |= flag->value;
	return 0;
}

static int set_value(struct testdev_step *step, const char *word, const char *value,
		     struct chanio_error *error)
{
	size_t length = (size_t)(value - word);
	const char *expected = "status, late-status, repeat, delay, late-delay, paths, length, crw "
			       "or sense before the =";
	bool good = false;

#define IS(key) (length == sizeof(key "=") - 1 && strncmp(word, key "=", length) == 0)
	if (IS("status") || IS("late-status") || IS("paths")) {
		expected = "two hexadecimal digits";
		good = read_bytes(value,
				  IS("status")	? &step->status
				  : IS("paths") ? &step->paths
						: &step->late_status,
				  1, 1);
	} else if (IS("repeat")) {
		expected = "a number from 1 to 65534, or forever";
		good = read_repeat(value, &step->repeat);
	} else if (IS("delay") || IS("late-delay")) {
		expected = "a time of at most an hour, as 50us, 20ms or 3s";
		good = read_time(value, IS("delay") ? &step->delay : &step->late_delay);
	} else if (IS("length")) {
		expected = "a number of bytes";
		step->flags |= TESTDEV_LENGTH;
		good = read_value(value, &step->value);
	} else if (IS("crw")) {
		expected = "a channel report word of eight hexadecimal digits";
		good = read_bytes(value, step->value.byte, 4, 4);
	} else if (IS("sense")) {
		expected = "up to 32 bytes as hexadecimal digits";
		good = read_bytes(value, step->sense, 1, sizeof(step->sense));
	}
#undef IS
	return good ? 0 : wrong(error, word, expected);
}

/* The next word, between blanks; false: the step ends here, or the word is too long. */
static bool next_word(const char **text, char word[WORD_MAX])
{
	size_t length;

	while (isspace((unsigned char)**text))
		(*text)++;
	length = strcspn(*text, ", \t\r\n\v\f");
	if (!length || length >= WORD_MAX)
		return false;
	memcpy(word, *text, length);
	word[length] = '\0';
	*text += length;
	return true;
}

static int parse_step(const char **text, struct testdev_step *step, struct chanio_error *error)
{
	const struct name *operation;
	const char *start = *text;
	char word[WORD_MAX];
	int result = 0;

	*step = (struct testdev_step){0};
	operation = next_word(text, word) ? find(operations, COUNT(operations), word) : NULL;
	if (!operation)
		return chanio_error_set(
			error, -EINVAL,
			"a step at \"%.40s\"; expected it to begin with do, answer, no-path, hold, "
			"unsolicited, path-lost, path-back, vary-off, vary-on, report, request or "
			"remove",
			start);
	step->operation = operation->value;
	while (!result && next_word(text, word)) {
		char *equals = strchr(word, '=');

		result = equals ? set_value(step, word, equals + 1, error)
				: set_flag(step, word, error);
	}
	if (!result && **text && **text != ',')
		return wrong(error, *text, "a shorter word");
	return result;
}

static const char *const reasons[] = {
	[TESTDEV_BAD_SIZE] = "it has more than 256 steps",
	[TESTDEV_BAD_OPERATION] = "there is no such operation",
	[TESTDEV_BAD_FLAGS] = "a word means nothing to its operation",
	[TESTDEV_BAD_STATUS] = "its status is missing, or means nothing to its operation",
	[TESTDEV_BAD_PATHS] = "its paths are missing, or mean nothing to its operation",
	[TESTDEV_BAD_DELAY] = "a delay means nothing to its operation, or is missing with "
			      "repeat=forever",
	[TESTDEV_BAD_RESERVED] = "a value means nothing to its operation",
};

int testdev_script_parse(const char *text, struct testdev_step *steps, size_t *count,
			 struct chanio_error *error)
{
	size_t first = *count, step;
	uint8_t reason;
	int result;

	for (;; text++) {
		if (*count == TESTDEV_STEPS_MAX)
			return chanio_error_set(error, -EINVAL, "a script of more than %u steps",
						TESTDEV_STEPS_MAX);
		result = parse_step(&text, &steps[*count], error);
		if (result)
			return result;
		(*count)++;
		if (!*text)
			break;
	}
	reason = testdev_script_check(steps + first, *count - first, &step);
	if (!reason)
		return 0;
	return chanio_error_set(error, -EINVAL, "step %zu of the script is wrong: %s",
				first + step + 1, reasons[reason]);
}
