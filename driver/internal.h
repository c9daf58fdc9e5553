/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the files of driver/ share: the device instance, a channel program's memory, and the
 * functions between them. "Lock held" means the platform lock (contract D1).
 */
#ifndef CHANIO_DRIVER_INTERNAL_H
#define CHANIO_DRIVER_INTERNAL_H

#include "arch/ccw.h"
#include "driver/device.h"
#include "driver/fsm.h"

/* An invariant of the driver itself is broken: going on would corrupt memory. */
#ifdef __KERNEL__
#include <linux/bug.h>
#define chanio_assert(condition) BUG_ON(!(condition))
#else
#define chanio_assert(condition)                                                                   \
	do {                                                                                       \
		if (!(condition))                                                                  \
			__builtin_trap();                                                          \
	} while (0)
#endif

/* ---- translation limits ---- */

/* CCWs certain to be reachable in one program; more: -EINVAL, as Linux answers over its limits. */
#define CHANIO_CCWS_MAX 4096u
/*
 * CCWs beyond, reachable only if a status modifier skips past the end of a chain. They are mostly
 * not CCWs at all but what stands behind the program, so there is a limit and no error.
 */
#define CHANIO_CCWS_SPECULATIVE 16u
#define CHANIO_SLOTS_MAX	(CHANIO_CCWS_MAX + CHANIO_CCWS_SPECULATIVE)
#define CHANIO_SLOTS_FIRST	256u /* room to begin with */
/* Blocks of one data area: 65535 bytes in blocks of 2 KiB, both ends unaligned. */
#define CHANIO_BLOCKS_MAX 34u
#define CHANIO_MIDAWS_MAX 256u /* a list stands within 4 KiB */
/* Channel memory of one program: at most 4 MiB. */
#define CHANIO_CHUNKS_MAX      64u
#define CHANIO_CHUNK_FIRST     4096u
#define CHANIO_CHUNK_SECOND    16384u
#define CHANIO_CHUNK_MAX       65536u
#define CHANIO_CHUNKS_RETAINED 2u
#define CHANIO_PINS_EMBEDDED   32u
#define CHANIO_PINS_BLOCK      256u
#define CHANIO_PROGRAMS_CACHED 2u

/* Guest memory is fetched in windows that never cross a page. */
#define CHANIO_WINDOW 512u

/* ---- queues ---- */

#define CHANIO_IRBS 16u
/*
 * With this many unread, no further function is begun: what one program, its late device end and
 * one halt or clear can still present always finds room (D9).
 */
#define CHANIO_IRBS_UNREAD	 8u
#define CHANIO_IRBS_UNREAD_CLEAR 12u
#define CHANIO_IRBS_UNSOLICITED	 8u /* of them at most */
#define CHANIO_CRWS		 16u

#define CHANIO_PATHS 8u

/* ---- one channel program ---- */

struct chanio_pin {
	uint64_t guest; /* page address */
	uint64_t pages;
};

struct chanio_pin_block {
	struct chanio_pin_block *next;
	struct chanio_pin pin[CHANIO_PINS_BLOCK];
};

/* CCWs that are neighbours in the guest and so in the copy, one poison CCW behind them. */
struct chanio_run {
	uint32_t guest;
	uint32_t host; /* bus address */
	uint32_t count;
};

struct chanio_program {
	struct chanio_program *next; /* in the cache, or waiting for release */
	bool live;		     /* run from guest memory */
	uint32_t guest_address;	     /* the ORB's, guest and channel memory */
	uint32_t host_address;

	struct chanio_channel_memory chunk[CHANIO_CHUNKS_MAX];
	unsigned int chunks, current; /* allocated; the one that allocation takes from */
	size_t used;		      /* bytes of the current chunk */

	struct chanio_run *run; /* in the order of guest addresses */
	unsigned int runs, runs_room;

	struct chanio_pin pin[CHANIO_PINS_EMBEDDED];
	struct chanio_pin_block *pin_blocks, *pin_last;
	unsigned int pins; /* records in use */
};

