/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Channel programs as tables: the CCWs, what the device is to do with them, the status that must
 * come back, and what storage has afterwards. One function runs them all.
 */
#ifndef CHANIO_EXERCISER_TABLE_H
#define CHANIO_EXERCISER_TABLE_H

#include "exerciser/conformance.h"

/* DATA is filled with a sequence (table_byte), OUT with FILL; the lists are empty. */
#define OUT	 (CLIENT_MEMORY + 0x40000u)
#define OUT_SIZE 0x12000u
uint8_t table_byte(uint32_t index);

#define TABLE_CCWS  12u
#define TABLE_STEPS 3u
#define TABLE_LISTS 6u
#define TABLE_BYTES 4u
#define CCW(n)	    (PROGRAM + 8u * (n)) /* where the CCWs stand */

#define ANY	  (-1)
#define LEFT_FILL 0xFFFFFFFFu

enum table_list { LIST_NONE, LIST_IDAW1, LIST_IDAW2, LIST_MIDAW };

struct table_case {
	uint32_t set, clear; /* bits of the usual ORB */
	bool format_0;
	uint32_t program; /* 0: PROGRAM */
	struct testdev_step steps[TABLE_STEPS];
	unsigned int step_count; /* a script stands before the program */
	struct {
		uint8_t command, flags;
		uint16_t count;
		uint32_t address;
	} ccws[TABLE_CCWS];	/* up to the first without command and flags */
	unsigned int ccw_count; /* 0: up to there */
	/* An address list at LISTS, or where it says. */
	enum table_list list;
	uint32_t list_at;
	struct {
		uint64_t address;
		uint16_t count; /* MIDAW */
		uint8_t flags;	/* MIDAW */
	} entries[TABLE_LISTS];
	/* The one IRB. */
	unsigned int control, device, subchannel; /* control 0: a normal end, nothing else given */
	int last;				  /* the CCW that its address is 8 past; ANY */
	uint32_t ccw_address;			  /* instead of `last`, if not 0 */
	int residual;				  /* ANY */
	/* Storage: `size` bytes at OUT + at are the sequence from `from` on, or untouched. */
	struct {
		uint32_t at, from, size;
	} bytes[TABLE_BYTES];
	void (*prepare)(struct exerciser *x); /* before each run */
	void (*check)(struct exerciser *x);
};

/*
 * The run function of cases whose `with` is a struct table_case: with prefetch, and without, where
 * a driver may run the program in another way. What comes back is the same.
 */
void run_table(struct exerciser *x);
/* Its parts, for cases that do something in between. */
struct arch_orb table_program(struct exerciser *x, const struct table_case *given);
void table_check(struct exerciser *x, const struct table_case *given, const struct arch_irb *irb);

/* The page at OUT is storage at this address, too. */
void map_out(struct exerciser *x, uint64_t iova);

#define TABLE(...)                                                                                 \
	&(const struct table_case)                                                                 \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define PROGRAM_CHECKED(n)                                                                         \
	.control = 0x4017, .subchannel = ARCH_SS_PROGRAM_CHECK, .last = (n), .residual = ANY

#endif
