/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * `chanio fsm`: the state machine, printed from the table that the driver runs on: as aligned text,
 * as a Graphviz diagram, as JSON.
 */
#include "tool/tool.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "driver/fsm.h"

static const char usage[] =
	"Usage: chanio fsm [--table | --dot | --json]\n"
	"\n"
	"Prints the state machine of the driver: what each event does in each state. It comes "
	"from\n"
	"the table that the code itself runs on.\n"
	"\n"
	"  --table  aligned text, one line a transition (the default)\n"
	"  --dot    a diagram for Graphviz: chanio fsm --dot | dot -Tsvg >fsm.svg\n"
	"  --json   states, events, guards and actions with what they mean, and the transitions\n"
	"\n"
	"Transitions of one state and event are tried in the order shown; a guard must hold.\n";

/* A row as text; "-" stands for nothing. */
enum column { STATE, EVENT, GUARD, ACTION, NEXT, ERROR, CONTRACT, COLUMNS };

static const char *const headings[COLUMNS] = {"state", "event", "guard",   "action",
					      "next",  "error", "contract"};

struct row {
	const char *column[COLUMNS];
};

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

/* Without the minus sign: "EBUSY". */
static const char *error_name(int error)
{
	return error ? strerrorname_np(-error) : NULL;
}

static struct row row_of(const struct chanio_transition *transition)
{
	struct row row = {{
		[STATE] = chanio_state_name(transition->state),
		[EVENT] = chanio_event_name(transition->event),
		[GUARD] = or_dash(chanio_guard_name(transition->guard)),
		[ACTION] = or_dash(chanio_action_name(transition->action)),
		[NEXT] = chanio_state_name(transition->next),
		[ERROR] = or_dash(error_name(transition->error)),
		[CONTRACT] = or_dash(transition->contract),
	}};

	return row;
}

static void print_row(const struct row *row, const int *widths)
{
	for (int i = 0; i < COLUMNS - 1; i++)
		printf("%-*s  ", widths[i], row->column[i]);
	printf("%s\n", row->column[COLUMNS - 1]);
}

