# What confines a container: profiles, capabilities, path rules, labels; as parameters, and as the kernel says they are in force.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $hasLandlock = [PSContainer.Kernel.LandlockCalls]::Version -gt 0
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'New-SeccompProfile' {
    It 'makes one that refuses all but what it allows' {
        $p = New-SeccompProfile -Allow read, write, exit_group
        $p | Should -BeOfType ([PSContainer.Security.Seccomp.SeccompProfile])
        $p.DefaultAction | Should -Be SCMP_ACT_ERRNO
        $p.Syscalls[0].Names | Should -Be read, write, exit_group
    }

    It 'changes the built-in one, and the kernel obeys' {
        $p = New-SeccompProfile -Base Default -Deny mkdir, mkdirat -Errno ENOSYS
        Invoke-Container -Rootfs $rootfs -Ephemeral -SeccompProfile $p -- mkdir /tmp/x 2>&1 | Should -BeLike '*not implemented*'
        $LASTEXITCODE | Should -Be 1
        Invoke-Container -Rootfs $rootfs -Ephemeral -- sh -c 'mkdir /tmp/x && echo made' | Should -Be made
    }

    It 'takes a profile from the pipeline, and rules with conditions as hashtables' {
        $p = 'Default' | New-SeccompProfile -Rule @{ names = 'ptrace'; action = 'KillProcess'; args = @{ index = 0; op = 'eq'; value = 16 } }
        $rule = $p.Syscalls[-1]
        $rule.Action, $rule.Args[0].Op, $rule.Args[0].Value | Should -Be SCMP_ACT_KILL_PROCESS, SCMP_CMP_EQ, 16
    }

    It 'decides by capability, architecture and kernel' {
        $rule = @{ names = 'mkdir', 'mkdirat'; action = 'Errno'; excludes = @{ caps = 'NetAdmin' } }
        $p = New-SeccompProfile Allow -Rule $rule
        Invoke-Container -Rootfs $rootfs -Ephemeral -SeccompProfile $p -- sh -c 'mkdir /tmp/x 2>/dev/null; echo $?' | Should -Be 1
        Invoke-Container -Rootfs $rootfs -Ephemeral -SeccompProfile $p -AddCapability NetAdmin -- sh -c 'mkdir /tmp/x; echo $?' | Should -Be 0
        $rule.excludes = @{ minKernel = '4.8' }
        Invoke-Container -Rootfs $rootfs -Ephemeral -SeccompProfile (New-SeccompProfile Allow -Rule $rule) -- mkdir /tmp/x
        $LASTEXITCODE | Should -Be 0
        $rule.excludes = @{ arches = 'amd64', 'arm64' }
        Invoke-Container -Rootfs $rootfs -Ephemeral -SeccompProfile (New-SeccompProfile Allow -Rule $rule) -- mkdir /tmp/x
        $LASTEXITCODE | Should -Be 0
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a call that no kernel has'; Words = @{ Deny = 'mkdirr' }; Message = '*no system call*mkdirr*' }
        @{ What = 'a call twice'; Words = @{ Deny = 'mkdir'; Allow = 'mkdir' }; Message = '*both allowed and denied*' }
        @{ What = 'an action that is none'; Words = @{ DefaultAction = 'Maybe' }; Message = '*not an action*KillProcess*' }
        @{ What = 'an error that is none'; Words = @{ Errno = 'EWHAT' }; Message = '*not an error*EPERM*' }
        @{ What = 'a member that means nothing'; Words = @{ Rule = @{ nmaes = 'x'; action = 'Allow' } }; Message = "*'nmaes' that means nothing*" }
        @{ What = 'a base that is none'; Words = @{ Base = '/no/such/file' }; Message = "*'/no/such/file' does not exist*" }
        @{ What = 'an architecture that is none'; Words = @{ Architecture = 'z80' }; Message = '*not an architecture*' }
    ) {
        { New-SeccompProfile @Words -ErrorAction Stop } | Should -Throw -ExpectedMessage $Message
    }
}

