using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Containers.Audit;

/// <summary>Which namespaces are the container's own, which the host's, which another's.</summary>
internal static class NamespaceAudit
{
    internal static void Run(AuditReport report, IReadOnlyList<NamespaceSpec> asked, int pid)
    {
        foreach (ContainerNamespace inForce in ContainerNamespace.Of(pid))
        {
            NamespaceSpec? wanted = asked.LastOrDefault(one => one.Type == inForce.Type);
            string check = $"Namespace.{inForce.Type}";
            string now = inForce.IsHost ? "host" : $"own [{inForce.Inode}]";
            if (wanted is null)
                report.Add(check, "host", now, inForce.IsHost);
            else if (wanted.Path is null)
                report.Add(check, "own", now, !inForce.IsHost);
            else if (InodeOf(wanted.Path) is { } inode)
                report.Add(check, $"{wanted.Path} [{inode}]", $"[{inForce.Inode}]", inode == inForce.Inode);
            else
                report.Unknown(check, wanted.Path, "the namespace file is gone");
        }
    }

    // A link of /proc, or a file that the namespace is mounted on.
    private static ulong? InodeOf(string path)
    {
        using FileHandle? file = NamespaceFile.Open(path);
        return file is null ? null : NamespaceFile.InodeOf(file.Fd);
    }
}
