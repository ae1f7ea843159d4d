<#
.SYNOPSIS
    Measures Compare-Overlay over many files in an upper directory against find on that directory.
.DESCRIPTION
    Writes Markdown; appends to WORK/goals. The lower directory has a tenth of the files, so that names are found there and not
    found there. The contestants take turns, from a warm session; find is started each time, as from a script, once naming the
    files and once with what Compare-Overlay says besides: type and length.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Work,
    [int] $Rounds = 10,
    [int] $Count = 100000
)
$ErrorActionPreference = 'Stop'
$goal = 2.0
$perDirectory = 100
Import-Module $Module
. "$PSScriptRoot/contest.ps1"
$place = New-Item -ItemType Directory "$Work/overlay"
$overlay = $null
try {
    $directories = [Math]::Max(1, [int]($Count / $perDirectory))
    foreach ($directory in 1..$directories) {
        $path = [IO.Directory]::CreateDirectory("$place/lower/d$directory").FullName
        foreach ($file in 1..($perDirectory / 10)) { [IO.File]::WriteAllText("$path/f$file", '') }
    }
    $overlay = Mount-Overlay "$place/lower" -Upper "$place/upper"
    foreach ($directory in 1..$directories) {
        foreach ($file in 1..$perDirectory) { [IO.File]::WriteAllText("$overlay/d$directory/f$file", 'x') }
    }
    $upper = $overlay.Upper
    $contestants = [ordered]@{
        'Compare-Overlay' = { $n = 0; $overlay | Compare-Overlay | ForEach-Object { $n++ }; $n }
        'Compare-Overlay, to nothing' = { $overlay | Compare-Overlay > $null; 1 }
        'find' = { & sh -c "find '$upper' > /dev/null"; 1 }
        'find -printf type, size, path' = { & sh -c "find '$upper' -printf '%y %s %P\n' > /dev/null"; 1 }
    }
    $times = Measure-Contestant $contestants $Rounds
    $ours = ($times['Compare-Overlay, to nothing'] | Measure-Object -Minimum).Minimum
    "`n**Compare-Overlay over $Count files, from a warm PowerShell**`n"
    Format-Contest $contestants $times $ours
    $ratio = $ours / ($times['find -printf type, size, path'] | Measure-Object -Minimum).Minimum
    $verdict = if ($ratio -le $goal) { 'reached' } else { 'missed' }
    Add-Content "$Work/goals" ('| `Compare-Overlay` over {0} files: at most {1}x `find` with type and size | {2:F2}x | {3} |' -f $Count, $goal, $ratio, $verdict)
}
finally {
    $overlay | Where-Object IsMounted | Dismount-Overlay
    Remove-Item -Recurse -Force $place
}
