#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests, measures, documents, packages, installs or cleans PSContainer.
.DESCRIPTION
    The same tasks as build.sh, which does the work: it also runs where there is no PowerShell yet.
.EXAMPLE
    ./build.ps1
    Import-Module ./out/PSContainer
.EXAMPLE
    ./build.ps1 -Task Test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Bench', 'Docs', 'Clean', 'Install', 'Package', 'Demo')]
    [string[]] $Task = 'Build',

    # Passed on to the task, for instance the folder to install to.
    [Parameter(Position = 1, ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
# The tasks that need PowerShell use this one.
$env:PWSH = (Get-Process -Id $PID).Path
foreach ($name in $Task) {
    & (Join-Path $PSScriptRoot build.sh) $name.ToLowerInvariant() @ArgumentList
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
