#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Prefix and read/write track data announced to the guest, and not; and a 2107 control unit. The
# kernel's function tracer shows which kind of program the driver builds.
. "$(dirname "$0")/lib.sh"

guest_run track-data --disk "0.0.0120=$(disk a --cylinders 40),track-data=on" \
  --disk "0.0.0121=$(disk b --cylinders 40),track-data=off" \
  --disk "0.0.0122=$(disk c --cylinders 40),track-data=on,cu=2107" <<'END'
quiet mount -t tracefs tracefs /sys/kernel/tracing
trace=/sys/kernel/tracing
echo define_extent 'prefix_LRE*' >$trace/set_ftrace_filter
echo function >$trace/current_tracer
# built FUNCTION: how often since the last look
built() {
  grep -c "$1.* <-" $trace/trace || :
}

# use BUSID CONTROL_UNIT: from format to files
use() {
  step "$1, control unit $2"
  same "control unit of $1" "$2" "$(cat /sys/bus/ccw/devices/$1/cutype)"
  fresh "$1" /mnt
  echo >$trace/trace
  fill /mnt 16
  # single blocks and pieces that begin and end inside a track
  dd if=/dev/urandom of=/mnt/pieces bs=4k count=300 oflag=direct 2>/dev/null
  dd if=/dev/urandom of=/mnt/pieces bs=12k count=7 seek=5 oflag=direct conv=notrunc 2>/dev/null
  drop_caches
  sums /mnt >/dev/null
  prefixes=$(built prefix_LRE)
  extents=$(built define_extent)
  survives "$1" /mnt
  umount /mnt
}

use 0.0.0120 3990/e9
[ "$prefixes" -gt 50 ] || fail "with track-data=on: $prefixes programs with prefix"
use 0.0.0121 3990/e9
same "programs with prefix, track-data=off" 0 "$prefixes"
[ "$extents" -gt 50 ] || fail "with track-data=off: $extents programs of define extent"
use 0.0.0122 2107/e8
[ "$prefixes" -gt 50 ] || fail "with track-data=on on a 2107: $prefixes programs with prefix"
END
