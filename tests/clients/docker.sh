#!/usr/bin/env bash
# docker as root: all that dockerd and its BuildKit ask of an OCI runtime.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/docker-lib.sh"
for tool in dockerd docker containerd ip; do
  command -v $tool >/dev/null || { skip "$tool is not installed (apt-get install docker.io iproute2): nothing of docker"; exit 0; }
done
state=$CLIENT_WORK/docker
unique=$(basename "$CLIENT_WORK")
client=$(find_client)
mkdir -p "$state/bin" "$state/client" "$state/shared" "$state/peer" "$state/context"
export DOCKER_CONFIG=$state/client
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_API_VERSION DOCKER_DEFAULT_PLATFORM
printf '#!/bin/sh\necho "$@" >>"%s"\nexec "%s" "$@"\n' "$state/runc-calls" "$runtime" >"$state/bin/runc"
chmod 755 "$state/bin/runc"
trap finish EXIT
trap 'exit 143' TERM

hold_namespaces
bridge='"bridge": "none"'
if inside ip link add probe type bridge 2>/dev/null; then
  inside ip link del probe
  bridge='"bip": "10.213.27.1/24"'
fi
write_configuration
start_daemon
expect "import" 0 '^sha256:' docker import "$CLIENT_WORK/rootfs.tar" box:1

# Runs.
expect "run" 0 '^hello$' docker run --rm --network none box:1 echo hello
expect "run, exit code" 42 '^$' docker run --rm --network none box:1 sh -c 'exit 42'
expect "run, input" 0 '^in$' sh_docker 'echo in | docker run -i --rm --network none box:1 cat'
expect "run, standard error is apart" 0 '^out$' sh_docker 'docker run --rm --network none box:1 sh -c "echo out; echo err >&2" 2>/dev/null'
expect "run, terminal" 0 '^/dev/pts/0' docker run --rm -t --network none box:1 tty
# The client sets the size once the command runs.
expect "run, terminal, size" 0 '24 80' script -qec "stty rows 24 cols 80; $client --host unix://$state/sock run --rm -it --network none box:1 \
  sh -c 'until stty size 2>/dev/null | grep 24; do sleep 0.1; done'" /dev/null
expect "run, no such command" 127 'nosuch.*executable file not found' docker run --rm --network none box:1 nosuch
expect "run, no such path" 127 '/no/such.*no such file' docker run --rm --network none box:1 /no/such
expect "run, not executable" 126 '/etc/passwd.*permission denied' docker run --rm --network none box:1 /etc/passwd
expect "run, options of the process" 0 '^b /made/here box 512 1024 321 0 17 uid=1000\(user\) gid=1000\(user\) groups=50\(staff\),1000\(user\),4242$' docker run --rm --network none \
  -e A=b -w /made/here --hostname box --ulimit nofile=512:1024 --oom-score-adj 321 --cpuset-cpus 0 --sysctl net.ipv4.ip_default_ttl=17 --user user --group-add 4242 \
  box:1 sh -c 'echo $A $(pwd; hostname; ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj; sed -n "s/^Cpus_allowed_list:.//p" /proc/self/status
    cat /proc/sys/net/ipv4/ip_default_ttl; id)'
if command -v docker-init >/dev/null; then
  expect "run --init" 0 'docker-init' docker run --rm --init --network none box:1 ps
else
  skip "docker-init is not installed (apt-get install tini): docker's --init"
fi
expect "run, the runtime by its name" 0 '^hello$' docker run --rm --runtime pscontainer --network none box:1 echo hello

# One container's life.
expect "create" 0 '^[0-9a-f]{64}$' docker create --name basic --network none box:1 \
  sh -c 'trap "echo got USR1" USR1; trap "exit 7" TERM; echo begin; echo error >&2; while :; do sleep 0.1; done'
