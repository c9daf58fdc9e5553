/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Which scenarios there are, and how they and their schedules are written. */
#include "explorer/scenario.h"

#include <ctype.h>
#include <stdlib.h>

static const struct {
	const char *name, *text;
} operations[OPERATIONS] = {
	[OPERATION_START] = {"start", "START: a write of the I/O region"},
	[OPERATION_HALT] = {"halt", "HALT: a write of the command region"},
	[OPERATION_CLEAR] = {"clear", "CLEAR: a write of the command region"},
	[OPERATION_READ] = {"read", "reads the eventfd, then the I/O region"},
	[OPERATION_RESET] = {"reset", "VFIO_DEVICE_RESET"},
	[OPERATION_UNMAP] = {"unmap", "DMA unmap of all data pages"},
	[OPERATION_REOPEN] = {"reopen", "close, then open"},
	[OPERATION_FINAL] = {"final", "final interrupt: primary and secondary status"},
	[OPERATION_INTERMEDIATE] = {"intermediate", "intermediate interrupt, the program goes on"},
	[OPERATION_SUSPENDED] = {"suspended", "intermediate interrupt, the program is suspended"},
	[OPERATION_UNSOLICITED] = {"unsolicited", "unsolicited interrupt"},
	[OPERATION_DEFERRED] = {"deferred", "interrupt with deferred condition code 1"},
	[OPERATION_GONE] = {"gone", "the device goes away"},
	[OPERATION_PATH] = {"path", "a channel path is lost"},
};

static const struct {
	const char *name, *text;
} initials[INITIALS] = {
	[INITIAL_IDLE] = {"idle", "open, nothing in flight"},
	[INITIAL_PENDING] = {"pending", "CP_PENDING, the subchannel is start-pending"},
	[INITIAL_ACTIVE] = {"active", "CP_PENDING, the program has begun"},
	[INITIAL_QUEUED] = {"queued", "IDLE, a final IRB unread"},
	[INITIAL_BOTH] = {"both", "CP_PENDING, and an intermediate IRB unread"},
	[INITIAL_DEAF] = {"deaf", "CP_PENDING, HALT is accepted and never done"},
	[INITIAL_DEAD] = {"dead", "CP_PENDING, neither HALT nor CLEAR is ever done"},
};

const char *scenario_operation_name(unsigned int operation)
{
	return operation < OPERATIONS ? operations[operation].name : "-";
}

const char *scenario_operation_text(unsigned int operation)
{
	return operations[operation].text;
}

const char *scenario_initial_name(unsigned int initial)
{
	return initials[initial].name;
}

const char *scenario_initial_text(unsigned int initial)
{
	return initials[initial].text;
}

/* ---- names ---- */

void scenario_print(const struct scenario *scenario, char name[SCENARIO_NAME])
{
	size_t length =
		(size_t)snprintf(name, SCENARIO_NAME, "%s:", initials[scenario->initial].name);

	for (unsigned int i = 0; i < scenario->threads; i++)
		for (unsigned int j = 0; j < scenario->operations[i]; j++)
			length += (size_t)snprintf(name + length, SCENARIO_NAME - length, "%s%s",
						   j   ? "+"
						   : i ? ","
						       : "",
						   operations[scenario->operation[i][j]].name);
}

static bool same(const char *text, size_t length, const char *name)
{
	return strlen(name) == length && !strncmp(text, name, length);
}

static bool parse_initial(const char *text, size_t length, struct scenario *scenario)
{
	for (unsigned int i = 0; i < INITIALS; i++)
		if (same(text, length, initials[i].name)) {
			scenario->initial = (uint8_t)i;
			return true;
		}
	return false;
}

static bool parse_operation(const char *text, size_t length, struct scenario *scenario)
{
	unsigned int thread = scenario->threads - 1u;

	if (scenario->operations[thread] == SEQUENCE_MAX)
		return false;
	for (unsigned int i = 0; i < OPERATIONS; i++)
		if (same(text, length, operations[i].name)) {
			scenario->operation[thread][scenario->operations[thread]++] = (uint8_t)i;
			return true;
		}
	return false;
}

bool scenario_parse(const char *name, struct scenario *scenario, const char **wrong)
{
	size_t length = strcspn(name, ":");

	memset(scenario, 0, sizeof(*scenario));
	*wrong = name;
	if (name[length] != ':' || !parse_initial(name, length, scenario))
		return false;
	scenario->threads = 1;
	do {
		char separator = name[length];

		name += length + 1;
		length = strcspn(name, ",+");
		*wrong = name;
		if (separator == ',' && scenario->threads++ == CLIENTS_MAX)
			return false;
		if (!parse_operation(name, length, scenario))
			return false;
	} while (name[length]);
	return true;
}

