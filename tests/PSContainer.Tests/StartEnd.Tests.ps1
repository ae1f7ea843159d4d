# A start that hangs (here in a hook that never ends) and a container that stops whoever enters it: -Timeout, Ctrl+C and the
# session's end end them, and nothing is left.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs

    # A bundle with a hook.
    function New-HookedBundle([string] $Name, [string] $Point, [string] $Script) {
        $bundle = Join-Path $rootfs $Name
        New-ContainerSpec -Rootfs $rootfs -Command sleep, 1000 | Export-ContainerSpec $bundle | Out-Null
        $config = Get-Content "$bundle/config.json" -Raw | ConvertFrom-Json -AsHashtable
        $config.hooks = @{ $Point = @(@{ path = '/bin/sh'; args = @('sh', '-c', $Script) }) }
        $config | ConvertTo-Json -Depth 30 | Set-Content "$bundle/config.json"
        $bundle
    }

    # One whose hook waits for ever; it writes its pid first.
    function New-HangingBundle([string] $Name) {
        $begun = Join-Path $rootfs "$Name.begun"
        [pscustomobject]@{
            Path = New-HookedBundle $Name createRuntime "echo `$`$ >'$begun'; exec sleep 1000"; Begun = $begun; Name = "$prefix-$Name"
        }
    }

    function Test-Hanging($Hanging) { (Test-Path $Hanging.Begun) -and (Get-Content $Hanging.Begun) }
    function Test-HookAlive($Hanging) { [bool](Get-Process -Id (Get-Content $Hanging.Begun) -ErrorAction Ignore) }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'A start that hangs' {
    It 'is ended by -Timeout of <Cmdlet>' -ForEach @(@{ Cmdlet = 'Invoke-Container' }, @{ Cmdlet = 'Start-Container' }) {
        $hanging = New-HangingBundle "timeout-$Cmdlet"
        { & $Cmdlet -Spec $hanging.Path -Name $hanging.Name -Timeout 3 -ErrorAction Stop } | Should -Throw -ErrorId 'WaitTimeout*'
        Test-Hanging $hanging | Should -BeTrue
        Test-HookAlive $hanging | Should -BeFalse
        Get-Container "$($hanging.Name)*" | Should -BeNullOrEmpty
    }

    It 'is ended by Ctrl+C in <Cmdlet>' -ForEach @(@{ Cmdlet = 'Invoke-Container' }, @{ Cmdlet = 'Start-Container' }) {
        $hanging = New-HangingBundle "stop-$Cmdlet"
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; $Cmdlet -Spec '$($hanging.Path)' -Name $($hanging.Name)")
            $null = $shell.BeginInvoke()
            Wait-Until { Test-Hanging $hanging } | Should -BeTrue
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
        }
        finally { $shell.Dispose() }
        Wait-Until { -not (Test-HookAlive $hanging) } | Should -BeTrue
        Wait-Until { -not (Get-Container "$($hanging.Name)*") } | Should -BeTrue
    }

    It 'ends with the PowerShell that runs <Cmdlet>' -ForEach @(@{ Cmdlet = 'Invoke-Container' }, @{ Cmdlet = 'Start-Container' }) {
        $hanging = New-HangingBundle "killed-$Cmdlet"
        $path = (Get-Process -Id $PID).Path
        $command = "Import-Module '$(Get-TestedModulePath)'; $Cmdlet -Spec '$($hanging.Path)' -Name $($hanging.Name)"
        $other = Start-Process $path '-NoProfile', '-NonInteractive', '-Command', $command -PassThru
        Wait-Until { Test-Hanging $hanging } | Should -BeTrue
        $other.Kill()
        Wait-Until { -not (Test-HookAlive $hanging) } | Should -BeTrue
    }

    It 'is ended by Ctrl+C in <Cmdlet> while another holds the container' -ForEach @(
        @{ Cmdlet = 'Start-Container' }, @{ Cmdlet = 'Remove-Container'; Splat = '-Force' }
        @{ Cmdlet = 'Set-CgroupLimit'; Splat = '-PidsMax 100' }, @{ Cmdlet = 'Restart-Container' }
    ) {
        $container = New-Container -Rootfs $rootfs -Name "$prefix-held-$Cmdlet" -Command sleep, 1000
        $lock = "$($container.StateDirectory)/lock"
        $note = Join-Path $rootfs "$Cmdlet.held"
        $holder = Start-Process flock '--close', $lock, sh, '-c', "`"echo `$`$ >'$note'; exec sleep 1000`"" -PassThru
        $shell = [powershell]::Create()
        try {
            Wait-Until { (Test-Path $note) -and (Get-Content $note) } | Should -BeTrue
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; $Cmdlet '$($container.Name)' $Splat; 'done'")
            $work = $shell.BeginInvoke()
            Wait-Until { @(Get-Item /proc/self/fd/* -ErrorAction Ignore | Where-Object LinkTarget -eq $lock).Count -gt 0 } | Should -BeTrue
            $stop = $shell.BeginStop($null, $null)
            Wait-Until { $stop.IsCompleted -and $work.IsCompleted } | Should -BeTrue
        }
        finally {
            $shell.Dispose()
            Stop-Process -Id (Get-Content $note), $holder.Id -ErrorAction Ignore
        }
    }

    It 'is ended by Ctrl+C in Start-Container of one that was created' {
        # A hook inside, between start and the command.
        $container = New-Container -Spec (New-HookedBundle inside startContainer 'exec sleep 1001') -Name "$prefix-inside"
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; Start-Container '$prefix-inside'")
            $null = $shell.BeginInvoke()
            Wait-Until { Get-ContainerProcess $container -ErrorAction Ignore | Where-Object Command -eq 'sleep 1001' } | Should -BeTrue
            $shell.Stop()
        }
        finally { $shell.Dispose() }
        Wait-Until { $container.State -eq 'Exited' } | Should -BeTrue
    }
}

Describe 'A container that stops what enters it' {
    BeforeAll {
        $hostile = Start-Container -Rootfs $rootfs -Name "$prefix-hostile" -ShellCommand @'
while :; do for p in /proc/[0-9]*; do [ $p = /proc/1 ] || kill -STOP ${p#/proc/}; done; done 2>/dev/null
'@
    }

    It 'does not keep Invoke-ContainerCommand beyond its -Timeout' {
        Invoke-ContainerCommand $hostile -Timeout 2 -ErrorAction SilentlyContinue -ErrorVariable failure -- sleep 1000
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'WaitTimeout*'
    }

    # More than once: somebody inside may stop what enters before its first instruction, or later.
    It 'does not keep it after Ctrl+C, <_>' -ForEach (1..5) {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; Invoke-ContainerCommand '$prefix-hostile' -- sleep 1000")
            $null = $shell.BeginInvoke()
            $runtime = { Get-Process pscontainer -ErrorAction Ignore | Where-Object CommandLine -like "* exec *$($hostile.Id)*" }
            Wait-Until $runtime | Should -BeTrue
            $shell.Stop()
            Wait-Until { -not (& $runtime) } | Should -BeTrue
        }
        finally { $shell.Dispose() }
        # What had entered has ended too, and only the container's own shell is left.
        Wait-Until { @($hostile | Get-ContainerProcess).Count -le 1 } | Should -BeTrue
    }
}

Describe 'A profile that forbids what a start needs' {
    It 'is refused before anything is made: <Refused>' -ForEach @(
        @{ Refused = 'execve'; Make = { New-SeccompProfile -Allow read, write, exit_group } }
        @{ Refused = 'exit_group'; Make = { New-SeccompProfile -Base Default -Deny exit_group, exit } }
        @{ Refused = 'execve, exit_group'; Make = { New-SeccompProfile -Allow read, write } }
    ) {
        $profile = & $Make
        $before = @(Get-Container).Count
        foreach ($start in { Invoke-Container -Rootfs $rootfs -SeccompProfile $profile -ErrorAction Stop -- true },
            { Start-Container -Rootfs $rootfs -SeccompProfile $profile -Command true -ErrorAction Stop },
            { New-Container -Rootfs $rootfs -SeccompProfile $profile -Command true -ErrorAction Stop }) {
            $failure = { & $start } | Should -Throw -ErrorId 'InvalidContainerSpec*' -PassThru
            $failure.Exception.Message | Should -BeLike "*refuses $Refused*"
        }
        @(Get-Container).Count | Should -Be $before
    }

    It 'names what the built-in init needs besides' {
        $profile = New-SeccompProfile -Base Default -Deny waitid
        { Invoke-Container -Rootfs $rootfs -Init -SeccompProfile $profile -ErrorAction Stop -- true } | Should -Throw '*refuses waitid*init*'
        Invoke-Container -Rootfs $rootfs -SeccompProfile $profile -- true
        $LASTEXITCODE | Should -Be 0
    }
}
