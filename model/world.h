/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the model checker remembers of one device: the driver's part, as it is between two critical
 * sections, the subchannel below it, two clients, and what the properties need to know. The steps
 * between are the driver's own code (world.c). Bytes only, so that equal worlds are equal bytes.
 */
#ifndef CHANIO_MODEL_WORLD_H
#define CHANIO_MODEL_WORLD_H

#include <stdint.h>

#define WORLD_CLIENTS 2
#define WORLD_QUEUE   10 /* CHANIO_IRBS as the model is compiled: script/model */

/* What is broken; 0: nothing. */
enum world_fault {
	WORLD_FINE,
	WORLD_TOUCHED_AFTER_RELEASE,
	WORLD_TWO_STARTS_IN_FLIGHT,
	WORLD_FINAL_TWICE,
	WORLD_NO_FINAL,
	WORLD_IRB_LOST,
	WORLD_FINAL_NOT_SEEN,
	WORLD_TWO_QUIESCES,
	WORLD_REFUSAL_CHANGED,
	WORLD_STATE_DISAGREES,
	WORLD_TAKEN_UNSEEN,
	WORLD_UNMAPPED_IN_USE,
	WORLD_LOSS_FORGOTTEN,
	WORLD_FORGETFUL,
	WORLD_TRAPPED,
	WORLD_FAULTS,
};

struct world_client {
	uint8_t busy; /* within START (1), or its own quiesce (2) */
	uint8_t purpose, touch;
	int8_t result;
	uint8_t over, settled, unreachable;
	uint8_t saw; /* the IRB that a read shows: 1 still the oldest, 2 not any more */
};

struct world {
	/* the driver's */
	uint8_t state, purpose, open, gone, translating, program;
	uint8_t given, signals_owed, signals_late; /* 1 halt, 2 clear */
	uint8_t generation;		     /* more than that of the START being translated */
	uint8_t pci, unsolicited, solicited; /* IRBs queued; their order is not remembered */
	/* the subchannel's */
	uint8_t enabled;
	uint8_t running;	   /* 0, or how far the program is */
	uint8_t halting, clearing; /* function pending */
	uint8_t pending;	   /* status not yet presented */
	uint8_t secondary;	   /* device end is still to come */
	uint8_t dead;		   /* answers condition code 3 */
	/* the properties' */
	uint8_t owed; /* an accepted START without its final status */
	uint8_t fault;
	struct world_client client[WORLD_CLIENTS];
};

void world_init(struct world *w);

/* ---- a client's steps; `me` is its number ---- */

void world_open(struct world *w, int me, int fails);
void world_command(struct world *w, int me, int command);
void world_read(struct world *w, int me);
void world_read_end(struct world *w, int me);
void world_start(struct world *w, int me);
/* What comes of the translation and of START SUBCHANNEL, if the subchannel is free to choose. */
enum world_translation {
	WORLD_TRANSLATED,
	WORLD_BAD_PROGRAM,
	WORLD_NO_MEMORY,
	WORLD_CC_1,
	WORLD_CC_3_PATHS,
	WORLD_CC_3,
	WORLD_EXCEPTION,
	WORLD_TRANSLATIONS,
};
void world_translated(struct world *w, int me, int how);

enum world_purpose { WORLD_CLOSE = 1, WORLD_RESET, WORLD_UNMAP };
/* client.result -11: another quiesce is under way; else, if busy, the steps follow */
void world_quiesce(struct world *w, int me, int purpose, int touch);
void world_step(struct world *w, int me, int step);
void world_look(struct world *w, int me);
void world_give_up(struct world *w, int me);
void world_quiesced(struct world *w, int me, int enable_fails);

/* ---- the subchannel's ---- */

enum world_event {
	WORLD_ACTIVE,
	WORLD_PCI,
	WORLD_SUSPEND,
	WORLD_END,
	WORLD_PRIMARY,
	WORLD_DEVICE_END,
	WORLD_DEFER_1,
	WORLD_DEFER_3,
	WORLD_HALTED,
	WORLD_CLEARED,
	WORLD_INTERRUPT,
	WORLD_UNSOLICITED,
	WORLD_DIE,
	WORLD_REVIVE,
	WORLD_GONE,
	WORLD_PATH,
	WORLD_EVENTS,
};
/* Nothing happens if it cannot be now. */
void world_do(struct world *w, int event);
/* What has to come next if the subchannel keeps its promises: status, answers, ends. */
void world_keep_promise(struct world *w);

#endif
