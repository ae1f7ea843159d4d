using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Monitor;
using PSContainer.Steps.Parent;

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
    private readonly FileHandle? _caller;
    private FileHandle? _terminal;

    /// <summary>Begins to collect signals.</summary>
    /// <param name="endsWithParent">Whether the container is killed when the calling process ends.</param>
    public Foreground(bool endsWithParent)
    {
        ulong set = ForwardedSignals.Set;
        _signals = new FileHandle((int)Syscall.Check(
            Syscall.Call(SyscallNumber.signalfd4, -1, (nint)(&set), SignalSetSize, CloseOnExec | NonBlocking), "signalfd4"));
        if (endsWithParent)
        {
            _caller = Pidfd.Open((int)Syscall.Call(SyscallNumber.getppid))
                ?? throw new ContainerStateException("The calling process has ended.");
        }
    }

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
        if (_terminal is not null)
        {
            using var proxy = new TerminalProxy(_terminal.Fd, process.PidFd, _signals.Fd);
            proxy.Run(_caller?.Fd ?? -1);
        }
        else
        {
            Watch(process);
        }
        return Pidfd.Wait(process.PidFd)?.ShellCode ?? 1;
    }

    private void Watch(InitProcess process)
    {
        const int Kill = 9;
        PollEntry* entries = stackalloc PollEntry[3];
        entries[0] = new PollEntry { Fd = process.PidFd, Events = PollEntry.In };
        entries[1] = new PollEntry { Fd = _signals.Fd, Events = PollEntry.In };
        entries[2] = new PollEntry { Fd = _caller?.Fd ?? -1, Events = PollEntry.In };
        while (entries[0].Returned == 0)
        {
            Syscall.Call(SyscallNumber.poll, (nint)entries, 3, -1);
            if (entries[1].Returned != 0)
                ForwardSignals(process);
            if (entries[2].Returned != 0)
            {
                Pidfd.SendSignal(process.PidFd, Kill);
                entries[2].Fd = -1;
            }
        }
    }

    private void ForwardSignals(InitProcess process)
    {
        byte* record = stackalloc byte[Signals.RecordSize];
        while (Syscall.Call(SyscallNumber.read, _signals.Fd, (nint)record, Signals.RecordSize) == Signals.RecordSize)
            Pidfd.SendSignal(process.PidFd, *(int*)record);
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        _signals.Dispose();
        _caller?.Dispose();
        _terminal?.Dispose();
    }
}
