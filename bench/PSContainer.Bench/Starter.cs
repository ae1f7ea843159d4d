using System.Collections;
using System.Diagnostics;
using PSContainer.Kernel;

namespace PSContainer.Bench;

/// <summary>How one start went.</summary>
/// <param name="Milliseconds">From before posix_spawn(3) until after waitid(2).</param>
/// <param name="ExitCode">As a shell reports it.</param>
internal readonly record struct Start(double Milliseconds, int ExitCode);

/// <summary>Starts a program with nothing to read or write and takes the time until it has ended.</summary>
internal static unsafe class Starter
{
    private static readonly FileHandle Null = Open("/dev/null", Files.O_RDWR);

    private static readonly string[] OwnEnvironment =
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(one => $"{one.Key}={one.Value}")];

    /// <summary>Starts a program.</summary>
    /// <param name="arguments">The program's path and its arguments.</param>
    /// <param name="errorFile">Where its standard error goes; <see langword="null"/>: nowhere.</param>
    public static Start Start(IReadOnlyList<string> arguments, string? errorFile = null)
    {
        using UnmanagedArena arena = new();
        using FileHandle? error = errorFile is null ? null : Open(errorFile, Files.O_WRONLY | Files.O_CREAT | Files.O_TRUNC);
        byte* path = arena.Text(arguments[0]);
        byte** list = arena.TextList(arguments);
        byte** environment = arena.TextList(OwnEnvironment);
        (int, int)[] descriptors = [(Null.Fd, 0), (Null.Fd, 1), (error?.Fd ?? Null.Fd, 2)];

        // Stopwatch is CLOCK_MONOTONIC.
        long before = Stopwatch.GetTimestamp();
        int pid = PosixSpawn.Start(path, list, environment, descriptors, newSession: false);
        Syscall.Check(pid, "posix_spawn", arguments[0]);
        using FileHandle? process = Pidfd.Open(pid);
        ProcessExit? exit = process is null ? null : Pidfd.Wait(process.Fd);
        TimeSpan time = Stopwatch.GetElapsedTime(before);

        int code = exit?.ShellCode ?? throw new InvalidOperationException("somebody else took the child's end");
        return new(time.TotalMilliseconds, code);
    }

    /// <summary>Starts a program and reads what it writes.</summary>
    public static string Read(IReadOnlyList<string> arguments)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(arguments[0], arguments.Skip(1)) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static FileHandle Open(string path, int flags)
    {
        nint opened = Files.openat(Files.AT_FDCWD, path, flags | Files.O_CLOEXEC, 0x180);
        return new((int)Syscall.Check(opened, "openat", path));
    }
}
