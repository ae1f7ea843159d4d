# Every cmdlet that takes a container takes it by the pipeline, in every shape it comes in.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    # How each is called with a container before it; a cmdlet that is not here fails.
    $calls = @{
        'Compare-Container' = @{ Call = { $input | Compare-Container }; Overlay = $true }
        'Copy-ContainerFile' = @{ Call = { $input | Copy-ContainerFile -Path /etc/passwd -Destination "$TestDrive/passwd" -FromContainer -PassThru } }
        'Enter-Container' = @{ Call = { $input | Enter-Container }; Id = 'TerminalRequired' }
        'Get-Cgroup' = @{ Call = { $input | Get-Cgroup } }
        'Get-CgroupEffectiveLimit' = @{ Call = { $input | Get-CgroupEffectiveLimit } }
        'Get-Container' = @{ Call = { $input | Get-Container } }
        'Get-ContainerLog' = @{ Call = { $input | Get-ContainerLog } }
        'Get-ContainerProcess' = @{ Call = { $input | Get-ContainerProcess } }
        'Get-MountPoint' = @{ Call = { $input | Get-MountPoint } }
        'Get-Namespace' = @{ Call = { $input | Get-Namespace } }
        'Get-ProcessCapability' = @{ Call = { $input | Get-ProcessCapability } }
        'Enter-Namespace' = @{ Call = { $input | Enter-Namespace }; Id = 'TerminalRequired' }
        'Invoke-ContainerCommand' = @{ Call = { $input | Invoke-ContainerCommand -- hostname } }
        'Invoke-NamespaceCommand' = @{ Call = { $input | Invoke-NamespaceCommand -Type UTS -- hostname } }
        'Measure-Container' = @{ Call = { $input | Measure-Container } }
        'Remove-Container' = @{ Call = { $input | Remove-Container -WhatIf }; Silent = $true }
        'Restart-Container' = @{ Call = { $input | Restart-Container -WhatIf }; Silent = $true }
        'Resume-Container' = @{ Call = { $input | Resume-Container -PassThru } }
        'Send-ContainerSignal' = @{ Call = { $input | Send-ContainerSignal -Signal CONT -PassThru } }
        'Set-ContainerContent' = @{ Call = { $input | Set-ContainerContent -Path /tmp/piped -Value text }; Silent = $true }
        'Start-Container' = @{ Call = { $input | Start-Container } }
        'Start-ContainerProcess' = @{ Call = { $input | Start-ContainerProcess -- true } }
        'Stop-Container' = @{ Call = { $input | Stop-Container -WhatIf }; Silent = $true }
        'Suspend-Container' = @{ Call = { $input | Suspend-Container -PassThru | Resume-Container -PassThru } }
        'Test-Container' = @{ Call = { $input | Test-Container } }
        'Wait-Container' = @{ Call = { $input | Wait-Container -ForState Running -Timeout 60s } }
    }
    $cmdlets = Get-Command -Module PSContainer -CommandType Cmdlet |
        Where-Object { $_.Parameters.Values.ParameterType -contains [PSContainer.Binding.ContainerReference[]] } |
        ForEach-Object { @{ Name = $_.Name; Entry = $calls[$_.Name] } }
    $shapes = @(
        @{ Shape = 'a name'; Make = { $args[0].Name } }
        @{ Shape = 'a live object'; Make = { $args[0] } }
        @{ Shape = 'what comes from another PowerShell'; Make = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0])) } }
        @{ Shape = 'what Select-Object leaves'; Make = { $args[0] | Select-Object Name, Id, State } }
        @{ Shape = 'a row of CSV'; Make = { $args[0] | Select-Object Name, Id | ConvertTo-Csv | ConvertFrom-Csv } }
    )
    # A text that is given to a cmdlet for namespaces is their name.
    $cases = $cmdlets | ForEach-Object { $cmdlet = $_; $shapes | Where-Object { $cmdlet.Name -notlike '*-Namespace*' -or $_.Shape -ne 'a name' } | ForEach-Object { $cmdlet + $_ } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $overlay = Mount-Overlay $rootfs -Ephemeral
    $c = $overlay | Start-Container -Name "$prefix-c" -- sleep 1000
    $PSNativeCommandUseErrorActionPreference = $false
}

