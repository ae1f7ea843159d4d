# A container's life: made, started, found, frozen, asked, stopped, started again, removed.

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

Describe 'Start-Container' {
    It 'says that a path is no container but may be a root filesystem' {
        Start-Container $rootfs.FullName -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike "*Start-Container -Rootfs $rootfs*"
    }

    It 'emits the running container at once' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-one" -- sleep 60
        $c | Should -BeOfType ([PSContainer.Containers.Container])
        $c.Name, "$($c.State)", $c.HasExited | Should -Be "$prefix-one", 'Running', $false
        Get-Process -Id $c.Pid | Should -Not -BeNullOrEmpty
        $c.Command | Should -Be 'sleep', '60'
        "$c" | Should -Be "$prefix-one"
        $c.StartTime | Should -BeGreaterThan (Get-Date).AddMinutes(-5)
        $c.ExitCode | Should -BeNullOrEmpty
    }

    It 'keeps a container alive without a command' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-idle"
        Invoke-ContainerCommand $c -- echo here | Should -Be here
        Start-Sleep -Milliseconds 200
        $c.State | Should -Be Running
    }

    It 'makes up a name' {
        $c = Start-Container -Rootfs $rootfs -RemoveOnExit -- sleep 60
        try { $c.Name | Should -Match '^[a-z]+-[a-z]+-[0-9a-f]{4}$' }
        finally { $c | Remove-Container -Force }
    }

    It 'refuses a name that is taken, and says what to do' {
        $null = Start-Container -Rootfs $rootfs -Name "$prefix-one" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -Be 'ContainerAlreadyExists,PSContainer.Commands.StartContainerCommand'
        $problem.CategoryInfo.Category | Should -Be ResourceExists
        $problem.ErrorDetails.RecommendedAction | Should -Match "$prefix-one"
    }

    It 'takes a root filesystem through the pipeline' {
        $c = $rootfs | Start-Container -Name "$prefix-piped" -- sleep 60
        $c.Rootfs | Should -Be $rootfs.FullName
    }

    It 'takes words, variables, users, directories and host names inside' {
        Invoke-Container -Rootfs $rootfs -Hostname inside -User 1000:50 -WorkingDirectory /tmp -Environment @{ COLOUR = 'green'; PATH = '/bin' } -- sh -c 'hostname; id -u; id -g; pwd; echo $COLOUR' |
            Should -Be 'inside', '1000', '50', '/tmp', 'green'
    }

    It 'opens a SecureString only inside' {
        $secret = ConvertTo-SecureString 'pssst' -AsPlainText -Force
        Invoke-Container -Rootfs $rootfs -Environment @{ TOKEN = $secret } -ShellCommand 'echo $TOKEN' | Should -Be pssst
    }

    It 'keeps what it writes to itself when it is ephemeral' {
        Invoke-Container -Rootfs $rootfs -Ephemeral -- sh -c 'echo x > /etc/new && cat /etc/new' | Should -Be x
        Join-Path $rootfs etc/new | Should -Not -Exist
    }

    It 'cannot write where it is read-only' {
        Invoke-Container -Rootfs $rootfs -ReadOnly -- touch /etc/new 2>$null
        $LASTEXITCODE | Should -Be 1
        Invoke-Container -Rootfs $rootfs -ReadOnly -Tmpfs /tmp -- touch /tmp/new
        $LASTEXITCODE | Should -Be 0
    }

    It 'shows what is mounted, read-only where asked' {
        $shared = New-Item -ItemType Directory (Join-Path $TestDrive shared)
        Set-Content (Join-Path $shared file) from-host
        Invoke-Container -Rootfs $rootfs -Mount "${shared}:/mnt/shared:ro" -ShellCommand 'cat /mnt/shared/file; touch /mnt/shared/x 2>/dev/null || echo refused' |
            Should -Be from-host, refused
    }

    It 'has the host''s files under an empty layer with -Rootfs Host' {
        $marker = "/var/tmp/$(New-TestName)"
        Invoke-Container -Rootfs Host -- sh -c "touch $marker && test -e $marker && cat /etc/hostname" | Should -Be (Get-Content /etc/hostname)
        $marker | Should -Not -Exist
    }

    It 'is in namespaces of its own' {
        $c = Get-Container "$prefix-one"
        ($c.Namespaces | Where-Object { -not $_.IsHost }).Type | Sort-Object | Should -Be cgroup, ipc, mount, network, pid, uts
        $shared = Start-Container -Rootfs $rootfs -Name "$prefix-host" -Network Host -PidMode Host -- sleep 60
        ($shared.Namespaces | Where-Object IsHost).Type | Should -Contain network
        ($shared.Namespaces | Where-Object IsHost).Type | Should -Contain pid
    }

    It 'joins another container''s network' {
        $first = Get-Container "$prefix-one"
        $second = Start-Container -Rootfs $rootfs -Name "$prefix-joined" -Network $first -- sleep 60
        ($second.Namespaces | Where-Object Type -eq network).Inode | Should -Be ($first.Namespaces | Where-Object Type -eq network).Inode
    }

    It 'ends a container after its -Timeout' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-timeout" -Timeout 500ms -- sleep 60
        $c | Wait-Container -Timeout 60s | Should -Be $c
        $c.ExitCode | Should -Be 137
    }

    It 'removes a container that ends when it is asked to' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-gone" -RemoveOnExit -- true
        Wait-Until { -not (Get-Container "$prefix-gone" -ErrorAction Ignore) } | Should -BeTrue
        $c.HasExited | Should -BeTrue
    }
}

