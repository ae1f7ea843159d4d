using PSContainer.Kernel;
using PSContainer.Namespaces;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Spec;

namespace PSContainer.Containers.Audit;

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
            string path = $"/proc/sys/{SysctlName.ToPath(name)}";
            string? inForce = ReadByThread(pid, path);
            if (name == SysctlName.PingGroups && inForce is not null)
                inForce = Inside(pid, inForce);
            Compare(report, $"Sysctl {name}", Words(value), inForce ?? ReadByProcess(pid, path));
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
    private static string? Read(int pid, string path) => ReadByThread(pid, path) ?? ReadByProcess(pid, path);

    // A user may enter them only together with the user namespace that owns them, which no thread of several can.
    private static string? ReadByProcess(int pid, string path)
    {
        if (Files.geteuid() == 0)
            return null;
        try
        {
            using var reader = new NamespaceCommand(new()
            {
                Namespaces = [.. NamespaceStore.Default.OfProcess(pid).Where(static one => !one.IsHost
                    && one.Type is (NamespaceType.User or NamespaceType.Uts or NamespaceType.Ipc or NamespaceType.Network))],
                Command = ["cat", path],
            });
            RuntimeResult result = RuntimeCommand.Run(reader.Command.Path, [.. reader.Command.Arguments]);
            return result is { Error: null, ExitCode: 0 } ? result.Output : null;
        }
        catch (ContainerException)
        {
            // It has ended meanwhile, or there is nothing to read with.
            return null;
        }
    }

    private static string? ReadByThread(int pid, string path) =>
        NamespaceThread.Run(pid, NamespaceThread.Uts | NamespaceThread.Ipc | NamespaceThread.Network, () => ProcFile.Read(path));
}
