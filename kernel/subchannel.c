// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * driver/subchannel.h over the kernel's common I/O layer. Everything here runs with the
 * subchannel's lock held and interrupts off. Fields are big-endian on both sides: structures of
 * arch/ and of the kernel have the same bytes.
 */
#include <linux/io.h>
#include <asm/isc.h>

#include "ioasm.h"
#include "kernel/host.h"

static_assert(sizeof(struct schib) == sizeof(struct arch_schib));
static_assert(sizeof(union orb) >= sizeof(struct arch_orb));

/* What an interruption carries, so that the common I/O layer finds the subchannel. */
static u32 interruption_parameter(struct subchannel *sch)
{
	return (u32)virt_to_phys(sch);
}

/* The functions of the common I/O layer turn condition codes 1, 2 and 3 into these. */
static int condition_code(int error)
{
	switch (error) {
	case 0:
		return 0;
	case -EBUSY:
		return 1;
	case -EINVAL:
		return 2;
	case -ENODEV:
		return 3;
	default:
		return error;
	}
}

static int start(void *subchannel, const struct arch_orb *orb, bool live)
{
	struct chanio_host *host = subchannel;
	union orb ours;

	memset(&ours, 0, sizeof(ours));
	memcpy(&ours, orb, sizeof(*orb));
	ours.cmd.intparm = interruption_parameter(host->sch);
	return ssch(host->sch->schid, &ours);
}

static int halt(void *subchannel)
{
	struct chanio_host *host = subchannel;

	return hsch(host->sch->schid);
}

static int clear(void *subchannel)
{
	struct chanio_host *host = subchannel;

	return csch(host->sch->schid);
}

static int resume(void *subchannel)
{
	struct chanio_host *host = subchannel;

	return condition_code(cio_resume(host->sch));
}

static int cancel(void *subchannel)
{
	struct chanio_host *host = subchannel;

	return condition_code(cio_cancel(host->sch));
}

static int store(void *subchannel, struct arch_schib *schib)
{
	struct chanio_host *host = subchannel;

	if (cio_update_schib(host->sch))
		return -ENODEV;
	memcpy(schib, &host->sch->schib, sizeof(*schib));
	return 0;
}

/* Enabled with everything a client may want to see in an IRB; the client masks what it does not. */
static int enable(void *subchannel)
{
	struct chanio_host *host = subchannel;
	struct subchannel *sch = host->sch;

	sch->isc = VFIO_CCW_ISC;
	sch->config.mp = 1;
	sch->config.csense = 1;
	return cio_enable_subchannel(sch, interruption_parameter(sch)) ? -ENODEV : 0;
}

/*
 * MODIFY SUBCHANNEL would give condition code 1 or 2; then the common I/O layer throws the pending
 * status away and waits, with interrupts off. So it is asked only when it will do.
 */
static int disable(void *subchannel)
{
	struct chanio_host *host = subchannel;
	const struct cmd_scsw *scsw = &host->sch->schib.scsw.cmd;
	int error;

	if (cio_update_schib(host->sch))
		return -ENODEV;
	if (scsw->fctl || scsw->actl || (scsw->stctl & SCSW_STCTL_STATUS_PEND))
		return -EBUSY;
	error = cio_disable_subchannel(host->sch);
	return error == -EBUSY || error == -EAGAIN ? -EBUSY : error ? -ENODEV : 0;
}

const struct chanio_subchannel_ops chanio_host_subchannel = {
	.size = sizeof(chanio_host_subchannel),
	.start = start,
	.halt = halt,
	.clear = clear,
	.resume = resume,
	.cancel = cancel,
	.store = store,
	.enable = enable,
	.disable = disable,
};
