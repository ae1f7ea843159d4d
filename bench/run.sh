#!/usr/bin/env bash
# Compares pscontainer with crun, runc, bwrap and a floor, then measures the module in a warm PowerShell.
# Writes Markdown to stdout.
#   bench/run.sh [ROUNDS]    starts of each runtime in each case, 100 unless told
# It asserts nothing and leaves nothing behind. The module must have been built: ./build.sh bench does both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

rounds=${1:-100}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "The number of rounds is a positive number, not '$rounds'."
[ "$(id -u)" = 0 ] || fail "The bench makes containers with limits: run it as root (sudo ./build.sh bench)."
[ -x "$pscontainer" ] || fail "The module is not built: ./build.sh build"
need unshare util-linux
rootfs=$(tests/rootfs.sh busybox)
quietly dotnet build bench/PSContainer.Bench -c Release -o out/bench --nologo -m:1 || exit 1
pwsh=$(find_pwsh)

work=$(mktemp -d)
trap 'rmdir "$work"' EXIT
unshare --mount --propagation private -- bash bench/measure.sh "$work" "$rootfs" "$rounds" "$pwsh"
