# What is nothing is never everything: $null, an empty text or list, and a list with such an element are errors of binding, for every
# parameter of every cmdlet, as an argument, from the pipeline and as a property.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $commands = Get-Command -Module PSContainer -CommandType Cmdlet
    $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
    # Lines for standard input or a file, of which one may be empty.
    $lines = 'Set-ContainerContent.Value', 'Invoke-Container.InputObject', 'Invoke-ContainerCommand.InputObject', 'Invoke-NamespaceCommand.InputObject'
    $own = foreach ($command in $commands) {
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -notin $common -and "$($command.Name).$($_.Name)" -notin $lines }) {
            @{ Name = $command.Name; Parameter = $parameter.Name }
        }
    }
    $fromPipeline = foreach ($command in $commands) {
        foreach ($set in $command.ParameterSets) {
            foreach ($parameter in $set.Parameters | Where-Object { $_.Name -notin $common -and "$($command.Name).$($_.Name)" -notin $lines }) {
                if ($parameter.ValueFromPipeline) { @{ Name = $command.Name; Set = $set.Name; Parameter = $parameter.Name; By = 'value' } }
                if ($parameter.ValueFromPipelineByPropertyName) { @{ Name = $command.Name; Set = $set.Name; Parameter = $parameter.Name; By = 'property' } }
            }
        }
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    # A function emits a list as its elements; what is nothing has to arrive as it is.
    $nothings = [ordered]@{
        '$null' = $null; '''''' = ''; '@()' = @(); '$null in a list' = 'psc-test-none', $null; '$null in a list in a list' = @(, @('psc-test-none', $null))
        '[NullString]::Value' = [NullString]::Value; 'the output of what has none' = & { }
    }
    # What other parameters get that have to be there; nothing of it exists.
    $others = @{
        Controller = 'memory'; Signal = 'TERM'; Destination = "$TestDrive/none"; Container = 'psc-test-none'; ToContainer = $true; FromContainer = $true
        Path = "$TestDrive/none"; LiteralPath = "$TestDrive/none"; Value = 'text'; Lower = "$TestDrive/none"; Rootfs = 'Host'; Type = 'Uts'; Cgroup = '/'; SeccompProfile = 'Default'; Name = 'psc-test-none'
        Overlay = "$TestDrive/none"; MountPoint = "$TestDrive/none"; Namespace = 'psc-test-none'; Spec = [PSContainer.Spec.ContainerSpec]::new()
        ProcessId = $PID; Source = 'none'; ForScript = { $true }; Process = Get-Process -Id $PID; Id = 'psc-test-none'; View = '/'
    }
    function Get-OtherArgument($Name, $Set, $Parameter) {
        $command = Get-Command $Name
        $splat = @{}
        foreach ($needed in ($command.ParameterSets | Where-Object Name -eq $Set).Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $Parameter }) {
            if (-not $others.ContainsKey($needed.Name)) { throw "The test has no value for the parameter $($needed.Name) of $Name." }
            $splat[$needed.Name] = $others[$needed.Name]
        }
        if ($command.Parameters.ContainsKey('WhatIf')) { $splat.WhatIf = $true }
        if ($command.Parameters.ContainsKey('Command') -and $Set -ne 'Spec') { $splat.Command = 'true' }
        $splat
    }
}

Describe 'Nothing as an argument' {
    It 'is refused by <Name> -<Parameter>' -ForEach $own {
        foreach ($what in $nothings.Keys) {
            $splat = @{ $Parameter = $nothings[$what] }
            if ((Get-Command $Name).Parameters.ContainsKey('WhatIf')) { $splat.WhatIf = $true }
            # Words of a command may be empty, but a command that is none is not one of them.
            try { $output = & $Name @splat; throw "bound, and emitted '$output'" }
            catch { $_.FullyQualifiedErrorId | Should -Be "ParameterArgumentTransformationError,$((Get-Command $Name).ImplementingType)" -Because "$what was bound: $_" }
        }
    }

    It 'is known to every parameter by one mechanism' -ForEach $own {
        (Get-Command $Name).Parameters[$Parameter].Attributes.Where{ $_ -is [PSContainer.Binding.ReadingTransformationAttribute] }.Count |
            Should -Be 1 -Because "$Name -$Parameter reads its value"
    }
}

Describe 'Nothing from the pipeline' {
    It 'is refused by <Name> -<Parameter> as a <By> (<Set>)' -ForEach $fromPipeline {
        $splat = Get-OtherArgument $Name $Set $Parameter
        foreach ($what in $nothings.Keys | Where-Object { $_ -notlike '*output*' }) {
            # An empty list that is assigned or emitted is gone: a comma keeps it.
            $piped = if ($By -eq 'value') { @{ One = $nothings[$what] } } else { @{ One = [pscustomobject]@{ $Parameter = $nothings[$what] } } }
            $problems = $null
            try { $output = , $piped.One | & $Name @splat -ErrorVariable problems -ErrorAction SilentlyContinue }
            catch { $problems = @($_) }
            $output | Should -BeNullOrEmpty -Because "$what came"
            @($problems).Count | Should -BeGreaterThan 0 -Because "$what came"
            # What it is not is a line for standard input; with nothing to enter, there is nothing to run. Without a direction nothing is copied.
            $kind = if ($Name -eq 'Invoke-NamespaceCommand' -or $Set -eq 'NoDirection') { [PSContainer.InvalidSpecException] } else { [Management.Automation.ParameterBindingException] }
            $problems[0].Exception.GetType().IsAssignableTo($kind) -or $problems[0].Exception -is [Management.Automation.ParameterBindingException] |
                Should -BeTrue -Because "$what came: $($problems[0])"
        }
    }
}

