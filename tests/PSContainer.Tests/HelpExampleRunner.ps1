<#
.SYNOPSIS
    Runs examples of the documentation, each in a runspace of its own, in a directory that has what the documentation speaks of.
.DESCRIPTION
    Reads sessions from a file of JSON, each with a name and blocks of code that share their variables, and writes what came of them
    to another. What examples name on the host outside of their directory (mount points in /mnt and /srv, cgroups) gets names of this run.
#>
param(
    [Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Rootfs, [Parameter(Mandatory)] [string] $Directory,
    [Parameter(Mandatory)] [string] $Prefix, [Parameter(Mandatory)] [string] $SessionFile, [Parameter(Mandatory)] [string] $ResultFile,
    [int] $Patience = 60, [switch] $Trace
)
$ErrorActionPreference = 'Stop'
Import-Module $Module
# The runspaces of -Parallel load it by its name.
$env:PSModulePath = "$(Split-Path $Module):$env:PSModulePath"
$state = [Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
$null = $state.ImportPSModule($Module)

function Get-OwnName([string] $Code) {
    $Code -replace '(?<=(Cgroup|CgroupLimit|CgroupProcess|CgroupController|-Parent) )(demo|jobs|build|web|one)\b(?!\.slice)', "$Prefix-`$2" `
        -replace '/(mnt/scratch|mnt/usb|srv/merged|srv/root|srv/www|srv/\*)', "$Directory/place/host/`$1"
}

function New-Root([string] $Path) {
    & cp -a $Rootfs $Path
    & mkdir -p $Path/usr/local/bin $Path/srv $Path/var/log $Path/root $Path/app
    foreach ($program in 'nginx', 'psql', 'java') { Set-Content $Path/usr/local/bin/$program "#!/bin/sh`ncat >/dev/null </dev/null; exit 0" }
    Set-Content $Path/install.sh "#!/bin/sh`necho installed >/usr/local/installed; echo changed >>/etc/passwd"
    Set-Content $Path/server, $Path/job "#!/bin/sh`nexit 0"
    & chmod 0755 $Path/install.sh $Path/server $Path/job $Path/usr/local/bin/nginx $Path/usr/local/bin/psql $Path/usr/local/bin/java
    Add-Content $Path/etc/passwd "web:x:80:80::/srv:/bin/sh`nguest:x:405:100::/:/bin/sh`nwww-data:x:33:33::/srv:/bin/sh"
    Set-Content $Path/etc/alpine-release 3.21.0
    Set-Content $Path/etc/motd, $Path/etc/hostname plain
    'one', 'two' | Set-Content $Path/var/log/access.log, $Path/var/log/app.log
    & chmod 0777 $Path/srv
    & ln -sf sh $Path/bin/bash
}

# What lies about in the working directory of the examples.
function New-Place([string] $Path) {
    $null = New-Item -ItemType Directory $Path
    Push-Location $Path
    New-Root ./alpine
    & cp -a ./alpine ./debian
    & mkdir -p host/mnt/scratch host/srv/merged host/srv/root host/srv/www site app/etc runtime base untrusted cases data profiles layers
    'index' | Set-Content index.html, site/index.html
    'x' | Set-Content site.conf, httpd.conf, hello.txt, motd, data/file, dump.sql, app/new
    3..1 | Set-Content big.csv
    "#!/bin/sh`nexit 0" | Set-Content untrusted/job.sh, cases/one.sh, cases/two.sh, deploy.sh
    "#!/bin/sh`nexec sleep 600" | Set-Content build.sh
    & chmod 0755 build.sh
    & tar -C alpine -czf alpine.tar.gz .
    & cp alpine.tar.gz alpine-minirootfs.tar.gz
    & tar -C alpine -cf debian.tar .
    & cp debian.tar alpine.tar
    & cp debian.tar base.tar
    & tar -C app -cf app.tar .
    & zstd -q debian.tar -o debian.tar.zst
    & sh -c 'xz -0 -c debian.tar >small.tar.xz'
    $null = Export-SeccompProfile ./chrome.json Default
    Copy-Item chrome.json ./docker.json
    Copy-Item chrome.json ./profiles/one.json
    'Path,Type,Source', "$Directory/place/host/mnt/scratch,tmpfs,none" | Set-Content mounts.csv
    'Name', 'web' | Set-Content containers.csv
    'type=1326' | Set-Content audit.log
    Pop-Location
}

function Remove-Remains {
    Get-Container | Remove-Container -Force
    foreach ($overlay in Get-Overlay) {
        if ($overlay.Path -like "$Directory/*" -or $overlay.Path -like "$env:PSCONTAINER_ROOT/*") { Dismount-Overlay $overlay -Lazy -ErrorAction Ignore }
    }
    Get-MountPoint "$Directory/*" | Sort-Object { $_.Path.Length } -Descending | Dismount-FileSystem -Lazy -ErrorAction Ignore
    Get-Namespace | Where-Object Name | Remove-Namespace -Force -ErrorAction Ignore
    Get-Cgroup | Where-Object Path -like "/$Prefix-*" | Remove-Cgroup -Recurse -Force -ErrorAction Ignore
}

# What the text around an example takes for given, where no earlier block made it: containers web and db, cgroups, namespaces, mounts.
function New-Surroundings([string] $Code) {
    if ($Code -match '\bweb\b|httpd \||Get-Container\b' -and $Code -notmatch '(-Name|-Hostname) web\b' -and -not (Get-Container web*)) {
        $null = Mount-Overlay ./alpine -Ephemeral | Start-Container -Name web -Init -Command httpd, -f, -h, /srv
        # The init starts it in its own time.
        while (-not (Get-ContainerProcess web | Where-Object CommandName -eq httpd)) { Start-Sleep -Milliseconds 20 }
    }
    if ($Code -match '\bdb\b' -and -not (Get-Container db*)) {
        $null = Start-Container -Rootfs ./alpine -Ephemeral -Init -Name db -ShellCommand 'echo ready to accept connections; exec sleep 600'
    }
    foreach ($name in 'demo', 'jobs') {
        if ($Code -match "$Prefix-$name\b" -and $Code -notmatch "New-Cgroup $Prefix-$name\b" -and -not (Get-Cgroup "/$Prefix-$name*")) { $null = New-Cgroup "$Prefix-$name" }
    }
    if ($Code -match '\blab\b' -and $Code -notmatch '(-Name|-Hostname) lab\b' -and -not (Get-Namespace | Where-Object Name -eq lab)) {
        $null = New-Namespace -Type Mount, Uts, Pid, Network -Name lab -MountProc
    }
    $there = "$Directory/place/host"
    if ($Code -match "$there/srv/merged" -and $Code -notmatch '-Path \S+/srv/merged') { $null = Mount-Overlay ./alpine -Upper ./merged-delta -Path $there/srv/merged }
    if ($Code -match "Get-MountPoint $there/srv/root") { $null = Mount-FileSystem -Type tmpfs -Path $there/srv/root }
    if ($Code -match "Dismount-FileSystem $there/mnt/scratch") { $null = Mount-FileSystem -Type tmpfs -Path $there/mnt/scratch }
    if ($Code -match 'Import-ContainerSpec \./bundle' -and $Code -notmatch 'Export-ContainerSpec ./bundle|mkdir bundle' -and -not (Test-Path bundle)) {
        $null = New-ContainerSpec -Rootfs ./alpine -- true | Export-ContainerSpec ./bundle
    }
    if ($Code -match 'Expand-ContainerImage \S+ (-Destination )?\./([\w/]+)') { & rm -rf "./$($Matches[2])" }
}

# Waits for the end, or of what has none for something to have come of it.
function Invoke-Block($Shell, [string] $Code, [bool] $Endless) {
    $Shell.Commands.Clear()
    $Shell.Streams.ClearStreams()
    $null = $Shell.AddScript("Set-Location '$Directory/place'`n$Code`n", $false)
    $output = [Management.Automation.PSDataCollection[psobject]]::new()
    $under = $Shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]] $null, $output)
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $problems = @()
    while (-not $under.AsyncWaitHandle.WaitOne(50)) {
        if ($Endless -and $output.Count) { break }
        if ($clock.Elapsed.TotalSeconds -gt $Patience) {
            if (-not $Endless) { $problems += "it did not end within $Patience s" }
            break
        }
    }
    if (-not $under.IsCompleted) { $Shell.Stop() }
    else { try { $null = $Shell.EndInvoke($under) } catch { $problems += "$($_.Exception.InnerException ?? $_.Exception)" -split "`n" | Select-Object -First 1 } }
    $null = $output | Out-String
    # What a command writes to standard error is its own affair; our executable's word is not.
    foreach ($record in $Shell.Streams.Error) { if ($record.FullyQualifiedErrorId -notlike 'NativeCommandError*' -or "$record" -like 'pscontainer:*') { $problems += "$record" } }
    foreach ($warning in $Shell.Streams.Warning) { $problems += "warning: $warning" }
    $problems
}

