using System.Collections;
using PSContainer.Kernel;
using PSContainer.Monitor;

namespace PSContainer.Programs;

/// <summary>A program to start.</summary>
public sealed record SpawnRequest
{
    /// <summary>Path of the program; a bare name is searched for in PATH.</summary>
    public required string Path { get; init; }

    /// <summary>What the program is told its name is; <see langword="null"/>: its path.</summary>
    public string? Name { get; init; }

    /// <summary>Its working directory; <see langword="null"/>: this process's own.</summary>
    public string? Directory { get; init; }

    /// <summary>The arguments after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The environment as <c>NAME=value</c>; <see langword="null"/>: this process's own.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>Descriptors the program gets, and under which number. Without an entry, 0 to 2 are this process's own.</summary>
    public IReadOnlyList<(int Source, int Target)> Descriptors { get; init; } = [];

    /// <summary>Whether it gets no other descriptor than these and 0 to 2.</summary>
    public bool ClosesOthers { get; init; }

    /// <summary>Whether it leads a session of its own: no signal of this terminal reaches it.</summary>
    public bool NewSession { get; init; }

    /// <summary>
    /// The <c>pscontainer</c> executable, by which the program is killed when the thread ends that starts it, and so has to wait
    /// for it. What the program has started goes on. <see langword="null"/>: the program goes on too.
    /// </summary>
    public string? TiedBy { get; init; }
}

/// <summary>A child process, held by descriptor. Disposing lets it go; it does not end it.</summary>
public sealed class SpawnedProcess : IDisposable
{
    private readonly FileHandle? _pidFd;

    internal SpawnedProcess(int pid)
    {
        Pid = pid;
        _pidFd = Pidfd.Open(pid);
    }

    /// <summary>Its pid.</summary>
    public int Pid { get; }

    /// <summary>Its pidfd, -1 when it was gone, and its end taken by someone else, before it could be opened.</summary>
    public int PidFd => _pidFd?.Fd ?? -1;

    /// <summary>Waits for its end.</summary>
    /// <returns>
    /// How it ended, or <see langword="null"/> when someone else took its end: a .NET runtime that is PID 1 does.
    /// </returns>
    public ProcessExit? Wait()
    {
        if (_pidFd is null)
            return null;
        Pidfd.WaitForEnd(_pidFd.Fd, -1);
        return Pidfd.Wait(_pidFd.Fd);
    }

    /// <inheritdoc/>
    public void Dispose() => _pidFd?.Dispose();
}

/// <summary>
/// Starts programs from any process, PowerShell's too, without the signal settings and descriptors of that process.
/// </summary>
public static unsafe class ProcessSpawn
{
    private const int F_DUPFD_CLOEXEC = 1030;

    // Above every target: then no dup2 of the child overwrites the source of a later one.
    private const int FirstCopy = 100;

    /// <summary>Starts a program.</summary>
    /// <exception cref="ContainerException">It could not be started.</exception>
    public static SpawnedProcess Start(SpawnRequest request) =>
        request.TiedBy is { } executable ? Tied(request, executable) : Spawn(request);

    // The executable becomes the program, and says through a pipe when it cannot.
    private static SpawnedProcess Tied(SpawnRequest request, string executable)
    {
        using Pipe failure = new();
        int target = request.Descriptors.Select(static pair => pair.Target).Append(2).Max() + 1;
        SpawnedProcess process = Spawn(request with
        {
            Path = executable,
            Name = "pscontainer",
            Arguments =
                ["tied", $"{Environment.ProcessId}", $"{target}", request.Path, request.Name ?? request.Path, .. request.Arguments],
            Descriptors = [.. request.Descriptors, (failure.Writer.Fd, target)],
        });
        failure.Writer.Dispose();
        Span<byte> record = stackalloc byte[sizeof(TieFailure)];
        nint got;
        do
            got = Files.read(failure.Reader.Fd, record);
        while (got == -Errno.EINTR);
        if (got != sizeof(TieFailure))
            return process;
        using (process)
        {
            process.Wait();
            TieFailure why = System.Runtime.InteropServices.MemoryMarshal.Read<TieFailure>(record);
            throw Syscall.Failure(why.Errno, SyscallName.Of(why.Call), request.Path);
        }
    }

    private static SpawnedProcess Spawn(SpawnRequest request)
    {
        using UnmanagedArena arena = new();
        List<FileHandle> copies = [];
        try
        {
            var descriptors = new (int, int)[request.Descriptors.Count];
            for (int i = 0; i < descriptors.Length; i++)
            {
                nint copy = Syscall.Call(SyscallNumber.fcntl, request.Descriptors[i].Source, F_DUPFD_CLOEXEC, FirstCopy);
                copies.Add(new FileHandle((int)Syscall.Check(copy, "fcntl", $"descriptor {request.Descriptors[i].Source}")));
                descriptors[i] = ((int)copy, request.Descriptors[i].Target);
            }
            int pid = PosixSpawn.Start(
                arena.Text(request.Path),
                arena.TextList([request.Name ?? request.Path, .. request.Arguments]),
                arena.TextList(request.Environment ?? OwnEnvironment()),
                descriptors,
                request.NewSession,
                arena.Text(request.Directory),
                request.ClosesOthers);
            Syscall.Check(pid, "posix_spawn", request.Path);
            return new SpawnedProcess(pid);
        }
        finally
        {
            foreach (FileHandle copy in copies)
                copy.Dispose();
        }
    }

    /// <summary>The environment of this process, as <c>NAME=VALUE</c>.</summary>
    internal static List<string> OwnEnvironment()
    {
        List<string> list = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            list.Add($"{variable.Key}={variable.Value}");
        return list;
    }
}
