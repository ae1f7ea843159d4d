namespace PSContainer.Kernel;

/// <content>Extended attributes, xattr(7).</content>
public static unsafe partial class Files
{
    /// <summary>fsetxattr(2).</summary>
    public static nint fsetxattr(int fd, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags = 0)
    {
        fixed (byte* text = name, start = value)
            return Syscall.Call(SyscallNumber.fsetxattr, fd, (nint)text, (nint)start, value.Length, flags);
    }

    /// <summary>lgetxattr(2).</summary>
    public static nint lgetxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value)
    {
        fixed (byte* file = path, text = name, start = value)
            return Syscall.Call(SyscallNumber.lgetxattr, (nint)file, (nint)text, (nint)start, value.Length);
    }

    /// <summary>getxattrat(2), Linux 6.13: the length of an attribute of a name in an open directory; no link is followed.</summary>
    public static nint getxattrat(int dirfd, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        const int argumentsSize = 16; // struct xattr_args: value 8, size 4, flags 4
        ulong* arguments = stackalloc ulong[2];
        (arguments[0], arguments[1]) = (0, 0);
        fixed (byte* file = path, text = name)
        {
            return Syscall.Call(
                SyscallNumber.getxattrat, dirfd, (nint)file, AT_SYMLINK_NOFOLLOW, (nint)text, (nint)arguments, argumentsSize);
        }
    }

    /// <summary>fgetxattr(2).</summary>
    public static nint fgetxattr(int fd, ReadOnlySpan<byte> name, Span<byte> value)
    {
        fixed (byte* text = name, start = value)
            return Syscall.Call(SyscallNumber.fgetxattr, fd, (nint)text, (nint)start, value.Length);
    }

    /// <summary>flistxattr(2): names, each with its NUL.</summary>
    public static nint flistxattr(int fd, Span<byte> names)
    {
        fixed (byte* start = names)
            return Syscall.Call(SyscallNumber.flistxattr, fd, (nint)start, names.Length);
    }

    /// <summary>llistxattr(2): names, each with its NUL.</summary>
    public static nint llistxattr(ReadOnlySpan<byte> path, Span<byte> names)
    {
        fixed (byte* file = path, start = names)
            return Syscall.Call(SyscallNumber.llistxattr, (nint)file, (nint)start, names.Length);
    }

    /// <summary>lsetxattr(2).</summary>
    public static nint lsetxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags = 0)
    {
        fixed (byte* file = path, text = name, start = value)
            return Syscall.Call(SyscallNumber.lsetxattr, (nint)file, (nint)text, (nint)start, value.Length, flags);
    }

    /// <summary>lremovexattr(2).</summary>
    public static nint lremovexattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        fixed (byte* file = path, text = name)
            return Syscall.Call(SyscallNumber.lremovexattr, (nint)file, (nint)text);
    }
}
