#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Choosing cases, the reports, and what the command refuses.
# shellcheck source=tests/tool/functions.sh
. "$(dirname "$0")/../tool/functions.sh"

exercise=("$CHANIO" exercise)
"$CHANIO" dasd create disk.ckd --model 3390-1 >/dev/null || failed "no image"
printf '[subchannel 0.0.0120]\nimage = %s/disk.ckd\n' "$scratch" >machine.conf
target=inproc:$scratch/machine.conf

expect 0 out "Usage: chanio exercise" "${exercise[@]}" --help
expect 0 out "conformance" "${exercise[@]}" --help
expect 0 out "/dev/vfio/N" "${exercise[@]}" --help
expect 0 out "start.nop " "${exercise[@]}" --list
expect 0 out '"id": "start.nop"' "${exercise[@]}" --list --json
expect 2 err "there is no suite 'frobnicate'" "${exercise[@]}" --suite frobnicate
expect 2 err "there is no target 'frobnicate'" "${exercise[@]}" --target frobnicate
expect 2 err "there is no format 'frobnicate'" "${exercise[@]}" --format frobnicate
expect 2 err "no case matches 'frobnicate'" "${exercise[@]}" --only frobnicate
expect 2 err "expected a number instead of 'x'" "${exercise[@]}" --seed x
expect 2 err "unexpected argument 'x'" "${exercise[@]}" x
expect 2 err "unknown option" "${exercise[@]}" --frobnicate
expect 2 err "cannot be exercised" "${exercise[@]}" --target "$target.missing"
expect 2 err "cannot be exercised" "${exercise[@]}" --target /dev/vfio/none:none
expect 2 err "cannot write" "${exercise[@]}" --target "$target" --output /nowhere/at/all
expect 77 out "1 skipped" "${exercise[@]}" --target "$target" --only region.faulty-buffer

expect 0 out "TAP version 13" "${exercise[@]}" --target "$target" --only start.nop --format tap
expect 0 out "ok 1 - start.nop: " "${exercise[@]}" --target "$target" --only start.nop --format tap
expect 0 out '"outcome": "pass"' "${exercise[@]}" --target "$target" --only start.nop --json
expect 0 out "1 cases: 1 passed" "${exercise[@]}" --target "$target" --only start.nop --limit 0

# Several reports at once.
"${exercise[@]}" --target "$target" --only 'start.reserved*' --only start.nop --format html \
  --output report.html --format junit --output report.xml --format json --output report.json \
  >out.txt 2>&1 || failed "status $?"
[ ! -s out.txt ] || failed "said: $(cat out.txt)"
grep -q '</html>' report.html || failed "report.html is not whole"
grep -q 'tests="6" failures="0"' report.xml || failed "report.xml has no such counts"
grep -q '"pass": 6' report.json || failed "report.json has no such counts"
if command -v python3 >/dev/null; then
  python3 - <<'END' || failed "a report cannot be parsed"
import json, xml.dom.minidom
assert len(json.load(open('report.json'))['cases']) == 6
assert len(xml.dom.minidom.parse('report.xml').getElementsByTagName('testcase')) == 6
END
fi

# A deviation of another driver is known, but here the case passes: that is said.
expect 0 out "passed where a deviation is known" "${exercise[@]}" --target "$target" \
  --only start.no-function.result --driver linux-6.1
end_of_test
