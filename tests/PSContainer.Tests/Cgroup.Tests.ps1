# Cgroups as objects: made, listed, limited, measured, moved into, frozen, ended, removed; and as the place of a container.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $mode = (Get-ContainerHost).CgroupMode
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $mode = (Get-ContainerHost).CgroupMode

    # The kernel's own word, whichever generation has the controller.
    function Read-CgroupFile([string] $Path, [string] $Unified, [string] $Legacy = $Unified) {
        $controller = $Unified.Split('.')[0]
        $legacyController = $Legacy.Split('.')[0]
        foreach ($file in "/sys/fs/cgroup$Path/$Unified", "/sys/fs/cgroup/$legacyController$Path/$Legacy", "/sys/fs/cgroup/unified$Path/$Unified", "/sys/fs/cgroup/$controller$Path/$Legacy") {
            if (Test-Path $file) { return (Get-Content -Raw $file).Trim() }
        }
        throw "Neither $Unified nor $Legacy is in $Path."
    }
    function Find-CgroupDirectory([string] $Path) {
        @("/sys/fs/cgroup$Path") + @(Get-ChildItem /sys/fs/cgroup -Directory | ForEach-Object { "$_$Path" }) | Where-Object { Test-Path $_ }
    }
    function Start-Sleeper { [Diagnostics.Process]::Start('sleep', '300') }
    function Start-Stubborn { [Diagnostics.Process]::Start('sh', [string[]]('-c', 'trap "" TERM; while :; do sleep 1; done')) }
    $script:problem = $null
}

AfterAll {
    Remove-TestContainer $prefix
    Get-Cgroup "$prefix*" | Remove-Cgroup -Recurse -Force
    Remove-TestRootfs $rootfs
}

