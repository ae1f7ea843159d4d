# What every cmdlet has to have: the rules of the module's surface, checked on all of them.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $cmdlets = Get-Command -Module PSContainer -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name } }
    $changing = 'Add', 'Copy', 'Disable', 'Dismount', 'Enable', 'Expand', 'Export', 'Merge', 'Mount', 'New', 'Remove', 'Reset', 'Restart', 'Resume', 'Send', 'Set', 'Start', 'Stop', 'Suspend'
    # A profile is a value: making one changes nothing.
    $changers = $cmdlets | Where-Object Name -notin 'New-ContainerSpec', 'New-SeccompProfile' |
        Where-Object { $_.Name.Split('-')[0] -in $changing -or $_.Name -eq 'Invoke-Container' }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $repository = Split-Path (Split-Path $PSScriptRoot)
    $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
    function Get-OwnParameter($command) { $command.Parameters.Values | Where-Object Name -notin $common }
}

Describe 'The module' {
    It 'exports exactly what its manifest lists' {
        $manifest = Import-PowerShellDataFile (Join-Path (Get-TestedModulePath) 'PSContainer.psd1')
        $module = Get-Module PSContainer
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
        $module.ExportedAliases.Keys | Sort-Object | Should -Be ($manifest.AliasesToExport | Sort-Object)
        $module.ExportedFunctions.Keys | Should -BeNullOrEmpty
    }

    It 'has an exporting line for every cmdlet of the assembly' {
        $assembly = [PSContainer.Commands.ContainerCmdlet].Assembly
        $names = $assembly.GetExportedTypes().ForEach{ $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) }.ForEach{ "$($_.VerbName)-$($_.NounName)" }
        $names | Sort-Object | Should -Be ((Get-Module PSContainer).ExportedCmdlets.Keys | Sort-Object)
    }

    It 'imports within a second of processor time' {
        # Processor time, and the best of several: how much there is to do, not how busy the machine is. How fast it is, the bench says.
        $script = "`$p = Get-Process -Id `$PID; `$before = `$p.TotalProcessorTime; Import-Module '$(Get-TestedModulePath)'; `$p.Refresh(); (`$p.TotalProcessorTime - `$before).TotalMilliseconds"
        $times = 1..5 | ForEach-Object { [double](& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script) }
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessOrEqual 1000
    }

    It 'loads no assembly from elsewhere' {
        $loaded = Invoke-OtherPowerShell '[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -like "*/PSContainer*" | ForEach-Object { Split-Path -Leaf $_.Location }'
        $loaded | Sort-Object | Should -Be 'PSContainer.dll', 'PSContainer.Native.dll'
    }

    It 'shadows no command that PowerShell or the system has' {
        foreach ($alias in (Get-Module PSContainer).ExportedAliases.Keys) {
            Get-Command $alias -All -ErrorAction Ignore | Where-Object Source -ne PSContainer | Should -BeNullOrEmpty -Because $alias
        }
    }
}

Describe '<Name>' -ForEach $cmdlets {
    BeforeAll {
        $command = Get-Command $Name -CommandType Cmdlet
        $help = Get-Help $Name -Full
    }

    It 'has an approved verb' { $command.Verb | Should -BeIn (Get-Verb).Verb }

    It 'has a singular noun' { $command.Noun | Should -Match '^((Container|Cgroup|Namespace)([A-Z][a-z]+)*|SeccompProfile|Overlay|FileSystem|MountPoint|ProcessCapability)$'; $command.Noun | Should -Not -Match '[^s]s$' }

    It 'says what it emits' { $command.OutputType.Count | Should -BeGreaterThan 0 }

    It 'has no parameter that is a bool' {
        Get-OwnParameter $command | Where-Object { $_.ParameterType -in [bool], [Nullable[bool]] } | Should -BeNullOrEmpty
    }

    It 'names its parameters in Pascal case' { Get-OwnParameter $command | Where-Object Name -cnotmatch '^[A-Z][A-Za-z]+$' | Should -BeNullOrEmpty }

    It 'describes itself' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match '\{\{|^\s*$'
        ($help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty
        ($help.description | Out-String) | Should -Not -Match '\{\{'
    }

    It 'has two examples, with words about each' {
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $examples) {
            ($example | Out-String) | Should -Match $Name
            ($example | Out-String) | Should -Not -Match '\{\{'
        }
    }

    It 'describes every parameter' {
        foreach ($parameter in Get-OwnParameter $command) {
            $entry = $help.parameters.parameter | Where-Object name -eq $parameter.Name
            $entry | Should -Not -BeNullOrEmpty -Because "$($parameter.Name) is in the help"
            ($entry.description | Out-String).Trim() | Should -Match '\w{3}' -Because "$($parameter.Name) is described"
            ($entry.description | Out-String) | Should -Not -Match '\{\{' -Because "$($parameter.Name) is described"
        }
    }

    It 'has examples that parse' {
        foreach ($example in @($help.examples.example)) {
            $errors = $null
            $null = [Management.Automation.Language.Parser]::ParseInput(($example.code -join "`n"), [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty -Because $example.code
        }
    }
}

Describe '<Name>, which changes something' -ForEach $changers {
    It 'supports -WhatIf, at a medium impact' {
        $type = (Get-Command $Name).ImplementingType
        $attribute = $type.GetCustomAttributes([Management.Automation.CmdletAttribute], $false)[0]
        $attribute.SupportsShouldProcess | Should -BeTrue
        $attribute.ConfirmImpact | Should -Be 'Medium'
    }
}

Describe 'Parameters of one name' {
    It 'have one type everywhere' {
        $types = Get-Command -Module PSContainer -CommandType Cmdlet | ForEach-Object { Get-OwnParameter $_ } | Group-Object Name
        # A container goes into one cgroup, other cmdlets take many. A container's name is a text where one is made and a reference where one is meant; a signal to send is not optional.
        # Get-Container tells the processes of the pipeline from containers by their type, and what a process may do can be asked of any reference.
        foreach ($group in $types | Where-Object Name -notin 'Name', 'Id', 'Signal', 'Path', 'Destination', 'Cgroup', 'ProcessId', 'Type', 'Owner', 'Overlay', 'UidMap', 'GidMap', 'Process') {
            @($group.Group.ParameterType.FullName | Select-Object -Unique).Count | Should -Be 1 -Because $group.Name
        }
    }
}

Describe 'Errors' {
    It 'are all in about_PSContainer_Errors' {
        $topic = Get-Content -Raw (Join-Path (Get-TestedModulePath) 'en-US/about_PSContainer_Errors.help.txt')
        $sources = Get-ChildItem (Join-Path $repository 'src') -Recurse -Filter *.cs | Where-Object FullName -notmatch '/(obj|bin)/'
        $ids = $sources | Select-String 'override string ErrorId => "(\w+)"|virtual string ErrorId => "(\w+)"' |
            ForEach-Object { $_.Matches[0].Groups[1].Value + $_.Matches[0].Groups[2].Value } | Select-Object -Unique
        $ids.Count | Should -BeGreaterThan 5
        foreach ($id in $ids) { $topic | Should -Match "\b$id\b" }
    }
}
