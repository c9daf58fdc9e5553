#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# measures: direct reads and writes in a guest, DASD against virtio-blk, on a quiet and on a busy host
#
# One guest has both disks, their images in the same folder. Each figure is the median of five
# rounds in which the disks take turns; a round moves the same bytes at the same places of both.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
"$top/script/build" --dir "$top/build-release" --buildtype=release >&2
export CHANIO=$top/build-release/chanio CHANIO_LOGS=$top/build-release/logs
mkdir -p "$CHANIO_LOGS"
. "$top/tests/guest/lib.sh"

small_count=2000 # 4 KiB requests in a round
large_count=128  # 1 MiB requests in a round
rounds=5

volume=$(disk bench --model 3390-1)
truncate -s 1G "$guest_tmp/virtio"

say "guest with both disks" >&2
guest_start bench --disk "0.0.0120=$volume" --virtio-blk "$guest_tmp/virtio" --mem 1G --timeout 900 <<END
rounds=$rounds small=$small_count large=$large_count
$(cat "$top/bench/guest-script")
END

# The guest says when it wants the host's cores busy, and when it has had enough.
guest_expect "host busy from here" 600
loops=()
for _ in $(seq "$(nproc)"); do
  (while :; do :; done) &
  loops+=($!)
done
stop_loops() { kill "${loops[@]}" 2>/dev/null || :; }
trap 'stop_loops; guest_clean_up' EXIT
guest_expect "host quiet again" 600
stop_loops
guest_wait >&2

# median KIND DISK: of the seconds that the rounds took
median() {
  tr -d '\r' <"$guest_console" | sed -n "s/^GUEST: bench $1 $2 //p" | sort -g |
    awk '{ value[NR] = $1 } END { if (NR != '"$rounds"') exit 1; print value[(NR + 1) / 2] }'
}

# bar KIND UNIT COUNT WANT: throughput of both, and whether the ratio reaches the bar
bar() {
  local ours peer
  ours=$(median "$1" dasd) || die "not every round of $1 has a result for the DASD"
  peer=$(median "$1" virtio) || die "not every round of $1 has a result for virtio-blk"
  awk -v name="$1" -v unit="$2" -v count="$3" -v want="$4" -v ours="$ours" -v peer="$peer" '
    BEGIN {
      ratio = peer / ours
      printf "bar guest-%s ours=%.0f%s peer=%.0f%s ratio=%.2f want=>=%.2f %s\n", name, count / ours,
        unit, count / peer, unit, ratio, want, (ratio >= want ? "ok" : "short")
    }'
}

bar 4k-read IOPS "$small_count" 1.0
bar 4k-write IOPS "$small_count" 1.0
bar 1m-read MiB/s "$large_count" 0.9
bar 1m-write MiB/s "$large_count" 0.75
bar 4k-read-busy IOPS "$small_count" 0.7
echo "note guest $("${QEMU:-qemu-system-s390x}" --version | head -n 1), $(nproc) host cores"
