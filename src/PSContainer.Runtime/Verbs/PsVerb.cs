using System.Globalization;
using System.Text;
using PSContainer.Cgroups;
using PSContainer.Containers.Insight;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>ps</c>: the processes of a container, with the host's pids; the table is that of ps(1).</summary>
internal static class PsVerb
{
    public static readonly Syntax Syntax = new("ps", "CONTAINER [PS-OPTION]...", "show the processes of a container",
        new Option("format", "table (of ps(1), by default with -ef) or json (an array of pids)", "FORMAT", 'f'))
    { OwnWords = 1 };

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        string format = line.Value("format") ?? "table";
        if (format is not ("table" or "json"))
            throw new UsageException($"invalid format option: --format {format} is neither table nor json");
        IReadOnlyList<int> pids = Pids(options.Store, id);
        if (format == "json")
            OutputText.Write($"[{string.Join(',', pids)}]\n");
        else
            OutputText.Write(Rows(HostProgram.Read("ps", line.Rest.Length == 0 ? ["-ef"] : line.Rest), [.. pids]));
        return 0;
    }

    private static IReadOnlyList<int> Pids(StateStore store, string id)
    {
        ContainerState? state = store.Read(id);
        ContainerStatus status = store.StatusOf(id, state);
        if (status is ContainerStatus.Creating)
            throw ContainerWord.NotRunning(id, status, "one that was made has processes");
        IReadOnlyList<int> pids = state is { Cgroups.Count: > 0 } ? Cgroup.Open(state.Cgroups).GetProcessIds() : [];
        return pids.Count > 0 || !ContainerWord.IsAlive(status) ? pids : ContainerProcessReader.PidsInNamespaceOf(state!.Pid);
    }

    /// <summary>The heading of a table of ps(1) and the rows of some processes.</summary>
    /// <exception cref="UsageException">There is no column PID to tell them by.</exception>
    private static string Rows(string table, HashSet<int> pids)
    {
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(Words(lines[0]), "PID");
        if (column < 0)
            throw new UsageException("ps(1) showed no column PID: use options of ps(1) with which it does, such as -ef");
        var text = new StringBuilder(lines[0]).Append('\n');
        foreach (string line in lines.AsSpan(1))
        {
            string[] words = Words(line);
            if (words.Length > column && int.TryParse(words[column], CultureInfo.InvariantCulture, out int pid)
                && pids.Contains(pid))
                text.Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
