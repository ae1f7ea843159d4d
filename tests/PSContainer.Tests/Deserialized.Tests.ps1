# Containers and all else as a job, a remote session or a file has them.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $container = Start-Container -Rootfs $rootfs -Name "$prefix-one" -AddCapability NetAdmin
    function Copy-Object([Parameter(ValueFromPipeline)] $Value) {
        process { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Value)) }
    }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'A container that was serialized' {
    It 'has its state, as a word' {
        $copy = $container | Copy-Object
        "$($copy.State)" | Should -Be Running
        $copy.State -eq 'Running' | Should -BeTrue
        @($container | Copy-Object | Where-Object State -eq Running).Count | Should -Be 1
    }

    It 'shows its state' {
        $container | Copy-Object | Format-Table | Out-String | Should -Match "$prefix-one +.*Running"
        $container | Copy-Object | Format-List | Out-String | Should -Match 'State +: +.*Running'
        $plain = $container | Select-Object Name, State | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json
        [PSContainer.Views.ViewText]::State($plain) | Should -Be Running
    }

    It 'shows memory and time as they were then' {
        $memory, $uptime = $container.MemoryCurrent, $container.Uptime
        $memory | Should -BeGreaterThan 0
        $copy = $container | Copy-Object
        $copy.MemoryCurrent | Should -BeGreaterThan 0
        $copy.Uptime | Should -BeGreaterOrEqual $uptime
        $table = $copy | Format-Table | Out-String -Width 160
        $table | Should -Match ([regex]::Escape([PSContainer.Views.ViewText]::Size($copy.MemoryCurrent)))
        $table | Should -Match ([regex]::Escape([PSContainer.Views.ViewText]::Span($copy.Uptime)))
        $container | Format-Table | Out-String -Width 160 | Should -Match '\d [KM]iB +\d+[smh]'
    }

    It 'shows how it ended' {
        $ended = Start-Container -Rootfs $rootfs -Name "$prefix-ended" -Command sh, -c, 'exit 3' | Wait-Container
        $ended | Copy-Object | Format-Table | Out-String | Should -Match 'Exited \(3\)'
    }

    It 'comes out of a job as it is' {
        $module, $root = (Get-TestedModulePath), $env:PSCONTAINER_ROOT
        $job = Start-Job { Import-Module $using:module; $env:PSCONTAINER_ROOT = $using:root; Get-Container "$using:prefix-one" } -ErrorAction Stop
        ($job | Receive-Job -Wait -AutoRemoveJob).State | Should -Be Running
    }
}

Describe 'What was serialized' {
    It 'has words wherever the module has an enumeration' {
        $enums = [PSContainer.Containers.Container].Assembly.GetExportedTypes().Where{ $_.IsEnum }
        $enums.Count | Should -BeGreaterThan 10
        foreach ($enum in $enums) {
            $value = [Enum]::GetValues($enum)[0]
            $copy = [pscustomobject]@{ Value = $value } | Copy-Object
            $copy.Value | Should -BeOfType $enum -Because "$enum is in PSContainer.Deserialized.Types.ps1xml"
            $copy.Value | Should -Be $value
        }
    }
}
