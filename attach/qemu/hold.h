/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Interrupts that wait until the guest's processor is ready for them, where the host is short of
 * processor time.
 *
 * A program that ends inside START interrupts the guest while the processor that issued it is still
 * in the instruction, with the guest driver's lock taken. Another processor takes the interrupt and
 * spins for that lock for as long as the first one needs to give it up: a moment while each has a
 * core of the host, and the two then work side by side; a whole time slice when the spinning one
 * has displaced the other. So where a thread that gives START had to wait for a core for more than
 * a fifth of the time that it wanted to run, the eventfd is written only when that thread goes to
 * sleep, which it usually does at once, or after a time, whichever comes first.
 */
#ifndef CHANIO_ATTACH_QEMU_HOLD_H
#define CHANIO_ATTACH_QEMU_HOLD_H

/* How long a look at the host holds good: then the next START looks again. */
#define HOLD_LOOK_NANOSECONDS  20000000L
#define HOLD_SHORT_NANOSECONDS 100000000L

/*
 * How late an interrupt comes when the processor has more to do. Setting a timer is expensive in a
 * virtual machine, so while the processors sleep in time it is set rarely and generously; each time
 * one did not, the following HOLD_BUSY_NANOSECONDS have a timer for each.
 */
#define HOLD_NANOSECONDS      2000000L
#define HOLD_NANOSECONDS_BUSY 200000L
#define HOLD_BUSY_NANOSECONDS 50000000L

/* Events signalled by this thread in between are held, if need be. Not nested. */
void hold_begin(void);
void hold_end(void);

/* The calling thread is about to sleep: what it holds is signalled. */
void hold_release(void);

#endif
