using PSContainer.Cgroups.Devices;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>Device nodes and the rules that let a container use them.</summary>
internal static class DeviceComposer
{
    private static readonly string[] OwnNodes =
        ["/dev/pts", "/dev/shm", "/dev/mqueue", "/dev/fd", "/dev/console", "/dev/ptmx", "/dev/hugepages"];

    /// <summary>The nodes that were asked for; of a privileged container all of the host's.</summary>
    /// <exception cref="InvalidSpecException">A source is no device.</exception>
    internal static IReadOnlyList<DeviceSpec> Nodes(ContainerOptions options)
    {
        var nodes = new List<DeviceSpec>();
        foreach (DeviceOption device in options.Devices)
            nodes.Add(Read(device.Source, PathWord.RequireInside(device.Destination ?? device.Source, "A device's path"))
                ?? throw NoDevice(device.Source));
        if (options.Privileged)
            nodes.AddRange(HostNodes("/dev").Where(one => nodes.All(asked => asked.Path != one.Path)));
        return nodes;
    }

    /// <summary>The rules, later ones over earlier ones. What every container needs the runtime opens by itself.</summary>
    internal static IReadOnlyList<DeviceRuleSpec> Rules(ContainerOptions options, IReadOnlyList<DeviceSpec> nodes)
    {
        if (options.Privileged)
            return [new() { Allow = true, Access = "rwm" }];
        var rules = new List<DeviceRuleSpec> { DefaultDeviceRules.DenyAll };
        for (int i = 0; i < options.Devices.Count; i++)
        {
            rules.Add(new()
            {
                Allow = true, Type = nodes[i].Type, Major = nodes[i].Major, Minor = nodes[i].Minor,
                Access = options.Devices[i].Access,
            });
        }
        return rules;
    }

    private static DeviceSpec? Read(string source, string destination)
    {
        if (Files.statx(Files.AT_FDCWD, source, 0, Files.STATX_BASIC_STATS, out Files.statx_data status) < 0)
            return null;
        string? type = (status.stx_mode & Files.S_IFMT) switch
        {
            Files.S_IFCHR => "c",
            Files.S_IFBLK => "b",
            _ => null,
        };
        return type is null
            ? null
            : new()
            {
                Type = type,
                Path = destination,
                Major = status.stx_rdev_major,
                Minor = status.stx_rdev_minor,
                FileMode = status.stx_mode & 0x1FFu,
                Uid = status.stx_uid,
                Gid = status.stx_gid,
            };
    }

    // Not what the container has of its own, nor what is another filesystem there.
    private static IEnumerable<DeviceSpec> HostNodes(string directory)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            if (OwnNodes.Contains(path))
                continue;
            var info = new DirectoryInfo(path);
            if (info.LinkTarget is not null)
                continue;
            if (info.Exists)
            {
                foreach (DeviceSpec node in HostNodes(path))
                    yield return node;
            }
            else if (Read(path, path) is { } node)
                yield return node;
        }
    }

    private static InvalidSpecException NoDevice(string source) =>
        new($"'{source}' is not a device of this host.", "Give the path of a character or block device.") { Target = source };
}
