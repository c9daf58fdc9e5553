# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash
# For the tests of the command: a scratch folder, and what a command must answer. Sourced by bash.
# CHANIO is the command to test.

set -u
: "${CHANIO:?the chanio command to test}"
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/chanio-tool.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0

failed() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# expect STATUS STREAM TEXT COMMAND...: the command ends with that status, and its standard output
# ("out") or standard error ("err") has TEXT in it; the other stream is empty.
expect() {
  local status=$1 stream=$2 text=$3 got other=err
  shift 3
  [ "$stream" = out ] || other=out
  "$@" >out.txt 2>err.txt </dev/null
  got=$?
  [ "$got" -eq "$status" ] || failed "$*: status $got, not $status: $(cat err.txt)"
  grep -qF -e "$text" "$stream.txt" || failed "$*: no '$text' in: $(cat "$stream.txt")"
  [ ! -s "$other.txt" ] || failed "$*: unexpected std$other: $(cat "$other.txt")"
  rm -f out.txt err.txt
}

# The same for a command that says nothing.
expect_silence() {
  local status=$1 got
  shift
  "$@" >out.txt 2>&1 </dev/null
  got=$?
  [ "$got" -eq "$status" ] || failed "$*: status $got, not $status"
  [ ! -s out.txt ] || failed "$*: said: $(cat out.txt)"
  rm -f out.txt
}

# expect_files NAME...: exactly these are in the scratch folder
expect_files() {
  local there
  there=$(find . -mindepth 1 -printf '%P\n' | sort | tr '\n' ' ')
  [ "$there" = "$(printf '%s\n' "$@" | sed '/^$/d' | sort | tr '\n' ' ')" ] ||
    failed "files: '$there', not '$*'"
}

# interrupt TEXT COMMAND...: a signal ends the command, which says TEXT. It comes when the command has
# its new file, which has no name yet, and before it can be done; env undoes what the shell ignores.
interrupt() {
  local text=$1 child status
  shift
  env --default-signal=INT "$@" 2>err.txt &
  child=$!
  for _ in $(seq 1000); do
    [ -z "$(find "/proc/$child/fd" -lname "$scratch/*(deleted)" 2>/dev/null)" ] || break
    sleep 0.01
  done
  kill -INT "$child"
  wait "$child"
  status=$?
  [ "$status" -eq 1 ] || failed "interrupted: status $status"
  grep -qF -e "$text" err.txt || failed "interrupted: $(cat err.txt)"
  rm -f err.txt
}

end_of_test() {
  [ "$failures" -eq 0 ] || exit 1
  exit 0
}
