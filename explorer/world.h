/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The simulated world of the schedule explorer: everything around one instance of the driver core.
 * One world at a time; all of it that a schedule can change is in `world` and its heap, so that a
 * snapshot of both is the beginning of every schedule of a scenario.
 */
#ifndef CHANIO_EXPLORER_WORLD_H
#define CHANIO_EXPLORER_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "driver/internal.h"

/* ---- scenarios ---- */

/* What threads do. The names are in scenario.c. */
enum operation {
	/* the client */
	OPERATION_START,
	OPERATION_HALT,
	OPERATION_CLEAR,
	OPERATION_READ,
	OPERATION_RESET,
	OPERATION_UNMAP,
	OPERATION_REOPEN, /* close, then open */
	/* the machine: each waits until the subchannel is in a position to do that */
	OPERATION_FINAL,
	OPERATION_INTERMEDIATE,
	OPERATION_SUSPENDED,
	OPERATION_UNSOLICITED,
	OPERATION_DEFERRED,
	OPERATION_GONE,
	OPERATION_PATH,
	OPERATIONS,
};
#define OPERATION_NONE OPERATIONS

enum initial {
	INITIAL_IDLE,
	INITIAL_PENDING, /* CP_PENDING: the subchannel is start-pending */
	INITIAL_ACTIVE,	 /* CP_PENDING: subchannel- and device-active */
	INITIAL_QUEUED,	 /* IDLE, the final IRB of a program unread */
	INITIAL_BOTH,	 /* active, an intermediate IRB unread */
	INITIAL_DEAF,	 /* active; HALT is accepted and never done */
	INITIAL_DEAD,	 /* active; neither HALT nor CLEAR is ever done */
	INITIALS,
};

#define CLIENTS_MAX  4u
#define SEQUENCE_MAX 4u /* operations of one thread, one after another */

struct scenario {
	uint8_t initial; /* enum initial */
	uint8_t threads;
	uint8_t operations[CLIENTS_MAX]; /* of each thread, at least 1 */
	uint8_t operation[CLIENTS_MAX][SEQUENCE_MAX];
};

/* ---- threads ---- */

enum {
	THREAD_WORKER = CLIENTS_MAX, /* deferred work */
	THREAD_CHANNEL,		     /* carries out the halt and clear functions */
	THREAD_SERIAL,		     /* what happens before and after the schedule */
	THREADS,
};
#define THREADS_SCHEDULED THREAD_SERIAL

/* Where a thread can be preempted: just before any of these. */
enum point {
	POINT_BEGIN, /* an operation */
	POINT_RETURN,
	POINT_LOCK,
	POINT_UNLOCK,
	POINT_ALLOCATE,
	POINT_RELEASE,
	POINT_CHANNEL_ALLOCATE,
	POINT_CHANNEL_RELEASE,
	POINT_READ_GUEST,
	POINT_PIN,
	POINT_UNPIN,
	POINT_FROM_CLIENT,
	POINT_TO_CLIENT,
	POINT_SIGNAL,
	POINT_RELEASE_EVENT,
	POINT_WAIT,
	POINT_WAKE,
	POINT_DEFER,
	POINT_FLUSH,
	POINT_SUBCHANNEL, /* an instruction */
	POINT_TAKE_EVENT, /* the client reads its eventfd */
	POINT_UNMAP,	  /* guest storage goes */
	POINT_PRESENT,	  /* blocked until the subchannel can present that status */
	POINT_INTERRUPT,  /* TEST SUBCHANNEL */
	POINT_WORK,	  /* blocked until work is deferred */
	POINT_WORK_DONE,
	POINT_DONE, /* for good */
	POINTS,
};

/* What a step touches; two steps that have none in common can change places. */
#define OBJECT_LOCK	  0x01u /* and all that the driver keeps under it */
#define OBJECT_SUBCHANNEL 0x02u
#define OBJECT_MEMORY	  0x04u /* pins, and memory that is given back */
#define OBJECT_WAKE	  0x08u
#define OBJECT_DEFERRED	  0x10u
#define OBJECT_EVENTS	  0x20u
#define OBJECT_MAP	  0x40u /* which guest storage there is */
#define OBJECT_ALL	  0x7Fu
#define OBJECTS		  7u

