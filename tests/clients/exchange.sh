#!/usr/bin/env bash
# Bundles go both ways: ours under runc and crun, theirs and podman's under ours.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
state=$CLIENT_WORK/exchange
unique=$(basename "$CLIENT_WORK")
mkdir -p "$state/rootfs"
tar -C "$state/rootfs" -xf "$CLIENT_WORK/rootfs.tar"
source "$(dirname "${BASH_SOURCE[0]}")/podman-lib.sh"

end() {
  local id
  for id in $("$runtime" --root "$state/run-state" list -q 2>/dev/null); do "$runtime" --root "$state/run-state" delete --force "$id"; done
  podman rm -fa -t 0 >/dev/null 2>&1
  remove_cgroups "$unique"
  unmount_below "$state"
}
trap end EXIT
trap 'exit 143' TERM

# bundle NAME COMMAND...: what a runtime's own `spec` wrote is there; it gets this command and the root filesystem.
bundle() {
  cp -a "$state/rootfs" "$state/$1/"
  set_command "$state/$1/config.json" "${@:2}"
}

ours() { timeout --kill-after=5 "$limit" "$runtime" --root "$state/run-state" "$@"; }

# crun 1.8 refuses a host with both generations of cgroups: it gets one in which only v1 is mounted.
theirs() {
  local other=$1
  shift
  if [ "$other" = crun ] && mountpoint -q /sys/fs/cgroup/unified; then
    timeout --kill-after=5 "$limit" unshare --mount --propagation private sh -c \
      'umount /sys/fs/cgroup/unified && exec "$@"' sh crun --root "$state/crun-state" "$@"
  else
    timeout --kill-after=5 "$limit" "$other" --root "$state/$other-state" "$@"
  fi
}

mkdir -p "$state/ours" && ours spec --bundle "$state/ours" || exit 1
bundle ours sh -c 'echo from-ours; id -u; grep Seccomp: /proc/self/status'
expect "ours under ours" 0 '^from-ours$' ours run --bundle "$state/ours" "$unique-1"
for other in runc crun; do
  command -v $other >/dev/null || { skip "$other is not installed (apt-get install $other): bundles to and from it"; continue; }
  expect "ours under $other" 0 '^from-ours$' theirs $other run --bundle "$state/ours" "$unique-2"
  mkdir -p "$state/$other"
  (cd "$state/$other" && $other spec)
  bundle $other sh -c "echo from-$other; hostname; cat /proc/self/cgroup"
  expect "$other's under ours" 0 "^from-$other\$" ours run --bundle "$state/$other" "$unique-3"
  expect "$other's under ours, hostname" 0 "^$other\$" ours run --bundle "$state/$other" "$unique-4"
  mkdir -p "$state/$other-rootless"
  # As root of a user namespace that maps nothing else, which is what this configuration is for.
  if (cd "$state/$other-rootless" && $other spec --rootless 2>/dev/null && grep -q uidMappings config.json); then
    bundle $other-rootless sh -c 'echo rootless; cat /proc/self/uid_map'
    expect "$other's rootless under ours" 0 '^rootless$' ours run --bundle "$state/$other-rootless" "$unique-5"
  fi
  # A life with another runtime's verbs: what an engine would do, on a bundle of ours.
  bundle_life=$state/ours-life
  mkdir -p "$bundle_life" && cp "$state/ours/config.json" "$bundle_life/" && cp -a "$state/rootfs" "$bundle_life/"
  set_command "$bundle_life/config.json" sleep 1000
  expect "ours under $other, create" 0 '^$' detached theirs $other create --bundle "$bundle_life" "$unique-6"
  expect "ours under $other, state" 0 'created' theirs $other state "$unique-6"
  expect "ours under $other, start" 0 '^$' theirs $other start "$unique-6"
  expect "ours under $other, exec" 0 '^0$' theirs $other exec "$unique-6" id -u
  expect "ours under $other, delete" 0 '^' theirs $other delete --force "$unique-6"
done

if command -v podman >/dev/null; then
  write_configuration
  printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$runtime" "$state/podman-state" >"$state/wrapped"
  chmod 755 "$state/wrapped"
  plain=$runtime runtime=$state/wrapped
  expect "podman, import" 0 . podman import "$CLIENT_WORK/rootfs.tar" box:1
  expect "podman, create" 0 . podman create --name borrowed --cgroup-parent "/$unique" --network none --read-only --tmpfs /t box:1 sh -c 'echo from-podman; ls -d /t'
  expect "podman, init" 0 . podman init borrowed
  config=$(podman inspect --format '{{.OCIConfigPath}}' borrowed)
  runtime=$plain
  mkdir -p "$state/podman-bundle"
  # Its own cgroup is podman's container's, and so is its monitor's: the rest is taken as it is.
  sed -E 's#"cgroupsPath":"[^"]*"#"cgroupsPath":"/'"$unique"'-borrowed"#' "$config" >"$state/podman-bundle/config.json"
  expect "podman's under ours" 0 '^from-podman$' ours run --bundle "$state/podman-bundle" "$unique-7"
  runtime=$state/wrapped
else
  skip "podman is not installed (apt-get install podman): its bundles"
fi
exit 0
