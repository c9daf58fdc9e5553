/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the cases of the conformance suite share: where things stand in storage, and short ways. */
#ifndef CHANIO_EXERCISER_CONFORMANCE_H
#define CHANIO_EXERCISER_CONFORMANCE_H

#include <string.h>

#include "device/test/protocol.h"
#include "exerciser/exerciser.h"

/* Storage: a program, a script of the test device, address lists, data; and what is not storage. */
#define PROGRAM	 (CLIENT_MEMORY + 0x1000u)
#define SCRIPT	 (CLIENT_MEMORY + 0x8000u)
#define LISTS	 (CLIENT_MEMORY + 0x10000u)
#define DATA	 (CLIENT_MEMORY + 0x20000u)
#define UNMAPPED 0x00800000u

#define ORB_FORMAT_0 (ARCH_ORB_PREFETCH | ARCH_ORB_FORMAT_2_IDAW | ARCH_ORB_LPM)
#define ORB_USUAL    (ARCH_ORB_FORMAT_1 | ORB_FORMAT_0)

#define PATIENCE 5000 /* milliseconds for an interrupt that must come */
#define QUIET	 12   /* milliseconds without one that must not */

/* Low halfwords of the SCSW's control word (channel-io.md section 10). */
#define ENDED		0x4007u /* start; primary, secondary */
#define ENDED_ALERT	0x4017u
#define ENDED_PRIMARY	0x4045u /* device active */
#define PRESENTED_LATER 0x0003u /* secondary, after primary was taken */
#define INTERMEDIATE	0x40C9u
#define SUSPENDED	0x4029u
#define CLEARED		0x1001u
#define HALTED_IDLE	0x2001u
#define UNSOLICITED	0x0011u
#define DEFERRED	0x4011u

#define CE_DE (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)
/* What every command of an accepted START returns. */
#define ACCEPTED ((long)CLIENT_IO_SIZE)

/* START is accepted. */
void start(struct exerciser *x, const struct arch_orb *orb);
/* The next interrupt's IRB; it must come. */
struct arch_irb next_irb(struct exerciser *x);
void expect_quiet(struct exerciser *x, enum client_irq irq);
/* Accepted, and ended: the one IRB of it. */
struct arch_irb run_orb(struct exerciser *x, const struct arch_orb *orb);
struct arch_irb run_program(struct exerciser *x); /* at PROGRAM, the usual ORB */

/* What an IRB says: low halfword of the control word, device and subchannel status. */
void expect_status(struct exerciser *x, const struct arch_irb *irb, unsigned int control,
		   unsigned int device, unsigned int subchannel);
void expect_ccw_address(struct exerciser *x, const struct arch_irb *irb, uint32_t address);
void expect_count(struct exerciser *x, const struct arch_irb *irb, unsigned int residual);
/* Ended well, 8 past this CCW. */
void expect_normal(struct exerciser *x, const struct arch_irb *irb, uint32_t last_ccw);
/* Program check, the CCW at fault known by the address 8 past it. */
void expect_program_check(struct exerciser *x, const struct arch_irb *irb, uint32_t ccw);

/* The device still takes and ends a program: nothing stayed behind. */
void expect_usable(struct exerciser *x);
/* The same for when status may still come: until a program ends well, or patience does. */
void settle(struct exerciser *x);
/* The I/O region with a START of a no-operation in it. */
void fill_region(struct exerciser *x, uint8_t region[CLIENT_IO_SIZE], uint32_t scsw_control);

/* Programs at PROGRAM, one CCW after the other; `next` is the address behind the last one. */
struct program {
	struct exerciser *x;
	uint32_t next;
	bool format_0;
};
struct program program_at(struct exerciser *x, uint32_t at);
/* Appends a CCW; returns its address. */
uint32_t add_ccw(struct program *program, uint8_t command, uint8_t flags, uint16_t count,
		 uint32_t address);
/* A no-operation, chained or not. */
uint32_t add_nop(struct program *program, uint8_t flags);

/* The test device: steps of its script, at SCRIPT, and the CCW that loads them. */
void put_step(struct exerciser *x, unsigned int index, const struct testdev_step *step);
/* Runs a program that leaves these steps for the programs that follow. */
void keep_steps(struct exerciser *x, const struct testdev_step *steps, unsigned int count);
uint32_t add_script(struct program *program, unsigned int steps);
/* A program that begins with a script of one step. */
struct program scripted(struct exerciser *x, const struct testdev_step *step);
/* The test device as it was at first. */
void forget(struct exerciser *x);
struct testdev_counters read_counters(struct exerciser *x);

/* The entry of a case's table for what Linux does instead, or that it conforms. */
#define LINUX(number, instead, message)                                                            \
	{                                                                                          \
		{                                                                                  \
			number, instead, message                                                   \
		}                                                                                  \
	}
#define LINUX_BEFORE(version, number, instead, message)                                            \
	{                                                                                          \
		{                                                                                  \
			number, instead, message, .before = version                                \
		}                                                                                  \
	}
#define CONFORMS                                                                                   \
	{                                                                                          \
		{                                                                                  \
			NULL                                                                       \
		}                                                                                  \
	}
/* The scriptable device behind a channel that does what its scripts ask for. */
#define TESTDEV (EXERCISER_TEST_DEVICE | EXERCISER_CHANNEL)

/* Storage filled with a pattern that no device makes. */
#define FILL 0xA7
void fill(struct exerciser *x, uint32_t at, size_t size);

extern const struct exerciser_table conformance_vfio, conformance_container, conformance_region,
	conformance_start, conformance_address, conformance_program, conformance_data,
	conformance_status, conformance_signal, conformance_threads, conformance_life;

#endif