expect "created" 0 '^created 0$' docker inspect --format '{{.State.Status}} {{.State.Pid}}' basic
expect "start" 0 '^basic$' docker start basic
expect "running" 0 '^running true [1-9][0-9]*$' docker inspect --format '{{.State.Status}} {{.State.Running}} {{.State.Pid}}' basic
eventually "logs" '^begin$' docker logs basic
eventually "logs, standard error" '^error$' sh_docker 'docker logs basic 2>&1 >/dev/null'
expect "exec" 0 '^uid=0\(root\)' docker exec basic id
expect "exec, exit code" 3 '^$' docker exec basic sh -c 'exit 3'
expect "exec, user, environment, directory" 0 '^1000 b /tmp$' docker exec --user 1000:1000 -e A=b -w /tmp basic sh -c 'echo $(id -u) $A $(pwd)'
expect "exec, input" 0 '^in$' sh_docker 'echo in | docker exec -i basic cat'
expect "exec, terminal" 0 '^/dev/pts' docker exec -t basic tty
expect "exec --privileged" 0 '^CapEff:\s+0*[13]f' docker exec --privileged basic grep CapEff /proc/self/status
expect "exec --detach" 0 '^$' docker exec -d basic sh -c 'echo later >/tmp/later'
eventually "exec --detach, done" '^later$' docker exec basic cat /tmp/later
expect "exec, no such command" 126 'nosuch.*executable file not found' docker exec basic nosuch
expect "exec, not executable" 126 '/etc/passwd.*permission denied' docker exec basic /etc/passwd
echo from-host >"$state/shared/file"
expect "cp, to the container" 0 '^' docker cp "$state/shared/file" basic:/tmp/copied
expect "cp, there" 0 '^from-host$' docker exec basic cat /tmp/copied
expect "cp, from the container" 0 '^root:x:0:0' sh_docker 'docker cp basic:/etc/passwd "$state/passwd" && cat "$state/passwd"'
expect "diff" 0 '^A /tmp/copied$' docker diff basic
expect "commit" 0 '^sha256:' docker commit basic box:2
expect "commit, what was made" 0 '^from-host$' docker run --rm --network none box:2 cat /tmp/copied
expect "top" 0 'sh -c' docker top basic
expect "kill, one's own signal" 0 '^basic$' docker kill -s USR1 basic
eventually "kill, arrived" '^got USR1$' docker logs basic
expect "rm of a running one is refused" 1 'running' docker rm basic
expect "stop" 0 '^basic$' docker stop -t 60 basic
expect "stopped by itself" 0 '^exited 7 false$' docker inspect --format '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}' basic
expect "wait" 0 '^7$' docker wait basic
expect "start again" 0 '^basic$' docker start basic
eventually "started again" '^2$' sh_docker 'docker logs basic 2>/dev/null | grep -c "^begin$"'
expect "restart" 0 '^basic$' docker restart -t 60 basic
eventually "restarted" '^3$' sh_docker 'docker logs basic 2>/dev/null | grep -c "^begin$"'
expect "kill" 0 '^basic$' docker kill basic
expect "killed" 0 '^137$' docker wait basic
expect "events" 0 '^create start kill kill die stop start kill die stop start restart kill die $' events_of basic
expect "rm" 0 '^basic$' docker rm basic
expect "create, start --attach" 5 '^said$' sh_docker 'docker create --name attached --network none box:1 sh -c "echo said; exit 5" >/dev/null; docker start -a attached'
expect "run, a signal to stop by" 0 . docker run -d --name own-signal --stop-signal USR2 --network none box:1 \
  sh -c 'trap "exit 9" USR2; echo begin; while :; do sleep 0.1; done'
eventually "run, a signal to stop by, begun" '^begin$' docker logs own-signal
expect "stop, by that signal" 0 '^9$' sh_docker 'docker stop -t 60 own-signal >/dev/null; docker wait own-signal'
expect "stop, time" 0 '^137$' sh_docker 'docker run -d --name deaf --network none box:1 sh -c "trap : TERM; while :; do sleep 0.1; done" >/dev/null
  docker stop -t 1 deaf >/dev/null; docker wait deaf'

# Walls.
run=(docker run --rm --network none)
walls='echo $(sed -n "s/^\(CapEff\|NoNewPrivs\|Seccomp\):.//p" /proc/self/status; ls /sys/firmware | wc -l
  (read value; echo $value >/proc/sys/vm/overcommit_memory && echo taken || echo refused) </proc/sys/vm/overcommit_memory 2>/dev/null)'
# CapEff, NoNewPrivs, Seccomp, what can be seen of a masked path, what a read-only one takes.
expect "walls" 0 '^0*a80425fb 0 2 0 refused$' "${run[@]}" box:1 sh -c "$walls"
expect "walls, by choice" 0 '^0{12}2000 1 0 [1-9][0-9]* taken$' "${run[@]}" --cap-drop all --cap-add net_raw --security-opt no-new-privileges \
  --security-opt seccomp=unconfined --security-opt systempaths=unconfined box:1 sh -c "$walls"