/* program.c. Without the lock, unless said. */
int chanio_program_create(struct chanio_device *device, struct chanio_program **program);
void chanio_program_destroy(struct chanio_device *device, struct chanio_program *program);
/* Unpins everything and gives back all memory but what the next program starts with. */
void chanio_program_empty(struct chanio_device *device, struct chanio_program *program);
/* Emptying would not sleep. Lock may be held. */
bool chanio_program_is_light(const struct chanio_program *program);
/*
 * `size` bytes of channel memory, aligned to 8, not crossing a 4 KiB boundary if `in_page`.
 * 0, -ENOMEM, -EINVAL: the program is larger than CHANIO_CHUNKS_MAX allows.
 */
int chanio_program_allocate(struct chanio_device *device, struct chanio_program *program,
			    size_t size, bool in_page, void **address, uint32_t *bus);
/* Pins and remembers. 0, -EFAULT, -ENOMEM. */
int chanio_program_pin(struct chanio_device *device, struct chanio_program *program, uint64_t guest,
		       size_t pages, uint64_t *bus);
/* The program may touch guest pages of the range. Lock held, or the program is the caller's. */
bool chanio_program_touches(const struct chanio_program *program, uint64_t guest, uint64_t size);
/* From a CCW address as the channel reports it (8 past a CCW) to the guest's. False: not of it. */
bool chanio_program_guest_address(const struct chanio_program *program, uint32_t host,
				  uint32_t *guest);

/* ---- translation ---- */

/* How control can come to a CCW. */
#define CHANIO_REACH_COMMAND  0x01u /* as the first, or by command chaining */
#define CHANIO_REACH_DATA     0x02u /* by data chaining */
#define CHANIO_REACH_BACKWARD 0x04u /* by data chaining within a read backward */
#define CHANIO_REACH_SKIP     0x08u /* the CCW before it chains: a status modifier skips this one */
#define CHANIO_REACH_DIRECT   0x10u /* not only by TIC: another TIC here is followed */
#define CHANIO_LISTED	      0x80u /* on a work list */

/* Slots with consecutive guest addresses. */
struct chanio_segment {
	uint32_t guest;
	uint32_t bus;		/* once laid out: of the copy */
	struct arch_ccw1 *copy; /* and where it is written */
	uint16_t slot;
	uint16_t count;
};

/* By slot, but the segments, of which there are never more. */
struct chanio_scratch_arrays {
	void *memory;
	struct arch_ccw1 *ccw; /* format 1, guest addresses; each read from the guest once */
	struct chanio_segment *segment; /* sorted by guest address */
	uint32_t *guest;		/* address of the CCW */
	uint16_t *next;			/* work lists */
	uint8_t *reach;
};

/* What one translation works with; kept by the device from one to the next. */
struct chanio_scratch {
	struct chanio_scratch_arrays array;
	unsigned int room; /* slots there is memory for */
	unsigned int slots, segments;
	unsigned int limit;  /* slots this phase may have */
	uint16_t tics, ends; /* heads of the work lists */
	bool speculative;

	uint8_t window[CHANIO_WINDOW];
	uint64_t window_guest;
	size_t window_size;

	uint64_t block[CHANIO_BLOCKS_MAX];
	uint64_t bus[CHANIO_BLOCKS_MAX];
	uint8_t list[CHANIO_BLOCKS_MAX * sizeof(arch_idaw2)];
	struct arch_midaw midaw[CHANIO_MIDAWS_MAX];
};

/* Block sizes of IDAWs */
#define BLOCK_4K 4096u
#define BLOCK_2K 2048u

/* One translation under way. */
struct chanio_translation {
	struct chanio_device *device;
	struct chanio_scratch *scratch;
	struct chanio_program *program;
	uint32_t orb_control;
	uint32_t address;	 /* of the program */
	uint32_t ccw_limit;	 /* the last address a CCW can have */
	uint32_t storage_limit;	 /* the first address behind what a CCW can give */
	uint32_t guest_unit;	 /* bytes in a block of the guest's IDAWs */
	uint32_t unit;		 /* and of ours */
	uint64_t page, page_bus; /* the page pinned last; page 1: none */
	bool format_1;
};

