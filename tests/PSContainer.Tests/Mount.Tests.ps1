# Mounting filesystems, and what is said of mounts.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $rootfs = New-TestRootfs
    $prefix = New-TestName
    $work = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) (New-TestName))

    function New-Place([string] $Name) { New-Item -ItemType Directory "$work/$Name" }

    function Get-TestError([scriptblock] $Failing) {
        try { & $Failing } catch { return $_ }
        throw "no error came from: $Failing"
    }
}

AfterAll {
    # First what is mounted: nothing may be removed through it.
    Get-MountPoint "$work/*" | Dismount-FileSystem -Lazy
    Remove-TestContainer $prefix
    Remove-Item -Recurse -Force $work
    Remove-TestRootfs $rootfs
}

Describe 'Mount-FileSystem' {
    It 'mounts a tmpfs with its options' {
        $mount = Mount-FileSystem -Type tmpfs -Path (New-Place tmpfs) -Option size=64k, 'nosuid,nodev'
        $mount | Should -BeOfType PSContainer.FileSystems.MountPoint
        $mount.Type, $mount.Path | Should -Be 'tmpfs', "$work/tmpfs"
        $mount.Options | Should -Contain nosuid
        $mount.Options | Should -Contain nodev
        $mount.FileSystemOptions | Should -Contain size=64k
        $mount | Dismount-FileSystem
        $mount.IsMounted | Should -BeFalse
    }

    It 'binds a directory, and a file, read-only when asked' {
        $source = New-Place source
        Set-Content $source/file content
        $mount = Mount-FileSystem $source (New-Place bound) -ReadOnly
        Get-Content $work/bound/file | Should -Be content
        { Set-Content $work/bound/file x -ErrorAction Stop } | Should -Throw
        $mount.IsReadOnly | Should -BeTrue
        $mount | Dismount-FileSystem
        $null = New-Item $work/place
        $mount = Mount-FileSystem $source/file $work/place
        Get-Content $work/place | Should -Be content
        $mount | Dismount-FileSystem
    }

    It 'takes relative paths, and rows with Source, Path, Type and Option' {
        Push-Location $work
        try {
            $null = New-Place rows/a, rows/b -ErrorAction Ignore
            $null = New-Item -ItemType Directory -Force rows/a, rows/b
            $mounts = 'Source,Path,Type,Option', 'one,./rows/a,tmpfs,size=1m', 'rows,./rows/b,bind,ro' | ConvertFrom-Csv | Mount-FileSystem
            $mounts.Type[0], $mounts.Source[0] | Should -Be tmpfs, one
            $mounts.Path | Should -Be "$work/rows/a", "$work/rows/b"
            $mounts[1].IsReadOnly | Should -BeTrue
            $mounts | Dismount-FileSystem
        }
        finally { Pop-Location }
    }

    It 'lists the kernel calls with -WhatIf and makes none' {
        $place = New-Place whatif
        $lines = Invoke-OtherPowerShell "Mount-FileSystem -Type tmpfs -Path '$place' -Option size=1m -ReadOnly -WhatIf; Mount-FileSystem / '$place' -WhatIf"
        $lines -join "`n" | Should -Match 'fsopen tmpfs(.|\n)+fsconfig size=1m(.|\n)+move_mount(.|\n)+open_tree /'
        Get-MountPoint "$place*" | Should -BeNullOrEmpty
    }

    It 'refuses <What> with <Id>' -ForEach @(
        @{ What = 'a mount point that is not there'; Id = 'InvalidMount'; Script = { Mount-FileSystem -Type tmpfs -Path $work/none } }
        @{ What = 'an unknown filesystem'; Id = 'InvalidMount'; Script = { Mount-FileSystem -Type nofs -Path $work } }
        @{ What = 'an unknown option'; Id = 'InvalidMount'; Script = { Mount-FileSystem -Type tmpfs -Path $work -Option frob } }
        @{ What = 'a directory on a file'; Id = 'InvalidMount'; Script = { $null = New-Item -Force $work/f; Mount-FileSystem $work $work/f } }
        @{ What = 'a device that is none'; Id = 'MountFailed'; Script = { $null = New-Item -Force $work/f; Mount-FileSystem -Type ext4 -Source $work/f -Path $work } }
    ) {
        $problem = Get-TestError { $ErrorActionPreference = 'Stop'; & $Script }
        $problem.FullyQualifiedErrorId | Should -Be "$Id,PSContainer.Commands.MountFileSystemCommand"
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-MountPoint "$work*" | Should -BeNullOrEmpty
    }
}

