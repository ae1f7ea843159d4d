<#
.SYNOPSIS
    The module on pure cgroup v2: limits arrive in the kernel's files, and the objects say what the kernel says.
    Writes "passed failed skipped" to the file in $env:COUNT.
#>
$ErrorActionPreference = 'Stop'
$passed = $failed = 0
$rootfs = $env:PSCONTAINER_TEST_ROOTFS
$env:PSCONTAINER_ROOT = "/run/psc-test-$PID"
Import-Module "$PSScriptRoot/../../out/PSContainer"

function Check([string] $Name, [scriptblock] $Test) {
    try {
        & $Test
        $script:passed++
    }
    catch {
        $script:failed++
        "  Failed ${Name}: $_ $($_.InvocationInfo.PositionMessage)"
    }
    Get-Container | Remove-Container -Force
    Get-Cgroup 'test-*' | Remove-Cgroup -Recurse -Force
}
function Same($Wanted, $Found) { if ("$Wanted" -ne "$Found") { throw "wanted '$Wanted', found '$Found'" } }
function Like([string] $Wanted, [string] $Found) { if ($Found -notlike $Wanted) { throw "wanted '$Wanted', found '$Found'" } }
function Read-File([string] $Path) { [IO.File]::ReadAllText("/sys/fs/cgroup/$Path").Trim() }
function Failure([scriptblock] $Test) { try { $null = & $Test } catch { return "$($_.FullyQualifiedErrorId.Split(',')[0]): $_" }; 'none' }
function Start-Shell([string] $Command) {
    $start = [Diagnostics.ProcessStartInfo]::new('/bin/sh', [string[]]('-c', $Command))
    $start.RedirectStandardInput = $true
    [Diagnostics.Process]::Start($start)
}
function Wait-For([scriptblock] $Condition) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) { if ($clock.Elapsed.TotalSeconds -gt 60) { throw "not within 60 s: $Condition" }; Start-Sleep -Milliseconds 100 }
}
function Read-Cgroup($Container, [string] $File) { Get-Content "/sys/fs/cgroup/pscontainer-$($Container.Id)/$File" }

Check 'limits are in the kernel, and in the object' {
    $c = Start-Container -Rootfs $rootfs -MemoryMax 64MB -PidsMax 20 -CpuMax 50%
    Same 67108864 (Read-Cgroup $c memory.max)
    Same 20 (Read-Cgroup $c pids.max)
    Same '50000 100000' (Read-Cgroup $c cpu.max)
    Same '67108864 20' "$($c.Limits.MemoryMax) $($c.Limits.PidsMax)"
    $usage = $c | Measure-Container
    Same '67108864 0.5' "$($usage.MemoryMax) $($usage.CpuMax)"
    Same $true ($usage.MemoryCurrent -gt 0 -and $usage.CpuUsage.Ticks -gt 0)
}
Check 'a container that takes too much memory was killed for it' {
    $c = Start-Container -Rootfs $rootfs -MemoryMax 32MB -MemorySwapMax 0 -Command tail, /dev/zero | Wait-Container -Timeout 60s
    Same True $c.OomKilled
}
Check 'suspending freezes' {
    $c = Start-Container -Rootfs $rootfs -ShellCommand 'while :; do :; done'
    $c | Suspend-Container
    Same 'Paused 1' "$($c.State) $(Read-Cgroup $c cgroup.freeze)"
    $c | Resume-Container
    Same 'Running 0' "$($c.State) $(Read-Cgroup $c cgroup.freeze)"
}
Check 'an ephemeral container and one for a single command' {
    Same 0::/ (Invoke-Container -Rootfs $rootfs -Ephemeral -ShellCommand 'touch /new; cat /proc/self/cgroup')
    Same $false (Test-Path "$rootfs/new")
}
Check 'removing leaves no cgroup' {
    $c = Start-Container -Rootfs $rootfs -MemoryMax 64MB
    Same True (Test-Path "/sys/fs/cgroup/pscontainer-$($c.Id)")
    $c | Remove-Container -Force
    Same False (Test-Path "/sys/fs/cgroup/pscontainer-$($c.Id)")
}
Check 'the host can do all that limits need' {
    $needed = 'CgroupMode', 'Memory', 'Cpu', 'CpuSet', 'Pids', 'Io', 'Freezer'
    $found = Test-ContainerHost | Where-Object Feature -in $needed
    Same "$needed" $found.Feature
    Same Pass ($found.Result | Select-Object -Unique)
}

