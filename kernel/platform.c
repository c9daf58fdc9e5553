// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * driver/platform.h in the kernel: the subchannel's own lock, memory that channels reach, pages
 * pinned in the client's container, eventfds, waiting and deferred work.
 */
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/iommu.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "kernel/host.h"

#define ACCESS	   (IOMMU_READ | IOMMU_WRITE)
#define PINS_BATCH 32 /* page pointers on the stack */

static_assert(CHANIO_PAGE_SIZE == PAGE_SIZE);

static void lock(void *platform, unsigned long *flags)
{
	struct chanio_host *host = platform;

	spin_lock_irqsave(chanio_compat_lock(host->sch), *flags);
}

static void unlock(void *platform, unsigned long flags)
{
	struct chanio_host *host = platform;

	spin_unlock_irqrestore(chanio_compat_lock(host->sch), flags);
}

/* ---- memory ---- */

static void *allocate(void *platform, size_t size)
{
	return kvzalloc(size, GFP_KERNEL_ACCOUNT);
}

static void release(void *platform, void *memory, size_t size)
{
	kvfree(memory);
}

/* The coherent mask of a subchannel is 31 bits, and its memory is aligned as pages are. */
static int channel_allocate(void *platform, size_t size, struct chanio_channel_memory *memory)
{
	struct chanio_host *host = platform;
	dma_addr_t bus;

	memory->address =
		dma_alloc_coherent(&host->sch->dev, size, &bus, GFP_KERNEL | __GFP_NOWARN);
	if (!memory->address)
		return -ENOMEM;
	memory->bus_address = (u32)bus;
	memory->size = size;
	return 0;
}

static void channel_release(void *platform, struct chanio_channel_memory *memory)
{
	struct chanio_host *host = platform;

	dma_free_coherent(&host->sch->dev, memory->size, memory->address, memory->bus_address);
}

/* ---- guest storage ---- */

static int pin_error(int error)
{
	return error == -ENOMEM ? -ENOMEM : -EFAULT;
}

/* Up to PINS_BATCH pages, all or none. */
static int pin_batch(struct chanio_host *host, u64 guest, int pages, u64 *bus)
{
	struct page *page[PINS_BATCH];
	int pinned = vfio_pin_pages(host->vdev, guest, pages, ACCESS, page);

	if (pinned != pages) {
		if (pinned > 0)
			vfio_unpin_pages(host->vdev, guest, pinned);
		return pin_error(pinned);
	}
	for (int i = 0; i < pages; i++)
		bus[i] = page_to_phys(page[i]);
	return 0;
}

/*
 * After close, which only a program outlives that nothing could end, the container is gone: its
 * pages stay pinned for good, that is safe.
 */
static void unpin(void *platform, u64 guest, size_t pages)
{
	struct chanio_host *host = platform;
	struct vfio_device *vdev = READ_ONCE(host->vdev);

	for (; vdev && pages; guest += PINS_BATCH * PAGE_SIZE) {
		size_t batch = min_t(size_t, pages, PINS_BATCH);

		vfio_unpin_pages(vdev, guest, (int)batch);
		pages -= batch;
	}
}

static int pin(void *platform, u64 guest, size_t pages, u64 *bus_addresses)
{
	struct chanio_host *host = platform;
	size_t done = 0;

	while (done < pages) {
		size_t batch = min_t(size_t, pages - done, PINS_BATCH);
		int error =
			pin_batch(host, guest + done * PAGE_SIZE, (int)batch, bus_addresses + done);

		if (error) {
			unpin(host, guest, done);
			return error;
		}
		done += batch;
	}
	return 0;
}

/* Within one page. */
static int read_pinned(struct chanio_host *host, u64 guest, void *to, size_t size)
{
	struct page *page;
	int pinned = vfio_pin_pages(host->vdev, guest & PAGE_MASK, 1, IOMMU_READ, &page);

	if (pinned != 1)
		return -EFAULT;
	memcpy_from_page(to, page, offset_in_page(guest), size);
	vfio_unpin_pages(host->vdev, guest & PAGE_MASK, 1);
	return 0;
}

static int read_guest(void *platform, u64 guest, void *to, size_t size)
{
	struct chanio_host *host = platform;
	int error = vfio_dma_rw(host->vdev, guest, to, size, false);

	if (error != -EPERM)
		return error ? -EFAULT : 0;
	/* The container is that of another process, which handed the device on: only pins work. */
	while (size) {
		size_t part = min_t(size_t, size, PAGE_SIZE - offset_in_page(guest));

		if (read_pinned(host, guest, to, part))
			return -EFAULT;
		guest += part;
		to += part;
		size -= part;
	}
	return 0;
}

/* ---- the client ---- */

static int copy_from_client(void *platform, void *to, const void *client, size_t size)
{
	return copy_from_user(to, (const void __force __user *)client, size) ? -EFAULT : 0;
}

static int copy_to_client(void *platform, void *client, const void *from, size_t size)
{
	return copy_to_user((void __force __user *)client, from, size) ? -EFAULT : 0;
}

static void signal(void *platform, void *event)
{
	chanio_compat_signal(event);
}

static void release_event(void *platform, void *event)
{
	eventfd_ctx_put(event);
}

/* ---- time ---- */

static int wait(void *platform, u64 nanoseconds)
{
	struct chanio_host *host = platform;
	unsigned long time = nsecs_to_jiffies(nanoseconds) + 1;

	return wait_event_timeout(host->wait, atomic_xchg(&host->woken, 0), time) ? 0 : -ETIMEDOUT;
}

static void wake(void *platform)
{
	struct chanio_host *host = platform;

	atomic_set(&host->woken, 1);
	wake_up_all(&host->wait);
}

/*
 * One tick later: the client's next STARTs do much of the work by the way, without a switch to
 * another thread.
 */
static void defer(void *platform)
{
	struct chanio_host *host = platform;

	queue_delayed_work(chanio_host_work, &host->work, 1);
}

static void flush_deferred(void *platform)
{
	struct chanio_host *host = platform;

	flush_delayed_work(&host->work);
}

void chanio_host_do_work(struct work_struct *work)
{
	chanio_device_work(container_of(to_delayed_work(work), struct chanio_host, work)->device);
}

static u64 now(void *platform)
{
	return ktime_get_ns();
}

const struct chanio_platform_ops chanio_host_platform = {
	.size = sizeof(chanio_host_platform),
	.lock = lock,
	.unlock = unlock,
	.allocate = allocate,
	.release = release,
	.channel_allocate = channel_allocate,
	.channel_release = channel_release,
	.read_guest = read_guest,
	.pin = pin,
	.unpin = unpin,
	.copy_from_client = copy_from_client,
	.copy_to_client = copy_to_client,
	.signal = signal,
	.release_event = release_event,
	.wait = wait,
	.wake = wake,
	.defer = defer,
	.flush_deferred = flush_deferred,
	.now = now,
	.trace = chanio_host_trace,
};
