<#
.SYNOPSIS
    The main job: one container with limits, and what it sees of itself.
#>
param([string] $Module, [string] $Rootfs, [string] $Look)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$c = Start-Container -Rootfs $Rootfs -Ephemeral -Hostname demo -MemoryMax 512MB -PidsMax 64
try {
    $c | Format-Table | Out-String | ForEach-Object Trim
    Invoke-ContainerCommand $c -ShellCommand $Look
    'limits    memory.max = {0}, pids.max = {1}' -f $c.Limits.MemoryMax, $c.Limits.PidsMax
}
finally {
    $c | Remove-Container -Force
}
