using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>All namespaces there are at one moment: those of processes, those that are mounted somewhere, those of our sets.</summary>
internal sealed class NamespaceTable
{
    private readonly Dictionary<ulong, Row> _rows = [];

    private NamespaceTable()
    {
    }

    /// <summary>By inode.</summary>
    internal IReadOnlyDictionary<ulong, Row> Rows => _rows;

    /// <summary>One namespace.</summary>
    internal sealed class Row(NamespaceType type)
    {
        internal NamespaceType Type { get; } = type;

        /// <summary>Processes in it, ascending.</summary>
        internal IReadOnlyList<int> Pids { get; set; } = [];

        /// <summary>A file it is mounted on, or <see langword="null"/>.</summary>
        internal string? Pin { get; set; }

        /// <summary>The set it belongs to, or <see langword="null"/>.</summary>
        internal NamespaceSet? Set { get; set; }
    }

    /// <summary>Reads them.</summary>
    internal static NamespaceTable Read(NamespaceStore store)
    {
        var table = new NamespaceTable();
        foreach ((ulong inode, NamespaceScan.Group group) in NamespaceScan.Read().Groups)
            table._rows.Add(inode, new(group.Type) { Pids = group.Pids });
        table.AddMounts();
        foreach (NamespaceSet set in store.Sets())
        {
            foreach ((NamespaceType type, ulong inode) in set.Members())
            {
                // Of a set whose holder has ended only mounts keep anything; the number may be another's by now.
                if (inode != 0 && (set.IsMounted(type) || set.HolderPid is not null))
                    table.RowOf(type, inode).Set = set;
            }
        }
        return table;
    }

    // A namespace that is mounted is there also without a process: /run/netns of ip(8), and the sets that mounts keep.
    private void AddMounts()
    {
        string text = ProcFile.Read("/proc/self/mountinfo") ?? "";
        foreach (string line in text.Split('\n'))
        {
            if (!line.Contains(" - nsfs ", StringComparison.Ordinal) || MountInfo.Parse(line) is not [var mount]
                || NamespaceWord.TryParseLink(mount.Root) is not var (type, inode))
                continue;
            Row row = RowOf(type, inode);
            row.Pin ??= mount.MountPoint;
        }
    }

    private Row RowOf(NamespaceType type, ulong inode)
    {
        if (!_rows.TryGetValue(inode, out Row? row))
            _rows.Add(inode, row = new(type));
        return row;
    }
}
