#!/usr/bin/env bash
# The main job on a small root filesystem of its own: one container with a memory limit, and what it sees of itself.
#   build/demo.sh [--executable]     with the executable, as where there is no PowerShell
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

[ "$(id -u)" = 0 ] || fail "The demo makes a container with limits: run it as root (sudo ./build.sh demo)."
rootfs=$(tests/rootfs.sh busybox)
look='echo "PID 1 is  $(tr "\0" " " </proc/1/cmdline)"; echo "hostname  $(hostname)"; echo "root      $(. /etc/os-release; echo $PRETTY_NAME)"; echo "processes $(ls /proc | grep -c "^[0-9]")"'

with_powershell() {
  say "In PowerShell: Start-Container -Rootfs $rootfs -Ephemeral -MemoryMax 512MB"
  "$1" -NoLogo -NoProfile -File build/demo.ps1 "$module/PSContainer.psd1" "$rootfs" "$look"
}

with_executable() {
  id=demo-$$
  work=$(mktemp -d)
  bundle=$work/bundle
  trap '"$pscontainer" --root "$work/state" delete --force $id; rm -rf "$work"' EXIT
  mkdir "$bundle"
  cp -a "$rootfs" "$bundle/rootfs"
  "$pscontainer" spec --bundle "$bundle"
  # The example configuration is indented JSON, one member a line: the limit and the command go in as a user would edit it.
  sed -i -e 's/"terminal": true/"terminal": false/' -e 's/"hostname": ".*"/"hostname": "demo"/' \
    -e 's/^\(\t*\)"resources": {/\1"resources": {\n\1\t"memory": { "limit": 536870912 }, "pids": { "limit": 64 },/' \
    -e 's|^\t*"sh"|"/bin/sh", "-c", "sleep 60"|' "$bundle/config.json"
  say "Without PowerShell, the same through the executable: pscontainer run --bundle $bundle $id"
  "$pscontainer" --root "$work/state" run --detach --bundle "$bundle" $id </dev/null >/dev/null
  "$pscontainer" --root "$work/state" list
  "$pscontainer" --root "$work/state" exec $id /bin/sh -c "$look"
  local file
  for file in /sys/fs/cgroup{,/memory,/pids}/pscontainer-$id/{memory.max,memory.limit_in_bytes,pids.max}; do
    [ ! -f "$file" ] || printf 'limits    %s = %s\n' "$(basename "$file")" "$(cat "$file")"
  done
}

pwsh=''
[ "${1:-}" = --executable ] || pwsh=$(find_pwsh)
if [ -n "$pwsh" ]; then with_powershell "$pwsh"; else with_executable; fi