Describe 'Get-MountPoint' {
    It 'says what findmnt says' {
        $ours = Get-MountPoint | ForEach-Object { "$($_.Path) $($_.Type) $($_.Source)" }
        $theirs = findmnt --noheadings --raw --output TARGET,FSTYPE,SOURCE
        # Others mount and unmount meanwhile: what stands still is compared.
        foreach ($path in '/', '/proc', '/sys', '/dev') {
            $ours -match "^$path " | Select-Object -Last 1 | Should -Be ($theirs -match "^$path " -replace '\[.*' | Select-Object -Last 1)
        }
    }

    It 'finds mounts by path, pattern and type' {
        $mount = Mount-FileSystem -Type tmpfs -Path (New-Place found)
        (Get-MountPoint $work/found).Id | Should -Be $mount.Id
        (Get-MountPoint "$work/*" -Type tmp*).Path | Should -Be $mount.Path
        Get-MountPoint "$work/*" -Type proc | Should -BeNullOrEmpty
        (Get-Item $work/found | Get-MountPoint).Id | Should -Be $mount.Id
        $mount | Select-Object Path | ConvertTo-Json | ConvertFrom-Json | Dismount-FileSystem
        (Get-TestError { Get-MountPoint $work/found -ErrorAction Stop }).FullyQualifiedErrorId |
            Should -Be 'MountPointNotFound,PSContainer.Commands.GetMountPointCommand'
    }

    It 'shows what a process and a container see' {
        $container = Start-Container -Rootfs $rootfs -Name "$prefix-sees" -Tmpfs /tmp
        $sees = $container | Get-MountPoint
        $sees.Path | Should -Contain /
        ($sees | Where-Object Path -eq /tmp).Type | Should -Be tmpfs
        (Get-MountPoint -ProcessId $container.Pid -Type tmpfs).Path | Should -Contain /tmp
        (Get-Process -Id $container.Pid | Get-MountPoint -Type proc).Path | Should -Contain /proc
        $container | Stop-Container -Force
        (Get-TestError { $container | Get-MountPoint -ErrorAction Stop }).FullyQualifiedErrorId | Should -Match '^ContainerNotRunning'
    }

    It 'takes what Select-Object, CSV and JSON left of a mount' {
        $mount = Mount-FileSystem -Type tmpfs -Path (New-Place left)
        ($mount | Get-MountPoint).Id | Should -Be $mount.Id
        ($mount | Select-Object Path | Get-MountPoint).Id | Should -Be $mount.Id
        ($mount | ConvertTo-Json | ConvertFrom-Json | Get-MountPoint).Id | Should -Be $mount.Id
        ($mount | ConvertTo-Csv | ConvertFrom-Csv | Get-MountPoint).Id | Should -Be $mount.Id
        (Get-Process -Id $PID | Select-Object Id, Path | Get-MountPoint -Type proc).Path | Should -Contain /proc
        $mount | ConvertTo-Csv | ConvertFrom-Csv | Dismount-FileSystem
        $mount.IsMounted | Should -BeFalse
        $problem = Get-TestError { $mount | Get-MountPoint -ErrorAction Stop }
        $problem.FullyQualifiedErrorId | Should -Match '^MountPointNotFound'
    }

    It 'shows what the mount namespaces among piped namespaces have, once' {
        $namespaces = New-Namespace -Type Mount, Pid, Uts -Name "$prefix-piped"
        try {
            $place = New-Place piped
            $null = Mount-FileSystem -Type tmpfs -Path $place -Namespace $namespaces
            @($namespaces | Get-MountPoint $place -ErrorAction Stop).Count | Should -Be 1
            @($namespaces | Get-MountPoint | Where-Object Path -eq $place).Count | Should -Be 1
            @($namespaces | Select-Object Type, Inode | Get-MountPoint | Where-Object Path -eq $place).Count | Should -Be 1
            (Get-TestError { Get-MountPoint -Namespace ($namespaces | Where-Object Type -eq Uts) -ErrorAction Stop }).FullyQualifiedErrorId |
                Should -Match '^NamespaceNotFound'
        }
        finally { $namespaces | Remove-Namespace -Force }
    }
}

