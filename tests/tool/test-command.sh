#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The command explains itself, and refuses what it does not know with status 2.
# shellcheck source=tests/tool/functions.sh
. "$(dirname "$0")/functions.sh"

expect 0 out "Usage: chanio COMMAND" "$CHANIO" --help
expect 0 out "  dasd " "$CHANIO" --help
expect 0 out "Usage: chanio COMMAND" "$CHANIO" -h
expect 0 out "chanio $CHANIO_VERSION" "$CHANIO" --version
expect 2 err "chanio: a command is missing" "$CHANIO"
expect 2 err "Try 'chanio --help'" "$CHANIO"
expect 2 err "chanio: unknown command 'frobnicate'" "$CHANIO" frobnicate
expect 2 err "chanio: unknown option '--frobnicate'" "$CHANIO" --frobnicate
expect 2 err "chanio: unknown command ''" "$CHANIO" ''

expect 0 out "Usage: chanio dasd COMMAND" "$CHANIO" dasd --help
expect 0 out "  create " "$CHANIO" dasd --help
expect 0 out "  info " "$CHANIO" dasd --help
expect 2 err "chanio dasd: a command is missing" "$CHANIO" dasd
expect 2 err "chanio dasd: unknown command 'frobnicate'" "$CHANIO" dasd frobnicate

# Output that cannot be written is no success.
# shellcheck disable=SC2016
expect 1 err "cannot write to standard output" bash -c '"$0" --help >/dev/full' "$CHANIO"

expect_files ''
end_of_test
