/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the job of a subchannel does: it performs the pending functions one after the other and
 * presents their status. The job alone changes channel->phase; everything in the SCSW changes under
 * the lock, and the device is never called with the lock held.
 */
#include "css/subchannel_impl.h"

#include <assert.h>

void css_subchannel_kick(struct css_subchannel *sch)
{
	if (atomic_load_explicit(&sch->help, memory_order_relaxed))
		css_job_kick_for_help(sch->job);
	else
		css_job_kick(sch->job);
}

void css_present(struct css_subchannel *sch, uint32_t status_control)
{
	bool pending = css_has(sch, ARCH_SCSW_SC_PENDING);

	sch->scsw.control |= status_control | ARCH_SCSW_SC_PENDING;
	if (!pending && css_is_enabled(sch) && sch->interrupt)
		sch->interrupt(sch->context);
}

/* A clear or a reset makes everything that the program did before it void. */
static bool is_overtaken(const struct css_subchannel *sch)
{
	return css_has(sch, ARCH_SCSW_AC_CLEAR_PENDING) || sch->resetting;
}

void css_present_intermediate(struct css_subchannel *sch, uint32_t control, uint8_t status,
			      uint32_t ccw_end)
{
	struct css_channel *channel = &sch->channel;

	/* While the device holds the command the ranges are its own. */
	if (channel->phase == CSS_PHASE_READY)
		css_written_flush(channel);
	css_subchannel_lock(sch);
	if (status & ARCH_SS_PCI)
		channel->pci = false;
	if (!is_overtaken(sch)) {
		sch->scsw.control |= control;
		sch->scsw.subchannel_status |= status;
		sch->scsw.ccw_address = ccw_end;
		css_present(sch, ARCH_SCSW_SC_INTERMEDIATE);
	}
	css_subchannel_unlock(sch);
}

#define AC_ACTIVE (ARCH_SCSW_AC_SUBCHANNEL | ARCH_SCSW_AC_DEVICE)

bool css_suspend(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	bool resumed;

	css_written_flush(channel);
	css_subchannel_lock(sch);
	resumed = css_has(sch, ARCH_SCSW_AC_RESUME_PENDING);
	sch->scsw.control &= ~ARCH_SCSW_AC_RESUME_PENDING;
	if (!resumed) {
		/* The CCW is fetched again at the resumption: the program may have changed it. */
		channel->next = channel->current;
		channel->phase = CSS_PHASE_SUSPENDED;
		sch->scsw.control &= ~AC_ACTIVE;
		sch->scsw.control |= ARCH_SCSW_AC_SUSPENDED;
		sch->scsw.ccw_address = channel->ccw_end;
		if (!css_has(sch, ARCH_SCSW_SUPPRESS_SUSPEND) && !is_overtaken(sch))
			css_present(sch, ARCH_SCSW_SC_INTERMEDIATE);
	}
	css_subchannel_unlock(sch);
	return !resumed;
}

/* Unusual status, to be seen by the program even where ordinary status would not be. */
static uint32_t alert(uint8_t device_status, uint8_t subchannel_status)
{
	const uint8_t usual = ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END | ARCH_DS_STATUS_MODIFIER |
			      ARCH_DS_CONTROL_UNIT_END;

	if ((device_status & (uint8_t)~usual) || (subchannel_status & (uint8_t)~ARCH_SS_PCI))
		return ARCH_SCSW_SC_ALERT;
	return 0;
}

static bool wants_sense(const struct css_subchannel *sch, uint8_t device_status)
{
	return (device_status & ARCH_DS_UNIT_CHECK) && sch->ops.take_sense &&
	       (arch_get32(sch->pmcw.control) & ARCH_PMCW_CONCURRENT_SENSE);
}

/* Lock held on entry and exit, dropped for the device; true: `sense` is to be kept. */
static bool take_sense(struct css_subchannel *sch, uint8_t device_status, uint8_t *sense)
{
	if (!wants_sense(sch, device_status))
		return false;
	memset(sense, 0, ARCH_SENSE_BYTES);
	css_subchannel_unlock(sch);
	sch->ops.take_sense(sch->device, sch, sense);
	css_subchannel_lock(sch);
	return true;
}

