# podman with a storage, a state and a runtime of the test's own. Needs $state; $own are options for each container.
own=()

# Limits that an ordinary machine allows, and no file of this machine's or user's configuration.
write_configuration() {
  mkdir -p "$state"
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[engine]\nruntime_supports_json = ["pscontainer"]\n' \
    >"$state/containers.conf"
  export CONTAINERS_CONF=$state/containers.conf
}

podman() {
  timeout --kill-after=5 "$limit" podman --root "$state/storage" --runroot "$state/run" --tmpdir "$state/tmp" \
    --storage-driver vfs --cgroup-manager cgroupfs --events-backend file --log-level error --runtime "$runtime" "$@"
}

finish() {
  podman pod rm -fa -t 0 >/dev/null 2>&1
  podman rm -fa -t 0 >/dev/null 2>&1
  unmount_below "$state"
}

# run_detached NAME OPTION...: one that says what it gets, and ends with 7 when asked.
run_detached() {
  local name=$1
  shift
  expect "run --detach ($name)" 0 '^[0-9a-f]{64}$' podman run -d --name "$name" "${own[@]}" "$@" box:1 \
    sh -c 'trap "echo got USR1" USR1; trap "exit 7" TERM; echo begin; while :; do sleep 0.1; done'
}

limits_of() {
  local pid directory v1=/sys/fs/cgroup
  pid=$(podman inspect --format '{{.State.Pid}}' "$1")
  if [ -f $v1/cgroup.controllers ]; then
    directory=$v1$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
    echo "$(cat "$directory/memory.max") $(cat "$directory/pids.max")"
  else
    echo "$(cat "$v1/memory$(sed -n 's/^[0-9]*:memory://p' "/proc/$pid/cgroup")/memory.limit_in_bytes")" \
      "$(cat "$v1/pids$(sed -n 's/^[0-9]*:pids://p' "/proc/$pid/cgroup")/pids.max")"
  fi
}

# Nanoseconds of CPU time, as podman reads them from the cgroup that it chose.
cpu_time() { podman stats --no-stream --format '{{.CPUNano}}' "$1"; }

many() {
  local i pids=()
  for i in $(seq "$1"); do
    podman run --rm "${own[@]}" --network none box:1 echo "alive" &
    pids+=($!)
  done | grep -c '^alive$'
}

podman_basics() {
  expect "run" 0 '^hello$' podman run --rm "${own[@]}" --network none box:1 echo hello
  expect "run, exit code" 42 '^$' podman run --rm "${own[@]}" --network none box:1 sh -c 'exit 42'
  expect "run, input" 0 '^in$' sh_podman 'echo in | podman run -i --rm "${own[@]}" --network none box:1 cat'
  expect "run, standard error is apart" 0 '^out$' sh_podman 'podman run --rm "${own[@]}" --network none box:1 sh -c "echo out; echo err >&2" 2>/dev/null'
  expect "run, terminal" 0 '^/dev/pts/0' podman run --rm -t "${own[@]}" --network none box:1 tty
  expect "run, no such command" 127 'nosuch' podman run --rm "${own[@]}" --network none box:1 nosuch
  expect "run, no such path" 127 '/no/such' podman run --rm "${own[@]}" --network none box:1 /no/such
  expect "run, not executable" 126 '/etc/passwd' podman run --rm "${own[@]}" --network none box:1 /etc/passwd
  expect "run, environment, directory, hostname" 0 '^b /tmp box$' podman run --rm "${own[@]}" -e A=b -w /tmp --hostname box --network none box:1 \
    sh -c 'echo $A $(pwd) $(hostname)'
  expect "run, missing directory" 126 '/not/here' podman run --rm "${own[@]}" -w /not/here --network none box:1 pwd
  expect "create" 0 . podman create --name basic "${own[@]}" --network none box:1 sh -c 'trap "exit 7" TERM; echo begin; while :; do sleep 0.1; done'
  expect "created" 0 '^created$' podman inspect --format '{{.State.Status}}' basic
  expect "init (podman's: create in the runtime)" 0 . podman init basic
  expect "start" 0 . podman start basic
  expect "running" 0 '^running$' podman inspect --format '{{.State.Status}}' basic
  expect "ps" 0 'basic' podman ps
  eventually "logs" '^begin$' podman logs basic
  expect "exec" 0 '^uid=0\(root\)' podman exec basic id
  expect "exec, exit code" 3 '^$' podman exec basic sh -c 'exit 3'
  expect "exec, user, environment, directory" 0 '^1000 b /tmp$' podman exec --user 1000:1000 -e A=b -w /tmp basic sh -c 'echo $(id -u) $A $(pwd)'
  expect "exec, input" 0 '^in$' sh_podman 'echo in | podman exec -i basic cat'
  expect "exec, terminal" 0 '^/dev/pts' podman exec -t basic tty
  expect "exec --detach" 0 '^[0-9a-f]{64}$' podman exec -d basic sh -c 'echo later >/tmp/later'
  eventually "exec --detach, done" '^later$' podman exec basic cat /tmp/later
  expect "exec, no such command" 127 'nosuch' podman exec basic nosuch
  expect "exec, not executable" 126 '/etc/passwd' podman exec basic /etc/passwd
  expect "cp" 0 '^' podman cp "$CLIENT_RESULTS" basic:/tmp/copied
  expect "cp, there" 0 'passed' podman exec basic cat /tmp/copied
  expect "diff" 0 '/tmp/copied' podman diff basic
  expect "rm of a running one is refused" 2 'running|force' podman rm basic
  expect "stop" 0 . podman stop -t 60 basic
  expect "wait" 0 '^7$' podman wait basic
  expect "start again" 0 . podman start basic
  expect "kill" 0 . podman kill basic
  expect "killed" 0 '^137$' podman wait basic
  expect "rm" 0 . podman rm basic
}

podman_security() {
  expect "no capability" 0 '^CapEff:\s+0{16}$' podman run --rm "${own[@]}" --cap-drop all --network none box:1 grep CapEff /proc/self/status
  expect "one capability" 0 '^CapEff:\s+0{12}2000$' podman run --rm "${own[@]}" --cap-drop all --cap-add net_raw --network none box:1 grep CapEff /proc/self/status
  expect "default filter" 0 '^Seccomp:\s+2$' podman run --rm "${own[@]}" --network none box:1 grep Seccomp: /proc/self/status
  expect "no filter" 0 '^Seccomp:\s+0$' podman run --rm "${own[@]}" --security-opt seccomp=unconfined --network none box:1 grep Seccomp: /proc/self/status
  expect "no new privileges" 0 '^NoNewPrivs:\s+1$' podman run --rm "${own[@]}" --security-opt no-new-privileges --network none box:1 grep NoNew /proc/self/status
  expect "mask" 0 '^0$' podman run --rm "${own[@]}" --security-opt mask=/etc/passwd --network none box:1 sh -c 'wc -c </etc/passwd'
  expect "user" 0 '^uid=1000\(user\) gid=1000\(user\)' podman run --rm "${own[@]}" --user 1000:1000 --network none box:1 id
  expect "resource limits" 0 '^1024$' podman run --rm "${own[@]}" --network none box:1 sh -c 'ulimit -n'
  expect "sysctl" 0 '^17$' podman run --rm "${own[@]}" --sysctl net.ipv4.ip_default_ttl=17 --network none box:1 cat /proc/sys/net/ipv4/ip_default_ttl
}

# A line of shell with the functions of this file.
sh_podman() { eval "$1"; }
