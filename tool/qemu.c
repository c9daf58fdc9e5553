/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * `chanio qemu`: stock QEMU with channel devices. Reads the command line, checks everything that
 * can be wrong before QEMU starts, and runs it.
 */
#include "tool/qemu.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/qemu/layout.h"
#include "tool/tool.h"

#define NAME "chanio qemu"

static const char usage[] =
	"Usage: chanio qemu [OPTIONS] -- QEMU-ARGUMENTS\n"
	"\n"
	"Runs a stock qemu-system-s390x that has ECKD disks (DASD) through vfio-ccw.\n"
	"\n"
	"  --dasd DEVNO=IMAGE[,KEY=VALUE]...  a disk, for example 0.0.0120=disk.ckd; repeatable. "
	"Keys:\n"
	"         model=3390-3                what the image must be\n"
	"         cache=writeback|writethrough\n"
	"         ro=yes|no                   the guest cannot write (default no)\n"
	"         cu=3990|2107                control unit (default 3990)\n"
	"         track-data=on|off           offer prefix and track transfers (default off)\n"
	"         boot=yes                    the firmware boots from this disk\n"
	"         plugged=no                  only made ready, for device_add at the monitor\n"
	"         A comma inside IMAGE is written twice.\n"
	"  --test-device DEVNO[,KEY=VALUE]... a scriptable device, for tests; repeatable. Keys:\n"
	"         script=STEPS                what it does, see chanio-machine.conf(5); commas "
	"twice\n"
	"         paths=N                     channel paths, 1 to 8 (default 1)\n"
	"         cu-type=HHHH                control unit type (default ffff, which Linux "
	"ignores)\n"
	"         plugged=no                  as above\n"
	"  --machine FILE                     devices from a file, see chanio-machine.conf(5)\n"
	"  --qemu PATH                        QEMU to run (default: qemu-system-s390x on PATH)\n"
	"  --runtime-dir DIR                  where QEMU finds the devices (default: a new one)\n"
	"  --print-command                    print the command instead of running it\n"
	"  --help\n"
	"\n"
	"The exit status is QEMU's; 128 + N when a signal N ended it.\n";

struct request {
	struct machine_config config;
	char boot[16]; /* name of the disk to boot from, or "" */
	const char *qemu;
	const char *runtime;
	bool print;
	char **arguments; /* for QEMU */
	int count;
};

/* The next part of a list with commas, a doubled comma meaning one; cuts it off in place. */
static char *next_part(char **rest)
{
	char *start = *rest, *from = start, *to = start;

	if (!start)
		return NULL;
	for (; *from; *to++ = *from++) {
		if (*from != ',')
			continue;
		if (from[1] != ',')
			break;
		from++;
	}
	*rest = *from ? from + 1 : NULL;
	*to = '\0';
	return start;
}

static int set_boot(struct request *request, const struct machine_subchannel_config *sub,
		    const char *value, struct chanio_error *error)
{
	if (strcmp(value, "no") == 0)
		return 0;
	if (strcmp(value, "yes") != 0)
		return chanio_error_set(error, -EINVAL, "boot is \"%s\"; expected yes or no",
					value);
	if (request->boot[0])
		return chanio_error_set(error, -EINVAL,
					"boot=yes is given for two disks, %s and %s", request->boot,
					sub->name);
	snprintf(request->boot, sizeof(request->boot), "%s", sub->name);
	return 0;
}

static int set_key(struct request *request, struct machine_subchannel_config *sub, char *part,
		   struct chanio_error *error)
{
	char *equals = strchr(part, '=');
	const char *key = part;

	if (!equals)
		return chanio_error_set(error, -EINVAL, "\"%s\"; expected KEY=VALUE", part);
	*equals = '\0';
	if (strcmp(key, "boot") == 0)
		return set_boot(request, sub, equals + 1, error);
	if (strcmp(key, "ro") == 0)
		key = "read-only";
	else if (strcmp(key, "cu") == 0)
		key = "control-unit";
	else if (strcmp(key, "image") == 0)
		return chanio_error_set(error, -EINVAL, "a second image \"%s\"", equals + 1);
	return machine_subchannel_config_set(sub, key, equals + 1, error);
}

static int read_dasd(struct request *request, struct machine_subchannel_config *sub, char *text,
		     struct chanio_error *error)
{
	char *image = strchr(text, '=');
	char *part;
	int result;

	if (!image || !image[1])
		return chanio_error_set(error, -EINVAL,
					"expected DEVNO=IMAGE, as 0.0.0120=disk.ckd");
	*image++ = '\0';
	result = machine_subchannel_config_name(sub, text, error);
	if (!result)
		result = machine_subchannel_config_set(sub, "image", next_part(&image), error);
	while (!result && (part = next_part(&image)))
		result = set_key(request, sub, part, error);
	return result ? result : machine_config_add(&request->config, sub, error);
}

