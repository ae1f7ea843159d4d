# Get-ContainerLog: lines with time and stream, whole or in part, now or as they come.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $talker = Start-Container -Rootfs $rootfs -Name "$prefix-talker" -ShellCommand 'for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done; printf unfinished' |
        Wait-Container -Timeout 60s
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Get-ContainerLog' {
    It 'emits entries that look like their lines' {
        $entry = $talker | Get-ContainerLog -Stream Stdout | Select-Object -First 1
        $entry | Should -BeOfType ([PSContainer.Logs.ContainerLogEntry])
        "$entry", $entry.Message, "$($entry.Stream)", $entry.Container | Should -Be 'out 1', 'out 1', Stdout, $talker.Name
        $entry.Timestamp | Should -BeGreaterThan $talker.CreatedTime.AddSeconds(-1)
        ($entry | Out-String).Trim() | Should -Be 'out 1'
    }

    It 'tells the streams apart' {
        $talker | Get-ContainerLog -Stream Stderr | ForEach-Object Message | Should -Be 'err 1', 'err 2', 'err 3', 'err 4', 'err 5'
        @($talker | Get-ContainerLog).Count | Should -Be 11
    }

    It 'has the last line even without its end' { ($talker | Get-ContainerLog -Stream Stdout)[-1].Message | Should -Be unfinished }

    It 'has a tail' {
        $talker | Get-ContainerLog -Tail 2 -Stream Stderr | ForEach-Object Message | Should -Be 'err 4', 'err 5'
        $talker | Get-ContainerLog -Tail 0 | Should -BeNullOrEmpty
        @($talker | Get-ContainerLog -Tail 100).Count | Should -Be 11
    }

    It 'knows since when and until when' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-times" -ShellCommand "echo early; until [ -e /$prefix-go ]; do sleep 0.02; done; echo late"
        $null = $c | Wait-Container -ForLog early -Timeout 60s
        $middle = Get-Date
        $null = New-Item "$rootfs/$prefix-go"
        $null = $c | Wait-Container -Timeout 60s
        $c | Get-ContainerLog -Since $middle | ForEach-Object Message | Should -Be late
        $c | Get-ContainerLog -Until $middle | ForEach-Object Message | Should -Be early
        @($c | Get-ContainerLog -Since 10m).Count | Should -Be 2
        $c | Get-ContainerLog -Since (Get-Date).AddMinutes(1) | Should -BeNullOrEmpty
    }

    It 'follows until the container ends' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-follow" -ShellCommand 'for i in 1 2 3; do echo $i; sleep 0.2; done'
        $c | Get-ContainerLog -Follow | ForEach-Object Message | Should -Be 1, 2, 3
        $c.State | Should -Be Exited
    }

    It 'stops following when no more is wanted' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-endless" -ShellCommand 'while :; do echo tick; sleep 0.05; done'
        $clock = [Diagnostics.Stopwatch]::StartNew()
        @($c | Get-ContainerLog -Follow | Select-Object -First 3).Count | Should -Be 3
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
        $c.State | Should -Be Running
        $c | Remove-Container -Force
    }

    It 'follows several at once' {
        $a = Start-Container -Rootfs $rootfs -Name "$prefix-a" -ShellCommand "echo a1; until [ -e /$prefix-heard ]; do sleep 0.02; done; echo a2"
        $b = Start-Container -Rootfs $rootfs -Name "$prefix-b" -ShellCommand 'echo b1'
        # The one goes on when the other's line has come.
        $lines = $a, $b | Get-ContainerLog -Follow | ForEach-Object {
            if ($_.Message -eq 'b1') { $null = New-Item "$rootfs/$prefix-heard" }
            $_.Message
        }
        $lines | Sort-Object | Should -Be a1, a2, b1
        $lines[-1] | Should -Be a2
    }

    It 'shows nothing that a terminal obeys, but colours' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-escapes" -ShellCommand 'printf "\033[31mred\033[0m \033[2Jgone \033]0;title\007\n"' | Wait-Container -Timeout 60s
        $entry = $c | Get-ContainerLog
        $entry.Message | Should -Match "`e\[2J"
        $shown = ($entry | Format-Custom | Out-String)
        $shown | Should -Not -Match "`e\[2J|`e\]0|`a"
        $shown | Should -Match 'red'
    }

    It 'goes on with text cmdlets' { $talker | Get-ContainerLog | Select-String '^err [45]$' | Measure-Object | ForEach-Object Count | Should -Be 2 }

    It 'is there after the container exited and gone after it was removed' {
        $c = Start-Container -Rootfs $rootfs -Name "$prefix-removed" -- echo x | Wait-Container -Timeout 60s
        @($c | Get-ContainerLog).Count | Should -Be 1
        $c | Remove-Container
        Get-ContainerLog "$prefix-removed" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
    }
}
