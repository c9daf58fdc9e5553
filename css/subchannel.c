/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The I/O instructions on an emulated subchannel: checks, condition codes and immediate effects
 * (channel-io.md sections 3 and 4). What takes time is left to the job (function.c).
 */
#include "css/subchannel_impl.h"

#include <stdlib.h>

/* The ORB's bits that the SCSW shows; they stand at the same places. */
#define SCSW_OF_ORB                                                                                \
	(ARCH_SCSW_KEY | ARCH_SCSW_SUSPEND_CONTROL | ARCH_SCSW_FORMAT_1 | ARCH_SCSW_PREFETCH |     \
	 ARCH_SCSW_INITIAL_STATUS | ARCH_SCSW_ADDRESS_LIMIT | ARCH_SCSW_SUPPRESS_SUSPEND)

/* What MODIFY SUBCHANNEL changes. */
#define PMCW_FLAGS_SET                                                                             \
	(ARCH_PMCW_ISC | ARCH_PMCW_ENABLED | ARCH_PMCW_LIMIT | ARCH_PMCW_MEASUREMENT |             \
	 ARCH_PMCW_MULTIPATH)
#define PMCW_CONTROL_SET (ARCH_PMCW_MB_FORMAT | ARCH_PMCW_CONCURRENT_SENSE)

static void init_pmcw(struct arch_pmcw *pmcw, const struct css_subchannel_config *config)
{
	*pmcw = (struct arch_pmcw){
		.flags = arch_put16(ARCH_PMCW_VALID),
		.device_number = arch_put16(config->device_number),
		.lpm = config->path_installed,
		.pim = config->path_installed,
		.pom = 0xFF,
		.pam = config->path_installed,
	};
	memcpy(pmcw->chpid, config->chpid, sizeof(pmcw->chpid));
}

/* Copies what the device's table has; operations that it was compiled without stay NULL. */
static void copy_ops(struct css_control_unit_ops *to, const struct css_control_unit_ops *from)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, from, from->size < sizeof(*to) ? from->size : sizeof(*to));
}

int css_subchannel_create(const struct css_subchannel_config *config, struct css_subchannel **sch)
{
	struct css_subchannel *made;
	int result;

	if (!config->executor || !config->device_ops || !config->path_installed ||
	    config->device_ops->size < offsetof(struct css_control_unit_ops, cancel) ||
	    !config->device_ops->command)
		return -EINVAL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	result = css_job_create(config->executor, css_subchannel_run, made, &made->job);
	if (result) {
		free(made);
		return result;
	}
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->reset_done, NULL);
	css_written_init(&made->written);
	copy_ops(&made->ops, config->device_ops);
	init_pmcw(&made->pmcw, config);
	made->executor = config->executor;
	made->device = config->device;
	made->interrupt = config->interrupt;
	made->report = config->report;
	made->context = config->context;
	made->channel.subchannel = made;
	*sch = made;
	return 0;
}

/* Has the job do something now and waits for it; lock held on entry and exit. */
static void reset_and_wait(struct css_subchannel *sch)
{
	sch->resetting = true;
	atomic_fetch_or(&sch->stop, CSS_STOP_RESET);
	css_subchannel_unlock(sch);
	css_job_kick(sch->job);
	css_job_help(sch->job);
	css_subchannel_lock(sch);
	while (sch->resetting)
		pthread_cond_wait(&sch->reset_done, &sch->lock);
}

void css_subchannel_destroy(struct css_subchannel *sch)
{
	if (!sch)
		return;
	/* A device that holds a command must let go of it first. */
	css_subchannel_lock(sch);
	sch->interrupt = NULL;
	sch->report = NULL;
	reset_and_wait(sch);
	css_subchannel_unlock(sch);
	css_job_destroy(sch->job);
	css_storage_detach(&sch->channel.reader);
	css_written_finish(&sch->written);
	pthread_cond_destroy(&sch->reset_done);
	pthread_mutex_destroy(&sch->lock);
	free(sch);
}

void css_subchannel_set_storage(struct css_subchannel *sch, struct css_storage *storage)
{
	css_subchannel_lock(sch);
	css_storage_detach(&sch->channel.reader);
	css_storage_attach(storage, &sch->channel.reader);
	css_subchannel_unlock(sch);
}

void css_subchannel_lock(struct css_subchannel *sch)
{
	pthread_mutex_lock(&sch->lock);
}

