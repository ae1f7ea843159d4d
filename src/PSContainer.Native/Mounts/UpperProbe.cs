using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>
/// Whether a filesystem can hold an upper directory: attributes for opaque directories, and whiteouts. Where it cannot, the
/// kernel
/// mounts the overlay all the same, and deleting in it fails later.
/// </summary>
internal static class UpperProbe
{
    /// <summary>Tries both in a work directory.</summary>
    /// <exception cref="OverlayUnsupportedException">One cannot be done.</exception>
    internal static void Run(string work, bool userXattr)
    {
        byte[] directory = PathBytes.From($"{work}/.psc-probe"), whiteout = PathBytes.From($"{work}/.psc-probe/w");
        Syscall.Check(mkdirat(AT_FDCWD, directory, 0x1c0), "mkdirat", work);
        try
        {
            ReadOnlySpan<byte> name = userXattr ? "user.overlay.opaque\0"u8 : "trusted.overlay.opaque\0"u8;
            nint set = lsetxattr(directory, name, "y"u8);
            if (set < 0)
                throw Unsupported(work, "attributes like " + PathBytes.Describe(name), "lsetxattr", (int)-set);
            nint made = mknodat(AT_FDCWD, whiteout, S_IFCHR, 0);
            if (made < 0)
                throw Unsupported(work, "whiteouts (character device 0:0)", "mknodat", (int)-made);
        }
        finally
        {
            unlinkat(AT_FDCWD, whiteout);
            unlinkat(AT_FDCWD, directory, AT_REMOVEDIR);
        }
    }

    private static OverlayUnsupportedException Unsupported(string work, string what, string call, int errno) => new(
        $"The filesystem of '{work}' cannot hold {what}, "
        + $"without which nothing can be deleted in an overlay: {call}: {Errno.Name(errno)}.",
        "Choose an upper directory on ext4, xfs, btrfs or tmpfs, or use -Ephemeral.")
    { Call = call, Errno = errno, Target = work };
}
