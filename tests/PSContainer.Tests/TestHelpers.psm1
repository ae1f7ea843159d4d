# What the tests share: the module under test, root filesystems, and containers that are removed whatever happens.
# PSCONTAINER_TEST_MODULE names another build of the module, PSCONTAINER_TEST_ROOTFS a busybox root (else tests/rootfs.sh makes it),
# PSCONTAINER_TEST_DEBIAN the root of a full distribution.

$script:Repository = Split-Path (Split-Path $PSScriptRoot)

function Import-TestedModule {
    # Containers of the tests are in a state directory of their own, so that a test sees only what a test made.
    $env:PSCONTAINER_ROOT ??= "/run/psc-test-$PID"
    $module = $env:PSCONTAINER_TEST_MODULE ?? (Join-Path $Repository 'out/PSContainer')
    Import-Module $module -Global -ErrorAction Stop
}

function Get-TestedModulePath { $env:PSCONTAINER_TEST_MODULE ?? (Join-Path $Repository 'out/PSContainer') }

function New-TestName { 'psc-test-{0:x8}' -f (Get-Random) }

# A copy of the busybox root filesystem in a directory of its own, to which a test may add what it likes.
function New-TestRootfs {
    $source = $env:PSCONTAINER_TEST_ROOTFS ?? (& (Join-Path $Repository 'tests/rootfs.sh') busybox | Select-Object -Last 1)
    if (-not $source) { throw 'There is no root filesystem to test with.' }
    $directory = Join-Path ([IO.Path]::GetTempPath()) (New-TestName)
    & cp -a $source $directory
    Get-Item $directory
}

function Remove-TestRootfs {
    param([Parameter(Mandatory)] [IO.DirectoryInfo] $Rootfs)
    if ($Rootfs.Name -notlike 'psc-test-*') { throw "'$Rootfs' was not made by a test." }
    Remove-Item -Recurse -Force $Rootfs
}

# Removes the containers that begin with a name; a test file has one for all of its containers.
function Remove-TestContainer {
    param([Parameter(Mandatory)] [string] $Prefix)
    if ($Prefix -notlike 'psc-test-*') { throw "'$Prefix' is not a name of a test." }
    Get-Container "$Prefix*" | Remove-Container -Force
    # The state directory of the tests goes with the last container.
    if ($env:PSCONTAINER_ROOT -eq "/run/psc-test-$PID" -and -not (Get-Container)) {
        Remove-Item -Recurse -Force $env:PSCONTAINER_ROOT -ErrorAction Ignore
    }
}

# Looks again and again until something is so: for what the kernel or another process does in its own time.
function Wait-Until {
    param([Parameter(Mandatory)] [scriptblock] $Condition, [double] $Seconds = 60)
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while ($clock.Elapsed.TotalSeconds -lt $Seconds) {
        if (& $Condition) { return $true }
        Start-Sleep -Milliseconds 20
    }
    $false
}

# Runs a script in another PowerShell, with the tested module loaded; for what must not happen in this one.
function Invoke-OtherPowerShell {
    param([Parameter(Mandatory)] [string] $Script)
    $command = "Import-Module '$(Get-TestedModulePath)'; $Script"
    & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $command
}

Export-ModuleMember -Function *
