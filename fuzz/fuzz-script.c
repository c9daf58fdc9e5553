/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The scriptable device: scripts in the configuration (as text, or as the steps that text becomes)
 * and in channel programs, under a client that starts, halts, clears, resets, closes, unmaps.
 *
 *   0    0x80 the configuration has a script as text: two bytes of length, text; 0x40 as steps: a
 *        count, steps; the low bits: the seed
 *        then a number of operations, the operations, low guest memory from address 0 on
 */
#include <stdlib.h>

#include "fuzz/harness.h"

#define PROGRAM_SHIFT 8 /* programs begin at multiples of 256 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum option {
	TEXT = 0x80,
	STEPS = 0x40,
};

struct client {
	struct fuzz_machine machine;
	struct fuzz_input input;
	bool open;
	bool mapped;
};

/* How many steps; 0: the text is no script. */
static size_t parse_text(struct fuzz_input *input, struct testdev_step *steps)
{
	size_t length = (size_t)fuzz_byte(input) << 8, count = 0, wrong;
	struct chanio_error error = {""};
	char *text;
	int result;

	length |= fuzz_byte(input);
	if (length > input->left)
		length = input->left;
	text = calloc(1, length + 1); /* of the exact size: too much shows */
	FUZZ_CHECK(text);
	fuzz_bytes(input, text, length);
	result = testdev_script_parse(text, steps, &count, &error);
	free(text);
	FUZZ_CHECK(count <= TESTDEV_STEPS_MAX);
	if (result == 0) {
		FUZZ_CHECK(testdev_script_check(steps, count, &wrong) == 0);
		return count;
	}
	FUZZ_CHECK(error.text[0] && memchr(error.text, 0, sizeof(error.text)));
	return 0;
}

static size_t take_steps(struct fuzz_input *input, struct testdev_step *steps)
{
	size_t count = fuzz_byte(input), wrong;

	fuzz_bytes(input, steps, count * sizeof(*steps));
	if (testdev_script_check(steps, count, &wrong) == 0)
		return count;
	FUZZ_CHECK(count == 0 || wrong < count);
	return 0;
}

static void create(struct client *client)
{
	struct fuzz_machine_config config = {.device = FUZZ_TEST};
	struct testdev_step *steps = calloc(TESTDEV_STEPS_MAX, sizeof(*steps));
	uint8_t options = fuzz_byte(&client->input);

	FUZZ_CHECK(steps);
	config.seed = options;
	config.steps = steps;
	if (options & TEXT)
		config.step_count = parse_text(&client->input, steps);
	else if (options & STEPS)
		config.step_count = take_steps(&client->input, steps);
	fuzz_machine_create(&client->machine, &config);
	free(steps);
}

static void start(struct client *client, uint8_t operand)
{
	uint8_t more = fuzz_byte(&client->input);
	struct arch_orb orb = {
		.control = arch_put32(
			ARCH_ORB_FORMAT_1 | ARCH_ORB_FORMAT_2_IDAW |
			(uint32_t)(more & 0xC0 ? more & 0xC0 : 0xC0) << ARCH_ORB_LPM_SHIFT |
			(more & 1 ? ARCH_ORB_PREFETCH : 0) | (more & 2 ? ARCH_ORB_SUSPEND : 0)),
		.program_address = arch_put32((uint32_t)operand << PROGRAM_SHIFT),
	};

	fuzz_machine_start_program(&client->machine, &orb);
}

static void read_report(struct client *client)
{
	struct chanio_crw_region region;

	chanio_device_read(client->machine.driver,
			   (uint64_t)CHANIO_REGION_CRW << CHANIO_REGION_SHIFT, &region,
			   sizeof(region));
}

static void operate(struct client *client)
{
	uint8_t operation = fuzz_byte(&client->input), operand = operation >> 4;
	struct fuzz_machine *machine = &client->machine;

	switch (operation & 0x0F) {
	case 0:
	case 1:
		start(client, operand);
		break;
	case 2:
		fuzz_machine_command(machine, CHANIO_COMMAND_HALT);
		break;
	case 3:
		fuzz_machine_command(machine, CHANIO_COMMAND_CLEAR);
		break;
	case 4:
		if (client->open)
			chanio_device_reset(machine->driver);
		break;
	case 5:
		fuzz_machine_toggle_memory(&client->machine, &client->mapped);
		break;
	case 6:
		fuzz_machine_toggle_open(&client->machine, &client->open);
		break;
	case 7:
		css_subchannel_attention(machine->subchannel, fuzz_byte(&client->input));
		break;
	case 8:
		read_report(client);
		break;
	case 9:
	case 10:
		fuzz_machine_read_irb(machine);
		break;
	case 11:
		css_subchannel_io_reset(machine->subchannel);
		break;
	default:
		fuzz_machine_run(machine, 1u + operand);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client client = {.input = {data, size}, .open = true, .mapped = true};
	struct fuzz_input memory;
	size_t operations;

	create(&client);
	operations = fuzz_byte(&client.input);
	/* Operations and memory are parts of their own: an operation more moves no program. */
	memory = client.input;
	if (memory.left > operations) {
		memory.at += operations;
		memory.left -= operations;
		client.input.left = operations;
		fuzz_bytes(&memory, client.machine.memory, FUZZ_LOW_SIZE);
	}
	FUZZ_CHECK(chanio_device_open(client.machine.driver) == 0);
	fuzz_machine_arm(&client.machine);
	while (client.input.left > 0)
		operate(&client);
	if (client.open)
		fuzz_machine_clear_ends_it(&client.machine);
	fuzz_machine_destroy(&client.machine, client.open);
	return 0;
}
