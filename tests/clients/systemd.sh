#!/usr/bin/env bash
# The systemd cgroup manager with systemd itself: Debian's, as PID 1 of namespaces of its own on an otherwise empty cgroup v2,
# with its message bus. What limits do is in the kernel only where v2 has the controllers: in the virtual machine.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unique=$(basename "$CLIENT_WORK")
state=$CLIENT_WORK/systemd
for file in /lib/systemd/systemd /usr/bin/dbus-daemon /usr/bin/busctl; do
  [ -x $file ] || { skip "$file is missing (apt-get install systemd dbus): nothing of the systemd cgroup manager"; exit 0; }
done
v2=/sys/fs/cgroup
[ -f $v2/cgroup.controllers ] || v2=/sys/fs/cgroup/unified
[ -f $v2/cgroup.procs ] || { skip "cgroup v2 is not mounted: nothing of the systemd cgroup manager"; exit 0; }
mkdir -p "$state/units/dbus.service.d" "$state/units/dbus.socket.d" "$state/bundle"
cgroup=$v2/$unique-systemd
outside= inside=

end() {
  [ -z "$outside" ] || { kill -KILL "$outside" 2>/dev/null; wait "$outside" 2>/dev/null; }
  local try
  for try in $(seq 600); do
    [ -d "$cgroup" ] || break
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
    sleep 0.1
  done
  return 0
}
trap end EXIT
trap 'exit 143' TERM

# No unit of this machine is started but the bus: what a machine does when it boots (it empties /tmp, for one) hangs on
# sysinit.target, which is masked. And whatever it does, all it sees of this machine is read-only, and /tmp its own.
printf '[Unit]\nDefaultDependencies=no\nWants=dbus.socket dbus.service\n' >"$state/units/alone.target"
printf '[Unit]\nDefaultDependencies=no\n' | tee "$state/units/dbus.service.d/alone.conf" >"$state/units/dbus.socket.d/alone.conf"
for unit in sysinit basic local-fs sockets timers paths shutdown; do ln -s /dev/null "$state/units/$unit.target"; done
for unit in tmpfiles-setup tmpfiles-setup-dev tmpfiles-clean sysctl udevd udev-trigger journald modules-load sysusers random-seed; do
  ln -s /dev/null "$state/units/systemd-$unit.service"
done
cat >"$state/boot" <<'SH'
set -e
# Only what is inside may be in the cgroup: who else is there keeps systemd from giving controllers on.
if [ "${3:-}" ]; then
  echo 0 >"$3/cgroup.procs"
  exec unshare --cgroup bash "$0" "$1" "$2"
