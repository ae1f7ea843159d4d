using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Keeps those inside from looking into a process that is still a copy of the runtime.</summary>
internal static unsafe class Hiding
{
    /// <summary>Overwrites the caller's command line and environment, which /proc/PID shows until execve.</summary>
    public static nint ForgetCaller(ChildContext* context)
    {
        ChildProgram* program = context->Program;
        CallerMemory.Overwrite(program->CallerMemory, program->CallerMemoryLength);
        return 0;
    }

    /// <summary>
    /// From here on nobody may trace it or look into its memory and descriptors who has no power over the runtime's own user
    /// namespace, and no signal and no limit makes the kernel write its memory into a file.
    /// </summary>
    public static nint Hide(ChildContext* context)
    {
        ForgetCaller(context);
        context->IsHidden = true;
        return context->Make(SyscallNumber.prctl, Prctl.SetDumpable, 0);
    }

    /// <summary>Again after a step that changed credentials: with those the kernel takes fs.suid_dumpable, which need not be 0.</summary>
    public static nint Renew(ChildContext* context, nint result)
    {
        if (result >= 0 && context->IsHidden)
            result = context->Make(SyscallNumber.prctl, Prctl.SetDumpable, 0);
        return Lifeline.Renew(context, result);
    }
}
