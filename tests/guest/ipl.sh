#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# zipl, then IPL from the disk without -kernel: found by the firmware itself, named by bootindex, and
# re-IPL from there.
. "$(dirname "$0")/lib.sh"

image=$(disk a --cylinders 100)
cat >"$guest_tmp/first" <<'END'
online 0.0.0120
part "$disk" 1
quiet mount -t ext4 "/dev/${disk}1" /mnt
echo "GUEST: sums $(sums /mnt/files) after IPL $(cat /mnt/count)"
count=$(($(cat /mnt/count) + 1))
echo $count >/mnt/count
umount /mnt
# without bootindex QEMU gives Linux no parameters to start again with
if [ "$(cat /sys/firmware/reipl/ccw/device)" = 0.0.0120 ] && [ $count -lt 5 ]; then
  # without clear Linux uses a diagnose that QEMU does not have
  echo 1 >/sys/firmware/reipl/ccw/clear
  step "re-IPL"
  reboot -f
  sleep 60
fi
END
ipl_files "$guest_tmp/first"
guest_run ipl-prepare --disk "0.0.0120=$image" "${ipl[@]}" <<'END'
fresh 0.0.0120 /mnt
fill /mnt/files 4
echo 1 >/mnt/count
bootable /mnt
echo "GUEST: sums $(sums /mnt/files)"
umount /mnt
END
sums=$(tr -d '\r' <"$guest_console" | grep '^GUEST: sums')

guest_run ipl-found --ipl --disk "0.0.0120=$image"
guest_said "$sums after IPL 1"
guest_run ipl --ipl --timeout 60 --disk "0.0.0121=$(disk other --cylinders 5)" --disk "0.0.0120=$image,boot=yes"
for n in 2 3 4; do
  guest_said "$sums after IPL $n"
done
