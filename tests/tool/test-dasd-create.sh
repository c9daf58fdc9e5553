#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# `chanio dasd create`: what it makes, and that bad input or a fault leaves nothing behind.
# shellcheck source=tests/tool/functions.sh
. "$(dirname "$0")/functions.sh"

# shellcheck disable=SC2317
create() { "$CHANIO" dasd create "$@"; }
name='chanio dasd create:'

expect 0 out "Usage: chanio dasd create IMAGE --model MODEL" create --help
expect 2 err "$name the image's file name is missing" create --model 3390-1
expect 2 err "$name --model is missing" create v.ckd
expect 2 err "$name unexpected argument 'w.ckd'" create v.ckd w.ckd --model 3390-1
expect 2 err "$name unrecognized option '--modle'" create v.ckd --modle 3390-1
expect 2 err "$name option '--model' requires an argument" create v.ckd --model
expect 2 err "$name unknown model '3390': use 3390-1, 3390-2" create v.ckd --model 3390
expect 2 err "$name unknown model ''" create v.ckd --model ''
for cylinders in 0 -1 +1 ' 1' 1x '' 65524 99999999999999999999 1e3; do
  expect 2 err "$name '$cylinders' is not a number of cylinders: use 1 to 65523" \
    create v.ckd --model 3390-1 --cylinders "$cylinders"
done
expect 2 err "a 3390-3 has at most 3340 cylinders" create v.ckd --model 3390-3 --cylinders 3341
for serial in abc 'A B' 1234567890ABC 'Ä'; do
  expect 2 err "'$serial' is not a serial number" create v.ckd --model 3390-1 --serial "$serial"
done
expect 1 err "$name 'absent/v.ckd': cannot open its directory" create absent/v.ckd --model 3390-1
expect 1 err "$name '/' is not a usable file name" create / --model 3390-1
expect_files ''

# A limit on the size of files, and a signal while it is working.
# shellcheck disable=SC2016
expect 1 err "does not allow a file of" \
  bash -c 'ulimit -f 100; exec "$0" dasd create v.ckd --model 3390-1' "$CHANIO"
expect_files ''
interrupt "$name 'v.ckd' was not made: interrupted" \
  "$CHANIO" dasd create v.ckd --model 3390-54 --write-tracks
expect_files ''

expect_silence 0 create v.ckd --model 3390-1 --cylinders 2 --serial CHANIO
expect_files v.ckd
[ "$(stat -c %s v.ckd)" -eq $((512 + 30 * 56832)) ] || failed "size $(stat -c %s v.ckd)"
[ "$(head -c 8 v.ckd)" = CKD_P370 ] || failed "no CKD_P370"
sum=$(md5sum <v.ckd)
expect 1 err "$name 'v.ckd' exists already" create v.ckd --model 3390-1
[ "$sum" = "$(md5sum <v.ckd)" ] || failed "the image that existed has changed"
mkdir folder
expect 1 err "$name 'folder' exists already" create folder --model 3390-1
ln -s nowhere link
expect 1 err "$name 'link' exists already" create link --model 3390-1

expect_silence 0 create -m 3390-54 -- -v.ckd
[ "$(stat -c %b ./-v.ckd)" -le 64 ] || failed "a new image takes $(stat -c %b ./-v.ckd) blocks"
expect_files -v.ckd folder link v.ckd
end_of_test
