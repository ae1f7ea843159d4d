using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Runtime.Verbs;

/// <summary>The example configuration: what <c>runc spec</c> writes, since scripts change that one by the words in it.</summary>
internal static class ExampleSpec
{
    // In force since long, and what every runtime takes.
    private const string OciVersion = "1.0.2";

    private static readonly string[] s_capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    private static readonly string[] s_masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
    ];

    private static readonly string[] s_readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>A shell with a terminal, in a read-only root.</summary>
    public static ContainerSpec Make() => new()
    {
        OciVersion = OciVersion,
        Process = Shell(),
        Root = new() { Path = "rootfs", Readonly = true },
        Hostname = "pscontainer",
        Mounts = Mounts(),
        Linux = new()
        {
            Resources = new() { Devices = [DefaultDeviceRules.DenyAll] },
            Namespaces = Namespaces(),
            MaskedPaths = s_masked,
            ReadonlyPaths = s_readOnly,
        },
    };

    /// <summary>
    /// The same without what a user may not do: a new network has no way out, a sysfs needs a network namespace of one's own, only
    /// one id is mapped, and limits need cgroups that were delegated.
    /// </summary>
    public static ContainerSpec ForUser(ContainerSpec spec) => spec with
    {
        Mounts = [.. spec.Mounts!.Select(ForUser)],
        Linux = spec.Linux! with
        {
            Namespaces = [.. spec.Linux.Namespaces!.Where(one => one.Type != "network"), new() { Type = "user" }],
            UidMappings = [new() { ContainerId = 0, HostId = Files.geteuid(), Size = 1 }],
            GidMappings = [new() { ContainerId = 0, HostId = Files.getegid(), Size = 1 }],
            Resources = null,
        },
    };

    private static ProcessSpec Shell() => new()
    {
        Terminal = true,
        User = new(),
        Args = ["sh"],
        Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
        Cwd = "/",
        Capabilities = new() { Bounding = s_capabilities, Effective = s_capabilities, Permitted = s_capabilities },
        Rlimits = [new() { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
        NoNewPrivileges = true,
    };

    private static MountSpec[] Mounts() =>
    [
        new() { Destination = "/proc", Type = "proc", Source = "proc" },
        Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
        Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
    ];

    private static MountSpec Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    // A cgroup namespace only where no v1 hierarchy is: there a container finds its own cgroups without one.
    private static NamespaceSpec[] Namespaces()
    {
        string[] types = ["pid", "network", "ipc", "uts", "mount"];
        if (CgroupHost.Current.Mode == CgroupMode.Unified)
            types = [.. types, "cgroup"];
        return [.. types.Select(type => new NamespaceSpec { Type = type })];
    }

    private static MountSpec ForUser(MountSpec mount) => mount.Type == "sysfs"
        ? Mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro")
        : mount with { Options = mount.Options is null ? null : [.. mount.Options.Where(option => !IsOwner(option))] };

    private static bool IsOwner(string option) =>
        option.StartsWith("gid=", StringComparison.Ordinal) || option.StartsWith("uid=", StringComparison.Ordinal);
}
