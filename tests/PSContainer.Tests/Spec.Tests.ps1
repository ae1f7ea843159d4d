# OCI configurations as objects: composed, read, written, run.

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

Describe 'New-ContainerSpec' {
    It 'composes what Start-Container would run, and makes nothing' {
        $before = @(Get-Container).Count
        $spec = New-ContainerSpec -Rootfs $rootfs -MemoryMax 64MB -Hostname inside -- sleep 60
        $spec | Should -BeOfType ([PSContainer.Spec.ContainerSpec])
        $spec.Process.Args | Should -Be 'sleep', '60'
        $spec.Linux.Resources.Memory.Limit, $spec.Hostname | Should -Be 64MB, 'inside'
        @(Get-Container).Count | Should -Be $before
    }

    It 'is good for many containers, each in a cgroup of its own' {
        $spec = New-ContainerSpec -Rootfs $rootfs -PidsMax 20 -- sleep 600
        $made = 'first', 'second' | ForEach-Object { $spec | Start-Container -Name "$prefix-$_" }
        $made.State | Should -Be 'Running', 'Running'
        $made += (Get-Container "$prefix-first").Spec | Start-Container -Name "$prefix-third"
        @($made.Cgroup.Path | Select-Object -Unique).Count | Should -Be 3
        foreach ($one in $made) { $one.Cgroup.Path | Should -BeLike "*$($one.Id)" }
    }

    It 'refuses what Start-Container refuses' {
        $null = New-ContainerSpec -Rootfs /no/such/place -Command true -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'RootfsNotFound,*'
    }
}

