using System.Globalization;

namespace PSContainer.Containers;

/// <summary>TCP ports that are listened on in the network namespace of a process, proc_pid_net(5). Nothing is entered.</summary>
internal static class ListeningPorts
{
    private const string Listen = "0A";

    /// <summary>Whether a port is listened on, by IPv4 or IPv6.</summary>
    internal static bool Contains(int pid, int port) =>
        Find(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net/tcp")), port)
        || Find(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net/tcp6")), port);

    /// <summary>Looks in text of the file.</summary>
    internal static bool Find(string? table, int port)
    {
        string wanted = port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in (table ?? "").Split('\n'))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 3 && words[3] == Listen && words[1].EndsWith($":{wanted}", StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
