# Namespaces as objects: making, finding, entering and removing them; containers in them; what processes may do.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $isRoot = [Environment]::IsPrivilegedProcess
    $types = 'Mount', 'Uts', 'Ipc', 'Pid', 'Network', 'User', 'Cgroup', 'Time' | ForEach-Object { @{ Type = $_ } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $repository = Split-Path (Split-Path $PSScriptRoot)
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $all = 'Mount', 'Uts', 'Ipc', 'Pid', 'Network', 'User', 'Cgroup', 'Time'
    $files = @{ Mount = 'mnt'; Network = 'net' }
    function Get-Link([string] $Type, $Process = 'self') { [IO.FileInfo]::new("/proc/$Process/ns/$($files[$Type] ?? $Type.ToLowerInvariant())").LinkTarget }
    # What a failed or finished test may have left: directories, mounts, and processes that hold namespaces.
    function Get-Leftover([string] $Name) {
        $sets = "$($env:PSCONTAINER_ROOT)/.namespaces"
        Get-ChildItem $sets -ErrorAction Ignore | Where-Object Name -like $Name | ForEach-Object FullName
        Get-Content /proc/self/mountinfo | Where-Object { $_ -like "* $sets/$Name*" }
    }
}

AfterAll {
    Get-Namespace "$prefix*" | Remove-Namespace -Force
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'New-Namespace' -Skip:(-not $isRoot) {
    It 'makes a namespace of type <Type> that outlives its maker' -ForEach $types {
        $name = "$prefix-one-$Type"
        $made = New-Namespace -Type $Type -Name $name
        @($made).Count | Should -Be 1
        $made.Type | Should -Be $Type
        $made.Name | Should -Be $name
        $made.IsPinned | Should -BeTrue
        $made.IsHost | Should -BeFalse
        $made.ToString() | Should -Not -Be (Get-Link $Type)
        # Another PowerShell finds it, and whoever is in it is not in the host's.
        (Invoke-OtherPowerShell "(Get-Namespace '$name').Inode") | Should -Be $made.Inode
        $link = Invoke-NamespaceCommand $made -- readlink "/proc/self/ns/$($files[$Type] ?? $Type.ToLowerInvariant())"
        $link | Should -Be $made.ToString()
        $made | Remove-Namespace
        Get-Leftover $name | Should -BeNullOrEmpty
        # Whoever has just got a copy of the host's mounts holds it until he has let go of them.
        Wait-Until { -not $made.Exists } | Should -BeTrue
        $made.Path | Should -BeNullOrEmpty
    }

    It 'makes all eight together, and takes the short names' {
        $name = "$prefix-all"
        $made = New-Namespace mnt, uts, ipc, pid, net, user, cgroup, time -Name $name -MapRootUser -Hostname island -MountProc
        $made.Type | Should -Be $all
        $user = $made | Where-Object Type -eq User
        # The new user namespace owns the others.
        ($made | Where-Object Type -ne User).OwnerInode | Select-Object -Unique | Should -Be $user.Inode
        $user.OwnerInode | Should -Be (Get-Namespace -ProcessId $PID -Type User).Inode
        $user.ParentInode | Should -Be (Get-Namespace -ProcessId $PID -Type User).Inode
        ($made | Where-Object Type -eq Pid).ParentInode | Should -Be (Get-Namespace -ProcessId $PID -Type Pid).Inode
        $seen = $made | Invoke-NamespaceCommand -ShellCommand 'hostname; id -u; echo $$; readlink /proc/self; ls -d /proc/[0-9]* | wc -l; cat /proc/self/net/dev'
        $seen[0, 1] | Should -Be 'island', '0'
        [int]$seen[2] | Should -BeLessThan 20
        [int]$seen[3] | Should -BeLessThan 30
        [int]$seen[4] | Should -BeLessThan 10
        $seen -match '^\s*\w+:' | Should -HaveCount 1
        # This PowerShell is in none of them.
        foreach ($one in $made) { Get-Link $one.Type | Should -Not -Be $one.ToString() }
        $made | Remove-Namespace
        Get-Leftover $name | Should -BeNullOrEmpty
    }

    It 'sets clocks, forwards and backwards' {
        $name = "$prefix-time"
        $made = New-Namespace Time -Name $name -BootTimeOffset 10d -MonotonicOffset 1h
        $up = [double](Invoke-NamespaceCommand $made -- cat /proc/uptime).Split(' ')[0]
        $up | Should -BeGreaterThan (10 * 86400)
        $offsets = Invoke-NamespaceCommand $made -- cat /proc/self/timens_offsets
        $offsets -join "`n" | Should -Match 'monotonic\s+3600\s+0\s+boottime\s+864000\s+0'
        $made | Remove-Namespace
        $made = New-Namespace Time -Name $name -BootTimeOffset '-1.5s'
        Invoke-NamespaceCommand $made -- cat /proc/self/timens_offsets | Select-Object -Last 1 | Should -Match 'boottime\s+-2\s+500000000'
        $made | Remove-Namespace
    }

    It 'maps ids' {
        $made = New-Namespace User -Name "$prefix-map" -UidMap 0:100000:1000, 1000:0:1 -GidMap 0:200000:1000
        Invoke-NamespaceCommand $made -- cat /proc/self/uid_map | ForEach-Object { $_.Trim() -replace '\s+', ' ' } | Should -Be '0 100000 1000', '1000 0 1'
        Invoke-NamespaceCommand $made -User 7:9 -- sh -c 'id -u; id -g' | Should -Be '7', '9'
        $made | Remove-Namespace
    }

    It 'has mounts spread as asked' {
        $name = "$prefix-spread"
        $made = New-Namespace Mount -Name $name -Propagation Slave
        $made | Invoke-NamespaceCommand -- sh -c 'mount -t tmpfs none /mnt; grep -c " /mnt " /proc/self/mountinfo' | Should -Be 1
        (Get-Content /proc/self/mountinfo) -match ' /mnt .* none ' | Should -BeNullOrEmpty
        # What one command mounted is there for the next: the namespace stays.
        $made | Invoke-NamespaceCommand -- grep -c ' /mnt ' /proc/self/mountinfo | Should -Be 1
        $made | Remove-Namespace
        $shared = New-Namespace Mount -Name $name -Propagation Shared
        $shared | Invoke-NamespaceCommand -- sh -c 'grep -m1 " / / " /proc/self/mountinfo' | Should -Match 'shared:'
        $shared | Remove-Namespace
    }

    It 'lets an existing user namespace own the new ones' {
        $user = New-Namespace User -Name "$prefix-owner" -MapRootUser
        $owned = New-Namespace Network, Uts -Name "$prefix-owned" -Owner $user -Hostname owned
        $owned.OwnerInode | Select-Object -Unique | Should -Be $user.Inode
        Invoke-NamespaceCommand $owned, $user -- hostname | Should -Be owned
        $owned, $user | Remove-Namespace
    }

    It 'does not keep namespaces of before in a new mount namespace' {
        $before = New-Namespace Uts -Name "$prefix-before"
        $mount = New-Namespace Mount -Name "$prefix-after"
        $mount | Invoke-NamespaceCommand -- cat /proc/self/mountinfo | Should -Not -Match "$prefix-before"
        $before, $mount | Remove-Namespace
    }

    It 'takes Type, Name and Hostname from properties' {
        $made = [pscustomobject]@{ Type = 'uts'; Name = "$prefix-prop"; Hostname = 'byprop' } | New-Namespace
        Invoke-NamespaceCommand $made -- hostname | Should -Be byprop
        $made | Remove-Namespace
    }

    It 'lists the kernel calls with -WhatIf and makes nothing' {
        $text = Invoke-OtherPowerShell "New-Namespace Network, User, Pid -MapRootUser -Name '$prefix-whatif' -WhatIf" | Out-String
        $text | Should -Match 'CLONE_NEWUSER'
        $text | Should -Match 'CLONE_NEWNET'
        $text | Should -Match '0:0:1'
        $text | Should -Match 'PinNamespace /proc/PID/ns/net'
        Get-Leftover "$prefix-whatif" | Should -BeNullOrEmpty
    }
}

Describe 'What New-Namespace refuses' -Skip:(-not $isRoot) {
    It 'says what is wrong with <Parameter>' -ForEach @(
        @{ Parameter = @{ Type = 'Foo' }; Says = "'Foo' is not a type of namespace" }
        @{ Parameter = @{ Type = 'Network'; Hostname = 'x' }; Says = '-Hostname needs a Uts namespace' }
        @{ Parameter = @{ Type = 'Uts'; Hostname = 'a b' }; Says = "'a b' cannot be a host name" }
        @{ Parameter = @{ Type = 'Uts'; Hostname = 'x' * 65 }; Says = 'cannot be a host name' }
        @{ Parameter = @{ Type = 'Uts'; MapRootUser = $true }; Says = 'need a User namespace' }
        @{ Parameter = @{ Type = 'User'; UidMap = '0:0:1' }; Says = '-GidMap is missing' }
        @{ Parameter = @{ Type = 'User'; UidMap = '0:0:1'; GidMap = '0:0:1'; MapRootUser = $true }; Says = 'MapRootUser maps one id' }
        @{ Parameter = @{ Type = 'User'; UidMap = '0:0:5', '3:100:2'; GidMap = '0:0:1' }; Says = 'Ranges of -UidMap overlap' }
        @{ Parameter = @{ Type = 'User'; UidMap = 'x'; GidMap = '0:0:1' }; Says = "'x' is not an id map" }
        @{ Parameter = @{ Type = 'Uts'; BootTimeOffset = '1h' }; Says = 'need a Time namespace' }
        @{ Parameter = @{ Type = 'Uts'; Propagation = 'Slave' }; Says = '-Propagation needs a Mount namespace' }
        @{ Parameter = @{ Type = 'Mount'; MountProc = $true }; Says = '-MountProc needs' }
        @{ Parameter = @{ Type = 'Uts'; Name = '../x' }; Says = 'cannot be the name of namespaces' }
        @{ Parameter = @{ Type = 'Uts'; Owner = 'nosuchnamespace' }; Says = "no namespaces named 'nosuchnamespace'" }
    ) {
        { New-Namespace @Parameter -ErrorAction Stop } | Should -Throw "*$Says*"
    }

    It 'refuses a name that is taken, and leaves its namespaces' {
        $made = New-Namespace Uts -Name "$prefix-taken"
        $problem = $null
        New-Namespace Network -Name "$prefix-taken" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'NamespaceAlreadyExists,*'
        $problem.CategoryInfo.Category | Should -Be ResourceExists
        $made.Exists | Should -BeTrue
        $made | Remove-Namespace
    }

    It 'leaves nothing when a late step fails' {
        $problem = $null
        # The other types are there when the clock is refused.
        New-Namespace Mount, Uts, Pid, Network, User, Time -MapRootUser -Name "$prefix-late" -BootTimeOffset '-40000d' -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'NamespaceCreateFailed,*'
        $problem.Exception.Step | Should -Be SetTimeOffsets
        $problem.Exception.Errno | Should -Be 34
        $problem.ErrorDetails.RecommendedAction | Should -Match 'smaller offset'
        Get-Leftover "$prefix-late" | Should -BeNullOrEmpty
        Get-Process pscontainer -ErrorAction Ignore | Where-Object { $_.CommandLine -match "$prefix-late" } | Should -BeNullOrEmpty
    }

    It 'names the limit that is reached, and leaves nothing' {
        # A limit of a user namespace of its own: the machine's is left alone.
        $script = "Import-Module '$(Get-TestedModulePath)'; New-Namespace Uts, Network -Name $prefix-limit -ErrorAction Continue; Get-ChildItem `$env:PSCONTAINER_ROOT -Force -Recurse | ForEach-Object FullName"
        $state = "/tmp/$prefix-limit"
        try {
            $said = & unshare --user --map-root-user --mount sh -c 'echo 0 > /proc/sys/user/max_net_namespaces && PSCONTAINER_ROOT=$1 exec "$2" -NoProfile -NonInteractive -Command "$3"' sh $state (Get-Process -Id $PID).Path $script 2>&1 | Out-String
            $said | Should -Match 'ENOSPC'
            $said | Should -Match 'max_net_namespaces\s+=\s+0'
            Get-ChildItem $state -Force -Recurse -ErrorAction Ignore | Should -BeNullOrEmpty
        }
        finally { Remove-Item -Recurse -Force $state -ErrorAction Ignore }
    }

    It 'takes the name of a set whose maker was killed' {
        $sets = "$($env:PSCONTAINER_ROOT)/.namespaces"
        $null = New-Item -ItemType Directory -Force "$sets/$prefix-stale"
        Set-Content "$sets/$prefix-stale/holder" '1 1'
        Set-Content "$sets/$prefix-stale/net" '4026531840'
        Get-Namespace "$prefix-stale*" | Should -BeNullOrEmpty
        $made = New-Namespace Uts -Name "$prefix-stale"
        $made.Exists | Should -BeTrue
        $made | Remove-Namespace
        Get-Leftover "$prefix-stale" | Should -BeNullOrEmpty
    }
}

Describe 'Get-Namespace' {
    It 'finds those of a process, by object, pid and property' {
        $own = Get-Process -Id $PID | Get-Namespace
        $own.Type | Should -Be $all
        foreach ($one in $own) {
            $one.ToString() | Should -Be (Get-Link $one.Type)
            $one.IsHost | Should -BeTrue
        }
        (Get-Namespace -ProcessId $PID).Inode | Should -Be $own.Inode
        ([pscustomobject]@{ Id = $PID } | Get-Namespace).Inode | Should -Be $own.Inode
        (Get-Namespace -ProcessId $PID -Type net, uts).Type | Should -Be Uts, Network
    }

    It 'sees what lsns sees' -Skip:(-not ($isRoot -and (Get-Command lsns -CommandType Application -ErrorAction Ignore))) {
        # Namespaces and processes come and go on a busy machine: those that are there before and after, and once is enough.
        Wait-Until {
            $before = Get-Namespace | ForEach-Object Inode
            $theirs = lsns --noheadings --raw --output NS,TYPE | ForEach-Object { [ulong]$_.Split(' ')[0] }
            $after = Get-Namespace | ForEach-Object Inode
            $steady = $before | Where-Object { $_ -in $after }
            $unseen = $steady | Where-Object { $_ -notin $theirs } | ForEach-Object { Get-Namespace -Inode $_ } | Where-Object { $_.ProcessCount -and -not $_.IsPinned }
            -not $unseen -and @($theirs | Where-Object { $_ -in $steady }).Count -ge 8
        } | Should -BeTrue
    }

    It 'finds by number, type, path and the text of the kernel' {
        $net = Get-Namespace -ProcessId $PID -Type Network
        (Get-Namespace -Inode $net.Inode).Type | Should -Be Network
        (Get-Namespace -Path "/proc/$PID/ns/net").Inode | Should -Be $net.Inode
        ("net:[$($net.Inode)]" | Get-Namespace).Inode | Should -Be $net.Inode
        (Get-Namespace -Type Network).Inode | Should -Contain $net.Inode
        (Get-Namespace -Type Network).Type | Select-Object -Unique | Should -Be Network
    }

    It 'says so when there is none' {
        { Get-Namespace nosuchname -ErrorAction Stop } | Should -Throw "*no namespaces named 'nosuchname'*"
        Get-Namespace 'nosuch*' | Should -BeNullOrEmpty
        { Get-Namespace -Inode 1 -ErrorAction Stop } | Should -Throw '*no namespace 1*'
        { Get-Namespace -ProcessId 999999999 -ErrorAction Stop } | Should -Throw '*process 999999999 cannot be read*'
        { Get-Namespace -Path /etc/passwd -ErrorAction Stop } | Should -Throw '*not the file of a namespace*'
        { Get-Namespace -Path /nosuch -ErrorAction Stop } | Should -Throw '*no namespace file*'
        $found = Get-Namespace -ProcessId 999999999, $PID -ErrorAction SilentlyContinue -ErrorVariable problem
        $found | Should -HaveCount 8
        $problem.FullyQualifiedErrorId | Should -BeLike 'NamespaceNotFound,*'
    }

    It 'takes what Select-Object, CSV and JSON leave of an object' {
        $own = Get-Namespace -ProcessId $PID
        ($own | Select-Object Type, Inode | Get-Namespace).Inode | Should -Be $own.Inode
        ($own | ConvertTo-Csv | ConvertFrom-Csv | Get-Namespace).Inode | Should -Be $own.Inode
        ($own | ConvertTo-Json -WarningAction Ignore | ConvertFrom-Json | Get-Namespace).Inode | Should -Be $own.Inode
        ($own | ConvertTo-Csv | ConvertFrom-Csv | Invoke-NamespaceCommand -- readlink /proc/self/ns/uts) | Should -Be "uts:[$(($own | Where-Object Type -eq Uts).Inode)]"
        ($own | Select-Object Type, Inode | Invoke-NamespaceCommand -ShellCommand 'echo $0') | Should -Be /bin/sh
        # Objects that are no namespaces are standard input.
        ([pscustomobject]@{ Type = 'Uts' } | Invoke-NamespaceCommand ($own | Where-Object Type -eq Uts) -- cat) -join '' | Should -Match Uts
        # A number that is another type's by now is not the one that was meant.
        { [pscustomobject]@{ Type = 'Uts'; Inode = ($own | Where-Object Type -eq Network).Inode } | Get-Namespace -ErrorAction Stop } | Should -Throw '*no uts namespace*'
    }

    It 'is live' -Skip:(-not $isRoot) {
        $made = New-Namespace Uts -Name "$prefix-live"
        $made.ProcessCount | Should -Be 0
        $made.ProcessId | Should -BeNullOrEmpty
        $made.Command | Should -BeNullOrEmpty
        $sleep = Start-Process -PassThru -FilePath nsenter -ArgumentList "--uts=$($made.Path)", 'sleep', '1000'
        try {
            Wait-Until { $made.ProcessCount -eq 1 -and $made.Command -eq 'sleep 1000' } | Should -BeTrue
            $made.ProcessId | Should -Be $sleep.Id
            $made.UserId | Should -Be 0
        }
        finally { $sleep | Stop-Process -Force }
        Wait-Until { $made.ProcessCount -eq 0 } | Should -BeTrue
        $made | Remove-Namespace
    }

    It 'finds what others mounted' -Skip:(-not $isRoot) {
        $file = "/tmp/$prefix-netns"
        $null = New-Item $file
        & unshare "--net=$file" true
        try {
            $found = Get-Namespace "$prefix-netns"
            $found.Path | Should -Be $file
            $found.IsPinned | Should -BeTrue
            { $found | Remove-Namespace -ErrorAction Stop } | Should -Throw '*not made by New-Namespace*'
        }
        finally {
            & umount $file
            Remove-Item $file
        }
    }
}

Describe 'Invoke-NamespaceCommand' -Skip:(-not $isRoot) {
    BeforeAll { $set = New-Namespace Uts, Network, Pid -Name "$prefix-run" -Hostname inside }
    AfterAll { $set | Remove-Namespace -Force }

    It 'streams, feeds and reports as a native command' {
        Invoke-NamespaceCommand "$prefix-run" -- sh -c 'hostname; exit 3' | Should -Be inside
        $LASTEXITCODE | Should -Be 3
        'b', 'a' | Invoke-NamespaceCommand "$prefix-run" -- sort | Should -Be 'a', 'b'
        $both = Invoke-NamespaceCommand $set -- sh -c 'echo out; echo err >&2' 2>&1
        ($both | Where-Object { $_ -is [Management.Automation.ErrorRecord] }).ToString() | Should -Be err
        $set | Invoke-NamespaceCommand -- hostname | Should -Be inside
        @() | Invoke-NamespaceCommand $set -- cat | Should -BeNullOrEmpty
        Invoke-NamespaceCommand $set -- sh -c 'yes' | Select-Object -First 2 | Should -Be 'y', 'y'
    }

    It 'joins only the types asked for' {
        $links = Invoke-NamespaceCommand $set -Type uts -- readlink /proc/self/ns/uts /proc/self/ns/net
        $links | Should -Be ($set | Where-Object Type -eq Uts).ToString(), (Get-Link Network)
        { Invoke-NamespaceCommand $set -Type Ipc -- true } | Should -Throw '*No ipc namespace*'
    }

    It 'leaves this PowerShell where it is' {
        $before = $all.ForEach{ Get-Link $_ }
        $null = Invoke-NamespaceCommand $set -- true
        $all.ForEach{ Get-Link $_ } | Should -Be $before
        & readlink /proc/self/ns/net | Should -Be (Get-Link Network)
    }

    It 'ends with the code of a shell for what cannot be executed' {
        Invoke-NamespaceCommand $set -ErrorAction SilentlyContinue -ErrorVariable problem -- nosuchcommand
        "$problem" | Should -Match 'does not exist'
        $LASTEXITCODE | Should -Be 127
        Invoke-NamespaceCommand $set -ErrorAction SilentlyContinue -- /etc/passwd
        $LASTEXITCODE | Should -Be 126
        { Invoke-NamespaceCommand $set -ErrorOnExitCode -- false } | Should -Throw '*ended with 1*'
        { Invoke-NamespaceCommand $set } | Should -Throw '*command*'
        { Invoke-NamespaceCommand nosuchset -- true } | Should -Throw '*no namespaces named*'
    }

    It 'changes root, directory and user' {
        Invoke-NamespaceCommand $set -Rootfs $rootfs -WorkingDirectory /etc -- pwd | Should -Be /etc
        Invoke-NamespaceCommand $set -Rootfs $rootfs -- ls / | Should -Contain bin
        Invoke-NamespaceCommand $set -User 5:6 -- sh -c 'id -u; id -g; id -G' | Should -Be 5, 6, 6
        Invoke-NamespaceCommand $set -WorkingDirectory /nosuchdir -ErrorAction SilentlyContinue -ErrorVariable problem -- pwd
        "$problem" | Should -Match 'ChangeDirectory'
        $LASTEXITCODE | Should -Be 125
        Invoke-NamespaceCommand $set -Rootfs /nosuchroot -ErrorAction SilentlyContinue -ErrorVariable problem -- pwd
        "$problem" | Should -Match 'ChangeRoot.*nosuchroot'
        # A blank, a comma, a colon and a quote in a path are only characters.
        $odd = Join-Path $rootfs "a b,c:d'e"
        $null = New-Item -ItemType Directory $odd
        Copy-Item -Recurse (Join-Path $rootfs 'bin') $odd
        Invoke-NamespaceCommand $set -Rootfs $odd -- /bin/busybox pwd | Should -Be /
    }

    It 'ends the command when its time is over' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        { Invoke-NamespaceCommand $set -Timeout 500ms -- sleep 1000 } | Should -Throw '*did not end*'
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
        Wait-Until { ($set | Where-Object Type -eq Uts).ProcessCount -eq 1 } | Should -BeTrue
    }

    It 'ends the command when the shell dies' {
        $script = "Import-Module '$(Get-TestedModulePath)'; Invoke-NamespaceCommand '$prefix-run' -- sleep 1234"
        $shell = Start-Process -PassThru -FilePath (Get-Process -Id $PID).Path -ArgumentList '-NoProfile', '-NonInteractive', '-Command', "`"$script`""
        $uts = $set | Where-Object Type -eq Uts
        Wait-Until { $uts.ProcessCount -eq 2 } | Should -BeTrue
        $shell | Stop-Process -Force
        Wait-Until { $uts.ProcessCount -eq 1 } | Should -BeTrue
    }

    It 'runs in the namespaces of a container' {
        $c = Start-Container -Name "$prefix-target" -Rootfs $rootfs -Hostname boxed
        try {
            Invoke-NamespaceCommand -Container $c -Type Uts, Network -- hostname | Should -Be boxed
            $c | Invoke-NamespaceCommand -Type Network -- readlink /proc/self/ns/net | Should -Be "$($c | Get-Namespace -Type Network)"
            $c | Invoke-NamespaceCommand -- ls / | Should -Contain bin
        }
        finally { $c | Remove-Container -Force }
        { Invoke-NamespaceCommand -Container "$prefix-target" -- true } | Should -Throw '*no container*'
    }

    It 'gives a program of a container nothing of the caller''s environment, and warns' -Tag 'C-30' -Skip:(-not $isRoot) {
        $c = Start-Container -Name "$prefix-secret" -Rootfs $rootfs
        $env:PSCT_SECRET = 'of the host'
        try {
            $seen = Invoke-NamespaceCommand -Container $c -WarningVariable warned -WarningAction SilentlyContinue -- env
            $seen | Should -Not -Match 'PSCT_SECRET|of the host'
            $seen | Should -Contain 'HOME=/root'
            "$warned" | Should -Match 'rights of root of this host'
            # The tools of the host are the caller's own.
            $tool = Invoke-NamespaceCommand -Container $c -Type Network -WarningVariable warned -- env
            $tool | Should -Contain 'PSCT_SECRET=of the host'
            "$warned" | Should -BeNullOrEmpty
            Invoke-NamespaceCommand -Container $c -User 65534 -WarningVariable warned -- env | Should -Not -Match PSCT_SECRET
            "$warned" | Should -BeNullOrEmpty
        }
        finally {
            $env:PSCT_SECRET = $null
            $c | Remove-Container -Force
        }
    }

    It 'says that a pid namespace has ended' {
        $pidNamespace = New-Namespace Pid -Name "$prefix-ended"
        $holder = $pidNamespace.ProcessId
        Stop-Process -Id $holder -Force
        Wait-Until { -not (Get-Process -Id $holder -ErrorAction Ignore) -or (Get-Content "/proc/$holder/stat" -ErrorAction Ignore) -match '\) Z ' } | Should -BeTrue
        Invoke-NamespaceCommand $pidNamespace -ErrorAction SilentlyContinue -ErrorVariable problem -- true
        "$problem" | Should -Match 'has ended'
        $LASTEXITCODE | Should -Be 125
        $pidNamespace | Remove-Namespace
        Get-Leftover "$prefix-ended" | Should -BeNullOrEmpty
    }
}

Describe 'Enter-Namespace' -Skip:(-not ($isRoot -and (Get-Command script -CommandType Application -ErrorAction Ignore))) {
    It 'gives a shell with a terminal' {
        $set = New-Namespace Uts, Pid, Mount -Name "$prefix-enter" -Hostname entered -MountProc
        try {
            $log = "/tmp/$prefix-enter.log"
            $command = "$((Get-Process -Id $PID).Path) -NoProfile -Command `"Import-Module '$(Get-TestedModulePath)'; Enter-Namespace $prefix-enter`""
            $lines = "hostname`ntest -t 0 && echo is-a-terminal`nreadlink /proc/self/ns/uts`nexit 5`n"
            ($lines -split "`n" | ForEach-Object { Start-Sleep -Milliseconds 300; $_ }) | & script --quiet --return --command $command $log | Out-Null
            # At the end of its input, script types a NUL, which a busy terminal shows before the next line.
            $shown = (Get-Content -Raw $log) -replace '\^@|\0'
            $shown | Should -Match '(?m)^(# )?entered\s*$'
            $shown | Should -Match '(?m)^(# )?is-a-terminal\s*$'
            $shown | Should -Match ([regex]::Escape("$($set | Where-Object Type -eq Uts)"))
        }
        finally {
            $set | Remove-Namespace -Force
            Remove-Item $log -ErrorAction Ignore
        }
    }

    It 'says that it needs a terminal' {
        $said = Invoke-OtherPowerShell "Enter-Namespace -ProcessId $PID" 2>&1 | Out-String
        $said | Should -Match 'There is no terminal'
    }
}

