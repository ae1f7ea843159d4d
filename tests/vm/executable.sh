#!/usr/bin/env bash
# The pscontainer executable on pure cgroup v2, from outside: what it was told is in the kernel's files, and it bites.
# Writes "passed failed skipped" to the file in $COUNT.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh
source tests/vm/check.sh
cgroups=/sys/fs/cgroup
nothing='{"allow":false,"access":"rwm"}'

psc() { "$pscontainer" --root "$work/state" "$@"; }

# bundle SCRIPT [LIMITS] [MEMBERS]: a new bundle in $bundle and a new id in $id; LIMITS are members of linux.resources in JSON,
# MEMBERS are members of linux. None holds a line feed, and the script no quotation mark or backslash.
bundle() {
  id=psc-test-$RANDOM$RANDOM
  bundle=$work/$id
  cgroup=$cgroups/pscontainer-$id
  mkdir "$bundle"
  psc spec --bundle "$bundle"
  sed -i -e 's|"terminal": true|"terminal": false|' -e 's|"readonly": true|"readonly": false|' \
    -e "/^\t\t\"resources\": {/,/^\t\t},/c \"resources\": { ${2:-\"devices\": [$nothing]} }, ${3:-}" \
    -e 's|"CAP_KILL"|"CAP_KILL", "CAP_MKNOD"|' -e "s|^\t*\"sh\"|\"/bin/sh\", \"-c\", \"${1//&/\\&}\"|" \
    -e "s|\"path\": \"rootfs\"|\"path\": \"$PSCONTAINER_TEST_ROOTFS\"|" "$bundle/config.json"
}
started() { bundle "$@" && psc run --detach --bundle "$bundle" "$id" </dev/null >/dev/null; }
output() { bundle "$@" && psc run --bundle "$bundle" "$id" </dev/null; }
removed() { psc delete --force "$id" && [ ! -e "$cgroup" ]; }

