using PSContainer.Kernel;
using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>Kernel errors while an entry is made, with what to do about them.</summary>
internal static class EntryErrors
{
    /// <summary>As <see cref="Syscall.Check"/>, for an entry.</summary>
    internal static nint Check(nint result, string call, ReadOnlySpan<byte> name) =>
        result >= 0 ? result : throw Failure((int)-result, call, name);

    private static ContainerException Failure(int errno, string call, ReadOnlySpan<byte> name)
    {
        string target = PathBytes.Describe(name);
        string? recommendation = errno switch
        {
            Errno.ENOSPC or Errno.EDQUOT =>
                "Free space (or inodes: df -i) on the destination's filesystem, or choose another destination.",
            Errno.EPERM or Errno.EACCES => Advice.RunAsRoot("unpack without owners and devices."),
            Errno.EROFS => "Choose a destination on a writable filesystem.",
            Errno.ENAMETOOLONG => "The destination's filesystem cannot hold such a name; choose another.",
            _ => null,
        };
        string message = Syscall.Failure(errno, call, target).Message;
        return errno is Errno.EPERM or Errno.EACCES
            ? new ContainerPermissionException(message, recommendation) { Errno = errno, Call = call, Target = target }
            : new ContainerException(message, recommendation) { Errno = errno, Call = call, Target = target };
    }
}
