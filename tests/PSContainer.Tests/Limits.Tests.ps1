# Limits that bite: each is tested by doing what it forbids.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $can = @{}
    Test-ContainerHost | ForEach-Object { $can[$_.Feature] = $_.Result -ne 'Fail' }
    # A disk to limit: the one below the directory for temporary files, when that is a whole disk or a part of one.
    $device = & findmnt -nvo MAJ:MIN --target ([IO.Path]::GetTempPath()) 2>$null
    $sys = "/sys/dev/block/$("$device".Trim())"
    $disk = if ($device -and (Test-Path "$sys/partition")) { (Get-Content "$sys/../dev").Trim() } elseif ($device -and (Test-Path "$sys/queue")) { "$device".Trim() }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Memory' -Skip:(-not $can.Memory) {
    It 'kills what takes more, and the object says so' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-oom" -MemoryMax 32MB -MemorySwapMax 0 -ShellCommand 'x=$(yes | head -c 200000000); echo survived'
        $c = $c | Wait-Container -Timeout 60s
        $c.OomKilled | Should -BeTrue
        $c.ExitCode | Should -Not -Be 0
        $c | Get-ContainerLog | Where-Object Message -eq survived | Should -BeNullOrEmpty
    }

    It 'lets live what takes less' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-fits" -MemoryMax 64MB -ShellCommand 'x=$(yes | head -c 4000000); echo survived' | Wait-Container -Timeout 60s
        $c.ExitCode, $c.OomKilled | Should -Be 0, $false
    }

    It 'is what the kernel has, and shows in the container' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-mem" -MemoryMax 512MB
        $c.Limits.MemoryMax | Should -Be 512MB
        ($c | Measure-Container).MemoryMax | Should -Be 512MB
        ($c | Measure-Container).MemoryCurrent | Should -BeGreaterThan 0
    }
}

Describe 'CPU time' -Skip:(-not $can.Cpu) {
    It 'is half of a CPU when half is allowed' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-cpu" -CpuMax 50% -CpuWeight 10000 -ShellCommand 'while :; do :; done'
        # With the largest weight it gets that much from a busy machine too.
        Wait-Until { ($c | Measure-Container).ThrottledPeriods -gt 0 } | Should -BeTrue
        $usage = $c | Measure-Container -Interval 3s
        # Never more; less where the machine has other work.
        $usage.CpuPercent | Should -BeLessThan 60
        $usage.CpuPercent | Should -BeGreaterThan 0
        $usage.ThrottledPeriods | Should -BeGreaterThan 0
        $usage.CpuMax | Should -Be 0.5
        $c | Remove-Container -Force
    }

    It 'is refused when the host has not so many CPUs' {
        Start-Container -Rootfs $rootfs -Name "$prefix-many" -CpuMax 50000 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*'
        Get-Container "$prefix-many" -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'is taken for a mistake that means percent' -Skip:([Environment]::ProcessorCount -ge 50) {
        Start-Container -Rootfs $rootfs -CpuMax 50 -ErrorVariable problem -ErrorAction SilentlyContinue
        "$($problem.ErrorDetails.RecommendedAction)" | Should -Match '50%'
    }
}

Describe 'Processes' -Skip:(-not $can.Pids) {
    It 'are no more than allowed' {
        $said = Invoke-Container -Rootfs $rootfs -PidsMax 8 -ShellCommand 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; echo done' 2>&1
        "$said" | Should -Match "can't fork|Resource temporarily unavailable"
    }

    It 'are counted' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-pids" -PidsMax 64 -ShellCommand 'sleep 60 & sleep 60 & wait'
        Wait-Until { ($c | Measure-Container).PidsCurrent -eq 3 } | Should -BeTrue
        ($c | Measure-Container).PidsMax | Should -Be 64
    }
}

Describe 'A set of CPUs' -Skip:(-not $can.CpuSet) {
    It 'is all that the container may run on' {
        Invoke-Container -Rootfs $rootfs -CpuSet 0 -ShellCommand 'grep Cpus_allowed_list /proc/self/status' | Should -Match '\s0$'
    }

    It 'is refused when the host has no such CPU' {
        Start-Container -Rootfs $rootfs -CpuSet 4000 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        "$problem" | Should -Match '4000'
    }
}