static void keep_sense(struct css_subchannel *sch, const uint8_t *sense)
{
	memcpy(sch->sense, sense, ARCH_SENSE_BYTES);
	sch->sense_valid = true;
	sch->scsw.control |= ARCH_SCSW_ESW_VALID | ARCH_SCSW_EXTENDED_CONTROL;
}

/* The program is over for the device; lock not held. */
static void end_program(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	bool begun = channel->begun;

	css_written_flush(channel);
	channel->begun = false;
	if (begun && sch->ops.end)
		sch->ops.end(sch->device, sch);
}

/* Stops whatever goes on at the device; lock held on entry and exit. */
static void abandon(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	enum css_phase phase = channel->phase;

	css_subchannel_unlock(sch);
	if ((phase == CSS_PHASE_HELD || phase == CSS_PHASE_DISCONNECTED ||
	     phase == CSS_PHASE_DEVICE_BUSY) &&
	    sch->ops.cancel)
		sch->ops.cancel(sch->device, sch);
	if (phase == CSS_PHASE_HELD)
		css_window_finish(&channel->window);
	if (phase != CSS_PHASE_IDLE && phase != CSS_PHASE_DEVICE_BUSY)
		end_program(sch);
	css_subchannel_lock(sch);
	channel->phase = CSS_PHASE_IDLE;
	/* What the device said of the command that is no more. */
	if (phase != CSS_PHASE_IDLE) {
		sch->late = false;
		sch->late_status = 0;
	}
}

static void reset_device(struct css_subchannel *sch, enum css_reset_kind kind)
{
	if (!sch->ops.reset)
		return;
	css_subchannel_unlock(sch);
	sch->ops.reset(sch->device, sch, kind);
	css_subchannel_lock(sch);
}

static void perform_clear(struct css_subchannel *sch)
{
	abandon(sch);
	reset_device(sch, CSS_RESET_SELECTIVE);
	sch->scsw = (struct css_scsw){.control = ARCH_SCSW_FC_CLEAR};
	sch->sense_valid = false;
	sch->pmcw.pom = 0xFF;
	sch->pmcw.pnom = 0;
	sch->pmcw.lpum = 0;
	atomic_fetch_and(&sch->stop, ~(CSS_STOP_CLEAR | CSS_STOP_HALT));
	css_present(sch, 0);
}

static void perform_reset(struct css_subchannel *sch)
{
	uint16_t kept = ARCH_PMCW_TIMING | ARCH_PMCW_VALID;
	struct arch_pmcw *pmcw = &sch->pmcw;

	abandon(sch);
	reset_device(sch, CSS_RESET_SYSTEM);
	sch->scsw = (struct css_scsw){0};
	sch->sense_valid = false;
	sch->unsolicited = 0;
	if (sch->removed)
		kept &= (uint16_t)~ARCH_PMCW_VALID;
	pmcw->interruption_parameter = arch_put32(0);
	pmcw->flags = arch_put16(arch_get16(pmcw->flags) & kept);
	pmcw->measurement_block_index = arch_put16(0);
	pmcw->control = arch_put32(arch_get32(pmcw->control) & ARCH_PMCW_TYPE);
	pmcw->lpm = pmcw->pim;
	pmcw->pom = 0xFF;
	pmcw->pnom = 0;
	pmcw->lpum = 0;
	sch->measurement_block_address = arch_put64(0);
	atomic_store(&sch->stop, 0);
	sch->resetting = false;
	pthread_cond_broadcast(&sch->reset_done);
}

