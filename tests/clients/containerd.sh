#!/usr/bin/env bash
# containerd, whose runc shim is told to call our executable: what Kubernetes' nodes run on.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
for tool in containerd ctr containerd-shim-runc-v2; do
  command -v $tool >/dev/null || { skip "$tool is not installed (apt-get install containerd): nothing of containerd"; exit 0; }
done
state=$CLIENT_WORK/containerd
unique=$(basename "$CLIENT_WORK")
mkdir -p "$state/blobs/sha256"
daemon=

finish() {
  local task
  if [ -n "$daemon" ]; then
    for task in $(ctr task ls -q 2>/dev/null); do ctr task rm -f "$task" >/dev/null 2>&1; done
    for task in $(ctr container ls -q 2>/dev/null); do ctr container rm "$task" >/dev/null 2>&1; done
    kill "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
  fi
  remove_cgroups "$unique"
  unmount_below "$state"
}
trap finish EXIT
trap 'exit 143' TERM

cat >"$state/config.toml" <<TOML
version = 2
root = "$state/root"
state = "$state/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "$state/sock"
[ttrpc]
  address = "$state/ttrpc"
TOML

ctr() { timeout --kill-after=5 "$limit" ctr --address "$state/sock" --namespace "$unique" "$@"; }
run=(run --runc-binary "$runtime" --runc-root "$state/run-state" --snapshotter native)

# ctr itself ends with 0 and only says what the task ended with.
delete_task() {
  local told
  told=$(ctr task rm "$1" 2>&1)
  ctr container rm "$1"
  [[ $told =~ exit\ code\ ([0-9]+) ]] && return "${BASH_REMATCH[1]}"
}

# Two processes in the host's pid namespace: only the cgroup finds the second one.
kill_all() {
  ctr "${run[@]}" --detach --cgroup "/$unique-all" local/box:1 all sh -c 'sleep 1000 & sleep 1000' || return 1
  ctr task kill --all --signal KILL all || return 1
  local try
  for try in $(seq 600); do
    ctr task ls | grep -q 'all .*STOPPED' && break
    sleep 0.1
  done
  ctr task rm all >/dev/null 2>&1
  ctr container rm all
}

# An image of one layer, put together here: no registry is asked.
make_image() {
  local layer config manifest
  add() { local sum; sum=$(sha256sum "$1" | cut -d' ' -f1); cp "$1" "$state/blobs/sha256/$sum"; echo "$sum"; }
  layer=$(add "$CLIENT_WORK/rootfs.tar")
  printf '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$layer" >"$state/config"
  config=$(add "$state/config")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%d}]}' \
    "$config" "$(stat -c %s "$state/config")" "$layer" "$(stat -c %s "$CLIENT_WORK/rootfs.tar")" >"$state/manifest"
  manifest=$(add "$state/manifest")
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d,"annotations":{"io.containerd.image.name":"local/box:1"}}]}' \
    "$manifest" "$(stat -c %s "$state/manifest")" >"$state/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$state/oci-layout"
  tar -C "$state" -cf "$state/image.tar" oci-layout index.json blobs
}

containerd --config "$state/config.toml" >"$state/log" 2>&1 &
daemon=$!
eventually "containerd answers" 'Server' ctr version
make_image
expect "image" 0 'local/box:1' ctr image import "$state/image.tar"
expect "run" 0 '^hello$' ctr "${run[@]}" --rm local/box:1 one echo hello
expect "run, exit code" 42 '^' ctr "${run[@]}" --rm local/box:1 one sh -c 'exit 42'
expect "run, no such command" 1 'nosuch' ctr "${run[@]}" --rm local/box:1 one nosuch
expect "the reason comes through the JSON log" 1 'OCI runtime create failed: .*no/such' ctr "${run[@]}" --rm local/box:1 one /no/such
expect "run, environment and directory" 0 '^b /tmp$' ctr "${run[@]}" --rm --env A=b --cwd /tmp local/box:1 one sh -c 'echo $A $(pwd)'
expect "run, terminal" 0 '/dev/pts/0' script -qec "ctr --address $state/sock --namespace $unique ${run[*]} --rm -t local/box:1 one tty" /dev/null
echo from-host >"$state/file"
expect "run, bind" 0 '^from-host$' ctr "${run[@]}" --rm --mount "type=bind,src=$state/file,dst=/f,options=rbind:ro" local/box:1 one cat /f
expect "run, read-only root" 1 'Read-only' ctr "${run[@]}" --rm --read-only local/box:1 one touch /x
expect "run, host's network" 0 '^lo$' ctr "${run[@]}" --rm --net-host local/box:1 one ls /sys/class/net
expect "run, filter" 0 '^Seccomp:\s+2$' ctr "${run[@]}" --rm --seccomp local/box:1 one grep Seccomp: /proc/self/status
expect "run, capabilities" 0 '^CapBnd:\s+0{12}2000$' ctr "${run[@]}" --rm $(printf -- '--cap-drop CAP_%s ' CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE) \
  local/box:1 one grep CapBnd /proc/self/status
expect "run, privileged" 0 '^CapEff:\s+0*1f' ctr "${run[@]}" --rm --privileged local/box:1 one grep CapEff /proc/self/status
expect "run, user namespace" 0 '^ +0 +100000 +1000$' ctr "${run[@]}" --rm --uidmap 0:100000:1000 --gidmap 0:100000:1000 local/box:1 one cat /proc/self/uid_map
expect "run, cgroup" 0 ":/$unique" ctr "${run[@]}" --rm --cgroup "/$unique/deep" --memory-limit 33554432 --net-host local/box:1 one cat /proc/1/cpuset /proc/self/cgroup

# A task from its start to its removal.
expect "run --detach" 0 '^' ctr "${run[@]}" --detach --cgroup "/$unique-task" local/box:1 task sh -c 'trap "exit 7" TERM; while :; do sleep 0.1; done'
expect "task is running" 0 'task +[0-9]+ +RUNNING' ctr task ls
expect "exec" 0 '^uid=0' ctr task exec --exec-id e1 task id
expect "exec, user, directory, exit code" 3 '^1000 /tmp$' ctr task exec --exec-id e2 --user 1000:1000 --cwd /tmp task sh -c 'echo $(id -u) $(pwd); exit 3'
expect "exec, no such command" 1 'nosuch' ctr task exec --exec-id e3 task nosuch
expect "ps" 0 '^[0-9]+ ' ctr task ps task
expect "metrics" 0 'cpu|memory' ctr task metrics task
expect "pause" 0 '^' ctr task pause task
expect "paused" 0 'task +[0-9]+ +PAUSED' ctr task ls
expect "resume" 0 '^' ctr task resume task
expect "resumed" 0 'task +[0-9]+ +RUNNING' ctr task ls
expect "kill" 0 '^' ctr task kill --signal TERM task
eventually "stopped" 'task +[0-9]+ +STOPPED' ctr task ls
expect "delete, with the exit code" 7 'non-zero exit code 7|^' delete_task task
expect "kill --all" 0 '^' kill_all
expect "runtime's state is gone" 0 '^0$' sh -c "find $state/run-state -mindepth 2 -maxdepth 2 -not -path '*/.*' 2>/dev/null | wc -l"
expect "no cgroup left" 0 '^0$' sh -c "find /sys/fs/cgroup -type d -path '*$unique*' -not -path '*/$unique' | wc -l"
exit 0