void css_subchannel_unlock(struct css_subchannel *sch)
{
	pthread_mutex_unlock(&sch->lock);
}

void css_subchannel_set_help(struct css_subchannel *sch, bool help)
{
	atomic_store(&sch->help, help);
}

void css_subchannel_help(struct css_subchannel *sch)
{
	css_job_help(sch->job);
}

static bool is_operational(const struct css_subchannel *sch)
{
	return (arch_get16(sch->pmcw.flags) & (ARCH_PMCW_VALID | ARCH_PMCW_ENABLED)) ==
	       (ARCH_PMCW_VALID | ARCH_PMCW_ENABLED);
}

static bool orb_is_valid(const struct arch_orb *orb)
{
	if (arch_get32(orb->control) & (ARCH_ORB_TRANSPORT | ARCH_ORB_RESERVED))
		return false;
	return !(arch_get32(orb->program_address) & ARCH_ORB_ADDRESS_RESERVED);
}

int css_subchannel_start(struct css_subchannel *sch, const struct arch_orb *orb, bool live)
{
	uint32_t control = arch_get32(orb->control);
	/* After primary status the device may still be busy; the start then waits for it. */
	uint32_t device_active = sch->scsw.control & ARCH_SCSW_AC_DEVICE;

	if (!orb_is_valid(orb))
		return -EINVAL;
	if (!is_operational(sch))
		return 3;
	if (css_has(sch, ARCH_SCSW_SC_PENDING))
		return 1;
	if (css_has(sch, ARCH_SCSW_FC))
		return 2;
	if (!((uint8_t)(control >> ARCH_ORB_LPM_SHIFT) & sch->pmcw.pam))
		return 3;

	sch->orb = *orb;
	sch->live = live;
	sch->pmcw.interruption_parameter = orb->interruption_parameter;
	sch->pmcw.pnom = 0;
	sch->sense_valid = false;
	sch->control_unit_busy = false;
	sch->scsw = (struct css_scsw){
		.control = (control & SCSW_OF_ORB) | ARCH_SCSW_FC_START |
			   ARCH_SCSW_AC_START_PENDING | device_active,
	};
	css_subchannel_kick(sch);
	return 0;
}

int css_subchannel_halt(struct css_subchannel *sch)
{
	const uint32_t decided = ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY;
	uint32_t status = sch->scsw.control & ARCH_SCSW_SC;

	if (!is_operational(sch))
		return 3;
	if (status == ARCH_SCSW_SC_PENDING || (status & decided))
		return 1;
	if (css_has(sch, ARCH_SCSW_FC_HALT | ARCH_SCSW_FC_CLEAR))
		return 2;
	sch->scsw.control |= ARCH_SCSW_FC_HALT | ARCH_SCSW_AC_HALT_PENDING;
	/* Intermediate status of a running program is of no use to anybody now. */
	if (css_has(sch, ARCH_SCSW_AC_SUBCHANNEL)) {
		sch->scsw.control &= ~ARCH_SCSW_SC;
		sch->scsw.subchannel_status &= (uint8_t)~ARCH_SS_PCI;
	}
	atomic_fetch_or(&sch->stop, CSS_STOP_HALT);
	css_subchannel_kick(sch);
	return 0;
}

int css_subchannel_clear(struct css_subchannel *sch)
{
	if (!is_operational(sch))
		return 3;
	sch->scsw.control &= ~(ARCH_SCSW_FC | ARCH_SCSW_AC | ARCH_SCSW_SC);
	sch->scsw.control |= ARCH_SCSW_FC_CLEAR | ARCH_SCSW_AC_CLEAR_PENDING;
	sch->sense_valid = false;
	atomic_fetch_or(&sch->stop, CSS_STOP_CLEAR);
	css_subchannel_kick(sch);
	return 0;
}

int css_subchannel_resume(struct css_subchannel *sch)
{
	if (!is_operational(sch))
		return 3;
	if (css_has(sch, ARCH_SCSW_SC_PENDING))
		return 1;
	if ((sch->scsw.control & ARCH_SCSW_FC) != ARCH_SCSW_FC_START ||
	    css_has(sch, ARCH_SCSW_AC_RESUME_PENDING) || !css_has(sch, ARCH_SCSW_SUSPEND_CONTROL))
		return 2;
	/* Not yet suspended: the next suspension is left out. */
	sch->scsw.control |= ARCH_SCSW_AC_RESUME_PENDING;
	sch->scsw.control &= ~ARCH_SCSW_PATH_NOT_OPER;
	css_subchannel_kick(sch);
	return 0;
}

