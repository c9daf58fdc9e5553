#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# `chanio dasd create --partition`, `ls`, `export` and `dump`: what is laid out is what dasdfmt and
# fdasd write, what goes in comes out, Hercules reads the VTOC, and bad input leaves nothing behind.
# shellcheck source=tests/tool/functions.sh
. "$(dirname "$0")/functions.sh"

# shellcheck disable=SC2317
dasd() { "$CHANIO" dasd "$@"; }
PATH=$PATH:/usr/sbin:/sbin # where mkfs is
export SOURCE_DATE_EPOCH=1700000000 # 2023, day 318

# is NAME A B
is() { [ "$2" = "$3" ] || failed "$1: '$2', not '$3'"; }
# data IMAGE TRACK RECORD: key and data, as hexadecimal digits
data() { dasd dump "$1" "$2" --record "$3" --json | jq -r '.records[0] | .key + .data'; }
zeros() { printf '%0*d' $(($1 * 2)) 0; }
ebcdic() { printf '%s' "$1" | iconv -t CP037 | od -An -v -tx1 | tr -d ' \n'; }
blanks() { for _ in $(seq "$1"); do printf 40; done; }

head -c 98304 /dev/urandom >two-tracks  # whole tracks
head -c 102400 /dev/urandom >three      # ends inside its third one
truncate -s 8M sparse
printf X | dd of=sparse bs=1 seek=4000000 conv=notrunc 2>/dev/null

# What the entries are, field by field, on a small volume.
expect_silence 0 dasd create v.ckd -m 3390-1 -c 60 -l CHANIO -p two-tracks -p three -p sparse
is "IPL1" "$(data v.ckd 0 1)" "$(ebcdic IPL1)000a00000000000f03000000000000010000000000000000"
is "IPL2" "$(data v.ckd 0 2 | cut -c1-96)" \
  "$(ebcdic IPL2)07003ab84000000631003abe4000000508003aa0000000000600000020000000000000000000000000000400"
is "VOL1" "$(data v.ckd 0.0 3)" \
  "$(ebcdic VOL1)$(ebcdic VOL1CHANIO)400000000101$(blanks 64)"
f4=$(data v.ckd 0.1 1)
is "format 4: key" "${f4:0:90}" "$(for _ in $(seq 44); do printf 04; done)f4"
is "format 4: highest, free entries" "${f4:90:14}" 00000001050007
is "format 4: cylinders, heads, track, flags, entries" "${f4:116:36}" 00010000003c000fe5a20000003000000c00
is "format 4: its extent" "${f4:210:20}" 01000000000100000001
is "format 5: free from track 178 on" "$(data v.ckd 1 2 | cut -c1-18)" 0505050500b2003002
f1=$(data v.ckd 1 4)
is "format 1: name" "${f1:0:90}" "$(ebcdic "$(printf '%-44s' LINUX.VCHANIO.PART0002.NATIVE)")f1"
is "format 1: serial, dates" "${f1:90:30}" "$(ebcdic CHANIO)00017b013e63016d01"
is "format 1: extent" "${f1:210:20}" 01000000000400000006
is "free entries are empty" "$(data v.ckd 1 6)" "$(zeros 140)"
is "date of the second partition" "$(dasd ls v.ckd --json | jq -r '.data_sets[1].created')" 2023.318

# ls
expect 0 out "volume CHANIO (CDL), 60 cylinders" dasd ls v.ckd
expect 0 out "extent 1: cylinder 0 head 4 to cylinder 0 head 6, 3 tracks" dasd ls v.ckd
is "partitions" "$(dasd ls v.ckd --json | jq -c '[.partitions[] | [.number, .first_block, .bytes]]')" \
  "[[1,24,98304],[2,48,147456],[3,84,8404992]]"

# What Hercules sees of it.
if command -v dasdls >/dev/null; then
  dasdls v.ckd >list.txt 2>&1
  grep -q 'VOLSER=CHANIO' list.txt || failed "dasdls: no label: $(cat list.txt)"
  for n in 1 2 3; do
    grep -q "LINUX.VCHANIO.PART000$n.NATIVE" list.txt || failed "dasdls: no partition $n"
  done
  rm list.txt
else
  echo "note: Hercules' dasdls is not installed, the VTOC was not read with it"
fi

# What goes in comes out; whole tracks as they are, others with zeros to the end of the track.
expect_silence 0 dasd export v.ckd 1 out.1
cmp two-tracks out.1 || failed "partition 1 differs"
expect_silence 0 dasd export v.ckd 2 out.2
cmp -n 102400 three out.2 || failed "partition 2 differs"
is "the rest of partition 2" "$(tail -c +102401 out.2 | tr -d '\0' | wc -c) $(stat -c %s out.2)" "0 147456"
expect_silence 0 dasd export v.ckd 2 out.2b --size 102400
cmp three out.2b || failed "partition 2 with --size differs"
expect_silence 0 dasd export v.ckd 3 out.3 --size 8388608
cmp sparse out.3 || failed "partition 3 differs"
[ "$(stat -c %b out.3)" -le 64 ] || failed "zeros take space: $(stat -c %b out.3) blocks"
rm out.*

