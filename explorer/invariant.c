/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The invariants of vfio-ccw-interface.md section 12.2, and a few that make them hold, checked with
 * what the simulated world knows and the driver does not.
 */
#include "explorer/world.h"

#define TIME_MAX  (120ull * 1000000000) /* no operation takes longer, whatever waits for what */
#define STEPS_MAX 20000u

static const struct {
	const char *name, *text;
} names[INVARIANTS] = {
	[INVARIANT_PINNED] =
		{"pinned", "12.2.1: a program's pages and CCWs stay from before START until after "
			   "its final IRB is queued"},
	[INVARIANT_ONE_PROGRAM] = {"one-program", "12.2.2: at most one program between condition "
						  "code 0 and its final IRB"},
	[INVARIANT_IRB_ONCE] = {"irb-once", "12.2.3: each IRB can be read exactly once, in order, "
					    "as it was stored"},
	[INVARIANT_REFUSAL] = {"refusal", "12.2.4: a refused request leaves state, program and all "
					  "readable bytes as they were"},
	[INVARIANT_CLEAR] = {"clear", "12.2.5: CLEAR and its IRB lead to IDLE or NOT_OPER"},
	[INVARIANT_AGAIN] = {"again",
			     "12.2.6: EAGAIN only if another thread is certain to end what "
			     "it is about"},
	[INVARIANT_CLOSED] = {"closed", "12.2.7: after close no page is pinned and no work runs"},
	[INVARIANT_STATE] = {"state", "CP_PENDING is where a program is in flight, and only there"},
	[INVARIANT_NOT_OPER] = {"not-oper",
				"NOT_OPER is sticky until close and open, and announced"},
	[INVARIANT_ANSWER] = {"answer", "each request is answered as D3 to D7 say"},
	[INVARIANT_UNMAPPED] = {"unmapped", "after an unmap no program touches the range"},
	[INVARIANT_EVENT] = {"event", "the eventfd is signalled while an IRB is unread; a released "
				      "one is never used"},
	[INVARIANT_DEADLOCK] = {"deadlock", "somebody can go on, or all are done"},
	[INVARIANT_BOUNDED] = {"bounded", "every operation ends in bounded time; none waits in "
					  "CP_PROCESSING"},
	[INVARIANT_LOCK] = {"lock",
			    "nothing sleeps with the lock held, and it is held where it has "
			    "to be"},
	[INVARIANT_FREED] = {"freed", "memory that was given back is never touched"},
	[INVARIANT_LEAK] = {"leak", "at the end nothing is allocated, pinned or referenced"},
	[INVARIANT_STOPPED] = {"stopped",
			       "the driver's own assertions hold, and it does not crash"},
};

const char *invariant_name(enum invariant invariant)
{
	return names[invariant].name;
}

const char *invariant_text(enum invariant invariant)
{
	return names[invariant].text;
}

/* What of the device a client can read, or a request can change. */
#define READABLE_FROM offsetof(struct chanio_device, orb)
#define READABLE_TO   offsetof(struct chanio_device, event)
static uint8_t before[THREADS][READABLE_TO - READABLE_FROM];
static struct {
	const struct chanio_program *program;
	uint8_t state;
} before_state[THREADS];

bool world_defers_irbs;

static bool is_request(const struct thread *thread)
{
	return thread->operation <= OPERATION_CLEAR;
}

/* ---- after every step ---- */

static void check_flight(void)
{
	const struct flight *flight = &world.flight;

	if (flight->pages & ~world.pinned)
		violate(INVARIANT_PINNED, "program %u is in flight and its page is not pinned",
			flight->number);
	if (memcmp(flight->memory, flight->copy, sizeof(flight->copy)))
		violate(INVARIANT_PINNED, "the CCWs of program %u change in flight",
			flight->number);
}

