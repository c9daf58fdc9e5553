/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A subchannel on the stepper, with a scripted control unit and guest storage to write programs
 * into. Storage is mapped at guest address 0; addresses below are guest addresses.
 */
#ifndef CHANIO_TESTS_CSS_FIXTURE_H
#define CHANIO_TESTS_CSS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "css/executor.h"
#include "css/storage.h"
#include "css/subchannel.h"

#define STORAGE_SIZE 0x100000u
#define PROGRAM	     0x1000u   /* programs start here */
#define DATA	     0x10000u  /* and their data here */
#define READ_ONLY    0x200000u /* a page that may only be read */
#define NOT_MAPPED   0x300000u
#define STEPS_MAX    32
#define LOG_MAX	     1024
#define IRBS_MAX     64

#define CE    ARCH_DS_CHANNEL_END
#define DE    ARCH_DS_DEVICE_END
#define CE_DE (ARCH_DS_CHANNEL_END | ARCH_DS_DEVICE_END)
#define UC    ARCH_DS_UNIT_CHECK
#define SM    ARCH_DS_STATUS_MODIFIER

#define CD   ARCH_CCW_CD
#define CC   ARCH_CCW_CC
#define SLI  ARCH_CCW_SLI
#define SKIP ARCH_CCW_SKIP
#define PCI  ARCH_CCW_PCI
#define IDA  ARCH_CCW_IDA
#define SUSP ARCH_CCW_SUSPEND
#define MIDA ARCH_CCW_MIDA

#define WRITE	      0x01u
#define READ	      0x02u
#define CONTROL	      0x07u
#define SENSE	      0x04u
#define READ_BACKWARD 0x0Cu
#define TIC	      0x08u
#define NOP	      0x03u

/* What the control unit does with one command. */
struct step {
	enum css_result result;
	uint8_t status;
	size_t size;		       /* bytes it has to give, or wants */
	bool demand;		       /* says so with css_window_demand only */
	bool pieces;		       /* moves by css_window_piece */
	bool left_first;	       /* asks css_window_left before: `left` of the log */
	void (*before)(void *fixture); /* called first, inside the command */
};

/* What it saw. */
struct seen {
	struct css_command command;
	size_t moved;
	size_t left;
	bool failed;
};

struct fixture {
	struct css_executor *executor;
	struct css_storage *storage;
	struct css_subchannel *sch;
	uint8_t *memory;
	uint8_t *read_only;
	bool format_0;
	bool live;
	bool keep_status;   /* interrupt() leaves the status pending */
	uint32_t orb_flags; /* more bits of ORB word 1 */
	uint8_t lpm;

	struct step steps[STEPS_MAX];
	unsigned int step_count, step;
	struct step otherwise; /* once the script is at its end */

	struct seen log[LOG_MAX];
	unsigned int commands;
	unsigned int begins, ends, cancels, resets, senses;
	enum css_reset_kind last_reset;
	uint8_t data[0x10000]; /* what it gives; what it took */
	uint8_t sense[ARCH_SENSE_BYTES];

	unsigned int interrupts;
	struct arch_irb irbs[IRBS_MAX];
	unsigned int irb_count;
	struct arch_crw crws[16];
	unsigned int crw_count;
};

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int fixture_setup(void **state);
int fixture_teardown(void **state);
/* The two halves of setup, for another device: all but the subchannel, which needs the device. */
struct fixture *fixture_create(void);
void fixture_add_subchannel(struct fixture *f, const struct css_control_unit_ops *ops,
			    void *device);

/* The script grows by one command. */
void script(struct fixture *f, struct step step);
/* Most of them: data phase of `size` bytes, ending with `status`. */
void script_data(struct fixture *f, size_t size, uint8_t status);
void script_immediate(struct fixture *f, uint8_t status);

/* Stores a CCW in the fixture's format; returns the address behind it. */
uint32_t put_ccw(struct fixture *f, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
		 uint32_t address);
void put_idaw1(struct fixture *f, uint32_t at, uint32_t address);
void put_idaw2(struct fixture *f, uint32_t at, uint64_t address);
void put_midaw(struct fixture *f, uint32_t at, uint8_t flags, uint16_t count, uint64_t address);

/* The instructions, with the lock. */
int ssch(struct fixture *f, uint32_t program);
int hsch(struct fixture *f);
int csch(struct fixture *f);
int rsch(struct fixture *f);
int xsch(struct fixture *f);
int tsch(struct fixture *f, struct arch_irb *irb);
int stsch(struct fixture *f, struct arch_schib *schib);
int msch(struct fixture *f, const struct arch_schib *schib);
/* The low halfword of the SCSW's control word now: FC, AC, SC. */
uint16_t state_now(struct fixture *f);
uint32_t control_now(struct fixture *f);

/* Runs jobs until there is nothing to do. */
void settle(struct fixture *f);
/* SSCH with condition code 0, then settle. */
void run(struct fixture *f, uint32_t program);

uint16_t irb_state(const struct arch_irb *irb);
uint32_t irb_ccw(const struct arch_irb *irb);
uint16_t irb_residual(const struct arch_irb *irb);
/* The last IRB that interrupt() tested. */
const struct arch_irb *last_irb(const struct fixture *f);

/* The program has ended with exactly this. */
void assert_ending(const struct fixture *f, uint16_t state, uint8_t device, uint8_t subchannel,
		   uint32_t ccw);
#define assert_residual(f, count) assert_int_equal(irb_residual(last_irb(f)), count)

#endif
