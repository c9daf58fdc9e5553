#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The host's disk is full while the guest writes: the guest gets an error and goes on, its other disk
# is not touched by it, the image stays valid, and with more room the guest can use the disk.
if [ -z "${CHANIO_FULL_INSIDE-}" ]; then
  export CHANIO_FULL_INSIDE=y
  user=()
  [ "$(id -u)" -eq 0 ] || user=(--map-root-user)
  exec unshare --mount --propagation private "${user[@]}" bash "$0"
fi
. "$(dirname "$0")/lib.sh"

# 60 cylinders are 51 MB when every track is written.
mkdir "$guest_tmp/small"
mount -t tmpfs -o size=30m chanio-small "$guest_tmp/small"
small=$(disk small/a --cylinders 60)
other=$(disk b --cylinders 20)
disks=(--disk "0.0.0120=$small" --disk "0.0.0121=$other")

guest_run full "${disks[@]}" <<'END'
online 0.0.0120
step "dasdfmt on a full host"
refuses dasdfmt -b 4096 -d cdl -y "/dev/$disk"
dmesg | grep -q "0.0.0120.*[Ww]rite inhibited\|0.0.0120.*Equipment Check" || fail "no sense told of it"
step "the other disk"
fresh 0.0.0121 /mnt
fill /mnt 4
survives 0.0.0121 /mnt
step "the full one answers"
offline 0.0.0120
online 0.0.0120
END
"$CHANIO" dasd info "$small" || die "the image is not valid any more"

say "more room"
mount -o remount,size=80m "$guest_tmp/small"
guest_run full-no-more "${disks[@]}" <<'END'
fresh 0.0.0120 /mnt
fill /mnt 4
survives 0.0.0120 /mnt
END
umount "$guest_tmp/small"
