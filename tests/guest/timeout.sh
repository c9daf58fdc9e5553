#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# A disk that stops answering: the driver's timeout clears the subchannel and tries again; nothing is
# lost when the disk answers again.
. "$(dirname "$0")/lib.sh"

image=$(disk a --cylinders 20)
guest_start timeout --disk "0.0.0120=$image,hold=$guest_tmp/hold" <<'END'
fresh 0.0.0120 /mnt
fill /mnt 4
before=$(sums /mnt)
echo 3 >/sys/bus/ccw/devices/0.0.0120/expires
step "hold the disk"
sleep 2
begin=$(date +%s)
quiet dd if="/dev/$disk" of=/dev/null bs=4k skip=100 count=1 iflag=direct
took=$(($(date +%s) - begin))
[ $took -ge 3 ] || fail "the disk was not held: the read took $took s"
dmesg | grep -q 'timed out' || fail "no timeout in the kernel's log"
step "read after $took s"
drop_caches
same "files" "$before" "$(sums /mnt)"
survives 0.0.0120 /mnt
umount /mnt
END
guest_expect "hold the disk"
touch "$guest_tmp/hold"
sleep 7
rm "$guest_tmp/hold"
guest_wait
