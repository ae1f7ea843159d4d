using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Plan;

/// <summary>Divides a lower directory with other mounts below it into parts that have none. See <see cref="RootPart"/>.</summary>
internal sealed class RootPartsReader
{
    // Sticky, and everybody may write: /tmp and its like.
    private const uint AnybodysOwn = 0x3ff;

    private readonly List<RootPart> _parts = [];
    private readonly HashSet<string> _mountPoints;
    private readonly string _lower;

    private RootPartsReader(string lower, IEnumerable<string> mountPoints)
    {
        _lower = lower.TrimEnd('/');
        _mountPoints = [.. mountPoints];
    }

    /// <summary>The parts of a configuration's root; none when it is no overlay or can be one as a whole.</summary>
    /// <exception cref="InvalidSpecException">Several lower directories, or one with an upper that stays, have mounts below.</exception>
    internal static IReadOnlyList<RootPart> Read(ContainerSpec spec)
    {
        bool entersUserNamespace = spec.Linux?.Namespaces?.Any(one => one.Type == "user") == true;
        if (!(entersUserNamespace || UserNamespace.IsInside) || spec.Annotations?.GetValueOrDefault(Annotation.OverlayLower) is not { } text)
            return [];
        List<string> lowers = SpecReader.ParseTexts(text, Annotation.OverlayLower);
        string[] mountPoints = [.. MountInfo.Of(Environment.ProcessId).Select(mount => mount.MountPoint)];
        if (lowers.Find(lower => mountPoints.Any(point => IsBelow(point, lower))) is not { } divided)
            return [];
        if (!entersUserNamespace && MayLookUnder(divided))
            return [];
        if (lowers.Count > 1 || spec.Annotations.ContainsKey(Annotation.OverlayUpper))
        {
            throw new InvalidSpecException(
                $"Something is mounted below the lower directory '{divided}', under which a user namespace may not look.",
                "Use one lower directory and no upper, unmount what is below it, or copy it.")
            { Target = divided };
        }
        var reader = new RootPartsReader(divided, mountPoints);
        reader.Divide("");
        return reader._parts;
    }

    // In a user namespace that is here already only mounts that came from outside are locked. Overlayfs asks what this call does.
    private static bool MayLookUnder(string directory)
    {
        nint tree = MountCalls.open_tree(directory, recursive: false);
        if (tree >= 0)
            Syscall.Call(SyscallNumber.close, tree);
        return tree >= 0;
    }

    private static bool IsBelow(string path, string directory) =>
        path.Length > 1 && path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    private void Divide(string directory)
    {
        nint fd = openat(AT_FDCWD, $"{_lower}{directory}/.", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        // What the caller may not read stays empty: he could not see it in the container either.
        if (fd < 0)
            return;
        using var handle = new FileHandle((int)fd);
        foreach (byte[] name in TreeRemoval.Names(handle.Fd, _lower + directory))
        {
            if (statx(handle.Fd, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data data) == 0)
                Add($"{directory}/{PathBytes.Describe(name)}", data.stx_mode);
        }
    }

    private void Add(string path, uint mode)
    {
        string source = _lower + path;
        uint bits = mode & 0xfff;
        switch (mode & S_IFMT)
        {
            case S_IFLNK when new FileInfo(source).LinkTarget is { } target:
                _parts.Add(new(RootPartKind.Link, path, target, 0));
                break;
            case S_IFREG:
                _parts.Add(new(RootPartKind.File, path, source, 0));
                break;
            case S_IFDIR when (bits & AnybodysOwn) == AnybodysOwn:
                _parts.Add(new(RootPartKind.Temporary, path, source, bits));
                break;
            case S_IFDIR when _mountPoints.Contains(source) || source == "/run":
                _parts.Add(new(RootPartKind.Directory, path, source, bits));
                break;
            case S_IFDIR when _mountPoints.Any(point => IsBelow(point, source)):
                _parts.Add(new(RootPartKind.Directory, path, source, bits));
                Divide(path);
                break;
            case S_IFDIR:
                _parts.Add(new(RootPartKind.Overlay, path, source, bits));
                break;
        }
    }
}
