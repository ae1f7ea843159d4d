using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>
/// While a process sets itself up it ends with the runtime: one that somebody inside has stopped sees no end of the handshake, and
/// nobody is left who knows it.
/// </summary>
/// <remarks>
/// The kernel forgets it with a change of user, so it is tied again after each. It stays where the process is to end with the
/// runtime anyway: a foreground command of a caller who may kill the runtime.
/// </remarks>
internal static unsafe class Lifeline
{
    private const int Kill = 9;

    /// <summary>Ties it.</summary>
    public static nint Tie(ChildContext* context)
    {
        context->IsTied = true;
        return context->Make(SyscallNumber.prctl, Prctl.SetParentDeathSignal, Kill);
    }

    /// <summary>
    /// Begins to guard a process that is about to be made where somebody inside may stop it before its first instruction: so this
    /// one, which nobody there sees, must outlive the runtime for as long as that one is not tied.
    /// </summary>
    /// <returns>An eventfd(2) by which the process says that it is.</returns>
    public static nint BeginGuard(ChildContext* context)
    {
        const int CloseOnExec = 0x80000;
        nint loose = context->Make(SyscallNumber.prctl, Prctl.SetParentDeathSignal, 0);
        return loose < 0 ? loose : context->Make(SyscallNumber.eventfd2, 0, CloseOnExec);
    }

    /// <summary>Ties the process that is guarded, which needs no guard any more.</summary>
    public static nint TieGuarded(ChildContext* context, int tied)
    {
        nint result = Tie(context);
        if (result < 0)
            return result;
        ulong one = 1;
        result = context->Make(SyscallNumber.write, tied, (nint)(&one), sizeof(ulong));
        Raw.Close(tied);
        return result;
    }

    /// <summary>Waits until the process is tied or has ended, and ends it when the runtime ends first.</summary>
    public static nint Guard(ChildContext* context, int tied, int pidFd)
    {
        const int Sources = 3;
        PollEntry* entries = stackalloc PollEntry[Sources];
        Bytes.Clear((byte*)entries, Sources * sizeof(PollEntry));
        entries[0].Fd = tied;
        entries[1].Fd = pidFd;
        // Nothing is awaited there but the end of the other side.
        entries[2].Fd = context->Program->Socket;
        entries[0].Events = entries[1].Events = PollEntry.In;
        context->Call = SyscallNumber.ppoll;
        nint result = Raw.Retry(SyscallNumber.ppoll, (nint)entries, Sources, 0);
        if (entries[0].Returned == 0)
            Signals.Send(pidFd, Kill);
        return result;
    }

    /// <summary>Ties it again after a step that changed credentials.</summary>
    public static nint Renew(ChildContext* context, nint result) => result >= 0 && context->IsTied ? Tie(context) : result;

    /// <summary>Cuts it, while no filter can refuse that: a container outlives who started it.</summary>
    public static nint Cut(ChildContext* context)
    {
        if (!context->IsTied)
            return 0;
        context->IsTied = false;
        return context->Program->EndsWithRuntime != 0 ? 0 : context->Make(SyscallNumber.prctl, Prctl.SetParentDeathSignal, 0);
    }
}
