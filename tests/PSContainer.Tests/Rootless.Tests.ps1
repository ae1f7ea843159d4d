# Everything as an ordinary user, whom root makes for it: with subordinate ids, without, and without the programs that hand them out.

BeforeDiscovery {
    $isRoot = (& id -u) -eq '0'
    $missing = 'useradd', 'userdel', 'setpriv', 'script' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }
    $canBeUser = $isRoot -and -not $missing
    $hasPrograms = $canBeUser -and (Test-Path /usr/bin/newuidmap)
    $isLegacy = -not (Test-Path /sys/fs/cgroup/cgroup.controllers)
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RootlessHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $source = New-TestRootfs
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $source
}

Describe 'A user with subordinate ids' -Skip:(-not $hasPrograms) {
    BeforeAll {
        $user = New-TestUser
        & cp -a $source "$($user.Directory)/rootfs"
        & chown -R "$($user.Uid):$($user.Gid)" "$($user.Directory)/rootfs"
        # Files of root, a user, a group and with a set-user-id bit, and a device, in an archive.
        $tree = Join-Path $TestDrive tree
        & cp -a $source $tree
        & mknod $tree/dev/null c 1 3
        New-Item $tree/srv/of-user, $tree/srv/setuid | Out-Null
        & chown 1000:50 $tree/srv/of-user
        & chmod 4755 $tree/srv/setuid
        & tar -czf "$($user.Directory)/root.tar.gz" -C $tree .
    }
    AfterAll { if ($user) { Remove-TestUser $user } }

    It 'is root inside and himself outside' {
        $said = Invoke-AsUser $user 'Invoke-Container -Rootfs $rootfs -- sh -c "id -u; id -g; cat /proc/self/uid_map; cat /proc/self/gid_map"'
        $said[0, 1] | Should -Be 0, 0
        ($said[2] -split '\s+' | Where-Object { $_ }) | Should -Be 0, $user.Uid, 1
        ($said[3] -split '\s+' | Where-Object { $_ }) | Should -Be 1, $user.FirstSubId, 65536
        ($said[4] -split '\s+' | Where-Object { $_ }) | Should -Be 0, $user.Gid, 1
    }

    It 'lives a container''s whole life' {
        $said = Invoke-AsUser $user @'
            $c = Start-Container -Rootfs $rootfs -Name life -Hostname inside -ShellCommand 'echo started; trap "exit 7" TERM; while :; do sleep 0.1; done'
            $null = $c | Wait-Container -ForLog started -Timeout 60s
            Invoke-ContainerCommand $c -User user -- id -un
            Invoke-ContainerCommand $c -- hostname
            ($c | Get-ContainerProcess)[0].Id -eq $c.Pid
            (Start-ContainerProcess $c -- sleep 100).Command
            $c.StateDirectory
            (Get-Item $c.StateDirectory).UnixMode
            @($c | Test-Container | Where-Object { $_.Result -eq 'Fail' -or ($_.Result -eq 'Unknown' -and $_.Check -notmatch 'Cgroup|Memory|Pids|Cpu') }).Count
            ($c | Stop-Container -PassThru -Timeout 60s).ExitCode
            ($c | Start-Container).State
            Restart-Container $c -Force
            $c | Remove-Container -Force
            @(Get-Container).Count
            Test-Path $c.StateDirectory
'@
        $said[0..3] | Should -Be user, inside, True, 'sleep 100'
        $said[4] | Should -BeLike "$($user.Directory)/run/pscontainer/*"
        $said[5..10] | Should -Be drwx------, 0, 7, Running, 0, False
    }

    It 'leaves nothing of an ephemeral root, in which directories can be renamed and files removed' {
        $said = Invoke-AsUser $user 'Invoke-Container -Rootfs $rootfs -Ephemeral -- sh -c "touch /new; chown 5:5 /new; mv /usr /usr2; rm /etc/os-release; stat -c %u:%g /new; ls -d /usr2; ls /etc/os-release" 2>$null; Test-Path $rootfs/new, $rootfs/usr2; Test-Path $rootfs/etc/os-release'
        $said | Should -Be 5:5, /usr2, False, False, True
    }

    It 'uses the host''s own root, below layers that are thrown away' {
        $said = Invoke-AsUser $user 'Invoke-Container -Rootfs Host -- sh -c "id -u; test -x /usr/bin/env && echo usr; touch /etc/psct-new /psct-top && echo written; ls -A /tmp | wc -l; mv /etc/psct-new /etc/psct-newer && echo moved"; Test-Path /etc/psct-new, /psct-top'
        $said | Should -Be 0, usr, written, 0, moved, False, False
    }

    It 'uses it read-only' {
        $said = Invoke-AsUser $user 'Invoke-Container -Rootfs Host -ReadOnly -- sh -c "touch /etc/x /usr/x /x" 2>$null; $LASTEXITCODE'
        $said | Should -Be 1
    }

    It 'unpacks owners on his subordinate ids, which are right inside, and removes them' {
        $said = Invoke-AsUser $user @"
            `$WarningPreference = 'SilentlyContinue'
            `$root = Expand-ContainerImage $($user.Directory)/root.tar.gz ./unpacked
            `$root.Warnings -match 'device' | Measure-Object | ForEach-Object Count
            Invoke-Container -Rootfs `$root -- stat -c '%u:%g %a' /srv/of-user /srv/setuid /etc/passwd
            Invoke-Container -Rootfs Host -Mount "`${HOME}:/mnt" -- rm -rf /mnt/unpacked
            Test-Path ./unpacked
"@
        $said | Should -Be 1, '1000:50 644', '0:0 4755', '0:0 644', False
    }

    It 'unpacks as it is on disk' {
        $null = Invoke-AsUser $user "Expand-ContainerImage $($user.Directory)/root.tar.gz ./on-disk -WarningAction Ignore"
        & stat -c '%u:%g' "$($user.Directory)/home/on-disk/srv/of-user" | Should -Be "$($user.FirstSubId + 999):$($user.FirstSubId + 49)"
        & stat -c '%u:%g' "$($user.Directory)/home/on-disk" "$($user.Directory)/home/on-disk/etc" | Should -Be "$($user.Uid):$($user.Gid)", "$($user.Uid):$($user.Gid)"
    }

    It 'copies a root filesystem with private files of his subordinate ids into a bundle, owners as they are' {
        $said = Invoke-AsUser $user @"
            Expand-ContainerImage $($user.Directory)/root.tar.gz ./private -WarningAction Ignore | Out-Null
            Invoke-Container -Rootfs ./private -WarningAction Ignore -- sh -c 'mkdir -m 700 /srv/closed && echo secret >/srv/closed/file && chmod 600 /srv/closed/file && chown -R 1000:50 /srv/closed'
            New-ContainerSpec -Rootfs ./private -WarningAction Ignore -Command sh, -c, 'cat /srv/closed/file; stat -c "%u:%g %a" /srv/closed/file /srv/setuid' |
                Export-ContainerSpec -Destination ./bundle -CopyRootfs -WarningAction Ignore | Out-Null
            Import-ContainerSpec ./bundle | Invoke-Container -WarningAction Ignore
            Invoke-Container -Rootfs Host -Mount "`${HOME}:/mnt" -- rm -rf /mnt/private /mnt/bundle
"@
        $said | Should -Be secret, '1000:50 600', '0:0 4755'
    }

    It 'leaves nothing of an archive that is damaged' {
        $damaged = "$($user.Directory)/damaged.tar.gz"
        $bytes = [IO.File]::ReadAllBytes("$($user.Directory)/root.tar.gz")
        [IO.File]::WriteAllBytes($damaged, $bytes[0..($bytes.Length / 2)])
        $said = Invoke-AsUser $user "Expand-ContainerImage $damaged ./half -WarningAction Ignore"
        $said | Should -BeLike 'ERROR InvalidArchive: The archive*damaged.tar.gz*was not unpacked:*'
        Get-ChildItem -Force "$($user.Directory)/home" -Filter '*half*' | Should -BeNullOrEmpty
    }

    It 'cannot give an id that he does not have' {
        $tree = Join-Path $TestDrive unmapped
        New-Item -ItemType Directory $tree, $tree/bin | Out-Null
        & chown 70000 $tree/bin
        & tar -cf "$($user.Directory)/unmapped.tar" -C $tree .
        Invoke-AsUser $user "Expand-ContainerImage $($user.Directory)/unmapped.tar ./unmapped" |
            Should -BeLike "ERROR *: *belongs to user 70000, and the ids that are mapped are 0 to 65536. | *-MapRootUser*"
        "$($user.Directory)/home/unmapped" | Should -Not -Exist
    }

    It 'copies both ways, with ids mapped' {
        $said = Invoke-AsUser $user @'
            $c = Start-Container -Rootfs $rootfs -Ephemeral -Name copy
            Invoke-ContainerCommand $c -- sh -c 'mkdir -m 700 /srv/d; echo secret >/srv/d/f; chmod 600 /srv/d/f; chown -R 1000:50 /srv/d'
            Set-Content ./mine hello
            Copy-ContainerFile $c ./mine /srv/d/in -ToContainer -Owner user:staff
            Copy-ContainerFile $c ./mine /root/ -ToContainer
            'set' | Set-ContainerContent $c /srv/d/set -Owner user:staff -Mode 0600
            'again' | Set-ContainerContent $c /srv/d/set
            Invoke-ContainerCommand $c -- stat -c '%u:%g' /srv/d/in /root/mine
            Invoke-ContainerCommand $c -- sh -c 'stat -c "%u:%g %a" /srv/d/set; cat /srv/d/set'
            Copy-ContainerFile $c /srv/d ./out -FromContainer -Recurse
            Get-Content ./out/f, ./out/in
            & stat -c '%U' ./out ./out/f
            try { Copy-ContainerFile $c /srv/d/f ./stolen -FromContainer -Owner 0 } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            try { Copy-ContainerFile $c /srv/none ./none -FromContainer } catch { "$_" }
            try { Copy-ContainerFile $c ./mine /srv/ -ToContainer -Owner 70000 } catch { "$_ | $($_.ErrorDetails.RecommendedAction)" }
            $c | Remove-Container -Force
'@
        $said[0..5] | Should -Be '1000:50', '0:0', '1000:50 600', again, secret, hello
        $said[6, 7] | Should -Be $user.Name, $user.Name
        $said[8] | Should -Be PermissionDenied
        $said[9] | Should -BeLike '*srv/none*does not exist*'
        $said[10] | Should -BeLike 'The copy belongs to user 70000, and the ids that are mapped are 0 to 65536. | *-Owner*'
    }

    It 'enters it with a terminal' {
        $null = Invoke-AsUser $user '$null = Start-Container -Rootfs $rootfs -Name entered'
        $enter = "$((Get-Process -Id $PID).Path) -NoProfile -Command `"Import-Module $($user.Directory)/PSContainer; Enter-Container entered`""
        $command, $arguments = (Get-UserCommand $user) + @('script', '-qec', $enter, '/dev/null')
        $said = 'tty; id -u; exit 0' | & $command @arguments
        "$said" | Should -Match '/dev/pts/0'
        $null = Invoke-AsUser $user 'Remove-Container entered -Force'
    }

    It 'has no network, or the host''s, or another container''s' {
        $said = Invoke-AsUser $user @'
            (Invoke-Container -Rootfs $rootfs -Network None -- ls /sys/class/net) -join ' '
            Invoke-Container -Rootfs $rootfs -Network Host -- readlink /proc/self/ns/net
            & readlink /proc/self/ns/net
            $c = Start-Container -Rootfs $rootfs -Name shared
            Invoke-Container -Rootfs $rootfs -Network container:shared -- readlink /proc/self/ns/net
            & readlink "/proc/$($c.Pid)/ns/net"
            $c | Remove-Container -Force
'@
        $said[0] | Should -Be lo
        $said[1] | Should -Be $said[2]
        $said[3] | Should -Be $said[4] -Because "$said"
    }

    It 'is told which controller is not his when he asks for a limit, and only then' -Skip:(-not $isLegacy) {
        Invoke-AsUser $user 'Start-Container -Rootfs $rootfs -MemoryMax 64MB -Name limited' | Should -BeLike 'ERROR ControllerNotDelegated: *memory*| *'
        Invoke-AsUser $user '@(Get-Container).Count' | Should -Be 0
        Invoke-AsUser $user '$c = Start-Container -Rootfs $rootfs -Name free; try { $c | Suspend-Container } catch { "$_" }; $c | Remove-Container -Force' |
            Should -BeLike '*has no control group*'
    }

    It 'gets advice for each thing that this host does not give him' {
        $said = Invoke-AsUser $user 'Test-ContainerHost | Where-Object Result -ne Pass | ForEach-Object { "$($_.Feature)=$($_.Recommendation)" }; (Test-ContainerHost -Feature SubIdRange, UserNamespace, Overlay, StateDirectory).Result'
        $said[-4..-1] | Should -Be Pass, Pass, Pass, Pass
        $said | Where-Object { $_ -match '=$' } | Should -BeNullOrEmpty
        if ($isLegacy) { $said -match '^CgroupDelegation=' | Should -Not -BeNullOrEmpty }
    }

    It 'is told which ids are his, and never to take those of others' {
        $said = Invoke-AsUser $user @'
            foreach ($options in @{ UidMap = '0:0:10'; GidMap = '0:0:10' }, @{ User = '70000' }, @{ User = '33'; MapRootUser = $true }) {
                try { Start-Container -Rootfs $rootfs @options } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]): $_ | $($_.ErrorDetails.RecommendedAction)" }
            }
            try { Expand-ContainerImage ../root.tar.gz ./never -UidMap 0:0:10 -GidMap 0:0:10 } catch { "$_ | $($_.ErrorDetails.RecommendedAction)" }
            try { Invoke-Container -Rootfs $rootfs -UidMap 0:0:10 -GidMap 0:0:10 -- id } catch { "$_ | $($_.ErrorDetails.RecommendedAction)" }
            @(Get-Container).Count
'@
        $said[0] | Should -BeLike "SubIdRangeMissing: *user root (0)*| *$($user.Uid) by itself, and $($user.FirstSubId)-$($user.FirstSubId + 65535)*"
        $said[1] | Should -BeLike 'SubIdRangeMissing: *70000*| *(0 to 65536)*'
        $said[2] | Should -BeLike 'SubIdRangeMissing: *33*| *-MapRootUser*0 to 65536 are mapped*'
        $said[3, 4] | Should -BeLike '*user root (0)*'
        $said -match 'usermod' | Should -BeNullOrEmpty
        $said[-1] | Should -Be 0
    }

    It 'is warned of a range that is another user''s too' {
        $other = New-TestUser -WithoutSubIds
        try {
            Invoke-UserTool usermod --add-subuids "$($user.FirstSubId + 100)-$($user.FirstSubId + 200)" $other.Name
            $said = Invoke-AsUser $user 'Test-ContainerHost -Feature SubIdRange | ForEach-Object { "$($_.Result) $($_.Detail) | $($_.Recommendation)" }'
            $said | Should -BeLike "Warning *also belong to user $($other.Name)*| *usermod*"
            [int64] $first, [int64] $last = [regex]::Match($said, '--add-subuids (\d+)-(\d+)').Groups[1, 2].Value
            foreach ($line in Get-Content /etc/subuid, /etc/subgid) {
                [int64] $start, [int64] $count = $line.Split(':')[1, 2]
                ($start -gt $last -or $start + $count -le $first) | Should -BeTrue -Because "$line is taken, and $first-$last is advised"
            }
        }
        finally {
            Invoke-UserTool usermod --del-subuids "$($user.FirstSubId + 100)-$($user.FirstSubId + 200)" $other.Name
            Remove-TestUser $other
        }
    }

    It 'cannot stay in his own user namespace' {
        Invoke-AsUser $user 'Start-Container -Rootfs $rootfs -UserMode Host' | Should -BeLike 'ERROR InvalidContainerSpec: -UserMode Host is for root*| *'
        Invoke-AsUser $user '(New-ContainerSpec -Rootfs $rootfs).Linux.Namespaces.Type -contains "user"' | Should -Be True
    }

    It 'mounts overlays and starts containers on them in namespaces of his own: <_>' -ForEach '--map-root-user', '--map-root-user --map-auto' {
        $said = Invoke-AsUser $user @'
            (Get-ContainerHost).StateDirectory
            $overlay = Mount-Overlay $rootfs -Upper ./delta -WarningAction Ignore
            Invoke-Container -Rootfs $overlay -- sh -c 'id -u; echo hi >/etc/motd-new'
            ($overlay | Compare-Overlay).Path
            $c = Mount-Overlay $rootfs -Ephemeral | Start-Container
            Invoke-ContainerCommand $c -- touch /new
            ($c | Compare-Container).Path
            $c | Remove-Container -Force
            Invoke-Container -Rootfs Host -- sh -c 'test -x /usr/bin/env && echo host'
            Invoke-Container -Rootfs $rootfs -Network Host -IpcMode Host -- echo shared
            try { Start-Container -Rootfs $rootfs -User 70000 } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            $overlay | Dismount-Overlay -RemoveUpper
'@ -Environment @{ XDG_RUNTIME_DIR = $null } -Inside (@('unshare', '--user', '--mount') + $_.Split())
        $said | Should -Be "/tmp/pscontainer-$($user.Uid)", 0, /etc/motd-new, /new, host, shared, SubIdRangeMissing
    }

    It 'has the state directory that the environment names now' {
        $said = Invoke-AsUser $user @'
            $first = (Get-ContainerHost).StateDirectory
            $null = Start-Container -Rootfs $rootfs -Name here
            $env:PSCONTAINER_ROOT = "$HOME/other"
            (Get-ContainerHost).StateDirectory
            @(Get-Container).Count
            Invoke-Container -Rootfs $rootfs -- echo works
            $env:PSCONTAINER_ROOT = $null
            $env:XDG_RUNTIME_DIR = "$HOME/xdg"
            (Get-ContainerHost).StateDirectory
            $env:XDG_RUNTIME_DIR = Split-Path $first
            (Get-ContainerHost).StateDirectory -eq $first
            Get-Container here | Remove-Container -Force
'@
        $said | Should -Be "$($user.Directory)/home/other", 0, works, "$($user.Directory)/home/xdg/pscontainer", True
    }

    It 'is told by every cmdlet about cgroups that his container has none, and why' -Skip:(-not $isLegacy) {
        $said = Invoke-AsUser $user @'
            $ErrorActionPreference = 'SilentlyContinue'
            $c = Start-Container -Rootfs $rootfs -Name bare
            Set-CgroupLimit bare -MemoryMax 10MB -ErrorVariable +problems
            Get-CgroupLimit bare -ErrorVariable +problems
            Measure-Cgroup bare -ErrorVariable +problems
            Get-Cgroup bare -ErrorVariable +problems
            Get-Cgroup -Container bare -ErrorVariable +problems
            Get-CgroupProcess bare -ErrorVariable +problems
            Suspend-Container bare -ErrorVariable +problems
            $problems | ForEach-Object { "$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.ErrorDetails.RecommendedAction)" }
            $c | Stop-Container -Force
            Get-CgroupLimit bare -ErrorVariable stopped
            $stopped.FullyQualifiedErrorId
            Remove-Container bare -Force
'@
        $said.Count | Should -Be 8
        $said[0..6] | Should -BeLike 'ControllerNotDelegated: *Test-ContainerHost*'
        $said[7] | Should -BeLike 'ContainerNotRunning,*'
    }

    It 'gets one advice about cgroups, whatever he asks' -Skip:(-not $isLegacy) {
        $said = Invoke-AsUser $user @'
            foreach ($ask in { New-Cgroup psct-none }, { Start-Container -Rootfs $rootfs -MemoryMax 64MB }) { try { & $ask } catch { $_.ErrorDetails.RecommendedAction } }
            (Test-ContainerHost -Feature CgroupDelegation).Recommendation
'@
        $said | Should -HaveCount 3
        $said | Should -BeLike 'cgroup v1 cannot be delegated: boot the host with cgroup v2*run it as root*'
    }

    It 'has no cgroup in a plan, and no mount in one that he may not make' -Skip:(-not $isLegacy) {
        $said = Invoke-AsUser $user @'
            (New-Container -Rootfs $rootfs -PlanOnly).Step -contains 'MakeCgroup'
            $null = New-Item -ItemType Directory ./place -Force
            Mount-FileSystem -Type tmpfs -Path ./place -WhatIf
'@
        $said[0] | Should -Be False
        $said[1] | Should -BeLike 'ERROR PermissionDenied: *'
        $said | Should -HaveCount 2
        Invoke-AsUser $user 'New-Namespace -Type Uts, Network -WhatIf' | Should -BeLike 'ERROR NamespaceCreateFailed: *| *-Type User*'
        $commands = 'Mount-FileSystem -Type tmpfs -Path ./place', 'Mount-FileSystem -Source $rootfs -Path ./place', 'Mount-Overlay $rootfs -Ephemeral', 'Get-MountPoint /proc | Dismount-FileSystem -Force'
        foreach ($command in $commands) {
            foreach ($inside in @(), ('unshare', '--user', '--map-root-user')) {
                Invoke-AsUser $user "$command -WhatIf" -Inside $inside | Should -BeLike 'ERROR PermissionDenied: *EPERM*' -Because "$inside $command"
            }
        }
    }

    It 'is told where he may not write, and of his own rights' {
        $said = Invoke-AsUser $user @"
            function Get-Refusal(`$Script) { try { & `$Script } catch { "`$(`$_.FullyQualifiedErrorId.Split(',')[0]): `$_ | `$(`$_.ErrorDetails.RecommendedAction)" } }
            Get-Refusal { Expand-ContainerImage $($user.Directory)/root.tar.gz /usr/lib/psct-none/deeper -WarningAction Ignore }
            Get-Refusal { Expand-ContainerImage $($user.Directory)/root.tar.gz /root/psct-none -WarningAction Ignore }
            `$c = Start-Container -Rootfs `$rootfs -Ephemeral -Name places
            Get-Refusal { Copy-ContainerFile `$c /etc/passwd /etc/psct-none -FromContainer }
            Get-Refusal { Copy-ContainerFile `$c /etc /usr -FromContainer -Recurse }
            Get-Refusal { Copy-ContainerFile `$c /etc/passwd /root/psct-none -FromContainer }
            Get-Refusal { Export-SeccompProfile -SeccompProfile (New-SeccompProfile -Base Default) -Path /etc/psct-none.json }
            Get-Refusal { Export-ContainerSpec -Spec (New-ContainerSpec -Rootfs `$rootfs -Command true) -Destination /etc/psct-none }
            Get-Refusal { Invoke-Container -Rootfs `$rootfs -OutFile /etc/psct-none -- true }
            Get-Refusal { Add-CgroupProcess / `$PID }
            `$c | Remove-Container -Force
"@
        $said[0] | Should -Be "PermissionDenied: You may not write in '/usr/lib'. | Choose another destination."
        $said[1] | Should -Be "PermissionDenied: You may not write in '/root'. | Choose another destination."
        $said[2] | Should -Be "PermissionDenied: You may not write in '/etc'. | Choose another destination."
        $said[3] | Should -Be "PermissionDenied: You may not write in '/usr'. | Choose another destination."
        $said[4] | Should -Be "PermissionDenied: You may not write in '/root'. | Choose another destination."
        $said[5] | Should -BeLike "*cannot be written*Choose another place."
        $said[6] | Should -BeLike "*'/etc/psct-none' cannot be written*may write to."
        $said[7] | Should -BeLike "*'/etc/psct-none' cannot be opened*may write."
        if ($isLegacy) { $said[8] | Should -BeLike '*cgroup v1 cannot be delegated*' }
        $said | Should -Not -BeLike '*root of the host*'
    }

    It 'joins the user namespace that owns what he joins' {
        $said = Invoke-AsUser $user @'
            $ns = New-Namespace -Type User, Uts, Network -Name owned -Hostname inside
            $part = $ns | Where-Object Type -in Uts, Network
            Invoke-Container -Rootfs $rootfs -Namespace $part -- hostname
            $part | Invoke-NamespaceCommand -- sh -c 'hostname; id -u'
            $c = Start-Container -Rootfs $rootfs -Name net
            (Invoke-NamespaceCommand -Container net -Type Network -- readlink /proc/self/ns/net) -eq "net:[$((Get-Namespace -Container net | Where-Object Type -eq Network).Inode)]"
            $c | Remove-Container -Force
            $ns | Remove-Namespace
'@
        $said | Should -Be inside, inside, 0, True
    }

    It 'is warned of set-user-id files that are his to close, and of no others' {
        $place = "$($user.Directory)/open"
        New-Item -ItemType Directory $place | Out-Null
        & cp -a $source $place/roots
        & cp -a $source $place/his
        New-Item $place/roots/bin/raise, $place/his/tmp/raise | Out-Null
        & chown -R "$($user.Uid):$($user.Gid)" $place/his
        & chmod 755 $user.Directory $place $place/roots $place/his
        & chmod 4755 $place/roots/bin/raise $place/his/tmp/raise
        $said = Invoke-AsUser $user @"
            foreach (`$root in '$place/roots', '$place/his', '/') { try { Start-Container -Rootfs `$root -WhatIf 3>&1 | ForEach-Object { "`$_" } } catch { } }
"@
        $said = @($said -match '^Every user')
        $said | Should -HaveCount 1
        $said | Should -BeLike "*'$place/his', which holds '/tmp/raise'*"
        # The directory above is root's.
        $said | Should -Not -BeLike '*chmod 0700*'
    }

    It 'shares the host''s network and IPC, and leaves nothing of that in his root filesystem' {
        $said = Invoke-AsUser $user @'
            Remove-Item ./names -Recurse -ErrorAction Ignore
            & cp -a $rootfs ./names
            Remove-Item ./names/etc/hosts, ./names/etc/resolv.conf -ErrorAction Ignore
            Invoke-Container -Rootfs ./names -Network Host -IpcMode Host -- sh -c 'readlink /proc/self/ns/ipc; ls /etc/hosts /etc/resolv.conf' 2>$null
            & readlink /proc/self/ns/ipc
            Test-Path ./names/etc/hosts, ./names/etc/resolv.conf
            Invoke-Container -Rootfs ./names -Ephemeral -Network Host -- ls /etc/resolv.conf
'@
        $said[0] | Should -Be $said[1]
        $said[2..4] | Should -Be False, False, /etc/resolv.conf
    }

    It 'has another runtime make his container' -Skip:(-not (Get-Command runc -ErrorAction Ignore)) {
        $said = Invoke-AsUser $user '$c = Start-Container -Runtime runc -Rootfs $rootfs -Name other -- sh -c "id -u; sleep 600"; $null = $c | Wait-Container -ForLog 0 -Timeout 60s; $c | Get-ContainerLog; $c | Remove-Container -Force'
        @($said) -ne '' | Should -Be 0
    }

    It 'neither sees nor can use a container of root' {
        $c = Start-Container -Rootfs $source -Name "$prefix-root" -- sleep 600
        $root = Split-Path $c.StateDirectory
        Invoke-AsUser $user "@(Get-Container).Count; try { Get-Container $prefix-root } catch { `$_.FullyQualifiedErrorId.Split(',')[0] }" | Should -Be 0, ContainerNotFound
        Invoke-AsUser $user 'Get-Container' @{ PSCONTAINER_ROOT = $root } | Should -BeLike "ERROR PermissionDenied: *'$root'*belongs to user 0*"
        Invoke-AsUser $user "Stop-Container $($c.Id)" @{ PSCONTAINER_ROOT = $root } | Should -BeLike 'ERROR PermissionDenied: *'
        Invoke-AsUser $user "Invoke-Container -Rootfs `$rootfs -Network container:$($c.Id) -- true" @{ PSCONTAINER_ROOT = $root } | Should -BeLike 'ERROR PermissionDenied: *'
        $c.State | Should -Be Running
        $c | Remove-Container -Force
    }

    It 'has a directory of his own where no login made one' {
        $said = Invoke-AsUser $user 'Invoke-Container -Rootfs $rootfs -- echo fine; $d = (Get-ContainerHost).StateDirectory; $d; (Get-Item $d).UnixMode' @{ XDG_RUNTIME_DIR = $null }
        $said | Should -Be fine, "/tmp/pscontainer-$($user.Uid)", drwx------
    }

    It 'has one at home where somebody else put one there, or a link, and keeps it' {
        $place = "/tmp/pscontainer-$($user.Uid)"
        $atHome = "$($user.Directory)/home/.local/state/pscontainer"
        $script = 'Invoke-Container -Rootfs $rootfs -- echo fine; (Get-ContainerHost).StateDirectory'
        Remove-Item -Recurse -Force $place -ErrorAction Ignore
        New-Item -ItemType Directory $place | Out-Null
        & chown nobody $place
        try {
            Invoke-AsUser $user $script @{ XDG_RUNTIME_DIR = $null } | Should -Be fine, $atHome
            Remove-Item -Recurse -Force $place, $atHome
            New-Item -ItemType SymbolicLink $place -Target "$($user.Directory)/home" | Out-Null
            & chown -h nobody $place
            Invoke-AsUser $user $script @{ XDG_RUNTIME_DIR = $null } | Should -Be fine, $atHome
            Invoke-AsUser $user 'Start-Container -Rootfs $rootfs' @{ PSCONTAINER_ROOT = $place } | Should -BeLike 'ERROR PermissionDenied: *is a symbolic link*'
        }
        finally { Remove-Item -Recurse -Force $place }
        Invoke-AsUser $user '(Get-ContainerHost).StateDirectory' @{ XDG_RUNTIME_DIR = $null } | Should -Be $atHome
        Remove-Item -Recurse -Force $atHome
    }

    It 'maps only his own id where newuidmap is not installed' {
        $hide = Join-Path $TestDrive hide
        New-Item -ItemType Directory $hide, $hide/up, $hide/work | Out-Null
        foreach ($program in 'newuidmap', 'newgidmap') { & mknod "$hide/up/$program" c 0 0 }
        $place = (Get-Item /bin).LinkTarget ? '/usr/bin' : '/bin'
        $before = 'unshare', '-m', 'sh', '-c', "mount -t tmpfs hide $hide/work && mkdir $hide/work/u $hide/work/w && cp -a $hide/up/. $hide/work/u && mount -t overlay hide -o lowerdir=/usr/bin,upperdir=$hide/work/u,workdir=$hide/work/w /usr/bin && exec `"`$@`"", 'sh'
        $said = Invoke-AsUser $user @'
            (Test-ContainerHost -Feature SubIdRange).Result
            (Test-ContainerHost -Feature SubIdRange).Detail
            Invoke-Container -Rootfs $rootfs -- sh -c 'id -u; cat /proc/self/uid_map; cat /proc/self/setgroups'
'@ -Before $before
        $said[0] | Should -Be Warning
        $said[1] | Should -BeLike 'newuidmap and newgidmap*'
        $said[2] | Should -Be 0
        ($said[3] -split '\s+' | Where-Object { $_ }) | Should -Be 0, $user.Uid, 1
        $said[4] | Should -Be deny
    }
}

Describe 'A user without subordinate ids' -Skip:(-not $canBeUser) {
    BeforeAll {
        $user = New-TestUser -WithoutSubIds
        & cp -a $source "$($user.Directory)/rootfs"
        # As in distributions where root is in many groups.
        Add-Content "$($user.Directory)/rootfs/etc/group" 'wheel:x:10:root'
        & chown -R "$($user.Uid):$($user.Gid)" "$($user.Directory)/rootfs"
        & tar -cf "$($user.Directory)/root.tar" -C $source .
    }
    AfterAll { if ($user) { Remove-TestUser $user } }

    It 'has one id inside, root''s, and no group can be left' {
        $said = Invoke-AsUser $user 'Invoke-Container -Rootfs $rootfs -- sh -c "id -u; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; touch /made && stat -c %u:%g /made"'
        $said[0] | Should -Be 0
        ($said[1] -split '\s+' | Where-Object { $_ }) | Should -Be 0, $user.Uid, 1
        ($said[2] -split '\s+' | Where-Object { $_ }) | Should -Be 0, $user.Gid, 1
        $said[3, 4] | Should -Be deny, 0:0
    }

    It 'works, with a layer and in the background' {
        Invoke-AsUser $user '$c = Start-Container -Rootfs $rootfs -Ephemeral -Name one; Invoke-ContainerCommand $c -- sh -c "mv /usr /u && echo moved"; $c | Remove-Container -Force; @(Get-Container).Count' | Should -Be moved, 0
    }

    It 'is told that another user or group would need more ids' {
        Invoke-AsUser $user 'Start-Container -Rootfs $rootfs -User user' | Should -BeLike "ERROR SubIdRangeMissing: *1000*|*administrator*--add-subuids* $($user.Name)"
        Invoke-AsUser $user 'Start-Container -Rootfs $rootfs -AdditionalGroup 5' | Should -BeLike 'ERROR SubIdRangeMissing: *5*'
        Invoke-AsUser $user 'Start-Container -Rootfs $rootfs -UidMap 0:0:1 -GidMap 0:0:1' | Should -BeLike "ERROR SubIdRangeMissing: *user root (0)*| *$($user.Uid)*"
        Invoke-AsUser $user '@(Get-Container).Count' | Should -Be 0
    }

    It 'is told so of a later process too, before it is started' {
        $said = Invoke-AsUser $user @'
            $c = Start-Container -Rootfs $rootfs -Ephemeral
            try { Invoke-ContainerCommand $c -User user -- id } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]): $_" }
            Invoke-ContainerCommand $c -User root -- id -u
            $c | Remove-Container -Force
'@
        $said[0] | Should -BeLike 'SubIdRangeMissing: *1000*'
        $said[1] | Should -Be 0
    }

    It 'has all capabilities over his own namespace with -Privileged' {
        $said = Invoke-AsUser $user @'
            $c = Start-Container -Rootfs $rootfs -Ephemeral -Privileged -WarningAction SilentlyContinue
            $c.EffectiveCapabilities -contains 'SysAdmin'
            Invoke-ContainerCommand $c -Privileged -- sh -c 'hostname changed && hostname'
            $c | Remove-Container -Force
'@
        $said | Should -Be True, changed
    }

    It 'unpacks everything as his own, and is told so' {
        $said = Invoke-AsUser $user "(Expand-ContainerImage $($user.Directory)/root.tar ./unpacked -WarningAction SilentlyContinue).Warnings.Count -gt 0; Invoke-Container -Rootfs ./unpacked -- echo works; Remove-Item -Recurse ./unpacked; Test-Path ./unpacked"
        $said | Should -Be True, works, False
    }

    It 'is advised to have some set aside' {
        Invoke-AsUser $user '(Test-ContainerHost -Feature SubIdRange) | ForEach-Object { "$($_.Result) $($_.Recommendation)" }' | Should -BeLike "Warning *administrator*usermod --add-subuids* $($user.Name)"
    }
}
