# How arguments are read: as they are written, in every shape they come in.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule

    # A command with a parameter for each way to read, which gives back what was bound.
    function Read-Argument {
        param(
            [PSContainer.Binding.ByteSizeTransformation()] $Size,
            [PSContainer.Binding.DurationTransformation()] $Time,
            [PSContainer.Binding.CpuTransformation()] $Cpu,
            [PSContainer.Binding.CpuSetTransformation()] $CpuSet,
            [PSContainer.Binding.ModeTransformation()] $Mode,
            [PSContainer.Binding.CountTransformation()] $Count,
            [PSContainer.Binding.SignalTransformation()] $Signal,
            [PSContainer.Binding.CapabilityTransformation()] $Capability,
            [PSContainer.Binding.MountTransformation()] $Mount,
            [PSContainer.Binding.TmpfsTransformation()] $Tmpfs,
            [PSContainer.Binding.RootfsTransformation()] $Rootfs,
            [PSContainer.Binding.PairsTransformation()] $Pairs,
            [PSContainer.Binding.UlimitTransformation()] $Ulimit,
            [PSContainer.Binding.IdMapTransformation()] $IdMap,
            [PSContainer.Binding.MomentTransformation()] $Moment,
            [PSContainer.Binding.ContainerTransformation()] $Container
        )
        foreach ($value in $PSBoundParameters.Values) { $value }
    }
}

Describe 'A size' {
    It 'takes the literal 512MB' { Read-Argument -Size 512MB | Should -Be 512MB }
    It 'takes 1.5GB as it is written' { Read-Argument -Size 1.5GB | Should -Be (1.5 * 1GB) }
    It 'reads <Text>' -ForEach @(
        @{ Text = '512M'; Bytes = 512MB }, @{ Text = '512m'; Bytes = 512MB }, @{ Text = '512MiB'; Bytes = 512MB }, @{ Text = '1.5g'; Bytes = 1536MB }
        @{ Text = '4096'; Bytes = 4096 }, @{ Text = 'max'; Bytes = -1 }
    ) { Read-Argument -Size $Text | Should -Be $Bytes }
    It 'takes a number from a hashtable' { $splat = @{ Size = 64MB }; Read-Argument @splat | Should -Be 64MB }
    It 'refuses <Text>' -ForEach @(@{ Text = '512XB' }, @{ Text = '-5' }, @{ Text = '' }, @{ Text = 'much' }, @{ Text = '9999999999g' }) {
        { Read-Argument -Size $Text } | Should -Throw
    }
    It 'says what can be written' { { Read-Argument -Size 512XB } | Should -Throw '*unit*XB*512MB*' }
}

Describe 'A time' {
    It 'takes <Text> as it is written' -ForEach @(
        @{ Text = '30'; Seconds = 30 }, @{ Text = '30s'; Seconds = 30 }, @{ Text = '500ms'; Seconds = 0.5 }, @{ Text = '5m'; Seconds = 300 }
        @{ Text = '1.5h'; Seconds = 5400 }, @{ Text = '1d'; Seconds = 86400 }
    ) {
        # As a literal, of which PowerShell would make another number.
        (& ([scriptblock]::Create("Read-Argument -Time $Text"))).TotalSeconds | Should -Be $Seconds
        (Read-Argument -Time $Text).TotalSeconds | Should -Be $Seconds
    }
    It 'takes a TimeSpan' { Read-Argument -Time ([timespan]::FromMinutes(2)) | Should -Be ([timespan]::FromMinutes(2)) }
    It 'takes seconds from a hashtable' { $splat = @{ Time = 30 }; (Read-Argument @splat).TotalSeconds | Should -Be 30 }
    It 'refuses a decimal that was 1d' { $splat = @{ Time = 1d }; { Read-Argument @splat } | Should -Throw '*quotes*' }
    It 'refuses <Text>' -ForEach @(@{ Text = '5x' }, @{ Text = '-3' }, @{ Text = 'soon' }) { { Read-Argument -Time $Text } | Should -Throw }
}

