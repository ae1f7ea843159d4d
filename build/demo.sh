#!/usr/bin/env bash
# The main job on the host's own root filesystem: one container with limits, and what it sees of itself.
#   build/demo.sh [--executable]     with the executable, as where there is no PowerShell
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

read -r -d '' look <<'SH' || true
read -r inside outside count </proc/self/uid_map
set -- /proc/[0-9]*
printf '%-10s %s\n' 'PID 1' "$(tr '\0' ' ' </proc/1/cmdline)" hostname "$(cat /proc/sys/kernel/hostname)" \
  root "$(. /etc/os-release; echo "$PRETTY_NAME")" user "$(id -u), outside $outside" processes $#
SH

with_powershell() {
  say "In PowerShell: Start-Container -Rootfs Host -Hostname demo -MemoryMax 512MB -PidsMax 64"
  "$1" -NoLogo -NoProfile -File build/demo.ps1 "$module/PSContainer.psd1" "$look"
}

# write_bundle LIMITS: the example configuration, with the host's own directories for a root filesystem, none of which can be written.
# The configuration is indented JSON, one member a line: what is added goes in as somebody with an editor would put it.
write_bundle() {
  local directory binds='' rootless=() resources="s|\"resources\": {|& $1,|"
  rm -rf "$bundle"
  mkdir -p "$bundle"/rootfs/{proc,dev,sys,tmp}
  for directory in /usr /bin /sbin /lib /lib32 /lib64 /etc; do
    if [ -L "$directory" ]; then
      cp -P "$directory" "$bundle/rootfs/"
    elif [ -d "$directory" ]; then
      mkdir "$bundle/rootfs$directory"
      binds+="{ \"destination\": \"$directory\", \"source\": \"$directory\", \"options\": [\"rbind\", \"ro\", \"nosuid\", \"nodev\"] }, "
    fi
  done
  # The example of an ordinary user has no resources.
  [ "$(id -u)" = 0 ] || rootless=(--rootless) resources="s|\"linux\": {|& \"resources\": { $1 },|"
  "$pscontainer" spec ${rootless[@]+"${rootless[@]}"} --bundle "$bundle"
  sed -i -e 's/"terminal": true/"terminal": false/' -e 's/"hostname": ".*"/"hostname": "demo"/' -e 's|^\t*"sh"|"sleep", "60"|' \
    -e "s|\"mounts\": \\[|& $binds|" -e "$resources" "$bundle/config.json"
}

start() { "$pscontainer" --root "$work/state" run --detach --bundle "$bundle" $id </dev/null >/dev/null; }

with_executable() {
  id=demo-$$
  work=$(mktemp -d)
  bundle=$work/bundle
  trap '"$pscontainer" --root "$work/state" delete --force $id; rm -rf "$work"' EXIT
  say "Without PowerShell, the same through the executable: pscontainer run --bundle $bundle $id"
  write_bundle '"memory": { "limit": 536870912 }, "pids": { "limit": 64 }'
  # An ordinary user's limits are the business of whoever set up his session.
  if ! start; then
    say "The container goes without limits."
    write_bundle ''
    start
  fi
  "$pscontainer" --root "$work/state" list
  "$pscontainer" --root "$work/state" exec $id /bin/sh -c "$look"
  local pid controller path file
  pid=$("$pscontainer" --root "$work/state" state $id | sed -nE 's/.*"pid": *([0-9]+).*/\1/p')
  while IFS=: read -r _ controller path; do
    for file in "/sys/fs/cgroup/$controller$path"/{memory.max,memory.limit_in_bytes,pids.max}; do
      [ ! -f "$file" ] || printf '%-10s %s = %s\n' limits "$(basename "$file")" "$(cat "$file")"
    done
  done <"/proc/$pid/cgroup"
}

pwsh=''
[ "${1:-}" = --executable ] || pwsh=$(find_pwsh)
if [ -n "$pwsh" ]; then with_powershell "$pwsh"; else with_executable; fi
