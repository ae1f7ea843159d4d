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
}