AfterAll {
    Remove-TestContainer $prefix
    $overlay | Dismount-Overlay
    Remove-TestRootfs $rootfs
}

Describe '<Name>' -ForEach $cases {
    It 'takes <Shape> through the pipeline' {
        $Entry | Should -Not -BeNullOrEmpty -Because 'each cmdlet that takes a container is tried'
        $ErrorActionPreference = 'Continue'
        $given = & $Make $c
        $out = @($given | & $Entry.Call 2>&1)
        $failed = @($out | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        if ($Entry.Id) { $failed.FullyQualifiedErrorId | Should -BeLike "$($Entry.Id),*" }
        else {
            $failed | Should -BeNullOrEmpty
            if (-not $Entry.Silent -and $Name -notin 'Get-ContainerLog', 'Compare-Container') { $out | Should -Not -BeNullOrEmpty }
        }
        $c.State | Should -Be Running
    }
}

Describe 'Paths on the command line' {
    It 'are the paths where the container is piped' {
        $c | Copy-ContainerFile /etc/group "$TestDrive/group" -FromContainer
        Get-Content "$TestDrive/group" | Should -Not -BeNullOrEmpty
        "$($c.Name)" | Copy-ContainerFile "$TestDrive/group" /tmp/group -ToContainer
        Invoke-ContainerCommand $c -- cat /tmp/group | Should -Be (Get-Content "$TestDrive/group")
    }
    It 'are an error where one is missing' { { Copy-ContainerFile $c /etc/group -FromContainer } | Should -Throw '*destination*' }
}

Describe 'Lines' {
    It 'are lines where the container is named' { 'x', 'y' | Invoke-ContainerCommand -Container $c -- cat | Should -Be x, y }
    It 'are containers also where an argument begins with a dash' {
        $c.Name | Invoke-ContainerCommand -- sh -c 'echo ok' | Should -Be ok
        $c | Invoke-ContainerCommand ls -la /etc/passwd | Should -Match passwd
        Get-Item $rootfs | Invoke-Container -- sh -c 'echo ok' | Should -Be ok
    }
    It 'are nothing where no container came' {
        $ErrorActionPreference = 'Stop'
        Get-Container 'nobody-*' | Invoke-ContainerCommand -- echo x | Should -BeNullOrEmpty
        Get-Container 'nobody-*' | Start-ContainerProcess -- echo x | Should -BeNullOrEmpty
        Get-Container 'nobody-*' | Invoke-NamespaceCommand -- echo x | Should -BeNullOrEmpty
        Get-Container 'nobody-*' | Invoke-ContainerCommand $c -- echo x | Should -Be x
    }
    It 'are refused where the command would not get them' {
        { 'a', 'b' | Start-ContainerProcess $c -- sleep 4711 } | Should -Throw '*has no standard input*' -ErrorId 'InvalidContainerSpec,*'
        $c | Get-ContainerProcess | Where-Object CommandName -eq sleep | Where-Object { $_.Command -match 4711 } | Should -BeNullOrEmpty
    }
    It 'are containers where the command stands alone after --' {
        (New-TestName) | Invoke-ContainerCommand -ErrorVariable problem -ErrorAction SilentlyContinue -- hostname
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
    }
}

Describe 'A piped root' {
    It 'is Invoke-Container''s, before the command' {
        Get-Item $rootfs | Invoke-Container -- echo ok | Should -Be ok
        "$rootfs" | Invoke-Container -- echo ok | Should -Be ok
        [pscustomobject]@{ Rootfs = "$rootfs" } | Invoke-Container -- sh -c 'echo ok' | Should -Be ok
        'line' | Invoke-Container $rootfs -- cat | Should -Be line
    }
}

Describe 'A piped configuration' {
    It 'is taken by New-Container, Start-Container and Invoke-Container' {
        $spec = New-ContainerSpec -Rootfs $rootfs -Command echo, ok
        @($spec | New-Container -PlanOnly).Step | Should -Contain 'Execute'
        @($rootfs | New-Container -PlanOnly).Step | Should -Contain 'Execute'
        $spec | Start-Container -Name "$prefix-spec" | Wait-Container | Get-ContainerLog | ForEach-Object Message | Should -Be ok
        $spec | Invoke-Container | Should -Be ok
    }
}