Describe 'Export-ContainerSpec and Import-ContainerSpec' {
    It 'write a bundle and read it back as the same container' {
        $bundle = New-ContainerSpec -Rootfs $rootfs -Hostname inside -Environment @{ A = 'b' } -Command sh, -c, 'hostname; echo $A' |
            Export-ContainerSpec (Join-Path $TestDrive one)
        $bundle | Should -BeOfType ([IO.DirectoryInfo])
        $bundle | Import-ContainerSpec | Invoke-Container | Should -Be 'inside', 'b'
        Invoke-Container -Spec $bundle.FullName | Should -Be 'inside', 'b'
        (Get-Content (Join-Path $bundle config.json) -Raw | ConvertFrom-Json).root.path | Should -Be $rootfs.FullName
    }

    It 'run under <_>' -ForEach 'runc', 'crun' {
        if (-not (Get-Command $_ -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because "$_ is not installed"; return }
        $bundle = Join-Path $TestDrive "under-$_"
        New-ContainerSpec -Rootfs $rootfs -Command echo, works | Export-ContainerSpec $bundle
        unshare --mount --propagation private sh -c '[ ! -f /sys/fs/cgroup/unified/cgroup.procs ] || umount /sys/fs/cgroup/unified; exec "$@"' sh $_ --root (Join-Path $TestDrive state) run --bundle $bundle $prefix |
            Should -Be works
    }

    It 'read what <_> writes as an example' -ForEach 'runc', 'crun' {
        if (-not (Get-Command $_ -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because "$_ is not installed"; return }
        $bundle = New-Item -ItemType Directory (Join-Path $TestDrive "of-$_")
        Push-Location $bundle
        try { & $_ spec } finally { Pop-Location }
        New-Item -ItemType SymbolicLink (Join-Path $bundle rootfs) -Target $rootfs.FullName | Out-Null
        $spec = Import-ContainerSpec $bundle
        $spec.Root.Path | Should -Be (Join-Path $bundle rootfs)
        $spec.Process.Terminal | Should -BeTrue
        $spec.Process.Args | Should -Be sh
        # A container with a terminal goes on by itself; its shell waits for input.
        $c = $spec | Start-Container -Name "$prefix-of-$_"
        Invoke-ContainerCommand $c -- hostname | Should -Be $_
        $c | Remove-Container -Force
    }

    It 'copy the root filesystem along when asked, layers too, with its owners' {
        New-Item (Join-Path $rootfs srv/of-user) -Force | Out-Null
        & chown -h 1000:50 (Join-Path $rootfs srv/of-user)
        $c = New-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-copied" -Command cat, /etc/os-release
        $bundle = $c | Export-ContainerSpec (Join-Path $TestDrive copied) -CopyRootfs
        $c | Remove-Container -Force
        Test-Path (Join-Path $bundle rootfs/bin/busybox) | Should -BeTrue
        & stat -c '%u:%g' (Join-Path $bundle rootfs/srv/of-user) (Join-Path $bundle rootfs/bin) | Should -Be '1000:50', '0:0'
        (Get-Content (Join-Path $bundle config.json) -Raw | ConvertFrom-Json).root.path | Should -Be rootfs
        $bundle | Import-ContainerSpec | Invoke-Container | Should -Contain 'ID=busybox'
    }

    It 'refuse layers that are not copied, and leave nothing' {
        $target = Join-Path $TestDrive layers
        New-ContainerSpec -Rootfs $rootfs -Ephemeral -Command true | Export-ContainerSpec $target -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.ErrorDetails.RecommendedAction | Should -Match '-CopyRootfs'
        Test-Path $target | Should -BeFalse
    }

    It 'replace a configuration only with -Force' {
        $target = Join-Path $TestDrive twice
        $spec = New-ContainerSpec -Rootfs $rootfs -Command true
        $spec | Export-ContainerSpec $target | Out-Null
        $spec | Export-ContainerSpec $target -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match 'already'
        $spec | Export-ContainerSpec $target -Force | Should -Not -BeNullOrEmpty
    }

    It 'write nothing with -WhatIf' {
        New-ContainerSpec -Rootfs $rootfs -Command true | Export-ContainerSpec (Join-Path $TestDrive whatif) -WhatIf
        Test-Path (Join-Path $TestDrive whatif) | Should -BeFalse
    }

    It 'say what is wrong with a configuration, and go on to the next' {
        Set-Content (Join-Path $TestDrive bad.json) '{ "ociVersion": "1.0.2", "root": 5 }'
        $good = New-ContainerSpec -Rootfs $rootfs -Command true | Export-ContainerSpec (Join-Path $TestDrive good)
        $found = Import-ContainerSpec (Join-Path $TestDrive bad.json), (Join-Path $TestDrive missing), $good -ErrorVariable problem -ErrorAction SilentlyContinue
        @($found).Count | Should -Be 1
        $problem.Count | Should -Be 2
        "$($problem[0])" | Should -Match 'root must be an object'
    }

    It 'take no object that is no configuration' {
        { 42 | Export-ContainerSpec (Join-Path $TestDrive none) -ErrorAction Stop } | Should -Throw
        Test-Path (Join-Path $TestDrive none) | Should -BeFalse
    }
}

Describe 'A configuration by value' {
    BeforeAll { $spec = New-ContainerSpec -Rootfs $rootfs -Command sh, -c, 'echo run; exit 3' }

    It 'starts in the background, under a name, with labels' {
        $c = $spec | Start-Container -Name "$prefix-value" -Label @{ of = 'spec' }
        $c | Wait-Container -Timeout 60s | Out-Null
        $c.ExitCode, $c.Labels['of'] | Should -Be 3, 'spec'
        Get-ContainerLog $c | Should -Be run
    }

    It 'starts once more, as another container' {
        $spec | Invoke-Container | Should -Be run
        $LASTEXITCODE | Should -Be 3
        $spec, $spec | Invoke-Container | Should -Be run, run
    }

    It 'is an error with -ErrorOnExitCode when the command fails' {
        { $spec | Invoke-Container -ErrorOnExitCode } | Should -Throw '*ended with 3*'
    }

    It 'is planned' { (New-Container -Spec $spec -PlanOnly).Step | Should -Contain 'CloneInit' }

    It 'goes through another runtime' {
        if (-not (Get-Command runc -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'runc is not installed'; return }
        $spec | Invoke-Container -Runtime runc | Should -Be run
    }

    It 'shows itself in one row' { ($spec | Out-String) | Should -Match 'Version\s+Root\s+Mounts' }
}
