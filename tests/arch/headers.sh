#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Each header says what it needs itself: it compiles alone, in the project's C; those of the rooms
# that others may build on (arch, driver, css) also as strict C11, and inside C++ if there is a compiler.
# usage: headers.sh TOP COMPILER...
set -u
top=$1
shift
cd "$top" || exit 1
status=0

# check WHAT HEADER COMPILER...
check() {
  local what=$1 header=$2
  shift 2
  if ! echo "#include \"$header\"" | "$@" -I. -Wall -Wextra -Werror -Wno-unused-parameter -fsyntax-only -; then
    echo "FAILED: $header as $what"
    status=1
  fi
}

count=0
for header in {arch,driver,css,attach,common,device/*,machine,volume}/*.h; do
  [ -e "$header" ] || continue
  count=$((count + 1))
  check "C" "$header" "$@" -x c -std=gnu17 -D_GNU_SOURCE
  case $header in
  arch/* | driver/* | css/*)
    check "strict C11" "$header" "$@" -x c -std=c11 -pedantic
    ;;
  esac
done
echo "$count headers alone"

if command -v g++ >/dev/null; then
  for header in arch/*.h; do
    check "C++" "$header" g++ -x c++ -std=gnu++17
  done
  echo "arch inside C++"
else
  echo "arch inside C++: not checked, there is no g++"
fi
exit $status
