/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The subchannel of the simulated world: the condition codes and status of channel-io.md sections 2
 * to 4, with the channel's work reduced to what a driver can see of it. When it does something is
 * up to the schedule. It presents status without the driver's lock, as a machine does; the
 * interruption that follows stores the IRB first and takes the lock then, so a driver meets each
 * IRB late. Until it has, DISABLE finds the subchannel busy.
 */
#include "explorer/world.h"

#define ACTIVE	(ARCH_SCSW_AC_SUBCHANNEL | ARCH_SCSW_AC_DEVICE)
#define SIGNALS (ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR)
#define PENDINGS                                                                                   \
	(ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_AC_START_PENDING | ARCH_SCSW_AC_HALT_PENDING |    \
	 ARCH_SCSW_AC_CLEAR_PENDING)
#define TERMINAL (ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY)
#define CCWS_MAX 4u

static struct subchannel *const sub = &world.subchannel;

static uint32_t control(void)
{
	return sub->status.control;
}

static bool is_operational(void)
{
	return sub->enabled && !sub->gone;
}

bool subchannel_is_pending(void)
{
	return control() & ARCH_SCSW_SC_PENDING;
}

/* An instruction: a step of its own, with the lock held. */
static void instruction(const char *name)
{
	if (world.owner != world.current)
		violate(INVARIANT_LOCK, "%s without the lock", name);
	point(POINT_SUBCHANNEL, OBJECT_SUBCHANNEL | OBJECT_MEMORY);
	self()->instruction = true;
}

static int answer(const char *name, int cc)
{
	explain("%s: condition code %d", name, cc);
	return cc;
}

void subchannel_drop(void)
{
	sub->pages = 0;
	sub->program = 0;
	sub->status.control = 0;
	sub->status.ends = 0;
	sub->status.cleared = false;
}

/* ---- the program ---- */

static uint64_t page_of(uint64_t bus)
{
	uint64_t page = (bus - BUS) / CHANIO_PAGE_SIZE;

	return bus >= BUS && page < PAGES ? 1ull << page : 0;
}

/* The pages that the CCWs at the address can come to touch. */
static uint64_t pages_of(uint32_t address)
{
	uint64_t pages = 0;

	for (unsigned int i = 0; i < CCWS_MAX; i++, address += sizeof(struct arch_ccw1)) {
		const struct arch_ccw1 *ccw = channel_address(address, sizeof(*ccw));
		const arch_idaw2 *idaw;

		if (!ccw)
			violate(INVARIANT_FREED, "START with a program outside of channel memory");
		idaw = channel_address(arch_get32(ccw->address), sizeof(*idaw));
		if ((ccw->flags & ARCH_CCW_IDA) && idaw)
			pages |= page_of(arch_get64(*idaw));
		if (!(ccw->flags & (ARCH_CCW_CC | ARCH_CCW_CD)))
			break;
	}
	return pages;
}

/* ---- instructions ---- */

static int start(void *subchannel, const struct arch_orb *orb, bool live)
{
	instruction("START SUBCHANNEL");
	if (!is_operational() || !sub->pam)
		return answer("START SUBCHANNEL", 3);
	if (subchannel_is_pending())
		return answer("START SUBCHANNEL", 1);
	if (control() & ARCH_SCSW_FC)
		return answer("START SUBCHANNEL", 2);
	sub->status = (struct status){
		.control = ARCH_SCSW_FC_START | ARCH_SCSW_AC_START_PENDING,
	};
	sub->pages = pages_of(arch_get32(orb->program_address));
	check_started(orb);
	sub->program = world.flight.number;
	return answer("START SUBCHANNEL", 0);
}

