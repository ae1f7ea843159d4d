using System.Buffers.Text;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.State;

/// <summary>
/// How many processes of a container the kernel killed for want of memory, and how many of them had been executed in it later: those say
/// nothing of the container's own end.
/// </summary>
internal static class MemoryKills
{
    /// <summary>The file of the state directory that names the cgroup file which counts them.</summary>
    internal const string CounterFile = "oom-file";

    /// <summary>The file that is as long as there were killed processes which had been executed in the container later.</summary>
    internal const string ExecutedFile = "oom-exec";

    /// <summary>In the directory of a background process: the count when it began.</summary>
    internal const string BeforeFile = "oom-before";

    /// <summary>The exit code of a process that SIGKILL ended, and of a shell whose command it ended.</summary>
    internal const int KilledCode = 137;

    /// <summary>The count now.</summary>
    /// <param name="directory">The container's state directory.</param>
    /// <returns>The count, or <see langword="null"/> where nothing counts, or nobody would ask.</returns>
    internal static long? Count(string directory)
    {
        try
        {
            return AtomicFile.Read(Path.Combine(directory, CounterFile)) is { } path
                && AtomicFile.Read(Encoding.UTF8.GetString(path).TrimEnd('\n')) is { } counters ? Parse(counters) : null;
        }
        catch (ContainerException)
        {
            // The cgroup is going.
            return null;
        }
    }

    private static long? Parse(ReadOnlySpan<byte> counters)
    {
        ReadOnlySpan<byte> key = "oom_kill "u8;
        int start = counters.StartsWith(key) ? 0 : counters.IndexOf("\noom_kill "u8) + 1;
        return counters[start..].StartsWith(key) && Utf8Parser.TryParse(counters[(start + key.Length)..], out long count, out _)
            ? count : null;
    }

    /// <summary>Takes note that a process which had been executed in the container was killed.</summary>
    internal static void NoteExecuted(string directory)
    {
        const int OwnerOnly = 0x180;
        nint fd = Files.openat(
            Files.AT_FDCWD, Path.Combine(directory, ExecutedFile),
            Files.O_WRONLY | Files.O_CREAT | Files.O_APPEND | Files.O_NOFOLLOW | Files.O_CLOEXEC, OwnerOnly);
        // The container may be gone already: then there is nobody to mark.
        if (fd < 0)
            return;
        using var file = new FileHandle((int)fd);
        Files.write(file.Fd, "+"u8);
    }
}
