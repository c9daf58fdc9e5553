#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# A disk conforms, too; what only the test device can produce is skipped with the reason.
# shellcheck source=tests/tool/functions.sh
. "$(dirname "$0")/../tool/functions.sh"

"$CHANIO" dasd create disk.ckd --model 3390-1 >/dev/null || failed "no image"
printf '[subchannel 0.0.0120]\nimage = %s/disk.ckd\n' "$scratch" >machine.conf
"$CHANIO" exercise --target "inproc:$scratch/machine.conf:0.0.0120" --quiet >report.txt 2>err.txt ||
  failed "status $?: $(cat err.txt)"
cat report.txt
grep -q 'device 3390' report.txt || failed "the disk does not say who it is"
grep -q ' 0 failed' report.txt || failed "a case failed"
end_of_test
