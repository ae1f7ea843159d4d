#!/usr/bin/env bash
# podman as root: all that it asks of an OCI runtime.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/podman-lib.sh"
command -v podman >/dev/null || { skip "podman is not installed (apt-get install podman): nothing of it"; exit 0; }
state=$CLIENT_WORK/podman
unique=$(basename "$CLIENT_WORK")
own=(--cgroup-parent "/$unique")
mkdir -p "$state/shared" "$state/bin"
write_configuration
# podman's own clean-up of a container passes no flags on to the runtime: so the state directory is in the program.
printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$runtime" "$state/run-state" >"$state/bin/pscontainer"
chmod 755 "$state/bin/pscontainer"
runtime=$state/bin/pscontainer
# podman leaves the directories that it put its containers in.
end() {
  finish
  remove_cgroups "$unique"
}
trap end EXIT
trap 'exit 143' TERM

# Two containers of a pod: one sees the other's network and host name.
pod_tests() {
  expect "pod, first container" 0 . podman run -d --pod shop --name first "${own[@]}" box:1 sleep 1000
  expect "pod, second container" 0 . podman run -d --pod shop --name second "${own[@]}" box:1 sleep 1000
  expect "pod, shared network" 0 '^same$' sh_podman \
    '[ "$(podman exec first readlink /proc/self/ns/net)" = "$(podman exec second readlink /proc/self/ns/net)" ] && echo same'
  expect "pod, processes apart" 0 '^apart$' sh_podman \
    '[ "$(podman exec first readlink /proc/self/ns/pid)" = "$(podman exec second readlink /proc/self/ns/pid)" ] || echo apart'
  expect "pod stop" 0 . podman pod stop -t 0 shop
  # podman does not wait for its own monitors to leave the pod's cgroup.
  eventually "pod rm" '^gone$' sh_podman 'podman pod rm -f shop >/dev/null 2>&1; podman pod exists shop || echo gone'
}

# A command of somebody who is in another group too.
as_member() { (export limit state runtime; export -f podman; setpriv --groups 4242 bash -c '"$@"' bash "$@"); }

expect "import" 0 . podman import "$CLIENT_WORK/rootfs.tar" box:1
expect "import, for the pod" 0 . podman import --change 'ENTRYPOINT ["sleep", "1000"]' "$CLIENT_WORK/rootfs.tar" pause:1
podman_basics
podman_security

# Files and filesystems.
echo from-host >"$state/shared/file"
expect "volume" 0 '^from-host$' podman run --rm "${own[@]}" -v "$state/shared:/v" --network none box:1 sh -c 'cat /v/file; echo back >/v/back'
expect "volume, written" 0 '^back$' cat "$state/shared/back"
expect "volume, read-only" 1 'Read-only' podman run --rm "${own[@]}" -v "$state/shared:/v:ro" --network none box:1 touch /v/x
# As root of a user namespace podman's container may not pass the directory above it; the runtime may.
mkdir -p -m 700 "$state/closed" && mkdir -m 777 "$state/closed/volume" && echo from-root >"$state/closed/volume/file"
expect "volume out of reach" 0 '^from-root$' podman run --rm "${own[@]}" --uidmap 0:200000:65536 -v "$state/closed/volume:/v" --network none \
  box:1 sh -c 'cat /v/file; echo back >/v/back'
expect "volume out of reach, written" 0 '^200000 back$' sh -c "stat -c %u '$state/closed/volume/back' | tr '\n' ' '; cat '$state/closed/volume/back'"
expect "volume out of reach, read-only" 1 'Read-only' podman run --rm "${own[@]}" --uidmap 0:200000:65536 -v "$state/closed/volume:/v:ro" \
  --network none box:1 touch /v/x
# What a container mounts in a shared volume is for the host, and of a user namespace never.
mkdir -p "$state/peer" && mount -t tmpfs psc-clients "$state/peer" && mount --make-shared "$state/peer" && mkdir "$state/peer/inner" "$state/peer/own"
expect "volume, shared" 0 '^$' podman run --rm "${own[@]}" --privileged -v "$state/peer:/v:rshared" --network none box:1 \
  sh -c 'mount -t tmpfs inner /v/inner && touch /v/inner/file'
expect "volume, shared, on the host" 0 'file' ls "$state/peer/inner"
expect "volume, shared with a user namespace" 0 '^$' podman run --rm "${own[@]}" --privileged --uidmap 0:200000:65536 -v "$state/peer:/v:rshared" \
  --network none box:1 sh -c 'mount -t tmpfs own /v/own && touch /v/own/file'
expect "volume, shared with a user namespace, on the host" 0 '^$' ls "$state/peer/own"
umount "$state/peer/inner" "$state/peer"
expect "tmpfs" 0 '^tmpfs .* /t$' podman run --rm "${own[@]}" --tmpfs /t:size=1m --network none box:1 df /t
expect "tmpfs, copied up" 0 '^root:x:0:0' podman run --rm "${own[@]}" --tmpfs /etc --network none box:1 cat /etc/passwd
expect "read-only root" 0 '^denied written$' podman run --rm "${own[@]}" --read-only --network none box:1 \
  sh -c 'touch /x 2>/dev/null || printf "denied "; touch /tmp/x && stat -c %a /tmp | grep -q 1777 && echo written'
expect "device" 0 '^crw' podman run --rm "${own[@]}" --device /dev/zero:/dev/nought --network none box:1 ls -l /dev/nought

