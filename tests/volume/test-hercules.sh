#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Images go both ways between chanio and Hercules' tools: the same bytes where nothing is written yet,
# the same datasets where something is.
set -u
: "${CHANIO:?the chanio command}" "${TRACKS:?tests/volume/tracks}"

for tool in dasdinit dasdls dasdcopy dasdload dasdseq dasdcat cckdcdsk; do
  command -v "$tool" >/dev/null && continue
  echo "SKIP: Hercules' $tool is not installed (package hercules)"
  exit 77
done

scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/chanio-hercules.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

die() {
  echo "FAILED: $*" >&2
  [ ! -s log ] || tr '\r' '\n' <log | tail -n 20 >&2
  exit 1
}

# quietly COMMAND...: must succeed; what it says is in the file log
quietly() { "$@" >log 2>&1 </dev/null || die "$*: status $?"; }

# says TEXT COMMAND...: has TEXT in what it says, whatever its status
says() {
  local text=$1
  shift
  "$@" >log 2>&1 </dev/null
  grep -qF -e "$text" log || die "$*: does not say '$text'"
}

same() { cmp "$1" "$2" >&2 || die "$1 and $2 differ"; }

# A new volume is dasdinit's, byte for byte; with cylinder numbers of one and of two bytes.
for cylinders in 20 260; do
  quietly dasdinit -r -lfs theirs.ckd 3390 "$cylinders"
  quietly "$CHANIO" dasd create ours.ckd --model 3390-1 --cylinders "$cylinders" --write-tracks
  same ours.ckd theirs.ckd
  rm ours.ckd theirs.ckd
done

# Hercules' tools take it: list, copy, compress, check, uncompress.
quietly "$CHANIO" dasd create ours.ckd --model 3390-1 --cylinders 20 --write-tracks
says "VOL1 record not found" dasdls ours.ckd
quietly dasdcopy -lfs ours.ckd copy.ckd
same ours.ckd copy.ckd
quietly dasdcopy -z ours.ckd ours.cckd
says "compressed CKD image (CCKD)" "$CHANIO" dasd info ours.cckd
quietly cckdcdsk -3 ours.cckd
rm copy.ckd

# A volume that dasdinit labels, and one that it formats for Linux.
quietly dasdinit -lfs labelled.ckd 3390 HERC01 20
says "volume serial:  HERC01" "$CHANIO" dasd info labelled.ckd
quietly dasdinit -lfs -linux linux.ckd 3390 LINUX1 20
says "volume serial:  LINUX1" "$CHANIO" dasd info linux.ckd
says "block size:     4096" "$CHANIO" dasd info linux.ckd
quietly "$CHANIO" dasd create copy.ckd --model 3390-1 --cylinders 20
quietly "$TRACKS" copy linux.ckd copy.ckd
same linux.ckd copy.ckd
rm linux.ckd copy.ckd

# A volume with datasets, through volume/ into new images, and read there again.
for i in $(seq 500); do printf '%-80s' "CARD $i OF THE TEST"; done | iconv -t CP037 >cards
cat >control <<'END'
CHAN01 3390 20
SYSVTOC VTOC CYL 1
TEST.SEQ SEQ cards CYL 2 0 0 PS FB 80 3120 0
TEST.PDS EMPTY CYL 1 0 5 PO FB 80 3120 0
END
quietly dasdload -lfs control loaded.ckd
says "volume serial:  CHAN01" "$CHANIO" dasd info loaded.ckd

# check IMAGE: Hercules finds the label, the datasets and every card
check() {
  says "VOLSER=CHAN01" dasdls "$1"
  says "TEST.SEQ" dasdls "$1"
  says "FIRST CARD" dasdcat -i "$1" 'TEST.PDS/HELLO:ac'
  says "SECOND CARD" dasdcat -i "$1" 'TEST.PDS/HELLO:ac'
  quietly dasdseq -ascii "$1" TEST.SEQ
  diff <(for i in $(seq 500); do echo "CARD $i OF THE TEST"; done) TEST.SEQ >&2 ||
    die "$1: other cards than were loaded"
  rm TEST.SEQ
}
for tracks in "" --write-tracks; do
  quietly "$CHANIO" dasd create copy.ckd --model 3390-1 --cylinders 20 $tracks
  quietly "$TRACKS" copy loaded.ckd copy.ckd
  same loaded.ckd copy.ckd
  quietly "$TRACKS" pds copy.ckd 60 # where dasdload has put TEST.PDS
  check copy.ckd
  rm copy.ckd
done
quietly "$TRACKS" pds loaded.ckd 60
check loaded.ckd

# Compressed by Hercules and back again, it opens here as before.
quietly dasdcopy -z loaded.ckd loaded.cckd
quietly cckdcdsk -3 loaded.cckd
quietly dasdcopy -lfs loaded.cckd back.ckd
quietly "$CHANIO" dasd create copy.ckd --model 3390-1 --cylinders 20
quietly "$TRACKS" copy back.ckd copy.ckd
check copy.ckd
exit 0
