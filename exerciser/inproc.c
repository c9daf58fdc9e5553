/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The target that is in this process: the driver core over the emulated channel subsystem, reached
 * through the VFIO calls that every attachment uses. The machine has one test device, or what a
 * configuration file says.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "attach/vfio.h"
#include "exerciser/exerciser.h"
#include "machine/adapters.h"
#include "machine/machine.h"

#define NAME	  "inproc"
#define GROUP	  1
#define DEVICE	  "0.0.f000"
#define NAME_ROOM 256u

struct inproc {
	struct machine *machine;
	struct vfio_backend backend;
	char device[NAME_ROOM];
	pthread_mutex_t lock; /* sub */
	struct machine_subchannel *sub;
};

enum kind { KIND_CONTAINER, KIND_GROUP, KIND_DEVICE };

struct inproc_file {
	enum kind kind;
	struct vfio_container *container;
	struct vfio_group *group;
	struct vfio_device *device;
};

/* What stands behind the group. */

static int backend_open(void *context, int group, const char *name, struct css_storage *storage,
			struct chanio_device **device)
{
	struct inproc *mine = context;
	struct chanio_error error = {.text = ""};
	struct machine_subchannel *sub;
	int result = machine_open(mine->machine, name, storage, &sub, &error);

	if (result)
		return result;
	pthread_mutex_lock(&mine->lock);
	mine->sub = sub;
	pthread_mutex_unlock(&mine->lock);
	*device = machine_driver(sub);
	return 0;
}

static void backend_close(void *context, struct chanio_device *device)
{
	struct inproc *mine = context;
	struct machine_subchannel *sub;

	pthread_mutex_lock(&mine->lock);
	sub = mine->sub;
	mine->sub = NULL;
	pthread_mutex_unlock(&mine->lock);
	machine_close(sub);
}

static int backend_take_event(void *context, int fd, void **event)
{
	return machine_take_event(fd, event);
}

/* The client's files. */

static int make_file(enum kind kind, struct inproc_file **file)
{
	*file = calloc(1, sizeof(**file));
	if (!*file)
		return -ENOMEM;
	(*file)->kind = kind;
	return 0;
}

static int inproc_open(void *target, enum client_node node, void **file)
{
	struct inproc *mine = target;
	struct inproc_file *made;
	int result = make_file(node == CLIENT_CONTAINER ? KIND_CONTAINER : KIND_GROUP, &made);

	if (result)
		return result;
	if (node == CLIENT_CONTAINER)
		result = vfio_container_create(&made->container);
	else
		result = vfio_group_open(&mine->backend, GROUP, &made->group);
	if (result)
		free(made);
	else
		*file = made;
	return result;
}

static int inproc_set_container(void *target, void *group, void *container)
{
	const struct inproc_file *one = group, *other = container;

	return vfio_group_set_container(one->group, other->container);
}

static int inproc_get_device(void *target, void *group, const char *name, void **file)
{
	const struct inproc_file *of = group;
	struct inproc_file *made;
	int result = make_file(KIND_DEVICE, &made);

	if (result)
		return result;
	result = vfio_group_get_device(of->group, name, &made->device);
	if (result)
		free(made);
	else
		*file = made;
	return result;
}

static void inproc_close(void *target, void *file)
{
	struct inproc_file *mine = file;

	vfio_device_put(mine->device);
	vfio_group_put(mine->group);
	vfio_container_put(mine->container);
	free(mine);
}

static int inproc_ioctl(void *target, void *file, unsigned long request, void *argument)
{
	struct inproc_file *mine = file;

	switch (mine->kind) {
	case KIND_CONTAINER:
		return vfio_container_ioctl(mine->container, request, argument);
	case KIND_GROUP:
		return vfio_group_ioctl(mine->group, request, argument);
	default:
		return vfio_device_ioctl(mine->device, request, argument);
	}
}

static long inproc_read(void *target, void *file, uint64_t offset, void *to, size_t size)
{
	return vfio_device_read(((struct inproc_file *)file)->device, offset, to, size);
}

static long inproc_write(void *target, void *file, uint64_t offset, const void *from, size_t size)
{
	return vfio_device_write(((struct inproc_file *)file)->device, offset, from, size);
}

