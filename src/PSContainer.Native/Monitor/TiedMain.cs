using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>
/// <c>pscontainer tied PARENT FD PROGRAM NAME ARG…</c>: becomes a program that is killed when the process ends that waits for it.
/// posix_spawn(3) cannot ask for that, and PowerShell's process must not fork.
/// </summary>
/// <remarks>
/// It runs without a .NET runtime. Descriptor FD gets a <see cref="TieFailure"/> when it cannot, and else only its end.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class TiedMain
{
    private const int UsageCode = 64, NotExecuted = 127, CloseOnExec = 1, SetDescriptorFlags = 2;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What comes after <c>tied</c>.</param>
    /// <param name="environment">The program's.</param>
    public static int Run(byte** arguments, byte** environment)
    {
        for (int i = 0; i < 4; i++)
        {
            if (arguments[i] == null)
                return UsageCode;
        }
        int descriptor = (int)Bytes.ParseDecimal(arguments[1]);
        TieFailure failure = default;
        failure.Call = SyscallNumber.prctl;
        nint result = ParentTie.ToParent((int)Bytes.ParseDecimal(arguments[0]));
        if (result >= 0)
        {
            failure.Call = SyscallNumber.fcntl;
            result = Raw.Call(SyscallNumber.fcntl, descriptor, SetDescriptorFlags, CloseOnExec);
        }
        if (result >= 0)
        {
            failure.Call = SyscallNumber.execve;
            result = Processes.Execute(arguments[2], arguments + 3, environment);
        }
        failure.Errno = (int)-result;
        Raw.WriteAll(descriptor, (byte*)&failure, sizeof(TieFailure));
        return NotExecuted;
    }
}

/// <summary>Why a program that was to be tied was not executed.</summary>
internal struct TieFailure
{
    /// <summary>The number of the call that failed.</summary>
    public int Call;

    /// <summary>Its error.</summary>
    public int Errno;
}
