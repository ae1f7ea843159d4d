using System.Globalization;
using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>What is wrong with an overlay that is asked for, said before anything is touched.</summary>
internal static class OverlayChecks
{
    /// <summary>OVL_MAX_STACK: lower directories of one overlay.</summary>
    internal const int MaxLowers = 500;

    private static readonly string[] RedirectWords = ["on", "off", "follow", "nofollow"];
    private static readonly string[] OwnOptions = ["lowerdir", "lowerdir+", "datadir+", "upperdir", "workdir"];

    /// <summary>Checks everything that can be known beforehand.</summary>
    /// <param name="request">What is asked, its paths absolute.</param>
    internal static void Run(OverlayRequest request)
    {
        CheckOptions(request);
        if (request.Lower.Count == 0)
            throw new InvalidMountException("An overlay needs a lower directory.", "Give one with -Lower ./directory.");
        if (request.Lower.Count > MaxLowers)
        {
            throw new InvalidMountException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{request.Lower.Count} lower directories are more than the kernel takes ({MaxLowers})."),
                "Merge some of them first, with Merge-Overlay.");
        }
        foreach (string lower in request.Lower)
            RequireDirectory(lower, "lower");
        CheckDepth(request.Lower);
        CheckOverlap([.. request.Lower.Select(lower => ("lower", lower)), .. Uppers(request)]);
        if (request.Path is { } path)
        {
            RequireDirectory(Path.Exists(path) ? path : Path.GetDirectoryName(path)!, Path.Exists(path) ? "mount point"
                : "parent");
            RequireFree(path);
        }
        if (request.Upper is not null)
            CheckUpper(request);
    }

    // The path is an overlay's name: of two nobody could say which is meant, and the lower one's layers would be in use unseen.
    private static void RequireFree(string path)
    {
        if (MountTable.At(path) is not { FileSystem: "overlay" })
            return;
        throw new MountBusyException(
            $"There is an overlay on '{path}' already.", $"Choose another place, or first: Dismount-Overlay '{path}'", [])
        { Errno = Errno.EBUSY, Target = path };
    }

    /// <summary>The upper and work directories, with what they are.</summary>
    private static IEnumerable<(string Kind, string Path)> Uppers(OverlayRequest request) =>
        request.Upper is { } upper ? [("upper", upper), ("work", request.Work ?? DefaultWork(upper))] : [];

    /// <summary>The work directory of an upper one when none was given.</summary>
    internal static string DefaultWork(string upper) => upper.TrimEnd('/') + ".work";

    private static void CheckOptions(OverlayRequest request)
    {
        if (request is { Ephemeral: true, Upper: not null })
            throw new InvalidMountException(
                "-Ephemeral keeps the changes in memory, -Upper in a directory.", "Use one of them.");
        if (request is { Ephemeral: false, Upper: null, ReadOnly: false })
            throw new InvalidMountException(
                "Nothing says where the overlay's changes go.",
                "Give a directory with -Upper ./delta, keep them in memory with -Ephemeral, or allow none with -ReadOnly.");
        if (request is { Work: not null, Upper: null })
            throw new InvalidMountException("A work directory needs an upper one.", "Give it with -Upper, or leave out -Work.");
        bool hasUpper = request.Ephemeral || request.Upper is not null;
        if (!hasUpper && (request.Volatile || request.Index || request.Metacopy))
            throw new InvalidMountException(
                "-Volatile, -Index and -Metacopy are about changes, and this overlay can have none.",
                    "Give an upper directory with -Upper.");
        if (request.RedirectDir is { } word && !RedirectWords.Contains(word))
        {
            throw new InvalidMountException(
                $"'{word}' is no setting of redirect_dir.", "Use " + string.Join(", ", RedirectWords) + ".");
        }
        if (request.UserXattr && (request.Metacopy || request.RedirectDir is "on" or "follow"))
            throw new InvalidMountException(
                "The kernel allows neither -Metacopy nor -RedirectDir with -UserXattr.", "Leave one of them out.");
        if (request.Metacopy && request.RedirectDir is "off" or "nofollow")
            throw new InvalidMountException("-Metacopy needs redirects.", "Leave out -RedirectDir, or set it to on.");
        foreach (string option in request.Options)
        {
            string name = option.Split('=')[0];
            if (OwnOptions.Contains(name))
                throw new InvalidMountException($"The option '{name}' is given in another way.", "Use -Lower, -Upper and -Work.");
            if (name.Length == 0 || option.Contains('\0'))
                throw new InvalidMountException($"'{option}' is no mount option.", "Write it as xino=on.");
        }
    }

    private static void RequireDirectory(string path, string kind)
    {
        nint result = MountTable.Look(path, out statx_data data);
        if (-result is Errno.ENOENT or Errno.ENOTDIR)
            throw new RootfsNotFoundException(
                $"The {kind} directory '{path}' does not exist.",
                kind is "mount point" or "parent" ? "Make it first."
                    : "Give a directory that is there; Expand-ContainerImage makes one of an archive.")
            { Call = "statx", Errno = (int)-result, Target = path };
        Syscall.Check(result, "statx", path);
        if ((data.stx_mode & S_IFMT) != S_IFDIR)
            throw new RootfsNotFoundException(
                $"The {kind} directory '{path}' is a {Rooted.FileStatus.KindOf(data.stx_mode)}.", "Give a directory.")
            { Call = "statx", Errno = Errno.ENOTDIR, Target = path };
    }

    // FILESYSTEM_MAX_STACK_DEPTH: an overlay may be a layer of another, and that is all.
    private static void CheckDepth(IReadOnlyList<string> lowers)
    {
        const int Most = 2;
        IReadOnlyList<Mounts.MountInfo> mounts = MountTable.Current;
        foreach (string lower in lowers)
        {
            if (DepthOf(lower, mounts, Most) < Most)
                continue;
            throw new InvalidMountException(
                $"The lower directory '{lower}' is an overlay of an overlay already, and the kernel puts no third one over it.",
                "Make a directory of it first, with Merge-Overlay.")
            { Target = lower };
        }
    }

    private static int DepthOf(string path, IReadOnlyList<Mounts.MountInfo> mounts, int most)
    {
        if (most == 0 || MountTable.Look(path, out statx_data data) < 0)
            return 0;
        if (mounts.FirstOrDefault(one => one.Id == (int)data.stx_mnt_id) is not { FileSystem: "overlay" } mount)
            return 0;
        OverlayLayerText layers = OverlayLayerText.Of(mount);
        return 1 + layers.Lower.Append(layers.Upper).OfType<string>().Where(layer => layer.StartsWith('/'))
            .Select(layer => DepthOf(layer, mounts, most - 1)).DefaultIfEmpty().Max();
    }

    // The kernel says ELOOP to all of these, and nothing else.
    private static void CheckOverlap(IReadOnlyList<(string Kind, string Path)> layers)
    {
        var seen = new Dictionary<DirectoryIdentity, (string Kind, string Path)>();
        foreach ((string kind, string path) in layers)
        {
            if (DirectoryIdentity.Of(path) is { } identity && !seen.TryAdd(identity, (kind, path)))
            {
                (string otherKind, string other) = seen[identity];
                throw new InvalidMountException(
                    $"The {kind} directory '{path}' and the {otherKind} directory '{other}' are the same.",
                    "Give each layer a directory of its own.")
                { Target = path };
            }
        }
        foreach ((string kind, string path) in layers)
        {
            for ((string current, int depth) = (path + "/..", 0); depth < 4096; (current, depth) = (current + "/..", depth + 1))
            {
                // A directory that is not there yet lies where its name says.
                string place = Path.Exists(path) ? current : Path.GetDirectoryName(path)! + string.Concat(Enumerable.Repeat(
                    "/..", depth));
                if (DirectoryIdentity.Of(place) is not { } above)
                    break;
                if (seen.TryGetValue(above, out (string Kind, string Path) outer))
                {
                    throw new InvalidMountException(
                        $"The {kind} directory '{path}' lies in the {outer.Kind} directory '{outer.Path}'.",
                        "Give each layer a directory outside of the others.")
                    { Target = path };
                }
                if (above == DirectoryIdentity.Of("/"))
                    break;
            }
        }
    }

    private static void CheckUpper(OverlayRequest request)
    {
        string upper = request.Upper!, work = request.Work ?? DefaultWork(upper);
        foreach ((string kind, string path) in new[] { ("upper", upper), ("work", work) })
        {
            if (Path.Exists(path))
                RequireDirectory(path, kind);
            else
                RequireDirectory(Path.GetDirectoryName(path.TrimEnd('/'))!, "parent");
        }
        string upperPlace = Existing(upper), workPlace = Existing(work);
        if (Statfs.Type(upperPlace) == Statfs.OVERLAYFS_SUPER_MAGIC)
            throw new OverlayUnsupportedException(
                $"The upper directory '{upper}' lies on an overlay itself, which the kernel does not allow.",
                "Choose a directory on another filesystem, or use -Ephemeral.")
            { Target = upper };
        MountTable.Look(upperPlace, out statx_data upperData);
        MountTable.Look(workPlace, out statx_data workData);
        if (upperData.stx_mnt_id != workData.stx_mnt_id)
            throw new InvalidMountException(
                $"The work directory '{work}' and the upper directory '{upper}' are not on the same mount.",
                "Leave out -Work: then it is made beside the upper directory.")
            { Target = work };
        if (MountTable.At(upperPlace) is { IsReadOnly: true } || IsReadOnly(upperPlace))
            throw new OverlayUnsupportedException(
                $"The filesystem of the upper directory '{upper}' is read-only.", "Choose a directory on another filesystem.")
            { Errno = Errno.EROFS, Target = upper };
        RequireUnused(upper, "upper");
        RequireUnused(work, "work");
        if (Path.Exists(Path.Combine(work, "work/incompat/volatile")))
            throw new InvalidMountException(
                $"The upper directory '{upper}' was used with -Volatile and not dismounted: what is in it may be damaged.",
                $"Throw it away, or keep it as it is by removing '{work}'.")
            { Target = upper };
    }

    private static string Existing(string path) => Path.Exists(path) ? path : Path.GetDirectoryName(path.TrimEnd('/'))!;

    private static bool IsReadOnly(string path)
    {
        MountTable.Look(path, out statx_data data);
        return MountTable.Current.FirstOrDefault(mount => mount.Id == (int)data.stx_mnt_id) is { IsReadOnly: true };
    }

    // Without the index the kernel only warns, in its log: what two overlays make of one upper directory is undefined.
    private static void RequireUnused(string path, string kind)
    {
        if (DirectoryIdentity.Of(path) is not { } identity)
            return;
        foreach (Mounts.MountInfo mount in MountTable.Current.Where(mount => mount.FileSystem == "overlay"))
        {
            OverlayLayerText layers = OverlayLayerText.Of(mount);
            if (Uses(layers.Upper, "") || Uses(layers.Work, ""))
                throw InUse($"the overlay on '{mount.MountPoint}'", $"Dismount-Overlay '{mount.MountPoint}'");
        }
        if (MountTable.Lasting(UsersElsewhere) is [int user, ..])
        {
            throw InUse(string.Create(CultureInfo.InvariantCulture, $"an overlay in the mount namespace of process {user}"),
                "end what runs there");
        }

        IReadOnlyList<int> UsersElsewhere() => [.. MountTable.Elsewhere()
            .Where(other => other.Mounts.Where(mount => mount.FileSystem == "overlay").Select(OverlayLayerText.Of)
                .Any(layers => UsesThere(layers, string.Create(CultureInfo.InvariantCulture, $"/proc/{other.Pid}/root"))))
            .Select(other => other.Pid)];

        bool UsesThere(OverlayLayerText layers, string root) =>
            Uses(layers.Upper, root) || Uses(layers.Work, root) || Uses(layers.Upper, "") || Uses(layers.Work, "");

        bool Uses(string? layer, string root) =>
            layer?.StartsWith('/') == true && DirectoryIdentity.Of(root + layer) == identity;

        MountBusyException InUse(string user, string remedy) => new(
            $"The {kind} directory '{path}' is in use by {user}.", $"Choose another, or first: {remedy}", [])
        { Errno = Errno.EBUSY, Target = path };
    }
}
