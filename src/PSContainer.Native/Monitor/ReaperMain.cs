using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>
/// <c>pscontainer reap --root DIR</c>: waits for the process behind descriptor 3 and becomes <c>pscontainer --root DIR sweep</c>,
/// which removes what that process left. It runs without a .NET runtime, in a tenth of a megabyte.
/// </summary>
[SkipLocalsInit]
internal static unsafe class ReaperMain
{
    private const int OwnerFd = 3, PR_SET_NAME = 15, UsageCode = 64;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What comes after <c>reap</c>.</param>
    /// <param name="environment">For what it becomes.</param>
    public static int Run(byte** arguments, byte** environment)
    {
        if (arguments[0] == null || !Bytes.Same(arguments[0], "--root"u8) || arguments[1] == null)
            return UsageCode;
        int pid = Processes.Fork(out _);
        if (pid != 0)
            return pid < 0 ? 1 : 0;
        Raw.Call(SyscallNumber.setsid);
        fixed (byte* name = "pscontainer-rea"u8, root = "/"u8)
        {
            Raw.Call(SyscallNumber.prctl, PR_SET_NAME, (nint)name);
            Raw.Call(SyscallNumber.chdir, (nint)root);
        }
        Raw.Call(SyscallNumber.close_range, OwnerFd + 1, unchecked((nint)uint.MaxValue));
        WaitForOwner();
        Raw.Close(OwnerFd);
        return Become(arguments[0], arguments[1], environment);
    }

    private static void WaitForOwner()
    {
        PollEntry entry = default;
        entry.Fd = OwnerFd;
        entry.Events = PollEntry.In;
        Raw.Retry(SyscallNumber.ppoll, (nint)(&entry), 1);
    }

    private static int Become(byte* option, byte* root, byte** environment)
    {
        fixed (byte* self = "/proc/self/exe"u8, name = "pscontainer"u8, verb = "sweep"u8)
        {
            byte** arguments = stackalloc byte*[5];
            arguments[0] = name;
            arguments[1] = option;
            arguments[2] = root;
            arguments[3] = verb;
            arguments[4] = null;
            return (int)Raw.Call(SyscallNumber.execve, (nint)self, (nint)arguments, (nint)environment) < 0 ? 1 : 0;
        }
    }
}
