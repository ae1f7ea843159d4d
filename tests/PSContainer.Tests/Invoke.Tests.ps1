# Invoke-Container and Invoke-ContainerCommand: they behave as native commands do.

BeforeDiscovery {
    $ways = @(
        @{ Way = 'Invoke-Container'; Run = { param($line) $input | Invoke-Container -Rootfs $rootfs -- sh -c $line } }
        @{ Way = 'Invoke-ContainerCommand'; Run = { param($line) $input | Invoke-ContainerCommand $running -- sh -c $line } }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $running = Start-Container -Rootfs $rootfs -Name "$prefix-running"
    # What every test begins with; a test changes it for itself.
    $PSNativeCommandUseErrorActionPreference = $false
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe '<Way>' -ForEach $ways {
    It 'emits lines of text and sets $LASTEXITCODE' {
        $lines = & $Run 'echo one; echo two; exit 3'
        $lines | Should -Be one, two
        $lines[0] | Should -BeOfType ([string])
        $LASTEXITCODE | Should -Be 3
    }

    It 'takes pipeline input as standard input' { 'b', 'c', 'a' | & $Run sort | Should -Be a, b, c }

    It 'takes a great deal of input' { 1..20000 | & $Run 'wc -l' | ForEach-Object { [int]$_ } | Should -Be 20000 }

    It 'does not take standard error for an error' {
        $ErrorActionPreference = 'Stop'
        $before = $Error.Count
        & $Run 'echo out; echo err >&2' 2>$null | Should -Be out
        $Error.Count | Should -Be $before
    }

    It 'merges standard error when asked to' {
        $all = & $Run 'echo out; echo err >&2' 2>&1
        @($all | Where-Object { $_ -is [Management.Automation.ErrorRecord] }).Count | Should -Be 1
        "$($all | Where-Object { $_ -is [Management.Automation.ErrorRecord] })" | Should -Be err
        $all | Where-Object { $_ -is [string] } | Should -Be out
    }

    It 'emits lines as they arrive, and ends when no more are wanted' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        & $Run 'i=0; while [ $i -lt 6000 ]; do echo $i; i=$((i+1)); sleep 0.1; done' | Select-Object -First 2 | Should -Be 0, 1
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'honours $PSNativeCommandUseErrorActionPreference' {
        $PSNativeCommandUseErrorActionPreference = $true
        $ErrorActionPreference = 'Stop'
        try { & $Run 'exit 3'; throw 'not reached' }
        catch { $_.Exception.GetType().Name, $_.Exception.ExitCode | Should -Be NativeCommandExitException, 3 }
    }

    It 'keeps every argument as it is' {
        $odd = "two words", '"quoted"', "it's", '$HOME', '*', '', '-v', '--', "line`nfeed", 'ünïcödé'
        $command = if ($Way -eq 'Invoke-Container') { { Invoke-Container -Rootfs $rootfs -Command (@('printf', '<%s>\n') + $odd) } }
        else { { Invoke-ContainerCommand $running -Command (@('printf', '<%s>\n') + $odd) } }
        (& $command) -join "`n" | Should -Be (($odd | ForEach-Object { "<$_>" }) -join "`n")
    }

    It 'ends with an error at a bad exit code when asked to' {
        $call = if ($Way -eq 'Invoke-Container') { { Invoke-Container -Rootfs $rootfs -ErrorOnExitCode -- sh -c 'exit 9' } }
        else { { Invoke-ContainerCommand $running -ErrorOnExitCode -- sh -c 'exit 9' } }
        try { & $call; throw 'not reached' }
        catch [PSContainer.ContainerCommandException] {
            $_.FullyQualifiedErrorId | Should -BeLike 'ContainerCommandFailed,*'
            $_.Exception.ExitCode | Should -Be 9
            $_.CategoryInfo.Category | Should -Be InvalidResult
        }
    }
}

Describe 'Invoke-Container' {
    It 'leaves nothing behind' {
        $before = @(Get-Container).Count
        Invoke-Container -Rootfs $rootfs -- true
        @(Get-Container).Count | Should -Be $before
    }

    It 'leaves nothing behind when the pipeline stops' {
        $before = @(Get-Container).Count
        $null = Invoke-Container -Rootfs $rootfs -- sh -c 'while :; do echo x; done' | Select-Object -First 1
        Wait-Until { @(Get-Container).Count -eq $before } | Should -BeTrue
    }

    It 'is process 1 of its own' { Invoke-Container -Rootfs $rootfs -- sh -c 'echo $$' | Should -Be 1 }

    It 'has a network with nothing but loopback' { Invoke-Container -Rootfs $rootfs -- ls /sys/class/net | Should -Be lo }

    It 'is killed at its -Timeout, and says so' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        try { Invoke-Container -Rootfs $rootfs -Timeout 500ms -- sleep 600; throw 'not reached' }
        catch [PSContainer.WaitTimeoutException] { $_.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*' }
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'runs in order where there are several in a pipeline' {
        'x', 'y' | Invoke-Container -Rootfs $rootfs -- sed 's/^/1/' | Invoke-Container -Rootfs $rootfs -- sed 's/^/2/' | Should -Be 21x, 21y
    }

    It 'takes pipeline input as standard input of a configuration too' {
        $spec = New-ContainerSpec -Rootfs $rootfs -- sort
        3, 1, 2 | Invoke-Container -Spec $spec | Should -Be 1, 2, 3
        $spec | Invoke-Container | Should -BeNullOrEmpty
    }

    It 'wants a command' { { Invoke-Container -Rootfs $rootfs } | Should -Throw '*no command*' }

    It 'refuses a terminal where there is none' {
        $said = Invoke-OtherPowerShell "try { Invoke-Container -Rootfs '$rootfs' -Tty -ErrorAction Stop -- true } catch { `$_.FullyQualifiedErrorId }"
        $said | Should -BeLike 'TerminalRequired,*'
    }

    It 'gives the command the console with -Tty' {
        # script(1) has a terminal; what is in it sees one.
        $call = "Import-Module '$(Get-TestedModulePath)'; Invoke-Container -Rootfs '$rootfs' -Tty -- sh -c 'tty; test -t 0 && test -t 1 && echo it-is-one'"
        $said = & script -qec "$((Get-Process -Id $PID).Path) -NoProfile -Command `"$($call.Replace('"', '\"'))`"" /dev/null
        "$said" | Should -Match '/dev/pts/0|/dev/console'
        "$said" | Should -Match 'it-is-one'
    }
}

Describe 'Invoke-ContainerCommand' {
    It 'is in the namespaces and the cgroup of the container' {
        Invoke-ContainerCommand $running -- readlink /proc/self/ns/pid | Should -Be "pid:[$(($running.Namespaces | Where-Object Type -eq pid).Inode)]"
        Invoke-ContainerCommand $running -- hostname | Should -Be $running.Hostname
    }

    It 'runs in each container of the pipeline, with empty input' {
        $second = Start-Container -Rootfs $rootfs -Name "$prefix-second" -Hostname second
        $running, $second | Invoke-ContainerCommand -ShellCommand 'hostname; cat' | Should -Be $running.Hostname, second
    }

    It 'takes a piped container although the command comes first on the command line' {
        $running | Invoke-ContainerCommand -- hostname | Should -Be $running.Hostname
        $process = $running | Start-ContainerProcess -- sleep 100
        $process.Command | Should -Be 'sleep 100'
        $process | Stop-Process
    }

    It 'gives the same input to each of several' {
        'in' | Invoke-ContainerCommand $running, "$prefix-second" -- cat | Should -Be in, in
    }

    It 'leaves no process behind when no more output is wanted' {
        Invoke-ContainerCommand $running -- sh -c 'echo first; exec sleep 597' | Select-Object -First 1 | Should -Be first
        Wait-Until { -not (Get-ContainerProcess $running | Where-Object Command -eq 'sleep 597') } | Should -BeTrue
        Wait-Until {
            -not (Get-Process -Name pscontainer -ErrorAction Ignore | Where-Object { $_.CommandLine -match "exec.*$($running.Id)" })
        } | Should -BeTrue
    }

    It 'kills the command at its -Timeout, and says so' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Invoke-ContainerCommand $running -Timeout 300ms -ErrorVariable problem -ErrorAction SilentlyContinue -- sleep 598
        $problem.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        $LASTEXITCODE | Should -Be 137
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
        Get-ContainerProcess $running | Where-Object Command -eq 'sleep 598' | Should -BeNullOrEmpty
        $running.State | Should -Be Running
    }

    It 'takes user, directory and variables' {
        Invoke-ContainerCommand $running -User 1000:50 -WorkingDirectory /tmp -Environment @{ A = 'b c' } -- sh -c 'id -u; id -g; pwd; echo $A' | Should -Be 1000, 50, /tmp, 'b c'
    }

    It 'has the protections of the container' {
        Invoke-ContainerCommand $running -- grep -E '^(NoNewPrivs|Seccomp|CapEff):' /proc/self/status | ForEach-Object { $_ -replace '\s+', ' ' } |
            Should -Be 'CapEff: 00000000a80425fb', 'NoNewPrivs: 1', 'Seccomp: 2'
    }

    It 'says so when the container does not run' {
        $ended = Start-Container -Rootfs $rootfs -Name "$prefix-ended" -- true | Wait-Container -Timeout 60s
        Invoke-ContainerCommand $ended -ErrorVariable problem -ErrorAction SilentlyContinue -- id
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotRunning,*'
        $problem.TargetObject | Should -Be $ended
    }

    It 'sets the exit codes that say the command is missing or no program' {
        Invoke-ContainerCommand $running -ErrorVariable problem -ErrorAction SilentlyContinue -- /no/such/command
        $LASTEXITCODE | Should -Be 127
        $problem.FullyQualifiedErrorId | Should -BeLike 'CommandNotFoundInContainer,*'
        Invoke-ContainerCommand $running -ErrorAction SilentlyContinue -- /etc/passwd
        $LASTEXITCODE | Should -Be 126
        Invoke-ContainerCommand $running -ErrorAction SilentlyContinue -WorkingDirectory relative -- id
        $LASTEXITCODE | Should -Be 125
        { Invoke-Container -Rootfs $rootfs -- /no/such/command } | Should -Throw
        $LASTEXITCODE | Should -Be 127
    }

    It 'has no error that -ErrorAction cannot silence, and goes on with the next root' {
        $problem = @()
        Invoke-Container -Rootfs $TestDrive/none -ErrorAction SilentlyContinue -ErrorVariable +problem -- id
        $LASTEXITCODE | Should -Be 125
        Invoke-Container -Rootfs $rootfs -User nosuch -ErrorAction SilentlyContinue -ErrorVariable +problem -- id
        Invoke-Container -Rootfs $rootfs -Timeout 300ms -ErrorAction SilentlyContinue -ErrorVariable +problem -- sleep 596
        Invoke-Container -Rootfs $rootfs -ErrorAction SilentlyContinue -ErrorVariable +problem
        Invoke-NamespaceCommand nosuchset -ErrorAction SilentlyContinue -ErrorVariable +problem -- true
        'line', 'line' | Invoke-NamespaceCommand nosuchset -ErrorAction SilentlyContinue -ErrorVariable +problem -- cat
        Invoke-NamespaceCommand -ProcessId $PID -Type Uts -Timeout 300ms -ErrorAction SilentlyContinue -ErrorVariable +problem -- sleep 595
        Set-CgroupLimit /none -ErrorAction SilentlyContinue -ErrorVariable +problem
        $PID | Add-CgroupProcess /psc-test-none -PassThru -ErrorAction SilentlyContinue -ErrorVariable +problem
        $problem.FullyQualifiedErrorId -replace ',.*' | Should -Be RootfsNotFound, InvalidContainerSpec, WaitTimeout, InvalidContainerSpec,
            NamespaceNotFound, NamespaceNotFound, WaitTimeout, InvalidContainerSpec, CgroupNotFound
        "$TestDrive/none", $rootfs | Invoke-Container -ErrorAction SilentlyContinue -- echo fine | Should -Be fine
    }

    It 'wants one of command and -ShellCommand' {
        Invoke-ContainerCommand $running -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*'
    }
}

Describe 'Start-ContainerProcess' {
    It 'runs in the background, with a log of its own' {
        $process = Start-ContainerProcess $running -ShellCommand 'echo from-exec; echo to-err >&2; sleep 60'
        $process | Should -BeOfType ([PSContainer.Containers.Insight.ContainerProcess])
        Get-Process -Id $process.Id | Should -Not -BeNullOrEmpty
        Wait-Until { @($process | Get-ContainerLog).Count -ge 2 } | Should -BeTrue
        $process | Get-ContainerLog -Stream Stdout | ForEach-Object Message | Should -Be from-exec
        $running | Get-ContainerLog | Where-Object Message -eq from-exec | Should -BeNullOrEmpty
        $running | Get-ContainerProcess | ForEach-Object Id | Should -Contain $process.Id
        $process | Stop-Process -Force
        Wait-Until { $process.Id -notin ($running | Get-ContainerProcess).Id } | Should -BeTrue
        $running.State | Should -Be Running
    }
}

Describe 'Get-ContainerProcess' {
    It 'has the pids of both sides' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-top" -User 1000:1000 -- sleep 60
        $process = Get-ContainerProcess $c
        $process.Id, $process.NamespaceId, $process.CommandName, $process.Command, $process.UserId, $process.Container |
            Should -Be $c.Pid, 1, sleep, 'sleep 60', 1000, $c.Name
        $process.MemoryRss | Should -BeGreaterThan 0
    }

    It 'emits what Stop-Process takes' {
        $c = Get-Container "$prefix-top"
        $c | Get-ContainerProcess | Stop-Process -Force
        ($c | Wait-Container -Timeout 60s).ExitCode | Should -Be 137
    }
}

Describe 'Enter-Container' {
    It 'has a terminal, and gives it back' {
        $call = "Import-Module '$(Get-TestedModulePath)'; Enter-Container $running; 'back with ' + `$LASTEXITCODE"
        $said = 'tty; stty size; exit 5' | & script -qec "stty rows 31 cols 97; $((Get-Process -Id $PID).Path) -NoProfile -Command `"$($call.Replace('$', '\$'))`"; stty -a" /dev/null
        "$said" | Should -Match '/dev/pts/'
        "$said" | Should -Match '31 97'
        "$said" | Should -Match 'back with 5'
        "$said" | Should -Match '(?<!-)icanon' -Because 'raw mode is over'
    }

    It 'refuses where there is no terminal' {
        $said = Invoke-OtherPowerShell "Enter-Container $running -ErrorVariable e -ErrorAction SilentlyContinue; `$e.FullyQualifiedErrorId"
        $said | Should -BeLike 'TerminalRequired,*'
    }
}
