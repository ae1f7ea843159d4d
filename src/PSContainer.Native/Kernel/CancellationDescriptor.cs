namespace PSContainer.Kernel;

/// <summary>
/// A descriptor that becomes readable when something is cancelled, eventfd(2): so that poll(2) can wait for that too.
/// </summary>
internal sealed class CancellationDescriptor : IDisposable
{
    private readonly FileHandle? handle;
    private readonly CancellationTokenRegistration registration;

    internal CancellationDescriptor(CancellationToken cancellation)
    {
        const int O_CLOEXEC = 0x80000;
        if (!cancellation.CanBeCanceled)
            return;
        var made = new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.eventfd2, 0, O_CLOEXEC), "eventfd2"));
        handle = made;
        registration = cancellation.Register(() => Files.write(made.Fd, BitConverter.GetBytes(1L)));
    }

    /// <summary>The descriptor; -1, which poll(2) passes over, when nothing can be cancelled.</summary>
    internal int Fd => handle?.Fd ?? -1;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Waits for a call that is under way: after it nobody writes to the descriptor any more.
        registration.Dispose();
        handle?.Dispose();
    }
}
