using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Containers.Insight;

/// <summary>
/// TCP ports that processes of a container listen on, proc_pid_net(5). Others may be in its network namespace too: with the host's,
/// the whole host. Nothing is entered.
/// </summary>
internal static class ListeningPorts
{
    private const string Listen = "0A";
    private const int PortWord = 1, StateWord = 3, InodeWord = 9;

    /// <summary>Whether one of its processes listens on a port, by IPv4 or IPv6.</summary>
    internal static bool Contains(Container container, int init, int port)
    {
        string net = string.Create(CultureInfo.InvariantCulture, $"/proc/{init}/net");
        HashSet<string> sockets = [.. Find(ProcFile.Read($"{net}/tcp"), port), .. Find(ProcFile.Read($"{net}/tcp6"), port)];
        return sockets.Count > 0 && container.ProcessIds(init).Any(pid => Holds(pid, sockets));
    }

    /// <summary>What the descriptors of the sockets that listen on a port lead to, from text of the file.</summary>
    internal static IReadOnlyList<string> Find(string? table, int port)
    {
        string wanted = port.ToString("X4", CultureInfo.InvariantCulture);
        var found = new List<string>();
        foreach (string line in (table ?? "").Split('\n'))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > InodeWord && words[StateWord] == Listen
                && words[PortWord].EndsWith($":{wanted}", StringComparison.Ordinal))
                found.Add($"socket:[{words[InodeWord]}]");
        }
        return found;
    }

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd");
            return Directory.EnumerateFileSystemEntries(directory)
                .Any(entry => new FileInfo(entry).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is not the caller's to look into.
            return false;
        }
    }
}
