# The package as a user meets it: installed from a repository, for himself and for all, brought up to date beside a container that goes
# on, and uninstalled. Each PowerShell has a home of the test's own; what is for all goes to a mount namespace of the test's own.

BeforeDiscovery {
    $isRoot = (& id -u) -eq '0'
    $missing = 'useradd', 'userdel', 'setpriv', 'unshare' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RootlessHelpers.psm1') -Force
    Import-TestedModule
    $build = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'build'
    $name = New-TestName
    $place = Join-Path ([IO.Path]::GetTempPath()) $name
    $null = New-Item -ItemType Directory $place, $place/next, $place/repository
    & chmod 0755 $place $place/repository
    $pwsh = (Get-Process -Id $PID).Path
    $module = Get-TestedModulePath
    $version = (Import-PowerShellDataFile $module/PSContainer.psd1).ModuleVersion
    $next = '{0}.{1}.{2}' -f ([version] $version).Major, ([version] $version).Minor, (([version] $version).Build + 1)
    # What was built for this machine.
    $runtimes = @([Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture -eq 'Arm64' ? 'linux-arm64' : 'linux-x64')

    function New-Package([string] $Source) {
        & env -u XDG_DATA_HOME "HOME=$place" $pwsh -NoProfile -NonInteractive -File $build/package.ps1 $Source $place/repository $Source @runtimes
        if ($LASTEXITCODE -ne 0) { throw "There is no package of $Source." }
    }

    # Runs a script in a PowerShell of somebody who has never used one. Its lines come back, an error as "ERROR Id: message".
    function Invoke-Fresh([string] $Who, [string] $Script, [string[]] $Before = @()) {
        $null = New-Item -ItemType Directory -Force $place/$Who
        @"
`$ErrorActionPreference = 'Stop'
`$ProgressPreference = 'SilentlyContinue'
`$PSStyle.OutputRendering = 'PlainText'
if (-not (Get-PSResourceRepository Here -ErrorAction Ignore)) { Register-PSResourceRepository -Name Here -Uri '$place/repository' -Trusted }
try { & {
$Script
} } catch { "ERROR `$(`$_.FullyQualifiedErrorId.Split(',')[0]): `$_" }
"@ | Set-Content $place/$Who/script.ps1
        $command, $arguments = $Before + @('env', '-u', 'PSModulePath', '-u', 'XDG_CONFIG_HOME', '-u', 'XDG_CACHE_HOME', '-u', 'XDG_DATA_HOME', "HOME=$place/$Who",
            $pwsh, '-NoProfile', '-NonInteractive', '-File', "$place/$Who/script.ps1")
        & $command @arguments 2>&1 | ForEach-Object { "$_" }
    }

    $package = @(New-Package $module)[-1]
    & cp -a $module $place/next/PSContainer
    (Get-Content -Raw $module/PSContainer.psd1) -replace "(?m)^(\s*ModuleVersion\s*=\s*)'.*'", "`$1'$next'" | Set-Content $place/next/PSContainer/PSContainer.psd1
    $null = New-Package $place/next/PSContainer
}

AfterAll {
    Remove-TestContainer $name
    Remove-Item -Recurse -Force $place
}

Describe 'The package' {
    It 'is of the manifest''s version and holds all of the module, and what starts as a program' {
        Split-Path -Leaf $package | Should -Be "PSContainer.$version.nupkg"
        $zip = [IO.Compression.ZipFile]::OpenRead($package)
        try {
            $entries = $zip.Entries | ForEach-Object FullName
            foreach ($file in Get-ChildItem $module -Recurse -File | Where-Object FullName -notlike "$module/runtimes/*") { $entries | Should -Contain $file.FullName.Substring($module.Length + 1) }
            foreach ($runtime in $runtimes) {
                $zip.GetEntry("runtimes/$runtime/native/pscontainer").ExternalAttributes -shr 16 -band 0x1ff | Should -Be 0x1ed
            }
        }
        finally { $zip.Dispose() }
    }

    It 'is of one version, of which the changelog tells' {
        Get-Content -Raw "$(Split-Path $build)/Directory.Build.props" | Should -Match "<Version>$version</Version>"
        Get-Content -Raw $module/CHANGELOG.md | Should -Match "(?m)^## \[$version\] - (Unreleased|\d{4}-\d\d-\d\d)$"
    }

    It 'is refused without the executable of an architecture, unless the other is asked for alone' {
        $checkout = "$place/checkout"
        $null = New-Item -ItemType Directory $checkout/out/PSContainer/runtimes/linux-x64/native
        & cp -a $build $checkout
        Set-Content $checkout/out/PSContainer/runtimes/linux-x64/native/pscontainer 'no program'
        $said = & $checkout/build/package.sh 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'linux-arm64 was not built.*--only linux-x64'
        & $checkout/build/package.sh --only linux-arm 2>&1 | Out-String | Should -Match 'linux-x64 or linux-arm64'
    }

    It 'is refused for two architectures with assemblies that are compiled for one' {
        & $pwsh -NoProfile -NonInteractive -File $build/package.ps1 $module $place/refused $module linux-x64 linux-arm64 2>&1 | Out-String | Should -Match 'compiled for one architecture'
        "$place/refused/*.nupkg" | Should -Not -Exist
    }
}

Describe 'A module installed for its user' {
    It 'works at once, is brought up to date beside a running container, and is uninstalled' {
        $said = @(Invoke-Fresh me @"
            Install-PSResource PSContainer -Version $version -Repository Here
            Import-Module PSContainer
            (Get-Module PSContainer).ModuleBase
            Invoke-Container -Rootfs Host -ShellCommand 'id -u'
            `$c = Start-Container -Rootfs Host -Name $name -ShellCommand 'echo before; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo after; trap "exit 7" TERM; while :; do sleep 0.05; done'
            `$c.Pid
"@)
        $said.Count | Should -Be 3 -Because ($said -join "`n")
        $said[0] | Should -Be "$place/me/.local/share/powershell/Modules/PSContainer/$version"
        $said[1] | Should -Be 0
        $container = [int] $said[2]

        $said = @(Invoke-Fresh me @"
            Update-PSResource PSContainer -Repository Here
            Uninstall-PSResource PSContainer -Version $version
            Import-Module PSContainer
            (Get-Module PSContainer).Version.ToString()
            (Get-InstalledPSResource PSContainer).Version.ToString()
            `$c = Get-Container $name
            '{0} {1}' -f `$c.State, `$c.Pid
            Invoke-ContainerCommand `$c -- touch /tmp/go
            `$null = `$c | Wait-Container -ForLog after -Timeout 60s
            (`$c | Get-ContainerLog).Message
            (`$c | Stop-Container -PassThru -Timeout 60s).ExitCode
            `$c | Remove-Container
            @(Get-Container $name*).Count
"@)
        $said | Should -Be $next, $next, "Running $container", before, after, 7, 0

        Invoke-Fresh me @'
            Uninstall-PSResource PSContainer
            @(Get-Module PSContainer -ListAvailable).Count
'@ | Should -Be 0
        "$place/me/.local/share/powershell/Modules/PSContainer/*" | Should -Not -Exist
    }
}

Describe 'A module installed by root for all' -Skip:(-not $isRoot -or [bool] $missing) {
    BeforeAll { $user = New-TestUser }
    AfterAll { if ($user) { Remove-TestUser $user } }

    It 'makes containers for a user who may not write there, before root ever used it' {
        $as = (Get-UserCommand $user | ForEach-Object { "'$_'" }) -join ' '
        $said = @(Invoke-Fresh root @"
            Install-PSResource PSContainer -Version $version -Repository Here -Scope AllUsers
            `$base = (Get-Module PSContainer -ListAvailable).ModuleBase
            `$base
            (Get-Item `$base/runtimes/*/native/pscontainer).UnixMode
            & $as '$pwsh' -NoProfile -NonInteractive -Command 'Import-Module PSContainer; (Get-Module PSContainer).ModuleBase; Invoke-Container -Rootfs Host -ShellCommand "id -u; cat /proc/self/uid_map"'
"@ -Before unshare, --mount, sh, -c, 'mount -t tmpfs -o mode=0755 tmpfs /usr/local/share && exec "$@"', sh)
        $base = "/usr/local/share/powershell/Modules/PSContainer/$version"
        $said[0] | Should -Be $base -Because ($said -join "`n")
        $said[1..$runtimes.Count] | Sort-Object -Unique | Should -Be '-rwxr-xr-x'
        $said[$runtimes.Count + 1] | Should -Be $base
        $said[$runtimes.Count + 2] | Should -Be 0
        $said[$runtimes.Count + 3] | Should -Match "^\s*0\s+$($user.Uid)\s"
        $base | Should -Not -Exist
    }
}

Describe 'A module whose package was unpacked as a plain zip file' {
    BeforeAll {
        & cp -a $module $place/plain
        & chmod -R a-x,a+X $place/plain
        foreach ($runtime in $runtimes) { & chmod 0644 $place/plain/runtimes/$runtime/native/pscontainer }
    }

    It 'says to who may not mend it how root can' -Skip:(-not $isRoot -or [bool] $missing) {
        $null = New-Item -ItemType Directory $place/nobody
        & chown 65534:65534 $place/nobody
        $said = & setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$place/nobody PSCONTAINER_ROOT=$place/nobody/run $pwsh -NoProfile -NonInteractive -Command "
            try { Import-Module '$place/plain/PSContainer.psd1'; Invoke-Container -Rootfs Host -ErrorAction Stop -- true } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }" 2>&1
        $said[0] | Should -BeLike 'RuntimeNotFound,*' -Because "$said"
        $said[1] | Should -Match "^Make it so: sudo chmod a\+x '$place/plain/runtimes/.*/native/pscontainer'$"
    }

    It 'mends it for who owns it' {
        & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$place/plain/PSContainer.psd1'; Invoke-Container -Rootfs Host -ShellCommand 'id -u'" | Should -Be 0
    }
}
