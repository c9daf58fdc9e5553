#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# `chanio dasd info`: what it shows of good images, and how it names bad ones.
# shellcheck source=tests/tool/functions.sh
. "$(dirname "$0")/functions.sh"

info() { "$CHANIO" dasd info "$@"; }
name='chanio dasd info:'

# poke FILE OFFSET HEX: bytes into a file
# shellcheck disable=SC2001
poke() { printf %b "$(sed 's/../\\x&/g' <<<"$3")" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
track() { echo $((512 + $1 * 56832)); }

expect 0 out "Usage: chanio dasd info IMAGE [--json]" info --help
expect 2 err "$name the image's file name is missing" info
expect 2 err "$name unexpected argument 'b'" info a b
expect 2 err "$name unrecognized option '--jsn'" info --jsn a

# Bad images, each named for what it is.
"$CHANIO" dasd create good.ckd -m 3390-1 -c 2 --write-tracks --serial AB12 || failed "create"
expect 1 err "$name 'absent' does not exist" info absent
expect 1 err "'.' is a directory" info .
expect 1 err "'/dev/zero' is a character device" info /dev/zero
mkfifo pipe
expect 1 err "'pipe' is a named pipe" info pipe
touch empty
expect 1 err "'empty' is empty" info empty
echo "disk.ckd" >text
expect 1 err "'text' is text" info text
printf 'QFI\xfb\0\0\0\3' >qcow2
expect 1 err "'qcow2' is a qcow2 image" info qcow2
head -c 1000 good.ckd >short
expect 1 err "'short' is truncated" info short
head -c 1000000 good.ckd >short
expect 1 err "'short' is truncated or damaged: after 1 whole cylinders" info short
cp good.ckd compressed
poke compressed 4 43 # C
expect 1 err "'compressed' is a compressed CKD image (CCKD)" info compressed
cp good.ckd damaged
poke damaged 8 10
expect 1 err "'damaged' is damaged: its header says 16 heads" info damaged
cp good.ckd several
poke several 17 01
expect 1 err "'several' is file 1 of a volume in several files" info several
cp good.ckd other
poke other 16 80
expect 1 err "'other' is an image of another disk (device type byte 80)" info other
rm -f empty text qcow2 short compressed damaged several other pipe

# An image that someone writes to.
flock -F good.ckd sleep 60 &
owner=$!
for _ in $(seq 1000); do
  flock -n good.ckd true || break
  sleep 0.01
done
expect 1 err "'good.ckd' is in use by process $owner (sleep)" info good.ckd
kill "$owner"
wait "$owner" 2>/dev/null

# Good images.
expect 0 out "model:          3390-1" info good.ckd
expect 0 out "serial:         AB12" info good.ckd
expect 0 out "label:          none" info good.ckd
chmod a-w good.ckd
expect 0 out '"cylinders": 2,' info --json good.ckd
expect 0 out '"label": null,' info good.ckd --json
expect 0 out '"block_size": null' info good.ckd --json
chmod u+w good.ckd

# A CDL label (record 3: count, key VOL1, data VOL1 and serial 0X0120) and 4096-byte blocks.
zeros() { printf '00%.0s' $(seq "$1"); }
cp good.ckd cdl.ckd
poke cdl.ckd $(($(track 0) + 21)) "0000000003040050e5d6d3f1e5d6d3f1f0e7f0f1f2f0$(zeros 70)ffffffffffffffff"
poke cdl.ckd $(($(track 2) + 21)) "0000000201001000$(zeros 4096)ffffffffffffffff"
expect 0 out "label:          CDL" info cdl.ckd
expect 0 out "volume serial:  0X0120" info cdl.ckd
expect 0 out "block size:     4096" info cdl.ckd
expect 0 out '"serial": "0X0120"' info cdl.ckd --json
expect 0 out '"block_size": 4096' info cdl.ckd --json

# The labels of the other two layouts: no key, LNX1 or CMS1.
cp good.ckd ldl.ckd
poke ldl.ckd $(($(track 0) + 21)) "0000000003000050d3d5e7f1d7c1d9e3f0f1$(zeros 70)ffffffffffffffff"
expect 0 out "label:          LDL" info ldl.ckd
expect 0 out "volume serial:  PART01" info ldl.ckd
poke ldl.ckd $(($(track 0) + 29)) c3d4e2f1
expect 0 out "label:          CMS" info ldl.ckd

# A damaged first track: the rest is shown, and the status tells.
poke cdl.ckd $(($(track 0) + 27)) ffff
info cdl.ckd >out.txt 2>err.txt
[ $? -eq 1 ] || failed "damaged track: not status 1"
grep -qF "cylinders:      2" out.txt || failed "damaged track: $(cat out.txt)"
grep -qF "$name 'cdl.ckd': track 0 is malformed" err.txt || failed "damaged track: $(cat err.txt)"

# A file name that is not UTF-8 makes no bad JSON.
mv good.ckd $'good\xff.ckd'
expect 0 out '"image": "good?.ckd"' info --json $'good\xff.ckd'
end_of_test