expect "walls, privileged" 0 '^0*[13]f[0-9a-f]* 0 0 [1-9][0-9]* taken$' "${run[@]}" --privileged box:1 sh -c "mount -t tmpfs tmpfs /mnt && test -c /dev/kmsg && $walls"
printf '{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO" }] }' >"$state/profile.json"
expect "filter of one's own" 1 'not permitted' "${run[@]}" --security-opt "seccomp=$state/profile.json" box:1 mkdir /made
# No driver has this number, so what gets as far as the driver fails otherwise.
expect "devices" 0 "^crw.* 1, +5 .*read.*No such device.*write.*not permitted" "${run[@]}" --device /dev/zero:/dev/nought --device-cgroup-rule 'c 120:* rm' box:1 \
  sh -c 'mknod /own c 120 7; echo $(ls -l /dev/nought; exec 2>&1; echo read; (: </own); echo write; (: >/own))'
expect "devices, refused" 1 'not permitted' "${run[@]}" box:1 sh -c 'mknod /own c 120 7 && : </own'
expect "read-only root" 1 'Read-only' "${run[@]}" --read-only box:1 touch /x
expect "read-only root, tmpfs" 0 '^tmpfs .* /t$' "${run[@]}" --read-only --tmpfs /t:size=1m box:1 sh -c 'touch /t/x && df /t'
expect "volume" 0 '^from-host$' "${run[@]}" -v "$state/shared:/v" box:1 sh -c 'cat /v/file; echo back >/v/back'
expect "volume, written" 0 '^back$' cat "$state/shared/back"
expect "volume, read-only" 1 'Read-only' "${run[@]}" -v "$state/shared:/v:ro" box:1 touch /v/x
expect "volume, of a name" 0 '^root:x:0:0' "${run[@]}" -v named:/etc box:1 cat /etc/passwd
expect "volume, of a name, kept" 0 '^box$' sh_docker '"${run[@]}" -v named:/v box:1 sh -c "echo box >/v/kept"; "${run[@]}" -v named:/v box:1 cat /v/kept'
inside sh -c "mount -t tmpfs psc-clients '$state/peer' && mkdir '$state/peer/inner'"
expect "volume, shared" 0 '^$' "${run[@]}" --privileged -v "$state/peer:/v:rshared" box:1 sh -c 'mount -t tmpfs inner /v/inner && touch /v/inner/file'
expect "volume, shared, on the host" 0 '^file$' inside ls "$state/peer/inner"
expect "shared memory" 0 '^shm +1024 ' "${run[@]}" --shm-size 1m box:1 df -k /dev/shm
expect "cgroup namespace" 0 ':/$' "${run[@]}" --cgroupns private box:1 cat /proc/self/cgroup
expect "cgroup namespace, the host's" 0 ":/$unique/" "${run[@]}" --cgroupns host box:1 cat /proc/self/cgroup

# Limits: what docker asked, the kernel's files inside say.
run_detached limited --memory 64m --cpus 0.5 --pids-limit 50 --network none
expect "limits" 0 '^67108864 50 50000 $' limits_in limited
expect "update" 0 '^limited$' docker update --memory 96m --memory-swap 192m --cpus 1 --pids-limit 60 limited
expect "updated" 0 '^100663296 60 100000 $' limits_in limited
expect "stats" 0 '^[1-9].* / 96MiB [1-9]' docker stats --no-stream --format '{{.MemUsage}} {{.PIDs}}' limited
expect "top, columns" 0 '^PID +COMMAND' docker top limited -o pid,comm
expect "pause" 0 '^limited$' docker pause limited
expect "paused" 0 '^paused true$' docker inspect --format '{{.State.Status}} {{.State.Paused}}' limited
expect "exec while paused" 1 'paused' docker exec limited true
expect "unpause" 0 '^limited$' docker unpause limited
expect "unpaused" 0 '^running false$' docker inspect --format '{{.State.Status}} {{.State.Paused}}' limited
expect "no room for another process" 2 "can't fork" "${run[@]}" --pids-limit 1 box:1 sh -c 'true | true'
if [ "$(docker info --format '{{.SwapLimit}}')" = true ] || [ -z "$(sed 1d /proc/swaps)" ]; then
  # containerd's shim watches from the start on, so what is killed before it does is not told.
  expect "killed for memory, begun" 0 . docker run -d --name memory-eater --memory 16m --memory-swap 16m --shm-size 64m --network none box:1 \
    sh -c 'until [ -e /go ]; do sleep 0.1; done; exec dd if=/dev/zero of=/dev/shm/x bs=1M count=60'
  expect "killed for memory" 0 '^137$' sh_docker 'docker exec memory-eater touch /go; docker wait memory-eater'
  eventually "killed for memory, told" '^true 137$' docker inspect --format '{{.State.OOMKilled}} {{.State.ExitCode}}' memory-eater
  expect "killed for memory, events" 0 '^create start (oom die|die oom) $' events_of memory-eater
