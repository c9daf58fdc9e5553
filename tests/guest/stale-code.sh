#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Programs that a disk brings into memory where other programs ran before: each must run as itself,
# not as what QEMU translated from those pages earlier. The last part turns off what prevents it and
# must see programs go wrong: the proof that the test can fail.
. "$(dirname "$0")/lib.sh"

programs=12
cc=s390x-linux-gnu-gcc
command -v $cc >/dev/null || die "no $cc: run script/bootstrap"

# Programs of one shape at one address: PAGES functions, a page each, whose constants differ from
# program to program; the exit status is their sum. Without C library.
build_program() {
  local id=$1 page
  {
    echo '	.globl _start'
    echo '	.text'
    echo '_start:'
    echo '	lghi %r2,0'
    for page in 1 2 3 4 5 6 7 8; do
      echo "	brasl %r14,page$page"
    done
    echo '	srlg %r2,%r2,3'
    echo '	svc 1' # exit
    for page in 1 2 3 4 5 6 7 8; do
      echo '	.balign 4096'
      echo "page$page:	aghi %r2,$id"
      echo '	br %r14'
    done
  } >"$guest_tmp/program.s"
  $cc -static -nostdlib -no-pie -Wl,-Ttext-segment=0x1000000 -o "$guest_tmp/program$id" "$guest_tmp/program.s" ||
    die "building a program"
}
files=()
for ((id = 1; id <= programs; id++)); do
  build_program "$id"
  files+=(--file "$guest_tmp/program$id:programs/program$id")
done

image=$(disk a --cylinders 30)
guest_run stale-prepare --disk "0.0.0120=$image" "${files[@]}" <<'END'
fresh 0.0.0120 /mnt
cp /programs/* /mnt/
umount /mnt
END

# A kernel that clears pages before it uses them makes QEMU forget most of what was translated there,
# by luck and not by right.
eager=(--append init_on_alloc=0)
runs=$(cat <<'END'
online 0.0.0120
part "$disk" 1
quiet mount -t ext4 -o ro "/dev/${disk}1" /mnt
wrong=0
run=0
while [ $run -lt 300 ] || { [ $wrong -eq 0 ] && [ $run -lt $most ]; }; do
  id=$((run % programs + 1))
  "/mnt/program$id" && status=0 || status=$?
  [ $status -eq $id ] || wrong=$((wrong + 1))
  echo 3 >/proc/sys/vm/drop_caches
  run=$((run + 1))
done
umount /mnt
echo "GUEST: wrong $wrong of $run"
END
)
guest_run stale-code "${eager[@]}" --disk "0.0.0120=$image" <<<"programs=$programs most=300; $runs"
guest_said "GUEST: wrong 0 of 300"

say "the newer QEMU"
status=0
"$guest_top/script/qemu-newer" || status=$?
if [ "$status" -eq 0 ]; then
  guest_run stale-code-newer --newer-qemu "${eager[@]}" --disk "0.0.0120=$image" <<<"programs=$programs most=300; $runs"
  guest_said "GUEST: wrong 0 of 300"
elif [ "$status" -ne 77 ]; then
  die "script/qemu-newer"
fi

# Which page a program gets is the guest's choice: a boot may go by in which no two programs meet.
for attempt in 1 2 3 4; do
  say "without invalidation, boot $attempt"
  CHANIO_QEMU_INVALIDATE=off guest_run stale-code-off "${eager[@]}" --disk "0.0.0120=$image" \
    <<<"programs=$programs most=900; $runs"
  wrong=$(tr -d '\r' <"$guest_console" | sed -n 's/^GUEST: wrong \([0-9]*\) of .*/\1/p')
  echo "without invalidation: ${wrong:-no count} wrong"
  [ "${wrong:-0}" -eq 0 ] || exit 0
done
die "nothing goes wrong without invalidation: this test proves nothing"
