/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Interruption-response blocks on their way to the client: which one ends a program (D8), whose CCW
 * addresses they carry, and the queue in which none that answers a function is lost (D9).
 * Everything here runs with the lock held, in the interrupt path too.
 */
#include "driver/internal.h"

#define SC_TERMINAL (ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY)

/* ---- which IRB is what ---- */

/*
 * It answers a halt or clear that was issued since the last START. The answer to one from before
 * may be late, and then it comes first; only a halt of the program shows the start function, too.
 */
static bool answers_signal(const struct chanio_device *device, uint32_t control)
{
	if (control & ARCH_SCSW_FC_CLEAR)
		return (device->given & ARCH_SCSW_FC_CLEAR) && !(device->late & ARCH_SCSW_FC_CLEAR);
	if (!(control & ARCH_SCSW_FC_START) && (device->late & ARCH_SCSW_FC_HALT))
		return false;
	return (control & ARCH_SCSW_FC_HALT) && (device->given & ARCH_SCSW_FC_HALT) &&
	       ((control & SC_TERMINAL) || (control & ARCH_SCSW_SC) == ARCH_SCSW_SC_PENDING);
}

/* It carries only the answer to a halt or clear from before the last START (R7). */
static bool is_stale(const struct chanio_device *device, uint32_t control)
{
	return (control & (ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR)) &&
	       !(control & ARCH_SCSW_FC_START) && !answers_signal(device, control);
}

static bool is_solicited(const struct chanio_device *device, const struct arch_irb *irb)
{
	return arch_scsw_is_solicited(&irb->scsw) ||
	       answers_signal(device, arch_get32(irb->scsw.control));
}

/*
 * The program in flight is over and its memory no longer used (D8, R6): a deferred condition code
 * (it never began), the status of a halt or clear, or primary status; and no activity left.
 */
bool chanio_irb_is_final(const struct chanio_device *device, const struct arch_irb *irb)
{
	const uint32_t activity =
		ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_AC_START_PENDING | ARCH_SCSW_AC_SUSPENDED;
	uint32_t control = arch_get32(irb->scsw.control);

	if (!device->program || is_stale(device, control))
		return false;
	if (control & ARCH_SCSW_DEFERRED_CC)
		return true;
	if (control & ARCH_SCSW_AC_SUBCHANNEL)
		return false;
	/* Suspended or not: TEST SUBCHANNEL has ended that together with the function. */
	if (answers_signal(device, control))
		return true;
	return arch_scsw_is_solicited(&irb->scsw) && (control & ARCH_SCSW_SC_PRIMARY) &&
	       !(control & activity);
}

void chanio_irb_answers(struct chanio_device *device, const struct arch_irb *irb)
{
	uint32_t control = arch_get32(irb->scsw.control);
	uint32_t *pending = device->late ? &device->late : &device->owed;

	/* A clear takes the place of a halt. */
	if (control & ARCH_SCSW_FC_CLEAR)
		*pending = 0;
	else if ((control & ARCH_SCSW_FC_HALT) && (control & ARCH_SCSW_FC_START))
		device->owed &= ~ARCH_SCSW_FC_HALT;
	else if (control & ARCH_SCSW_FC_HALT)
		*pending &= ~ARCH_SCSW_FC_HALT;
}

/* It speaks of the program in flight, so its CCW address is one of that program. */
static bool is_of_program(const struct chanio_device *device, uint32_t control)
{
	return device->program && (control & ARCH_SCSW_FC) && !is_stale(device, control);
}

/* ---- addresses ---- */

/* 0: not an address of the guest's. */
uint32_t chanio_ccw_address_to_guest(const struct chanio_device *device, uint32_t host)
{
	uint32_t guest;

	if (device->program && chanio_program_guest_address(device->program, host, &guest))
		return guest;
	return host == device->last_host ? device->last_guest : 0;
}

static void esw_to_guest(struct chanio_device *device, struct arch_esw *esw)
{
	uint32_t erw = arch_get32(esw->erw);
	uint32_t secondary = arch_get32(esw->secondary_ccw_address);

	if (device->program && device->program->live)
		return;
	secondary = chanio_ccw_address_to_guest(device, secondary);
	if (!(erw & ARCH_ERW_SECONDARY_CCW) || !secondary) {
		erw &= ~ARCH_ERW_SECONDARY_CCW;
		secondary = 0;
	}
	/* A storage address of the host, of no use to the guest. */
	erw &= ~(ARCH_ERW_FAILING_ADDRESS | ARCH_ERW_FAILING_ADDRESS_64);
	esw->erw = arch_put32(erw);
	esw->failing_storage_address = arch_put64(0);
	esw->secondary_ccw_address = arch_put32(secondary);
}

void chanio_irb_to_guest(struct chanio_device *device, struct arch_irb *irb)
{
	uint32_t control = arch_get32(irb->scsw.control);
	uint32_t host = arch_get32(irb->scsw.ccw_address), guest = 0;

	if (is_of_program(device, control)) {
		if (chanio_program_guest_address(device->program, host, &guest)) {
			device->last_host = host;
			device->last_guest = guest;
		}
	} else if (host && host == device->last_host) {
		guest = device->last_guest;
	}
	irb->scsw.ccw_address = arch_put32(guest);
	/* We run everything in format 1; the guest may have asked for the other. */
	if (control & ARCH_SCSW_FORMAT_1 && !(arch_get32(device->orb.control) & ARCH_ORB_FORMAT_1))
		irb->scsw.control = arch_put32(control & ~ARCH_SCSW_FORMAT_1);
	esw_to_guest(device, &irb->esw);
}

