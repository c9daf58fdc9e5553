/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The scriptable device on the css fixture's subchannel, and what it does to its machine. */
#ifndef CHANIO_TESTS_DEVICE_TEST_RIG_H
#define CHANIO_TESTS_DEVICE_TEST_RIG_H

#include "device/test/test.h"
#include "tests/css/fixture.h"

#define SCRIPT_AT 0x8000u /* guest address of the script */
#define RIG_MAX	  64

struct rig {
	struct fixture *f;
	struct testdev *device;
	uint32_t at; /* where the program's next CCW goes */

	/* What the machine was told. */
	unsigned int paths, varies, reports, requests, removes, unsolicited;
	uint8_t path_mask, status;
	bool available;
	uint32_t crw;
	uint64_t when[RIG_MAX]; /* each unsolicited status, in microseconds */
};

#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int rig_setup(void **state);
int rig_teardown(void **state);
/* As rig_setup, with a script from the configuration. */
struct rig *rig_create(const struct testdev_step *steps, size_t count);

/* A new program begins; then CCWs, command-chained but for the last, which run() ends. */
void rig_begin(struct rig *rig);
void rig_ccw(struct rig *rig, uint8_t command, uint8_t flags, uint16_t count, uint32_t address);
/* The program begins with a script (TESTDEV_SCRIPT or TESTDEV_KEEP_SCRIPT). */
void rig_script(struct rig *rig, uint8_t command, const struct testdev_step *steps, size_t count);
/* The chain ends here; START SUBCHANNEL, everything settles. */
void rig_run(struct rig *rig);
/* As rig_run, but only what needs no time. */
void rig_start(struct rig *rig);
/* What is ready is done, time stands still. */
void rig_help(struct rig *rig);

uint64_t rig_now(struct rig *rig); /* microseconds */
/* The figures, through READ COUNTERS. */
struct testdev_figures_seen {
	uint64_t programs, commands, ended, cancelled, selective_resets, unsolicited,
		events_dropped, bytes_written, bytes_read;
} rig_counters(struct rig *rig);

/* BASIC SENSE; into the fixture's storage at DATA, copied to `sense`. */
void rig_sense(struct rig *rig, uint8_t sense[ARCH_SENSE_BYTES]);

#endif
