/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The steps of the model: each fills a device from the world, runs the driver's own code for one
 * critical section on it, with a subchannel that answers as the world says, and takes the device
 * apart again. After each step the properties that hold always are looked at.
 *
 * The driver is compiled from copies (script/model): with a shorter queue, whose limits
 * keep their distances, with a trap that reports, and where a proof asks for it with a mutation.
 */
#include "model/world.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/quiesce.c"

_Static_assert(CHANIO_IRBS == WORLD_QUEUE, "the world has a place for each IRB");

/* ---- what kinds of status there are ---- */

enum kind {
	NOTHING,
	END,
	PRIMARY,
	SECONDARY,
	DEFERRED_1,
	DEFERRED_3,
	HALTED,
	HALTED_IDLE,
	CLEARED,
	PCI,
	SUSPENDED,
	UNSOLICITED,
	KINDS,
};

static const uint32_t control[KINDS] = {
	[END] = 0x00004007,	    [PRIMARY] = 0x00004045,	[SECONDARY] = 0x00000003,
	[DEFERRED_1] = 0x01004011,  [DEFERRED_3] = 0x03014011,	[HALTED] = 0x00006007,
	[HALTED_IDLE] = 0x00002001, [CLEARED] = 0x00001001,	[PCI] = 0x000040C9,
	[SUSPENDED] = 0x00004029,   [UNSOLICITED] = 0x00000011,
};

static void count_irb(struct world *w, const struct chanio_queued_irb *entry)
{
	uint32_t status = arch_get32(entry->irb.scsw.control) & ARCH_SCSW_SC;

	if (!entry->solicited)
		w->unsolicited++;
	else if (status == (ARCH_SCSW_SC_INTERMEDIATE | ARCH_SCSW_SC_PENDING))
		w->pci++;
	else
		w->solicited++;
}

static unsigned int unread(const struct world *w)
{
	return w->pci + w->unsolicited + w->solicited;
}

/* The kind of the IRB at a place of the queue; what is solicited and not PCI counts as END. */
static uint8_t kind_at(const struct world *w, unsigned int place)
{
	if (place < w->pci)
		return PCI;
	return place < (unsigned int)w->pci + w->unsolicited ? UNSOLICITED : END;
}

enum running { NOT_RUNNING, START_PENDING, ACTIVE, SUSPENDED_PROGRAM };

/* ---- what is said when asked ---- */

static const char *const faults[WORLD_FAULTS] = {
	[WORLD_TOUCHED_AFTER_RELEASE] = "a program was released that the subchannel can touch",
	[WORLD_TWO_STARTS_IN_FLIGHT] = "a START was accepted before the last one's final status",
	[WORLD_FINAL_TWICE] = "a START has got two final statuses",
	[WORLD_NO_FINAL] = "a START has ended without a final status",
	[WORLD_IRB_LOST] = "an IRB was lost",
	[WORLD_FINAL_NOT_SEEN] = "a final status has not ended its program",
	[WORLD_TWO_QUIESCES] = "two quiesces at once",
	[WORLD_REFUSAL_CHANGED] = "a refused request has changed something",
	[WORLD_STATE_DISAGREES] = "state and program disagree",
	[WORLD_TAKEN_UNSEEN] = "an IRB was taken that no read has shown",
	[WORLD_UNMAPPED_IN_USE] = "an unmap has returned while the subchannel can touch the range",
	[WORLD_LOSS_FORGOTTEN] = "NOT_OPER was left without close and open",
	[WORLD_FORGETFUL] = "the model does not remember all that the driver decides by",
	[WORLD_TRAPPED] = "the driver has met an impossible pair, or one of its assertions fails",
};

static const char *last_fault;
static bool telling;
static uint8_t rows[256];

static void at_the_end(void)
{
	unsigned int taken = 0;

	if (last_fault)
		printf("model: broken: %s\n", last_fault);
	if (telling)
		return;
	for (size_t i = 0; i < chanio_transition_count; i++)
		taken += rows[i];
	printf("model: rows taken: %u\n", taken);
	for (size_t i = 0; i < chanio_transition_count; i++)
		if (!rows[i] && !chanio_action_is_impossible(chanio_transitions[i].action))
			printf("model: row not taken: %s, %s [%s]\n",
			       chanio_state_name(chanio_transitions[i].state),
			       chanio_event_name(chanio_transitions[i].event),
			       chanio_guard_name(chanio_transitions[i].guard));
}

