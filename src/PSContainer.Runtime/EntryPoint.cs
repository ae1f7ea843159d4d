using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSContainer.Freestanding;
using PSContainer.Init;
using PSContainer.Kernel;
using PSContainer.Monitor;

namespace PSContainer.Runtime;

/// <summary>
/// Where the process begins: the linker puts this in front of the .NET runtime's own <c>main</c>, so that the monitor and the
/// init never start a .NET runtime, and everything else starts it from an executable that no container can overwrite.
/// </summary>
[SkipLocalsInit]
internal static unsafe class EntryPoint
{
    private const int NeverBegan = -1;

    /// <summary>Whether the .NET runtime has come as far as this program's own code.</summary>
    internal static bool HasBegun;

    [DllImport("libc", EntryPoint = "__real_main"), SuppressGCTransition]
    private static extern int StartRuntime(int count, byte** arguments, byte** environment);

    [RuntimeExport("__wrap_main")]
    private static int Begin(int count, byte** arguments, byte** environment)
    {
        // What is opened next would become a standard stream otherwise, and go inside as one.
        OpenStandardStreams();
        if (Redirection.Apply(ref count, arguments) is not 0 and var refused)
            return refused;
        // A caller that ignores SIGCHLD would have the kernel reap our children before we see how they ended.
        Signals.SetDefault(Signals.SIGCHLD);
        // Before the mask goes: what was sent since execve waits behind it, and a PID 1 would lose it.
        if (count > 1 && Bytes.Same(arguments[1], "init"u8))
            return InitMain.Run(arguments + 2, environment);
        Signals.SetMask(0);
        if (count > 1 && Bytes.Same(arguments[1], "monitor"u8))
            return MonitorMain.Run(arguments + 2, environment);
        if (count > 1 && Bytes.Same(arguments[1], "reap"u8))
            return ReaperMain.Run(arguments + 2, environment);
        if (count > 1 && Bytes.Same(arguments[1], "tied"u8))
            return TiedMain.Run(arguments + 2, environment);
        if (MakesProcessesInContainers(arguments) && SelfProtection.Enter(arguments, environment) is < 0 and var error)
            return Refuse(error);
        // In all threads that the runtime will start: what waits in the foreground reads them from a descriptor.
        if (MakesProcessesInContainers(arguments) || Names(arguments, "start"u8) || Names(arguments, "checkpoint"u8)
            || Names(arguments, "restore"u8))
            Signals.SetMask(ForwardedSignals.Set);
        CallerMemory.Note(arguments, environment);
        RemoveRuntimeSettings(environment);
        int code = StartRuntime(count, arguments, environment);
        // The runtime ends without a word when it cannot make the one thread that it needs for itself.
        if (code == NeverBegan && !HasBegun)
            Say("pscontainer: the program could not start: a limit on processes or on memory is reached (pids.max, RLIMIT_NPROC)\n"u8);
        return code;
    }

    private static void OpenStandardStreams()
    {
        const int GetFlags = 1, ReadWrite = 2;
        for (int stream = 0; stream < 3; stream++)
        {
            if (Raw.Call(SyscallNumber.fcntl, stream, GetFlags) == -Errno.EBADF)
                Raw.Open((int)Raw.AtFdCwd, "/dev/null"u8, ReadWrite);
        }
    }

    // The verb may stand behind global options; a value that only looks like a verb costs 0.2 ms and nothing else.
    private static bool MakesProcessesInContainers(byte** arguments) =>
        Names(arguments, "run"u8) || Names(arguments, "create"u8) || Names(arguments, "exec"u8);

    private static bool Names(byte** arguments, ReadOnlySpan<byte> verb)
    {
        for (; *arguments != null; arguments++)
        {
            if (Bytes.Same(*arguments, verb))
                return true;
        }
        return false;
    }

    // The settings of whoever calls are for his .NET programs: they could make this one slower, larger or fail to start.
    private static void RemoveRuntimeSettings(byte** environment)
    {
        byte** kept = environment;
        for (; *environment != null; environment++)
        {
            if (!Bytes.StartsWith(*environment, "DOTNET_"u8) && !Bytes.StartsWith(*environment, "COMPlus_"u8))
                *kept++ = *environment;
        }
        *kept = null;
    }

    private static int Refuse(nint error)
    {
        byte* memory = stackalloc byte[256];
        TextBuffer text = new(memory, 256);
        text.Append("pscontainer: cannot protect its own executable from the container: error "u8);
        text.Append(-error);
        text.Append(error == -Errno.ENOENT ? " (is /proc mounted?)\n"u8 : "\n"u8);
        Raw.WriteAll(2, text.Start, text.Length);
        return 1;
    }

    private static void Say(System.ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
            Raw.WriteAll(2, start, text.Length);
    }
}