/* Status of a halted function, by where it stood: status control, and the device's status. */
static uint32_t halted_status(struct css_subchannel *sch, enum css_phase phase)
{
	const struct css_channel *channel = &sch->channel;

	switch (phase) {
	case CSS_PHASE_IDLE:
	case CSS_PHASE_SUSPENDED:
		return 0;
	case CSS_PHASE_DEVICE_BUSY:
		sch->scsw.device_status |= ARCH_DS_DEVICE_END;
		return ARCH_SCSW_SC_SECONDARY;
	case CSS_PHASE_READY:
		if (channel->first)
			return 0;
		break;
	case CSS_PHASE_HELD:
		sch->scsw.residual = (uint16_t)channel->window.left;
		break;
	case CSS_PHASE_DISCONNECTED:
		break;
	}
	sch->scsw.device_status = ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END;
	sch->scsw.ccw_address = channel->ccw_end;
	return ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY;
}

static void perform_halt(struct css_subchannel *sch)
{
	enum css_phase phase = sch->channel.phase;
	uint32_t status;

	abandon(sch);
	if (is_overtaken(sch))
		return;
	status = halted_status(sch, phase);
	/* A suspended subchannel stays so until its status is tested. */
	sch->scsw.control &= ~(ARCH_SCSW_AC & ~ARCH_SCSW_AC_SUSPENDED);
	if (status)
		sch->scsw.control &= ~ARCH_SCSW_SC_INTERMEDIATE;
	atomic_fetch_and(&sch->stop, ~CSS_STOP_HALT);
	css_present(sch, status);
}

/* The start was not done: the device had something else to say, or does not answer. */
static void present_deferred(struct css_subchannel *sch, uint8_t cc, uint8_t device_status)
{
	sch->scsw.control &= ~(ARCH_SCSW_AC | ARCH_SCSW_SC_INTERMEDIATE);
	sch->scsw.control |= (uint32_t)cc << ARCH_SCSW_DEFERRED_CC_SHIFT;
	sch->scsw.device_status = device_status;
	atomic_fetch_and(&sch->stop, ~CSS_STOP_HALT);
	css_present(sch, ARCH_SCSW_SC_ALERT);
}

static void present_ending(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	const struct css_ending *ending = &channel->ending;
	uint8_t ends = ending->device_status & (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END);
	/* Channel end alone: the device is still at it. */
	bool secondary = ends != ARCH_DS_CHANNEL_END;
	uint32_t status = ARCH_SCSW_SC_PRIMARY;

	if (channel->pci)
		sch->scsw.subchannel_status |= ARCH_SS_PCI;
	sch->scsw.control &= ~(ARCH_SCSW_AC | ARCH_SCSW_SC_INTERMEDIATE);
	if (!secondary)
		sch->scsw.control |= ARCH_SCSW_AC_DEVICE;
	sch->scsw.ccw_address = channel->ccw_end;
	sch->scsw.residual = ending->residual;
	sch->scsw.device_status = ending->device_status;
	sch->scsw.subchannel_status |= ending->subchannel_status;
	status |= alert(ending->device_status, ending->subchannel_status);
	if (secondary)
		status |= ARCH_SCSW_SC_SECONDARY;
	channel->phase = secondary ? CSS_PHASE_IDLE : CSS_PHASE_DEVICE_BUSY;
	/* A halt that came meanwhile found the program at its end. */
	atomic_fetch_and(&sch->stop, ~CSS_STOP_HALT);
	css_present(sch, status);
}

/* The program has ended; lock held on entry and exit. */
static void finish_program(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	const struct css_ending *ending = &channel->ending;
	uint8_t sense[ARCH_SENSE_BYTES];
	bool sensed;

	css_subchannel_unlock(sch);
	end_program(sch);
	css_subchannel_lock(sch);
	sensed = take_sense(sch, ending->device_status, sense);
	if (is_overtaken(sch))
		return;
	if (sensed)
		keep_sense(sch, sense);
	if (!ending->deferred_cc) {
		present_ending(sch);
		return;
	}
	channel->phase = CSS_PHASE_IDLE;
	present_deferred(sch, ending->deferred_cc, ending->device_status);
}

