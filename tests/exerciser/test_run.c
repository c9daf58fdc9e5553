/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The exerciser itself: a case that fails, crashes, hangs or ends early is that case's failure. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "exerciser/internal.h"

/* A target without a device: the cases here open nothing. */

static bool matches(const char *target)
{
	return true;
}

static int open_nothing(const char *target, struct client_target *client, char *error, size_t room)
{
	static const struct client_ops none = {.size = sizeof(none)};

	if (strcmp(target, "broken") == 0) {
		snprintf(error, room, "it is broken");
		return -EIO;
	}
	*client = (struct client_target){.ops = &none, .device = "none", .context = (void *)target};
	return 0;
}

static void close_nothing(struct client_target *client)
{
	while (strcmp(client->context, "slow") == 0)
		pause();
}

static void driver_of(const char *target, char *name, size_t room)
{
	snprintf(name, room, "linux-6.1");
}

static const struct exerciser_target_kind kind = {
	.name = "none",
	.summary = "nothing",
	.matches = matches,
	.open = open_nothing,
	.close = close_nothing,
	.driver = driver_of,
};

/* Cases */

static void do_pass(struct exerciser *x)
{
	exerciser_note(x, "one");
	exerciser_note(x, "two");
	exerciser_progress(x, "half of it");
}

static void do_fail(struct exerciser *x)
{
	EXPECT_RESULT(x, "START", -EBUSY, 124);
	abort();
}

static void fail_bytes(struct exerciser *x)
{
	exerciser_expect_bytes(x, "data", "abcdef", "abcxef", 6);
}

static void fail_equal(struct exerciser *x)
{
	EXPECT_EQUAL(x, "count", 17, 16);
}

static void do_skip(struct exerciser *x)
{
	exerciser_skip(x, "there is no %s", "such thing");
}

static void crash(struct exerciser *x)
{
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void hang(struct exerciser *x)
{
	for (;;)
		pause();
}

static void leave(struct exerciser *x)
{
	_exit(0);
}

static void leave_badly(struct exerciser *x)
{
	_exit(3);
}

static void store_outside(struct exerciser *x)
{
	exerciser_client(x)->memory[CLIENT_MEMORY_SIZE] = 0;
}

static void much_to_say(struct exerciser *x)
{
	char text[4 * MESSAGE_ROOM];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 100; i++)
		exerciser_note(x, "%s", text);
	exerciser_fail(x, "%s", text);
}

static unsigned int sequence;

static void count_up(struct exerciser *x)
{
	sequence++;
}

#define CASE(name, function, ...)                                                                  \
	{                                                                                          \
		.id = name, .title = name, .run = function, .needs = EXERCISER_CLOSED, .limit = 1, \
		__VA_ARGS__                                                                        \
	}
#define NEEDS(name, function, what)                                                                \
	{                                                                                          \
		.id = name, .title = name, .run = function, .needs = what, .limit = 1              \
	}

static struct result run_one(const struct exerciser_case *about, const char *target,
			     const char *driver)
{
	struct options options = {.kind = &kind, .target = target, .factor = 1};
	struct result *result = calloc(1, sizeof(*result)), copy;
	struct run run = {.options = &options, .results = result, .count = 1};

	assert_non_null(result);
	snprintf(options.driver, sizeof(options.driver), "%s", driver);
	run.surroundings.has = EXERCISER_CLOSED;
	result->about = about;
	run_isolated(&run, result);
	copy = *result;
	free(result);
	return copy;
}

static void expect_failure(const struct exerciser_case *about, const char *message)
{
	struct result result = run_one(about, "none", "chanio");

	assert_int_equal(result.outcome, OUTCOME_FAIL);
	assert_string_equal(result.message, message);
}

static void a_case_that_returns_passes_with_its_notes(void **state)
{
	const struct exerciser_case about = CASE("pass", do_pass);
	struct result result = run_one(&about, "none", "chanio");

	assert_int_equal(result.outcome, OUTCOME_PASS);
	assert_string_equal(result.message, "");
	assert_string_equal(result.notes, "one\ntwo\n");
}

