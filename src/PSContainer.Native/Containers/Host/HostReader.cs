using System.Runtime.InteropServices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Proc;

namespace PSContainer.Containers.Host;

/// <summary>Finds out what this host is.</summary>
internal static class HostReader
{
    /// <summary>Reads it all; what cannot be read is empty.</summary>
    internal static ContainerHost Read(ContainerEngine engine)
    {
        HostFacts facts = HostFacts.Read();
        CgroupHost cgroups = CgroupHost.Current;
        CgroupDelegation delegation = CgroupDelegation.Of(cgroups);
        return new()
        {
            KernelRelease = Line("/proc/sys/kernel/osrelease"),
            Architecture = Machine(),
            OperatingSystem = OperatingSystemOf(ProcFile.Read("/etc/os-release") ?? ProcFile.Read("/usr/lib/os-release") ?? ""),
            HostName = facts.HostName,
            CpuCount = facts.CpuCount,
            MemoryTotal = Kilobytes("MemTotal") * 1024,
            SwapTotal = Kilobytes("SwapTotal") * 1024,
            UserId = facts.UserId,
            CgroupMode = cgroups.Mode,
            CgroupControllers = [.. cgroups.Controllers.Order(StringComparer.Ordinal)],
            DelegatedControllers =
            [
                .. cgroups.Hierarchies.Where(one => delegation.ParentIn(one) is not null).SelectMany(one => one.Controllers)
                    .Where(name => !name.StartsWith("name=", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            ],
            SecurityModules = Line("/sys/kernel/security/lsm").Split(',', StringSplitOptions.RemoveEmptyEntries),
            LandlockVersion = LandlockCalls.Version,
            HasSeccomp = ProcFile.Read("/proc/self/status")?.Contains("\nSeccomp:", StringComparison.Ordinal) == true,
            HasOverlay = HasFileSystem("overlay"),
            Namespaces = [.. ContainerNamespace.Of(Environment.ProcessId).Select(one => one.Type)],
            UserNamespaceMax = UserNamespaces(),
            SubUids = SubIdFile.Read("/etc/subuid", facts.UserId),
            SubGids = SubIdFile.Read("/etc/subgid", facts.UserId),
            StateDirectory = engine.Store.Root,
            RuntimePath = RuntimeOf(engine),
        };
    }

    /// <summary>The name for people in text of os-release(5).</summary>
    internal static string OperatingSystemOf(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
                return line["PRETTY_NAME=".Length..].Trim().Trim('"', '\'');
        }
        return "Linux";
    }

    private static string Machine() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    // A module that is not loaded yet is not listed: the kernel loads it at the first mount.
    private static bool HasFileSystem(string name)
    {
        bool listed = (ProcFile.Read("/proc/filesystems") ?? "").Split('\n').Any(line => line.Split('\t')[^1] == name);
        return listed || (ProcFile.Read($"/lib/modules/{Line("/proc/sys/kernel/osrelease")}/modules.dep") ?? "")
            .Contains($"/{name}.ko", StringComparison.Ordinal);
    }

    // Debian's and Ubuntu's own switches stand beside the kernel's limit.
    private static long UserNamespaces()
    {
        bool closed = Files.geteuid() != 0
            && (ProcFile.ReadNumber("/proc/sys/kernel/unprivileged_userns_clone") == 0
                || ProcFile.ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1);
        return closed ? 0 : ProcFile.ReadNumber("/proc/sys/user/max_user_namespaces") ?? 0;
    }

    private static string? RuntimeOf(ContainerEngine engine)
    {
        try
        {
            return engine.Runtime.Path;
        }
        catch (RuntimeNotFoundException)
        {
            return null;
        }
    }

    private static long Kilobytes(string field)
    {
        foreach (string line in (ProcFile.Read("/proc/meminfo") ?? "").Split('\n'))
        {
            if (line.StartsWith($"{field}:", StringComparison.Ordinal)
                && long.TryParse(line[(field.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim(), out long number))
                return number;
        }
        return 0;
    }

    private static string Line(string path) => ProcFile.Read(path)?.Trim() ?? "";
}
