#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# doc/conformance.md has the cases that there are. Otherwise script/oracle makes it anew.
set -euo pipefail
page=$(dirname "$0")/../../doc/conformance.md
cases=$("${CHANIO:?the command}" exercise --list --json |
  jq -r '.[] | "| `\(.id)` | \(.title | gsub("\\|"; "\\|")) |"' | sort)
shown=$(awk -F ' [|] ' '/^## Cases/ { on = 1 } on && /^[|] `/ { print $1 " | " $2 " |" }' "$page" | sort)
if ! diff <(echo "$cases") <(echo "$shown"); then
  echo "FAILED: doc/conformance.md (>) has other cases than chanio exercise --list (<)" >&2
  exit 1
fi
[ "$(echo "$cases" | wc -l)" -ge 200 ] || { echo "FAILED: fewer than 200 cases" >&2; exit 1; }
