# Ends: of several containers together, of one that is removed at its end, and of a process in the background.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    # Each notes when it was asked to end, and ends when all have been: one after the other that would take -Timeout each.
    $polite = "trap 'touch /$prefix-asked-`$HOSTNAME' TERM; echo ready; until [ `$(ls / | grep -c $prefix-asked) -ge 3 ]; do sleep 0.05; done; exit 7"
    function Start-Polite { 1..3 | ForEach-Object { Start-Container -Rootfs $rootfs -Name "$prefix-polite$_" -Hostname "h$_" -Environment "HOSTNAME=h$_" -ShellCommand $polite } | Wait-Container -ForLog ready }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Several containers' {
    AfterEach { Get-Container "$prefix-polite*" | Remove-Container -Force; Remove-Item "$rootfs/$prefix-asked*" }

    It 'are stopped at the same time' {
        $all = @(Start-Polite)
        # Through the pipeline and by a pattern alike.
        ($all | Stop-Container -Timeout 60s -PassThru).Name | Should -Be $all.Name
        $all.ExitCode | Should -Be 7, 7, 7
    }
    It 'are stopped at the same time by a pattern' {
        $all = @(Start-Polite)
        Stop-Container "$prefix-polite*" -Timeout 60s
        $all.ExitCode | Should -Be 7, 7, 7
    }
    It 'are restarted at the same time' {
        $all = @(Start-Polite)
        $before = $all.StartTime
        $all | Restart-Container -Timeout 60s
        # All have been asked: so the second run ends at once.
        $null = $all | Wait-Container -Timeout 60s
        foreach ($i in 0..2) { $all[$i].StartTime | Should -BeGreaterThan $before[$i] }
    }
    It 'are each an error of its own, and the others are stopped' {
        $all = @(Start-Polite)
        Remove-Container ($all.Name + "$prefix-none") -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.Count | Should -Be 4
        $all.State | Should -Be Running, Running, Running
        Remove-Container ($all.Name + "$prefix-none") -Force -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        Get-Container "$prefix-polite*" | Should -BeNullOrEmpty
    }
}

Describe 'A container that is removed at its end' {
    It 'is gone when <How> returns' -ForEach @(
        @{ How = 'Wait-Container'; Command = 'exit 3'; End = { $_ | Wait-Container -Timeout 60s } }
        @{ How = 'Stop-Container'; Command = 'exec sleep 1000'; End = { $_ | Stop-Container -Timeout 0 -PassThru } }
    ) {
        foreach ($i in 1..5) {
            $c = Start-Container -Rootfs $rootfs -Name "$prefix-gone" -RemoveOnExit -ShellCommand $Command
            ($c | ForEach-Object $End).ExitCode | Should -BeIn 3, 137, $null
            Get-Container "$prefix-gone*" | Should -BeNullOrEmpty
            Test-Path $c.StateDirectory | Should -BeFalse
        }
    }
}

Describe 'A process in the background' {
    BeforeAll { $c = Start-Container -Rootfs $rootfs -Name "$prefix-host" -- sleep 1000 }

    It 'says whether it has ended, and with which code' {
        $p = Start-ContainerProcess $c -- sh -c "until [ -e /$prefix-go ]; do sleep 0.02; done; echo done; exit 5"
        $p.HasExited, $p.ExitCode | Should -Be $false, $null
        $null = New-Item "$rootfs/$prefix-go"
        $p.WaitForExit() | Should -Be 5
        $p.HasExited, $p.ExitCode, $p.OomKilled | Should -Be $true, 5, $false
        $p.ExitTime | Should -BeGreaterThan $p.StartTime.AddSeconds(-1)
        $p | Get-ContainerLog | ForEach-Object Message | Should -Be done
    }
    It 'can be waited for' {
        $all = 1..3 | ForEach-Object { Start-ContainerProcess $c -- sh -c "exit $_" }
        $ended = $all | Wait-Container -Timeout 60s
        $ended | ForEach-Object { $_.GetType().Name } | Select-Object -Unique | Should -Be ContainerProcess
        $ended.ExitCode | Sort-Object | Should -Be 1, 2, 3
    }
    It 'can be waited for for a time' {
        $p = Start-ContainerProcess $c -- sleep 1003
        $p | Wait-Container -Timeout 200ms -ErrorVariable late -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $late.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        { $p.WaitForExit([timespan]::FromMilliseconds(50)) } | Should -Throw
        $p | Stop-Process
        $p.WaitForExit() | Should -Be 137
    }
    It 'can be waited for by PowerShell''s own cmdlet' {
        $p = Start-ContainerProcess $c -- sleep 1
        $p | Wait-Process -Timeout 60
        $p.HasExited | Should -BeTrue
        $p.WaitForExit() | Should -Be 0
    }
    It 'keeps its code when the container is removed' {
        $other = Start-Container -Rootfs $rootfs -Name "$prefix-brief" -- sleep 1000
        $p = Start-ContainerProcess $other -- sh -c 'exit 4'
        $null = $p.WaitForExit()
        $other | Remove-Container -Force
        $p.HasExited, $p.ExitCode | Should -Be $true, 4
    }
    It 'of which nobody saw the end has no code' {
        $p = Start-ContainerProcess $c -- sleep 1004
        $seen = Get-ContainerProcess $c | Where-Object Id -eq $p.Id
        $seen.HasExited, $seen.ExitCode | Should -Be $false, $null
        $p | Stop-Process
        $null = $p.WaitForExit()
        $seen.HasExited, $seen.ExitCode | Should -Be $true, $null
    }
}
