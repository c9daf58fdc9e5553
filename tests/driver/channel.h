/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A channel written from the architecture alone (channel-io.md sections 6 to 9), that runs either
 * the guest's program from guest storage or the driver's translation of it, with the same imagined
 * device behind. What it did must be the same: that is what translation promises.
 */
#ifndef CHANIO_TESTS_DRIVER_CHANNEL_H
#define CHANIO_TESTS_DRIVER_CHANNEL_H

#include "tests/driver/fake.h"

#define CHANNEL_LOG 4096u

/* What the device does with one command. */
struct channel_device {
	bool immediate;	      /* channel end at once, no data */
	bool status_modifier; /* with device end */
	uint32_t bytes;	      /* that it has or wants */
};

struct channel {
	struct fake *fake;
	bool host; /* runs the translation: CCWs in channel memory, data at bus addresses */
	uint32_t orb_control;
	struct channel_device (*device)(uint64_t seed, unsigned int command);
	uint64_t seed;

	/* Out: what happened, data addresses as the guest's */
	struct {
		enum { CHANNEL_COMMAND, CHANNEL_DATA } kind;
		uint32_t command; /* command << 8 | flags without IDA and MIDA */
		uint64_t address; /* of the data; for a command its count */
		uint32_t length;
	} log[CHANNEL_LOG];
	unsigned int logged, commands;
	uint8_t subchannel_status;
	uint32_t ccw_address;
	bool cut; /* ran for longer than one wants to look */
};

void channel_run(struct channel *channel, uint32_t program);
/* Prints both where they differ first; true: the same. */
bool channel_same(const struct channel *guest, const struct channel *host);

#endif