int css_subchannel_cancel(struct css_subchannel *sch)
{
	const uint32_t waiting =
		ARCH_SCSW_AC_START_PENDING | ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_AC_SUSPENDED;

	if (!is_operational(sch))
		return 3;
	if (css_has(sch, ARCH_SCSW_SC_PENDING))
		return 1;
	if ((sch->scsw.control & ARCH_SCSW_FC) != ARCH_SCSW_FC_START ||
	    css_has(sch, ARCH_SCSW_AC_SUBCHANNEL) || !css_has(sch, waiting))
		return 2;
	sch->scsw.control &= ~(ARCH_SCSW_FC_START | waiting);
	/* The job forgets a suspended program; the program is not looked at any more. */
	css_subchannel_kick(sch);
	return 0;
}

static void store_scsw(const struct css_subchannel *sch, struct arch_scsw *scsw)
{
	*scsw = (struct arch_scsw){
		.control = arch_put32(sch->scsw.control),
		.ccw_address = arch_put32(sch->scsw.ccw_address),
		.device_status = sch->scsw.device_status,
		.subchannel_status = sch->scsw.subchannel_status,
		.residual_count = arch_put16(sch->scsw.residual),
	};
}

int css_subchannel_store(struct css_subchannel *sch, struct arch_schib *schib)
{
	if (sch->removed)
		return 3;
	memset(schib, 0, sizeof(*schib));
	schib->pmcw = sch->pmcw;
	store_scsw(sch, &schib->scsw);
	schib->measurement_block_address = sch->measurement_block_address;
	return 0;
}

static bool schib_is_valid(const struct arch_schib *schib)
{
	uint16_t flags = arch_get16(schib->pmcw.flags);

	return !(flags & ARCH_PMCW_FLAGS_ZERO) && (flags & ARCH_PMCW_LIMIT) != ARCH_PMCW_LIMIT &&
	       !(arch_get32(schib->pmcw.control) & ARCH_PMCW_CONTROL_ZERO);
}

static void modify_pmcw(struct arch_pmcw *pmcw, const struct arch_pmcw *by)
{
	uint16_t flags = arch_get16(pmcw->flags);
	uint32_t control = arch_get32(pmcw->control);

	flags = (uint16_t)((flags & ~PMCW_FLAGS_SET) | (arch_get16(by->flags) & PMCW_FLAGS_SET));
	control = (control & ~PMCW_CONTROL_SET) | (arch_get32(by->control) & PMCW_CONTROL_SET);
	pmcw->flags = arch_put16(flags);
	pmcw->control = arch_put32(control);
	pmcw->interruption_parameter = by->interruption_parameter;
	pmcw->lpm = by->lpm;
	pmcw->pom = by->pom;
	pmcw->measurement_block_index = by->measurement_block_index;
}

int css_subchannel_modify(struct css_subchannel *sch, const struct arch_schib *schib)
{
	if (!schib_is_valid(schib))
		return -EINVAL;
	if (sch->removed)
		return 3;
	if (!(arch_get16(sch->pmcw.flags) & ARCH_PMCW_VALID))
		return 0;
	if (css_has(sch, ARCH_SCSW_SC_PENDING))
		return 1;
	if (css_has(sch, ARCH_SCSW_FC))
		return 2;
	modify_pmcw(&sch->pmcw, &schib->pmcw);
	sch->measurement_block_address = schib->measurement_block_address;
	return 0;
}

static void store_irb(const struct css_subchannel *sch, struct arch_irb *irb)
{
	uint32_t erw = ARCH_ERW_CONCURRENT_SENSE | ARCH_SENSE_BYTES << ARCH_ERW_SENSE_COUNT_SHIFT;

	memset(irb, 0, sizeof(*irb));
	store_scsw(sch, &irb->scsw);
	irb->esw.logout = arch_put32((uint32_t)sch->pmcw.lpum << ARCH_ESW_LPUM_SHIFT);
	if (!sch->sense_valid)
		return;
	irb->esw.erw = arch_put32(erw);
	memcpy(irb->ecw, sch->sense, sizeof(irb->ecw));
}

