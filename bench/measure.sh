#!/usr/bin/env bash
# The part of run.sh that measures, in a mount namespace of its own: measure.sh WORK ROOTFS ROUNDS PWSH
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh
work=$1 rounds=$3 pwsh=$4

# Debian's crun refuses a host with both generations of cgroups: here, and only here, it looks like one with the first alone.
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
# State directories are on a tmpfs, as below /run. It goes with this namespace, and everything in it.
mount -t tmpfs -o mode=0700 tmpfs "$work"
cp -a "$2" "$work/rootfs"

# What an interrupted run left goes while its state is still there: who removes WORK unmounts the tmpfs from under its monitors.
clean_up() {
  local state id
  for state in "$work/pscontainer" "$work/module"; do
    [ -d "$state" ] || continue
    for id in $("$pscontainer" --root "$state" list --quiet); do "$pscontainer" --root "$state" delete --force "$id" || true; done
  done
}
trap clean_up EXIT

version() { printf '%s' "$({ "$@" 2>/dev/null || true; } | sed -n '1s/[^0-9]*\([0-9][0-9A-Za-z.+~-]*\).*/\1/p')"; }

processors=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
printf '%s, Linux %s, %s CPUs (%s), load average %s before.\n' \
  "$(date -u '+%Y-%m-%d %H:%M UTC')" "$(uname -r)" "$(nproc)" "$processors" "$(cut -d' ' -f1-3 /proc/loadavg)"
printf 'crun %s, runc %s, bwrap %s.\n\n' "$(version crun --version)" "$(version runc --version)" "$(version bwrap --version)"

dotnet out/bench/PSContainer.Bench.dll "$pscontainer" "$work/rootfs" "$work" "$rounds" || printf '\nThis part did not come to its end.\n'

if [ -n "$pwsh" ]; then
  PSCONTAINER_ROOT=$work/module "$pwsh" -NoLogo -NoProfile -NonInteractive -File bench/powershell.ps1 \
    -Module "$module/PSContainer.psd1" -Runtime "$pscontainer" -Work "$work" -Rounds "$rounds" ||
    printf '\nThis part did not come to its end.\n'
  for part in namespaces cgroups overlays; do
    "$pwsh" -NoLogo -NoProfile -NonInteractive -File "bench/$part.ps1" -Module "$module/PSContainer.psd1" -Work "$work" ||
      printf '\nThis part did not come to its end.\n'
  done
else
  printf '\nThere is no PowerShell here: the module was not measured.\n'
  printf '| from a warm PowerShell, and the import | - | not measured |\n' >>"$work/goals"
fi

printf '\n**Goals**\n\n| goal | measured | |\n| --- | --- | --- |\n'
cat "$work/goals" 2>/dev/null || true
printf '\nLoad average %s after.\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
