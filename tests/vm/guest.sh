#!/usr/bin/env bash
# What the virtual machine runs, as root: every test that cgroups matter for.
#   guest.sh RESULT LIMIT    writes "passed failed skipped" to the file RESULT before the machine is LIMIT seconds up; until then
#                            RESULT.partial has the same of the suites that have ended, and the name of the one that runs, and
#                            the directory RESULT.suites the counts of each: a machine that boots again does not run it again
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh
result=$1 limit=$2
counts=$result.suites
mkdir -p "$counts"
# As on a real machine, who starts containers is in a cgroup of a session, not in the root.
mkdir /sys/fs/cgroup/session.scope
echo $$ >/sys/fs/cgroup/session.scope/cgroup.procs
echo "== the machine is up after $(cut -d' ' -f1 /proc/uptime) s: Linux $(uname -r), $(nproc) CPUs"
echo "   controllers: $(cat /sys/fs/cgroup/cgroup.controllers)"

# The root filesystem in memory: an overlay of a test goes above it.
cp -a "$(tests/rootfs.sh busybox)" /run/busybox-root
export PSCONTAINER_TEST_ROOTFS=/run/busybox-root PSCONTAINER_TEST_RUNTIME=$pscontainer
# Emulated, counting how often code runs to optimise it better costs more than it brings.
export DOTNET_TieredPGO=0

sum() { cat "$counts"/* 2>/dev/null | awk '{p+=$1; f+=$2; s+=$3} END{print p+0, f+0, s+0}'; }

# Should the machine be too slow for all of it, who waits outside knows what was tested.
note() {
  echo "$(sum) $1" >"$result.new"
  mv "$result.new" "$result.partial"
}

# suite NAME COMMAND...: a suite writes "passed failed skipped" to the file in $COUNT; one that does not has failed.
suite() {
  local begin=$SECONDS
  [[ $1 =~ ${PSCONTAINER_VM_SUITES:-.} && ! -s $counts/$1 ]] || return 0
  export COUNT=$counts/$1
  echo "== $1"
  note "$1"
  shift
  "$@" </dev/null
  [ -s "$COUNT" ] || echo "0 1 0" >"$COUNT"
  echo "   $(cat "$COUNT") (passed failed skipped) in $((SECONDS - begin)) s"
}

# Of what the test runner says: each failure, and each skip with its reason, which only the adapter's own lines have.
failures_and_skips() {
  awk '/^\[xUnit/ {
         own = $0; sub(/^\[[^]]*\] */, "", own)
         if (reason) print "  Skipped " name ": " own
         reason = own ~ /\[SKIP\]$/; name = own; sub(/ \[SKIP\]$/, "", name)
         next
       }
       /^  (Passed|Skipped) |^VSTest|^Starting test|^A total of|^Test Run|^Total tests/ { next }
       /^ +(Passed|Failed|Skipped): |^ Total time/ { next }
       /System\.(Reflection|RuntimeMethodHandle)/ || !NF { next }
       { print }'
}

# xunit PROJECT: its tests with the trait Kernel=cgroup2, which is theirs when what they show comes through a cgroup: limits, usage,
# events, freezing, the end of all processes, devices, paths, namespaces and delegation of cgroups, and that no start or end leaves
# one behind. All else is the same on every kernel, and ran on the host's.
xunit() {
  local log left code
  log=$(mktemp)
  left=$(awk -v limit="$limit" '{left = int(limit - $1 - 15); print (left > 1 ? left : 1)}' /proc/uptime)
  timeout "$left" dotnet vstest "tests/$1/bin/Debug/"net*/"$1.dll" --TestCaseFilter:Kernel=cgroup2 \
    --logger:"console;verbosity=normal" 2>&1 | tee "$log" | failures_and_skips
  code=${PIPESTATUS[0]}
  [ "$code" != 124 ] || echo "  Failed: the tests did not end within the $left s that were left for them."
  # A run that was cut short counts what it came to, and no failure: that is one.
  awk -v code="$code" '/^ *Passed: /{p=$2} /^ *Failed: /{f=$2} /^ *Skipped: /{s=$2}
    END{if (p+f+s > 0) print p+0, (code && !f ? 1 : f+0), s+0}' "$log" >"$COUNT"
}

# clients GROUP: systemd on cgroups with all controllers, which the host may lack. It takes long in emulation.
clients() {
  local said
  said=$(mktemp)
  CLIENT_LIMIT=200 tests/clients/run.sh "$1" 2>&1 | tee "$said" | sed 's/^FAILED/  Failed/; /^CLIENTS:/d'
  sed -n 's/^CLIENTS: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/p' "$said" >"$COUNT"
}

suite "the executable" tests/vm/executable.sh
suite "labels" tests/vm/labels.sh
if pwsh=$(command -v pwsh || command -v .tools/pwsh); then
  suite "the module" "$pwsh" -NoLogo -NoProfile -NonInteractive -File tests/vm/module.ps1
else
  echo "!!!! There is no pwsh: the module was not tried on cgroup v2. !!!!"
  echo "0 0 1" >"$counts/module"
fi
[[ ${PSCONTAINER_VM_SUITES:-} != *systemd* ]] || suite "systemd" clients systemd
suite "cgroups (xunit)" xunit PSContainer.Native.Tests
suite "the runtime (xunit)" xunit PSContainer.Runtime.Tests

echo "== all in $(cut -d' ' -f1 /proc/uptime) s"
sum >"$result.new"
mv "$result.new" "$result"
