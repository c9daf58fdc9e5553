/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Finds QEMU and the library for it, and asks both whether they can work together. */
#include "tool/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attach/qemu/layout.h"

#define PROGRAM "qemu-system-s390x"
/* Asked for alone: the whole list needs every module to be there. */
#define DEVICE_HELP "vfio-ccw,help"
#define DEVICE	    "vfio-ccw options:"
#define OUTPUT_SIZE 65536 /* the answers are below 2 KiB */
#define SECONDS	    30	  /* QEMU answers in a fraction of one */

/* The oldest QEMU whose internal interfaces are known. */
#define VERSION_MAJOR 7
#define VERSION_MINOR 2

static bool is_program(const char *path)
{
	return access(path, X_OK) == 0;
}

/* As a shell looks for it. */
static int search_path(const char *name, char found[PATH_MAX])
{
	const char *folder = getenv("PATH");

	while (folder && *folder) {
		size_t length = strcspn(folder, ":");

		if (length &&
		    snprintf(found, PATH_MAX, "%.*s/%s", (int)length, folder, name) < PATH_MAX &&
		    is_program(found))
			return 0;
		folder += length + (folder[length] == ':');
	}
	return -ENOENT;
}

static int find_program(const char *wanted, char path[PATH_MAX], struct chanio_error *error)
{
	char found[PATH_MAX];

	if (wanted && strchr(wanted, '/')) {
		if (!is_program(wanted))
			return chanio_error_set(error, -ENOENT, "%s: %s", wanted, strerror(errno));
		snprintf(found, sizeof(found), "%s", wanted);
	} else if (search_path(wanted ? wanted : PROGRAM, found)) {
		return chanio_error_set(
			error, -ENOENT,
			"%s is not installed; install the package qemu-system-s390x (Debian 12: "
			"qemu-system-misc, Fedora: qemu-system-s390x-core), or name it with --qemu",
			wanted ? wanted : PROGRAM);
	}
	/* Not resolved further: a program may look at the name it was called by. */
	if (found[0] == '/')
		snprintf(path, PATH_MAX, "%s", found);
	else if (!realpath(found, path))
		return chanio_error_set(error, -errno, "%s: %s", found, strerror(errno));
	return 0;
}

/* Beside the command as it is built, else where it is installed. */
static int find_library(char path[PATH_MAX], struct chanio_error *error)
{
	static const char *const beside[] = {"", "attach/qemu/"};
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[length > 0 ? length : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		slash[1] = '\0';
	for (size_t i = 0; slash && i < sizeof(beside) / sizeof(beside[0]); i++) {
		int size = snprintf(path, PATH_MAX, "%s%s" QEMU_LIBRARY_NAME, self, beside[i]);

		if (size < PATH_MAX && access(path, R_OK) == 0)
			return 0;
	}
	snprintf(path, PATH_MAX, "%s", CHANIO_LIBRARY_FOLDER "/" QEMU_LIBRARY_NAME);
	if (access(path, R_OK) == 0)
		return 0;
	return chanio_error_set(error, -ENOENT, "%s is missing; install chanio again", path);
}

int qemu_find(const char *wanted, struct qemu_program *program, struct chanio_error *error)
{
	return find_program(wanted, program->path, error);
}

int qemu_find_library(struct qemu_program *program, struct chanio_error *error)
{
	int result = find_library(program->library, error);

	if (result)
		return result;
	if (strpbrk(program->library, ": "))
		return chanio_error_set(
			error, -EINVAL,
			"%s: cannot be preloaded from a path with a blank or a colon; "
			"move chanio elsewhere",
			program->library);
	return 0;
}

/* What a run of QEMU said, on both outputs. */
struct answer {
	char *text; /* zero-terminated */
	size_t length;
	int status; /* as waitpid() gives it */
};

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Reads to the end, to the size, or to the deadline. */
static int read_all(int fd, struct answer *answer)
{
	uint64_t deadline = milliseconds() + SECONDS * 1000;
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	ssize_t length;

	while (answer->length < OUTPUT_SIZE) {
		uint64_t now = milliseconds();

		if (now >= deadline || poll(&wait, 1, (int)(deadline - now)) == 0)
			return -ETIMEDOUT;
		length = read(fd, answer->text + answer->length, OUTPUT_SIZE - answer->length);
		if (length == 0)
			break;
		if (length < 0 && errno != EINTR)
			return -errno;
		answer->length += length > 0 ? (size_t)length : 0;
	}
	answer->text[answer->length] = '\0';
	return 0;
}

static void run_child(int output, const char *const *arguments, const char *preload,
		      const char *config)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (config) {
		setenv("LD_PRELOAD", preload, 1);
		setenv(QEMU_ENV_CONFIG, config, 1);
		setenv(QEMU_ENV_CHECK, "1", 1);
	}
	execv(arguments[0], (char *const *)arguments); /* it changes none */
	dprintf(STDERR_FILENO, "%s\n", strerror(errno));
	_exit(127);
}

