# Hooks of an OCI specification, through the cmdlets: Start-Container, New-Container, Remove-Container.
BeforeAll {
    Import-Module $PSScriptRoot/TestHelpers.psm1 -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $log = "$rootfs/hooks.log"

    # A specification with these hooks, as it would come from a bundle of somebody else's.
    function New-HookedSpec {
        param([hashtable] $Hooks)
        $bundle = "$rootfs/bundle"
        Remove-Item $bundle -Recurse -ErrorAction Ignore
        New-ContainerSpec -Rootfs $rootfs -Command sleep, 1000 | Export-ContainerSpec $bundle | Out-Null
        $config = Get-Content "$bundle/config.json" -Raw | ConvertFrom-Json -AsHashtable
        $config.hooks = $Hooks
        $config | ConvertTo-Json -Depth 30 | Set-Content "$bundle/config.json"
        Import-ContainerSpec $bundle
    }

    function New-Hook {
        param([string] $Script)
        @{ path = '/bin/sh'; args = 'sh', '-c', $Script }
    }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Hooks' {
    BeforeEach { Remove-Item $log -ErrorAction Ignore }

    It 'run at their points of a container that is made, started and removed' {
        $spec = New-HookedSpec @{
            createRuntime = @(New-Hook "echo createRuntime >>$log")
            poststart     = @(New-Hook "echo poststart >>$log")
            poststop      = @(New-Hook "echo poststop >>$log")
        }
        $container = New-Container -Spec $spec -Name "$prefix-points"
        Get-Content $log | Should -Be 'createRuntime'
        $container | Start-Container
        Get-Content $log | Should -Be 'createRuntime', 'poststart'
        $container | Remove-Container -Force
        Get-Content $log | Should -Be 'createRuntime', 'poststart', 'poststop'
    }

    It 'are listed by -WhatIf in their place' {
        $spec = New-HookedSpec @{ createRuntime = @(New-Hook 'true'); poststart = @(New-Hook 'true') }
        $steps = New-Container -Spec $spec -Name "$prefix-plan" -PlanOnly
        $steps.Step | Should -Contain 'RunCreateRuntimeHook'
        $steps.Step.IndexOf('RunCreateRuntimeHook') | Should -BeLessThan $steps.Step.IndexOf('EnterRoot')
    }

    It 'that fail end the container with an error of their own' {
        $spec = New-HookedSpec @{ createRuntime = @(New-Hook 'echo no good >&2; exit 3') }
        $failure = { Start-Container -Spec $spec -Name "$prefix-fails" -ErrorAction Stop } |
            Should -Throw -ErrorId 'ContainerHookFailed,*' -PassThru
        $failure.Exception.Message | Should -Match 'exit code 3: no good'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-Container "$prefix-fails*" | Should -BeNullOrEmpty
    }

    It 'that fail once it was started are an error too, and the container is gone' {
        $spec = New-HookedSpec @{ poststart = @(New-Hook 'exit 4'); poststop = @(New-Hook "echo poststop >>$log") }
        $container = New-Container -Spec $spec -Name "$prefix-late"
        { $container | Start-Container -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerHookFailed,*'
        Get-Container "$prefix-late*" | Should -BeNullOrEmpty
        Get-Content $log | Should -Be 'poststop'
    }

    It 'of poststop that fail are warnings, and the others run' {
        $spec = New-HookedSpec @{ poststop = @((New-Hook 'echo why; exit 5'), (New-Hook "echo second >>$log")) }
        $container = Start-Container -Spec $spec -Name "$prefix-warns"
        $container | Remove-Container -Force -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        $warnings[0] | Should -Match 'exit code 5: why'
        Get-Content $log | Should -Be 'second'
        Get-Container "$prefix-warns*" | Should -BeNullOrEmpty
    }

    It 'of poststop run to their end when Ctrl+C ends the wait for them' {
        $spec = New-HookedSpec @{ poststop = @(New-Hook "echo waits >>$log; while [ ! -e $log.go ]; do sleep 0.1; done; echo done >>$log") }
        $null = Start-Container -Spec $spec -Name "$prefix-left"
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; Remove-Container '$prefix-left' -Force")
            $null = $shell.BeginInvoke()
            Wait-Until { (Get-Content $log -ErrorAction Ignore) -eq 'waits' } | Should -BeTrue
            # It would not come back before its hook, which waits for what this test does next.
            $shell.Stop()
            New-Item "$log.go" | Out-Null
            Wait-Until { (Get-Content $log) -contains 'done' } | Should -BeTrue
            Get-Container "$prefix-left*" | Should -BeNullOrEmpty
        }
        finally {
            New-Item "$log.go" -Force | Out-Null
            $shell.Dispose()
        }
    }
}
