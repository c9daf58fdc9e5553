/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The directory tree that QEMU takes for sysfs (qemu-client.md section 2). */
#include "attach/qemu/layout.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHP_TYPE "1b\n" /* FICON-like */
#define PATHS	 8

int qemu_device_path(const char *runtime, const struct machine_subchannel_config *sub,
		     char path[PATH_MAX])
{
	int length = snprintf(path, PATH_MAX, "%s/sys/bus/css/devices/%s/%s", runtime, sub->name,
			      sub->name);

	return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

__attribute__((format(printf, 2, 3))) static int make_path(char path[PATH_MAX], const char *format,
							   ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(path, PATH_MAX, format, arguments);
	va_end(arguments);
	return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Makes the folder and those above it, below `runtime`. */
static int make_folders(const char *runtime, const char *below)
{
	char path[PATH_MAX];
	int error = make_path(path, "%s/%s/", runtime, below);

	if (error)
		return error;
	for (char *slash = path + strlen(runtime) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int error = 0;

	if (!file)
		return -errno;
	if (fputs(text, file) < 0)
		error = -EIO;
	if (fclose(file) && !error)
		error = -errno;
	return error;
}

static int make_channel_path(const char *runtime, unsigned int chpid)
{
	char path[PATH_MAX];
	int error = make_path(path, "sys/devices/css0/chp0.%02x", chpid);

	if (!error)
		error = make_folders(runtime, path);
	if (!error)
		error = make_path(path, "%s/sys/devices/css0/chp0.%02x/type", runtime, chpid);
	return error ? error : write_file(path, CHP_TYPE);
}

/* Those that any subchannel has; none is too many. */
static unsigned int count_paths(const struct machine_config *config)
{
	unsigned int most = 1;

	for (size_t i = 0; i < config->count; i++)
		if (config->subchannels[i].paths > most)
			most = config->subchannels[i].paths;
	return most;
}

/* All paths are installed, available and operational. */
static int write_path_files(const char *runtime, const struct machine_subchannel_config *sub)
{
	unsigned int mask = 0xFFu << (PATHS - sub->paths) & 0xFFu;
	char path[PATH_MAX], text[64];
	int error, length = 0;

	snprintf(text, sizeof(text), "%02x %02x ff\n", mask, mask);
	error = make_path(path, "%s/sys/bus/css/devices/%s/pimpampom", runtime, sub->name);
	if (!error)
		error = write_file(path, text);
	for (unsigned int i = 0; i < PATHS; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%02x%c",
				   i < sub->paths ? MACHINE_CHPID + i : 0,
				   i == PATHS - 1 ? '\n' : ' ');
	if (!error)
		error = make_path(path, "%s/sys/bus/css/devices/%s/chpids", runtime, sub->name);
	return error ? error : write_file(path, text);
}

static int make_subchannel(const char *runtime, const struct machine_subchannel_config *sub)
{
	char path[PATH_MAX];
	char target[64];
	int error = make_path(path, "sys/bus/css/devices/%s/%s", sub->name, sub->name);

	if (!error)
		error = make_folders(runtime, path);
	if (!error)
		error = write_path_files(runtime, sub);
	if (!error)
		error = make_path(path, "%s/sys/bus/css/devices/%s/%s/iommu_group", runtime,
				  sub->name, sub->name);
	if (error)
		return error;
	snprintf(target, sizeof(target), "../../../../kernel/iommu_groups/%d", qemu_group(sub));
	unlink(path); /* left by a run that was killed */
	return symlink(target, path) ? -errno : 0;
}

int qemu_sysfs_create(const char *runtime, const struct machine_config *config,
		      struct chanio_error *error)
{
	unsigned int paths = count_paths(config);
	int result = 0;

	for (unsigned int i = 0; i < paths && !result; i++)
		result = make_channel_path(runtime, MACHINE_CHPID + i);
	for (size_t i = 0; i < config->count && !result; i++)
		result = make_subchannel(runtime, &config->subchannels[i]);
	if (!result)
		return 0;
	return chanio_error_set(error, result, "%s: cannot make what QEMU has to see there: %s",
				runtime, strerror(-result));
}

/* Removes a folder and the empty ones above it, up to `runtime`. */
static void remove_folders(const char *runtime, char *path)
{
	size_t stop = strlen(runtime);
	char *slash;

	while (rmdir(path) == 0 && (slash = strrchr(path, '/')) && slash > path + stop)
		*slash = '\0';
}

__attribute__((format(printf, 2, 3))) static void remove_file(const char *runtime,
							      const char *format, ...)
{
	char below[PATH_MAX], path[PATH_MAX];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(below, sizeof(below), format, arguments);
	va_end(arguments);
	if (length >= (int)sizeof(below) || make_path(path, "%s/%s", runtime, below))
		return;
	unlink(path);
	*strrchr(path, '/') = '\0';
	remove_folders(runtime, path);
}

void qemu_sysfs_remove(const char *runtime, const struct machine_config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const char *name = config->subchannels[i].name;

		remove_file(runtime, "sys/bus/css/devices/%s/%s/iommu_group", name, name);
		remove_file(runtime, "sys/bus/css/devices/%s/pimpampom", name);
		remove_file(runtime, "sys/bus/css/devices/%s/chpids", name);
	}
	for (unsigned int i = 0; i < count_paths(config); i++)
		remove_file(runtime, "sys/devices/css0/chp0.%02x/type", MACHINE_CHPID + i);
}
