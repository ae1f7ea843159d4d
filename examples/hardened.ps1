#!/usr/bin/env pwsh

<#
.SYNOPSIS
    A container with as little as it needs, and an audit of it: what the kernel has in force, not what was asked for.
.DESCRIPTION
    No capability, no network, a read-only root, a user who is nobody, a system call filter tighter than the default, path rules
    as a second wall, and limits. Then the attacks that these are against are tried from inside, and each must fail. Needs root,
    or a delegated cgroup v2 for the limits.
.PARAMETER Rootfs
    The root filesystem; by default the host's own below an empty layer.
.EXAMPLE
    ./examples/hardened.ps1
.EXAMPLE
    ./examples/hardened.ps1 -Rootfs ./alpine | Format-Table
#>
[CmdletBinding()]
param([string] $Rootfs = 'Host')
$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-SeccompProfile -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }

$hard = @{
    Rootfs         = $Rootfs
    Ephemeral      = $true
    ReadOnly       = $true
    User           = '65534:65534'
    DropCapability = 'All'
    SeccompProfile = New-SeccompProfile -Base Default -Deny socket, ptrace, process_vm_readv, process_vm_writev
    Landlock       = '/:rx', '/tmp:rw', '/dev:rw'
    Tmpfs          = '/tmp:size=16m'
    Network        = 'None'
    MemoryMax      = 64MB
    PidsMax        = 32
    CpuMax         = '50%'
    Timeout        = '1m'
}

$container = Start-Container @hard
try {
    # What the kernel says of it.
    $failed = @($container | Test-Container | Where-Object Result -eq Fail)
    if ($failed) { throw "not in force: $($failed.Check -join ', ')" }
    if ($container.BoundingCapabilities) { throw 'it could gain capabilities' }
    $able = @($container | Get-ProcessCapability | Where-Object Effective -ne 'None')
    if ($able) { throw "processes with capabilities: $($able.ProcessId -join ', ')" }

    # What it can do, tried from inside: each of these must fail.
    $attempts = [ordered]@{
        'write to its root'                = 'echo x >/etc/x'
        'execute what it wrote'            = 'cp /bin/sh /tmp/sh && /tmp/sh -c true'
        'make a device'                    = 'mknod /tmp/mem c 1 1'
        'change the owner of a file'       = 'touch /tmp/file && chown 0 /tmp/file'
        'mount something'                  = 'mount -t tmpfs none /tmp'
        'change a setting of the kernel'   = 'echo 1 >/proc/sys/kernel/panic'
        'raise a limit of its cgroup'      = 'echo 1000 >/sys/fs/cgroup/pids.max || echo 1000 >/sys/fs/cgroup/pids/pids.max'
        'see the keys of the kernel'       = 'grep . /proc/keys'
        'fill more memory than its /tmp'   = 'head -c 17m /dev/zero >/tmp/full'
        'start more processes than it may' = 'for i in $(seq 40); do sleep 5 & done; wait'
    }
    foreach ($attempt in $attempts.GetEnumerator()) {
        $null = Invoke-ContainerCommand $container -- sh -c $attempt.Value 2>&1
        [pscustomobject]@{ Attempt = $attempt.Key; Result = $LASTEXITCODE -eq 0 ? 'SUCCEEDED' : 'refused' }
        if ($LASTEXITCODE -eq 0) { throw "the container could $($attempt.Key)" }
    }
}
finally {
    $container | Remove-Container -Force
}
