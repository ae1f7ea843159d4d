# Expand-ContainerImage: archives as they come, and hostile ones.

BeforeDiscovery {
    $formats = @(
        @{ Name = 'plain'; Option = @(); End = '.tar' }, @{ Name = 'gzip'; Option = @('-z'); End = '.tar.gz' }
        @{ Name = 'xz'; Option = @('-J'); End = '.tar.xz'; Tool = 'xz' }, @{ Name = 'zstd'; Option = @('--zstd'); End = '.tar.zst'; Tool = 'zstd' }
    ) | Where-Object { -not $_.Tool -or (Get-Command $_.Tool -CommandType Application -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'Expand-ContainerImage' {
    It 'unpacks <Name>' -ForEach $formats {
        $archive = Join-Path $TestDrive "root$End"
        & tar @Option -cf $archive -C $rootfs .
        $root = Expand-ContainerImage $archive (Join-Path $TestDrive "into-$Name")
        $root.Path | Should -Be (Join-Path $TestDrive "into-$Name")
        $root.EntryCount | Should -BeGreaterThan 10
        Get-Content (Join-Path $root.Path etc/os-release) | Should -Be (Get-Content (Join-Path $rootfs etc/os-release))
        (Get-Item (Join-Path $root.Path bin/sh)).LinkTarget | Should -Be (Get-Item (Join-Path $rootfs bin/sh)).LinkTarget
    }

    It 'makes a root that a container starts from, in one pipeline' {
        $archive = Join-Path $TestDrive pipe.tar
        & tar -cf $archive -C $rootfs .
        $c = Get-Item $archive | Expand-ContainerImage | Start-Container -Name "$prefix-pipe"
        $c.Rootfs | Should -Be (Join-Path $TestDrive pipe)
        Invoke-ContainerCommand $c -- echo alive | Should -Be alive
    }

    It 'keeps owners and modes' {
        $tree = New-Item -ItemType Directory (Join-Path $TestDrive owned)
        Set-Content (Join-Path $tree file) x
        & chown 1234:2345 (Join-Path $tree file)
        & chmod 4711 (Join-Path $tree file)
        & tar -cf (Join-Path $TestDrive owned.tar) -C $tree .
        $root = Expand-ContainerImage (Join-Path $TestDrive owned.tar) (Join-Path $TestDrive owned-out)
        & stat -c '%u:%g %a' (Join-Path $root.Path file) | Should -Be '1234:2345 4711'
        $mapped = Expand-ContainerImage (Join-Path $TestDrive owned.tar) (Join-Path $TestDrive owned-mapped) -UidMap 0:100000:65536 -GidMap 0:200000:65536
        & stat -c '%u:%g' (Join-Path $mapped.Path file) | Should -Be '101234:202345'
    }

    It 'warns where every user of the host reaches what runs as its owner' -Tag 'C-28' {
        & chmod 0755 $TestDrive
        $tree = New-Item -ItemType Directory (Join-Path $TestDrive privileged)
        Set-Content (Join-Path $tree file) x
        & chmod 4711 (Join-Path $tree file)
        $archive = Join-Path $TestDrive privileged.tar
        & tar -cf $archive -C $tree .
        $null = Expand-ContainerImage $archive (Join-Path $TestDrive open-out) -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -Match "Every user of this host.*'./file'"
        $null = New-ContainerSpec -Rootfs (Join-Path $TestDrive open-out) -Command true -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        "$warned" | Should -Match "Every user of this host.*'/file'"
        $null = Expand-ContainerImage $archive (Join-Path $TestDrive private/closed-out) -WarningVariable warned
        "$warned" | Should -BeNullOrEmpty
        & stat -c %a (Join-Path $TestDrive private) | Should -Be 700
        $null = New-ContainerSpec -Rootfs (Join-Path $TestDrive private/closed-out) -Command true -WarningVariable warned -ErrorAction SilentlyContinue
        "$warned" | Should -BeNullOrEmpty
    }

    It 'never leaves the destination' {
        $tree = New-Item -ItemType Directory (Join-Path $TestDrive evil)
        Set-Content (Join-Path $tree payload) x
        $archive = Join-Path $TestDrive evil.tar
        & tar -cPf $archive --transform 's,^payload,../../escaped,' -C $tree payload
        Expand-ContainerImage $archive (Join-Path $TestDrive a/b/evil-out) -ErrorAction SilentlyContinue | Out-Null
        $null = New-Item -ItemType Directory (Join-Path $TestDrive a/b)
        Expand-ContainerImage $archive (Join-Path $TestDrive a/b/evil-out) -ErrorAction SilentlyContinue | Out-Null
        Get-ChildItem $TestDrive -Recurse -Filter escaped | Where-Object FullName -notlike '*evil-out*' | Should -BeNullOrEmpty
    }

    It 'refuses what is no archive, and leaves nothing' {
        Set-Content (Join-Path $TestDrive noise.tar) ('noise ' * 500)
        Expand-ContainerImage (Join-Path $TestDrive noise.tar) (Join-Path $TestDrive noise-out) -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidArchive,*'
        $problem.CategoryInfo.Category | Should -Be InvalidData
        Join-Path $TestDrive noise-out | Should -Not -Exist
    }

    It 'refuses a directory that holds something, unless told to' {
        & tar -cf (Join-Path $TestDrive small.tar) -C $rootfs etc
        $full = New-Item -ItemType Directory (Join-Path $TestDrive full)
        Set-Content (Join-Path $full mine) x
        Expand-ContainerImage (Join-Path $TestDrive small.tar) $full -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 1
        (Expand-ContainerImage (Join-Path $TestDrive small.tar) $full -Force).Path | Should -Be $full.FullName
        Join-Path $full mine | Should -Exist
    }

    It 'takes what is piped as it is, and wildcards only in -Path' {
        $names = New-Item -ItemType Directory (Join-Path $TestDrive 'archives')
        & tar -cf (Join-Path $names a1.tar) -C $rootfs etc
        Copy-Item (Join-Path $names a1.tar) (Join-Path $names 'a[1].tar')
        (Get-ChildItem -LiteralPath (Join-Path $names 'a[1].tar') | Expand-ContainerImage -Destination (Join-Path $TestDrive literal)).Source | Should -Be (Join-Path $names 'a[1].tar')
        (Expand-ContainerImage -LiteralPath (Join-Path $names 'a[1].tar') (Join-Path $TestDrive literal2)).Source | Should -Be (Join-Path $names 'a[1].tar')
        (Expand-ContainerImage (Join-Path $names 'a[1].tar') (Join-Path $TestDrive pattern)).Source | Should -Be (Join-Path $names a1.tar)
        (Expand-ContainerImage (Join-Path $names '*.tar')).Count | Should -Be 2
    }

    It 'has limits that can be set' {
        $archive = Join-Path $TestDrive limited.tar
        & tar -cf $archive -C $rootfs etc
        { Expand-ContainerImage $archive (Join-Path $TestDrive limit) -SizeMax 100 -ErrorAction Stop } | Should -Throw '*larger than 100 bytes*'
        { Expand-ContainerImage $archive (Join-Path $TestDrive limit) -EntryMax 0 } | Should -Throw '*number of entries*'
        Join-Path $TestDrive limit | Should -Not -Exist
        (Expand-ContainerImage $archive (Join-Path $TestDrive limit) -SizeMax max -EntryMax max).Path | Should -Exist
    }

    It 'does nothing with -WhatIf' {
        Expand-ContainerImage (Join-Path $TestDrive small.tar) (Join-Path $TestDrive whatif) -WhatIf
        Join-Path $TestDrive whatif | Should -Not -Exist
    }
}

Describe 'A full distribution' -Skip:(-not $env:PSCONTAINER_TEST_DEBIAN) {
    It 'runs its own programs under limits' {
        $said = Invoke-Container -Rootfs $env:PSCONTAINER_TEST_DEBIAN -Ephemeral -MemoryMax 256MB -PidsMax 64 -- bash -c '. /etc/os-release; echo $ID; dpkg --version | head -1; apt-get --version | head -1'
        $said[0] | Should -Be debian
        $said[1] | Should -Match dpkg
        $LASTEXITCODE | Should -Be 0
    }

    It 'has a working pipeline of cmdlets' {
        $c = Start-Container -Rootfs $env:PSCONTAINER_TEST_DEBIAN -Ephemeral -Name "$prefix-debian"
        Invoke-ContainerCommand $c -- bash -c 'useradd --create-home someone && id -un someone' | Should -Be someone
        Invoke-ContainerCommand $c -User someone -- whoami | Should -Be someone
        $c | Get-ContainerProcess | Should -Not -BeNullOrEmpty
        $c | Stop-Container -PassThru | Remove-Container
    }
}
