using PSContainer.Kernel;

namespace PSContainer.Steps.Child;

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
