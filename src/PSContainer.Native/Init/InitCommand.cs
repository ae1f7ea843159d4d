using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Init;

/// <summary>The init's child on its way to the command.</summary>
[SkipLocalsInit]
internal static unsafe class InitCommand
{
    private const int NotFound = 127;
    private const int NotExecutable = 126;
    private const int TIOCSPGRP = 0x5410;

    /// <summary>Becomes the command, or ends with a shell's code for why it cannot.</summary>
    public static void Become(byte** arguments, byte** environment)
    {
        Raw.Call(SyscallNumber.setpgid);
        // On a terminal the command is in the foreground: Ctrl+C is for it. Elsewhere this fails and does no harm. The mask
        // still blocks SIGTTOU, which would stop a process of the background here.
        int group = (int)Raw.Call(SyscallNumber.getpid);
        Raw.Call(SyscallNumber.ioctl, 0, TIOCSPGRP, (nint)(&group));
        Signals.SetAllDefault();
        Signals.SetMask(0);
        nint result = Processes.Execute(arguments, environment);
        Complain(arguments[0], result);
        Raw.Exit(result is -Errno.ENOENT or -Errno.ENOTDIR ? NotFound : NotExecutable);
    }

    /// <summary>Says on standard error what failed.</summary>
    public static void Complain(ReadOnlySpan<byte> what, nint error)
    {
        fixed (byte* text = what)
            Complain(text, error);
    }

    private static void Complain(byte* what, nint error)
    {
        const int Capacity = 512;
        byte* memory = stackalloc byte[Capacity];
        TextBuffer text = new(memory, Capacity);
        text.Append("pscontainer init: "u8);
        nint length = Bytes.Length(what);
        text.Append(what, length < Capacity / 2 ? length : Capacity / 2);
        if (error == -Errno.ENOENT)
            text.Append(": no such command"u8);
        else if (error == -Errno.EACCES)
            text.Append(": not executable"u8);
        else if (error == -Errno.ENOEXEC)
            text.Append(": not in a format that can be executed"u8);
        else
        {
            text.Append(": error "u8);
            text.Append(-error);
        }
        text.Append("\n"u8);
        Raw.WriteAll(2, text.Start, text.Length);
    }
}