char *schedule_print(const struct schedule *schedule)
{
	char *text = malloc(schedule->steps * 2u + 16);
	size_t length = 0;

	if (!text)
		return NULL;
	text[0] = '\0';
	for (unsigned int i = 0, run; i < schedule->steps; i += run) {
		unsigned int choice = schedule->choice[i];
		char base = choice & CHOICE_TIMEOUT ? 'A' : 'a';

		for (run = 1; i + run < schedule->steps && schedule->choice[i + run] == choice;)
			run++;
		length += (size_t)sprintf(text + length, run > 1 ? "%c%u" : "%c",
					  base + (int)(choice & CHOICE_THREAD), run);
	}
	return text;
}

bool schedule_parse(const char *text, struct schedule *schedule)
{
	memset(schedule, 0, sizeof(*schedule));
	while (*text) {
		unsigned int choice = isupper((unsigned char)*text) ? CHOICE_TIMEOUT : 0;
		unsigned int thread = (unsigned int)(tolower((unsigned char)*text++) - 'a');
		unsigned long run = 1;

		if (thread >= THREADS_SCHEDULED)
			return false;
		if (isdigit((unsigned char)*text))
			run = strtoul(text, (char **)&text, 10);
		if (run > SCHEDULE_MAX - 1 - schedule->steps)
			return false;
		while (run--)
			schedule->choice[schedule->steps++] = (uint8_t)(choice | thread);
	}
	return true;
}

/* ---- all of them ---- */

static unsigned int count_of(const struct scenario *scenario, enum operation operation)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < scenario->threads; i++)
		for (unsigned int j = 0; j < scenario->operations[i]; j++)
			count += scenario->operation[i][j] == operation;
	return count;
}

/* Nothing in it that cannot happen. */
static bool makes_sense(const struct scenario *scenario)
{
	bool in_flight = scenario->initial != INITIAL_IDLE && scenario->initial != INITIAL_QUEUED;
	unsigned int starts = count_of(scenario, OPERATION_START) + in_flight;
	unsigned int ends =
		count_of(scenario, OPERATION_FINAL) + count_of(scenario, OPERATION_DEFERRED);
	unsigned int marks = count_of(scenario, OPERATION_INTERMEDIATE) +
			     count_of(scenario, OPERATION_SUSPENDED);

	if (count_of(scenario, OPERATION_GONE) > 1 || count_of(scenario, OPERATION_PATH) > 2)
		return false;
	if (ends > starts || (marks && !starts) || count_of(scenario, OPERATION_SUSPENDED) > starts)
		return false;
	/* What does nothing any more presents no status. */
	if (scenario->initial == INITIAL_DEAD &&
	    (ends || marks || count_of(scenario, OPERATION_UNSOLICITED)))
		return false;
	/* Only a program that has not begun yet gets a deferred condition code. */
	return !count_of(scenario, OPERATION_DEFERRED) || count_of(scenario, OPERATION_START) ||
	       scenario->initial == INITIAL_PENDING;
}

/* Operations in order, so that each combination comes once. */
static bool advance(struct scenario *scenario, unsigned int threads)
{
	unsigned int i = threads;

	if (!scenario->threads) {
		scenario->threads = (uint8_t)threads;
		memset(scenario->operations, 1, threads);
		return true;
	}
	while (i-- > 0) {
		if (scenario->operation[i][0] + 1 < OPERATIONS) {
			scenario->operation[i][0]++;
			for (unsigned int j = i + 1; j < threads; j++)
				scenario->operation[j][0] = scenario->operation[i][0];
			return true;
		}
	}
	if (scenario->initial + 1 == INITIALS)
		return false;
	scenario->initial++;
	memset(scenario->operation, 0, sizeof(scenario->operation));
	return true;
}

bool scenario_next(struct scenario *scenario, unsigned int threads)
{
	while (advance(scenario, threads))
		if (makes_sense(scenario))
			return true;
	return false;
}

uint32_t scenario_hash(const struct scenario *scenario)
{
	char name[SCENARIO_NAME];
	uint32_t hash = 2166136261u;

	scenario_print(scenario, name);
	for (const char *at = name; *at; at++)
		hash = (hash ^ (uint8_t)*at) * 16777619u;
	return hash ^ hash >> 15;
}

void scenario_random(struct scenario *scenario, uint64_t *seed)
{
	memset(scenario, 0, sizeof(*scenario));
	scenario->initial = (uint8_t)(schedule_random_number(seed) % INITIALS);
	scenario->threads = (uint8_t)(2 + schedule_random_number(seed) % (CLIENTS_MAX - 1));
	for (unsigned int i = 0; i < scenario->threads; i++) {
		scenario->operations[i] = (uint8_t)(1 + schedule_random_number(seed) % 3);
		for (unsigned int j = 0; j < scenario->operations[i]; j++)
			scenario->operation[i][j] =
				(uint8_t)(schedule_random_number(seed) % OPERATIONS);
	}
}

unsigned int scenario_operations(const struct scenario *scenario)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < scenario->threads; i++)
		count += scenario->operations[i];
	return count;
}
