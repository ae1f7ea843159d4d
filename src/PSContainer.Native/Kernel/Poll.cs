namespace PSContainer.Kernel;

/// <summary>Waiting for descriptors, ppoll(2).</summary>
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
        // The kernel writes into it what is left of the time.
        Files.time_spec patience = new() { tv_sec = milliseconds / 1000, tv_nsec = milliseconds % 1000 * 1_000_000L };
        fixed (PollEntry* first = entries)
        {
            while (true)
            {
                nint result = Syscall.Call(SyscallNumber.ppoll, (nint)first, entries.Length, milliseconds < 0 ? 0 : (nint)(&patience));
                if (result != -Errno.EINTR)
                    return result;
            }
        }
    }
}
