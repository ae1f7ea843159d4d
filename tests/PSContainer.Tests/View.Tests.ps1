# How objects look, and what is completed.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $c = Start-Container -Rootfs $rootfs -Name "$prefix-seen" -MemoryMax 64MB -Hostname seen -- sleep 600
    function Get-Completion([string] $line) { (TabExpansion2 $line).CompletionMatches }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Views' {
    It 'show a container in a table' {
        $table = $c | Format-Table | Out-String -Width 120
        $table | Should -Match 'Name +State +Id +Pid +Memory +Uptime +Command'
        $table | Should -Match "$prefix-seen +.*Running.* +$($c.Id.Substring(0, 12)) +$($c.Pid)"
        $table | Should -Match 'sleep 600'
    }

    It 'show it in a list, with its limits' { $c | Format-List | Out-String | Should -Match 'Limits +: MemoryMax 64 MiB' }

    It 'end the colours of a log with its line, so that what is shown next is seen' -Tag 'C-37' {
        $text = [PSContainer.Views.ViewText]
        $text::Coloured("now `e[8mhidden") | Should -Be "now `e[8mhidden`e[0m"
        $text::Coloured("red `e[31mhere`e[0m") | Should -Be "red `e[31mhere`e[0m"
        $text::Coloured('plain') | Should -Be 'plain'
        $text::Coloured($null) | Should -Be ''
    }

    It 'are plain where output is plain' { Invoke-OtherPowerShell "Get-Container '$prefix-seen' | Out-String" | Out-String | Should -Not -Match "`e" }

    It 'exist for every kind of object' {
        $types = 'Containers.Container', 'Containers.ContainerUsage', 'Containers.Insight.ContainerProcess', 'Containers.Audit.ContainerCheck',
            'Containers.Host.ContainerHost', 'Containers.Host.ContainerHostCheck', 'Logs.ContainerLogEntry', 'Plan.PlanStep', 'Proc.ContainerNamespace'
        foreach ($type in $types) {
            Get-FormatData "PSContainer.$type" -PowerShellVersion $PSVersionTable.PSVersion | Should -Not -BeNullOrEmpty -Because $type
        }
    }

    It 'raise no errors' {
        $Error.Clear()
        $null = $c, ($c | Get-ContainerProcess), ($c | Measure-Container), (Test-Container $c), (Get-ContainerHost), (Test-ContainerHost), $c.Namespaces | ForEach-Object { $_ | Out-String }
        $Error | Should -BeNullOrEmpty
    }

    It 'show the same where no method may be called' {
        $process = $c | Get-ContainerProcess
        $log = Start-ContainerProcess $c -- echo said
        $null = $log.WaitForExit()
        $objects = @{
            Container = $c; ContainerProcess = $process; ContainerLogEntry = $log | Get-ContainerLog; ContainerHost = Get-ContainerHost
            MountPoint = $c | Get-MountPoint; Namespace = $c | Get-Namespace; Cgroup = $c | Get-Cgroup; Limit = $c | Get-CgroupLimit
            Capability = $process | Get-ProcessCapability; SeccompProfile = New-SeccompProfile; Spec = New-ContainerSpec -Rootfs $rootfs -Command sleep
        }
        $show = { param($shown) $shown | Format-Table | Out-String -Width 200; $shown | Format-List | Out-String -Width 200 }
        $bare = [powershell]::Create()
        try {
            $null = $bare.AddScript("Import-Module '$(Get-TestedModulePath)'").Invoke()
            $bare.Runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
            foreach ($name in $objects.Keys) {
                foreach ($shown in $objects[$name], [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($objects[$name]))) {
                    $bare.Commands.Clear()
                    # What uses memory and time uses more of it the next moment.
                    $constrained = ($bare.AddScript($show).AddArgument($shown).Invoke() -join '') -replace '\d+(\.\d+)?'
                    $constrained | Should -Be ((& $show $shown) -join '' -replace '\d+(\.\d+)?') -Because $name
                }
            }
            foreach ($shown in $c, [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($c))) {
                $bare.Commands.Clear()
                $bare.AddScript($show).AddArgument($shown).Invoke() -join '' | Should -Match "$prefix-seen .*Running"
            }
        }
        finally { $bare.Dispose() }
    }

    It 'call no method, which ConstrainedLanguage refuses' {
        foreach ($file in Get-Item "$(Get-TestedModulePath)/*.Format.ps1xml") {
            foreach ($script in ([xml] (Get-Content -Raw $file)).SelectNodes('//ScriptBlock')) {
                $calls = [scriptblock]::Create($script.InnerText).Ast.FindAll({ $args[0] -is [Management.Automation.Language.InvokeMemberExpressionAst] }, $true)
                $calls | Should -BeNullOrEmpty -Because "$($file.Name): $($script.InnerText)"
            }
        }
    }

    It 'show no byte of a name that a terminal obeys' {
        $nasty = Start-Container -Rootfs $rootfs -Name "$prefix-nasty" -Label @{ "x" = "a`e[2Jb" } -Command sleep, 600
        $nasty | Format-List | Out-String | Should -Not -Match "`e\[2J"
        Invoke-ContainerCommand $nasty -ShellCommand "cp /bin/busybox /tmp/`$(printf 'e\033[2J') 2>/dev/null; true"
        $null = Start-ContainerProcess $nasty -Command sh, -c, "exec -a x sleep 60 # `e[2J"
        $nasty | Get-ContainerProcess | Out-String | Should -Not -Match "`e\[2J"
    }

    It 'show no name of a process or user that a terminal obeys, in a list either' -Tag 'C-31' {
        $evil = "evil`e[2J"
        $other = New-TestRootfs
        Add-Content (Join-Path $other etc/passwd) "${evil}:x:4711:4711::/:/bin/sh"
        $talker = Start-Container -Rootfs $other -Name "$prefix-evil" -User 4711 -ShellCommand 'printf "\033[2Jx" >/proc/self/comm; sleep 600 & wait'
        try {
            Wait-Until { $talker | Get-ContainerProcess | Where-Object CommandName -like '*x1b*' } | Should -BeTrue
            $seen = $talker | Get-ContainerProcess | Where-Object CommandName -like '*x1b*'
            # A process that it makes has its name until it is another program.
            $seen.User | Select-Object -Unique | Should -Be 'evil\x1b[2J'
            $text = & { $talker | Get-ContainerProcess | Format-List *; $talker | Get-ProcessCapability | Format-List *; Get-CgroupProcess $talker.Cgroup | Format-List * } | Out-String
            $text | Should -Match 'x1b'
            $text | Should -Not -Match "`e\[2J"
        }
        finally {
            $talker | Remove-Container -Force
            Remove-TestRootfs $other
        }
    }

    It 'write sizes for people' {
        [PSContainer.Views.ViewText]::Size(536870912) | Should -Be '512 MiB'
        [PSContainer.Views.ViewText]::Span([timespan]::FromSeconds(93784)) | Should -Be '1d 2h'
        [PSContainer.Views.ViewText]::Span([timespan]::Zero) | Should -Be 0s
    }
}

