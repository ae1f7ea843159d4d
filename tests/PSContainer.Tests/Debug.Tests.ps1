# What -Debug prints: the steps and their calls, what is executed, and how long the work took.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $running = Start-Container -Rootfs $rootfs -Name "$prefix-running"
    function Get-Debug([scriptblock] $Script) { & $Script 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | ForEach-Object Message }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe '-Debug' {
    It 'tells the steps of a start, with their calls, and how long it took' {
        $told = Get-Debug { Start-Container -Rootfs $rootfs -Name "$prefix-started" -Debug }
        $told -match '^host step \d+: .*\[clone3\]' | Should -Not -BeNullOrEmpty
        $told -match '^container step \d+: .*\[pivot_root\]' | Should -Not -BeNullOrEmpty
        $told -match '^Start-Container: .* took \d+\.\d ms$' | Should -Not -BeNullOrEmpty
    }

    It 'tells those of a command in the foreground once, and what is executed' {
        $told = Get-Debug { Invoke-Container -Rootfs $rootfs -Debug -- true }
        @($told -match '\[pivot_root\]').Count | Should -Be 1
        $told -match '^executes /.*/pscontainer ' | Should -Not -BeNullOrEmpty
    }

    It 'tells those of a command in a container that runs' {
        $told = Get-Debug { Invoke-ContainerCommand $running -Debug -- true }
        $told -match 'step \d+: .*\[setns\]' | Should -Not -BeNullOrEmpty
        $told -match '^executes /.*/pscontainer ' | Should -Not -BeNullOrEmpty
    }

    It 'tells what is executed in namespaces' {
        Get-Debug { Invoke-NamespaceCommand -Container $running -Type Uts -Debug -- true } | Should -Match '^executes|the (work|command) took'
    }

    It 'tells calls of mounts, writes to cgroups and the time of all else' {
        Get-Debug { Set-CgroupLimit $running -PidsMax 100 -Debug } | Where-Object { $_ -match 'pids.max' } | Should -Not -BeNullOrEmpty
        Get-Debug { Mount-FileSystem tmpfs (New-Item -ItemType Directory (Join-Path $TestDrive tmpfs)) -Type tmpfs -Debug } | Where-Object { $_ -match 'fsopen|mount' } |
            Should -Not -BeNullOrEmpty
        Dismount-FileSystem (Join-Path $TestDrive tmpfs)
        Get-Debug { $running | Suspend-Container -Debug; $running | Resume-Container } | Where-Object { $_ -match 'ms$' } | Should -Not -BeNullOrEmpty
    }

    It 'says where an error comes from' {
        $told = Get-Debug { Start-Container -Rootfs $rootfs -Command no-such-command -Debug -ErrorAction SilentlyContinue }
        $told -match "^CommandNotFoundInContainerException: step '.*', call '.*', errno \d+, target 'no-such-command'" | Should -Not -BeNullOrEmpty
    }

    It 'leaves output and exit code as they are' {
        Invoke-ContainerCommand $running -Debug -- sh -c 'echo out; exit 3' 5>$null | Should -Be out
        $LASTEXITCODE | Should -Be 3
    }

    It 'says nothing unless it is asked for' { Get-Debug { Start-Container -Rootfs $rootfs -Name "$prefix-quiet" } | Should -BeNullOrEmpty }
}
