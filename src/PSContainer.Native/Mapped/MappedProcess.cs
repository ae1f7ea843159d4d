using System.Text.Json;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Mapped;

/// <summary>
/// Has <see cref="MappedWork"/> done by the executable, as root of a user namespace that has the caller's subordinate ids: what
/// is theirs an ordinary user can neither make nor remove himself.
/// </summary>
internal sealed class MappedProcess(string executable)
{
    private readonly List<byte> _line = [];
    private MappedAnswer? _last;

    /// <summary>Called when the work has begun, with a pipe for the archive, which the receiver closes.</summary>
    internal Action<FileHandle>? OnReady { get; init; }

    /// <summary>Called with how far it has come.</summary>
    internal Action<ExtractProgress>? OnProgress { get; init; }

    /// <summary>An open file that is worked on, -1 for none.</summary>
    internal int Input { get; init; } = -1;

    /// <summary>The root of a container, -1 for none.</summary>
    internal int Root { get; init; } = -1;

    /// <summary>Whether the work had begun, so that something may have been made or read.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Has it done.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends it; what was made is removed.</param>
    /// <exception cref="ContainerException">It could not be done, or there can be no such namespace.</exception>
    internal MappedAnswer Run(MappedWork work, CancellationToken cancellation = default)
    {
        using FileHandle nothing = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDWR | Files.O_CLOEXEC), "openat", "/dev/null"));
        using Pipe archive = new(), answers = new(), log = new(), caller = new();
        List<(int, int)> descriptors =
        [
            (OnReady is not null ? archive.Reader.Fd : Input >= 0 ? Input : nothing.Fd, MappedDescriptors.Input), (answers.Writer.Fd, MappedDescriptors.Answers),
            (nothing.Fd, 2), (log.Writer.Fd, MappedDescriptors.Log), (caller.Reader.Fd, MappedDescriptors.Caller),
        ];
        if (Root >= 0)
            descriptors.Add((Root, MappedDescriptors.Root));
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = executable,
            Arguments = [.. MappedDescriptors.LogOptions, "mapped", JsonSerializer.Serialize(work, MappedJson.Default.MappedWork)],
            Descriptors = descriptors,
            NewSession = true,
        });
        foreach (FileHandle own in (FileHandle[])[archive.Reader, answers.Writer, log.Writer, caller.Reader])
            own.Dispose();
        Listen(answers.Reader.Fd, archive.Writer, caller.Writer, cancellation);
        process.Wait();
        cancellation.ThrowIfCancellationRequested();
        if (_last?.IsDone == true)
            return _last;
        throw RuntimeError.Find(ReadAll(log.Reader.Fd))
            ?? new ContainerException("The process that works with your subordinate ids ended before it was done.",
                "It may have been killed, or memory ran out: try again.");
    }

    // Until the answers end; a caller who wants no more is gone for the other side, which then undoes what it made.
    private void Listen(int answers, FileHandle archive, FileHandle caller, CancellationToken cancellation)
    {
        using var cancelled = new CancellationDescriptor(cancellation);
        byte[] buffer = new byte[4096];
        PollEntry[] entries =
            [new PollEntry { Fd = answers, Events = PollEntry.In }, new PollEntry { Fd = cancelled.Fd, Events = PollEntry.In }];
        while (true)
        {
            Poll.Wait(entries, -1);
            if (entries[1].Returned != 0)
            {
                caller.Dispose();
                entries[1].Fd = -1;
            }
            if (entries[0].Returned == 0)
                continue;
            nint count = Files.read(answers, buffer);
            if (count == -Errno.EINTR)
                continue;
            if (count <= 0)
                return;
            foreach (byte one in buffer.AsSpan(0, (int)count))
            {
                if (one != (byte)'\n')
                    _line.Add(one);
                else
                    Take(archive);
            }
        }
    }

    private void Take(FileHandle archive)
    {
        _last = JsonSerializer.Deserialize(_line.ToArray(), MappedJson.Default.MappedAnswer)!;
        _line.Clear();
        if (_last.IsReady)
        {
            HasBegun = true;
            OnReady?.Invoke(new FileHandle(archive.Release()));
        }
        if (_last.Progress is { } progress)
            OnProgress?.Invoke(progress);
    }

    private static byte[] ReadAll(int fd)
    {
        var text = new MemoryStream();
        byte[] buffer = new byte[4096];
        nint count;
        while ((count = Files.read(fd, buffer)) > 0 || count == -Errno.EINTR)
            text.Write(buffer, 0, (int)Math.Max(count, 0));
        return text.ToArray();
    }
}