$results = [Collections.Generic.List[object]]::new()
New-Place "$Directory/pristine"
foreach ($session in Get-Content -Raw $SessionFile | ConvertFrom-Json) {
    & cp -a "$Directory/pristine" "$Directory/place"
    Set-Location "$Directory/place"
    $shell = [powershell]::Create($state)
    try {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $codes = @($session.Blocks | ForEach-Object { Get-OwnName $_.Code })
        for ($i = 0; $i -lt $codes.Count; $i++) {
            New-Surroundings $codes[$i]
            $problems = @(Invoke-Block $shell $codes[$i] $session.Blocks[$i].Endless)
            if ($Trace) { "{0} {1:0.0} s {2}" -f $session.Blocks[$i].Name, $clock.Elapsed.TotalSeconds, ($problems -join ' | ') | Out-Host }
            $results.Add([pscustomobject]@{ Name = $session.Blocks[$i].Name; Problems = $problems })
        }
    }
    catch { $results.Add([pscustomobject]@{ Name = $session.Blocks[0].Name; Problems = @("what it takes for given could not be made: $_") }) }
    finally {
        $shell.Dispose()
        Remove-Remains
        Set-Location $Directory
        & rm -rf "$Directory/place"
    }
}
ConvertTo-Json -Depth 4 -InputObject $results.ToArray() | Set-Content $ResultFile
