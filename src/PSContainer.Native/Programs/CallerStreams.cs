using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>
/// The standard streams of whoever started a process, and what the process has in their place: a pipe, a connected unix socket
/// and the null device go inside as they are, all else stays outside, and pipes are copied.
/// </summary>
/// <remarks>
/// A descriptor is more than a stream: through /proc/self/fd a file that was opened for reading can be written, a directory is
/// a way to all below it, a FIFO has an owner and a mode, and a terminal is still there when the command has returned.
/// </remarks>
public sealed class CallerStreams : IDisposable
{
    /// <summary>How many descriptors are waited for.</summary>
    public const int Entries = 6;

    // As long as the monitor of a detached container waits: for what a process that the command left behind writes at once.
    private const int QuietAfterEnd = 50, LongestAfterEnd = 1000;
    private const int Streams = 3, Input = 0, Output = 1, Error = 2;
    private static readonly string[] Names = ["Standard input", "Standard output", "Standard error"];
    private readonly int[] _inside = [-1, -1, -1];
    private readonly List<FileHandle> _handles = [];
    private readonly List<StreamOutput> _outputs = [];
    private readonly List<int> _passed = [];
    private StreamInput? _input;

    private CallerStreams()
    {
    }

    /// <summary>What the process gets as its descriptors 0 to 2; -1 is the caller's own.</summary>
    internal IReadOnlyList<int> Inside => _inside;

    /// <summary>The streams of a process in the foreground.</summary>
    /// <param name="root">
    /// Root of a container that may have removed its null device: then the host's is copied too. Nothing: the null device can
    /// stay.
    /// </param>
    /// <param name="endsOutput">
    /// Whether output ends with the process although what it left behind lives on: then a pipe for output is copied too.
    /// </param>
    /// <exception cref="InvalidSpecException">One of them is a directory.</exception>
    public static CallerStreams Copied(string? root = null, bool endsOutput = false)
    {
        // A write to what nobody reads, to a file that is too long, and a read of another job's terminal are errors to us.
        foreach (int signal in (ReadOnlySpan<int>)[Signals.SIGPIPE, Signals.SIGXFSZ, Signals.SIGTTIN])
            Signals.Ignore(signal);
        var streams = new CallerStreams();
        StreamKind[] kinds = Look();
        for (int stream = 0; stream < Streams; stream++)
        {
            bool isCopied = endsOutput && stream != Input && kinds[stream] is StreamKind.Pipe;
            if (!isCopied && kinds[stream] is (StreamKind.Pipe or StreamKind.LocalSocket))
                streams._passed.Add(stream);
            else if (isCopied || kinds[stream] is not StreamKind.Null || (root is not null && !StreamKinds.IsNullDevice($"{root}/dev/null")))
                streams.Copy(stream);
        }
        return streams;
    }

    /// <summary>The streams of a process that goes on without this one: they are what they are, but for a terminal.</summary>
    /// <param name="warn">Gets what is not passed on.</param>
    /// <exception cref="InvalidSpecException">One of them is a directory.</exception>
    public static CallerStreams Kept(Action<string> warn)
    {
        var streams = new CallerStreams();
        StreamKind[] kinds = Look();
        for (int stream = 0; stream < Streams; stream++)
        {
            if (kinds[stream] != StreamKind.Terminal)
                continue;
            streams._inside[stream] = streams.Nothing();
            warn($"{Names[stream]} is a terminal, which stays outside: the process gets the null device.");
        }
        return streams;
    }

    /// <summary>No stream of the caller's at all, for a process that gets a terminal of its own.</summary>
    public static CallerStreams None()
    {
        var streams = new CallerStreams();
        Array.Fill(streams._inside, streams.Nothing());
        return streams;
    }

