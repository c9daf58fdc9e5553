/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the guards of the state machine's table ask, in C and in words. Pure; lock held. */
#include "driver/internal.h"

static bool gone(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return device->gone;
}

static bool is_open(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return device->open;
}

static bool not_open(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return !device->open;
}

static bool kept(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return device->program;
}

static bool closing(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return device->purpose == CHANIO_QUIESCE_CLOSE;
}

static bool quiescing(const struct chanio_device *device,
		      const struct chanio_occurrence *occurrence)
{
	return device->purpose != CHANIO_QUIESCE_NONE;
}

static bool no_function(const struct chanio_device *device,
			const struct chanio_occurrence *occurrence)
{
	return !(occurrence->functions & ARCH_SCSW_FC);
}

/* With the start bit on as well, start it is: so the Linux driver has it. */
static bool not_start(const struct chanio_device *device,
		      const struct chanio_occurrence *occurrence)
{
	return !(occurrence->functions & ARCH_SCSW_FC_START);
}

static bool transport(const struct chanio_device *device,
		      const struct chanio_occurrence *occurrence)
{
	return arch_get32(occurrence->orb->control) & ARCH_ORB_TRANSPORT;
}

static bool reserved(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return (arch_get32(occurrence->orb->control) & (ARCH_ORB_RESERVED | ARCH_ORB_EXTENSION)) ||
	       (arch_get32(occurrence->orb->program_address) & ARCH_ORB_ADDRESS_RESERVED);
}

static bool unknown(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return occurrence->command != CHANIO_COMMAND_HALT &&
	       occurrence->command != CHANIO_COMMAND_CLEAR;
}

static bool unread(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return device->irb_count >= (occurrence->event == CHANIO_EVENT_CLEAR
					     ? CHANIO_IRBS_UNREAD_CLEAR
					     : CHANIO_IRBS_UNREAD);
}

static bool final(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return chanio_irb_is_final(device, occurrence->irb);
}

static bool touched(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	if (device->translating) /* what that thread has pinned is not known yet */
		return true;
	return device->program &&
	       chanio_program_touches(device->program, occurrence->guest, occurrence->size);
}

static bool superseded(const struct chanio_device *device,
		       const struct chanio_occurrence *occurrence)
{
	return occurrence->generation != device->generation;
}

static bool no_memory(const struct chanio_device *device,
		      const struct chanio_occurrence *occurrence)
{
	return occurrence->result == -ENOMEM;
}

static bool failed(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return occurrence->result;
}

static bool accepted(const struct chanio_device *device, const struct chanio_occurrence *occurrence)
{
	return occurrence->result == 0;
}

static bool exception(const struct chanio_device *device,
		      const struct chanio_occurrence *occurrence)
{
	return occurrence->result < 0;
}

static bool not_operational(const struct chanio_device *device,
			    const struct chanio_occurrence *occurrence)
{
	return occurrence->result == 3;
}

static bool paths_remain(const struct chanio_device *device,
			 const struct chanio_occurrence *occurrence)
{
	return occurrence->result == 3 && device->lpm;
}

/* clang-format off */
#define GUARD(id, function, name, text) [CHANIO_GUARD_##id] = {function, {name, text}}

static const struct {
	bool (*holds)(const struct chanio_device *device,
		      const struct chanio_occurrence *occurrence);
	struct chanio_fsm_text text;
} guards[CHANIO_GUARDS] = {
	[CHANIO_GUARD_NONE] = {NULL, {"", ""}},
	GUARD(GONE, gone, "gone for good",
	      "The device was reported gone and does not come back."),
	GUARD(OPEN, is_open, "open already",
	      "A client has the device open."),
	GUARD(NOT_OPEN, not_open, "not open",
	      "No client has the device open."),
	GUARD(KEPT, kept, "a program could not be ended",
	      "A program is still held because no quiesce could end it."),
	GUARD(CLOSING, closing, "closing",
	      "A close is bringing the device to rest."),
	GUARD(QUIESCING, quiescing, "quiescing",
	      "A close, reset or unmap is bringing the device to rest."),
	GUARD(NO_FUNCTION, no_function, "no function bit",
	      "None of start, halt and clear is on in the function control of the SCSW."),
	GUARD(NOT_START, not_start, "halt or clear bit without start",
	      "The start bit is off in the function control of the SCSW."),
	GUARD(TRANSPORT, transport, "transport mode",
	      "The ORB asks for transport mode."),
	GUARD(RESERVED, reserved, "reserved bits or extension in the ORB",
	      "A reserved bit of the ORB is on, its extension bit, or bit 0 of its program "
	      "address."),
	GUARD(UNKNOWN, unknown, "unknown command",
	      "The command is neither HALT nor CLEAR."),
	GUARD(UNREAD, unread, "too many IRBs unread",
	      "Eight IRBs wait to be read, or twelve where the request is CLEAR."),
	GUARD(FINAL, final, "final for the program",
	      "The status ends the program in flight: deferred condition code, primary status "
	      "or the answer to a halt or clear, with nothing active or suspended left."),
	GUARD(TOUCHED, touched, "the program uses the range",
	      "The program has pinned a page of the range or runs from guest storage, or a "
	      "translation that may pin one is under way."),
	GUARD(SUPERSEDED, superseded, "of an older generation",
	      "Something that ends translations came between this START and now."),
	GUARD(NO_MEMORY, no_memory, "no memory",
	      "Memory for the program could not be had."),
	GUARD(FAILED, failed, "failed",
	      "It ended with an error."),
	GUARD(ACCEPTED, accepted, "cc 0",
	      "Condition code 0: the subchannel has accepted the function."),
	GUARD(EXCEPTION, exception, "exception",
	      "The instruction gave no condition code but an error."),
	GUARD(PATHS_REMAIN, paths_remain, "cc 3, paths remain",
	      "Condition code 3, and paths are left that were not tried."),
	GUARD(NOT_OPERATIONAL, not_operational, "cc 3",
	      "Condition code 3: not operational."),
};
/* clang-format on */

const unsigned int chanio_guard_count = CHANIO_GUARDS;

bool chanio_guard(unsigned int guard, const struct chanio_device *device,
		  const struct chanio_occurrence *occurrence)
{
	return guards[guard].holds(device, occurrence);
}

const struct chanio_fsm_text *chanio_guard_text(unsigned int guard)
{
	return guard < CHANIO_GUARDS ? &guards[guard].text : &chanio_fsm_no_text;
}
