/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Descriptors for QEMU and the calls on them; see shim.h. */
#include "attach/qemu/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/vfio.h>

#include "attach/qemu/convert.h"
#include "attach/qemu/hold.h"
#include "attach/qemu/layout.h"
#include "attach/qemu/real.h"
#include "attach/qemu/stale.h"
#include "attach/vfio.h"
#include "machine/adapters.h"
#include "machine/machine.h"

#define VFIO_FOLDER    "/dev/vfio/"
#define VFIO_CONTAINER "/dev/vfio/vfio"

enum kind {
	KIND_CONTAINER,
	KIND_GROUP,
	KIND_DEVICE,
};

struct shim_file {
	enum kind kind;
	unsigned int references; /* under table_lock: the table's, and one for each call inside */
	struct vfio_container *container;
	struct vfio_group *group;
	struct vfio_device *device;
	struct machine_subchannel *sub; /* of a device */
};

struct opened {
	struct machine_subchannel *sub;
	struct opened *next;
};

struct shim_file *_Atomic shim_files[SHIM_FDS];

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

static bool active;
static bool client_runs;
static char runtime[PATH_MAX];
static struct machine_config config; /* before the machine exists; empty afterwards */

static pthread_mutex_t machine_lock = PTHREAD_MUTEX_INITIALIZER; /* machine, opened */
static struct machine *machine;
static struct opened *opened;

/* Set-up */

bool shim_is_active(void)
{
	return active;
}

int shim_init(const char *config_path, struct chanio_error *error)
{
	const char *run = getenv(QEMU_ENV_RUN);
	const char *slash = strrchr(config_path, '/');
	int result = stale_init(error);

	if (result)
		return result;
	if (!slash || (size_t)(slash - config_path) >= sizeof(runtime))
		return chanio_error_set(error, -EINVAL, "%s: must be an absolute path",
					config_path);
	memcpy(runtime, config_path, (size_t)(slash - config_path));
	result = machine_config_read(config_path, &config, error);
	if (result)
		return result;
	client_runs = !run || strcmp(run, "worker") != 0;
	active = true;
	return 0;
}

/* The devices behind the groups */

/* Threads start with the machine: not before QEMU has put itself into the background. */
static int machine_start(void)
{
	struct chanio_error error;
	int result;

	if (machine)
		return 0;
	result = machine_create(&config, &machine, &error);
	if (result)
		fprintf(stderr, "chanio: %s\n", error.text);
	return result;
}

static int open_locked(const char *name, struct css_storage *storage,
		       struct machine_subchannel **sub)
{
	struct chanio_error error;
	int result = machine_start();

	if (result)
		return result;
	result = machine_open(machine, name, storage, sub, &error);
	if (result)
		fprintf(stderr, "chanio: %s\n", error.text);
	else
		machine_adapter_set_help(machine_adapter(*sub), client_runs);
	return result;
}

static int backend_open(void *context, int group, const char *name, struct css_storage *storage,
			struct chanio_device **device)
{
	struct opened *entry = malloc(sizeof(*entry));
	int result;

	if (!entry)
		return -ENOMEM;
	pthread_mutex_lock(&machine_lock);
	result = open_locked(name, storage, &entry->sub);
	if (!result) {
		*device = machine_driver(entry->sub);
		entry->next = opened;
		opened = entry;
	}
	pthread_mutex_unlock(&machine_lock);
	if (result)
		free(entry);
	return result;
}

static void backend_close(void *context, struct chanio_device *device)
{
	struct opened **link = &opened;
	struct opened *entry;

	pthread_mutex_lock(&machine_lock);
	while (machine_driver((*link)->sub) != device)
		link = &(*link)->next;
	entry = *link;
	*link = entry->next;
	pthread_mutex_unlock(&machine_lock);
	machine_close(entry->sub);
	free(entry);
}

static int backend_take_event(void *context, int fd, void **event)
{
	return machine_take_event(fd, event);
}