# In a user namespace: devices, groups, the host's network, and a bind that leaves out what is mounted below.
mapped=("${own[@]}" --uidmap 0:200000:5000 --network none)
expect "user namespace, all devices" 0 '^$' podman run --rm "${mapped[@]}" --privileged box:1 true
expect "user namespace, device" 0 '^crw-rw-rw- +1 root +root +1, +5 ' podman run --rm "${mapped[@]}" --device /dev/zero:/dev/nought box:1 ls -l /dev/nought
expect "user namespace, groups that are kept" 0 '^Groups:.*65534' as_member podman run --rm "${mapped[@]}" --group-add keep-groups box:1 \
  grep Groups /proc/self/status
expect "user namespace, the host's network" 0 '^lo$' podman run --rm "${own[@]}" --uidmap 0:200000:5000 --network host box:1 ls /sys/class/net
mkdir -p "$state/outer/below" && mount -t tmpfs psc-clients "$state/outer/below" && touch "$state/outer/below/inner"
expect "user namespace, a bind alone" 0 '^/v$' podman run --rm "${mapped[@]}" --mount "type=bind,src=$state/outer,dst=/v,bind-nonrecursive" box:1 \
  sh -c 'test ! -e /v/below/inner && echo /v'
umount "$state/outer/below"
# Where the controllers are on v1, a directory above may be there with no processors yet.
if [ -d /sys/fs/cgroup/cpuset ]; then
  mkdir -p "/sys/fs/cgroup/cpuset/$unique-empty"
  expect "a parent without processors" 0 '^0$' podman run --rm --cgroup-parent "/$unique-empty" --cpuset-cpus 0 --network none box:1 \
    sh -c 'sed -n "s/^Cpus_allowed_list:.//p" /proc/self/status'
fi
expect "no room for another process" 0 '^1$' podman run --rm "${own[@]}" --pids-limit 0 --network none box:1 \
  sh -c 'read n </sys/fs/cgroup/pids.max || read n </sys/fs/cgroup/pids/pids.max; echo $n'

# Limits: what podman asked is in the kernel, under the path that podman chose.
run_detached limited --memory 64m --cpus 0.5 --pids-limit 50 --cpu-shares 512 --network none
expect "limits, memory" 0 '67.11MB' podman stats --no-stream limited
expect "limits, CPU time is counted" 0 '^[1-9]' cpu_time limited
expect "limits, in the kernel" 0 '^67108864 50$' limits_of limited
expect "update" 0 . podman update --memory 96m --cpus 1 limited
expect "update, in the kernel" 0 '^100663296 50$' limits_of limited
expect "top" 0 'sh -c' podman top limited
expect "top, host pid" 0 '^ *HPID' podman top limited hpid,comm
expect "pause" 0 . podman pause limited
expect "paused" 0 '^paused$' podman inspect --format '{{.State.Status}}' limited
expect "exec while paused" 255 'paused|not running|running containers' podman exec limited true
expect "unpause" 0 . podman unpause limited
expect "unpaused" 0 '^running$' podman inspect --format '{{.State.Status}}' limited
expect "kill, one's own signal" 0 . podman kill --signal USR1 limited
eventually "kill, arrived" 'got USR1' podman logs limited
expect "restart" 0 . podman restart -t 60 limited
# Before it has set its trap, the first process of a pid namespace gets no signal.
eventually "restart, begun" '^2$' sh_podman 'podman logs limited | grep -c "^begin$"'
expect "stop" 0 . podman stop -t 60 limited
expect "stop, by the command itself" 0 '^exited 7$' podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' limited
expect "rm" 0 . podman rm limited

# Out of memory is told apart. conmon leaves an empty file `oom` where podman was called.
(cd "$state" && expect "killed for memory" 137 '^' podman run --name hungry "${own[@]}" --memory 16m --memory-swap 16m \
  --network none box:1 sh -c 'dd if=/dev/zero of=/dev/shm/x bs=1M count=60')
podman rm -f hungry >/dev/null 2>&1

# Networks of podman's that need nothing of the host.
expect "host's network" 0 '^lo$' podman run --rm "${own[@]}" --network host box:1 ls /sys/class/net
expect "no network" 0 '^lo$' podman run --rm "${own[@]}" --network none box:1 ls /sys/class/net
expect "host's pids" 0 '^1$' podman run --rm "${own[@]}" --pid host --network none box:1 sh -c 'readlink /proc/1/ns/pid >/dev/null 2>&1; ls /proc | grep -c "^1$"'

# An init, a health check, a pod.
if [ -x /usr/libexec/podman/catatonit ] || command -v catatonit >/dev/null; then
  expect "init" 0 'catatonit|podman-init' podman run --rm --init "${own[@]}" --network none box:1 ps
  expect "pod" 0 . podman pod create --name shop --share net,ipc,uts --cgroup-parent "/$unique" --network none --infra-image pause:1 && pod_tests
else
  skip "catatonit is not installed (apt-get install catatonit): podman's --init and pods"
fi
run_detached healthy --health-cmd 'test -f /tmp/well' --health-interval disable --network none
expect "health check, failing" 1 '^' podman healthcheck run healthy
expect "health check, mended" 0 '^' podman exec healthy touch /tmp/well
expect "health check, passing" 0 '^' podman healthcheck run healthy
expect "rm --force" 0 . podman rm -f -t 0 healthy

# Many at once, and nothing left of any.
expect "twelve at once" 0 '^12$' many 12
expect "all gone" 0 '^0$' sh -c "ls $state/run-state 2>/dev/null | grep -vc '^\.' || true"
expect "no cgroup left" 0 '^0$' sh -c "find /sys/fs/cgroup -type d -path '*/$unique/libpod-[0-9a-f]*' | wc -l"
exit 0