Describe 'Remove-Namespace' -Skip:(-not $isRoot) {
    It 'says who is in a busy one, and with -Force ends him' {
        $made = New-Namespace Uts, Network -Name "$prefix-busy"
        $sleep = Start-Process -PassThru -FilePath nsenter -ArgumentList "--uts=$($made[0].Path)", 'sleep', '1000'
        try {
            Wait-Until { $made[0].ProcessCount -eq 1 -and $made[0].Command -eq 'sleep 1000' } | Should -BeTrue
            $made | Remove-Namespace -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem.Count | Should -Be 1
            $problem.FullyQualifiedErrorId | Should -BeLike 'NamespaceBusy,*'
            "$problem" | Should -Match "process $($sleep.Id) \(sleep 1000\)"
            # The other one had nobody in it.
            Wait-Until { -not $made[1].Exists } | Should -BeTrue
            $made[0].Exists | Should -BeTrue
            $made | Where-Object Exists | Remove-Namespace -Force
            $sleep.WaitForExit(60000) | Should -BeTrue
        }
        finally { if (-not $sleep.HasExited) { $sleep | Stop-Process -Force } }
        Get-Leftover "$prefix-busy" | Should -BeNullOrEmpty
    }

    It 'names the container in a busy one' {
        $made = New-Namespace Uts -Name "$prefix-incontainer"
        $c = Start-Container -Name "$prefix-in" -Rootfs $rootfs -Namespace $made
        { $made | Remove-Namespace -ErrorAction Stop } | Should -Throw "*container '$prefix-in'*"
        $c | Remove-Container -Force
        $made | Remove-Namespace
        Get-Leftover "$prefix-incontainer" | Should -BeNullOrEmpty
    }

    It 'removes a pid namespace with what runs in it' {
        $made = New-Namespace Pid -Name "$prefix-pid"
        $sleep = Start-Process -PassThru -FilePath nsenter -ArgumentList "--pid=$($made.Path)", 'sleep', '1000'
        Wait-Until { $made.ProcessCount -eq 2 } | Should -BeTrue
        { $made | Remove-Namespace -ErrorAction Stop } | Should -Throw '*sleep 1000*'
        $made | Remove-Namespace -Force
        $sleep.WaitForExit(60000) | Should -BeTrue
        Get-Leftover "$prefix-pid" | Should -BeNullOrEmpty
    }

    It 'refuses what it did not make' {
        { Get-Namespace -ProcessId $PID -Type Uts | Remove-Namespace -ErrorAction Stop } | Should -Throw '*the one this PowerShell is in*'
        { Remove-Namespace nosuchname -ErrorAction Stop } | Should -Throw '*no namespaces named*'
        $made = New-Namespace Uts -Name "$prefix-gone"
        $made | Remove-Namespace
        { $made | Remove-Namespace -ErrorAction Stop } | Should -Throw '*is gone already*'
        { Invoke-NamespaceCommand $made -- true } | Should -Throw '*is gone*'
    }

    It 'is told to be over by whoever would enter a pid namespace whose first process died' {
        $made = New-Namespace Pid -Name "$prefix-over"
        try {
            Stop-Process -Id $made.ProcessId -Force
            Wait-Until { $made.ProcessCount -eq 0 } | Should -BeTrue
            Invoke-NamespaceCommand $made -ErrorAction SilentlyContinue -ErrorVariable problem -- true
            $LASTEXITCODE | Should -Be 125
            "$problem" | Should -Match 'The pid namespace is over: its first process has ended'
            Start-Container -Rootfs $rootfs -Name "$prefix-over" -Namespace $made -ErrorAction SilentlyContinue -ErrorVariable problem
            $problem[0].ErrorDetails.RecommendedAction | Should -Match 'its first process has ended'
            Get-Container "$prefix-over" -ErrorAction Ignore | Should -BeNullOrEmpty
        }
        finally { $made | Remove-Namespace -Force }
    }

    It 'does not speak of a container where there is none' {
        Invoke-NamespaceCommand -ProcessId $PID -Type Uts -ErrorAction SilentlyContinue -ErrorVariable problem -- psc-no-such-command
        $LASTEXITCODE | Should -Be 127
        "$problem" | Should -Match "The command 'psc-no-such-command' does not exist there"
        "$problem" | Should -Not -Match 'in the container'
    }

    It 'removes nothing with -WhatIf' {
        $made = New-Namespace Uts -Name "$prefix-keep"
        $made | Remove-Namespace -WhatIf
        $made.Exists | Should -BeTrue
        $made | Remove-Namespace
    }
}

