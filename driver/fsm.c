/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The state machine: the table of design decisions D3 to D15, its names, and the dispatch that runs
 * on it. What a guard asks is in guards.c, what an action does in actions.c, each with its words.
 */
#include "driver/internal.h"

#define ROW(state, event, guard, action, next, error, contract)                                    \
	{                                                                                          \
		CHANIO_STATE_##state, CHANIO_EVENT_##event, CHANIO_GUARD_##guard,                  \
			CHANIO_ACTION_##action, CHANIO_STATE_##next, error, contract               \
	}
#define IMPOSSIBLE(state, event) ROW(state, event, NONE, IMPOSSIBLE, state, 0, "")

/* clang-format off */
const struct chanio_transition chanio_transitions[] = {
	/* NOT_OPER: sticky until close and open. A program may be kept here that nothing could end. */
	ROW(NOT_OPER, OPEN, OPEN, NONE, NOT_OPER, -EBUSY, "D14"),
	ROW(NOT_OPER, OPEN, GONE, NONE, NOT_OPER, -ENODEV, "D14"),
	ROW(NOT_OPER, OPEN, KEPT, NONE, NOT_OPER, -ENODEV, "D15"),
	ROW(NOT_OPER, OPEN, NONE, ENABLE, STANDBY, 0, "D14"),
	ROW(NOT_OPER, CLOSE, QUIESCING, NONE, NOT_OPER, -EAGAIN, "D15"),
	ROW(NOT_OPER, CLOSE, NOT_OPEN, NONE, NOT_OPER, 0, "D15"),
	ROW(NOT_OPER, CLOSE, NONE, QUIESCE, NOT_OPER, 0, "D15"),
	ROW(NOT_OPER, START, NONE, NONE, NOT_OPER, -EACCES, "D3"),
	ROW(NOT_OPER, HALT, NONE, NONE, NOT_OPER, -EACCES, "D3"),
	ROW(NOT_OPER, CLEAR, NONE, NONE, NOT_OPER, -EACCES, "D3"),
	ROW(NOT_OPER, IRB, FINAL, RELEASE, NOT_OPER, 0, "D8 D15"),
	ROW(NOT_OPER, IRB, NONE, DROP, NOT_OPER, 0, "D14"),
	ROW(NOT_OPER, RESET, NONE, NONE, NOT_OPER, -EINVAL, "D14"),
	ROW(NOT_OPER, DMA_UNMAP, QUIESCING, NONE, NOT_OPER, -EAGAIN, "D15"),
	ROW(NOT_OPER, DMA_UNMAP, TOUCHED, QUIESCE, NOT_OPER, 0, "D15"),
	ROW(NOT_OPER, DMA_UNMAP, NONE, NONE, NOT_OPER, 0, "D15"),
	ROW(NOT_OPER, GONE, NONE, GONE, NOT_OPER, 0, "D14"),
	ROW(NOT_OPER, TRANSLATED, NONE, DISCARD, NOT_OPER, -EACCES, "D3 D4"),
	IMPOSSIBLE(NOT_OPER, STARTED),
	IMPOSSIBLE(NOT_OPER, SIGNALLED),
	ROW(NOT_OPER, QUIESCED, FAILED, FINISH, NOT_OPER, -EINVAL, "D14 D15"),
	ROW(NOT_OPER, QUIESCED, GONE, FINISH, NOT_OPER, -EINVAL, "D14 D15"),
	ROW(NOT_OPER, QUIESCED, CLOSING, FINISH, STANDBY, 0, "D14 D15"),
	ROW(NOT_OPER, QUIESCED, NONE, FINISH, NOT_OPER, -EINVAL, "D14 D15"),
	IMPOSSIBLE(NOT_OPER, ENABLED),

	/* STANDBY: not open, the subchannel is disabled. */
	ROW(STANDBY, OPEN, NONE, ENABLE, STANDBY, 0, "D15"),
	ROW(STANDBY, CLOSE, NONE, NONE, STANDBY, 0, "D15"),
	ROW(STANDBY, START, NONE, NONE, STANDBY, -EACCES, "D3"),
	ROW(STANDBY, HALT, NONE, NONE, STANDBY, -EACCES, "D3"),
	ROW(STANDBY, CLEAR, NONE, NONE, STANDBY, -EACCES, "D3"),
	ROW(STANDBY, IRB, NONE, DROP, STANDBY, 0, "D15"),
	ROW(STANDBY, RESET, NONE, NONE, STANDBY, -EINVAL, "D15"),
	ROW(STANDBY, DMA_UNMAP, NONE, NONE, STANDBY, 0, "D15"),
	ROW(STANDBY, GONE, NONE, GONE, NOT_OPER, 0, "D14"),
	IMPOSSIBLE(STANDBY, TRANSLATED),
	IMPOSSIBLE(STANDBY, STARTED),
	IMPOSSIBLE(STANDBY, SIGNALLED),
	IMPOSSIBLE(STANDBY, QUIESCED),
	ROW(STANDBY, ENABLED, FAILED, NONE, NOT_OPER, -ENODEV, "D14"),
	ROW(STANDBY, ENABLED, NONE, OPENED, IDLE, 0, "D15"),

	/* IDLE: no program of ours is at the subchannel. */
	ROW(IDLE, OPEN, NONE, NONE, IDLE, -EBUSY, "D15"),
	ROW(IDLE, CLOSE, QUIESCING, NONE, IDLE, -EAGAIN, "D15"),
	ROW(IDLE, CLOSE, NONE, QUIESCE, IDLE, 0, "D15"),
	ROW(IDLE, START, CLOSING, NONE, IDLE, -EACCES, "D3 D15"),
	ROW(IDLE, START, QUIESCING, NONE, IDLE, -EAGAIN, "D15"),
	ROW(IDLE, START, NO_FUNCTION, NONE, IDLE, -EINVAL, "D12"),
	ROW(IDLE, START, NOT_START, NONE, IDLE, -EOPNOTSUPP, "D12"),
	ROW(IDLE, START, TRANSPORT, NONE, IDLE, -EOPNOTSUPP, "D12"),
	ROW(IDLE, START, RESERVED, NONE, IDLE, -EINVAL, "D13"),
	ROW(IDLE, START, UNREAD, NONE, IDLE, -EBUSY, "D9"),
	ROW(IDLE, START, NONE, BEGIN, CP_PROCESSING, 0, "D2 D4"),
	ROW(IDLE, HALT, CLOSING, NONE, IDLE, -EACCES, "D3 D15"),
	ROW(IDLE, HALT, QUIESCING, NONE, IDLE, -EAGAIN, "D15"),
	ROW(IDLE, HALT, UNKNOWN, NONE, IDLE, -EINVAL, "D2"),
	ROW(IDLE, HALT, UNREAD, NONE, IDLE, -EBUSY, "D9"),
	ROW(IDLE, HALT, NONE, ISSUE_HALT, IDLE, 0, "D7"),
	ROW(IDLE, CLEAR, CLOSING, NONE, IDLE, -EACCES, "D3 D15"),
	ROW(IDLE, CLEAR, QUIESCING, NONE, IDLE, -EAGAIN, "D15"),
	ROW(IDLE, CLEAR, UNREAD, NONE, IDLE, -EBUSY, "D9"),
	ROW(IDLE, CLEAR, NONE, ISSUE_CLEAR, IDLE, 0, "D7"),
	ROW(IDLE, IRB, NONE, DELIVER, IDLE, 0, "D8 D9"),
	ROW(IDLE, RESET, QUIESCING, NONE, IDLE, -EAGAIN, "D15"),
	ROW(IDLE, RESET, NONE, QUIESCE, IDLE, 0, "D15"),
	ROW(IDLE, DMA_UNMAP, QUIESCING, NONE, IDLE, -EAGAIN, "D15"),
	ROW(IDLE, DMA_UNMAP, NONE, NONE, IDLE, 0, "D15"),
	ROW(IDLE, GONE, NONE, GONE, NOT_OPER, 0, "D14"),
	ROW(IDLE, TRANSLATED, CLOSING, DISCARD, IDLE, -EACCES, "D3 D15"),
	ROW(IDLE, TRANSLATED, NONE, DISCARD, IDLE, -EAGAIN, "D15"),
	IMPOSSIBLE(IDLE, STARTED),
	ROW(IDLE, SIGNALLED, ACCEPTED, NONE, IDLE, 0, "D7"),
	ROW(IDLE, SIGNALLED, EXCEPTION, NONE, IDLE, -EIO, "D7"),
	ROW(IDLE, SIGNALLED, NOT_OPERATIONAL, LOSE, NOT_OPER, -ENODEV, "D14"),
	ROW(IDLE, SIGNALLED, NONE, NONE, IDLE, -EBUSY, "D7"),
	ROW(IDLE, QUIESCED, FAILED, FINISH_LOST, NOT_OPER, -EINVAL, "D14 D15"),
	ROW(IDLE, QUIESCED, CLOSING, FINISH, STANDBY, 0, "D15"),
	ROW(IDLE, QUIESCED, NONE, FINISH, IDLE, 0, "D15"),
	IMPOSSIBLE(IDLE, ENABLED),

	/* CP_PROCESSING: one thread translates, without the lock. No quiesce is under way: it aborts
	 * the translation, so the state is IDLE then. */
	ROW(CP_PROCESSING, OPEN, NONE, NONE, CP_PROCESSING, -EBUSY, "D15"),
	ROW(CP_PROCESSING, CLOSE, NONE, QUIESCE, IDLE, 0, "D15"),
	ROW(CP_PROCESSING, START, NONE, NONE, CP_PROCESSING, -EAGAIN, "D5"),
	ROW(CP_PROCESSING, HALT, NONE, NONE, CP_PROCESSING, -EAGAIN, "D5"),
	ROW(CP_PROCESSING, CLEAR, NONE, NONE, CP_PROCESSING, -EAGAIN, "D5"),
	ROW(CP_PROCESSING, IRB, NONE, DELIVER, CP_PROCESSING, 0, "D8 D9"),
	ROW(CP_PROCESSING, RESET, NONE, QUIESCE, IDLE, 0, "D15"),
	ROW(CP_PROCESSING, DMA_UNMAP, NONE, QUIESCE, IDLE, 0, "D15"),
	ROW(CP_PROCESSING, GONE, NONE, GONE, NOT_OPER, 0, "D14"),
	ROW(CP_PROCESSING, TRANSLATED, SUPERSEDED, DISCARD, CP_PROCESSING, -EAGAIN, "D1"),
	ROW(CP_PROCESSING, TRANSLATED, NO_MEMORY, DISCARD, IDLE, -ENOMEM, "D4"),
	ROW(CP_PROCESSING, TRANSLATED, FAILED, DISCARD, IDLE, -EINVAL, "D4 D16"),
	ROW(CP_PROCESSING, TRANSLATED, NONE, ISSUE_START, CP_PROCESSING, 0, "D4"),
	ROW(CP_PROCESSING, STARTED, ACCEPTED, KEEP, CP_PENDING, 0, "D4"),
	ROW(CP_PROCESSING, STARTED, EXCEPTION, DISCARD, IDLE, -EIO, "D4"),
	ROW(CP_PROCESSING, STARTED, PATHS_REMAIN, DISCARD, IDLE, -EACCES, "D4"),
	ROW(CP_PROCESSING, STARTED, NOT_OPERATIONAL, DISCARD, IDLE, -ENODEV, "D4"),
	ROW(CP_PROCESSING, STARTED, NONE, DISCARD, IDLE, -EBUSY, "D4"),
	IMPOSSIBLE(CP_PROCESSING, SIGNALLED),
	IMPOSSIBLE(CP_PROCESSING, QUIESCED),
	IMPOSSIBLE(CP_PROCESSING, ENABLED),

	/* CP_PENDING: the channel has the program. */
	ROW(CP_PENDING, OPEN, NONE, NONE, CP_PENDING, -EBUSY, "D15"),
	ROW(CP_PENDING, CLOSE, QUIESCING, NONE, CP_PENDING, -EAGAIN, "D15"),
	ROW(CP_PENDING, CLOSE, NONE, QUIESCE, CP_PENDING, 0, "D15"),
	ROW(CP_PENDING, START, CLOSING, NONE, CP_PENDING, -EACCES, "D3 D15"),
	ROW(CP_PENDING, START, QUIESCING, NONE, CP_PENDING, -EAGAIN, "D15"),
	ROW(CP_PENDING, START, NONE, NONE, CP_PENDING, -EBUSY, "D6 D17"),
	ROW(CP_PENDING, HALT, CLOSING, NONE, CP_PENDING, -EACCES, "D3 D15"),
	ROW(CP_PENDING, HALT, QUIESCING, NONE, CP_PENDING, -EAGAIN, "D15"),
	ROW(CP_PENDING, HALT, UNKNOWN, NONE, CP_PENDING, -EINVAL, "D2"),
	ROW(CP_PENDING, HALT, UNREAD, NONE, CP_PENDING, -EBUSY, "D9"),
	ROW(CP_PENDING, HALT, NONE, ISSUE_HALT, CP_PENDING, 0, "D6"),
	ROW(CP_PENDING, CLEAR, CLOSING, NONE, CP_PENDING, -EACCES, "D3 D15"),
	ROW(CP_PENDING, CLEAR, QUIESCING, NONE, CP_PENDING, -EAGAIN, "D15"),
	ROW(CP_PENDING, CLEAR, UNREAD, NONE, CP_PENDING, -EBUSY, "D9"),
	ROW(CP_PENDING, CLEAR, NONE, ISSUE_CLEAR, CP_PENDING, 0, "D6"),
	ROW(CP_PENDING, IRB, FINAL, DELIVER_FINAL, IDLE, 0, "D8 D9"),
	ROW(CP_PENDING, IRB, NONE, DELIVER, CP_PENDING, 0, "D8 D9"),
	ROW(CP_PENDING, RESET, QUIESCING, NONE, CP_PENDING, -EAGAIN, "D15"),
	ROW(CP_PENDING, RESET, NONE, QUIESCE, CP_PENDING, 0, "D15"),
	ROW(CP_PENDING, DMA_UNMAP, QUIESCING, NONE, CP_PENDING, -EAGAIN, "D15"),
	ROW(CP_PENDING, DMA_UNMAP, TOUCHED, QUIESCE, CP_PENDING, 0, "D15"),
	ROW(CP_PENDING, DMA_UNMAP, NONE, NONE, CP_PENDING, 0, "D15"),
	ROW(CP_PENDING, GONE, NONE, GONE, NOT_OPER, 0, "D14"),
	IMPOSSIBLE(CP_PENDING, TRANSLATED),
	IMPOSSIBLE(CP_PENDING, STARTED),
	ROW(CP_PENDING, SIGNALLED, ACCEPTED, NONE, CP_PENDING, 0, "D6"),
	ROW(CP_PENDING, SIGNALLED, EXCEPTION, NONE, CP_PENDING, -EIO, "D6"),
	ROW(CP_PENDING, SIGNALLED, NOT_OPERATIONAL, LOSE, NOT_OPER, -ENODEV, "D14"),
	ROW(CP_PENDING, SIGNALLED, NONE, NONE, CP_PENDING, -EBUSY, "D6"),
	ROW(CP_PENDING, QUIESCED, FAILED, FINISH_LOST, NOT_OPER, -EINVAL, "D14 D15"),
	ROW(CP_PENDING, QUIESCED, CLOSING, FINISH, STANDBY, 0, "D15"),
	ROW(CP_PENDING, QUIESCED, NONE, FINISH, IDLE, 0, "D15"),
	IMPOSSIBLE(CP_PENDING, ENABLED),
};
/* clang-format on */

