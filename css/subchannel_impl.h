/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Inside of the subchannel. The instructions (subchannel.c) change state under the lock and kick
 * the job; the job (function.c) performs the start, halt, clear and resume functions one after the
 * other; channel.c executes CCWs and window.c moves data, both without the lock.
 */
#ifndef CHANIO_CSS_SUBCHANNEL_IMPL_H
#define CHANIO_CSS_SUBCHANNEL_IMPL_H

#include "css/executor.h"
#include "css/storage_impl.h"
#include "css/subchannel.h"

#include <pthread.h>
#include <stdatomic.h>

/* One CCW, decoded from either format. */
struct css_ccw {
	uint8_t command;
	uint8_t flags;
	uint16_t count;
	uint32_t address;
};

struct css_channel;

/* The data area of one command. Used by one thread at a time. */
struct css_window {
	struct css_channel *channel;
	bool to_storage;
	bool backward;
	bool touched;	 /* the device has tried to move data: no immediate operation */
	bool excess;	 /* the device had or wanted more than there was */
	bool inside;	 /* css_storage_enter is in effect */
	bool block_skip; /* the block is not to be stored */
	uint8_t flags;	 /* of the current CCW */
	uint8_t check;	 /* subchannel status that ended the transfer */
	uint32_t left;	 /* bytes of the current CCW not yet moved */
	uint32_t list;	 /* next IDAW or MIDAW; the data address before a direct block is set up */
	bool list_used;	 /* the first word of the list was taken */
	uint32_t block_left;
	uint64_t block; /* guest address of the next byte in the current block */
	uint64_t moved; /* bytes, all CCWs of the data chain together */
	/* What css_window_piece handed out last, not yet noted as written. */
	uint64_t piece;
	size_t piece_size;
};

enum css_phase {
	CSS_PHASE_IDLE,
	CSS_PHASE_READY,	/* the program can go on */
	CSS_PHASE_HELD,		/* the device has the command */
	CSS_PHASE_DISCONNECTED, /* channel end was given, the chain goes on at device end */
	CSS_PHASE_SUSPENDED,
	CSS_PHASE_DEVICE_BUSY, /* the program has ended, device end is outstanding */
};

/* How a program ended, for the SCSW. */
struct css_ending {
	uint8_t device_status;
	uint8_t subchannel_status;
	uint8_t deferred_cc;
	uint16_t residual;
};

#define CSS_LOCAL_RANGES 32

/* A channel program in execution: owned by the job, or by the device while it holds a command. */
struct css_channel {
	struct css_subchannel *subchannel;
	enum css_phase phase;

	/* Fixed while the program runs. */
	struct css_storage *storage;
	bool live; /* CCWs and IDAWs stand in guest storage */
	bool format_1;
	bool suspendable;     /* ORB S */
	bool midaw;	      /* ORB D */
	bool length_suppress; /* ORB L */
	bool initial_status;  /* ORB I */
	bool format_2_idaw;
	uint32_t unit;	      /* bytes of storage that an IDAW designates */
	uint32_t address_max; /* of CCWs, lists and direct data */

	uint8_t paths;	  /* not yet tried */
	uint8_t path;	  /* in use */
	bool begun;	  /* the device was told of the program */
	bool first;	  /* no command was accepted yet */
	bool fetched;	  /* `ccw` waits to be given to the device */
	bool pci;	  /* a PCI was met and is not yet shown */
	uint32_t next;	  /* address of the CCW to be fetched */
	uint32_t current; /* address of `ccw` */
	uint32_t ccw_end; /* 8 past the CCW used or tried last */
	struct css_ccw ccw;
	/* The CCW with the command, once data chaining has left it. */
	bool chained;
	uint32_t command_next;
	uint32_t command_current;
	struct css_ccw command_ccw;
	uint8_t status; /* channel end given before device end */
	struct css_ending ending;

	struct css_window window;
	struct css_storage_reader reader; /* attached to the subchannel's storage */

	/* The last mapping and piece of channel memory used. */
	struct css_mapping mapping;
	uint64_t mapping_generation;
	uint8_t *segment_host;
	uint32_t segment;
	uint32_t segment_size;

	struct css_range written[CSS_LOCAL_RANGES];
	unsigned int written_count;
};

/* Reasons to stop at the next CCW, in `stop`. */
#define CSS_STOP_HALT  0x1u
#define CSS_STOP_CLEAR 0x2u
#define CSS_STOP_RESET 0x4u

