/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of the exerciser: options, results, and the reports made of them. */
#ifndef CHANIO_EXERCISER_INTERNAL_H
#define CHANIO_EXERCISER_INTERNAL_H

#include "exerciser/exerciser.h"

#define MESSAGE_ROOM 512u
#define NOTES_ROOM   2048u
#define TARGET_ROOM  256u
#define DRIVER_ROOM  64u

enum outcome {
	OUTCOME_PASS,
	OUTCOME_FAIL,
	OUTCOME_SKIP,
	OUTCOME_DEVIATION, /* failed, as is known of this driver */
	OUTCOME_CONFORMS,  /* passed, although a deviation of this driver is known */
	OUTCOMES,
};
const char *outcome_name(enum outcome outcome);

struct result {
	const struct exerciser_case *about;
	enum outcome outcome;
	char message[MESSAGE_ROOM]; /* of a failure, deviation or skip */
	char notes[NOTES_ROOM];	    /* lines */
	const struct exerciser_deviation *deviation;
	uint64_t microseconds;
};

struct options {
	const char *name; /* how messages begin */
	const struct exerciser_suite *suite;
	const struct exerciser_target_kind *kind;
	const char *target;
	char driver[DRIVER_ROOM];
	uint64_t seed;
	unsigned int seconds;
	unsigned int threads;
	unsigned int factor; /* of the time limits; 0: none, and no process for each case */
	bool progress;
	bool quiet;
};

/* What is behind the target, found once. */
struct surroundings {
	unsigned int has; /* enum exerciser_need */
	uint16_t control_unit;
	char described[TARGET_ROOM];
};

struct run {
	const struct options *options;
	struct surroundings surroundings;
	struct result *results;
	size_t count; /* of the chosen cases */
	size_t finished;
	size_t counts[OUTCOMES];
	const char *lost_by; /* the last case that may have lost the device */
	uint64_t microseconds;
};

/* The cases of the run one after the other; calls `done` after each. */
void run_cases(struct run *run, void (*done)(struct run *run, const struct result *result));
/* Runs one case for its result, in a process of its own. */
void run_isolated(struct run *run, struct result *result);

/* Asks the device who it is. Filled in as far as it answers; 0, or -errno with a message. */
int look_around(const struct options *options, struct surroundings *surroundings, char *error,
		size_t room);

/* The deviation of this driver that the case has, NULL: none. */
const struct exerciser_deviation *find_deviation(const struct exerciser_case *of,
						 const char *driver);

/* Reports. */
struct report {
	const char *format;
	void (*begin)(FILE *file, const struct run *run); /* or NULL */
	void (*result)(FILE *file, const struct run *run,
		       const struct result *result);	/* or NULL */
	void (*end)(FILE *file, const struct run *run); /* or NULL */
};
extern const struct report report_text, report_tap, report_junit, report_html, report_json;
void print_summary(FILE *file, const struct run *run);
/* What is special in XML and HTML, and in a JSON string. */
void print_xml(FILE *file, const char *text);
void print_json(FILE *file, const char *text);

/* What a case may use while it runs (run.c). */
struct exerciser {
	const struct options *options;
	const struct exerciser_case *about;
	struct client_target target;
	struct client client;
	const char *context; /* how a failure's message begins, or NULL */
	void *landing;	     /* jmp_buf */
	int to_parent;	     /* -1: none, the result is filled in directly */
	struct result *result;
};

#endif
