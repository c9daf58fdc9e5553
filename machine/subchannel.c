/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* driver/subchannel.h over the emulated subchannel, and the life of an adapter. */
#include "machine/adapters_impl.h"

#include <stdlib.h>

static _Thread_local const struct machine_adapter *helping
	__attribute__((tls_model("initial-exec")));

bool machine_is_helping(const struct machine_adapter *adapter)
{
	return helping == adapter;
}

void machine_adapter_help(struct machine_adapter *adapter)
{
	const struct machine_adapter *outer = helping;

	helping = adapter;
	css_subchannel_help(adapter->subchannel);
	helping = outer;
	css_job_help(adapter->work);
}

void machine_adapter_set_help(struct machine_adapter *adapter, bool help)
{
	css_subchannel_set_help(adapter->subchannel, help);
}

/* Upwards. */

static void on_interrupt(void *context)
{
	struct machine_adapter *adapter = context;
	struct arch_irb irb;

	if (adapter->device && css_subchannel_test(adapter->subchannel, &irb) == 0)
		chanio_device_irb(adapter->device, &irb);
}

static uint8_t paths_of(struct css_subchannel *subchannel, uint16_t chpid)
{
	struct arch_schib schib;
	uint8_t mask = 0;

	if (css_subchannel_store(subchannel, &schib))
		return 0;
	for (int i = 0; i < 8; i++)
		if ((schib.pmcw.pim & 0x80 >> i) && schib.pmcw.chpid[i] == chpid)
			mask |= (uint8_t)(0x80 >> i);
	return mask;
}

/* The driver makes the report of a path itself, the subchannel's own means that it is gone. */
static void on_report(void *context, struct arch_crw crw)
{
	struct machine_adapter *adapter = context;
	uint16_t flags = arch_get16(crw.flags), chpid = arch_get16(crw.source_id);
	unsigned int source = (flags & ARCH_CRW_RSC) >> ARCH_CRW_RSC_SHIFT;
	bool available = (flags & ARCH_CRW_ERC) == ARCH_CRW_ERC_INITIALIZED;

	if (!adapter->device)
		return;
	if (source == ARCH_CRW_RSC_CHANNEL_PATH)
		chanio_device_path(adapter->device, paths_of(adapter->subchannel, chpid), available,
				   false);
	else if (source == ARCH_CRW_RSC_SUBCHANNEL)
		chanio_device_gone(adapter->device);
	else
		chanio_device_crw(adapter->device, crw);
}

/* Downwards. */

static int adapter_start(void *subchannel, const struct arch_orb *orb, bool live)
{
	struct machine_adapter *adapter = subchannel;

	return css_subchannel_start(adapter->subchannel, orb, live);
}

static int adapter_halt(void *subchannel)
{
	struct machine_adapter *adapter = subchannel;

	return css_subchannel_halt(adapter->subchannel);
}

static int adapter_clear(void *subchannel)
{
	struct machine_adapter *adapter = subchannel;

	return css_subchannel_clear(adapter->subchannel);
}

static int adapter_resume(void *subchannel)
{
	struct machine_adapter *adapter = subchannel;

	return css_subchannel_resume(adapter->subchannel);
}

static int adapter_cancel(void *subchannel)
{
	struct machine_adapter *adapter = subchannel;

	return css_subchannel_cancel(adapter->subchannel);
}

static int adapter_store(void *subchannel, struct arch_schib *schib)
{
	struct machine_adapter *adapter = subchannel;

	return css_subchannel_store(adapter->subchannel, schib);
}

/* Enabled with everything a client may want to see in an IRB; the client masks what it does not. */
static int modify(struct css_subchannel *subchannel, bool enabled)
{
	struct arch_schib schib;
	uint16_t flags;

	if (css_subchannel_store(subchannel, &schib))
		return 3;
	flags = arch_get16(schib.pmcw.flags) & (uint16_t)~ARCH_PMCW_ENABLED;
	if (enabled)
		flags |= ARCH_PMCW_ENABLED | ARCH_PMCW_MULTIPATH;
	schib.pmcw.flags = arch_put16(flags);
	schib.pmcw.control = arch_put32(enabled ? ARCH_PMCW_CONCURRENT_SENSE : 0);
	return css_subchannel_modify(subchannel, &schib);
}

