using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.State;
using PSContainer.Words;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>events</c>: what a container uses, again and again until it ends, and each kill for want of memory; a JSON object a line.
/// </summary>
internal static class EventsVerb
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    public static readonly Syntax Syntax =
        new("events", "CONTAINER", "show what a container uses and when memory runs out, as JSON",
        new Option("interval", "time between two readings, as 5s or 100ms (5s)", "TIME"),
        new Option("stats", "one reading only"));

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        TimeSpan interval = line.Value("interval") is { } text ? DurationWord.Parse(text) : TimeSpan.FromSeconds(5);
        if (interval <= TimeSpan.Zero)
            throw new UsageException("duration interval must be greater than 0");
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        ContainerState? state = options.Store.Read(id);
        using FileHandle? init = state is { Pid: > 0 } ? Pidfd.Open(state.Pid) : null;
        ContainerStatus status = options.Store.StatusOf(id, state);
        if (init is null || !ContainerWord.IsAlive(status))
            throw ContainerWord.NotRunning(id, status, "a created, running or paused one uses anything");
        Cgroup cgroup = Cgroup.Open(state!.Cgroups);
        if (line.Has("stats"))
            WriteStats(id, cgroup);
        else
            Watch(id, cgroup, init, interval);
        return 0;
    }

    private static void Watch(string id, Cgroup cgroup, FileHandle init, TimeSpan interval)
    {
        long kills = cgroup.OomKillCount ?? 0;
        TimeSpan left = interval;
        bool isRead = true;
        while (isRead
            && !Pidfd.WaitForEnd(init.Fd, (int)TimeSpan.FromTicks(Math.Min(left.Ticks, s_look.Ticks)).TotalMilliseconds))
        {
            isRead = TellKills(id, cgroup, ref kills);
            left -= left < s_look ? left : s_look;
            if (isRead && left <= TimeSpan.Zero)
            {
                isRead = WriteStats(id, cgroup);
                left = interval;
            }
        }
        TellKills(id, cgroup, ref kills);
    }

    private static bool TellKills(string id, Cgroup cgroup, ref long known)
    {
        long kills = cgroup.OomKillCount ?? known;
        bool isRead = true;
        for (; known < kills && isRead; known++)
            isRead = Write(json => WriteHead(json, "oom", id));
        return isRead;
    }

    /// <returns>Whether there is still a reader.</returns>
    private static bool WriteStats(string id, Cgroup cgroup) => Write(json =>
    {
        WriteHead(json, "stats", id);
        json.WritePropertyName("data");
        StatsWriter.Write(json, cgroup);
    });

    private static void WriteHead(Utf8JsonWriter json, string type, string id)
    {
        json.WriteString("type", type);
        json.WriteString("id", id);
    }

    private static bool Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return OutputText.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
