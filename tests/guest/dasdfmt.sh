#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# dasdfmt in every mode: CDL with 4096 and 1024 byte blocks, LDL, quick, check.
. "$(dirname "$0")/lib.sh"

guest_run dasdfmt --disk "0.0.0120=$(disk a --cylinders 50)" <<'END'
tracks=$((50 * 15))
online 0.0.0120
same "status of an empty volume" unformatted "$(status 0.0.0120)"

# again LAYOUT BLOCK PER_TRACK: after offline and online the driver finds what dasdfmt left
again() {
  offline 0.0.0120
  online 0.0.0120
  same "$1 $2: sectors" $((tracks * $3 * $2 / 512)) "$(sectors "$disk")"
  same "$1 $2: block size" "$2" "$(cat "/sys/block/$disk/queue/logical_block_size")"
  quiet dasdfmt --check -b "$2" -d "$1" "/dev/$disk"
}

step "CDL 4096, every track"
quiet dasdfmt -b 4096 -d cdl -y -M full "/dev/$disk"
again cdl 4096 12
refuses dasdfmt --check -b 1024 -d cdl "/dev/$disk"
refuses dasdfmt --check -b 4096 -d ldl "/dev/$disk"

step "CDL 4096, quick, on a formatted volume"
quiet fdasd -a "/dev/$disk"
part "$disk" 1
quiet dasdfmt -b 4096 -d cdl -y -M quick "/dev/$disk"
again cdl 4096 12
until_true 10 test ! -b "/dev/${disk}1" || fail "quick left a partition"

step "CDL 1024"
quiet dasdfmt -b 1024 -d cdl -y -M full "/dev/$disk"
again cdl 1024 33
quiet fdasd -a "/dev/$disk"
part "$disk" 1
make_fs "${disk}1" /mnt
fill /mnt 4
survives 0.0.0120 /mnt
umount /mnt

step "LDL 4096"
quiet dasdfmt -b 4096 -d ldl -y -M full "/dev/$disk"
again ldl 4096 12
part "$disk" 1
make_fs "${disk}1" /mnt
fill /mnt 4
survives 0.0.0120 /mnt
umount /mnt

step "LDL 512"
quiet dasdfmt -b 512 -d ldl -y -M full "/dev/$disk"
again ldl 512 49
END
