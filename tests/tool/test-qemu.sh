#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# `chanio qemu` against everything that can be wrong before QEMU starts: the exit status, what the
# message says, and that nothing is left behind.
set -u

CHANIO=${CHANIO:-build/chanio}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/chanio-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
export XDG_RUNTIME_DIR=$tmp/runtime
mkdir "$XDG_RUNTIME_DIR" "$tmp/empty"
cases=0
failures=0

# expect STATUS TEXT ARGUMENT...: `chanio qemu ARGUMENT...` ends so, says so, leaves nothing
expect() {
  local status=$1 text=$2 got=0
  shift 2
  cases=$((cases + 1))
  timeout 30 "$CHANIO" qemu "$@" >"$tmp/out" 2>&1 </dev/null || got=$?
  if [ "$got" -ne "$status" ] || ! grep -q -F -e "$text" "$tmp/out"; then
    echo "FAILED: chanio qemu $*: status $got, expected $status and \"$text\"; it said:"
    cat "$tmp/out"
    failures=$((failures + 1))
  fi
  if [ -n "$(ls -A "$XDG_RUNTIME_DIR")" ]; then
    echo "FAILED: chanio qemu $*: left $(find "$XDG_RUNTIME_DIR")"
    failures=$((failures + 1))
    rm -rf "${XDG_RUNTIME_DIR:?}"/*
  fi
}

# fake NAME VERSION DEVICES: a program that answers as QEMU does
fake() {
  cat >"$tmp/$1" <<END
#!/bin/sh
case \$1 in
-version) echo "$2" ;;
-device) echo '$3' ;;
esac
END
  chmod +x "$tmp/$1"
}

"$CHANIO" dasd create "$tmp/a.ckd" --model 3390-1 >/dev/null || exit 1
"$CHANIO" dasd create "$tmp/b,c.ckd" --model 3390-1 >/dev/null || exit 1
echo 'not a disk' >"$tmp/text"
a=$tmp/a.ckd

# the command line
expect 0 'Usage: chanio qemu' --help
expect 2 'no device; expected --dasd, --test-device or --machine'
expect 2 'no device' -- -m 1G
expect 2 'there is no option --dads' --dads 0120="$a"
expect 2 '--dasd needs a value' --dasd
expect 2 'expected DEVNO=IMAGE' --dasd 0120
expect 2 'expected DEVNO=IMAGE' --dasd 0120=
expect 2 '"12" is no device number; expected four hexadecimal digits' --dasd 12="$a"
expect 2 '"0.4.0120" is no device number' --dasd 0.4.0120="$a"
expect 2 'expected KEY=VALUE' --dasd 0120="$a",ro
expect 2 'there is no "color"; expected image, model' --dasd 0120="$a",color=blue
expect 2 'read-only is "maybe"; expected yes or no' --dasd 0120="$a",ro=maybe
expect 2 'expected 3990 or 2107' --dasd 0120="$a",cu=3880
expect 2 'expected writeback or writethrough' --dasd 0120="$a",cache=none
expect 2 'a second image' --dasd 0120="$a",image="$a"
expect 2 '"3380-K" is no disk model; expected one of 3390-1' --dasd 0120="$a",model=3380-K
expect 2 'boot is "perhaps"' --dasd 0120="$a",boot=perhaps
expect 2 'boot=yes is given for two disks, 0.0.0120 and 0.0.0121' \
  --dasd 0120="$a",boot=yes --dasd 0121="$a",boot=yes
expect 2 '0.0.0120 is given twice: each device needs its own' \
  --dasd 0120="$a" --dasd 0.0.0120="$tmp/b,,c.ckd"
expect 2 "QEMU's arguments stand behind --" --dasd 0120="$a" stray -m 1G

# the configuration file
printf '[subchannel 0120]\nimage = a.ckd\n\n[subchannel 0120]\nimage = a.ckd\n' >"$tmp/twice.conf"
printf '[subchannel 0120]\nimage = a.ckd\nmodle = 3390-1\n' >"$tmp/key.conf"
printf '[subchannel 0120]\nimage = a.ckd\n' >"$tmp/good.conf"
printf '[subchannel 0120]\nimage = gone.ckd\n' >"$tmp/gone.conf"
expect 1 "$tmp/none.conf: No such file or directory" --machine "$tmp/none.conf"
expect 1 "$tmp/twice.conf:4: device number 0.0.0120 is given twice, first in line 1" \
  --machine "$tmp/twice.conf"
expect 1 "$tmp/key.conf:3: there is no \"modle\"; expected" --machine "$tmp/key.conf"
expect 2 '0.0.0120 is given twice' --machine "$tmp/good.conf" --dasd 0120="$tmp/b,,c.ckd"
expect 1 "$tmp/good.conf: device number 0.0.0120 is given twice" \
  --dasd 0120="$a" --machine "$tmp/good.conf"

# QEMU
fake old 'QEMU emulator version 6.2.0 (Debian)' 'vfio-ccw options:'
fake other 'something else 1.0' ''
fake plain 'QEMU emulator version 8.2.0' "Device vfio-ccw not found"
fake script 'QEMU emulator version 8.2.0' 'vfio-ccw options:'
chanio=$(realpath "$CHANIO")
(
  PATH=$tmp/empty
  "$chanio" qemu --dasd 0120="$a" -- >"$tmp/path" 2>&1
)
if [ $? -ne 1 ] || ! grep -q 'not installed; install the package qemu-system-s390x' "$tmp/path"; then
  echo "FAILED: without QEMU: $(cat "$tmp/path")"
  failures=$((failures + 1))
fi
expect 1 "$tmp/nothing: No such file or directory" --qemu "$tmp/nothing" --dasd 0120="$a"
expect 1 "$tmp/text: Permission denied" --qemu "$tmp/text" --dasd 0120="$a"
expect 1 'no-such-qemu is not installed' --qemu no-such-qemu --dasd 0120="$a"
expect 1 'is version 6.2; 7.2 or newer is needed' --qemu "$tmp/old" --dasd 0120="$a"
expect 1 'is not QEMU: it answered -version with "something else' --qemu "$tmp/other" --dasd 0120="$a"
expect 1 'has no vfio-ccw device' --qemu "$tmp/plain" --dasd 0120="$a"

# images
cp "$a" "$tmp/short.ckd" && truncate -s 100000 "$tmp/short.ckd"
expect 1 "$tmp/none.ckd" --dasd 0120="$tmp/none.ckd"
expect 1 'gone.ckd' --machine "$tmp/gone.conf"
expect 1 "$tmp/text" --dasd 0120="$tmp/text"
expect 1 "$tmp/short.ckd" --dasd 0120="$tmp/short.ckd"
expect 1 "$tmp/empty" --dasd 0120="$tmp/empty"
expect 1 'is a 3390 of 1113 cylinders and 15 heads, but the configuration says 3390-3' \
  --dasd 0120="$a",model=3390-3
flock -F "$a" sleep 60 &
holder=$!
until ! flock -n "$a" true; do sleep 0.01; done
expect 1 'is in use by process' --dasd 0120="$a"
kill "$holder"
wait "$holder" 2>/dev/null

# the library inside QEMU, and the runtime directory
if [ "${CHANIO_TEST_PRELOAD:-yes}" = yes ]; then
  . "$(dirname "$0")/qemu-preload.sh"
fi

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
