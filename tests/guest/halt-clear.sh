#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# HSCH, CSCH, busy and intermediate status, by a program without an operating system (bare/): stock
# Linux hardly ever issues these.
. "$(dirname "$0")/lib.sh"

cc=s390x-linux-gnu-gcc
command -v $cc >/dev/null || die "no $cc: run script/bootstrap"
bare=$guest_top/tests/guest/bare
$cc -std=gnu17 -O2 -Wall -Wextra -Werror -march=z10 -msoft-float -ffreestanding -fno-pie -no-pie -static \
  -nostdlib -fno-stack-protector -Wl,-Ttext-segment=0x100000 -Wl,--build-id=none \
  -o "$guest_tmp/channel" "$bare/start.S" "$bare/runtime.c" "$bare/channel.c" || die "building bare/channel.c"

guest_run halt-clear --kernel "$guest_tmp/channel" --smp 1 --disk "0.0.0120=$(disk a --cylinders 10)" --timeout 60
guest_said "HSCH and CSCH with nothing running"
