namespace PSContainer.Trees;

/// <summary>Names of extended attributes, xattr(7).</summary>
internal static class AttributeNames
{
    /// <summary>The longest list and the longest value that the kernel has.</summary>
    internal const int Longest = 1 << 16;

    /// <summary>The attribute that holds file capabilities.</summary>
    internal const string Capability = "security.capability";

    /// <summary>What listxattr(2) yields, a name each with its NUL.</summary>
    internal static List<byte[]> Split(ReadOnlySpan<byte> list)
    {
        var names = new List<byte[]>();
        while (!list.IsEmpty)
        {
            int end = list.IndexOf((byte)0) + 1;
            names.Add(list[..end].ToArray());
            list = list[end..];
        }
        return names;
    }

    /// <summary>Whether it is overlayfs's own, with which one layer could reach into others.</summary>
    internal static bool IsOverlay(string name) =>
        name.StartsWith("trusted.overlay.", StringComparison.Ordinal)
        || name.StartsWith("user.overlay.", StringComparison.Ordinal);

    /// <summary>Whether it is an access control list, whose entries are ids.</summary>
    internal static bool IsAccessList(string name) => name is "system.posix_acl_access" or "system.posix_acl_default";

    /// <summary>Whether whoever may write a file may set it.</summary>
    internal static bool IsOfUser(string name) => name.StartsWith("user.", StringComparison.Ordinal) && !IsOverlay(name);
}
