#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Scriptable devices in a guest: Linux sees one that its configuration gives a type, until its script
# removes it; of one that keeps type FFFF, which is no answer to Linux, it sees the subchannel alone.
. "$(dirname "$0")/lib.sh"

guest_run test-device --smp 1 \
  --chanio --test-device --chanio '0.0.0300,cu-type=fffe,script=do,,remove delay=4s' \
  --chanio --test-device --chanio 0.0.0301,paths=2 <<'END'
ccw=/sys/bus/ccw/devices/0.0.0300
css=/sys/bus/css/devices
until_true 30 ccw_present 0.0.0300 || fail "Linux does not see 0.0.0300"
same "control unit" fffe/01 "$(cat $ccw/cutype)"
same "device" 7e57/01 "$(cat $ccw/devtype)"
same "subchannels" "0.0.0000 0.0.0001" "$(ls $css | xargs)"
same "masks of 0.0.0301" "c0 c0 ff" "$(cat $css/0.0.0001/pimpampom)"
same "paths of 0.0.0301" "80 81 00 00 00 00 00 00" "$(xargs <$css/0.0.0001/chpids)"
! ccw_present 0.0.0301 || fail "Linux makes a device of type FFFF"
gone() {
  ! ccw_present 0.0.0300
}
step "waits for the removal"
until_true 30 gone || fail "0.0.0300 does not go"
same "masks of 0.0.0301" "c0 c0 ff" "$(cat $css/0.0.0001/pimpampom)"
END