static void tell(const struct world *w, const char *who, int me, const char *what, int result)
{
	if (!telling)
		return;
	if (me >= 0)
		printf("client %d: %-34s %4d", me, what, result);
	else
		printf("%-8s: %-34s     ", who, what);
	printf("  %-13s program %d running %d halt %d clear %d pending %d queued %d%s\n",
	       chanio_state_name(w->state), w->program, w->running, w->halting, w->clearing,
	       w->pending, unread(w), w->purpose ? " quiescing" : "");
}

/* ---- the device, put together and taken apart ---- */

static struct chanio_device device;
static struct chanio_program held, fresh;
static struct world *now; /* during a step */
static bool released;	  /* the program that was held at its begin */
static bool may_leave;	  /* NOT_OPER, in this step */
static int answer;	  /* enum world_translation */
static int enable_fails;
static jmp_buf trap;

void model_trap(void)
{
	longjmp(trap, 1);
}

static struct arch_irb irb_of(uint8_t kind)
{
	struct arch_irb irb;

	memset(&irb, 0, sizeof(irb));
	irb.scsw.control = arch_put32(control[kind]);
	return irb;
}

/* Neither held nor fresh is light, so letting go of one shows on the list. */
static void make_program(struct chanio_program *program)
{
	memset(program, 0, sizeof(*program));
	program->pin[0] = (struct chanio_pin){.guest = 0, .pages = 1};
	program->pins = 1;
}

static uint32_t functions(uint8_t signals)
{
	return (signals & 1 ? ARCH_SCSW_FC_HALT : 0) | (signals & 2 ? ARCH_SCSW_FC_CLEAR : 0);
}

static uint8_t signals(uint32_t functions)
{
	return (uint8_t)((functions & ARCH_SCSW_FC_HALT ? 1 : 0) |
			 (functions & ARCH_SCSW_FC_CLEAR ? 2 : 0));
}

/* Generations are only compared; so that of a START is always this one, the device's some more. */
#define GENERATION 100u

/* The fields that decide, the program among them. */
#define STATE_BEGIN offsetof(struct chanio_device, state)
#define STATE_SIZE  (offsetof(struct chanio_device, program) - STATE_BEGIN)

static void load_state(const struct world *w)
{
	memset((uint8_t *)&device + STATE_BEGIN, 0, STATE_SIZE);
	device.state = w->state;
	device.purpose = w->purpose;
	device.open = w->open;
	device.gone = w->gone;
	device.translating = w->translating;
	device.generation = GENERATION + w->generation;
	device.program = w->program ? &held : NULL;
	device.given = functions(w->given);
	device.owed = functions(w->signals_owed);
	device.late = functions(w->signals_late);
}

static void load(struct world *w)
{
	now = w;
	released = false;
	may_leave = false;
	answer = WORLD_TRANSLATED;
	enable_fails = 0;
	make_program(&held);
	make_program(&fresh);
	load_state(w);
	device.detached = NULL;
	device.cached = NULL;
	device.lpm = 0xC0;
	device.opm = 0xFF;
	device.lpum = 0x80;
	device.crw_count = 0;
	device.irb_head = 0;
	device.irb_count = unread(w);
	device.irb_unsolicited = w->unsolicited;
	device.irb_sequence = unread(w);
	for (unsigned int i = 0; i < unread(w); i++)
		device.irb[i] = (struct chanio_queued_irb){
			.irb = irb_of(kind_at(w, i)),
			.sequence = i + 1,
			/* The worst for making room: what waits joins nothing that waits. */
			.generation = kind_at(w, i) == PCI ? GENERATION : 0,
			.solicited = kind_at(w, i) != UNSOLICITED,
		};
	memset(&device.stats, 0, sizeof(device.stats));
}

/*
 * Whatever the driver decides by is remembered: made again from the world, the device is the same.
 * A field that was added to the driver and not to the world would show here.
 */