fi
mount --make-rprivate /
umount -R /sys/fs/cgroup 2>/dev/null || umount -l /sys/fs/cgroup
# The test's own directory, to be moved into the new /tmp.
mount --bind "$2" /mnt
mount --bind "$1/units" /etc/systemd/system
# The checkout, which is the working directory, may lie in what is covered now.
checkout=$PWD
exec 8<.
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
case $checkout in
  /tmp/* | /run/*)
    mkdir -p "$checkout"
    # Not by its name, which now leads elsewhere.
    mount --no-canonicalize --bind /proc/self/fd/8 "$checkout"
    mount -o remount,bind,ro "$checkout"
    cd "$checkout"
    ;;
esac
exec 8<&-
mkdir -p "$2"
mount --move /mnt "$2"
mount -t proc proc /proc
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
while read -r _ _ _ _ place _; do
  case $place in
    /proc | /proc/* | /run | /run/* | /tmp | /tmp/*) ;;
    *) mount -o remount,bind,ro "$place" ;;
  esac
done </proc/self/mountinfo
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# Proof before anything is started.
for place in / /etc /var /dev /root /proc/sys/kernel/hostname; do
  if [ -d "$place" ]; then ! touch "$place/psc-clients-probe" 2>/dev/null; else ! { echo probe >"$place"; } 2>/dev/null; fi || { echo "$place can be written to"; exit 1; }
done
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test /lib/systemd/systemd --system --unit=alone.target --log-target=null --show-status=0
SH
mkdir "$cgroup"
if [ -w "$cgroup/cgroup.subtree_control" ]; then
  for controller in $(cat $v2/cgroup.controllers); do echo "+$controller" >$v2/cgroup.subtree_control; done 2>/dev/null
fi
# Dies with this script: the end of unshare is the end of the pid namespace and all in it.
unshare --mount --pid --ipc --uts --fork --kill-child bash "$state/boot" "$state" "$CLIENT_WORK" "$cgroup" >"$state/log" 2>&1 &
outside=$!
for try in $(seq 600); do
  inside=$(cat "/proc/$outside/task/$outside/children" 2>/dev/null | tr -d ' ')
  [ -z "$inside" ] || [ "$(cat "/proc/$inside/comm" 2>/dev/null)" != systemd ] || break
  sleep 0.1
done
# Into a cgroup of systemd's first: from outside of a cgroup namespace it may take nothing in.
# shellcheck disable=SC2016
there() {
  timeout --kill-after=5 "$limit" sh -c 'echo 0 >"$1/init.scope/cgroup.procs"; shift; exec "$@"' sh "$cgroup" \
    nsenter -t "$inside" --mount --pid --cgroup --ipc --uts -- env -u DBUS_SYSTEM_BUS_ADDRESS -u XDG_RUNTIME_DIR -u TMPDIR "$@"
}
show() { there systemctl show "$unique-$1.scope" --property "$2"; }
ours() { there "$runtime" --root "$state/run-state" "$@"; }
memory=$(grep -c memory "$cgroup/cgroup.controllers")

if [ -z "$inside" ] || ! eventually "systemd is up" 'running|degraded' there systemctl is-system-running; then
  sed 's/^/  | /' "$state/log" >&2
  echo failed >>"$CLIENT_RESULTS"
  exit 0
fi
tar -C "$state/bundle" --one-top-level=rootfs -xf "$CLIENT_WORK/rootfs.tar"
"$runtime" spec --bundle "$state/bundle" || exit 1
set_command "$state/bundle/config.json" sleep 1000
sed -i "s/\"linux\": {/\"linux\": {\n\"cgroupsPath\": \"system-clients.slice:$unique:web\",/" "$state/bundle/config.json"

expect "run" 0 '^$' detached ours --systemd-cgroup run --detach --bundle "$state/bundle" web
expect "its scope" 0 "^ControlGroup=/system.slice/system-clients.slice/$unique-web.scope\$" show web ControlGroup
expect "its slice" 0 '^Slice=system-clients.slice$' show web Slice
expect "delegated" 0 '^Delegate=yes$' show web Delegate
expect "description" 0 '^Description=Container web$' show web Description
expect "devices" 0 '^DevicePolicy=strict$' show web DevicePolicy
expect "devices that it may use" 0 '^DeviceAllow=/dev/char/1:3 rwm$' show web DeviceAllow
expect "process is in the scope" 0 "^0::/system.slice/system-clients.slice/$unique-web.scope\$" there sh -c "cat /proc/\$(sed -n 's/.*\"pid\":\\([0-9]*\\).*/\\1/p' $state/run-state/web/state.json)/cgroup"
expect "nobody else is" 0 '^1$' there sh -c "wc -l </sys/fs/cgroup/system.slice/system-clients.slice/$unique-web.scope/cgroup.procs"
# On v2 alone the example has a cgroup namespace.
expect "exec" 0 "^0::(/system.slice/system-clients.slice/$unique-web.scope|/)\$" ours exec web cat /proc/self/cgroup
expect "pause" 0 '^$' ours pause web
expect "paused" 0 'paused' ours state web
expect "resume" 0 '^$' ours resume web
expect "a second of the same name" 1 'exists|loaded|in use' detached ours --systemd-cgroup run --detach --bundle "$state/bundle" other
expect "which did not harm the first" 0 'running' ours state web
if [ "$memory" = 1 ]; then
  expect "update" 0 '^$' ours update --memory 100M --cpu-quota 50000 --cpu-period 100000 --pids-limit 40 web
  expect "update, memory" 0 '^MemoryMax=104857600$' show web MemoryMax
  expect "update, CPU" 0 '^CPUQuotaPerSecUSec=500ms$' show web CPUQuotaPerSecUSec
  expect "update, processes" 0 '^TasksMax=40$' show web TasksMax
  expect "and after systemd read its units anew" 0 '^104857600$' there sh -c \
    "systemctl daemon-reload && cat /sys/fs/cgroup/system.slice/system-clients.slice/$unique-web.scope/memory.max"
else
  skip "cgroup v2 has no memory controller here: limits by systemd (the virtual machine has it)"
fi
expect "delete" 0 '^$' ours delete --force web
expect "its scope is gone" 0 '^ControlGroup=$' show web ControlGroup
expect "its cgroup is gone" 0 '^0$' there sh -c "find /sys/fs/cgroup -name '*$unique*' | wc -l"

# Limits at creation: systemd is asked before there is anything.
sed -i 's/"resources": {/"resources": { "pids": { "limit": 33 }, "unified": { "pids.max": "33" },/' "$state/bundle/config.json"
if [ "$memory" = 1 ]; then
  expect "run with limits" 0 '^$' detached ours --systemd-cgroup run --detach --bundle "$state/bundle" web
  expect "limits" 0 '^TasksMax=33$' show web TasksMax
  expect "delete" 0 '^$' ours delete --force web
fi
sed -i 's/"pids": { "limit": 33 }, "unified": { "pids.max": "33" },//' "$state/bundle/config.json"