/* Section 4: what TEST SUBCHANNEL leaves of intermediate status alone. */
static uint32_t after_intermediate(uint32_t control)
{
	const uint32_t pendings = ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_AC_START_PENDING |
				  ARCH_SCSW_AC_HALT_PENDING | ARCH_SCSW_AC_CLEAR_PENDING |
				  ARCH_SCSW_AC_SUSPENDED;

	control &= ~(ARCH_SCSW_SC | ARCH_SCSW_ZERO_CC);
	if (!(control & ARCH_SCSW_AC_SUSPENDED))
		return control;
	if (control & ARCH_SCSW_FC_HALT)
		return control & ~(ARCH_SCSW_FC | pendings | ARCH_SCSW_PATH_NOT_OPER);
	return control & ~(ARCH_SCSW_AC_RESUME_PENDING | ARCH_SCSW_PATH_NOT_OPER);
}

static uint32_t after_ending(uint32_t control)
{
	return control & (SCSW_OF_ORB | ARCH_SCSW_AC_SUBCHANNEL | ARCH_SCSW_AC_DEVICE);
}

int css_subchannel_test(struct css_subchannel *sch, struct arch_irb *irb)
{
	const uint32_t ending = ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PRIMARY | ARCH_SCSW_SC_SECONDARY;
	uint32_t status = sch->scsw.control & ARCH_SCSW_SC;

	if (!is_operational(sch))
		return 3;
	store_irb(sch, irb);
	if (!(status & ARCH_SCSW_SC_PENDING))
		return 1;
	sch->scsw.subchannel_status &= (uint8_t)~ARCH_SS_PCI;
	if ((status & ARCH_SCSW_SC_INTERMEDIATE) && !(status & ending)) {
		sch->scsw.control = after_intermediate(sch->scsw.control);
	} else {
		sch->scsw.control = after_ending(sch->scsw.control);
		sch->sense_valid = false;
	}
	/* The device may have waited for this to say something else. */
	if (sch->unsolicited)
		css_job_kick(sch->job);
	return 0;
}

static struct arch_crw path_crw(uint8_t chpid, bool available)
{
	uint16_t recovery = available ? ARCH_CRW_ERC_INITIALIZED : ARCH_CRW_ERC_PERMANENT;

	return (struct arch_crw){
		.flags = arch_put16(
			(uint16_t)(ARCH_CRW_RSC_CHANNEL_PATH << ARCH_CRW_RSC_SHIFT | recovery)),
		.source_id = arch_put16(chpid),
	};
}

void css_subchannel_set_path(struct css_subchannel *sch, uint8_t mask, bool available)
{
	uint8_t changed;

	css_subchannel_lock(sch);
	changed = mask & sch->pmcw.pim & (available ? (uint8_t)~sch->pmcw.pam : sch->pmcw.pam);
	sch->pmcw.pam ^= changed;
	for (int i = 0; i < 8 && sch->report; i++)
		if (changed & 0x80 >> i)
			sch->report(sch->context, path_crw(sch->pmcw.chpid[i], available));
	css_subchannel_unlock(sch);
	/* Whoever was told may have given an instruction. */
	css_job_help(sch->job);
}

void css_subchannel_io_reset(struct css_subchannel *sch)
{
	css_subchannel_lock(sch);
	reset_and_wait(sch);
	css_subchannel_unlock(sch);
}

void css_subchannel_remove(struct css_subchannel *sch)
{
	const uint16_t flags =
		ARCH_CRW_RSC_SUBCHANNEL << ARCH_CRW_RSC_SHIFT | ARCH_CRW_ERC_PARAMETERS_INITIALIZED;

	css_subchannel_lock(sch);
	sch->removed = true;
	reset_and_wait(sch);
	if (sch->report)
		sch->report(sch->context,
			    (struct arch_crw){arch_put16(flags), sch->pmcw.device_number});
	css_subchannel_unlock(sch);
}

void css_subchannel_device_end(struct css_subchannel *sch, uint8_t status)
{
	css_subchannel_lock(sch);
	sch->late_status |= status;
	sch->late = true;
	css_subchannel_unlock(sch);
	css_job_kick(sch->job);
}

void css_subchannel_attention(struct css_subchannel *sch, uint8_t status)
{
	css_subchannel_lock(sch);
	sch->unsolicited |= status;
	css_subchannel_unlock(sch);
	css_job_kick(sch->job);
}

bool css_subchannel_stopping(const struct css_subchannel *sch)
{
	return atomic_load_explicit(&sch->stop, memory_order_relaxed);
}
