<#
.SYNOPSIS
    Measures Get-Cgroup -Recurse | Measure-Cgroup over many cgroups against systemd-cgtop and against a C program that reads the
    same files.
.DESCRIPTION
    Writes Markdown; appends to WORK/goals. Makes the cgroups below one of its own and removes them. The contestants take turns,
    from a warm session; native ones are started each time, as from a script.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Work,
    [int] $Rounds = 10,
    [int] $Count = 1000
)
$ErrorActionPreference = 'Stop'
$goal = 2.0
Import-Module $Module
. "$PSScriptRoot/contest.ps1"
$name = "psc-bench-$PID"
$top = New-Cgroup $name
try {
    $groups = [Math]::Max(1, [int]($Count / 100))
    foreach ($group in 1..$groups) {
        $parent = New-Cgroup "g$group" -Parent $top
        $null = New-Cgroup (1..([int]($Count / $groups)) | ForEach-Object { "c$_" }) -Parent $parent
    }
    # What Measure-Cgroup reads, hierarchy by hierarchy.
    $wanted = @{
        memory = 'memory.usage_in_bytes', 'memory.max_usage_in_bytes', 'memory.limit_in_bytes', 'memory.stat', 'memory.oom_control'
        cpu = 'cpu.cfs_quota_us', 'cpu.cfs_period_us', 'cpu.stat'
        cpuacct = 'cpuacct.usage', 'cpuacct.stat'
        pids = 'pids.current', 'pids.max'
        blkio = 'blkio.throttle.io_service_bytes_recursive', 'blkio.throttle.io_serviced_recursive'
        unified = 'cpu.stat', 'cpu.pressure', 'memory.pressure', 'io.pressure', 'memory.current', 'memory.peak', 'memory.max', 'memory.stat',
            'memory.swap.current', 'memory.events', 'cpu.max', 'pids.current', 'pids.max', 'io.stat'
    }
    $read = foreach ($directory in $top.Directories) {
        $hierarchy = if ((Get-Item "$directory/cgroup.controllers" -ErrorAction Ignore)) { 'unified' } else { Split-Path -Leaf (Split-Path $directory) }
        if ($wanted[$hierarchy]) { '--'; $directory; $wanted[$hierarchy] }
    }
    $read = @($read | Select-Object -Skip 1)
    $contestants = [ordered]@{
        'Get-Cgroup -Recurse | Measure-Cgroup' = { (Get-Cgroup $name -Recurse | Measure-Cgroup).Count }
    }
    if (Get-Command cc -CommandType Application -ErrorAction Ignore) {
        & cc -O2 -o "$Work/read-cgroups" "$PSScriptRoot/read-cgroups.c"
        $contestants['the same files read in C'] = { & "$Work/read-cgroups" @read }
    }
    if (Get-Command systemd-cgtop -CommandType Application -ErrorAction Ignore) {
        $contestants['systemd-cgtop -b -n1'] = { (& systemd-cgtop -b -n1 --depth=9 "/$name").Count }
    }
    $times = Measure-Contestant $contestants $Rounds
    $ours = ($times['Get-Cgroup -Recurse | Measure-Cgroup'] | Measure-Object -Minimum).Minimum
    "`n**$Count cgroups, from a warm PowerShell**`n"
    Format-Contest $contestants $times $ours
    $native = $contestants.Keys | Select-Object -Skip 1 | ForEach-Object { ($times[$_] | Measure-Object -Minimum).Minimum }
    if ($native) {
        # systemd-cgtop reads a few of the files only; the fair comparison is that with the same ones.
        $ratio = $ours / $native[0]
        $verdict = if ($ratio -le $goal) { 'reached' } else { 'missed' }
        Add-Content "$Work/goals" ('| `Get-Cgroup -Recurse \| Measure-Cgroup` over {0} cgroups: at most {1}x C | {2:F2}x | {3} |' -f $Count, $goal, $ratio, $verdict)
    }
}
finally {
    $top | Remove-Cgroup -Recurse -Force
}