Describe 'Import- and Export-SeccompProfile' {
    BeforeAll { $file = Join-Path $rootfs.Parent.FullName "$prefix.json" }
    AfterEach { Remove-Item $file -ErrorAction Ignore }

    It 'refuses a FIFO, in which there is nothing to wait for' -Tag C-41 {
        $fifo = Join-Path $TestDrive profile.fifo
        & mkfifo $fifo
        { Import-SeccompProfile $fifo -ErrorAction Stop } | Should -Throw '*is a FIFO, not a regular file*'
        { Export-SeccompProfile $fifo Default -Force -ErrorAction Stop } | Should -Throw '*is a FIFO, not a regular file*'
    }

    It 'write what they read, as docker has it' {
        $made = New-SeccompProfile -Base Default -Deny mkdir -Errno 38 | Export-SeccompProfile $file
        $made.FullName | Should -Be $file
        $json = Get-Content -Raw $file | ConvertFrom-Json
        $json.syscalls[-1].names, $json.syscalls[-1].action, $json.syscalls[-1].errnoRet | Should -Be mkdir, SCMP_ACT_ERRNO, 38
        "$(Import-SeccompProfile $file)" | Should -Be "$(New-SeccompProfile -Base Default -Deny mkdir -Errno 38)"
        (Get-Item $file | Import-SeccompProfile).Syscalls.Count | Should -Be $json.syscalls.Count
    }

    It 'are what -SeccompProfile takes: a path, an object, a hashtable, what came of JSON' {
        $p = New-SeccompProfile Allow -Deny mkdir, mkdirat
        $null = $p | Export-SeccompProfile $file
        $hashtable = @{ defaultAction = 'Allow'; syscalls = @{ names = 'mkdir', 'mkdirat'; action = 'Errno' } }
        foreach ($profile in $file, (Get-Item $file), $p, $hashtable, ($p | ConvertTo-Json -Depth 9 | ConvertFrom-Json), (Get-Content -Raw $file | ConvertFrom-Json)) {
            Invoke-Container -Rootfs $rootfs -Ephemeral -SeccompProfile $profile -- sh -c 'mkdir /tmp/x 2>/dev/null; echo $?' | Should -Be 1
        }
    }

    It 'write over a file only with -Force, and nothing with -WhatIf' {
        Export-SeccompProfile $file Default -WhatIf
        $file | Should -Not -Exist
        Set-Content $file 'mine'
        Export-SeccompProfile $file Default -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.CategoryInfo.Category, (Get-Content $file) | Should -Be ResourceExists, mine
        $null = Export-SeccompProfile $file Default -Force
        (Import-SeccompProfile $file).DefaultAction | Should -Be SCMP_ACT_ERRNO
    }

    It 'tell each file that is none, and read the others' {
        $null = Export-SeccompProfile $file Default
        $read = Import-SeccompProfile /no/such, $file, /etc/passwd -ErrorAction SilentlyContinue -ErrorVariable failures
        @($read).Count, $failures.Count | Should -Be 1, 2
    }

    It 'are compiled once' {
        $p = New-SeccompProfile -Base Default -Deny (@('mkdir', 'rmdir', 'link', 'chmod' | Get-Random -Count 2) + 'sync')
        $cache = Join-Path $env:PSCONTAINER_ROOT '.cache/seccomp'
        $before = @(Get-ChildItem $cache -ErrorAction Ignore).Count
        1..2 | ForEach-Object { Invoke-Container -Rootfs $rootfs -SeccompProfile $p -- true }
        @(Get-ChildItem $cache).Count - $before | Should -BeLessOrEqual 1
        @(Get-ChildItem $cache).Count | Should -BeGreaterThan 0
    }
}

Describe 'Capabilities of a user' {
    It 'are those that were given by name' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-caps" -User 1000 -DropCapability All -AddCapability NetBindService
        $c.EffectiveCapabilities, $c.AmbientCapabilities, $c.BoundingCapabilities | Should -Be NetBindService, NetBindService, NetBindService
        Invoke-ContainerCommand $c -- sh -c 'grep CapEff /proc/self/status' | Should -BeLike '*0000000000000400'
        Invoke-ContainerCommand $c -User 0 -- sh -c 'grep CapInh /proc/self/status' | Should -BeLike '*0000000000000000'
        Test-Container $c -Quiet | Should -BeTrue
    }

    It 'are none where none was named' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-nocaps" -User 1000
        $c.EffectiveCapabilities.Count, $c.AmbientCapabilities.Count, $c.BoundingCapabilities.Count | Should -Be 0, 0, 14
    }
}