static void print_table(void)
{
	int widths[COLUMNS];
	struct row head;

	for (int i = 0; i < COLUMNS; i++) {
		head.column[i] = headings[i];
		widths[i] = (int)strlen(headings[i]);
		for (size_t t = 0; t < chanio_transition_count; t++) {
			struct row row = row_of(&chanio_transitions[t]);
			int width = (int)strlen(row.column[i]);

			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
	print_row(&head, widths);
	for (size_t t = 0; t < chanio_transition_count; t++) {
		struct row row = row_of(&chanio_transitions[t]);

		print_row(&row, widths);
	}
}

/* What it says is plain words: nothing in them needs escaping, and the test reads the result. */
static void print_json_texts(const char *heading, unsigned int first, unsigned int count,
			     const struct chanio_fsm_text *(*text)(unsigned int))
{
	printf("  \"%s\": [\n", heading);
	for (unsigned int i = first; i < count; i++)
		printf("    {\"name\": \"%s\", \"text\": \"%s\"}%s\n", text(i)->name, text(i)->text,
		       i + 1 < count ? "," : "");
	printf("  ],\n");
}

static void print_json(void)
{
	printf("{\n");
	print_json_texts("states", 0, CHANIO_STATES, chanio_state_text);
	print_json_texts("events", 0, CHANIO_EVENTS, chanio_event_text);
	/* The first of each is "none". */
	print_json_texts("guards", 1, chanio_guard_count, chanio_guard_text);
	print_json_texts("actions", 1, chanio_action_count, chanio_action_text);
	printf("  \"transitions\": [\n");
	for (size_t t = 0; t < chanio_transition_count; t++) {
		struct row row = row_of(&chanio_transitions[t]);

		printf("    {");
		for (int i = 0; i < COLUMNS; i++) {
			const char *text = row.column[i];

			printf("%s\"%s\": ", i ? ", " : "", headings[i]);
			if (strcmp(text, "-"))
				printf("\"%s\"", text);
			else
				printf("null");
		}
		printf("}%s\n", t + 1 < chanio_transition_count ? "," : "");
	}
	printf("  ]\n}\n");
}

/*
 * The diagram: an edge for all transitions between two states, its label with a line for all events
 * that share guard, action and error. Where the state stays the lines stand inside its box. Pairs
 * that cannot happen are left out.
 */
static bool same_line(const struct chanio_transition *one, const struct chanio_transition *other)
{
	return one->state == other->state && one->next == other->next &&
	       one->guard == other->guard && one->action == other->action &&
	       one->error == other->error;
}

static bool same_edge(const struct chanio_transition *one, const struct chanio_transition *other)
{
	return one->state == other->state && one->next == other->next;
}

/* Is `at` drawn, and the first transition that is like itself? */
static bool is_first(size_t at, bool (*same)(const struct chanio_transition *,
					     const struct chanio_transition *))
{
	if (chanio_action_is_impossible(chanio_transitions[at].action))
		return false;
	for (size_t t = 0; t < at; t++) {
		if (!chanio_action_is_impossible(chanio_transitions[t].action) &&
		    same(&chanio_transitions[t], &chanio_transitions[at]))
			return false;
	}
	return true;
}

static void print_label_line(size_t at)
{
	const struct chanio_transition *line = &chanio_transitions[at];
	struct row row = row_of(line);

	printf("%s", row.column[EVENT]);
	for (size_t t = at + 1; t < chanio_transition_count; t++) {
		if (same_line(line, &chanio_transitions[t]))
			printf(", %s", chanio_event_name(chanio_transitions[t].event));
	}
	if (strcmp(row.column[GUARD], "-"))
		printf(" [%s]", row.column[GUARD]);
	if (strcmp(row.column[ACTION], "-"))
		printf(" / %s", row.column[ACTION]);
	if (line->error)
		printf(": %s", row.column[ERROR]);
	printf("\\l");
}

/* The lines of all transitions between two states. */
static void print_lines(unsigned int state, unsigned int next)
{
	for (size_t t = 0; t < chanio_transition_count; t++) {
		if (chanio_transitions[t].state == state && chanio_transitions[t].next == next &&
		    is_first(t, same_line))
			print_label_line(t);
	}
}

static void print_edge(const struct chanio_transition *edge)
{
	printf("  %s -> %s [label=\"", chanio_state_name(edge->state),
	       chanio_state_name(edge->next));
	print_lines(edge->state, edge->next);
	printf("\"];\n");
}

static void print_dot(void)
{
	printf("digraph chanio {\n"
	       "  graph [label=\"chanio: event [guard] / action: error\", labelloc=t,\n"
	       "         nodesep=0.5, ranksep=0.7, fontname=\"sans-serif\"];\n"
	       "  node [shape=Mrecord, fontname=\"sans-serif\", fontsize=10];\n"
	       "  edge [fontname=\"sans-serif\", fontsize=10];\n");
	for (unsigned int state = 0; state < CHANIO_STATES; state++) {
		printf("  %s [label=\"{%s|", chanio_state_name(state), chanio_state_name(state));
		print_lines(state, state);
		printf("}\"];\n");
	}
	for (size_t t = 0; t < chanio_transition_count; t++) {
		if (chanio_transitions[t].state != chanio_transitions[t].next &&
		    is_first(t, same_edge))
			print_edge(&chanio_transitions[t]);
	}
	printf("}\n");
}

int tool_fsm(int argc, char **argv)
{
	static const struct option options[] = {
		{"table", no_argument, NULL, 't'},
		{"dot", no_argument, NULL, 'd'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	void (*print)(void) = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return TOOL_OK;
		}
		if (option == '?')
			return tool_usage_error("chanio fsm", "unknown option '%s'",
						argv[optind - 1]);
		if (print)
			return tool_usage_error("chanio fsm",
						"choose one of --table, --dot and --json");
		print = option == 'd' ? print_dot : option == 'j' ? print_json : print_table;
	}
	if (optind < argc)
		return tool_usage_error("chanio fsm", "unexpected argument '%s'", argv[optind]);
	(print ? print : print_table)();
	return TOOL_OK;
}
