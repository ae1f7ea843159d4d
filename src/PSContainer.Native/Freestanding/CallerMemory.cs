namespace PSContainer.Freestanding;

/// <summary>
/// The command line and the environment that this process was executed with, where the kernel keeps them: what
/// <c>/proc/PID/cmdline</c> and <c>/proc/PID/environ</c> show, of every copy of this process too.
/// </summary>
internal static unsafe class CallerMemory
{
    /// <summary>The first byte; null before <see cref="Note"/>.</summary>
    public static byte* Start;

    /// <summary>How many bytes there are.</summary>
    public static nint Length;

    /// <summary>Notes where they are: one text after the other, the environment's after the command line's.</summary>
    /// <param name="arguments">What <c>main</c> was given, unchanged.</param>
    /// <param name="environment">The same.</param>
    public static void Note(byte** arguments, byte** environment)
    {
        byte* last = *arguments;
        if (last == null)
            return;
        Start = last;
        for (byte** next = arguments; *next != null; next++)
            last = *next;
        for (byte** next = environment; *next != null; next++)
            last = *next;
        Length = (nint)(last - Start) + Bytes.Length(last);
    }

    /// <summary>Overwrites them; what is left is the program's name.</summary>
    /// <param name="start">As <see cref="Start"/>; may be null.</param>
    /// <param name="length">As <see cref="Length"/>.</param>
    public static void Overwrite(byte* start, nint length)
    {
        Bytes.Clear(start, length);
        fixed (byte* name = "pscontainer"u8)
        {
            // The zero byte behind it is part of what was cleared.
            if (length > "pscontainer"u8.Length)
                Bytes.Copy(start, name, "pscontainer"u8.Length);
        }
    }
}
