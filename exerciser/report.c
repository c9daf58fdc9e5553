/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Reports as text, TAP (version 13), JUnit's XML and JSON; and what all of them share. */
#include "exerciser/internal.h"

#include <inttypes.h>
#include <string.h>

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOMES] = {
		[OUTCOME_PASS] = "pass",	 [OUTCOME_FAIL] = "fail",
		[OUTCOME_SKIP] = "skip",	 [OUTCOME_DEVIATION] = "deviation",
		[OUTCOME_CONFORMS] = "conforms",
	};

	return names[outcome];
}

void print_summary(FILE *file, const struct run *run)
{
	fprintf(file, "%zu cases: %zu passed, %zu failed, %zu skipped", run->count,
		run->counts[OUTCOME_PASS], run->counts[OUTCOME_FAIL], run->counts[OUTCOME_SKIP]);
	if (run->counts[OUTCOME_DEVIATION])
		fprintf(file, ", %zu known deviations", run->counts[OUTCOME_DEVIATION]);
	if (run->counts[OUTCOME_CONFORMS])
		fprintf(file, ", %zu passed where a deviation is known",
			run->counts[OUTCOME_CONFORMS]);
	fprintf(file, " (%.1f s)", (double)run->microseconds / 1e6);
}

static const char *target_text(const struct run *run)
{
	return run->options->target;
}

/* Text */

static void print_lines(FILE *file, const char *indent, const char *lines)
{
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		fprintf(file, "%s%.*s\n", indent, (int)length, lines);
		lines += length + (lines[length] == '\n');
	}
}

static void text_begin(FILE *file, const struct run *run)
{
	fprintf(file, "suite %s, target %s (%s), driver %s, seed %" PRIu64 "\n",
		run->options->suite->name, target_text(run), run->surroundings.described,
		run->options->driver, run->options->seed);
}

static void text_result(FILE *file, const struct run *run, const struct result *result)
{
	if (run->options->quiet && result->outcome == OUTCOME_PASS)
		return;
	if (run->options->progress)
		fprintf(stderr, "\r\033[K");
	fprintf(file, "%-9s %s: %s\n", outcome_name(result->outcome), result->about->id,
		result->about->title);
	if (result->message[0])
		print_lines(file, "          ", result->message);
	if (result->deviation)
		fprintf(file, "          known of this driver: %s (%s)\n",
			result->deviation->instead, result->deviation->number);
	print_lines(file, "          ", result->notes);
	fflush(file);
}

static void text_end(FILE *file, const struct run *run)
{
	print_summary(file, run);
	fputc('\n', file);
}

const struct report report_text = {"text", text_begin, text_result, text_end};

/* TAP */

static void tap_begin(FILE *file, const struct run *run)
{
	fprintf(file,
		"TAP version 13\n1..%zu\n# suite %s, target %s, driver %s, seed %" PRIu64 "\n",
		run->count, run->options->suite->name, target_text(run), run->options->driver,
		run->options->seed);
}

static void tap_result(FILE *file, const struct run *run, const struct result *result)
{
	bool failed = result->outcome == OUTCOME_FAIL || result->outcome == OUTCOME_DEVIATION;

	fprintf(file, "%sok %zu - %s: %s", failed ? "not " : "", run->finished, result->about->id,
		result->about->title);
	if (result->outcome == OUTCOME_SKIP)
		fprintf(file, " # SKIP %s", result->message);
	else if (result->deviation)
		fprintf(file, " # TODO %s: %s", result->deviation->number,
			result->deviation->instead);
	fputc('\n', file);
	if (failed)
		print_lines(file, "# ", result->message);
	print_lines(file, "# ", result->notes);
	fflush(file);
}

const struct report report_tap = {"tap", tap_begin, tap_result, NULL};

/* JUnit */

void print_xml(FILE *file, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<')
			fputs("&lt;", file);
		else if (c == '>')
			fputs("&gt;", file);
		else if (c == '&')
			fputs("&amp;", file);
		else if (c == '"')
			fputs("&quot;", file);
		else if (c >= ' ' || c == '\n' || c == '\t')
			fputc(c, file);
		else
			fputc('?', file);
	}
}