#define CHANIO_NO_SLOT	  0xFFFFu
#define CHANIO_NO_SEGMENT 0xFFFFFFFFu

/*
 * scan.c: finds every CCW that the channel can reach and reads it, once. 0, -ENOMEM, -EINVAL: more
 * than CHANIO_CCWS_MAX.
 */
int chanio_scan(struct chanio_translation *translation);
/* The segment with the address, or CHANIO_NO_SEGMENT. */
unsigned int chanio_scan_find(const struct chanio_scratch *scratch, uint32_t guest);
bool chanio_ccw_can_run(const struct arch_ccw1 *ccw, uint8_t reach);
void chanio_scratch_finish(struct chanio_device *device);

/*
 * translate.c: makes the channel program for a guest's ORB. What is wrong inside the program is no
 * error (D13). 0, -ENOMEM, -EINVAL: over the limits. `orb` becomes what the subchannel gets.
 */
int chanio_translate(struct chanio_device *device, struct chanio_program *program,
		     struct arch_orb *orb);

/* data.c: gives the host CCW its data addresses. 0, -ENOMEM, -EINVAL. */
int chanio_translate_data(struct chanio_translation *translation, const struct arch_ccw1 *guest,
			  uint8_t reach, struct arch_ccw1 *host);

/* ---- the device ---- */

enum chanio_purpose {
	CHANIO_QUIESCE_NONE,
	CHANIO_QUIESCE_CLOSE,
	CHANIO_QUIESCE_RESET,
	CHANIO_QUIESCE_UNMAP,
};

struct chanio_queued_irb {
	struct arch_irb irb;
	uint64_t sequence;
	uint64_t generation; /* of the program it belongs to; 0: none */
	bool solicited;
};

struct chanio_device {
	const struct chanio_platform_ops *platform_ops;
	void *platform;
	const struct chanio_subchannel_ops *subchannel_ops;
	void *subchannel;

	/* From here on owned by the lock. */
	uint8_t state;		/* enum chanio_state */
	uint8_t purpose;	/* of the quiesce under way: enum chanio_purpose */
	bool open;		/* between open and the end of close */
	bool gone;		/* for good */
	bool translating;	/* a thread has a program of its own and the scratch memory */
	unsigned int releasing; /* threads that are unpinning detached programs */
	unsigned int waiters;	/* threads in platform wait() */
	uint64_t generation;
	uint64_t processing_since;
	uint32_t given; /* ARCH_SCSW_FC_HALT, _CLEAR: issued since the last START */
	uint32_t owed;	/* issued since then, and no IRB has answered it */
	uint32_t late;	/* what was owed when that START was accepted: answers still to come */

	/* Started and not ended; also kept in NOT_OPER when no quiesce could end it. */
	struct chanio_program *program;
	struct chanio_program *detached; /* to be released, without the lock */
	struct chanio_program *cached;	 /* empty */
	unsigned int cached_count;
	struct chanio_scratch scratch; /* belongs to the thread that translates */

	struct arch_orb orb;		/* the client's, of the last START that gave cc 0 */
	uint32_t last_host, last_guest; /* CCW address of the last IRB that had one */

	uint8_t lpm; /* paths we use */
	uint8_t opm; /* paths not varied off by the operator */
	uint8_t lpum;
	uint8_t pim;
	uint8_t chpid[CHANIO_PATHS];

	struct chanio_io_region io; /* the IRB in it: the one taken last */
	struct chanio_command_region command;

	struct chanio_queued_irb irb[CHANIO_IRBS];
	unsigned int irb_head, irb_count, irb_unsolicited;
	uint64_t irb_sequence;

	struct arch_crw crw[CHANIO_CRWS];
	unsigned int crw_head, crw_count;
	uint64_t crw_sequence; /* of the oldest */
	bool crw_lost;