# A scope ends with its container, also when nobody deletes it.
cp "$state/bundle/config.json" "$state/bundle/short.json"
set_command "$state/bundle/short.json" cat /proc/self/cgroup
expect "run, in the foreground" 0 '^0::/' ours --systemd-cgroup run --bundle "$state/bundle" --config "$state/bundle/short.json" short
expect "nothing left of it" 0 '^0$' there sh -c "systemctl list-units --all --type=scope --no-legend | grep -c '$unique' || true"
for path in /a/path one:two "-bad.slice:$unique:x" "a--b.slice:$unique:x" "system.slice:$unique:a b"; do
  sed "s#\"cgroupsPath\": \"[^\"]*\"#\"cgroupsPath\": \"$path\"#" "$state/bundle/config.json" >"$state/bundle/bad.json"
  expect "a path that is none for systemd: $path" 1 'SLICE:PREFIX:NAME|no name of a' ours --systemd-cgroup run --bundle "$state/bundle" --config "$state/bundle/bad.json" bad
done
cp "$state/bundle/config.json" "$state/bundle/failing.json"
set_command "$state/bundle/failing.json" nosuch
expect "a start that fails leaves no scope" 1 'nosuch' ours --systemd-cgroup run --bundle "$state/bundle" --config "$state/bundle/failing.json" failing
expect "nothing left of that" 0 '^0$' there sh -c "systemctl list-units --all --type=scope --no-legend | grep -c '$unique' || true"

# A user's own systemd, in a cgroup that was delegated to him; he himself is outside of it, as in a login session.
user=65534
install -d -m 700 -o $user "$state/user" "$state/user-state"
# With a procfs that nothing covers: only then may a user namespace have one of its own.
# shellcheck disable=SC2016
theirs() {
  there unshare --mount sh -c 'mount -t proc proc /proc && exec "$@"' sh \
    env "XDG_RUNTIME_DIR=/run/user/$user" "HOME=$state/user" setpriv --reuid $user --regid $user --clear-groups "$@"
}
mkdir -p "$state/user/.config/systemd/user"
printf '[Unit]\nDefaultDependencies=no\n' >"$state/user/.config/systemd/user/alone.target"
chown -R $user "$state/user"
expect "a user's systemd" 0 '' there sh -c "install -d -m 711 /run/user && install -d -m 700 -o $user -g $user /run/user/$user &&
  systemd-run --quiet --unit=manager --uid=$user --gid=$user --property=DefaultDependencies=no --property=Delegate=yes \\
    --setenv=XDG_RUNTIME_DIR=/run/user/$user --setenv=HOME=$state/user /lib/systemd/systemd --user --unit=alone.target"
eventually "it is up" 'running|degraded' theirs systemctl --user is-system-running
mkdir -p "$state/user-bundle"
tar -C "$state/user-bundle" --one-top-level=rootfs -xf "$CLIENT_WORK/rootfs.tar"
chown -R $user "$state/user-bundle"
expect "a user's configuration" 0 '^$' theirs "$runtime" spec --rootless --bundle "$state/user-bundle"
set_command "$state/user-bundle/config.json" sleep 1000
expect "a user's run" 0 '^$' detached theirs "$runtime" --root "$state/user-state" --systemd-cgroup run --detach --bundle "$state/user-bundle" own
expect "a user's scope" 0 '^ControlGroup=/.*manager.service/user.slice/pscontainer-own.scope$' theirs systemctl --user show pscontainer-own.scope --property ControlGroup
expect "a user's process is in it" 0 '^0::/.*/user.slice/pscontainer-own.scope$' there sh -c "cat /proc/\$(sed -n 's/.*\"pid\":\([0-9]*\).*/\1/p' $state/user-state/own/state.json)/cgroup"
if [ "$memory" = 1 ]; then
  expect "a user's update" 0 '^$' theirs "$runtime" --root "$state/user-state" update --memory 64M own
  expect "a user's update, in force" 0 '^MemoryMax=67108864$' theirs systemctl --user show pscontainer-own.scope --property MemoryMax
fi
expect "a user's delete" 0 '^$' theirs "$runtime" --root "$state/user-state" delete --force own
expect "a user's scope is gone" 0 '^ControlGroup=$' theirs systemctl --user show pscontainer-own.scope --property ControlGroup

# systemd's own socket, where no bus runs.
expect "the bus stops" 0 '^' there systemctl stop dbus.socket dbus.service
expect "run without a bus" 0 '^0::/' ours --systemd-cgroup run --bundle "$state/bundle" --config "$state/bundle/short.json" short

# And where no systemd runs at all.
expect "no systemd" 1 'systemd does not run' env -u DBUS_SYSTEM_BUS_ADDRESS unshare --mount sh -c \
  "mount --make-rprivate / && mkdir -p /run && mount -t tmpfs tmpfs /run && exec $runtime --root $state/none --systemd-cgroup run --bundle $state/bundle none"
# The module's slices; with its bus again.
expect "the bus starts" 0 '^' there systemctl start dbus.socket
if pwsh=$(command -v pwsh) && [ -f out/PSContainer/PSContainer.dll ]; then
  while read -r verdict name; do expect "the module: $name" 0 '^ok' echo "$verdict" "$name"; done < <(
    there "$pwsh" -NoProfile -NonInteractive -File "$PWD/tests/clients/systemd.ps1" -Module "$PWD/out/PSContainer" -Name "${unique//[^a-zA-Z0-9]/}" 2>&1)
else
  skip "there is no pwsh, or the module is not built: nothing of the module's slices"
fi

exit 0