static void print_element(FILE *file, const char *name, const char *message)
{
	fprintf(file, "      <%s message=\"", name);
	print_xml(file, message);
	fprintf(file, "\"/>\n");
}

/* Of deviations the format knows nothing: they are skipped, with the reason. */
static void junit_case(FILE *file, const struct run *run, const struct result *result)
{
	char text[2 * MESSAGE_ROOM];

	fprintf(file, "    <testcase classname=\"%s\" name=\"", run->options->suite->name);
	print_xml(file, result->about->id);
	fprintf(file, "\" time=\"%.6f\">\n", (double)result->microseconds / 1e6);
	if (result->outcome == OUTCOME_FAIL)
		print_element(file, "failure", result->message);
	else if (result->outcome == OUTCOME_SKIP)
		print_element(file, "skipped", result->message);
	if (result->outcome == OUTCOME_DEVIATION) {
		snprintf(text, sizeof(text), "known deviation %s: %s (%s)",
			 result->deviation->number, result->deviation->instead, result->message);
		print_element(file, "skipped", text);
	}
	fputs("      <system-out>", file);
	print_xml(file, result->about->title);
	fputc('\n', file);
	print_xml(file, result->notes);
	fputs("</system-out>\n    </testcase>\n", file);
}

static void junit_end(FILE *file, const struct run *run)
{
	size_t skipped = run->counts[OUTCOME_SKIP] + run->counts[OUTCOME_DEVIATION];

	fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	fprintf(file,
		"  <testsuite name=\"%s\" hostname=\"%s\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"0\" skipped=\"%zu\" time=\"%.6f\">\n",
		run->options->suite->name, run->options->driver, run->count,
		run->counts[OUTCOME_FAIL], skipped, (double)run->microseconds / 1e6);
	for (size_t i = 0; i < run->count; i++)
		junit_case(file, run, &run->results[i]);
	fputs("  </testsuite>\n</testsuites>\n", file);
}

const struct report report_junit = {"junit", NULL, NULL, junit_end};

/* JSON */

void print_json(FILE *file, const char *text)
{
	fputc('"', file);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", file);
		else if (c < ' ')
			fprintf(file, "\\u%04x", c);
		else
			fputc(c, file);
	}
	fputc('"', file);
}

static void json_member(FILE *file, const char *name, const char *value)
{
	fprintf(file, ", \"%s\": ", name);
	if (value && *value)
		print_json(file, value);
	else
		fputs("null", file);
}

static void json_case(FILE *file, const struct result *result)
{
	fputs("    {\"id\": ", file);
	print_json(file, result->about->id);
	json_member(file, "title", result->about->title);
	json_member(file, "shows", result->about->shows);
	json_member(file, "source", result->about->source);
	json_member(file, "outcome", outcome_name(result->outcome));
	json_member(file, "message", result->message);
	json_member(file, "deviation", result->deviation ? result->deviation->number : NULL);
	json_member(file, "instead", result->deviation ? result->deviation->instead : NULL);
	json_member(file, "notes", result->notes);
	fprintf(file, ", \"microseconds\": %" PRIu64 "}", result->microseconds);
}

static void json_end(FILE *file, const struct run *run)
{
	fputs("{\n  \"suite\": ", file);
	print_json(file, run->options->suite->name);
	json_member(file, "target", target_text(run));
	json_member(file, "device", run->surroundings.described);
	json_member(file, "driver", run->options->driver);
	fprintf(file, ",\n  \"seed\": %" PRIu64 ", \"microseconds\": %" PRIu64 ",\n",
		run->options->seed, run->microseconds);
	fputs("  \"counts\": {", file);
	for (unsigned int i = 0; i < OUTCOMES; i++)
		fprintf(file, "%s\"%s\": %zu", i ? ", " : "", outcome_name(i), run->counts[i]);
	fputs("},\n  \"cases\": [\n", file);
	for (size_t i = 0; i < run->count; i++) {
		json_case(file, &run->results[i]);
		fputs(i + 1 < run->count ? ",\n" : "\n", file);
	}
	fputs("  ]\n}\n", file);
}

const struct report report_json = {"json", NULL, NULL, json_end};
