/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The world around the driver in its tests: a platform with a small guest storage, virtual time and
 * countable resources, and a subchannel that answers as it is told. Every call checks whether the
 * lock has to be held. Any number of threads.
 */
#ifndef CHANIO_TESTS_DRIVER_FAKE_H
#define CHANIO_TESTS_DRIVER_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "driver/internal.h"

/* Guest storage: a stretch from 0 on, and one page each where addresses end. */
#define FAKE_PAGES     64u
#define FAKE_LOW_SIZE  (FAKE_PAGES * CHANIO_PAGE_SIZE)
#define FAKE_PAGE_16M  0x00FFF000ull /* the last page that a format-0 CCW can name */
#define FAKE_PAGE_2G   0x7FFFF000ull /* the last page that a format-1 CCW can name */
#define FAKE_PAGE_HIGH 0x100000000ull
#define FAKE_EXTRA     4u
#define FAKE_PAGES_ALL (FAKE_PAGES + FAKE_EXTRA)

/* What pin() gives is the guest address plus this. */
#define FAKE_BUS 0x0123000000000000ull
/* Channel memory begins here. */
#define FAKE_CHANNEL	  0x10000000u
#define FAKE_CHANNEL_SIZE 0x04000000u

struct fake {
	struct chanio_device *device;

	pthread_mutex_t lock;
	_Atomic(pthread_t) owner;
	_Atomic bool locked;
	pthread_mutex_t mutex; /* of what follows, where threads meet outside the lock */

	uint8_t storage[FAKE_PAGES_ALL][CHANIO_PAGE_SIZE];
	bool mapped[FAKE_PAGES_ALL];
	int pins[FAKE_PAGES_ALL];
	int pinned; /* all of them */
	int pin_calls;
	int pin_error; /* of the next one, then 0 */

	uint8_t *channel; /* FAKE_CHANNEL_SIZE bytes, taken from the bottom up */
	uint32_t channel_used;
	int channel_allocations, allocations; /* outstanding */
	int allocation;			      /* counted up at each; */
	int fail_allocation;		      /* this one fails; 0: none */

	bool client_faults; /* copies to and from the client fail */

	_Atomic int released_events;
	int deferred;
	_Atomic uint64_t now;
	bool time_stands; /* now() gives the same again */
	pthread_cond_t woken;
	bool wake;
	bool real_time; /* wait() sleeps; else it lets virtual time pass */
	void (*on_wait)(struct fake *fake);
	void (*on_read)(struct fake *fake, uint64_t guest); /* while translating, no lock */
	void (*on_unpin)(struct fake *fake);		    /* no lock */
	void (*on_copy)(struct fake *fake);		    /* copy to the client, no lock */

	/* The subchannel's answers */
	unsigned int capabilities;
	int start_cc, halt_cc, clear_cc, cancel_cc;
	int store_cc, enable_result;
	int busy; /* this many times disable gives -EBUSY; < 0: always */
	int disable_result;
	struct arch_schib schib;
	bool enabled;
	/* If set, gives the answer instead, lock held. */
	int (*on_start)(struct fake *fake);
	int (*on_halt)(struct fake *fake);
	int (*on_clear)(struct fake *fake);
	int (*on_cancel)(struct fake *fake);
	int (*on_disable)(struct fake *fake);
	int starts, halts, clears, cancels, enables, disables, stores;
	struct arch_orb orb;
	bool live;
};

/* An event is a counter. */
struct fake_event {
	_Atomic int signalled;
	_Atomic int released;
};

extern const struct chanio_platform_ops fake_platform;
/* How often each row of the table was taken, by all fakes together. */
extern _Atomic unsigned int fake_rows[256];

/* Everything answers well, all storage is mapped; the device is created, not opened. */
struct fake *fake_create(void);
struct fake *fake_create_open(void);
struct fake *fake_create_live(void); /* open, with CHANIO_SUBCHANNEL_LIVE */
/* Closes if need be; asserts that nothing is pinned or allocated any more. */
void fake_destroy(struct fake *fake);

/* Another device instance in place of the closed one, with nothing kept. */
void fake_renew(struct fake *fake);
const struct chanio_subchannel_ops *fake_plain_subchannel(void);

/* Guest storage; the range must not leave a page stretch. */
void *fake_guest(struct fake *fake, uint64_t guest);
bool fake_readable(struct fake *fake, uint64_t guest);
bool fake_pinned(struct fake *fake, uint64_t guest);
void fake_map(struct fake *fake, uint64_t guest, bool mapped);
/* Channel memory as the channel sees it; NULL: not channel memory. */
void *fake_channel(struct fake *fake, uint32_t bus, size_t size);

/* CCWs in guest storage */
void fake_ccw1(struct fake *fake, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
	       uint32_t address);
void fake_ccw0(struct fake *fake, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
	       uint32_t address);

/* What the client does. The write is 124 bytes, as QEMU's. */
#define FAKE_ORB (ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH | ARCH_ORB_FORMAT_2_IDAW | 0x8000u)
long fake_write_io(struct fake *fake, uint32_t control, uint32_t program, uint32_t functions);
long fake_start(struct fake *fake, uint32_t control, uint32_t program);
/* A program that is one no-operation, at 0x1000. */
long fake_start_nop(struct fake *fake);
long fake_command(struct fake *fake, uint32_t command);
void fake_read_irb(struct fake *fake, struct arch_irb *irb);
struct fake_event *fake_arm(struct fake *fake, enum chanio_irq irq, struct fake_event *event);

/* What the subchannel presents */
struct arch_irb fake_irb(uint32_t control, uint32_t ccw_address);
void fake_present(struct fake *fake, uint32_t control, uint32_t ccw_address);
void fake_present_irb(struct fake *fake, const struct arch_irb *irb);
void fake_gone(struct fake *fake);
void fake_request(struct fake *fake);
void fake_path(struct fake *fake, uint8_t mask, bool available, bool varied);
void fake_crw(struct fake *fake, uint16_t flags, uint16_t source);
/* Deferred work, if asked for. */
void fake_work(struct fake *fake);

uint8_t fake_state(struct fake *fake);
struct chanio_device_stats fake_stats(struct fake *fake);

/* Low halfwords of channel-io.md section 10. */
#define FAKE_END	  0x00004007u
#define FAKE_PRIMARY	  0x00004045u
#define FAKE_SECONDARY	  0x00000003u
#define FAKE_UNSOLICITED  0x00000011u
#define FAKE_PCI	  0x000040C9u
#define FAKE_SUSPENDED	  0x00004029u
#define FAKE_CLEARED	  0x00001001u
#define FAKE_HALTED	  0x00006007u
#define FAKE_HALTED_IDLE  0x00002001u
#define FAKE_DEFERRED_CC1 0x01004011u
#define FAKE_DEFERRED_CC3 0x03014011u

#endif