Describe 'New-Cgroup' {
    It 'makes a cgroup with its limits, and emits it' {
        $cg = New-Cgroup "$prefix-new" -MemoryMax 64MB -PidsMax 20 -CpuMax 50%
        $cg | Should -BeOfType ([PSContainer.Cgroups.Cgroup])
        $cg.Path | Should -Be "/$prefix-new"
        Read-CgroupFile $cg.Path memory.max memory.limit_in_bytes | Should -Be 64MB
        Read-CgroupFile $cg.Path pids.max | Should -Be 20
        (Read-CgroupFile $cg.Path cpu.max cpu.cfs_quota_us) -replace ' .*' | Should -Be 50000
        $cg.MemoryMax, $cg.PidsMax, $cg.CpuMax | Should -Be 64MB, 20, 0.5
    }

    It 'makes it below another, by object or name, and by path with those between' {
        $above = New-Cgroup "$prefix-above"
        (New-Cgroup inner -Parent $above).Path | Should -Be "/$prefix-above/inner"
        (New-Cgroup other -Parent "$prefix-above").Path | Should -Be "/$prefix-above/other"
        (New-Cgroup -Path "/$prefix-above/a/b").Path | Should -Be "/$prefix-above/a/b"
        ($above | Get-Cgroup -Recurse).Path | Should -Be "/$prefix-above", "/$prefix-above/a", "/$prefix-above/a/b", "/$prefix-above/inner", "/$prefix-above/other"
    }

    It 'takes names and parents from the pipeline' {
        $rows = [pscustomobject]@{ Name = "$prefix-p1" }, [pscustomobject]@{ Name = 'p2'; Parent = "/$prefix-p1" }
        ($rows | New-Cgroup -PidsMax 7).Path | Should -Be "/$prefix-p1", "/$prefix-p1/p2"
        "$prefix-p3", "$prefix-p4" | New-Cgroup | Should -HaveCount 2
    }

    It 'joins the controllers that are asked for' {
        (New-Cgroup "$prefix-cs" -Controller cpuset).Controllers | Should -Contain cpuset
        (New-Cgroup "$prefix-plain").Controllers | Should -Contain pids
    }

    It 'lists every kernel write with -WhatIf, and makes nothing' {
        $said = Invoke-OtherPowerShell "New-Cgroup $prefix-whatif -MemoryMax 512MB -PidsMax 64 -WhatIf"
        "$said" | Should -Match 'mkdir'
        "$said" | Should -Match "Write '536870912'[^.]*(memory\.max|memory\.limit_in_bytes)?"
        "$said" | Should -Match "Write '64'.*pids\.max"
        Find-CgroupDirectory "/$prefix-whatif" | Should -BeNullOrEmpty
    }

    It 'refuses <What>, and makes nothing' -ForEach @(
        @{ What = 'a name with a slash'; Parameter = @{ Name = 'BAD/x' }; Id = 'InvalidContainerSpec' }
        @{ What = 'two dots'; Parameter = @{ Name = '..' }; Id = 'InvalidContainerSpec' }
        @{ What = 'a path that leads out'; Parameter = @{ Path = '/BAD/../../x' }; Id = 'InvalidContainerSpec' }
        @{ What = 'a line feed'; Parameter = @{ Name = "BAD`nx" }; Id = 'InvalidContainerSpec' }
        @{ What = 'a name that is too long'; Parameter = @{ Name = 'x' * 300 }; Id = 'InvalidContainerSpec' }
        @{ What = 'more CPUs than there are'; Parameter = @{ Name = 'BAD'; CpuMax = 5000 }; Id = 'InvalidContainerSpec' }
        @{ What = 'a CPU that is not there'; Parameter = @{ Name = 'BAD'; CpuSet = 4000 }; Id = 'InvalidContainerSpec' }
        @{ What = 'an unknown disk'; Parameter = @{ Name = 'BAD'; IoMax = '4094:77 rbps=1MB' }; Id = 'InvalidContainerSpec' }
        @{ What = 'a controller that is not there'; Parameter = @{ Name = 'BAD'; Controller = 'nosuch' }; Id = 'ControllerNotDelegated' }
        @{ What = 'a parent that is not there'; Parameter = @{ Name = 'BAD'; Parent = '/nosuch-cgroup' }; Id = 'CgroupNotFound' }
        @{ What = 'a raw limit that would move processes'; Parameter = @{ Name = 'BAD'; RawLimit = @{ 'cgroup.procs' = '1' } }; Id = 'InvalidContainerSpec' }
        @{ What = 'no name'; Parameter = @{ PidsMax = 3 }; Id = 'InvalidContainerSpec' }
    ) {
        foreach ($key in 'Name', 'Path') { if ($Parameter[$key]) { $Parameter[$key] = $Parameter[$key].Replace('BAD', "$prefix-bad") } }
        New-Cgroup @Parameter -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $problem[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Find-CgroupDirectory "/$prefix-bad" | Should -BeNullOrEmpty
    }

    It 'refuses one that exists, and leaves it as it is' {
        $cg = New-Cgroup "$prefix-twice" -PidsMax 5
        New-Cgroup "$prefix-twice" -PidsMax 6 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CgroupAlreadyExists,*'
        $cg.PidsMax | Should -Be 5
    }

    It 'goes on with the others after a bad one' {
        New-Cgroup '..', "$prefix-good" -ErrorAction SilentlyContinue | ForEach-Object Path | Should -Be "/$prefix-good"
    }
}

Describe 'Get-Cgroup' {
    BeforeAll {
        $tree = New-Cgroup "$prefix-tree"
        $null = New-Cgroup -Path "/$prefix-tree/one/leaf", "/$prefix-tree/two"
    }

    It 'finds by name, pattern, path, directory and object' {
        (Get-Cgroup "$prefix-tree").Path | Should -Be $tree.Path
        (Get-Cgroup "$prefix-tre?").Path | Should -Be $tree.Path
        (Get-Cgroup -Path "/$prefix-tree/*").Name | Should -Be one, two
        (Get-Cgroup -Path $tree.Directories[0]).Path | Should -Be $tree.Path
        (Get-Item $tree.Directories[0] | Get-Cgroup).Path | Should -Be $tree.Path
        (Get-Cgroup).Path | Should -Contain $tree.Path
        (Get-Cgroup -Recurse).Path | Should -Contain "/$prefix-tree/one/leaf"
    }

    It 'goes as deep as asked' {
        (Get-Cgroup "$prefix-tree" -Depth 0).Count | Should -Be 1
        (Get-Cgroup "$prefix-tree" -Depth 1).Name | Should -Be "$prefix-tree", one, two
        (Get-Cgroup "$prefix-tree" -Recurse).Name | Should -Be "$prefix-tree", one, leaf, two
    }

    It 'finds the cgroup of a process' {
        $sleeper = Start-Sleeper
        try {
            $sleeper | Add-CgroupProcess "/$prefix-tree/two"
            ($sleeper | Get-Cgroup).Path | Should -Contain "/$prefix-tree/two"
            (Get-Cgroup -ProcessId $sleeper.Id).Path | Should -Contain "/$prefix-tree/two"
        }
        finally { $sleeper.Kill() }
    }

    It 'says what is missing, and goes on' {
        (Get-Cgroup 'psc-test-none', "$prefix-tree" -ErrorVariable problem -ErrorAction SilentlyContinue).Path | Should -Be $tree.Path
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CgroupNotFound,*'
        $problem[0].CategoryInfo.Category | Should -Be ObjectNotFound
        Get-Cgroup 'psc-test-none*' -ErrorAction Stop | Should -BeNullOrEmpty
        Get-Cgroup -ProcessId 4194305 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ContainerOperationFailed,*'
    }

    It 'survives Select-Object, CSV and JSON as a reference' {
        ($tree | Select-Object Path | Get-Cgroup).Path | Should -Be $tree.Path
        ($tree | ConvertTo-Csv | ConvertFrom-Csv | Get-Cgroup).Path | Should -Be $tree.Path
        ($tree | Select-Object Path, Name | ConvertTo-Json | ConvertFrom-Json | Get-Cgroup).Path | Should -Be $tree.Path
        ($tree | Measure-Cgroup | Get-Cgroup).Path | Should -Be $tree.Path
    }

    It 'draws the tree' {
        $drawn = Get-Cgroup "$prefix-tree" -Recurse | Format-Table -View Tree | Out-String
        $drawn | Should -Match '├─one'
        $drawn | Should -Match '│ └─leaf'
        $drawn | Should -Match '└─two'
    }

    It 'never throws from a property, also once it is gone' {
        $gone = New-Cgroup "$prefix-gone" -PidsMax 3
        Remove-Cgroup $gone
        $gone.Exists, $gone.PidsMax, $gone.MemoryCurrent, $gone.CpuUsage, $gone.ProcessCount | Should -Be $false, $null, $null, $null, 0
        $gone | Format-List | Out-String | Should -Match $gone.Name
    }

    It 'completes paths level by level' {
        (TabExpansion2 "Get-Cgroup $prefix-tr").CompletionMatches.CompletionText | Should -Contain "$prefix-tree"
        (TabExpansion2 "Remove-Cgroup /$prefix-tree/").CompletionMatches.CompletionText | Should -Be "/$prefix-tree/one", "/$prefix-tree/two"
    }
}

Describe 'Set-CgroupLimit' {
    BeforeAll { $cg = New-Cgroup "$prefix-limit" }

    It 'changes what is given, leaves the rest, and max takes a limit away' {
        $cg | Set-CgroupLimit -MemoryMax 128MB -PidsMax 33
        $cg | Set-CgroupLimit -CpuMax 25% -CpuWeight 200
        $limit = $cg | Get-CgroupLimit
        $limit.MemoryMax, $limit.PidsMax, $limit.CpuMax, $limit.CpuWeight | Should -Be 128MB, 33, 0.25, 200
        $cg | Set-CgroupLimit -MemoryMax max -PidsMax max -CpuMax max
        $limit = Get-CgroupLimit $cg
        $limit.MemoryMax, $limit.PidsMax, $limit.CpuMax | Should -Be $null, $null, $null
    }

    It 'passes on what came in' {
        Set-CgroupLimit $cg -PidsMax 40 | Should -BeNullOrEmpty
        ($cg | Set-CgroupLimit -PidsMax 40 -PassThru) | Should -Be $cg
        ('/', $cg.Path | Select-Object -Last 1 | Set-CgroupLimit -PidsMax 41 -PassThru).Path | Should -Be $cg.Path
    }

    It 'sets and takes away a list of CPUs, also where the controller comes late' {
        $cg | Set-CgroupLimit -CpuSet 0 -PassThru | Get-CgroupLimit | ForEach-Object CpuSetCpus | Should -Be '0'
        $all = $cg | Set-CgroupLimit -CpuSet max -PassThru | Get-CgroupLimit | ForEach-Object CpuSetCpus
        $all | Should -Not -Be '0' -Because 'this host has more than one CPU, or none is left'
    }

    It 'turns a switch on and off' {
        $cg | Set-CgroupLimit -CpuIdle
        ($cg | Get-CgroupLimit).CpuIdle | Should -BeTrue
        $cg | Set-CgroupLimit -CpuIdle:$false
        ($cg | Get-CgroupLimit).CpuIdle | Should -BeFalse
    }

    It 'lists each file and value with -WhatIf, and writes nothing' {
        $said = Invoke-OtherPowerShell "Set-CgroupLimit $($cg.Path) -MemoryMax 1GB -PidsMax 77 -WhatIf"
        "$said" | Should -Match "Write '1073741824'.*memory\.(max|limit_in_bytes)"
        "$said" | Should -Match "Write '77'.*pids\.max"
        $cg.PidsMax | Should -Not -Be 77
    }

    It 'refuses a limit below what is in use' {
        $sleepers = 1..3 | ForEach-Object { Start-Sleeper }
        try {
            $sleepers | Add-CgroupProcess $cg
            $cg | Set-CgroupLimit -PidsMax 2 -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*'
        }
        finally { $sleepers.Kill() }
        $start = [Diagnostics.ProcessStartInfo]::new('sh', [string[]]('-c', 'read x; y=$(head -c 20000000 /dev/zero | tr "\0" a); read x'))
        $start.RedirectStandardInput = $true
        $holder = [Diagnostics.Process]::Start($start)
        try {
            $holder | Add-CgroupProcess $cg
            $holder.StandardInput.WriteLine()
            Wait-Until { $cg.MemoryAnonymous -gt 15MB } | Should -BeTrue
            $cg | Set-CgroupLimit -MemoryMax 8MB -MemorySwapMax 0 -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*'
            $cg.MemoryMax, $cg.OomKillCount | Should -Be $null, 0
        }
        finally { $holder.Kill() }
    }

    It 'refuses no limit at all, and a cgroup that is not there' {
        { $cg | Set-CgroupLimit -ErrorAction Stop } | Should -Throw '*No limit*'
        Set-CgroupLimit psc-test-none -PidsMax 3 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CgroupNotFound,*'
    }

    It 'refuses what only v2 has on v1, and says so' -Skip:($mode -eq 'Unified') {
        $cg | Set-CgroupLimit -MemoryHigh 64MB -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ControllerNotDelegated,*'
        "$problem" | Should -Match 'only on cgroup v2'
    }
}

Describe 'Processes' {
    BeforeEach {
        $cg = New-Cgroup "$prefix-proc"
        $sleeper = Start-Sleeper
    }
    AfterEach {
        if (-not $sleeper.HasExited) { $sleeper.Kill() }
        Get-Cgroup "$prefix-proc*" | Remove-Cgroup -Recurse -Force
    }

    It 'are moved in, by object or id, and listed with their command' {
        ($sleeper | Add-CgroupProcess $cg -PassThru).Path | Should -Be $cg.Path
        $found = $cg | Get-CgroupProcess
        $found.Id, $found.CommandName, $found.Cgroup | Should -Be $sleeper.Id, 'sleep', $cg.Path
        $inner = New-Cgroup inner -Parent $cg
        Add-CgroupProcess $inner $sleeper.Id
        $cg | Get-CgroupProcess | Should -BeNullOrEmpty
        ($cg | Get-CgroupProcess -Recurse).Cgroup | Should -Be $inner.Path
        $sleeper.HasExited | Should -BeFalse
    }

    It 'are listed also by whom the state of containers is not open to' {
        $null = $sleeper | Add-CgroupProcess $cg
        $foreign = New-Item -ItemType Directory "/tmp/$prefix-foreign"
        try {
            & chown 65534 $foreign
            $env:PSCONTAINER_ROOT, $before = "$foreign", $env:PSCONTAINER_ROOT
            Invoke-OtherPowerShell "(Get-CgroupProcess $($cg.Path)).Id" 2>&1 |
                Select-Object -First 1 | Should -Be $sleeper.Id
        }
        finally {
            $env:PSCONTAINER_ROOT = $before
            Remove-Item $foreign -Recurse -Force
        }
    }

    It 'are left where they are when one is not there' {
        Add-CgroupProcess $cg 4194305, $sleeper.Id -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match 'no process 4194305'
        $cg.ProcessCount | Should -Be 1
        { Add-CgroupProcess psc-test-none $sleeper.Id -ErrorAction Stop } | Should -Throw '*no cgroup*'
    }

    It 'stand still while it is suspended' {
        $sleeper | Add-CgroupProcess $cg
        $cg | Suspend-Cgroup -PassThru | Should -Be $cg
        $cg.IsFrozen | Should -BeTrue
        $cg | Resume-Cgroup
        $cg.IsFrozen | Should -BeFalse
    }

    It 'are ended at once, frozen or not' {
        $sleeper | Add-CgroupProcess $cg
        $cg | Suspend-Cgroup
        $cg | Stop-Cgroup
        $sleeper.WaitForExit(60000) | Should -BeTrue
        $sleeper.ExitCode | Should -Be 137
        $cg.Exists | Should -BeTrue
    }

    It 'are asked first when a signal is given' {
        $sleeper | Add-CgroupProcess $cg
        # Not Int, which what a shell starts in the background ignores.
        $cg | Stop-Cgroup -Signal Usr1 -Timeout 60s
        $sleeper.WaitForExit(60000) | Should -BeTrue
        $sleeper.ExitCode | Should -Be 138
    }

    It 'are killed when they do not listen in time' {
        $stubborn = Start-Stubborn
        $stubborn | Add-CgroupProcess $cg
        Wait-Until { (Get-Content "/proc/$($stubborn.Id)/status" | Select-String 'SigIgn:\s+[0-9a-f]*[4-7c-f][0-9a-f]{3}$') } | Should -BeTrue
        $cg | Stop-Cgroup -Timeout 300ms
        $stubborn.WaitForExit(60000) | Should -BeTrue
        $stubborn.ExitCode | Should -Be 137
    }

    It 'are in all hierarchies or in none, also those that were forked while their parent was moved' {
        # Forks all the time, so that most moves are in the middle of one.
        $start = [Diagnostics.ProcessStartInfo]::new('sh', [string[]]('-c', 'while :; do sleep 0.01 & sleep 0.01 & wait; done'))
        $forker = [Diagnostics.Process]::Start($start)
        $away = New-Cgroup "$prefix-proc-away"
        try {
            foreach ($round in 1..20) {
                $forker | Add-CgroupProcess $cg
                $forker | Add-CgroupProcess $away
            }
            $cg | Remove-Cgroup -Force -ErrorAction Stop
            $forker.HasExited | Should -BeFalse
            $away | Remove-Cgroup -Force -ErrorAction Stop
            $forker.WaitForExit(60000) | Should -BeTrue
        }
        finally { if (-not $forker.HasExited) { $forker.Kill() } }
    }

    It 'are ended where they are in one hierarchy only' -Skip:($mode -eq 'Unified') {
        $file = Find-CgroupDirectory $cg.Path | Where-Object { $_ -notmatch 'unified' } | Select-Object -First 1
        Set-Content "$file/cgroup.procs" $sleeper.Id
        $cg.IsPopulated | Should -Be ($mode -eq 'Legacy')
        $cg.HasProcesses() | Should -BeTrue
        $cg | Remove-Cgroup -Force -ErrorAction Stop
        $sleeper.WaitForExit(60000) | Should -BeTrue
    }

    It 'are not ended when this PowerShell is among them' {
        $said = Invoke-OtherPowerShell "Add-CgroupProcess $($cg.Path) `$PID; Stop-Cgroup $($cg.Path) -ErrorAction SilentlyContinue -ErrorVariable p; `"`$p`"; Remove-Cgroup $($cg.Path) -Force -ErrorAction SilentlyContinue -ErrorVariable p; `"`$p`"; 'alive'"
        $said[0] | Should -Match 'this process is in it'
        $said[1] | Should -Match 'this process is in it'
        $said[-1] | Should -Be alive
    }
}

Describe 'Remove-Cgroup' {
    It 'removes it in every hierarchy' {
        $cg = New-Cgroup "$prefix-rm" -CpuSet 0
        Find-CgroupDirectory $cg.Path | Should -Not -BeNullOrEmpty
        $cg | Remove-Cgroup
        Find-CgroupDirectory $cg.Path | Should -BeNullOrEmpty
    }

    It 'says who holds it' {
        $cg = New-Cgroup "$prefix-held"
        $sleeper = Start-Sleeper
        $sleeper | Add-CgroupProcess $cg
        Remove-Cgroup $cg -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CgroupBusy,*'
        "$problem" | Should -Match "sleep \($($sleeper.Id)\)"
        $sleeper.HasExited, $cg.Exists | Should -Be $false, $true
        Remove-Cgroup $cg -Force
        $sleeper.WaitForExit(60000) | Should -BeTrue
        $cg.Exists | Should -BeFalse
    }

    It 'wants -Recurse for those below, and -WhatIf lists each' {
        $cg = New-Cgroup "$prefix-deep"
        $null = New-Cgroup inner -Parent $cg
        Remove-Cgroup $cg -Force -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match 'inner'
        "$(Invoke-OtherPowerShell "Remove-Cgroup $($cg.Path) -Recurse -WhatIf")" | Should -Match 'rmdir.*inner'
        $cg.Exists | Should -BeTrue
        Remove-Cgroup $cg -Recurse
        Find-CgroupDirectory $cg.Path | Should -BeNullOrEmpty
    }

    It 'refuses the root' {
        Remove-Cgroup / -Recurse -Force -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match 'root'
        Stop-Cgroup / -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match 'root'
    }
}

Describe 'Measure-Cgroup' {
    BeforeAll {
        $cg = New-Cgroup "$prefix-busy" -CpuMax 20% -CpuWeight 10000 -MemoryMax 64MB
        $busy = [Diagnostics.Process]::Start('sh', [string[]]('-c', 'while :; do :; done'))
        $busy | Add-CgroupProcess $cg
    }
    AfterAll { $cg | Remove-Cgroup -Recurse -Force }

    It 'reads all counters once' {
        $usage = $cg | Measure-Cgroup
        $usage.Path, $usage.MemoryMax, $usage.CpuMax, $usage.CpuPercent | Should -Be $cg.Path, 64MB, 0.2, $null
        $usage.MemoryStat.Keys | Should -Contain pgfault
        $usage.PidsCurrent | Should -Be 1
    }

    It 'has percentages of real differences, and throttling' {
        Wait-Until { $cg.ThrottledPeriods -gt 0 } | Should -BeTrue
        $rows = @($cg | Measure-Cgroup -Interval 1s -Count 2)
        $rows.Count | Should -Be 2
        # Never much more than allowed; less where the machine has other work.
        $rows[1].CpuPercent | Should -BeLessThan 30
        $rows[1].CpuPercent | Should -BeGreaterThan 0
        $rows[1].ThrottledPeriods | Should -BeGreaterThan 0
        $rows[1].ThrottledCount | Should -Be $rows[1].ThrottledPeriods
        $rows[1].ThrottledTime.Ticks | Should -BeGreaterThan 0
    }

    It 'agrees with the live properties' {
        $cg | Suspend-Cgroup
        try {
            $usage = $cg | Measure-Cgroup
            foreach ($name in 'MemoryMax', 'MemoryPeak', 'PidsCurrent', 'CpuUsage', 'ThrottledPeriods', 'OomKillCount', 'IoReadBytes', 'IoWrites') {
                $usage.$name | Should -Be $cg.$name -Because $name
            }
        }
        finally { $cg | Resume-Cgroup }
    }

    It 'goes down the tree, and sorts as cgtop does' {
        $null = New-Cgroup inner -Parent $cg
        ($cg | Measure-Cgroup -Recurse).Path | Should -Be $cg.Path, "$($cg.Path)/inner"
        (Get-Cgroup "$prefix-busy" -Recurse | Measure-Cgroup -Interval 500ms -Count 1 | Sort-Object CpuPercent -Bottom 1).Path | Should -Be $cg.Path
    }

    It 'ends when it is stopped, and when the last is gone' {
        @($cg | Measure-Cgroup -Continuous -Interval 50ms | Select-Object -First 2).Count | Should -Be 2
        $short = New-Cgroup "$prefix-short"
        $rows = $short | Measure-Cgroup -Continuous -Interval 50ms | ForEach-Object { if ($short.Exists) { Remove-Cgroup $short }; $_ }
        @($rows).Count | Should -BeGreaterOrEqual 1
    }
}

Describe 'Get-CgroupEffectiveLimit' {
    It 'is the tightest of all cgroups above a process' {
        $outer = New-Cgroup "$prefix-eff" -MemoryMax 64MB -PidsMax 30 -CpuMax 1
        $inner = New-Cgroup inner -Parent $outer -MemoryMax 128MB -PidsMax 20
        $sleeper = Start-Sleeper
        try {
            $sleeper | Add-CgroupProcess $inner
            $limit = $sleeper | Get-CgroupEffectiveLimit
            $limit.MemoryMax, $limit.MemoryMaxCgroup | Should -Be 64MB, $outer.Path
            $limit.PidsMax, $limit.PidsMaxCgroup | Should -Be 20, $inner.Path
            $limit.CpuCount, $limit.CpuMaxCgroup | Should -Be 1, $outer.Path
            $outer | Set-CgroupLimit -CpuMax 50%
            (Get-CgroupEffectiveLimit $sleeper.Id).CpuCount | Should -Be 1
        }
        finally { $sleeper.Kill(); $outer | Remove-Cgroup -Recurse -Force }
    }

    It 'is for this process by default, and no more than the host has' {
        $limit = Get-CgroupEffectiveLimit
        $limit.ProcessId | Should -Be $PID
        $limit.CpuCount | Should -BeLessOrEqual $limit.HostCpuCount
        $limit.MemoryMax | Should -BeLessOrEqual $limit.HostMemory
        $limit.Cgroup | Should -BeNullOrEmpty
        Get-CgroupEffectiveLimit 4194305 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
    }
}

Describe 'Get-CgroupEffectiveLimit of a cgroup' {
    It 'says what its processes may use, also while it has none' {
        $outer = New-Cgroup "$prefix-room" -MemoryMax 64MB -CpuMax 50%
        $inner = New-Cgroup inner -Parent $outer -PidsMax 20
        try {
            $limit = $inner | Get-CgroupEffectiveLimit
            $limit.ProcessId, $limit.Cgroup | Should -Be $null, $inner.Path
            $limit.MemoryMax, $limit.MemoryMaxCgroup | Should -Be 64MB, $outer.Path
            $limit.PidsMax, $limit.PidsMaxCgroup | Should -Be 20, $inner.Path
            $limit.CpuMax, $limit.CpuCount | Should -Be 0.5, 1
            (Get-CgroupEffectiveLimit -Cgroup $inner.Path).PidsMax | Should -Be 20
            ($inner | Select-Object Path | Get-CgroupEffectiveLimit).PidsMax | Should -Be 20
            ($inner | Get-CgroupLimit | Get-CgroupEffectiveLimit).PidsMax | Should -Be 20
        }
        finally { $outer | Remove-Cgroup -Recurse -Force }
        $inner | Get-CgroupEffectiveLimit -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CgroupNotFound,*'
    }

    It 'is of the first process of a container' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-room" -MemoryMax 48MB
        ($c | Get-CgroupEffectiveLimit).ProcessId | Should -Be $c.Pid
        (Get-CgroupEffectiveLimit -Container $c.Name).MemoryMax | Should -Be 48MB
        $c | Remove-Container -Force
    }
}