/* The lock is free. */
static void check_state(void)
{
	const struct chanio_device *device = world.device;
	bool in_flight = world.flight.number;

	if (device->state == CHANIO_STATE_CP_PENDING && !in_flight &&
	    device->purpose == CHANIO_QUIESCE_NONE &&
	    !(world_defers_irbs && (world.deferred || world.working)))
		violate(INVARIANT_STATE, "CP_PENDING, and no program is in flight");
	if (in_flight && device->state != CHANIO_STATE_CP_PENDING && !device->program)
		violate(INVARIANT_STATE, "program %u is in flight and the driver does not know it",
			world.flight.number);
	if (in_flight && device->state != CHANIO_STATE_CP_PENDING &&
	    device->state != CHANIO_STATE_NOT_OPER)
		violate(INVARIANT_STATE, "%s while program %u is in flight",
			chanio_state_name(device->state), world.flight.number);
	if (world.last_state == CHANIO_STATE_NOT_OPER && device->state != CHANIO_STATE_NOT_OPER &&
	    self()->operation != OPERATION_REOPEN && !world.serial)
		violate(INVARIANT_NOT_OPER, "NOT_OPER is left for %s",
			chanio_state_name(device->state));
	world.last_state = device->state;
}

void check_step(void)
{
	if (world.flight.number)
		check_flight();
	if (world.owner < 0 && world.device)
		check_state();
	if (world.now > TIME_MAX)
		violate(INVARIANT_BOUNDED, "more than two minutes have passed");
	if (world.step > STEPS_MAX)
		violate(INVARIANT_BOUNDED, "more than %u steps", STEPS_MAX);
}

/* ---- requests ---- */

/* What the contract answers before a request comes to the subchannel; 1: nothing. */
static int refusal(const struct chanio_device *device, enum operation operation)
{
	unsigned int unread =
		operation == OPERATION_CLEAR ? CHANIO_IRBS_UNREAD_CLEAR : CHANIO_IRBS_UNREAD;

	if (device->state == CHANIO_STATE_NOT_OPER || device->state == CHANIO_STATE_STANDBY ||
	    device->purpose == CHANIO_QUIESCE_CLOSE)
		return -EACCES;
	if (device->purpose != CHANIO_QUIESCE_NONE || device->state == CHANIO_STATE_CP_PROCESSING)
		return -EAGAIN;
	if (operation == OPERATION_START && device->state == CHANIO_STATE_CP_PENDING)
		return -EBUSY;
	return device->irb_count >= unread ? -EBUSY : 1;
}

static void remember(struct thread *thread)
{
	const struct chanio_device *device = world.device;

	memcpy(before[world.current], (const uint8_t *)device + READABLE_FROM, sizeof(before[0]));
	before_state[world.current].program = device->program;
	before_state[world.current].state = device->state;
	thread->expected = refusal(device, thread->operation);
}

static bool has_changed(void)
{
	const struct chanio_device *device = world.device;

	return before_state[world.current].program != device->program ||
	       before_state[world.current].state != device->state ||
	       memcmp(before[world.current], (const uint8_t *)device + READABLE_FROM,
		      sizeof(before[0]));
}

static void expect_irb(struct thread *thread)
{
	const struct irb_expected *expected = &world.shown;

	thread->takes = world.queue_count;
	if (thread->takes)
		expected = &world.queue[world.queue_head];
	thread->serial = expected->serial;
	thread->control = expected->control;
}

void check_locked(void)
{
	struct thread *thread = self();

	thread->sections++;
	if (thread->sections > 1 || !world.device || world.current >= THREADS)
		return;
	if (is_request(thread))
		remember(thread);
	else if (thread->operation == OPERATION_READ)
		expect_irb(thread);
}

static bool somebody_translates(void)
{
	for (unsigned int i = 0; i < THREADS; i++)
		if (i != world.current && world.thread[i].translating)
			return true;
	return false;
}

/* The read has given its bytes to the client: the IRB is taken, if nobody was faster. */
static void take(const struct thread *thread)
{
	if (!world.queue_count || world.queue[world.queue_head].serial != thread->serial)
		return;
	world.shown = world.queue[world.queue_head];
	world.queue_head = (world.queue_head + 1) % QUEUE;
	world.queue_count--;
}

static void check_announced(void)
{
	const struct chanio_device *device = world.device;
	const struct event *event = event_armed(CHANIO_IRQ_REQ);

	if (device->state == CHANIO_STATE_NOT_OPER && device->open && event &&
	    world.last_state != CHANIO_STATE_NOT_OPER && world.last_state != CHANIO_STATE_STANDBY &&
	    !event->count)
		violate(INVARIANT_NOT_OPER, "the device is lost and the client was not told");
}

