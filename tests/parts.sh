#!/usr/bin/env bash
# Bring in the real parts that the tests talk to, or those named: by apt where we may, otherwise those that are here.
set -euo pipefail
PATH=$PATH:/usr/sbin
[ $# -gt 0 ] || set -- postgresql redis-server chromium
missing=()
for part in "$@"; do
  command -v "${part/postgresql/postgres}" >/dev/null && continue
  [ "$part" = postgresql ] && ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && continue
  missing+=("$part")
done
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "Not here, and not to be installed without root: ${missing[*]}. What needs them is skipped."
fi