Describe 'A share of CPU time' {
    It 'reads <Text>' -ForEach @(
        @{ Text = '0.5'; Cpus = 0.5 }, @{ Text = '50%'; Cpus = 0.5 }, @{ Text = '50000 100000'; Cpus = 0.5 }, @{ Text = '150%'; Cpus = 1.5 }
        @{ Text = 'max'; Cpus = [double]::PositiveInfinity }
    ) { Read-Argument -Cpu $Text | Should -Be $Cpus }
    It 'takes 50% without quotes' { Read-Argument -Cpu 50% | Should -Be 0.5 }
    It 'refuses <Text>' -ForEach @(@{ Text = '0' }, @{ Text = '-1' }, @{ Text = 'half' }) { { Read-Argument -Cpu $Text } | Should -Throw }
}

Describe 'A set of CPUs' {
    It 'takes a list without quotes' { Read-Argument -CpuSet 0-3,5 | Should -Be '0-3,5' }
    It 'takes numbers' { Read-Argument -CpuSet 0,1 | Should -Be '0-1' }
    It 'takes a text' { Read-Argument -CpuSet '0-1,3' | Should -Be '0-1,3' }
    It 'refuses <Text>' -ForEach @(@{ Text = '3-1' }, @{ Text = 'a' }, @{ Text = '0,,1' }) { { Read-Argument -CpuSet $Text } | Should -Throw }
}

Describe 'Permission bits' {
    It 'takes 0755 as octal' { Read-Argument -Mode 0755 | Should -Be 493 }
    It 'takes 755 as octal too' { Read-Argument -Mode 755 | Should -Be 493 }
    It 'takes a text' { Read-Argument -Mode '4711' | Should -Be ([Convert]::ToInt32('4711', 8)) }
    It 'refuses <Text>' -ForEach @(@{ Text = '0888' }, @{ Text = 'rwx' }, @{ Text = '77777' }) { { Read-Argument -Mode $Text } | Should -Throw }
}

Describe 'Words' {
    It 'reads the signal <Text>' -ForEach @(@{ Text = 'term' }, @{ Text = 'SIGTERM' }, @{ Text = '15' }, @{ Text = 'Term' }) {
        Read-Argument -Signal $Text | Should -Be ([PSContainer.Kernel.Signal]::Term)
    }
    It 'refuses an unknown signal' { { Read-Argument -Signal FOO } | Should -Throw '*signal(7)*' }
    It 'reads capabilities in every spelling' {
        Read-Argument -Capability CAP_NET_ADMIN, net_admin, NetAdmin, all | Should -Be 'CAP_NET_ADMIN', 'CAP_NET_ADMIN', 'CAP_NET_ADMIN', 'ALL'
    }
    It 'refuses an unknown capability' { { Read-Argument -Capability NetAdmn } | Should -Throw '*capabilities(7)*' }
    It 'counts in whole numbers' { Read-Argument -Count 64 | Should -Be 64; { Read-Argument -Count 1.5 } | Should -Throw; { Read-Argument -Count 0 } | Should -Throw }
}