else
  skip "this kernel cannot limit swap, and the machine has some: what docker tells of a container killed for memory"
fi

# Namespaces of others.
shared='for kind in net pid ipc; do readlink /proc/self/ns/$kind; done'
expect "host's network, pids, ipc, name" 0 "^$(inside sh -c "$shared; hostname" | tr '[]\n' '.. ')\$" docker run --rm --network host --pid host --ipc host --uts host \
  box:1 sh -c "($shared; hostname) | tr '\n' ' '"
expect "no network" 0 '^lo$' "${run[@]}" box:1 ls /sys/class/net
run_detached neighbour --network none --ipc shareable --health-cmd "test -f /tmp/well" --health-interval 200ms
expect "health check, mended" 0 '^$' docker exec neighbour touch /tmp/well
eventually "health check" '^healthy$' docker inspect --format '{{.State.Health.Status}}' neighbour
expect "another's network, pids and ipc" 0 '^net:' sh_docker '[ "$(docker run --rm --network container:neighbour --pid container:neighbour \
  --ipc container:neighbour box:1 sh -c "$shared")" = "$(docker exec neighbour sh -c "$shared" | tee "$state/namespaces")" ] && cat "$state/namespaces"'
if [[ $bridge == *bip* ]]; then
  run_detached server --hostname server
  expect "bridge" 0 'inet 10\.213\.27\.' docker exec server ip -4 addr show dev eth0
  address=$(docker inspect --format '{{.NetworkSettings.IPAddress}}' server)
  expect "bridge, from one to another" 0 '^1 packets transmitted, 1 packets received' docker run --rm box:1 ping -c 1 -W 20 "$address"
  expect "bridge, another's network" 0 "inet $address/" docker run --rm --network container:server box:1 ip -4 addr show dev eth0
else
  skip "this kernel has no bridges: docker's own network"
fi

# Images.
printf 'FROM box:1\nARG WORD=nothing\nRUN echo $WORD $(id -u) >/built\nCOPY added /added\n' >"$state/context/Dockerfile"
echo added >"$state/context/added"
expect "build" 0 'Successfully built' sh_docker 'DOCKER_BUILDKIT=0 docker build --network none --build-arg WORD=classic -t built:1 "$state/context"'
expect "build, what was built" 0 '^classic 0 added $' sh_docker '"${run[@]}" built:1 cat /built /added | tr "\n" " "'
expect "build, a command that fails" 3 'returned a non-zero code: 3' sh_docker 'printf "FROM box:1\nRUN exit 3\n" | DOCKER_BUILDKIT=0 docker build --network none -'
cp "$CLIENT_WORK/rootfs.tar" "$state/context/"
printf 'FROM scratch\nADD rootfs.tar /\nRUN echo from-scratch >/built\n' >"$state/context/scratch"
expect "build from scratch" 0 'Successfully built' sh_docker 'DOCKER_BUILDKIT=0 docker build --network none -t built:2 -f "$state/context/scratch" "$state/context"'
expect "build from scratch, what was built" 0 '^from-scratch$' "${run[@]}" built:2 cat /built
expect "BuildKit" 0 'naming to .*built:3' sh_docker 'DOCKER_BUILDKIT=1 docker build --progress plain --network none --build-arg WORD=buildkit -t built:3 "$state/context"'
expect "BuildKit, what was built" 0 '^buildkit 0 added $' sh_docker '"${run[@]}" built:3 cat /built /added | tr "\n" " "'
expect "BuildKit, by the runtime" 0 ' run ' cat "$state/runc-calls"
expect "BuildKit, a command that fails" 1 'exit code: 3' sh_docker 'printf "FROM box:1\nRUN exit 3\n" | DOCKER_BUILDKIT=1 docker build --progress plain --network none -'
expect "BuildKit, mounts of a command" 0 'secret-word' sh_docker 'printf "FROM box:1\nRUN --mount=type=secret,id=s --mount=type=tmpfs,target=/t cat /run/secrets/s && df /t\n" >"$state/context/secret"
  echo secret-word >"$state/secret"; DOCKER_BUILDKIT=1 docker build --progress plain --network none --no-cache --secret "id=s,src=$state/secret" -f "$state/context/secret" "$state/context"'

