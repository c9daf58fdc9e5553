# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# The part of test-qemu.sh that runs QEMU with the library inside. Sourced; a sanitizer that cannot be
# preloaded into QEMU leaves it out.

# quiet QEMU that needs no guest
plain=(-nodefaults -display none -S)

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# a shell that pretends to be QEMU has none of its symbols
expect 1 'does not export address_space_' --qemu "$tmp/script" --dasd 0120="$a"
expect 1 'does not export address_space_' --qemu "$tmp/script" --dasd 0120="$a" --print-command

# QEMU's own complaint and status come through
expect 1 'Could not open' --dasd 0120="$a" -- "${plain[@]}" -drive file="$tmp/none"

# the printed command
mkdir "$tmp/rt"
"$CHANIO" qemu --runtime-dir "$tmp/rt" --dasd 0120="$a" --dasd 0.1.0121="$tmp/b,,c.ckd",plugged=no \
  --print-command -- -append "it's" >"$tmp/out" || fail "--print-command"
grep -q -F "CHANIO_QEMU_CONFIG=$tmp/rt/machine.conf" "$tmp/out" || fail "no configuration printed"
grep -q -F "'it'\\''s'" "$tmp/out" || fail "not quoted for a shell"
grep -q -F -e "-device vfio-ccw,id=dasd-0120,sysfsdev=$tmp/rt/sys/bus/css/devices/0.0.0120/0.0.0120,devno=fe.0.0120" \
  "$tmp/out" || fail "no -device printed"
grep -q -F "# device_add vfio-ccw,id=dasd-0121,sysfsdev=$tmp/rt/sys/bus/css/devices/0.1.0121/0.1.0121,devno=fe.1.0121" \
  "$tmp/out" || fail "no device_add printed"
[ -f "$tmp/rt/machine.conf" ] || fail "the runtime directory was not kept for the printed command"
cases=$((cases + 1))

# its files are made anew, and only they are removed; a second user is kept out
touch "$tmp/rt/mine"
expect 1 'Could not open' --runtime-dir "$tmp/rt" --dasd 0120="$a" -- "${plain[@]}" -drive file="$tmp/none"
[ -f "$tmp/rt/mine" ] || fail "somebody else's file was removed"
[ ! -e "$tmp/rt/machine.conf" ] || fail "the configuration was left"
flock -F "$tmp/rt" sleep 60 &
holder=$!
until ! flock -n "$tmp/rt" true; do sleep 0.01; done
expect 1 'is in use by another chanio qemu' --runtime-dir "$tmp/rt" --dasd 0120="$a"
kill "$holder"
wait "$holder" 2>/dev/null
mkdir "$tmp/rt,x"
expect 1 'has a comma' --runtime-dir "$tmp/rt,x" --dasd 0120="$a"
expect 1 'cannot be made' --runtime-dir "$tmp/text/rt" --dasd 0120="$a"

# what QEMU starts sees nothing of us; QEMU holds the image; a signal is handed on; nothing is left
LD_PRELOAD=${LD_PRELOAD:-} "$CHANIO" qemu --dasd 0120="$a" --runtime-dir "$tmp/new" -- "${plain[@]}" \
  -incoming "exec:env >$tmp/env; sleep 60" >"$tmp/out" 2>&1 &
pid=$!
until [ -s "$tmp/env" ]; do
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.02
done
! grep -q -e CHANIO_QEMU_CONFIG -e libchanio-qemu "$tmp/env" || fail "QEMU's child has our environment"
expect 1 'is in use by process' --dasd 0120="$a"
kill -TERM "$pid"
wait "$pid"
status=$?
[ "$status" -eq 0 ] || fail "SIGTERM ended QEMU with $status: $(cat "$tmp/out")"
[ ! -e "$tmp/new" ] || fail "the runtime directory was left"
cases=$((cases + 1))

# a killed QEMU is reported as a shell does, and its image is free again
"$CHANIO" qemu --dasd 0120="$a" -- "${plain[@]}" -pidfile "$tmp/pid" >"$tmp/out" 2>&1 &
pid=$!
until [ -s "$tmp/pid" ]; do
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.02
done
kill -KILL "$(cat "$tmp/pid")"
wait "$pid"
status=$?
[ "$status" -eq 137 ] || fail "a killed QEMU gave $status: $(cat "$tmp/out")"
[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ] || fail "a killed QEMU left $(ls "$XDG_RUNTIME_DIR")"
"$CHANIO" dasd info "$a" >/dev/null || fail "the image of a killed QEMU"
cases=$((cases + 1))
