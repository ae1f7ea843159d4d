using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>The specification's namespace types and the kernel's flags for them.</summary>
public static class NamespaceTypes
{
    /// <summary>All types of the specification.</summary>
    public static IReadOnlyList<string> All { get; } = ["mount", "uts", "ipc", "pid", "network", "user", "cgroup", "time"];

    /// <summary>The CLONE_NEW… flag of a type, 0 for an unknown one.</summary>
    public static int Flag(string type) => type switch
    {
        "mount" => CloneFlags.NewMount,
        "uts" => CloneFlags.NewUts,
        "ipc" => CloneFlags.NewIpc,
        "pid" => CloneFlags.NewPid,
        "network" => CloneFlags.NewNetwork,
        "user" => CloneFlags.NewUser,
        "cgroup" => CloneFlags.NewCgroup,
        "time" => CloneFlags.NewTime,
        _ => 0,
    };

    /// <summary>The name of a type's flag in the manual pages.</summary>
    public static string FlagName(string type) => type switch
    {
        "mount" => "CLONE_NEWNS",
        "network" => "CLONE_NEWNET",
        _ => $"CLONE_NEW{type.ToUpperInvariant()}",
    };

    /// <summary>The name of a type's file in /proc/PID/ns, namespaces(7).</summary>
    public static string FileName(string type) => type switch
    {
        "mount" => "mnt",
        "network" => "net",
        _ => type,
    };
}
