using PSContainer.Spec;

namespace PSContainer.Steps.Parent;

/// <summary>Which namespaces of a process are not this one's: joining one's own user namespace is an error.</summary>
internal static class NamespaceDifference
{
    public static int Of(int pid)
    {
        int flags = 0;
        foreach (string type in NamespaceTypes.All)
        {
            string file = NamespaceTypes.FileName(type);
            string? own = new FileInfo($"/proc/self/ns/{file}").LinkTarget;
            string? other = new FileInfo($"/proc/{pid}/ns/{file}").LinkTarget;
            if (other is not null && other != own)
                flags |= NamespaceTypes.Flag(type);
        }
        return flags;
    }
}