Describe 'Mounts in namespaces of New-Namespace' {
    It 'are made there, seen there, and taken away there' {
        $namespaces = New-Namespace -Type Mount, Pid, Network -Name "$prefix-mounts"
        try {
            $place = New-Place inside
            $proc = Mount-FileSystem -Type proc -Path $place -Namespace $namespaces
            $proc.IsMounted | Should -BeTrue
            Get-MountPoint "$place*" | Should -BeNullOrEmpty
            (Get-MountPoint -Namespace $namespaces $place).Type | Should -Be proc
            # The processes of that pid namespace only: its init and the reader.
            @(Invoke-NamespaceCommand $namespaces -- /bin/sh -c "cd $place; ls -d [0-9]*").Count | Should -BeIn 2, 3
            $proc | Dismount-FileSystem
            $proc.IsMounted | Should -BeFalse
            Get-MountPoint -Namespace $namespaces "$place*" | Should -BeNullOrEmpty
        }
        finally { $namespaces | Remove-Namespace -Force }
        (Get-TestError { Mount-FileSystem -Type tmpfs -Path $place -Namespace $namespaces -ErrorAction Stop }).FullyQualifiedErrorId | Should -Match '^NamespaceNotFound'
    }
}

Describe 'Dismount-FileSystem' {
    It 'says who has it, and what is mounted in it' {
        $outer = Mount-FileSystem -Type tmpfs -Path (New-Place outer)
        $null = Mount-FileSystem -Type tmpfs -Path (New-Item -ItemType Directory $work/outer/inner)
        $held = [IO.File]::Create("$work/outer/held")
        try {
            $problem = Get-TestError { $outer | Dismount-FileSystem -ErrorAction Stop }
            $problem.FullyQualifiedErrorId | Should -Be 'MountBusy,PSContainer.Commands.DismountFileSystemCommand'
            $problem.Exception.Message | Should -Match "'$work/outer/inner' is mounted in it"
            $problem.Exception.Message | Should -Match "process $PID \(.+\) has its open file there"
        }
        finally { $held.Dispose() }
        $outer | Dismount-FileSystem -Recurse -Verbose 4>&1 | ForEach-Object Message | Should -Contain "umount2 $work/outer/inner"
        Get-MountPoint "$work/outer*" | Should -BeNullOrEmpty
    }

    It 'takes mounts in any order: what is mounted in or on another goes first' {
        $place = New-Place stack
        $mounts = @(
            Mount-FileSystem -Type tmpfs -Path $place
            Mount-FileSystem -Type tmpfs -Path $place
            Mount-FileSystem -Type tmpfs -Path (New-Item -ItemType Directory $place/inner)
        )
        $problem = Get-TestError { $mounts[0] | Dismount-FileSystem -ErrorAction Stop }
        $problem.FullyQualifiedErrorId | Should -Be 'InvalidMount,PSContainer.Commands.DismountFileSystemCommand'
        $problem.Exception.Message | Should -Match 'is covered by another mount'
        $mounts.IsMounted | Should -Be $true, $true, $true
        $mounts | Dismount-FileSystem
        $mounts.IsMounted | Should -Be $false, $false, $false
    }

    It 'takes what a container sees away from it alone' {
        $container = Start-Container -Rootfs $rootfs -Name "$prefix-away" -Tmpfs /mnt
        $container | Get-MountPoint | Where-Object Path -eq /mnt | Dismount-FileSystem
        ($container | Get-MountPoint).Path | Should -Not -Contain /mnt
        $container | Remove-Container -Force
    }
}

Describe 'A mount of a container' {
    It 'whose destination cannot be made says what is in the way' {
        foreach ($destination in '/etc/passwd/x', '/etc//passwd/x/y') {
            $failure = Get-TestError {
                Start-Container -Rootfs $rootfs -Ephemeral -Mount "${work}:$destination" -ErrorAction Stop
            }
            "$failure" -replace '//', '/' | Should -BeLike "*'/etc/passwd': ENOTDIR*"
        }
        $failure = Get-TestError {
            Start-Container -Rootfs $rootfs -Ephemeral -Mount "${work}:/proc/nosuch/place" -ErrorAction Stop
        }
        "$failure" | Should -BeLike "*'/proc/nosuch*': ENOENT*"
        $failure.Exception.Recommendation | Should -BeLike 'The kernel makes up what is there*'
    }
}
