namespace PSContainer.Security.Seccomp;

/// <summary>A compiled filter: what the child hands to seccomp(2).</summary>
/// <param name="Instructions">An array of <c>struct sock_filter</c>, eight bytes each.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_… of the load; with NEW_LISTENER the call returns a descriptor.</param>
public sealed record SeccompProgram(byte[] Instructions, uint Flags)
{
    /// <summary>The size of an instruction in bytes.</summary>
    public const int InstructionSize = 8;

    /// <summary>How many instructions there are, <c>len</c> of <c>struct sock_fprog</c>; 1 to 4096.</summary>
    public int Length => Instructions.Length / InstructionSize;

    /// <summary>Whether somebody has to answer notifications: loading returns a descriptor.</summary>
    public bool HasListener => (Flags & Kernel.SeccompCalls.SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;

    /// <summary>Compiles a filter, and reads the flags to load it with.</summary>
    /// <exception cref="InvalidSpecException">A word is wrong, or rules contradict each other or are too many.</exception>
    public static SeccompProgram Compile(Spec.SeccompSpec spec)
    {
        byte[] instructions = SeccompCompiler.Compile(spec);
        bool notifies = SeccompCompiler.HasNotification(spec);
        if (notifies && string.IsNullOrEmpty(spec.ListenerPath))
        {
            throw new InvalidSpecException(
                "linux.seccomp: SCMP_ACT_NOTIFY needs a listenerPath: nobody would answer.",
                "Give a listenerPath, or use another action.");
        }
        return new SeccompProgram(instructions, SeccompFlags.Parse(spec.Flags, notifies));
    }
}
