/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* chanio-explore: the command line of the schedule explorer, and its report. */
#include "explorer/campaign.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define JOBS_MAX 64

static const char usage[] =
	"usage: chanio-explore [OPTION...]\n"
	"       chanio-explore --replay 'SCENARIO@SCHEDULE'\n"
	"       chanio-explore --list\n"
	"\n"
	"Runs the driver core on a simulated platform, which owns locks, deferred work, waits and "
	"time,\n"
	"through all interleavings of a few concurrent operations, and checks the driver's "
	"invariants\n"
	"after every step. A violation is shrunk to the shortest schedule and printed step by "
	"step.\n"
	"\n"
	"  --preemptions N  schedules with at most N preemptions (default 3)\n"
	"  --operations N   concurrent operations of a scenario, 1 to 4 (default 3)\n"
	"  --only TEXT      only scenarios whose name contains TEXT, such as "
	"active:start,final,reset\n"
	"  --share K/N      only scenarios that belong to the Kth of N shares (by hash of the "
	"name)\n"
	"  --seconds N      stop after N seconds; the report says what is missing\n"
	"  --walk N         then N random walks of longer scenarios, without a limit of "
	"preemptions\n"
	"  --walk-seconds N the same for N seconds\n"
	"  --walk-only      no enumeration, only random walks\n"
	"  --seed N         of the random walks (default 1)\n"
	"  --jobs N         processes (default 1)\n"
	"  --deferred-irbs  allow a driver that deals with IRBs in deferred work (a mutation "
	"does)\n"
	"  --no-reduction   also schedules that come to the same as others (far more)\n"
	"  --no-shrink      print a failing schedule as it was found\n"
	"  --json           the report as JSON\n"
	"  --quiet          no progress\n"
	"  --list           the scenarios that would be explored, and what the names mean\n"
	"  --replay TEXT    one schedule again, step by step\n"
	"  --help           this\n"
	"\n"
	"Exit status: 0 no violation, 1 a violation, 2 wrong arguments or no memory, 3 no "
	"violation,\n"
	"but the time was over before all was explored.\n";

enum option_code {
	OPTION_PREEMPTIONS = 256,
	OPTION_OPERATIONS,
	OPTION_ONLY,
	OPTION_SHARE,
	OPTION_SECONDS,
	OPTION_WALK,
	OPTION_WALK_SECONDS,
	OPTION_WALK_ONLY,
	OPTION_SEED,
	OPTION_JOBS,
	OPTION_DEFERRED_IRBS,
	OPTION_NO_REDUCTION,
	OPTION_NO_SHRINK,
	OPTION_JSON,
	OPTION_QUIET,
	OPTION_LIST,
	OPTION_REPLAY,
	OPTION_HELP,
};

static const struct option options[] = {
	{"preemptions", required_argument, NULL, OPTION_PREEMPTIONS},
	{"operations", required_argument, NULL, OPTION_OPERATIONS},
	{"only", required_argument, NULL, OPTION_ONLY},
	{"share", required_argument, NULL, OPTION_SHARE},
	{"seconds", required_argument, NULL, OPTION_SECONDS},
	{"walk", required_argument, NULL, OPTION_WALK},
	{"walk-seconds", required_argument, NULL, OPTION_WALK_SECONDS},
	{"walk-only", no_argument, NULL, OPTION_WALK_ONLY},
	{"seed", required_argument, NULL, OPTION_SEED},
	{"jobs", required_argument, NULL, OPTION_JOBS},
	{"deferred-irbs", no_argument, NULL, OPTION_DEFERRED_IRBS},
	{"no-reduction", no_argument, NULL, OPTION_NO_REDUCTION},
	{"no-shrink", no_argument, NULL, OPTION_NO_SHRINK},
	{"json", no_argument, NULL, OPTION_JSON},
	{"quiet", no_argument, NULL, OPTION_QUIET},
	{"list", no_argument, NULL, OPTION_LIST},
	{"replay", required_argument, NULL, OPTION_REPLAY},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static struct {
	struct campaign campaign;
	bool walk_only, shrink, json, list;
	const char *replay;
} settings = {
	.campaign = {.preemptions = 3, .operations = 3, .reduce = true, .jobs = 1, .seed = 1},
	.shrink = true,
};

__attribute__((noreturn, format(printf, 1, 2))) static void wrong(const char *format, ...)
{
	va_list arguments;

	fputs("chanio-explore: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs("; see --help\n", stderr);
	exit(2);
}

static uint64_t number(const char *option, const char *text, uint64_t low, uint64_t high)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || value < low || value > high)
		wrong("--%s takes a number from %llu to %llu, not '%s'", option,
		      (unsigned long long)low, (unsigned long long)high, text);
	return value;
}

