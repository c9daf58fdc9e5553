/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Who answers at the target: a case of its own, run before the others, asks with SENSE ID. */
#include "exerciser/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/test/protocol.h"

#define QEMU_CU_TYPE 0x3832u /* virtio-ccw: a subchannel of QEMU's own */
#define PROGRAM	     CLIENT_MEMORY
#define DATA	     (CLIENT_MEMORY + CLIENT_PAGE)
#define ID_BYTES     256u /* QEMU wants room for all of them */
#define PATIENCE     5000 /* milliseconds */

/* The note that it leaves is read by look_around(). */
static void look(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH |
						       ARCH_ORB_FORMAT_2_IDAW | ARCH_ORB_LPM,
					       PROGRAM);
	const uint8_t *id = client_at(client, DATA);
	struct arch_irb irb;
	long result;
	int error;

	client_put_ccw(client, PROGRAM, ARCH_CCW_SENSE_ID, ARCH_CCW_SLI, ID_BYTES, DATA);
	result = client_start(client, &orb);
	if (result == -EBUSY) { /* an owner before was killed, see leave_idle() */
		EXPECT_RESULT(x, "CLEAR", client_clear(client), (long)CLIENT_COMMAND_SIZE);
		(void)client_wait_irb(client, &irb, PATIENCE);
		result = client_start(client, &orb);
	}
	EXPECT_RESULT(x, "START of SENSE ID", result, (long)CLIENT_IO_SIZE);
	error = client_wait_irb(client, &irb, PATIENCE);
	EXPECT_RESULT(x, "the interrupt of SENSE ID", error, 0);
	exerciser_note(x, "%02x%02x %02x %02x%02x %02x", id[1], id[2], id[3], id[4], id[5], id[6]);
}

static const struct exerciser_case look_case = {
	.id = "look-around",
	.title = "the device says who it is",
	.run = look,
};

/* Whose machine this kernel runs on; s390's own file. */
static bool in_qemu(void)
{
	char line[128];
	bool found = false;
	FILE *file = fopen("/proc/sysinfo", "re");

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		found |= strncmp(line, "Manufacturer:", 13) == 0 && strstr(line, "QEMU");
	fclose(file);
	return found;
}

int look_around(const struct options *options, struct surroundings *surroundings, char *error,
		size_t room)
{
	struct run run = {.options = options, .count = 1};
	struct result *result = calloc(1, sizeof(*result));
	unsigned int cu_type, cu_model, device_type, device_model;

	if (!result)
		return -ENOMEM;
	result->about = &look_case;
	run_isolated(&run, result);
	if (result->outcome != OUTCOME_PASS) {
		snprintf(error, room, "%s", result->message);
		free(result);
		return -EIO;
	}
	if (sscanf(result->notes, "%x %x %x %x", &cu_type, &cu_model, &device_type,
		   &device_model) == 4) {
		surroundings->control_unit = (uint16_t)cu_type;
		snprintf(surroundings->described, sizeof(surroundings->described),
			 "control unit %04X model %02X, device %04X model %02X", cu_type, cu_model,
			 device_type, device_model);
	}
	free(result);
	surroundings->has = EXERCISER_LAST | EXERCISER_CLOSED | EXERCISER_TIMED;
	if (surroundings->control_unit == TESTDEV_CU_TYPE)
		surroundings->has |= EXERCISER_TEST_DEVICE;
	if (surroundings->control_unit != QEMU_CU_TYPE)
		surroundings->has |= EXERCISER_CHANNEL;
	if (options->kind->system_calls)
		surroundings->has |= EXERCISER_SYSTEM_CALLS;
	if (!options->kind->system_calls || !in_qemu())
		surroundings->has |= EXERCISER_DIRECT;
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		surroundings->has |= EXERCISER_SEVERAL_PROCESSORS;
	return 0;
}