static int halt(void *subchannel)
{
	uint32_t pending;

	instruction("HALT SUBCHANNEL");
	pending = control() & ARCH_SCSW_SC;
	if (!is_operational())
		return answer("HALT SUBCHANNEL", 3);
	if (pending && !(pending & ARCH_SCSW_SC_INTERMEDIATE))
		return answer("HALT SUBCHANNEL", 1);
	if (control() & SIGNALS)
		return answer("HALT SUBCHANNEL", 2);
	/* Intermediate status that nobody has taken is dropped. */
	sub->status.control &= ~ARCH_SCSW_SC;
	sub->status.control |= ARCH_SCSW_FC_HALT | ARCH_SCSW_AC_HALT_PENDING;
	return answer("HALT SUBCHANNEL", 0);
}

static int clear(void *subchannel)
{
	instruction("CLEAR SUBCHANNEL");
	if (!is_operational())
		return answer("CLEAR SUBCHANNEL", 3);
	sub->status = (struct status){
		.control = ARCH_SCSW_FC_CLEAR | ARCH_SCSW_AC_CLEAR_PENDING,
	};
	sub->clear_counts = true;
	return answer("CLEAR SUBCHANNEL", 0);
}

static int resume(void *subchannel)
{
	instruction("RESUME SUBCHANNEL");
	return answer("RESUME SUBCHANNEL", 2);
}

static int cancel(void *subchannel)
{
	const uint32_t waiting =
		ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_AC_START_PENDING | ARCH_SCSW_AC_SUSPENDED;

	instruction("CANCEL SUBCHANNEL");
	if (!is_operational())
		return answer("CANCEL SUBCHANNEL", 3);
	if (subchannel_is_pending())
		return answer("CANCEL SUBCHANNEL", 1);
	if ((control() & ARCH_SCSW_FC) != ARCH_SCSW_FC_START ||
	    (control() & ARCH_SCSW_AC_SUBCHANNEL) || !(control() & waiting))
		return answer("CANCEL SUBCHANNEL", 2);
	subchannel_drop();
	world.flight.number = 0;
	return answer("CANCEL SUBCHANNEL", 0);
}

static int store(void *subchannel, struct arch_schib *schib)
{
	instruction("STORE SUBCHANNEL");
	if (sub->gone)
		return answer("STORE SUBCHANNEL", 3);
	memset(schib, 0, sizeof(*schib));
	schib->pmcw.flags = arch_put16(ARCH_PMCW_VALID | (sub->enabled ? ARCH_PMCW_ENABLED : 0));
	schib->pmcw.pim = 0xC0;
	schib->pmcw.pam = sub->pam;
	schib->pmcw.pom = 0xFF;
	schib->pmcw.lpum = 0x80;
	schib->pmcw.chpid[0] = 0x40;
	schib->pmcw.chpid[1] = 0x41;
	schib->scsw.control = arch_put32(control());
	return 0;
}

static int enable(void *subchannel)
{
	instruction("enable");
	if (sub->gone)
		return answer("enable", -ENODEV);
	sub->enabled = true;
	return answer("enable", 0);
}

static int disable(void *subchannel)
{
	instruction("disable");
	if (sub->gone)
		return answer("disable", -ENODEV);
	if (subchannel_is_pending() || (control() & ARCH_SCSW_FC) || sub->on_the_way)
		return answer("disable", -EBUSY);
	sub->enabled = false;
	subchannel_drop();
	world.flight.number = 0;
	return answer("disable", 0);
}

const struct chanio_subchannel_ops subchannel_ops = {
	.size = sizeof(subchannel_ops),
	.start = start,
	.halt = halt,
	.clear = clear,
	.resume = resume,
	.cancel = cancel,
	.store = store,
	.enable = enable,
	.disable = disable,
};

/* ---- what the machine does ---- */

/* A start function, and nothing that would end it or has to be taken first. */
static bool runs(void)
{
	return is_operational() && !sub->dead && (control() & ARCH_SCSW_FC) == ARCH_SCSW_FC_START &&
	       !(control() & (ARCH_SCSW_SC | ARCH_SCSW_AC_SUSPENDED));
}