static void parse_share(const char *text)
{
	struct campaign *campaign = &settings.campaign;
	char rest;

	if (sscanf(text, "%u/%u%c", &campaign->share, &campaign->shares, &rest) != 2 ||
	    !campaign->share || campaign->share > campaign->shares)
		wrong("--share takes K/N with K from 1 to N, not '%s'", text);
}

static void take_option(int code, const char *argument)
{
	struct campaign *campaign = &settings.campaign;

	switch (code) {
	case OPTION_PREEMPTIONS:
		campaign->preemptions = (unsigned int)number("preemptions", argument, 0, 100);
		break;
	case OPTION_OPERATIONS:
		campaign->operations = (unsigned int)number("operations", argument, 1, CLIENTS_MAX);
		break;
	case OPTION_ONLY:
		campaign->only = argument;
		break;
	case OPTION_SHARE:
		parse_share(argument);
		break;
	case OPTION_SECONDS:
		campaign->seconds = (double)number("seconds", argument, 1, 1000000);
		break;
	case OPTION_WALK:
		campaign->walks = number("walk", argument, 1, UINT64_MAX / 2);
		break;
	case OPTION_WALK_SECONDS:
		campaign->walking = (double)number("walk-seconds", argument, 1, 1000000);
		break;
	case OPTION_WALK_ONLY:
		settings.walk_only = true;
		break;
	case OPTION_SEED:
		campaign->seed = number("seed", argument, 0, UINT64_MAX);
		break;
	case OPTION_JOBS:
		campaign->jobs = (unsigned int)number("jobs", argument, 1, JOBS_MAX);
		break;
	case OPTION_DEFERRED_IRBS:
		world_defers_irbs = true;
		break;
	case OPTION_NO_REDUCTION:
		campaign->reduce = false;
		break;
	case OPTION_NO_SHRINK:
		settings.shrink = false;
		break;
	case OPTION_JSON:
		settings.json = true;
		break;
	case OPTION_QUIET:
		campaign->quiet = true;
		break;
	case OPTION_LIST:
		settings.list = true;
		break;
	case OPTION_REPLAY:
		settings.replay = argument;
		break;
	case OPTION_HELP:
		fputs(usage, stdout);
		exit(0);
	default:
		wrong("what was asked for is not understood");
	}
}

/* ---- listing ---- */

static int list(void)
{
	struct scenario scenario = {0};
	char name[SCENARIO_NAME];

	while (scenario_next(&scenario, settings.campaign.operations)) {
		if (!campaign_includes(&settings.campaign, &scenario))
			continue;
		scenario_print(&scenario, name);
		puts(name);
	}
	puts("\ninitial states:");
	for (unsigned int i = 0; i < INITIALS; i++)
		printf("  %-13s %s\n", scenario_initial_name(i), scenario_initial_text(i));
	puts("operations:");
	for (unsigned int i = 0; i < OPERATIONS; i++)
		printf("  %-13s %s\n", scenario_operation_name(i), scenario_operation_text(i));
	puts("invariants:");
	for (unsigned int i = 0; i < INVARIANTS; i++)
		printf("  %-13s %s\n", invariant_name(i), invariant_text(i));
	return 0;
}

/* ---- one schedule ---- */

static void parse_replay(const char *text, struct failure *failure)
{
	const char *at = strchr(text, '@'), *part;
	char name[SCENARIO_NAME];

	if (!at || (size_t)(at - text) >= sizeof(name))
		wrong("--replay takes SCENARIO@SCHEDULE, not '%s'", text);
	memcpy(name, text, (size_t)(at - text));
	name[at - text] = '\0';
	if (!scenario_parse(name, &failure->scenario, &part))
		wrong("'%s' is not a scenario (from '%s' on; --list shows some)", name, part);
	if (!schedule_parse(at + 1, &failure->violation.schedule))
		wrong("'%s' is not a schedule", at + 1);
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		fprintf(stderr, "chanio-explore: out of memory\n");
		exit(2);
	}
	return memory;
}

static int replay(void)
{
	struct failure *failure = allocate(sizeof(*failure));
	struct violation *violation = allocate(sizeof(*violation));
	bool good;

	parse_replay(settings.replay, failure);
	good = schedule_replay(&failure->scenario, &failure->violation.schedule, stdout, violation);
	if (good)
		puts("no violation");
	else
		printf("violation of '%s' (%s): %s\n", invariant_name(violation->invariant),
		       invariant_text(violation->invariant), violation->text);
	free(violation);
	free(failure);
	return !good;
}

/* ---- the report ---- */

