# Bytes of commands in containers and namespaces: in, out, and to and from files as they are.

BeforeDiscovery {
    $ways = @(
        @{ Way = 'Invoke-Container'; In = { @{ Rootfs = $rootfs } }; Run = { param($line, $more = @{}) $input | Invoke-Container -Rootfs $rootfs @more -- sh -c $line } }
        @{ Way = 'Invoke-ContainerCommand'; In = { @{ Container = $running } }
            Run = { param($line, $more = @{}) $input | Invoke-ContainerCommand $running @more -- sh -c $line }
        }
        @{ Way = 'Invoke-NamespaceCommand'; In = { @{ Container = $running } }
            Run = { param($line, $more = @{}) $input | Invoke-NamespaceCommand -Container $running @more -- /bin/sh -c $line }
        }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $running = Start-Container -Rootfs $rootfs -Name "$prefix-running"
    $bytes = [byte[]]::new(300000)
    [Random]::new(1).NextBytes($bytes)
    $source = Join-Path $TestDrive source.bin
    [IO.File]::WriteAllBytes($source, $bytes)
    $sum = (Get-FileHash -LiteralPath $source -Algorithm SHA256).Hash.ToLowerInvariant()

    function Get-Sum([string] $Path) { (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant() }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe '<Way>' -ForEach $ways {
    BeforeAll { $target = Join-Path $TestDrive "$Way.bin" }

    It 'takes arrays of bytes, and gives them back as they are' {
        $out = , $bytes | & $Run cat @{ AsByteStream = $true }
        ($out | Measure-Object -Property Length -Sum).Sum | Should -Be 300000
        $stream = [IO.MemoryStream]::new()
        , $bytes | & $Run cat @{ AsByteStream = $true } | ForEach-Object { $stream.Write($_, 0, $_.Length) }
        [Convert]::ToHexString($stream.ToArray()) | Should -BeExactly ([Convert]::ToHexString($bytes))
    }

    It 'takes single bytes' {
        Get-Content -LiteralPath $source -AsByteStream -TotalCount 1000 | & $Run 'wc -c' | ForEach-Object { [int] $_ } | Should -Be 1000
    }

    It 'reads a file and writes a file' {
        & $Run cat @{ InFile = $source; OutFile = $target } | Should -BeNullOrEmpty
        Get-Sum $target | Should -Be $sum
        & $Run 'echo short' @{ OutFile = $target }
        [IO.File]::ReadAllText($target) | Should -Be "short`n"
    }

    It 'hands bytes to a native command' {
        & $Run cat @{ InFile = $source; AsByteStream = $true } | sha256sum | Should -BeLike "$sum *"
    }

    It 'keeps the exit code, and standard error apart' {
        $all = & $Run 'printf out; printf "err\n" >&2; exit 4' @{ AsByteStream = $true } 2>&1
        $LASTEXITCODE | Should -Be 4
        $all | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | Should -BeLike 'err*'
        [Text.Encoding]::ASCII.GetString([byte[]] ($all | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] } | ForEach-Object { $_ })) |
            Should -Be out
    }

    It 'ends an endless output when what follows has enough' {
        (& $Run 'cat /dev/zero' @{ AsByteStream = $true } | Select-Object -First 1).Length | Should -BeGreaterThan 0
    }

    It 'feeds objects as they are shown, and more than the command reads' {
        [pscustomobject] @{ A = 1 } | & $Run cat | Should -Contain 'A'
        1..50000 | & $Run 'head -n 2' | Should -Be 1, 2
    }

    It 'lets through as it is what a later command throws' {
        $with = & $In
        { & $Way @with -- /bin/sh -c yes | ForEach-Object { throw [ArgumentException] 'mine' } } |
            Should -Throw mine -ExceptionType ([ArgumentException])
        # With input the output comes from another place of the cmdlet.
        { & { while ($true) { 'line' } } | & $Way @with -- /bin/sh -c cat | ForEach-Object { throw [ArgumentException] 'mine' } } |
            Should -Throw mine -ExceptionType ([ArgumentException])
    }

    It 'lets a later command leave a loop' {
        $with = & $In
        $rounds = 0
        foreach ($round in 1, 2) {
            $rounds++
            & $Way @with -- /bin/sh -c yes | ForEach-Object { break }
        }
        $rounds | Should -Be 1
    }

    It 'looks no more at what nobody reads' {
        $with = & $In
        $looked = @{ Count = 0; Before = -1 }
        # Each is a line of its own when it is looked at.
        & {
            # A closure holds what is of its own scope.
            $looked, $clock = $looked, [Diagnostics.Stopwatch]::StartNew()
            while (($looked.Count -eq 0 -or $looked.Count -ne $looked.Before) -and $clock.Elapsed.TotalSeconds -lt 60) {
                $looked.Before = $looked.Count
                [pscustomobject] @{} | Add-Member -PassThru ScriptProperty Seen { $looked.Count++; 'seen' }.GetNewClosure()
                Start-Sleep -Milliseconds 100
            }
            $looked.Ended = $clock.Elapsed.TotalSeconds -lt 60
        } | & $Way @with -- /bin/sh -c true
        $looked.Ended | Should -BeTrue
    }

    It 'ends what feeds it at its -Timeout, <Where>' -ForEach @(
        @{ Where = 'though its command reads'; Line = 'exec cat >/dev/null'; Time = '500ms'; Says = '*did not end within 0.5 s and was killed*' }
        @{ Where = 'though its command reads nothing'; Line = 'exec sleep 600'; Time = '500ms'; Says = '*did not end within 0.5 s and was killed*' }
        @{ Where = 'though its command has ended'; Line = 'true'; Time = '5s'; Says = '*has ended, but what comes through the pipeline*' }
    ) {
        $with = & $In
        $fed = @{ ToTheEnd = $false }
        {
            & {
                $clock = [Diagnostics.Stopwatch]::StartNew()
                while ($clock.Elapsed.TotalSeconds -lt 60) { 'line' }
                $fed.ToTheEnd = $true
            } | & $Way @with -Timeout $Time -- /bin/sh -c $Line
        } | Should -Throw $Says -ErrorId 'WaitTimeout,*'
        $fed.ToTheEnd | Should -BeFalse
    }

    It 'shows output while it is fed' {
        # Not by $Run, whose $input is all that comes. A cmdlet can write only while it is given something.
        $with = & $In
        $seen = [Collections.Generic.List[string]]::new()
        $fed = @{ Shown = $false }
        & {
            'first'
            $clock = [Diagnostics.Stopwatch]::StartNew()
            while (-not ($fed.Shown = $seen.Count -gt 0) -and $clock.Elapsed.TotalSeconds -lt 60) { ''; Start-Sleep -Milliseconds 20 }
            'last'
        } | & $Way @with -- /bin/sh -c 'while read line; do echo "$line"; done' | ForEach-Object { $seen.Add($_) } | Out-Null
        $fed.Shown | Should -BeTrue
        $seen[0] | Should -Be first
        $seen[-1] | Should -Be last
    }

    It 'refuses what contradicts itself' {
        $ErrorActionPreference = 'Stop'
        { & $Run cat @{ AsByteStream = $true; OutFile = $target } } | Should -Throw '*AsByteStream*'
        { 'line' | & $Run cat @{ InFile = $source } } | Should -Throw '*InFile*'
        { & $Run cat @{ InFile = "$source.missing" } } | Should -Throw '*missing*'
        $link = New-Item -ItemType HardLink -Path "$TestDrive/$Way.link" -Value $source -Force
        foreach ($same in $source, $link.FullName) {
            { & $Run sort @{ InFile = $source; OutFile = $same } } | Should -Throw '*before it is read*'
        }
        Get-Sum $source | Should -Be $sum
        & $Run cat @{ InFile = '/dev/null'; OutFile = '/dev/null' } | Should -BeNullOrEmpty
    }

    It 'starts nothing that it refuses' {
        # What was started and then left alone would say on standard error that the report is gone.
        $where = if ($Way -eq 'Invoke-Container') { "-Rootfs '$rootfs'" } else { "-Container '$($running.Id)'" }
        $command = "`$ErrorActionPreference = 'Stop'; try { 'line' | $Way $where -InFile '$source' -- /bin/sh -c 'cat' } catch { ""refused `$_"" }"
        $said = Invoke-OtherPowerShell $command 2>&1 | Out-String
        $said | Should -Match 'refused Standard input is -InFile'
        $said | Should -Not -Match 'openat|ENOENT'
    }

    It 'reads a file beside a pipeline through which nothing comes' {
        $with = & $In
        @() | & $Way @with -InFile $source -- /bin/sh -c 'wc -c' | ForEach-Object { [int] $_ } | Should -Be 300000
    }

    It 'can be stopped while it waits for the other side of a FIFO that is <_>' -Tag C-41 -ForEach 'InFile', 'OutFile' {
        $fifo = Join-Path $TestDrive "$Way-$_.fifo"
        & mkfifo $fifo
        $where = if ($Way -eq 'Invoke-Container') { "-Rootfs '$rootfs'" } else { "-Container '$($running.Id)'" }
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModulePath)'; $Way $where -$_ '$fifo' -- /bin/sh -c 'echo out; cat'")
            $null = $shell.BeginInvoke()
            Wait-Until { (& ps -eo args) -match [regex]::Escape($fifo) } | Should -BeTrue
            $stopped = $shell.BeginStop($null, $null)
            $stopped.AsyncWaitHandle.WaitOne(60000) | Should -BeTrue
            Wait-Until { -not ((& ps -eo args) -match [regex]::Escape($fifo)) } | Should -BeTrue
        }
        finally { $shell.Dispose() }
    }

    It 'reads from a FIFO and writes into one' {
        $from = Join-Path $TestDrive "$Way-from.fifo"
        $to = Join-Path $TestDrive "$Way-to.fifo"
        & mkfifo $from $to
        $writer = Start-Process dd -ArgumentList "if=$source", "of=$from" -PassThru -RedirectStandardError /dev/null
        $reader = Start-Process dd -ArgumentList "if=$to", "of=$to.copy" -PassThru -RedirectStandardError "$to.said"
        try {
            & $Run cat @{ InFile = $from; OutFile = $to; Timeout = '60s' } | Should -BeNullOrEmpty
            $writer, $reader | Wait-Process -Timeout 60
        }
        finally { $writer, $reader | Stop-Process -ErrorAction Ignore }
        Get-Sum "$to.copy" | Should -Be $sum
    }

    It 'ends with its command although a process that was left behind has its output' {
        # It lives for longer than the command may take; what it wrote until then is there.
        $with = & $In
        if ($Way -eq 'Invoke-Container') { $with.PidMode = 'Host' }
        $out = & $Way @with -Timeout 60s -ErrorAction Stop -- /bin/sh -c 'echo out; sleep 600 & echo $!' 2>$null
        try { $out | Should -HaveCount 2; $out[0] | Should -Be out }
        finally { if ($Way -eq 'Invoke-Container') { Stop-Process -Id $out[1] -ErrorAction Ignore } else { Invoke-ContainerCommand $running -- kill $out[1] } }
    }
}

Describe 'Invoke-ContainerCommand of several containers' {
    It 'writes their output one after another into one file' {
        $other = Start-Container -Rootfs $rootfs -Name "$prefix-other"
        $target = Join-Path $TestDrive several
        $running, $other | Invoke-ContainerCommand -OutFile $target -- sh -c 'cat; hostname'
        (Get-Content -LiteralPath $target).Count | Should -Be 2
    }
}
