using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Spec;

namespace PSContainer.Runtime.Criu;

/// <summary>
/// The mounts of a container that are views of something outside: criu has to be told each, and their sources again.
/// </summary>
internal static class CriuMounts
{
    private const string FileName = "external-mounts.json", NullDevice = "/dev/null";

    // Made anew by the kernel for a namespace of the container's, though the device number is shared in some.
    private static readonly string[] s_own = ["proc", "sysfs", "mqueue", "devpts", "cgroup", "cgroup2"];

    /// <summary>Finds them in a running container, adds them to criu_opts, and notes their sources beside the images.</summary>
    public static void AddForDump(Message options, ContainerSpec spec, string bundle, int pid, CriuOptions criu)
    {
        bool hasCgroupNamespace = spec.Linux?.Namespaces?.Any(one => one.Type == "cgroup") == true;
        HashSet<string> host = [.. MountInfo.Of(Environment.ProcessId).Select(mount => mount.Device)];
        var sources = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (MountInfo mount in MountInfo.Of(pid))
        {
            bool isCgroup = mount.FileSystem is "cgroup" or "cgroup2";
            bool isOutside = host.Contains(mount.Device)
                && (Array.IndexOf(s_own, mount.FileSystem) < 0 || (isCgroup && !hasCgroupNamespace));
            if (mount.MountPoint == "/" || !isOutside)
                continue;
            bool isMask = spec.Linux?.MaskedPaths?.Contains(mount.MountPoint) == true;
            string key = isMask ? NullDevice : mount.MountPoint;
            options.Add(23, new Message().Add(1, mount.MountPoint).Add(2, key));
            sources[key] = isMask ? NullDevice : SourceOf(spec, bundle, mount.MountPoint) ?? HostPathOf(mount)
                ?? mount.MountPoint;
        }
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach ((string key, string source) in sources)
                json.WriteString(key, source);
            json.WriteEndObject();
        }
        criu.Write(FileName, buffer.ToArray());
    }

    /// <summary>Adds their sources to criu_opts; those of the configuration win over those that were noted.</summary>
    public static void AddForRestore(Message options, ContainerSpec spec, string bundle, string images)
    {
        var sources = new SortedDictionary<string, string>(StringComparer.Ordinal) { [NullDevice] = NullDevice };
        if (AtomicFile.Read(Path.Combine(images, FileName)) is { } json)
        {
            using JsonDocument noted = JsonDocument.Parse(json);
            foreach (JsonProperty one in noted.RootElement.EnumerateObject())
                sources[one.Name] = one.Value.GetString() ?? "";
        }
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            if (IsBind(mount))
                sources[mount.Destination] = SourceOf(mount, bundle);
        }
        foreach ((string key, string source) in sources)
            options.Add(23, new Message().Add(1, key).Add(2, source));
    }

    /// <summary>Whether a mount is a view of something else.</summary>
    public static bool IsBind(MountSpec mount) => mount.Type == "bind"
        || mount.Options?.Any(option => option is "bind" or "rbind") == true;

    /// <summary>Absolute path of a bind's source.</summary>
    public static string SourceOf(MountSpec mount, string bundle) => Path.GetFullPath(mount.Source ?? "", bundle);

    /// <summary>
    /// Where on the host a mount's destination lies: a directory, and a path below it; <see langword="null"/> where it lies in a
    /// filesystem of the container's own, whose directories criu brings back.
    /// </summary>
    public static (string Directory, string Path)? PlaceOf(ContainerSpec spec, string bundle, string rootfs, MountSpec mount)
    {
        MountSpec? outer =
            spec.Mounts!.TakeWhile(one => one != mount).LastOrDefault(one => IsBelow(mount.Destination, one.Destination));
        if (outer is null)
            return (rootfs, mount.Destination);
        return IsBind(outer) ? (SourceOf(outer, bundle), mount.Destination[outer.Destination.TrimEnd('/').Length..]) : null;
    }

    /// <summary>The source of what is mounted at or below a bind of the configuration.</summary>
    private static string? SourceOf(ContainerSpec spec, string bundle, string point)
    {
        MountSpec? bind = (spec.Mounts ?? []).Where(IsBind)
            .Where(mount => point == mount.Destination || IsBelow(point, mount.Destination))
            .MaxBy(mount => mount.Destination.Length);
        return bind is null ? null : SourceOf(bind, bundle) + point[bind.Destination.TrimEnd('/').Length..];
    }

    private static bool IsBelow(string path, string directory) =>
        path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string? HostPathOf(MountInfo mount)
    {
        MountInfo? whole =
            MountInfo.Of(Environment.ProcessId).FirstOrDefault(one => one.Device == mount.Device && one.Root == "/");
        return whole is null ? null : mount.Root == "/" ? whole.MountPoint : whole.MountPoint + mount.Root;
    }
}
