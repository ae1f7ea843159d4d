<#
.SYNOPSIS
    Measures Get-Namespace against lsns, from a warm session.
.DESCRIPTION
    Writes Markdown; appends to WORK/goals. Both list every namespace of this host, with type, number, count of processes, lowest
    pid and command.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Work,
    [ValidateRange(3, 1000)] [int] $Rounds = 20
)
$ErrorActionPreference = 'Stop'
$goal = 2
Import-Module $Module
if (-not (Get-Command lsns -CommandType Application -ErrorAction Ignore)) { throw 'lsns (util-linux) is missing.' }
$contestants = [ordered]@{
    '`Get-Namespace`'                                                  = { Get-Namespace }
    '`Get-Namespace \| Select-Object` of the same columns'             = { Get-Namespace | Select-Object Type, Inode, ProcessCount, ProcessId, Command }
    '`& lsns --noheadings --raw --output TYPE,NS,NPROCS,PID,COMMAND`' = { & lsns --noheadings --raw --output TYPE,NS,NPROCS,PID,COMMAND }
}
$times = @{}
$count = @{}
foreach ($round in -3..($Rounds - 1)) {
    foreach ($name in $contestants.Keys | Get-Random -Shuffle) {
        $before = [Diagnostics.Stopwatch]::GetTimestamp()
        $count[$name] = @(& $contestants[$name]).Count
        $time = [Diagnostics.Stopwatch]::GetElapsedTime($before).TotalMilliseconds
        if ($round -ge 0) { $times[$name] = @($times[$name]) + $time }
    }
}
$native = ($times[@($contestants.Keys)[-1]] | Where-Object { $_ } | Measure-Object -Minimum).Minimum
$processes = @(Get-ChildItem /proc -Directory | Where-Object Name -Match '^\d+$').Count
"`n**All namespaces of this host ($processes processes), from a warm PowerShell, minimum and median of $Rounds in ms**`n"
'| command | namespaces | min | median | min / lsns |'
'| --- | --: | --: | --: | --: |'
foreach ($name in $contestants.Keys) {
    $sorted = $times[$name] | Where-Object { $_ } | Sort-Object
    '| {0} | {1} | {2:F1} | {3:F1} | {4:F2} |' -f $name, $count[$name], $sorted[0], $sorted[[int]($sorted.Count / 2)], ($sorted[0] / $native)
}
$ours = ($times[@($contestants.Keys)[1]] | Where-Object { $_ } | Measure-Object -Minimum).Minimum / $native
$verdict = if ($ours -le $goal) { 'reached' } else { 'missed' }
Add-Content "$Work/goals" ('| `Get-Namespace` of all processes: at most {0}x lsns with the same columns | {1:F2}x | {2} |' -f $goal, $ours, $verdict)
