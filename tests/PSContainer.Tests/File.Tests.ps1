# Copy-ContainerFile: in and out, and never to anywhere else.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $c = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-files"
    $here = New-Item -ItemType Directory (Join-Path $TestDrive here)
    Set-Content (Join-Path $here hello.txt) 'hello'
    $null = New-Item -ItemType Directory (Join-Path $here tree/below)
    Set-Content (Join-Path $here tree/below/deep.txt) 'deep'
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Copy-ContainerFile' {
    It 'says what is missing as the container names it' {
        Copy-ContainerFile $c /root/nope $TestDrive -FromContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -BeLike "'$($c.Name):/root/nope' does not exist.*"
        Copy-ContainerFile $c (Join-Path $here hello.txt) /nope/hello.txt -ToContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -BeLike "'$($c.Name):/nope/' does not exist.*"
        foreach ($script in { Invoke-ContainerCommand $c -- nope }, { Invoke-ContainerCommand $c -User nope -- id }, { Start-ContainerProcess $c -- /etc/passwd }) {
            $failure = $(try { & $script -ErrorAction Stop } catch { $_ })
            "$failure $($failure.Exception.Recommendation)" | Should -Not -Match /proc/
            "$failure" | Should -Match $c.Name
        }
    }

    It 'copies a file in' {
        Copy-ContainerFile $c (Join-Path $here hello.txt) /tmp/hello.txt -ToContainer
        Invoke-ContainerCommand $c -- cat /tmp/hello.txt | Should -Be hello
    }

    It 'copies into a directory that is there, under the same name' {
        Copy-ContainerFile $c (Join-Path $here hello.txt) /etc -ToContainer
        Invoke-ContainerCommand $c -- cat /etc/hello.txt | Should -Be hello
        Join-Path $rootfs etc/hello.txt | Should -Not -Exist -Because 'the container is ephemeral'
    }

    It 'takes files from the pipeline, and their owner and mode' {
        Get-ChildItem (Join-Path $here *.txt) | Copy-ContainerFile $c -Destination /home -ToContainer -Owner 1000:50 -Mode 0750 -PassThru | ForEach-Object Name | Should -Be hello.txt
        Invoke-ContainerCommand $c -- stat -c '%u:%g %a' /home/hello.txt | Should -Be '1000:50 750'
    }

    It 'copies a tree only when told to' {
        Copy-ContainerFile $c (Join-Path $here tree) /srv -ToContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        Copy-ContainerFile $c (Join-Path $here tree) /srv/tree -ToContainer -Recurse
        Invoke-ContainerCommand $c -ShellCommand 'find /srv -name deep.txt | xargs cat' | Should -Be deep
    }

    It 'copies out' {
        Invoke-ContainerCommand $c -ShellCommand 'mkdir -p /out/d; echo there > /out/d/f; chmod 640 /out/d/f'
        $copy = Copy-ContainerFile $c /out/d/f $TestDrive -FromContainer -PassThru
        $copy.FullName | Should -Be (Join-Path $TestDrive f)
        Get-Content $copy | Should -Be there
        Copy-ContainerFile $c /out (Join-Path $TestDrive outcopy) -FromContainer -Recurse
        Get-Content (Join-Path $TestDrive outcopy/d/f) | Should -Be there
    }

    It 'takes paths of PowerShell drives' {
        Copy-ContainerFile $c /out/d/f TestDrive:/drive -FromContainer
        Get-Content TestDrive:/drive | Should -Be there
    }

    It 'works on a container that does not run' {
        $made = New-Container -Rootfs $rootfs -Name "$prefix-made"
        Copy-ContainerFile $made (Join-Path $here hello.txt) /tmp/made.txt -ToContainer
        $null = $made | Start-Container
        Invoke-ContainerCommand $made -- cat /tmp/made.txt | Should -Be hello
    }

    It 'does not follow a link of the container out of it' {
        $secret = Join-Path $TestDrive secret
        Set-Content $secret 'secret of the host'
        Invoke-ContainerCommand $c -ShellCommand "ln -s $TestDrive /tmp/escape; ln -s $secret /tmp/leak"
        Copy-ContainerFile $c (Join-Path $here hello.txt) /tmp/escape/planted -ToContainer -ErrorAction SilentlyContinue
        Join-Path $TestDrive planted | Should -Not -Exist
        Copy-ContainerFile $c /tmp/leak (Join-Path $TestDrive leaked) -FromContainer -FollowLink -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        Join-Path $TestDrive leaked | Should -Not -Exist
    }

    It 'says what is missing' {
        Copy-ContainerFile $c /no/such $TestDrive -FromContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match '/no/such'
        Copy-ContainerFile $c (Join-Path $here nothing) /tmp -ToContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        "$problem" | Should -Match 'nothing'
    }

    It 'wants a direction' { { Copy-ContainerFile $c /a /b -ErrorAction Stop } | Should -Throw '*which way to copy*' }

    It 'does nothing with -WhatIf' {
        Copy-ContainerFile $c (Join-Path $here hello.txt) /tmp/whatif -ToContainer -WhatIf
        Invoke-ContainerCommand $c -- test -e /tmp/whatif
        $LASTEXITCODE | Should -Be 1
    }

    It 'takes what is piped as it is, and wildcards only in -Path' {
        $names = New-Item -ItemType Directory (Join-Path $TestDrive names)
        Set-Content -LiteralPath (Join-Path $names 'f[1].txt') literal
        Set-Content (Join-Path $names f1.txt) other
        Get-ChildItem -LiteralPath (Join-Path $names 'f[1].txt') | Copy-ContainerFile $c -Destination /mnt -ToContainer
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt; cat "/mnt/f[1].txt"; rm /mnt/*' | Should -Be 'f[1].txt', literal
        Copy-ContainerFile $c -LiteralPath (Join-Path $names 'f[1].txt') /mnt -ToContainer
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt; rm /mnt/*' | Should -Be 'f[1].txt'
        Copy-ContainerFile $c (Join-Path $names 'f[1].txt') /mnt -ToContainer
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt; rm /mnt/*' | Should -Be f1.txt
        { Copy-ContainerFile $c (Join-Path $names 'g[1].txt') /mnt -ToContainer -ErrorAction Stop } | Should -Throw '*g*'
    }

    It 'refuses what cp refuses: several things on one name' {
        $many = New-Item -ItemType Directory (Join-Path $TestDrive many/below)
        'a', 'b', 'below/a' | ForEach-Object { Set-Content (Join-Path $many.Parent $_) $_ }
        { Get-ChildItem $many.Parent -File | Copy-ContainerFile $c -Destination /mnt/new -ToContainer -ErrorAction Stop } | Should -Throw '*is no directory*'
        # One error, and not one for each of them.
        Get-ChildItem $many.Parent -File | Copy-ContainerFile $c -Destination /mnt/new -ToContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        Copy-ContainerFile $c /etc/passwd, /etc/group, /etc/os-release (Join-Path $TestDrive newfile) -FromContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt' | Should -BeNullOrEmpty
        Get-ChildItem $many.Parent -File -Recurse | Copy-ContainerFile $c -Destination /mnt -ToContainer -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt; rm /mnt/*' | Should -Be a, b
        { Copy-ContainerFile $c /etc/passwd, /etc/group (Join-Path $TestDrive newfile) -FromContainer -ErrorAction Stop } | Should -Throw '*is no directory*'
        Join-Path $TestDrive newfile | Should -Not -Exist
    }

    It 'copies what is in a directory for dir/.' {
        Copy-ContainerFile $c "$(Join-Path $here tree)/." /mnt -ToContainer -Recurse
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt; rm -r /mnt/*' | Should -Be below
    }

    It 'says what of a file does not come along' {
        & cp (Join-Path $here hello.txt) (Join-Path $here lent)
        & chown 1001:1001 (Join-Path $here lent)
        & chmod 6755 (Join-Path $here lent)
        Copy-ContainerFile $c (Join-Path $here lent) /tmp/lent -ToContainer -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -Be "The set-user-id or set-group-id bit of '$($c.Name):/tmp/lent' was left out."
        Invoke-ContainerCommand $c -- stat -c '%a %u' /tmp/lent | Should -Be '755 0'
        Copy-ContainerFile $c (Join-Path $here lent) /tmp/lent -ToContainer -Owner 1001:1001 -WarningVariable said
        $said | Should -BeNullOrEmpty
        Invoke-ContainerCommand $c -- stat -c '%a %u' /tmp/lent | Should -Be '6755 1001'
    }

    It 'leaves devices and FIFOs where they are' {
        Invoke-ContainerCommand $c -- mkfifo /mnt/fifo
        foreach ($place in '/dev/null', '/mnt/fifo') {
            { 'x' | Set-ContainerContent $c $place -ErrorAction Stop } | Should -Throw "*'$($c.Name):$place' is a *"
            { Copy-ContainerFile $c (Join-Path $here hello.txt) $place -ToContainer -ErrorAction Stop } |
                Should -Throw "*'$($c.Name):$place' is a *"
        }
        Invoke-ContainerCommand $c -ShellCommand 'test -c /dev/null && test -p /mnt/fifo && ls -A /mnt && rm /mnt/fifo' |
            Should -Be fifo
    }

    It 'takes relative paths for files where the location is none' {
        Push-Location $here
        try {
            Set-Location env:
            Copy-ContainerFile $c ./hello.txt /mnt/plain -ToContainer
            Copy-ContainerFile $c 'hel*.txt' /mnt/wild -ToContainer
            Invoke-ContainerCommand $c -ShellCommand 'cat /mnt/plain /mnt/wild; rm /mnt/*' | Should -Be hello, hello
            { Copy-ContainerFile $c env:PATH /mnt -ToContainer -ErrorAction Stop } | Should -Throw '*Environment*'
        }
        finally { Pop-Location }
    }
}

Describe 'Set-ContainerContent' {
    It 'writes a file before the first instruction, and never one of the host' -Tag 'C-29' {
        $bait = New-Item (Join-Path $TestDrive bait) -Value 'the host''s'
        $other = New-TestRootfs
        $null = New-Item -ItemType SymbolicLink (Join-Path $other etc/motd) -Target $bait
        $null = New-Item -ItemType Directory "$other$TestDrive" -Force
        try {
            $made = New-Container -Rootfs $other -Name "$prefix-motd" -Command cat, /etc/motd
            Set-ContainerContent $made /etc/motd 'of the container'
            Get-Content $bait | Should -Be 'the host''s'
            $made | Start-Container | Wait-Container -Timeout 60s | Get-ContainerLog | ForEach-Object Message | Should -Be 'of the container'
        }
        finally {
            Remove-Container "$prefix-motd" -Force
            Remove-TestRootfs $other
        }
    }

    It 'keeps owner and mode of what it replaces' {
        Invoke-ContainerCommand $c -ShellCommand 'echo old >/mnt/kept; chown 12:34 /mnt/kept; chmod 640 /mnt/kept'
        'one', 'two' | Set-ContainerContent $c /mnt/kept
        Invoke-ContainerCommand $c -ShellCommand 'stat -c "%u:%g %a" /mnt/kept; cat /mnt/kept' | Should -Be '12:34 640', one, two
        Set-ContainerContent $c /mnt/new -Value ([byte[]](104, 105)), 10 -AsByteStream -Owner 5:6 -Mode 0600
        Invoke-ContainerCommand $c -ShellCommand 'stat -c "%u:%g %a" /mnt/new; cat /mnt/new; rm /mnt/*' | Should -Be '5:6 600', hi
        { Set-ContainerContent $c /etc x -ErrorAction Stop } | Should -Throw '*directory*'
        { Set-ContainerContent $c /no/such x -ErrorAction Stop } | Should -Throw
    }

    It 'writes to containers of the pipeline what -Value gives, once each' {
        $c, $c.Name | Set-ContainerContent -Path /mnt/piped -Value one, two
        Invoke-ContainerCommand $c -ShellCommand 'cat /mnt/piped; rm /mnt/*' | Should -Be one, two
        { $c | Set-ContainerContent -Path /mnt/piped } | Should -Throw '*pipeline*'
        Invoke-ContainerCommand $c -ShellCommand 'ls /mnt' | Should -BeNullOrEmpty
        $null | Set-ContainerContent -Path /mnt/piped -Value one -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
    }
}
