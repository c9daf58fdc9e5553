/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the actions of the state machine's table do. Each runs with the lock held and names the
 * event it led to, if any; the machine dispatches that next.
 */
#include "driver/internal.h"

#define NO_EVENT CHANIO_EVENTS

/* ---- the subchannel's instructions ---- */

int chanio_issue_halt(struct chanio_device *device)
{
	int cc = device->subchannel_ops->halt(device->subchannel);

	chanio_trace(device, CHANIO_TRACE_HALT, 0, (uint64_t)(int64_t)cc);
	if (cc == 0) {
		device->given |= ARCH_SCSW_FC_HALT;
		device->owed |= ARCH_SCSW_FC_HALT;
		device->stats.halts++;
	}
	return cc;
}

int chanio_issue_clear(struct chanio_device *device)
{
	int cc = device->subchannel_ops->clear(device->subchannel);

	chanio_trace(device, CHANIO_TRACE_CLEAR, 0, (uint64_t)(int64_t)cc);
	if (cc == 0) {
		device->given |= ARCH_SCSW_FC_CLEAR;
		device->owed |= ARCH_SCSW_FC_CLEAR;
		device->stats.clears++;
	}
	return cc;
}

/* Condition code 3: the paths tried are of no use (vfio-ccw-interface.md section 6.4). */
static void drop_paths(struct chanio_device *device, uint8_t tried)
{
	device->lpm &= (uint8_t)~tried;
	if (chanio_update_paths(device) < 0)
		device->lpm = 0;
}

/* The client's path mask, or where it leaves the choice to us, the paths we know. */
static uint8_t start_paths(struct chanio_device *device, uint32_t control)
{
	uint8_t lpm = (uint8_t)((control & ARCH_ORB_LPM) >> ARCH_ORB_LPM_SHIFT);
	int available;

	if (lpm)
		return lpm;
	if (!device->lpm) {
		available = chanio_update_paths(device);
		if (available > 0)
			device->lpm = (uint8_t)available & device->opm;
	}
	return device->lpm;
}

static unsigned int issue_start(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	struct arch_orb orb = *occurrence->orb;
	uint32_t control = arch_get32(orb.control);
	uint8_t lpm = start_paths(device, control);

	orb.control = arch_put32((control & ~ARCH_ORB_LPM) | (uint32_t)lpm << ARCH_ORB_LPM_SHIFT);
	occurrence->result =
		device->subchannel_ops->start(device->subchannel, &orb, occurrence->program->live);
	chanio_trace(device, CHANIO_TRACE_START, arch_get32(device->io.orb.program_address),
		     (uint64_t)(int64_t)occurrence->result);
	if (occurrence->result == 3)
		drop_paths(device, lpm);
	return CHANIO_EVENT_STARTED;
}

static unsigned int issue_halt(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	occurrence->result = chanio_issue_halt(device);
	return CHANIO_EVENT_SIGNALLED;
}

static unsigned int issue_clear(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	occurrence->result = chanio_issue_clear(device);
	return CHANIO_EVENT_SIGNALLED;
}

/* ---- programs ---- */

void chanio_detach(struct chanio_device *device, struct chanio_program *program)
{
	if (!program)
		return;
	if (device->cached_count < CHANIO_PROGRAMS_CACHED && chanio_program_is_light(program)) {
		chanio_program_empty(device, program); /* nothing in it that sleeps */
		program->next = device->cached;
		device->cached = program;
		device->cached_count++;
		return;
	}
	program->next = device->detached;
	device->detached = program;
}

static void detach_current(struct chanio_device *device)
{
	chanio_detach(device, device->program);
	device->program = NULL;
}

struct chanio_program *chanio_take_program(struct chanio_device *device)
{
	struct chanio_program *program = device->cached;

	if (program) {
		device->cached = program->next;
		device->cached_count--;
	}
	return program;
}

static unsigned int begin(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	chanio_assert(!device->translating && !device->program);
	device->translating = true;
	device->processing_since = chanio_now(device);
	occurrence->generation = ++device->generation;
	occurrence->program = chanio_take_program(device);
	return NO_EVENT;
}

static void end_processing(struct chanio_device *device)
{
	uint64_t time = chanio_now(device) - device->processing_since;

	device->translating = false;
	device->stats.processing_total += time;
	if (time > device->stats.processing_max)
		device->stats.processing_max = time;
	chanio_trace(device, CHANIO_TRACE_PROCESSING, time, 0);
	chanio_wake(device);
}

static unsigned int keep(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	device->program = occurrence->program;
	occurrence->program = NULL;
	device->orb = device->io.orb;
	device->given = 0;
	device->late = device->owed;
	device->owed = 0;
	device->stats.starts++;
	end_processing(device);
	return NO_EVENT;
}

static unsigned int discard(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	chanio_detach(device, occurrence->program);
	occurrence->program = NULL;
	end_processing(device);
	return NO_EVENT;
}

/* ---- interruptions ---- */

