using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

public sealed partial class OverlayEngine
{
    /// <summary>Checks that an overlay can be taken away, and says what that takes. Nothing is done yet.</summary>
    /// <param name="overlay">The overlay.</param>
    /// <param name="removeUpper">Whether its changes are thrown away; those of an ephemeral one always are.</param>
    /// <param name="lazy">Whether it goes out of sight at once, and for good when its last user has ended.</param>
    /// <exception cref="ContainerException">It is not mounted, or something uses it.</exception>
    public MountOperation<bool> PrepareDismount(Overlay overlay, bool removeUpper, bool lazy)
    {
        MountInfo mount = overlay.Require();
        OverlayFeatures.RequireMounting(overlay.Path, "umount2");
        OverlayPlace? place = overlay.Place;
        bool removes = removeUpper || overlay.IsEphemeral;
        if (!lazy)
            RequireNoContainer(overlay);
        if (removeUpper && !overlay.IsEphemeral)
            RequireNotElsewhere(overlay, mount);
        var operation = new MountOperation<bool>();
        operation.Add("umount2", overlay.Path, lazy ? "MNT_DETACH" : "", () => MountRemoval.Unmount(mount, lazy, force: false,
            engine));
        // A container that ended and is to start again needs the directory to mount its overlay on.
        if (place is not null && (overlay.IsEphemeral || overlay.Containers.Count == 0))
            operation.Add("unlinkat", place.Directory, overlay.IsEphemeral ? "with the changes, which were in memory" : "",
                place.Remove);
        if (removes && !overlay.IsEphemeral)
        {
            foreach (string directory in new[] { overlay.Upper, overlay.Work }.OfType<string>())
                operation.AddLong("unlinkat", directory, "with all that is in it", stop => TreeRemoval.Remove(directory, stop));
        }
        else if (overlay is { IsVolatile: true, Upper: { } upper, Work: { } work } && !lazy)
            operation.Add("syncfs", upper, "then forget that it was volatile", () => Settle(upper, work));
        operation.Yield(() => true);
        return operation;
    }

    /// <summary>Takes an overlay away.</summary>
    /// <exception cref="ContainerException">It is not mounted, or something uses it.</exception>
    public void Dismount(Overlay overlay, bool removeUpper = false, bool lazy = false) =>
        PrepareDismount(overlay, removeUpper, lazy).Run();

    private static void RequireNoContainer(Overlay overlay)
    {
        if (overlay.Containers is not { Count: > 0 } containers)
            return;
        string names = string.Join(", ", containers);
        throw new MountBusyException(
            $"The overlay on '{overlay.Path}' is the root of {(containers.Count == 1 ? "container" : "containers")} {names}.",
            $"Remove that first: Remove-Container {names} -Force; or take the overlay out of sight only, with -Lazy.",
            [.. containers.Select(name => new MountHolder(0, name, "root", name))])
        { Call = "umount2", Errno = Errno.EBUSY, Target = overlay.Path };
    }

    // What removes the upper directory below a mounted overlay leaves its users with an undefined one.
    private void RequireNotElsewhere(Overlay overlay, MountInfo mount)
    {
        IReadOnlyList<MountHolder> holders = MountTable.Lasting(() => MountHolder.Elsewhere(mount, engine));
        if (holders.Count == 0)
            return;
        throw new MountBusyException(
            $"The overlay on '{overlay.Path}' is mounted in other mount namespaces too: {MountHolder.Describe(holders)}.",
            "End those first: its upper directory cannot go while anybody has it mounted.", holders)
        { Call = "umount2", Errno = Errno.EBUSY, Target = overlay.Path };
    }

    // Everything is on the disk now, so that the kernel need not refuse the upper directory the next time.
    private static void Settle(string upper, string work)
    {
        using (FileHandle directory = HeldDirectory.OpenLayer(upper))
            Syscall.Check(Syscall.Call(SyscallNumber.syncfs, directory.Fd), "syncfs", upper);
        using RootedDirectory place = RootedDirectory.FromHandle(HeldDirectory.OpenLayer(work), work);
        nint parent = place.TryOpen("work/incompat\0"u8, O_PATH | O_DIRECTORY);
        if (parent < 0)
            return;
        using var incompatible = new FileHandle((int)parent);
        TreeRemoval.Remove(incompatible.Fd, "volatile\0"u8, Path.Combine(work, "work/incompat/volatile"));
    }

    /// <summary>Checks that an overlay's changes can be thrown away, and says what that takes. Nothing is done yet.</summary>
    /// <exception cref="ContainerException">It is not mounted, has no upper directory, or something uses it.</exception>
    public MountOperation<Overlay> PrepareReset(Overlay overlay)
    {
        MountInfo mount = overlay.Require();
        if (overlay is not { Upper: { } upper, Work: { } work })
            throw new InvalidMountException(
                $"The overlay on '{overlay.Path}' has no upper directory, so there is nothing to reset.")
            { Target = overlay.Path };
        RequireNotElsewhere(overlay, mount);
        OverlayForm form = OverlayFeatures.Probe();
        OverlayLayerText layers = OverlayLayerText.Of(mount);
        var operation = new MountOperation<Overlay>();
        // What is emptied is what is mounted again, whatever is under its name by then.
        HeldDirectory upperDirectory = new(upper, isLayer: true), workDirectory = new(work, isLayer: true);
        operation.Owns(upperDirectory);
        operation.Owns(workDirectory);
        operation.Add(
            "umount2", overlay.Path, "", Unmount, MountAgain);
        operation.AddLong("unlinkat", upper, "all that is in it", stop => Empty(upperDirectory, stop));
        operation.AddLong("unlinkat", work, "all that is in it", stop => Empty(workDirectory, stop));
        AddMount(operation);
        operation.Yield(() => Get(overlay.Path));
        return operation;

        void Unmount()
        {
            // What cannot be emptied is a failure before anything is done.
            _ = (upperDirectory.Fd, workDirectory.Fd);
            MountRemoval.Unmount(mount, lazy: false, force: false, engine);
        }

        void AddMount(MountOperation<Overlay> to)
        {
            var place = new HeldDirectory(mount.MountPoint, isLayer: true);
            to.Owns(place);
            new OverlayCalls(form, mount.Options.Contains("ro"))
                .Add(to, layers.Lower, upperDirectory, workDirectory, Given(layers.Options), place);
        }

        // Who stops it half way keeps an overlay, with what is left of its changes.
        void MountAgain()
        {
            var again = new MountOperation<Overlay>();
            AddMount(again);
            again.Yield(() => overlay);
            again.Run();
        }
    }

    // What the kernel adds of itself is not given back to it.
    private static List<string> Given(IReadOnlyList<string> options) =>
        [.. options.Where(option => option is not ("uuid=null" or "uuid=auto" or "uuid=on"))];

    private static void Empty(HeldDirectory held, CancellationToken cancellation)
    {
        using FileHandle directory = FileStatus.Reopen(held.Fd, O_RDONLY | O_DIRECTORY, held.Path);
        TreeRemoval.RemoveContents(directory.Fd, held.Path, cancellation);
    }
}