# What starts again, and what outlives the daemon.
expect "restart on failure" 0 . docker run -d --name failing --restart on-failure:2 --network none box:1 sh -c 'exit 3'
eventually "restart on failure, twice" '^2 exited 3$' docker inspect --format '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}' failing
run_detached steady --restart always --network none
eventually "restart always, begun" '^begin$' docker logs steady
# The container may end before its answer comes.
docker exec steady kill -TERM 1 >/dev/null 2>&1
eventually "restart always, again" '^1 running$' docker inspect --format '{{.RestartCount}} {{.State.Status}}' steady
before=$(pid_of steady)
write_configuration '"live-restore": true'
stop_daemon
start_daemon
eventually "restart always, after the daemon's own restart" '^running another$' sh_docker \
  'echo "$(docker inspect --format "{{.State.Status}}" steady) $([ "$(pid_of steady)" = "$before" ] || echo another)"'
expect "not restarted" 0 '^exited' docker inspect --format '{{.State.Status}}' neighbour
before=$(pid_of steady)
stop_daemon
expect "alive without the daemon" 0 "^" test -d "/proc/$before"
start_daemon
expect "live restore, the same process" 0 "^running $before\$" docker inspect --format '{{.State.Status}} {{.State.Pid}}' steady
expect "live restore, exec" 0 '^uid=0' docker exec steady id
expect "live restore, stop" 0 '^steady$' docker stop -t 60 steady
expect "live restore, exit code" 0 '^exited 7$' docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' steady

# Many at once, and nothing left of any.
expect "eight at once" 0 '^8$' many 8
expect "rm --force" 0 '^' sh_docker 'docker rm -f $(docker ps -aq)'
expect "runtime's state is gone" 0 '^0$' sh -c "find $state/run/runtime-*/moby -mindepth 1 -maxdepth 1 -not -name '.*' | wc -l"
expect "no cgroup left" 0 '^0$' sh -c "find /sys/fs/cgroup -type d -path '*/$unique/*' -not -name buildkit | wc -l"

# All containers in a user namespace of the daemon's choice.
stop_daemon
write_configuration '"userns-remap": "daemon"'
start_daemon
expect "user namespace, import" 0 '^sha256:' docker import "$CLIENT_WORK/rootfs.tar" box:1
expect "user namespace" 0 '^0 300000 65536 0 67108864 17 crw-rw-rw- 1 root root 1, 5 ' "${run[@]}" --memory 64m --device /dev/zero:/dev/nought \
  --sysctl net.ipv4.ip_default_ttl=17 box:1 sh -c 'echo $(cat /proc/self/uid_map; id -u; cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max
    cat /proc/sys/net/ipv4/ip_default_ttl; ls -l /dev/nought)'
mkdir -m 777 "$state/written"
expect "user namespace, volume" 0 '^300000$' sh_docker '"${run[@]}" -v "$state/written:/v" --tmpfs /t box:1 sh -c "touch /t/file /v/file"; stat -c %u "$state/written/file"'
run_detached mapped --network none
expect "user namespace, exec" 0 '^uid=1000\(user\)' docker exec --user user mapped id
expect "user namespace, cp" 0 '^0$' sh_docker 'docker cp "$state/shared/file" mapped:/tmp/copied && docker exec mapped stat -c %u /tmp/copied'
expect "user namespace, build" 0 '^classic 0 added $' sh_docker 'DOCKER_BUILDKIT=0 docker build --network none --build-arg WORD=classic -t built:1 "$state/context" >/dev/null
  "${run[@]}" built:1 cat /built /added | tr "\n" " "'
expect "user namespace, the host's" 0 '^ +0 +0 ' "${run[@]}" --userns host box:1 cat /proc/self/uid_map
eventually "user namespace, begun" '^begin$' docker logs mapped
expect "user namespace, stop" 0 '^7$' sh_docker 'docker stop -t 60 mapped >/dev/null; docker wait mapped'
exit 0
