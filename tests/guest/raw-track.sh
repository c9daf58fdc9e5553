#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# raw_track_access: whole tracks with their count fields are read, and written to another volume,
# which then is the same disk.
. "$(dirname "$0")/lib.sh"

guest_run raw-track --disk "0.0.0120=$(disk a --cylinders 40)" \
  --disk "0.0.0121=$(disk b --cylinders 40)" <<'END'
fresh 0.0.0120 /mnt
fill /mnt 6
want=$(sums /mnt)
umount /mnt
offline 0.0.0120

online 0.0.0120 raw_track_access=1
from=$disk
online 0.0.0121 raw_track_access=1
to=$disk
same "one 64 KiB block a track" $((40 * 15 * 128)) "$(sectors "$from")"

step "the label's track"
dd if="/dev/$from" of=/tmp/track bs=64k count=1 iflag=direct 2>/dev/null
# R0: count field, data. R1: cylinder 0, head 0, record 1, key 4, data 24; then its key, IPL1
same "R0 and R1" 00000000000000080000000000000000''0000000001040018c9d7d3f1 \
  "$(dd if=/tmp/track bs=1 count=28 2>/dev/null | hexdump -v -e '/1 "%02x"')"

step "copying"
quiet dd if="/dev/$from" of="/dev/$to" bs=64k iflag=direct oflag=direct
dd if="/dev/$from" bs=960k iflag=direct 2>/dev/null | md5sum >/tmp/a
dd if="/dev/$to" bs=960k iflag=direct 2>/dev/null | md5sum >/tmp/b
same "all tracks" "$(cat /tmp/a)" "$(cat /tmp/b)"
offline 0.0.0120
offline 0.0.0121

step "the copy as an ordinary disk"
online 0.0.0121 raw_track_access=0
part "$disk" 1
quiet e2fsck -fn "/dev/${disk}1"
quiet mount -t ext4 "/dev/${disk}1" /mnt
same "files on the copy" "$want" "$(sums /mnt)"
umount /mnt
END
