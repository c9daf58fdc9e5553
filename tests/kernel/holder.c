/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A client for tests/kernel/life: has the device open, perhaps with a program at the subchannel,
 * until it is asked for it or killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/client.h"
#include "exerciser/exerciser.h"

#define PROGRAM CLIENT_MEMORY
#define DATA	(CLIENT_MEMORY + 0x1000)
#define SECOND	1000 /* milliseconds */

static int fail(const char *what, long result)
{
	printf("%s: %ld\n", what, result);
	return 1;
}

static long start(struct client *client, uint8_t flags, uint32_t control)
{
	const uint32_t usual = ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH | ARCH_ORB_FORMAT_2_IDAW |
			       0xFFu << ARCH_ORB_LPM_SHIFT;
	struct arch_orb orb = client_orb(usual | control, PROGRAM);

	client_put_ccw(client, PROGRAM, ARCH_CCW_SENSE_ID, flags | ARCH_CCW_SLI, 256, DATA);
	return client_start(client, &orb);
}

/* One program from START to its status. */
static int once(struct client *client)
{
	struct arch_irb irb;
	long result = start(client, 0, 0);

	if (result != CLIENT_IO_SIZE)
		return fail("START", result);
	result = client_wait_irb(client, &irb, 5 * SECOND);
	if (result)
		return fail("no interruption", result);
	if (irb.scsw.subchannel_status || !(irb.scsw.device_status & ARCH_DS_DEVICE_END))
		return fail("status", irb.scsw.device_status << 8 | irb.scsw.subchannel_status);
	return 0;
}

/* Until the device is asked for. */
static int stream(struct client *client)
{
	while (client_wait(client, CLIENT_IRQ_REQ, 0) < 0)
		if (once(client))
			return 1;
	return 0;
}

static int hold(struct client *client, const char *mode)
{
	long result;

	if (!strcmp(mode, "once"))
		return once(client);
	if (!strcmp(mode, "stream")) {
		puts("ready");
		return stream(client);
	}
	if (!strcmp(mode, "pending")) {
		result = start(client, ARCH_CCW_SUSPEND, ARCH_ORB_SUSPEND);
		if (result != CLIENT_IO_SIZE)
			return fail("START", result);
	}
	puts("ready");
	result = client_wait(client, CLIENT_IRQ_REQ, 60 * SECOND);
	if (result < 1)
		return fail("nobody asked for the device", result);
	client_sleep(SECOND); /* whoever asks waits */
	puts("asked");
	return 0;
}

int main(int argc, char **argv)
{
	struct client_target target;
	struct client client;
	char error[256];
	int result;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 3)
		return 2;
	if (exerciser_vfio.open(argv[1], &target, error, sizeof(error)))
		return fail(error, -1);
	result = client_init(&client, &target);
	if (!result)
		result = client_open(&client);
	if (result)
		return fail("open", result);
	result = hold(&client, argv[2]);
	client_finish(&client);
	exerciser_vfio.close(&target);
	return result;
}