const size_t chanio_transition_count = sizeof(chanio_transitions) / sizeof(chanio_transitions[0]);

_Static_assert(sizeof(chanio_transitions) / sizeof(chanio_transitions[0]) < 256,
	       "a row number fits a byte");

const struct chanio_fsm_text chanio_fsm_no_text = {"?", "?"};

static const struct chanio_fsm_text states[CHANIO_STATES] = {
	[CHANIO_STATE_NOT_OPER] = {"NOT_OPER",
				   "The device is lost, for this client until it closes "
				   "and opens again."},
	[CHANIO_STATE_STANDBY] = {"STANDBY", "Nobody has it open; the subchannel is disabled."},
	[CHANIO_STATE_IDLE] = {"IDLE", "Open, and no program of the client is at the subchannel."},
	[CHANIO_STATE_CP_PROCESSING] = {"CP_PROCESSING", "A thread translates the program of a "
							 "START, or is about to issue it."},
	[CHANIO_STATE_CP_PENDING] = {"CP_PENDING", "The subchannel has accepted a program and has "
						   "not given its final status."},
};

static const struct chanio_fsm_text events[CHANIO_EVENTS] = {
	[CHANIO_EVENT_OPEN] = {"open", "A client opens the device."},
	[CHANIO_EVENT_CLOSE] = {"close", "The last descriptor of the client is closed."},
	[CHANIO_EVENT_START] = {"START", "The client writes ORB and SCSW to the I/O region."},
	[CHANIO_EVENT_HALT] = {"HALT",
			       "The client writes a command that is not CLEAR to the command "
			       "region; 1 is HALT."},
	[CHANIO_EVENT_CLEAR] = {"CLEAR", "The client writes CLEAR, 2, to the command region."},
	[CHANIO_EVENT_IRB] = {"IRB", "The subchannel has presented status."},
	[CHANIO_EVENT_RESET] = {"reset", "The client asks for VFIO_DEVICE_RESET."},
	[CHANIO_EVENT_DMA_UNMAP] = {"DMA unmap", "A range of the guest's storage is about to go."},
	[CHANIO_EVENT_GONE] = {"gone",
			       "Subchannel or device are gone for good and touch no storage "
			       "any more."},
	[CHANIO_EVENT_TRANSLATED] = {"translated",
				     "The program of a START is ready, or could not be "
				     "made."},
	[CHANIO_EVENT_STARTED] = {"started", "START SUBCHANNEL has given its condition code."},
	[CHANIO_EVENT_SIGNALLED] = {"signalled", "HALT or CLEAR SUBCHANNEL has given its condition "
						 "code."},
	[CHANIO_EVENT_QUIESCED] = {"quiesced", "The quiesce of a close, reset or unmap is over."},
	[CHANIO_EVENT_ENABLED] = {"enabled", "The subchannel was enabled, or could not be."},
};

