# What cannot be: a clear error with a recommendation, before anything is made.

BeforeDiscovery {
    $wrong = @(
        @{ What = 'a root that is missing'; Splat = @{ Rootfs = '/no/such/root' }; Id = 'RootfsNotFound'; Says = '/no/such/root' }
        @{ What = 'a root that is a file'; Splat = @{ Rootfs = '/etc/passwd' }; Id = 'RootfsNotFound'; Says = 'file' }
        @{ What = 'a command that is not there'; Splat = @{ Command = 'no-such-command' }; Id = 'CommandNotFoundInContainer'; Says = 'no-such-command' }
        @{ What = 'a command that is no program'; Splat = @{ Command = '/etc/passwd' }; Id = 'CommandNotFoundInContainer'; Says = 'execut' }
        @{ What = 'a command that is a directory'; Splat = @{ Command = '/etc' }; Id = 'CommandNotFoundInContainer'; Says = '/etc' }
        @{ What = 'a command line in one word'; Splat = @{ Command = 'echo hi' }; Id = 'CommandNotFoundInContainer'; Says = 'echo hi' }
        @{ What = 'a command and a shell command'; Splat = @{ Command = 'id'; ShellCommand = 'id' }; Id = 'InvalidContainerSpec'; Says = 'ShellCommand' }
        @{ What = 'a name with a slash'; Splat = @{ Name = 'a/b' }; Id = 'InvalidContainerSpec'; Says = 'a/b' }
        @{ What = 'a name that begins with a dash'; Splat = @{ Name = '-rf' }; Id = 'InvalidContainerSpec'; Says = '-rf' }
        @{ What = 'a name that is too long'; Splat = @{ Name = 'x' * 200 }; Id = 'InvalidContainerSpec'; Says = '128' }
        @{ What = 'more CPUs than there are'; Splat = @{ CpuMax = 100000 }; Id = 'InvalidContainerSpec'; Says = 'CPU' }
        @{ What = 'less memory than a process needs'; Splat = @{ MemoryMax = 1 }; Id = 'InvalidContainerSpec'; Says = 'memory' }
        @{ What = 'a CPU that is not there'; Splat = @{ CpuSet = '4096' }; Id = 'InvalidContainerSpec'; Says = '4096' }
        @{ What = 'a user that is not there'; Splat = @{ User = 'nosuchuser' }; Id = 'InvalidContainerSpec'; Says = 'nosuchuser' }
        @{ What = 'a group that is not there'; Splat = @{ User = '0:nosuchgroup' }; Id = 'InvalidContainerSpec'; Says = 'nosuchgroup' }
        @{ What = 'a working directory that is not absolute'; Splat = @{ WorkingDirectory = 'tmp' }; Id = 'InvalidContainerSpec'; Says = 'absolute' }
        @{ What = 'a mount of what is not there'; Splat = @{ Mount = '/no/such/source:/mnt' }; Id = '*'; Says = '/no/such/source' }
        @{ What = 'a variable without a name'; Splat = @{ Environment = @{ '' = 'x' } }; Id = 'InvalidContainerSpec'; Says = 'environment variable' }
        @{ What = 'a variable with an equals sign in its name'; Splat = @{ Environment = @{ 'a=b' = 'x' } }; Id = 'InvalidContainerSpec'; Says = 'a=b' }
        @{ What = 'a file of variables that is missing'; Splat = @{ EnvironmentFile = '/no/such/file' }; Id = '*'; Says = '/no/such/file' }
        @{ What = 'a filter that is missing'; Splat = @{ SeccompProfile = '/no/such/profile.json' }; Id = '*'; Says = '/no/such/profile.json' }
        @{ What = 'a limit of processes that does not exist'; Splat = @{ Ulimit = 'nosuch=1' }; Id = 'InvalidContainerSpec'; Says = 'nosuch' }
        @{ What = 'a kernel parameter of the host'; Splat = @{ Sysctl = @{ 'vm.swappiness' = 1 } }; Id = 'InvalidContainerSpec'; Says = 'vm.swappiness' }
        @{ What = 'a device that is missing'; Splat = @{ Device = '/dev/no-such' }; Id = '*'; Says = '/dev/no-such' }
        @{ What = 'the network of nobody'; Splat = @{ Network = 'container:nobody-here' }; Id = 'ContainerNotFound'; Says = 'nobody-here' }
        @{ What = 'a host name that is too long'; Splat = @{ Hostname = 'h' * 65 }; Id = 'InvalidContainerSpec'; Says = '64' }
    )
    $unreadable = @(
        @{ Parameter = 'MemoryMax'; Value = '512XB' }, @{ Parameter = 'MemoryMax'; Value = '-1MB' }, @{ Parameter = 'CpuMax'; Value = '0' }
        @{ Parameter = 'CpuMax'; Value = 'half' }, @{ Parameter = 'PidsMax'; Value = '-4' }, @{ Parameter = 'CpuSet'; Value = '3-1' }
        @{ Parameter = 'Umask'; Value = '0999' }, @{ Parameter = 'Timeout'; Value = 'soon' }, @{ Parameter = 'IoMax'; Value = '/dev/null rbps=1' }
        @{ Parameter = 'IoMax'; Value = 'fast' }, @{ Parameter = 'Mount'; Value = 'nothing' }, @{ Parameter = 'Tmpfs'; Value = 'tmp' }
        @{ Parameter = 'Network'; Value = 'bridge0' }, @{ Parameter = 'PidMode'; Value = 'Shared' }, @{ Parameter = 'DropCapability'; Value = 'Everything' }
        @{ Parameter = 'StopSignal'; Value = 'STOPIT' }, @{ Parameter = 'UidMap'; Value = '0:1' }, @{ Parameter = 'Ulimit'; Value = 'nofile=9:1' }
        @{ Parameter = 'CpuWeight'; Value = '0' }, @{ Parameter = 'OomScoreAdjust'; Value = '2000' }
    )
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

Describe 'Start-Container' {
    It 'refuses <What>, says what to do, and makes nothing' -ForEach $wrong {
        $before = @(Get-Container).Count
        $all = @{ Rootfs = $rootfs; Name = "$prefix-bad" }
        if (-not $Splat.Command -and -not $Splat.ShellCommand) { $all.Command = 'sleep', '60' }
        foreach ($key in $Splat.Keys) { $all[$key] = $Splat[$key] }
        Start-Container @all -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        @($problem).Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike "$Id,PSContainer.Commands.StartContainerCommand"
        "$($problem[0]) $($problem[0].ErrorDetails.RecommendedAction)" | Should -Match ([regex]::Escape($Says))
        $problem[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        @(Get-Container).Count | Should -Be $before
    }

    It 'says of -MemoryMax <Written>: <Says>' -ForEach @(
        @{ Written = '512'; Says = 'Was 512MB meant? The least is 1MB.' }, @{ Written = '100k'; Says = 'The least is 1MB.' }
        @{ Written = '1.5k'; Says = 'The least is 1MB.' }, @{ Written = '0.5MB'; Says = 'The least is 1MB.' }, @{ Written = '2000'; Says = 'The least is 1MB.' }
    ) {
        Start-Container -Rootfs $rootfs -Name "$prefix-bad" -MemoryMax $Written -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].ErrorDetails.RecommendedAction | Should -BeExactly $Says
    }

    It 'cannot read <Value> for -<Parameter>' -ForEach $unreadable {
        $all = @{ Rootfs = $rootfs; $Parameter = $Value }
        { Start-Container @all } | Should -Throw -ErrorId 'Parameter*Error,PSContainer.Commands.StartContainerCommand'
    }
}

Describe 'State that was damaged' {
    It 'is listed and can be removed: <Damage>' -ForEach @(
        @{ Damage = 'no configuration'; Do = { param($directory) Remove-Item "$directory/config.json" } }
        @{ Damage = 'a broken configuration'; Do = { param($directory) Set-Content "$directory/config.json" '{ "process": [' } }
        @{ Damage = 'a hostile configuration'; Do = { param($directory) [IO.File]::WriteAllText("$directory/config.json", '[' * 100000) } }
        @{ Damage = 'wrong types'; Do = { param($directory) Set-Content "$directory/config.json" '{ "process": 5, "annotations": [] }' } }
        @{ Damage = 'no state'; Do = { param($directory) Remove-Item "$directory/state.json" } }
        @{ Damage = 'an empty state'; Do = { param($directory) [IO.File]::WriteAllText("$directory/state.json", '') } }
        @{ Damage = 'a state of nonsense'; Do = { param($directory) Set-Content "$directory/state.json" '{ "pid": "many" }' } }
        @{ Damage = 'a broken exit record'; Do = { param($directory) Set-Content "$directory/exit" 'gone' } }
    ) {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-damaged" -- sleep 60
        $id = $c.Id
        $c | Stop-Container -Force
        $null = $c | Wait-Container -Timeout 60s
        & $Do $c.StateDirectory
        (Get-Container).Id | Should -Contain $id
        { Get-Container | Format-Table | Out-String } | Should -Not -Throw
        { Get-Container -Id $id | Format-List * | Out-String } | Should -Not -Throw
        Get-Container -Id $id | Remove-Container -Force -ErrorAction Stop
        (Get-Container).Id | Should -Not -Contain $id
        Get-Container "$prefix-damaged" -ErrorAction Ignore | Should -BeNullOrEmpty
        Get-ChildItem /sys/fs/cgroup -Directory -Recurse -Depth 1 -Filter "pscontainer-$id" | Should -BeNullOrEmpty
    }

    It 'is ended and removed even while it runs' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-headless" -- sleep 600
        $process = $c.Pid
        Remove-Item "$($c.StateDirectory)/state.json"
        Get-Container -Id $c.Id | Remove-Container -Force -ErrorAction Stop
        Wait-Until { -not (Get-Process -Id $process -ErrorAction Ignore) } | Should -BeTrue
        Get-ChildItem /sys/fs/cgroup -Directory -Recurse -Depth 1 -Filter "pscontainer-$($c.Id)" | Should -BeNullOrEmpty
    }
}

Describe 'Advice about a privilege' {
    It 'tells root what root lacks, and others to be root' {
        $script = "Import-Module '$(Get-TestedModulePath)'; [PSContainer.Advice]::RunAsRoot('ask for less.')"
        $shell = (Get-Process -Id $PID).Path
        $root = & setpriv --bounding-set -sys_resource --inh-caps -sys_resource $shell -NoProfile -NonInteractive -Command $script
        $root | Should -BeLike '*this one lacks CAP_*; or ask for less.'
        $other = & setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/tmp $shell -NoProfile -NonInteractive -Command $script
        $other | Should -Be 'Run as root, or ask for less.'
    }
}
