#!/usr/bin/env bash
# Has the clients of OCI runtimes drive the built executable: podman as root and as a user, buildah, containerd through its runc shim, docker;
# and carries out configurations as engines write them.
# The last line is "CLIENTS: N passed, N failed, N skipped". A client that is not installed counts as one skipped, loudly.
#   tests/clients/run.sh [podman] [rootless] [buildah] [containerd] [docker] [bundle] [exchange] [systemd]     only these
# PSCONTAINER_CLIENT_RUNTIME names another runtime, for a look at what the clients themselves do.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh

groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(podman rootless buildah containerd docker bundle exchange systemd)
[ -x "$pscontainer" ] || fail "The module is not built: ./build.sh"
[ "$(id -u)" = 0 ] || fail "The clients' tests make mounts, cgroups and users' namespaces of their own: run them as root."
rootfs=$(tests/rootfs.sh busybox) || exit 1

# Short, for the sockets below it, and everybody may pass: one client runs as another user.
work=$(mktemp -d /tmp/psc-clients.XXXXXX)
chmod 755 "$work"
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Where a user may execute it, whatever the checkout's directories allow.
install -m 755 "${PSCONTAINER_CLIENT_RUNTIME:-$pscontainer}" "$work/pscontainer"
tar -C "$rootfs" --owner=0 --group=0 --numeric-owner -cf "$work/rootfs.tar" .

export CLIENT_WORK=$work CLIENT_RUNTIME=$work/pscontainer CLIENT_RESULTS=$work/results
: >"$CLIENT_RESULTS"
for group in "${groups[@]}"; do
  [ -f "tests/clients/$group.sh" ] || fail "there are no tests of '$group': podman, rootless, buildah, containerd, docker, bundle, exchange and systemd are."
  say "-- $group"
  timeout --kill-after=20 240 bash "tests/clients/$group.sh" </dev/null
  code=$?
  if [ $code != 0 ]; then
    say "FAILED $group: its tests ended with $code before all had their turn."
    echo failed >>"$CLIENT_RESULTS"
  fi
done
count() { grep -c "^$1$" "$CLIENT_RESULTS" || true; }
failed=$(count failed)
echo "CLIENTS: $(count passed) passed, $failed failed, $(count skipped) skipped"
[ "$failed" = 0 ]
