#!/usr/bin/env pwsh

<#
.SYNOPSIS
    Limits a cgroup to 25% of a CPU, 256 MB and 1 MB/s of disk writes, drives it against each limit, and measures that it holds.
.DESCRIPTION
    Emits one row a limit: what was asked, what was measured, and what the kernel counted meanwhile. Needs root. Load comes from
    stress-ng where it is installed, else from the shell. The disk is the one below -Directory; where that takes no direct writes,
    or the host cannot limit it, the row says why and Holds is empty. The exit code is 1 when a limit does not hold.
.EXAMPLE
    ./examples/limit.ps1 | Format-Table -AutoSize
#>
[CmdletBinding()]
param(
    # Where a file is written, on the disk that is limited.
    [string] $Directory = [IO.Path]::GetTempPath(),
    # How long CPU time is measured.
    [timespan] $Duration = '0:0:5'
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Cgroup -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }

# A command that waits until it is told to begin: so it can be moved before it does anything.
function Invoke-Waiting([string] $Command) {
    $start = [Diagnostics.ProcessStartInfo]::new('/bin/sh', [string[]]('-c', "read go; $Command"))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    [Diagnostics.Process]::Start($start)
}
function Invoke-InCgroup($Cgroup, [string] $Command) {
    $process = Invoke-Waiting $Command
    $process | Add-CgroupProcess $Cgroup
    $process.StandardInput.WriteLine()
    $process
}
# The whole disk that a directory is on, as MAJOR:MINOR; nothing when it is on none.
function Find-Disk([string] $Path) {
    $number = "$(& findmnt -nvo MAJ:MIN --target $Path 2>$null)".Trim()
    if (-not $number) { return }
    $about = "/sys/dev/block/$number"
    if (Test-Path "$about/partition") { (Get-Content "$about/../dev").Trim() } elseif (Test-Path "$about/queue") { $number }
}

$stress = Get-Command stress-ng -CommandType Application -ErrorAction Ignore
$name = "psc-limit-$PID"
$file = Join-Path $Directory "$name.data"
$rows = [Collections.Generic.List[object]]::new()
# The weight has it get its quarter of a CPU from a busy machine too.
$cg = New-Cgroup $name -CpuMax 25% -CpuWeight 10000 -MemoryMax 256MB -MemorySwapMax 0
try {
    # CPU time: two busy loops, which would take two whole CPUs.
    $loop = if ($stress) { 'exec stress-ng --quiet --cpu 2 --timeout 600' } else { '(while :; do :; done) & while :; do :; done' }
    $null = Invoke-InCgroup $cg $loop
    # The first period in which it was throttled is the proof that the load is there.
    $patience = [Diagnostics.Stopwatch]::StartNew()
    while ($cg.ThrottledPeriods -eq 0 -and $patience.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 100 }
    $usage = $cg | Measure-Cgroup -Interval $Duration
    $cg | Stop-Cgroup
    $rows.Add([pscustomobject]@{
        Limit = 'CPU'; Asked = '25%'; Measured = ('{0:F1}%' -f $usage.CpuPercent)
        # A period that was under way at either end of the measurement may add its whole quota.
        Holds = $usage.CpuPercent -le 25 * (1 + 0.2 / $Duration.TotalSeconds) + 0.5 -and $usage.ThrottledPercent -gt 0
        Evidence = ('{0:F0}% of the periods throttled, {1:F1} s waited' -f
            $usage.ThrottledPercent, $usage.ThrottledTime.TotalSeconds)
    })

    # Memory: something that would take all there is.
    $eat = if ($stress) { 'exec stress-ng --quiet --vm 1 --vm-bytes 1g --vm-keep --oomable --timeout 60' } else { 'exec tail /dev/zero' }
    $eater = Invoke-InCgroup $cg $eat
    $patience.Restart()
    while ($cg.OomKillCount -eq 0 -and -not $eater.HasExited -and $patience.Elapsed.TotalSeconds -lt 60) {
        Start-Sleep -Milliseconds 50
    }
    $cg | Stop-Cgroup
    $usage = $cg | Measure-Cgroup
    $peak = $usage.MemoryPeak ?? $usage.MemoryCurrent
    $rows.Add([pscustomobject]@{
        Limit = 'Memory'; Asked = '256 MB'; Measured = ('{0:F1} MB at most' -f ($peak / 1MB))
        Holds = $peak -le 256MB -and $usage.OomKillCount -gt 0
        Evidence = "$($usage.OomKillCount) killed for want of memory"
    })

    # A disk: four megabytes, written at once and past the cache, at one megabyte a second.
    $disk = Find-Disk $Directory
    $row = [pscustomobject]@{ Limit = 'Disk writes'; Asked = '1 MB/s'; Measured = ''; Holds = $null; Evidence = '' }
    $rows.Add($row)
    if (-not $disk) { $row.Evidence = "$Directory is on no disk that could be limited" }
    else {
        $failure = $null
        $cg | Set-CgroupLimit -CpuMax max -IoMax "$disk wbps=1MB" -ErrorVariable failure -ErrorAction SilentlyContinue
        if ($failure) { $row.Evidence = "$failure" }
        else {
            $before = $cg | Measure-Cgroup
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $writer = Invoke-InCgroup $cg "exec dd if=/dev/zero of='$file' bs=128k count=32 oflag=direct"
            $writer.WaitForExit()
            $seconds = $clock.Elapsed.TotalSeconds
            $written = ($cg | Measure-Cgroup).IoWriteBytes - $before.IoWriteBytes
            if ($writer.ExitCode -ne 0) { $row.Evidence = "no direct writes there: $($writer.StandardError.ReadToEnd().Trim())" }
            else {
                $row.Measured = ('{0:F2} MB/s' -f ($written / 1MB / $seconds))
                # What the kernel grants in advance is a slice of a tenth of a second.
                $row.Holds = $written -ge 4MB -and $written / $seconds -le 1MB * (1 + 0.5 / $seconds)
                $row.Evidence = ('{0:F1} MB in {1:F1} s' -f ($written / 1MB), $seconds)
            }
        }
    }
}
finally {
    $cg | Remove-Cgroup -Force
    Remove-Item $file -ErrorAction Ignore
}
$rows
if ($rows.Holds -contains $false) { exit 1 }
