# Containers that another OCI runtime carries out: the same cmdlets, the same answers.

BeforeDiscovery {
    $runtimes = @('runc', 'crun') | Where-Object { Get-Command $_ -CommandType Application -ErrorAction Ignore } | ForEach-Object { @{ Name = $_ } }
    if (-not $runtimes) { Write-Warning '!!!! NEITHER runc NOR crun IS INSTALLED: no container was carried out by another runtime. !!!!' }
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

Describe '-Runtime <Name>' -ForEach $runtimes {
    BeforeAll {
        $runtime = $Name
        # crun 1.8 refuses a host with both generations of cgroups: it gets one where only v1 is mounted.
        if ($Name -eq 'crun' -and (Test-Path /sys/fs/cgroup/unified/cgroup.procs)) {
            $runtime = Join-Path $TestDrive 'crun'
            Set-Content $runtime "#!/bin/sh`nexec unshare --mount --propagation private sh -c 'umount /sys/fs/cgroup/unified; exec crun `"`$@`"' sh `"`$@`""
            chmod 755 $runtime
        }
        $life = @{ Runtime = $runtime; Rootfs = $rootfs; Ephemeral = $true }
        $run = "$prefix-$Name"
    }

    It 'runs a command in the foreground: output, input, exit code' {
        Invoke-Container @life -- sh -c 'echo out; echo err >&2; exit 3' 2>$null | Should -Be out
        $LASTEXITCODE | Should -Be 3
        'one', 'two' | Invoke-Container @life -- cat | Should -Be 'one', 'two'
    }

    It 'leaves the root filesystem as it was' {
        Invoke-Container @life -- touch /written
        Test-Path (Join-Path $rootfs written) | Should -BeFalse
    }

    It 'closes devices as our own runtime does' {
        Invoke-Container @life -- sh -c 'mknod /tmp/sda b 8 0; cat /tmp/sda 2>&1; head -c 4 /dev/zero | wc -c' |
            Should -Be "cat: can't open '/tmp/sda': Operation not permitted", '4'
    }

    It 'puts limits in force' {
        $c = Start-Container @life -Name "$run-limits" -MemoryMax 64MB -PidsMax 40 -- sleep 60
        $m = $c | Measure-Container
        $m.MemoryMax, $m.PidsMax | Should -Be 64MB, 40
        # runc answers while its own threads are still there.
        Wait-Until { ($c | Measure-Container).PidsCurrent -eq 1 } | Should -BeTrue
        $c | Remove-Container -Force
    }

    It 'lives from creation to removal' {
        $c = New-Container @life -Name "$run-life" -Command sh, -c, 'trap "exit 7" TERM; echo begun; while :; do sleep 0.1; done'
        "$($c.State)", (Split-Path -Leaf $c.Runtime) | Should -Be 'Created', $Name
        $c | Start-Container | Out-Null
        "$($c.State)" | Should -Be Running
        Wait-Until { "$(Get-ContainerLog $c)" -match 'begun' } | Should -BeTrue
        "$((Get-Container "$run-life").State)" | Should -Be Running

        Invoke-ContainerCommand $c -- sh -c 'id -u; exit 4' | Should -Be 0
        $LASTEXITCODE | Should -Be 4
        Invoke-ContainerCommand $c -User 1000:50 -WorkingDirectory /tmp -Environment @{ A = 'b' } -- sh -c 'echo $(id -u) $(pwd) $A' | Should -Be '1000 /tmp b'
        'in' | Invoke-ContainerCommand $c -- cat | Should -Be in
        $p = Start-ContainerProcess $c -- sleep 50
        # runc says that a process is there before that is the command.
        Wait-Until { "$((Get-ContainerProcess $c).Command)" -match 'sleep 50' } | Should -BeTrue
        (Get-ContainerProcess $c).Id | Should -Contain $p.Id

        Suspend-Container $c
        "$($c.State)" | Should -Be Paused
        Resume-Container $c
        "$($c.State)" | Should -Be Running

        Set-Content (Join-Path $TestDrive file) content
        Copy-ContainerFile $c (Join-Path $TestDrive file) /tmp/file -ToContainer
        Invoke-ContainerCommand $c -- cat /tmp/file | Should -Be content

        Stop-Container $c -Timeout 60s
        "$($c.State)", $c.ExitCode | Should -Be 'Exited', 7
        Start-Container $c | Out-Null
        "$($c.State)" | Should -Be Running
        Wait-Until { @(Get-ContainerLog $c).Count -eq 2 } | Should -BeTrue
        Send-ContainerSignal $c -Signal TERM
        $c | Wait-Container -Timeout 60s | Out-Null
        $c.ExitCode | Should -Be 7
        Remove-Container $c
        Get-Container "$run-life*" | Should -BeNullOrEmpty
    }

    It 'keeps one alive without a command, by our init' {
        $c = Start-Container @life -Name "$run-idle"
        Invoke-ContainerCommand $c -- cat /proc/1/comm | Should -Match 'pscontainer|exe'
        Stop-Container $c -Timeout 60s
        $c.HasExited | Should -BeTrue
        Remove-Container $c
    }

    It 'removes one that ends by itself' {
        $c = Start-Container @life -Name "$run-gone" -RemoveOnExit -- true
        Wait-Until { -not (Get-Container "$run-gone*") } | Should -BeTrue
        Wait-Until { -not (Test-Path $c.StateDirectory) } | Should -BeTrue
    }

    It 'ends one whose time is over' {
        $c = Start-Container @life -Name "$run-late" -Timeout 1s -- sleep 60
        $c | Wait-Container -Timeout 60s | Out-Null
        $c.ExitCode | Should -Be 137
        Remove-Container $c
    }

    It 'says what the runtime says of a failure, and leaves nothing' {
        $null = Start-Container @life -Name "$run-bad" -Command sh -WorkingDirectory / -Sysctl @{ 'net.no.such' = '1' } -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match "^$Name`: .*net"
        $problem[0].ErrorDetails.RecommendedAction | Should -Match 'without -Runtime'
        Get-Container "$run-bad*" | Should -BeNullOrEmpty
    }

    It 'is not needed to remove what it made' {
        $gone = Join-Path $TestDrive "gone-$Name"
        Copy-Item (Get-Command $runtime -CommandType Application | Select-Object -First 1).Source $gone
        $c = Start-Container -Runtime $gone -Rootfs $rootfs -Ephemeral -Name "$run-orphan" -- sleep 60
        $id, $process = $c.Id, $c.Pid
        Remove-Item $gone
        Remove-Container $c -Force
        # It has ended; its monitor takes its end in its own time.
        Wait-Until { -not (Get-Process -Id $process -ErrorAction Ignore) } | Should -BeTrue
        @(Get-ChildItem /sys/fs/cgroup -Directory -Recurse -Depth 2 -Filter "*$id*" -ErrorAction Ignore).Count | Should -Be 0
    }

    It 'leaves no cgroup behind' {
        $c = Start-Container @life -Name "$run-cgroups" -MemoryMax 64MB -- sleep 60
        $c.Cgroup.Directories.Count | Should -BeGreaterThan 0
        $c | Remove-Container -Force
        @(Get-ChildItem /sys/fs/cgroup -Directory -Recurse -Depth 2 -Filter "*$($c.Id)*" -ErrorAction Ignore).Count | Should -Be 0
    }
}

Describe 'A runtime that is none' {
    It 'is refused before anything is made: <_>' -ForEach 'no-such-runtime', '/etc/passwd', '/tmp' {
        $null = Start-Container -Runtime $_ -Rootfs $rootfs -Name "$prefix-none" -Command true -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'RuntimeNotFound,*'
        Get-Container "$prefix-none*" | Should -BeNullOrEmpty
    }

    It 'is told apart from one that does not work' {
        $null = Start-Container -Runtime /bin/false -Rootfs $rootfs -Name "$prefix-false" -Command true -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match '^false ended with code 1'
        Get-Container "$prefix-false*" | Should -BeNullOrEmpty
    }

    It 'has no plan to show' {
        { New-Container -Runtime /bin/true -Rootfs $rootfs -Command true -PlanOnly -ErrorAction Stop } | Should -Throw '*its own*'
        $null = New-Container -Runtime /bin/true -Rootfs $rootfs -Name "$prefix-whatif" -Command true -WhatIf
        Get-Container "$prefix-whatif*" | Should -BeNullOrEmpty
    }
}
