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
}
function Same($Wanted, $Found) { if ("$Wanted" -ne "$Found") { throw "wanted '$Wanted', found '$Found'" } }
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

"$passed $failed 0" | Set-Content $env:COUNT