static const struct vfio_backend backend = {
	.open = backend_open,
	.close = backend_close,
	.take_event = backend_take_event,
};

static struct machine_subchannel *find_subchannel(struct vfio_device *device)
{
	struct machine_subchannel *found = NULL;

	pthread_mutex_lock(&machine_lock);
	for (const struct opened *o = opened; o; o = o->next)
		if (machine_driver(o->sub) == vfio_device_driver(device))
			found = o->sub;
	pthread_mutex_unlock(&machine_lock);
	return found;
}

/* Descriptors */

static void file_destroy(struct shim_file *file)
{
	if (file->device && active)
		stale_publish(machine_css(file->sub));
	vfio_device_put(file->device);
	vfio_group_put(file->group);
	vfio_container_put(file->container);
	free(file);
}

/* NULL: closed meanwhile. */
static struct shim_file *file_get(int fd)
{
	struct shim_file *file;

	pthread_mutex_lock(&table_lock);
	file = atomic_load_explicit(&shim_files[fd], memory_order_relaxed);
	if (file)
		file->references++;
	pthread_mutex_unlock(&table_lock);
	return file;
}

static void file_put(struct shim_file *file)
{
	bool last;

	if (!file)
		return;
	pthread_mutex_lock(&table_lock);
	last = --file->references == 0;
	pthread_mutex_unlock(&table_lock);
	if (last)
		file_destroy(file);
}

/* Takes the objects inside `made` over, also when it fails. A descriptor or -errno. */
static int file_install(struct shim_file made)
{
	struct shim_file *file = malloc(sizeof(*file));
	int fd = file ? real_open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
	int error = !file ? -ENOMEM : fd < 0 ? -errno : fd >= SHIM_FDS ? -EMFILE : 0;

	made.references = 1;
	if (error) {
		if (fd >= 0)
			real_close(fd);
		vfio_device_put(made.device);
		vfio_group_put(made.group);
		vfio_container_put(made.container);
		free(file);
		return error;
	}
	*file = made;
	pthread_mutex_lock(&table_lock);
	atomic_store_explicit(&shim_files[fd], file, memory_order_relaxed);
	pthread_mutex_unlock(&table_lock);
	return fd;
}

static struct shim_file *file_take_out(int fd)
{
	struct shim_file *file;

	pthread_mutex_lock(&table_lock);
	file = atomic_load_explicit(&shim_files[fd], memory_order_relaxed);
	atomic_store_explicit(&shim_files[fd], NULL, memory_order_relaxed);
	pthread_mutex_unlock(&table_lock);
	return file;
}

int shim_close(int fd)
{
	/* Out of the table first: the number may be somebody else's as soon as it is closed. */
	struct shim_file *file = file_take_out(fd);
	int error = real_close(fd) ? -errno : 0;

	file_put(file);
	return error;
}

void shim_finish(void)
{
	if (!active)
		return;
	active = false; /* the guest runs no more: nobody needs to know what was written */
	for (int fd = 0; fd < SHIM_FDS; fd++)
		if (shim_is_ours(fd))
			file_put(file_take_out(fd));
	/* What a thread still inside a call keeps open is not closed, but nothing of it is lost. */
	pthread_mutex_lock(&machine_lock);
	if (machine && opened)
		machine_flush(machine);
	pthread_mutex_unlock(&machine_lock);
}

/* Paths */