void check_unlocking(void)
{
	struct thread *thread = self();

	if (!world.device)
		return;
	check_announced();
	if (thread->decided)
		thread->certain =
			world.device->purpose != CHANIO_QUIESCE_NONE || somebody_translates();
	thread->decided = false;
	if (is_request(thread) && thread->sections == 1)
		thread->changed = has_changed();
	if (thread->operation == OPERATION_READ && thread->sections == 2 && thread->takes)
		take(thread);
}

/* ---- results ---- */

static void check_irb(const struct thread *thread)
{
	const struct chanio_io_region *region = &thread->client.io;
	struct arch_irb irb;
	arch_be32 serial;

	if (world_defers_irbs)
		return;
	memcpy(&irb, region->irb, sizeof(irb));
	memcpy(&serial, irb.ecw, sizeof(serial));
	if (arch_get32(serial) != thread->serial)
		violate(INVARIANT_IRB_ONCE, "read IRB %u instead of IRB %u", arch_get32(serial),
			thread->serial);
	if ((arch_get32(irb.scsw.control) ^ thread->control) & ~ARCH_SCSW_FORMAT_1)
		violate(INVARIANT_IRB_ONCE, "IRB %u was stored as %08x and is read as %08x",
			thread->serial, thread->control, arch_get32(irb.scsw.control));
}

static void check_request(const struct thread *thread, long result, long success)
{
	if (thread->expected != 1 && result != thread->expected)
		violate(INVARIANT_ANSWER, "the answer is %ld and must be %d", result,
			thread->expected);
	if (result == success)
		return;
	if (thread->expected == 1 && thread->sections == 1 && !thread->instruction)
		violate(INVARIANT_ANSWER, "refused with %ld, and there is no reason", result);
	if (thread->sections == 1 && !thread->instruction && thread->changed)
		violate(INVARIANT_REFUSAL, "refused with %ld, and something has changed", result);
	if (result == -EAGAIN && !thread->certain)
		violate(INVARIANT_AGAIN, "EAGAIN, and nobody is certain to go on");
}

static void check_start(const struct thread *thread, long result)
{
	const long success = sizeof(struct chanio_io_region);

	if ((result == success) != (thread->flight != 0))
		violate(INVARIANT_ANSWER, "START gives %ld, and the subchannel has %s it", result,
			thread->flight ? "begun" : "not begun");
	check_request(thread, result, success);
}

static void check_unmapped(long result)
{
	if (result && !world.subchannel.dead)
		violate(INVARIANT_ANSWER, "the unmap gives %ld, and the subchannel answers",
			result);
	if (!result &&
	    ((world.pinned | world.flight.pages * (world.flight.number != 0)) & world.unmapped))
		violate(INVARIANT_UNMAPPED, "unmapped, and still pinned");
}

void check_return(long result)
{
	struct thread *thread = self();

	switch (thread->operation) {
	case OPERATION_START:
		check_start(thread, result);
		break;
	case OPERATION_HALT:
	case OPERATION_CLEAR:
		check_request(thread, result, sizeof(struct chanio_command_region));
		break;
	case OPERATION_READ:
		if (result != sizeof(struct chanio_io_region))
			violate(INVARIANT_ANSWER, "the read gives %ld", result);
		check_irb(thread);
		break;
	case OPERATION_UNMAP:
		check_unmapped(result);
		break;
	default:
		break;
	}
}

void check_closed(void)
{
	const struct chanio_device *device = world.device;

	/* Somebody else has opened it since; or no quiesce could end a program. */
	if (device->open || device->stats.programs_kept)
		return;
	if (world.pinned)
		violate(INVARIANT_CLOSED, "closed, and pages %llx are pinned",
			(unsigned long long)world.pinned);
	if (world.deferred || world.working)
		violate(INVARIANT_CLOSED, "closed, and work is deferred");
}

/* ---- what happens in between ---- */

static void forget_irbs(void)
{
	world.queue_count = 0;
	world.shown = (struct irb_expected){0};
}

