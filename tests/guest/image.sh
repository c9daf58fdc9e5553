#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Volumes that `chanio dasd create --partition` made: a stock guest uses them as they are, and they
# have the bytes that its own dasdfmt and fdasd write.
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin:/sbin # where mkfs and e2fsck are

cd "$guest_tmp"
# host_sums FOLDER: as sums in the guest
host_sums() {
  (cd "$1" && find . -type f ! -path './lost+found/*' | LC_ALL=C sort | xargs md5sum | md5sum | cut -d' ' -f1)
}

create() { "$CHANIO" dasd create "$@" || die "chanio dasd create $*"; }

say "volumes from files"
mkdir tree
for n in $(seq 50); do seq "$n" 7000 >"tree/file-$n"; done
head -c 3000000 /dev/urandom >tree/random
sums=$(host_sums tree)
for fs in root home; do
  truncate -s 15000k $fs.ext4
  mkfs.ext4 -q -b 4096 -d tree $fs.ext4
done
head -c 5005312 /dev/urandom >raw # ends inside a track
raw_sum=$(md5sum <raw | cut -d' ' -f1)

# The labels of the first and the large one are what fdasd -c gives the disk that it is compared with.
create ours.ckd -m 3390-3 -c 60 -l 0X0121 -p root.ext4 -p raw -p home.ext4 --write-tracks
create theirs.ckd -m 3390-3 -c 60
create ldl.ckd -m 3390-1 -c 20 -f ldl -l LDL001
create ldl-theirs.ckd -m 3390-1 -c 20
create ldl-part.ckd -f ldl -b 1024 -p root.ext4
create large.ckd -m 3390-9 -l 0X0126 -p root.ext4 -p home.ext4
cp large.ckd large-theirs.ckd

guest_run image --disk 0.0.0120=ours.ckd --disk 0.0.0121=theirs.ckd --disk 0.0.0122=ldl.ckd \
  --disk 0.0.0123=ldl-theirs.ckd --disk 0.0.0124=ldl-part.ckd --disk 0.0.0125=large.ckd \
  --disk 0.0.0126=large-theirs.ckd <<END
sums='$sums'
raw_sum='$raw_sum'
raw_blocks=$(($(stat -c %s raw) / 4096))
$(cat <<'GUEST'
# contents DISK N [OPTION]: partition N has a clean ext4 with the files, and mounts at once
contents() {
  part "$1" "$2"
  quiet e2fsck -fn "/dev/$1$2"
  mkdir -p "/mnt/$1$2"
  quiet mount -t ext4 ${3+-o "$3"} "/dev/$1$2" "/mnt/$1$2"
  same "sums of $1$2" "$sums" "$(sums "/mnt/$1$2")"
}

step "three partitions"
online 0.0.0120
ours=$disk
contents "$ours" 1 ro,noload
contents "$ours" 3 ro,noload
same "sum of the raw partition" "$raw_sum" \
  "$(dd if="/dev/${ours}2" bs=4096 count="$raw_blocks" 2>/dev/null | md5sum | cut -d' ' -f1)"
fdasd -p "/dev/$ours" >/tmp/fdasd 2>&1 || { cat /tmp/fdasd; fail "fdasd -p"; }
cat /tmp/fdasd
same "partitions that fdasd sees" 3 "$(grep -c "^ *.*/dev/${ours}[123] .*Linux native" /tmp/fdasd)"
dasdview -t all "/dev/$ours" >/tmp/view || { cat /tmp/view; fail "dasdview"; }
for n in 1 2 3; do
  grep -q "PART000$n" /tmp/view || { cat /tmp/view; fail "no label of partition $n"; }
done
umount "/mnt/${ours}1" "/mnt/${ours}3"
quiet dasdfmt --check -b 4096 -d cdl "/dev/$ours"

step "the same by dasdfmt and fdasd"
online 0.0.0121
theirs=$disk
quiet dasdfmt -b 4096 -d cdl -y -M full "/dev/$theirs"
sed -n "s|^ */dev/${ours}[123] *\([0-9]*\) *\([0-9]*\) .*|[\1,\2,native]|p" /tmp/fdasd >/tmp/conf
quiet fdasd -c /tmp/conf "/dev/$theirs"
for n in 1 2 3; do
  part "$theirs" $n
  quiet dd if="/dev/$ours$n" of="/dev/$theirs$n" bs=1M conv=fsync
done

step "LDL"
online 0.0.0122
ldl=$disk
part "$ldl" 1
quiet dasdfmt --check -b 4096 -d ldl "/dev/$ldl"
online 0.0.0123
quiet dasdfmt -b 4096 -d ldl -y -M full -l LDL001 "/dev/$disk"
online 0.0.0124
contents "$disk" 1
echo "written in the guest" >"/mnt/${disk}1/new"
umount "/mnt/${disk}1"

step "large, most of it not formatted"
online 0.0.0125
large=$disk
contents "$large" 2
contents "$large" 1
echo "written in the guest" >"/mnt/${large}1/new"
umount "/mnt/${large}1" "/mnt/${large}2"
online 0.0.0126
fdasd -s -p "/dev/$large" >/tmp/fdasd 2>&1
quiet dasdfmt -b 4096 -d cdl -y -M quick --force "/dev/$disk"
sed -n "s|^ */dev/${large}[123] *\([0-9]*\) *\([0-9]*\) .*|[\1,\2,native]|p" /tmp/fdasd >/tmp/conf
quiet fdasd -c /tmp/conf "/dev/$disk"
sync

if dmesg | grep -iE 'dasd.*error|I/O error'; then
  fail "errors in the kernel's log"
fi
GUEST
)
END

# Bytes that differ between two images, but for the day that a partition was made and used last
# (their first day of the year is 0): of the VTOC entries from record FIRST on, tracks of 56,832.
differences() { # ONE OTHER FIRST
  { cmp -l "$1" "$2" || [ $? -eq 1 ]; } | awk -v first="$3" '
    function in_date(offset,  i) {
      for (i = first; i < first + 3; i++) {
        entry = 512 + 56832 + 21 + (i - 1) * 148 + 8
        if (offset == entry + 55 || offset == entry + 77)
          return 1
      }
      return 0
    }
    !in_date($1 - 1) { print; count++ }
    END { exit count > 0 }' >differences || {
    head -n 20 differences >&2
    die "$1 and $2 differ in $(wc -l <differences) bytes"
  }
}
say "byte for byte"
differences ours.ckd theirs.ckd 3
# dasdfmt writes the begin of a VTOC on the second track of an LDL volume too, into its partition.
for image in ldl ldl-theirs; do
  { head -c $((512 + 56832)) $image.ckd && tail -c +$((512 + 2 * 56832 + 1)) $image.ckd; } >$image.rest
done
cmp ldl.rest ldl-theirs.rest || die "LDL differs"
for image in large large-theirs; do head -c $((512 + 2 * 56832)) $image.ckd >$image.head; done
differences large.head large-theirs.head 4

say "out again"
"$CHANIO" dasd export ours.ckd 2 raw.out --size "$(stat -c %s raw)" || die "export"
cmp raw raw.out || die "what went in is not what comes out"
for image in large ldl-part; do
  "$CHANIO" dasd export $image.ckd 1 $image.ext4 || die "export $image"
  e2fsck -fn $image.ext4 >e2fsck.out 2>&1 || { cat e2fsck.out >&2; die "e2fsck $image"; }
  [ "$(debugfs -R 'cat /new' $image.ext4 2>/dev/null)" = "written in the guest" ] ||
    die "$image: what the guest wrote is not there"
done
