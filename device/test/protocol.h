/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What a channel program sees of the scriptable device: its commands, the script that says how the
 * commands after it are answered, its sense data. All big-endian, as everything in storage. Only
 * arch/ is needed, so that clients on other machines can be built with this header alone.
 */
#ifndef CHANIO_DEVICE_TEST_PROTOCOL_H
#define CHANIO_DEVICE_TEST_PROTOCOL_H

#include "arch/ccw.h"
#include "arch/irb.h"

/*
 * SENSE ID: byte 0 FF, control unit type (this one, if the configuration has no other) and model,
 * device type and model, byte 7 zero.
 */
#define TESTDEV_CU_TYPE	     0xFFFFu
#define TESTDEV_CU_MODEL     0x01u
#define TESTDEV_DEVICE_TYPE  0x7E57u
#define TESTDEV_DEVICE_MODEL 0x01u
#define TESTDEV_ID_BYTES     8u

#define TESTDEV_BUFFER_MAX 65536u /* bytes that WRITE keeps */

/*
 * Commands. Anything else: unit check, command reject. Those marked * take no step of a script and
 * cannot be disturbed by one.
 */
enum testdev_command {
	/* Takes up to TESTDEV_BUFFER_MAX bytes, which READ gives back. */
	TESTDEV_WRITE = 0x01,
	/* What was written last; nothing was: no bytes (channel end, device end). */
	TESTDEV_READ = 0x02,
	TESTDEV_NOP = ARCH_CCW_NOP, /* immediate */
	/* * The 32 sense bytes of the last unit check, zeros if there was none since. */
	TESTDEV_BASIC_SENSE = ARCH_CCW_BASIC_SENSE,
	/* Compares with the pattern; a difference is unit check, data check. */
	TESTDEV_WRITE_PATTERN = 0x05,
	/* As much of the pattern as the CCWs take. */
	TESTDEV_READ_PATTERN = 0x06,
	/* * Data: 8 bytes, the seed of pattern and delays; the pattern begins anew. */
	TESTDEV_SEED = 0x0B,
	/* What was written, last byte first: it stands in storage as it was written. */
	TESTDEV_READ_BACKWARD = 0x0C,
	/* * struct testdev_counters */
	TESTDEV_READ_COUNTERS = 0x12,
	/* * Data: steps for the commands that follow in this program. Replaces those that are left.
	 */
	TESTDEV_SCRIPT = 0x43,
	/* * Data: steps for the commands that follow in this and later programs, until used up. */
	TESTDEV_KEEP_SCRIPT = 0x53,
	/*
	 * * Immediate. As at power on, but without the configuration's script: no steps, nothing
	 * written, no sense, seed 0, counters zero, events that are still to come dropped, paths
	 * lost by a script back.
	 */
	TESTDEV_FORGET = 0x63,
	TESTDEV_SENSE_ID = ARCH_CCW_SENSE_ID,
};

/*
 * The pattern is the sequence of 64-bit words testdev_word(seed, 0), testdev_word(seed, 1), ... as
 * big-endian bytes. TESTDEV_SEED and a new program set its position to 0; within a program each
 * pattern command goes on where the one before ended. The seed is 0 at first.
 */
static inline uint64_t testdev_word(uint64_t seed, uint64_t index)
{
	uint64_t value = seed + (index + 1) * 0x9E3779B97F4A7C15ull;

	value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ull;
	value = (value ^ value >> 27) * 0x94D049BB133111EBull;
	return value ^ value >> 31;
}

static inline uint8_t testdev_pattern(uint64_t seed, uint64_t position)
{
	return (uint8_t)(testdev_word(seed, position / 8) >> (56 - 8 * (position % 8)));
}

/*
 * One step of a script. A command takes the first step that is left and is answered as it says;
 * with none left it is answered at once and well. A program's own steps come before kept ones.
 *
 * An event step takes no command. It is set off when no command step stands before it any more: at
 * once when it is the first of a script, else when the command (the last one, with `repeat`) of the
 * step before it has ended. Its `delay` counts from there. Events outlive the program.
 */
enum testdev_operation {
	/* The command is performed, data and all, and ends with `status`. */
	TESTDEV_DO = 0x00,
	/*
	 * Nothing is performed: `status`, not 0, is the answer. With busy among it the busy time
	 * ends `delay` after the answer (0: never) with device end, or with control-unit end where
	 * `status` has status modifier too.
	 */
	TESTDEV_ANSWER = 0x01,
	/* The device does not respond on this path: deferred condition code 3 at the last path. */
	TESTDEV_NO_PATH = 0x02,
	/* The command is taken and never ends; halt, clear or reset. */
	TESTDEV_HOLD = 0x03,

	/* Events. `repeat` times, the first after `delay`, the others `late_delay` apart. */
	TESTDEV_UNSOLICITED = 0x80, /* `status`, for example attention */
	TESTDEV_PATH_LOST = 0x81,   /* `paths`; with a channel report */
	TESTDEV_PATH_BACK = 0x82,   /* `paths`; with a channel report */
	TESTDEV_VARY_OFF = 0x83,    /* `paths`; by the operator, no channel report */
	TESTDEV_VARY_ON = 0x84,	    /* `paths`; by the operator, no channel report */
	TESTDEV_REPORT = 0x85,	    /* the channel report word in `value` */
	TESTDEV_REQUEST = 0x86,	    /* the host asks for the device back */
	TESTDEV_REMOVE = 0x87,	    /* the device is gone for good */
};
#define TESTDEV_IS_EVENT 0x80u

