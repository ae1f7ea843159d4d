# The module's slices with systemd itself; systemd.sh runs this beside it. Prints a line "ok NAME" or "FAILED NAME: why" a test.
param([Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Name)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$slice = "$Name.slice"

function Check([string] $Test, [scriptblock] $Script) {
    try { & $Script; "ok $Test" } catch { "FAILED ${Test}: $_" }
}
function Same($Wanted, $Found) { if ("$Wanted" -ne "$Found") { throw "wanted '$Wanted', found '$Found'" } }
function Show([string] $Unit, [string] $Property) { (& systemctl show $Unit --property $Property).Split('=', 2)[1] }
function Failure([scriptblock] $Script) { try { $null = & $Script } catch { return "$_" }; 'none' }

Check 'a slice is made by systemd' {
    $cg = New-Cgroup $slice
    Same "/$slice active yes" "$($cg.Path) $(Show $slice ActiveState) $(Show $slice Transient)"
}
Check 'one below it is where its name says, and nowhere else' {
    Same "/$slice/$Name-web.slice" (New-Cgroup -Path "/$slice/$Name-web.slice").Path
    if ((Failure { New-Cgroup -Path "/elsewhere/$Name-x.slice" }) -notlike "*would make the slice*") { throw 'it was not refused' }
    Same False (Test-Path /sys/fs/cgroup/elsewhere)
}
Check 'a scope and a service are refused' {
    foreach ($kind in 'scope', 'service') {
        if ((Failure { New-Cgroup "$Name.$kind" }) -notlike '*begins with a process*') { throw "$kind was not refused" }
    }
}
Check 'processes stay when systemd reads its units anew' {
    $sleeper = [Diagnostics.Process]::Start('sleep', '300')
    $sleeper | Add-CgroupProcess "/$slice/$Name-web.slice"
    & systemctl daemon-reload
    Same $sleeper.Id (Get-CgroupProcess $slice -Recurse).Id
}
if ((Get-Content /sys/fs/cgroup/cgroup.controllers) -match 'memory') {
    Check 'limits are systemd''s too, and stay when it reads its units anew' {
        $cg = New-Cgroup "$Name-limits.slice" -Parent $slice -MemoryMax 64MB -PidsMax 20
        Same '67108864 20' "$(Show "$Name-limits.slice" MemoryMax) $(Show "$Name-limits.slice" TasksMax)"
        $cg | Set-CgroupLimit -MemoryMax 96MB -CpuMax 50%
        & systemctl daemon-reload
        Same '100663296 500ms 100663296 50000 100000' "$(Show "$Name-limits.slice" MemoryMax) $(Show "$Name-limits.slice" CPUQuotaPerSecUSec) $(Get-Content "/sys/fs/cgroup/$slice/$Name-limits.slice/memory.max") $(Get-Content "/sys/fs/cgroup/$slice/$Name-limits.slice/cpu.max")"
    }
}
Check 'removing it stops the unit and all below' {
    Remove-Cgroup $slice -Recurse -Force
    Same 'inactive inactive False' "$(Show $slice ActiveState) $(Show "$Name-web.slice" ActiveState) $(Test-Path "/sys/fs/cgroup/$slice")"
}
