# Ordinary users for tests, which root makes and removes: each with a home, a runtime directory, a copy of the module, and a range of
# subordinate ids or none.

$script:Pwsh = (Get-Process -Id $PID).Path

# useradd and its like hold a lock on /etc/passwd while they work, and somebody else may have it.
function Invoke-UserTool {
    $command, $arguments = $args
    $arguments = @($arguments)
    foreach ($attempt in 1..50) {
        $said = & $command @arguments 2>&1
        if ($LASTEXITCODE -eq 0) { return }
        if ("$said" -notmatch 'lock') { break }
        Start-Sleep -Milliseconds 100
    }
    throw "${args}: $said"
}

# A range that nobody has, far above those that distributions give.
function Get-FreeSubIdRange {
    $taken = Get-Content /etc/subuid, /etc/subgid -ErrorAction Ignore
    do { $first = 1000000000 + 65536 * (Get-Random -Maximum 10000) } while ($taken -match ":${first}:")
    $first
}

function New-TestUser {
    param([switch] $WithoutSubIds, [string] $Module = (Get-TestedModulePath))
    Remove-StaleTestUser
    $name = 'psct-{0}-{1:x4}' -f $PID, (Get-Random -Maximum 65536)
    # A short path, since sockets are below it.
    $directory = "/tmp/$name"
    Invoke-UserTool useradd -r -M -d $directory/home -s /bin/sh $name
    $first = $null
    if (-not $WithoutSubIds) {
        $first = Get-FreeSubIdRange
        Invoke-UserTool usermod --add-subuids "$first-$($first + 65535)" --add-subgids "$first-$($first + 65535)" $name
    }
    $null = New-Item -ItemType Directory $directory, $directory/home, $directory/run
    & cp -a $Module $directory/PSContainer
    & chown -R "${name}:" $directory
    & chmod 700 $directory/home $directory/run
    [pscustomobject]@{
        Name = $name; Directory = $directory; FirstSubId = $first
        Uid = [int](& id -u $name); Gid = [int](& id -g $name)
    }
}

# Ends what is left of a user's processes, then all that is his.
function Remove-TestUser {
    param([Parameter(Mandatory)] $User)
    if ($User.Name -notlike 'psct-*') { throw "'$($User.Name)' is not a user of a test." }
    # His containers' processes have ids of their own: they are found by his state directory.
    $null = Invoke-AsUser $User 'Get-Container | Remove-Container -Force'
    foreach ($process in & ps -o pid= -u $User.Name) { Stop-Process -Id $process -Force -ErrorAction Ignore }
    Remove-Item -Recurse -Force $User.Directory, "/tmp/pscontainer-$($User.Uid)" -ErrorAction Ignore
    foreach ($attempt in 1..20) {
        try { Invoke-UserTool userdel $User.Name; return } catch { if ($attempt -eq 20) { throw } }
        Start-Sleep -Milliseconds 100
    }
}

# Users of test runs that were killed.
function Remove-StaleTestUser {
    foreach ($name in (Get-Content /etc/passwd) -match '^psct-\d+-' -replace ':.*') {
        if (-not (Test-Path "/proc/$($name.Split('-')[1])")) {
            & userdel -f $name 2>$null
            Remove-Item -Recurse -Force "/tmp/$name" -ErrorAction Ignore
        }
    }
}

# What stands before a command that is to be the user's, with an environment of his own.
function Get-UserCommand {
    param($User, [hashtable] $Environment = @{})
    $set = @{ HOME = "$($User.Directory)/home"; USER = $User.Name; XDG_RUNTIME_DIR = "$($User.Directory)/run"; TERM = 'dumb'; NO_COLOR = '1' }
    foreach ($key in $Environment.Keys) { $set[$key] = $Environment[$key] }
    'setpriv', "--reuid=$($User.Uid)", "--regid=$($User.Gid)", '--init-groups', '--reset-env', 'env', 'PATH=/usr/local/bin:/usr/bin:/bin'
    foreach ($key in $set.Keys) { if ($null -ne $set[$key]) { "$key=$($set[$key])" } }
}

# Runs a script in a PowerShell of the user, with the module loaded. Its lines come back; an error ends it and is one:
# "ERROR Id: message | recommendation". -Before is a command that root begins with, -Inside one of the user.
function Invoke-AsUser {
    param([Parameter(Mandatory)] $User, [Parameter(Mandatory)] [string] $Script, [hashtable] $Environment = @{}, [string[]] $Before = @(), [string[]] $Inside = @())
    $file = "$($User.Directory)/home/script.ps1"
    @"
`$ErrorActionPreference = 'Stop'
`$PSStyle.OutputRendering = 'PlainText'
`$rootfs = '$($User.Directory)/rootfs'
Set-Location `$HOME
Import-Module '$($User.Directory)/PSContainer'
try { & {
$Script
} } catch { "ERROR `$(`$_.FullyQualifiedErrorId.Split(',')[0]): `$_ | `$(`$_.ErrorDetails.RecommendedAction)" }
"@ | Set-Content $file
    $command, $arguments = @($Before) + (Get-UserCommand $User $Environment) + $Inside + @($script:Pwsh, '-NoProfile', '-NonInteractive', '-File', $file) | Where-Object { $_ }
    Push-Location /
    try { & $command @arguments 2>&1 | ForEach-Object { "$_" } } finally { Pop-Location }
}

Export-ModuleMember -Function *-TestUser, Get-UserCommand, Invoke-AsUser, Invoke-UserTool