static bool is_remembered(const struct world *w)
{
	uint8_t before[STATE_SIZE];
	const uint64_t generation = device.generation;

	memcpy(before, (const uint8_t *)&device + STATE_BEGIN, STATE_SIZE);
	load_state(w);
	device.generation = generation;
	return !memcmp(before, (const uint8_t *)&device + STATE_BEGIN, STATE_SIZE);
}

static void broken(struct world *w, enum world_fault fault)
{
	if (!w->fault) {
		w->fault = (uint8_t)fault;
		last_fault = faults[fault];
	}
}

static void store(struct world *w)
{
	if (w->state == CHANIO_STATE_NOT_OPER && device.state != w->state && !may_leave)
		broken(w, WORLD_LOSS_FORGOTTEN);
	for (const struct chanio_program *p = device.detached; p; p = p->next)
		released |= p == &held;
	w->state = device.state;
	w->purpose = device.purpose;
	w->open = device.open;
	w->gone = device.gone;
	w->translating = device.translating;
	w->generation = (uint8_t)(device.translating ? device.generation - GENERATION : 0);
	w->program = device.program != NULL;
	w->given = signals(device.given);
	w->signals_owed = signals(device.owed);
	w->signals_late = signals(device.late);
	w->pci = w->unsolicited = w->solicited = 0;
	for (unsigned int i = 0; i < device.irb_count; i++)
		count_irb(w, &device.irb[(device.irb_head + i) % CHANIO_IRBS]);
	/* The oldest is another one now: a read that showed it will take nothing. */
	if (!device.irb_count || device.irb[device.irb_head].sequence != 1)
		for (unsigned int i = 0; i < WORLD_CLIENTS; i++)
			if (w->client[i].saw)
				w->client[i].saw = 2;
	if (!is_remembered(w))
		broken(w, WORLD_FORGETFUL);
}

static bool in_quiesce(const struct world *w, int me)
{
	return w->client[me].busy == 2;
}

/* What holds between any two steps. */
static void check(struct world *w)
{
	bool kept = w->state == CHANIO_STATE_CP_PENDING || w->state == CHANIO_STATE_NOT_OPER;

	if (w->running && !w->program)
		broken(w, WORLD_TOUCHED_AFTER_RELEASE);
	if (w->owed && (w->state == CHANIO_STATE_IDLE || w->state == CHANIO_STATE_STANDBY))
		broken(w, WORLD_NO_FINAL);
	if (device.stats.irbs_lost)
		broken(w, WORLD_IRB_LOST);
	if ((w->program && !kept) || (w->state == CHANIO_STATE_CP_PENDING && !w->program) ||
	    (w->state == CHANIO_STATE_CP_PROCESSING && !w->translating))
		broken(w, WORLD_STATE_DISAGREES);
	if (in_quiesce(w, 0) && in_quiesce(w, 1))
		broken(w, WORLD_TWO_QUIESCES);
}

/* Told of the loss, or it is nobody's any more. */
static void forgive(struct world *w)
{
	if (w->state == CHANIO_STATE_NOT_OPER)
		w->owed = 0;
}

/* One critical section: the driver's machine takes this event. Returns its error. */
static int dispatch(struct world *w, struct chanio_occurrence *occurrence)
{
	volatile int error = 0;

	if (setjmp(trap))
		broken(w, WORLD_TRAPPED);
	else
		error = chanio_fsm(&device, occurrence);
	store(w);
	forgive(w);
	return error;
}

/* ---- the subchannel's answers ---- */

static int sub_start(void *subchannel, const struct arch_orb *orb, bool live)
{
	if (now->dead || !now->enabled)
		return 3;
	if (now->pending)
		return 1;
	if (now->running || now->halting || now->clearing)
		return 2;
	switch (answer) {
	case WORLD_CC_1:
		return 1;
	case WORLD_CC_3_PATHS:
	case WORLD_CC_3:
		return 3;
	case WORLD_EXCEPTION:
		return -EIO;
	default:
		now->running = START_PENDING;
		return 0;
	}
}

static int sub_halt(void *subchannel)
{
	if (now->dead || !now->enabled)
		return 3;
	if (now->pending)
		return 1;
	if (now->halting || now->clearing)
		return 2;
	now->halting = 1;
	return 0;
}

