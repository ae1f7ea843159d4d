#!/usr/bin/env pwsh

<#
.SYNOPSIS
    What did the installer change? Runs one in a container on an overlay, looks at its changes, and keeps them as a new root
    filesystem.
.DESCRIPTION
    The root filesystem itself stays as it is. Emits the changes. The installer is a small script here; put your package
    manager in its place, with -Network Host if it has to download. Needs root.
.EXAMPLE
    ./examples/installer-diff.ps1 -Rootfs ./alpine -Destination ./alpine-nginx
#>
[CmdletBinding()]
param(
    # The root filesystem to install into.
    [string] $Rootfs = "$PSScriptRoot/../.rootfs/busybox",
    # The root filesystem to make; by default none is kept.
    [string] $Destination,
    # What to install, as a line for a shell inside.
    [string] $Installer = @'
set -e
mkdir -p /usr/share/greeter
dd if=/dev/zero of=/usr/share/greeter/data bs=1M count=2 2>/dev/null
printf '#!/bin/sh\necho "hello from $(hostname)"\n' > /bin/greeter
chmod 755 /bin/greeter
echo 'greeter:x:123:123::/nonexistent:/bin/false' >> /etc/passwd
rm /etc/os-release
'@
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command Mount-Overlay -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }
$work = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "psc-installer-$PID")
try {
    $overlay = Mount-Overlay -Lower $Rootfs -Upper "$work/delta"
    Invoke-Container -Rootfs $overlay -Network None -ErrorOnExitCode -- sh -c $Installer

    $diff = $overlay | Compare-Overlay
    $diff | Group-Object Change -NoElement | ForEach-Object { Write-Verbose "$($_.Count) $($_.Name)" }
    $large = $diff | Where-Object { $_.Change -eq 'Added' -and $_.Length -gt 1MB } | Sort-Object Length -Descending
    if ($large) { Write-Warning "large: $($large.Path -join ', ')" }
    if ($diff.Path -like '/etc/passwd*') { Write-Warning 'the package touched /etc/passwd' }
    $diff | Sort-Object Path

    # A root filesystem that needs neither the old one nor the overlay.
    $new = $overlay | Merge-Overlay -Destination ($Destination ? $Destination : "$work/installed")
    Write-Verbose "the new root filesystem: $new"
}
finally {
    $overlay | Where-Object IsMounted | Dismount-Overlay -RemoveUpper
    Remove-Item -Recurse -Force $work
}
