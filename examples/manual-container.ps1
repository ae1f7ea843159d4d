#!/usr/bin/env pwsh

<#
.SYNOPSIS
    A container by hand: nothing but the primitives, a step a line, and a shell in it at the end.
.DESCRIPTION
    What New-Container does in one line, done as the well-known shell scripts do it: a root filesystem below an overlay,
    namespaces, a cgroup with limits, /proc, /sys and /dev, and a command in all of them. Emits what the command says; with
    -Shell a shell of your own. Nothing is left. Needs root.
.EXAMPLE
    ./examples/manual-container.ps1 -Rootfs ./alpine -Shell
#>
[CmdletBinding()]
param(
    # The root filesystem, which stays as it is.
    [string] $Rootfs = "$PSScriptRoot/../.rootfs/busybox",
    # What namespaces and cgroup are called, and the host inside.
    [string] $Name = "manual-$PID",
    # A line for the shell inside.
    [string] $Command = @'
echo "host name: $(hostname)"
echo "pid: $$"
echo "processes: $(ls -d /proc/[0-9]* | wc -l)"
echo "interfaces: $(ls /sys/class/net)"
echo "root: $(ls /)"
echo "null: $(echo x > /dev/null && echo works)"
echo "memory: $(cat /cgroup/*/memory.max /cgroup/*/memory.limit_in_bytes 2>/dev/null | head -n 1)"
touch /written-inside
'@,
    # Opens a shell inside; needs a terminal.
    [switch] $Shell
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command Mount-Overlay -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }
try {
    # 1. Its own file system: the root filesystem below, what changes in memory above.
    $root = Mount-Overlay $Rootfs -Ephemeral

    # 2. What it sees: a host name, processes, a network, mounts of its own.
    $namespaces = New-Namespace -Type Mount, Uts, Ipc, Pid, Network, Cgroup -Name $Name -Hostname $Name

    # 3. What it may use.
    $cgroup = New-Cgroup $Name -MemoryMax 256MB -PidsMax 32 -CpuMax 50%

    # 4. Kernel filesystems and devices, mounted in its mount namespace: the host has none of them.
    foreach ($directory in 'proc', 'sys', 'dev', 'tmp') { $null = New-Item -ItemType Directory -Force "$root/$directory" }
    $hidden = @{ Namespace = $namespaces; Option = 'nosuid', 'noexec', 'nodev' }
    $mounts = @(
        Mount-FileSystem -Type proc -Path "$root/proc" @hidden
        Mount-FileSystem -Type sysfs -Path "$root/sys" @hidden -ReadOnly
        Mount-FileSystem -Type tmpfs -Path "$root/tmp" @hidden
        Mount-FileSystem -Type tmpfs -Path "$root/dev" -Option 'nosuid', 'noexec', 'size=64k', 'mode=0755' -Namespace $namespaces
    )
    $devices = 'null', 'zero', 'full', 'random', 'urandom', 'tty'
    Invoke-NamespaceCommand $namespaces -- /bin/sh -c 'cd "$1" && shift && for device; do : > $device; done' sh "$root/dev" @devices
    foreach ($device in $devices) {
        $mounts += Mount-FileSystem "/dev/$device" "$root/dev/$device" -Namespace $namespaces
    }
    # Its cgroup, one directory a hierarchy, so that the first process inside can join it.
    for ($i = 0; $i -lt $cgroup.Directories.Count; $i++) {
        $null = New-Item -ItemType Directory -Force "$root/cgroup/$i"
        $mounts += Mount-FileSystem $cgroup.Directories[$i] "$root/cgroup/$i" -Namespace $namespaces
    }
    Write-Verbose "mounts inside: $($mounts.Path -join ', ')"

    # 5. A command in all of it: in the namespaces, with the overlay for its root, and in the cgroup before it becomes the command.
    $join = 'for group in /cgroup/*; do echo $$ > $group/cgroup.procs; done; exec "$@"'
    if ($Shell) { Enter-Namespace $namespaces -Rootfs $root -Shell /bin/sh, -c, $join, sh, /bin/sh, -i }
    else { Invoke-NamespaceCommand $namespaces -Rootfs $root -- /bin/sh -c $join sh /bin/sh -c $Command }

    $root | Compare-Overlay | Where-Object Path -NotIn /dev, /tmp | ForEach-Object { Write-Verbose "changed: $_" }
}
finally {
    if ($namespaces) { $namespaces | Remove-Namespace -Force }
    if ($cgroup) { $cgroup | Remove-Cgroup -Recurse -Force }
    if ($root) { $root | Where-Object IsMounted | Dismount-Overlay }
}