static int sub_clear(void *subchannel)
{
	if (now->dead || !now->enabled)
		return 3;
	now->clearing = 1;
	now->halting = 0;
	now->pending = NOTHING;
	now->secondary = 0;
	return 0;
}

static int sub_cancel(void *subchannel)
{
	if (now->dead || !now->enabled)
		return 3;
	if (now->pending)
		return 1;
	if (now->running != START_PENDING || now->halting || now->clearing)
		return 2;
	now->running = NOT_RUNNING;
	return 0;
}

static int sub_resume(void *subchannel)
{
	return 2;
}

static int sub_store(void *subchannel, struct arch_schib *schib)
{
	memset(schib, 0, sizeof(*schib));
	schib->pmcw.pim = schib->pmcw.pam = 0xC0;
	schib->pmcw.lpum = 0x80;
	return now->dead ? 3 : 0;
}

static int sub_enable(void *subchannel)
{
	if (now->dead || enable_fails)
		return -ENODEV;
	now->enabled = 1;
	return 0;
}

/* Nothing there, or nothing in progress: in both cases no storage is touched any more. */
static int sub_disable(void *subchannel)
{
	if (!now->dead && (now->running || now->halting || now->clearing || now->pending))
		return -EBUSY;
	now->running = NOT_RUNNING;
	now->halting = now->clearing = now->secondary = 0;
	now->pending = NOTHING;
	now->enabled = 0;
	return now->dead ? -ENODEV : 0;
}

static const struct chanio_subchannel_ops subchannel = {
	.size = sizeof(subchannel),
	.start = sub_start,
	.halt = sub_halt,
	.clear = sub_clear,
	.resume = sub_resume,
	.cancel = sub_cancel,
	.store = sub_store,
	.enable = sub_enable,
	.disable = sub_disable,
};

/* ---- the platform: time and memory are not the model's business ---- */

static void ignore(void *platform)
{
}

static void ignore_signal(void *platform, void *event)
{
}

static uint64_t no_time(void *platform)
{
	return 0;
}

static void note_row(void *platform, enum chanio_trace_event event, uint64_t a, uint64_t b)
{
	if (event == CHANIO_TRACE_TRANSITION)
		rows[(uint8_t)(a >> 16)] = 1;
}

static const struct chanio_platform_ops platform = {
	.size = sizeof(platform),
	.signal = ignore_signal,
	.wake = ignore,
	.defer = ignore,
	.now = no_time,
	.trace = note_row,
};

void world_init(struct world *w)
{
	static bool told;

	if (!told) {
		telling = getenv("MODEL_TELL") != NULL;
		atexit(at_the_end);
		told = true;
	}
	memset(w, 0, sizeof(*w));
	w->state = CHANIO_STATE_STANDBY;
	device.platform_ops = &platform;
	device.subchannel_ops = &subchannel;
	device.cached_count = CHANIO_PROGRAMS_CACHED;
	chanio_fsm_init(&device);
}

/* ---- clients ---- */

void world_open(struct world *w, int me, int fails)
{
	struct chanio_occurrence occurrence = {.event = CHANIO_EVENT_OPEN};
	int error;

	load(w);
	enable_fails = fails;
	may_leave = true;
	error = dispatch(w, &occurrence);
	check(w);
	tell(w, "", me, fails ? "open, cannot be enabled" : "open", error);
}

/* Refused before anything was asked of the subchannel: nothing of the device is different. */
static void check_refusal(struct world *w, const struct world *before, int error)
{
	if (error && memcmp(w, before, offsetof(struct world, fault)))
		broken(w, WORLD_REFUSAL_CHANGED);
}

void world_command(struct world *w, int me, int command)
{
	struct chanio_occurrence occurrence = {
		.event = command == CHANIO_COMMAND_CLEAR ? CHANIO_EVENT_CLEAR : CHANIO_EVENT_HALT,
		.command = (uint32_t)command,
	};
	const struct world before = *w;
	int error;

	load(w);
	error = dispatch(w, &occurrence);
	w->client[me].result = (int8_t)error;
	if (occurrence.event != CHANIO_EVENT_SIGNALLED)
		check_refusal(w, &before, error);
	check(w);
	tell(w, "", me, command == CHANIO_COMMAND_CLEAR ? "CLEAR" : "HALT", error);
}

