# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash
# Runs a stock Linux/s390 guest and checks what it says. Sourced by bash tests (and script/demo).
#
#   guest_run NAME [OPTION]... <<'END'     boot, run the script in the guest, wait, check its exit
#   guest_start NAME [OPTION]... <<'END'   the same without waiting
#   guest_expect TEXT [SECONDS]            wait for a console line that contains TEXT
#   guest_wait                             wait for the end; fails unless the guest said "exit 0"
#   guest_kill                             kill QEMU, without a chance to write anything back
#   guest_qmp JSON                         one monitor command; its result on standard output
#
# Options: --disk BUSID=IMAGE[,OPTION]  a DASD (repeatable; goes to `chanio qemu --dasd`)
#          --chanio ARG         another argument for `chanio qemu` (repeatable)
#          --virtio-blk FILE    a virtio disk (repeatable)
#          --file HOST:GUEST    a file for the guest (repeatable)
#          --archive CPIO       an initramfs archive to add (repeatable)
#          --kernel FILE        this program instead of Linux and its initramfs
#          --ipl                no kernel, no initramfs: the firmware finds the disk itself
#          --newer-qemu         the one that script/qemu-newer fetched
#          --smp N  --mem SIZE  --accel ARG  --qemu PATH  --append TEXT  --timeout SECONDS
#          --qemu-arg ARG       another argument for QEMU (repeatable)
# The guest's script is bash-like (busybox ash); script/lib/guest-functions has what it may call.
# Logs: $CHANIO_LOGS (build/logs): NAME.console, NAME.qemu. Images: disk NAME, in a folder that
# goes away with the test.

set -euo pipefail

guest_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
guest_logs=${CHANIO_LOGS:-$guest_top/build/logs}
guest_cache=${CHANIO_CACHE:-$guest_top/cache}
CHANIO=${CHANIO:-$guest_top/build/chanio}
mkdir -p "$guest_logs"
guest_logs=$(cd "$guest_logs" && pwd)
# Sockets and images. A socket's name must be short, an image may be large: not in a memory file system.
guest_tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/chanio.XXXXXX")
guest_pid=
guest_name=

guest_clean_up() {
  local status=$?
  if [ -n "$guest_pid" ]; then
    kill "$guest_pid" 2>/dev/null || :
    wait "$guest_pid" 2>/dev/null || :
  fi
  rm -rf "$guest_tmp"
  return "$status"
}
trap guest_clean_up EXIT

# say TEXT: a step of the host's part
say() { echo "== $*"; }

die() {
  echo "FAILED: $*" >&2
  exit 1
}

# disk NAME [ARGUMENT...]: makes an image with `chanio dasd create`, prints its path
disk() {
  local file=$guest_tmp/$1.ckd
  shift
  "$CHANIO" dasd create "$file" --model 3390-3 "$@" >&2 || die "chanio dasd create $file $*"
  echo "$file"
}