Describe 'New-Container' {
    It 'makes everything and starts nothing' {
        $c = New-Container -Rootfs $rootfs -Name "$prefix-new" -- sh -c 'cat /tmp/wired; sleep 60'
        $c.State | Should -Be Created
        $c.StartTime | Should -BeNullOrEmpty
        Set-Content "$($c.RootPath)/tmp/wired" in-between
        ($c | Start-Container).State | Should -Be Running
        $c | Wait-Container -ForLog in-between -Timeout 60s | Should -Be $c
    }

    It 'emits a plan and makes nothing' {
        $before = @(Get-Container).Count
        $steps = New-Container -Rootfs $rootfs -PlanOnly -MemoryMax 64MB -- id
        $steps[0] | Should -BeOfType ([PSContainer.Plan.PlanStep])
        $steps.Number | Should -Be (1..$steps.Count)
        $steps.Call | Should -Contain clone3
        $steps.Call | Should -Contain pivot_root
        $steps[-1].Call | Should -Be execve
        @(Get-Container).Count | Should -Be $before
    }

    It 'has plans that can be compared' {
        $usual = New-Container -Rootfs $rootfs -PlanOnly -- id
        $free = New-Container -Rootfs $rootfs -PlanOnly -AllowNewPrivileges -- id
        $difference = Compare-Object $usual $free -Property Step, Call
        $difference.Step | Should -Contain SetNoNewPrivileges
    }
}

Describe '-WhatIf' {
    It 'lists the steps of a start and makes nothing' {
        $said = Invoke-OtherPowerShell "Start-Container -Rootfs '$rootfs' -Name '$prefix-whatif' -WhatIf"
        $said.Count | Should -BeGreaterThan 20
        $said | Should -Match '^What if:'
        "$said" | Should -Match 'pivot_root|EnterRoot'
        Get-Container "$prefix-whatif" -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'keeps <Name> from doing anything' -ForEach @(
        @{ Name = 'Stop-Container' }, @{ Name = 'Remove-Container' }, @{ Name = 'Suspend-Container' }, @{ Name = 'Restart-Container' }
    ) {
        $c = Get-Container "$prefix-one"
        $was = $c.Pid
        $c | & $Name -WhatIf
        $c.State, $c.Pid | Should -Be Running, $was
    }
}

Describe 'Get-Container' {
    It 'finds by name, id, beginning of id, pattern and object' {
        $c = Get-Container "$prefix-one"
        Get-Container $c.Id | Should -Be $c
        Get-Container $c.Id.Substring(0, 20) | Should -Be $c
        Get-Container -Id $c.Id.Substring(0, 12) | Should -Be $c
        Get-Container "$prefix-on?" | Should -Be $c
        $c | Get-Container | Should -Be $c
        [pscustomobject]@{ Name = $c.Name } | Get-Container | Should -Be $c
        $c | Select-Object Name, Id | Get-Container | Should -Be $c
    }

    It 'finds the container of a process' {
        $c = Get-Container "$prefix-one"
        Get-Process -Id $c.Pid | Get-Container | Should -Be $c
        Get-Process -Id $PID | Get-Container | Should -BeNullOrEmpty
    }

    It 'selects by state and label' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-label" -Label @{ team = 'blue'; tier = 'web' } -- sleep 60
        Get-Container "$prefix*" -Label @{ team = 'blue' } | Should -Be $c
        Get-Container "$prefix*" -Label team=bl* | Should -Be $c
        Get-Container "$prefix*" -Label @{ team = 'red' } | Should -BeNullOrEmpty
        Get-Container "$prefix*" -State Running | Should -Contain $c
        Get-Container "$prefix*" -State Dead | Should -BeNullOrEmpty
    }

    It 'emits objects that survive CSV and JSON' {
        $c = Get-Container "$prefix-one"
        $c | Select-Object Name, State, Pid, Command | ConvertTo-Csv | ConvertFrom-Csv | Get-Container | Should -Be $c
        $c | Select-Object Name, Id | ConvertTo-Json | ConvertFrom-Json | Get-Container | Should -Be $c
    }
}

