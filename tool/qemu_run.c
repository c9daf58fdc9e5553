/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The directory QEMU looks into while it runs, and the run itself. */
#include "tool/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach/qemu/layout.h"

/* The shell's way to report a death by signal. */
#define SIGNAL_STATUS 128

static int make_new(struct qemu_runtime *runtime, struct chanio_error *error)
{
	const char *base = getenv("XDG_RUNTIME_DIR");

	if (!base || base[0] != '/' || access(base, W_OK) != 0)
		base = "/tmp";
	if (snprintf(runtime->path, PATH_MAX, "%s/chanio-XXXXXX", base) >= PATH_MAX)
		return chanio_error_set(error, -ENAMETOOLONG, "%s: is too long", base);
	if (!mkdtemp(runtime->path))
		return chanio_error_set(error, -errno, "%s: cannot make a directory there: %s",
					base, strerror(errno));
	runtime->made = true;
	return 0;
}

static int make_wanted(const char *wanted, struct qemu_runtime *runtime, struct chanio_error *error)
{
	if (mkdir(wanted, 0700) == 0)
		runtime->made = true;
	else if (errno != EEXIST)
		return chanio_error_set(error, -errno, "%s: cannot be made: %s", wanted,
					strerror(errno));
	if (!realpath(wanted, runtime->path))
		return chanio_error_set(error, -errno, "%s: %s", wanted, strerror(errno));
	return 0;
}

static int lock_directory(struct qemu_runtime *runtime, struct chanio_error *error)
{
	runtime->lock = open(runtime->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (runtime->lock < 0)
		return chanio_error_set(error, -errno, "%s: %s", runtime->path, strerror(errno));
	if (flock(runtime->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return chanio_error_set(
		error, -EBUSY, "%s: is in use by another chanio qemu; choose another --runtime-dir",
		runtime->path);
}

static int fill(struct qemu_runtime *runtime, const struct machine_config *config,
		struct chanio_error *error)
{
	int result;

	if (snprintf(runtime->config, PATH_MAX, "%s/" QEMU_CONFIG_NAME, runtime->path) >=
		    PATH_MAX ||
	    strchr(runtime->path, ','))
		return chanio_error_set(
			error, -EINVAL,
			"%s: is too long or has a comma; choose another --runtime-dir",
			runtime->path);
	result = qemu_sysfs_create(runtime->path, config, error);
	return result ? result : machine_config_write(runtime->config, config, error);
}

static void remove_directory(struct qemu_runtime *runtime)
{
	if (runtime->lock >= 0)
		close(runtime->lock);
	runtime->lock = -1;
	/* What others have put there stays, and then the directory does too. */
	if (runtime->made)
		rmdir(runtime->path);
}

int qemu_runtime_create(const char *wanted, const struct machine_config *config,
			struct qemu_runtime *runtime, struct chanio_error *error)
{
	int result;

	*runtime = (struct qemu_runtime){.lock = -1};
	result = wanted ? make_wanted(wanted, runtime, error) : make_new(runtime, error);
	if (result)
		return result;
	result = lock_directory(runtime, error);
	if (result) {
		remove_directory(runtime);
		return result;
	}
	result = fill(runtime, config, error);
	if (result)
		qemu_runtime_remove(runtime, config);
	return result;
}

void qemu_runtime_remove(struct qemu_runtime *runtime, const struct machine_config *config)
{
	qemu_sysfs_remove(runtime->path, config);
	unlink(runtime->config);
	remove_directory(runtime);
}

void qemu_runtime_keep(struct qemu_runtime *runtime)
{
	runtime->made = false;
	remove_directory(runtime);
}

char *qemu_preload(const struct qemu_program *program)
{
	const char *others = getenv("LD_PRELOAD");
	char *value;

	if (asprintf(&value, "%s%s%s", others ? others : "", others && *others ? ":" : "",
		     program->library) < 0)
		return NULL;
	return value;
}

/* Signals that end a program, to be handed to QEMU. */
static void fill_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGQUIT);
	sigaddset(signals, SIGCHLD);
}

/* Until the child ends; its status as waitpid() gives it. */
static int wait_for(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	for (;;) {
		pid_t ended = waitpid(child, &status, WNOHANG);

		if (ended == child)
			return status;
		if (sigwaitinfo(signals, &info) <= 0 || info.si_signo == SIGCHLD)
			continue;
		/* The terminal sends to the whole group: QEMU has that one already. */
		if (info.si_code <= 0)
			kill(child, info.si_signo);
	}
}

static void run_child(const struct qemu_program *program, const char *config, const char *preload,
		      char **arguments, const sigset_t *before)
{
	setenv("LD_PRELOAD", preload, 1);
	setenv(QEMU_ENV_CONFIG, config, 1);
	sigprocmask(SIG_SETMASK, before, NULL);
	execv(program->path, arguments);
	fprintf(stderr, "chanio qemu: %s: %s\n", program->path, strerror(errno));
	_exit(127);
}

int qemu_run(const struct qemu_program *program, const char *config, char **arguments,
	     struct chanio_error *error)
{
	char *preload = qemu_preload(program);
	sigset_t signals, before;
	int status;
	pid_t child;

	if (!preload)
		return chanio_error_set(error, -ENOMEM, "no memory");
	fill_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, &before);
	child = fork();
	if (child == 0)
		run_child(program, config, preload, arguments, &before);
	free(preload);
	if (child < 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return chanio_error_set(error, -errno, "cannot start %s: %s", program->path,
					strerror(errno));
	}
	status = wait_for(child, &signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return WIFSIGNALED(status) ? SIGNAL_STATUS + WTERMSIG(status) : WEXITSTATUS(status);
}
