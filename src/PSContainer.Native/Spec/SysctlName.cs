namespace PSContainer.Spec;

/// <summary>Kernel parameters that belong to a namespace, and only those: any other would change the host (CVE-2022-0811).</summary>
internal static class SysctlName
{
    /// <summary>The groups that may ping, by their ids.</summary>
    internal const string PingGroups = "net.ipv4.ping_group_range";

    /// <summary>The first port that needs no capability.</summary>
    internal const string FirstOpenPort = "net.ipv4.ip_unprivileged_port_start";

    /// <summary>Those that a network of the container's own gets unless something else is asked for.</summary>
    internal static IReadOnlyList<string> OfNetwork => [FirstOpenPort, PingGroups];

    private static readonly string[] IpcNames =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ];

    /// <summary>Refuses a parameter whose namespace the container does not have for itself.</summary>
    /// <exception cref="InvalidSpecException">It is not namespaced, or the namespace is the host's.</exception>
    public static void Check(string name, LinuxSpec linux)
    {
        string? type = NamespaceOf(name);
        if (type is null)
        {
            throw new InvalidSpecException($"The kernel parameter '{name}' belongs to no namespace: it would change the host.",
                "Set it on the host, or leave it out.");
        }
        if (linux.Namespaces?.Any(item => item.Type == type) != true)
        {
            throw new InvalidSpecException($"The kernel parameter '{name}' needs a {type} namespace of the container's own.",
                $"Give the container its own {type} namespace, or leave the parameter out.");
        }
    }

    /// <summary>The type of namespace that a parameter belongs to, as the specification names it; <see langword="null"/> for none.</summary>
    /// <exception cref="InvalidSpecException">The name could lead elsewhere.</exception>
    public static string? NamespaceOf(string name)
    {
        string dotted = ToPath(name).Replace('/', '.');
        return dotted.StartsWith("net.", StringComparison.Ordinal) ? "network"
            : dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal) || IpcNames.Contains(dotted) ? "ipc"
            : dotted is "kernel.hostname" or "kernel.domainname" ? "uts"
            : null;
    }

    /// <summary>The path below /proc/sys. Dots separate; where a slash comes first, slashes do (sysctl(8)).</summary>
    /// <exception cref="InvalidSpecException">The name could lead elsewhere.</exception>
    public static string ToPath(string name)
    {
        int dot = name.IndexOf('.'), slash = name.IndexOf('/');
        string path = slash >= 0 && (dot < 0 || slash < dot) ? name : name.Replace('.', '\0').Replace('/', '.').Replace('\0', '/');
        foreach (string part in path.Split('/'))
        {
            if (part.Length == 0 || part is "." or ".." || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '@'))
                throw new InvalidSpecException($"'{name}' is no name of a kernel parameter.", "Write it as sysctl(8) does: net.ipv4.ip_forward.");
        }
        return path;
    }
}