static void an_expectation_says_what_it_found(void **state)
{
	const struct exerciser_case number = CASE("fail", do_fail);
	const struct exerciser_case bytes = CASE("bytes", fail_bytes);
	const struct exerciser_case equal = CASE("equal", fail_equal);

	expect_failure(&number, "START: expected 124, got EBUSY");
	expect_failure(&bytes, "data: at byte 3 of 6: expected 786566, got 646566");
	expect_failure(&equal, "count: expected 0x10, got 0x11");
}

static void a_crash_is_the_failure_of_its_case(void **state)
{
	const struct exerciser_case about = CASE("crash", crash);

	expect_failure(&about, "killed by signal 11");
}

static void a_hang_is_the_failure_of_its_case(void **state)
{
	const struct exerciser_case about = CASE("hang", hang);

	expect_failure(&about, "time limit of 1 s exceeded");
}

static void a_hang_while_it_closes_is_told_apart(void **state)
{
	const struct exerciser_case about = CASE("pass", do_pass);
	struct result result = run_one(&about, "slow", "chanio");

	assert_int_equal(result.outcome, OUTCOME_FAIL);
	assert_string_equal(result.message, "time limit of 1 s exceeded while it closed");
}

static void a_process_that_ends_early_is_a_failure(void **state)
{
	const struct exerciser_case good = CASE("leave", leave);
	const struct exerciser_case bad = CASE("leave-badly", leave_badly);

	expect_failure(&good, "the process of the case ended with status 0");
	expect_failure(&bad, "the process of the case ended with status 3");
}

static void storing_outside_of_guest_memory_is_a_failure(void **state)
{
	const struct exerciser_case about = CASE("outside", store_outside);

	expect_failure(&about, "the device stored outside of what is mapped");
}

static void a_target_that_cannot_be_opened_is_a_failure(void **state)
{
	const struct exerciser_case about = CASE("pass", do_pass);
	struct result result = run_one(&about, "broken", "chanio");

	assert_int_equal(result.outcome, OUTCOME_FAIL);
	assert_string_equal(result.message, "set-up: cannot open the target: it is broken");
}

static void a_case_may_skip_with_a_reason(void **state)
{
	const struct exerciser_case about = CASE("skip", do_skip);
	struct result result = run_one(&about, "none", "chanio");

	assert_int_equal(result.outcome, OUTCOME_SKIP);
	assert_string_equal(result.message, "there is no such thing");
}

static void long_messages_are_cut_and_nothing_is_lost_after_them(void **state)
{
	const struct exerciser_case about = CASE("much", much_to_say);
	struct result result = run_one(&about, "none", "chanio");

	assert_int_equal(result.outcome, OUTCOME_FAIL);
	assert_int_equal(strlen(result.message), MESSAGE_ROOM - 1);
	assert_int_equal(strlen(result.notes), NOTES_ROOM - 1);
}

static void a_case_is_kept_apart_from_the_others(void **state)
{
	const struct exerciser_case about = CASE("count", count_up);

	(void)run_one(&about, "none", "chanio");
	(void)run_one(&about, "none", "chanio");
	assert_int_equal(sequence, 0);
}

/* Deviations and order */

static void remember(struct run *run, const struct result *result)
{
	sequence = sequence * 10 + (unsigned int)(result->about->id[0] - '0');
}

static void run_several(const struct exerciser_case *cases, size_t count, const char *driver,
			struct result *results)
{
	struct options options = {.kind = &kind, .target = "none", .factor = 1};
	struct run run = {.options = &options, .results = results, .count = count};

	snprintf(options.driver, sizeof(options.driver), "%s", driver);
	run.surroundings.has = EXERCISER_CLOSED | EXERCISER_LAST;
	for (size_t i = 0; i < count; i++)
		results[i] = (struct result){.about = &cases[i]};
	sequence = 0;
	run_cases(&run, remember);
}

