#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Two and eight disks, each used by its own process at the same time, on four CPUs and with one
# host thread for each of them.
. "$(dirname "$0")/lib.sh"

script=$(cat <<'END'
# work BUSID: all of a disk's life
work() {
  fresh "$1" "/mnt/$1"
  fill "/mnt/$1" 6
  survives "$1" "/mnt/$1"
  umount "/mnt/$1"
  echo well >"/tmp/done.$1"
}
modprobe ext4 # not by eight mounts at once
for id in $ids; do
  work "$id" &
done
wait
for id in $ids; do
  same "the end of $id" well "$(cat "/tmp/done.$id")"
done
END
)

# parallel COUNT OPTION...: a guest whose first COUNT disks are empty and all used at once
parallel() {
  local count=$1 n ids='' disks=()
  shift
  for ((n = 0; n < count; n++)); do
    disks+=(--disk "0.0.012$n=$(disk "$count-$n" --cylinders 30)")
    ids="$ids 0.0.012$n"
  done
  guest_run "parallel-$count" "${disks[@]}" "$@" <<<"ids='$ids'; $script"
}

parallel 2 --smp 2
parallel 8 --smp 4 --accel tcg,thread=multi