/* ---- the queue ---- */

static struct chanio_queued_irb *queued(struct chanio_device *device, unsigned int index)
{
	return &device->irb[(device->irb_head + index) % CHANIO_IRBS];
}

static void remove_irb(struct chanio_device *device, unsigned int index)
{
	if (!queued(device, index)->solicited)
		device->irb_unsolicited--;
	for (; index > 0; index--)
		*queued(device, index) = *queued(device, index - 1);
	device->irb_head = (device->irb_head + 1) % CHANIO_IRBS;
	device->irb_count--;
}

static void drop_oldest_unsolicited(struct chanio_device *device)
{
	for (unsigned int i = 0; i < device->irb_count; i++) {
		if (queued(device, i)->solicited)
			continue;
		remove_irb(device, i);
		device->stats.irbs_dropped_unsolicited++;
		return;
	}
}

static bool is_intermediate(const struct chanio_queued_irb *entry)
{
	return (arch_get32(entry->irb.scsw.control) & ARCH_SCSW_SC) ==
	       (ARCH_SCSW_SC_INTERMEDIATE | ARCH_SCSW_SC_PENDING);
}

/*
 * Status that nobody has taken yet joins the status that follows, as it does at a subchannel
 * (channel-io.md section 9): the oldest unread intermediate status goes into the next IRB of its
 * program, which keeps what there is to know of it.
 */
static bool merge_intermediate(struct chanio_device *device, struct chanio_queued_irb *newest)
{
	const uint32_t kept = ARCH_SCSW_ZERO_CC;

	for (unsigned int i = 0; i < device->irb_count; i++) {
		struct chanio_queued_irb *old = queued(device, i);
		struct chanio_queued_irb *into =
			i + 1 < device->irb_count ? queued(device, i + 1) : newest;

		if (!is_intermediate(old) || into->generation != old->generation)
			continue;
		into->irb.scsw.subchannel_status |= old->irb.scsw.subchannel_status & ARCH_SS_PCI;
		into->irb.scsw.control = arch_put32(arch_get32(into->irb.scsw.control) |
						    (arch_get32(old->irb.scsw.control) & kept));
		remove_irb(device, i);
		device->stats.irbs_merged++;
		return true;
	}
	return false;
}

/* At least one free place. What a well-behaved subchannel presents never comes to the last line. */
static void make_room(struct chanio_device *device, struct chanio_queued_irb *entry)
{
	if (!entry->solicited && device->irb_unsolicited >= CHANIO_IRBS_UNSOLICITED)
		drop_oldest_unsolicited(device);
	if (device->irb_count < CHANIO_IRBS || merge_intermediate(device, entry))
		return;
	if (device->irb_unsolicited) {
		drop_oldest_unsolicited(device);
		return;
	}
	remove_irb(device, 0);
	device->stats.irbs_lost++;
}

void chanio_irb_queue(struct chanio_device *device, const struct arch_irb *irb)
{
	struct chanio_queued_irb entry = {
		.irb = *irb,
		.solicited = is_solicited(device, irb),
		.sequence = ++device->irb_sequence,
	};
	uint32_t control = arch_get32(irb->scsw.control);

	if (is_of_program(device, control))
		entry.generation = device->generation;
	chanio_trace(device, CHANIO_TRACE_IRB,
		     (uint64_t)control << 32 | arch_get32(irb->scsw.ccw_address), entry.generation);
	if (entry.solicited)
		device->stats.irbs_solicited++;
	else
		device->stats.irbs_unsolicited++;
	if (control & ARCH_SCSW_DEFERRED_CC)
		device->stats.deferred_cc++;
	chanio_irb_to_guest(device, &entry.irb);
	make_room(device, &entry);
	*queued(device, device->irb_count++) = entry;
	if (!entry.solicited)
		device->irb_unsolicited++;
	chanio_signal(device, CHANIO_IRQ_IO);
}

void chanio_irbs_purge(struct chanio_device *device)
{
	device->irb_head = 0;
	device->irb_count = 0;
	device->irb_unsolicited = 0;
	memset(device->io.irb, 0, sizeof(device->io.irb));
}

const struct chanio_queued_irb *chanio_irb_oldest(const struct chanio_device *device)
{
	return device->irb_count ? &device->irb[device->irb_head] : NULL;
}

void chanio_irb_take(struct chanio_device *device, uint64_t sequence)
{
	const struct chanio_queued_irb *oldest = chanio_irb_oldest(device);

	if (!oldest || oldest->sequence != sequence)
		return;
	memcpy(device->io.irb, &oldest->irb, sizeof(oldest->irb));
	remove_irb(device, 0);
	if (device->irb_count)
		chanio_signal(device, CHANIO_IRQ_IO);
}
