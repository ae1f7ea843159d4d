using PSContainer.Kernel;

namespace PSContainer.Binding;

/// <summary>What each capability allows, in one line for a completion's tip.</summary>
internal static class CapabilityMeaning
{
    internal static string Of(Capability capability) => capability switch
    {
        Capability.Chown => "make arbitrary changes to file owners and groups",
        Capability.DacOverride => "bypass permission checks on files for reading, writing and executing",
        Capability.DacReadSearch => "bypass read permission checks on files, and open files by handle",
        Capability.Fowner => "do what only a file's owner may: change mode, times and attributes of others' files",
        Capability.Fsetid => "keep the set-user-id and set-group-id bits when a file is changed",
        Capability.Kill => "signal processes of other users",
        Capability.Setgid => "change group ids and the list of supplementary groups",
        Capability.Setuid => "change user ids",
        Capability.Setpcap => "drop capabilities from the bounding set, and change securebits",
        Capability.LinuxImmutable => "set the append-only and immutable attributes of files",
        Capability.NetBindService => "listen on ports below 1024",
        Capability.NetBroadcast => "unused by the kernel",
        Capability.NetAdmin => "configure interfaces, routes, firewalls and sockets",
        Capability.NetRaw => "open raw and packet sockets",
        Capability.IpcLock => "lock memory without regard to the limit",
        Capability.IpcOwner => "bypass permission checks on System V IPC objects",
        Capability.SysModule => "load and unload kernel modules",
        Capability.SysRawio => "reach I/O ports and raw devices",
        Capability.SysChroot => "call chroot(2) and join mount namespaces",
        Capability.SysPtrace => "trace and inspect any process",
        Capability.SysPacct => "turn process accounting on and off",
        Capability.SysAdmin => "a very large set of administration: mounts, namespaces, quotas and more",
        Capability.SysBoot => "reboot, and load another kernel",
        Capability.SysNice => "raise priorities, set real-time scheduling and processor affinity of any process",
        Capability.SysResource => "exceed resource limits and quotas",
        Capability.SysTime => "set the system's clocks",
        Capability.SysTtyConfig => "hang up terminals and configure virtual ones",
        Capability.Mknod => "make device nodes",
        Capability.Lease => "take leases on files of others",
        Capability.AuditWrite => "write records to the kernel's audit log",
        Capability.AuditControl => "configure auditing",
        Capability.Setfcap => "give files capabilities",
        Capability.MacOverride => "override mandatory access control (Smack)",
        Capability.MacAdmin => "configure mandatory access control (Smack)",
        Capability.Syslog => "read and configure the kernel's log",
        Capability.WakeAlarm => "set timers that wake the system",
        Capability.BlockSuspend => "keep the system from suspending",
        Capability.AuditRead => "read the audit log through netlink",
        Capability.Perfmon => "use performance monitoring (Linux 5.8)",
        Capability.Bpf => "use privileged bpf(2) operations (Linux 5.8)",
        Capability.CheckpointRestore => "checkpoint and restore processes (Linux 5.9)",
        _ => capability.ToString(),
    };
}
