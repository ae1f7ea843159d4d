#!/usr/bin/env bash
# podman as a user, with subordinate ids that exist only in this test's mount namespace.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/podman-lib.sh"
state=$CLIENT_WORK/rootless
user=65534

if [ "$(id -u)" = 0 ]; then
  for tool in podman:podman newuidmap:uidmap setpriv:util-linux; do
    command -v "${tool%%:*}" >/dev/null || { skip "${tool%%:*} is not installed (apt-get install ${tool##*:}): nothing of rootless podman"; exit 0; }
  done
  mkdir -p "$state/home" "$state/xdg"
  printf '%s:200000:65536\n' "$(id -un $user)" >"$state/subid"
  chown -R $user "$state"
  chown $user "$CLIENT_RESULTS"
  touch /etc/subuid /etc/subgid
  # shellcheck disable=SC2016
  exec unshare --mount --propagation slave sh -c '
    mount --bind "$1/subid" /etc/subuid && mount --bind "$1/subid" /etc/subgid && cd "$1" &&
    exec setpriv --reuid "$2" --regid "$2" --clear-groups env -i "PATH=$PATH" "HOME=$1/home" "XDG_RUNTIME_DIR=$1/xdg" \
      USER="$(id -un "$2")" "CLIENT_WORK=$CLIENT_WORK" "CLIENT_RUNTIME=$CLIENT_RUNTIME" "CLIENT_RESULTS=$CLIENT_RESULTS" \
      bash "$3"' sh "$state" $user "$(realpath "${BASH_SOURCE[0]}")"
fi

write_configuration
# podman keeps its user namespace by a process that waits: it is this test's.
end_pause() {
  finish
  [ ! -f "$state/tmp/pause.pid" ] || kill "$(cat "$state/tmp/pause.pid")" 2>/dev/null
}
trap end_pause EXIT
trap 'exit 143' TERM

expect "import" 0 . podman import "$CLIENT_WORK/rootfs.tar" box:1
expect "ids" 0 '^ +0 +65534 +1$' podman run --rm "${own[@]}" --network none box:1 cat /proc/self/uid_map
expect "ids, subordinate" 0 '^ +1 +200000 +65536$' podman run --rm "${own[@]}" --network none box:1 cat /proc/self/uid_map
podman_basics
podman_security
expect "state of the user's own" 0 'pscontainer' ls "$XDG_RUNTIME_DIR"
echo from-host >"$state/file"
expect "volume" 0 '^from-host$' podman run --rm "${own[@]}" -v "$state/file:/f:ro" --network none box:1 cat /f
expect "read-only root" 0 '^denied$' podman run --rm "${own[@]}" --read-only --network none box:1 sh -c 'touch /x 2>/dev/null || echo denied'
expect "keep-id" 0 '^65534$' podman run --rm "${own[@]}" --userns keep-id --network none box:1 id -u
expect "host's network" 0 '^lo$' podman run --rm "${own[@]}" --network host box:1 ls /sys/class/net
if command -v slirp4netns >/dev/null && [ -w /dev/net/tun ]; then
  expect "network of a user's" 0 '^tap0$' podman run --rm "${own[@]}" --network slirp4netns box:1 ls /sys/class/net
else
  skip "slirp4netns is missing or /dev/net/tun is closed to users: a user's own network"
fi
exit 0