static unsigned int deliver(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	/* What our own quiesce brings about is nobody's, unless the guest's program was lost to it:
	 * then it is how the guest learns. */
	if (device->purpose != CHANIO_QUIESCE_CLOSE && device->purpose != CHANIO_QUIESCE_RESET)
		chanio_irb_queue(device, occurrence->irb);
	chanio_wake(device);
	return NO_EVENT;
}

static unsigned int deliver_final(struct chanio_device *device,
				  struct chanio_occurrence *occurrence)
{
	deliver(device, occurrence);
	detach_current(device);
	return NO_EVENT;
}

static unsigned int release(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	detach_current(device);
	chanio_wake(device);
	return NO_EVENT;
}

static unsigned int drop(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	chanio_wake(device);
	return NO_EVENT;
}

/* ---- life ---- */

int chanio_enable(struct chanio_device *device)
{
	int available, error = device->subchannel_ops->enable(device->subchannel);

	if (error)
		return error;
	/* It was disabled: no status of then is left. */
	device->owed = 0;
	device->late = 0;
	available = chanio_update_paths(device);
	if (available < 0) {
		device->subchannel_ops->disable(device->subchannel);
		return available;
	}
	device->lpm = (uint8_t)available & device->opm;
	return 0;
}

static unsigned int enable(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	occurrence->result = chanio_enable(device);
	return CHANIO_EVENT_ENABLED;
}

/* Nothing of one owner is visible to the next. */
static void forget(struct chanio_device *device)
{
	memset(&device->io, 0, sizeof(device->io));
	memset(&device->command, 0, sizeof(device->command));
	memset(&device->orb, 0, sizeof(device->orb));
	device->last_host = 0;
	device->last_guest = 0;
	device->given = 0;
	chanio_irbs_purge(device);
	chanio_crws_purge(device);
}

static unsigned int opened(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	forget(device);
	device->open = true;
	return NO_EVENT;
}

static unsigned int quiesce(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	chanio_assert(device->purpose == CHANIO_QUIESCE_NONE);
	device->purpose = occurrence->purpose;
	occurrence->begun = true;
	if (device->translating)
		device->generation++;
	device->stats.quiesces++;
	return NO_EVENT;
}

static unsigned int finish(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	if (occurrence->over)
		detach_current(device);
	chanio_assert(!device->program || device->state == CHANIO_STATE_NOT_OPER);
	if (device->program)
		device->stats.programs_kept++;
	if (occurrence->result)
		device->stats.quiesce_failures++;
	if (device->purpose == CHANIO_QUIESCE_CLOSE) {
		forget(device);
		device->open = false;
	} else if (device->purpose == CHANIO_QUIESCE_RESET) {
		chanio_irbs_purge(device);
	}
	device->purpose = CHANIO_QUIESCE_NONE;
	chanio_wake(device);
	return NO_EVENT;
}

static unsigned int lose(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	chanio_announce_loss(device);
	return NO_EVENT;
}

static unsigned int finish_lost(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	if (device->purpose != CHANIO_QUIESCE_CLOSE)
		chanio_announce_loss(device);
	return finish(device, occurrence);
}

static unsigned int device_gone(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	device->gone = true;
	if (device->translating)
		device->generation++;
	detach_current(device);
	chanio_announce_loss(device);
	chanio_wake(device);
	return NO_EVENT;
}

static unsigned int none(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	return NO_EVENT;
}

static unsigned int impossible(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	chanio_assert(false);
	return NO_EVENT;
}

static unsigned int (*const actions[CHANIO_ACTIONS])(struct chanio_device *device,
						     struct chanio_occurrence *occurrence) = {
	[CHANIO_ACTION_NONE] = none,
	[CHANIO_ACTION_IMPOSSIBLE] = impossible,
	[CHANIO_ACTION_ENABLE] = enable,
	[CHANIO_ACTION_OPENED] = opened,
	[CHANIO_ACTION_BEGIN] = begin,
	[CHANIO_ACTION_ISSUE_START] = issue_start,
	[CHANIO_ACTION_KEEP] = keep,
	[CHANIO_ACTION_DISCARD] = discard,
	[CHANIO_ACTION_ISSUE_HALT] = issue_halt,
	[CHANIO_ACTION_ISSUE_CLEAR] = issue_clear,
	[CHANIO_ACTION_DELIVER] = deliver,
	[CHANIO_ACTION_DELIVER_FINAL] = deliver_final,
	[CHANIO_ACTION_RELEASE] = release,
	[CHANIO_ACTION_DROP] = drop,
	[CHANIO_ACTION_QUIESCE] = quiesce,
	[CHANIO_ACTION_FINISH] = finish,
	[CHANIO_ACTION_FINISH_LOST] = finish_lost,
	[CHANIO_ACTION_LOSE] = lose,
	[CHANIO_ACTION_GONE] = device_gone,
};

unsigned int chanio_act(unsigned int action, struct chanio_device *device,
			struct chanio_occurrence *occurrence)
{
	return actions[action](device, occurrence);
}
