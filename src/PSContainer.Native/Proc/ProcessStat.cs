using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>A process as the kernel sees it.</summary>
/// <param name="StartTime">When it started, in clock ticks since boot.</param>
/// <param name="HasEnded">Whether only its zombie is there.</param>
/// <param name="HasExecuted">Whether it has executed a program since it was forked: nothing but the kernel can say so.</param>
internal readonly record struct ProcessFacts(ulong StartTime, bool HasEnded, bool HasExecuted);

/// <summary>What /proc/PID/stat says of a process, proc_pid_stat(5).</summary>
public static class ProcessStat
{
    /// <summary>A start time that no process has.</summary>
    internal const ulong NoProcess = ulong.MaxValue;

    /// <summary>The text of a file that names a process, until the host is started anew.</summary>
    internal static byte[] WriteIdentity(int pid, ulong startTime) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{pid} {startTime} {Boot.Id}").TrimEnd() + "\n");

    /// <summary>Reads a file that names a process: its pid and start time.</summary>
    /// <returns>
    /// Them, with <see cref="NoProcess"/> for one of before the host was started anew; or <see langword="null"/> when there is no such file,
    /// or something else in it.
    /// </returns>
    internal static (int Pid, ulong StartTime)? ReadIdentity(string path)
    {
        try
        {
            return ParseIdentity(AtomicFile.Read(path));
        }
        catch (ContainerException)
        {
            return null;
        }
    }

    /// <summary>The pid and start time that a text names, or <see langword="null"/> when it says something else.</summary>
    internal static (int Pid, ulong StartTime)? ParseIdentity(ReadOnlySpan<byte> text)
    {
        string[] words = Encoding.ASCII.GetString(text).TrimEnd().Split(' ');
        return words.Length is 2 or 3 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0
            && ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            ? (pid, words.Length == 3 && Boot.IsOther(words[2]) ? NoProcess : start)
            : null;
    }

    /// <summary>Opens a process.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="startTime">Its <see cref="StartTimeOf"/>.</param>
    /// <returns>The process, or <see langword="null"/> when it is gone, or another has its pid.</returns>
    internal static FileHandle? Open(int pid, ulong startTime)
    {
        FileHandle? process = Pidfd.Open(pid);
        // Opened first, compared then: from here on the descriptor is this process or none.
        if (process is null || StartTimeOf(pid) == startTime)
            return process;
        process.Dispose();
        return null;
    }

    /// <summary>When a process started, in clock ticks since boot: with the pid its identity.</summary>
    /// <returns>The time, or <see langword="null"/> when there is no such process, or only its zombie.</returns>
    public static ulong? StartTimeOf(int pid) => Read(pid) is { HasEnded: false } facts ? facts.StartTime : null;

    /// <summary>What the kernel says of a process.</summary>
    /// <returns>It, or <see langword="null"/> when there is no such process.</returns>
    internal static ProcessFacts? Read(int pid)
    {
        const int Fields = 52, State = 0, Flags = 6, StartTime = 19, LongestText = 2048;
        // PF_FORKNOEXEC: from fork(2) until execve(2) can no longer fail.
        const uint NotExecuted = 0x40;
        nint fd = Files.openat(Files.AT_FDCWD, $"/proc/{pid}/stat", Files.O_RDONLY | Files.O_CLOEXEC);
        if (fd < 0)
            return null;
        Span<byte> text = stackalloc byte[LongestText];
        nint length;
        using (var file = new FileHandle((int)fd))
            length = Files.read(file.Fd, text);
        ReadOnlySpan<byte> stat = text[..(int)Math.Max(0, length)];
        // The second field is the program's name in parentheses, which can hold anything, also ") ".
        int nameEnd = stat.LastIndexOf((byte)')');
        if (nameEnd < 0 || nameEnd + 2 >= stat.Length)
            return null;
        Span<Range> fields = stackalloc Range[Fields];
        ReadOnlySpan<byte> rest = stat[(nameEnd + 2)..];
        int count = Split(rest, fields);
        return count > StartTime && Utf8Parser.TryParse(rest[fields[StartTime]], out ulong ticks, out _)
            && Utf8Parser.TryParse(rest[fields[Flags]], out uint flags, out _)
            ? new(ticks, rest[fields[State]] is [(byte)'Z' or (byte)'X', ..], (flags & NotExecuted) == 0)
            : null;
    }

    private static int Split(ReadOnlySpan<byte> text, Span<Range> fields)
    {
        int count = 0, start = 0;
        while (count < fields.Length && start < text.Length)
        {
            int length = text[start..].IndexOfAny((byte)' ', (byte)'\n');
            int end = length < 0 ? text.Length : start + length;
            fields[count++] = start..end;
            start = end + 1;
        }
        return count;
    }
}
