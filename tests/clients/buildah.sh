#!/usr/bin/env bash
# buildah: what it runs while it builds an image, and that the runtime has nothing to say about it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
command -v buildah >/dev/null || { skip "buildah is not installed (apt-get install buildah): nothing of it"; exit 0; }
state=$CLIENT_WORK/buildah
mkdir -p "$state/context" "$state/shared" "$state/bin"
printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$runtime" "$state/run-state" >"$state/bin/pscontainer"
chmod 755 "$state/bin/pscontainer"
runtime=$state/bin/pscontainer
ln "$CLIENT_WORK/rootfs.tar" "$state/context/rootfs.tar"
limits=(--ulimit nofile=1024:1024 --ulimit nproc=1024:1024)

buildah() { timeout --kill-after=5 "$limit" buildah --root "$state/storage" --runroot "$state/run" --storage-driver vfs "$@"; }

end() {
  buildah rm -a >/dev/null 2>&1
  buildah rmi -fa >/dev/null 2>&1
  unmount_below "$state"
}
trap end EXIT
trap 'exit 143' TERM

run() { buildah run --runtime "$runtime" --isolation oci --network none "$@"; }

sh_buildah() { eval "$1"; }

expect "from" 0 '^base$' buildah from "${limits[@]}" --name base scratch
expect "add" 0 . buildah add base "$CLIENT_WORK/rootfs.tar" /
expect "run" 0 '^hello$' run base -- echo hello
expect "run, exit code" 42 'exit status 42' run base -- sh -c 'exit 42'
# Not a word of the runtime's own: buildah asks for ambient capabilities that it does not make inheritable.
expect "run, quiet" 0 '^$' run base -- true
expect "run, user" 0 '^1000:50$' run --user 1000:50 base -- sh -c 'echo $(id -u):$(id -g)'
echo from-host >"$state/shared/file"
expect "run, volume" 0 '^from-host$' run -v "$state/shared:/v" base -- cat /v/file
expect "run, terminal" 0 '/dev/pts/0' run -t base -- tty
expect "run, written" 0 '^$' run base -- touch /kept
expect "run, what it wrote stays" 0 '^/kept$' run base -- ls /kept
printf 'FROM scratch\nADD rootfs.tar /\nRUN echo made >/made\nRUN cat /made && id -u\n' >"$state/context/Containerfile"
expect "bud" 0 '^made$' buildah bud --runtime "$runtime" --isolation oci --network none "${limits[@]}" -t made:1 "$state/context"
expect "bud, quiet" 0 '^[0-9a-f]{64}$' buildah bud -q --runtime "$runtime" --isolation oci --network none "${limits[@]}" -t made:2 "$state/context"
expect "bud, nothing of the runtime's" 1 '^$' sh_buildah 'buildah bud --no-cache --runtime "$runtime" --isolation oci --network none "${limits[@]}" "$state/context" 2>&1 | grep level='
expect "no container is left" 0 '^$' "$runtime" list -q