	void *event[CHANIO_IRQS];
	struct chanio_device_stats stats;

	uint8_t first_row[CHANIO_STATES][CHANIO_EVENTS];
};

static inline unsigned long chanio_lock(struct chanio_device *device)
{
	unsigned long flags;

	device->platform_ops->lock(device->platform, &flags);
	return flags;
}

static inline void chanio_unlock(struct chanio_device *device, unsigned long flags)
{
	device->platform_ops->unlock(device->platform, flags);
}

static inline void chanio_trace(struct chanio_device *device, enum chanio_trace_event event,
				uint64_t a, uint64_t b)
{
	if (device->platform_ops->trace)
		device->platform_ops->trace(device->platform, event, a, b);
}

static inline uint64_t chanio_now(struct chanio_device *device)
{
	return device->platform_ops->now(device->platform);
}

/* ---- the machine: fsm.c, guards.c, actions.c ---- */

enum chanio_guard {
	CHANIO_GUARD_NONE,
	CHANIO_GUARD_GONE,
	CHANIO_GUARD_OPEN,
	CHANIO_GUARD_NOT_OPEN,
	CHANIO_GUARD_KEPT,
	CHANIO_GUARD_CLOSING,
	CHANIO_GUARD_QUIESCING,
	CHANIO_GUARD_NO_FUNCTION,
	CHANIO_GUARD_NOT_START,
	CHANIO_GUARD_TRANSPORT,
	CHANIO_GUARD_RESERVED,
	CHANIO_GUARD_UNKNOWN,
	CHANIO_GUARD_UNREAD,
	CHANIO_GUARD_FINAL,
	CHANIO_GUARD_TOUCHED,
	CHANIO_GUARD_SUPERSEDED,
	CHANIO_GUARD_NO_MEMORY,
	CHANIO_GUARD_FAILED,
	CHANIO_GUARD_ACCEPTED,
	CHANIO_GUARD_EXCEPTION,
	CHANIO_GUARD_PATHS_REMAIN,
	CHANIO_GUARD_NOT_OPERATIONAL,
	CHANIO_GUARDS,
};

enum chanio_action {
	CHANIO_ACTION_NONE,
	CHANIO_ACTION_IMPOSSIBLE,
	CHANIO_ACTION_ENABLE,
	CHANIO_ACTION_OPENED,
	CHANIO_ACTION_BEGIN,
	CHANIO_ACTION_ISSUE_START,
	CHANIO_ACTION_KEEP,
	CHANIO_ACTION_DISCARD,
	CHANIO_ACTION_ISSUE_HALT,
	CHANIO_ACTION_ISSUE_CLEAR,
	CHANIO_ACTION_DELIVER,
	CHANIO_ACTION_DELIVER_FINAL,
	CHANIO_ACTION_RELEASE,
	CHANIO_ACTION_DROP,
	CHANIO_ACTION_QUIESCE,
	CHANIO_ACTION_FINISH,
	CHANIO_ACTION_FINISH_LOST,
	CHANIO_ACTION_LOSE,
	CHANIO_ACTION_GONE,
	CHANIO_ACTIONS,
};

/* An event with what guards and actions need of it. */
struct chanio_occurrence {
	uint8_t event;	 /* enum chanio_event */
	uint8_t purpose; /* CLOSE, RESET, DMA_UNMAP: enum chanio_purpose */
	/* STARTED, SIGNALLED: condition code; TRANSLATED, ENABLED, QUIESCED: 0; or negative errno
	 */
	int result;
	const struct arch_orb *orb;	/* START: the client's; TRANSLATED: the subchannel's */
	uint32_t functions;		/* START: function control of the client's SCSW */
	uint32_t command;		/* HALT, CLEAR: as the client wrote it */
	uint64_t generation;		/* TRANSLATED: of the START */
	struct chanio_program *program; /* START: out, one to use or NULL; TRANSLATED: ready */
	const struct arch_irb *irb;	/* IRB */
	uint64_t guest, size;		/* DMA_UNMAP */
	bool begun;			/* CLOSE, RESET, DMA_UNMAP: out, the caller is to quiesce */
	bool over;			/* QUIESCED: the subchannel touches no memory any more */
};

