using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Plan;

/// <summary>Which namespaces of a process are not this one's: joining one's own user namespace is an error.</summary>
internal static class NamespaceDifference
{
    /// <summary>CLONE_NEW… flags of the namespaces to join.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="pidfd">The same process, so that it is surely the one that was looked at.</param>
    /// <param name="id">Its container.</param>
    /// <exception cref="ContainerStateException">
    /// It ended meanwhile, or is not to be looked into: to take that for no difference would be to stay on the host.
    /// </exception>
    public static int Of(int pid, FileHandle pidfd, string id)
    {
        int flags = 0;
        foreach (string type in NamespaceTypes.All)
        {
            string file = NamespaceTypes.FileName(type);
            if (new FileInfo($"/proc/self/ns/{file}").LinkTarget is not { } own)
                continue;
            string other = new FileInfo($"/proc/{pid}/ns/{file}").LinkTarget ?? throw Gone(id);
            if (other != own)
                flags |= NamespaceTypes.Flag(type);
        }
        // While the descriptor's process is there nobody else has its pid, and had it while the names were read.
        return Pidfd.SendSignal(pidfd.Fd, 0) ? flags : throw Gone(id);
    }

    private static ContainerStateException Gone(string id) =>
        new($"The container '{id}' ended while it was entered.", "Start it again.") { Target = id };
}
