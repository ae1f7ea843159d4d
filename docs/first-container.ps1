<#
.SYNOPSIS
    What docs/first-container.svg shows: each line as it is typed, and what it says.
.DESCRIPTION
    docs/make-picture.ps1 runs it in a terminal. The containers are in a state directory of their own, which is removed.
#>
param([string] $Module = "$PSScriptRoot/../out/PSContainer")
$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'Ansi'
$env:PSCONTAINER_ROOT = "/run/psc-picture-$PID"
Import-Module $Module

# The colours that PSReadLine gives what is typed.
function Format-Typed([string] $Line) {
    $tokens = $null
    $null = [Management.Automation.Language.Parser]::ParseInput($Line, [ref] $tokens, [ref] $null)
    $typed = ''
    foreach ($token in $tokens | Where-Object Text) {
        $typed = $typed.PadRight($token.Extent.StartOffset + $typed.Length - ($typed -replace '\e\[\d+m').Length)
        $colour = if ($token.TokenFlags -band 'CommandName') { 93 } elseif ($token.Kind -eq 'Parameter') { 90 } elseif ($token.Kind -eq 'Variable') { 92 } else { 37 }
        $typed += "`e[${colour}m$($token.Text)`e[0m"
    }
    $typed
}

try {
    foreach ($line in @(
            'Start-Container -Name web -Rootfs Host -MemoryMax 512MB'
            'Invoke-ContainerCommand web -- ps -e'
            'Get-Container web | Test-Container | Group-Object Result -NoElement'
            'Start-Container -Name web -Rootfs Host'
            'Stop-Container web -PassThru | Format-Table Name, State, ExitCode'
        )) {
        "PS> $(Format-Typed $line)"
        # A block without a file is what a prompt runs: its errors show no position in a script.
        (& { try { & ([scriptblock]::Create($line)) } catch { $_ } } | Out-String -Width ([Console]::WindowWidth)).Trim("`r", "`n")
        ''
    }
}
finally {
    Get-Container | Remove-Container -Force
    Remove-Item -Recurse -Force $env:PSCONTAINER_ROOT
}
