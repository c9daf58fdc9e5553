#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# measures: a 3390-9 image made of a 2 GiB ext4, against copying the file, both to stable storage
#
# The median of five rounds in which the two take turns. The file system is full of data: for one
# that is nearly empty cp leaves holes, but each track of a partition must be formatted, so a note
# says how long that takes.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # where mkfs and e2fsck are
top=$(cd "$(dirname "$0")/.." && pwd)
"$top/script/build" --dir "$top/build-release" --buildtype=release >&2
chanio=$top/build-release/chanio
rounds=${ROUNDS:-5}
want=1.5

work=$(mktemp -d "${TMPDIR:-/var/tmp}/chanio-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# make_fs FILE MEGABYTES: a 2 GiB ext4 with so much data
make_fs() {
  mkdir tree
  head -c "${2}M" /dev/urandom >tree/data
  truncate -s 2G "$1"
  mkfs.ext4 -q -d tree "$1"
  rm -r tree
}

copy() { cp --reflink=never "$1" copy && sync copy; }
image() { "$chanio" dasd create image --model 3390-9 --partition "$1" 2>/dev/null; }

# seconds COMMAND...: how long it takes, with nothing else left to be written
seconds() {
  local begin end
  rm -f copy image
  sync
  begin=$(date +%s%N)
  "$@"
  end=$(date +%s%N)
  awk -v ns=$((end - begin)) 'BEGIN { printf "%.3f\n", ns / 1e9 }'
}

median() { sort -g "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# compare FILE: sets ours and peer, medians in seconds
compare() {
  rm -f ours peer
  cat "$1" >/dev/null
  for _ in $(seq "$rounds"); do
    seconds copy "$1" >>peer
    seconds image "$1" >>ours
  done
  ours=$(median ours) peer=$(median peer)
}

make_fs full.ext4 1800
compare full.ext4
awk -v ours="$ours" -v peer="$peer" -v want="$want" 'BEGIN {
  ratio = ours / peer
  printf "bar image ours=%ss peer=%ss ratio=%.2f want=%s %s\n", ours, peer, ratio, want,
    ratio <= want ? "ok" : "short"
}'
rm full.ext4
rounds=1
make_fs empty.ext4 10
compare empty.ext4
echo "note image of a 2 GiB ext4 with 10 MB in it: ${ours}s, cp ${peer}s"
