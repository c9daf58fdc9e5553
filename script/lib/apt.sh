# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash
# A private apt state: packages of any architecture or suite, by name, from the machine's own sources
# and checked with its own keys, without the machine's dpkg or apt noticing. Sourced by bash scripts.
#
#   apt_private DIR ARCH [SUFFIX]   make the state; with SUFFIX only the suite CODENAME-SUFFIX is used
#   apt_in DIR get|cache ARG...     apt-get or apt-cache on that state
#   apt_fetch DIR ROOT PACKAGE...   download the packages with what they depend on, unpack into ROOT

# The machine's source lists are taken from here; another file or folder may be named.
: "${CHANIO_APT_SOURCES:=/etc/apt}"

# Drop source packages and restrictions to the machine's architecture; with a suffix, keep the base
# suite's entries only and turn them to that suffix.
_apt_list() { # one-line format
  awk -v code="$1" -v suffix="$2" '
    $1 != "deb" { next }
    { gsub(/arch=[^] ]*/, ""); sub(/\[[ ]*\]/, "") }
    suffix == "" { print; next }
    {
      for (i = 2; i <= NF; i++)
        if ($i == code || $i == "stable") { $i = $i "-" suffix; print; next }
    }'
}

_apt_sources() { # deb822 format
  awk -v code="$1" -v suffix="$2" '
    BEGIN { RS = ""; FS = "\n" }
    {
      out = ""; deb = 0; off = 0; hit = suffix == ""; skip = 0
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^#/) continue
        if ($i ~ /^[ \t]/) { if (!skip) out = out $i "\n"; continue }
        n = index($i, ":"); key = tolower(substr($i, 1, n - 1)); value = substr($i, n + 1)
        skip = key == "architectures"
        if (skip) continue
        if (key == "enabled" && value ~ /no/) off = 1
        if (key == "types") { if (value !~ /deb( |$)/) continue; deb = 1; $i = "Types: deb" }
        if (key == "suites" && suffix != "") {
          m = split(value, suite, /[ \t]+/)
          for (j = 1; j <= m; j++)
            if (suite[j] == code || suite[j] == "stable") {
              $i = "Suites: " suite[j] "-" suffix; hit = 1
            }
        }
        out = out $i "\n"
      }
      if (deb && hit && !off) print out
    }'
}

_apt_copy_sources() { # DIR SUFFIX
  local dir=$1 suffix=$2 code file from=$CHANIO_APT_SOURCES
  # shellcheck disable=SC1091
  code=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  local -a files
  if [ -d "$from" ]; then
    files=("$from"/sources.list "$from"/*.list "$from"/*.sources
      "$from"/sources.list.d/*.list "$from"/sources.list.d/*.sources)
  else
    files=("$from")
  fi
  for file in "${files[@]}"; do
    [ -f "$file" ] || continue
    case $file in
    *.sources) _apt_sources "$code" "$suffix" <"$file" >"$dir/sources.d/${file##*/}" ;;
    *) _apt_list "$code" "$suffix" <"$file" >"$dir/sources.d/${file##*/}" ;;
    esac
    [ -s "$dir/sources.d/${file##*/}" ] || rm -f "$dir/sources.d/${file##*/}"
  done
  [ -n "$(ls -A "$dir/sources.d")" ] || {
    echo "apt: no usable package source in $from${suffix:+ for the suite $code-$suffix}; name" \
      "a sources file or folder in CHANIO_APT_SOURCES" >&2
    return 1
  }
}

apt_private() {
  local dir=$1 arch=$2 suffix=${3-}
  dir=$(mkdir -p "$dir" && cd "$dir" && pwd)
  rm -rf "$dir/sources.d"
  mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial" "$dir/sources.d"
  : >"$dir/status"
  _apt_copy_sources "$dir" "$suffix" || return 1
  # Hooks of the machine (desktop indexes, image cleaners) have no business with this state. A
  # folder below a user's home is not readable by apt's own user, hence no sandbox user.
  cat >"$dir/apt.conf" <<CONF
Dir::State "$dir/state";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$dir/sources.d";
APT::Architecture "$arch";
#clear APT::Architectures;
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
CONF
}

apt_in() { # DIR get|cache ARG...
  local dir=$1 tool=apt-$2
  shift 2
  "$tool" -q -q -c "$dir/apt.conf" "$@" </dev/null
}

apt_unpack() { # DIR ROOT
  local deb
  mkdir -p "$2"
  for deb in "$1"/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$2" || return 1
  done
}

apt_fetch() { # DIR ROOT PACKAGE...
  local dir=$1 root=$2
  shift 2
  apt_in "$dir" get -y --download-only install "$@" && apt_unpack "$dir" "$root"
}
