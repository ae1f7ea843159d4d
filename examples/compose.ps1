#!/usr/bin/env pwsh

<#
.SYNOPSIS
    A container composed step by step: every line makes one thing of the kernel's, and is an object to look at.
.DESCRIPTION
    A root filesystem, an overlay over it, a cgroup with limits, namespaces; then the container of these, and a file that is
    put into it before its first instruction. Emits what the container said. Nothing is left. Needs root.
.EXAMPLE
    ./examples/compose.ps1 -Rootfs ./alpine
#>
[CmdletBinding()]
param(
    # A root filesystem, or the archive of one.
    [string] $Rootfs = "$PSScriptRoot/../.rootfs/busybox",
    # What cgroup, namespaces and container are called.
    [string] $Name = "demo-$PID"
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Container -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }
$root = Get-Item $Rootfs
$unpacked = if ($root -is [IO.FileInfo]) { Expand-ContainerImage $root -Destination (Join-Path ([IO.Path]::GetTempPath()) $Name) }
if ($unpacked) { $root = $unpacked }
try {
    $ov = $root | Mount-Overlay -Ephemeral
    $cg = New-Cgroup $Name -MemoryMax 512MB -PidsMax 64 | Set-CgroupLimit -CpuMax 50% -PassThru
    $ns = New-Namespace -Type Mount, Pid, Uts, Ipc, Network, User -MapRootUser -Hostname demo -Name $Name
    $c  = New-Container -Rootfs $ov -Cgroup $cg -Namespace $ns -Name $Name `
        -Command sh, -c, 'hostname; id; cat /etc/motd; exec sleep 300'
    Set-ContainerContent $c /etc/motd 'wired between create and start'   # the script is the hook
    $c | Start-Container | Get-ContainerLog -Follow | Select-Object -First 3 | ForEach-Object Message
    # Each part can be looked at by itself, and all are the same container's.
    $limit = $cg | Get-CgroupLimit
    Write-Verbose "limits: $($limit.MemoryMax) bytes, $($limit.CpuMax) CPUs, $($limit.PidsMax) processes"
    $ov | Compare-Overlay | ForEach-Object { Write-Verbose "changed: $_" }
    $c | Stop-Container -Force -PassThru | Remove-Container
}
finally {
    if ($c) { Get-Container $c.Id -ErrorAction Ignore | Remove-Container -Force }
    if ($ns) { $ns | Remove-Namespace -Force }
    if ($cg) { $cg | Remove-Cgroup -Recurse -Force }
    if ($ov) { $ov | Where-Object IsMounted | Dismount-Overlay }
    if ($unpacked) { Remove-Item -Recurse -Force $unpacked.Path }
}