void world_read(struct world *w, int me)
{
	w->client[me].saw = unread(w) ? 1 : 0;
	tell(w, "", me, "read", (int)unread(w));
}

void world_read_end(struct world *w, int me)
{
	const unsigned int before = unread(w);
	const uint8_t saw = w->client[me].saw;

	load(w);
	/* The number of what was shown; one that is not there any more if another was faster. */
	if (saw)
		chanio_irb_take(&device, saw == 1 ? 1 : WORLD_QUEUE + 1);
	store(w);
	if (unread(w) < before && saw != 1)
		broken(w, WORLD_TAKEN_UNSEEN);
	w->client[me].saw = 0;
	check(w);
	tell(w, "", me, "read ends", (int)unread(w));
}

void world_start(struct world *w, int me)
{
	static const struct arch_orb orb;
	struct chanio_occurrence occurrence = {
		.event = CHANIO_EVENT_START,
		.orb = &orb,
		.functions = ARCH_SCSW_FC_START,
	};
	const struct world before = *w;
	int error;

	load(w);
	error = dispatch(w, &occurrence);
	check_refusal(w, &before, error);
	w->client[me].result = (int8_t)error;
	if (!error) {
		w->client[me].busy = 1;
		w->generation = 0; /* counted from here */
	}
	check(w);
	tell(w, "", me, "START", error);
}

void world_translated(struct world *w, int me, int how)
{
	static const char *const words[WORLD_TRANSLATIONS] = {"translated, any answer",
							      "translated: a bad program",
							      "translated: no memory",
							      "translated, cc 1",
							      "translated, cc 3 with paths left",
							      "translated, cc 3",
							      "translated, exception"};
	struct arch_orb orb = {.control = arch_put32(ARCH_ORB_LPM)};
	struct chanio_occurrence occurrence = {
		.event = CHANIO_EVENT_TRANSLATED,
		.orb = &orb,
		.generation = GENERATION,
		.program = &fresh,
	};
	int error;

	load(w);
	answer = how;
	if (how == WORLD_CC_3_PATHS)
		orb.control = arch_put32(0x80u << ARCH_ORB_LPM_SHIFT);
	if (how == WORLD_BAD_PROGRAM || how == WORLD_NO_MEMORY)
		occurrence.result = how == WORLD_NO_MEMORY ? -ENOMEM : -EINVAL;
	error = dispatch(w, &occurrence);
	if (!error) {
		if (w->owed)
			broken(w, WORLD_TWO_STARTS_IN_FLIGHT);
		w->owed = 1;
	}
	w->client[me].busy = 0;
	w->client[me].result = 0;
	check(w);
	tell(w, "", me, words[how], error);
}

/* ---- quiescing ---- */

static struct chanio_occurrence quiesce_occurrence(const struct world_client *client)
{
	static const uint8_t events[] = {0, CHANIO_EVENT_CLOSE, CHANIO_EVENT_RESET,
					 CHANIO_EVENT_DMA_UNMAP};

	return (struct chanio_occurrence){
		.event = events[client->purpose],
		.purpose = client->purpose,
		.guest = client->touch ? 0 : 1u << 20,
		.size = CHANIO_PAGE_SIZE,
		.result = client->result,
		.over = client->over,
	};
}

static void leave_quiesce(struct world *w, int me)
{
	uint8_t saw = w->client[me].saw;

	memset(&w->client[me], 0, sizeof(w->client[me]));
	w->client[me].saw = saw;
}

/* The caller is told that nothing touches the range any more. */
static void check_unmap(struct world *w, int me)
{
	if (w->client[me].purpose == CHANIO_QUIESCE_UNMAP && w->client[me].touch && w->running)
		broken(w, WORLD_UNMAPPED_IN_USE);
}

void world_quiesce(struct world *w, int me, int purpose, int touch)
{
	static const char *const words[] = {"", "close", "reset", "unmap"};
	struct world_client *client = &w->client[me];
	struct chanio_occurrence occurrence;
	int error;

	client->purpose = (uint8_t)purpose;
	client->touch = (uint8_t)touch;
	client->result = 0;
	client->over = 0;
	occurrence = quiesce_occurrence(client);
	load(w);
	error = dispatch(w, &occurrence);
	if (!occurrence.begun && error != -EAGAIN)
		check_unmap(w, me);
	if (occurrence.begun)
		client->busy = 2;
	else
		leave_quiesce(w, me);
	client->result = (int8_t)(error == -EAGAIN ? error : 0);
	check(w);
	tell(w, "", me, words[purpose], error);
}

