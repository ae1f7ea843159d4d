# What the README's first command does in PowerShell, for root and for an ordinary user, from nothing but what was built. Without
# PowerShell: DemoTests of tests/PSContainer.Runtime.Tests.

BeforeDiscovery {
    $isRoot = (& id -u) -eq '0'
    $missing = 'useradd', 'userdel', 'setpriv' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RootlessHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $pwsh = (Get-Process -Id $PID).Path

    function New-Checkout([string] $Path) {
        $null = New-Item -ItemType Directory $Path, $Path/out
        & cp -a (Join-Path (Split-Path (Split-Path $PSScriptRoot)) build) $Path/build
        & cp -a (Get-TestedModulePath) $Path/out/PSContainer
        & chmod -R a+rX $Path
        $Path
    }

    # The lines that name something, by that name; the others as Text.
    function Read-Demo([string[]] $Line) {
        $seen = @{ Text = $Line -join "`n" }
        foreach ($one in $Line) { if ($one -match '^(PID 1|\w+) {2,}(.*?)\s*$') { $seen[$Matches[1]] = $Matches[2] } }
        $seen
    }
}

AfterAll { Remove-TestContainer $prefix }

Describe 'The demo' {
    It 'shows a container with its limits' -Skip:(-not $isRoot) {
        $seen = Read-Demo (& env PWSH=$pwsh NO_COLOR=1 "$(New-Checkout $TestDrive/checkout)/build/demo.sh" 2>&1)
        $LASTEXITCODE | Should -Be 0 -Because $seen.Text
        $seen['PID 1'], $seen.hostname, $seen.user, $seen.limits | Should -Be 'pscontainer init --', demo, '0, outside 0', 'memory.max = 536870912, pids.max = 64'
        $seen.root | Should -Be (Get-Content /etc/os-release | ConvertFrom-StringData).PRETTY_NAME.Trim('"')
    }

    Context 'of an ordinary user' -Skip:(-not $isRoot -or [bool] $missing) {
        BeforeAll { $user = New-TestUser -WithoutSubIds }
        AfterAll { if ($user) { Remove-TestUser $user } }

        It 'shows one with limits, or says why it has none' {
            $command, $arguments = (Get-UserCommand $user @{ PWSH = $pwsh }) + "$(New-Checkout "$($user.Directory)/checkout")/build/demo.sh"
            $seen = Read-Demo (& $command @arguments 2>&1)
            $LASTEXITCODE | Should -Be 0 -Because $seen.Text
            $seen['PID 1'], $seen.hostname, $seen.user | Should -Be 'pscontainer init --', demo, "0, outside $($user.Uid)"
            $limits = $seen.Text -match 'goes without limits' ? 'memory.max = max, pids.max = max' : 'memory.max = 536870912, pids.max = 64'
            $seen.limits | Should -Be $limits
        }
    }
}
