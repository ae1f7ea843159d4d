namespace PSContainer.Kernel;

/// <summary>Waiting for several descriptors, poll(2).</summary>
public static unsafe class Poll
{
    /// <summary>POLLOUT.</summary>
    public const short Out = 4;

    /// <summary>Waits until something happens to one of the descriptors; an interrupted wait begins again.</summary>
    /// <param name="entries">What to watch; a negative descriptor is passed over.</param>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    /// <returns>How many descriptors something happened to, 0 when the time was up, or a negated error number.</returns>
    public static nint Wait(Span<PollEntry> entries, int milliseconds)
    {
        fixed (PollEntry* first = entries)
        {
            while (true)
            {
                nint result = Syscall.Call(SyscallNumber.poll, (nint)first, entries.Length, milliseconds);
                if (result != -Errno.EINTR)
                    return result;
            }
        }
    }
}
