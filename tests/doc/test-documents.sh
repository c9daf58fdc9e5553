#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# script/documents --check notices each page that is not what it would write, and says what to run;
# --tests notices what is wrong in the list of problems.
set -u
documents=$1
build=$2
chanio=${CHANIO:?names the command}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

check() { "$documents" --check --chanio "$chanio" --output "$work" >"$work/said" 2>&1; }

"$documents" --chanio "$chanio" --output "$work" >/dev/null || fail "pages are not written"
check || fail "not current right after writing: $(cat "$work/said")"
for page in contract.md problems.md fsm.svg; do
  cp "$work/$page" "$work/kept"
  sed -i '2s/^/ /' "$work/$page"
  check && fail "$page: a change is not noticed"
  grep -q "$page; run script/documents" "$work/said" || fail "$page: it said $(cat "$work/said")"
  rm "$work/$page"
  check && fail "$page: absence is not noticed"
  mv "$work/kept" "$work/$page"
done
check || fail "not current after all: $(cat "$work/said")"

# The data of problems.md: an entry that is missing, or that names a test that does not exist.
data=$(dirname "$documents")/../doc/source/problems.ini
mistake() {
  "$documents" --tests "$build" --chanio "$chanio" --problems "$work/data" >"$work/said" 2>&1 &&
    fail "not noticed: $1"
  grep -q -F -e "$1" "$work/said" || fail "expected \"$1\", it said $(cat "$work/said")"
}
sed '/^\[T7\]/,/^$/d' "$data" >"$work/data"
mistake 'missing or unknown: T7'
{ cat "$data" && printf '\n[T50]\nproblem = x\n'; } >"$work/data"
mistake 'missing or unknown: T50'
sed 's/^tests = d17_one_program.*/tests = nobody_wrote_this/' "$data" >"$work/data"
mistake '[D17] nobody_wrote_this'
sed 's/^tests = d17_one_program.*/tests = meson: no such test/' "$data" >"$work/data"
mistake '[D17] meson: no such test'
sed '/^none = /d' "$data" >"$work/data"
mistake '[T25] needs either "tests" or "none"'
[ "$failures" -eq 0 ]
