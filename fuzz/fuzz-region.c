/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A client that does anything in any order: region reads and writes of every offset and size,
 * resets, events, unmaps, opens and closes, and beneath it a device and paths that come and go. The
 * input is a sequence of operations, each a byte and its operands.
 */
#include <stdlib.h>

#include "fuzz/harness.h"

#define OPERATIONS_MAX 256 /* in one input, so that each ends soon */
#define RUN_STEPS      32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct client {
	struct fuzz_machine machine;
	struct fuzz_input input;
	bool open;
	bool mapped;
};

static void do_read(struct client *client)
{
	uint64_t offset = fuzz_word(&client->input) & 0x1FFF;
	size_t size = fuzz_byte(&client->input);
	uint8_t *buffer = malloc(size ? size : 1); /* of the exact size: too much shows */
	long result;

	FUZZ_CHECK(buffer);
	result = chanio_device_read(client->machine.driver, offset, buffer, size);
	FUZZ_CHECK(result <= (long)size);
	free(buffer);
}

static void do_write(struct client *client)
{
	uint64_t offset = fuzz_word(&client->input) & 0x1FFF;
	size_t size = fuzz_byte(&client->input);
	uint8_t *buffer = malloc(size ? size : 1);
	long result;

	FUZZ_CHECK(buffer);
	fuzz_bytes(&client->input, buffer, size);
	result = chanio_device_write(client->machine.driver, offset, buffer, size);
	FUZZ_CHECK(result <= (long)size);
	free(buffer);
}

/* A whole START, so that the fuzzer need not guess the size of the region. */
static void do_start(struct client *client)
{
	struct arch_orb orb;

	fuzz_bytes(&client->input, &orb, sizeof(orb));
	fuzz_machine_start_program(&client->machine, &orb);
}

/* Eight bytes of guest memory: a CCW or an IDAW. */
static void do_store(struct client *client)
{
	uint16_t at = (uint16_t)fuzz_word(&client->input) & 0xFFF8;

	fuzz_bytes(&client->input, client->machine.memory + at, 8);
}

static void do_event(struct client *client)
{
	uint8_t which = fuzz_byte(&client->input);
	enum chanio_irq irq = which % CHANIO_IRQS;

	if (which & 0x80)
		chanio_device_trigger(client->machine.driver, irq);
	else
		chanio_device_set_event(client->machine.driver, irq,
					which & 0x40 ? NULL : fuzz_event());
}

static void do_upward(struct client *client)
{
	struct fuzz_machine *machine = &client->machine;
	uint8_t what = fuzz_byte(&client->input), mask = fuzz_byte(&client->input);

	if (what % 5 == 4) {
		css_subchannel_set_path(machine->subchannel, mask, what & 0x80);
		return;
	}
	if (what % 5 == 3) {
		css_subchannel_attention(machine->subchannel, mask);
		return;
	}
	if (what % 5 == 0 && (what & 0x40)) {
		if (!machine->removed)
			fuzz_machine_remove(machine);
		return;
	}
	css_subchannel_lock(machine->subchannel);
	if (what % 5 == 1) {
		chanio_device_request(machine->driver);
	} else {
		chanio_device_path(machine->driver, mask, what & 0x80, what & 0x20);
	}
	css_subchannel_unlock(machine->subchannel);
}

static void operate(struct client *client)
{
	struct fuzz_machine *machine = &client->machine;
	uint8_t operation = fuzz_byte(&client->input);

	switch (operation & 0x0F) {
	case 0:
		do_read(client);
		break;
	case 1:
		do_write(client);
		break;
	case 2:
	case 3:
		do_start(client);
		break;
	case 4:
		fuzz_machine_command(machine, operation >> 4);
		break;
	case 5:
		fuzz_machine_run(machine, operation >> 4);
		break;
	case 6:
		fuzz_machine_run(machine, RUN_STEPS);
		break;
	case 7:
	case 8:
		do_store(client);
		break;
	case 9:
		do_event(client);
		break;
	case 10:
		fuzz_machine_toggle_memory(&client->machine, &client->mapped);
		break;
	case 11:
		if (client->open)
			chanio_device_reset(machine->driver);
		break;
	case 12:
		fuzz_machine_toggle_open(&client->machine, &client->open);
		break;
	case 13:
		do_upward(client);
		break;
	case 14:
		fuzz_machine_read_irb(machine);
		break;
	default:
		css_subchannel_lock(machine->subchannel);
		css_subchannel_resume(machine->subchannel);
		css_subchannel_unlock(machine->subchannel);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client client = {.input = {data, size}, .open = true, .mapped = true};
	struct fuzz_machine_config config = {.seed = fuzz_byte(&client.input)};

	fuzz_machine_create(&client.machine, &config);
	FUZZ_CHECK(chanio_device_open(client.machine.driver) == 0);
	fuzz_machine_arm(&client.machine);
	for (int i = 0; i < OPERATIONS_MAX && client.input.left > 0; i++)
		operate(&client);
	fuzz_machine_destroy(&client.machine, client.open);
	return 0;
}
