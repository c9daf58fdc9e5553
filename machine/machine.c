/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A machine from its configuration: opens an image and puts a 3390 on it, or makes the scriptable
 * device; a subchannel over that and a driver instance on top. Writes back what open images hold
 * every few seconds.
 */
#include "machine/machine.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/eckd/eckd.h"
#include "device/hold/hold.h"
#include "machine/adapters.h"
#include "machine/testdev.h"

#define FLUSH_NANOSECONDS (MACHINE_FLUSH_SECONDS * 1000000000ull)

/* Disks of one control unit differ in the device number's last two figures. */
#define SUBSYSTEM_MASK 0xFF00

struct machine_subchannel {
	struct machine *machine;
	const struct machine_subchannel_config *config;
	struct machine_subchannel *next;
	struct eckd *eckd;	 /* this */
	struct testdev *testdev; /* or this */
	bool connected;
	struct hold *hold; /* in front of it, or NULL */
	/* What the subchannel sees. */
	const struct css_control_unit_ops *ops;
	void *device;
	struct machine_adapter *adapter;
	/* The periodic flush: the timer kicks the job, the job flushes and sets the timer again. */
	pthread_mutex_t flush_lock; /* stopping, and setting the timer */
	bool stopping;
	struct css_job *flush_job;
	struct css_timer *flush_timer;
};

struct machine {
	struct machine_config config;
	struct css_executor *executor;
	pthread_mutex_t lock; /* the list */
	struct machine_subchannel *open;
};

int machine_create(struct machine_config *config, struct machine **result,
		   struct chanio_error *error)
{
	struct machine *machine = calloc(1, sizeof(*machine));
	int code;

	if (!machine)
		return chanio_error_set(error, -ENOMEM, "no memory");
	code = css_executor_create_threads(&machine->executor);
	if (code) {
		free(machine);
		return chanio_error_set(error, code, "cannot start the channel subsystem: %s",
					strerror(-code));
	}
	pthread_mutex_init(&machine->lock, NULL);
	machine->config = *config;
	*config = (struct machine_config){0};
	*result = machine;
	return 0;
}

void machine_destroy(struct machine *machine)
{
	if (!machine)
		return;
	while (machine->open)
		machine_close(machine->open);
	css_executor_destroy(machine->executor);
	pthread_mutex_destroy(&machine->lock);
	machine_config_finish(&machine->config);
	free(machine);
}

/* The periodic flush */

static int flush(struct machine_subchannel *sub)
{
	int error = sub->eckd ? eckd_flush(sub->eckd) : 0;

	if (error)
		fprintf(stderr, "chanio: %s: %s: cannot write back, data may be lost: %s\n",
			sub->config->name, sub->config->image, strerror(-error));
	return error;
}

static bool flush_run(void *context, bool may_wait)
{
	struct machine_subchannel *sub = context;

	if (!may_wait)
		return true;
	flush(sub);
	pthread_mutex_lock(&sub->flush_lock);
	if (!sub->stopping)
		css_timer_set(sub->flush_timer, FLUSH_NANOSECONDS);
	pthread_mutex_unlock(&sub->flush_lock);
	return false;
}

static void flush_due(void *context)
{
	struct machine_subchannel *sub = context;

	css_job_kick(sub->flush_job);
}

static int start_flushing(struct machine_subchannel *sub)
{
	struct css_executor *executor = sub->machine->executor;
	int error;

	if (!sub->eckd || sub->config->read_only || sub->config->cache != VOLUME_WRITEBACK)
		return 0;
	error = css_job_create(executor, flush_run, sub, &sub->flush_job);
	if (!error)
		error = css_timer_create(executor, flush_due, sub, &sub->flush_timer);
	if (!error)
		css_timer_set(sub->flush_timer, FLUSH_NANOSECONDS);
	return error;
}

/* The job sets the timer and the timer kicks the job: first neither sets the other off again. */
static void stop_flushing(struct machine_subchannel *sub)
{
	pthread_mutex_lock(&sub->flush_lock);
	sub->stopping = true;
	pthread_mutex_unlock(&sub->flush_lock);
	if (sub->flush_timer)
		css_timer_destroy(sub->flush_timer);
	if (sub->flush_job)
		css_job_destroy(sub->flush_job);
	pthread_mutex_destroy(&sub->flush_lock);
}

int machine_flush(struct machine *machine)
{
	int first = 0;

	pthread_mutex_lock(&machine->lock);
	for (struct machine_subchannel *sub = machine->open; sub; sub = sub->next) {
		int error = flush(sub);

		first = first ? first : error;
	}
	pthread_mutex_unlock(&machine->lock);
	return first;
}

/* Opening */

static int open_disk(struct machine_subchannel *sub, struct chanio_error *error)
{
	struct eckd_config config = {
		.control_unit = sub->config->control_unit,
		.device_number = sub->config->device_number,
		.subsystem_id = sub->config->device_number & SUBSYSTEM_MASK,
		.track_data = sub->config->track_data,
	};
	int result = machine_open_volume(sub->config, &config.volume, error);

	if (result)
		return result;
	result = eckd_create(&config, &sub->eckd, error);
	if (result) {
		volume_close(config.volume);
		return result;
	}
	sub->ops = &eckd_ops;
	sub->device = sub->eckd;
	return 0;
}