Describe 'Nothing in a hashtable' {
    It 'is refused by <Name> -<Parameter>' -ForEach @(
        @{ Name = 'New-ContainerSpec'; Parameter = 'Label'; Value = @{ a = $null } }, @{ Name = 'New-ContainerSpec'; Parameter = 'Annotation'; Value = @{ a = $null } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'Sysctl'; Value = @{ 'net.core.somaxconn' = $null } }, @{ Name = 'New-ContainerSpec'; Parameter = 'Ulimit'; Value = @{ nofile = $null } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'Mount'; Value = @{ '/a' = $null } }, @{ Name = 'New-ContainerSpec'; Parameter = 'Mount'; Value = @{ Source = $null; Destination = '/b' } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'Mount'; Value = @{ Source = '/a'; Destination = '/b'; ReadOnly = $null } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'Mount'; Value = @{ Source = '/a'; Destination = '/b'; Options = 'nosuid', $null } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'Landlock'; Value = @{ '/usr' = $null } }, @{ Name = 'New-ContainerSpec'; Parameter = 'IoMax'; Value = @{ '/dev/sda' = $null } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'IoLatency'; Value = @{ '/dev/sda' = $null } }, @{ Name = 'New-ContainerSpec'; Parameter = 'HugetlbMax'; Value = @{ '2MB' = $null } }
        @{ Name = 'New-ContainerSpec'; Parameter = 'IoDeviceWeight'; Value = @{ '/dev/sda' = $null } }, @{ Name = 'New-ContainerSpec'; Parameter = 'RawLimit'; Value = @{ 'rdma.max' = $null } }
        @{ Name = 'New-SeccompProfile'; Parameter = 'Rule'; Value = @{ names = 'ptrace'; action = $null } }
        @{ Name = 'New-SeccompProfile'; Parameter = 'Rule'; Value = @{ names = 'socket'; action = 'Allow'; args = @{ index = 0; op = 'LT'; value = $null } } }
        @{ Name = 'Get-Container'; Parameter = 'Label'; Value = @{ a = $null } }
    ) {
        $splat = @{ $Parameter = $Value }
        { & $Name @splat } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*$null*'
    }

    It 'is refused where there is no pair at all' { { Get-Container -Label @{} } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' }

    It 'removes a variable, as with Start-Process' {
        $spec = New-ContainerSpec -Rootfs Host -Environment @{ PATH = $null; A = '' } -Command true
        $spec.Process.Env | Should -Contain 'A='
        $spec.Process.Env | Where-Object { $_ -like 'PATH=*' } | Should -BeNullOrEmpty
    }
}

Describe 'A variable that was never set' {
    It 'lets nothing be ended' {
        $typo = $null
        { Get-Cgroup $typo | Stop-Cgroup -WhatIf } | Should -Throw
        { Get-MountPoint $typo | Dismount-FileSystem -WhatIf } | Should -Throw
        { Get-Overlay $typo | Dismount-Overlay -RemoveUpper -WhatIf } | Should -Throw
        { Get-Namespace $typo | Remove-Namespace -Force -WhatIf } | Should -Throw
        $null | Get-Container -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
    }

    It 'turns no switch on' {
        { Remove-Container psc-test-none -Force:$typo -WhatIf } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        { New-Container -Rootfs Host -Privileged:$typo -WhatIf } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'is no process' { { Add-CgroupProcess / -ProcessId $PID, $typo -WhatIf } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' }

    It 'says where to look' { { Get-Container $typo } | Should -Throw '*$null is no value*leave the parameter out*' }
}

Describe 'What is something' {
    It 'is a switch that is off' { { Get-Cgroup -Recurse:$false -Depth 0 } | Should -Not -Throw }
    It 'is a parameter that is left out' { { Get-Container; Get-Namespace; Get-Overlay; Get-MountPoint; Get-Cgroup } | Should -Not -Throw }
    It 'is an empty word of a command' {
        (New-ContainerSpec -Rootfs Host -Command sh, -c, '').Process.Args | Should -Be sh, -c, ''
        (New-ContainerSpec -Rootfs Host -- printf %s '').Process.Args | Should -Be printf, %s, ''
    }
    It 'is a value in a hashtable that is an empty text' { (New-ContainerSpec -Rootfs Host -Label @{ a = '' } -Command true).Annotations.Values | Should -Contain '' }
    It 'is a number that is 0' { { Get-Cgroup -Depth 0 } | Should -Not -Throw }
}
