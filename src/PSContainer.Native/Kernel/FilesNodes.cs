namespace PSContainer.Kernel;

/// <content>Making, linking, renaming and removing names.</content>
public static unsafe partial class Files
{
    /// <summary>renameat2(2): fail with EEXIST if the new name is taken.</summary>
    public const uint RENAME_NOREPLACE = 1;

    /// <summary>renameat2(2): exchange the two atomically.</summary>
    public const uint RENAME_EXCHANGE = 2;

    /// <summary>mkdirat(2).</summary>
    public static nint mkdirat(int dirfd, ReadOnlySpan<byte> path, uint mode)
    {
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.mkdirat, dirfd, (nint)text, (nint)mode);
    }

    /// <inheritdoc cref="mkdirat(int, ReadOnlySpan{byte}, uint)"/>
    public static nint mkdirat(int dirfd, string path, uint mode)
    {
        using var text = new CString(path);
        return Syscall.Call(SyscallNumber.mkdirat, dirfd, text, (nint)mode);
    }

    /// <summary>mknodat(2): a file, device or FIFO by <c>S_IF…</c> in <paramref name="mode"/>.</summary>
    public static nint mknodat(int dirfd, ReadOnlySpan<byte> path, uint mode, ulong device)
    {
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.mknodat, dirfd, (nint)text, (nint)mode, (nint)device);
    }

    /// <inheritdoc cref="mknodat(int, ReadOnlySpan{byte}, uint, ulong)"/>
    public static nint mknodat(int dirfd, string path, uint mode, ulong device)
    {
        using var text = new CString(path);
        return Syscall.Call(SyscallNumber.mknodat, dirfd, text, (nint)mode, (nint)device);
    }

    /// <summary>makedev(3).</summary>
    public static ulong makedev(uint major, uint minor) =>
        (minor & 0xffu) | ((major & 0xfffu) << 8) | ((ulong)(minor & ~0xffu) << 12) | ((ulong)(major & ~0xfffu) << 32);

    /// <summary>symlinkat(2).</summary>
    public static nint symlinkat(ReadOnlySpan<byte> target, int dirfd, ReadOnlySpan<byte> path)
    {
        fixed (byte* content = target, text = path)
            return Syscall.Call(SyscallNumber.symlinkat, (nint)content, dirfd, (nint)text);
    }

    /// <inheritdoc cref="symlinkat(ReadOnlySpan{byte}, int, ReadOnlySpan{byte})"/>
    public static nint symlinkat(string target, int dirfd, string path)
    {
        using var content = new CString(target);
        using var text = new CString(path);
        return Syscall.Call(SyscallNumber.symlinkat, content, dirfd, text);
    }

    /// <summary>linkat(2).</summary>
    public static nint linkat(int olddirfd, ReadOnlySpan<byte> oldpath, int newdirfd, ReadOnlySpan<byte> newpath, int flags = 0)
    {
        fixed (byte* old = oldpath, text = newpath)
            return Syscall.Call(SyscallNumber.linkat, olddirfd, (nint)old, newdirfd, (nint)text, flags);
    }

    /// <summary>renameat2(2).</summary>
    public static nint renameat2(
        int olddirfd, ReadOnlySpan<byte> oldpath, int newdirfd, ReadOnlySpan<byte> newpath, uint flags = 0)
    {
        fixed (byte* old = oldpath, text = newpath)
            return Syscall.Call(SyscallNumber.renameat2, olddirfd, (nint)old, newdirfd, (nint)text, (nint)flags);
    }

    /// <inheritdoc cref="renameat2(int, ReadOnlySpan{byte}, int, ReadOnlySpan{byte}, uint)"/>
    public static nint renameat2(int olddirfd, string oldpath, int newdirfd, string newpath, uint flags = 0)
    {
        using var old = new CString(oldpath);
        using var text = new CString(newpath);
        return Syscall.Call(SyscallNumber.renameat2, olddirfd, old, newdirfd, text, (nint)flags);
    }

    /// <summary>unlinkat(2); <see cref="AT_REMOVEDIR"/> for an empty directory.</summary>
    public static nint unlinkat(int dirfd, ReadOnlySpan<byte> path, int flags = 0)
    {
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.unlinkat, dirfd, (nint)text, flags);
    }

    /// <inheritdoc cref="unlinkat(int, ReadOnlySpan{byte}, int)"/>
    public static nint unlinkat(int dirfd, string path, int flags = 0)
    {
        using var text = new CString(path);
        return Syscall.Call(SyscallNumber.unlinkat, dirfd, text, flags);
    }
}
