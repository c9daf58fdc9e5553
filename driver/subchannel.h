/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the driver needs of the subchannel below it. Implementations: the emulated channel
 * subsystem (machine/ connects css/), and the kernel's common I/O layer.
 *
 * Every operation is called with the platform lock held (driver/platform.h) and never calls up
 * before it returned. Condition codes are returned as condition codes (0 to 3); a negative errno
 * means that the instruction itself failed (an exception).
 */
#ifndef CHANIO_DRIVER_SUBCHANNEL_H
#define CHANIO_DRIVER_SUBCHANNEL_H

#include "arch/crw.h"
#include "arch/irb.h"
#include "arch/orb.h"
#include "arch/schib.h"

struct chanio_device;

/* The subchannel can run a program straight from guest memory, guest addresses and all. */
#define CHANIO_SUBCHANNEL_LIVE 0x1u

/*
 * Not storage, by agreement: an IDAW or MIDAW with this address (low bits may be on) stands for
 * guest storage that does not exist. The channel gives program check when it comes to use it; the
 * bytes before it have moved.
 */
#define CHANIO_ADDRESS_INVALID 0xFFFFFFFFFFFFF000ull

/*
 * A CCW that stands for one that does not exist or cannot be fetched: command 0, no flags, count 0,
 * and this address. The channel gives program check when it comes to it, be it by command chaining
 * (invalid command) or by data chaining (bit 0 of the address is one).
 */
#define CHANIO_CCW_POISON_ADDRESS 0x80000000u

struct chanio_subchannel_ops {
	size_t size; /* of this structure, as the implementation was compiled */
	unsigned int capabilities;

	/*
	 * START SUBCHANNEL. The ORB's program address is a channel-memory address, its data
	 * addresses are those pin() gave; with `live` all of them are guest addresses and the
	 * program is fetched CCW by CCW while it runs. A translated program is in format 1, with
	 * format-2 IDAWs; the ORB's interruption parameter is always zero.
	 */
	int (*start)(void *subchannel, const struct arch_orb *orb, bool live);
	int (*halt)(void *subchannel);
	int (*clear)(void *subchannel);
	int (*resume)(void *subchannel);
	int (*cancel)(void *subchannel);
	int (*store)(void *subchannel, struct arch_schib *schib);
	/*
	 * 0, -ENODEV, or for disable -EBUSY: a function is in progress or status is pending. Once
	 * disable has given anything but -EBUSY, no program touches memory any more.
	 */
	int (*enable)(void *subchannel);
	int (*disable)(void *subchannel);
};

/* Upwards. All with the platform lock held. */

/*
 * The subchannel stored this IRB (TEST SUBCHANNEL, condition code 0), in the same hold of the lock.
 * Should one come later all the same, IRBs stay in order, disable waits for it, and the driver
 * knows the answer to a halt or clear from before the program that was started meanwhile; if
 * several signals were answered late, it may take one answer for another.
 */
void chanio_device_irb(struct chanio_device *device, const struct arch_irb *irb);

/* The channel subsystem made a channel report that concerns this subchannel. */
void chanio_device_crw(struct chanio_device *device, struct arch_crw crw);

/*
 * Channel paths of the subchannel changed (vfio-ccw-interface.md section 8.5). `mask` has one bit
 * a path, as in the PMCW. `varied`: by the operator (no CRW), else by the machine.
 */
void chanio_device_path(struct chanio_device *device, uint8_t mask, bool available, bool varied);

/* The device or its subchannel is gone for good; nothing of it touches memory any more. */
void chanio_device_gone(struct chanio_device *device);

/* The host wants the device back: the client gets the REQ interrupt. */
void chanio_device_request(struct chanio_device *device);

#endif