const char *shim_redirect(const char *path, char buffer[PATH_MAX])
{
	if (strncmp(path, "/sys/bus/css/", 13) != 0 && strncmp(path, "/sys/devices/css", 16) != 0)
		return path;
	if (snprintf(buffer, PATH_MAX, "%s%s", runtime, path) >= PATH_MAX)
		return path;
	/* A host with channel devices of its own keeps them. */
	return faccessat(AT_FDCWD, buffer, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? buffer : path;
}

static bool is_our_group(const char *name, int *group)
{
	char *end;
	long number = strtol(name, &end, 10);

	if (*end || end == name || number < QEMU_GROUP_FIRST || number >= INT_MAX)
		return false;
	*group = (int)number;
	return true;
}

static int open_container(void)
{
	struct shim_file file = {.kind = KIND_CONTAINER};
	int error = vfio_container_create(&file.container);

	return error ? error : file_install(file);
}

static int open_group(int number)
{
	struct shim_file file = {.kind = KIND_GROUP};
	int error = vfio_group_open(&backend, number, &file.group);

	return error ? error : file_install(file);
}

int shim_open(const char *path)
{
	int group;

	if (strncmp(path, VFIO_FOLDER, strlen(VFIO_FOLDER)) != 0)
		return SHIM_NOT_OURS;
	if (strcmp(path, VFIO_CONTAINER) == 0)
		return open_container();
	if (is_our_group(path + strlen(VFIO_FOLDER), &group))
		return open_group(group);
	return SHIM_NOT_OURS;
}

/* Calls */

static int group_set_container(struct vfio_group *group, const int *fd)
{
	struct shim_file *other;
	int result = -EINVAL;

	if (!fd)
		return -EFAULT;
	if (*fd < 0)
		return -EBADF;
	other = shim_is_ours(*fd) ? file_get(*fd) : NULL;
	if (other && other->kind == KIND_CONTAINER)
		result = vfio_group_set_container(group, other->container);
	file_put(other);
	return result;
}

static int group_get_device(struct vfio_group *group, const char *name)
{
	struct shim_file file = {.kind = KIND_DEVICE};
	int error;

	if (!name)
		return -EFAULT;
	error = vfio_group_get_device(group, name, &file.device);
	if (error)
		return error;
	file.sub = find_subchannel(file.device);
	return file_install(file);
}

static int group_ioctl(struct vfio_group *group, unsigned long request, void *argument)
{
	if (request == VFIO_GROUP_SET_CONTAINER)
		return group_set_container(group, argument);
	if (request == VFIO_GROUP_GET_DEVICE_FD)
		return group_get_device(group, argument);
	return vfio_group_ioctl(group, request, argument);
}

int shim_ioctl(int fd, unsigned long request, void *argument)
{
	struct shim_file *file = file_get(fd);
	int result;

	if (!file)
		return -EBADF;
	switch (file->kind) {
	case KIND_CONTAINER:
		result = vfio_container_ioctl(file->container, request, argument);
		break;
	case KIND_GROUP:
		result = group_ioctl(file->group, request, argument);
		break;
	default:
		result = vfio_device_ioctl(file->device, request, argument);
	}
	file_put(file);
	return result;
}

long shim_read(int fd, uint64_t offset, void *buffer, size_t size)
{
	struct shim_file *file = file_get(fd);
	long result = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->kind == KIND_DEVICE) {
		result = vfio_device_read(file->device, offset, buffer, size);
		if (result > 0)
			convert_to_qemu(offset, buffer, (size_t)result);
		/* After the IRB was taken: what it reports as done is then in the list. */
		if (offset >> CHANIO_REGION_SHIFT == CHANIO_REGION_IO)
			stale_publish(machine_css(file->sub));
	}
	file_put(file);
	return result;
}

static long device_write(const struct shim_file *file, uint64_t offset, const void *buffer,
			 size_t size)
{
	uint8_t copy[CONVERT_SIZE_MAX];
	long result;

	if (size <= sizeof(copy)) {
		memcpy(copy, buffer, size);
		convert_from_qemu(offset, copy, size);
		buffer = copy;
	}
	if (!client_runs)
		return vfio_device_write(file->device, offset, buffer, size);
	hold_begin();
	result = vfio_device_write(file->device, offset, buffer, size);
	machine_adapter_help(machine_adapter(file->sub));
	hold_end();
	return result;
}

long shim_write(int fd, uint64_t offset, const void *buffer, size_t size)
{
	struct shim_file *file = file_get(fd);
	long result = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->kind == KIND_DEVICE)
		result = device_write(file, offset, buffer, size);
	file_put(file);
	return result;
}
