# What would end the caller's own session or the host is refused. Each of these works on what the test made, in a PowerShell of its
# own, or says -WhatIf: a test that fails must not end the host.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $endangered = 'SessionEndangered,*'
    function Get-Refusal([scriptblock] $Script) {
        $problem = $null
        try { $output = & $Script 3>$null } catch { $problem = $_ }
        $output | Should -BeNullOrEmpty
        $problem
    }
}

AfterAll {
    Get-Cgroup "$prefix*" | Remove-Cgroup -Recurse -Force -ErrorAction SilentlyContinue
    Remove-TestContainer $prefix
}

Describe 'The host' {
    It 'keeps its root cgroup from <Name>' -ForEach @(
        @{ Name = 'Stop-Cgroup'; Splat = @{} }, @{ Name = 'Stop-Cgroup'; Splat = @{ Signal = 'TERM' } }, @{ Name = 'Stop-Cgroup'; Splat = @{ Force = $true } }
        @{ Name = 'Remove-Cgroup'; Splat = @{ Force = $true; Recurse = $true } }, @{ Name = 'Suspend-Cgroup'; Splat = @{ Force = $true } }
    ) { (Get-Refusal { & $Name / @Splat -WhatIf -ErrorAction Stop }).Exception.Message | Should -BeLike "*Will not*root of a hierarchy*" }

    It 'keeps its limits' {
        (Get-Refusal { Disable-CgroupController / memory -WhatIf -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike $endangered
    }

    It 'keeps process 1 where it is' {
        $cg = New-Cgroup "$prefix-one"
        $refusal = Get-Refusal { Add-CgroupProcess $cg 1 -WhatIf -ErrorAction Stop }
        $refusal.FullyQualifiedErrorId | Should -BeLike $endangered
        $refusal.ErrorDetails.RecommendedAction | Should -BeLike '*-Force*'
        { Add-CgroupProcess $cg 0 -WhatIf } | Should -Throw '*range*'
        $cg | Remove-Cgroup
    }

    It 'keeps <Path>' -ForEach @(@{ Path = '/' }, @{ Path = '/proc' }, @{ Path = '/sys' }, @{ Path = '/dev' }) {
        if (-not (Get-MountPoint $Path -ErrorAction Ignore)) { Set-ItResult -Skipped -Because "nothing is mounted on $Path"; return }
        foreach ($more in @{}, @{ Lazy = $true }, @{ Recurse = $true }) {
            (Get-Refusal { Dismount-FileSystem $Path @more -WhatIf -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike $endangered
        }
    }

    It 'keeps what process 1 sees' {
        $refusal = Get-Refusal { Get-MountPoint -ProcessId 1 | Where-Object Path -eq / | Dismount-FileSystem -Lazy -WhatIf -ErrorAction Stop }
        $refusal.FullyQualifiedErrorId | Should -BeLike $endangered
    }

    It 'keeps its files when an archive is unpacked' {
        $null = New-Item "$TestDrive/empty.tar"
        foreach ($place in '/', '/usr', '/etc') {
            # Of an archive that is none: a test that fails unpacks nothing. In a PowerShell that can ask nobody.
            $said = Invoke-OtherPowerShell "try { Expand-ContainerImage '$TestDrive/empty.tar' $place -Force -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }"
            $said[0] | Should -BeLike $endangered
            $said[1] | Should -BeLike '*-Confirm:$false*'
        }
    }
}

Describe 'A session' {
    It 'is not frozen, ended or starved with the cgroup that it is in' {
        $cg = New-Cgroup "$prefix-own"
        $said = Invoke-OtherPowerShell @"
            Add-CgroupProcess $($cg.Path) `$PID
            `$held = [byte[]]::new(32MB); [Array]::Fill(`$held, [byte] 1)
            foreach (`$what in { Suspend-Cgroup $($cg.Path) -WhatIf -ErrorAction Stop }, { Stop-Cgroup $($cg.Path) -Force -WhatIf -ErrorAction Stop },
                { Remove-Cgroup $($cg.Path) -Force -WhatIf -ErrorAction Stop }, { Set-CgroupLimit $($cg.Path) -MemoryMax 4MB -WhatIf -ErrorAction Stop }) {
                try { & `$what; 'done' } catch { `$_.FullyQualifiedErrorId }
            }
            `$held.Length
"@
        $said | Should -HaveCount 5
        $said[0..3] | ForEach-Object { $_ | Should -BeLike $endangered }
        $cg | Remove-Cgroup
    }

    It 'is not ended by what it descends from, unless that is forced and confirmed' {
        $cg = New-Cgroup "$prefix-above"
        $script = Join-Path $TestDrive above.ps1
        Set-Content $script @"
            Import-Module '$(Get-TestedModulePath)'
            Add-CgroupProcess $($cg.Path) (Get-Process -Id `$PID).Parent.Id
            try { Stop-Cgroup $($cg.Path) -ErrorAction Stop; 'done' } catch { `$_.FullyQualifiedErrorId }
            try { Stop-Cgroup $($cg.Path) -Force -ErrorAction Stop; 'done' } catch { `$_.ErrorDetails.RecommendedAction }
            "`$(Stop-Cgroup $($cg.Path) -Force -WhatIf 6>&1)"
            Stop-Cgroup $($cg.Path) -Force -Confirm:`$false
            'alive'
"@
        # The shell is what is ended; its exit code comes from the one around it.
        $said = & sh -c "sh -c '`"`$1`" -NoProfile -NonInteractive -File `"`$2`" </dev/null; :' - `"`$1`" `"`$2`"; echo `$?" - (Get-Process -Id $PID).Path $script 2>&1
        $said[0] | Should -BeLike $endangered
        $said[1] | Should -BeLike '*-Confirm:$false*'
        $said | Should -Contain alive
        $said | Should -Contain 137
        $null = $cg.WaitUntilEmpty([timespan]::FromSeconds(60))
        $cg | Remove-Cgroup
    }

    It 'does not lose the directory that it is in' {
        $null = New-Item -ItemType Directory "$TestDrive/lower", "$TestDrive/place" -Force
        $overlay = Mount-Overlay "$TestDrive/lower" -Ephemeral -Path "$TestDrive/place"
        try {
            Push-Location $overlay.Path
            try {
                $said = Invoke-OtherPowerShell "try { Dismount-Overlay '$($overlay.Path)' -Lazy -WhatIf -ErrorAction Stop; 'done' } catch { `$_.FullyQualifiedErrorId }; try { Dismount-FileSystem '$($overlay.Path)' -Lazy -WhatIf -ErrorAction Stop; 'done' } catch { `$_.FullyQualifiedErrorId }"
            }
            finally { Pop-Location }
            $said | Should -HaveCount 2
            $said | ForEach-Object { $_ | Should -BeLike $endangered }
        }
        finally { $overlay | Dismount-Overlay }
    }

    It 'does not end with a namespace that it is in' {
        $null = New-Namespace Uts -Name "$prefix-ns"
        try {
            $said = Invoke-NamespaceCommand "$prefix-ns" -- (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$(Get-TestedModulePath)'; try { Remove-Namespace '$prefix-ns' -Force -ErrorAction Stop; 'done' } catch { `$_.FullyQualifiedErrorId }; 'alive'"
            $said[0] | Should -BeLike $endangered
            $said[-1] | Should -Be alive
        }
        finally { Remove-Namespace "$prefix-ns" }
    }

    It 'does not end with a container that it is in' {
        $rootfs = New-TestRootfs
        try {
            $c = Start-Container -Rootfs $rootfs -Name "$prefix-in"
            $said = Invoke-OtherPowerShell @"
                Add-CgroupProcess $($c.Name) `$PID
                foreach (`$what in { Stop-Container $($c.Name) -ErrorAction Stop }, { Stop-Container $($c.Name) -Force -ErrorAction Stop }, { Restart-Container $($c.Name) -ErrorAction Stop },
                    { Suspend-Container $($c.Name) -ErrorAction Stop }, { Send-ContainerSignal $($c.Name) KILL -ErrorAction Stop },
                    { Send-ContainerSignal $($c.Name) TERM -ErrorAction Stop }, { Send-ContainerSignal $($c.Name) STOP -ErrorAction Stop },
                    { Send-ContainerSignal $($c.Name) USR1 -ErrorAction Stop }, { Remove-Container $($c.Name) -Force -ErrorAction Stop }) {
                    try { & `$what; 'done' } catch { `$_.FullyQualifiedErrorId }
                }
                try { Send-ContainerSignal $($c.Name) WINCH -ErrorAction Stop; 'sent' } catch { `$_.FullyQualifiedErrorId }
                'alive'
"@
            $said | Should -HaveCount 11
            $said[0..8] | ForEach-Object { $_ | Should -BeLike $endangered }
            $said[9..10] | Should -Be sent, alive
            $c.State | Should -Be Running
        }
        finally {
            Remove-TestContainer $prefix
            Remove-TestRootfs $rootfs
        }
    }
}
