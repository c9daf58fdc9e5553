/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the actions of the state machine's table do, in C and in words. Each runs with the lock held
 * and names the event it led to, if any; the machine dispatches that next.
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

/* The exponent and the two bits behind the highest one. */
static unsigned int time_bucket(uint64_t time)
{
	unsigned int exponent, bucket;

	if (time < 4)
		return (unsigned int)time;
	exponent = 63 - (unsigned int)__builtin_clzll(time);
	bucket = 4 * (exponent - 1) + (unsigned int)(time >> (exponent - 2) & 3);
	return bucket < CHANIO_TIME_BUCKETS ? bucket : CHANIO_TIME_BUCKETS - 1;
}

static void end_processing(struct chanio_device *device)
{
	uint64_t time = chanio_now(device) - device->processing_since;

	device->translating = false;
	device->stats.processing_total += time;
	if (time > device->stats.processing_max)
		device->stats.processing_max = time;
	device->stats.processing_times[time_bucket(time)]++;
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

/* clang-format off */
#define ACTION(id, function, name, text) [CHANIO_ACTION_##id] = {function, {name, text}}

static const struct {
	unsigned int (*act)(struct chanio_device *device, struct chanio_occurrence *occurrence);
	struct chanio_fsm_text text;
} actions[CHANIO_ACTIONS] = {
	[CHANIO_ACTION_NONE] = {none, {"", ""}},
	ACTION(IMPOSSIBLE, impossible, "impossible",
	      "Cannot occur; arriving here is a defect of the driver, and stops it."),
	ACTION(ENABLE, enable, "enable the subchannel",
	      "Enables the subchannel and notes which paths it has."),
	ACTION(OPENED, opened, "clear regions and queues",
	      "Makes regions and queues empty: nothing of the last owner is left."),
	ACTION(BEGIN, begin, "new generation, translate",
	      "Counts up the generation and lets the caller translate, without the lock."),
	ACTION(ISSUE_START, issue_start, "START SUBCHANNEL",
	      "Issues START SUBCHANNEL; condition code 3 takes the paths tried out of use."),
	ACTION(KEEP, keep, "keep the program",
	      "Holds the program, with its pages pinned, until its final status."),
	ACTION(DISCARD, discard, "discard the program",
	      "Lets go of the program that was not started."),
	ACTION(ISSUE_HALT, issue_halt, "HALT SUBCHANNEL",
	      "Issues HALT SUBCHANNEL."),
	ACTION(ISSUE_CLEAR, issue_clear, "CLEAR SUBCHANNEL",
	      "Issues CLEAR SUBCHANNEL."),
	ACTION(DELIVER, deliver, "queue the IRB",
	      "Queues the IRB and signals the I/O eventfd; during a close or reset it is "
	      "nobody's and goes."),
	ACTION(DELIVER_FINAL, deliver_final, "queue the IRB, release the program",
	      "Queues the IRB as above, then lets go of the program; it is unpinned once the "
	      "lock is free."),
	ACTION(RELEASE, release, "release the program",
	      "Lets go of a program that was kept; the IRB goes."),
	ACTION(DROP, drop, "drop the IRB",
	      "Nobody is told of the IRB."),
	ACTION(QUIESCE, quiesce, "begin a quiesce",
	      "Makes the caller bring the subchannel to rest, and ends a translation that is "
	      "under way."),
	ACTION(FINISH, finish, "end the quiesce",
	      "Lets go of the program if the subchannel touches nothing any more, else keeps "
	      "it; a close or reset also forgets what is queued."),
	ACTION(FINISH_LOST, finish_lost, "end the quiesce, tell the client of the loss",
	      "Ends the quiesce as above, and signals the loss to a client that is not closing."),
	ACTION(LOSE, lose, "tell the client of the loss",
	      "Queues a CRW for the subchannel and signals the CRW and REQ eventfds."),
	ACTION(GONE, device_gone, "release the program, tell the client of the loss",
	      "Ends a translation, lets go of the program, and tells the client as above."),
};
/* clang-format on */

const unsigned int chanio_action_count = CHANIO_ACTIONS;

unsigned int chanio_act(unsigned int action, struct chanio_device *device,
			struct chanio_occurrence *occurrence)
{
	return actions[action].act(device, occurrence);
}

const struct chanio_fsm_text *chanio_action_text(unsigned int action)
{
	return action < CHANIO_ACTIONS ? &actions[action].text : &chanio_fsm_no_text;
}
