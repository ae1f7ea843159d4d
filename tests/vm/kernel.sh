#!/usr/bin/env bash
# Prints a directory with a Debian kernel: boot/vmlinuz-VERSION and lib/modules/VERSION. Exits with 3 where there is none.
# PSCONTAINER_VM_KERNEL names one; else Debian's package is downloaded once and unpacked into .rootfs/vm, nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh
store=$root/.rootfs/vm

absent() { say "$*"; exit 3; }
holds_kernel() { compgen -G "$1/boot/vmlinuz-*" >/dev/null && compgen -G "$1/lib/modules/*/kernel" >/dev/null; }

if [ -n "${PSCONTAINER_VM_KERNEL:-}" ]; then
  holds_kernel "$PSCONTAINER_VM_KERNEL" ||
    absent "No kernel for the virtual machine: PSCONTAINER_VM_KERNEL=$PSCONTAINER_VM_KERNEL has no boot/vmlinuz-*" \
      "with lib/modules/*: unpack a Debian package linux-image-*-amd64 there."
  printf '%s\n' "$PSCONTAINER_VM_KERNEL"
  exit
fi

mkdir -p "$store"
exec 8>"$store/.lock"
flock 8
if ! holds_kernel "$store/kernel"; then
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    absent "No kernel for the virtual machine: set PSCONTAINER_VM_KERNEL to an unpacked Debian package linux-image-*-amd64."
  package=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  [ -n "$package" ] ||
    absent "No kernel for the virtual machine: apt knows no package linux-image-amd64 (apt-get update may help)," \
      "and PSCONTAINER_VM_KERNEL is not set."
  say "Downloading the package $package into .rootfs/vm (it is not installed)."
  rm -rf "$store/download" "$store/kernel.new"
  mkdir "$store/download" "$store/kernel.new"
  # apt-get downloads as the user _apt, who may not write here: it then says so and does it as root.
  if ! (cd "$store/download" && timeout 300 apt-get download "$package" >/dev/null 2>&1) ||
    ! dpkg-deb -x "$store"/download/*.deb "$store/kernel.new"; then
    absent "No kernel for the virtual machine: apt-get could not download the package $package."
  fi
  rm -rf "$store/download" "$store/kernel"
  mv "$store/kernel.new" "$store/kernel"
fi
printf '%s\n' "$store/kernel"
