/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the guards of the state machine's table ask. Pure; lock held. */
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

static bool (*const guards[CHANIO_GUARDS])(const struct chanio_device *device,
					   const struct chanio_occurrence *occurrence) = {
	[CHANIO_GUARD_GONE] = gone,
	[CHANIO_GUARD_OPEN] = is_open,
	[CHANIO_GUARD_NOT_OPEN] = not_open,
	[CHANIO_GUARD_KEPT] = kept,
	[CHANIO_GUARD_CLOSING] = closing,
	[CHANIO_GUARD_QUIESCING] = quiescing,
	[CHANIO_GUARD_NO_FUNCTION] = no_function,
	[CHANIO_GUARD_NOT_START] = not_start,
	[CHANIO_GUARD_TRANSPORT] = transport,
	[CHANIO_GUARD_RESERVED] = reserved,
	[CHANIO_GUARD_UNKNOWN] = unknown,
	[CHANIO_GUARD_UNREAD] = unread,
	[CHANIO_GUARD_FINAL] = final,
	[CHANIO_GUARD_TOUCHED] = touched,
	[CHANIO_GUARD_SUPERSEDED] = superseded,
	[CHANIO_GUARD_NO_MEMORY] = no_memory,
	[CHANIO_GUARD_FAILED] = failed,
	[CHANIO_GUARD_ACCEPTED] = accepted,
	[CHANIO_GUARD_EXCEPTION] = exception,
	[CHANIO_GUARD_PATHS_REMAIN] = paths_remain,
	[CHANIO_GUARD_NOT_OPERATIONAL] = not_operational,
};

bool chanio_guard(unsigned int guard, const struct chanio_device *device,
		  const struct chanio_occurrence *occurrence)
{
	return guards[guard](device, occurrence);
}