const struct chanio_fsm_text *chanio_state_text(unsigned int state)
{
	return state < CHANIO_STATES ? &states[state] : &chanio_fsm_no_text;
}

const struct chanio_fsm_text *chanio_event_text(unsigned int event)
{
	return event < CHANIO_EVENTS ? &events[event] : &chanio_fsm_no_text;
}

bool chanio_action_is_impossible(unsigned int action)
{
	return action == CHANIO_ACTION_IMPOSSIBLE;
}

void chanio_fsm_init(struct chanio_device *device)
{
	for (size_t i = chanio_transition_count; i-- > 0;)
		device->first_row[chanio_transitions[i].state][chanio_transitions[i].event] =
			(uint8_t)i;
}

static const struct chanio_transition *find_row(const struct chanio_device *device,
						const struct chanio_occurrence *occurrence)
{
	const struct chanio_transition *row =
		&chanio_transitions[device->first_row[device->state][occurrence->event]];

	/* The last row of a pair has no guard, so this ends within the pair. */
	while (row->guard != CHANIO_GUARD_NONE && !chanio_guard(row->guard, device, occurrence))
		row++;
	return row;
}

int chanio_fsm(struct chanio_device *device, struct chanio_occurrence *occurrence)
{
	const struct chanio_transition *row;
	unsigned int event = occurrence->event;

	do {
		occurrence->event = (uint8_t)event;
		row = find_row(device, occurrence);
		chanio_trace(device, CHANIO_TRACE_TRANSITION,
			     (uint64_t)(row - chanio_transitions) << 16 |
				     (uint64_t)device->state << 8 | occurrence->event,
			     (uint64_t)row->next << 32 | (uint32_t)row->error);
		device->state = row->next;
		event = chanio_act(row->action, device, occurrence);
	} while (event != CHANIO_EVENTS);
	return row->error;
}