enum testdev_flag {
	/* DO: ends from another thread even with `delay` 0, as every delayed command does. */
	TESTDEV_LATER = 0x01,
	/* DO: data is moved at the end of `delay`, not at its begin. */
	TESTDEV_DATA_LATE = 0x02,
	/* HOLD: data is moved first. */
	TESTDEV_DATA = 0x04,
	/*
	 * DO: the device's record has `value` bytes, whatever was written: it offers or wants that
	 * many, so that the CCW's count may be too small or too large.
	 */
	TESTDEV_LENGTH = 0x08,
	/* Each delay is random, from 0 to the one given. */
	TESTDEV_RANDOM = 0x10,
	/* DO: the command is left to a thread that may wait. */
	TESTDEV_MUST_WAIT = 0x20,
};

#define TESTDEV_FOREVER	  0xFFFFu     /* `repeat`: until the script is replaced */
#define TESTDEV_STEPS_MAX 256u	      /* in one script */
#define TESTDEV_DELAY_MAX 3600000000u /* one hour */

struct testdev_step {
	uint8_t operation; /* enum testdev_operation */
	uint8_t flags;	   /* enum testdev_flag */
	arch_be16 repeat;  /* commands, or events; 0 counts as 1 */
	uint8_t status;	   /* enum arch_device_status bits; DO: 0 is channel end and device end */
	/*
	 * DO: status that follows `late_delay` after `status`, for channel end and device end
	 * apart; 0: none. A chain goes on, and a device is free again, at device end alone:
	 * channel end with nothing later makes it busy until halt or clear.
	 */
	uint8_t late_status;
	uint8_t paths; /* path events: mask as in the PMCW, 0x80 the first */
	uint8_t reserved0;
	arch_be32 delay;      /* microseconds, at most TESTDEV_DELAY_MAX; virtual where time is */
	arch_be32 late_delay; /* microseconds */
	arch_be32 value;      /* LENGTH: bytes; REPORT: channel report word */
	uint8_t reserved1[12];
	uint8_t sense[ARCH_SENSE_BYTES]; /* of unit check in `status` or `late_status` */
};
ARCH_ASSERT_SIZE(struct testdev_step, 64);
ARCH_ASSERT_OFFSET(struct testdev_step, status, 4);
ARCH_ASSERT_OFFSET(struct testdev_step, delay, 8);
ARCH_ASSERT_OFFSET(struct testdev_step, value, 16);
ARCH_ASSERT_OFFSET(struct testdev_step, sense, 32);

/*
 * A script is 1 to TESTDEV_STEPS_MAX steps. One that is wrong is refused as a whole with command
 * reject, and the one before stays. FORGET drops scripts.
 */

/* Sense data of what the device itself finds wrong. */
struct testdev_sense {
	uint8_t check;	  /* enum testdev_check */
	uint8_t reason;	  /* enum testdev_reason */
	arch_be16 step;	  /* reasons about a step: its number, from 0 */
	arch_be32 offset; /* MISMATCH: bytes of the command before the wrong one */
	uint8_t expected; /* MISMATCH */
	uint8_t found;	  /* MISMATCH; COMMAND: its code */
	uint8_t zeros[22];
};
ARCH_ASSERT_SIZE(struct testdev_sense, ARCH_SENSE_BYTES);

enum testdev_check {
	TESTDEV_COMMAND_REJECT = 0x80,
	TESTDEV_DATA_CHECK = 0x08,
};

enum testdev_reason {
	TESTDEV_BAD_COMMAND = 1,   /* no such command */
	TESTDEV_BAD_SIZE = 2,	   /* script not of whole steps or too long, seed not 8 bytes */
	TESTDEV_BAD_OPERATION = 3, /* no such operation */
	TESTDEV_BAD_FLAGS = 4,	   /* unknown, or of no meaning to the operation */
	TESTDEV_BAD_STATUS = 5,	   /* missing, or of no meaning to the operation */
	TESTDEV_BAD_PATHS = 6,	   /* no path where one is needed, or the other way round */
	TESTDEV_BAD_DELAY =
		7, /* more than an hour, of no meaning, or none between events for ever */
	TESTDEV_BAD_RESERVED = 8, /* reserved bytes, or a value of no meaning, not zero */
	TESTDEV_MISMATCH = 9,	  /* data is not the pattern */
};

/* Since power on, system reset or FORGET. */
struct testdev_counters {
	arch_be64 programs;	    /* begun at the device */
	arch_be64 commands;	    /* taken, those without a step too */
	arch_be64 ended;	    /* to which the device gave ending status */
	arch_be64 cancelled;	    /* that a halt, clear or reset took away */
	arch_be64 selective_resets; /* clear signals */
	arch_be64 unsolicited;	    /* status given without being asked */
	arch_be64 events_dropped;   /* more than TESTDEV_EVENTS_MAX were to come */
	arch_be64 bytes_written;
	arch_be64 bytes_read;
};
ARCH_ASSERT_SIZE(struct testdev_counters, 72);

#define TESTDEV_EVENTS_MAX 256u /* still to come at one time */

#endif
