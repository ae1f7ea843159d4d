using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime;

/// <summary>A container's process in the foreground: signals go on to it, and its end is waited for.</summary>
/// <remarks>
/// The signals are blocked before the .NET runtime starts (<see cref="EntryPoint"/>), in all threads, and read here from a
/// descriptor: a handler of .NET's would need a thread that does not exist in the child.
/// </remarks>
internal sealed unsafe class Foreground : IDisposable
{
    private const int StandardInput = 0, StandardOutput = 1, SignalSetSize = 8, CloseOnExec = 0x80000, NonBlocking = 0x800;
    private readonly FileHandle _signals;
    private readonly FileHandle? _caller, _cancel;
    private readonly WayOut _wayOut;
    private FileHandle? _terminal;
    private CallerStreams? _streams;

    /// <summary>Begins to collect signals. Until <see cref="WaitFor"/> those that end a process end the start.</summary>
    /// <param name="endsWithParent">Whether the container is killed when the calling process ends.</param>
    /// <param name="cancel">A pipe whose end, or a byte in which, kills the container too; <see langword="null"/> for none.</param>
    public Foreground(bool endsWithParent, string? cancel)
    {
        ulong set = ForwardedSignals.Set;
        _signals = new FileHandle((int)Syscall.Check(
            Syscall.Call(SyscallNumber.signalfd4, -1, (nint)(&set), SignalSetSize, CloseOnExec | NonBlocking), "signalfd4"));
        if (endsWithParent)
        {
            _caller = Pidfd.Open((int)Syscall.Call(SyscallNumber.getppid))
                ?? throw new ContainerStateException("The calling process has ended.");
        }
        if (cancel is not null)
        {
            nint opened = Files.openat(Files.AT_FDCWD, cancel, Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC);
            _cancel = new FileHandle((int)Syscall.Check(opened, "openat", cancel));
        }
        _wayOut = WayOut.OfSignals(ForwardedSignals.Ending, _caller?.Fd ?? -1, _cancel?.Fd ?? -1);
    }

    /// <summary>Whether the process ends with this one, and this one with the caller.</summary>
    public bool EndsWithParent => _caller is not null;

    /// <summary>The caller's streams for a process in the foreground, which are copied until its end.</summary>
    /// <param name="hasTerminal">Whether the process gets a terminal of its own.</param>
    /// <param name="root">Root of a container that runs already.</param>
    public CallerStreams TakeStreams(bool hasTerminal, string? root = null) =>
        _streams = hasTerminal ? CallerStreams.None() : CallerStreams.Copied(root, endsOutput: EndsWithParent);

    /// <summary>Takes the terminal's master.</summary>
    public void TakeTerminal(int master)
    {
        _terminal = new FileHandle(master);
        // Who reads a file or a pipe wants lines; carriage returns are for what shows them.
        if (!Termios.TryGet(StandardOutput, out _) && Termios.TryGet(master, out Termios settings))
            Termios.Set(master, settings.WithPlainLineFeeds());
        // Before the process runs: what it shows first has the right size.
        Termios.CopySize(StandardInput, master);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>What a shell would report.</returns>
    public int WaitFor(InitProcess process)
    {
        _wayOut.Dispose();
        if (_terminal is not null)
        {
            using var proxy = new TerminalProxy(_terminal.Fd, process.PidFd, _signals.Fd);
            proxy.Run(_caller?.Fd ?? -1, _cancel?.Fd ?? -1);
        }
        else
        {
            Watch(process);
        }
        return Pidfd.Wait(process.PidFd)?.ShellCode ?? 1;
    }

    /// <summary>What the process exits with, once all is cleaned up: output that was lost is no success.</summary>
    /// <param name="code">The command's own code.</param>
    /// <param name="warn">Gets what was lost where the code tells of a failure already.</param>
    /// <exception cref="ContainerException">Output was lost.</exception>
    public int Conclude(int code, Action<string> warn)
    {
        if (_streams?.Lost is not { } lost)
            return code;
        if (code == 0)
            throw lost;
        warn(lost.Message);
        return code;
    }

    private void Watch(InitProcess process)
    {
        const int Kill = 9, Own = 4;
        _streams?.LetGo();
        Span<PollEntry> entries = stackalloc PollEntry[Own + CallerStreams.Entries];
        entries[0] = new PollEntry { Fd = process.PidFd, Events = PollEntry.In };
        entries[1] = new PollEntry { Fd = _signals.Fd, Events = PollEntry.In };
        entries[2] = new PollEntry { Fd = _caller?.Fd ?? -1, Events = PollEntry.In };
        entries[3] = new PollEntry { Fd = _cancel?.Fd ?? -1, Events = PollEntry.In };
        entries[Own..].Fill(new PollEntry { Fd = -1 });
        while (entries[0].Returned == 0)
        {
            Poll.Wait(entries, _streams?.Watch(entries[Own..]) ?? -1);
            if (entries[1].Returned != 0)
                ForwardSignals(process);
            if (entries[2].Returned != 0 || entries[3].Returned != 0)
            {
                Pidfd.SendSignal(process.PidFd, Kill);
                entries[2].Fd = entries[3].Fd = -1;
                entries[2].Returned = entries[3].Returned = 0;
            }
            _streams?.Serve(entries[Own..]);
        }
        _streams?.Drain(_signals.Fd, () => ForwardSignals(process));
    }

    /// <returns>Whether one of them asks for the end.</returns>
    private bool ForwardSignals(InitProcess process)
    {
        bool isEnd = false;
        byte* record = stackalloc byte[Signals.RecordSize];
        while (Syscall.Call(SyscallNumber.read, _signals.Fd, (nint)record, Signals.RecordSize) == Signals.RecordSize)
        {
            int signal = *(int*)record;
            isEnd |= signal is Signals.SIGHUP or Signals.SIGINT or Signals.SIGQUIT or Signals.SIGTERM;
            Pidfd.SendSignal(process.PidFd, signal);
        }
        return isEnd;
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        _wayOut.Dispose();
        _signals.Dispose();
        _cancel?.Dispose();
        _caller?.Dispose();
        _terminal?.Dispose();
        _streams?.Dispose();
    }
}