Describe 'Containers in namespaces' -Skip:(-not $isRoot) {
    It 'are in those that are given, and in their own otherwise' {
        $made = New-Namespace Uts, Network, Ipc -Name "$prefix-some" -Hostname given
        $c = Start-Container -Name "$prefix-some" -Rootfs $rootfs -Ephemeral -Namespace $made
        $inside = $c | Get-Namespace
        foreach ($type in 'Uts', 'Network', 'Ipc') { ($inside | Where-Object Type -eq $type).Inode | Should -Be ($made | Where-Object Type -eq $type).Inode }
        foreach ($type in 'Mount', 'Pid', 'Cgroup') { ($inside | Where-Object Type -eq $type).IsHost | Should -BeFalse }
        # The host name of a joined namespace stays.
        Invoke-ContainerCommand $c -- hostname | Should -Be given
        $c | Test-Container | Where-Object { $_.Check -like 'Namespace*' -and $_.Result -ne 'Pass' } | Should -BeNullOrEmpty
        $c | Remove-Container -Force
        $made | Remove-Namespace
    }

    It 'run in all of them, the user namespace too' {
        $made = New-Namespace Mount, Pid, Uts, Ipc, Network, User -MapRootUser -Hostname demo -Name "$prefix-script1"
        $c = New-Container -Name "$prefix-script1" -Rootfs $rootfs -Namespace $made -Command sh, -c, 'hostname; id -u; echo $$; exec sleep 300'
        $lines = $c | Start-Container | Get-ContainerLog -Follow | Select-Object -First 3
        "$($lines[0])", "$($lines[1])" | Should -Be 'demo', '0'
        $inside = $c | Get-Namespace
        foreach ($one in $made) { ($inside | Where-Object Type -eq $one.Type).Inode | Should -Be $one.Inode }
        $c | Stop-Container -PassThru | Remove-Container
        # The root of a joined mount namespace is the container's now: another finds its own root no more, and hears why.
        Invoke-Container -Rootfs $rootfs -Namespace $made -ErrorAction SilentlyContinue -ErrorVariable problem -- true
        "$($problem[0].ErrorDetails.RecommendedAction)" | Should -Match 'mount namespace is joined'
        Invoke-Container -Rootfs $rootfs -Namespace ($made | Where-Object Type -ne Mount) -- hostname | Should -Be demo
        $made | Remove-Namespace
        Get-Leftover "$prefix-script1" | Should -BeNullOrEmpty
    }

    It 'mix namespaces of different owners' {
        $network = New-Namespace Network, Uts -Name "$prefix-mixa" -Hostname mixed
        $user = New-Namespace User -Name "$prefix-mixb" -UidMap 0:100000:65536 -GidMap 0:100000:65536
        # The network belongs to the host's user namespace, and is joined although the container's is another.
        $seen = Invoke-Container -Rootfs $rootfs -Ephemeral -Namespace $network, $user -- sh -c 'hostname; cat /proc/self/uid_map; readlink /proc/self/ns/net'
        $seen[0] | Should -Be mixed
        $seen[1] | Should -Match '0\s+100000\s+65536'
        $seen[2] | Should -Be "$($network | Where-Object Type -eq Network)"
        # And also where the user namespace is new.
        Invoke-Container -Rootfs $rootfs -Ephemeral -Namespace $network -MapRootUser -- hostname | Should -Be mixed
        $network, $user | Remove-Namespace
    }

    It 'see the clocks of a joined time namespace' {
        $time = New-Namespace Time -Name "$prefix-clock" -BootTimeOffset 100d
        [double](Invoke-Container -Rootfs $rootfs -Namespace $time -- cat /proc/uptime).Split(' ')[0] | Should -BeGreaterThan (100 * 86400)
        $time | Remove-Namespace
    }

    It 'take namespaces by property, and by name' {
        $made = New-Namespace Uts -Name "$prefix-byprop" -Hostname byprop
        $plan = [pscustomobject]@{ Namespace = $made } | New-Container -Rootfs $rootfs -PlanOnly
        ($plan | Where-Object Step -eq JoinNamespace).Target | Should -Be $made.Path
        Invoke-Container -Rootfs $rootfs -Namespace "$prefix-byprop" -- hostname | Should -Be byprop
        $made | Remove-Namespace
    }

    It 'refuse what contradicts' {
        $made = New-Namespace Uts, Network -Name "$prefix-contra"
        { Invoke-Container -Rootfs $rootfs -Namespace $made -Network Host -- true } | Should -Throw '*-Network says otherwise*'
        { Invoke-Container -Rootfs $rootfs -Namespace $made -Hostname x -- true } | Should -Throw '*-Hostname*'
        { Invoke-Container -Rootfs $rootfs -Namespace $made[0], (Get-Namespace -ProcessId $PID -Type Uts) -- true } | Should -Throw '*one uts namespace only*'
        { Invoke-Container -Rootfs $rootfs -Namespace (Get-Namespace -ProcessId $PID -Type Mount) -- true } | Should -Throw '*own mount namespace*'
        { Invoke-Container -Rootfs $rootfs -Namespace nosuchname -- true } | Should -Throw '*no namespaces named*'
        $made | Remove-Namespace
        { Invoke-Container -Rootfs $rootfs -Namespace $made -- true } | Should -Throw '*is gone*'
    }
}

