using PSContainer.Kernel;

namespace PSContainer.Containers.Host;

/// <summary>Whether the kernel has a call, by making it so that it must fail otherwise.</summary>
internal static class KernelCalls
{
    private const int BadDescriptor = -1;

    /// <summary>clone3(2), Linux 5.3.</summary>
    internal static bool HasClone3 => Has(Syscall.Call(SyscallNumber.clone3, 0, 0));

    /// <summary>openat2(2), Linux 5.6.</summary>
    internal static bool HasOpenat2 => Has(Syscall.Call(SyscallNumber.openat2, BadDescriptor, 0, 0, 0));

    /// <summary>pidfd_open(2), Linux 5.3.</summary>
    internal static bool HasPidfd => Has(Syscall.Call(SyscallNumber.pidfd_open, BadDescriptor));

    /// <summary>fsopen(2), Linux 5.2.</summary>
    internal static bool HasFsopen => Has(Syscall.Call(SyscallNumber.fsopen, 0, 0));

    /// <summary>mount_setattr(2), Linux 5.12.</summary>
    internal static bool HasMountSetattr => Has(Syscall.Call(SyscallNumber.mount_setattr, BadDescriptor, 0, 0, 0, 0));

    /// <summary>close_range(2), Linux 5.9.</summary>
    internal static bool HasCloseRange => Has(Syscall.Call(SyscallNumber.close_range, 2, 1));

    private static bool Has(nint result) => result != -Errno.ENOSYS;
}
