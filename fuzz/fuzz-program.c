/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Arbitrary channel programs: the input is an ORB, when to interfere and how, and guest memory.
 *
 *   0-11  the ORB
 *   12    0x80: the disk instead of the simple device; 0x40: the same program once more; the low
 *         bits: how many steps until the interference
 *   13    the interference: nothing, HALT, CLEAR, another START, reset, DMA unmap, gone, close
 *   14-   low guest memory from address 0 on
 */
#include "fuzz/harness.h"

#define STEPS_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum interference { NOTHING, HALT, CLEAR, START, RESET, UNMAP, GONE, CLOSE, INTERFERENCES };

/* True if the device is still open afterwards. */
static bool interfere(struct fuzz_machine *machine, uint8_t kind, const struct arch_orb *orb)
{
	switch (kind % INTERFERENCES) {
	case HALT:
		fuzz_machine_command(machine, CHANIO_COMMAND_HALT);
		return true;
	case CLEAR:
		fuzz_machine_command(machine, CHANIO_COMMAND_CLEAR);
		return true;
	case START:
		fuzz_machine_start_program(machine, orb);
		return true;
	case RESET:
		chanio_device_reset(machine->driver);
		return true;
	case UNMAP:
		fuzz_machine_unmap(machine);
		return true;
	case GONE:
		fuzz_machine_remove(machine);
		return true;
	case CLOSE:
		chanio_device_close(machine->driver);
		FUZZ_CHECK(css_storage_pinned(machine->storage) == 0);
		return false;
	default:
		return true;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct fuzz_machine_config config = {0};
	struct fuzz_machine machine;
	struct arch_orb orb;
	uint8_t options, kind;
	bool open = true;

	fuzz_bytes(&input, &orb, sizeof(orb));
	options = fuzz_byte(&input);
	kind = fuzz_byte(&input);
	config.seed = options;
	config.device = options & 0x80 ? FUZZ_DISK : FUZZ_SIMPLE;
	fuzz_machine_create(&machine, &config);
	fuzz_bytes(&input, machine.memory, FUZZ_LOW_SIZE);
	FUZZ_CHECK(chanio_device_open(machine.driver) == 0);
	fuzz_machine_arm(&machine);

	for (int round = options & 0x40 ? 2 : 1; round > 0 && open; round--) {
		fuzz_machine_start_program(&machine, &orb);
		fuzz_machine_run(&machine, options & 0x3F);
		open = interfere(&machine, kind, &orb);
		if (open && !fuzz_machine_run(&machine, STEPS_MAX))
			fuzz_machine_clear_ends_it(&machine);
		if (open)
			fuzz_machine_read_irb(&machine);
	}
	fuzz_machine_destroy(&machine, open);
	return 0;
}