Describe 'Limits as objects' {
    It 'say of which cgroup they are, and show what there is' {
        $cg = New-Cgroup "$prefix-shown" -MemoryMax 64MB
        $limit = $cg | Get-CgroupLimit
        $limit.Path | Should -Be $cg.Path
        $shown = $limit | Out-String
        $shown | Should -Match 'MemoryMax\s+: 64 MiB'
        $shown | Should -Not -Match 'PidsMax|IoMax|HugetlbMax'
        ($limit | ConvertTo-Json -Depth 4 | ConvertFrom-Json | Get-Cgroup).Path | Should -Be $cg.Path
        $limit | Set-CgroupLimit -PidsMax 5
        ($cg | Get-CgroupLimit).PidsMax | Should -Be 5
        $cg | Remove-Cgroup
    }
}

Describe 'Events' {
    It 'tell of kills for memory, of refused processes, and of the end' {
        $cg = New-Cgroup "$prefix-events" -MemoryMax 24MB -MemorySwapMax 0 -PidsMax 3
        $names = 'OutOfMemory', 'LimitReached', 'Emptied'
        $told = [Collections.Concurrent.ConcurrentBag[string]]::new()
        foreach ($name in $names) {
            $null = Register-ObjectEvent $cg $name -SourceIdentifier "$prefix-$name" -MessageData $told -Action { $Event.MessageData.Add($EventArgs.Event) }
        }
        try {
            $start = [Diagnostics.ProcessStartInfo]::new('sh', [string[]]('-c', 'read x; (tail /dev/zero); sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait'))
            $start.RedirectStandardInput = $start.RedirectStandardError = $true
            $eater = [Diagnostics.Process]::Start($start)
            $eater | Add-CgroupProcess $cg
            $eater.StandardInput.WriteLine('go')
            Wait-Until { 'memory.oom_kill' -in $told -and 'memory.max' -in $told -and 'pids.max' -in $told -and 'cgroup.empty' -in $told } | Should -BeTrue -Because "told: $told"
            $cg.OomKillCount | Should -BeGreaterThan 0
        }
        finally {
            $names | ForEach-Object { Unregister-Event "$prefix-$_" }
            $cg | Remove-Cgroup -Force
        }
    }
}

