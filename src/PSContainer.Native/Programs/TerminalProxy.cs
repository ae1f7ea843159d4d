using PSContainer.Kernel;
using PSContainer.Monitor;

namespace PSContainer.Programs;

/// <summary>
/// Joins a container's terminal to the caller's: bytes both ways, the size, signals; the caller's settings come back.
/// </summary>
/// <remarks>
/// One thread, no handler and no wait that another side could prolong: at most <see cref="Portion"/> bytes are written to a
/// descriptor that poll(2) says takes them.
/// </remarks>
public sealed class TerminalProxy : IDisposable
{
    // PIPE_BUF: what a pipe that is ready takes without waiting.
    private const int Portion = 4096;
    // More than a terminal holds, whose buffers the kernel bounds at a fifth of it (drivers/tty/pty.c, tty_buffer_set_limit).
    private const int MostAfterEnd = 1 << 16;
    private const int SIGHUP = 1, SIGKILL = 9, SIGWINCH = 28;
    private const int F_SETFL = 4;
    private const int SignalRecordSize = 128;

    private readonly int _master, _input, _output, _process, _signals;
    private readonly Termios? _settings;
    private readonly TerminalBuffer _toMaster = new(Portion), _toOutput = new(Portion);
    private bool _isInputOpen = true, _isMasterOpen = true;
    private int _takenAfterEnd;

    // Whether the terminal took lines when the end of the input was written; null: that is not known, or it changed meanwhile.
    private bool? _hadLinesAtEnd;

    /// <summary>Puts the caller's terminal into raw mode and gives the container's its size.</summary>
    /// <param name="master">The master of the container's terminal; becomes non-blocking.</param>
    /// <param name="process">The pidfd of the process whose end ends the proxy.</param>
    /// <param name="signals">A non-blocking signalfd with SIGWINCH and what is to be forwarded, or -1.</param>
    /// <param name="input">The caller's terminal or another source.</param>
    /// <param name="output">Where the terminal is shown.</param>
    public TerminalProxy(int master, int process, int signals, int input = 0, int output = 1)
    {
        (_master, _process, _signals, _input, _output) = (master, process, signals, input, output);
        Syscall.Check(Syscall.Call(SyscallNumber.fcntl, master, F_SETFL, Files.O_RDWR | Files.O_NONBLOCK), "fcntl", "terminal");
        if (Termios.TryGet(input, out Termios settings))
        {
            _settings = settings;
            Termios.CopySize(input, master);
            Syscall.Check(Termios.Set(input, settings.ToRaw()), "ioctl TCSETSW", "terminal");
        }
    }

    /// <summary>Copies until the process has ended and all it wrote is shown.</summary>
    /// <remarks>
    /// What it left behind may have the terminal still, and write to it without end: from its end on nothing that is typed goes
    /// in, and no more comes out than a terminal can hold.
    /// </remarks>
    /// <param name="caller">A pidfd whose end kills the process, or -1.</param>
    /// <param name="cancel">Another descriptor that does when it becomes readable, or -1.</param>
    public void Run(int caller = -1, int cancel = -1)
    {
        PollEntry[] entries = new PollEntry[7];
        bool hasEnded = false;
        while (!hasEnded || _isMasterOpen || !_toOutput.IsEmpty)
        {
            Set(0, _isMasterOpen ? _master : -1, MasterEvents());
            Set(1, _isInputOpen && _toMaster.IsEmpty ? _input : -1, PollEntry.In);
            Set(2, _toOutput.IsEmpty ? -1 : _output, Poll.Out);
            Set(3, _signals, PollEntry.In);
            Set(4, hasEnded ? -1 : _process, PollEntry.In);
            Set(5, caller, PollEntry.In);
            Set(6, cancel, PollEntry.In);
            nint ready = Poll.Wait(entries, hasEnded && _toOutput.IsEmpty ? 0 : -1);
            if (ready <= 0)
                break;
            bool isStopped = entries[5].Returned != 0 || entries[6].Returned != 0;
            if (hasEnded && (isStopped || TakeSignals(entries[3].Returned)))
                break;
            if (entries[4].Returned != 0)
            {
                hasEnded = true;
                _isInputOpen = false;
                _toMaster.Clear();
                continue;
            }
            ServeMaster(entries[0].Returned, hasEnded);
            ServeCaller(entries[1].Returned, entries[2].Returned);
            if (!hasEnded)
                TakeSignals(entries[3].Returned);
            if (isStopped)
            {
                Pidfd.SendSignal(_process, SIGKILL);
                caller = cancel = -1;
            }
        }

        void Set(int role, int fd, short events) => entries[role] = new PollEntry { Fd = events == 0 ? -1 : fd, Events = events };
    }

    private short MasterEvents() =>
        (short)((_toOutput.IsEmpty ? PollEntry.In : 0) | (_toMaster.IsEmpty ? 0 : Poll.Out));

    private void ServeMaster(short events, bool hasEnded)
    {
        if ((events & Poll.Out) != 0)
            WriteToMaster();
        // A hangup counts only once there is room to read what came before it.
        if ((events & ~Poll.Out) != 0 && _toOutput.IsEmpty)
        {
            _isMasterOpen = _toOutput.ReadFrom(_master);
            if (hasEnded)
                _takenAfterEnd += _toOutput.Count;
            _isMasterOpen &= _takenAfterEnd <= MostAfterEnd;
        }
        if (!_isMasterOpen)
            _toMaster.Clear();
        else if (!hasEnded)
            RepeatEndOfFile();
    }

    private void WriteToMaster()
    {
        bool? before = HasLines();
        if (!_toMaster.WriteTo(_master))
            _toMaster.Clear();
        bool? after = HasLines();
        if (!_isInputOpen && _toMaster.IsEmpty)
            _hadLinesAtEnd = before == after ? after : null;
    }

    // A program that changes the mode before it reads (shells do, to edit lines) finds no end that was written before: the kernel
    // makes a NUL of it, or throws it away. To such a program the end is told again, as every read of a file at its end does.
    private void RepeatEndOfFile()
    {
        if (!_isInputOpen && _settings is null && _toMaster.IsEmpty && HasLines() is { } now && now != _hadLinesAtEnd)
            _toMaster.PutEndOfFile();
    }

    private bool? HasLines() => Termios.TryGet(_master, out Termios settings) ? settings.HasLines : null;

    private void ServeCaller(short inputEvents, short outputEvents)
    {
        // Whoever looked on has gone: the process may go on without being seen.
        if (outputEvents != 0 && !_toOutput.WriteTo(_output))
            _toOutput.Clear();
        if (inputEvents == 0 || _toMaster.ReadFrom(_input))
            return;
        _isInputOpen = false;
        if (_settings is not null)
            Pidfd.SendSignal(_process, SIGHUP);
        else
            _toMaster.PutEndOfFile();
    }

    // Whether one came that ends what waits.
    private unsafe bool TakeSignals(short events)
    {
        bool isEnded = false;
        byte* record = stackalloc byte[SignalRecordSize];
        while (events != 0 && Syscall.Call(SyscallNumber.read, _signals, (nint)record, SignalRecordSize) == SignalRecordSize)
        {
            int signal = *(int*)record;
            if (signal == SIGWINCH)
                Termios.CopySize(_input, _master);
            else
            {
                Pidfd.SendSignal(_process, signal);
                isEnded = true;
            }
        }
        return isEnded;
    }

    /// <summary>Gives the caller's terminal its settings back.</summary>
    public void Dispose()
    {
        if (_settings is { } settings)
            Termios.Set(_input, settings);
    }
}
