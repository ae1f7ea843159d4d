#!/bin/sh
# The virtual machine's PID 1, in its initramfs: the host's files read-only with memory to write to above them, cgroup v2 and
# nothing else, then the tests. What the tests say is on the console; what came of them is in the directory shared with the host.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module"; done </modules/order

options=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "ro,cache=loose,$options" host /host || poweroff -f
mount -t tmpfs -o size=1g tmpfs /above
mkdir /above/upper /above/work
mount -t overlay -o lowerdir=/host,upperdir=/above/upper,workdir=/above/work,volatile overlay /root || poweroff -f

for directory in proc sys dev; do mount -o move "/$directory" "/root/$directory"; done
mkdir -p /root/dev/pts /root/dev/shm
ln -s /proc/self/fd /root/dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "/root/dev/${stream#*:}"; done
mount -t devpts -o mode=620,ptmxmode=666,gid=5 devpts /root/dev/pts
mount -t tmpfs -o mode=1777 shm /root/dev/shm
mount -t tmpfs -o mode=755 tmpfs /root/run
mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate cgroup2 /root/sys/fs/cgroup
for controller in $(cat /root/sys/fs/cgroup/cgroup.controllers); do
  echo "+$controller" >/root/sys/fs/cgroup/cgroup.subtree_control
done
# An overlay's upper directory cannot be on another overlay. The path for temporary files is short, for sockets below it.
mkdir -p /root/var/lib/pscontainer /root/run/t /root/run/vm
mount -t tmpfs -o mode=700 tmpfs /root/var/lib/pscontainer
mount -t 9p -o "$options" share /root/run/vm || poweroff -f
chmod 1777 /root/run/t
ip link set lo up
hostname pscontainer-vm
cp /bin/busybox /root/run/busybox

exec switch_root /root /run/busybox sh -c '/bin/bash /run/vm/start; /run/busybox poweroff -f'