Describe 'A mount' {
    It 'takes a relative source from PowerShell''s location' {
        Push-Location TestDrive:
        try { (Read-Argument -Mount './site:/srv:ro').Source | Should -Be (Join-Path $TestDrive site) }
        finally { Pop-Location }
    }
    It 'takes the read-only mark' { (Read-Argument -Mount '/a:/b:ro').ReadOnly | Should -BeTrue; (Read-Argument -Mount '/a:/b').ReadOnly | Should -BeFalse }
    It 'takes pairs' {
        $mount = Read-Argument -Mount @{ '/a' = '/b:ro' }
        $mount.Source, $mount.Destination, $mount.ReadOnly | Should -Be '/a', '/b', $true
    }
    It 'takes parts' {
        $mount = Read-Argument -Mount @{ Source = '/a'; Destination = '/b'; ReadOnly = $true; Options = 'nosuid', 'noexec' }
        $mount.Source, $mount.Destination, $mount.ReadOnly, ($mount.Options -join ',') | Should -Be '/a', '/b', $true, 'nosuid,noexec'
    }
    It 'takes the key of a hashtable for the source, whatever colons it has' {
        $mount = Read-Argument -Mount @{ '/co:lon' = '/x:ro' }
        $mount[0].Source, $mount[0].Destination, $mount[0].ReadOnly | Should -Be '/co:lon', '/x', $true
    }
    It 'refuses the option <_>, which nobody knows' -Tag 'C-32' -ForEach 'RO', 'r0', 'bogus' {
        { Read-Argument -Mount "/a:/b:$_" } | Should -Throw "*'$_'*"
        { Read-Argument -Mount @{ '/a' = "/b:$_" } } | Should -Throw "*'$_'*"
    }
    It 'refuses an unknown part' { { Read-Argument -Mount @{ Source = '/a'; Destination = '/b'; Mod = 1 } } | Should -Throw '*Mod*' }
    It 'refuses a destination that is not absolute' { { Read-Argument -Mount '/a:b' } | Should -Throw '*absolute*' }
    It 'reads a tmpfs with its options' {
        $mount = Read-Argument -Tmpfs '/tmp:size=64m,mode=1777,nosuid'
        $mount.Size, $mount.Mode, ($mount.Options -join ',') | Should -Be 64MB, 1023, 'nosuid'
    }
}

Describe 'A root' {
    It 'is a path from PowerShell''s location' {
        Push-Location TestDrive:
        try { (Read-Argument -Rootfs ./alpine).Path | Should -Be (Join-Path $TestDrive alpine) }
        finally { Pop-Location }
    }
    It 'is a path of a PowerShell drive' { (Read-Argument -Rootfs TestDrive:/alpine).Path | Should -Be (Join-Path $TestDrive alpine) }
    It 'is a directory''s object' { (Read-Argument -Rootfs (Get-Item $TestDrive)).Path | Should -Be "$TestDrive" }
    It 'is the host' { (Read-Argument -Rootfs host).IsHost | Should -BeTrue }
    It 'is a directory named Host when it is written as one' { (Read-Argument -Rootfs ./Host).IsHost | Should -BeFalse }
    It 'is nothing else' { { Read-Argument -Rootfs (Get-Process -Id $PID) } | Should -Throw '*directory*' }
}

Describe 'Pairs' {
    It 'are a hashtable' { (Read-Argument -Pairs @{ A = 1 }).A | Should -Be 1 }
    It 'are texts' { $pairs = Read-Argument -Pairs 'A=1', 'B=x=y'; $pairs['A'], $pairs['B'] | Should -Be '1', 'x=y' }
    It 'are not words' { { Read-Argument -Pairs word } | Should -Throw '*NAME=value*' }
    It 'are limits of processes' { (Read-Argument -Ulimit @{ nofile = '1024:4096' }).nofile.Hard | Should -Be 4096; (Read-Argument -Ulimit nofile=64).nofile.Soft | Should -Be 64 }
    It 'are id maps' { $map = Read-Argument -IdMap '0:100000:65536'; $map.ContainerId, $map.HostId, $map.Size | Should -Be 0, 100000, 65536 }
    It 'are no id maps of nothing' { { Read-Argument -IdMap '0:100000:0' } | Should -Throw }
}

Describe 'A moment' {
    It 'is how long ago' { [Math]::Abs(([datetime]::Now - (Read-Argument -Moment 5m)).TotalSeconds - 300) | Should -BeLessThan 5 }
    It 'is how long ago, whatever the clocks did in between' {
        $bound = Read-Argument -Moment 90m
        [Math]::Abs(([datetime]::UtcNow - $bound.ToUniversalTime()).TotalSeconds - 5400) | Should -BeLessThan 5
    }
    It 'is a date' { (Read-Argument -Moment ([datetime]'2026-01-02')) | Should -Be ([datetime]'2026-01-02') }
    It 'is the text of a date' { (Read-Argument -Moment '2026-01-02 03:04') | Should -Be ([datetime]'2026-01-02 03:04') }
}

