#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# measures: START of a NOP to its IRB read, and the cost of a chained CCW, in process
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
"$top/script/build" --dir "$top/build-release" --buildtype=release >&2
exec "$top/build-release/bench/bench-core" "$@"
