#!/usr/bin/env bash
# Drives arm64's executable on Debian's arm64 kernel, which qemu emulates, with what tests/vm/executable.sh does on x86-64: starts, execs,
# limits, freezing, devices, kills, removals. The guest has nothing of this machine: a userland of four packages in memory, and cgroup v2.
# The last line is "ARM64: N passed, N failed, N skipped". Exits with 3 when qemu, a package or the executable is missing.
# PSCONTAINER_ARM64_TIMEOUT: seconds until it is given up (600).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh
store=$root/.rootfs/arm64
limit=${PSCONTAINER_ARM64_TIMEOUT:-600}
executable=$module/runtimes/linux-arm64/native/pscontainer
userland=(busybox-static bash libc6 libtinfo6)
work='' qemu=''

finish() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
  [ -z "$work" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

absent() { say "$*"; exit 3; }

# apt COMMAND...: apt-get or apt-cache for arm64, with lists and archives of its own: nothing changes for this machine.
apt() {
  local command=$1
  shift
  timeout 300 "$command" -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::Lists="$store/lists" \
    -o Dir::State::status=/dev/null -o Dir::Cache="$store/cache" "$@" 2>/dev/null
}

# The kernel and the userland, unpacked once into .rootfs/arm64.
download() {
  local kernel package
  [ ! -d "$store/tree" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || absent "No arm64 system: apt-get and dpkg-deb fetch Debian's packages for it."
  say "Downloading arm64 packages of Debian into .rootfs/arm64 (nothing is installed)."
  rm -rf "$store"
  mkdir -p "$store"/{lists/partial,cache/archives/partial,packages,tree.new}
  apt apt-get update >/dev/null || absent "No arm64 system: apt-get update failed for arm64."
  kernel=$(apt apt-cache depends linux-image-arm64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  [ -n "$kernel" ] || absent "No arm64 system: apt knows no package linux-image-arm64."
  (cd "$store/packages" && apt apt-get download "$kernel" "${userland[@]}" >/dev/null) || absent "No arm64 system: its packages could not be downloaded."
  dpkg-deb --fsys-tarfile "$store/packages/$kernel"_*.deb | tar -C "$store/tree.new" -x --wildcards './boot/vmlinuz-*'
  for package in "${userland[@]}"; do dpkg-deb -x "$store/packages/$package"_*.deb "$store/tree.new"; done
  rm -rf "$store/packages" "$store/lists" "$store/cache"
  mv "$store/tree.new" "$store/tree"
}

# The initramfs: the guest's root filesystem below /root, and in it the one for containers, which is busybox's with arm64's busybox.
pack() {
  local tree=$work/initramfs guest=$work/initramfs/root file
  mkdir -p "$tree"/{bin,proc} "$guest"
  cp -a "$1/." "$guest"
  cp "$store/tree/bin/busybox" "$tree/bin/busybox"
  ln -s busybox "$tree/bin/sh"
  install -m 755 tests/vm/arm64-init.sh "$tree/init"
  cp "$store/tree/bin/busybox" "$guest/bin/busybox"
  cp -a "$guest" "$work/container"
  mv "$work/container" "$guest/srv/container"
  cp -a "$store/tree/bin/bash" "$guest/bin/"
  cp -a "$store"/tree/lib "$guest/"
  for file in build/common.sh tests/vm/check.sh tests/vm/executable.sh; do install -D "$file" "$guest/srv/psc/$file"; done
  install -D "$executable" "$guest/srv/psc/out/PSContainer/runtimes/linux-arm64/native/pscontainer"
  (cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initramfs.gz"
}

for command in qemu-system-aarch64:qemu-system-arm cpio:cpio; do
  command -v "${command%:*}" >/dev/null || absent "No arm64 machine: '${command%:*}' is missing. On Debian and Ubuntu: apt-get install ${command#*:}"
done
[ -x "$executable" ] || absent "The executable was not built for arm64: ./build.sh says what that needs."
busybox=$(tests/rootfs.sh busybox)
mkdir -p "$root/.rootfs"
exec 8>"$root/.rootfs/.arm64.lock"
flock 8
download
flock -u 8

work=$(mktemp -d)
pack "$busybox"
SECONDS=0
timeout "$limit" qemu-system-aarch64 -M virt -accel tcg,thread=multi -cpu max,pauth-impdef=on -smp 2 -m 1G -nodefaults -no-user-config \
  -nographic -serial stdio -no-reboot -kernel "$(compgen -G "$store/tree/boot/vmlinuz-*")" -initrd "$work/initramfs.gz" \
  -append "cgroup_no_v1=all console=ttyAMA0 quiet loglevel=3 oops=panic panic=-1 mitigations=off" </dev/null >"$work/console" 2>&1 &
qemu=$!
wait $qemu || true
qemu=''
sed -e 's/\r//g; s/\x1b[[][0-9;?]*[a-zA-Z]//g' "$work/console" >"$work/said"
grep -v '^ARM64:' "$work/said" >&2 || true
say "The arm64 machine ran for $SECONDS s."
if counts=$(grep '^ARM64:' "$work/said"); then
  echo "$counts"
  [[ $counts == *' 0 failed'* ]]
else
  say "The arm64 machine did not report within $limit s. The last it said is above."
  exit 1
fi
