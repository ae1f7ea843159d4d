using System.Text;
using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Start;

/// <summary>
/// /etc/hosts, /etc/hostname and, in a network that is somebody's, /etc/resolv.conf: by them a container finds itself, localhost and
/// others. They are files of the state directory, bound read-only over those of the root filesystem, which stays as it is.
/// </summary>
internal static class NameFiles
{
    private const string Hosts = "/etc/hosts", Hostname = "/etc/hostname", Resolver = "/etc/resolv.conf";
    private const string HostsResolver = "/etc/resolv.conf", SystemdResolver = "/run/systemd/resolve/resolv.conf";

    private const string Loopback = """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::0	ip6-localnet
        ff00::0	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <summary>The configuration with the binds, and what is to be written, by name in the state directory.</summary>
    /// <param name="spec">A composed configuration.</param>
    /// <param name="options">What it was composed of.</param>
    /// <param name="facts">The host.</param>
    /// <param name="directory">The container's state directory.</param>
    internal static (ContainerSpec Spec, IReadOnlyDictionary<string, string> Files) Add(
        ContainerSpec spec, ContainerOptions options, HostFacts facts, string directory)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        // Another mount namespace need not have the state directory.
        if (options.MountMode.Kind != NamespaceModeKind.Private)
            return (spec, files);
        using RootedDirectory root = RootComposer.Open(options);
        bool isLayered = spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true;
        var mounts = new List<MountSpec>(spec.Mounts ?? []);
        // Those of the host are under the same law: a file made to bind them on would stay in the root filesystem.
        int hosts = mounts.RemoveAll(mount => mount is { Type: "bind", Destination: Hosts or Resolver }
            && mount.Source == mount.Destination && !IsCovered(mount.Destination, options) && !HasPlace(root, mount.Destination, isLayered, spec.Linux));
        foreach ((string path, string? text) in Contents(spec, options, facts))
        {
            if (text is null || IsCovered(path, options) || !HasPlace(root, path, isLayered, spec.Linux))
                continue;
            string name = Path.GetFileName(path);
            files[name] = text;
            mounts.RemoveAll(mount => mount.Destination == path);
            mounts.Add(new()
            {
                Destination = path, Type = "bind", Source = $"{directory}/{name}",
                Options = ["bind", "rprivate", "ro", "nosuid", "nodev", "noexec"],
            });
        }
        return (files.Count == 0 && hosts == 0 ? spec : spec with { Mounts = mounts }, files);
    }

    /// <summary>Writes them, for everybody in the container to read.</summary>
    internal static void Write(string directory, IReadOnlyDictionary<string, string> files)
    {
        const uint Readable = 0x1A4;
        foreach ((string name, string text) in files)
            AtomicFile.Write($"{directory}/{name}", Encoding.UTF8.GetBytes(text), Readable);
    }

    /// <summary>A configuration without the binds, which belong to one container alone.</summary>
    internal static ContainerSpec Remove(ContainerSpec spec) =>
        spec.Mounts?.Any(IsOwn) == true ? spec with { Mounts = [.. spec.Mounts.Where(static mount => !IsOwn(mount))] } : spec;

    // The source is a file of the same name in a directory whose name is an id.
    private static bool IsOwn(MountSpec mount)
    {
        const int IdLength = 64;
        return mount is { Destination: Hosts or Hostname or Resolver, Type: "bind", Source: { } source }
            && Path.GetFileName(source) == Path.GetFileName(mount.Destination)
            && Path.GetFileName(Path.GetDirectoryName(source)) is { Length: IdLength } id && id.All(char.IsAsciiHexDigitLower);
    }

    private static IEnumerable<(string Path, string? Text)> Contents(ContainerSpec spec, ContainerOptions options, HostFacts facts)
    {
        NamespaceModeKind network = (options.Network ?? NetworkMode.None).Namespace.Kind;
        string? name = spec.Hostname ?? (options.UtsMode.Kind == NamespaceModeKind.Host ? facts.HostName : null);
        string known = (network == NamespaceModeKind.Host || options.Rootfs!.IsHost) && ProcFile.Read(Hosts) is { Length: > 0 } hosts ? EndedLine(hosts) : Loopback;
        // Of a name that the host's file has it knows best what it means.
        yield return (Hosts, name is null || Words(known).Contains(name) ? known : $"{known}127.0.0.1\t{name}\n");
        yield return (Hostname, spec.Hostname is null || options.Rootfs!.IsHost ? null : $"{spec.Hostname}\n");
        // Alone with its loopback it can ask nobody; with the host's network it has the host's own file.
        yield return (Resolver, network is NamespaceModeKind.Path or NamespaceModeKind.Container ? ReachableResolver() : null);
    }

    // What listens on the host's loopback (systemd-resolved) is not on another's.
    private static string? ReachableResolver() =>
        new[] { HostsResolver, SystemdResolver }.Select(ProcFile.Read).FirstOrDefault(static text => text is not null && HasReachable(text));

    /// <summary>Whether a resolv.conf(5) names a server that is not on a loopback.</summary>
    internal static bool HasReachable(string text) => text.Split('\n').Any(static line =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var server, ..]
        && !server.StartsWith("127.", StringComparison.Ordinal) && server != "::1");

    private static IEnumerable<string> Words(string hosts) =>
        hosts.Split('\n').SelectMany(static line => line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1));

    private static string EndedLine(string text) => text.EndsWith('\n') ? text : text + "\n";

    // By what the caller has put there, or above it: a mount of his own, or a cover.
    private static bool IsCovered(string path, ContainerOptions options) =>
        options.Mounts.Select(static mount => mount.Destination).Concat(options.MaskedPaths).Any(place =>
            PathWord.RequireInside(place, "A mount's destination") is var covered
            && (PathWord.IsBelow(path, covered) || PathWord.IsBelow(covered, path)));

    // A bind needs a file below it. Only in a layer of the container's own one may be made, and none that a link of the image leads
    // to; nor is anything bound over what is no file.
    private static bool HasPlace(RootedDirectory root, string path, bool isLayered, LinuxSpec? linux)
    {
        byte[] name = PathBytes.From(path);
        nint opened = root.TryOpen(name, Files.O_PATH);
        if (opened >= 0)
        {
            using var file = new FileHandle((int)opened);
            return Files.statx(file.Fd, "", Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data found) >= 0
                && (found.stx_mode & Files.S_IFMT) == Files.S_IFREG;
        }
        if (opened != -Errno.ENOENT || !isLayered || !CanMake(root, linux))
            return false;
        nint link = root.TryOpen(name, Files.O_PATH | Files.O_NOFOLLOW);
        if (link >= 0)
            new FileHandle((int)link).Dispose();
        return link == -Errno.ENOENT;
    }

    // The root of a user namespace makes files only in directories whose owner and group have ids there; what those are in a
    // namespace that is joined is not known here.
    private static bool CanMake(RootedDirectory root, LinuxSpec? linux)
    {
        nint opened = root.TryOpen(PathBytes.From("/etc"), Files.O_PATH | Files.O_DIRECTORY);
        if (opened < 0)
            return false;
        using var directory = new FileHandle((int)opened);
        if (linux?.Namespaces?.FirstOrDefault(static item => item.Type == "user") is not { } user)
            return true;
        return user.Path is null
            && Files.statx(directory.Fd, "", Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data found) >= 0
            && HasIdInside(linux.UidMappings, found.stx_uid) && HasIdInside(linux.GidMappings, found.stx_gid);
    }

    private static bool HasIdInside(IReadOnlyList<IdMapping>? maps, uint id) =>
        maps?.Any(map => id >= map.HostId && id - map.HostId < map.Size) == true;
}
