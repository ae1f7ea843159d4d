<#
.SYNOPSIS
    Runs the Pester suite and writes "passed failed skipped" to a file, and below it each failed test as "Failed NAME: MESSAGE".
#>
param([string] $CountFile, [string[]] $Path = "$PSScriptRoot/../tests/PSContainer.Tests", [string] $Pester = 'Pester')
$ErrorActionPreference = 'Stop'
Import-Module $Pester -MinimumVersion 6.0 -MaximumVersion 6.99
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration
# A file whose discovery or setup failed has no failed tests of its own.
$failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
'{0} {1} {2}' -f $result.PassedCount, $failed, ($result.SkippedCount + $result.NotRunCount) | Set-Content $CountFile
foreach ($item in @($result.Failed) + @($result.FailedBlocks) + @($result.FailedContainers)) {
    $name = $item.ExpandedPath ?? $item.Item
    'Failed {0}: {1}' -f ($name -replace '\s+', ' ' -replace ': ', ' '), ("$($item.ErrorRecord | Select-Object -First 1)" -split '\n')[0] | Add-Content $CountFile
}
exit [int]($failed -gt 0)
