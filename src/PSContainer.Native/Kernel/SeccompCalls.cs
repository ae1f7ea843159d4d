namespace PSContainer.Kernel;

/// <summary>seccomp(2): operations, flags and what a filter returns (linux/seccomp.h).</summary>
public static class SeccompCalls
{
    /// <summary>Operation: loads a filter.</summary>
    public const uint SECCOMP_SET_MODE_FILTER = 1;

    /// <summary>Operation: asks whether an action is available.</summary>
    public const uint SECCOMP_GET_ACTION_AVAIL = 2;

    /// <summary>Operation: asks for the sizes of the notification structures.</summary>
    public const uint SECCOMP_GET_NOTIF_SIZES = 3;

    /// <summary>All threads of the process get the filter.</summary>
    public const uint SECCOMP_FILTER_FLAG_TSYNC = 1;

    /// <summary>Actions other than allow are logged (Linux 4.14).</summary>
    public const uint SECCOMP_FILTER_FLAG_LOG = 2;

    /// <summary>The filter does not turn the mitigation of speculative store bypass on (Linux 4.17).</summary>
    public const uint SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;

    /// <summary>The call returns a descriptor that receives notifications (Linux 5.0).</summary>
    public const uint SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;

    /// <summary>A thread that cannot be synchronised is reported as ESRCH, so that TSYNC and a listener go together (Linux 5.7).</summary>
    public const uint SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 16;

    /// <summary>A call that waits for a notification's answer can be interrupted by fatal signals only (Linux 5.19).</summary>
    public const uint SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;

    /// <summary>Ends the process.</summary>
    public const uint SECCOMP_RET_KILL_PROCESS = 0x8000_0000;

    /// <summary>Ends the thread.</summary>
    public const uint SECCOMP_RET_KILL_THREAD = 0;

    /// <summary>Sends SIGSYS.</summary>
    public const uint SECCOMP_RET_TRAP = 0x0003_0000;

    /// <summary>The call fails; the low 16 bits are the error number, at most 4095.</summary>
    public const uint SECCOMP_RET_ERRNO = 0x0005_0000;

    /// <summary>The call waits for whoever holds the listener.</summary>
    public const uint SECCOMP_RET_USER_NOTIF = 0x7fc0_0000;

    /// <summary>Notifies a tracer; the low 16 bits are its message.</summary>
    public const uint SECCOMP_RET_TRACE = 0x7ff0_0000;

    /// <summary>The call is made and logged.</summary>
    public const uint SECCOMP_RET_LOG = 0x7ffc_0000;

    /// <summary>The call is made.</summary>
    public const uint SECCOMP_RET_ALLOW = 0x7fff_0000;

    /// <summary>The largest error number that <see cref="SECCOMP_RET_ERRNO"/> returns (MAX_ERRNO).</summary>
    public const uint LargestErrno = 4095;

    /// <summary>The most instructions a filter may have (BPF_MAXINSNS).</summary>
    public const int BPF_MAXINSNS = 4096;

    /// <summary>Offset of the call's number in struct seccomp_data.</summary>
    public const uint NumberOffset = 0;

    /// <summary>Offset of the audit architecture in struct seccomp_data.</summary>
    public const uint ArchitectureOffset = 4;

    /// <summary>Offset of the first argument in struct seccomp_data; each has eight bytes.</summary>
    public const uint ArgumentsOffset = 16;
}