struct thread {
	uint8_t point;	   /* enum point: what it is about to do */
	uint8_t objects;   /* that this touches */
	uint8_t operation; /* enum operation */
	uint8_t number;	   /* of the operation in the scenario, from 1 on */
	bool running;	   /* has a stack */
	bool timed_out;	   /* its wait() ends so */
	uint64_t wait;	   /* nanoseconds that it wants to wait */

	/* of the operation under way */
	uint8_t sections; /* with the lock held so far */
	bool instruction; /* it came to the subchannel in the first of them */
	bool changed;	  /* and something that can be read, or the state */
	bool translating; /* between BEGIN and TRANSLATED */
	uint8_t flight;	  /* the program it has started */
	int expected;	  /* the answer that the first section must give; 1: any */
	bool decided;	  /* its answer, in this section */
	bool certain;	  /* somebody else goes on and ends what -EAGAIN is about */
	uint32_t serial;  /* of the IRB that a read must show */
	uint32_t control; /* and its SCSW */
	bool takes;	  /* and it is the oldest one queued */
	union {
		struct chanio_io_region io;
		struct chanio_command_region command;
		uint8_t bytes[128];
	} client; /* the client's buffer */
};

/* ---- the subchannel ---- */

struct status {
	uint32_t control; /* SCSW */
	uint32_t serial;  /* from 1 on, in the IRB's sense bytes */
	uint8_t ends;	  /* the program it ends, or 0 */
	bool cleared;	  /* it answers a CLEAR, and no START was begun since that */
};

struct subchannel {
	bool enabled, gone;
	bool deaf, dead;
	uint8_t pam;
	bool clear_counts; /* no START was begun since CLEAR */
	bool on_the_way;   /* an IRB is stored and the driver not yet called: */
	struct status way;
	struct status status;
	uint64_t pages;	 /* the channel may touch these */
	uint8_t program; /* the one whose final status was not stored yet, or 0 */
	uint32_t serial;
};

/* The program between condition code 0 and its final IRB. */
struct flight {
	uint8_t number; /* 0: none */
	uint64_t pages;
	const uint8_t *memory; /* its first CCW and what it must stay */
	uint8_t copy[8];
};

/* ---- everything ---- */

#define PAGES	     64u		   /* guest storage: a bit each */
#define PAGE_PROGRAM 1u			   /* all programs; operation n has its CCW at 8 * n */
#define PAGE_DATA    8u			   /* operation n reads into page PAGE_DATA + n */
#define BUS	     0x0123000000000000ull /* what pin() gives is the guest address plus this */
#define CHANNEL_BASE 0x10000000u
#define BLOCKS	     96u
#define EVENTS	     24u
#define QUEUE	     32u

struct block {
	uint32_t offset, size;
	bool freed, channel;
};

struct event {
	uint8_t count;
	bool armed, released;
};

struct irb_expected {
	uint32_t serial, control;
};

struct world {
	/* How the state came about; not part of it. */
	uint64_t object[OBJECTS]; /* hash of what was done to each */
	uint64_t past[THREADS];	  /* and of what each thread depends on */
	uintptr_t stack[THREADS]; /* all that a thread keeps is above this address */
	uint32_t step;

	/* The state, with the heap and the stacks. */
	struct chanio_device *device;
	uint64_t now;
	int owner; /* of the lock; -1 */
	bool woken, deferred, working;
	bool serial; /* nothing is scheduled now */
	bool prompt; /* an IRB is stored and delivered in one hold of the lock */
	uint8_t current;

	uint8_t pins[PAGES];
	uint64_t pinned, unmapped;
	uint32_t heap_used;
	uint16_t blocks, allocations, channel_allocations, freed;
	struct block block[BLOCKS];

	struct event event[EVENTS];
	uint8_t events;