# guest_initramfs FILE SCRIPT [HOST:GUEST]...: the archive that init looks into
guest_initramfs() {
  local file=$1 script=$2 pair stage
  shift 2
  stage=$(mktemp -d "$guest_tmp/stage.XXXXXX")
  mkdir "$stage/test"
  cp "$script" "$stage/test/run"
  for pair in "$@"; do
    mkdir -p "$(dirname "$stage/${pair#*:}")"
    cp "${pair%%:*}" "$stage/${pair#*:}"
  done
  "$guest_top/script/guest-archive" "$stage" >"$file"
  rm -rf "$stage"
}

# ipl_files SCRIPT: what zipl puts on a disk: arguments that bring the kernel, and an initramfs whose
# /test/run is the script, into the guest's /ipl
ipl_files() {
  "$guest_top/script/guest-image" || die "no guest image"
  guest_initramfs "$guest_tmp/ipl-test.cpio" "$1"
  cat "$guest_cache/guest/base.cpio" "$guest_tmp/ipl-test.cpio" >"$guest_tmp/ipl-initramfs"
  # shellcheck disable=SC2034 # for the caller
  ipl=(--file "$guest_cache/guest/kernel:ipl/kernel" --file "$guest_tmp/ipl-initramfs:ipl/initramfs")
}

guest_start() {
  guest_name=$1
  shift
  local smp=2 mem=512M accel=tcg qemu='' libraries='' append='' timeout=300 from_disk='' n=0
  local disks=() chanio=() files=() archives=() args=() command=()
  while [ $# -gt 0 ]; do
    case $1 in
    --ipl) from_disk=y; shift; continue ;;
    --newer-qemu)
      qemu=$guest_cache/qemu-newer/usr/bin/qemu-system-s390x
      libraries=$guest_cache/qemu-newer/lib
      shift
      continue ;;
    --kernel | --disk | --chanio | --virtio-blk | --file | --archive | --smp | --mem | --accel | --qemu | \
      --append | --timeout | --qemu-arg) [ $# -ge 2 ] || die "guest_start: $1 needs a value" ;;
    *) die "guest_start: unknown option $1" ;;
    esac
    case $1 in
    --kernel) args+=(-kernel "$2"); from_disk=y ;;
    --disk) disks+=(--dasd "$2") ;;
    --chanio) chanio+=("$2") ;;
    --virtio-blk)
      args+=(-drive "file=$2,format=raw,if=none,id=virtio$n" -device "virtio-blk-ccw,drive=virtio$n")
      n=$((n + 1)) ;;
    --file) files+=("$2") ;;
    --archive) archives+=("$2") ;;
    --smp) smp=$2 ;;
    --mem) mem=$2 ;;
    --accel) accel=$2 ;;
    --qemu) qemu=$2 ;;
    --append) append=$2 ;;
    --timeout) timeout=$2 ;;
    --qemu-arg) args+=("$2") ;;
    esac
    shift 2
  done

  guest_console=$guest_logs/$guest_name.console
  guest_errors=$guest_logs/$guest_name.qemu
  guest_socket=$guest_tmp/qmp
  rm -f "$guest_console" "$guest_errors" "$guest_socket"
  : >"$guest_console"
  # shellcheck disable=SC2054 # QEMU's own commas
  args+=(-machine s390-ccw-virtio -accel "$accel" -smp "$smp" -m "$mem" -nodefaults -display none
    -pidfile "$guest_tmp/pid"
    -chardev "file,id=console,path=$guest_console" -device sclpconsole,chardev=console
    -chardev "socket,id=qmp,path=$guest_socket,server=on,wait=off" -mon chardev=qmp,mode=control)
  if [ -z "$from_disk" ]; then
    "$guest_top/script/guest-image" || die "no guest image"
    cat >"$guest_tmp/run"
    guest_initramfs "$guest_tmp/test.cpio" "$guest_tmp/run" ${files[@]+"${files[@]}"}
    cat "$guest_cache/guest/base.cpio" "$guest_cache/guest/tools.cpio" \
      ${archives[@]+"${archives[@]}"} "$guest_tmp/test.cpio" >"$guest_tmp/initramfs"
    args+=(-kernel "$guest_cache/guest/kernel" -initrd "$guest_tmp/initramfs"
      -append "console=ttysclp0 loglevel=4 $append")
  fi
  if [ ${#disks[@]} -gt 0 ] || [ ${#chanio[@]} -gt 0 ]; then
    command=("$CHANIO" qemu ${qemu:+--qemu "$qemu"} ${disks[@]+"${disks[@]}"} ${chanio[@]+"${chanio[@]}"} --)
  else
    command=("${qemu:-qemu-system-s390x}")
  fi
  guest_begin=$SECONDS
  LD_LIBRARY_PATH=$libraries timeout -k 10 "$timeout" "${command[@]}" "${args[@]}" \
    >"$guest_errors" 2>&1 </dev/null &
  guest_pid=$!
}

guest_failed() {
  {
    echo "FAILED: guest $guest_name: $*"
    if [ -s "$guest_errors" ]; then
      echo "--- $guest_errors"
      tail -n 20 "$guest_errors"
    fi
    echo "--- $guest_console"
    tr -d '\r' <"$guest_console" | sed '/^GUEST: kernel log/,$d' | tail -n "${GUEST_TAIL:-60}"
    tr -d '\r' <"$guest_console" | sed '1,/^GUEST: kernel log/d' | tail -n "${GUEST_TAIL:-20}"
    echo "--- logs: $guest_console $guest_errors"
  } >&2
  exit 1
}

guest_expect() {
  local text=$1 end=$((SECONDS + ${2:-120}))
  until grep -q -F -e "$text" "$guest_console"; do
    if ! kill -0 "$guest_pid" 2>/dev/null; then
      grep -q -F -e "$text" "$guest_console" || guest_failed "ended without '$text'"
      return 0
    fi
    [ "$SECONDS" -lt "$end" ] || guest_failed "no '$text' in ${2:-120} s"
    sleep 0.1
  done
}

guest_wait() {
  local status=0 said
  wait "$guest_pid" || status=$?
  guest_pid=
  [ "$status" -ne 124 ] || guest_failed "did not end in time"
  [ "$status" -eq 0 ] || guest_failed "QEMU ended with status $status"
  said=$(tr -d '\r' <"$guest_console" | sed -n 's/^GUEST: exit //p' | tail -n 1)
  [ -n "$said" ] || guest_failed "ended without saying how"
  [ "$said" = 0 ] || guest_failed "its script ended with $said"
  echo "ok: $guest_name ($((SECONDS - guest_begin)) s)"
}

guest_kill() {
  kill -KILL "$(cat "$guest_tmp/pid")"
  if wait "$guest_pid"; then
    guest_failed "QEMU was killed, but its status is 0"
  fi
  guest_pid=
}

guest_run() {
  guest_start "$@"
  guest_wait
}

# guest_said TEXT: the console has a line that contains it
guest_said() {
  grep -q -F -e "$1" "$guest_console" || guest_failed "the console lacks '$1'"
}

guest_qmp() {
  local line seen=0 in out
  coproc QMP { exec socat - "UNIX-CONNECT:$guest_socket"; }
  in=${QMP[0]} out=${QMP[1]}
  printf '%s\n' '{"execute":"qmp_capabilities"}' "$1" >&"$out"
  while read -r -t 30 line <&"$in"; do
    case $line in
    *'"error"'*) exec {out}>&-; guest_failed "monitor: $1: $(jq -r .error.desc <<<"$line")" ;;
    *'"return"'*) seen=$((seen + 1)) ;;
    *) continue ;;
    esac
    [ "$seen" -lt 2 ] || break
  done
  exec {out}>&-
  wait "$QMP_PID" 2>/dev/null || :
  [ "$seen" -eq 2 ] || guest_failed "monitor: no answer to $1"
  jq -c .return <<<"$line"
}
