using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Programs;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary>The options that <c>create</c> and <c>run</c> share.</summary>
internal sealed class StartOptions
{
    /// <summary>What they are.</summary>
    public static readonly Option[] Shared =
    [
        new("bundle", "directory of the bundle (the working directory)", "DIR", 'b'),
        new("config", "another configuration than the bundle's config.json", "FILE", 'f'),
        new("console-socket", "unix socket that gets the terminal's master", "SOCKET"),
        new("pid-file", "file that the init's pid is written to", "FILE"),
        new("pidfd-socket", "unix socket that gets a pidfd of the init", "SOCKET"),
        new("preserve-fds", "how many descriptors from 3 on the command gets", "N"),
        new("no-pivot", "use MS_MOVE and chroot instead of pivot_root, for a host that runs from an initramfs"),
        new("no-new-keyring", "keep the session keyring of the caller"),
        new("no-subreaper", "taken for compatibility: a container's processes never become this one's"),
    ];

    private readonly StateStore _store;
    private readonly Action<string> _note;

    public StartOptions(CommandLine line, GlobalOptions options)
    {
        _store = options.Store;
        Line = line;
        Warn = options.Log.Warn;
        _note = options.Log.Note;
        Id = Line.Word(0, "container's id");
        Bundle = Path.GetFullPath(Line.Value("bundle") ?? ".");
    }

    public CommandLine Line { get; }

    public string Id { get; }

    /// <summary>Says what failed without the operation failing.</summary>
    public Action<string> Warn { get; }

    public string Bundle { get; }

    public string? ConsoleSocket => Line.Value("console-socket");

    /// <summary>Reads the configuration and makes the request.</summary>
    /// <param name="parks">Whether the process waits to be started.</param>
    /// <param name="foreground">Who waits for its end; <see langword="null"/>: nobody.</param>
    public StartRequest Request(bool parks, Foreground? foreground)
    {
        string config = Line.Value("config") ?? Path.Combine(Bundle, "config.json");
        ContainerId.Require(Id);
        ContainerSpec spec = SpecReader.Read(config, out byte[] json);
        bool hasTerminal = spec.Process?.Terminal == true;
        if (hasTerminal && foreground is null && ConsoleSocket is null)
            throw new UsageException("cannot allocate tty if runtime will detach without setting console socket: name one with --console-socket");
        if (!hasTerminal && ConsoleSocket is not null)
            throw new UsageException("cannot use console socket if runtime will not detach or allocate tty: process.terminal is false");
        bool notifies = NotifySocket.IsFor(spec, Warn);
        if (notifies)
            spec = NotifySocket.Announce(spec, _store.DirectoryOf(Id));
        return new StartRequest
        {
            Id = Id,
            Bundle = Bundle,
            Spec = spec.Process is { } process ? spec
                with { Process =
                ProcessEnvironment.Complete(ListenDescriptors.Announce(process), Path.Combine(Bundle, spec.Root?.Path ?? "")) } : spec,
            Claimed = notifies ? directory => OfferNotifySocket(directory, listens: !parks) : null,
            Json = json,
            Parks = parks,
            IsWatched = parks || Line.Has("detach"),
            NoPivot = Line.Has("no-pivot"),
            NoNewKeyring = Line.Has("no-new-keyring"),
            EndsWithRuntime = foreground?.EndsWithParent == true,
            PreservedFds = Line.Number("preserve-fds", 0) + ListenDescriptors.Count,
            PidFile = Line.Value("pid-file") is { } file ? Path.GetFullPath(file) : null,
            ProcessReceiver = Line.Value("pidfd-socket") is { } receiver ? SendDescriptor(receiver, "pidfd") : null,
            Warn = Warn,
            Note = _note,
            TerminalReceiver = ConsoleSocket is { } socket ? SendTerminal(socket) : foreground is null ? null : foreground.TakeTerminal,
            Streams = Streams(foreground, hasTerminal, Warn),
        };
    }

    /// <summary>What listens to the container from before it runs; <see langword="null"/> for <c>create</c>, and where nobody wants it.</summary>
    public NotifySocket? Notifications { get; private set; }

    private void OfferNotifySocket(string stateDirectory, bool listens)
    {
        NotifySocket.MakeDirectory(stateDirectory);
        if (listens)
            Notifications = NotifySocket.Listen(stateDirectory);
    }

    /// <summary>What a process has in the place of the caller's streams.</summary>
    /// <param name="foreground">Who waits for its end; <see langword="null"/>: nobody.</param>
    /// <param name="hasTerminal">Whether it gets a terminal of its own.</param>
    /// <param name="warn">Gets what is not passed on.</param>
    /// <param name="root">Root of a container that runs already.</param>
    /// <exception cref="InvalidSpecException">One of them is a directory.</exception>
    public static CallerStreams Streams(Foreground? foreground, bool hasTerminal, Action<string> warn, string? root = null) =>
        foreground is not null ? foreground.TakeStreams(hasTerminal, root)
        : hasTerminal ? CallerStreams.None()
        : CallerStreams.Kept(warn);

    /// <summary>Hands a terminal's master to whoever listens on a socket, as conmon and containerd do.</summary>
    public static Action<int> SendTerminal(string path)
    {
        Action<int> send = SendDescriptor(path, "/dev/ptmx");
        return master =>
        {
            using var owned = new FileHandle(master);
            send(owned.Fd);
        };
    }

    /// <summary>Hands a descriptor, which stays this process's too, to whoever listens on a socket.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="message">What is said with it.</param>
    public static Action<int> SendDescriptor(string path, string message)
    {
        // Connected before anything is made: a socket that nobody listens on must not cost a container.
        FileHandle socket = UnixSocket.Connect(Path.GetFullPath(path));
        return descriptor =>
        {
            using (socket)
                UnixSocket.Send(socket.Fd, message, descriptor);
        };
    }
}
