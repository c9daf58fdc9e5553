#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# arch/ and driver/ are freestanding: they compile as gnu11 with no libc header in sight (only the
# compiler's own and the kernel's interface headers), and call nothing outside but the four memory functions.
# usage: freestanding.sh TOP COMPILER...
set -u
top=$1
shift
cd "$top" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

mkdir "$work/include"
ln -s /usr/include/linux /usr/include/asm-generic "$work/include/"
asm=$(echo '#include <asm/errno.h>' | "$@" -E - | sed -n 's/^# 1 "\(.*\)\/errno.h".*/\1/p' | head -n 1)
ln -s "$asm" "$work/include/asm"

count=0
for source in arch/*.c driver/*.c; do
  [ -e "$source" ] || continue
  count=$((count + 1))
  "$@" -c -std=gnu11 -O2 -ffreestanding -nostdinc -isystem "$("$@" -print-file-name=include)" \
    -isystem "$work/include" -I. -Wall -Wextra -Wno-unused-parameter -Wvla -Wframe-larger-than=1024 \
    -Werror -fno-stack-protector -o "$work/$(echo "$source" | tr / -).o" "$source" || {
    echo "FAILED: $source is not freestanding"
    status=1
  }
done
[ "$count" -gt 0 ] || exit 1

nm --defined-only "$work"/*.o | awk 'NF == 3 {print $3}' | sort -u >"$work/defined"
printf '%s\n' memcpy memmove memset memcmp _GLOBAL_OFFSET_TABLE_ | sort -u "$work/defined" - >"$work/allowed"
nm --undefined-only "$work"/*.o | awk 'NF == 2 {print $2}' | sort -u >"$work/wanted"
foreign=$(comm -13 "$work/allowed" "$work/wanted")
if [ -n "$foreign" ]; then
  echo "FAILED: arch and driver call:" $foreign
  status=1
fi
echo "$count files freestanding"
exit $status
