#!/usr/bin/env pwsh

<#
.SYNOPSIS
    Isolates a process with every type of namespace, and shows what is different inside.
.DESCRIPTION
    Makes one namespace of each type, asks the same questions outside and inside, and removes them. Root or not: an ordinary user
    gets a user namespace around the others, in which he is root.
.EXAMPLE
    ./examples/isolate.ps1
.EXAMPLE
    ./examples/isolate.ps1 -Enter
    Opens a shell inside before everything is removed; needs a terminal.
#>
[CmdletBinding()]
param(
    # What the namespaces are called together.
    [string] $Name = "isolated-$PID",
    # The host name inside.
    [string] $Hostname = 'island',
    # Opens a shell inside.
    [switch] $Enter
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Namespace -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../out/PSContainer" }

# One object a type. They stay until they are removed: mounts, or a process of their own, hold them.
$namespaces = New-Namespace -Type Mount, Uts, Ipc, Pid, Network, User, Cgroup, Time -Name $Name -Hostname $Hostname `
    -MapRootUser -MountProc -BootTimeOffset 365d
try {
    $outside = Get-Namespace -ProcessId $PID
    foreach ($namespace in $namespaces) {
        [pscustomobject]@{
            Question = "$($namespace.Type) namespace"
            Outside  = ($outside | Where-Object Type -eq $namespace.Type).Inode
            Inside   = $namespace.Inode
        }
    }
    $questions = [ordered]@{
        'host name'          = 'hostname'
        'user'               = 'id -u'
        'pid'                = 'echo $$'
        'processes'          = 'ls -d /proc/[0-9]* | wc -l'
        'network interfaces' = 'tail -n +3 /proc/self/net/dev | wc -l'
        'days since boot'    = 'read up rest < /proc/uptime; echo $((${up%.*} / 86400))'
    }
    foreach ($question in $questions.Keys) {
        [pscustomobject]@{
            Question = $question
            Outside  = & /bin/sh -c $questions[$question] | Select-Object -Last 1
            # All namespaces together: the command is in every one of them.
            Inside   = $namespaces | Invoke-NamespaceCommand -ShellCommand $questions[$question] | Select-Object -Last 1
        }
    }
    if ($Enter) { Enter-Namespace $Name }
}
finally {
    $namespaces | Remove-Namespace -Force
}
