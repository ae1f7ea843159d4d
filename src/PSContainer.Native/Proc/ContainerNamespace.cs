using System.Globalization;

namespace PSContainer.Proc;

/// <summary>A namespace that a process is in, namespaces(7).</summary>
/// <param name="Type">
/// <c>pid</c>, <c>network</c>, <c>mount</c>, <c>ipc</c>, <c>uts</c>, <c>user</c>, <c>cgroup</c> or <c>time</c>.
/// </param>
/// <param name="Inode">Its number: two processes share it when these are equal.</param>
/// <param name="Path">The file that holds it.</param>
/// <param name="IsHost">Whether the calling process is in the same one.</param>
public sealed record ContainerNamespace(string Type, ulong Inode, string Path, bool IsHost)
{
    private static readonly (string File, string Type)[] Kinds =
    [
        ("cgroup", "cgroup"), ("ipc", "ipc"), ("mnt", "mount"), ("net", "network"), ("pid", "pid"), ("time", "time"),
        ("user", "user"), ("uts", "uts"),
    ];

    /// <summary>The namespaces of a process that this kernel has.</summary>
    internal static IReadOnlyList<ContainerNamespace> Of(int pid)
    {
        var found = new List<ContainerNamespace>(Kinds.Length);
        foreach ((string file, string type) in Kinds)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{file}");
            if (InodeOf(path) is { } inode)
                found.Add(new(type, inode, path, inode == InodeOf($"/proc/self/ns/{file}")));
        }
        return found;
    }

    /// <summary>The number in the link's text, as in <c>net:[4026531840]</c>.</summary>
    internal static ulong? InodeOf(string path)
    {
        string? text = new FileInfo(path).LinkTarget;
        int start = text?.IndexOf('[', StringComparison.Ordinal) ?? -1;
        if (start < 0)
            return null;
        ReadOnlySpan<char> number = text.AsSpan(start + 1).TrimEnd(']');
        return ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode) ? inode : null;
    }

    /// <summary>As the kernel writes it: <c>network:[4026531840]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type}:[{Inode}]");
}
