#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Prefix and read/write track data announced to the guest, and not; and a 2107 control unit.
. "$(dirname "$0")/lib.sh"

guest_run track-data --disk "0.0.0120=$(disk a --cylinders 40),track-data=on" \
  --disk "0.0.0121=$(disk b --cylinders 40),track-data=off" \
  --disk "0.0.0122=$(disk c --cylinders 40),track-data=on,cu=2107" <<'END'
for id in 0.0.0120 0.0.0121 0.0.0122; do
  step "$id, control unit $(cat /sys/bus/ccw/devices/$id/cutype)"
  fresh $id /mnt
  fill /mnt 16
  # single blocks and pieces that begin and end inside a track
  dd if=/dev/urandom of=/mnt/pieces bs=4k count=300 oflag=direct 2>/dev/null
  dd if=/dev/urandom of=/mnt/pieces bs=12k count=7 seek=5 oflag=direct conv=notrunc 2>/dev/null
  survives $id /mnt
  umount /mnt
done
END
