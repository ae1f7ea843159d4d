namespace PSContainer.Kernel;

/// <summary>struct clone_args, clone3(2).</summary>
public struct CloneArguments
{
    /// <summary>CLONE_… flags.</summary>
    public ulong Flags;

    /// <summary>Where the pidfd is put (int *).</summary>
    public ulong PidFd;

    /// <summary>Where the thread id is put in the child (pid_t *).</summary>
    public ulong ChildTid;

    /// <summary>Where the thread id is put in the parent (pid_t *).</summary>
    public ulong ParentTid;

    /// <summary>Signal to the parent at the child's end.</summary>
    public ulong ExitSignal;

    /// <summary>Lowest byte of the stack; 0 with a copied address space.</summary>
    public ulong Stack;

    /// <summary>Size of the stack.</summary>
    public ulong StackSize;

    /// <summary>Thread-local storage.</summary>
    public ulong Tls;

    /// <summary>Pids to give (pid_t *).</summary>
    public ulong SetTid;

    /// <summary>How many pids to give.</summary>
    public ulong SetTidSize;

    /// <summary>A v2 cgroup's descriptor, with CLONE_INTO_CGROUP.</summary>
    public ulong Cgroup;
}
