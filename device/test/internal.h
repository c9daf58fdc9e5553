/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Inside of the scriptable device: test.c (commands and their ends), script.c (steps), events.c
 * (what is still to come), data.c (transfers), parse.c (scripts as text).
 */
#ifndef CHANIO_DEVICE_TEST_INTERNAL_H
#define CHANIO_DEVICE_TEST_INTERNAL_H

#include "device/test/test.h"

#include <pthread.h>

#define NANOSECONDS 1000ull /* in a microsecond */
#define NEVER	    UINT64_MAX

struct testdev_script {
	struct testdev_step steps[TESTDEV_STEPS_MAX];
	size_t count;
	size_t next;   /* first one that is left */
	uint32_t used; /* commands that it has answered */
};

/* What the device has of a command that is not ended. */
enum testdev_holding {
	TESTDEV_FREE,
	TESTDEV_HOLDS, /* the command, from CSS_LATER or until more than control-unit end */
	TESTDEV_OWES,  /* device end */
};

struct testdev_event {
	struct testdev_step step;
	uint64_t due; /* nanoseconds, on the executor's clock */
	uint32_t left;
};

struct testdev_figures {
	uint64_t programs, commands, ended, cancelled, selective_resets, unsolicited,
		events_dropped, bytes_written, bytes_read;
};

struct testdev {
	struct css_executor *executor;
	uint16_t cu_type;
	struct testdev_step *configured;
	size_t configured_count;

	/*
	 * Everything below. Taken by the channel's thread and by the device's job, which use the
	 * window under it; the subchannel's lock may be taken inside, never the other way round.
	 */
	pthread_mutex_t lock;
	struct css_job *job;	 /* ends commands and performs events */
	struct css_timer *timer; /* for the earliest of them; NULL: not connected */
	const struct testdev_machine_ops *ops;
	void *machine;
	bool removed;
	uint8_t lost, varied; /* paths that a script took away */

	struct testdev_script program, kept;
	bool program_over; /* its script goes with the command that is not ended */
	uint64_t seed, position, drawn;
	uint8_t sense[ARCH_SENSE_BYTES];
	struct testdev_figures figures;

	enum testdev_holding holding;
	struct css_subchannel *subchannel; /* of the command */
	struct css_window *window;
	uint8_t code;
	struct testdev_step step; /* that it is answered by; `status` is the one given next */
	uint8_t found;		  /* status of what the device itself found wrong, or 0 */
	bool data_due;
	uint64_t due; /* nanoseconds; NEVER: its status does not come by itself */

	struct testdev_event events[TESTDEV_EVENTS_MAX];
	size_t event_count;

	size_t written; /* bytes of `buffer` */
	uint8_t buffer[TESTDEV_BUFFER_MAX];
	/* A script on its way in; room for a step too many, to see that there is one. */
	struct testdev_step incoming[TESTDEV_STEPS_MAX + 1];
};

/* All with the lock held. */

/* script.c */
void testdev_script_drop(struct testdev_script *script);
void testdev_script_set(struct testdev_script *script, const struct testdev_step *steps,
			size_t count);
/* The script that has the step for the next command, the program's own first; or NULL. */
struct testdev_script *testdev_script_current(struct testdev *device);
/* A command was answered by the script's first step. */
void testdev_script_use(struct testdev_script *script);
/* The command has ended: events that stood behind its step are set off. */
void testdev_script_go_on(struct testdev *device);
static inline uint32_t testdev_repeat(const struct testdev_step *step)
{
	uint16_t repeat = arch_get16(step->repeat);

	return repeat ? repeat : 1;
}

/* events.c */
void testdev_event_add(struct testdev *device, const struct testdev_step *step);
/* When a delay that begins now is over, in nanoseconds on the executor's clock. */
uint64_t testdev_delay(struct testdev *device, const struct testdev_step *step, arch_be32 delay);
/* Sets the timer to what comes next. */
void testdev_set_timer(struct testdev *device);
void testdev_due(void *device);
bool testdev_run(void *device, bool may_wait);

/* data.c, for the command at hand: 0, or the status of what was found wrong, with sense. */
uint8_t testdev_transfer(struct testdev *device);
uint8_t testdev_take_script(struct testdev *device, struct testdev_script *script);
uint8_t testdev_take_seed(struct testdev *device);
void testdev_put_sense(struct testdev *device);
void testdev_put_counters(struct testdev *device);

/* test.c: the held command's time has come. */
void testdev_answer_held(struct testdev *device);

#endif
