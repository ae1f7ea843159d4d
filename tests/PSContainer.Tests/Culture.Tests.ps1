# Whoever writes 1,5 and dotted capital i: what is shown, said and read is the same, and one row never has two ways of writing a number.

BeforeDiscovery {
    # Turkish has another i; where the system knows no cultures it is only a name.
    $cultures = foreach ($name in 'de-DE', 'tr-TR', 'sv-SE', 'th-TH') {
        $culture = [cultureinfo]::new($name, $false).Clone()
        $culture.NumberFormat.NumberDecimalSeparator = ','
        $culture.NumberFormat.NumberGroupSeparator = '.'
        @{ Name = $name; Culture = $culture }
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $c = Start-Container -Rootfs $rootfs -Name "$prefix-here" -MemoryMax 64MB -CpuMax 0.25 -PidsMax 20 -ShellCommand 'echo said; exec sleep 600'
    $cg = New-Cgroup "$prefix-group" -CpuMax 0.75 -MemoryMax 1.5MB -CpuBurst 1.5ms

    function Use-Culture([cultureinfo] $Culture, [scriptblock] $Script) {
        $thread = [Threading.Thread]::CurrentThread
        $before, $beforeUI = $thread.CurrentCulture, $thread.CurrentUICulture
        try {
            $thread.CurrentCulture = $thread.CurrentUICulture = $Culture
            & $Script
        }
        finally { $thread.CurrentCulture, $thread.CurrentUICulture = $before, $beforeUI }
    }

    # The view that the module has for it, and its text; where it has none PowerShell writes each property by itself.
    function Get-View($Object) {
        $Object | Out-String -Width 200
        "$Object"
    }
}

AfterAll {
    Remove-TestContainer $prefix
    Get-Cgroup "/$prefix*" | Remove-Cgroup -Force -Recurse
    Remove-TestRootfs $rootfs
}

Describe 'In <Name>' -ForEach $cultures {
    It 'views write numbers in one way' {
        Use-Culture $Culture {
            $shown = @(
                Get-View $c
                $c | Format-List | Out-String -Width 200
                Get-View ($c | Get-ContainerProcess)
                Get-View ($c | Measure-Container)
                Get-View ($c | Measure-Container -Interval 50ms -Count 2)
                Get-View ($c | Get-ContainerLog)
                Get-View (Get-ContainerHost)
                Get-View $cg
                $cg | Format-List | Out-String -Width 200
                Get-View ($cg | Get-CgroupLimit)
                Get-View ($cg | Measure-Cgroup)
                Get-View ($cg | Measure-Cgroup -Interval 50ms -Count 2)
                Get-View ($cg | Get-CgroupEffectiveLimit)
                Get-View ($c.Limits)
            )
            foreach ($text in $shown) { $text | Should -Not -Match '\d,\d' }
            $shown -join "`n" | Should -Match '0\.75'
            $shown -join "`n" | Should -Match '\d\.\d\d s'
        }
    }

    It 'a day of a log is one of the common calendar' {
        Use-Culture $Culture { $c | Get-ContainerLog | Format-Table | Out-String | Should -Match ([datetime]::Now.Year) }
    }

    It 'messages write numbers in one way' {
        Use-Culture $Culture {
            $c | Wait-Container -ForFile /nope -Timeout 0.25s -ErrorVariable problem -ErrorAction SilentlyContinue
            "$problem" | Should -BeLike '* 0.25 s*'
            Invoke-ContainerCommand $c -Timeout 0.25s -ErrorVariable problem -ErrorAction SilentlyContinue -- sleep 600
            "$problem" | Should -BeLike '* 0.25 s*'
            $cg | Set-CgroupLimit -CpuMax 4000.5 -ErrorVariable problem -ErrorAction SilentlyContinue
            "$problem" | Should -BeLike '*4000.5*'
        }
    }

    It 'numbers, words and names are read as everywhere' {
        Use-Culture $Culture {
            $half = 0.5
            ($cg | Set-CgroupLimit -CpuMax $half -PassThru | Get-CgroupLimit).CpuMax | Should -Be 0.5
            ($cg | Set-CgroupLimit -CpuMax 0.75 -PassThru | Get-CgroupLimit).CpuMax | Should -Be 0.75
            ($cg | Set-CgroupLimit -MemoryMax 1.5mib -PassThru | Get-CgroupLimit).MemoryMax | Should -Be 1572864
            $spec = New-ContainerSpec -Rootfs $rootfs -AddCapability sys_admin, AUDIT_CONTROL -Network host -IpcMode HOST -Ulimit NOFILE=10 -StopSignal sigint -Command sh
            $spec.Process.Capabilities.Bounding | Should -Contain CAP_AUDIT_CONTROL
            $spec.Linux.Namespaces.Type | Should -Not -Contain ipc
            New-SeccompProfile -Base default -Deny ptrace | Should -Not -BeNullOrEmpty
        }
    }
}
