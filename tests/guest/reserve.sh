#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Reserve, query, release and steal, by tunedasd.
. "$(dirname "$0")/lib.sh"

guest_run reserve --disk "0.0.0120=$(disk a --cylinders 20)" <<'END'
# reserved WHAT: what tunedasd says about the reservation
reserved() {
  same "reservation $1" "$2" "$(tunedasd -Q "/dev/$disk")"
}
fresh 0.0.0120 /mnt
reserved "at first" none
quiet tunedasd -S "/dev/$disk"
reserved "after reserve" reserved
fill /mnt 2
survives=$(sums /mnt)
drop_caches
same "files while reserved" "$survives" "$(sums /mnt)"
quiet tunedasd -L "/dev/$disk"
reserved "after release" none
quiet tunedasd -O "/dev/$disk"
reserved "after unconditional reserve" reserved
quiet tunedasd -L "/dev/$disk"
reserved "at the end" none
umount /mnt
END
