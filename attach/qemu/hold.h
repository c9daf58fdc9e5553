/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Interrupts that wait until the guest's processor is ready for them.
 *
 * A program that ends inside START would interrupt the guest while the processor that issued it is
 * still in the instruction, with the guest driver's lock taken. Another processor takes the
 * interrupt and spins for that lock; on a busy host it spins for a whole time slice, because it has
 * displaced the thread that should release it. So the eventfd is written only when the thread that
 * issued START goes to sleep, which it usually does at once, or after a time, whichever comes
 * first.
 */
#ifndef CHANIO_ATTACH_QEMU_HOLD_H
#define CHANIO_ATTACH_QEMU_HOLD_H

/*
 * How late an interrupt comes when the processor has more to do. Setting a timer is expensive in a
 * virtual machine, so while the processors sleep in time it is set rarely and generously; each time
 * one did not, the following HOLD_BUSY_NANOSECONDS have a timer for each.
 */
#define HOLD_NANOSECONDS      2000000L
#define HOLD_NANOSECONDS_BUSY 200000L
#define HOLD_BUSY_NANOSECONDS 50000000L

/* Events signalled by this thread in between are held. Not nested. */
void hold_begin(void);
void hold_end(void);

/* The calling thread is about to sleep: what it holds is signalled. */
void hold_release(void);

#endif
