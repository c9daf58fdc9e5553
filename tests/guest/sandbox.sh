#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# QEMU in its own seccomp sandbox, with everything denied that it can deny: threads, files and
# scheduling of ours must live with it.
. "$(dirname "$0")/lib.sh"

image=$(disk a --cylinders 30)
guest_run sandbox --disk "0.0.0120=$image" --qemu-arg -sandbox \
  --qemu-arg on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny <<'END'
fresh 0.0.0120 /mnt
fill /mnt 4
survives 0.0.0120 /mnt
umount /mnt
END