Describe 'A container' {
    BeforeAll {
        $cg = New-Cgroup "$prefix-home" -MemoryMax 64MB -PidsMax 40
    }

    It 'is made in the given cgroup, whose limits hold for it' {
        $c = New-Container -Rootfs $rootfs -Name "$prefix-in" -Cgroup $cg -MemoryMax 512MB -ShellCommand 'sleep 300'
        "$($c.Cgroup)" | Should -BeLike "$($cg.Path)/*"
        ($c | Get-Cgroup).Path | Should -Be "$($c.Cgroup)"
        (Get-Process -Id $c.Pid | Get-CgroupEffectiveLimit).MemoryMaxCgroup | Should -Be $cg.Path
        $process = $cg | Get-CgroupProcess -Recurse | Where-Object Id -eq $c.Pid
        $process.Container | Should -Be $c.Name
        $c | Start-Container
        $c | Test-Container -Quiet | Should -BeTrue
        $c | Remove-Container -Force
    }

    It 'leaves the cgroup and others in it alone when it is removed, also when it ends by itself' {
        $sleeper = Start-Sleeper
        try {
            $sleeper | Add-CgroupProcess $cg
            $c = Start-Container -Rootfs $rootfs -Name "$prefix-guest" -Cgroup $cg.Path
            $c | Remove-Container -Force
            Invoke-Container -Rootfs $rootfs -Cgroup $cg.Name -- echo inside | Should -Be inside
            $sleeper.HasExited, $cg.Exists, $cg.MemoryMax | Should -Be $false, $true, 64MB
            $cg | Get-Cgroup -Recurse | Should -HaveCount 1
        }
        finally { $sleeper.Kill() }
    }

    It 'is killed for the memory of the cgroup, not of its own limit' {
        $small = New-Cgroup "$prefix-small" -MemoryMax 24MB -MemorySwapMax 0
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-eater" -Cgroup $small -MemoryMax 512MB -Command tail, /dev/zero | Wait-Container -Timeout 60s
        $c.OomKilled | Should -BeTrue
        $c | Remove-Container
        Remove-Cgroup $small
    }

    It 'comes by property name with its cgroup' {
        $c = [pscustomobject]@{ Rootfs = $rootfs; Cgroup = $cg } | Select-Object Cgroup | New-Container -Rootfs $rootfs -Name "$prefix-prop"
        "$($c.Cgroup)" | Should -BeLike "$($cg.Path)/*"
        $c | Remove-Container -Force
    }

    It 'is not made where the cgroup is not there' {
        Start-Container -Rootfs $rootfs -Name "$prefix-none" -Cgroup /psc-test-none -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CgroupNotFound,*'
        Get-Container "$prefix-none" -ErrorAction Ignore | Should -BeNullOrEmpty
        Find-CgroupDirectory /psc-test-none | Should -BeNullOrEmpty
    }

    It 'gets limits in the pipe between New and Start, and keeps them for its next start' {
        $c = New-Container -Rootfs $rootfs -Name "$prefix-pipe" -MemoryMax 64MB | Set-CgroupLimit -CpuMax 50% -CpuSet 0 -PassThru | Start-Container
        $c | Should -BeOfType ([PSContainer.Containers.Container])
        $c.State, $c.Limits.CpuMax, $c.Limits.CpuSetCpus | Should -Be Running, 0.5, '0'
        Set-CgroupLimit $c.Name -MemoryMax 96MB
        $c | Set-CgroupLimit -PidsMax 50
        $c | Test-Container | Where-Object Result -ne Pass | Should -BeNullOrEmpty
        $c | Restart-Container
        $c.Limits.CpuMax, $c.Limits.MemoryMax, $c.Limits.PidsMax | Should -Be 0.5, 96MB, 50
        $directories = $c.Cgroup.Directories
        $c | Remove-Container -Force
        $directories | Where-Object { Test-Path $_ } | Should -BeNullOrEmpty
    }

    It 'is measured, suspended and limited as its cgroup, by object or name' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-both" -ShellCommand 'while :; do :; done'
        ($c | Measure-Cgroup -Interval 300ms).CpuPercent | Should -BeGreaterThan 0
        ($c | Suspend-Cgroup -PassThru).State | Should -Be Paused
        Resume-Cgroup $c.Name
        $c.State | Should -Be Running
        25, 50 | ForEach-Object { $c | Set-CgroupLimit -CpuMax "$_%"; ($c | Measure-Container).CpuMax } | Should -Be 0.25, 0.5
        ($c | Get-CgroupLimit).CpuMax | Should -Be 0.5
        $c | Remove-Container -Force
    }
}

Describe 'examples/limit.ps1' {
    It 'measures that each limit holds, and leaves nothing' {
        $rows = & (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'examples/limit.ps1') -Duration '0:0:2'
        $rows.Limit | Should -Be CPU, Memory, 'Disk writes'
        ($rows | Where-Object Limit -ne 'Disk writes').Holds | Should -Be $true, $true
        # Where the disk cannot be limited the row says why.
        $rows[2].Holds -ne $false | Should -BeTrue
        $rows.Evidence | ForEach-Object { $_ | Should -Not -BeNullOrEmpty }
        Get-Cgroup "psc-limit-$PID" -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}
