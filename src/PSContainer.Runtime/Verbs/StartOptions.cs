using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Parent;

namespace PSContainer.Runtime.Verbs;

/// <summary>The options that <c>create</c> and <c>run</c> share.</summary>
internal sealed class StartOptions
{
    private static readonly string[] WithValue = ["bundle|b", "config|f", "console-socket", "pid-file", "preserve-fds"];

    public StartOptions(string[] arguments, params string[] moreWithoutValue)
    {
        Line = new CommandLine(arguments, WithValue, ["no-pivot", "no-new-keyring", "no-subreaper", .. moreWithoutValue], words: int.MaxValue);
        Line.RequireNoRest();
        if (Line.Words.Count > 1)
            throw new UsageException($"'{Line.Words[1]}' is one word too many");
        Id = Line.Word(0, "container's id");
        Bundle = Path.GetFullPath(Line.Value("bundle") ?? ".");
    }

    public CommandLine Line { get; }

    public string Id { get; }

    public string Bundle { get; }

    public string? ConsoleSocket => Line.Value("console-socket");

    /// <summary>Reads the configuration and makes the request.</summary>
    public StartRequest Request(bool parks, Action<int>? terminalReceiver)
    {
        string config = Line.Value("config") ?? Path.Combine(Bundle, "config.json");
        State.ContainerId.Require(Id);
        ContainerSpec spec = SpecReader.Read(config, out byte[] json);
        bool hasTerminal = spec.Process?.Terminal == true;
        if (hasTerminal && terminalReceiver is null && ConsoleSocket is null)
            throw new UsageException("the process has a terminal: name a socket for it with --console-socket");
        if (!hasTerminal && ConsoleSocket is not null)
            throw new UsageException("--console-socket is for a process with a terminal");
        return new StartRequest
        {
            Id = Id,
            Bundle = Bundle,
            Spec = spec,
            Json = json,
            Parks = parks,
            IsWatched = parks || Line.Has("detach"),
            NoPivot = Line.Has("no-pivot"),
            NoNewKeyring = Line.Has("no-new-keyring"),
            PreservedFds = Line.Number("preserve-fds", 0),
            PidFile = Line.Value("pid-file") is { } file ? Path.GetFullPath(file) : null,
            TerminalReceiver = ConsoleSocket is { } socket ? SendTerminal(socket) : terminalReceiver,
        };
    }

    /// <summary>Hands a terminal's master to whoever listens on a socket, as conmon and containerd do.</summary>
    public static Action<int> SendTerminal(string path)
    {
        // Connected before anything is made: a socket that nobody listens on must not cost a container.
        FileHandle socket = UnixSocket.Connect(Path.GetFullPath(path));
        return master =>
        {
            using (socket)
            using (var owned = new FileHandle(master))
                UnixSocket.Send(socket.Fd, "/dev/ptmx", owned.Fd);
        };
    }
}
