<#
.SYNOPSIS
    The main job: one container with limits on the host's own root filesystem, and what it sees of itself.
#>
param([string] $Module, [string] $Look)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$options = @{ Rootfs = 'Host'; Hostname = 'demo' }
try {
    $c = Start-Container @options -MemoryMax 512MB -PidsMax 64
}
catch [PSContainer.ControllerUnavailableException] {
    # An ordinary user's limits are the business of whoever set up his session.
    Write-Warning "$_ The container goes without limits. $($_.ErrorDetails.RecommendedAction)"
    $c = Start-Container @options
}
try {
    $c | Format-Table | Out-String | ForEach-Object Trim
    Invoke-ContainerCommand $c -ShellCommand $Look
    'limits     memory.max = {0}, pids.max = {1}' -f ($c.Limits.MemoryMax ?? 'max'), ($c.Limits.PidsMax ?? 'max')
}
finally {
    $c | Remove-Container -Force
}
