using System.Globalization;
using System.Text;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Logs;
using PSContainer.Programs;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Monitor;

/// <summary>
/// A monitor with a shell script in the place of the OCI runtime: what it "creates" is an ordinary process. All of it is gone
/// when the test is over.
/// </summary>
internal sealed class MonitoredProcess : IDisposable
{
    // The descriptor 4 keeps standard input: a shell gives a process of the background none. The process begins when the
    // script is gone: a shell takes the ends of its children, which an OCI runtime leaves to the monitor.
    private const string Create = """
        #!/bin/sh
        if [ "$3" = delete ]; then printf '%s\n' "$*" > '@parent/deleted'; exit 0; fi
        shift 4
        exec 4<&0
        ( exec 0<&4 4<&- 3>&-; while [ -e /proc/$$ ]; do :; done; exec "$@" ) &
        echo $! > '@state/init.pid'
        """;

    private readonly string _parent = Directory.CreateTempSubdirectory("psc-test-").FullName;
    private readonly List<int> _strays = [];
    private FileHandle? _init;

    public MonitoredProcess(string? runtime = null)
    {
        StateDirectory = Directory.CreateDirectory(Path.Combine(_parent, "psc-test-container")).FullName;
        Script = Path.Combine(_parent, "runtime");
        ProgramFile.Write(Script, (runtime ?? Create).Replace("@state", StateDirectory).Replace("@parent", _parent));
        Request = new MonitorRequest
        {
            Executable = TestRepository.Executable,
            StateDirectory = StateDirectory,
            Runtime = Script,
            RuntimeArguments = [],
        };
    }

    public MonitorRequest Request { get; set; }

    public string StateDirectory { get; }

    public string Script { get; }

    public int InitPid { get; private set; }

    public int MonitorPid { get; private set; }

    public string this[string file] => Path.Combine(StateDirectory, file);

    public string Beside(string file) => Path.Combine(_parent, file);

    /// <summary>Starts a shell command under the monitor.</summary>
    public MonitoredProcess Start(string command)
    {
        InitPid = MonitorSpawn.Start(Request with { RuntimeArguments = ["sh", "-c", command] });
        _init = Pidfd.Open(InitPid);
        // Not by System.IO, whose own lock the monitor's would refuse.
        MonitorPid = int.Parse(Encoding.ASCII.GetString(AtomicFile.Read(this["monitor"])!), CultureInfo.InvariantCulture);
        return this;
    }

    /// <summary>Waits until the monitor has written how the process ended.</summary>
    public JsonElement End(int seconds = 60)
    {
        Assert.True(Until(() => File.Exists(this["exit"]), seconds), "no exit record in time");
        using var document = JsonDocument.Parse(File.ReadAllText(this["exit"]));
        return document.RootElement.Clone();
    }

    public List<ContainerLogEntry> Log(Func<LogQuery, LogQuery>? change = null)
    {
        LogQuery query = new() { LogPath = Request.LogPath ?? this["log"], StateDirectory = StateDirectory };
        return [.. LogReader.Read(change?.Invoke(query) ?? query)];
    }

    public List<string> Messages() => [.. Log().Select(entry => entry.Message)];

    public void Signal(int signal)
    {
        using FileHandle monitor = MonitorState.Open(StateDirectory) ?? throw new InvalidOperationException("no monitor");
        Pidfd.SendSignal(monitor.Fd, signal);
    }

    /// <summary>A process that the test made through the script, ended with the test.</summary>
    public void EndLater(int pid) => _strays.Add(pid);

    public static bool Until(Func<bool> condition, int seconds = 60)
    {
        for (DateTime end = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < end; Thread.Sleep(5))
        {
            if (condition())
                return true;
        }
        return condition();
    }

    public void Dispose()
    {
        foreach (int pid in _strays)
        {
            using FileHandle? stray = Pidfd.Open(pid);
            if (stray is not null)
                Pidfd.SendSignal(stray.Fd, 9);
        }
        using FileHandle? monitor = MonitorPid == 0 ? null : Pidfd.Open(MonitorPid);
        if (_init is not null)
            Pidfd.SendSignal(_init.Fd, 9);
        bool isOver = monitor is null || Pidfd.WaitForEnd(monitor.Fd, 60_000);
        _init?.Dispose();
        if (Directory.Exists(_parent))
            Directory.Delete(_parent, recursive: true);
        // It reads on for whatever the command left behind: a test ends that too.
        Assert.True(isOver, "the monitor lives on");
    }
}
