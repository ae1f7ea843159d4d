#!/usr/bin/env pwsh

<#
.SYNOPSIS
    What one line is enough for.
.DESCRIPTION
    Each line stands for itself; together they show that containers, cgroups and namespaces are objects like any other. Needs
    root.
.EXAMPLE
    ./examples/one-liners.ps1 -Rootfs ./alpine
#>
[CmdletBinding()]
param(
    # The root filesystem of the containers.
    [string] $Rootfs = "$PSScriptRoot/../.rootfs/busybox"
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command Invoke-Container -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }
$work = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "psc-one-liners-$PID")
'pear', 'apple', 'pear', 'fig' | Set-Content "$work/big.csv"
$web = Start-Container -Name "one-liner-$PID" -Rootfs $Rootfs -Ephemeral
try {
    Invoke-Container -Rootfs $Rootfs -MemoryMax 512MB -- cat /etc/os-release | ConvertFrom-StringData
    Get-Content "$work/big.csv" | Invoke-Container -Rootfs $Rootfs -Network None -- sort -u | Set-Content "$work/unique.csv"
    Get-Content "$work/unique.csv"
    Get-Container | Measure-Container | Sort-Object MemoryCurrent -Descending | Select-Object -First 5 Name, MemoryCurrent
    # systemd-cgtop
    Get-Cgroup -Recurse | Measure-Cgroup -Interval 1s -Count 1 | Sort-Object CpuPercent -Bottom 10 | Select-Object Path, CpuPercent
    # lsns -p
    Get-Process -Id $PID | Get-Namespace | Select-Object Type, Inode, ProcessCount
    # findmnt -t
    Get-MountPoint -Type ext4, xfs, btrfs, overlay | Select-Object Path, Type, Source
    Get-Container -State Exited | Where-Object ExitTime -lt (Get-Date).AddDays(-1) | Remove-Container -WhatIf
}
finally {
    $web | Remove-Container -Force
    Remove-Item -Recurse -Force $work
}