void world_step(struct world *w, int me, int step)
{
	static const char *const words[] = {"quiesce: look", "quiesce: cancel", "quiesce: halt",
					    "quiesce: clear"};
	struct chanio_occurrence occurrence = quiesce_occurrence(&w->client[me]);

	load(w);
	w->client[me].unreachable = refused(take_step(&device, &occurrence, steps[step].step));
	store(w);
	check(w);
	tell(w, "", me, words[steps[step].step], w->client[me].unreachable);
}

void world_look(struct world *w, int me)
{
	struct world_client *client = &w->client[me];
	struct chanio_occurrence occurrence = quiesce_occurrence(client);

	load(w);
	client->settled = settled(&device, &occurrence, client->unreachable);
	store(w);
	if (client->settled) {
		client->result = (int8_t)occurrence.result;
		client->over = occurrence.over;
	}
	check(w);
	tell(w, "", me, "quiesce: at rest?", client->settled);
}

void world_give_up(struct world *w, int me)
{
	w->client[me].result = -EBUSY;
	w->client[me].over = 0;
	tell(w, "", me, "quiesce: given up", 0);
}

/* As quiesce() in driver/quiesce.c ends. */
void world_quiesced(struct world *w, int me, int fails)
{
	struct chanio_occurrence occurrence = quiesce_occurrence(&w->client[me]);
	uint8_t purpose = w->client[me].purpose;
	int error;

	load(w);
	enable_fails = fails;
	if (purpose == CHANIO_QUIESCE_RESET && !occurrence.result && !device.gone)
		occurrence.result = chanio_enable(&device);
	occurrence.event = CHANIO_EVENT_QUIESCED;
	may_leave = purpose == CHANIO_QUIESCE_CLOSE;
	error = dispatch(w, &occurrence);
	if (!occurrence.result || occurrence.over)
		check_unmap(w, me);
	leave_quiesce(w, me);
	if (purpose != CHANIO_QUIESCE_UNMAP)
		w->owed = 0;
	check(w);
	tell(w, "", me, "quiesce: ends", error);
}

/* ---- the subchannel's own steps ---- */

/* Of status that may come at any time, no more than this waits to be read: else the worlds are
 * too many. */
#define UNREAD_AT_MOST 1u

static bool can(const struct world *w, int event)
{
	const bool free = w->enabled && !w->dead && !w->gone && !w->pending;
	const bool runs = free && !w->clearing && w->running;

	switch (event) {
	case WORLD_ACTIVE:
		return runs && w->running == START_PENDING;
	case WORLD_PCI:
	case WORLD_SUSPEND:
		return runs && w->running == ACTIVE && w->pci < UNREAD_AT_MOST;
	case WORLD_END:
		return runs && w->running != SUSPENDED_PROGRAM;
	case WORLD_PRIMARY:
		return runs && w->running == ACTIVE;
	case WORLD_DEVICE_END:
		return free && !w->clearing && w->secondary;
	case WORLD_DEFER_1:
	case WORLD_DEFER_3:
		return runs && w->running == START_PENDING;
	case WORLD_HALTED:
		return free && w->halting;
	case WORLD_CLEARED:
		return free && w->clearing;
	case WORLD_INTERRUPT:
		return w->enabled && !w->dead && !w->gone && w->pending;
	case WORLD_UNSOLICITED:
		return free && w->unsolicited < UNREAD_AT_MOST;
	case WORLD_DIE:
		return !w->dead && w->enabled;
	case WORLD_REVIVE:
		return w->dead && !w->gone;
	case WORLD_GONE:
		return !w->gone;
	default:
		return free;
	}
}

static void pend(struct world *w, uint8_t kind)
{
	w->pending = kind;
	w->running = NOT_RUNNING;
}

static bool ends_a_program(uint8_t kind)
{
	return kind == END || kind == PRIMARY || kind == DEFERRED_1 || kind == DEFERRED_3 ||
	       kind == HALTED || kind == CLEARED;
}

