/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio dasd create`: makes a new volume. */
#include "tool/dasd.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/tool.h"
#include "volume/ckd.h"

#define NAME "chanio dasd create"

/* Shorter work is not worth a line on the terminal (ns). */
#define QUIET_TIME 1000000000

static const char usage[] =
	"Usage: " NAME " IMAGE --model MODEL [OPTIONS]\n"
	"\n"
	"Makes a new, empty volume. A file that exists is not overwritten.\n"
	"\n"
	"  -m, --model MODEL     3390-1, -2, -3, -9, -27 or -54\n"
	"  -c, --cylinders N     another number of cylinders than the model has\n"
	"  -s, --serial SERIAL   serial number of the disk: up to 12 of A-Z, 0-9\n"
	"      --write-tracks    write every track as an empty one, as dasdinit does: for "
	"Hercules'\n"
	"                        tools, which cannot use a track that takes no space yet\n"
	"  -h, --help            this text\n";

struct arguments {
	struct volume_ckd_options volume;
	const char *path;
};

struct progress {
	struct timespec began;
	bool terminal;
	bool shown;
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	stopped = number;
}

/* A signal ends the work in order, and a limit on file sizes is an error to tell about. */
static void prepare_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = stop};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGXFSZ, SIG_IGN);
}

static int show_progress(void *opaque, uint32_t done, uint32_t tracks)
{
	struct progress *progress = opaque;
	struct timespec now;
	long long elapsed;

	if (stopped)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	elapsed = (now.tv_sec - progress->began.tv_sec) * 1000000000LL + now.tv_nsec -
		  progress->began.tv_nsec;
	if (!progress->terminal || elapsed < QUIET_TIME)
		return 0;
	progress->shown = true;
	if (done < tracks)
		fprintf(stderr, "\r%u of %u tracks", done, tracks);
	else
		fprintf(stderr, "\r%u of %u tracks, waiting for the disk", done, tracks);
	return 0;
}

static bool parse_cylinders(const char *text, uint32_t *cylinders)
{
	unsigned long value;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || !value || value > VOLUME_CYLINDERS_MAX)
		return false;
	*cylinders = (uint32_t)value;
	return true;
}

static int parse_option(int option, struct arguments *arguments)
{
	switch (option) {
	case 'm':
		arguments->volume.model = volume_model_find(optarg);
		if (arguments->volume.model)
			return TOOL_OK;
		return tool_usage_error(NAME,
					"unknown model '%s': use 3390-1, 3390-2, 3390-3, 3390-9, "
					"3390-27 or 3390-54",
					optarg);
	case 'c':
		if (parse_cylinders(optarg, &arguments->volume.cylinders))
			return TOOL_OK;
		return tool_usage_error(NAME, "'%s' is not a number of cylinders: use 1 to %u",
					optarg, VOLUME_CYLINDERS_MAX);
	case 's':
		arguments->volume.serial = optarg;
		return TOOL_OK;
	case 'w':
		arguments->volume.write_tracks = true;
		return TOOL_OK;
	default:
		return tool_usage_hint(NAME);
	}
}

static int parse(int argc, char **argv, struct arguments *arguments, bool *help)
{
	static const struct option options[] = {
		{"model", required_argument, NULL, 'm'},
		{"cylinders", required_argument, NULL, 'c'},
		{"serial", required_argument, NULL, 's'},
		{"write-tracks", no_argument, NULL, 'w'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option, status = TOOL_OK;

	while (status == TOOL_OK &&
	       (option = getopt_long(argc, argv, "m:c:s:h", options, NULL)) != -1) {
		*help = option == 'h';
		if (*help)
			return TOOL_OK;
		status = parse_option(option, arguments);
	}
	if (status != TOOL_OK)
		return status;
	if (optind == argc)
		return tool_usage_error(NAME, "the image's file name is missing");
	if (optind + 1 < argc)
		return tool_usage_error(NAME, "unexpected argument '%s'", argv[optind + 1]);
	if (!arguments->volume.model)
		return tool_usage_error(NAME, "--model is missing");
	arguments->path = argv[optind];
	return TOOL_OK;
}

int dasd_create(int argc, char **argv)
{
	struct arguments arguments = {0};
	struct progress progress = {.terminal = isatty(STDERR_FILENO)};
	struct chanio_error error;
	bool help = false;
	static char name[] = NAME;
	int result, status;

	argv[0] = name; /* getopt's messages begin with it */
	status = parse(argc, argv, &arguments, &help);
	if (status != TOOL_OK)
		return status;
	if (help) {
		fputs(usage, stdout);
		return TOOL_OK;
	}
	prepare_signals();
	clock_gettime(CLOCK_MONOTONIC, &progress.began);
	arguments.volume.progress = show_progress;
	arguments.volume.opaque = &progress;
	result = volume_ckd_create_with(arguments.path, &arguments.volume, &error);
	if (progress.shown)
		fprintf(stderr, "\r\033[K");
	if (result == -EINVAL)
		return tool_usage_error(NAME, "%s", error.text);
	return result ? tool_error(NAME, "%s", error.text) : TOOL_OK;
}
