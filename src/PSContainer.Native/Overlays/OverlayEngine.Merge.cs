using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>What merging an overlay makes.</summary>
public enum OverlayMergeForm
{
    /// <summary>A directory with everything that the overlay shows: a root filesystem of its own.</summary>
    Rootfs,

    /// <summary>A directory with the changes only, whiteouts included: a lower directory above the same lower ones.</summary>
    Layer,
}

public sealed partial class OverlayEngine
{
    /// <summary>Checks that an overlay can be merged into a directory, and says what that takes. Nothing is made yet.</summary>
    /// <param name="overlay">The overlay, which stays as it is.</param>
    /// <param name="destination">The directory to make.</param>
    /// <param name="form">What to make of it.</param>
    /// <param name="overwrite">Whether a directory that is there is replaced.</param>
    /// <param name="warn">Gets a sentence for each thing that was left out.</param>
    /// <param name="cancellation">Ends it, and nothing is left.</param>
    /// <param name="progress">Gets how many entries and bytes were copied, a few times a second.</param>
    /// <exception cref="ContainerException">The destination cannot be made.</exception>
    public MountOperation<DirectoryInfo> PrepareMerge(
        Overlay overlay, string destination, OverlayMergeForm form, bool overwrite, Action<string> warn,
            CancellationToken cancellation, Action<long, long>? progress = null)
    {
        overlay.Require();
        destination = FullPath(destination)!;
        string source = form == OverlayMergeForm.Rootfs ? overlay.Path : overlay.Upper ?? throw new InvalidMountException(
            $"The overlay on '{overlay.Path}' has no upper directory, so there are no changes to make a layer of.",
            "Merge all of it: leave out -As.")
        { Target = overlay.Path };
        CheckDestination(overlay, destination, overwrite);
        string temporary = Path.Combine(
            Path.GetDirectoryName(destination)!, $".{Path.GetFileName(destination)}.{Guid.NewGuid():n}.partial");
        var operation = new MountOperation<DirectoryInfo>();
        var directory = new HeldDirectory(temporary);
        operation.Owns(directory);
        operation.Add("mkdirat", temporary, "", () => directory.Make(like: null), directory.Unmake);
        operation.Add(
            "copy", source, $"to {temporary}",
            () => Copy(overlay, source, directory, form, warn, progress, cancellation));
        operation.Add("renameat2", temporary, $"to {destination}", () => PutInPlace(directory, destination, overwrite));
        operation.Yield(() => new DirectoryInfo(destination));
        return operation;
    }

    private static void Copy(
        Overlay overlay, string source, HeldDirectory target, OverlayMergeForm form, Action<string> warn,
        Action<long, long>? progress, CancellationToken cancellation)
    {
        string prefix = overlay.AttributePrefix;
        byte[] metacopy = PathBytes.From(prefix + "metacopy");
        bool isLayer = form == OverlayMergeForm.Layer;
        var copy = new LayerCopy(Keeps, isLayer ? ContentOf : static (_, _) => null, progress, cancellation);
        using (FileHandle contents = FileStatus.Reopen(target.Fd, O_RDONLY | O_DIRECTORY, target.Path))
            copy.Run(source, contents);
        foreach (string warning in copy.Warnings)
            warn(warning);

        // Of overlayfs's own, those that mean something to a lower layer; the others are about this very upper directory.
        bool Keeps(string name)
        {
            if (!AttributeNames.IsOverlay(name))
                return true;
            return isLayer && (name == prefix + "opaque" || name == prefix + "redirect" || name == prefix + "whiteout");
        }

        string? ContentOf(string path, byte[] own) => lgetxattr(own, metacopy, default) >= 0 ? overlay.Path + path : null;
    }

    private void CheckDestination(Overlay overlay, string destination, bool overwrite)
    {
        string parent = Path.GetDirectoryName(destination) ?? throw new InvalidMountException("'/' cannot be the destination.");
        if (!Directory.Exists(parent))
        {
            throw new RootfsNotFoundException($"The directory '{parent}' for '{destination}' does not exist.", "Make it first.")
            { Target = destination };
        }
        foreach (string layer in overlay.Lower.Append(overlay.Upper).Append(overlay.Work).Append(overlay.Path).OfType<string>())
        {
            if (DirectoryIdentity.Of(layer) is { } identity && (identity.Contains(parent)
                || identity == DirectoryIdentity.Of(destination)))
                throw new InvalidMountException(
                    $"The destination '{destination}' lies in the overlay's own directory '{layer}'.",
                        "Choose one outside of it.")
                { Target = destination };
        }
        if (!Path.Exists(destination))
            return;
        if (!Directory.Exists(destination))
            throw new InvalidMountException($"The destination '{destination}' is a file.", "Choose another name.") { Target =
                destination };
        if (!overwrite && Directory.EnumerateFileSystemEntries(destination).Any())
        {
            throw new InvalidMountException($"The destination '{destination}' is not empty.",
                "Choose another, or replace it with -Overwrite.")
            { Errno = Errno.ENOTEMPTY, Target = destination };
        }
        RequireNoLayer(destination);
    }

    // A mounted overlay goes on with the directory that is removed, and what it shows is undefined from then on.
    private void RequireNoLayer(string destination)
    {
        DirectoryIdentity? identity = DirectoryIdentity.Of(destination);
        if (MountTable.At(destination) is not null)
            throw new MountBusyException($"The destination '{destination}' is a mount point.", "Choose another.", []) { Target =
                destination };
        foreach (Overlay other in List())
        {
            if (other.Lower.Append(other.Upper).OfType<string>().Any(layer => DirectoryIdentity.Of(layer) == identity))
            {
                throw new MountBusyException(
                    $"The destination '{destination}' is a layer of the overlay on '{other.Path}'.",
                    $"Choose another, or first: Dismount-Overlay '{other.Path}'", [])
                { Errno = Errno.EBUSY, Target = destination };
            }
        }
    }

    private static void PutInPlace(HeldDirectory directory, string destination, bool overwrite)
    {
        MadeDirectory made = directory.Made;
        string temporary = made.Path;
        nint result = made.Rename(destination, RENAME_NOREPLACE);
        // An empty directory may be replaced anyhow; rename(2) does it only to one that still is.
        bool isThere = -result == Errno.EEXIST;
        Syscall.Check(isThere ? made.Rename(destination, overwrite ? RENAME_EXCHANGE : 0) : result, "renameat2", destination);
        directory.Keep();
        if (isThere && overwrite)
            TreeRemoval.Remove(made.ParentFd, PathBytes.From(Path.GetFileName(temporary)), temporary);
    }
}
