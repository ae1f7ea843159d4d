using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;

namespace PSContainer.Overlays;

/// <summary>
/// Extended attributes in which overlayfs keeps what a directory cannot say (Documentation/filesystems/overlayfs.rst).
/// </summary>
internal sealed class OverlayAttributes
{
    private const int LongestValue = 4096;
    private static volatile bool hasGetxattrat = true;
    private readonly byte[] opaque, redirect, metacopy, whiteout;

    /// <summary>Attributes of one kind.</summary>
    /// <param name="prefix"><c>trusted.overlay.</c> or <c>user.overlay.</c>.</param>
    internal OverlayAttributes(string prefix)
    {
        opaque = PathBytes.From(prefix + "opaque");
        redirect = PathBytes.From(prefix + "redirect");
        metacopy = PathBytes.From(prefix + "metacopy");
        whiteout = PathBytes.From(prefix + "whiteout");
    }

    /// <summary>
    /// The value of a directory's <c>opaque</c>: <c>y</c> hides all below, <c>x</c> says that whiteouts may be attributes.
    /// </summary>
    /// <returns>The letter, or 0.</returns>
    internal byte Opaque(int directoryFd)
    {
        Span<byte> value = stackalloc byte[2];
        return Files.fgetxattr(directoryFd, opaque, value) == 1 ? value[0] : (byte)0;
    }

    /// <summary>What a renamed directory was called below: a name, or from the root.</summary>
    internal string? Redirect(int directoryFd)
    {
        Span<byte> value = stackalloc byte[LongestValue];
        nint length = Files.fgetxattr(directoryFd, redirect, value);
        return length > 0 ? Encoding.UTF8.GetString(value[..(int)length]) : null;
    }

    /// <summary>Whether a file's content is still the lower one's.</summary>
    internal bool IsMetacopy(int directoryFd, ReadOnlySpan<byte> name) =>
        Has(directoryFd, name, metacopy);

    /// <summary>Whether an empty file is a whiteout.</summary>
    internal bool IsWhiteout(int directoryFd, ReadOnlySpan<byte> name) =>
        Has(directoryFd, name, whiteout);

    // The call that needs no way through /proc is new, and a filter may forbid it.
    private static bool Has(int directoryFd, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        if (hasGetxattrat)
        {
            nint length = Files.getxattrat(directoryFd, name, attribute);
            if (-length is not (Errno.ENOSYS or Errno.EPERM))
                return length >= 0;
            hasGetxattrat = false;
        }
        return Files.lgetxattr(PathOf(directoryFd, name), attribute, default) >= 0;
    }

    /// <summary>A name in an open directory, as a path.</summary>
    internal static byte[] PathOf(int directoryFd, ReadOnlySpan<byte> name)
    {
        byte[] directory = PathBytes.OfDescriptor(directoryFd);
        byte[] path = new byte[directory.Length + name.Length];
        directory.CopyTo(path, 0);
        path[directory.Length - 1] = (byte)'/';
        name.CopyTo(path.AsSpan(directory.Length));
        return path;
    }
}
