#!/bin/sh
# The arm64 machine's PID 1, in its initramfs: moves the root filesystem to memory that can be left by pivot_root(2), mounts what a
# system has, and runs tests/vm/executable.sh. What it says is on the console, and what came of it in the last line.
busybox() { /bin/busybox "$@"; }
busybox mount -t proc proc /proc
busybox mkdir /new
busybox mount -t tmpfs -o size=512m,mode=755 tmpfs /new
busybox mv /root/* /new/
for directory in proc sys dev run; do busybox mkdir -p "/new/$directory"; done
busybox mount -o move /proc /new/proc
busybox mount -t sysfs sysfs /new/sys
busybox mount -t devtmpfs devtmpfs /new/dev
busybox mkdir -p /new/dev/pts /new/dev/shm
busybox mount -t devpts -o mode=620,ptmxmode=666,gid=5 devpts /new/dev/pts
busybox mount -t tmpfs -o mode=1777 shm /new/dev/shm
busybox ln -s /proc/self/fd /new/dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do busybox ln -s "/proc/self/fd/${stream%:*}" "/new/dev/${stream#*:}"; done
busybox mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate cgroup2 /new/sys/fs/cgroup
for controller in $(busybox cat /new/sys/fs/cgroup/cgroup.controllers); do
  echo "+$controller" >/new/sys/fs/cgroup/cgroup.subtree_control
done
# As on a real machine, who starts containers is in a cgroup of a session, not in the root.
busybox mkdir /new/sys/fs/cgroup/session.scope
echo $$ >/new/sys/fs/cgroup/session.scope/cgroup.procs
busybox hostname pscontainer-arm64

exec busybox switch_root /new /bin/bash -c '
  export PATH=/bin:/sbin:/usr/bin:/usr/sbin COUNT=/run/count PSCONTAINER_TEST_ROOTFS=/srv/container
  echo "== the arm64 machine is up after $(cut -d" " -f1 /proc/uptime) s: Linux $(uname -rm)"
  cd /srv/psc && bash tests/vm/executable.sh
  read -r passed failed skipped </run/count && echo "ARM64: $passed passed, $failed failed, $skipped skipped"
  busybox poweroff -f'