Describe 'Suspend-Container and Resume-Container' {
    It 'stop and continue all processes' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-frozen" -ShellCommand 'echo begun; i=0; while :; do i=$((i+1)); echo $i >/count; sleep 0.05; done'
        $null = $c | Wait-Container -ForLog begun
        ($c | Suspend-Container -PassThru).State | Should -Be Paused
        $count = Get-Content -Raw "$rootfs/count" -ErrorAction Ignore
        Start-Sleep -Milliseconds 300
        Get-Content -Raw "$rootfs/count" -ErrorAction Ignore | Should -Be $count
        ($c | Resume-Container -PassThru).State | Should -Be Running
        Wait-Until { (Get-Content -Raw "$rootfs/count" -ErrorAction Ignore) -notin $null, $count } | Should -BeTrue
    }

    It 'say so when there is nothing to freeze' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-ended" -- true | Wait-Container
        $c | Suspend-Container -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        $problem.CategoryInfo.Category | Should -Be InvalidOperation
    }
}

Describe 'Send-ContainerSignal' {
    It 'reaches the first process' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-signal" -ShellCommand 'trap "echo got usr1" USR1; echo ready; while :; do sleep 0.05; done'
        $null = $c | Wait-Container -ForLog ready
        Send-ContainerSignal $c USR1 -PassThru | Should -Be $c
        $c | Wait-Container -ForLog 'got usr1' -Timeout 60s | Should -Be $c
    }

    It 'is handed on by the init' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-init" -Init -ShellCommand 'trap "echo got term; exit 7" TERM; echo ready; while :; do sleep 0.05; done'
        $null = $c | Wait-Container -ForLog ready
        $c | Send-ContainerSignal -Signal TERM
        ($c | Wait-Container -Timeout 60s).ExitCode | Should -Be 7
    }
}

Describe 'Stop-Container' {
    It 'asks, and takes the exit code' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-polite" -ShellCommand 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done'
        $null = $c | Wait-Container -ForLog ready
        ($c | Stop-Container -PassThru).ExitCode | Should -Be 5
        $c.State, $c.HasExited | Should -Be Exited, $true
        $c.ExitTime | Should -BeGreaterThan $c.CreatedTime
    }

    It 'kills what does not listen' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-deaf" -- sleep 600
        ($c | Stop-Container -Timeout 300ms -PassThru).ExitCode | Should -Be 137
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'kills at once with -Force' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-force" -- sleep 60
        $c | Stop-Container -Force
        Wait-Until { $c.HasExited } | Should -BeTrue
        ($c | Wait-Container -Timeout 60s).ExitCode | Should -Be 137
    }

    It 'uses the signal that the container was made with' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-stopsignal" -StopSignal USR2 -ShellCommand 'trap "exit 9" USR2; echo ready; while :; do sleep 0.05; done'
        $null = $c | Wait-Container -ForLog ready
        ($c | Stop-Container -PassThru).ExitCode | Should -Be 9
    }

    It 'leaves an ended container as it is' { Get-Container "$prefix-polite" | Stop-Container -ErrorAction Stop -PassThru | ForEach-Object ExitCode | Should -Be 5 }
}

Describe 'Start and restart' {
    It 'starts an ended container again' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-again" -ShellCommand 'echo run; exit 3' | Wait-Container -Timeout 60s
        $c.ExitCode | Should -Be 3
        $c | Start-Container | Wait-Container -Timeout 60s | ForEach-Object ExitCode | Should -Be 3
        @($c | Get-ContainerLog | Where-Object Message -eq run).Count | Should -BeGreaterOrEqual 1
    }

    It 'begins anew with the layer of an ephemeral container, which is in memory' {
        $c = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-layer"
        Invoke-ContainerCommand $c -- sh -c 'echo x > /etc/written; test -e /etc/written'
        $LASTEXITCODE | Should -Be 0
        $c | Restart-Container -Force
        $c.State | Should -Be Running
        $c.ExitCode | Should -BeNullOrEmpty
        Invoke-ContainerCommand $c -- test -e /etc/written
        $LASTEXITCODE | Should -Be 1
    }

    It 'restarts with another process' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-restart" -- sleep 60
        $was = $c.Pid
        ($c | Restart-Container -Timeout 0.2 -PassThru).State | Should -Be Running
        $c.Pid | Should -Not -Be $was
    }

    It 'takes a name' { Start-Container -Name "$prefix-again" | Should -Be (Get-Container "$prefix-again") }
}

Describe 'Remove-Container' {
    It 'refuses one that runs' {
        $c = Get-Container "$prefix-one"
        $c | Remove-Container -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Force'
        $c.State | Should -Be Running
    }

    It 'leaves nothing' {
        $c = Get-Container "$prefix-one"
        $state = $c.StateDirectory
        $cgroup = "$($c.Cgroup)"
        $c | Remove-Container -Force
        $state | Should -Not -Exist
        Get-ChildItem /sys/fs/cgroup -Directory | Where-Object { Test-Path "$_$cgroup" } | Should -BeNullOrEmpty
        Get-Container "$prefix-one" -ErrorAction Ignore | Should -BeNullOrEmpty
        $c.Name, $c.HasExited, $c.Pid | Should -Be "$prefix-one", $true, $null
    }

    It 'frees the name' { (Start-Container -Rootfs $rootfs -Name "$prefix-one" -- sleep 60).State | Should -Be Running }
}