/* The SCSW in host order; `control` has the bits of ARCH_SCSW_*. */
struct css_scsw {
	uint32_t control;
	uint32_t ccw_address;
	uint8_t device_status;
	uint8_t subchannel_status;
	uint16_t residual;
};

#define CSS_WRITTEN_MAX 1024

struct css_written {
	pthread_mutex_t lock;
	atomic_size_t count;
	struct css_range ranges[CSS_WRITTEN_MAX];
};

struct css_subchannel {
	pthread_mutex_t lock;
	pthread_cond_t reset_done;
	struct css_job *job;
	struct css_executor *executor;
	struct css_control_unit_ops ops;
	void *device;
	void (*interrupt)(void *context);
	void (*report)(void *context, struct arch_crw crw);
	void *context;
	atomic_bool help;
	atomic_uint stop;

	/* Under the lock: */
	struct arch_pmcw pmcw;
	arch_be64 measurement_block_address;
	struct css_scsw scsw;
	bool sense_valid;
	uint8_t sense[ARCH_SENSE_BYTES];
	struct arch_orb orb;
	bool live;
	uint8_t unsolicited;	/* device status that waits for an idle subchannel */
	bool control_unit_busy; /* the start pending waits for control-unit end */
	bool late;		/* css_subchannel_device_end was called */
	uint8_t late_status;
	bool resetting;
	bool removed;

	struct css_channel channel;
	struct css_written written;
};

static inline bool css_has(const struct css_subchannel *sch, uint32_t bits)
{
	return sch->scsw.control & bits;
}

static inline bool css_is_enabled(const struct css_subchannel *sch)
{
	return arch_get16(sch->pmcw.flags) & ARCH_PMCW_ENABLED;
}

/* function.c: the body of the job. */
bool css_subchannel_run(void *context, bool may_wait);
/* Has the job run; lock held or not. */
void css_subchannel_kick(struct css_subchannel *sch);
/* Status became pending or grew; lock held. */
void css_present(struct css_subchannel *sch, uint32_t status_control);
/* An intermediate condition of the running program, which stands 8 before `ccw_end`; lock not held.
 */
void css_present_intermediate(struct css_subchannel *sch, uint32_t control, uint8_t status,
			      uint32_t ccw_end);
/* The S flag was met: false when a resume was pending, so that the program goes on. */
bool css_suspend(struct css_subchannel *sch);

/* channel.c */
enum css_outcome {
	CSS_OUTCOME_CHAINED, /* on with the next command */
	CSS_OUTCOME_ENDED,   /* channel->ending says how */
	CSS_OUTCOME_HELD,    /* waits for the device or for a resume */
	CSS_OUTCOME_BUSY,    /* the control unit is busy on every path: as if not started */
	CSS_OUTCOME_STOPPED, /* sch->stop was found set */
	CSS_OUTCOME_AGAIN,   /* to be continued from a thread that may wait, or was long enough */
};
void css_channel_prepare(struct css_subchannel *sch);
enum css_outcome css_channel_execute(struct css_subchannel *sch, bool may_wait);
/* The command that the device held has ended, or device end came after channel end. */
enum css_outcome css_channel_command_ended(struct css_subchannel *sch, uint8_t status);
enum css_outcome css_channel_device_end(struct css_subchannel *sch, uint8_t status);
/* Fetches and checks the CCW at channel->next for data chaining; 0 or a subchannel status. */
uint8_t css_channel_chain_data(struct css_channel *channel);
/* Looks at the CCW at *next (TIC followed) without using it; false: not a valid one. */
bool css_channel_peek(struct css_channel *channel, uint32_t *next, struct css_ccw *ccw);
/* Copies a CCW, IDAW or MIDAW from where the program stands. */
bool css_channel_fetch(struct css_channel *channel, uint32_t address, void *to, size_t size);
/*
 * Host address of guest storage, and how much from there (at most *length) is contiguous. Storage
 * entered. NULL: *check is the subchannel status to show.
 */
uint8_t *css_channel_translate(struct css_channel *channel, uint64_t guest, size_t *length,
			       bool write, uint8_t *check);

/* window.c */
void css_window_begin(struct css_channel *channel);
/* Notes what was written, takes a due data-chaining step, leaves the storage. */
void css_window_finish(struct css_window *window);
/* Whether the data chain from the current CCW on ends in one with command chaining. */
bool css_window_chains_command(struct css_window *window);

/* written.c */
void css_written_init(struct css_written *written);
void css_written_finish(struct css_written *written);
void css_written_flush(struct css_channel *channel);
void css_written_note(struct css_channel *channel, uint64_t guest, size_t size);

#endif