status() { psc state "$id" | sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p'; }
# eventually COMMAND...: within 20 seconds the command succeeds.
eventually() {
  local end=$((SECONDS + 20))
  until "$@"; do
    [ $SECONDS -lt $end ] || { echo "not within 20 s: $*"; return 1; }
    sleep 0.1
  done
}
is() { [ "$(status)" = "$1" ]; }
# event FILE NAME: the count of that name in a file of the cgroup is above zero.
event() { [ "$(awk -v name="$2" '$1 == name {print $2}' "$cgroup/$1")" -gt 0 ]; }

hierarchy_is_pure() {
  same cgroup2 "$(awk -v place=$cgroups '$2 == place {print $3}' /proc/self/mounts)"
  same 1 "$(grep -c ' cgroup2\? ' /proc/self/mounts)"
}

limits_are_in_the_files() {
  local cpu='"cpu":{"quota":50000,"period":100000,"shares":2048,"cpus":"0"}'
  started 'sleep 1000' '"memory":{"limit":67108864,"reservation":33554432},"pids":{"limit":20},'"$cpu"
  same 67108864 "$(cat "$cgroup/memory.max")"
  same 33554432 "$(cat "$cgroup/memory.low")"
  same 20 "$(cat "$cgroup/pids.max")"
  same '50000 100000' "$(cat "$cgroup/cpu.max")"
  same 0 "$(cat "$cgroup/cpuset.cpus")"
  [ "$(cat "$cgroup/cpu.weight")" -gt 39 ]
  same 1 "$(wc -l <"$cgroup/cgroup.procs")"
  removed
}

unified_members_are_written() {
  started 'sleep 1000' '"unified":{"memory.high":"50331648","pids.max":"33"}'
  same 50331648 "$(cat "$cgroup/memory.high")"
  same 33 "$(cat "$cgroup/pids.max")"
  removed
}

memory_limit_kills() {
  started 'tail /dev/zero' '"memory":{"limit":33554432,"swap":33554432}'
  eventually is stopped
  event memory.events oom_kill
  removed
}

pids_limit_refuses() {
  local said
  said=$(output 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 3 & done; echo done' '"pids":{"limit":8}' 2>&1 || true)
  [[ $said == *"can't fork"* ]] || { echo "$said"; return 1; }
}

cpu_quota_throttles() {
  started 'while :; do :; done' '"cpu":{"quota":10000,"period":100000}'
  eventually event cpu.stat nr_throttled
  removed
}

freezing_pauses() {
  started 'while :; do :; done'
  echo 1 >"$cgroup/cgroup.freeze"
  eventually is paused
  grep -q '^frozen 1' "$cgroup/cgroup.events"
  echo 0 >"$cgroup/cgroup.freeze"
  eventually is running
  echo 1 >"$cgroup/cgroup.freeze"
  removed
}

# The first serial port is a device that root may open for all that capabilities say: only the cgroup can refuse it.
devices_are_denied() {
  local said
  said=$(output 'mknod /dev/port c 4 64; : </dev/zero && echo zero; : </dev/port && echo port' \
    "\"devices\":[$nothing]" 2>&1 || true)
  [[ $said == zero*'not permitted'* ]] || { echo "$said"; return 1; }
}

device_that_is_allowed_opens() {
  local said
  said=$(output 'mknod /dev/port c 4 64; : </dev/port && echo port; : >/dev/port && echo both' \
    "\"devices\":[$nothing,{\"allow\":true,\"type\":\"c\",\"major\":4,\"minor\":64,\"access\":\"rm\"}]" 2>&1 || true)
  [[ $said == port*'not permitted'* ]] || { echo "$said"; return 1; }
}

namespace_hides_the_path() { same 0::/ "$(output 'cat /proc/self/cgroup')"; }

mount_shows_only_its_own_and_is_read_only() {
  local said
  said=$(output 'cd /sys/fs/cgroup; cat pids.max; mkdir sub; echo 999 >pids.max; cat pids.max' '"pids":{"limit":21}' 2>&1)
  [[ $said == 21*Read-only*21 ]] || { echo "$said"; return 1; }
}

life_leaves_nothing() {
  bundle 'sleep 1000' '"pids":{"limit":22}'
  psc create --bundle "$bundle" "$id" </dev/null >/dev/null
  is created
  same 22 "$(cat "$cgroup/pids.max")"
  psc start "$id"
  is running
  same 0::/ "$(psc exec "$id" cat /proc/self/cgroup)"
  if psc delete "$id" 2>/dev/null; then echo "a running container was deleted"; return 1; fi
  psc kill "$id" KILL
  eventually is stopped
  psc delete "$id"
  [ ! -e "$cgroup" ]
  if psc state "$id" 2>/dev/null; then echo "it still has a state"; return 1; fi
}

exec_counts_against_the_limits() {
  started 'sleep 1000' '"pids":{"limit":5}'
  psc exec --detach "$id" sleep 1000 </dev/null >/dev/null
  same 2 "$(wc -l <"$cgroup/cgroup.procs")"
  removed
}

removal_kills_all_processes() {
  started 'sleep 1000 & sleep 1000 & (sleep 1000 & sleep 1000) & sleep 1000'
  eventually eval '[ "$(cat "$cgroup/pids.current")" -ge 5 ]'
  removed
}

own_path_is_made_with_its_parents() {
  local top=psc-test-$RANDOM$RANDOM
  started 'sleep 1000' '"memory":{"limit":67108864}' "\"cgroupsPath\": \"/$top/inner/web\","
  cgroup=$cgroups/$top/inner/web
  same 67108864 "$(cat "$cgroup/memory.max")"
  removed
  rmdir "$cgroups/$top/inner" "$cgroups/$top" 2>/dev/null || [ ! -e "$cgroups/$top" ]
}

caller_stays_where_it_was() {
  local before
  before=$(cat /proc/self/cgroup)
  started 'sleep 1000'
  same "$before" "$(cat /proc/self/cgroup)"
  removed
}

impossible_limit_leaves_nothing() {
  bundle true '"cpu":{"cpus":"4000"}'
  if psc run --bundle "$bundle" "$id" </dev/null 2>"$work/error"; then echo "it started"; return 1; fi
  grep -q 4000 "$work/error" || { cat "$work/error"; return 1; }
  [ ! -e "$cgroup" ] && [ ! -e "$work/state/$id" ]
}

filter_refuses_a_call() {
  local said
  said=$(output 'grep Seccomp: /proc/self/status; mkdir /tmp/refused' '' \
    '"seccomp": {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95}]},' 2>&1 || true)
  [[ $said == Seccomp:*2*'not supported'* ]] || { echo "$said"; return 1; }
}

# What the runtime reads of files before their container runs: kind, mode, owner, size and times.
files_are_copied_up_as_they_are() {
  local look='stat -c %n:%a:%u:%g:%s:%Y:%F /etc/passwd /etc/group /home/user' wanted
  bundle "$look"
  sed -i 's|"mounts": \[|"mounts": [ {"destination":"/etc","type":"tmpfs","source":"tmpfs","options":["tmpcopyup"]}, {"destination":"/home","type":"tmpfs","source":"tmpfs","options":["tmpcopyup"]},|' "$bundle/config.json"
  wanted=$(chroot "$PSCONTAINER_TEST_ROOTFS" /bin/sh -c "$look")
  same "$wanted" "$(psc run --bundle "$bundle" "$id" </dev/null)"
}

unknown_command_leaves_nothing() {
  bundle true
  sed -i 's|"/bin/sh"|"/bin/missing"|' "$bundle/config.json"
  if psc run --bundle "$bundle" "$id" </dev/null 2>"$work/error"; then echo "it started"; return 1; fi
  grep -q '/bin/missing' "$work/error" || { cat "$work/error"; return 1; }
  [ ! -e "$cgroup" ] && [ ! -e "$work/state/$id" ]
}

for name in hierarchy_is_pure limits_are_in_the_files unified_members_are_written memory_limit_kills \
  pids_limit_refuses cpu_quota_throttles freezing_pauses devices_are_denied device_that_is_allowed_opens \
  namespace_hides_the_path mount_shows_only_its_own_and_is_read_only life_leaves_nothing \
  exec_counts_against_the_limits removal_kills_all_processes own_path_is_made_with_its_parents \
  caller_stays_where_it_was impossible_limit_leaves_nothing \
  filter_refuses_a_call files_are_copied_up_as_they_are unknown_command_leaves_nothing; do
  check $name
done
for id in $(psc list -q); do psc delete --force "$id"; done
echo "$passed $failed 0" >"$COUNT"
