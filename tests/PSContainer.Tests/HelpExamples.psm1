# Where the documentation shows PowerShell: the code blocks of the README and of two pages in docs, of the cmdlets' help and of the about topics.

$script:Repository = Split-Path (Split-Path $PSScriptRoot)

function New-HelpExample([string] $File, [int] $Number, [string] $Code) { [pscustomobject]@{ Name = "$File $Number"; File = $File; Code = $Code.TrimEnd() } }

# The blocks of markdown that say they are PowerShell.
function Get-MarkdownExample([string] $Path, [string] $Text = (Get-Content -Raw $Path)) {
    $number = 0
    foreach ($block in [regex]::Matches($Text, '(?ms)^```powershell\n(.*?)^```')) {
        New-HelpExample (Split-Path -Leaf $Path) (++$number) $block.Groups[1].Value
    }
}

# In about topics code is what is indented further than the text, and begins as code does; a column beside it explains.
function Get-AboutExample([string] $Path) {
    $number = 0
    $cmdlets = (Get-Command -Module PSContainer).Name
    foreach ($block in [regex]::Matches((Get-Content -Raw $Path), '(?m)(?:^ {8,}\S.*\n)+(?:\n(?:^ {8,}\S.*\n)+)*')) {
        $lines = $block.Value -split '\n' -replace '^ {8}' -replace '(?<=\S) {3,}(?!#).*$'
        $code = $lines -join "`n"
        # A table of words, or a sentence that begins with the name of a cmdlet.
        if ($code -cmatch '(?m)^(-|[a-z]+ [a-z]+ )|\w\.\s*\Z') { continue }
        if ($code -notmatch '\A(\$\w|''|"|[A-Z]\w+-[A-Z]\w+|try\b|\d+\.\.\d)') { continue }
        $failures = $null
        $tree = [Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $failures)
        $used = $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true) | ForEach-Object { $_.GetCommandName() }
        if (-not $failures -and ($used | Where-Object { $_ -in $cmdlets })) { New-HelpExample (Split-Path -Leaf $Path) (++$number) $code }
    }
}

# All of them, in the order of the files.
function Get-HelpExample {
    foreach ($file in 'README.md', 'docs/tour.md', 'docs/executable.md') { Get-MarkdownExample (Join-Path $Repository $file) }
    foreach ($file in Get-ChildItem (Join-Path $Repository docs/en-US) -Filter *.md) {
        $text = [regex]::Match((Get-Content -Raw $file.FullName), '(?s)## EXAMPLES\n(.*?)\n## PARAMETERS').Groups[1].Value
        Get-MarkdownExample $file.FullName $text
    }
    foreach ($file in Get-ChildItem (Join-Path $Repository en-US) -Filter about_*.txt) { Get-AboutExample $file.FullName }
}

# The same with what a test can run of each, whether it goes on until it is stopped, and why none of it runs.
function Get-RunnableExample {
    $unified = (Get-ContainerHost).CgroupMode -eq 'Unified'
    $lines = @(
        @{ Pattern = '^Enter-'; Why = 'it needs somebody who types at a terminal; the tests of the cmdlet have one' }
        @{ Pattern = '^(crun|runc|podman) |-Runtime '; Why = 'not every host has other runtimes and engines; tests/clients has them' }
        @{ Pattern = '^Select-String .*audit\.log'; Why = 'only a host with auditd has the file' }
    )
    $examples = @(
        @{ Pattern = '\$typo'; Why = 'it shows an error' }
        @{ Pattern = '\.slice\b'; Why = 'it needs systemd; tests/clients/systemd.ps1 has slices' }
        @{ Pattern = 'Install-PSResource'; Why = 'Package.Tests.ps1 installs the package' }
        @{ Pattern = 'runc spec'; Why = 'it needs runc' }
        if (-not $unified) { @{ Pattern = '(Enable|Disable)-CgroupController \w+ (memory|cpuset)'; Why = 'only cgroup v2 turns controllers on and off' } }
    )
    foreach ($example in Get-HelpExample) {
        $why = @($examples | Where-Object { $example.Code -match $_.Pattern }).Why
        $kept = foreach ($line in $example.Code -split "`n") {
            $reason = @($lines | Where-Object { $line -match $_.Pattern }).Why
            if ($reason) { $last = $reason } else { $line }
        }
        $code = @($kept) -join "`n"
        if (-not $code.Trim()) { $why = $last }
        @{
            Name = $example.Name; File = $example.File; Code = $code; Why = $why -join ' '
            Endless = $code -match '-Follow|-Continuous|(?m)^Wait-Container web$'
        }
    }
}

Export-ModuleMember -Function Get-HelpExample, Get-RunnableExample