Describe 'A disk' -Skip:(-not ($can.Io -and $disk)) -ForEach @(@{ Disk = $disk }) {
    It 'is written no faster than allowed' {
        $file = "/data/$(New-TestName)"
        $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) (New-TestName))
        try {
            $c = Start-Container -Rootfs $rootfs -Name "$prefix-io" -IoMax "$Disk wbps=1MB" -Mount "${folder}:/data" -Command dd, if=/dev/zero, "of=$file", bs=256k, count=12, oflag=direct
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $null = $c | Wait-Container -Timeout 60s
            if ($c.ExitCode -ne 0) { Set-ItResult -Skipped -Because "this filesystem takes no direct writes: $($c | Get-ContainerLog)"; return }
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 1.5
        }
        finally { Remove-Item -Recurse -Force $folder }
    }
}

Describe 'Limits of processes' {
    It 'hinder nothing before the command: <_>' -ForEach 'nofile=10', 'nofile=3', 'fsize=0' {
        $name, $value = $_ -split '='
        $letter = @{ nofile = 'n'; fsize = 'f' }[$name]
        Invoke-Container -Rootfs $rootfs -Ephemeral -Ulimit $_ -ShellCommand "ulimit -S$letter; ulimit -H$letter" |
            Should -Be $value, $value
        $c = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-small" -Ulimit $_ -Command sleep, 1000
        try { Invoke-ContainerCommand $c -ShellCommand "ulimit -S$letter" | Should -Be $value }
        finally { Remove-Container $c -Force }
    }
    It 'come before a filter that refuses what sets them' {
        # What asks for a limit makes the same call: so the kernel is read.
        $profile = New-SeccompProfile -Base Default -Deny prlimit64
        $asks = @{
            Rootfs = $rootfs; Ephemeral = $true; SeccompProfile = $profile
            ShellCommand = "awk '/open files/ { print `$4 }' /proc/self/limits"
        }
        Invoke-Container @asks -Ulimit nofile=5 | Should -Be 5
        Invoke-Container @asks -Ulimit nofile=64 -AllowNewPrivileges | Should -Be 64
    }
    It 'of files are bounded by the kernel, which is said' -ForEach 'unlimited', '-1', '99999999999' {
        Start-Container -Rootfs $rootfs -Ulimit "nofile=$_" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*'
        "$problem" | Should -BeLike "*RLIMIT_NOFILE*fs.nr_open, which is $(Get-Content /proc/sys/fs/nr_open).*"
    }
    It 'are in force inside' { Invoke-Container -Rootfs $rootfs -Ulimit @{ nofile = '77:88' } -ShellCommand 'ulimit -Sn; ulimit -Hn' | Should -Be 77, 88 }
    It 'are refused when they mean nothing' {
        Start-Container -Rootfs $rootfs -Ulimit nosuch=5 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*'
    }
}

Describe 'Measure-Container' {
    BeforeAll { $busy = Start-Container -Rootfs $rootfs -Name "$prefix-busy" -ShellCommand 'while :; do :; done' }

    It 'measures once, without rates' {
        $usage = $busy | Measure-Container
        $usage.Name, $usage.Id | Should -Be $busy.Name, $busy.Id
        $usage.CpuPercent | Should -BeNullOrEmpty
        $usage.CpuUsage | Should -BeOfType ([timespan])
        $usage.MemoryCurrent | Should -BeOfType ([long])
    }

    It 'measures intervals, with rates' {
        $rows = @($busy | Measure-Container -Interval 200ms -Count 3)
        $rows.Count | Should -Be 3
        $rows.CpuPercent | ForEach-Object { $_ | Should -BeGreaterThan 0 }
        ($rows[2].Time - $rows[0].Time).TotalMilliseconds | Should -BeGreaterThan 350
    }

    It 'goes on until it is stopped' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        @($busy | Measure-Container -Continuous -Interval 100ms | Select-Object -First 2).Count | Should -Be 2
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'emits plain numbers that compare and sum' {
        $usage = $busy | Measure-Container
        1MB -gt 0 -and $usage.MemoryCurrent -lt 1TB | Should -BeTrue
        ($usage, $usage | Measure-Object MemoryCurrent -Sum).Sum | Should -Be (2 * $usage.MemoryCurrent)
    }

    It 'pipes back to the container' { $busy | Measure-Container | Get-Container | Should -Be $busy }

    It 'still knows what a container used that has ended, until it is removed' {
        $busy | Stop-Container -Force
        $ended = $busy | Wait-Container -Timeout 60s
        ($ended | Measure-Container).CpuUsage.TotalSeconds | Should -BeGreaterThan 0
        $ended | Remove-Container
        $ended | Measure-Container -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'Container*,PSContainer.Commands.MeasureContainerCommand'
    }
}