bool subchannel_can_present(enum operation operation)
{
	switch (operation) {
	case OPERATION_FINAL:
	case OPERATION_INTERMEDIATE:
	case OPERATION_SUSPENDED:
		return runs();
	case OPERATION_DEFERRED:
		return runs() && (control() & ARCH_SCSW_AC_START_PENDING);
	case OPERATION_UNSOLICITED:
		return is_operational() && !(control() & (ARCH_SCSW_FC | ARCH_SCSW_SC));
	default:
		return true;
	}
}

/* The channel touches the program no more. */
static void end_program(void)
{
	sub->status.ends = sub->program;
	sub->pages = 0;
}

static void set_status(uint32_t activity, uint32_t status)
{
	sub->status.control &= ~(ARCH_SCSW_AC | ARCH_SCSW_SC);
	sub->status.control |= activity | status | ARCH_SCSW_SC_PENDING;
	sub->status.serial = ++sub->serial;
	explain("the subchannel is status pending: %08x", sub->status.control);
}

void subchannel_present(enum operation operation)
{
	switch (operation) {
	case OPERATION_FINAL:
		end_program();
		set_status(0, ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY);
		break;
	case OPERATION_INTERMEDIATE:
		set_status(ACTIVE, ARCH_SCSW_SC_INTERMEDIATE);
		break;
	case OPERATION_SUSPENDED:
		set_status(ARCH_SCSW_AC_SUSPENDED, ARCH_SCSW_SC_INTERMEDIATE);
		break;
	case OPERATION_DEFERRED:
		end_program();
		sub->status.control |= 1u << ARCH_SCSW_DEFERRED_CC_SHIFT;
		set_status(0, ARCH_SCSW_SC_ALERT);
		break;
	default:
		set_status(0, ARCH_SCSW_SC_ALERT);
		break;
	}
}

bool subchannel_can_complete(void)
{
	if (!is_operational() || sub->dead || subchannel_is_pending())
		return false;
	return (control() & ARCH_SCSW_AC_CLEAR_PENDING) ||
	       ((control() & ARCH_SCSW_AC_HALT_PENDING) && !sub->deaf);
}

void subchannel_complete(void)
{
	bool active = control() & ARCH_SCSW_AC_SUBCHANNEL;

	sub->status.cleared = (control() & ARCH_SCSW_FC_CLEAR) && sub->clear_counts;
	end_program();
	/* The device has to present its end only if it was reached. */
	if (active && !(control() & ARCH_SCSW_FC_CLEAR))
		set_status(0, ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY);
	else
		set_status(control() & ARCH_SCSW_AC_SUSPENDED, 0);
}

/* What TEST SUBCHANNEL leaves of the control word: channel-io.md section 4. */
static uint32_t after_test(uint32_t was)
{
	uint32_t kept = was & ~(ARCH_SCSW_SC | ARCH_SCSW_DEFERRED_CC);

	if (!(was & ARCH_SCSW_SC_INTERMEDIATE) || (was & TERMINAL))
		return kept & ~(ARCH_SCSW_FC | PENDINGS | ARCH_SCSW_AC_SUSPENDED);
	if (was & ARCH_SCSW_AC_SUSPENDED)
		return was & ARCH_SCSW_FC_HALT
			       ? kept & ~(ARCH_SCSW_FC | PENDINGS | ARCH_SCSW_AC_SUSPENDED)
			       : kept & ~ARCH_SCSW_AC_RESUME_PENDING;
	return kept;
}

bool subchannel_test(struct arch_irb *irb)
{
	arch_be32 serial = arch_put32(sub->status.serial);

	if (!subchannel_is_pending())
		return false;
	sub->way = sub->status;
	sub->on_the_way = true;
	memset(irb, 0, sizeof(*irb));
	irb->scsw.control = arch_put32(control());
	irb->esw.logout = arch_put32(0x00800000);
	memcpy(irb->ecw, &serial, sizeof(serial));
	sub->status.control = after_test(control());
	if (sub->status.ends)
		sub->program = 0;
	sub->status.ends = 0;
	sub->status.cleared = false;
	return true;
}