/* Device end after the program has ended; lock held on entry and exit. */
static void finish_device(struct css_subchannel *sch, uint8_t status)
{
	uint8_t sense[ARCH_SENSE_BYTES];
	bool sensed, starting;

	if (!(status & (uint8_t)~ARCH_DS_CONTROL_UNIT_END))
		return;
	sensed = take_sense(sch, status, sense);
	if (is_overtaken(sch))
		return;
	if (sensed)
		keep_sense(sch, sense);
	starting = css_has(sch, ARCH_SCSW_AC_START_PENDING);
	sch->channel.phase = CSS_PHASE_IDLE;
	sch->scsw.control &= ~ARCH_SCSW_AC_DEVICE;
	/* A start waits for this device end and is its own proof that it came. */
	if (starting && !alert(status, 0))
		return;
	if (starting) {
		present_deferred(sch, 1, status);
		return;
	}
	/* Status that is still pending grows; after that it would be a second report of it. */
	if (!css_has(sch, ARCH_SCSW_SC_PENDING)) {
		sch->scsw.device_status = 0;
		sch->scsw.subchannel_status = 0;
	}
	sch->scsw.device_status |= status;
	css_present(sch, ARCH_SCSW_SC_SECONDARY | alert(status, 0));
}

/* css_subchannel_device_end was called; lock held on entry and exit. */
static void take_late_status(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	uint8_t status = sch->late_status;
	enum css_outcome outcome;

	sch->late = false;
	sch->late_status = 0;
	if (channel->phase == CSS_PHASE_DEVICE_BUSY) {
		finish_device(sch, status);
		return;
	}
	if (channel->phase != CSS_PHASE_HELD && channel->phase != CSS_PHASE_DISCONNECTED) {
		sch->unsolicited |= status;
		return;
	}
	css_subchannel_unlock(sch);
	outcome = channel->phase == CSS_PHASE_HELD ? css_channel_command_ended(sch, status)
						   : css_channel_device_end(sch, status);
	css_subchannel_lock(sch);
	if (outcome == CSS_OUTCOME_ENDED)
		finish_program(sch);
}

/* Status of nobody's asking, with no program in the way; lock held on entry and exit. */
static void present_unsolicited(struct css_subchannel *sch)
{
	uint8_t status = sch->unsolicited, sense[ARCH_SENSE_BYTES];
	bool sensed;

	sch->unsolicited = 0;
	/* A subchannel that is not enabled takes status from the device and forgets it. */
	if (!css_is_enabled(sch))
		return;
	sensed = take_sense(sch, status, sense);
	/* An instruction was given meanwhile: its function is told. */
	if (css_has(sch, ARCH_SCSW_FC) || sch->resetting) {
		sch->unsolicited |= status;
		return;
	}
	sch->scsw = (struct css_scsw){.device_status = status};
	if (sensed)
		keep_sense(sch, sense);
	css_present(sch, ARCH_SCSW_SC_ALERT);
}

/*
 * Control-unit busy: the start function is pending as before, until control-unit end. Lock held on
 * entry and exit.
 */
static void wait_for_control_unit(struct css_subchannel *sch)
{
	css_subchannel_unlock(sch);
	end_program(sch);
	css_subchannel_lock(sch);
	/* A halt finds a program of which nothing was accepted. */
	if (is_overtaken(sch) || css_has(sch, ARCH_SCSW_AC_HALT_PENDING))
		return;
	sch->channel.phase = CSS_PHASE_IDLE;
	sch->scsw.control &= ~AC_ACTIVE;
	sch->scsw.control |= ARCH_SCSW_AC_START_PENDING;
	sch->control_unit_busy = true;
}

/* A start is pending that nothing holds up. */
static bool can_start(const struct css_subchannel *sch)
{
	return css_has(sch, ARCH_SCSW_AC_START_PENDING) && sch->channel.phase == CSS_PHASE_IDLE &&
	       (!sch->control_unit_busy || sch->unsolicited);
}

