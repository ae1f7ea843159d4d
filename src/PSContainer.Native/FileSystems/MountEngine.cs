using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Namespaces;
using PSContainer.Spec;
using static PSContainer.Kernel.Files;

namespace PSContainer.FileSystems;

/// <summary>Mounts and unmounts filesystems of any type: what the cmdlets call.</summary>
public sealed class MountEngine(ContainerEngine engine)
{
    /// <summary>One that knows the user's own containers.</summary>
    public static MountEngine Default => new(ContainerEngine.Default);

    /// <summary>Checks a mount that is asked for, and says what it takes. Nothing is made yet.</summary>
    /// <exception cref="ContainerException">What is asked is wrong.</exception>
    public static MountOperation<MountPoint> PrepareMount(FileSystemRequest request)
    {
        string type = request.Type ?? "bind";
        MountOptions options = Options(request, type);
        _ = Rooted.PathBytes.From(request.Path);
        if (request.Namespaces.Count == 0)
            OverlayFeatures.RequireMounting(request.Path);
        // Here, because the files of the namespaces need not be there in the mount namespace that is visited.
        string? pids = type == "proc" ? NamespaceVisit.PidNamespace(request.Namespaces) : null;
        return NamespaceVisit.Run(request.Namespaces, () =>
        {
            statx_data place = RequirePlace(request.Path);
            var calls = new FileSystemCalls(request, options);
            return options.IsBind ? calls.Bind(place) : calls.Make(type, pids, place);
        });
    }

    private static MountOptions Options(FileSystemRequest request, string type)
    {
        try
        {
            return MountOptions.Parse(new MountSpec
            {
                Destination = request.Path, Type = type == "rbind" ? "bind" : type, Source = request.Source,
                Options = type == "rbind" ? ["rbind", .. request.Options] : request.Options,
            });
        }
        catch (InvalidSpecException wrong)
        {
            throw new InvalidMountException(wrong.Message, wrong.Recommendation) { Target = wrong.Target };
        }
    }

    /// <summary>Mounts a filesystem.</summary>
    /// <exception cref="ContainerException">What is asked is wrong, or the kernel refuses; nothing is left of it.</exception>
    public static MountPoint Mount(FileSystemRequest request) => PrepareMount(request).Run();

    /// <summary>The mounts of the mount namespace among these, or of this one.</summary>
    public static IReadOnlyList<MountPoint> List(IReadOnlyList<string> namespaces) =>
        [.. NamespaceVisit.Run(namespaces, () => MountTable.Current).Select(mount => new MountPoint(mount, namespaces))];

    /// <summary>All mounts of a mount namespace.</summary>
    /// <exception cref="ContainerException">It is gone, or may not be looked at.</exception>
    public static IReadOnlyList<MountPoint> List(Namespace mountNamespace)
    {
        try
        {
            return List([mountNamespace.RequirePath()]);
        }
        catch (ContainerException refused) when (refused.Errno == Errno.EPERM && mountNamespace.ProcessId is { } pid)
        {
            // Only who has CAP_SYS_ADMIN may enter it, but who may look at a process sees its mounts.
            return MountPoint.List(pid);
        }
    }

    /// <summary>Mounts in an order in which they can be unmounted: what is mounted on another one comes before it.</summary>
    public static IReadOnlyList<MountPoint> InnermostFirst(IEnumerable<MountPoint> mounts)
    {
        return [.. mounts.Distinct().GroupBy(mount => string.Join('\n', mount.View)).SelectMany(Order)];

        static IEnumerable<MountPoint> Order(IEnumerable<MountPoint> view)
        {
            Dictionary<int, int> parents = view.First().Table().DistinctBy(mount => mount.Id)
                .ToDictionary(mount => mount.Id, mount => mount.ParentId);
            return view.OrderByDescending(mount => Depth(parents, mount.Id));
        }
    }

    private static int Depth(Dictionary<int, int> parents, int id)
    {
        int depth = 0;
        while (depth < parents.Count && parents.TryGetValue(id, out int parent))
            (id, depth) = (parent, depth + 1);
        return depth;
    }

    /// <summary>Says what unmounting takes. Nothing is done yet.</summary>
    /// <param name="mount">What to unmount.</param>
    /// <param name="recurse">Whether what is mounted below goes first.</param>
    /// <param name="lazy">Whether it goes out of sight at once, and for good when its last user has ended.</param>
    /// <param name="force">Whether a server that does not answer is not waited for.</param>
    /// <exception cref="MountPointNotFoundException">It is not mounted any more.</exception>
    public MountOperation<bool> PrepareDismount(MountPoint mount, bool recurse, bool lazy, bool force)
    {
        var operation = new MountOperation<bool>();
        IReadOnlyList<string> view = mount.View;
        if (view.Count == 0)
            OverlayFeatures.RequireMounting(mount.Path, "umount2");
        IReadOnlyList<MountInfo> all = NamespaceVisit.Run(view, () => MountTable.Current);
        MountInfo top = all.FirstOrDefault(one => one.Id == mount.Id && one.MountPoint == mount.Path)
            ?? throw new MountPointNotFoundException(mount.Path) { Target = mount.Path };
        foreach (MountInfo one in recurse ? Below(all, top) : [top])
        {
            operation.Add("umount2", one.MountPoint, lazy ? "MNT_DETACH" : force ? "MNT_FORCE" : "", () =>
                NamespaceVisit.Run(view, () =>
            {
                RequireOnTop(one);
                MountRemoval.Unmount(one, lazy, force, engine);
                return true;
            }));
        }
        operation.Yield(() => true);
        return operation;
    }

    // umount2 takes the last that was mounted on a path, whichever is meant.
    private static void RequireOnTop(MountInfo mount)
    {
        if (MountTable.At(mount.MountPoint) is { } top && top.Id != mount.Id)
        {
            throw new InvalidMountException(
                $"'{mount.MountPoint}' ({mount.FileSystem}) is covered by another mount on the same path ({top.FileSystem}).",
                $"Unmount that one first: Dismount-FileSystem '{mount.MountPoint}'")
            { Target = mount.MountPoint };
        }
    }

    // The deepest first.
    private static List<MountInfo> Below(IReadOnlyList<MountInfo> all, MountInfo top)
    {
        List<MountInfo> order = [];
        Add(top);
        order.Reverse();
        return order;

        void Add(MountInfo mount)
        {
            order.Add(mount);
            foreach (MountInfo child in all.Where(one => one.ParentId == mount.Id && one.Id != mount.Id))
                Add(child);
        }
    }

    private static statx_data RequirePlace(string path)
    {
        nint result = MountTable.Look(path, out statx_data data);
        if (-result is Errno.ENOENT or Errno.ENOTDIR)
            throw new InvalidMountException($"The mount point '{path}' does not exist.",
                $"Make it first: New-Item -ItemType Directory '{path}'")
            { Call = "statx", Errno = (int)-result, Target = path };
        Syscall.Check(result, "statx", path);
        return data;
    }
}
