/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The state machine as data: the code dispatches on this table, and the documentation, the diagram
 * and the model are printed from it (`chanio fsm`). Every pair of state and event is present.
 */
#ifndef CHANIO_DRIVER_FSM_H
#define CHANIO_DRIVER_FSM_H

#include "arch/types.h"

enum chanio_state {
	CHANIO_STATE_NOT_OPER,	    /* the device is gone; sticky until close and open */
	CHANIO_STATE_STANDBY,	    /* not open, subchannel disabled */
	CHANIO_STATE_IDLE,	    /* no program */
	CHANIO_STATE_CP_PROCESSING, /* a program is being translated and started */
	CHANIO_STATE_CP_PENDING,    /* started with condition code 0, final status not yet seen */
	CHANIO_STATES,
};

enum chanio_event {
	CHANIO_EVENT_OPEN,
	CHANIO_EVENT_CLOSE,
	CHANIO_EVENT_START,
	CHANIO_EVENT_HALT,
	CHANIO_EVENT_CLEAR,
	CHANIO_EVENT_IRB,
	CHANIO_EVENT_RESET,
	CHANIO_EVENT_DMA_UNMAP,
	CHANIO_EVENT_GONE,
	/* What an action of this machine led to: dispatched right after it. */
	CHANIO_EVENT_TRANSLATED, /* the program of a START is ready, or could not be made */
	CHANIO_EVENT_STARTED,	 /* START SUBCHANNEL has given its condition code */
	CHANIO_EVENT_SIGNALLED,	 /* HALT or CLEAR SUBCHANNEL has given its condition code */
	CHANIO_EVENT_QUIESCED,	 /* the quiesce of a close, reset or unmap is over */
	CHANIO_EVENT_ENABLED,	 /* the subchannel was enabled, or could not be */
	CHANIO_EVENTS,
};

/*
 * One row: what happens when the event meets the state. Several rows of one pair differ by guard
 * and are tried in order; the last of a pair has no guard. The rows of a pair stand together.
 *
 * A pair that cannot occur has one row with the action "impossible": arriving there is a defect of
 * the driver and stops it.
 *
 * -EAGAIN answered to CLOSE, RESET and DMA_UNMAP never reaches the client: the caller waits for the
 * other quiesce to end and dispatches again.
 */
struct chanio_transition {
	uint8_t state;	      /* enum chanio_state */
	uint8_t event;	      /* enum chanio_event */
	uint8_t guard;	      /* enum in internal.h; chanio_guard_text() */
	uint8_t action;	      /* enum in internal.h; chanio_action_text() */
	uint8_t next;	      /* enum chanio_state */
	int16_t error;	      /* negative errno given to the client, or 0 */
	const char *contract; /* the decisions that ask for it: "D4", "D6 D8" */
};

extern const struct chanio_transition chanio_transitions[];
extern const size_t chanio_transition_count;

/* What it is called, and a sentence that says what it is; "" for the guard and action "none". */
struct chanio_fsm_text {
	const char *name, *text;
};
extern const struct chanio_fsm_text chanio_fsm_no_text; /* "?", for a number out of range */

const struct chanio_fsm_text *chanio_state_text(unsigned int state);
const struct chanio_fsm_text *chanio_event_text(unsigned int event);
const struct chanio_fsm_text *chanio_guard_text(unsigned int guard);
const struct chanio_fsm_text *chanio_action_text(unsigned int action);

static inline const char *chanio_state_name(unsigned int state)
{
	return chanio_state_text(state)->name;
}

static inline const char *chanio_event_name(unsigned int event)
{
	return chanio_event_text(event)->name;
}

static inline const char *chanio_guard_name(unsigned int guard)
{
	return chanio_guard_text(guard)->name;
}

static inline const char *chanio_action_name(unsigned int action)
{
	return chanio_action_text(action)->name;
}

/* How many numbers there are. */
extern const unsigned int chanio_guard_count, chanio_action_count;

/* True for the action that marks pairs which cannot occur. */
bool chanio_action_is_impossible(unsigned int action);

#endif