# Every block size and layout.
for layout in cdl ldl; do
  for size in 512 1024 2048 4096; do
    what="$layout $size"
    expect_silence 0 dasd create w.ckd -p three -f $layout -b $size
    expect_silence 0 dasd export w.ckd 1 out --size 102400
    cmp three out || failed "$what: the partition differs"
    rm out
    is "$what: info" "$(dasd info w.ckd --json | jq -c '[.model, .label.type, .label.serial, .block_size]')" \
      "[\"3390-1\",\"${layout^^}\",\"LINUX1\",$size]"
    is "$what: room" "$(dasd ls w.ckd --json | jq '.partitions[0].bytes >= 102400')" true
    rm w.ckd
  done
done
expect_silence 0 dasd create w.ckd -p three -f ldl
is "LDL: a partition has no more than its file" "$(dasd ls w.ckd --json | jq '.partitions[0].bytes')" 102400
expect_silence 0 dasd export w.ckd 1 out
cmp three out || failed "LDL: the partition differs"
rm w.ckd out

# One that ends before the track that the block size is read from.
head -c 12288 three >small
expect_silence 0 dasd create w.ckd -m 3390-1 -p small -f ldl
expect_silence 0 dasd export w.ckd 1 out
cmp small out || failed "LDL: a small partition differs"
rm w.ckd out small

# Formatted, and nothing on it: every track has its blocks; or all but the partitions' and the last
# cylinder's take no space.
expect_silence 0 dasd create w.ckd -m 3390-1 -c 3 -f cdl
for track in 2 30 44; do
  is "track $track" "$(dasd dump w.ckd $track --json | jq '[.records[].data_length] == [8] + [range(12) | 4096]')" true
done
is "free space" "$(data w.ckd 1 2 | cut -c1-18)" 05050505000200020d
rm w.ckd
expect_silence 0 dasd create w.ckd -m 3390-54 -p two-tracks
for track in 4 982784; do
  is "track $track" "$(dasd dump w.ckd $track --json | jq '.records | length')" 1
done
is "last track" "$(dasd dump w.ckd 65519.14 --json | jq '.records | length')" 13
[ "$(stat -c %b w.ckd)" -le 4000 ] || failed "a nearly empty volume takes $(stat -c %b w.ckd) blocks"
is "format 4: format 7 is at" "$(data w.ckd 1 1 | cut -c117-118,251-262)" a0070000000103
is "format 5: empty" "$(data w.ckd 1 2)" "05050505$(zeros 40)f5$(zeros 95)"
is "format 7" "$(data w.ckd 1 3)" "0707070700000004000eff10$(zeros 32)f7$(zeros 95)"
rm w.ckd

# A volume can be full to its last track. The model is the smallest with room: how large the file
# would be tells which, where it is not allowed.
truncate -s $((43 * 49152)) full
expect_silence 0 dasd create w.ckd -m 3390-1 -c 3 --partition full
is "a full volume: free space" "$(data w.ckd 1 2)" "05050505$(zeros 40)f5$(zeros 95)"
rm w.ckd
truncate -s $((43 * 49152 + 4096)) full
expect 1 err "no room for 'full': the partitions need 46 tracks (4 cylinders), and the volume (3390-1) has 45 (3)" \
  dasd create w.ckd --partition full -m 3390-1 -c 3
# model_for BYTES SIZE: the size of the image's file for a partition of so many bytes
model_for() {
  truncate -s "$1" full
  # shellcheck disable=SC2016
  expect 1 err "does not allow a file of $2 bytes" \
    bash -c 'ulimit -f 1000; exec "$0" dasd create w.ckd --partition full' "$CHANIO"
}
model_for $((16693 * 49152)) $((512 + 1113 * 15 * 56832))
model_for $((16693 * 49152 + 4096)) $((512 + 2226 * 15 * 56832))
model_for $((150253 * 49152)) $((512 + 10017 * 15 * 56832))
truncate -s 100G full
expect 1 err "more than the largest model (3390-54) has, 982800" dasd create w.ckd --partition full
truncate -s 8000000T full 2>/dev/null || truncate -s 15T full
expect 1 err "more than the largest model (3390-54) has, 982800" dasd create w.ckd --partition full
rm full

# Bad input: a message, and no file.
name='chanio dasd create:'
expect 1 err "$name partition 'absent': cannot open it" dasd create w.ckd -p absent
expect 1 err "$name partition '.' is neither a file nor a block device" dasd create w.ckd -p .
: >empty
head -c 1000 /dev/urandom >odd
expect 1 err "$name partition 'empty' is empty" dasd create w.ckd -p empty
expect 1 err "$name partition 'odd' has 1000 bytes, which is not a multiple of the block size, 4096" \
  dasd create w.ckd -p odd