/* The start function begins; false: it did not come to that. Lock held. */
static bool accept_start(struct css_subchannel *sch)
{
	uint8_t unsolicited;

	/* What was waited for; anything else is of nobody's asking. */
	if (sch->control_unit_busy)
		sch->unsolicited &= (uint8_t)~ARCH_DS_CONTROL_UNIT_END;
	sch->control_unit_busy = false;
	unsolicited = sch->unsolicited;
	if (unsolicited) {
		sch->unsolicited = 0;
		present_deferred(sch, 1, unsolicited | ARCH_DS_BUSY);
		return false;
	}
	css_channel_prepare(sch);
	if (!sch->channel.path) {
		/* Gone since the instruction was given. */
		sch->channel.phase = CSS_PHASE_IDLE;
		sch->scsw.control |= ARCH_SCSW_PATH_NOT_OPER;
		present_deferred(sch, 3, 0);
		return false;
	}
	sch->scsw.control &= ~ARCH_SCSW_AC_START_PENDING;
	sch->scsw.control |= AC_ACTIVE;
	return true;
}

static void resume(struct css_subchannel *sch)
{
	sch->scsw.control &= ~(ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_AC_SUSPENDED);
	sch->scsw.control |= AC_ACTIVE;
	sch->channel.phase = CSS_PHASE_READY;
}

static bool is_idle(const struct css_subchannel *sch)
{
	return sch->channel.phase == CSS_PHASE_IDLE &&
	       !css_has(sch, ARCH_SCSW_FC | ARCH_SCSW_AC | ARCH_SCSW_SC_PENDING);
}

enum step {
	STEP_NOTHING, /* nothing to do now */
	STEP_DONE,    /* look again */
	STEP_EXECUTE, /* the program goes on */
};

/* One step of what is pending, the most urgent first; lock held on entry and exit. */
static enum step perform(struct css_subchannel *sch)
{
	struct css_channel *channel = &sch->channel;
	bool suspended = channel->phase == CSS_PHASE_SUSPENDED;

	if (sch->resetting)
		perform_reset(sch);
	else if (css_has(sch, ARCH_SCSW_AC_CLEAR_PENDING))
		perform_clear(sch);
	else if (css_has(sch, ARCH_SCSW_AC_HALT_PENDING))
		perform_halt(sch);
	else if (suspended && !css_has(sch, ARCH_SCSW_AC_SUSPENDED))
		abandon(sch); /* cancelled */
	else if (sch->late)
		take_late_status(sch);
	else if (suspended && css_has(sch, ARCH_SCSW_AC_RESUME_PENDING))
		resume(sch);
	else if (can_start(sch))
		return accept_start(sch) ? STEP_EXECUTE : STEP_DONE;
	else if (channel->phase == CSS_PHASE_READY)
		return STEP_EXECUTE;
	else if (sch->unsolicited && is_idle(sch))
		present_unsolicited(sch);
	else
		return STEP_NOTHING;
	return STEP_DONE;
}

/* The channel stopped. A halt may have been withdrawn by TEST SUBCHANNEL before it was performed.
 */
static void check_stop(struct css_subchannel *sch)
{
	if (!is_overtaken(sch) && !css_has(sch, ARCH_SCSW_AC_HALT_PENDING))
		atomic_store(&sch->stop, 0);
}

bool css_subchannel_run(void *context, bool may_wait)
{
	struct css_subchannel *sch = context;
	enum css_outcome outcome = CSS_OUTCOME_CHAINED;
	enum step step;

	css_subchannel_lock(sch);
	while (outcome != CSS_OUTCOME_AGAIN && (step = perform(sch)) != STEP_NOTHING) {
		if (step == STEP_DONE)
			continue;
		css_subchannel_unlock(sch);
		outcome = css_channel_execute(sch, may_wait);
		css_subchannel_lock(sch);
		if (outcome == CSS_OUTCOME_ENDED)
			finish_program(sch);
		else if (outcome == CSS_OUTCOME_BUSY)
			wait_for_control_unit(sch);
		else if (outcome == CSS_OUTCOME_STOPPED)
			check_stop(sch);
	}
	css_subchannel_unlock(sch);
	return outcome == CSS_OUTCOME_AGAIN;
}
