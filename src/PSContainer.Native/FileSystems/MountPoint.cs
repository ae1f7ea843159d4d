using PSContainer.Mounts;

namespace PSContainer.FileSystems;

/// <summary>
/// A mount, live: what it is stays, whether it is there and writable is read when it is asked for. No property throws.
/// </summary>
public sealed class MountPoint : IEquatable<MountPoint>
{
    private readonly int? process;
    private MountInfo info;

    internal MountPoint(MountInfo info, int? process = null) => (this.info, this.process) = (info, process);

    internal MountPoint(MountInfo info, IReadOnlyList<string> namespaces) => (this.info, NamespaceFiles) = (info, namespaces);

    /// <summary>Files of the namespaces it was asked for in; empty: this one's.</summary>
    internal IReadOnlyList<string> NamespaceFiles { get; } = [];

    /// <summary>Files of the namespaces to be in to see it; empty: this one's.</summary>
    internal IReadOnlyList<string> View => process is { } pid
        ? [string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{pid}/ns/mnt")]
        : NamespaceFiles;

    /// <summary>The mount's id, as in mountinfo; another gets it once this one is gone.</summary>
    public int Id => info.Id;

    /// <summary>Id of the mount that it is mounted on.</summary>
    public int ParentId => info.ParentId;

    /// <summary>
    /// An id that no other mount ever gets; <see langword="null"/> where the kernel has none (before Linux 6.8).
    /// </summary>
    public long? UniqueId => info.UniqueId == 0 ? null : info.UniqueId;

    /// <summary>Where it is mounted, below the root of the process that sees it.</summary>
    public string Path => info.MountPoint;

    /// <summary>The type of the filesystem.</summary>
    public string Type => info.FileSystem;

    /// <summary>The device or name.</summary>
    public string Source => info.Source;

    /// <summary>The directory of the filesystem that is mounted; not <c>/</c> for most binds.</summary>
    public string Root => info.Root;

    /// <summary>The filesystem's device, <c>MAJOR:MINOR</c>.</summary>
    public string Device => info.Device;

    /// <summary>Options of this mount: <c>ro</c>, <c>nosuid</c>, <c>relatime</c>.</summary>
    public IReadOnlyList<string> Options => Now.Options.ToArray();

    /// <summary>Options of the filesystem, which all of its mounts have.</summary>
    public IReadOnlyList<string> FileSystemOptions => Now.SuperOptions.ToArray();

    /// <summary>Private, or what it is shared with: <c>shared:N</c>, <c>master:N</c>, <c>unbindable</c>.</summary>
    public string Propagation => Now.Propagation is { Length: > 0 } tags ? tags : "private";

    /// <summary>Whether nothing can be written through it.</summary>
    public bool IsReadOnly => Now.IsReadOnly;

    /// <summary>Whether it is still mounted.</summary>
    public bool IsMounted => Find() is not null;

    /// <summary>A process in whose mount namespace it is; <see langword="null"/>: in this one.</summary>
    public int? ProcessId => process;

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    /// <inheritdoc/>
    public bool Equals(MountPoint? other) =>
        other is not null && Id == other.Id && info.UniqueId == other.info.UniqueId && process == other.process
            && Path == other.Path;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MountPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Path);

    /// <summary>
    /// All mounts of this mount namespace, in the kernel's order: a later one at the same path covers the earlier.
    /// </summary>
    public static IReadOnlyList<MountPoint> List() => [.. MountTable.Current.Select(mount => new MountPoint(mount))];

    /// <summary>All mounts that a process sees.</summary>
    /// <exception cref="ContainerException">There is no such process, or it may not be looked at.</exception>
    public static IReadOnlyList<MountPoint> List(int processId)
    {
        IReadOnlyList<MountInfo> mounts = MountInfo.Of(processId);
        return mounts.Count > 0
            ? [.. mounts.Select(mount => new MountPoint(mount, processId))]
            : throw new InvalidMountException(
                $"The mounts of process {processId} cannot be read.", "Check that it runs, and that you may look at it.")
            { Call = "openat", Errno = Kernel.Errno.ESRCH, Target = $"/proc/{processId}/mountinfo" };
    }

    /// <summary>The mount whose root a path is.</summary>
    /// <returns>The mount, or <see langword="null"/> when nothing is mounted there.</returns>
    public static MountPoint? Find(string path) => MountTable.At(path) is { } mount ? new(mount) : null;

    private MountInfo Now
    {
        get
        {
            if (Find() is { } now)
                info = now;
            return info;
        }
    }

    private MountInfo? Find() =>
        Table().FirstOrDefault(one => one.Id == info.Id && one.Device == info.Device && one.MountPoint == info.MountPoint);

    /// <summary>All that is mounted where it is; nothing when that cannot be seen any more.</summary>
    internal IReadOnlyList<MountInfo> Table()
    {
        try
        {
            return process is { } pid ? MountInfo.Of(pid) : NamespaceVisit.Run(NamespaceFiles, () => MountTable.Current);
        }
        catch (ContainerException)
        {
            return []; // The namespace is gone, and the mount with it.
        }
    }
}
