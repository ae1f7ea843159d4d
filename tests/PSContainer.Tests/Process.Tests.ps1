# Processes of containers and PowerShell's own cmdlets for processes: they meet by pid, never by name.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $sources = @(
        @{ Source = 'Get-ContainerProcess'; Find = { Get-ContainerProcess $c } }
        @{ Source = 'Get-CgroupProcess'; Find = { Get-CgroupProcess $c } }
        @{ Source = 'Get-ProcessCapability'; Find = { Get-ProcessCapability -Container $c } }
        @{ Source = 'Start-ContainerProcess'; Find = { $started } }
        @{ Source = 'what Select-Object leaves'; Find = { Get-ContainerProcess $c | Select-Object * } }
        @{ Source = 'what comes back from another PowerShell'; Find = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@(Get-ContainerProcess $c))) } }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $c = Start-Container -Rootfs $rootfs -Name "$prefix-c" -- sleep 1000
    $started = Start-ContainerProcess $c -- sleep 1001
    # A process of the host that is called as those in the container.
    $stranger = Start-Process sleep -ArgumentList 1002 -PassThru
    $null = Wait-Until { (Get-ContainerProcess $c).CommandName -notcontains 'pscontainer' }
}

AfterAll {
    Stop-Process -InputObject $stranger -ErrorAction Ignore
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Processes of no container that is named' {
    It 'are those of all that run' {
        Start-Container -Rootfs $rootfs -Name "$prefix-ended" -- true | Wait-Container -Timeout 60s | Out-Null
        $found = @(Get-ContainerProcess)
        (Get-ContainerProcess $c).Id | ForEach-Object { $found.Id | Should -Contain $_ }
        @() | Get-ContainerProcess | Should -BeNullOrEmpty
    }
}

Describe 'Processes of <Source>' -ForEach $sources {
    BeforeAll { $found = @(& $Find); $pids = @($found.Id) }

    It 'are called alike and are not the stranger' {
        $found.Count | Should -BeGreaterThan 0
        $found.CommandName | Select-Object -Unique | Should -Be sleep
        $pids | Should -Not -Contain $stranger.Id
    }
    It 'are those of Get-Process' { ($found | Get-Process).Id | Sort-Object | Should -Be ($pids | Sort-Object) }
    It 'are those that Stop-Process would end' {
        $log = Join-Path $TestDrive "what-if-$([guid]::NewGuid())"
        # -WhatIf speaks to the host alone, so another PowerShell runs it.
        $data = Join-Path $TestDrive "data-$([guid]::NewGuid())"
        [Management.Automation.PSSerializer]::Serialize($found) | Set-Content $data
        Invoke-OtherPowerShell "[Management.Automation.PSSerializer]::Deserialize((Get-Content -Raw '$data')) | Stop-Process -WhatIf" | Set-Content $log
        $named = [regex]::Matches((Get-Content -Raw $log), '\((\d+)\)') | ForEach-Object { [int]$_.Groups[1].Value }
        $named | Sort-Object | Should -Be ($pids | Sort-Object)
    }
    It 'are those that Wait-Process waits for' {
        $found | Wait-Process -Timeout 1 -ErrorVariable late -ErrorAction SilentlyContinue
        $late.TargetObject.Id | Sort-Object -Unique | Should -Be ($pids | Sort-Object)
    }
    It 'are those whose cgroup Get-Cgroup finds' { ($found | Get-Cgroup).Path | Select-Object -Unique | Should -Be $c.Cgroup.Path }
    It 'have no property by which a cmdlet for processes binds a name' {
        $names = 'Get-Process', 'Stop-Process', 'Wait-Process', 'Debug-Process' | ForEach-Object { $name = (Get-Command $_).Parameters['Name']; $name.Name; $name.Aliases } | Select-Object -Unique
        $names | Should -Contain ProcessName
        foreach ($name in $names) { $found[0].psobject.Properties[$name] | Should -BeNullOrEmpty -Because $name }
    }
}
