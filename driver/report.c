/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the channel subsystem and the host tell the client besides IRBs: channel reports, path
 * events, the loss of the device, the wish to have it back (vfio-ccw-interface.md section 8).
 * Everything here runs with the lock held.
 */
#include "driver/internal.h"

#define PATH(index) ((uint8_t)(0x80 >> (index)))

void chanio_signal(struct chanio_device *device, enum chanio_irq irq)
{
	if (device->event[irq])
		device->platform_ops->signal(device->platform, device->event[irq]);
}

/* ---- channel reports ---- */

void chanio_crw_queue(struct chanio_device *device, struct arch_crw crw)
{
	if (!device->open)
		return;
	if (device->crw_count == CHANIO_CRWS) {
		device->crw_lost = true;
		device->stats.crws_lost++;
		return;
	}
	if (device->crw_lost)
		crw.flags = arch_put16(arch_get16(crw.flags) | ARCH_CRW_OVERFLOW);
	device->crw_lost = false;
	device->crw[(device->crw_head + device->crw_count++) % CHANIO_CRWS] = crw;
	chanio_trace(device, CHANIO_TRACE_CRW,
		     (uint64_t)arch_get16(crw.flags) << 16 | arch_get16(crw.source_id), 0);
	chanio_signal(device, CHANIO_IRQ_CRW);
}

void chanio_crws_purge(struct chanio_device *device)
{
	device->crw_sequence += device->crw_count;
	device->crw_head = 0;
	device->crw_count = 0;
	device->crw_lost = false;
}

const struct arch_crw *chanio_crw_oldest(const struct chanio_device *device, uint64_t *sequence)
{
	*sequence = device->crw_sequence;
	return device->crw_count ? &device->crw[device->crw_head] : NULL;
}

void chanio_crw_take(struct chanio_device *device, uint64_t sequence)
{
	if (!device->crw_count || device->crw_sequence != sequence)
		return;
	device->crw_sequence++;
	device->crw_head = (device->crw_head + 1) % CHANIO_CRWS;
	device->crw_count--;
	if (device->crw_count)
		chanio_signal(device, CHANIO_IRQ_CRW);
}

static void report(struct chanio_device *device, enum arch_crw_source source,
		   enum arch_crw_recovery recovery, uint16_t source_id)
{
	chanio_crw_queue(
		device,
		(struct arch_crw){
			.flags = arch_put16((uint16_t)(source << ARCH_CRW_RSC_SHIFT | recovery)),
			.source_id = arch_put16(source_id),
		});
}

void chanio_device_crw(struct chanio_device *device, struct arch_crw crw)
{
	chanio_crw_queue(device, crw);
}

/* ---- the device itself ---- */

/*
 * The subchannel's number in the guest is the client's business: source identifier 0. A report for
 * its paths would be wrong, other devices may be reached over them.
 */
void chanio_announce_loss(struct chanio_device *device)
{
	report(device, ARCH_CRW_RSC_SUBCHANNEL, ARCH_CRW_ERC_PARAMETERS_INITIALIZED, 0);
	chanio_signal(device, CHANIO_IRQ_REQ);
}

void chanio_device_request(struct chanio_device *device)
{
	chanio_signal(device, CHANIO_IRQ_REQ);
}

/* ---- paths ---- */

int chanio_update_paths(struct chanio_device *device)
{
	struct arch_schib schib;

	if (device->subchannel_ops->store(device->subchannel, &schib))
		return -ENODEV;
	device->pim = schib.pmcw.pim;
	device->lpum = schib.pmcw.lpum;
	memcpy(device->chpid, schib.pmcw.chpid, sizeof(device->chpid));
	return schib.pmcw.pam;
}

/* The program runs on a path that goes away: end it, so that its status tells the client. */
static void leave_path(struct chanio_device *device)
{
	if (device->state == CHANIO_STATE_CP_PENDING && chanio_issue_halt(device) == 2)
		chanio_issue_clear(device);
}

static void report_paths(struct chanio_device *device, uint8_t mask,
			 enum arch_crw_recovery recovery)
{
	for (unsigned int i = 0; i < CHANIO_PATHS; i++)
		if (mask & PATH(i))
			report(device, ARCH_CRW_RSC_CHANNEL_PATH, recovery, device->chpid[i]);
}

void chanio_device_path(struct chanio_device *device, uint8_t mask, bool available, bool varied)
{
	if (varied && available)
		device->opm |= mask;
	else if (varied)
		device->opm &= (uint8_t)~mask;
	if (!device->open || device->state == CHANIO_STATE_NOT_OPER ||
	    chanio_update_paths(device) < 0)
		return;
	mask &= device->pim;
	if (!mask)
		return;
	if (available)
		device->lpm |= mask & device->opm;
	else
		device->lpm &= (uint8_t)~mask;
	if (!available && (mask & device->lpum))
		leave_path(device);
	if (!varied)
		report_paths(device, mask,
			     available ? ARCH_CRW_ERC_INITIALIZED : ARCH_CRW_ERC_PERMANENT);
}
