/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A machine: subchannels with their devices, volumes and driver instances, made from a
 * configuration (INI, one section for each subchannel; man page chanio-machine.conf(5)).
 */
#ifndef CHANIO_MACHINE_MACHINE_H
#define CHANIO_MACHINE_MACHINE_H

#include "common/error.h"
#include "css/subchannel.h"
#include "driver/device.h"
#include "volume/volume.h"

#define MACHINE_SUBCHANNELS_MAX 256
/* The first channel path; others have the next numbers. Every disk is on this one alone. */
#define MACHINE_CHPID 0x80

struct machine;
struct machine_adapter;
struct machine_subchannel;

enum machine_device {
	MACHINE_DASD, /* a disk with an image */
	MACHINE_TEST, /* the scriptable device (device/test/test.h) */
};

/* One section, checked. Strings belong to the configuration. */
struct machine_subchannel_config {
	char name[16];		/* section name after "subchannel": "0.0.0120", lower case */
	uint8_t subchannel_set; /* 0 to 3, the second figure of the name */
	uint16_t device_number;
	enum machine_device device;
	uint8_t paths; /* channel paths, 1 to 8 */
	/* Of a disk: */
	char *image;
	bool read_only;
	enum volume_cache cache;
	uint8_t control_unit; /* enum eckd_control_unit */
	bool track_data;
	char *model;	      /* NULL, or what the image must be */
	const char *disk_key; /* NULL, or a key that only a disk has and that was set */
	/* Of the scriptable device: */
	char *script; /* NULL, or what it does, as text */
	uint16_t cu_type;
	/* Of both: */
	bool plugged; /* false: made ready, but the guest gets it by hot plug only */
	char *hold;   /* NULL, or for tests: while this file exists the device answers nothing */
	int line;     /* where the section begins */
};

struct machine_config {
	struct machine_subchannel_config *subchannels;
	size_t count;
};

/* An entry with every choice at its default, and its end. */
void machine_subchannel_config_init(struct machine_subchannel_config *sub);
void machine_subchannel_config_finish(struct machine_subchannel_config *sub);
/* Sets name, subchannel set and number from "0.0.0120", "0120". -EINVAL with what was expected. */
int machine_subchannel_config_name(struct machine_subchannel_config *sub, const char *name,
				   struct chanio_error *error);
/* Sets one key as the configuration file has it; -EINVAL with what was expected. */
int machine_subchannel_config_set(struct machine_subchannel_config *sub, const char *key,
				  const char *value, struct chanio_error *error);

/* Reads and checks; errors name file, line, and what was expected. */
int machine_config_read(const char *path, struct machine_config *config,
			struct chanio_error *error);
/* One more entry (copied), for example from a command line; the same checks. */
int machine_config_add(struct machine_config *config, const struct machine_subchannel_config *sub,
		       struct chanio_error *error);
/* Writes a file that machine_config_read() understands. */
int machine_config_write(const char *path, const struct machine_config *config,
			 struct chanio_error *error);
void machine_config_finish(struct machine_config *config);

/* Takes the configuration over. No image is opened yet. */
int machine_create(struct machine_config *config, struct machine **machine,
		   struct chanio_error *error);
void machine_destroy(struct machine *machine); /* closes every image, flushed */

/*
 * Opens the image of the named subchannel if it is a disk, makes its device, subchannel and driver
 * instance, and connects them to the storage. -ENODEV: no such name; -EBUSY: open already; others
 * from the image.
 */
int machine_open(struct machine *machine, const char *name, struct css_storage *storage,
		 struct machine_subchannel **sub, struct chanio_error *error);
void machine_close(struct machine_subchannel *sub);

/*
 * Writes back what every open image holds; errors go to stderr with the image's name, the first is
 * returned. Open images do this every MACHINE_FLUSH_SECONDS by themselves.
 */
#define MACHINE_FLUSH_SECONDS 5
int machine_flush(struct machine *machine);

/* A client's eventfd as the driver's platform wants it; a duplicate. -EBADF, -EINVAL (no eventfd).
 */
int machine_take_event(int fd, void **event);

/* Opens the image of an entry and compares it with what the entry says; nothing is changed. */
int machine_open_volume(const struct machine_subchannel_config *config, struct volume **volume,
			struct chanio_error *error);

struct chanio_device *machine_driver(struct machine_subchannel *sub);
struct css_subchannel *machine_css(struct machine_subchannel *sub);
/* For helping (machine/adapters.h). */
struct machine_adapter *machine_adapter(struct machine_subchannel *sub);

#endif
