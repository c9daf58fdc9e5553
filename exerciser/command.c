/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The command line: which cases, against what, reported how. */
#include "exerciser/internal.h"

#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORTS_MAX  8
#define PATTERNS_MAX 64
#define SECONDS_MAX  86400ul
#define THREADS_MAX  64ul

enum exit_status { PASSED = 0, FAILED = 1, USAGE = 2, NOTHING_RUN = 77 };

struct output {
	const struct report *report;
	const char *path; /* NULL: standard output */
	FILE *file;
};

struct command {
	struct options options;
	const struct exerciser_target_kind *const *kinds;
	const char *patterns[PATTERNS_MAX];
	size_t pattern_count;
	struct output outputs[REPORTS_MAX];
	size_t output_count;
	bool list, json;
};

static const struct report *const reports[] = {&report_text, &report_tap,  &report_junit,
					       &report_html, &report_json, NULL};

/* The one of the command, for the callback. */
static const struct command *current;

static void usage(const struct command *command)
{
	printf("Usage: %s [OPTIONS]\n\n", command->options.name);
	fputs("Runs the exerciser's cases against a vfio-ccw device and reports what conforms.\n\n"
	      "  --suite NAME      which suite; see below (default: conformance)\n"
	      "  --target TARGET   what to exercise; see below\n"
	      "  --only PATTERN    only cases whose name matches (wildcards, or the beginning);\n"
	      "                    may be given several times\n"
	      "  --list            print the cases and what they show, run nothing\n"
	      "  --seed NUMBER     makes random choices repeatable (default: 1)\n"
	      "  --time SECONDS    how long each case of such a suite runs (default: 10)\n"
	      "  --threads NUMBER  with how many threads (default: 8)\n"
	      "  --format FORMAT   text, tap, junit, html or json (default: text)\n"
	      "  --output FILE     where that report goes (default: standard output); with\n"
	      "                    --format before it, may be given several times\n"
	      "  --json            the same as --format json\n"
	      "  --driver NAME     whose known deviations apply: chanio, linux-6.1 ... (default:\n"
	      "                    what the target runs)\n"
	      "  --limit FACTOR    multiplies every case's time limit; 0: no limit, and no "
	      "process\n"
	      "                    for each case (for debuggers)\n"
	      "  --quiet           text: only what did not simply pass\n"
	      "  --no-progress     no progress on a terminal\n"
	      "  --help            this text\n\n"
	      "Targets:\n",
	      stdout);
	for (size_t i = 0; command->kinds[i]; i++)
		printf("  %-20s  %s\n", command->kinds[i]->name, command->kinds[i]->summary);
	fputs("\nSuites:\n", stdout);
	for (const struct exerciser_suite *s = exerciser_suites; s->name; s++)
		printf("  %-20s  %s\n", s->name, s->summary);
	fputs("\nExit status: 0 nothing failed (known deviations of the driver are none), 1 a "
	      "case\nfailed, 2 the command line or the target is wrong, 77 every case was "
	      "skipped.\n",
	      stdout);
}

static int complain(const struct command *command, const char *what, const char *value)
{
	fprintf(stderr, "%s: %s '%s'\nTry '%s --help'.\n", command->options.name, what, value,
		command->options.name);
	return USAGE;
}

static bool read_number(const char *text, unsigned long long most, unsigned long long *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno && *number <= most;
}

static int set_suite(struct command *command, const char *name)
{
	for (const struct exerciser_suite *s = exerciser_suites; s->name; s++) {
		if (strcmp(s->name, name) == 0) {
			command->options.suite = s;
			return 0;
		}
	}
	return complain(command, "there is no suite", name);
}

static int set_target(struct command *command, const char *target)
{
	for (size_t i = 0; command->kinds[i]; i++) {
		if (command->kinds[i]->matches(target)) {
			command->options.kind = command->kinds[i];
			command->options.target = target;
			return 0;
		}
	}
	return complain(command, "there is no target", target);
}

static int add_format(struct command *command, const char *format)
{
	for (size_t i = 0; reports[i]; i++) {
		if (strcmp(reports[i]->format, format) != 0)
			continue;
		if (command->output_count == REPORTS_MAX)
			return complain(command, "too many reports at", format);
		command->outputs[command->output_count++].report = reports[i];
		return 0;
	}
	return complain(command, "there is no format", format);
}

/* Of the last --format, or of the default one. */
static int set_output(struct command *command, const char *path)
{
	if (!command->output_count && add_format(command, "text"))
		return USAGE;
	if (command->outputs[command->output_count - 1].path)
		return complain(command, "--format is missing before --output", path);
	command->outputs[command->output_count - 1].path = path;
	return 0;
}

