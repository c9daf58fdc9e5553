#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The newer QEMU of the distribution's backports: format, files, IPL.
. "$(dirname "$0")/lib.sh"

status=0
"$guest_top/script/qemu-newer" || status=$?
if [ "$status" -eq 77 ]; then
  echo "SKIP: no newer QEMU in this distribution's backports"
  exit 77
fi
[ "$status" -eq 0 ] || die "script/qemu-newer"

image=$(disk a --cylinders 60)
cat >"$guest_tmp/later" <<'END'
online 0.0.0120
part "$disk" 1
quiet mount -t ext4 -o ro "/dev/${disk}1" /mnt
echo "GUEST: sums $(sums /mnt/files)"
END
ipl_files "$guest_tmp/later"
guest_run newer-prepare --newer-qemu --disk "0.0.0120=$image" "${ipl[@]}" <<'END'
fresh 0.0.0120 /mnt
fill /mnt/files 8
bootable /mnt
survives 0.0.0120 /mnt
echo "GUEST: sums $(sums /mnt/files)"
umount /mnt
END
sums=$(tr -d '\r' <"$guest_console" | grep '^GUEST: sums')
guest_run newer-ipl --newer-qemu --ipl --disk "0.0.0120=$image,boot=yes"
guest_said "$sums"