truncate -s 4M small-blocks
mkfs.ext4 -q -b 1024 small-blocks
expect 1 err "$name partition 'small-blocks' has an ext file system with blocks of 1024 bytes, smaller than those of the volume, 4096" \
  dasd create w.ckd -p small-blocks
expect_silence 0 dasd create w.ckd -p small-blocks -b 1024
rm w.ckd empty odd small-blocks
expect 1 err "$name 'v.ckd' exists already" dasd create v.ckd -p three
expect 2 err "$name a volume has at most 3 partitions" dasd create w.ckd -p three -p three -p three -p three
expect 2 err "$name an LDL volume has one partition" dasd create w.ckd -p three -f ldl -p three
expect 2 err "$name --model is missing" dasd create w.ckd -f cdl
expect 2 err "$name unknown format 'CDL': use cdl or ldl" dasd create w.ckd -p three -f CDL
expect 2 err "$name --label is for a formatted volume" dasd create w.ckd -m 3390-1 -l CHANIO
for label in '' linux1 LINUX12 'A B' Ä; do
  expect 2 err "$name '$label' is not a volume serial number" dasd create w.ckd -p three -l "$label"
done
for size in '' 0 4095 8192 -512 512x; do
  expect 2 err "$name '$size' is not a block size" dasd create w.ckd -p three -b "$size"
done
name='chanio dasd export:'
expect 1 err "$name 'v.ckd' exists already" dasd export v.ckd 1 v.ckd
expect 1 err "$name partition 1 has 98304 bytes, not 98305" dasd export v.ckd 1 out --size 98305
expect 2 err "$name '4' is not a partition: use 1 to 3" dasd export v.ckd 4 out
expect 2 err "$name the name of the new file is missing" dasd export v.ckd 1
expect_silence 0 dasd create w.ckd -p three
expect 1 err "$name 'w.ckd' has 1 partitions that Linux finds, and no partition 2" dasd export w.ckd 2 out
rm w.ckd
name='chanio dasd dump:'
for track in x 1. .1 1.15 +1 1.1.1 ''; do
  expect 2 err "$name '$track' is not a track" dasd dump v.ckd "$track"
done
expect 1 err "$name 'v.ckd' has tracks 0 to 899, and no track 900" dasd dump v.ckd 60.0
expect 1 err "$name 'v.ckd': track 0 has no record 13" dasd dump v.ckd 0 --record 13
expect_files sparse three two-tracks v.ckd

# A VTOC that lies: entries that are none, extents beyond the volume, a chain that is a circle.
# damage OFFSET BYTES: into the entry of the first partition (record 3 of track 1)
damage() {
  cp v.ckd bad.ckd
  printf '%b' "$2" | dd of=bad.ckd bs=1 seek=$((512 + 56832 + 21 + 2 * 148 + 8 + $1)) conv=notrunc 2>/dev/null
}
damage 113 '\xff\xff\x00\x0e' # the last track of its extent
expect 1 err "partition 1 reaches beyond the end of the volume" dasd export bad.ckd 1 out
expect 0 out "LINUX.VCHANIO.PART0001.NATIVE" dasd ls bad.ckd
damage 113 '\x00\x00\x00\x00' # in front of its first
expect 0 out "0 tracks" dasd ls bad.ckd
damage 135 '\x00\x00\x00\x01\x03' # goes on in itself
expect 0 out "LINUX.VCHANIO.PART0001.NATIVE" dasd ls bad.ckd
damage -252 '\x00' # no format 4
expect 1 err "there is no VTOC on track 1, where the label says it is" dasd ls bad.ckd
cp v.ckd bad.ckd # a track of the partition is not formatted
dd if=/dev/zero of=bad.ckd bs=1 seek=$((512 + 3 * 56832)) count=56832 conv=notrunc 2>/dev/null
expect 1 err "track 3 has not 12 blocks of 4096 bytes" dasd export bad.ckd 1 out
dasd create bad2.ckd -m 3390-1 -c 2
expect 0 out "no label" dasd ls bad2.ckd
is "an empty volume" "$(dasd ls bad2.ckd --json | jq -c '[.label, .vtoc, .data_sets, .partitions]')" "[null,null,[],[]]"
rm bad.ckd bad2.ckd
expect_files sparse three two-tracks v.ckd

# A signal in the middle of the work, and no more room.
truncate -s 20G huge
interrupt "was not made: interrupted" "$CHANIO" dasd create w.ckd -p huge
expect_files huge sparse three two-tracks v.ckd
# shellcheck disable=SC2016
expect 1 err "'w.ckd': the file system or 'ulimit -f' does not allow a file of" \
  bash -c 'ulimit -f 1000; exec "$0" dasd create w.ckd --partition three' "$CHANIO"
expect_files huge sparse three two-tracks v.ckd
end_of_test
