# Every script of examples/ in a PowerShell of its own, as a new user would run it: that it ends well, what it says, and that it leaves
# nothing behind.

BeforeDiscovery {
    $examples = Get-ChildItem (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'examples') -Filter *.ps1 | ForEach-Object { @{ Name = $_.Name; File = $_.FullName } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $examples = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'examples'
    $rootfs = New-TestRootfs
    # Other runs of the examples beside this one leave their own elsewhere.
    $temporary = New-Item -ItemType Directory (Join-Path $TestDrive temporary)

    # What an example could leave: mounts, containers, cgroups and namespaces of its name, directories of its own.
    function Get-Trace {
        Get-MountPoint "$env:PSCONTAINER_ROOT/*" | ForEach-Object { "mount $_" }
        Get-Container | ForEach-Object { "container $_" }
        Get-ChildItem $temporary | ForEach-Object { "directory $_" }
        Get-ChildItem "$env:PSCONTAINER_ROOT/.overlays" -ErrorAction Ignore | ForEach-Object { "overlay $_" }
    }

    # Runs a script as a new user does after ./build.sh build, and says what came of it: its lines, its exit code. The module is
    # installed only where that is the one to be tested.
    function Invoke-Example([string] $Name, [string[]] $Arguments = @()) {
        $path, $before = $env:PSModulePath, $env:TMPDIR
        try {
            $env:TMPDIR = $temporary
            if ($env:PSCONTAINER_TEST_MODULE) { $env:PSModulePath = "$(Split-Path (Get-TestedModulePath)):$path" }
            $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File "$examples/$Name" @Arguments 2>&1 | ForEach-Object { "$_" }
        }
        finally { $env:PSModulePath, $env:TMPDIR = $path, $before }
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Text = $said -join "`n" -replace '\e\[[0-9;]*m' }
    }

    # Runs it and takes its objects, by JSON.
    function Get-ExampleObject([string] $Name, [string] $Arguments = '') {
        $shell = (Get-Process -Id $PID).Path
        $command = "Import-Module '$(Get-TestedModulePath)'; & '$examples/$Name' $Arguments 3>`$null | ConvertTo-Json -Depth 3 -EnumsAsStrings -AsArray"
        $said = & $shell -NoProfile -NonInteractive -Command $command
        $LASTEXITCODE | Should -Be 0
        $said -join "`n" | ConvertFrom-Json
    }
}

AfterAll {
    Get-Overlay "$env:PSCONTAINER_ROOT/*" | Dismount-Overlay -Lazy
    Remove-TestContainer 'psc-test-'
    Remove-TestRootfs $rootfs
}

Describe 'The examples' {
    It 'are all listed in their README, a line each' {
        $text = Get-Content -Raw "$examples/README.md"
        foreach ($file in Get-ChildItem $examples -Filter *.ps1) { $text | Should -Match ([regex]::Escape("($($file.Name))")) -Because $file.Name }
    }

    It 'use what a script by hand writes out: no alias, whole parameters' {
        foreach ($file in Get-ChildItem $examples -Filter *.ps1) {
            $tree = [Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$null, [ref]$null)
            $commands = $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true) |
                ForEach-Object { $_.GetCommandName() } | Where-Object { $_ -match '^\w+-\w+$' } | Select-Object -Unique
            $commands | Should -Not -BeNullOrEmpty
            foreach ($name in $commands) {
                if ($tree.FindAll({ $args[0] -is [Management.Automation.Language.FunctionDefinitionAst] }, $true).Name -contains $name) { continue }
                Get-Command $name -CommandType Cmdlet, Function -ErrorAction Ignore | Should -Not -BeNullOrEmpty -Because "$($file.Name) uses $name"
            }
        }
    }
}

Describe 'examples/<Name>' -ForEach $examples {
    It 'says what it does' {
        $help = Get-Help $File -Full
        ($help.Synopsis | Out-String).Trim() | Should -Not -BeNullOrEmpty
        ($help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'runs as it is, ends well and leaves nothing' {
        $before = @(Get-Trace)
        $run = Invoke-Example $Name
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text.Trim() | Should -Not -BeNullOrEmpty
        Wait-Until { -not (Compare-Object $before @(Get-Trace)) } | Should -BeTrue -Because (Compare-Object $before @(Get-Trace) | Out-String)
    }
}

Describe 'What the examples say' {
    It 'overlay.ps1 shows copy-up, whiteout and opaque directory' {
        $changes = Get-ExampleObject overlay.ps1
        $changes.ForEach{ "$($_.Change) $($_.Path)" } | Should -Be 'Opaque /cache', 'Added /cache/new', 'Deleted /etc/obsolete', 'Changed /etc/settings'
        ($changes | Where-Object Change -eq Deleted).Mark | Should -Be 'character device 0:0'
        ($changes | Where-Object Change -eq Opaque).Mark | Should -Match 'trusted.overlay.opaque'
    }

    It 'compose.ps1 runs in all that it composed' {
        $said = (Invoke-Example compose.ps1 '-Rootfs', $rootfs).Text -split "`n"
        $said[0] | Should -Be demo
        $said[1] | Should -Match '^uid=0'
        $said[2] | Should -Be 'wired between create and start'
    }

    It 'installer-diff.ps1 tells what was installed, and keeps it' {
        $destination = "$rootfs.installed"
        try {
            $changes = Get-ExampleObject installer-diff.ps1 "-Rootfs '$rootfs' -Destination '$destination'"
            $changes.ForEach{ "$($_.Change) $($_.Path)" } | Should -Be 'Added /bin/greeter', 'Deleted /etc/os-release', 'Changed /etc/passwd', 'Added /usr/share', 'Added /usr/share/greeter', 'Added /usr/share/greeter/data'
            Invoke-Container -Rootfs $destination -Hostname here -- greeter | Should -Be 'hello from here'
            "$rootfs/bin/greeter" | Should -Not -Exist
        }
        finally { Remove-Item -Recurse -Force $destination -ErrorAction Ignore }
        (Invoke-Example installer-diff.ps1).Text | Should -Match 'touched /etc/passwd'
    }

    It 'manual-container.ps1 is a container' {
        $said = (Invoke-Example manual-container.ps1 '-Rootfs', $rootfs, '-Name', 'manual-test').Text
        $said | Should -Match '(?m)^host name: manual-test$'
        $said | Should -Match '(?m)^pid: [2-9]$'
        $said | Should -Match '(?m)^processes: [2-5]$'
        $said | Should -Match '(?m)^interfaces: lo$'
        $said | Should -Match '(?m)^null: works$'
        $said | Should -Match '(?m)^memory: 268435456$'
        "$rootfs/written-inside" | Should -Not -Exist
    }
}
