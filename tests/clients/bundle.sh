#!/usr/bin/env bash
# What engines write into a configuration, carried out by the executable itself: what the installed engines have no option for.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
state=$CLIENT_WORK/bundle
unique=$(basename "$CLIENT_WORK")
user=65534
mkdir -p "$state/rootfs" "$state/home"
tar -C "$state/rootfs" -xf "$CLIENT_WORK/rootfs.tar"
chown $user "$state/home"

end() {
  local id
  for id in $("$runtime" --root "$state/run-state" list -q 2>/dev/null); do "$runtime" --root "$state/run-state" delete --force "$id"; done
  remove_cgroups "$unique"
  unmount_below "$state"
}
trap end EXIT
trap 'exit 143' TERM

ours() { timeout --kill-after=5 "$limit" "$runtime" --root "$state/run-state" "$@"; }

# As somebody without any subordinate id.
as_user() {
  setpriv --reuid $user --regid $user --clear-groups env -i PATH="$PATH" HOME="$state/home" XDG_RUNTIME_DIR="$state/home" \
    timeout --kill-after=5 "$limit" "$runtime" "$@"
}

# Lines as words of one line.
flat() { "$@" | tr '\n' ' '; }

# bundle NAME SED COMMAND...: a bundle with the plain configuration, changed by a script of sed, and this command.
bundle() {
  local file=$state/$1/config.json
  mkdir -p "$state/$1" && rm -f "$file" && ours spec --bundle "$state/$1" || exit 1
  set_command "$file" "${@:3}"
  sed -i "s#\"path\": \"rootfs\"#\"path\": \"$state/rootfs\"#; $2" "$file"
  chmod 644 "$file"
}

# What an engine asks of the executable before it writes any configuration.
expect "features, listeners" 0 'SCMP_ACT_NOTIFY' ours features
expect "features, architectures" 0 'SCMP_ARCH_X86_64' ours features

# Namespaces.
bundle ids 's/"namespaces": \[/&{ "type": "user" },/' sh -c 'id -u; cat /proc/self/uid_map'
expect "a user namespace without maps, as root" 0 '^ +0 +0 +[0-9]+$' ours run --bundle "$state/ids" "$unique-ids"
bundle shared 's/"type": "mount"/"type": "cgroup"/; s/"maskedPaths"/"noMaskedPaths"/; s/"readonlyPaths"/"noReadonlyPaths"/' \
  sh -c 'cat /etc/os-release; readlink /proc/self/ns/mnt'
expect "no mount namespace" 0 '^ID=busybox$' ours run --bundle "$state/shared" "$unique-shared"
expect "no mount namespace, the host's" 0 "^mnt:.$(readlink /proc/self/ns/mnt | tr -dc 0-9).\$" ours run --bundle "$state/shared" "$unique-shared"
expect "no mount namespace, nothing is left mounted" 1 '^$' grep "$state/rootfs" /proc/self/mountinfo

# As a user, whose namespaces are those of a user namespace.
if command -v setpriv >/dev/null; then
  bundle plain '' sh -c 'id -u; cat /proc/self/uid_map'
  expect "a user, no user namespace asked for" 0 "^ +0 +$user +1\$" as_user run --bundle "$state/plain" "$unique-plain"
  if [ -e /proc/self/ns/time ]; then
    bundle time 's/"namespaces": \[/&{ "type": "time" },/; s/"linux": {/&"timeOffsets": { "boottime": { "secs": 1000000000 } },/' cat /proc/uptime
    expect "a user, moved clocks" 0 '^1[0-9]{9}\.' as_user run --bundle "$state/time" "$unique-time"
  else
    skip "this kernel has no time namespaces"
  fi
  bundle place "s#\"linux\": {#&\"cgroupsPath\": \"/$unique-user\",#" true
  expect "a user, a cgroup that he cannot have" 1 "cgroup.*$unique-user|$unique-user.*cgroup" as_user run --bundle "$state/place" "$unique-place"
else
  skip "setpriv is not installed (apt-get install util-linux): users"
fi

# Links, devices and paths.
ln -s nowhere "$state/link" && ln -sfn target "$state/rootfs/mnt/link" && echo target >"$state/rootfs/mnt/target" && echo source >"$state/source"
link='{ "destination": "/mnt/copied", "type": "bind", "source": "'$state/link'", "options": ["bind", "copy-symlink"] }'
bundle copied "s#\"mounts\": \[#&$link,#" readlink /mnt/copied
expect "copy-symlink" 0 '^nowhere$' ours run --bundle "$state/copied" "$unique-copied"
rm -f "$state/rootfs/mnt/copied"
link='{ "destination": "/mnt/link", "type": "bind", "source": "'$state/source'", "options": ["bind", "dest-nofollow"] }'
bundle covered "s#\"mounts\": \[#&$link,#" cat /mnt/link /mnt/target
expect "dest-nofollow" 0 '^source target $' flat ours run --bundle "$state/covered" "$unique-covered"
link='{ "destination": "/mnt/bound", "type": "bind", "source": "'$state/link'", "options": ["bind", "src-nofollow", "dest-nofollow"] }'
ln -sfn other "$state/rootfs/mnt/bound"
bundle bound "s#\"mounts\": \[#&$link,#" readlink /mnt/bound
expect "src-nofollow" 0 '^nowhere$' ours run --bundle "$state/bound" "$unique-bound"
# In a user namespace root's device is a bind of a node that the runtime made.
ids='"uidMappings": [{ "containerID": 0, "hostID": 200000, "size": 1000 }], "gidMappings": [{ "containerID": 0, "hostID": 200000, "size": 1000 }],'
device='"devices": [{ "path": "/dev/nought", "type": "c", "major": 1, "minor": 5, "fileMode": 438 }],'
bundle device "s/\"namespaces\": \\[/&{ \"type\": \"user\" },/; s#\"linux\": {#&$ids $device#" grep ' /dev/nought ' /proc/self/mountinfo
expect "a device that is bound, flags" 0 ' nosuid,noexec| rw,nosuid,noexec' ours run --bundle "$state/device" "$unique-device"
bundle twice 's#"maskedPaths": \[#&"/etc/passwd", "/etc/passwd",#' sh -c "wc -c </etc/passwd"
expect "a path that is masked twice" 0 '^0$' ours run --bundle "$state/twice" "$unique-twice"

# A hook of the engine's is told what state the container is in.
printf '#!/bin/sh\ncat >%s/told\n' "$state" >"$state/hook" && chmod 755 "$state/hook"
bundle hooked "s#\"linux\": {#\"hooks\": { \"createRuntime\": [{ \"path\": \"$state/hook\" }] },&#" true
expect "a hook of createRuntime" 0 '^$' ours run --bundle "$state/hooked" "$unique-hooked"
expect "a hook of createRuntime, what it was told" 0 '"status": ?"created"' cat "$state/told"
exit 0
