#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Other people's tools: the guest reads volumes that Hercules' dasdinit, dasdload and dasdcopy made,
# and dasdls, dasdcat, dasdcopy read what the guest wrote.
. "$(dirname "$0")/lib.sh"

log=$guest_logs/hercules.tools
: >"$log"
# tool COMMAND...: it must succeed; what it says goes to the log
tool() {
  "$@" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die "$*; log: $log"; }
}

# hex DIGITS...: as bytes; text goes through ebcdic
hex() {
  # shellcheck disable=SC2059 # made of escapes
  printf "$(echo "$*" | tr -d ' ' | sed 's/../\\x&/g')"
}
ebcdic() { # FORMAT TEXT...
  # shellcheck disable=SC2059
  printf "$@" | dd conv=ebcdic 2>/dev/null
}

cd "$guest_tmp"
say "volumes made by dasdinit and dasdload"
tool dasdinit -linux linux.ckd 3390-1 LINUX1
printf '%-80s%-80s' 'A LINE OF A TEXT FILE' 'ITS SECOND LINE' >text
cat >control <<'END'
LOAD01 3390 20
sysvtoc vtoc trk 15
test.seq seq text trk 2 0 0 ps fb 80 160 0
test.pds empty cyl 1 0 5 po fb 80 160 0
END
tool dasdload control load.ckd 3
seq_track=$(sed -n 's/.*dataset TEST.SEQ at cyl \([0-9]*\) head \([0-9]*\).*/\1 \2/p' "$log" |
  awk '{ print $1 * 15 + $2 }')
pds_track=$(sed -n 's/.*dataset TEST.PDS at cyl \([0-9]*\) head \([0-9]*\).*/\1 \2/p' "$log" |
  awk '{ print $1 * 15 + $2 }')

# Two tracks for the empty library, as raw_track_access takes them: its directory (one block, one
# member, at track 1 record 1, end of file behind it) and the member's block with an end of file.
cchh=$(printf '%04x%04x' $((pds_track / 15)) $((pds_track % 15)))
next=$(printf '%04x%04x' $(((pds_track + 1) / 15)) $(((pds_track + 1) % 15)))
{
  hex "$cchh" 00000008 0000000000000000
  hex "$cchh" 01080100 ffffffffffffffff
  hex 0016; ebcdic 'MEMBER1 '; hex 00010100 ffffffffffffffff
  head -c $((256 - 22)) /dev/zero
  hex "$cchh" 02000000
  hex ffffffffffffffff
} >directory
{
  hex "$next" 00000008 0000000000000000
  hex "$next" 010000a0; ebcdic '%-80s%-80s' 'A LINE FROM THE GUEST' 'AND ITS LAST'
  hex "$next" 02000000
  hex ffffffffffffffff
} >member
truncate -s 64K directory member
cat directory member >tracks
echo "seq=$seq_track pds=$pds_track" >where

guest_run hercules --disk "0.0.0120=$guest_tmp/linux.ckd" --disk "0.0.0121=$guest_tmp/load.ckd" \
  --file tracks:tmp-in/tracks --file where:tmp-in/where <<'END'
step "dasdinit -linux: formatted already"
online 0.0.0120
same "sectors" $((1113 * 15 * 12 * 8)) "$(sectors "$disk")"
dasdview -x "/dev/$disk" >/tmp/view
dasdview -t f4 "/dev/$disk" >/tmp/view || { cat /tmp/view; fail "format 4 label"; }
quiet fdasd -a "/dev/$disk"
part "$disk" 1
make_fs "${disk}1" /mnt
fill /mnt 8
survives 0.0.0120 /mnt
echo "GUEST: sums $(sums /mnt)"
umount /mnt

step "dasdload: a sequential data set"
. /tmp-in/where
online 0.0.0121 raw_track_access=1
dd if="/dev/$disk" bs=64k skip=$seq count=1 iflag=direct 2>/dev/null >/tmp/text
grep -a -q 'A LINE OF A TEXT FILE' /tmp/text || fail "its first line is not on track $seq"
grep -a -q 'ITS SECOND LINE' /tmp/text || fail "its second line is not on track $seq"

step "a library's member, written as raw tracks"
quiet dd if=/tmp-in/tracks of="/dev/$disk" bs=64k seek=$pds count=2 oflag=direct
offline 0.0.0121
END
sums=$(tr -d '\r' <"$guest_console" | grep '^GUEST: sums')

say "dasdls and dasdcat on what the guest wrote"
dasdls linux.ckd >list 2>>"$log" || die "dasdls; log: $log"
grep -q 'LINUX.V0X0120.PART0001.NATIVE' list || { cat list; die "dasdls does not show the guest's partition"; }
# dasdcat ends with 1 even when all is well: its output decides
dasdcat -i load.ckd 'TEST.PDS/?' >members 2>>"$log" || :
grep -q member1 members || { cat members; die "dasdcat does not list the member"; }
dasdcat -i load.ckd 'TEST.PDS/MEMBER1:ac' >member 2>>"$log" || :
for line in 'A LINE FROM THE GUEST' 'AND ITS LAST'; do
  grep -q "$line" member || { cat member; die "dasdcat does not show the member's '$line'"; }
done

say "dasdcopy into a compressed volume and back"
tool dasdcopy -q linux.ckd linux.cckd
tool cckdcdsk -3 linux.cckd
rm linux.ckd
tool dasdcopy -q -o CKD linux.cckd again.ckd
guest_run hercules-copy --disk "0.0.0120=$guest_tmp/again.ckd" <<'END'
online 0.0.0120
part "$disk" 1
quiet e2fsck -fn "/dev/${disk}1"
quiet mount -t ext4 -o ro "/dev/${disk}1" /mnt
echo "GUEST: sums $(sums /mnt)"
END
guest_said "$sums"