Describe 'A container shows what is in force' {
    It 'as the kernel says' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-shown" -ReadOnly -User 1000:1000 -AdditionalGroup 7 -Tmpfs /tmp -MaskedPath /etc
        $c.UserId, $c.GroupId, $c.NoNewPrivileges, "$($c.SeccompMode)" | Should -Be 1000, 1000, $true, Filter
        $c.SeccompFilterCount | Should -BeGreaterOrEqual 1
        $c.AdditionalGroups | Should -Contain 7
        $c.MaskedPaths | Should -Contain /proc/keys
        $c.MaskedPaths | Should -Contain /etc
        $c.MaskedPaths | Should -Not -Contain /sys/fs/cgroup
        $c.ReadOnlyPaths | Should -Contain /
        $c.ReadOnlyPaths | Should -Contain /proc/sys
        $c.ReadOnlyPaths | Should -Not -Contain /tmp
        "$($c.UidMap)" | Should -Be '0:0:4294967295'
        ($c | Format-List * | Out-String) | Should -Match 'NoNewPrivileges +: True'
    }

    It 'and not what was asked: a loosened one says so' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-loose" -AllowNewPrivileges -SeccompProfile Unconfined -AddCapability NetAdmin
        $c.NoNewPrivileges | Should -BeFalse
        $c.EffectiveCapabilities | Should -Contain NetAdmin
    }

    It 'and null when it is gone' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-gone" -- true
        $c | Wait-Container | Should -Not -BeNullOrEmpty
        foreach ($name in 'UserId', 'EffectiveCapabilities', 'NoNewPrivileges', 'SeccompMode', 'SecurityLabel', 'MaskedPaths', 'UidMap') {
            $c.$name | Should -Be $null -Because $name
        }
        $c | Remove-Container
        $c.BoundingCapabilities | Should -Be $null
    }

    It '-Privileged, loud' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-loud" -Privileged -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -BeLike '*turns confinement off*'
        $c.EffectiveCapabilities | Should -Contain SysAdmin
        $c.MaskedPaths | Should -BeNullOrEmpty
        $c.NoNewPrivileges | Should -BeFalse
    }
}

Describe '-Landlock' {
    It 'is a second wall, for the command and for what is executed later' {
        if (-not $hasLandlock) { Set-ItResult -Skipped -Because 'the kernel has no Landlock'; return }
        $c = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-wall" -Landlock '/bin:rx', '/tmp:rw'
        Invoke-ContainerCommand $c -- sh -c 'echo x >/tmp/x && cat /tmp/x' | Should -Be x
        Invoke-ContainerCommand $c -- cat /etc/passwd 2>&1 | Should -BeLike '*denied*'
        Invoke-ContainerCommand $c -- sh -c 'echo x >/dev/null && echo written' | Should -Be written
        ($c | Test-Container | Where-Object Check -eq Landlock).Asked | Should -Be '/bin:rx /tmp:rw /dev:rw'
    }

    It 'takes a hashtable and objects' {
        if (-not $hasLandlock) { Set-ItResult -Skipped -Because 'the kernel has no Landlock'; return }
        Invoke-Container -Rootfs $rootfs -Landlock @{ '/bin' = 'rx'; '/etc/passwd' = 'r' } -- head -c 4 /etc/passwd | Should -Be root
        Invoke-Container -Rootfs $rootfs -Landlock ([PSContainer.Security.Landlock.LandlockRule]::Parse('/bin:rx')), '/etc:r' -- head -c 4 /etc/passwd | Should -Be root
    }

    It 'refuses <Rule>' -ForEach @(
        @{ Rule = '/bin'; Message = '*not a rule*PATH:ACCESS*' }
        @{ Rule = '/bin:'; Message = '*PATH:ACCESS*' }
        @{ Rule = '/bin:rwz'; Message = '*no access*' }
        @{ Rule = 'bin:r'; Message = '*absolute path*' }
        @{ Rule = '/../etc:r'; Message = '*must not go up*' }
        @{ Rule = '/no/such/path:r'; Message = '*not in the root filesystem*' }
    ) {
        { Start-Container -Rootfs $rootfs -Name "$prefix-bad" -Landlock $Rule -ErrorAction Stop } | Should -Throw -ExpectedMessage $Message
        Get-Container "$prefix-bad*" | Should -BeNullOrEmpty
    }
}

Describe 'A label of a security module' {
    It 'that the kernel does not enforce is refused before anything is made: <Module>' -ForEach @(
        @{ Module = 'AppArmor'; Words = @{ AppArmorProfile = 'psc-no-such-profile' } }
        @{ Module = 'SELinux'; Words = @{ SELinuxLabel = 'psc_u:psc_r:psc_t:s0' } }
    ) {
        $null = Start-Container -Rootfs $rootfs -Name "$prefix-label" @Words -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].Exception.Message | Should -BeLike "*$Module*"
        $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-Container "$prefix-label*" | Should -BeNullOrEmpty
    }
}
