# Whatever is killed, and whenever: what is left can be listed and cleared, and what is bound to a session goes with it.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $pwsh = (Get-Process -Id $PID).Path

    function Start-OtherPowerShell([string] $script) {
        $start = [Diagnostics.ProcessStartInfo]::new($pwsh)
        '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$(Get-TestedModulePath)'; $script" | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        [Diagnostics.Process]::Start($start)
    }

    function Get-TestCgroup([string] $id) { Get-ChildItem /sys/fs/cgroup -Recurse -Depth 1 -Directory -Filter "pscontainer-$id" }

    # Read by cat: .NET takes a lock to read, which the monitor holds.
    function Get-MonitorId($container) {
        $id = [int](& cat (Join-Path $container.StateDirectory monitor))
        if ($id -le 1) { throw 'There is no monitor.' }
        $id
    }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'When PowerShell is killed' {
    It 'what -SessionBound started ends, however that was' {
        $other = Start-OtherPowerShell "(Start-Container -Rootfs '$rootfs' -Name '$prefix-bound' -SessionBound -- sleep 600).Id; Start-Sleep 600"
        $null = $other.StandardOutput.ReadLine()
        $c = Get-Container "$prefix-bound"
        $c.State | Should -Be Running
        $other | Stop-Process -Force
        Wait-Until { $c.HasExited } | Should -BeTrue
        Get-Container "$prefix-bound" | Remove-Container -Force
    }

    It 'what was not bound goes on' {
        $other = Start-OtherPowerShell "(Start-Container -Rootfs '$rootfs' -Name '$prefix-free' -ShellCommand 'while :; do echo tick; sleep 0.1; done').Id; Start-Sleep 600"
        $null = $other.StandardOutput.ReadLine()
        $other | Stop-Process -Force
        $c = Get-Container "$prefix-free"
        Start-Sleep -Milliseconds 500
        $c.State | Should -Be Running
        $lines = @($c | Get-ContainerLog).Count
        Wait-Until { @($c | Get-ContainerLog).Count -gt $lines } | Should -BeTrue -Because 'its output is still kept'
        $c | Remove-Container -Force
    }

    It 'what Invoke-Container runs ends, and can be cleared' {
        $before = @(Get-Container).Id
        $other = Start-OtherPowerShell "Invoke-Container -Rootfs '$rootfs' -Name '$prefix-invoked' -- sh -c 'echo ready; sleep 600'"
        $other.StandardOutput.ReadLine() | Should -Be ready
        $c = Get-Container "$prefix-invoked"
        $process = $c.Pid
        $other | Stop-Process -Force
        Wait-Until { -not (Get-Process -Id $process -ErrorAction Ignore) } | Should -BeTrue
        Get-Container "$prefix-invoked" -ErrorAction Ignore | Remove-Container -Force
        @(Get-Container).Id | Where-Object { $_ -notin $before } | Should -BeNullOrEmpty
        Wait-Until { -not (Get-TestCgroup $c.Id) } | Should -BeTrue
    }

    It 'in the middle of starts, nothing is left that cannot be cleared' {
        foreach ($delay in 0, 15, 40, 90) {
            $other = Start-OtherPowerShell "'ready'; 1..200 | ForEach-Object { `$null = Start-Container -Rootfs '$rootfs' -Name `"$prefix-storm-$delay-`$_`" -- sleep 600 }"
            $null = $other.StandardOutput.ReadLine()
            Start-Sleep -Milliseconds (150 + $delay)
            $other | Stop-Process -Force
            $other.WaitForExit()
        }
        # What was under way goes on by itself, to an end or to a container.
        Wait-Until { -not (Get-Container -State Creating) } | Should -BeTrue
        { Get-Container | Format-Table | Out-String } | Should -Not -Throw
        $left = @(Get-Container | Where-Object { $_.Name -like "$prefix-storm-*" -or $_.State -eq 'Dead' })
        $left | Remove-Container -Force -ErrorAction Stop
        Get-Container "$prefix-storm-*" | Should -BeNullOrEmpty
        Get-Container -State Dead | Should -BeNullOrEmpty
        foreach ($c in $left) { Get-TestCgroup $c.Id | Should -BeNullOrEmpty }
    }
}