static void report_failure(const struct failure *failure)
{
	const struct violation *violation = &failure->violation;
	struct violation *again = allocate(sizeof(*again));
	char name[SCENARIO_NAME];
	char *schedule = schedule_print(&violation->schedule);

	scenario_print(&failure->scenario, name);
	printf("scenario: %s\n", name);
	printf("violation of '%s' (%s):\n  %s\n", invariant_name(violation->invariant),
	       invariant_text(violation->invariant), violation->text);
	printf("schedule: %u preemptions, %u switches, %u steps\n", violation->schedule.preemptions,
	       violation->schedule.switches, violation->schedule.steps);
	schedule_replay(&failure->scenario, &violation->schedule, stdout, again);
	printf("violation: %s\n", again->found ? again->text : "not seen again");
	printf("again: chanio-explore --replay '%s@%s'\n", name, schedule ? schedule : "");
	free(schedule);
	free(again);
}

static void report_json(const struct figures *figures, const struct figures *walks,
			const struct failure *failure, double seconds)
{
	char name[SCENARIO_NAME];
	char *schedule;

	printf("{\"preemptions\": %u, \"operations\": %u, \"seconds\": %.1f, \"scenarios\": %llu, "
	       "\"schedules\": %llu, \"pruned\": %llu, \"steps\": %llu, \"unfinished\": %llu, "
	       "\"walks\": %llu, \"walk_scenarios\": %llu, \"violations\": %llu",
	       settings.campaign.preemptions, settings.campaign.operations, seconds,
	       (unsigned long long)figures->scenarios, (unsigned long long)figures->schedules,
	       (unsigned long long)figures->pruned, (unsigned long long)figures->steps,
	       (unsigned long long)figures->unfinished, (unsigned long long)walks->schedules,
	       (unsigned long long)walks->scenarios,
	       (unsigned long long)(figures->violations + walks->violations));
	if (failure) {
		schedule = schedule_print(&failure->violation.schedule);
		scenario_print(&failure->scenario, name);
		printf(", \"invariant\": \"%s\", \"violation\": \"%s\", \"replay\": \"%s@%s\"",
		       invariant_name(failure->violation.invariant), failure->violation.text, name,
		       schedule ? schedule : "");
		free(schedule);
	}
	puts("}");
}

static void report(const struct figures *figures, const struct figures *walks, double seconds)
{
	if (!settings.walk_only)
		printf("%llu scenarios of %u operations, %llu schedules with at most %u "
		       "preemptions "
		       "(%llu more cut short: they come to the same), %llu steps\n",
		       (unsigned long long)figures->scenarios, settings.campaign.operations,
		       (unsigned long long)figures->schedules, settings.campaign.preemptions,
		       (unsigned long long)figures->pruned, (unsigned long long)figures->steps);
	if (walks->schedules)
		printf("%llu random walks in %llu longer scenarios, seed %llu, %llu steps\n",
		       (unsigned long long)walks->schedules, (unsigned long long)walks->scenarios,
		       (unsigned long long)settings.campaign.seed,
		       (unsigned long long)walks->steps);
	printf("%.1f s, %.0f schedules a second, %llu violations\n", seconds,
	       (double)(figures->schedules + figures->pruned + walks->schedules) / seconds,
	       (unsigned long long)(figures->violations + walks->violations));
	if (figures->unfinished)
		puts("the time was over before all was explored");
}

static int explore(void)
{
	struct campaign *campaign = &settings.campaign;
	struct failure *failure = allocate(sizeof(*failure));
	struct figures figures = {0}, walks = {0};
	double begin = schedule_clock(), seconds;
	bool good = settings.walk_only || campaign_explore(campaign, &figures, failure);

	if (good && (campaign->walks || campaign->walking > 0))
		good = campaign_walk(campaign, &walks, failure);
	seconds = schedule_clock() - begin;
	if (!good && settings.shrink)
		failure_shrink(failure, campaign->preemptions);
	if (settings.json) {
		report_json(&figures, &walks, good ? NULL : failure, seconds);
	} else {
		if (!good)
			report_failure(failure);
		report(&figures, &walks, seconds);
	}
	free(failure);
	if (!good)
		return 1;
	if (!figures.scenarios && !walks.scenarios)
		wrong("no scenario fits");
	return figures.unfinished ? 3 : 0;
}

int main(int argc, char **argv)
{
	int code, status;

	while ((code = getopt_long(argc, argv, "", options, NULL)) >= 0)
		take_option(code, optarg);
	if (optind < argc)
		wrong("'%s' is not understood", argv[optind]);
	if (settings.list)
		return list();
	schedule_init();
	status = settings.replay ? replay() : explore();
	schedule_finish();
	return status;
}
