#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The module has every file of driver/, and what DKMS gets is enough to build it from.
set -eu
top=$1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
status=0
for file in "$top"/driver/*.c; do
  object=driver/$(basename "$file" .c).o
  grep -qw "$object" "$top/kernel/Kbuild" || { echo "kernel/Kbuild does not have $object"; status=1; }
done
make -s -C "$top/kernel" dkms-source DESTDIR="$stage"
package=$(echo "$stage"/usr/src/chanio-vfio-ccw-*)
grep -o '[a-z]*/[a-z_]*\.o' "$top/kernel/Kbuild" >"$stage/objects"
while read -r object; do
  [ -f "$package/${object%.o}.c" ] || { echo "dkms-source leaves ${object%.o}.c out"; status=1; }
done <"$stage/objects"
[ -s "$stage/objects" ] || { echo "kernel/Kbuild names no file"; status=1; }
grep -q '^PACKAGE_VERSION="[0-9.]*"$' "$package/dkms.conf" || { echo "dkms.conf has no version"; status=1; }
exit $status
