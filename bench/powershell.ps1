<#
.SYNOPSIS
    Measures the module: containers from a warm session, the import, the first cmdlet, a completed name.
.DESCRIPTION
    Called by measure.sh. Writes Markdown, and its goals to WORK/goals. WORK has the root filesystem, and in bundles/seccomp the
    bundle that asks for what the module asks for by default.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Runtime,
    [Parameter(Mandatory)] [string] $Work,
    [Parameter(Mandatory)] [int] $Rounds
)
$ErrorActionPreference = 'Stop'
$rootfs = "$Work/rootfs"
$bundle = "$Work/bundles/seccomp"
$freshProcesses = 20
$crunGoal = 0.8
$importGoal = 100
$completionGoal = 50

function Get-Quantile([double[]] $Time, [double] $Part) {
    $sorted = $Time | Sort-Object
    $place = $Part * ($sorted.Count - 1)
    $below = [int][Math]::Floor($place)
    $above = [Math]::Min($below + 1, $sorted.Count - 1)
    $sorted[$below] + ($sorted[$above] - $sorted[$below]) * ($place - $below)
}

function Add-Goal([string] $Goal, [string] $Measured, $Reached) {
    $verdict = if ($null -eq $Reached) { 'not measured' } elseif ($Reached) { 'reached' } else { 'missed' }
    Add-Content "$Work/goals" "| $Goal | $Measured | $verdict |"
}

# Each runs one container and returns its exit code.
function Get-Contestant {
    $all = [ordered]@{
        '`Invoke-Container`' = { Invoke-Container -Rootfs $rootfs -- /bin/true; $LASTEXITCODE }
        '`Start-Container \| Wait-Container`' = {
            ($script:container = Start-Container -Rootfs $rootfs -- /bin/true | Wait-Container).ExitCode
        }
        '`& pscontainer run`' = { & $Runtime --root "$Work/pscontainer" run --bundle $bundle $id; $LASTEXITCODE }
    }
    if (Get-Command crun -CommandType Application -ErrorAction Ignore) {
        $all['`& crun run`'] = { & crun --root "$Work/crun" run --bundle $bundle $id; $LASTEXITCODE }
    }
    $all
}

function Measure-Session([int] $Pause) {
    $contestants = Get-Contestant
    $times = @{}
    $failed = @{}
    foreach ($name in $contestants.Keys) { $times[$name] = [Collections.Generic.List[double]]::new() }
    foreach ($round in -4..($Rounds - 1)) {
        foreach ($name in $contestants.Keys | Get-Random -Shuffle) {
            if ($failed[$name]) { continue }
            $script:container = $null
            $script:id = "psc-bench-$PID-$Pause-$round-$([Array]::IndexOf(@($contestants.Keys), $name))"
            if ($Pause) { Start-Sleep -Milliseconds $Pause }
            try {
                $before = [Diagnostics.Stopwatch]::GetTimestamp()
                $exit = & $contestants[$name]
                $time = [Diagnostics.Stopwatch]::GetElapsedTime($before)
                if ("$exit" -ne '0') { $failed[$name] = "exit code $exit" }
                elseif ($round -ge 0) { $times[$name].Add($time.TotalMilliseconds) }
            }
            catch { $failed[$name] = "$_" -replace '\|', '/' -replace '\s+', ' ' }
            if ($script:container) { $script:container | Remove-Container -Force }
        }
    }
    Write-SessionTable $contestants.Keys $times $failed $Pause
}

