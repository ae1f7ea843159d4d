# What goes wrong before a command is the module's error; what the command says is the command's.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $can = @{}
    Test-ContainerHost | ForEach-Object { $can[$_.Feature] = $_.Result -ne 'Fail' }
    $ways = @(
        @{ Way = 'Invoke-Container'; Run = { param($line) Invoke-Container -Rootfs $rootfs @more -- sh -c $line; $script:succeeded = $? }; Fail = { Invoke-Container -Rootfs $rootfs -Tmpfs '/t:nr_inodes=bogus' @more -- true; $script:succeeded = $? }; Id = 'ContainerStartFailed' }
        @{ Way = 'Invoke-ContainerCommand'; Run = { param($line) Invoke-ContainerCommand $c @more -- sh -c $line; $script:succeeded = $? }; Fail = { Invoke-ContainerCommand $full @more -- true; $script:succeeded = $? }; Id = '*' }
        @{ Way = 'Invoke-NamespaceCommand'; Run = { param($line) Invoke-NamespaceCommand $c -Type Mount @more -- sh -c $line; $script:succeeded = $? }; Fail = { Invoke-NamespaceCommand $c -Type Mount @more -- /no/such/program; $script:succeeded = $? }; Id = 'CommandNotFoundInContainer' }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $c = Start-Container -Rootfs $rootfs -Name "$prefix-c" -- sleep 1000
    # One in which no other process may be: the kernel refuses clone3.
    $full = Start-Container -Rootfs $rootfs -Name "$prefix-full" -PidsMax 1 -- sleep 1000
    # What every test begins with; a test changes it for itself.
    $PSNativeCommandUseErrorActionPreference = $false
    $ErrorActionPreference = 'Continue'
    $more = @{}
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'A failing step of <Way>' -ForEach $ways {
    It 'is an error with what was tried, and the code 125 or 127' {
        $Error.Clear()
        & $Fail 2>$null | Should -BeNullOrEmpty
        $Error.Count | Should -Be 1
        $Error[0].FullyQualifiedErrorId | Should -BeLike "$Id,PSContainer.Commands.*"
        $Error[0].Exception | Should -BeOfType ([PSContainer.ContainerException])
        $Error[0].Exception.Errno | Should -BeGreaterThan 0
        $Error[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $LASTEXITCODE | Should -BeIn 125, 127
    }
    It 'ends a script with -ErrorAction Stop' {
        $more = @{ ErrorAction = 'Stop' }
        { & $Fail } | Should -Throw
    }
    It 'is silent with -ErrorAction SilentlyContinue, and told by $?' {
        $more = @{ ErrorAction = 'SilentlyContinue' }
        & $Fail 2>&1 | Should -BeNullOrEmpty
        $script:succeeded | Should -BeFalse
    }
    It 'is not taken for the command''s code with -ErrorOnExitCode' {
        $more = @{ ErrorOnExitCode = $true }
        try { & $Fail; throw 'not reached' }
        catch { $_.Exception | Should -Not -BeOfType ([PSContainer.ContainerCommandException]); $_.Exception | Should -BeOfType ([PSContainer.ContainerException]) }
    }
    It 'makes one error when codes are errors' {
        $PSNativeCommandUseErrorActionPreference = $true
        $Error.Clear()
        & $Fail 2>$null
        $Error.Count | Should -Be 1
        $Error[0].Exception | Should -BeOfType ([PSContainer.ContainerException])
    }
}

Describe 'The code of a command of <Way>' -ForEach $ways {
    It 'is the command''s own, also <Code>' -ForEach @(@{ Code = 125 }, @{ Code = 126 }, @{ Code = 127 }, @{ Code = 3 }) {
        $more = @{ ErrorOnExitCode = $true }
        try { & $Run "exit $Code"; throw 'not reached' }
        catch [PSContainer.ContainerCommandException] { $_.Exception.ExitCode | Should -Be $Code }
        $more = @{}
        $Error.Clear()
        & $Run "exit $Code"
        $script:succeeded | Should -BeFalse
        $LASTEXITCODE | Should -Be $Code
        $Error.Count | Should -Be 0
    }
    It 'is what PowerShell makes an error of, by -ErrorAction as by the variable' {
        $PSNativeCommandUseErrorActionPreference = $true
        $more = @{ ErrorAction = 'Stop' }
        try { & $Run 'exit 3'; throw 'not reached' }
        catch { $_.Exception.GetType().Name, $_.Exception.ExitCode, $LASTEXITCODE | Should -Be NativeCommandExitException, 3, 3 }
        $more = @{ ErrorAction = 'SilentlyContinue' }
        $ErrorActionPreference = 'Stop'
        & $Run 'exit 4' 2>&1 | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 4
        $more = @{}
        try { & $Run 'exit 5'; throw 'not reached' }
        catch { $_.Exception.GetType().Name, $_.Exception.ExitCode | Should -Be NativeCommandExitException, 5 }
    }
    It 'is 0 without a word' {
        $PSNativeCommandUseErrorActionPreference = $true
        $more = @{ ErrorAction = 'Stop' }
        & $Run 'echo out; echo err >&2' 2>$null | Should -Be out
        $LASTEXITCODE | Should -Be 0
    }
}

Describe 'Want of memory' -Skip:(-not $can.Memory) {
    It 'is told of by Invoke-Container' {
        $line = 'x=a; while :; do x=$x$x; done'
        $null = Invoke-Container -Rootfs $rootfs -MemoryMax 32MB -MemorySwapMax 0 -WarningVariable warned -WarningAction SilentlyContinue -- sh -c $line 2>&1
        "$warned" | Should -Match 'memory'
        try { Invoke-Container -Rootfs $rootfs -MemoryMax 32MB -MemorySwapMax 0 -ErrorOnExitCode -- sh -c $line 2>$null; throw 'not reached' }
        catch [PSContainer.ContainerCommandException] { $_.Exception.OomKilled, $_.Exception.ExitCode | Should -Be $true, 137; "$_" | Should -Match 'memory' }
    }
    It 'of what was executed in a container does not mark the container' -ForEach @(
        @{ How = 'in the foreground'; Run = { $null = Invoke-ContainerCommand $limited -WarningVariable script:warned -WarningAction SilentlyContinue -- sh -c $line 2>&1; "$warned" | Should -Match 'memory' } }
        @{ How = 'in the background'; Run = { $p = Start-ContainerProcess $limited -- sh -c $line | Wait-Container -Timeout 60s; $p.ExitCode, $p.OomKilled | Should -Be 137, $true } }
    ) {
        $line = 'x=a; while :; do x=$x$x; done'
        $limited = Start-Container -Rootfs $rootfs -Name "$prefix-limited$(Get-Random)" -MemoryMax 32MB -MemorySwapMax 0 -- sleep 1000
        & $Run
        $limited.State | Should -Be Running
        $limited | Stop-Container -Timeout 0
        $limited.OomKilled | Should -BeFalse
        # And what the container itself loses marks it still.
        $own = Start-Container -Rootfs $rootfs -Name "$prefix-own$(Get-Random)" -MemoryMax 32MB -MemorySwapMax 0 -- sh -c $line | Wait-Container -Timeout 60s
        $own.OomKilled | Should -BeTrue
    }
}