static int set_number(struct command *command, int option, const char *text)
{
	unsigned long long number;
	unsigned long long most = option == 'e'	  ? UINT64_MAX
				  : option == 'T' ? THREADS_MAX
						  : SECONDS_MAX;

	if (!read_number(text, most, &number))
		return complain(command, "expected a number instead of", text);
	switch (option) {
	case 'e':
		command->options.seed = number;
		return 0;
	case 't':
		command->options.seconds = (unsigned int)number;
		return number ? 0 : complain(command, "expected a number above 0 instead of", text);
	case 'T':
		command->options.threads = (unsigned int)number;
		return number ? 0 : complain(command, "expected a number above 0 instead of", text);
	default:
		command->options.factor = (unsigned int)number;
		return 0;
	}
}

static int add_pattern(struct command *command, const char *pattern)
{
	if (command->pattern_count == PATTERNS_MAX)
		return complain(command, "too many patterns at", pattern);
	command->patterns[command->pattern_count++] = pattern;
	return 0;
}

static int set_option(struct command *command, int option, const char *value)
{
	switch (option) {
	case 's':
		return set_suite(command, value);
	case 'x':
		return set_target(command, value);
	case 'o':
		return add_pattern(command, value);
	case 'l':
		command->list = true;
		return 0;
	case 'f':
		return add_format(command, value);
	case 'O':
		return set_output(command, value);
	case 'j':
		command->json = true;
		return add_format(command, "json");
	case 'd':
		snprintf(command->options.driver, DRIVER_ROOM, "%s", value);
		return 0;
	case 'q':
		command->options.quiet = true;
		return 0;
	case 'P':
		command->options.progress = false;
		return 0;
	default:
		return set_number(command, option, value);
	}
}

/* 0, or an exit status + 1. */
static int read_options(struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{"suite", required_argument, NULL, 's'},   {"target", required_argument, NULL, 'x'},
		{"only", required_argument, NULL, 'o'},	   {"list", no_argument, NULL, 'l'},
		{"seed", required_argument, NULL, 'e'},	   {"time", required_argument, NULL, 't'},
		{"threads", required_argument, NULL, 'T'}, {"format", required_argument, NULL, 'f'},
		{"output", required_argument, NULL, 'O'},  {"json", no_argument, NULL, 'j'},
		{"driver", required_argument, NULL, 'd'},  {"limit", required_argument, NULL, 'L'},
		{"quiet", no_argument, NULL, 'q'},	   {"no-progress", no_argument, NULL, 'P'},
		{"help", no_argument, NULL, 'h'},	   {NULL, 0, NULL, 0},
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		if (option == 'h') {
			usage(command);
			return PASSED + 1;
		}
		if (option == '?')
			return complain(command,
					"unknown option, or no value for it:", argv[optind - 1]) +
			       1;
		if (set_option(command, option, optarg))
			return USAGE + 1;
	}
	if (optind < argc)
		return complain(command, "unexpected argument", argv[optind]) + 1;
	return 0;
}

static bool is_chosen(const struct command *command, const char *id)
{
	if (!command->pattern_count)
		return true;
	for (size_t i = 0; i < command->pattern_count; i++) {
		const char *pattern = command->patterns[i];
		size_t length = strlen(pattern);

		if (fnmatch(pattern, id, 0) == 0)
			return true;
		if (strncmp(pattern, id, length) == 0 && (id[length] == '.' || !id[length]))
			return true;
	}
	return false;
}

/* 0, -ENOMEM. */
static int choose_cases(const struct command *command, struct run *run)
{
	const struct exerciser_table *const *table;
	size_t count = 0;

	for (table = command->options.suite->tables; *table; table++)
		count += (*table)->count;
	run->results = calloc(count ? count : 1, sizeof(*run->results));
	if (!run->results)
		return -ENOMEM;
	for (table = command->options.suite->tables; *table; table++)
		for (size_t i = 0; i < (*table)->count; i++)
			if (is_chosen(command, (*table)->cases[i].id))
				run->results[run->count++].about = &(*table)->cases[i];
	return 0;
}

static void list_string(const char *name, const char *value)
{
	printf("\"%s\": ", name);
	print_json(stdout, value ? value : "");
	fputs(", ", stdout);
}

static void list_needs(unsigned int needs)
{
	static const struct {
		unsigned int need;
		const char *name;
	} names[] = {
		{EXERCISER_TEST_DEVICE, "test-device"},
		{EXERCISER_CHANNEL, "channel"},
		{EXERCISER_SYSTEM_CALLS, "system-calls"},
		{EXERCISER_LAST, "last"},
		{EXERCISER_SEVERAL_PROCESSORS, "several-processors"},
		{EXERCISER_DIRECT, "direct"},
	};
	const char *comma = "";

	fputs("\"needs\": [", stdout);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(needs & names[i].need))
			continue;
		printf("%s\"%s\"", comma, names[i].name);
		comma = ", ";
	}
	fputs("], ", stdout);
}

