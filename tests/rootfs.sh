#!/usr/bin/env bash
# Makes the root filesystems that the tests, the demo and the bench use, once, in .rootfs, and prints the path.
#   tests/rootfs.sh busybox    .rootfs/busybox: Debian's static busybox with all its applets
#   tests/rootfs.sh debian     .rootfs/debian: a minimal Debian userland; .rootfs/debian.tar is the same as a tarball
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh
store=$root/.rootfs
suite=bookworm

is_static() { [[ $(LC_ALL=C ldd "$1" 2>&1 || true) == *'not a dynamic executable'* ]]; }

# The path of a static busybox: of this machine, else out of Debian's package, which is unpacked here and not installed.
static_busybox() {
  local candidate
  for candidate in "$(command -v busybox || true)" "$store/package/bin/busybox" "$store/package/usr/bin/busybox"; do
    if [ -x "$candidate" ] && is_static "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  [ "${1:-}" != unpacked ] || return 1
  if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    say "Downloading the package busybox-static into .rootfs (it is not installed)."
    mkdir -p "$store/download" "$store/package"
    # apt-get downloads as the user _apt, who may not write here: it then says so and does it as root.
    if (cd "$store/download" && timeout 300 apt-get download busybox-static >/dev/null 2>&1) &&
      dpkg-deb -x "$store"/download/busybox-static_*.deb "$store/package" && static_busybox unpacked; then
      return
    fi
  fi
  fail "A static busybox is missing. On Debian and Ubuntu: apt-get install busybox-static"
}

make_busybox() {
  local busybox target=$store/busybox new=$store/busybox.new.$$ path
  busybox=$(static_busybox)
  if [ -x "$target/bin/busybox" ] && cmp -s "$busybox" "$target/bin/busybox"; then return; fi
  rm -rf "$new"
  mkdir -p "$new"/{bin,sbin,usr/bin,usr/sbin,etc,proc,sys,dev,run,mnt,srv,home/user,root,tmp,var/tmp}
  cp "$busybox" "$new/bin/busybox"
  while read -r path; do
    case $path in
      usr/*) [ -e "$new/$path" ] || ln -s ../../bin/busybox "$new/$path" ;;
      bin/busybox) ;;
      bin/*) ln -sf busybox "$new/$path" ;;
      */*) ln -sf ../bin/busybox "$new/$path" ;;
    esac
  done < <("$busybox" --list-full)
  printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'user:x:1000:1000:user:/home/user:/bin/sh' \
    'nobody:x:65534:65534:nobody:/:/bin/false' >"$new/etc/passwd"
  printf '%s\n' 'root:x:0:' 'tty:x:5:' 'staff:x:50:user' 'user:x:1000:' 'nogroup:x:65534:' >"$new/etc/group"
  printf '%s\n' 'NAME="busybox"' 'ID=busybox' 'PRETTY_NAME="A busybox root filesystem"' >"$new/etc/os-release"
  printf '127.0.0.1 localhost\n' >"$new/etc/hosts"
  chmod 0700 "$new/root"
  chmod 1777 "$new/tmp" "$new/var/tmp"
  chown 1000:1000 "$new/home/user" 2>/dev/null || true
  rm -rf "$target"
  mv "$new" "$target"
}

make_debian() {
  if [ -f "$store/debian.tar" ] && [ -x "$store/debian/bin/bash" ]; then return; fi
  [ "$(id -u)" = 0 ] || fail "A Debian userland with its owners and devices is only made by root."
  need mmdebstrap mmdebstrap
  say "Making a Debian $suite userland in .rootfs ..."
  quietly timeout 900 mmdebstrap --variant=minbase "$suite" "$store/debian.new.tar" ||
    fail "mmdebstrap could not make a Debian userland (see above)."
  rm -rf "$store/debian" "$store/debian.new"
  mkdir "$store/debian.new"
  tar -C "$store/debian.new" --numeric-owner -xpf "$store/debian.new.tar"
  mv "$store/debian.new.tar" "$store/debian.tar"
  mv "$store/debian.new" "$store/debian"
}

case ${1:-} in
  busybox | debian) ;;
  *) say "usage: tests/rootfs.sh busybox|debian"; exit 64 ;;
esac
mkdir -p "$store"
exec 8>"$store/.lock"
flock 8
"make_$1"
printf '%s\n' "$store/$1"
