using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Fills a new tmpfs with what it is about to cover (<c>tmpcopyup</c>): files, links, devices, owners, modes, times, attributes.</summary>
[SkipLocalsInit]
internal static unsafe class TreeCopyUp
{
    private const int O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80, O_NONBLOCK = 0x800, NoFollow = 0x100;
    private const int DeepestLevel = 100, EntriesSize = 4096, LinkSize = 4096;

    /// <summary>Copies a directory of the container; one that is missing leaves the filesystem empty.</summary>
    /// <param name="context">The child.</param>
    /// <param name="path">The directory, inside the container.</param>
    /// <param name="mount">The new filesystem, attached nowhere yet.</param>
    /// <param name="options">Its options: an owner or mode that they name stays.</param>
    public static nint Copy(ChildContext* context, byte* path, int mount, byte** options)
    {
        int covered = RootPath.Open(context, path);
        if (covered == -Errno.ENOENT)
            return 0;
        if (covered < 0)
            return covered;
        nint source = OpenHere(context, covered);
        nint target = source < 0 ? source : OpenHere(context, mount);
        Raw.Close(covered);
        nint result = target < 0 ? target : CopyEntries(context, (int)source, (int)target, 0);
        byte* stat = stackalloc byte[Stat.Size];
        if (result >= 0)
            result = context->Make(SyscallNumber.fstat, source, (nint)stat);
        if (result >= 0 && !Names(options, "uid="u8) && !Names(options, "gid="u8))
            result = context->Make(SyscallNumber.fchown, target, (nint)Stat.Owner(stat), (nint)Stat.Group(stat));
        if (result >= 0 && !Names(options, "mode="u8))
            result = context->Make(SyscallNumber.fchmod, target, (nint)(Stat.Mode(stat) & 0xFFF));
        Raw.Close((int)source);
        Raw.Close((int)target);
        if (result < 0)
            context->Explain(path);
        return result;
    }

    private static bool Names(byte** options, ReadOnlySpan<byte> prefix)
    {
        for (; options != null && *options != null; options++)
        {
            if (Bytes.StartsWith(*options, prefix))
                return true;
        }
        return false;
    }