static void list_deviation(const struct exerciser_deviation *deviation)
{
	fputs("{", stdout);
	list_string("number", deviation->number);
	list_string("instead", deviation->instead);
	list_string("message", deviation->message);
	printf("\"since\": %u, \"before\": %u}", deviation->since, deviation->before);
}

static void list_json(const struct run *run)
{
	puts("[");
	for (size_t i = 0; i < run->count; i++) {
		const struct exerciser_case *about = run->results[i].about;

		fputs("  {", stdout);
		list_string("id", about->id);
		list_string("title", about->title);
		list_string("shows", about->shows);
		list_string("source", about->source);
		list_needs(about->needs);
		printf("\"limit\": %u, \"deviations\": [",
		       about->limit ? about->limit : EXERCISER_LIMIT);
		for (size_t d = 0; d < EXERCISER_DEVIATIONS && about->deviations[d].number; d++) {
			fputs(d ? ", " : "", stdout);
			list_deviation(&about->deviations[d]);
		}
		printf("]}%s\n", i + 1 < run->count ? "," : "");
	}
	puts("]");
}

static void list(const struct command *command, const struct run *run)
{
	if (command->json) {
		list_json(run);
		return;
	}
	for (size_t i = 0; i < run->count; i++) {
		const struct exerciser_case *about = run->results[i].about;

		printf("%-36s  %s", about->id, about->title);
		if (about->shows && *about->shows)
			printf(" [%s]", about->shows);
		putchar('\n');
	}
}

/* Reports */

static int open_outputs(struct command *command)
{
	for (size_t i = 0; i < command->output_count; i++) {
		struct output *output = &command->outputs[i];

		output->file = output->path ? fopen(output->path, "w") : stdout;
		if (output->file)
			continue;
		fprintf(stderr, "%s: %s: cannot write: %s\n", command->options.name, output->path,
			strerror(errno));
		return USAGE;
	}
	return 0;
}

static bool close_outputs(struct command *command)
{
	bool good = true;

	for (size_t i = 0; i < command->output_count; i++) {
		struct output *output = &command->outputs[i];

		if (!output->file || output->file == stdout)
			continue;
		if (fclose(output->file)) {
			fprintf(stderr, "%s: %s: cannot write: %s\n", command->options.name,
				output->path, strerror(errno));
			good = false;
		}
	}
	return good;
}

static void report_done(struct run *run, const struct result *result)
{
	for (size_t i = 0; i < current->output_count; i++)
		if (current->outputs[i].report->result)
			current->outputs[i].report->result(current->outputs[i].file, run, result);
}

static int run_and_report(struct command *command, struct run *run)
{
	for (size_t i = 0; i < command->output_count; i++)
		if (command->outputs[i].report->begin)
			command->outputs[i].report->begin(command->outputs[i].file, run);
	current = command;
	run_cases(run, report_done);
	for (size_t i = 0; i < command->output_count; i++)
		if (command->outputs[i].report->end)
			command->outputs[i].report->end(command->outputs[i].file, run);
	if (!close_outputs(command) || run->counts[OUTCOME_FAIL])
		return FAILED;
	return run->counts[OUTCOME_SKIP] == run->count ? NOTHING_RUN : PASSED;
}

static int execute(struct command *command, struct run *run)
{
	char error[MESSAGE_ROOM] = "";
	int status;

	if (!run->count)
		return complain(command, "no case matches", command->patterns[0]);
	if (command->list) {
		list(command, run);
		return PASSED;
	}
	if (!command->options.driver[0])
		command->options.kind->driver(command->options.target, command->options.driver,
					      DRIVER_ROOM);
	if (look_around(&command->options, &run->surroundings, error, sizeof(error))) {
		fprintf(stderr, "%s: %s: cannot be exercised: %s\n", command->options.name,
			command->options.target, error);
		return USAGE;
	}
	status = open_outputs(command);
	return status ? status : run_and_report(command, run);
}

int exerciser_command(const char *name, const struct exerciser_target_kind *const *kinds, int argc,
		      char **argv)
{
	struct command command = {
		.options = {.name = name,
			    .suite = exerciser_suites,
			    .seed = 1,
			    .seconds = 10,
			    .threads = 8,
			    .factor = 1,
			    .progress = isatty(STDERR_FILENO)},
		.kinds = kinds,
	};
	struct run run = {.options = &command.options};
	int status = read_options(&command, argc, argv);

	if (status)
		return status - 1;
	if (!command.options.kind && kinds[0]->matches("inproc"))
		set_target(&command, "inproc");
	if (!command.options.kind && !command.list) {
		fprintf(stderr, "%s: --target is missing\nTry '%s --help'.\n", name, name);
		return USAGE;
	}
	if (!command.output_count && add_format(&command, "text"))
		return USAGE;
	if (choose_cases(&command, &run)) {
		fprintf(stderr, "%s: no memory\n", name);
		return USAGE;
	}
	status = execute(&command, &run);
	free(run.results);
	return status;
}