Describe 'Objects' {
    It 'have plain numbers and times' {
        ($c | Measure-Container).MemoryMax | Should -BeOfType ([long])
        $c.CreatedTime | Should -BeOfType ([datetime])
    }

    It 'go to JSON and back' {
        $json = $c | Select-Object Name, Id, State, Pid, CreatedTime | ConvertTo-Json
        ($json | ConvertFrom-Json).Name | Should -Be $c.Name
        { $c | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue } | Should -Not -Throw
    }

    It 'of one container are equal' {
        (Get-Container $c.Id) -eq $c | Should -BeTrue
        @($c, (Get-Container $c.Name) | Sort-Object -Unique).Count | Should -Be 1
    }

    It 'keep what was known when the container is gone' {
        $gone = Start-Container -Rootfs $rootfs -Name "$prefix-gone" -- sh -c 'exit 6' | Wait-Container -Timeout 60s
        $gone.ExitCode | Should -Be 6
        $gone | Remove-Container
        $gone.ExitCode, $gone.Name, "$($gone.State)" | Should -Be 6, "$prefix-gone", Exited
        { $gone | Format-List * | Out-String } | Should -Not -Throw
    }
}

Describe 'Completion' {
    It 'knows containers by name' { (Get-Completion "Stop-Container $prefix-s").CompletionText | Should -Contain "$prefix-seen" }
    It 'knows containers by the beginning of an id' { (Get-Completion "Stop-Container $($c.Id.Substring(0, 6))").CompletionText | Should -Be $c.Id }
    It 'says what a capability allows' {
        $match = Get-Completion 'Start-Container -DropCapability NetA'
        $match.CompletionText, $match.ToolTip | Should -Be NetAdmin, 'configure interfaces, routes, firewalls and sockets'
    }
    It 'completes <Typed> to <Completed>' -ForEach @(
        @{ Typed = 'Start-Container -AddCapability net_b'; Completed = 'NET_BIND_SERVICE', 'NET_BROADCAST' }
        @{ Typed = 'Start-Container -AddCapability CAP_NET_A'; Completed = 'CAP_NET_ADMIN' }
        @{ Typed = 'Start-Container -AddCapability cap_net_a'; Completed = 'CAP_NET_ADMIN' }
        @{ Typed = 'Start-Container -AddCapability neta'; Completed = 'NetAdmin' }
        @{ Typed = "Start-Container -AddCapability 'SysAdmin',net_a"; Completed = 'NET_ADMIN' }
        @{ Typed = 'Invoke-ContainerCommand x -AddCapability Kill, sys_pt'; Completed = 'SYS_PTRACE' }
        # PowerShell completes what is an enumeration itself, by its own words alone.
        @{ Typed = 'Start-Container -StopSignal Qu'; Completed = 'Quit' }
        @{ Typed = 'New-Namespace Uts, net'; Completed = 'Network' }
        @{ Typed = 'New-SeccompProfile -DefaultAction scmp_act_kill_p'; Completed = 'SCMP_ACT_KILL_PROCESS' }
        @{ Typed = 'New-SeccompProfile -DefaultAction kill_p'; Completed = 'KILL_PROCESS' }
        @{ Typed = 'New-SeccompProfile -DefaultAction killp'; Completed = 'KillProcess' }
        @{ Typed = 'New-SeccompProfile -Architecture SCMP_ARCH_A'; Completed = 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM' }
    ) { (Get-Completion $Typed).CompletionText | Should -BeExactly $Completed }
    It 'knows signals' { (Get-Completion 'Send-ContainerSignal x -Signal Hu').CompletionText | Should -Contain Hup }
    It 'knows networks and the containers to share one with' {
        (Get-Completion "Start-Container -Network N").CompletionText | Should -Contain None
        (Get-Completion "Start-Container -Network container:$prefix-s").CompletionText | Should -Contain "container:$prefix-seen"
    }
    It 'knows paths inside' {
        (Get-Completion "Copy-ContainerFile $prefix-seen -FromContainer -Path /et").CompletionText | Should -Be /etc
        (Get-Completion "Copy-ContainerFile $prefix-seen -FromContainer -Path /etc/os-").CompletionText | Should -Be /etc/os-release
    }
    It 'knows paths of the host beside words' {
        (Get-Completion "Start-Container -Rootfs $rootfs").CompletionText | Should -Contain $rootfs
        (Get-Completion 'Start-Container -Rootfs H').CompletionText | Should -Contain Host
        (Get-Completion "Start-Container -Rootfs $rootfs/etc/os-rel").CompletionText | Should -BeNullOrEmpty -Because 'a file is no root'
        (Get-Completion "New-SeccompProfile -Base $rootfs/etc/os-rel").CompletionText | Should -Be "$rootfs/etc/os-release"
        (Get-Completion "Copy-ContainerFile $prefix-seen $rootfs/etc/os-rel").CompletionText | Should -Be "$rootfs/etc/os-release"
    }
    It 'knows processes, disks, and options of mounts' {
        $match = Get-Completion "Add-CgroupProcess demo -ProcessId $PID" | Where-Object CompletionText -eq $PID
        $match.ToolTip | Should -Be (Get-Process -Id $PID).ProcessName
        $disk = Get-ChildItem /sys/block | Where-Object { [long](Get-Content "$_/size") } | Select-Object -First 1
        if ($disk) { (Get-Completion 'Set-CgroupLimit demo -IoMax ').CompletionText | Should -Contain "/dev/$($disk.Name)" }
        (Get-Completion "Set-CgroupLimit demo -IoMax '/dev/sda w").CompletionText | Should -Be "'/dev/sda wbps='", "'/dev/sda wiops='"
        (Get-Completion 'Mount-FileSystem -Option nosu').CompletionText | Should -Be nosuid
    }
    It 'quotes what needs it' {
        $null = New-Item (Join-Path $rootfs "etc/it's odd")
        (Get-Completion "Copy-ContainerFile $prefix-seen -FromContainer -Path /etc/it").CompletionText | Should -Be "'/etc/it''s odd'"
    }
    It 'knows features of the host' { (Get-Completion 'Test-ContainerHost Over').CompletionText | Should -Contain Overlay }
    It 'never throws' {
        { Get-Completion 'Copy-ContainerFile no-such -FromContainer -Path /x' } | Should -Not -Throw
        { Get-Completion 'Stop-Container ../' } | Should -Not -Throw
    }
}
