using System.Buffers.Text;
using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>The namespaces that the processes of /proc are in: one pass over all of them, read as bytes.</summary>
internal sealed class NamespaceScan
{
    private const int LinkSize = 64, RecordSize = 32 << 10;
    private readonly Dictionary<ulong, Group> _groups = [];

    /// <summary>What was found, by inode.</summary>
    internal IReadOnlyDictionary<ulong, Group> Groups => _groups;

    /// <summary>The processes of one namespace.</summary>
    internal sealed class Group(NamespaceType type)
    {
        internal NamespaceType Type { get; } = type;

        /// <summary>Pids, ascending: as the kernel lists them.</summary>
        internal List<int> Pids { get; } = [];
    }

    /// <summary>Reads all processes that the caller may look at.</summary>
    internal static NamespaceScan Read()
    {
        var scan = new NamespaceScan();
        using var proc = new FileHandle((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, "/proc", Files.O_RDONLY | Files.O_DIRECTORY | Files.O_CLOEXEC), "openat", "/proc"));
        byte[] records = new byte[RecordSize];
        Span<byte> path = stackalloc byte[LinkSize];
        // Most processes share a namespace with the one before.
        var last = new (ulong Inode, Group? Group)[NamespaceWord.All.Count];
        byte[][] files = [.. NamespaceWord.All.Select(type => System.Text.Encoding.ASCII.GetBytes($"/ns/{NamespaceWord.FileOf(type)}\0"))];
        nint length;
        while ((length = Files.getdents64(proc.Fd, records)) > 0)
        {
            ReadOnlySpan<byte> rest = records.AsSpan(0, (int)length);
            while (Files.NextDirectoryEntry(ref rest, out ReadOnlySpan<byte> name))
            {
                if (!Utf8Parser.TryParse(name, out int pid, out int digits) || digits != name.Length - 1)
                    continue;
                name[..digits].CopyTo(path);
                for (int i = 0; i < files.Length; i++)
                {
                    files[i].CopyTo(path[digits..]);
                    ulong inode = InodeOf(proc.Fd, path);
                    // Without its first, the mount namespace, a process has ended and only waits to be taken; the others linger.
                    if (inode == 0 && i == 0)
                        break;
                    scan.Add((NamespaceType)i, inode, pid, ref last[i]);
                }
            }
        }
        return scan;
    }

    private void Add(NamespaceType type, ulong inode, int pid, ref (ulong Inode, Group? Group) last)
    {
        if (inode == 0)
            return;
        if (inode != last.Inode)
        {
            if (!_groups.TryGetValue(inode, out Group? group))
                _groups.Add(inode, group = new(type));
            last = (inode, group);
        }
        last.Group!.Pids.Add(pid);
    }

    // The link's text is the kernel's own, as in net:[4026531840]. 0: no such process any more, or not for us to see.
    private static ulong InodeOf(int proc, ReadOnlySpan<byte> path)
    {
        Span<byte> link = stackalloc byte[LinkSize];
        nint length = Files.readlinkat(proc, path, link);
        if (length <= 0)
            return 0;
        int start = link[..(int)length].IndexOf((byte)'[') + 1;
        return Utf8Parser.TryParse(link[start..(int)length], out ulong inode, out _) ? inode : 0;
    }
}