static int read_test_device(struct request *request, struct machine_subchannel_config *sub,
			    char *text, struct chanio_error *error)
{
	char *rest = text, *part = next_part(&rest), *equals;
	int result = machine_subchannel_config_name(sub, part, error);

	if (!result)
		result = machine_subchannel_config_set(sub, "device", "test", error);
	while (!result && (part = next_part(&rest))) {
		equals = strchr(part, '=');
		if (!equals)
			return chanio_error_set(error, -EINVAL, "\"%s\"; expected KEY=VALUE", part);
		*equals = '\0';
		result = machine_subchannel_config_set(sub, part, equals + 1, error);
	}
	return result ? result : machine_config_add(&request->config, sub, error);
}

typedef int read_device(struct request *request, struct machine_subchannel_config *sub, char *text,
			struct chanio_error *error);

static int add_device(struct request *request, const char *option, read_device *read,
		      const char *argument)
{
	struct machine_subchannel_config sub;
	struct chanio_error error;
	char *text = strdup(argument);
	int result;

	if (!text)
		return tool_error(NAME, "no memory");
	machine_subchannel_config_init(&sub);
	result = read(request, &sub, text, &error);
	machine_subchannel_config_finish(&sub);
	free(text);
	return result ? tool_usage_error(NAME, "%s %s: %s", option, argument, error.text) : TOOL_OK;
}

static int add_machine(struct request *request, const char *path)
{
	struct machine_config more;
	struct chanio_error error;
	int result = machine_config_read(path, &more, &error);

	if (result)
		return tool_error(NAME, "%s", error.text);
	for (size_t i = 0; i < more.count && !result; i++)
		result = machine_config_add(&request->config, &more.subchannels[i], &error);
	machine_config_finish(&more);
	return result ? tool_error(NAME, "%s: %s", path, error.text) : TOOL_OK;
}

enum option_value {
	OPTION_DASD = 256,
	OPTION_TEST,
	OPTION_MACHINE,
	OPTION_QEMU,
	OPTION_RUNTIME,
	OPTION_PRINT,
	OPTION_HELP,
};