Describe 'A container' {
    It 'is a name' { (Read-Argument -Container web).Text | Should -Be web }
    It 'is a list in a list' { Read-Argument -Container (('a', 'b'), 'c') | ForEach-Object Text | Should -Be a, b, c }
    It 'is what Select-Object leaves of one' { (Read-Argument -Container ([pscustomobject]@{ Name = 'web'; State = 'Running' } | Select-Object Name)).Text | Should -Be web }
    It 'is what JSON leaves of one' { (Read-Argument -Container ('{"Name":"web","Id":"abc"}' | ConvertFrom-Json)).Text | Should -Be abc }
    It 'is what CSV leaves of one' { (Read-Argument -Container ([pscustomobject]@{ Name = 'web' } | ConvertTo-Csv | ConvertFrom-Csv)).Text | Should -Be web }
    It 'is not a process, though that has a name' { { Read-Argument -Container (Get-Process -Id $PID) } | Should -Throw }
    It 'is not a directory, though that has a name' { { Read-Argument -Container (Get-Item $TestDrive) } | Should -Throw }
    It 'cannot be made of a hashtable' { { [PSContainer.Containers.Container]@{ Name = 'x' } } | Should -Throw }
}

Describe 'Containers that are not there' {
    It 'are an error each, and end nothing' {
        $names = (New-TestName), (New-TestName)
        Get-Container $names -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems.Count | Should -Be 2
        $problems.FullyQualifiedErrorId | Should -Be (@('ContainerNotFound,PSContainer.Commands.GetContainerCommand') * 2)
        $problems.TargetObject | Should -Be $names
        $problems[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $problems[0].Exception | Should -BeOfType ([PSContainer.ContainerNotFoundException])
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
    It 'are no error where a pattern means them' { Get-Container 'psc-test-no-such-*' -ErrorAction Stop | Should -BeNullOrEmpty }
    It 'can be caught by type' {
        try { Stop-Container (New-TestName) -ErrorAction Stop; throw 'not reached' }
        catch [PSContainer.ContainerNotFoundException] { $_.Exception.ErrorId | Should -Be ContainerNotFound }
    }
    It 'are told from several that may be meant' {
        $state = Join-Path $TestDrive state
        $null = New-Item -ItemType Directory $state, "$state/4a1f", "$state/4b2e"
        & chmod 700 $state
        foreach ($command in 'Get-Container 4', 'Get-Container -Id 4', 'Remove-Container 4', 'Get-CgroupLimit 4') {
            $said = Invoke-OtherPowerShell "`$env:PSCONTAINER_ROOT = '$state'; Import-Module '$(Get-TestedModulePath)' -Force; try { $command -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }"
            $said[0] | Should -BeLike 'ContainerAmbiguous,*'
            $said[1] | Should -Match '4a1f.*4b2e'
        }
    }
    It 'reach every cmdlet through the pipeline' -ForEach @(
        @{ Name = 'Stop-Container' }, @{ Name = 'Remove-Container' }, @{ Name = 'Start-Container' }, @{ Name = 'Wait-Container' }, @{ Name = 'Measure-Container' }
        @{ Name = 'Get-ContainerProcess' }, @{ Name = 'Get-ContainerLog' }, @{ Name = 'Test-Container' }, @{ Name = 'Suspend-Container' }
        @{ Name = 'Resume-Container' }, @{ Name = 'Restart-Container' }, @{ Name = 'Get-Container' }
    ) {
        (New-TestName) | & $Name -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
    }
}

Describe 'Arguments after the command' {
    It 'are told of when PowerShell takes one for its own' {
        $null = Invoke-ContainerCommand (New-TestName) nginx -Verbose -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        "$warned" | Should -Match "-Verbose.*nginx.*--"
    }
    It 'are left alone after --' {
        $null = Invoke-ContainerCommand (New-TestName) -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -- nginx -Verbose
        $warned | Should -BeNullOrEmpty
    }
    It 'are no matter before the command' {
        $null = Invoke-ContainerCommand (New-TestName) -Privileged -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue nginx
        $warned | Should -BeNullOrEmpty
    }
}