	struct subchannel subchannel;
	struct flight flight;
	uint8_t flights;
	uint8_t last_state;
	bool lost; /* NOT_OPER was entered while the client had it open */

	struct irb_expected queue[QUEUE];
	uint8_t queue_head, queue_count;
	struct irb_expected shown; /* the IRB that was taken last */

	int16_t result[CLIENTS_MAX * SEQUENCE_MAX + 1]; /* of each operation, by its number */

	struct thread thread[THREADS];
};

extern struct world world;
/* The driver may deal with an IRB as late as in deferred work: ours does not, a mutation does. */
extern bool world_defers_irbs;
#define WORLD_STATE offsetof(struct world, device) /* from here on */

/* The thread that runs. */
static inline struct thread *self(void)
{
	return &world.thread[world.current];
}

/* platform.c */
extern const struct chanio_platform_ops platform_ops;
void world_init(void); /* once in the life of the program */
void world_finish(void);
void world_clear(void); /* nothing has happened yet */
/* Snapshots: of the heap only what is in use. */
void world_save(void);
void world_restore(void);
uint64_t world_hash(void); /* of the state without the stacks */
uint64_t world_hash_bytes(uint64_t hash, const void *from, size_t size);
void *channel_address(uint32_t bus, size_t size); /* NULL: not channel memory */
void platform_check_freed(void);
uint8_t event_create(void);
/* The one that is armed; NULL: none. */
struct event *event_armed(enum chanio_irq irq);

/* subchannel.c */
extern const struct chanio_subchannel_ops subchannel_ops;
bool subchannel_can_present(enum operation operation);
void subchannel_present(enum operation operation);
bool subchannel_can_complete(void); /* a halt or clear function */
void subchannel_complete(void);
bool subchannel_is_pending(void);
/* TEST SUBCHANNEL: false, condition code 1. */
bool subchannel_test(struct arch_irb *irb);
/* The program can touch nothing any more, nobody will be told. */
void subchannel_drop(void);

/* operation.c */
void operation_run(struct thread *thread, enum operation operation, uint8_t number);
void worker_run(void);
void channel_run(void);
uint64_t outcome_hash(void); /* of what clients and machine can tell when all is over */
void prologue(const struct scenario *scenario);
void epilogue(void);

/* invariant.c */
enum invariant {
	INVARIANT_PINNED,
	INVARIANT_ONE_PROGRAM,
	INVARIANT_IRB_ONCE,
	INVARIANT_REFUSAL,
	INVARIANT_CLEAR,
	INVARIANT_AGAIN,
	INVARIANT_CLOSED,
	INVARIANT_STATE,
	INVARIANT_NOT_OPER,
	INVARIANT_ANSWER,
	INVARIANT_UNMAPPED,
	INVARIANT_EVENT,
	INVARIANT_DEADLOCK,
	INVARIANT_BOUNDED,
	INVARIANT_LOCK,
	INVARIANT_FREED,
	INVARIANT_LEAK,
	INVARIANT_STOPPED,
	INVARIANTS,
};
const char *invariant_name(enum invariant invariant);
const char *invariant_text(enum invariant invariant);
void check_step(void);
void check_locked(void);    /* the lock was just taken */
void check_unlocking(void); /* and is about to be given back */
void check_return(long result);
void check_transition(unsigned int row, unsigned int state, unsigned int event, unsigned int next);
void check_delivery(const struct status *status);
void check_delivered(const struct status *status);
void check_started(const struct arch_orb *orb);
void check_closed(void);
void check_quiet(void); /* all is over and everything was read */

/* schedule.c */
/* The thread that runs may be preempted here; returns once it is to do that. */
void point(enum point point, unsigned int objects);
/* Ends the schedule. */
__attribute__((noreturn, format(printf, 2, 3))) void violate(enum invariant invariant,
							     const char *format, ...);
/* A line for who reads the schedule. */
extern bool explaining;
__attribute__((format(printf, 1, 2))) void explain(const char *format, ...);

#endif
