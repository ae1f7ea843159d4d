using System.Runtime.CompilerServices;
using PSContainer.Freestanding;

namespace PSContainer.Monitor;

/// <summary>The life of a monitor: leave the caller, start the runtime, watch the container, record its end.</summary>
[SkipLocalsInit]
internal static unsafe class MonitorMain
{
    private const int PathCapacity = 4096;
    private const int UsageError = 2;

    /// <summary>Runs <c>pscontainer monitor</c>.</summary>
    /// <param name="arguments">What follows the verb, ended by a null pointer.</param>
    /// <param name="environment">The environment, ended by a null pointer.</param>
    /// <returns>The exit code.</returns>
    public static int Run(byte** arguments, byte** environment)
    {
        MonitorContext context = default;
        MonitorContext* monitor = &context;
        monitor->Environment = environment;
        byte* wrong = MonitorArguments.Parse(arguments, &monitor->Arguments);
        if (wrong != null)
            return Usage(wrong);
        byte* path = stackalloc byte[PathCapacity];
        monitor->DirectoryPath = path;
        if (!Detach.OpenStateDirectory(monitor, PathCapacity))
            return 1;
        int left = Detach.LeaveCaller(monitor);
        if (left >= 0)
            return left;

        byte* outputs = stackalloc byte[3 * OutputStream.Capacity];
        byte* log = stackalloc byte[LogFile.Capacity];
        monitor->Output.Initialize(outputs, isError: false);
        monitor->Error.Initialize(outputs + OutputStream.Capacity, isError: true);
        monitor->Terminal.Initialize(outputs + 2 * OutputStream.Capacity, isError: false);
        if (!Preparation.Prepare(monitor, log) || !RuntimeProcess.Start(monitor))
        {
            Preparation.Undo(monitor);
            return 1;
        }
        Detach.StandAside();
        UnusedMemory.GiveBack(environment);
        if (!EventLoop.AwaitRuntime(monitor))
        {
            Preparation.Undo(monitor);
            Raw.Exit(1);
        }
        EventLoop.AwaitInit(monitor);
        EventLoop.Drain(monitor);
        Finish(monitor);
        // Not by a return into a C library whose memory was given back.
        Raw.Exit(0);
        return 0;
    }

    private static void Finish(MonitorContext* monitor)
    {
        monitor->Output.EndLine(&monitor->Log);
        monitor->Error.EndLine(&monitor->Log);
        monitor->Terminal.Finish(&monitor->Log);
        monitor->Log.Settle();
        monitor->Input.End();
        StateFile.Remove(monitor->Directory, "console.sock"u8);
        ExitFile.Write(monitor->Directory, monitor->InitEnd, monitor->OutOfMemory, monitor->TimedOut);
        if (monitor->Arguments.Remove)
            RuntimeProcess.DeleteContainer(monitor);
        Outlast(monitor);
    }

    // What the init has left in the background may write still: a pipe that nobody reads would end it at its next line.
    private static void Outlast(MonitorContext* monitor)
    {
        Raw.Close(monitor->Lock);
        monitor->Lock = -1;
        EventLoop.AwaitOutput(monitor);
        monitor->Output.Finish(&monitor->Log);
        monitor->Error.Finish(&monitor->Log);
        monitor->Log.Close();
    }

    private static int Usage(byte* wrong)
    {
        const int Capacity = 1024;
        byte* memory = stackalloc byte[Capacity];
        TextBuffer text = new(memory, Capacity);
        text.Append("pscontainer monitor: wrong or missing at '"u8);
        text.Append(wrong);
        text.Append("'\nusage: pscontainer monitor --state-dir DIR --sync-fd N [--session-fd N] [--stdin-fd N]\n"u8);
        text.Append("       [--interactive] [--terminal] [--timeout SECONDS] [--remove] [--pid-file NAME]\n"u8);
        text.Append("       [--log-path FILE] [--log-max BYTES] -- RUNTIME ARG...\n"u8);
        Raw.WriteAll(2, text.Start, text.Length);
        return UsageError;
    }
}
