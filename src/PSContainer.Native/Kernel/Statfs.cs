namespace PSContainer.Kernel;

/// <summary>statfs(2): what kind of filesystem a path lies on.</summary>
public static unsafe class Statfs
{
    /// <summary>A cgroup v1 hierarchy.</summary>
    public const long CGROUP_SUPER_MAGIC = 0x27e0eb;

    /// <summary>The cgroup v2 hierarchy.</summary>
    public const long CGROUP2_SUPER_MAGIC = 0x63677270;

    /// <summary>The filesystem of namespace files.</summary>
    public const long NSFS_MAGIC = 0x6e736673;

    /// <summary>An overlay, in whose directories no other can have its upper one.</summary>
    public const long OVERLAYFS_SUPER_MAGIC = 0x794c7630;

    /// <summary>The filesystem of pipes that have no name.</summary>
    public const long PIPEFS_MAGIC = 0x50495045;

    /// <summary>A procfs.</summary>
    public const long PROC_SUPER_MAGIC = 0x9fa0;

    /// <summary>ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC: what keeps somebody from something on a mount.</summary>
    public const long ClosingFlags = 1 | 2 | 4 | 8;

    private const int StructSize = 120, FlagsOffset = 80;

    /// <summary>The filesystem's magic number (<c>f_type</c>).</summary>
    /// <returns>The number, or a negated error number.</returns>
    public static long Type(string path)
    {
        using var name = new CString(path);
        byte* buffer = stackalloc byte[StructSize];
        nint result = Syscall.Call(SyscallNumber.statfs, name, (nint)buffer);
        return result < 0 ? result : *(long*)buffer;
    }

    /// <summary>Whether a mount gives no set-user-id bit and no device its power (<c>f_flags</c>).</summary>
    /// <param name="fd">Something on it.</param>
    /// <returns>nosuid and nodev; both unset when the kernel does not tell.</returns>
    public static (bool NoSuid, bool NoDev) Restrictions(int fd)
    {
        const int flagsOffset = 80, noSuid = 2, noDev = 4;
        byte* buffer = stackalloc byte[StructSize];
        if (Syscall.Call(SyscallNumber.fstatfs, fd, (nint)buffer) < 0)
            return (false, false);
        long flags = *(long*)(buffer + flagsOffset);
        return ((flags & noSuid) != 0, (flags & noDev) != 0);
    }

    /// <summary>As <see cref="Type(string)"/>, of what a descriptor holds, fstatfs(2).</summary>
    public static long Type(int fd)
    {
        byte* buffer = stackalloc byte[StructSize];
        nint result = Syscall.Call(SyscallNumber.fstatfs, fd, (nint)buffer);
        return result < 0 ? result : *(long*)buffer;
    }

    /// <summary>The flags of the mount that a path is on (<c>f_flags</c>, ST_…).</summary>
    /// <returns>The flags, or a negated error number.</returns>
    public static long MountFlags(string path)
    {
        using var name = new CString(path);
        byte* buffer = stackalloc byte[StructSize];
        nint result = Syscall.Call(SyscallNumber.statfs, name, (nint)buffer);
        return result < 0 ? result : *(long*)(buffer + FlagsOffset);
    }
}
