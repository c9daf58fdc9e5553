/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * For the tests of disks: chains of CCWs given as data, run on a volume in memory; by a channel in
 * miniature (channel_mini.c) or by a subchannel of the real channel subsystem (channel_real.c).
 *
 * Every command is first given with may_wait off. If the device would have to wait, the small
 * channel checks that nothing was put to storage, and gives it again.
 */
#ifndef CHANIO_TESTS_DEVICE_HARNESS_H
#define CHANIO_TESTS_DEVICE_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "arch/types.h"
#include "device/eckd/eckd.h"

#define CD   ARCH_CCW_CD
#define CC   ARCH_CCW_CC
#define SLI  ARCH_CCW_SLI
#define SKIP ARCH_CCW_SKIP

#define TRACK_SIZE 56832u
#define STEPS_MAX  300u
#define NORMAL	   (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)
#define CHECK	   (NORMAL | ARCH_DS_UNIT_CHECK)
#define EXCEPTION  (NORMAL | ARCH_DS_UNIT_EXCEPTION)

/* One CCW. `data`: hexadecimal, spaces allowed, zeros follow up to `count`; of a TIC, nothing. */
struct step {
	uint8_t code;
	uint8_t flags;
	uint16_t count; /* of a TIC: the index of its target */
	const char *data;
};

struct result {
	unsigned int last; /* index of the step that the program ended with */
	uint8_t status;	   /* device status */
	bool length;	   /* ended because of incorrect length */
	uint16_t residual;
	uint8_t sense[32];
	unsigned int waits;	  /* how often the device would have had to wait */
	uint8_t *data[STEPS_MAX]; /* the storage of each step */
};

/* A volume in memory that can fail. */
struct memory_volume {
	struct volume volume;
	struct volume_info info;
	uint8_t **tracks; /* NULL: empty */
	size_t *lengths;
	bool never_ready; /* every access without waiting is -EAGAIN */
	unsigned int reads, writes, flushes;
	unsigned int fail_read, fail_write; /* the n-th from now on, counted from 1; 0: none */
	int error;
};

struct disk {
	struct memory_volume *memory;
	struct eckd *eckd;
	uint8_t path;
	uint8_t attention; /* unsolicited status shown */
	bool stopping;
	bool keeps_sense;	 /* the channel leaves sense data with the device */
	unsigned int stop_after; /* commands, then the program is halted; 0: never */
	bool always_waits;	 /* commands are given with may_wait on at once */
	struct result result;
	void *channel; /* of the real channel */
};

struct volume *memory_volume_create(uint32_t cylinders);

int disk_setup(void **state); /* 3990-6, 200 cylinders, track data announced */
int disk_teardown(void **state);
void disk_open(struct disk *disk, struct volume *volume, const struct eckd_config *config);
void disk_close(struct disk *disk);

/* The channel's: a disk has been made, is going away. */
void channel_attach(struct disk *disk);
void channel_detach(struct disk *disk);
/* The real one cannot be stopped at a given command, and does not count waits. */
extern const bool channel_is_real;

/* Storage for each step, filled; freed. */
void prepare_data(struct result *result, const struct step *steps, unsigned int count);
void free_data(struct result *result);

/* Runs a program; the array's length is counted by the macro. */
struct result *run_steps(struct disk *disk, const struct step *steps, unsigned int count);
#define RUN(disk, ...)                                                                             \
	run_steps(disk, (const struct step[]){__VA_ARGS__},                                        \
		  sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

/* Hexadecimal text to bytes; returns their number. */
size_t bytes_of(const char *text, uint8_t *bytes, size_t size);
/* Asserts that storage begins with these bytes. */
void assert_bytes(const uint8_t *bytes, const char *expected);

/* Asserts how a program ended: with step `last` and this status; and for unit checks the sense. */
void assert_end(const struct result *result, unsigned int last, uint8_t status);
void assert_sense(const struct result *result, unsigned int last, uint8_t byte0, uint8_t byte1,
		  uint8_t message);

/* Formats a track with records 1 to `records` of `size` bytes, their data the pattern of the block.
 */
void format_track(struct disk *disk, uint32_t track, unsigned int records, unsigned int key_length,
		  unsigned int size);
/* The bytes that format_track gives the records' keys and data. */
uint8_t pattern(uint32_t track, unsigned int record, size_t offset);

#endif
