using System.Runtime.InteropServices;

namespace PSContainer.Kernel;

/// <summary>openat2(2), Linux 5.6: opening a path with rules for how it is resolved.</summary>
public static unsafe class Openat2
{
    /// <summary>No mount point may be crossed.</summary>
    public const ulong RESOLVE_NO_XDEV = 0x01;

    /// <summary>No magic link (<c>/proc/PID/fd/N</c>, <c>/proc/PID/root</c>) may be followed.</summary>
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;

    /// <summary>No symbolic link may be followed, the last component included.</summary>
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;

    /// <summary>A path that would leave the directory is refused with EXDEV.</summary>
    public const ulong RESOLVE_BENEATH = 0x08;

    /// <summary>The directory is the root: absolute paths, absolute links and <c>..</c> stay in it.</summary>
    public const ulong RESOLVE_IN_ROOT = 0x10;

    /// <summary>Only what the kernel has cached; EAGAIN otherwise.</summary>
    public const ulong RESOLVE_CACHED = 0x20;

    /// <summary>struct open_how.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct open_how
    {
        /// <summary><c>O_…</c> of <see cref="Files"/>.</summary>
        public ulong flags;

        /// <summary>Mode of a new file; 0 unless O_CREAT or O_TMPFILE is given.</summary>
        public ulong mode;

        /// <summary><c>RESOLVE_…</c>.</summary>
        public ulong resolve;
    }

    /// <summary>openat2(2).</summary>
    /// <param name="dirfd">Where relative paths start.</param>
    /// <param name="path">Bytes that end with NUL.</param>
    /// <param name="how">Flags, mode and rules.</param>
    /// <returns>A descriptor, or the negated error number.</returns>
    public static nint openat2(int dirfd, ReadOnlySpan<byte> path, in open_how how)
    {
        fixed (byte* text = path)
        fixed (open_how* structure = &how)
            return Syscall.Call(SyscallNumber.openat2, dirfd, (nint)text, (nint)structure, sizeof(open_how));
    }

    /// <inheritdoc cref="openat2(int, ReadOnlySpan{byte}, in open_how)"/>
    public static nint openat2(int dirfd, string path, in open_how how)
    {
        using var text = new CString(path);
        fixed (open_how* structure = &how)
            return Syscall.Call(SyscallNumber.openat2, dirfd, text, (nint)structure, sizeof(open_how));
    }
}
