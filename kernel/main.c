// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * The module, and the driver on the bus of channel subsystems: it takes over I/O subchannels that
 * the operator names, and hands their events to the driver instance.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <asm/irq.h>
#include <asm/isc.h>

#include "chp.h"
#include "css.h"
#include "kernel/host.h"

struct workqueue_struct *chanio_host_work;

static struct chanio_host *host_of(struct subchannel *sch)
{
	return dev_get_drvdata(&sch->dev);
}

/* ---- events; all but sch_event() come with the lock held ---- */

/* TEST SUBCHANNEL was done by the common I/O layer. */
static void irq(struct subchannel *sch)
{
	struct chanio_host *host = host_of(sch);
	struct arch_irb irb;

	inc_irq_stat(IRQIO_CIO);
	if (!host)
		return;
	memcpy(&irb, this_cpu_ptr(&cio_irb), sizeof(irb));
	chanio_device_irb(host->device, &irb);
}

static int chp_event(struct subchannel *sch, struct chp_link *link, int event)
{
	struct chanio_host *host = host_of(sch);
	int mask = chp_ssd_get_mask(&sch->ssd_info, link);
	bool available = event == CHP_VARY_ON || event == CHP_ONLINE;
	bool varied = event == CHP_VARY_ON || event == CHP_VARY_OFF;

	if (!host || !mask || event == CHP_FCES_EVENT)
		return 0;
	chanio_host_note(host, 2, "channel paths %02x: event %d\n", mask, event);
	chanio_device_path(host->device, (u8)mask, available, varied);
	return 0;
}

/* Something is different about the subchannel: is it still there? */
static int sch_event(struct subchannel *sch, int process)
{
	struct chanio_host *host = host_of(sch);
	unsigned long flags;
	int result = -EAGAIN;

	spin_lock_irqsave(chanio_compat_lock(sch), flags);
	if (!device_is_registered(&sch->dev) || work_pending(&sch->todo_work))
		goto out;
	result = 0;
	if (!cio_update_schib(sch))
		goto out;
	if (host) {
		chanio_host_note(host, 1, "gone\n");
		chanio_device_gone(host->device);
	}
	css_sched_sch_todo(sch, SCH_TODO_UNREG);
out:
	spin_unlock_irqrestore(chanio_compat_lock(sch), flags);
	return result;
}

/* The machine is going down: no channel program must be left. */
static void shutdown(struct subchannel *sch)
{
	struct chanio_host *host = host_of(sch);

	if (host)
		chanio_device_close(host->device);
}

/* ---- life ---- */

static void add_paths(struct chanio_host *host)
{
	u8 varied_off = (u8)~chp_get_sch_opm(host->sch);
	unsigned long flags;

	spin_lock_irqsave(chanio_compat_lock(host->sch), flags);
	dev_set_drvdata(&host->sch->dev, host);
	chanio_device_path(host->device, varied_off, false, true);
	spin_unlock_irqrestore(chanio_compat_lock(host->sch), flags);
}

/* No event reaches the instance from here on. */
static void forget(struct chanio_host *host)
{
	unsigned long flags;

	spin_lock_irqsave(chanio_compat_lock(host->sch), flags);
	dev_set_drvdata(&host->sch->dev, NULL);
	spin_unlock_irqrestore(chanio_compat_lock(host->sch), flags);
	cancel_delayed_work_sync(&host->work);
}

/* A channel program that nothing could end may still be fetched from its memory. */
static bool is_at_rest(struct chanio_host *host)
{
	unsigned long flags;
	int error;

	spin_lock_irqsave(chanio_compat_lock(host->sch), flags);
	error = chanio_host_subchannel.disable(host);
	spin_unlock_irqrestore(chanio_compat_lock(host->sch), flags);
	return error != -EBUSY;
}

static int add(struct subchannel *sch)
{
	struct chanio_host *host = kzalloc(sizeof(*host), GFP_KERNEL);
	int error;

	if (!host)
		return -ENOMEM;
	host->sch = sch;
	init_waitqueue_head(&host->wait);
	INIT_DELAYED_WORK(&host->work, chanio_host_do_work);
	error = chanio_device_create(&chanio_host_platform, host, &chanio_host_subchannel, host,
				     &host->device);
	if (error)
		goto out_free;
	add_paths(host);
	host->type.sysfs_name = "io";
	host->type.pretty_name = "I/O subchannel (Non-QDIO)";
	host->types[0] = &host->type;
	error = mdev_register_parent(&host->parent, &sch->dev, &chanio_host_mdev_driver,
				     host->types, 1);
	if (error)
		goto out_forget;
	chanio_host_note(host, 2, "bound\n");
	return 0;

out_forget:
	forget(host);
	chanio_device_destroy(host->device);
out_free:
	kfree(host);
	return error;
}

/* Only what was given to this driver by name: loading the module takes nothing over. */
static int probe(struct subchannel *sch)
{
	if (!chanio_compat_is_named(sch))
		return -ENODEV;
	if (sch->schib.pmcw.qf) {
		dev_warn(&sch->dev, "a QDIO subchannel cannot be passed on\n");
		return -ENODEV;
	}
	return add(sch);
}

static void remove(struct subchannel *sch)
{
	struct chanio_host *host = host_of(sch);

	mdev_unregister_parent(&host->parent);
	forget(host);
	chanio_host_note(host, 2, "unbound\n");
	if (!is_at_rest(host)) {
		dev_err(&sch->dev,
			"a channel program does not end: its memory is not given back\n");
		return;
	}
	chanio_device_destroy(host->device);
	kfree(host);
}

static struct css_device_id ids[] = {
	{.match_flags = 1, .type = SUBCHANNEL_TYPE_IO},
	{},
};

static struct css_driver css_driver = {
	.drv =
		{
			.name = CHANIO_HOST_NAME,
			.owner = THIS_MODULE,
		},
	.subchannel_type = ids,
	.irq = irq,
	.chp_event = chp_event,
	.sch_event = sch_event,
	.probe = probe,
	.remove = remove,
	.shutdown = shutdown,
};

static int __init module_begin(void)
{
	int error = chanio_host_trace_init();

	if (error)
		return error;
	error = -ENOMEM;
	chanio_host_work = alloc_workqueue(CHANIO_HOST_NAME, WQ_UNBOUND, 0);
	if (!chanio_host_work)
		goto out_trace;
	error = mdev_register_driver(&chanio_host_mdev_driver);
	if (error)
		goto out_work;
	isc_register(VFIO_CCW_ISC);
	error = css_driver_register(&css_driver);
	if (error)
		goto out_isc;
	return 0;

out_isc:
	isc_unregister(VFIO_CCW_ISC);
	mdev_unregister_driver(&chanio_host_mdev_driver);
out_work:
	destroy_workqueue(chanio_host_work);
out_trace:
	chanio_host_trace_exit();
	return error;
}

static void __exit module_end(void)
{
	css_driver_unregister(&css_driver);
	mdev_unregister_driver(&chanio_host_mdev_driver);
	isc_unregister(VFIO_CCW_ISC);
	destroy_workqueue(chanio_host_work);
	chanio_host_trace_exit();
}

module_init(module_begin);
module_exit(module_end);
MODULE_DESCRIPTION("Hands an s390 I/O subchannel to a VFIO client (chanio's driver)");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_VERSION(CHANIO_VERSION);