function Write-SessionTable($Name, $Time, $Failed, [int] $Pause) {
    $how = if ($Pause) { "starts $Pause ms apart" } else { 'back to back' }
    $crun = $Time['`& crun run`']
    $comparable = $crun -and -not $Failed['`& crun run`']
    "`n**From a warm PowerShell, default seccomp profile, $how**`n"
    '| command | min | p10 | median | min / crun | p10 / crun |'
    '| --- | --: | --: | --: | --: | --: |'
    foreach ($each in $Name) {
        $ours = $each -match 'Container`$'
        if ($Failed[$each]) {
            "| $each | failed: $($Failed[$each]) | | | | |"
            if ($ours) { Add-Goal "$each, $($how): at most $($crunGoal)x ``& crun run``" '-' $null }
            continue
        }
        $quantiles = 0, 0.1, 0.5 | ForEach-Object { Get-Quantile $Time[$each] $_ }
        $ratios = if ($comparable) { 0, 0.1 | ForEach-Object { (Get-Quantile $Time[$each] $_) / (Get-Quantile $crun $_) } }
        $shown = if ($comparable) { '{0:F2} | {1:F2}' -f $ratios[0], $ratios[1] } else { '- | -' }
        '| {0} | {1:F2} | {2:F2} | {3:F2} | {4} |' -f $each, $quantiles[0], $quantiles[1], $quantiles[2], $shown
        if ($ours -and $comparable) {
            $measured = '{0:F2}x (minimum), {1:F2}x (p10)' -f $ratios[0], $ratios[1]
            $reached = $ratios[0] -le $crunGoal -and $ratios[1] -le $crunGoal
            Add-Goal "$each, $($how): at most $($crunGoal)x ``& crun run``" $measured $reached
        }
    }
}

function Measure-Import {
    # An empty module shows what Import-Module itself takes in a fresh process.
    $empty = "$Work/Empty/Empty.psd1"
    $null = New-Item -ItemType Directory -Force "$Work/Empty"
    New-ModuleManifest $empty
    $pwsh = (Get-Process -Id $PID).Path
    $import = [Collections.Generic.List[double]]::new()
    $first = [Collections.Generic.List[double]]::new()
    $nothing = [Collections.Generic.List[double]]::new()
    $template = '(Measure-Command {{ Import-Module ''{0}'' }}).TotalMilliseconds; (Measure-Command {{ {1} }}).TotalMilliseconds'
    foreach ($round in 1..$freshProcesses) {
        $nothing.Add(@(& $pwsh -NoLogo -NoProfile -NonInteractive -Command ($template -f $empty, '$null'))[0])
        $both = & $pwsh -NoLogo -NoProfile -NonInteractive -Command ($template -f $Module, 'Get-Container')
        if (@($both).Count -ne 2) { throw "the module could not be imported: $both" }
        $import.Add($both[0])
        $first.Add($both[1])
    }
    "`n**In a fresh PowerShell ($freshProcesses processes)**`n"
    '| | min | p10 | median |'
    '| --- | --: | --: | --: |'
    foreach ($row in @('`Import-Module PSContainer`', $import), @('`Import-Module` of an empty module, for comparison', $nothing),
        @('the first cmdlet after it, `Get-Container`', $first)) {
        $minimum, $p10, $median = 0, 0.1, 0.5 | ForEach-Object { Get-Quantile $row[1] $_ }
        '| {0} | {1:F0} | {2:F0} | {3:F0} |' -f $row[0], $minimum, $p10, $median
    }
    $minimum, $p10, $median = 0, 0.1, 0.5 | ForEach-Object { Get-Quantile $import $_ }
    $measured = '{0:F0} ms (minimum), {1:F0} ms (p10), {2:F0} ms (median)' -f $minimum, $p10, $median
    Add-Goal "``Import-Module``: at most $importGoal ms" $measured ($p10 -le $importGoal)
}

function Measure-Completion {
    $container = Start-Container -Name "psc-bench-$PID-completed" -Rootfs $rootfs
    try {
        $line = "Stop-Container psc-bench-$PID"
        $times = foreach ($round in -1..19) {
            $before = [Diagnostics.Stopwatch]::GetTimestamp()
            $completion = TabExpansion2 $line $line.Length
            $time = [Diagnostics.Stopwatch]::GetElapsedTime($before).TotalMilliseconds
            if ($completion.CompletionMatches.CompletionText -notcontains $container.Name) { throw "the name was not completed: $($completion.CompletionMatches)" }
            if ($round -ge 0) { $time }
        }
        $minimum, $p10, $median = 0, 0.1, 0.5 | ForEach-Object { Get-Quantile $times $_ }
        $measured = '{0:F1} ms (minimum), {1:F1} ms (p10), {2:F1} ms (median)' -f $minimum, $p10, $median
        Add-Goal "a container's name completed: at most $completionGoal ms" $measured ($p10 -le $completionGoal)
    }
    finally { $container | Remove-Container -Force }
}

Measure-Import
Import-Module $Module
Measure-Completion
Measure-Session 0
Measure-Session 120
