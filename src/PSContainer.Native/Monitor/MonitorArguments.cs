using PSContainer.Freestanding;

namespace PSContainer.Monitor;

/// <summary>The monitor's command line. See docs/design.md, "The monitor".</summary>
internal unsafe struct MonitorArguments
{
    /// <summary>How large <c>log</c> may grow before it becomes <c>log.1</c>, unless told otherwise.</summary>
    public const long DefaultLogMax = 64 << 20;

    /// <summary>Below this a log could not hold one full record.</summary>
    public const long SmallestLogMax = 16 << 10;

    /// <summary>The state directory.</summary>
    public byte* StateDirectory;

    /// <summary>Where success or the reason of a failure goes.</summary>
    public int SyncFd;

    /// <summary>Its end of file ends the container, or -1.</summary>
    public int SessionFd;

    /// <summary>The container's standard input, or -1.</summary>
    public int StdinFd;

    /// <summary>Seconds the container may live, or 0.</summary>
    public long Timeout;

    /// <summary>Bytes <c>log</c> may have, 0 for no limit.</summary>
    public long LogMax;

    /// <summary>Absolute path of a log that is not <c>log</c> in the state directory, or null.</summary>
    public byte* LogPath;

    /// <summary>
    /// Name in the state directory of the file in which the runtime leaves the pid; <c>init.pid</c> unless told otherwise.
    /// </summary>
    public byte* PidFile;

    /// <summary>Whether the container has a terminal, whose master comes over <c>console.sock</c>.</summary>
    public bool Terminal;

    /// <summary>Whether input comes from the FIFO <c>stdin</c>.</summary>
    public bool Interactive;

    /// <summary>Whether the container is deleted when it has ended.</summary>
    public bool Remove;

    /// <summary>The runtime and its arguments, ended by a null pointer.</summary>
    public byte** Runtime;

    /// <summary>Reads the command line.</summary>
    /// <returns>Null, or the argument that is wrong (the last one's end when one is missing).</returns>
    public static byte* Parse(byte** arguments, MonitorArguments* parsed)
    {
        *parsed = default;
        parsed->SyncFd = parsed->SessionFd = parsed->StdinFd = -1;
        parsed->LogMax = DefaultLogMax;
        // Literals are at one place for ever: their pointers outlive the statement.
        fixed (byte* standard = "init.pid"u8)
            parsed->PidFile = standard;
        while (*arguments != null)
        {
            byte* option = *arguments++;
            if (Bytes.Same(option, "--"u8))
            {
                parsed->Runtime = arguments;
                return parsed->StateDirectory == null || parsed->SyncFd < 0 || *arguments == null ? option : null;
            }
            if (TakeSwitch(option, parsed))
                continue;
            byte* value = *arguments;
            if (value == null || !TakeValue(option, value, parsed))
                return option;
            arguments++;
        }
        fixed (byte* missing = "--"u8)
            return missing;
    }

    private static bool TakeSwitch(byte* option, MonitorArguments* parsed)
    {
        if (Bytes.Same(option, "--terminal"u8))
            return parsed->Terminal = true;
        if (Bytes.Same(option, "--interactive"u8))
            return parsed->Interactive = true;
        if (Bytes.Same(option, "--remove"u8))
            return parsed->Remove = true;
        return false;
    }

    private static bool TakeValue(byte* option, byte* value, MonitorArguments* parsed)
    {
        if (Bytes.Same(option, "--state-dir"u8))
        {
            parsed->StateDirectory = value;
            return *value != 0;
        }
        if (Bytes.Same(option, "--pid-file"u8))
        {
            parsed->PidFile = value;
            return *value != 0 && Bytes.IndexOf(value, Bytes.Length(value), (byte)'/') < 0;
        }
        if (Bytes.Same(option, "--log-path"u8))
        {
            parsed->LogPath = value;
            return *value == (byte)'/';
        }
        long number = Bytes.ParseDecimal(value);
        if (Bytes.Same(option, "--sync-fd"u8))
            return TakeDescriptor(number, &parsed->SyncFd);
        if (Bytes.Same(option, "--session-fd"u8))
            return TakeDescriptor(number, &parsed->SessionFd);
        if (Bytes.Same(option, "--stdin-fd"u8))
            return TakeDescriptor(number, &parsed->StdinFd);
        if (Bytes.Same(option, "--timeout"u8))
            return (parsed->Timeout = number) > 0;
        if (Bytes.Same(option, "--log-max"u8))
            return (parsed->LogMax = number) is 0 or >= SmallestLogMax;
        return false;
    }

    private static bool TakeDescriptor(long number, int* descriptor)
    {
        // Standard descriptors are replaced: one of them cannot carry anything else.
        if (number is < 3 or > int.MaxValue)
            return false;
        *descriptor = (int)number;
        return true;
    }
}