Describe 'When PowerShell is killed at a call' -Skip:(-not (Get-Command strace -CommandType Application -ErrorAction Ignore)) {
    BeforeAll {
        # At the Nth call of its kind that a thread of that PowerShell makes, or of what it starts: each is counted for itself.
        # strace ends with the last of them, so the container must.
        function Stop-AtCall([string] $call, [int] $number, [string] $script) {
            & strace -f -qq --seccomp-bpf -o /dev/null -e "trace=$call" -e "inject=${call}:signal=KILL:when=$number" $pwsh -NoProfile -NonInteractive -Command "Import-Module '$(Get-TestedModulePath)'; $script" 2>&1 | Out-Null
            $LASTEXITCODE
        }
    }

    It 'of Start-Container: <Call> <Number>, what is left is cleared' -ForEach @(
        @{ Call = 'mkdirat'; Number = 1 }, @{ Call = 'mkdirat'; Number = 2 }, @{ Call = 'symlinkat'; Number = 1 }, @{ Call = 'renameat2'; Number = 1 }
        @{ Call = 'unlinkat'; Number = 1 }
    ) {
        $before = @(Get-Container).Id
        $null = Stop-AtCall $Call $Number "Start-Container -Rootfs '$rootfs' -Name '$prefix-at-$Call-$Number' -- sleep 2"
        Wait-Until { -not (Get-Container -State Creating) } | Should -BeTrue
        { Get-Container | Format-Table | Out-String } | Should -Not -Throw
        $left = @(Get-Container | Where-Object Id -notin $before)
        $left | ForEach-Object { $_.State | Should -BeIn Running, Exited, Dead }
        $left | Remove-Container -Force -ErrorAction Stop
        @(Get-Container | Where-Object Id -notin $before) | Should -BeNullOrEmpty
        foreach ($c in $left) { Get-TestCgroup $c.Id | Should -BeNullOrEmpty }
    }

    It 'of Remove-Container: <Call> <Number>, another finishes it' -ForEach @(
        @{ Call = 'pidfd_send_signal'; Number = 1 }, @{ Call = 'unlinkat'; Number = 1 }
    ) {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-removed-$Call-$Number" -- sleep 600
        Stop-AtCall $Call $Number "Remove-Container -Force '$($c.Id)'" | Should -Not -Be 0
        { $c | Format-List * | Out-String } | Should -Not -Throw
        Get-Container $c.Id -ErrorAction Ignore | Remove-Container -Force -ErrorAction Stop
        Get-Container $c.Id -ErrorAction Ignore | Should -BeNullOrEmpty
        Wait-Until { -not (Get-TestCgroup $c.Id) } | Should -BeTrue
        $c.StateDirectory | Should -Not -Exist
    }
}

Describe 'A start that fails' {
    It 'leaves no descriptor open in this process, and no process' {
        $count = { @(Get-ChildItem /proc/self/fd).Count }
        $null = Start-Container -Rootfs $rootfs -Command /no/such -ErrorAction SilentlyContinue
        [GC]::Collect()
        $before = & $count
        foreach ($i in 1..10) {
            { Start-Container -Rootfs $rootfs -Name "$prefix-fails" -Mount "${rootfs}:/proc/x" -ErrorAction Stop -- sleep 600 } | Should -Throw
        }
        & $count | Should -BeLessOrEqual ($before + 1)
        Get-Container "$prefix-fails*" | Should -BeNullOrEmpty
    }
}

Describe 'When the monitor is killed' {
    It 'the container is still seen for what it is, and can be stopped and removed' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-unwatched" -- sleep 600
        Stop-Process -Force -Id (Get-MonitorId $c)
        Start-Sleep -Milliseconds 200
        $c.State | Should -BeIn Running, Exited
        $c | Stop-Container -Force -ErrorAction Stop
        Wait-Until { $c.HasExited } | Should -BeTrue
        { $c | Format-List * | Out-String } | Should -Not -Throw
        $c | Wait-Container -Timeout 60s | Should -Be $c
        $c | Remove-Container -ErrorAction Stop
        Get-TestCgroup $c.Id | Should -BeNullOrEmpty
    }

    It 'following its log ends' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-unlogged" -ShellCommand 'echo one; sleep 600'
        $null = $c | Wait-Container -ForLog one
        Stop-Process -Force -Id (Get-MonitorId $c)
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $c | Get-ContainerLog -Follow | ForEach-Object Message | Should -Be one
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 30
        $c | Remove-Container -Force
    }
}

Describe 'When the first process is killed' {
    It 'the container has exited, by signal 9' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-init" -ShellCommand 'sleep 600 & sleep 600 & wait'
        $others = ($c | Get-ContainerProcess).Id
        Stop-Process -Force -Id $c.Pid
        ($c | Wait-Container -Timeout 60s).ExitCode | Should -Be 137
        $c.State | Should -Be Exited
        Wait-Until { -not (Get-Process -Id $others -ErrorAction Ignore) } | Should -BeTrue
        $c | Remove-Container -ErrorAction Stop
        Get-TestCgroup $c.Id | Should -BeNullOrEmpty
    }

    It 'while it waits to be started, the container can be removed' {
        $c = New-Container -Rootfs $rootfs -Name "$prefix-parked" -- sleep 600
        Stop-Process -Force -Id $c.Pid
        Wait-Until { $c.HasExited } | Should -BeTrue
        $c | Remove-Container -Force -ErrorAction Stop
        Get-Container "$prefix-parked" -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'When both are killed' {
    It 'what is left is cleared, mounts and all' {
        $c = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-both" -- sleep 600
        $monitor = Get-MonitorId $c
        Stop-Process -Force -Id $monitor, $c.Pid
        Wait-Until { $c.HasExited } | Should -BeTrue
        $c | Remove-Container -Force -ErrorAction Stop
        Get-TestCgroup $c.Id | Should -BeNullOrEmpty
        Get-Content /proc/self/mountinfo | Select-String $c.Id | Should -BeNullOrEmpty
        $c.StateDirectory | Should -Not -Exist
    }
}
