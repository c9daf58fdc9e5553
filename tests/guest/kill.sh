#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# QEMU killed in the middle of writes, in both cache modes: what was acknowledged is there, the next
# start is clean. And a read-only disk: it can be read and its image does not change.
. "$(dirname "$0")/lib.sh"

a=$(disk a --cylinders 60)
b=$(disk b --cylinders 60)
disks=(--disk "0.0.0120=$a" --disk "0.0.0121=$b,cache=writethrough")

writer=$(cat <<'END'
# write BUSID: files that are acknowledged (synced, and named on the console), without end
write() {
  round=0
  while :; do
    fill "/mnt/$1/$START/$round" 1
    sync
    echo "GUEST: kept $1 $START/$round $(sums "/mnt/$1/$START/$round")"
    round=$((round + 1))
    [ $round -lt 8 ] || rm -r "/mnt/$1/$START/$((round - 8))"
  done
}
write 0.0.0120 &
write 0.0.0121 &
wait
END
)
guest_start kill-1 "${disks[@]}" <<END
START=first
for id in 0.0.0120 0.0.0121; do
  fresh \$id /mnt/\$id
done
$writer
END
guest_expect "kept 0.0.0120 first/3"
guest_expect "kept 0.0.0121 first/3"
guest_kill

# The last one of each disk that the guest called kept; the guest cannot have removed it yet.
for id in 0.0.0120 0.0.0121; do
  tr -d '\r' <"$guest_console" | sed -n "s/^GUEST: kept $id \([^ ]*\) \([0-9a-f]\{32\}\)$/$id \1 \2/p" | tail -n 1
done >"$guest_tmp/kept"
[ "$(wc -l <"$guest_tmp/kept")" -eq 2 ] || die "nothing was kept before QEMU was killed"

guest_run kill-2 "${disks[@]}" --file "$guest_tmp/kept:test/kept" <<'END'
while read -r id folder sum; do
  online "$id"
  part "$disk" 1
  mkdir -p "/mnt/$id"
  quiet mount -t ext4 "/dev/${disk}1" "/mnt/$id"
  same "kept files $folder of $id" "$sum" "$(sums "/mnt/$id/$folder")"
  umount "/mnt/$id"
  quiet e2fsck -fn "/dev/${disk}1"
done </test/kept
END

say "read-only"
before=$(md5sum <"$a")
guest_run read-only --disk "0.0.0120=$a,ro=yes" <<'END'
online 0.0.0120
part "$disk" 1
quiet mount -t ext4 -o ro,noload "/dev/${disk}1" /mnt
find /mnt -type f | xargs cat >/dev/null
umount /mnt
refuses dd if=/dev/zero of="/dev/${disk}1" bs=4k count=1 oflag=direct
quiet e2fsck -fn "/dev/${disk}1"
END
[ "$before" = "$(md5sum <"$a")" ] || die "a read-only image changed"
