#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# A disk that comes and goes by the monitor: used, unplugged when offline, plugged again with what
# was written; unplugged while in use, when Linux waits for it, and plugged again, when Linux goes on.
. "$(dirname "$0")/lib.sh"

run=$guest_tmp/run.d
chanio=(--chanio --runtime-dir --chanio "$run")
first=$(disk a --cylinders 20)
second=$(disk b --cylinders 20)
add=$("$CHANIO" qemu --runtime-dir "$run" --dasd "0.0.0120=$first" --dasd "0.0.0121=$second,plugged=no" \
  --print-command -- | sed -n 's/^# device_add //p')
[ -n "$add" ] || die "--print-command names no device_add for a disk with plugged=no"

# monitor COMMAND: one that must say nothing
monitor() {
  local said
  said=$(guest_qmp "$(jq -n -c --arg line "$1" \
    '{execute: "human-monitor-command", arguments: {"command-line": $line}}')")
  [ "$said" = '""' ] || guest_failed "monitor: $1: $said"
}

guest_start hotplug "${chanio[@]}" --disk "0.0.0120=$first" --disk "0.0.0121=$second,plugged=no" <<'END'
gone() {
  ! ccw_present "$1"
}
gone 0.0.0121 || fail "0.0.0121 is there before it was plugged"
step "plug the empty disk"
until_true 60 ccw_present 0.0.0121 || fail "0.0.0121 does not come"
fresh 0.0.0121 /mnt
fill /mnt 4
before=$(sums /mnt)
umount /mnt
offline 0.0.0121
step "unplug it offline"
until_true 60 gone 0.0.0121 || fail "0.0.0121 does not go"

step "plug it again"
until_true 60 ccw_present 0.0.0121 || fail "0.0.0121 does not come again"
online 0.0.0121
part "$disk" 1
quiet e2fsck -fn "/dev/${disk}1"
quiet mount -t ext4 "/dev/${disk}1" /mnt
same "files" "$before" "$(sums /mnt)"

step "the other disk, meanwhile"
fresh 0.0.0120 /other
fill /other 4

# writer: one more line on the disk each time, counted where no lost disk holds up who looks
: >/tmp/written
while [ ! -e /tmp/stop ]; do
  echo line >>/mnt/lines
  sync
  echo line >>/tmp/written
done &
lines() {
  [ "$(wc -l </tmp/written)" -gt "$1" ]
}
without_path() {
  dmesg | grep -q '0.0.0121: No operational channel path is left'
}
until_true 60 lines 3 || fail "the writer does not get on"
step "unplug it in use"
until_true 60 without_path || fail "the loss of 0.0.0121 is not noticed"
sleep 1
written=$(wc -l </tmp/written)
step "plug it once more"
until_true 60 lines $((written + 5)) || fail "the writer does not go on after plugging"
echo >/tmp/stop
wait
before=$(sums /mnt)
survives 0.0.0121 /mnt
same "files after the gap" "$before" "$(sums /mnt)"
step "the other disk, afterwards"
survives 0.0.0120 /other
END
guest_expect "plug the empty disk"
monitor "device_add $add"
guest_expect "unplug it offline"
monitor "device_del dasd-0121"
guest_expect "plug it again"
monitor "device_add $add"
guest_expect "unplug it in use"
monitor "device_del dasd-0121"
guest_expect "plug it once more"
monitor "device_add $add"
guest_wait
