/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The table itself: complete, well-formed, every row taken by some test, impossible pairs fatal. */
#include "tests/driver/contract.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void every_pair_is_present_once_and_ends_unguarded(void **state)
{
	for (unsigned int s = 0; s < CHANIO_STATES; s++)
		for (unsigned int e = 0; e < CHANIO_EVENTS; e++) {
			unsigned int rows = 0, last = 0, unguarded = 0;

			for (unsigned int i = 0; i < chanio_transition_count; i++) {
				const struct chanio_transition *row = &chanio_transitions[i];

				if (row->state != s || row->event != e)
					continue;
				assert_true(!rows || i == last + 1);
				rows++;
				last = i;
				unguarded += row->guard == CHANIO_GUARD_NONE;
			}
			if (!rows)
				fail_msg("no row for %s in %s", chanio_event_name(e),
					 chanio_state_name(s));
			assert_int_equal(unguarded, 1);
			assert_int_equal(chanio_transitions[last].guard, CHANIO_GUARD_NONE);
		}
}

static bool is_said(const struct chanio_fsm_text *text, bool none)
{
	if (!text->name || !text->text || *text->name == '?')
		return false;
	return !*text->name == none && !*text->text == none;
}

static void everything_in_the_table_has_a_name_and_a_sentence(void **state)
{
	for (unsigned int i = 0; i < CHANIO_STATES; i++)
		assert_true(is_said(chanio_state_text(i), false));
	for (unsigned int i = 0; i < CHANIO_EVENTS; i++)
		assert_true(is_said(chanio_event_text(i), false));
	for (unsigned int i = 0; i < CHANIO_GUARDS; i++)
		assert_true(is_said(chanio_guard_text(i), i == CHANIO_GUARD_NONE));
	for (unsigned int i = 0; i < CHANIO_ACTIONS; i++)
		assert_true(is_said(chanio_action_text(i), i == CHANIO_ACTION_NONE));
	assert_int_equal(chanio_guard_count, CHANIO_GUARDS);
	assert_int_equal(chanio_action_count, CHANIO_ACTIONS);
	assert_string_equal(chanio_state_name(CHANIO_STATES), "?");
	assert_string_equal(chanio_event_name(CHANIO_EVENTS), "?");
	assert_string_equal(chanio_guard_name(CHANIO_GUARDS), "?");
	assert_string_equal(chanio_action_name(CHANIO_ACTIONS), "?");
}

static void refusals_change_no_state_and_name_their_decision(void **state)
{
	for (unsigned int i = 0; i < chanio_transition_count; i++) {
		const struct chanio_transition *row = &chanio_transitions[i];
		bool request = row->event >= CHANIO_EVENT_START && row->event <= CHANIO_EVENT_CLEAR;

		assert_true(row->error <= 0);
		if (request && row->error) {
			assert_int_equal(row->next, row->state);
			assert_int_equal(row->action, CHANIO_ACTION_NONE);
		}
		if (chanio_action_is_impossible(row->action))
			assert_int_equal(row->contract[0], 0);
		else
			assert_int_equal(row->contract[0], 'D');
	}
}

/* The child's end: killed, or by a sanitizer that says what would have killed it. */
static bool dies(uint8_t in, uint8_t event)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		const struct rlimit no_core = {0, 0};
		struct fake *fake = fake_create_open();
		struct chanio_occurrence occurrence = {.event = event};
		unsigned long flags;

		setrlimit(RLIMIT_CORE, &no_core);
		/* The test framework would take it for a failure of its own. */
		signal(SIGILL, SIG_DFL);
		signal(SIGTRAP, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(0);
		flags = chanio_lock(fake->device);
		fake->device->state = in;
		chanio_fsm(fake->device, &occurrence);
		chanio_unlock(fake->device, flags);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) || WEXITSTATUS(status) != 0;
}

static void impossible_pairs_stop_the_driver(void **state)
{
	for (unsigned int i = 0; i < chanio_transition_count; i++)
		if (chanio_action_is_impossible(chanio_transitions[i].action))
			assert_true(dies(chanio_transitions[i].state, chanio_transitions[i].event));
}

/* Last: what the tests before have covered. */
static void every_row_was_taken(void **state)
{
	unsigned int missing = 0;

	for (unsigned int i = 0; i < chanio_transition_count; i++) {
		const struct chanio_transition *row = &chanio_transitions[i];

		if (chanio_action_is_impossible(row->action) || fake_rows[i])
			continue;
		print_error("row %u not taken: %s, %s [%s] -> %s\n", i,
			    chanio_state_name(row->state), chanio_event_name(row->event),
			    chanio_guard_name(row->guard), chanio_action_name(row->action));
		missing++;
	}
	assert_int_equal(missing, 0);
}

const struct CMUnitTest table_tests[] = {
	cmocka_unit_test(every_pair_is_present_once_and_ends_unguarded),
	cmocka_unit_test(everything_in_the_table_has_a_name_and_a_sentence),
	cmocka_unit_test(refusals_change_no_state_and_name_their_decision),
	cmocka_unit_test(impossible_pairs_stop_the_driver),
	cmocka_unit_test(every_row_was_taken),
};
const size_t table_test_count = sizeof(table_tests) / sizeof(table_tests[0]);
