#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# fdasd, dasdview and a file system: what one writes the other finds, and it outlives the boot.
. "$(dirname "$0")/lib.sh"

image=$(disk a --cylinders 60)
guest_run partition --disk "0.0.0120=$image" <<'END'
fresh 0.0.0120 /mnt
step "one partition"
fill /mnt 8
survives 0.0.0120 /mnt
umount /mnt

step "three partitions"
cat >/tmp/fdasd.conf <<'CONF'
[first,300,native]
[301,600,native]
[601,last,native]
CONF
quiet fdasd -c /tmp/fdasd.conf "/dev/$disk"
for n in 1 2 3; do
  part "$disk" $n
  make_fs "$disk$n" "/mnt/$n"
  fill "/mnt/$n" 2
done
for n in 1 2 3; do
  eval "sums$n=\$(sums /mnt/$n)"
  umount "/mnt/$n"
done
offline 0.0.0120
drop_caches
online 0.0.0120
for n in 1 2 3; do
  part "$disk" $n
  quiet e2fsck -fn "/dev/$disk$n"
  quiet mount -t ext4 "/dev/$disk$n" "/mnt/$n"
  eval "same 'sums of partition $n' \"\$sums$n\" \"\$(sums /mnt/$n)\""
  umount "/mnt/$n"
done

step "dasdview"
dasdview -x "/dev/$disk" >/tmp/view
grep -q 'number of cylinders *: hex 3c[[:space:]]*dec 60' /tmp/view || { cat /tmp/view; fail "cylinders"; }
grep -q 'tracks per cylinder *: hex f[[:space:]]*dec 15' /tmp/view || { cat /tmp/view; fail "heads"; }
dasdview -t all "/dev/$disk" >/tmp/view
grep -q 'VTOC format 4 label' /tmp/view || { cat /tmp/view; fail "no format 4 label"; }
for n in 1 2 3; do
  grep -q "PART000$n" /tmp/view || { cat /tmp/view; fail "no label of partition $n"; }
done
dasdview -b 0t -s 1t "/dev/$disk" >/tmp/view || { cat /tmp/view; fail "track dump"; }
echo "GUEST: sums $sums1 $sums2 $sums3"
END
sums=$(tr -d '\r' <"$guest_console" | grep '^GUEST: sums')

guest_run partition-later --disk "0.0.0120=$image" <<'END'
online 0.0.0120
for n in 1 2 3; do
  part "$disk" $n
  mkdir -p "/mnt/$n"
  quiet mount -t ext4 -o ro "/dev/$disk$n" "/mnt/$n"
done
echo "GUEST: sums $(sums /mnt/1) $(sums /mnt/2) $(sums /mnt/3)"
END
guest_said "$sums"