/* Runs QEMU for its answer; with `config`, as a mere check of the library. */
static int ask(const struct qemu_program *program, const char *const *arguments, const char *config,
	       struct answer *answer)
{
	char *preload = qemu_preload(program);
	int ends[2], result;
	pid_t child;

	*answer = (struct answer){.text = malloc(OUTPUT_SIZE + 1)};
	if (!preload || !answer->text || pipe2(ends, O_CLOEXEC)) {
		free(preload);
		return -ENOMEM;
	}
	child = fork();
	if (child == 0)
		run_child(ends[1], arguments, preload, config);
	close(ends[1]);
	result = child < 0 ? -errno : read_all(ends[0], answer);
	close(ends[0]);
	if (child > 0 && result)
		kill(child, SIGKILL);
	if (child > 0)
		waitpid(child, &answer->status, 0);
	free(preload);
	return result;
}

static int check_version(const struct qemu_program *program, const struct answer *answer,
			 struct chanio_error *error)
{
	static const char before[] = "QEMU emulator version ";
	const char *version = strstr(answer->text, before);
	unsigned int major, minor;

	if (!version || sscanf(version + strlen(before), "%u.%u", &major, &minor) != 2)
		return chanio_error_set(error, -EINVAL,
					"%s: is not QEMU: it answered -version with \"%.80s\"",
					program->path, answer->text);
	if (major < VERSION_MAJOR || (major == VERSION_MAJOR && minor < VERSION_MINOR))
		return chanio_error_set(error, -EINVAL,
					"%s: is version %u.%u; %d.%d or newer is needed",
					program->path, major, minor, VERSION_MAJOR, VERSION_MINOR);
	return 0;
}

static int check_device(const struct qemu_program *program, const struct answer *answer,
			struct chanio_error *error)
{
	if (strstr(answer->text, DEVICE))
		return 0;
	return chanio_error_set(
		error, -ENODEV,
		"%s: has no vfio-ccw device; it must be a qemu-system-s390x built for "
		"Linux with VFIO, as the distributions build it",
		program->path);
}

static int question(const struct qemu_program *program, const char *const *arguments,
		    int (*check)(const struct qemu_program *program, const struct answer *answer,
				 struct chanio_error *error),
		    struct chanio_error *error)
{
	struct answer answer;
	int result = ask(program, arguments, NULL, &answer);

	if (result)
		chanio_error_set(error, result, "%s: no answer to %s: %s", program->path,
				 arguments[1], strerror(-result));
	else
		result = check(program, &answer, error);
	free(answer.text);
	return result;
}

int qemu_check(const struct qemu_program *program, struct chanio_error *error)
{
	const char *const version[] = {program->path, "-version", NULL};
	const char *const devices[] = {program->path, "-device", DEVICE_HELP, NULL};
	int result = question(program, version, check_version, error);

	return result ? result : question(program, devices, check_device, error);
}

/* The library's own complaint, without its "chanio: ". */
static const char *complaint(struct answer *answer)
{
	static const char prefix[] = "chanio: ";
	char *text = answer->text;

	text[strcspn(text, "\n")] = '\0';
	return strncmp(text, prefix, strlen(prefix)) == 0 ? text + strlen(prefix) : text;
}

int qemu_check_library(const struct qemu_program *program, const char *config,
		       struct chanio_error *error)
{
	const char *const arguments[] = {program->path, "-version", NULL};
	struct answer answer;
	int result = ask(program, arguments, config, &answer);

	if (result) {
		chanio_error_set(error, result, "%s: no answer: %s", program->path,
				 strerror(-result));
	} else if (strcmp(answer.text, QEMU_CHECK_ANSWER) != 0) {
		result = -ENOSYS;
		if (WIFEXITED(answer.status) && WEXITSTATUS(answer.status) == 0)
			chanio_error_set(
				error, result,
				"%s: does not load %s; a statically linked or setuid program "
				"cannot be used",
				program->path, program->library);
		else
			chanio_error_set(error, result, "%s: %.300s", program->path,
					 complaint(&answer));
	}
	free(answer.text);
	return result;
}