    private int Nothing()
    {
        if (_handles.Count == 0)
        {
            nint opened = Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDWR | Files.O_CLOEXEC);
            _handles.Add(new FileHandle((int)Syscall.Check(opened, "openat", "/dev/null")));
        }
        return _handles[0].Fd;
    }

    private static StreamKind[] Look()
    {
        var kinds = new StreamKind[Streams];
        for (int stream = 0; stream < Streams; stream++)
        {
            kinds[stream] = StreamKinds.Of(stream);
            if (kinds[stream] == StreamKind.Directory)
            {
                throw new InvalidSpecException(
                    $"{Names[stream]} is a directory, through which all below it could be reached.",
                    "Redirect it from or to a file, a pipe or /dev/null.");
            }
        }
        return kinds;
    }

    private void Copy(int stream)
    {
        FileHandle inside;
        if (stream == Input)
            _input = new StreamInput(out inside);
        else if (stream == Error && _inside[Output] >= 0 && SameFile.Is(Output, Error))
        {
            // One pipe, or the order in which the two are written would be lost.
            _inside[Error] = _inside[Output];
            return;
        }
        else
            _outputs.Add(new StreamOutput(stream, out inside));
        _handles.Add(inside);
        _inside[stream] = inside.Fd;
    }

    /// <summary>Has programs that this process starts meanwhile inherit what goes inside.</summary>
    /// <returns>What takes that back.</returns>
    public IDisposable Lend() => new LentStreams(_inside);

    /// <summary>The process has its streams: this one keeps none open that somebody waits for the end of.</summary>
    public void LetGo()
    {
        _handles.ForEach(static handle => handle.Dispose());
        // Of standard error it has need itself.
        foreach (int stream in _passed.Where(static stream => stream != Error))
            StreamPipe.Release(stream);
        _passed.Clear();
    }

    /// <summary>What to wait for.</summary>
    /// <param name="entries">Gets <see cref="Entries"/> of them.</param>
    /// <returns>For how long, in milliseconds; -1: for ever.</returns>
    public int Watch(Span<PollEntry> entries)
    {
        entries[..Entries].Fill(new PollEntry { Fd = -1 });
        int patience = _input?.Watch(out entries[0], out entries[1]) ?? -1;
        for (int i = 0; i < _outputs.Count; i++)
            _outputs[i].Watch(out entries[2 + 2 * i], out entries[3 + 2 * i]);
        return patience;
    }

    /// <summary>Copies what can be copied.</summary>
    /// <returns>Whether output came or went.</returns>
    public bool Serve(ReadOnlySpan<PollEntry> entries)
    {
        _input?.Serve(entries[0].Returned, entries[1].Returned);
        bool moved = false;
        for (int i = 0; i < _outputs.Count; i++)
            moved |= _outputs[i].Serve(entries[2 + 2 * i].Returned, entries[3 + 2 * i].Returned);
        return moved;
    }

    /// <summary>
    /// Copies what the process wrote before it ended, and a moment longer where another one has its output still.
    /// </summary>
    /// <param name="signals">A descriptor that can be read when a signal came.</param>
    /// <param name="isEnded">Takes the signals, and tells whether one of them ends the wait for whoever takes the output.</param>
    public void Drain(int signals, Func<bool> isEnded)
    {
        _input?.GiveBack();
        _input = null;
        long[] owed = [.. _outputs.Select(static one => one.Taken + one.Waiting)];
        long begin = Environment.TickCount64;
        Span<PollEntry> entries = stackalloc PollEntry[Entries + 1];
        while (true)
        {
            bool isLate = Environment.TickCount64 - begin > LongestAfterEnd;
            // Who is left inside may take out of the pipe what was owed, or write without end to one while the other waits.
            for (int i = 0; i < owed.Length; i++)
            {
                if (_outputs[i].Waiting == 0)
                    owed[i] = 0;
                if (isLate && _outputs[i].IsOpen && _outputs[i].Taken >= owed[i])
                    _outputs[i].Close();
            }
            bool isOwed = _outputs.Where((one, i) => one.IsPending || (one.IsOpen && one.Taken < owed[i])).Any();
            if (!isOwed && (isLate || !_outputs.Exists(static one => one.IsOpen)))
                return;
            Watch(entries);
            entries[Entries] = new PollEntry { Fd = signals, Events = PollEntry.In };
            nint ready = Poll.Wait(entries, isOwed ? -1 : QuietAfterEnd);
            if (ready < 0 || (ready == 0 && !isOwed) || (entries[Entries].Returned != 0 && isEnded()))
                return;
            Serve(entries);
        }
    }

    /// <summary>What says that output is lost, or <see langword="null"/>.</summary>
    public ContainerException? Lost
    {
        get
        {
            return _outputs.Find(static one => one.Errno != 0) is { } lost
                ? Syscall.Failure(lost.Errno, "write", Names[lost.Stream].ToLowerInvariant())
                : null;
        }
    }

    /// <summary>Closes what is open; the caller's streams stay.</summary>
    public void Dispose()
    {
        _handles.ForEach(static handle => handle.Dispose());
        _input?.Dispose();
        _outputs.ForEach(static one => one.Dispose());
    }
}
