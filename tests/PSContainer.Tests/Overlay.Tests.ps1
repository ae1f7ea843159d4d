# Overlays: mounting, comparing, merging, resetting and dismounting them, and containers that have one for their root.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $rootfs = New-TestRootfs
    $prefix = New-TestName
    $work = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) (New-TestName))
    & chmod 0700 $work

    function New-TestTree([string] $Name, [hashtable] $File) {
        $tree = New-Item -ItemType Directory "$work/$Name"
        foreach ($path in $File.Keys) {
            $null = New-Item -ItemType Directory -Force (Split-Path "$tree/$path")
            Set-Content "$tree/$path" $File[$path] -NoNewline
        }
        $tree
    }

    # The error that a script block ends with.
    function Get-TestError([scriptblock] $Failing) {
        try { & $Failing } catch { return $_ }
        throw "no error came from: $Failing"
    }
}

AfterAll {
    # First what is mounted: nothing may be removed through it.
    Get-Overlay "$work/*", "$env:PSCONTAINER_ROOT/*" | Dismount-Overlay -Lazy
    Get-MountPoint "$work/*" | Dismount-FileSystem -Lazy
    Remove-TestContainer $prefix
    Remove-Item -Recurse -Force $work
    Remove-TestRootfs $rootfs
}

Describe 'Mount-Overlay' {
    BeforeAll {
        $lower = New-TestTree 'mount-lower' @{ file = 'content'; 'd/x' = 'x' }
    }

    It 'refuses a second one on a path, which would hide the first' {
        $overlay = Mount-Overlay $lower -Upper $work/upper-first -Path $work/one-path
        (Get-TestError { Mount-Overlay $lower -Upper $work/upper-second -Path $work/one-path }).FullyQualifiedErrorId | Should -BeLike 'MountBusy,*'
        "$work/upper-second" | Should -Not -Exist
        $overlay.Upper | Should -Be "$work/upper-first"
        $overlay | Dismount-Overlay -RemoveUpper
    }

    It 'emits an overlay with its layers, and says with its text where it is' {
        $overlay = Mount-Overlay $lower -Upper $work/upper1
        $overlay | Should -BeOfType PSContainer.Overlays.Overlay
        Get-Content "$overlay/file" | Should -Be content
        $overlay.Lower | Should -Be $lower.FullName
        $overlay.Upper | Should -Be "$work/upper1"
        $overlay.Work | Should -Be "$work/upper1.work"
        $overlay.IsMounted, $overlay.IsReadOnly, $overlay.IsEphemeral | Should -Be $true, $false, $false
        $overlay | Dismount-Overlay
        $overlay.IsMounted | Should -BeFalse
        "$work/upper1" | Should -Exist
    }

    It 'takes <Shape> from the pipeline' -ForEach @(
        @{ Shape = 'a DirectoryInfo'; Make = { Get-Item $lower } }
        @{ Shape = 'a path'; Make = { "$lower" } }
        @{ Shape = 'what Expand-ContainerImage emits'; Make = {
                tar -C $lower -cf "$work/image.tar" .
                Expand-ContainerImage "$work/image.tar" -Destination "$work/image" -Force
            }
        }
        @{ Shape = 'an overlay'; Make = { Mount-Overlay $lower -Ephemeral } }
        @{ Shape = 'what JSON leaves of a directory'; Make = { Get-Item $lower | Select-Object FullName | ConvertTo-Json | ConvertFrom-Json } }
    ) {
        $below = & $Make
        $overlay = $below | Mount-Overlay -Ephemeral
        Get-Content "$overlay/d/x" | Should -Be x
        $overlay | Dismount-Overlay
        if ($below -is [PSContainer.Overlays.Overlay]) { $below | Dismount-Overlay }
    }

    It 'takes paths of PowerShell, and relative ones' {
        Push-Location $work
        try {
            $overlay = Mount-Overlay ./mount-lower -Upper ./relative -Path ./merged
            $overlay.Path | Should -Be "$work/merged"
            $overlay | Dismount-Overlay -RemoveUpper
            './relative' | Should -Not -Exist
            './relative.work' | Should -Not -Exist
        }
        finally { Pop-Location }
    }

    It 'takes a path with any character in it' {
        $name = "$work/a:b,c d\e'f`ng"
        $null = [IO.Directory]::CreateDirectory($name)
        [IO.File]::WriteAllText("$name/file", 'hostile')
        $overlay = Mount-Overlay ([IO.DirectoryInfo]$name), $lower -Upper "$name upper"
        [IO.File]::ReadAllText("$overlay/file") | Should -Be hostile
        $overlay.Lower[0] | Should -BeExactly $name
        $overlay.Upper | Should -BeExactly "$name upper"
        $overlay | Select-Object Path, Upper | ConvertTo-Json | ConvertFrom-Json | Dismount-Overlay -RemoveUpper
        [IO.Directory]::Exists("$name upper") | Should -BeFalse
    }

    It 'lists the kernel calls with -WhatIf and makes none' {
        $lines = Invoke-OtherPowerShell "Mount-Overlay '$lower' -Upper '$work/whatif' -WhatIf"
        $lines | Should -Contain "What if: fsconfig lowerdir+: $lower"
        $lines | Should -Contain "What if: fsconfig upperdir: $work/whatif"
        ($lines -match 'fsopen overlay').Count | Should -Be 1
        ($lines -match 'move_mount').Count | Should -Be 1
        "$work/whatif" | Should -Not -Exist
    }

    It 'tells the kernel calls with -Verbose' {
        $overlay, $told = (Mount-Overlay $lower -Ephemeral -Verbose 4>&1).Where({ $_ -is [PSContainer.Overlays.Overlay] }, 'Split')
        $told.Message | Should -Contain 'fsmount overlay'
        $overlay | Dismount-Overlay
    }

    It 'refuses <What> with <Id>, and makes nothing' -ForEach @(
        @{ What = 'no place for the changes'; Id = 'InvalidMount'; Script = { Mount-Overlay $lower } }
        @{ What = 'a lower directory that is not there'; Id = 'RootfsNotFound'; Script = { Mount-Overlay $work/none -Ephemeral } }
        @{ What = 'a file'; Id = 'RootfsNotFound'; Script = { Mount-Overlay $lower/file -Ephemeral } }
        @{ What = 'one directory as two layers'; Id = 'InvalidMount'; Script = { Mount-Overlay $lower -Upper $lower } }
        @{ What = 'a work directory on another filesystem'; Id = 'InvalidMount'; Script = { Mount-Overlay $lower -Upper $work/refused -Work /dev/shm/psc-test-refused } }
        @{ What = 'an upper directory below one that is not there'; Id = 'RootfsNotFound'; Script = { Mount-Overlay $lower -Upper $work/none/upper } }
        @{ What = 'an unknown option'; Id = 'OverlayUnsupported'; Script = { Mount-Overlay $lower -Upper $work/refused -Option frob=1 } }
    ) {
        $problem = Get-TestError { $ErrorActionPreference = 'Stop'; & $Script }
        $problem.FullyQualifiedErrorId | Should -Be "$Id,PSContainer.Commands.MountOverlayCommand"
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$work/refused", "$work/refused.work", '/dev/shm/psc-test-refused' | ForEach-Object { $_ | Should -Not -Exist }
        Get-Overlay "$env:PSCONTAINER_ROOT/*" | Should -BeNullOrEmpty
    }

    It 'takes no $null for a layer' {
        { Mount-Overlay $lower, $null -Ephemeral } | Should -Throw '*$null is no element of a list*'
    }

    It 'leaves nothing where a filesystem cannot hold an upper directory' {
        $root = (Get-MountPoint -Type cgroup2 | Select-Object -First 1).Path
        if (-not $root) { Set-ItResult -Skipped -Because 'no cgroup2 is mounted'; return }
        $place = "$root/$(New-TestName)"
        $problem = Get-TestError { Mount-Overlay $lower -Upper $place -ErrorAction Stop }
        $problem.FullyQualifiedErrorId | Should -Be 'OverlayUnsupported,PSContainer.Commands.MountOverlayCommand'
        $place, "$place.work" | ForEach-Object { $_ | Should -Not -Exist }
    }

    It 'is refused to whom may not mount, with a way out' {
        $script = "Import-Module '$(Get-TestedModulePath)'; try { Mount-Overlay /usr -Upper /tmp/psc-test-nobody -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }"
        $said = & setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/tmp (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
        $said | Should -Be 'PermissionDenied,PSContainer.Commands.MountOverlayCommand', 'Run as root, or in namespaces of your own: unshare --user --map-root-user --mount pwsh'
        '/tmp/psc-test-nobody' | Should -Not -Exist
    }

    It 'works for the root of a user namespace, with attributes of the user' {
        $script = "Import-Module '$(Get-TestedModulePath)'; `$o = Mount-Overlay '$lower' -Upper '$work/user-upper' -Path '$work/user-merged'; Remove-Item '$work/user-merged/file'; `$o.IsUserXattr; (`$o | Compare-Overlay).ToString()"
        $said = & unshare --user --map-root-user --mount (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
        $said | Should -Be 'True', 'D /file'
    }
}

Describe 'Overlays as references' {
    BeforeAll {
        $overlay = Mount-Overlay (New-TestTree 'reference-lower' @{ a = '1' }) -Upper $work/reference-upper -Path $work/reference
        Set-Content $overlay/new x
    }

    AfterAll { $overlay | Dismount-Overlay }

    It 'survive <Shape>' -ForEach @(
        @{ Shape = 'Select-Object'; Change = { $_ | Select-Object Path, Upper } }
        @{ Shape = 'CSV'; Change = { $_ | ConvertTo-Csv | ConvertFrom-Csv } }
        @{ Shape = 'JSON'; Change = { $_ | ConvertTo-Json | ConvertFrom-Json } }
        @{ Shape = 'being their path'; Change = { "$_" } }
        @{ Shape = 'being the directory'; Change = { Get-Item "$_" } }
        @{ Shape = 'being a pattern'; Change = { "$work/referenc*" } }
    ) {
        $one = $overlay | ForEach-Object $Change
        ($one | Compare-Overlay).Path | Should -Be /new
        ($one | Get-Overlay).Path | Should -Be $overlay.Path
    }

    It 'that mean nothing are an error of their own, and the others have their turn' {
        $changes = Compare-Overlay $work/none, $overlay -ErrorVariable problems -ErrorAction SilentlyContinue
        $changes.Path | Should -Be /new
        $problems.FullyQualifiedErrorId | Should -Be 'OverlayNotFound,PSContainer.Commands.CompareOverlayCommand'
        $problems[0].CategoryInfo.Category | Should -Be ObjectNotFound
        Get-Overlay "$work/none*" | Should -BeNullOrEmpty
    }

    It 'are shown as a table' {
        $text = Get-Overlay $overlay | Format-Table | Out-String -Width 200
        $text | Should -Match 'State\s+Path\s+Lower\s+Upper'
        $text | Should -Match "rw\s+$work/reference\s"
        $overlay | Compare-Overlay | Out-String -Width 200 | Should -Match 'Added\s.+File\s+2 B /new'
    }

    It 'are completed' {
        (TabExpansion2 "Dismount-Overlay $work/ref" -cursorColumn "Dismount-Overlay $work/ref".Length).CompletionMatches.CompletionText |
            Should -Contain $overlay.Path
    }
}

Describe 'Changes of an overlay' {
    BeforeAll {
        $lower = New-TestTree 'change-lower' @{ kept = '1'; changed = '1'; deleted = '12345'; 'opaque/old' = '1' }
        $overlay = Mount-Overlay $lower -Upper $work/change-upper
        Add-Content $overlay/changed more
        Remove-Item $overlay/deleted
        Remove-Item -Recurse $overlay/opaque
        $null = New-Item -ItemType Directory $overlay/opaque, $overlay/added
        Set-Content $overlay/added/big ('x' * 5000)
    }

    AfterAll { $overlay | Dismount-Overlay }

    It 'are told by Compare-Overlay' {
        $changes = $overlay | Compare-Overlay | Sort-Object Path
        $changes.ForEach{ "$($_.Change) $($_.ItemType) $($_.Path)" } | Should -Be @(
            'Added Directory /added', 'Added File /added/big', 'Changed File /changed', 'Deleted File /deleted', 'Opaque Directory /opaque')
        $changes | Where-Object { $_.Change -eq 'Added' -and $_.Length -gt 4KB } | ForEach-Object Path | Should -Be /added/big
        ($changes | Measure-Object Length -Sum).Sum | Should -BeGreaterThan 5000
        ($overlay | Compare-Overlay -IncludeUnchanged | Where-Object Change -eq Unchanged).Path | Should -Be /kept
    }

    It 'are merged into a root filesystem by Merge-Overlay' {
        $merged = $overlay | Merge-Overlay -Destination $work/merged-root
        $merged | Should -BeOfType IO.DirectoryInfo
        $merged.PSPath, $merged.UnixMode | Should -Be (Get-Item $work/merged-root).PSPath, (Get-Item $work/merged-root).UnixMode
        (Get-ChildItem $merged -Recurse -File).Name | Sort-Object | Should -Be 'big', 'changed', 'kept'
        (Get-TestError { $overlay | Merge-Overlay -Destination $work/merged-root -ErrorAction Stop }).ErrorDetails.RecommendedAction | Should -Match '-Overwrite'
        $overlay | Merge-Overlay -Destination $work/merged-root -Overwrite | Should -Not -BeNullOrEmpty
        Get-ChildItem -Force $work -Filter '*.partial' | Should -BeNullOrEmpty
    }

    It 'are a layer of their own with -As Layer' {
        $layer = $overlay | Merge-Overlay -Destination $work/merged-layer -As Layer
        $again = Mount-Overlay $layer, $lower -ReadOnly
        diff -r $overlay $again | Should -BeNullOrEmpty
        $again | Dismount-Overlay
    }

    It 'end before the last one when a later command has enough' {
        ($overlay | Compare-Overlay | Select-Object -First 1) | Should -Not -BeNullOrEmpty
    }

    It 'are thrown away by Reset-Overlay' {
        $overlay | Reset-Overlay -WhatIf
        $overlay | Compare-Overlay | Should -Not -BeNullOrEmpty
        ($overlay | Reset-Overlay -PassThru).Path | Should -Be $overlay.Path
        $overlay | Compare-Overlay | Should -BeNullOrEmpty
        Get-Content $overlay/deleted | Should -Be 12345
    }
}

Describe 'Dismount-Overlay' {
    It 'says who has the overlay' {
        $overlay = Mount-Overlay (New-TestTree 'busy-lower' @{ a = '1' }) -Ephemeral
        $sleeper = Start-Process sleep 60 -WorkingDirectory "$overlay" -PassThru
        try {
            $problem = Get-TestError { $overlay | Dismount-Overlay -ErrorAction Stop }
            $problem.FullyQualifiedErrorId | Should -Be 'MountBusy,PSContainer.Commands.DismountOverlayCommand'
            $problem.CategoryInfo.Category | Should -Be ResourceBusy
            $problem.Exception.Message | Should -Match "process $($sleeper.Id) \(sleep\) has its working directory there"
            $problem.Exception.Holders.ProcessId | Should -Contain $sleeper.Id
            $overlay.IsMounted | Should -BeTrue
        }
        finally {
            $sleeper | Stop-Process
            $sleeper.WaitForExit()
        }
        $overlay | Dismount-Overlay
        Get-Overlay "$env:PSCONTAINER_ROOT/*" | Should -BeNullOrEmpty
    }
}

Describe 'A container on an overlay' {
    It 'has it from the pipeline, as argument, by property and from what is left of the object' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        $overlay | Invoke-Container -- sh -c 'echo one > /one'
        Invoke-Container -Rootfs $overlay -- cat /one | Should -Be one
        [pscustomobject]@{ Rootfs = $overlay } | Invoke-Container -- cat /one | Should -Be one
        $overlay | Select-Object Path | Invoke-Container -- cat /one | Should -Be one
        'in', 'put' | Invoke-Container -Rootfs $overlay -- cat | Should -Be 'in', 'put'
        "$rootfs/one" | Should -Not -Exist
        ($overlay | Compare-Overlay).Path | Should -Be /one
        $overlay | Dismount-Overlay
    }

    It 'runs once for each root of the pipeline' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        Set-Content $overlay/only here
        $rootfs, $overlay | Invoke-Container -- sh -c 'ls /only 2>/dev/null; exit 0' | Should -Be /only
        $LASTEXITCODE | Should -Be 0
        $overlay | Dismount-Overlay
    }

    It 'is wired by a script between New and Start, and starts again on the same overlay' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        $container = $overlay | New-Container -Name "$prefix-wired" -Hostname web -Command sh, -c, 'hostname; cat /etc/motd; echo run >> /runs'
        Set-ContainerContent $container /etc/motd 'wired between create and start'
        $overlay.Containers | Should -Be "$prefix-wired"
        ($container | Start-Container | Wait-Container | Get-ContainerLog).Message | Should -Be 'web', 'wired between create and start'
        $container | Start-Container | Wait-Container | Out-Null
        Get-Content $overlay/runs | Should -Be run, run
        ($overlay | Compare-Overlay | Sort-Object Path).Path | Should -Be /etc/motd, /runs
        $container | Remove-Container
        $overlay.IsMounted | Should -BeTrue
        $overlay | Dismount-Overlay
    }

    It 'keeps the overlay from being dismounted, and says so' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        $container = $overlay | Start-Container -Name "$prefix-keeps"
        $problem = Get-TestError { $overlay | Dismount-Overlay -ErrorAction Stop }
        $problem.Exception.Message | Should -Match "is the root of container $prefix-keeps"
        $problem = Get-TestError { $overlay | Reset-Overlay -ErrorAction Stop }
        $problem.Exception.Message | Should -Match $prefix
        $container | Remove-Container -Force
        $overlay | Dismount-Overlay
    }

    It 'runs on when the overlay is taken out of sight, and cannot start without it' {
        $overlay = $rootfs | Mount-Overlay -Upper $work/lazy-upper
        $container = $overlay | Start-Container -Name "$prefix-lazy"
        $overlay | Dismount-Overlay -Lazy
        Invoke-ContainerCommand $container -- sh -c 'echo still > /here; cat /here' | Should -Be still
        $container | Stop-Container -Force
        $problem = Get-TestError { $container | Start-Container -ErrorAction Stop }
        $problem.Exception.Message | Should -Match 'is not mounted on .+ any more'
        $problem.ErrorDetails.RecommendedAction | Should -Match "-Upper '$work/lazy-upper'"
        $null = Mount-Overlay $rootfs -Upper $work/lazy-upper -Path $overlay.Path
        ($container | Start-Container).State | Should -Be Running
        Invoke-ContainerCommand $container -- cat /here | Should -Be still
        $container | Remove-Container -Force
        Get-Overlay $overlay.Path | Dismount-Overlay -RemoveUpper
    }

    It 'is compared by Compare-Container, which says why it cannot compare another' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        $container = $overlay | Start-Container -Name "$prefix-compared" -Command sh, -c, 'echo x > /new'
        ($container | Wait-Container | Compare-Container).Path | Should -Be /new
        $container | Remove-Container
        $overlay | Dismount-Overlay
        $plain = Start-Container -Rootfs $rootfs -Name "$prefix-plain"
        $hidden = Start-Container -Rootfs $rootfs -Ephemeral -Name "$prefix-hidden"
        (Get-TestError { $plain | Compare-Container -ErrorAction Stop }).ErrorDetails.RecommendedAction | Should -Match 'Mount-Overlay'
        (Get-TestError { $hidden | Compare-Container -ErrorAction Stop }).Exception.Message | Should -Match '-Ephemeral'
        $plain, $hidden | Remove-Container -Force
    }

    It 'can have another upper over it' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        Set-Content $overlay/below x
        Invoke-Container -Rootfs $overlay -Ephemeral -- sh -c 'cat /below; echo y > /above' | Should -Be x
        "$overlay/above" | Should -Not -Exist
        $overlay | Dismount-Overlay
    }

    It 'can have a user namespace of its own' {
        $overlay = $rootfs | Mount-Overlay -Ephemeral
        Invoke-Container -Rootfs $overlay -MapRootUser -- sh -c 'id -u; echo x > /x; cat /x' | Should -Be 0, x
        Invoke-Container -Rootfs $overlay -UidMap 0:100000:65536 -GidMap 0:100000:65536 -- cat /x | Should -Be x
        $overlay | Dismount-Overlay
    }
}

