#!/usr/bin/env bash
# Runs the tests of cgroups and containers on a kernel with nothing but cgroup v2: Debian's, in a virtual machine that qemu
# emulates, on this machine's files, read-only. The last line is "VM: N passed, N failed, N skipped".
# Exits with 3 when qemu or the kernel is missing. PSCONTAINER_VM_TIMEOUT: seconds until it is given up (1500); what had passed by
# then is counted, and the suite that did not end is one that failed. An emulated kernel that oopses is told, and booted once more.
# PSCONTAINER_VM_SUITES: a regular expression of the suites to run, by their names in guest.sh; by default all but systemd.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh
modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci netfs fscache 9pnet 9pnet_virtio 9p overlay virtio_blk)
limit=${PSCONTAINER_VM_TIMEOUT:-1500}
work='' qemu=''

finish() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
  [ -z "$work" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

require() {
  command -v "$1" >/dev/null && return
  say "No virtual machine: '$1' is missing. On Debian and Ubuntu: apt-get install $2"
  exit 3
}

# pack KERNEL BUSYBOX: the initramfs with what the boot needs, modules in the order in which they are loaded.
pack() {
  local tree=$work/initramfs module file
  mkdir -p "$tree"/{bin,modules,proc,sys,dev,host,above,root}
  cp "$2" "$tree/bin/busybox"
  for file in sh mount insmod cat mkdir chmod cp ln ip hostname poweroff switch_root; do ln -s busybox "$tree/bin/$file"; done
  cp tests/vm/init.sh "$tree/init"
  chmod 755 "$tree/init"
  for module in "${modules[@]}"; do
    file=$(find "$1"/lib/modules -name "$module.ko*" -print -quit)
    case $file in
      *.ko) cp "$file" "$tree/modules/$module.ko" ;;
      *.ko.xz) xz -dc "$file" >"$tree/modules/$module.ko" ;;
      # A kernel that has it built in, or no longer divides it so, needs no file.
      *) continue ;;
    esac
    echo "$module.ko" >>"$tree/modules/order"
  done
  (cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initramfs.gz"
}

# What the guest does first, with the surroundings that the tests would have here.
write_start() {
  local name
  mkdir -p "$work/share"
  {
    printf 'export %s=%q\n' PATH "$PATH" HOME "${HOME:-/root}" TMPDIR /run/t LC_ALL C.UTF-8 TERM dumb
    for name in DOTNET_ROOT NUGET_PACKAGES PSCONTAINER_TEST_DATA PSCONTAINER_VM_SUITES; do
      [ -z "${!name:-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
    done
    printf 'cd %q && exec tests/vm/guest.sh /run/vm/result %d\n' "$root" $((limit - SECONDS))
  } >"$work/share/start"
}

# boot KERNEL SECONDS. Without smap: qemu 7.2 reads the stack of an iretq in user mode, by which .NET goes on after an exception, as
# the supervisor would, and with smap that is a page fault the kernel does not survive.
boot() {
  local kernel=$1
  : >"$work/console"
  timeout "$2" qemu-system-x86_64 -accel tcg,thread=multi -cpu max,smap=off -smp 2 -m 3G -nodefaults -no-user-config \
    -nographic -serial stdio -no-reboot \
    -kernel "$(compgen -G "$kernel/boot/vmlinuz-*" | head -n 1)" -initrd "$work/initramfs.gz" \
    -append "cgroup_no_v1=all console=ttyS0 quiet loglevel=3 oops=panic panic=-1 mitigations=off" \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    -drive "file=$work/disk,if=none,id=disk,format=raw,cache=unsafe" -device virtio-blk-pci,drive=disk \
    -virtfs "local,path=$work/share,mount_tag=share,security_model=none" \
    </dev/null >"$work/console" 2>&1 &
  qemu=$!
  # The console as it comes, without what the firmware does to a terminal; in the background, so that a signal ends the wait.
  tail --pid=$qemu -n +1 -f "$work/console" | sed -u -e 's/\r//g; s/\x1b[[][0-9;?]*[a-zA-Z]//g; s/\x1bc//g' &
  local shown=$!
  wait $qemu || true
  qemu=''
  wait $shown
}

require qemu-system-x86_64 qemu-system-x86
require cpio cpio
[ -x "$pscontainer" ] || fail "The module is not built: ./build.sh"
kernel=$(tests/vm/kernel.sh)
busybox=$(tests/rootfs.sh busybox)/bin/busybox
quietly dotnet build tests/PSContainer.Native.Tests -m:1 --nologo
quietly dotnet build tests/PSContainer.Runtime.Tests -m:1 --nologo

work=$(mktemp -d)
pack "$kernel" "$busybox"
# A disk of its own, whose speed can be limited.
truncate -s 64M "$work/disk"
SECONDS=0
write_start
boot "$kernel" "$limit"
# What the kernel does not survive is not what is tested here: a real one has the other suites. Twice is no accident.
if oops=$(grep -m 1 -A 40 -E 'BUG: |Oops|general protection|Kernel panic' "$work/console") && [ ! -f "$work/share/result" ]; then
  say "!!!! THE EMULATED KERNEL ENDED ITSELF after $SECONDS s: it boots once more for the suites that have not ended. !!!!"
  say "$oops"
  write_start
  boot "$kernel" $((limit - SECONDS))
fi
say "The virtual machine ran for $SECONDS s."
if [ -f "$work/share/result" ]; then
  read -r passed failed skipped <"$work/share/result"
elif [ -f "$work/share/result.partial" ]; then
  read -r passed failed skipped unfinished <"$work/share/result.partial"
  say "FAILED $unfinished: the virtual machine ran for $SECONDS s of $limit s, and this did not end. The last it said is above."
  failed=$((failed + 1))
else
  say "The virtual machine did not report within $limit s: it did not boot. The last it said is above."
  exit 1
fi
echo "VM: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
