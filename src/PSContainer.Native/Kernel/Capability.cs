namespace PSContainer.Kernel;

/// <summary>
/// The privileges that Linux splits root's power into, capabilities(7). The values are the kernel's bit numbers.
/// </summary>
/// <remarks>The names are the kernel's without underscores; <see cref="CapabilityName"/> reads every spelling.</remarks>
public enum Capability
{
    /// <summary>Make arbitrary changes to file owners and groups.</summary>
    Chown = 0,

    /// <summary>Bypass permission checks on files for reading, writing and executing.</summary>
    DacOverride = 1,

    /// <summary>Bypass read permission checks on files, and open files by handle.</summary>
    DacReadSearch = 2,

    /// <summary>Do what only a file's owner may: change mode, times and attributes of others' files.</summary>
    Fowner = 3,

    /// <summary>Keep the set-user-id and set-group-id bits when a file is changed.</summary>
    Fsetid = 4,

    /// <summary>Signal processes of other users.</summary>
    Kill = 5,

    /// <summary>Change group ids and the list of supplementary groups.</summary>
    Setgid = 6,

    /// <summary>Change user ids.</summary>
    Setuid = 7,

    /// <summary>Drop capabilities from the bounding set, and change securebits.</summary>
    Setpcap = 8,

    /// <summary>Set the append-only and immutable attributes of files.</summary>
    LinuxImmutable = 9,

    /// <summary>Listen on ports below 1024.</summary>
    NetBindService = 10,

    /// <summary>Unused by the kernel.</summary>
    NetBroadcast = 11,

    /// <summary>Configure interfaces, routes, firewalls and sockets.</summary>
    NetAdmin = 12,

    /// <summary>Open raw and packet sockets.</summary>
    NetRaw = 13,

    /// <summary>Lock memory without regard to the limit.</summary>
    IpcLock = 14,

    /// <summary>Bypass permission checks on System V IPC objects.</summary>
    IpcOwner = 15,

    /// <summary>Load and unload kernel modules.</summary>
    SysModule = 16,

    /// <summary>Reach I/O ports and raw devices.</summary>
    SysRawio = 17,

    /// <summary>Call chroot(2) and join mount namespaces.</summary>
    SysChroot = 18,

    /// <summary>Trace and inspect any process.</summary>
    SysPtrace = 19,

    /// <summary>Turn process accounting on and off.</summary>
    SysPacct = 20,

    /// <summary>A very large set of administration: mounts, namespaces, quotas and more.</summary>
    SysAdmin = 21,

    /// <summary>Reboot, and load another kernel.</summary>
    SysBoot = 22,

    /// <summary>Raise priorities, set real-time scheduling and processor affinity of any process.</summary>
    SysNice = 23,

    /// <summary>Exceed resource limits and quotas.</summary>
    SysResource = 24,

    /// <summary>Set the system's clocks.</summary>
    SysTime = 25,

    /// <summary>Hang up terminals and configure virtual ones.</summary>
    SysTtyConfig = 26,

    /// <summary>Make device nodes.</summary>
    Mknod = 27,

    /// <summary>Take leases on files of others.</summary>
    Lease = 28,

    /// <summary>Write records to the kernel's audit log.</summary>
    AuditWrite = 29,

    /// <summary>Configure auditing.</summary>
    AuditControl = 30,

    /// <summary>Give files capabilities.</summary>
    Setfcap = 31,

    /// <summary>Override mandatory access control (Smack).</summary>
    MacOverride = 32,

    /// <summary>Configure mandatory access control (Smack).</summary>
    MacAdmin = 33,

    /// <summary>Read and configure the kernel's log.</summary>
    Syslog = 34,

    /// <summary>Set timers that wake the system.</summary>
    WakeAlarm = 35,

    /// <summary>Keep the system from suspending.</summary>
    BlockSuspend = 36,

    /// <summary>Read the audit log through netlink.</summary>
    AuditRead = 37,

    /// <summary>Use performance monitoring (Linux 5.8).</summary>
    Perfmon = 38,

    /// <summary>Use privileged bpf(2) operations (Linux 5.8).</summary>
    Bpf = 39,

    /// <summary>Checkpoint and restore processes (Linux 5.9).</summary>
    CheckpointRestore = 40,
}
