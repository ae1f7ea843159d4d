using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>The host name and kernel parameters, as they are inside the container's namespaces.</summary>
internal static class KernelAudit
{
    private const string Denied = "its namespaces cannot be entered";

    internal static void Run(AuditReport report, ContainerSpec spec, int pid)
    {
        if (!string.IsNullOrEmpty(spec.Hostname))
            Compare(report, "Hostname", spec.Hostname, Read(pid, "/proc/sys/kernel/hostname"));
        foreach ((string name, string value) in spec.Linux?.Sysctl ?? new Dictionary<string, string>())
        {
            string? inForce = Read(pid, $"/proc/sys/{SysctlName.ToPath(name)}");
            Compare(report, $"Sysctl {name}", Words(value), name == SysctlComposer.PingGroups && inForce is not null ? Inside(pid, inForce) : inForce);
        }
    }

    // Groups, which the kernel tells by the user namespace of whoever reads.
    private static string Inside(int pid, string groups)
    {
        IReadOnlyList<(uint, uint, uint)> map = IdMapFile.Parse(ProcFile.Read($"/proc/{pid}/gid_map"));
        return string.Join(' ', groups.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(text =>
            uint.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out uint group) && IdMapFile.Inside(map, group) is { } inside ? $"{inside}" : text));
    }

    private static void Compare(AuditReport report, string check, string asked, string? inForce)
    {
        if (inForce is null)
            report.Unknown(check, asked, Denied);
        else
            report.Compare(check, asked, Words(inForce));
    }

    // The kernel separates with tabs what people separate with blanks.
    private static string Words(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // These files show the namespaces of whoever reads them.
    private static string? Read(int pid, string path) =>
        NamespaceThread.Run(pid, NamespaceThread.Uts | NamespaceThread.Ipc | NamespaceThread.Network, () => ProcFile.Read(path));
}