/* The driver is told of this status. */
static void present(struct world *w, uint8_t kind)
{
	const struct world before = *w;
	const struct arch_irb irb = irb_of(kind);
	const bool wanted = w->open && w->state != CHANIO_STATE_NOT_OPER &&
			    w->purpose != CHANIO_QUIESCE_CLOSE &&
			    w->purpose != CHANIO_QUIESCE_RESET;

	load(w);
	if (setjmp(trap))
		broken(w, WORLD_TRAPPED);
	else
		chanio_device_irb(&device, &irb);
	store(w);
	if (wanted &&
	    unread(w) + device.stats.irbs_merged + device.stats.irbs_dropped_unsolicited !=
		    unread(&before) + 1u)
		broken(w, WORLD_IRB_LOST);
	if (released && before.state == CHANIO_STATE_CP_PENDING) {
		if (!w->owed)
			broken(w, WORLD_FINAL_TWICE);
		w->owed = 0;
	}
	if (w->state == CHANIO_STATE_CP_PENDING && !w->running && ends_a_program(kind))
		broken(w, WORLD_FINAL_NOT_SEEN);
}

static void change(struct world *w, int event)
{
	const bool was_running = w->running;
	uint8_t kind = w->pending;

	switch (event) {
	case WORLD_ACTIVE:
		w->running = ACTIVE;
		break;
	case WORLD_PCI:
		present(w, PCI);
		break;
	case WORLD_SUSPEND:
		w->running = SUSPENDED_PROGRAM;
		present(w, SUSPENDED);
		break;
	case WORLD_END:
		pend(w, END);
		break;
	case WORLD_PRIMARY:
		pend(w, PRIMARY);
		w->secondary = 1;
		break;
	case WORLD_DEVICE_END:
		w->pending = SECONDARY;
		w->secondary = 0;
		break;
	case WORLD_DEFER_1:
		pend(w, DEFERRED_1);
		break;
	case WORLD_DEFER_3:
		pend(w, DEFERRED_3);
		break;
	case WORLD_HALTED:
		pend(w, was_running ? HALTED : HALTED_IDLE);
		w->halting = 0;
		break;
	case WORLD_CLEARED:
		pend(w, CLEARED);
		w->clearing = 0;
		break;
	case WORLD_INTERRUPT:
		w->pending = NOTHING;
		present(w, kind);
		break;
	case WORLD_UNSOLICITED:
		present(w, UNSOLICITED);
		break;
	case WORLD_DIE:
		w->dead = 1;
		break;
	case WORLD_REVIVE:
		w->dead = 0;
		break;
	default:
		break;
	}
}

static void vanish(struct world *w)
{
	w->dead = 1;
	w->running = NOT_RUNNING;
	w->halting = w->clearing = w->secondary = 0;
	w->pending = NOTHING;
	load(w);
	if (setjmp(trap))
		broken(w, WORLD_TRAPPED);
	else
		chanio_device_gone(&device);
	store(w);
	forgive(w);
}

static void lose_path(struct world *w)
{
	load(w);
	if (setjmp(trap))
		broken(w, WORLD_TRAPPED);
	else
		chanio_device_path(&device, 0x80, false, true);
	store(w);
}

void world_do(struct world *w, int event)
{
	static const char *const words[WORLD_EVENTS] = {
		"program is active",
		"PCI",
		"suspended",
		"program ends",
		"primary status",
		"device end",
		"deferred cc 1",
		"deferred cc 3",
		"halted",
		"cleared",
		"interrupt",
		"unsolicited status",
		"not operational",
		"operational again",
		"gone for good",
		"the path in use goes",
	};

	if (!can(w, event))
		return;
	memset(&device.stats, 0, sizeof(device.stats));
	if (event == WORLD_GONE)
		vanish(w);
	else if (event == WORLD_PATH)
		lose_path(w);
	else
		change(w, event);
	check(w);
	tell(w, "below", -1, words[event], 0);
}

void world_keep_promise(struct world *w)
{
	static const uint8_t events[] = {WORLD_INTERRUPT, WORLD_CLEARED, WORLD_HALTED, WORLD_END};

	for (unsigned int i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (can(w, events[i])) {
			world_do(w, events[i]);
			return;
		}
}
