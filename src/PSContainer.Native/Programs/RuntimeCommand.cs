using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>What a finished runtime command left.</summary>
/// <param name="ExitCode">
/// Its exit code, 128 and more for a signal; <see langword="null"/> when its end could not be seen.
/// </param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="ErrorOutput">What it wrote to standard error.</param>
/// <param name="Error">The error it wrote to its log, or <see langword="null"/>.</param>
public sealed record RuntimeResult(int? ExitCode, string Output, string ErrorOutput, ContainerException? Error)
{
    /// <summary>Throws the error of a command that failed.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    public RuntimeResult EnsureSuccess() =>
        Error is null && ExitCode is null or 0
            ? this
            : throw Error ?? new ContainerException($"The runtime ended with code {ExitCode}. {ShownText.Quote(ErrorOutput)}".TrimEnd());
}

/// <summary>Runs the runtime to its end: <c>start</c>, <c>kill</c>, <c>delete</c>.</summary>
public static class RuntimeCommand
{
    private const int LogDescriptor = 3, MostKept = 1 << 20;

    /// <summary>Runs a command and waits for it.</summary>
    /// <param name="executable">The runtime.</param>
    /// <param name="arguments">Global options, the verb, its options; <c>--log</c> is added.</param>
    /// <exception cref="ContainerException">The runtime could not be started.</exception>
    public static RuntimeResult Run(string executable, params string[] arguments)
    {
        using FileHandle nothing = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDONLY | Files.O_CLOEXEC), "openat", "/dev/null"));
        using Pipe output = new(), errors = new(), log = new();
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = executable,
            Arguments = ["--log", $"/proc/self/fd/{LogDescriptor}", "--log-format", "json", .. arguments],
            Descriptors = [(nothing.Fd, 0), (output.Writer.Fd, 1), (errors.Writer.Fd, 2), (log.Writer.Fd, LogDescriptor)],
        });
        byte[][] texts = ReadAll(process, output, errors, log);
        ProcessExit? end = process.Wait();
        return new RuntimeResult(
            end?.ShellCode, Encoding.UTF8.GetString(texts[0]), Encoding.UTF8.GetString(texts[1]), RuntimeError.Find(texts[2]));
    }

    /// <summary>Runs a command that starts a process with this process's own streams, and waits for the command.</summary>
    /// <inheritdoc cref="Run" path="/param|/exception"/>
    public static RuntimeResult RunWithOwnStreams(string executable, params string[] arguments)
    {
        using Pipe log = new();
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = executable,
            Arguments = ["--log", $"/proc/self/fd/{LogDescriptor}", "--log-format", "json", .. arguments],
            Descriptors = [(log.Writer.Fd, LogDescriptor)],
        });
        byte[][] texts = ReadAll(process, log);
        return new RuntimeResult(process.Wait()?.ShellCode, "", "", RuntimeError.Find(texts[0]));
    }

    // Until the command has ended and no longer: what it started may keep the pipes.
    private static byte[][] ReadAll(SpawnedProcess process, params Pipe[] pipes)
    {
        foreach (Pipe pipe in pipes)
            pipe.Writer.Dispose();
        MemoryStream[] texts = [.. pipes.Select(_ => new MemoryStream())];
        PollEntry[] entries = [.. pipes.Select(pipe => new PollEntry { Fd = pipe.Reader.Fd, Events = PollEntry.In }),
            new PollEntry { Fd = process.PidFd, Events = PollEntry.In }];
        byte[] buffer = new byte[8192];
        bool hasEnded = false;
        while (entries.Take(pipes.Length).Any(entry => entry.Fd >= 0))
        {
            nint ready = Await(process, entries, hasEnded ? 0 : -1);
            if (ready <= 0)
                break;
            for (int i = 0; i < pipes.Length; i++)
            {
                if (entries[i].Returned != 0 && !Read(entries[i].Fd, buffer, texts[i]))
                    entries[i].Fd = -1;
            }
            if (entries[^1].Returned != 0)
            {
                hasEnded = true;
                entries[^1].Fd = -1;
            }
        }
        return [.. texts.Select(text => text.ToArray())];
    }

    // It is asked to end before it is made to: it undoes what it has begun.
    private static nint Await(SpawnedProcess process, PollEntry[] entries, int milliseconds)
    {
        const int SIGTERM = 15;
        try
        {
            return WayOut.Wait(entries, milliseconds);
        }
        catch
        {
            if (process.PidFd >= 0 && Pidfd.SendSignal(process.PidFd, SIGTERM) && !Pidfd.WaitForEnd(process.PidFd, WayOut.Grace))
                Pidfd.KillAndWait(process.PidFd);
            throw;
        }
    }

    private static bool Read(int fd, byte[] buffer, MemoryStream text)
    {
        nint count = Files.read(fd, buffer);
        if (count > 0 && text.Length < MostKept)
            text.Write(buffer, 0, (int)count);
        return count > 0;
    }
}
