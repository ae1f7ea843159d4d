namespace PSContainer.Kernel;

/// <summary>Flags of clone3(2), unshare(2) and setns(2), linux/sched.h.</summary>
public static class CloneFlags
{
    /// <summary>CLONE_NEWTIME.</summary>
    public const int NewTime = 0x80;

    /// <summary>CLONE_NEWNS.</summary>
    public const int NewMount = 0x20000;

    /// <summary>CLONE_NEWCGROUP.</summary>
    public const int NewCgroup = 0x2000000;

    /// <summary>CLONE_NEWUTS.</summary>
    public const int NewUts = 0x4000000;

    /// <summary>CLONE_NEWIPC.</summary>
    public const int NewIpc = 0x8000000;

    /// <summary>CLONE_NEWUSER.</summary>
    public const int NewUser = 0x10000000;

    /// <summary>CLONE_NEWPID.</summary>
    public const int NewPid = 0x20000000;

    /// <summary>CLONE_NEWNET.</summary>
    public const int NewNetwork = 0x40000000;

    /// <summary>CLONE_PIDFD.</summary>
    public const int PidFd = 0x1000;

    /// <summary>CLONE_PARENT.</summary>
    public const int Parent = 0x8000;

    /// <summary>CLONE_INTO_CGROUP (clone3 only).</summary>
    public const long IntoCgroup = 0x200000000;
}
