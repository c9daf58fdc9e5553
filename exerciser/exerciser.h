/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The exerciser: named cases that aim at one vfio-ccw device through client/, each asserting what a
 * client sees. A suite is a list of tables of cases; a target is what the cases run against.
 *
 * Each case runs in a process of its own with a client of its own, freshly opened: what it leaves
 * behind, and what it crashes or hangs in, is its own. The process tells its parent what happened.
 * A case fails by exerciser_fail() or one of the expectations below, which do not return; they may
 * be used on the thread only that runs the case.
 *
 * Nothing here depends on the host or on what is in this process; a target that does (inproc.c) is
 * a file of its own.
 */
#ifndef CHANIO_EXERCISER_EXERCISER_H
#define CHANIO_EXERCISER_EXERCISER_H

#include <errno.h>
#include <stdio.h>

#include "client/client.h"

/* What a case needs of the target; without it the case is skipped, with the reason. */
enum exerciser_need {
	/* The scriptable control unit (device/test), not just any device. */
	EXERCISER_TEST_DEVICE = 0x0001,
	/*
	 * A channel below that does what the architecture says. QEMU's virtual subchannels do not:
	 * they run programs inside the instruction, chain no data, do not end some loops.
	 */
	EXERCISER_CHANNEL = 0x0002,
	/* Calls into a kernel, which checks pointers; in process a wrong pointer is a crash. */
	EXERCISER_SYSTEM_CALLS = 0x0004,
	/* The case may lose the device on a defective driver: it runs last. */
	EXERCISER_LAST = 0x0010,
	/* Not set up: no container, group or device is opened before the case runs. */
	EXERCISER_CLOSED = 0x0020,
	/* Threads really run at the same time. */
	EXERCISER_SEVERAL_PROCESSORS = 0x0040,
	/*
	 * The subchannel is the machine's own. QEMU, where it passes one through, cancels programs
	 * in its copy only, forgets them at unsolicited status, keeps status at a disabled
	 * subchannel, and unplugs what is asked back.
	 */
	EXERCISER_DIRECT = 0x0100,
	/* Runs for --time seconds: its time limit counts from there. */
	EXERCISER_TIMED = 0x0080,
};

/* Versions of the Linux driver as one number. */
#define EXERCISER_LINUX(major, minor) ((major)*1000u + (minor))

/*
 * A known deviation of the Linux driver: the case then has this other outcome, for this reason.
 * Kernels from `since` (0: all) and before `before` (0: all).
 */
struct exerciser_deviation {
	const char *number;  /* "T28", "11.7", "5.4" (of mainline-behaviour.md); NULL: no entry */
	const char *instead; /* what Linux does, in a sentence */
	const char *message; /* part of the message with which the case fails; NULL: any */
	unsigned int since, before;
};

#define EXERCISER_DEVIATIONS 2

struct exerciser;

struct exerciser_case {
	const char *id;	    /* "start.busy", unique in its suite; --only takes patterns of it */
	const char *title;  /* the statement that it shows */
	const char *shows;  /* "D4 T15 11.7", separated by blanks */
	const char *source; /* "channel-io 6", "mainline-behaviour 3.1" */
	void (*run)(struct exerciser *x);
	const void *with; /* the case's own parameters */
	unsigned int needs;
	unsigned int limit; /* seconds; 0: EXERCISER_LIMIT */
	struct exerciser_deviation deviations[EXERCISER_DEVIATIONS];
};

#define EXERCISER_LIMIT 20u

struct exerciser_table {
	const struct exerciser_case *cases;
	size_t count;
};
#define EXERCISER_TABLE(cases)                                                                     \
	{                                                                                          \
		cases, sizeof(cases) / sizeof((cases)[0])                                          \
	}

struct exerciser_suite {
	const char *name;
	const char *summary;
	const struct exerciser_table *const *tables; /* the last is NULL */
};

/* The suites there are; the last has no name. */
extern const struct exerciser_suite exerciser_suites[];

/*
 * A kind of target: `open` makes one from what stands behind the kind's name on the command line.
 * It is opened in the process of each case.
 */
struct exerciser_target_kind {
	const char *name;    /* "inproc" */
	const char *summary; /* for --help */
	/* Does this --target mean this kind? */
	bool (*matches)(const char *target);
	/* 0 or -errno, with a message in `error`. */
	int (*open)(const char *target, struct client_target *client, char *error, size_t room);
	void (*close)(struct client_target *client);
	/* The driver that is tested: "chanio" or "linux-6.1", into `name`. */
	void (*driver)(const char *target, char *name, size_t room);
	bool system_calls; /* EXERCISER_SYSTEM_CALLS */
};
extern const struct exerciser_target_kind exerciser_inproc, exerciser_vfio;

/* The command, with the target kinds it is built with; the last is NULL. An exit status. */
int exerciser_command(const char *name, const struct exerciser_target_kind *const *kinds, int argc,
		      char **argv);

/* Within a case. */

const struct exerciser_case *exerciser_case_of(const struct exerciser *x);
struct client *exerciser_client(struct exerciser *x);
/* What a case opens besides, for example a second client: of the same target. */
const struct client_target *exerciser_target(struct exerciser *x);
/* From --seed and the case's id: the same on every run with that seed. */
uint64_t exerciser_seed(const struct exerciser *x);
/* --time: for how long a case of the long suites runs; --threads. */
unsigned int exerciser_seconds(const struct exerciser *x);
unsigned int exerciser_threads(const struct exerciser *x);

/* Failures from now on begin with this; "" again for nothing. A string that stays. */
void exerciser_context(struct exerciser *x, const char *context);
/* Ends the case. */
_Noreturn void exerciser_fail(struct exerciser *x, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
_Noreturn void exerciser_skip(struct exerciser *x, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* What the report says besides; and what is shown while the case runs. Any thread. */
void exerciser_note(struct exerciser *x, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void exerciser_progress(struct exerciser *x, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The condition must hold; the format says what was expected and what was found. */
#define EXPECT(x, condition, ...)                                                                  \
	do {                                                                                       \
		if (!(condition))                                                                  \
			exerciser_fail(x, __VA_ARGS__);                                            \
	} while (0)

/* Two numbers are the same; the message has both in hexadecimal. */
#define EXPECT_EQUAL(x, what, got, expected)                                                       \
	exerciser_expect_equal(x, what, (uint64_t)(got), (uint64_t)(expected))
void exerciser_expect_equal(struct exerciser *x, const char *what, uint64_t got, uint64_t expected);
/* The result of a call: a number, or a negative errno, which the message names. */
void exerciser_expect_result(struct exerciser *x, const char *what, long got, long expected);
#define EXPECT_RESULT(x, what, got, expected) exerciser_expect_result(x, what, got, expected)
void exerciser_expect_bytes(struct exerciser *x, const char *what, const void *got,
			    const void *expected, size_t size);

#endif