static void inproc_figures(void *target, void *file, struct client_figures *figures)
{
	const struct inproc_file *mine = file;
	struct chanio_device_stats stats;

	_Static_assert(CLIENT_TIMES == CHANIO_TIME_BUCKETS, "one for one");
	chanio_device_get_stats(vfio_device_driver(mine->device), &stats);
	*figures = (struct client_figures){
		.starts = stats.starts,
		.halts = stats.halts,
		.clears = stats.clears,
		.unread_lost = stats.irbs_lost,
		.processing_max = stats.processing_max,
	};
	for (unsigned int i = 0; i < CLIENT_TIMES; i++) {
		figures->processing[i].below = chanio_time_limit(i);
		figures->processing[i].count = stats.processing_times[i];
	}
}

static const struct client_ops inproc_ops = {
	.size = sizeof(inproc_ops),
	.open = inproc_open,
	.set_container = inproc_set_container,
	.get_device = inproc_get_device,
	.close = inproc_close,
	.ioctl = inproc_ioctl,
	.read = inproc_read,
	.write = inproc_write,
	.figures = inproc_figures,
};

/* The target. */

static bool inproc_matches(const char *target)
{
	size_t length = strlen(NAME);

	return strncmp(target, NAME, length) == 0 && (!target[length] || target[length] == ':');
}

static int builtin_config(struct machine_config *config, struct chanio_error *error)
{
	struct machine_subchannel_config sub;
	int result;

	machine_subchannel_config_init(&sub);
	result = machine_subchannel_config_name(&sub, DEVICE, error);
	if (!result)
		result = machine_subchannel_config_set(&sub, "device", "test", error);
	if (!result)
		result = machine_config_add(config, &sub, error);
	machine_subchannel_config_finish(&sub);
	return result;
}

/* "inproc", or "inproc:FILE[:NAME]". */
static int read_config(struct inproc *mine, const char *target, struct machine_config *config,
		       struct chanio_error *error)
{
	const char *file = target + strlen(NAME), *colon;
	char path[4096];
	int result;

	if (!*file) {
		snprintf(mine->device, sizeof(mine->device), "%s", DEVICE);
		return builtin_config(config, error);
	}
	file++;
	colon = strrchr(file, ':');
	if (colon && !strchr(colon, '/')) {
		snprintf(path, sizeof(path), "%.*s", (int)(colon - file), file);
		snprintf(mine->device, sizeof(mine->device), "%s", colon + 1);
	} else {
		snprintf(path, sizeof(path), "%s", file);
	}
	result = machine_config_read(path, config, error);
	if (!result && !mine->device[0] && config->count)
		snprintf(mine->device, sizeof(mine->device), "%s", config->subchannels[0].name);
	return result;
}

static int inproc_target_open(const char *target, struct client_target *client, char *message,
			      size_t room)
{
	struct inproc *mine = calloc(1, sizeof(*mine));
	struct machine_config config = {.count = 0};
	struct chanio_error error = {.text = "no memory"};
	int result = mine ? read_config(mine, target, &config, &error) : -ENOMEM;

	if (!result)
		result = machine_create(&config, &mine->machine, &error);
	if (result) {
		snprintf(message, room, "%s", error.text);
		machine_config_finish(&config);
		free(mine);
		return result;
	}
	pthread_mutex_init(&mine->lock, NULL);
	mine->backend = (struct vfio_backend){
		.context = mine,
		.open = backend_open,
		.close = backend_close,
		.take_event = backend_take_event,
	};
	*client = (struct client_target){&inproc_ops, mine, mine->device};
	return 0;
}

static void inproc_target_close(struct client_target *client)
{
	struct inproc *mine = client->context;

	machine_destroy(mine->machine);
	pthread_mutex_destroy(&mine->lock);
	free(mine);
	client->context = NULL;
}

static void inproc_driver(const char *target, char *name, size_t room)
{
	snprintf(name, room, "chanio");
}

const struct exerciser_target_kind exerciser_inproc = {
	.name = "inproc[:FILE[:NAME]]",
	.summary = "this program's own driver over a test device, or over the subchannel NAME of\n"
		   "\t\t\tthe machine configuration FILE (the default target)",
	.matches = inproc_matches,
	.open = inproc_target_open,
	.close = inproc_target_close,
	.driver = inproc_driver,
};
