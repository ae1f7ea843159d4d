# Every example of the README, of two pages in docs, of the cmdlets' help and of the about topics runs as it stands, on a root filesystem of the kind that it
# names, without an error or a warning. Blocks of a page and of a topic share their variables, as for who reads on; an example of a
# cmdlet stands alone. What cannot run is named, with the reason, in HelpExamples.psm1.

BeforeDiscovery {
    Import-Module ($env:PSCONTAINER_TEST_MODULE ?? (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'out/PSContainer'))
    Import-Module (Join-Path $PSScriptRoot 'HelpExamples.psm1') -Force
    $examples = Get-RunnableExample
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    Import-Module (Join-Path $PSScriptRoot 'HelpExamples.psm1') -Force
    $rootfs = New-TestRootfs
    $directory = Join-Path ([IO.Path]::GetTempPath()) (New-TestName)
    $null = New-Item -ItemType Directory $directory
    & chmod 0700 $directory

    # One PowerShell runs them all.
    $runnable = Get-RunnableExample | Where-Object { -not $_.Why }
    $alone = { if ($_.File -like '*.txt' -or $_.File -in 'README.md', 'tour.md', 'executable.md') { $_.File } else { $_.Name } }
    $sessions = $runnable | Group-Object $alone | ForEach-Object { @{ Blocks = @($_.Group) } }
    ConvertTo-Json -Depth 4 -InputObject @($sessions) | Set-Content $directory/sessions.json
    $before = $env:PSCONTAINER_ROOT
    try {
        $env:PSCONTAINER_ROOT = "/run/$(Split-Path -Leaf $directory)"
        $arguments = @{ Module = Get-TestedModulePath; Rootfs = $rootfs.FullName; Directory = $directory; Prefix = New-TestName; SessionFile = "$directory/sessions.json"; ResultFile = "$directory/results.json" }
        $words = foreach ($key in $arguments.Keys) { "-$key"; $arguments[$key] }
        $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot HelpExampleRunner.ps1) @words 2>&1 | Out-String
    }
    finally {
        Remove-Item -Recurse -Force $env:PSCONTAINER_ROOT -ErrorAction Ignore
        $env:PSCONTAINER_ROOT = $before
    }
    $results = @{}
    if (Test-Path $directory/results.json) {
        foreach ($result in Get-Content -Raw $directory/results.json | ConvertFrom-Json) { $results[$result.Name] = $result }
    }
}

AfterAll {
    Remove-Item -Recurse -Force $directory
    Remove-TestRootfs $rootfs
}

Describe 'The examples' {
    It 'are all found' {
        (Get-RunnableExample).Count | Should -BeGreaterThan 180
        foreach ($cmdlet in Get-Command -Module PSContainer -CommandType Cmdlet) {
            (Get-RunnableExample).Name | Should -Contain "$($cmdlet.Name).md 1"
        }
    }
}

Describe 'The example <Name>' -ForEach $examples {
    It 'runs as it stands' {
        if ($Why) { Set-ItResult -Skipped -Because $Why; return }
        $results.ContainsKey($Name) | Should -BeTrue -Because $said
        $results[$Name].Problems | Should -BeNullOrEmpty -Because $Code
    }
}
