#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The guest image by itself: it boots, has its tools, sees a virtio disk, keeps its protocol, and a
# failing script fails the run.
. "$(dirname "$0")/lib.sh"

truncate -s 16M "$guest_tmp/virtio"
guest_start boot --virtio-blk "$guest_tmp/virtio" <<'END'
for tool in dasdfmt fdasd dasdview dasdinfo tunedasd zipl lscss strace; do
  quiet $tool --version
done
quiet mkfs.ext4 -V
quiet mkfs.ext4 -q /dev/vda
quiet mount -t ext4 /dev/vda /mnt
fill /mnt 2
before=$(sums /mnt)
umount /mnt
drop_caches
quiet e2fsck -fn /dev/vda
quiet mount -t ext4 /dev/vda /mnt
same "sums after another mount" "$before" "$(sums /mnt)"
umount /mnt
step "wants the monitor"
until_true 60 test -b /dev/vdb || fail "no second disk"
END
guest_expect "wants the monitor"
truncate -s 1M "$guest_tmp/second"
guest_qmp '{"execute":"blockdev-add","arguments":{"driver":"file","filename":"'"$guest_tmp"'/second","node-name":"second"}}' >/dev/null
guest_qmp '{"execute":"device_add","arguments":{"driver":"virtio-blk-ccw","drive":"second","id":"second"}}' >/dev/null
guest_wait

if (GUEST_TAIL=0 guest_run boot-fails <<<'same "the proof that a test can fail" 1 2') 2>/dev/null; then
  die "a guest whose script fails passed"
fi
grep -q '^GUEST: exit 1' "$guest_logs/boot-fails.console" || die "the failing guest did not say exit 1"
