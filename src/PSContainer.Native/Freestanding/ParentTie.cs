using PSContainer.Kernel;

namespace PSContainer.Freestanding;

/// <summary>Has a process end with the one that made it and waits for it, however that ends. What it starts goes on.</summary>
internal static unsafe class ParentTie
{
    /// <summary>Ties this process to the thread that made it, across execve(2) of all but a set-user-ID program.</summary>
    /// <param name="parent">The process that made it, which may have ended already.</param>
    /// <param name="signal">What it gets then.</param>
    /// <returns>0, or a negated error number: <c>ESRCH</c> when the parent is gone.</returns>
    public static nint ToParent(int parent, int signal = Signals.SIGKILL)
    {
        nint result = Raw.Call(SyscallNumber.prctl, Prctl.SetParentDeathSignal, signal);
        return result < 0 ? result : StillHas(parent);
    }

    /// <summary>
    /// Ties this process to the other end of a pipe that only the parent has. For set-user-ID programs: the kernel takes the
    /// parent's death signal from these in execve(2), but not the signal that a pipe sends to its owner.
    /// </summary>
    /// <param name="reader">The end that this process keeps, in the program too.</param>
    /// <param name="parent">The process that made it.</param>
    /// <returns>0, or a negated error number: <c>ESRCH</c> when the parent is gone.</returns>
    public static nint ToPipe(int reader, int parent)
    {
        const int SetDescriptorFlags = 2, SetFlags = 4, SetOwner = 8, SetSignal = 10, Async = 0x2000;
        nint result = Raw.Call(SyscallNumber.fcntl, reader, SetSignal, Signals.SIGKILL);
        if (result >= 0)
            result = Raw.Call(SyscallNumber.fcntl, reader, SetOwner, Raw.Call(SyscallNumber.getpid));
        if (result >= 0)
            result = Raw.Call(SyscallNumber.fcntl, reader, SetFlags, Async);
        if (result >= 0)
            result = Raw.Call(SyscallNumber.fcntl, reader, SetDescriptorFlags, 0);
        return result < 0 ? result : StillHas(parent);
    }

    private static nint StillHas(int parent) => Raw.Call(SyscallNumber.getppid) == parent ? 0 : -Errno.ESRCH;
}