static const struct option options[] = {
	{"dasd", required_argument, NULL, OPTION_DASD},
	{"test-device", required_argument, NULL, OPTION_TEST},
	{"machine", required_argument, NULL, OPTION_MACHINE},
	{"qemu", required_argument, NULL, OPTION_QEMU},
	{"runtime-dir", required_argument, NULL, OPTION_RUNTIME},
	{"print-command", no_argument, NULL, OPTION_PRINT},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static int take_option(struct request *request, int option, char **argv)
{
	switch (option) {
	case OPTION_DASD:
		return add_device(request, "--dasd", read_dasd, optarg);
	case OPTION_TEST:
		return add_device(request, "--test-device", read_test_device, optarg);
	case OPTION_MACHINE:
		return add_machine(request, optarg);
	case OPTION_QEMU:
		request->qemu = optarg;
		return TOOL_OK;
	case OPTION_RUNTIME:
		request->runtime = optarg;
		return TOOL_OK;
	case OPTION_PRINT:
		request->print = true;
		return TOOL_OK;
	case ':':
		return tool_usage_error(NAME, "%s needs a value", argv[optind - 1]);
	default:
		return tool_usage_error(NAME, "there is no option %s", argv[optind - 1]);
	}
}

/* TOOL_OK to go on; *done: nothing more to do. */
static int parse(struct request *request, int argc, char **argv, bool *done)
{
	int option, status = TOOL_OK;

	optind = 1;
	while (!status && (option = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		if (option == OPTION_HELP) {
			*done = true;
			return fputs(usage, stdout) < 0 ? TOOL_FAILED : TOOL_OK;
		}
		status = take_option(request, option, argv);
	}
	if (status)
		return status;
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return tool_usage_error(NAME, "\"%s\"; QEMU's arguments stand behind --",
					argv[optind]);
	if (!request->config.count)
		return tool_usage_error(NAME,
					"no device; expected --dasd, --test-device or --machine");
	request->arguments = argv + optind;
	request->count = argc - optind;
	return TOOL_OK;
}

/* Opens each image as QEMU will, so that it is we who explain what is wrong; makes paths absolute.
 */
static int check_images(struct machine_config *config, struct chanio_error *error)
{
	for (size_t i = 0; i < config->count; i++) {
		struct machine_subchannel_config *sub = &config->subchannels[i];
		struct volume *volume;
		char *absolute;
		int result;

		if (sub->device != MACHINE_DASD)
			continue;
		result = machine_open_volume(sub, &volume, error);
		if (result)
			return result;
		volume_close(volume);
		absolute = realpath(sub->image, NULL);
		if (!absolute)
			return chanio_error_set(error, -errno, "%s: %s", sub->image,
						strerror(errno));
		free(sub->image);
		sub->image = absolute;
	}
	return 0;
}

/* The value of QEMU's -device for a device, or of device_add. */
static int device_argument(const struct request *request, const struct qemu_runtime *runtime,
			   const struct machine_subchannel_config *sub, char **argument)
{
	bool boot = strcmp(request->boot, sub->name) == 0;
	char path[PATH_MAX];

	if (qemu_device_path(runtime->path, sub, path) ||
	    asprintf(argument, "vfio-ccw,id=%s-%04x,sysfsdev=%s,devno=fe.%u.%04x%s",
		     sub->device == MACHINE_TEST ? "test" : "dasd", sub->device_number, path,
		     sub->subchannel_set, sub->device_number, boot ? ",bootindex=1" : "") < 0)
		return -ENOMEM;
	return 0;
}

static void free_arguments(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

/* Ours come first: devices without a number of their own get one that is still free. */
static char **make_arguments(const struct request *request, const struct qemu_program *program,
			     const struct qemu_runtime *runtime)
{
	size_t most = 2 + 2 * request->config.count + (size_t)request->count;
	char **list = calloc(most, sizeof(*list));
	size_t n = 0;
	bool failed;

	if (!list)
		return NULL;
	list[n++] = strdup(program->path);
	failed = !list[0];
	for (size_t i = 0; i < request->config.count && !failed; i++) {
		const struct machine_subchannel_config *sub = &request->config.subchannels[i];

		if (!sub->plugged)
			continue;
		list[n] = strdup("-device");
		failed = !list[n++] || device_argument(request, runtime, sub, &list[n]);
		n += !failed;
	}
	for (int i = 0; i < request->count && !failed; i++) {
		list[n] = strdup(request->arguments[i]);
		failed = !list[n++];
	}
	if (!failed)
		return list;
	free_arguments(list);
	return NULL;
}

/* As a shell reads it back. */
static void print_quoted(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "+,-./:=@_";

	if (*text && text[strspn(text, plain)] == '\0') {
		fputs(text, stdout);
		return;
	}
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
	putchar('\'');
}

static int print_command(const struct request *request, const struct qemu_program *program,
			 const struct qemu_runtime *runtime, char **list)
{
	char *preload = qemu_preload(program);
	char *argument;

	if (!preload)
		return tool_error(NAME, "no memory");
	for (size_t i = 0; i < request->config.count; i++) {
		const struct machine_subchannel_config *sub = &request->config.subchannels[i];

		if (sub->plugged || device_argument(request, runtime, sub, &argument))
			continue;
		printf("# device_add %s\n", argument);
		free(argument);
	}
	printf("LD_PRELOAD=");
	print_quoted(preload);
	printf(" " QEMU_ENV_CONFIG "=");
	print_quoted(runtime->config);
	for (; *list; list++) {
		putchar(' ');
		print_quoted(*list);
	}
	putchar('\n');
	free(preload);
	return TOOL_OK;
}

static bool goes_to_background(const struct request *request)
{
	for (int i = 0; i < request->count; i++)
		if (strcmp(request->arguments[i], "-daemonize") == 0 ||
		    strcmp(request->arguments[i], "--daemonize") == 0)
			return true;
	return false;
}

/* With the runtime directory made. *keep: QEMU needs it after we are gone. */
static int run_there(const struct request *request, const struct qemu_program *program,
		     const struct qemu_runtime *runtime, bool *keep)
{
	struct chanio_error error;
	char **list;
	int status;

	if (qemu_check_library(program, runtime->config, &error))
		return tool_error(NAME, "%s", error.text);
	list = make_arguments(request, program, runtime);
	if (!list)
		return tool_error(NAME, "no memory");
	if (request->print) {
		status = print_command(request, program, runtime, list);
	} else {
		status = qemu_run(program, runtime->config, list, &error);
		if (status < 0)
			status = tool_error(NAME, "%s", error.text);
	}
	*keep = status == 0 && (request->print || goes_to_background(request));
	free_arguments(list);
	return status;
}

static int run(struct request *request)
{
	struct qemu_program program = {0};
	struct qemu_runtime runtime;
	struct chanio_error error;
	bool keep = false;
	int status;

	if (qemu_find(request->qemu, &program, &error) || qemu_check(&program, &error) ||
	    check_images(&request->config, &error) || qemu_find_library(&program, &error) ||
	    qemu_runtime_create(request->runtime, &request->config, &runtime, &error))
		return tool_error(NAME, "%s", error.text);
	status = run_there(request, &program, &runtime, &keep);
	if (keep)
		qemu_runtime_keep(&runtime);
	else
		qemu_runtime_remove(&runtime, &request->config);
	return status;
}

int tool_qemu(int argc, char **argv)
{
	struct request request = {0};
	bool done = false;
	int status = parse(&request, argc, argv, &done);

	if (!status && !done)
		status = run(&request);
	machine_config_finish(&request.config);
	return status;
}
