#!/usr/bin/env pwsh

<#
.SYNOPSIS
    Shows what an overlay does: copy-up, whiteout and opaque directory, made in a mount namespace of its own.
.DESCRIPTION
    Makes two lower directories, mounts an overlay of them, changes it from a shell in a new mount namespace, and shows what is
    in the upper directory and what Compare-Overlay says of it. Emits one row a change; the lower directories are as they were.
    Needs root.
.EXAMPLE
    ./examples/overlay.ps1 | Format-Table -AutoSize
#>
[CmdletBinding()]
param(
    # Where directories are made, which are removed at the end.
    [string] $Directory = (Join-Path ([IO.Path]::GetTempPath()) "psc-overlay-$PID")
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command Mount-Overlay -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }

$base = New-Item -ItemType Directory "$Directory/base"
$app = New-Item -ItemType Directory "$Directory/app"
$null = New-Item -ItemType Directory "$base/etc", "$base/cache"
Set-Content "$base/etc/settings" 'color=blue'
Set-Content "$base/etc/obsolete" 'nobody needs this'
Set-Content "$base/cache/old" 'stale'
Set-Content "$app/program" 'echo version 1'
try {
    # The first lower directory is the top one. It could be -Ephemeral; here the upper directory is to be looked at.
    $overlay = Mount-Overlay $app, $base -Upper "$Directory/changes"

    # A shell in a mount namespace of its own: it has the overlay, and what it mounts is its own affair.
    $script = @'
set -e
cd "$1"
echo 'size=large' >> etc/settings     # copy-up: the whole file goes to the upper directory, then the line is added
rm etc/obsolete                       # whiteout: the upper directory remembers that it is gone
rm -r cache && mkdir cache            # opaque: a new directory that hides the old one
echo 'fresh' > cache/new
mount -t tmpfs tmpfs etc              # seen in this namespace only
'@
    $namespace = New-Namespace -Type Mount
    try { $namespace | Invoke-NamespaceCommand -- /bin/sh -c $script sh "$overlay" }
    finally { $namespace | Remove-Namespace }
    if ($LASTEXITCODE) { throw "the shell ended with $LASTEXITCODE" }

    Write-Verbose "The upper directory, as it is on the disk:`n$(& ls -lR $overlay.Upper | Out-String)"
    if (Get-MountPoint "$overlay/*") { throw 'a mount left its namespace' }
    if ((Get-Content "$base/etc/settings").Count -ne 1) { throw 'the lower directory was changed' }

    foreach ($change in $overlay | Compare-Overlay | Sort-Object Path) {
        [pscustomobject]@{
            Path    = $change.Path
            Change  = $change.Change
            Type    = $change.ItemType
            Mark    = switch ($change.Change) {
                Deleted { "character device $(& stat --format '%Hr:%Lr' "$($overlay.Upper)$($change.Path)")" }
                Opaque { 'the attribute trusted.overlay.opaque' }
                Changed { 'a copy with the change in it' }
            }
        }
    }
}
finally {
    Get-Overlay "$Directory/*" | Dismount-Overlay
    if ($overlay) { $overlay | Where-Object IsMounted | Dismount-Overlay }
    Remove-Item -Recurse -Force $Directory
}
