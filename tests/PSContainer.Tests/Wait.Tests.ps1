# Wait-Container: for an end, a state, a port, a line, a file, a command, a script; and many containers at once.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $null = Start-Container -Rootfs $rootfs -Name "$prefix-one" -- sleep 600
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Wait-Container' {
    It 'waits for several at once and emits each as it ends' {
        $slow = Start-Container -Rootfs $rootfs -Name "$prefix-slow" -- sleep 600
        $fast = Start-Container -Rootfs $rootfs -Name "$prefix-fast" -- sleep 0.1
        # The slow one ends when the fast one has been told of.
        $slow, $fast | Wait-Container -Timeout 60s | ForEach-Object {
            if ($_ -eq $fast) { $slow | Stop-Container -Force }
            $_.Name
        } | Should -Be "$prefix-fast", "$prefix-slow"
    }

    It 'is content with one of them' {
        $slow = Start-Container -Rootfs $rootfs -Name "$prefix-slower" -- sleep 600
        $fast = Start-Container -Rootfs $rootfs -Name "$prefix-faster" -- true
        $slow, $fast | Wait-Container -Any -Timeout 60s | Should -Be $fast
    }

    It 'waits for a port' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-port" -ShellCommand 'sleep 0.3; exec nc -l -p 8080'
        $c | Wait-Container -ForPort 8080 -Timeout 60s | Should -Be $c
    }

    It 'takes nobody else''s listener for its port' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        try {
            $port = $listener.LocalEndpoint.Port
            $c = Start-Container -Rootfs $rootfs -Network Host -Name "$prefix-host" -ShellCommand "while [ ! -e /dev/shm/go ]; do sleep 0.05; done; exec nc -l -p 0"
            $c | Wait-Container -ForPort $port -Timeout 0.5s -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $problem.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        }
        finally { $listener.Stop() }
        # Its own it knows, also where the process is one that was executed in it.
        $null = Start-ContainerProcess $c -- nc -l -p $port
        $c | Wait-Container -ForPort $port -Timeout 60s | Should -Be $c
    }

    It 'waits for a file and for a command' {
        $c = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-file" -ShellCommand 'sleep 0.2; touch /tmp/done; sleep 600'
        $c | Wait-Container -ForFile /tmp/done -Timeout 60s | Should -Be $c
        $c | Wait-Container -ForCommand test, -e, /tmp/done -Timeout 60s | Should -Be $c
    }

    It 'waits for a script block' {
        $c = Get-Container "$prefix-file"
        $c | Wait-Container -ForScript { $_.State -eq 'Running' } -Timeout 60s | Should -Be $c
        $c | Wait-Container -ForScript { $false } -Timeout 300ms -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
    }

    It 'gives up in time, and says what for' {
        Get-Container "$prefix-one" | Wait-Container -ForLog 'never said' -Timeout 300ms -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        $problem.CategoryInfo.Category | Should -Be OperationTimeout
        "$problem" | Should -Match 'never said'
    }

    It 'fails at once, with the log, when the container exits first' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-early" -ShellCommand 'echo it is broken; exit 4'
        $c | Wait-Container -ForPort 80 -Timeout 600s -ErrorVariable problem -ErrorAction SilentlyContinue
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
        $problem.Exception | Should -BeOfType ([PSContainer.ContainerExitedException])
        $problem.Exception.ExitCode | Should -Be 4
        $problem.Exception.LogTail | Should -Contain 'it is broken'
    }

    It 'waits for a state' { Get-Container "$prefix-one" | Wait-Container -ForState Running -Timeout 60s | ForEach-Object Name | Should -Be "$prefix-one" }
}

Describe 'Many at once' {
    It 'start from parallel runspaces and leave nothing' {
        $module = Get-TestedModulePath
        $codes = 1..6 | ForEach-Object -ThrottleLimit 3 -Parallel {
            Import-Module $using:module
            $c = Start-Container -Rootfs $using:rootfs.FullName -Name "$using:prefix-par-$_" -- sh -c "exit $_" | Wait-Container -Timeout 60s
            $c.ExitCode
            $c | Remove-Container
        }
        $codes | Sort-Object | Should -Be (1..6)
        Get-Container "$prefix-par-*" | Should -BeNullOrEmpty
    }
}
