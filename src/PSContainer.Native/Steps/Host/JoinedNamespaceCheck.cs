using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Steps.Host;

/// <summary>Refuses to set names and kernel parameters in a joined namespace that is the host's own, whatever its path is.</summary>
internal static class JoinedNamespaceCheck
{
    // PID 1's too: the runtime itself may have been started in a namespace beside the host's.
    private static readonly string[] Hosts = ["self", "1"];

    /// <summary>Before anything is made.</summary>
    /// <exception cref="InvalidSpecException">Something is set that would change the host.</exception>
    public static void Require(ContainerSpec spec)
    {
        foreach (NamespaceSpec item in spec.Linux?.Namespaces ?? [])
        {
            if (item.Path is not { } path || WhatIsSet(spec, item.Type) is null)
                continue;
            using FileHandle? file = NamespaceFile.Open(path);
            if (file is not null)
                Require(spec, item, file);
        }
    }

    /// <summary>Of the descriptor that is joined: a path can lead elsewhere by now.</summary>
    /// <exception cref="InvalidSpecException">Something is set that would change the host.</exception>
    public static void Require(ContainerSpec spec, NamespaceSpec item, FileHandle opened)
    {
        if (WhatIsSet(spec, item.Type) is { } what && IsHosts(item.Type, opened))
        {
            throw new InvalidSpecException($"The {what} cannot be set: the {item.Type} namespace '{item.Path}' is the host's own.",
                $"Give the container its own {item.Type} namespace, or leave it out.")
            { Target = item.Path };
        }
    }

    private static string? WhatIsSet(ContainerSpec spec, string type)
    {
        if (type == "uts" && !string.IsNullOrEmpty(spec.Hostname))
            return $"host name '{spec.Hostname}'";
        if (type == "uts" && !string.IsNullOrEmpty(spec.Domainname))
            return $"domain name '{spec.Domainname}'";
        foreach (string name in spec.Linux?.Sysctl?.Keys ?? [])
        {
            if (SysctlName.NamespaceOf(name) == type)
                return $"kernel parameter '{name}'";
        }
        return null;
    }

    private static bool IsHosts(string type, FileHandle opened)
    {
        ulong? joined = NamespaceFile.InodeOf(opened.Fd);
        foreach (string process in Hosts)
        {
            using FileHandle? host = NamespaceFile.Open($"/proc/{process}/ns/{NamespaceTypes.FileName(type)}");
            if (host is not null && NamespaceFile.InodeOf(host.Fd) == joined)
                return true;
        }
        return false;
    }
}
