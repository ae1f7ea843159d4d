using PSContainer.Kernel;

namespace PSContainer.Images;

/// <summary>What is read from a FIFO or a device, which may be silent for ever: the wait for it can be ended.</summary>
/// <param name="file">An open file of O_NONBLOCK; a FIFO then waits for its first writer as for the next.</param>
/// <param name="name">How to call it in messages.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class PolledStream(FileHandle file, string name, CancellationToken cancellation) : ForwardStream(Null)
{
    private readonly CancellationDescriptor _cancelled = new(cancellation);

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public override int Read(Span<byte> buffer)
    {
        Span<PollEntry> entries =
            [new PollEntry { Fd = file.Fd, Events = PollEntry.In }, new PollEntry { Fd = _cancelled.Fd, Events = PollEntry.In }];
        while (true)
        {
            Syscall.Check(Poll.Wait(entries, -1), "poll", name);
            cancellation.ThrowIfCancellationRequested();
            nint got = Files.read(file.Fd, buffer);
            if (got is not (-Errno.EAGAIN or -Errno.EINTR))
                return (int)Syscall.Check(got, "read", name);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cancelled.Dispose();
            file.Dispose();
        }
        base.Dispose(disposing);
    }
}
