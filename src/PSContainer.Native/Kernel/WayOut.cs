namespace PSContainer.Kernel;

/// <summary>What ends a wait before what is waited for comes: a signal, the end of whoever wants it, a token.</summary>
/// <remarks>
/// It holds for the thread that opened it, until it is disposed of: a start waits in many places (for its child, a hook, a helper,
/// a lock, another runtime), and all of them have to end alike. Once it was taken, whatever undoes the start has
/// <see cref="Grace"/> for each of its waits, since nobody is left to end these.
/// </remarks>
public sealed unsafe class WayOut : IDisposable
{
    /// <summary>Milliseconds that a wait may take once the way out was taken.</summary>
    public const int Grace = 10_000;

    internal const string Start = "The start";

    private const int SignalRecordSize = 128, SignalSetSize = 8, CloseOnExec = 0x80000, NonBlocking = 0x800;

    [ThreadStatic]
    private static WayOut? s_current;

    private readonly WayOut? _outer = s_current;
    private readonly FileHandle? _signals;
    private readonly int[] _ends;
    private readonly CancellationToken _token;
    private CancellationDescriptor? _cancelled;
    private bool _isTaken;

    private WayOut(FileHandle? signals, int[] ends, CancellationToken token)
    {
        _signals = signals;
        _ends = ends;
        _token = token;
        s_current = this;
    }

    /// <summary>Ends waits when a signal comes, which must be blocked in all threads, or when a descriptor becomes readable.</summary>
    /// <param name="signals">The signals as a set, bit 0 for signal 1.</param>
    /// <param name="ends">The descriptors, which stay the caller's; a negative one is passed over.</param>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public static WayOut OfSignals(ulong signals, params int[] ends)
    {
        nint opened = Syscall.Call(SyscallNumber.signalfd4, -1, (nint)(&signals), SignalSetSize, CloseOnExec | NonBlocking);
        return new WayOut(new FileHandle((int)Syscall.Check(opened, "signalfd4")), ends, CancellationToken.None);
    }

    /// <summary>Ends waits when a token is cancelled.</summary>
    public static WayOut OfToken(CancellationToken token) => new(null, [], token);

    /// <summary>What is ended, as the subject of a sentence.</summary>
    public string What { get; set; } = Start;

    /// <summary>Whether waits of this thread can be ended.</summary>
    public static bool IsOpen => s_current is not null;

    /// <summary>Waits until a descriptor is readable.</summary>
    /// <param name="fd">The descriptor; a negative one only lets the time pass.</param>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    /// <returns>Whether it is; <see langword="false"/> when the time was up.</returns>
    /// <exception cref="StartInterruptedException">The way out was taken.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static bool Wait(int fd, int milliseconds = -1)
    {
        Span<PollEntry> entries = [new PollEntry { Fd = fd, Events = PollEntry.In }];
        return Wait(entries, milliseconds) > 0;
    }

    /// <summary>As <see cref="Poll.Wait"/>, with the way out of this thread.</summary>
    /// <inheritdoc cref="Wait(int, int)" path="/exception"/>
    public static nint Wait(Span<PollEntry> entries, int milliseconds) =>
        s_current is { } current ? current.WaitFor(entries, milliseconds) : Poll.Wait(entries, milliseconds);

    /// <summary>Waits of this thread have no way out any more, or that of before.</summary>
    public void Dispose()
    {
        if (s_current == this)
            s_current = _outer;
        _signals?.Dispose();
        _cancelled?.Dispose();
    }

    private nint WaitFor(Span<PollEntry> entries, int milliseconds)
    {
        // What is there already is taken without a look at anything else.
        nint ready = Poll.Wait(entries, 0);
        if (ready != 0 || milliseconds == 0)
            return ready;
        if (_token.CanBeCanceled)
            _cancelled ??= new CancellationDescriptor(_token);
        int[] ways = _isTaken ? [_signals?.Fd ?? -1] : [_signals?.Fd ?? -1, _cancelled?.Fd ?? -1, .. _ends];
        PollEntry[] all = [.. entries, .. ways.Select(fd => new PollEntry { Fd = fd, Events = PollEntry.In })];
        bool isShortened = _isTaken && milliseconds is < 0 or > Grace;
        ready = Poll.Wait(all, isShortened ? Grace : milliseconds);
        all.AsSpan(0, entries.Length).CopyTo(entries);
        int others = all.AsSpan(entries.Length).ToArray().Count(entry => entry.Returned != 0);
        if (ready == 0 ? !isShortened : ready > others || ready < 0)
            return ready < 0 ? ready : ready - others;
        _isTaken = true;
        if (all[entries.Length].Returned == 0)
            _token.ThrowIfCancellationRequested();
        throw new StartInterruptedException(all[entries.Length].Returned != 0 ? NextSignal() : 0, What);
    }

    private int NextSignal()
    {
        byte* record = stackalloc byte[SignalRecordSize];
        nint got = Syscall.Call(SyscallNumber.read, _signals!.Fd, (nint)record, SignalRecordSize);
        return got == SignalRecordSize ? *(int*)record : 0;
    }
}
