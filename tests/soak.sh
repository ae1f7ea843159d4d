#!/usr/bin/env bash
# Starts many containers and looks for what they leave behind.
#   tests/soak.sh [ROUNDS] [PARALLEL]     default 10000 starts of /bin/true, 8 at once
# Every start has 20 seconds; after all of them no process, mount, cgroup, state or descriptor may be left. Needs root.
# The executable is $PSCONTAINER_RUNTIME, else the one that ./build.sh build made.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-10000}
parallel=${2:-8}
runtime=${PSCONTAINER_RUNTIME:-$(cd "$root" && source build/common.sh && echo "$pscontainer")}

fail() { printf 'soak: %s\n' "$*" >&2; exit 1; }
[[ $rounds =~ ^[1-9][0-9]*$ && $parallel =~ ^[1-9][0-9]*$ ]] || { echo "usage: tests/soak.sh [ROUNDS] [PARALLEL]" >&2; exit 64; }
[ "$(id -u)" = 0 ] || fail "needs root"
[ -x "$runtime" ] || fail "there is no executable $runtime: ./build.sh build"

rootfs=$("$root/tests/rootfs.sh" busybox)
work=$(mktemp -d /tmp/psc-test-soak-XXXXXX)
prefix=$(basename "$work")
failures=$work/failures
: >"$failures"

cleanup() {
  local id
  while read -r id; do "$runtime" --root "$work/state" delete --force "$id" || true; done \
    < <("$runtime" --root "$work/state" list -q 2>/dev/null || true)
  rm -rf "$work"
}
trap cleanup EXIT

mkdir "$work/bundle"
"$runtime" spec -b "$work/bundle"
sed -i -e 's|"terminal": true|"terminal": false|' -e 's|"readonly": true|"readonly": false|' -e "s|\"path\": \"rootfs\"|\"path\": \"$rootfs\"|" -e 's|^\t*"sh"|"/bin/true"|' "$work/bundle/config.json"

# One of the parallel rows: starts containers PARALLEL apart, one after another, and says how long the longest took.
row() {
  local number=$1 i code began took longest=0
  for ((i = number; i < rounds; i += parallel)); do
    began=${EPOCHREALTIME/./}
    code=0
    timeout -s KILL 20 "$runtime" --root "$work/state" run -b "$work/bundle" "$prefix-$i" </dev/null 2>>"$work/errors.$number" || code=$?
    took=$((${EPOCHREALTIME/./} - began))
    [ "$took" -le "$longest" ] || longest=$took
    [ "$code" = 0 ] || echo "start $i: exit code $code" >>"$failures"
  done
  echo "$longest" >"$work/longest.$number"
}

# Zombies of this process and its rows; a container's own are gone with its pid namespace.
group=$(ps -o pgid= -p $$)
zombies() { ps -e -o stat= -o pgid= | awk -v group="$group" '$1 ~ /^Z/ && $2 == group + 0' | wc -l; }
cgroups() { find /sys/fs/cgroup -maxdepth 2 -name "*$prefix*" | wc -l; }
mounts() { grep -c "$prefix" /proc/self/mountinfo || true; }
states() { find "$work/state" -mindepth 1 -maxdepth 1 -name "$prefix*" | wc -l; }
processes() { grep -l "$prefix" /proc/[0-9]*/cgroup 2>/dev/null | wc -l || true; }
files() { awk '{ print $1 }' /proc/sys/fs/file-nr; }

files_before=$(files)
mounts_before=$(wc -l </proc/self/mountinfo)
began=${EPOCHREALTIME/./}
for ((n = 0; n < parallel; n++)); do row "$n" & done
wait
took=$((${EPOCHREALTIME/./} - began))

for _ in {1..50}; do
  left=$(($(cgroups) + $(mounts) + $(states) + $(processes) + $(zombies)))
  [ "$left" != 0 ] || break
  sleep 0.1
done
longest=$(sort -n "$work"/longest.* | tail -1)
printf 'soak: %d starts, %d at once, %d.%03d s in all, %d.%02d ms a start, longest %d ms\n' "$rounds" "$parallel" \
  $((took / 1000000)) $((took / 1000 % 1000)) $((took / rounds / 1000)) $((took / rounds / 10 % 100)) $((longest / 1000))
printf 'soak: left: %d cgroups, %d mounts, %d states, %d processes, %d zombies; open files of the host %d -> %d\n' \
  "$(cgroups)" "$(mounts)" "$(states)" "$(processes)" "$(zombies)" "$files_before" "$(files)"
if [ -s "$failures" ]; then
  head -20 "$failures" >&2
  cat "$work"/errors.* | sort | uniq -c | sort -rn | head -10 >&2
  fail "$(wc -l <"$failures") of $rounds starts failed"
fi
[ "$left" = 0 ] || fail "something is left"
[ "$(wc -l </proc/self/mountinfo)" -le "$mounts_before" ] || echo "soak: the host has more mounts than before; they need not be ours"
# Other work on the host opens files too: only a leak for each start would be as many as this.
[ $(($(files) - files_before)) -lt $((rounds / 2 + 200)) ] || fail "descriptors are left open"