    private static nint OpenHere(ChildContext* context, int directory)
    {
        fixed (byte* here = "."u8)
            return context->Make(SyscallNumber.openat, directory, (nint)here, O_RDONLY | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
    }

    private static nint CopyEntries(ChildContext* context, int source, int target, int level)
    {
        if (level == DeepestLevel)
            return -Errno.ELOOP;
        byte* entries = stackalloc byte[EntriesSize];
        while (true)
        {
            nint got = context->Make(SyscallNumber.getdents64, source, (nint)entries, EntriesSize);
            if (got <= 0)
                return got;
            // struct linux_dirent64: d_reclen at 16, d_name at 19.
            for (nint at = 0; at < got; at += *(ushort*)(entries + at + 16))
            {
                byte* name = entries + at + 19;
                bool isDots = name[0] == (byte)'.' && (name[1] == 0 || (name[1] == (byte)'.' && name[2] == 0));
                nint result = isDots ? 0 : CopyEntry(context, source, target, name, level);
                if (result < 0)
                {
                    context->Explain(name);
                    return result;
                }
            }
        }
    }

    private static nint CopyEntry(ChildContext* context, int source, int target, byte* name, int level)
    {
        byte* stat = stackalloc byte[Stat.Size];
        nint result = context->Make(SyscallNumber.newfstatat, source, (nint)name, (nint)stat, NoFollow);
        if (result < 0)
            return result;
        uint type = Stat.Mode(stat) & 0xF000;
        result = type switch
        {
            0x4000 => CopyDirectory(context, source, target, name, level, stat),
            0x8000 => CopyFile(context, source, target, name, stat),
            0xA000 => CopyLink(context, source, target, name),
            _ => context->Make(SyscallNumber.mknodat, target, (nint)name, (nint)Stat.Mode(stat), (nint)Stat.Device(stat)),
        };
        if (result >= 0 && type is not (0x4000 or 0x8000))
            result = context->Make(SyscallNumber.fchownat, target, (nint)name, (nint)Stat.Owner(stat), (nint)Stat.Group(stat), NoFollow);
        // After the owner, whose change takes the set-id bits away.
        if (result >= 0 && type != 0xA000)
            result = context->Make(SyscallNumber.fchmodat, target, (nint)name, (nint)(Stat.Mode(stat) & 0xFFF));
        long* accessed = Stat.AccessTime(stat), modified = Stat.ModificationTime(stat);
        long* times = stackalloc long[] { accessed[0], accessed[1], modified[0], modified[1] };
        return result < 0 ? result : context->Make(SyscallNumber.utimensat, target, (nint)name, (nint)times, NoFollow);
    }

    private static nint CopyDirectory(ChildContext* context, int source, int target, byte* name, int level, byte* stat)
    {
        const int OwnerOnly = 0x1C0;
        int flags = O_RDONLY | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC | RootPath.O_NOFOLLOW;
        nint result = context->Make(SyscallNumber.mkdirat, target, (nint)name, OwnerOnly);
        if (result < 0)
            return result;
        nint from = context->Make(SyscallNumber.openat, source, (nint)name, flags);
        nint to = from < 0 ? from : context->Make(SyscallNumber.openat, target, (nint)name, flags);
        result = to < 0 ? to : CopyEntries(context, (int)from, (int)to, level + 1);
        if (result >= 0)
            result = CopyAttributes(context, (int)from, (int)to, stat);
        Raw.Close((int)from);
        Raw.Close((int)to);
        return result;
    }

    private static nint CopyFile(ChildContext* context, int source, int target, byte* name, byte* stat)
    {
        const int OwnerOnly = 0x180, LargestPart = 1 << 30;
        long size = Stat.Length(stat);
        nint from = context->Make(SyscallNumber.openat, source, (nint)name, O_RDONLY | O_NONBLOCK | RootPath.O_NOFOLLOW | RootPath.O_CLOEXEC);
        nint to = from < 0 ? from : context->Make(SyscallNumber.openat, target, (nint)name, O_WRONLY | O_CREAT | O_EXCL | RootPath.O_CLOEXEC, OwnerOnly);
        nint result = to;
        while (result >= 0 && size > 0)
        {
            result = context->Make(SyscallNumber.sendfile, to, from, 0, (nint)(size < LargestPart ? size : LargestPart));
            if (result == 0)
                break;
            size -= result;
        }
        if (result >= 0)
            result = CopyAttributes(context, (int)from, (int)to, stat);
        Raw.Close((int)from);
        Raw.Close((int)to);
        return result;
    }

    private static nint CopyLink(ChildContext* context, int source, int target, byte* name)
    {
        byte* link = stackalloc byte[LinkSize];
        nint length = context->Make(SyscallNumber.readlinkat, source, (nint)name, (nint)link, LinkSize - 1);
        if (length < 0)
            return length;
        link[length] = 0;
        return context->Make(SyscallNumber.symlinkat, (nint)link, target, (nint)name);
    }

    // The owner first: a change of it takes file capabilities away. Attributes are those that a tmpfs takes from this process.
    private static nint CopyAttributes(ChildContext* context, int from, int to, byte* stat)
    {
        const int NamesSize = 2048, ValueSize = 4096;
        nint owned = context->Make(SyscallNumber.fchown, to, (nint)Stat.Owner(stat), (nint)Stat.Group(stat));
        if (owned < 0)
            return owned;
        byte* names = stackalloc byte[NamesSize];
        byte* value = stackalloc byte[ValueSize];
        nint length = Raw.Call(SyscallNumber.flistxattr, from, (nint)names, NamesSize);
        for (nint at = 0; at < length; at += Bytes.Length(names + at) + 1)
        {
            nint size = Raw.Call(SyscallNumber.fgetxattr, from, (nint)(names + at), (nint)value, ValueSize);
            if (size < 0)
                continue;
            nint set = context->Make(SyscallNumber.fsetxattr, to, (nint)(names + at), (nint)value, size, 0);
            if (set < 0 && set is not (-Errno.EOPNOTSUPP or -Errno.EPERM))
                return set;
        }
        return 0;
    }
}
