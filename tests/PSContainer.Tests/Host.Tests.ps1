# Test-ContainerHost, Get-ContainerHost and Test-Container: what there is, and what is in force.

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

Describe 'Get-ContainerHost' {
    It 'says what the kernel says' {
        $machine = Get-ContainerHost
        $machine.KernelRelease | Should -Be (& uname -r)
        $machine.CpuCount | Should -Be (& nproc --all)
        $machine.UserId | Should -Be (& id -u)
        $machine.RuntimePath | Should -Exist
        ($machine | Out-String) | Should -Match 'KernelRelease'
    }
}

Describe 'Test-ContainerHost' {
    It 'has a recommendation for each gap' {
        $checks = Test-ContainerHost
        $checks.Count | Should -BeGreaterThan 5
        foreach ($check in $checks | Where-Object Result -in Fail, Warning) { $check.Recommendation | Should -Not -BeNullOrEmpty -Because $check.Feature }
        foreach ($check in $checks) { $check.Detail | Should -Not -BeNullOrEmpty -Because $check.Feature }
    }

    It 'answers with a bool' { Test-ContainerHost -Quiet | Should -BeOfType ([bool]); Test-ContainerHost Runtime -Quiet | Should -BeTrue }

    It 'says yes where containers run, whatever else is missing, and no to a feature that is' -Skip:(-not (Test-Path /sys/fs/cgroup/memory/tasks)) {
        $said = & unshare --mount --propagation private -- sh -c 'umount /sys/fs/cgroup/memory && exec "$@"' sh (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command @"
            Import-Module '$(Get-TestedModulePath)'
            (Test-ContainerHost Memory).Result
            Test-ContainerHost -Quiet
            Test-ContainerHost -Quiet Memory
            Invoke-Container -Rootfs '$rootfs' -- echo runs
"@
        $said | Should -Be 'Fail', 'True', 'False', 'runs'
    }

    It 'takes features by name and pattern' {
        (Test-ContainerHost Overlay).Feature | Should -Be Overlay
        (Test-ContainerHost *Namespace*).Feature | Should -Contain UserNamespace
        Test-ContainerHost Nonsense -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'FeatureNotFound,*'
    }

    It 'fails when the executable is missing, and cmdlets say so' {
        $said = Invoke-OtherPowerShell "`$env:PSCONTAINER_RUNTIME = '/no/such/pscontainer'; Test-ContainerHost -Quiet; Start-Container -Rootfs '$rootfs' -ErrorVariable e -ErrorAction SilentlyContinue; `$e.FullyQualifiedErrorId"
        # The variable is read when the engine is first used, which is after it was set.
        $said[0] | Should -Be False
        $said[1] | Should -BeLike 'RuntimeNotFound,*'
    }
}

Describe 'Test-Container' {
    It 'finds all in force that was asked for' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-audit" -MemoryMax 64MB -PidsMax 32 -DropCapability NetRaw -User 1000:1000 -ReadOnly -Tmpfs /tmp -- sleep 60
        $checks = Test-Container $c
        $checks | Where-Object Result -ne Pass | Format-Table | Out-String | Should -BeNullOrEmpty
        $checks.Check | Should -Contain NoNewPrivileges
        $checks.Check | Should -Contain Seccomp
        $checks.Check | Should -Contain Limit.MemoryMax
        Test-Container $c -Quiet | Should -BeTrue
    }

    It 'notices what was changed behind its back' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-changed" -PidsMax 32 -- sleep 60
        $file = Get-ChildItem /sys/fs/cgroup -Directory | ForEach-Object { "$_$($c.Cgroup)/pids.max" } | Where-Object { Test-Path $_ } | Select-Object -First 1
        $file ??= "/sys/fs/cgroup$($c.Cgroup)/pids.max"
        Set-Content $file 77
        $different = Test-Container $c | Where-Object Result -eq Fail
        $different.Check | Should -Be Limit.PidsMax
        $different.Asked, $different.InForce | Should -Be 32, 77
        Test-Container $c -Quiet | Should -BeFalse
    }

    It 'wants a container that runs' {
        $ended = Start-Container -Rootfs $rootfs -Name "$prefix-ended" -- true | Wait-Container -Timeout 60s
        Test-Container $ended -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
    }
}
