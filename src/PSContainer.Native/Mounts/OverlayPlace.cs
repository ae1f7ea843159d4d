using System.Globalization;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.State;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>
/// A directory of the state directory that belongs to one overlay: where it is mounted when nobody said where, and the memory of
/// an ephemeral one. See docs/design.md, "Overlays".
/// </summary>
internal sealed class OverlayPlace
{
    private const string PlacesDirectory = ".overlays", OwnerFile = "owner", PathFile = "path";
    private const int IdBytes = 6;
    private readonly StateStore store;

    private OverlayPlace(StateStore store, string id) => (this.store, Id) = (store, id);

    /// <summary>The directory's name.</summary>
    internal string Id { get; }

    /// <summary>The directory.</summary>
    internal string Directory => Path.Combine(store.Root, PlacesDirectory, Id);

    /// <summary>Where the overlay is mounted unless its maker chose another path.</summary>
    internal string Root => Path.Combine(Directory, "root");

    /// <summary>The tmpfs of an ephemeral overlay.</summary>
    internal string Layer => Path.Combine(Directory, "layer");

    /// <summary>The upper directory of an ephemeral overlay.</summary>
    internal string Upper => Path.Combine(Layer, "upper");

    /// <summary>The work directory of an ephemeral overlay.</summary>
    internal string Work => Path.Combine(Layer, "work");

    /// <summary>An empty directory: the second layer of an overlay that has only one.</summary>
    internal string Empty => Path.Combine(Directory, "empty");

    /// <summary>Where the overlay of this place is mounted.</summary>
    internal string MountPath => AtomicFile.Read(Path.Combine(Directory, PathFile)) is { } path ? Encoding.UTF8.GetString(path)
        : Root;

    /// <summary>
    /// The process that the overlay belongs to; <see langword="null"/> of one that stays until it is dismounted.
    /// </summary>
    internal int? OwnerProcessId => Owner?.Pid;

    /// <summary>Whether the overlay belongs to a process and that one has ended.</summary>
    internal bool IsAbandoned => Owner is { } owner && ProcessStat.StartTimeOf(owner.Pid) != owner.StartTime;

    /// <summary>Whether nobody owns it and nothing is mounted here; not one that is just being made.</summary>
    internal bool IsLeft => Owner is null && MountTable.At(MountPathOrNull ?? Root) is null && MountTable.At(Root) is null
        && DateTime.UtcNow - System.IO.Directory.GetCreationTimeUtc(Directory) > TimeSpan.FromMinutes(1);

    /// <summary>A place that is not made yet.</summary>
    internal static OverlayPlace New(StateStore store) =>
        new(store, System.Security.Cryptography.RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true));

    /// <summary>All places there are.</summary>
    internal static IEnumerable<OverlayPlace> List(StateStore store)
    {
        string places = Path.Combine(store.Root, PlacesDirectory);
        return System.IO.Directory.Exists(places)
            ? System.IO.Directory.EnumerateDirectories(places).Select(path => new OverlayPlace(store, Path.GetFileName(path)))
            : [];
    }

    /// <summary>The place of a mounted overlay.</summary>
    /// <returns>The place, or <see langword="null"/> when it has none.</returns>
    internal static OverlayPlace? Of(StateStore store, string mountPath, string? upper) =>
        List(store).FirstOrDefault(place => place.Root == mountPath || place.Upper == upper
            || place.MountPathOrNull == mountPath);

    /// <summary>Makes the directories.</summary>
    /// <param name="path">Where the overlay will be mounted; <see langword="null"/>: here.</param>
    /// <param name="owner">The process it belongs to, or <see langword="null"/>.</param>
    internal void Make(string? path, int? owner)
    {
        // A user of the host who could pass would run what a container left there, set-user-id files too (CVE-2021-41091). The root
        // of a container's user namespace need not pass: the runtime opens the root filesystem for it.
        try
        {
            store.MakeRoot();
            PrivateDirectory.Claim(Path.GetDirectoryName(Directory)!);
            PrivateDirectory.Claim(Directory);
            // First of all: a place without one is half made.
            if (owner is { } pid)
            {
                AtomicFile.Write(Path.Combine(Directory, OwnerFile), ProcessStat.WriteIdentity(pid, ProcessStat.StartTimeOf(pid) ?? ProcessStat.NoProcess));
            }
            if (path is not null)
                AtomicFile.Write(Path.Combine(Directory, PathFile), Encoding.UTF8.GetBytes(path));
            foreach (string directory in new[] { Root, Layer, Empty })
                PrivateDirectory.Claim(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ContainerException { Call: "mkdirat" })
        {
            throw new MountFailedException($"The directory '{Directory}' cannot be made: {error.Message}", Advice.RunAsRoot())
            { Call = "mkdirat", Target = Directory };
        }
    }

    /// <summary>Unmounts what is mounted here and removes the directories. It can be run again at any time.</summary>
    internal void Remove()
    {
        foreach (string path in new[] { MountPathOrNull ?? Root, Root, Layer })
        {
            // Only ever its own overlay: something else may be mounted on the path by now.
            while (MountTable.At(path) is { } mount && (path == Layer || IsOurs(mount)))
                Syscall.Check(MountCalls.umount2(path, MountApi.MntDetach | MountApi.UmountNofollow), "umount2", path);
        }
        TreeRemoval.Remove(Directory);
    }

    private bool IsOurs(MountInfo mount)
    {
        if (mount.FileSystem != "overlay")
            return false;
        OverlayLayerText layers = OverlayLayerText.Of(mount);
        return layers.Upper == Upper || layers.Lower.Contains(Empty) || mount.MountPoint == Root;
    }

    private string? MountPathOrNull
    {
        get
        {
            try
            {
                return MountPath;
            }
            catch (ContainerException)
            {
                return null;
            }
        }
    }

    private (int Pid, ulong StartTime)? Owner => ProcessStat.ReadIdentity(Path.Combine(Directory, OwnerFile));
}