static int adapter_enable(void *subchannel)
{
	struct machine_adapter *adapter = subchannel;

	return modify(adapter->subchannel, true) ? -ENODEV : 0;
}

static int adapter_disable(void *subchannel)
{
	struct machine_adapter *adapter = subchannel;
	int code = modify(adapter->subchannel, false);

	if (code == 3)
		return -ENODEV;
	return code ? -EBUSY : 0;
}

const struct chanio_subchannel_ops machine_subchannel_ops = {
	.size = sizeof(machine_subchannel_ops),
	.capabilities = CHANIO_SUBCHANNEL_LIVE,
	.start = adapter_start,
	.halt = adapter_halt,
	.clear = adapter_clear,
	.resume = adapter_resume,
	.cancel = adapter_cancel,
	.store = adapter_store,
	.enable = adapter_enable,
	.disable = adapter_disable,
};

/* Life. */

static int create_parts(struct machine_adapter *adapter,
			const struct machine_adapter_config *config)
{
	struct css_subchannel_config css = {
		.device_number = config->device_number,
		.path_installed = config->path_installed,
		.executor = config->executor,
		.device_ops = config->device_ops,
		.device = config->device,
		.interrupt = on_interrupt,
		.report = on_report,
		.context = adapter,
	};
	struct chanio_device *device;
	int result;

	memcpy(css.chpid, config->chpid, sizeof(css.chpid));
	result = css_job_create(config->executor, machine_adapter_work, adapter, &adapter->work);
	if (!result)
		result = css_subchannel_create(&css, &adapter->subchannel);
	if (result)
		return result;
	css_subchannel_set_storage(adapter->subchannel, config->storage);
	result = chanio_device_create(&machine_platform, adapter, &machine_subchannel_ops, adapter,
				      &device);
	if (result)
		return result;
	css_subchannel_lock(adapter->subchannel);
	adapter->device = device;
	css_subchannel_unlock(adapter->subchannel);
	return 0;
}

int machine_adapter_create(const struct machine_adapter_config *config,
			   struct machine_adapter **adapter)
{
	struct machine_adapter *made;
	pthread_condattr_t attributes;
	int result;

	if (!config->executor || !config->storage)
		return -EINVAL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->executor = config->executor;
	made->storage = config->storage;
	pthread_mutex_init(&made->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&made->changed, &attributes);
	pthread_condattr_destroy(&attributes);

	result = create_parts(made, config);
	if (result) {
		machine_adapter_destroy(made);
		return result;
	}
	*adapter = made;
	return 0;
}

void machine_adapter_destroy(struct machine_adapter *adapter)
{
	struct chanio_device *device;

	if (!adapter)
		return;
	device = adapter->device;
	/* No upcall and no work from here on, then nobody uses the driver instance. */
	if (device) {
		css_subchannel_lock(adapter->subchannel);
		adapter->device = NULL;
		css_subchannel_unlock(adapter->subchannel);
	}
	css_job_destroy(adapter->work);
	/* A program that no quiesce could end holds its memory until the device lets go of it. */
	if (adapter->subchannel)
		css_subchannel_io_reset(adapter->subchannel);
	chanio_device_destroy(device);
	css_subchannel_destroy(adapter->subchannel);
	pthread_cond_destroy(&adapter->changed);
	pthread_mutex_destroy(&adapter->lock);
	free(adapter);
}

struct chanio_device *machine_adapter_driver(struct machine_adapter *adapter)
{
	return adapter->device;
}

struct css_subchannel *machine_adapter_subchannel(struct machine_adapter *adapter)
{
	return adapter->subchannel;
}