Describe 'An ordinary user' -Skip:(-not ($isRoot -and (Get-Command setpriv -CommandType Application -ErrorAction Ignore))) {
    BeforeAll {
        $state = "/tmp/$prefix-user"
        $null = New-Item -ItemType Directory $state
        & chown 65534:65534 $state
        function Invoke-AsNobody([string] $Script) {
            & setpriv --reuid 65534 --regid 65534 --clear-groups env "HOME=$state" "PSCONTAINER_ROOT=$state/root" `
                (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$(Get-TestedModulePath)'; $Script" 2>&1
        }
    }
    AfterAll { Remove-Item -Recurse -Force $state }

    It 'gets all types below a user namespace of his own, held by a process' {
        $seen = Invoke-AsNobody @'
$made = New-Namespace Mount, Uts, Ipc, Pid, Network, User, Cgroup, Time -MapRootUser -Hostname mine -Name own -MountProc -BootTimeOffset 10d
$made.Count
$made | Invoke-NamespaceCommand -ShellCommand 'hostname; id -u; cat /proc/self/uid_map; readlink /proc/self; read up x < /proc/uptime; echo ${up%.*}'
@(Get-Content /proc/self/mountinfo | Where-Object { $_ -match 'root/.namespaces' }).Count
$made | Remove-Namespace
Test-Path "$env:PSCONTAINER_ROOT/.namespaces"
"gone $($made.Exists -notcontains $true)"
'@
        $seen[0] | Should -Be 8
        $seen[1, 2] | Should -Be 'mine', '0'
        $seen[3] | Should -Match '0\s+65534\s+1'
        [int]$seen[4] | Should -BeLessThan 30
        [int]$seen[5] | Should -BeGreaterThan 864000
        $seen[6, 7, 8] | Should -Be '0', 'False', 'gone True'
    }

    It 'hears what is missing without a user namespace' {
        $said = Invoke-AsNobody 'New-Namespace Network -Name bare' | Out-String
        $said | Should -Match 'without a User namespace'
        $said | Should -Match 'Let a new User namespace own them'
        Get-ChildItem "$state/root/.namespaces" -Force -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'gets no ids that are not his' {
        $said = Invoke-AsNobody 'New-Namespace User -Name ids -UidMap 0:0:1 -GidMap 0:65534:1' | Out-String
        $said | Should -Match 'does not give to user'
    }
}

Describe 'Get-ProcessCapability' {
    It 'reads this PowerShell as its status file has it' {
        $own = Get-Process -Id $PID | Get-ProcessCapability
        $status = Get-Content "/proc/$PID/status"
        $bits = [Convert]::ToUInt64(($status -match '^CapEff:')[0].Split("`t")[1], 16)
        $own.ProcessId | Should -Be $PID
        $own.Effective.Bits | Should -Be $bits
        $own.SeccompMode | Should -Be ([int]($status -match '^Seccomp:')[0].Split("`t")[1])
        $own.UserIds | Should -Be (($status -match '^Uid:')[0].Split("`t")[1..4])
        "$($own.UidMap[0])" | Should -Be ((@(Get-Content "/proc/$PID/uid_map")[0].Trim() -split '\s+') -join ':')
        (Get-ProcessCapability $PID).Effective | Should -Be $own.Effective
        (Get-ProcessCapability -ProcessId $PID).CommandName | Should -Be $own.CommandName
        ([pscustomobject]@{ Id = $PID } | Get-ProcessCapability).CommandName | Should -Be $own.CommandName
    }

    It 'says so when there is no such process, and goes on' {
        $found = Get-ProcessCapability -ProcessId 999999999, $PID -ErrorVariable problem -ErrorAction SilentlyContinue
        $found.ProcessId | Should -Be $PID
        "$problem" | Should -Match 'no process 999999999'
        $problem[0].CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'compares as text' -Skip:(-not $isRoot) {
        $hard = @{ Rootfs = $rootfs; Ephemeral = $true; User = '65534:65534'; DropCapability = 'All'; Name = "$prefix-hard" }
        $c = Start-Container @hard -Command sleep, 60
        try {
            $c | Get-ProcessCapability | Where-Object Effective -ne 'None' | Should -BeNullOrEmpty
            $one = $c | Get-ProcessCapability
            $one.Effective -eq 'none' | Should -BeTrue
            "$($one.Bounding)" | Should -Be None
            $one.NoNewPrivileges | Should -BeTrue
            $one.SeccompMode | Should -Be Filter
            $one.UserId | Should -Be 65534
            $one.Container | Should -Be "$prefix-hard"
            ($c | Get-ContainerProcess | Get-ProcessCapability).ProcessId | Should -Be $one.ProcessId
            (Get-ProcessCapability -Container "$prefix-ha*").ProcessId | Should -Be $one.ProcessId
        }
        finally { $c | Remove-Container -Force }
        $default = Start-Container -Name "$prefix-default" -Rootfs $rootfs -AddCapability net_admin
        try {
            $set = ($default | Get-ProcessCapability).Effective
            $set.Count | Should -Be 15
            $set.Contains('NetAdmin') | Should -BeTrue
            $set.Contains('sys_admin') | Should -BeFalse
            $set.Names | Should -Contain CAP_NET_ADMIN
            $default | Get-ProcessCapability | Where-Object Effective -ne 'None' | Should -HaveCount 1
        }
        finally { $default | Remove-Container -Force }
    }
}

Describe 'The example isolate.ps1' -Skip:(-not $isRoot) {
    It 'shows that everything is different inside, and leaves nothing' {
        $rows = & (Join-Path $repository 'examples/isolate.ps1') -Name "$prefix-example" -Hostname elsewhere
        $rows | Should -HaveCount 14
        foreach ($row in $rows | Where-Object Question -ne user) { "$($row.Inside)" | Should -Not -Be "$($row.Outside)" -Because $row.Question }
        ($rows | Where-Object Question -eq 'host name').Inside | Should -Be elsewhere
        ($rows | Where-Object Question -eq 'network interfaces').Inside | Should -Be 1
        [int]($rows | Where-Object Question -eq 'days since boot').Inside | Should -BeGreaterOrEqual 365
        Get-Leftover "$prefix-example" | Should -BeNullOrEmpty
    }
}