void check_transition(unsigned int row, unsigned int state, unsigned int event, unsigned int next)
{
	struct thread *thread = self();
	uint8_t purpose = world.device->purpose;

	if (event == CHANIO_EVENT_START && next == CHANIO_STATE_CP_PROCESSING &&
	    state == CHANIO_STATE_IDLE) {
		thread->translating = true;
		world.subchannel.clear_counts = false;
		world.subchannel.status.cleared = false;
		world.subchannel.way.cleared = false;
	}
	if (event == CHANIO_EVENT_TRANSLATED)
		thread->translating = false;
	thread->decided = event == CHANIO_EVENT_START || event == CHANIO_EVENT_HALT ||
			  event == CHANIO_EVENT_CLEAR || event == CHANIO_EVENT_TRANSLATED;
	if (event == CHANIO_EVENT_ENABLED && next == CHANIO_STATE_IDLE)
		forget_irbs();
	if (event == CHANIO_EVENT_QUIESCED &&
	    (purpose == CHANIO_QUIESCE_CLOSE || purpose == CHANIO_QUIESCE_RESET))
		forget_irbs();
}

void check_started(const struct arch_orb *orb)
{
	struct flight *flight = &world.flight;
	uint32_t address = arch_get32(orb->program_address);

	if (flight->number)
		violate(INVARIANT_ONE_PROGRAM, "START while program %u is in flight",
			flight->number);
	if (world.subchannel.pages & ~world.pinned)
		violate(INVARIANT_PINNED, "START, and a page of the program is not pinned");
	flight->number = ++world.flights;
	flight->pages = world.subchannel.pages;
	flight->memory = channel_address(address, sizeof(flight->copy));
	memcpy(flight->copy, flight->memory, sizeof(flight->copy));
	self()->flight = flight->number;
}

/* The IRB is about to be given to the driver; what must become of it. */
void check_delivery(const struct status *status)
{
	const struct chanio_device *device = world.device;
	bool operational =
		device->state != CHANIO_STATE_NOT_OPER && device->state != CHANIO_STATE_STANDBY;
	struct irb_expected *expected;

	if (status->ends && status->ends == world.flight.number)
		world.flight.number = 0;
	if (!operational || device->purpose == CHANIO_QUIESCE_CLOSE ||
	    device->purpose == CHANIO_QUIESCE_RESET || world_defers_irbs)
		return;
	if (world.queue_count == QUEUE)
		violate(INVARIANT_BOUNDED, "%u IRBs unread", QUEUE);
	expected = &world.queue[(world.queue_head + world.queue_count++) % QUEUE];
	*expected = (struct irb_expected){status->serial, status->control};
}

void check_delivered(const struct status *status)
{
	uint8_t state = world.device->state;

	if (status->cleared && !world_defers_irbs &&
	    (state == CHANIO_STATE_CP_PROCESSING || state == CHANIO_STATE_CP_PENDING))
		violate(INVARIANT_CLEAR, "CLEAR is done and the state is %s",
			chanio_state_name(state));
}

/* ---- at the end ---- */

void check_quiet(void)
{
	const struct chanio_device *device = world.device;
	const struct event *event = event_armed(CHANIO_IRQ_IO);

	if (device->translating || device->purpose != CHANIO_QUIESCE_NONE || device->releasing ||
	    device->waiters)
		violate(INVARIANT_STATE, "all is over, and the driver thinks something goes on");
	if (device->state == CHANIO_STATE_CP_PROCESSING)
		violate(INVARIANT_STATE, "all is over, and the state is CP_PROCESSING");
	if (!world.flight.number && world.pinned)
		violate(INVARIANT_LEAK, "nothing is in flight, and pages %llx are pinned",
			(unsigned long long)world.pinned);
	if (world.queue_count && event && !event->count)
		violate(INVARIANT_EVENT, "IRBs are unread, and the eventfd is not signalled");
	if (device->irb_count != world.queue_count && !world_defers_irbs)
		violate(INVARIANT_IRB_ONCE, "%u IRBs are queued, and %u must be", device->irb_count,
			world.queue_count);
	if (device->stats.irbs_lost || device->stats.irbs_dropped_unsolicited)
		violate(INVARIANT_IRB_ONCE, "IRBs were dropped");
}
