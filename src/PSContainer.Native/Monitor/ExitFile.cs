using System.Runtime.CompilerServices;
using PSContainer.Freestanding;

namespace PSContainer.Monitor;

/// <summary>Writes the file <c>exit</c>: how the container ended.</summary>
[SkipLocalsInit]
internal static unsafe class ExitFile
{
    /// <summary>The code of a container whose end nobody could see.</summary>
    public const int Unknown = 255;

    /// <summary>Whether the kernel killed a process of the container, or the process executed in one, for want of memory.</summary>
    /// <remarks>
    /// The directory's <c>oom-file</c> holds the path of the cgroup file that counts it: memory.events (v2) or
    /// memory.oom_control (v1), both with a line <c>oom_kill N</c>. Read before the cgroup is removed. What a process that is executed later
    /// loses is its own matter (<c>MemoryKills</c>): its directory has <c>oom-before</c>, and the container's <c>oom-exec</c> counts it.
    /// </remarks>
    public static bool WasOutOfMemory(int directory, ProcessEnd end)
    {
        const int Killed = 137;
        byte* before = stackalloc byte[32];
        if (StateFile.Read(directory, "oom-before"u8, before, 32) <= 0)
            return Kills(directory) > StateFile.Size(directory, "oom-exec"u8);
        if (end.ShellCode != Killed || Kills(directory) <= Bytes.ParseDecimal(before, out _))
            return false;
        StateFile.Append(directory, "../oom-exec"u8, (byte)'+');
        return true;
    }

    private static long Kills(int directory)
    {
        const int Capacity = 4096;
        byte* path = stackalloc byte[Capacity];
        nint length = StateFile.Read(directory, "oom-file"u8, path, Capacity);
        if (length <= 0)
            return 0;
        nint end = Bytes.IndexOf(path, length, (byte)'\n');
        if (end >= 0)
            path[end] = 0;
        byte* content = stackalloc byte[Capacity];
        return StateFile.Read(Raw.AtFdCwd, path, content, Capacity) > 0 ? KillCount(content) : 0;
    }

    private static long KillCount(byte* content)
    {
        while (*content != 0)
        {
            if (Bytes.StartsWith(content, "oom_kill "u8))
                return Bytes.ParseDecimal(content + 9, out _);
            nint line = Bytes.IndexOf(content, Bytes.Length(content), (byte)'\n');
            if (line < 0)
                break;
            content += line + 1;
        }
        return 0;
    }

    /// <summary>Writes the record.</summary>
    public static nint Write(int directory, ProcessEnd end, bool outOfMemory, bool timedOut)
    {
        byte* memory = stackalloc byte[256];
        byte* stamp = stackalloc byte[Clock.TimestampLength + 2];
        Clock.WriteTimestamp(stamp);
        TextBuffer text = new(memory, 256);
        text.Append("{\"exitCode\":"u8);
        text.Append(end.ShellCode);
        text.Append(",\"signal\":"u8);
        text.Append(end.Signal);
        text.Append(outOfMemory ? ",\"oomKilled\":true"u8 : ",\"oomKilled\":false"u8);
        if (timedOut)
            text.Append(",\"timedOut\":true"u8);
        text.Append(",\"time\":\""u8);
        text.Append(stamp, Clock.TimestampLength);
        text.Append("\"}\n"u8);
        return StateFile.Replace(directory, "exit"u8, "exit.tmp"u8, text.Start, text.Length);
    }
}
