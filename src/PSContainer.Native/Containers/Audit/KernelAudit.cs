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
            Compare(report, $"Sysctl {name}", Words(value), Read(pid, $"/proc/sys/{SysctlName.ToPath(name)}"));
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
