# dockerd with files, sockets and cgroups of the test's own, and in network and mount namespaces of the test's own: it takes away a bridge
# that it finds on the host, and a containerd that it finds there it would use. Needs $state and $unique.
holder=
namespace=
daemon=

# Where there are several clients, the daemon's own: what it says and asks for is the daemon's version.
find_client() {
  local candidate version
  version=$(dockerd --version | cut -d, -f1)
  for candidate in $(type -aP docker); do
    [ "$("$candidate" --version | cut -d, -f1)" != "$version" ] || break
  done
  echo "$candidate"
}

docker() { timeout --kill-after=5 "$limit" "$client" --host "unix://$state/sock" "$@"; }

# A line of shell with the functions of this file.
sh_docker() { eval "$1"; }

# A process that the namespaces live in for as long as the daemon may be started anew. Mounts are shared there, as on most hosts; what is
# written to /etc and /run is seen there alone.
hold_namespaces() {
  unshare --mount --net sh -c 'set -e; mount --make-rshared /; ip link set lo up
    mount -t tmpfs psc-clients /run; mkdir /run/etc /run/work
    mount -t overlay psc-clients /etc -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work
    echo daemon:300000:65536 | tee /etc/subuid >/etc/subgid
    echo held; exec sleep infinity' </dev/null >"$state/holder" 2>&1 &
  holder=$!
  eventually "namespaces" '^held$' cat "$state/holder" || exit 1
  namespace=$(readlink "/proc/$holder/ns/mnt")
}

inside() { nsenter --target "$holder" --mount --net "$@"; }

# write_configuration MEMBER...: as docs/clients.md has it, and what keeps it apart from a docker of this machine.
write_configuration() {
  local member
  cat >"$state/daemon.json" <<JSON
{ "runtimes": { "pscontainer": { "path": "$runtime" } }, "default-runtime": "pscontainer",
$(for member in "$@"; do echo "  $member,"; done)
  "data-root": "$state/root", "exec-root": "$state/run", "pidfile": "$state/pid", "hosts": ["unix://$state/sock"], "group": "root",
  "cgroup-parent": "/$unique", "exec-opts": ["native.cgroupdriver=cgroupfs"], "storage-driver": "vfs",
  $bridge, "iptables": false, "ip-forward": false, "ip-masq": false, "userland-proxy": false }
JSON
}

# BuildKit calls the runc of PATH, whatever the configuration says.
start_daemon() {
  PATH=$state/bin:$PATH nsenter --target "$holder" --mount --net dockerd --config-file "$state/daemon.json" >>"$state/log" 2>&1 &
  daemon=$!
  eventually "dockerd answers" '^pscontainer$' docker info --format '{{.DefaultRuntime}}' && return
  tail -n 20 "$state/log" >&2
  exit 1
}

stop_daemon() {
  [ -n "$daemon" ] || return 0
  kill "$daemon" 2>/dev/null
  wait "$daemon" 2>/dev/null
  daemon=
}

# Processes by what is ours alone: their mount namespace (the daemon's, its containerd's, shims'), or their cgroup (containers').
our_processes() {
  local directory
  if [ -n "$namespace" ] && [ "$namespace" != "$(readlink /proc/self/ns/mnt)" ]; then
    for directory in /proc/[0-9]*; do
      [ "$(readlink "$directory/ns/mnt" 2>/dev/null)" != "$namespace" ] || echo "${directory#/proc/}"
    done
  fi
  find /sys/fs/cgroup -path "*/$unique*" -name cgroup.procs -exec cat {} + 2>/dev/null
}

finish() {
  local containers
  if [ -n "$daemon" ]; then
    containers=$(docker ps -aq 2>/dev/null)
    [ -z "$containers" ] || docker rm -fv $containers >/dev/null 2>&1
  fi
  stop_daemon
  [ -z "$holder" ] || { kill -KILL "$holder" $(our_processes | sort -u); wait "$holder"; } 2>/dev/null
  remove_cgroups "$unique"
}

# run_detached NAME OPTION...: one that says what it gets, and ends with 7 when asked.
run_detached() {
  local name=$1
  shift
  expect "run --detach ($name)" 0 '^[0-9a-f]{64}$' docker run -d --name "$name" "$@" box:1 \
    sh -c 'trap "echo got USR1" USR1; trap "exit 7" TERM; echo begin; while :; do sleep 0.1; done'
}

# What the kernel's files say inside: memory, processes, CPU time of 100 ms in microseconds.
limits_in() {
  docker exec "$1" sh -c 'cd /sys/fs/cgroup
    for file in memory/memory.limit_in_bytes memory.max pids/pids.max pids.max cpu/cpu.cfs_quota_us cpu.max; do
      [ ! -f $file ] || { read value rest <$file; printf "%s " $value; }
    done'
}

pid_of() { docker inspect --format '{{.State.Pid}}' "$1"; }

many() {
  local i
  for i in $(seq "$1"); do docker run --rm --network none box:1 echo alive & done | grep -c '^alive$'
}

# What happened to a container, in words.
events_of() {
  docker events --since 0 --until "$(date +%s.%N)" --filter "container=$1" --format '{{.Action}}' \
    $(printf -- '--filter event=%s ' create start restart kill stop oom die) | tr '\n' ' '
}
