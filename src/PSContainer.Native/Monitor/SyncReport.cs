using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>What the monitor tells whoever started it: one line of JSON on the sync descriptor.</summary>
/// <remarks>
/// <c>{"pid":N}</c> is success. A step of the monitor's own that failed gives the members of the runtime's errors without
/// <c>msg</c>: the reader knows the error's name. <c>{"exitCode":N,"stderr":"…"}</c> follows a runtime that failed, which
/// may have put its own record before.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class SyncReport
{
    private const int Capacity = 8192;

    /// <summary>The container exists and this is its init.</summary>
    public static void Success(int fd, int pid)
    {
        byte* memory = stackalloc byte[64];
        TextBuffer line = new(memory, 64);
        line.Append("{\"pid\":"u8);
        line.Append(pid);
        line.Append("}\n"u8);
        Raw.WriteAll(fd, line.Start, line.Length);
    }

    /// <summary>A step of the monitor failed.</summary>
    /// <param name="fd">The sync descriptor.</param>
    /// <param name="step">The step, verb and object.</param>
    /// <param name="call">The system call.</param>
    /// <param name="error">Its result, a negated error number.</param>
    /// <param name="target">What it worked on, or null.</param>
    public static void Failure(int fd, ReadOnlySpan<byte> step, ReadOnlySpan<byte> call, nint error, byte* target)
    {
        byte* memory = stackalloc byte[Capacity];
        TextBuffer line = new(memory, Capacity);
        line.Append("{\"level\":\"error\",\"errorId\":\"ContainerStartFailed\",\"step\":"u8);
        JsonText.AppendString(&line, step);
        line.Append(",\"call\":"u8);
        JsonText.AppendString(&line, call);
        line.Append(",\"errno\":"u8);
        line.Append(-error);
        if (target != null)
        {
            line.Append(",\"target\":"u8);
            JsonText.AppendString(&line, target, Bytes.Length(target));
        }
        line.Append("}\n"u8);
        Raw.WriteAll(fd, line.Start, line.Length);
    }

    /// <summary>The container's time was up before it was started.</summary>
    public static void TimedOut(int fd)
    {
        ReadOnlySpan<byte> line = "{\"timedOut\":true}\n"u8;
        fixed (byte* start = line)
            Raw.WriteAll(fd, start, line.Length);
    }

    /// <summary>The runtime failed.</summary>
    /// <param name="fd">The sync descriptor.</param>
    /// <param name="exitCode">Its exit code, 128 and more for a signal.</param>
    /// <param name="log">The log, flushed: it holds what the runtime said.</param>
    public static void RuntimeFailed(int fd, int exitCode, LogFile* log)
    {
        byte* memory = stackalloc byte[Capacity];
        byte* said = stackalloc byte[Capacity / 8];
        TextBuffer line = new(memory, Capacity);
        line.Append("{\"exitCode\":"u8);
        line.Append(exitCode);
        line.Append(",\"stderr\":"u8);
        nint length = Raw.Retry(SyscallNumber.pread64, log->Fd, (nint)said, Capacity / 8, (nint)log->Start);
        JsonText.AppendString(&line, said, length > 0 ? WithoutPrefixes(said, length) : 0);
        line.Append("}\n"u8);
        Raw.WriteAll(fd, line.Start, line.Length);
    }

    private static nint WithoutPrefixes(byte* log, nint length)
    {
        nint kept = 0;
        for (nint start = 0; start + LogFile.PrefixLength < length;)
        {
            start += LogFile.PrefixLength;
            nint line = Bytes.IndexOf(log + start, length - start, (byte)'\n');
            nint count = line < 0 ? length - start : line + 1;
            Bytes.MoveDown(log + kept, log + start, count);
            kept += count;
            start += count;
        }
        return kept;
    }
}
