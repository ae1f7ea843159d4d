# Ctrl+C: whatever is under way ends at once, and leaves what it should.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $running = Start-Container -Rootfs $rootfs -Name "$prefix-running" -ShellCommand 'trap "" TERM; while :; do echo tick; sleep 0.1; done'

    # Runs a script in a pipeline of its own and stops that, as Ctrl+C does; says how long the stopping took.
    function Stop-Script([string] $Script, [scriptblock] $When) {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; $Script")
            $null = $shell.BeginInvoke()
            Wait-Until $When | Should -BeTrue
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds
        }
        finally { $shell.Dispose() }
    }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Ctrl+C' {
    It 'ends what Invoke-Container runs, and leaves nothing of it' {
        Stop-Script "Invoke-Container -Rootfs '$rootfs' -Name '$prefix-invoked' -- sleep 600" {
            (Get-Container "$prefix-invoked" -ErrorAction Ignore).State -eq 'Running'
        } | Should -BeLessThan 60
        Wait-Until { -not (Get-Container "$prefix-invoked" -ErrorAction Ignore) } | Should -BeTrue
    }

    It 'ends a command of Invoke-ContainerCommand, and leaves the container' {
        Stop-Script "Invoke-ContainerCommand '$prefix-running' -- sleep 599" {
            @(Get-ContainerProcess $running | Where-Object Command -eq 'sleep 599').Count -eq 1
        } | Should -BeLessThan 60
        Wait-Until { -not (Get-ContainerProcess $running | Where-Object Command -eq 'sleep 599') } | Should -BeTrue
        $running.State | Should -Be Running
    }

    It 'ends a command of Invoke-NamespaceCommand, and leaves the namespaces' {
        $namespace = New-Namespace -Type Uts, Pid -Name "$prefix-held"
        try {
            # A time of its own: only this test's process sleeps so long.
            $time = Get-Random -Minimum 100000 -Maximum 1000000
            $sleeping = { @(Get-Process sleep -ErrorAction Ignore | Where-Object CommandLine -eq "sleep $time") }
            Stop-Script "Get-Namespace -Name '$prefix-held' | Invoke-NamespaceCommand -- sleep $time" { @(& $sleeping).Count -eq 1 } |
                Should -BeLessThan 60
            Wait-Until { -not (& $sleeping) } | Should -BeTrue
            @(Get-Namespace -Name "$prefix-held").Count | Should -Be 2
        }
        finally { $namespace | Remove-Namespace -Force }
    }

    Context 'Many files' {
        BeforeAll {
            $many = Join-Path $TestDrive many
            & sh -c 'mkdir "$1" && cd "$1" && seq 20000 | xargs touch' sh $many
            $overlay = Mount-Overlay $many -Upper (Join-Path $TestDrive many-upper)
            $archive = Join-Path $TestDrive many.tar
            & tar -C $many -cf $archive .

            # Runs a script and stops it when it first shows how far it has come; emits what it showed.
            function Stop-AtProgress([string] $Script, [bool] $Stop) {
                $shell = [powershell]::Create()
                try {
                    $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; $Script")
                    $under = $shell.BeginInvoke()
                    if ($Stop) {
                        Wait-Until { $shell.Streams.Progress.Count -or $under.IsCompleted } | Should -BeTrue
                        $shell.Stop()
                    }
                    else { $null = $shell.EndInvoke($under) }
                    # The engine has a bar of its own for loading a module.
                    $shell.Streams.Progress | Where-Object StatusDescription -match 'entries|Done'
                }
                finally { $shell.Dispose() }
            }
        }

        AfterAll { $overlay | Dismount-Overlay -RemoveUpper }

        It '<Cmdlet> shows how far it has come, ends at once, and leaves nothing' -ForEach @(
            @{ Cmdlet = 'Merge-Overlay'; Script = { "Merge-Overlay '$overlay' -Destination '$TestDrive/made'" } }
            @{ Cmdlet = 'Expand-ContainerImage'; Script = { "Expand-ContainerImage '$archive' '$TestDrive/made'" } }
            @{ Cmdlet = 'Copy-ContainerFile'; Script = { "Copy-ContainerFile '$prefix-running' '$many' /made -ToContainer -Recurse" } }
        ) {
            $place = $Cmdlet -eq 'Copy-ContainerFile' ? "$rootfs/made" : "$TestDrive/made"
            $shown = @(Stop-AtProgress (& $Script) $true)
            $shown.Count | Should -BeGreaterThan 0
            $shown[0].StatusDescription | Should -Match '^\d+ entries, '
            Wait-Until { -not (Test-Path $place) } | Should -BeTrue
            Get-ChildItem -Force (Split-Path $place) -Filter '*.partial' | Should -BeNullOrEmpty

            @(Stop-AtProgress (& $Script) $false)[-1].RecordType | Should -Be Completed
            (Get-ChildItem $place).Count | Should -Be 20000
            Remove-Item -Recurse -Force $place
        }
    }

    It 'ends <Cmdlet>, and leaves the container' -ForEach @(
        @{ Cmdlet = 'Get-ContainerLog'; Arguments = '-Follow' }, @{ Cmdlet = 'Wait-Container'; Arguments = '' }
        @{ Cmdlet = 'Wait-Container'; Arguments = '-ForLog never' }, @{ Cmdlet = 'Wait-Container'; Arguments = '-ForScript { $false }' }
        @{ Cmdlet = 'Measure-Container'; Arguments = '-Continuous' }, @{ Cmdlet = 'Stop-Container'; Arguments = '-Timeout 600' }
    ) {
        $started = Get-Date
        Stop-Script "$Cmdlet '$prefix-running' $Arguments" { ((Get-Date) - $started).TotalMilliseconds -gt 700 } | Should -BeLessThan 60
        $running.State | Should -Be Running
    }

    It 'ends Measure-Cgroup, and leaves the cgroup' {
        $cgroup = New-Cgroup "$prefix-measured"
        try {
            $started = Get-Date
            Stop-Script "Measure-Cgroup '$prefix-measured' -Continuous" { ((Get-Date) - $started).TotalMilliseconds -gt 700 } |
                Should -BeLessThan 60
            $cgroup.Exists | Should -BeTrue
        }
        finally { $cgroup | Remove-Cgroup }
    }
}