/*
 * Finds the row, changes the state, acts; then the same for the event that the action led to.
 * Returns the error of the last row. Lock held.
 */
int chanio_fsm(struct chanio_device *device, struct chanio_occurrence *occurrence);
void chanio_fsm_init(struct chanio_device *device);
bool chanio_guard(unsigned int guard, const struct chanio_device *device,
		  const struct chanio_occurrence *occurrence);
/* The event to dispatch next, or CHANIO_EVENTS. */
unsigned int chanio_act(unsigned int action, struct chanio_device *device,
			struct chanio_occurrence *occurrence);

/* actions.c, lock held */
/* HALT or CLEAR SUBCHANNEL, whoever asks for it. Condition code or negative errno. */
int chanio_issue_halt(struct chanio_device *device);
int chanio_issue_clear(struct chanio_device *device);
/* Enables the subchannel and notes its paths. 0 or negative errno. */
int chanio_enable(struct chanio_device *device);
/* An empty program from the cache, or NULL. */
struct chanio_program *chanio_take_program(struct chanio_device *device);
/* Puts a program that nothing uses any more aside: into the cache, or to be released. */
void chanio_detach(struct chanio_device *device, struct chanio_program *program);

/* request.c, without the lock */
int chanio_request_start(struct chanio_device *device, const struct arch_orb *orb,
			 const struct arch_scsw *scsw);
int chanio_request_command(struct chanio_device *device, uint32_t command);

/* device.c, without the lock */
void chanio_release_events(struct chanio_device *device, void *const events[CHANIO_IRQS]);

/* release.c */
/* Releases what was detached. Without the lock. */
void chanio_reap(struct chanio_device *device);
/* Asks for deferred work if something was detached. Lock held. */
void chanio_defer_release(struct chanio_device *device);
/* Sleeps for so long at most, woken by progress. Lock held, but not while sleeping. */
void chanio_sleep(struct chanio_device *device, uint64_t nanoseconds, unsigned long *flags);
/* Lock held. */
static inline void chanio_wake(struct chanio_device *device)
{
	if (device->waiters)
		device->platform_ops->wake(device->platform);
}

/* interrupt.c, lock held */
bool chanio_irb_is_final(const struct chanio_device *device, const struct arch_irb *irb);
/* Notes which halt or clear the IRB was the answer to, once it is dealt with. */
void chanio_irb_answers(struct chanio_device *device, const struct arch_irb *irb);
/* Queues and signals. */
void chanio_irb_queue(struct chanio_device *device, const struct arch_irb *irb);
/* As the client is to see it: `irb` with guest addresses. */
void chanio_irb_to_guest(struct chanio_device *device, struct arch_irb *irb);
void chanio_irbs_purge(struct chanio_device *device);
/* The oldest queued IRB, or NULL. */
const struct chanio_queued_irb *chanio_irb_oldest(const struct chanio_device *device);
/* The client has it: it becomes the one shown, unless it was taken already. */
void chanio_irb_take(struct chanio_device *device, uint64_t sequence);
uint32_t chanio_ccw_address_to_guest(const struct chanio_device *device, uint32_t host);

/* report.c, lock held */
void chanio_crw_queue(struct chanio_device *device, struct arch_crw crw);
void chanio_crws_purge(struct chanio_device *device);
const struct arch_crw *chanio_crw_oldest(const struct chanio_device *device, uint64_t *sequence);
void chanio_crw_take(struct chanio_device *device, uint64_t sequence);
/* Tells the client that the device is lost (D14). */
void chanio_announce_loss(struct chanio_device *device);
/* Notes the paths as the subchannel has them now. The available ones, or -ENODEV. */
int chanio_update_paths(struct chanio_device *device);
void chanio_signal(struct chanio_device *device, enum chanio_irq irq);

#endif
