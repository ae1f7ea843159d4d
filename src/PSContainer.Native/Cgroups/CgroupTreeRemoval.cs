using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Cgroups;

/// <summary>Removes the cgroups below one, however deep a container that may write to its own has made them.</summary>
/// <remarks>
/// By single names below one descriptor, since a path may be longer than the kernel takes. Up leads <c>..</c>: a cgroup cannot be
/// moved into another.
/// </remarks>
internal static class CgroupTreeRemoval
{
    private const int BufferSize = 1 << 15;

    private static int Flags => O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

    /// <summary>Removes what is below a cgroup and is not busy.</summary>
    internal static void RemoveBelow(string path)
    {
        byte[] buffer = new byte[BufferSize];
        int current = (int)openat(AT_FDCWD, PathBytes.From(path), Flags);
        if (current < 0)
            return;
        // What is left at each level; the first of them is where the walk is below.
        var levels = new Stack<Queue<byte[]>>();
        levels.Push(Children(current, buffer));
        while (current >= 0)
        {
            Queue<byte[]> names = levels.Peek();
            if (names.Count > 0)
            {
                Enter(ref current, names, levels, buffer);
                continue;
            }
            levels.Pop();
            int above = levels.Count == 0 ? -1 : (int)openat(current, "..\0"u8, Flags);
            Syscall.Call(SyscallNumber.close, current);
            current = above;
            if (current >= 0)
                unlinkat(current, levels.Peek().Dequeue(), AT_REMOVEDIR);
        }
    }

    private static void Enter(ref int current, Queue<byte[]> names, Stack<Queue<byte[]>> levels, byte[] buffer)
    {
        byte[] name = names.Peek();
        int child = unlinkat(current, name, AT_REMOVEDIR) == 0 ? -1 : (int)openat(current, name, Flags);
        Queue<byte[]> below = child < 0 ? [] : Children(child, buffer);
        if (below.Count > 0)
        {
            levels.Push(below);
            (child, current) = (current, child);
        }
        else
            names.Dequeue(); // Gone, or a process is in it.
        if (child >= 0)
            Syscall.Call(SyscallNumber.close, child);
    }

    private static Queue<byte[]> Children(int directory, byte[] buffer)
    {
        var names = new Queue<byte[]>();
        for (nint length; (length = getdents64(directory, buffer)) > 0;)
        {
            ReadOnlySpan<byte> records = buffer.AsSpan(0, (int)length);
            while (NextDirectoryEntry(ref records, out ReadOnlySpan<byte> name, out byte type))
            {
                if (type << 12 == S_IFDIR && name is not [(byte)'.', 0] and not [(byte)'.', (byte)'.', 0])
                    names.Enqueue(name.ToArray());
            }
        }
        return names;
    }
}
