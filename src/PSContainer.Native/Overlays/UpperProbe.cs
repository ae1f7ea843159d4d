using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>
/// Whether a filesystem can hold an upper directory: attributes for opaque directories, and whiteouts. Where it cannot, the
/// kernel
/// mounts the overlay all the same, and deleting in it fails later.
/// </summary>
internal static class UpperProbe
{
    /// <summary>Tries both in a work directory.</summary>
    /// <exception cref="OverlayUnsupportedException">One cannot be done.</exception>
    internal static void Run(HeldDirectory work, bool userXattr)
    {
        byte[] name = PathBytes.From($".psc-probe-{Guid.NewGuid():n}"), whiteout = PathBytes.From("w");
        using FileHandle place = FileStatus.Reopen(work.Fd, O_RDONLY | O_DIRECTORY, work.Path);
        Syscall.Check(mkdirat(place.Fd, name, FreshDirectory.Mode), "mkdirat", work.Path);
        try
        {
            using FileHandle directory = FreshDirectory.Open(place.Fd, name, work.Path);
            ReadOnlySpan<byte> attribute = userXattr ? "user.overlay.opaque\0"u8 : "trusted.overlay.opaque\0"u8;
            nint set = fsetxattr(directory.Fd, attribute, "y"u8);
            if (set < 0)
                throw Unsupported(work.Path, "attributes like " + PathBytes.Describe(attribute), "fsetxattr", (int)-set);
            nint made = mknodat(directory.Fd, whiteout, S_IFCHR, 0);
            if (made < 0)
                throw Unsupported(work.Path, "whiteouts (character device 0:0)", "mknodat", (int)-made);
            unlinkat(directory.Fd, whiteout);
        }
        finally
        {
            unlinkat(place.Fd, name, AT_REMOVEDIR);
        }
    }

    private static OverlayUnsupportedException Unsupported(string work, string what, string call, int errno) => new(
        $"The filesystem of '{work}' cannot hold {what}, "
        + $"without which nothing can be deleted in an overlay: {call}: {Errno.Name(errno)}.",
        "Choose an upper directory on ext4, xfs, btrfs or tmpfs, or use -Ephemeral.")
    { Call = call, Errno = errno, Target = work };
}
