namespace PSContainer.Kernel;

/// <summary>The capabilities of this process, capget(2).</summary>
public static unsafe class OwnCapabilities
{
    private const uint Version3 = 0x20080522;

    /// <summary>The permitted set as a mask: what it can give to a process in its own user namespace.</summary>
    public static long Permitted
    {
        get
        {
            uint* header = stackalloc uint[] { Version3, 0 };
            // Twice effective, permitted, inheritable: the lower and the upper 32 bits.
            uint* data = stackalloc uint[6];
            Syscall.Check(Syscall.Call(SyscallNumber.capget, (nint)header, (nint)data), "capget");
            return data[1] | (long)data[4] << 32;
        }
    }
}