static void a_known_deviation_is_marked_and_another_one_fails(void **state)
{
	static const struct exerciser_case cases[] = {
		CASE("1", do_fail, .deviations = {{"T1", "refuses", "got EBUSY"}}),
		CASE("2", do_fail, .deviations = {{"T1", "refuses", "got EIO"}}),
		CASE("3", do_pass, .deviations = {{"T1", "refuses", "got EIO"}}),
		CASE("4", do_fail,
		     .deviations = {{"T1", "refuses", NULL, .before = EXERCISER_LINUX(6, 1)}}),
		CASE("5", do_fail,
		     .deviations = {{"T1", "refuses", NULL, .since = EXERCISER_LINUX(6, 1)}}),
		CASE("6", do_skip, .deviations = {{"T1", "refuses", NULL}}),
	};
	static const enum outcome on_linux[] = {
		OUTCOME_DEVIATION, OUTCOME_FAIL,      OUTCOME_CONFORMS,
		OUTCOME_FAIL,	   OUTCOME_DEVIATION, OUTCOME_SKIP,
	};
	static const enum outcome here[] = {
		OUTCOME_FAIL, OUTCOME_FAIL, OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_FAIL, OUTCOME_SKIP,
	};
	struct result *results = calloc(6, sizeof(*results));

	assert_non_null(results);
	run_several(cases, 6, "linux-6.1", results);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(results[i].outcome, on_linux[i]);
	run_several(cases, 6, "chanio", results);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(results[i].outcome, here[i]);
	free(results);
}

static void what_may_lose_the_device_runs_last(void **state)
{
	static const struct exerciser_case cases[] = {
		NEEDS("1", do_pass, EXERCISER_CLOSED | EXERCISER_LAST),
		CASE("2", do_pass),
		CASE("3", do_pass),
	};
	struct result *results = calloc(3, sizeof(*results));

	assert_non_null(results);
	run_several(cases, 3, "chanio", results);
	assert_int_equal(sequence, 231);
	free(results);
}

static void what_the_target_cannot_do_is_skipped_with_the_reason(void **state)
{
	static const struct exerciser_case cases[] = {
		NEEDS("1", do_fail, EXERCISER_TEST_DEVICE),
		NEEDS("2", do_fail, EXERCISER_CHANNEL),
		NEEDS("3", do_fail, EXERCISER_SYSTEM_CALLS),
	};
	struct result *results = calloc(3, sizeof(*results));

	assert_non_null(results);
	run_several(cases, 3, "chanio", results);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(results[i].outcome, OUTCOME_SKIP);
		assert_int_not_equal(strlen(results[i].message), 0);
	}
	free(results);
}

/* The tables */

static void every_case_has_a_name_of_its_own_and_says_what_it_shows(void **state)
{
	for (const struct exerciser_suite *suite = exerciser_suites; suite->name; suite++) {
		const struct exerciser_case *all[4096];
		size_t count = 0;

		for (const struct exerciser_table *const *t = suite->tables; *t; t++)
			for (size_t i = 0; i < (*t)->count; i++)
				all[count++] = &(*t)->cases[i];
		for (size_t i = 0; i < count; i++) {
			assert_non_null(all[i]->title);
			assert_non_null(all[i]->run);
			assert_true((all[i]->shows && *all[i]->shows) ||
				    (all[i]->source && *all[i]->source));
			for (size_t j = 0; j < i; j++)
				if (strcmp(all[i]->id, all[j]->id) == 0)
					fail_msg("two cases are named %s", all[i]->id);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_that_returns_passes_with_its_notes),
		cmocka_unit_test(an_expectation_says_what_it_found),
		cmocka_unit_test(a_crash_is_the_failure_of_its_case),
		cmocka_unit_test(a_hang_is_the_failure_of_its_case),
		cmocka_unit_test(a_hang_while_it_closes_is_told_apart),
		cmocka_unit_test(a_process_that_ends_early_is_a_failure),
		cmocka_unit_test(storing_outside_of_guest_memory_is_a_failure),
		cmocka_unit_test(a_target_that_cannot_be_opened_is_a_failure),
		cmocka_unit_test(a_case_may_skip_with_a_reason),
		cmocka_unit_test(long_messages_are_cut_and_nothing_is_lost_after_them),
		cmocka_unit_test(a_case_is_kept_apart_from_the_others),
		cmocka_unit_test(a_known_deviation_is_marked_and_another_one_fails),
		cmocka_unit_test(what_may_lose_the_device_runs_last),
		cmocka_unit_test(what_the_target_cannot_do_is_skipped_with_the_reason),
		cmocka_unit_test(every_case_has_a_name_of_its_own_and_says_what_it_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
