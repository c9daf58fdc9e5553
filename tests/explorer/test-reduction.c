/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the explorer leaves out comes to the same as what it runs: with and without reduction a
 * scenario has the same outcomes. And what it finds can be written down and seen again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "explorer/scenario.h"

#define OUTCOMES_MAX 4096u

struct outcomes {
	unsigned int count;
	uint64_t hash[OUTCOMES_MAX];
};

static void add_outcome(void *context, uint64_t hash)
{
	struct outcomes *outcomes = context;

	for (unsigned int i = 0; i < outcomes->count; i++)
		if (outcomes->hash[i] == hash)
			return;
	assert_true(outcomes->count < OUTCOMES_MAX);
	outcomes->hash[outcomes->count++] = hash;
}

static bool has(const struct outcomes *outcomes, uint64_t hash)
{
	for (unsigned int i = 0; i < outcomes->count; i++)
		if (outcomes->hash[i] == hash)
			return true;
	return false;
}

static struct figures explore(const char *name, unsigned int preemptions, bool reduce,
			      unsigned int without, struct outcomes *outcomes)
{
	struct limits limits = {
		.preemptions = preemptions,
		.reduce = reduce,
		.without = without,
		.outcome = add_outcome,
		.context = outcomes,
	};
	struct violation *violation = calloc(1, sizeof(*violation));
	struct figures figures = {0};
	struct scenario scenario;
	const char *wrong;

	assert_non_null(violation);
	outcomes->count = 0;
	assert_true(scenario_parse(name, &scenario, &wrong));
	if (!schedule_all(&scenario, &limits, &figures, violation))
		fail_msg("%s: %s", name, violation->text);
	free(violation);
	return figures;
}

static void reduction_loses_no_outcome(void **state)
{
	static const struct {
		const char *name;
		unsigned int preemptions;
	} cases[] = {
		{"idle:start,final,read", 3},	     {"idle:start,clear,unsolicited", 2},
		{"idle:start,start,halt", 2},	     {"pending:halt,clear,deferred", 1},
		{"pending:start,final,clear", 2},    {"active:start,final,read", 2},
		{"active:halt,final,read", 2},	     {"active:final,reset,start", 1},
		{"active:clear,unmap,read", 1},	     {"active:gone,reset,read", 1},
		{"active:reopen,start", 2},	     {"idle:start,reset,gone", 2},
		{"both:intermediate,final,read", 3}, {"queued:read,read,start", 1},
		{"queued:read,start,path", 1},	     {"deaf:clear,unmap", 2},
	};
	/* Each means by itself, and all of them together. */
	static const unsigned int without[] = {
		0,
		WITHOUT_PASTS | WITHOUT_STATES,
		WITHOUT_SLEEP | WITHOUT_STATES,
		WITHOUT_SLEEP | WITHOUT_PASTS,
		WITHOUT_STATES,
	};
	static struct outcomes all, fewer;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct figures full = explore(cases[i].name, cases[i].preemptions, false, 0, &all);

		print_message("%s: %u outcomes, %llu schedules;", cases[i].name, all.count,
			      (unsigned long long)full.schedules);
		for (unsigned int j = 0; j < sizeof(without) / sizeof(without[0]); j++) {
			struct figures reduced = explore(cases[i].name, cases[i].preemptions, true,
							 without[j], &fewer);

			print_message(" %llu", (unsigned long long)reduced.schedules);
			for (unsigned int k = 0; k < all.count; k++)
				if (!has(&fewer, all.hash[k]))
					fail_msg("%s: an outcome is lost without %u", cases[i].name,
						 without[j]);
			assert_int_equal(fewer.count, all.count);
		}
		print_message("\n");
	}
}

static void more_preemptions_only_add_outcomes(void **state)
{
	static struct outcomes outcomes[4];

	for (unsigned int i = 0; i < 4; i++)
		explore("idle:start,start,halt", i, true, 0, &outcomes[i]);
	for (unsigned int i = 1; i < 4; i++)
		for (unsigned int j = 0; j < outcomes[i - 1].count; j++)
			assert_true(has(&outcomes[i], outcomes[i - 1].hash[j]));
	assert_true(outcomes[1].count > outcomes[0].count);
}

static void every_scenario_has_a_name_that_is_read_again(void **state)
{
	struct scenario scenario = {0}, again;
	char name[SCENARIO_NAME];
	unsigned int count = 0;
	const char *wrong;
	uint64_t seed = 7;

	while (scenario_next(&scenario, 3)) {
		scenario_print(&scenario, name);
		assert_true(scenario_parse(name, &again, &wrong));
		assert_memory_equal(&again, &scenario, sizeof(again));
		count++;
	}
	assert_true(count > 2000);
	for (unsigned int i = 0; i < 1000; i++) {
		scenario_random(&scenario, &seed);
		scenario_print(&scenario, name);
		assert_true(scenario_parse(name, &again, &wrong));
		assert_memory_equal(&again, &scenario, sizeof(again));
	}
}

static void what_is_no_scenario_or_schedule_is_refused(void **state)
{
	static const char *const scenarios[] = {
		"",
		"idle",
		"idle:",
		"nowhere:start",
		"idle:sta",
		"idle:start,",
		"idle:start,,halt",
		"idle:start+",
		"idle:halt,halt,halt,halt,halt",
		"idle:read+read+read+read+read",
	};
	static const char *const schedules[] = {"x", "a1h", "1a", "a99999999999", "a 1"};
	struct schedule *schedule = calloc(1, sizeof(*schedule));
	struct scenario scenario;
	const char *wrong;

	assert_non_null(schedule);
	for (unsigned int i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		assert_false(scenario_parse(scenarios[i], &scenario, &wrong));
	for (unsigned int i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++)
		assert_false(schedule_parse(schedules[i], schedule));
	free(schedule);
}

static void a_schedule_is_written_and_replayed_as_it_was(void **state)
{
	struct violation *first = calloc(1, sizeof(*first)), *again = calloc(1, sizeof(*again));
	struct schedule *schedule = calloc(1, sizeof(*schedule));
	struct scenario scenario;
	const char *wrong;
	char *text;

	assert_true(first && again && schedule);
	assert_true(scenario_parse("active:start,final,reset", &scenario, &wrong));
	assert_true(schedule_parse("c5b3a", schedule));
	assert_true(schedule_replay(&scenario, schedule, NULL, first));
	text = schedule_print(&first->schedule);
	assert_non_null(text);
	assert_memory_equal(text, "c5b3a", 5);
	assert_true(schedule_parse(text, schedule));
	assert_true(schedule_replay(&scenario, schedule, NULL, again));
	assert_int_equal(again->schedule.steps, first->schedule.steps);
	assert_memory_equal(again->schedule.choice, first->schedule.choice, first->schedule.steps);
	free(text);
	free(schedule);
	free(again);
	free(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reduction_loses_no_outcome),
		cmocka_unit_test(more_preemptions_only_add_outcomes),
		cmocka_unit_test(every_scenario_has_a_name_that_is_read_again),
		cmocka_unit_test(what_is_no_scenario_or_schedule_is_refused),
		cmocka_unit_test(a_schedule_is_written_and_replayed_as_it_was),
	};
	int failures;

	schedule_init();
	failures = cmocka_run_group_tests_name("explorer", tests, NULL, NULL);
	schedule_finish();
	return failures;
}