Describe 'An ephemeral overlay' {
    BeforeAll {
        function Get-Place { Get-ChildItem -ErrorAction Ignore "$env:PSCONTAINER_ROOT/.overlays" }
    }

    It 'goes with the session, also with one that is killed' {
        $said = Invoke-OtherPowerShell "`$o = Mount-Overlay '$rootfs' -Ephemeral; `$o.Path; `$o.OwnerProcessId"
        $said.Count | Should -Be 2
        Wait-Until { -not (Get-Place) } | Should -BeTrue
        Get-MountPoint "$($said[0])*" | Should -BeNullOrEmpty

        $script = "Import-Module '$(Get-TestedModulePath)'; (Mount-Overlay '$rootfs' -Ephemeral).Path | Set-Content '$work/killed'; Start-Sleep 60"
        $session = Start-Process (Get-Process -Id $PID).Path '-NoProfile', '-NonInteractive', '-EncodedCommand', ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))) -PassThru -RedirectStandardOutput $work/out
        Wait-Until { Get-Content $work/killed -ErrorAction Ignore } | Should -BeTrue
        (Get-Overlay (Get-Content $work/killed)).IsEphemeral | Should -BeTrue
        $session | Stop-Process -Force
        Wait-Until { -not (Get-Place) } | Should -BeTrue
        Get-Overlay "$(Get-Content $work/killed)*" | Should -BeNullOrEmpty
    }

    It 'stays for the container that outlives the session, and goes with it' {
        $said = Invoke-OtherPowerShell "`$o = Mount-Overlay '$rootfs' -Ephemeral; `$c = `$o | Start-Container -Name '$prefix-outlives'; `$o.Path"
        $overlay = Get-Overlay $said
        Start-Sleep -Milliseconds 500
        $overlay.IsMounted | Should -BeTrue
        $overlay.Containers | Should -Be "$prefix-outlives"
        Invoke-ContainerCommand "$prefix-outlives" -- sh -c 'echo x > /x; cat /x' | Should -Be x
        Get-Container "$prefix-outlives" | Remove-Container -Force
        $overlay.IsMounted | Should -BeFalse
        Get-Place | Should -BeNullOrEmpty
    }

    It 'goes with a container that removes itself' {
        $said = Invoke-OtherPowerShell "`$o = Mount-Overlay '$rootfs' -Ephemeral; `$null = `$o | Start-Container -Name '$prefix-itself' -RemoveOnExit -Command sleep, 2; `$o.Path"
        Wait-Until { -not (Get-Place) } | Should -BeTrue
        Get-Overlay "$said*" | Should -BeNullOrEmpty
    }
}