Check 'a cgroup has every limit of v2, by the kernel and by the object, and none after max' {
    $cg = New-Cgroup test-limits -MemoryMax 64MB -MemoryHigh 48MB -MemoryLow 16MB -MemoryMin 8MB -MemorySwapMax 0 -MemoryOomGroup `
        -CpuMax 50% -CpuBurst 10ms -CpuWeight 200 -CpuSet 0 -PidsMax 20
    $files = 'memory.max', 'memory.high', 'memory.low', 'memory.min', 'memory.swap.max', 'memory.oom.group', 'cpu.max', 'cpu.max.burst', 'cpu.weight', 'cpuset.cpus', 'pids.max'
    Same '67108864|50331648|16777216|8388608|0|1|50000 100000|10000|200|0|20' (($files | ForEach-Object { Read-File "test-limits/$_" }) -join '|')
    $limit = $cg | Get-CgroupLimit
    Same '67108864 50331648 16777216 8388608 0 True 0.5 10 200 0 20' "$($limit.MemoryMax) $($limit.MemoryHigh) $($limit.MemoryLow) $($limit.MemoryMin) $($limit.MemorySwapMax) $($limit.MemoryOomGroup) $($limit.CpuMax) $($limit.CpuBurst.TotalMilliseconds) $($limit.CpuWeight) $($limit.CpuSetCpus) $($limit.PidsMax)"
    $cg | Set-CgroupLimit -MemoryMax max -MemoryHigh max -MemoryLow 0 -MemoryMin 0 -MemorySwapMax max -MemoryOomGroup:$false -CpuBurst 0 -CpuMax max -CpuSet max -PidsMax max
    Same 'max|max|0|0|max|0|max 100000|0|200||max' (($files | ForEach-Object { Read-File "test-limits/$_" }) -join '|')
    $limit = $cg | Get-CgroupLimit
    Same '/////' "$($limit.MemoryMax)/$($limit.MemoryHigh)/$($limit.CpuMax)/$($limit.CpuSetCpus)/$($limit.PidsMax)/$($limit.MemorySwapMax)"
}
Check 'a limit by its raw name is written as it is' {
    $cg = New-Cgroup test-raw -RawLimit @{ 'memory.high' = '33554432'; 'pids.max' = '12' }
    Same '33554432 12' "$(Read-File test-raw/memory.high) $(Read-File test-raw/pids.max)"
    Like 'ControllerNotDelegated*' (Failure { $cg | Set-CgroupLimit -RawLimit @{ 'memory.nosuch' = '1' } -ErrorAction Stop })
}
Check 'a user makes cgroups where they were delegated, and nowhere else' {
    $null = New-Cgroup -Path /test-user/session
    foreach ($file in '', '/cgroup.procs', '/cgroup.subtree_control', '/cgroup.threads') { & chown 12345 "/sys/fs/cgroup/test-user$file" }
    & chown -R 12345 /sys/fs/cgroup/test-user/session
    $script = 'Import-Module ./out/PSContainer; $cg = New-Cgroup mine -PidsMax 5 -MemoryMax 64MB; $cg.Path; $p = Start-Process sleep 300 -PassThru; $p | Add-CgroupProcess $cg; ($cg | Get-CgroupProcess).CommandName; Remove-Cgroup mine -Force; $cg.Exists; New-Cgroup -Path /outside -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId'
    $said = & sh -c "echo `$`$ >/sys/fs/cgroup/test-user/session/cgroup.procs && exec setpriv --reuid 12345 --clear-groups env HOME=/tmp '$((Get-Process -Id $PID).Path)' -NoProfile -NonInteractive -Command '$script'"
    Same '/test-user/mine sleep False PermissionDenied,PSContainer.Commands.NewCgroupCommand' "$said"
    Same False (Test-Path /sys/fs/cgroup/outside)
}
Check 'a partition of CPUs is made and undone' {
    $cg = New-Cgroup test-part -CpuSet 1 -CpuSetPartition root
    Same root (Read-File test-part/cpuset.cpus.partition)
    Same root ($cg | Get-CgroupLimit).CpuSetPartition
    $cg | Set-CgroupLimit -CpuSetPartition member
    Same member (Read-File test-part/cpuset.cpus.partition)
}
Check 'limits of a disk arrive, by device' {
    $cg = New-Cgroup test-io -IoMax '/dev/vda rbps=2MB wbps=1MB wiops=100'
    $disk = (Get-Content /sys/block/vda/dev).Trim()
    Same "$disk rbps=2097152 wbps=1048576 riops=max wiops=100" (Read-File test-io/io.max)
    Same "$disk 2097152 1048576  100" "$(($cg | Get-CgroupLimit).IoMax | ForEach-Object { "$($_.Device) $($_.ReadBytesPerSecond) $($_.WriteBytesPerSecond) $($_.ReadsPerSecond) $($_.WritesPerSecond)" })"
    $cg | Set-CgroupLimit -IoMax '/dev/vda rbps=max wbps=max wiops=max'
    Same '' (Read-File test-io/io.max)
    if (Test-Path /sys/fs/cgroup/test-io/io.latency) {
        $cg | Set-CgroupLimit -IoLatency '/dev/vda 75ms'
        Same "$disk target=75000" (Read-File test-io/io.latency)
        Same 75 ($cg | Get-CgroupLimit).IoLatency[0].Target.TotalMilliseconds
        $cg | Set-CgroupLimit -IoLatency '/dev/vda max'
        Same '' (Read-File test-io/io.latency)
    }
    else { Like 'ControllerNotDelegated*io.latency*' (Failure { $cg | Set-CgroupLimit -IoLatency '/dev/vda 75ms' -ErrorAction Stop }) }
}
Check 'a limit on disk writes holds' {
    $cg = New-Cgroup test-write -IoMax '/dev/vda wbps=1MB'
    $writer = Start-Shell 'read go; exec dd if=/dev/zero of=/dev/vda bs=128k count=32 oflag=direct 2>/dev/null'
    $writer | Add-CgroupProcess $cg
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $writer.StandardInput.WriteLine()
    $writer.WaitForExit()
    $seconds = $clock.Elapsed.TotalSeconds
    $written = ($cg | Measure-Cgroup).IoWriteBytes
    Same '0 True' "$($writer.ExitCode) $($written -ge 4MB)"
    if ($written / $seconds -gt 1MB * (1 + 0.5 / $seconds)) { throw "$written bytes in $seconds s" }
    "  4 MB at 1 MB/s took {0:F1} s" -f $seconds | Out-Host
}
Check 'a limit on CPU time holds, with throttling' {
    $cg = New-Cgroup test-cpu -CpuMax 25%
    $busy = Start-Shell 'read go; while :; do :; done'
    $busy | Add-CgroupProcess $cg
    $busy.StandardInput.WriteLine()
    Wait-For { $cg.ThrottledPeriods -gt 0 }
    $usage = $cg | Measure-Cgroup -Interval 3s
    if ($usage.CpuPercent -gt 28 -or $usage.ThrottledPercent -le 0) { throw "$($usage.CpuPercent)%, throttled $($usage.ThrottledPercent)%" }
    Same True ($usage.CpuPressure.SomeTotal.Ticks -gt 0)
}
Check 'a cgroup that gives controllers holds no processes, and the other way round' {
    $cg = New-Cgroup test-inner
    $sleeper = Start-Shell 'exec sleep 300'
    $sleeper | Add-CgroupProcess $cg
    Like 'ControllerNotDelegated*holds processes*' (Failure { New-Cgroup leaf -Parent $cg -PidsMax 5 -ErrorAction Stop })
    Same False (Test-Path /sys/fs/cgroup/test-inner/leaf)
    Like "CgroupBusy*sleep ($($sleeper.Id))*" (Failure { $cg | Enable-CgroupController -Controller memory -ErrorAction Stop })
    $leaf = New-Cgroup leaf -Parent $cg
    $sleeper | Add-CgroupProcess $leaf
    $cg | Enable-CgroupController -Controller memory, pids
    Same 'memory pids' (Read-File test-inner/cgroup.subtree_control)
    $leaf | Set-CgroupLimit -PidsMax 5
    Like '*gives controllers (memory pids)*' (Failure { Add-CgroupProcess $cg $sleeper.Id -ErrorAction Stop })
    Like "ControllerNotDelegated*no controller 'io'*" (Failure { $leaf | Enable-CgroupController -Controller io -ErrorAction Stop })
    $cg | Disable-CgroupController -Controller memory, pids -Recurse
    Same '' (Read-File test-inner/cgroup.subtree_control)
}
Check 'controllers are given and taken through several levels' {
    $cg = New-Cgroup -Path /test-levels/a/b
    Get-Cgroup test-levels | Enable-CgroupController -Controller cpuset -Recurse
    Same '1 1' "$((Read-File test-levels/cgroup.subtree_control).Split() -eq 'cpuset' | Measure-Object | ForEach-Object Count) $((Read-File test-levels/a/cgroup.subtree_control).Split() -eq 'cpuset' | Measure-Object | ForEach-Object Count)"
    Like 'CgroupBusy*gives it on*' (Failure { Get-Cgroup test-levels | Disable-CgroupController -Controller cpuset -ErrorAction Stop })
    Get-Cgroup test-levels | Disable-CgroupController -Controller cpuset -Recurse
    Same False ((Read-File test-levels/cgroup.subtree_control).Split() -contains 'cpuset')
}
Check 'a process cannot enter below a threaded cgroup, and the error says why' {
    $cg = New-Cgroup test-thread
    $null = New-Cgroup -Path /test-thread/t, /test-thread/t/u
    foreach ($above in 'test-thread', 'test-thread/t') {
        $given = @((Read-File "$above/cgroup.subtree_control").Split(' ', [StringSplitOptions]::RemoveEmptyEntries))
        if ($given) { Get-Cgroup "/$above" | Disable-CgroupController -Controller $given -Recurse }
    }
    [IO.File]::WriteAllText('/sys/fs/cgroup/test-thread/t/cgroup.type', 'threaded')
    Same 'domain threaded|threaded|domain invalid' ((Get-Cgroup test-thread -Recurse).Type -join '|')
    $sleeper = Start-Shell 'exec sleep 300'
    Like "*type is 'domain invalid'*" (Failure { Add-CgroupProcess /test-thread/t/u $sleeper.Id -ErrorAction Stop })
    $sleeper.Kill()
}
Check 'frozen and ended in one step' {
    $cg = New-Cgroup test-end
    $process = Start-Shell 'sleep 300 & exec sleep 300'
    $process | Add-CgroupProcess $cg
    Wait-For { (Get-Process -Id $process.Id).ProcessName -eq 'sleep' }
    $cg | Suspend-Cgroup
    Same '1 True' "$(Read-File test-end/cgroup.freeze) $($cg.IsFrozen)"
    Like "CgroupBusy*sleep ($($process.Id))*" (Failure { $cg | Remove-Cgroup -ErrorAction Stop })
    $cg | Stop-Cgroup
    Same '137 0' "$(if ($process.WaitForExit(20000)) { $process.ExitCode }) $((Get-CgroupProcess $cg).Count)"
}
Check 'events come from the kernel' {
    $cg = New-Cgroup test-events -MemoryMax 32MB -MemorySwapMax 0 -PidsMax 3
    $told = [Collections.Concurrent.ConcurrentBag[string]]::new()
    foreach ($name in 'OutOfMemory', 'LimitReached', 'Emptied') {
        $null = Register-ObjectEvent $cg $name -SourceIdentifier "vm-$name" -MessageData $told -Action { $Event.MessageData.Add($EventArgs.Event) }
    }
    $eater = Start-Shell 'read go; (tail /dev/zero) 2>/dev/null; sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait'
    $eater | Add-CgroupProcess $cg
    $eater.StandardInput.WriteLine()
    Wait-For { 'memory.oom_kill' -in $told -and 'memory.max' -in $told -and 'pids.max' -in $told -and 'cgroup.empty' -in $told }
    Get-EventSubscriber 'vm-*' | Unregister-Event
}
Check 'a container in a cgroup is under its limits, and leaves it as it was' {
    $cg = New-Cgroup test-home -MemoryMax 64MB | Set-CgroupLimit -CpuMax 50% -PassThru
    $c = New-Container -Rootfs $rootfs -Cgroup $cg -MemoryMax 48MB | Set-CgroupLimit -PidsMax 9 -PassThru | Start-Container
    Same "/test-home/pscontainer-$($c.Id) 50331648 9" "$($c.Cgroup) $(Read-File "test-home/pscontainer-$($c.Id)/memory.max") $($c.Limits.PidsMax)"
    $limit = Get-CgroupEffectiveLimit $c.Pid
    Same "50331648 $($c.Cgroup) 0.5 /test-home" "$($limit.MemoryMax) $($limit.MemoryMaxCgroup) $($limit.CpuMax) $($limit.CpuMaxCgroup)"
    $c | Remove-Container -Force
    Same 'True 1' "$($cg.Exists) $(@($cg | Get-Cgroup -Recurse).Count)"
}
Check 'a container in a cgroup with processes of its own starts without limits, and is refused with some' {
    $cg = New-Cgroup test-taken -MemoryMax 64MB
    $sleeper = Start-Shell 'exec sleep 300'
    $sleeper | Add-CgroupProcess $cg
    $c = Start-Container -Rootfs $rootfs -Cgroup $cg
    Same "Running 67108864" "$($c.State) $((Get-CgroupEffectiveLimit $c.Pid).MemoryMax)"
    $c | Remove-Container -Force
    Like '*holds processes itself*' (Failure { Start-Container -Rootfs $rootfs -Cgroup $cg -PidsMax 5 -ErrorAction Stop })
    Same 'False 1' "$($sleeper.HasExited) $(@($cg | Get-Cgroup -Recurse).Count)"
}

"$passed $failed 0" | Set-Content $env:COUNT
