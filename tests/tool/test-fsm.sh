#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# `chanio fsm` prints the whole state machine, the same in every form.
set -u
chanio=${CHANIO:?names the command}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# status WANTED COMMAND...
status() {
  local wanted=$1 got=0
  shift
  "$@" >"$work/out" 2>"$work/err" || got=$?
  [ "$got" -eq "$wanted" ] || fail "$*: status $got, expected $wanted: $(cat "$work/err")"
}

status 0 "$chanio" fsm --json
mv "$work/out" "$work/everything"
jq .transitions "$work/everything" >"$work/json" || fail "not JSON"

# States, events, guards and actions have names of their own and a sentence each; what the
# transitions name is among them, and nothing else is.
for what in state event guard action; do
  jq -e --arg w "$what" '.[$w + "s"] | (map(.name) | unique | length) == length and
    all(.text | test("^[A-Z].*\\.$"))' "$work/everything" >/dev/null || fail "${what}s: names, sentences"
  jq -e --arg w "$what" '([.transitions[][$w] | values] | unique) == (.[$w + "s"] | map(.name) | sort)' \
    "$work/everything" >/dev/null || fail "${what}s of the transitions"
done
status 0 "$chanio" fsm --table
mv "$work/out" "$work/table"
status 0 "$chanio" fsm
cmp -s "$work/out" "$work/table" || fail "the table is the default"
status 0 "$chanio" fsm --dot
mv "$work/out" "$work/dot"

# Every pair is there: the contract's events, and those between the steps of an action.
states="NOT_OPER STANDBY IDLE CP_PROCESSING CP_PENDING"
{
  printf '%s\n' open close START HALT CLEAR IRB reset "DMA unmap" gone
  jq -r '.[].event' "$work/json"
} | sort -u >"$work/events"
jq -r 'group_by([.state, .event])[] | "\(.[0].state)|\(.[0].event)|\(length)|\(last.guard)"' \
  "$work/json" >"$work/pairs"
for state in $states; do
  while read -r event; do
    pair=$(grep -F "$state|$event|" "$work/pairs") || fail "$state, $event: not in the JSON"
    count=$(grep -c "^$state  *$event  " "$work/table")
    # The last of a pair has no guard: something always happens.
    [ "$pair" = "$state|$event|$count|null" ] || fail "$pair in the JSON, $count in the table"
  done <"$work/events"
done
jq -e 'all(.action == "impossible" or (.contract | test("^D([1-9]|1[0-8])( D([1-9]|1[0-8]))*$")))' \
  "$work/json" >/dev/null || fail "a transition names no decision of the contract"

# Some of the contract itself, so that a wrong column shows.
refused() {
  jq -e --arg s "$1" --arg e "$2" --arg error "$3" 'any(.[]; .state == $s and .event == $e and
    .error == $error and .next == $s)' "$work/json" >/dev/null || fail "$1, $2 is not refused with $3"
}
for state in NOT_OPER STANDBY; do refused $state START EACCES; done
for event in START HALT CLEAR; do refused CP_PROCESSING $event EAGAIN; done
refused CP_PENDING START EBUSY

# The diagram has an edge for each pair of states that a transition joins, once.
jq -r '.[] | select(.state != .next) | "\(.state) -> \(.next)"' "$work/json" | sort -u >"$work/edges"
grep -o '^ *[A-Z_]* -> [A-Z_]*' "$work/dot" | sed 's/^ *//' | sort >"$work/drawn"
cmp -s "$work/edges" "$work/drawn" || fail "edges: $(diff "$work/edges" "$work/drawn")"
if command -v dot >/dev/null; then
  dot -Tsvg "$work/dot" >"$work/svg" || fail "dot refuses the diagram"
  for state in $states; do
    grep -q ">$state<" "$work/svg" || fail "$state is not in the picture"
  done
else
  echo "the picture is not checked: graphviz is not installed"
fi

status 0 "$chanio" fsm --help
status 2 "$chanio" fsm --dot --json
status 2 "$chanio" fsm --picture
status 2 "$chanio" fsm table
# shellcheck disable=SC2016 # the inner shell expands it
status 1 sh -c '"$0" fsm >/dev/full' "$chanio"
[ "$failures" -eq 0 ]