static int open_device(struct machine_subchannel *sub, struct chanio_error *error)
{
	int result;

	if (sub->config->device == MACHINE_TEST) {
		result = machine_testdev_create(sub->config, sub->machine->executor, &sub->testdev,
						error);
		sub->ops = &testdev_ops;
		sub->device = sub->testdev;
	} else {
		result = open_disk(sub, error);
	}
	if (result || !sub->config->hold)
		return result;
	if (hold_create(sub->ops, sub->device, sub->config->hold, &sub->hold))
		return chanio_error_set(error, -ENOMEM, "no memory");
	sub->ops = &hold_ops;
	sub->device = sub->hold;
	return 0;
}

static int open_subchannel(struct machine_subchannel *sub, struct css_storage *storage,
			   struct chanio_error *error)
{
	struct machine_adapter_config config = {
		.executor = sub->machine->executor,
		.storage = storage,
		.device_number = sub->config->device_number,
		.device_ops = sub->ops,
		.device = sub->device,
	};
	int result;

	for (unsigned int i = 0; i < sub->config->paths; i++) {
		config.chpid[i] = (uint8_t)(MACHINE_CHPID + i);
		config.path_installed |= (uint8_t)(0x80 >> i);
	}
	result = machine_adapter_create(&config, &sub->adapter);
	if (!result)
		result = start_flushing(sub);
	if (!result && sub->testdev)
		result = testdev_connect(sub->testdev, &machine_testdev_ops, sub->adapter);
	sub->connected = !result && sub->testdev;
	if (!result)
		return 0;
	return chanio_error_set(error, result, "%s: cannot make the subchannel: %s",
				sub->config->name, strerror(-result));
}

static void close_parts(struct machine_subchannel *sub)
{
	stop_flushing(sub);
	if (sub->connected)
		testdev_disconnect(sub->testdev);
	machine_adapter_destroy(sub->adapter);
	hold_destroy(sub->hold);
	testdev_destroy(sub->testdev);
	eckd_destroy(sub->eckd);
	free(sub);
}

static const struct machine_subchannel_config *find_config(const struct machine *machine,
							   const char *name)
{
	for (size_t i = 0; i < machine->config.count; i++)
		if (strcmp(machine->config.subchannels[i].name, name) == 0)
			return &machine->config.subchannels[i];
	return NULL;
}

static bool is_open(const struct machine *machine, const struct machine_subchannel_config *config)
{
	for (const struct machine_subchannel *sub = machine->open; sub; sub = sub->next)
		if (sub->config == config)
			return true;
	return false;
}

static int open_locked(struct machine *machine, const struct machine_subchannel_config *config,
		       struct css_storage *storage, struct machine_subchannel **result,
		       struct chanio_error *error)
{
	struct machine_subchannel *sub;
	int code;

	if (is_open(machine, config))
		return chanio_error_set(error, -EBUSY, "%s: is in use already", config->name);
	sub = calloc(1, sizeof(*sub));
	if (!sub)
		return chanio_error_set(error, -ENOMEM, "no memory");
	pthread_mutex_init(&sub->flush_lock, NULL);
	sub->machine = machine;
	sub->config = config;
	code = open_device(sub, error);
	if (!code)
		code = open_subchannel(sub, storage, error);
	if (code) {
		close_parts(sub);
		return code;
	}
	sub->next = machine->open;
	machine->open = sub;
	*result = sub;
	return 0;
}

int machine_open(struct machine *machine, const char *name, struct css_storage *storage,
		 struct machine_subchannel **sub, struct chanio_error *error)
{
	const struct machine_subchannel_config *config = find_config(machine, name);
	int result;

	if (!config)
		return chanio_error_set(error, -ENODEV,
					"%s: the configuration has no such subchannel", name);
	pthread_mutex_lock(&machine->lock);
	result = open_locked(machine, config, storage, sub, error);
	pthread_mutex_unlock(&machine->lock);
	return result;
}

void machine_close(struct machine_subchannel *sub)
{
	struct machine *machine;
	struct machine_subchannel **link;

	if (!sub)
		return;
	machine = sub->machine;
	pthread_mutex_lock(&machine->lock);
	for (link = &machine->open; *link != sub; link = &(*link)->next)
		assert(*link);
	*link = sub->next;
	pthread_mutex_unlock(&machine->lock);
	close_parts(sub);
}

struct chanio_device *machine_driver(struct machine_subchannel *sub)
{
	return machine_adapter_driver(sub->adapter);
}

struct css_subchannel *machine_css(struct machine_subchannel *sub)
{
	return machine_adapter_subchannel(sub->adapter);
}

struct machine_adapter *machine_adapter(struct machine_subchannel *sub)
{
	return sub->adapter;
}

int machine_take_event(int fd, void **event)
{
	static const char wanted[] = "anon_inode:[eventfd]";
	char path[64], target[sizeof(wanted)];
	ssize_t length;

	if (fcntl(fd, F_GETFD) < 0)
		return -EBADF;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, target, sizeof(target));
	if (length != sizeof(wanted) - 1 || memcmp(target, wanted, sizeof(wanted) - 1) != 0)
		return -EINVAL;
	*event = machine_event_create(fd);
	return *event ? 0 : -errno;
}
