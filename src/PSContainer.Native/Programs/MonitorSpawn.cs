using System.Globalization;
using System.Text;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Monitor;

namespace PSContainer.Programs;

/// <summary>A container to be made and watched by a monitor.</summary>
public sealed record MonitorRequest
{
    /// <summary>The <c>pscontainer</c> executable.</summary>
    public required string Executable { get; init; }

    /// <summary>The container's state directory, which exists.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Another OCI runtime than <see cref="Executable"/>, or <see langword="null"/>.</summary>
    public string? Runtime { get; init; }

    /// <summary>
    /// Global options, the verb (<c>create</c>, <c>run --detach</c>, <c>exec --detach</c>) and its options; <c>--log</c> is
    /// added.
    /// </summary>
    public required IReadOnlyList<string> RuntimeArguments { get; init; }

    /// <summary>Name in the state directory of the file in which the runtime leaves the pid.</summary>
    public string PidFile { get; init; } = "init.pid";

    /// <summary>Whether the runtime hands a terminal over <c>console.sock</c> in the state directory.</summary>
    public bool Terminal { get; init; }

    /// <summary>Whether the FIFO <c>stdin</c> in the state directory is the container's input.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether the container is deleted when it has ended.</summary>
    public bool Remove { get; init; }

    /// <summary>How long it may live, in whole seconds.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Absolute path of the log; <see langword="null"/>: <c>log</c> in the state directory.</summary>
    public string? LogPath { get; init; }

    /// <summary>Bytes after which a new log is begun, 0 for no limit; <see langword="null"/>: 64 MiB.</summary>
    public long? LogMaxSize { get; init; }

    /// <summary>
    /// The reading end of a pipe of this session: when its other end closes, the container is killed. -1 for none.
    /// </summary>
    public int SessionFd { get; init; } = -1;

    /// <summary>The container's standard input, -1 for none.</summary>
    public int StandardInputFd { get; init; } = -1;
}

/// <summary>Starts a monitor and with it a container.</summary>
public static class MonitorSpawn
{
    private const int SyncTarget = 3, SessionTarget = 4, InputTarget = 5;

    /// <summary>Starts a monitor, which starts the runtime, and waits for what becomes of it.</summary>
    /// <returns>The pid of the container's init.</returns>
    /// <exception cref="ContainerException">
    /// The container could not be made; its type is the one of the runtime's error.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The caller no longer waits; the container may yet come into being: delete it with force.
    /// </exception>
    public static int Start(MonitorRequest request, CancellationToken cancellation = default)
    {
        using FileHandle nothing = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDWR | Files.O_CLOEXEC), "openat", "/dev/null"));
        using Pipe sync = new();
        List<(int, int)> descriptors = [(nothing.Fd, 0), (nothing.Fd, 1), (sync.Writer.Fd, SyncTarget)];
        if (request.SessionFd >= 0)
            descriptors.Add((request.SessionFd, SessionTarget));
        if (request.StandardInputFd >= 0)
            descriptors.Add((request.StandardInputFd, InputTarget));
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = request.Executable,
            Arguments = Arguments(request),
            Descriptors = descriptors,
            NewSession = true,
        });
        sync.Writer.Dispose();
        // The started process only makes the monitor and ends: it is taken at once.
        process.Wait();
        using WayOut? wayOut = cancellation.CanBeCanceled ? WayOut.OfToken(cancellation) : null;
        try
        {
            return ReadOutcome(sync.Reader.Fd);
        }
        catch (Exception end) when (end is OperationCanceledException or StartInterruptedException)
        {
            GiveUp(request.StateDirectory, sync.Reader.Fd);
            throw;
        }
    }

    // The monitor has the runtime undo the start, and then has nothing more to say. One that is not there yet learns from the
    // pipe that nobody reads it any more.
    private static void GiveUp(string stateDirectory, int sync)
    {
        const int SIGTERM = 15;
        using FileHandle? monitor = MonitorState.Open(stateDirectory);
        if (monitor is null || !Pidfd.SendSignal(monitor.Fd, SIGTERM))
            return;
        byte[] ignored = new byte[4096];
        PollEntry[] entries = [new PollEntry { Fd = sync, Events = PollEntry.In }];
        while (Poll.Wait(entries, WayOut.Grace) > 0 && Files.read(sync, ignored) > 0)
            continue;
    }

    private static List<string> Arguments(MonitorRequest request)
    {
        List<string> list = ["monitor", "--state-dir", request.StateDirectory, "--pid-file", request.PidFile];
        Add("--sync-fd", SyncTarget);
        if (request.SessionFd >= 0)
            Add("--session-fd", SessionTarget);
        if (request.StandardInputFd >= 0)
            Add("--stdin-fd", InputTarget);
        if (request.Timeout is { } timeout)
            Add("--timeout", Math.Max(1, (long)Math.Ceiling(timeout.TotalSeconds)));
        if (request.LogPath is { } logPath)
            list.AddRange(["--log-path", Path.GetFullPath(logPath)]);
        if (request.LogMaxSize is { } size)
            Add("--log-max", size == 0 ? 0 : Math.Max(size, MonitorArguments.SmallestLogMax));
        if (request.Terminal)
            list.Add("--terminal");
        if (request.Interactive)
            list.Add("--interactive");
        if (request.Remove)
            list.Add("--remove");
        return [.. list, "--", request.Runtime ?? "self", "--log", $"/proc/self/fd/{SyncTarget}", "--log-format", "json",
            .. request.RuntimeArguments];

        void Add(string option, long value) => list.AddRange([option, value.ToString(CultureInfo.InvariantCulture)]);
    }

    private static int ReadOutcome(int sync)
    {
        using MemoryStream text = new();
        byte[] buffer = new byte[4096];
        PollEntry[] entries = [new PollEntry { Fd = sync, Events = PollEntry.In }];
        while (true)
        {
            WayOut.Wait(entries, -1);
            nint count = Files.read(sync, buffer);
            if (count > 0)
                text.Write(buffer, 0, (int)count);
            if (count <= 0 || buffer.AsSpan(0, (int)count).Contains((byte)'\n'))
            {
                if (FindNumber(text.ToArray(), "pid") is { } pid)
                    return pid;
            }
            if (count <= 0)
                throw Failure(text.ToArray());
        }
    }

    private static ContainerException Failure(byte[] text)
    {
        if (Find(text, "timedOut", JsonValueKind.True) is not null)
            return new WaitTimeoutException("The container was not started in its time, and nothing of it is left.", "Give it more time with -Timeout.");
        if (RuntimeError.Find(text) is { } error)
            return error;
        string said = ShownText.Quote(FindString(text, "stderr") ?? "");
        string code = FindNumber(text, "exitCode") is { } number
            ? $"The runtime ended with code {number}"
            : "The monitor ended too early";
        return new ContainerStartException(said.Length == 0 ? $"{code} and did not say why." : $"{code}: {said}");
    }

    private static int? FindNumber(byte[] text, string name) =>
        Find(text, name, JsonValueKind.Number) is { } value && value.TryGetInt32(out int number) ? number : null;

    private static string? FindString(byte[] text, string name) => Find(text, name, JsonValueKind.String)?.GetString();

    private static JsonElement? Find(byte[] text, string name, JsonValueKind kind)
    {
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind)
                    return value.Clone();
            }
            catch (JsonException)
            {
                // A runtime may write lines of another kind to its log.
            }
        }
        return null;
    }
}
