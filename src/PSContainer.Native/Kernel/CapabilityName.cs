using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PSContainer.Kernel;

/// <summary>Reads and writes capabilities' names: <c>CAP_NET_ADMIN</c>, <c>net_admin</c>, <c>NetAdmin</c>, <c>12</c>.</summary>
public static class CapabilityName
{
    /// <summary>How many capabilities this version knows; the kernel's own count is in /proc/sys/kernel/cap_last_cap.</summary>
    public const int Count = (int)Capability.CheckpointRestore + 1;

    /// <summary>The kernel's name, as configurations of containers write it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public static string Format(Capability capability) => capability switch
    {
        Capability.Chown => "CAP_CHOWN",
        Capability.DacOverride => "CAP_DAC_OVERRIDE",
        Capability.DacReadSearch => "CAP_DAC_READ_SEARCH",
        Capability.Fowner => "CAP_FOWNER",
        Capability.Fsetid => "CAP_FSETID",
        Capability.Kill => "CAP_KILL",
        Capability.Setgid => "CAP_SETGID",
        Capability.Setuid => "CAP_SETUID",
        Capability.Setpcap => "CAP_SETPCAP",
        Capability.LinuxImmutable => "CAP_LINUX_IMMUTABLE",
        Capability.NetBindService => "CAP_NET_BIND_SERVICE",
        Capability.NetBroadcast => "CAP_NET_BROADCAST",
        Capability.NetAdmin => "CAP_NET_ADMIN",
        Capability.NetRaw => "CAP_NET_RAW",
        Capability.IpcLock => "CAP_IPC_LOCK",
        Capability.IpcOwner => "CAP_IPC_OWNER",
        Capability.SysModule => "CAP_SYS_MODULE",
        Capability.SysRawio => "CAP_SYS_RAWIO",
        Capability.SysChroot => "CAP_SYS_CHROOT",
        Capability.SysPtrace => "CAP_SYS_PTRACE",
        Capability.SysPacct => "CAP_SYS_PACCT",
        Capability.SysAdmin => "CAP_SYS_ADMIN",
        Capability.SysBoot => "CAP_SYS_BOOT",
        Capability.SysNice => "CAP_SYS_NICE",
        Capability.SysResource => "CAP_SYS_RESOURCE",
        Capability.SysTime => "CAP_SYS_TIME",
        Capability.SysTtyConfig => "CAP_SYS_TTY_CONFIG",
        Capability.Mknod => "CAP_MKNOD",
        Capability.Lease => "CAP_LEASE",
        Capability.AuditWrite => "CAP_AUDIT_WRITE",
        Capability.AuditControl => "CAP_AUDIT_CONTROL",
        Capability.Setfcap => "CAP_SETFCAP",
        Capability.MacOverride => "CAP_MAC_OVERRIDE",
        Capability.MacAdmin => "CAP_MAC_ADMIN",
        Capability.Syslog => "CAP_SYSLOG",
        Capability.WakeAlarm => "CAP_WAKE_ALARM",
        Capability.BlockSuspend => "CAP_BLOCK_SUSPEND",
        Capability.AuditRead => "CAP_AUDIT_READ",
        Capability.Perfmon => "CAP_PERFMON",
        Capability.Bpf => "CAP_BPF",
        Capability.CheckpointRestore => "CAP_CHECKPOINT_RESTORE",
        _ => throw new ArgumentOutOfRangeException(nameof(capability), capability, "No capability has this number."),
    };

    /// <summary>Reads a name in any spelling: with or without <c>CAP_</c> and underscores, in any case, or the number.</summary>
    /// <returns>Whether the text names a capability.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Capability capability)
    {
        capability = default;
        if (string.IsNullOrEmpty(text))
            return false;
        if (char.IsAsciiDigit(text[0]))
            return TryParseNumber(text, out capability);

        ReadOnlySpan<char> name = WithoutPrefix(text);
        for (int number = 0; number < Count; number++)
        {
            if (!SameLetters(Format((Capability)number).AsSpan(4), name))
                continue;
            capability = (Capability)number;
            return true;
        }
        return false;
    }

    /// <summary>Reads a name in any spelling.</summary>
    /// <exception cref="InvalidSpecException">The text names no capability.</exception>
    public static Capability Parse(string? text) =>
        TryParse(text, out Capability capability)
            ? capability
            : throw new InvalidSpecException(
                $"'{text}' is not a capability.",
                "Use one of capabilities(7), such as CAP_NET_ADMIN, net_admin or NetAdmin.");

    private static bool TryParseNumber(string text, out Capability capability)
    {
        bool known = byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) && number < Count;
        capability = known ? (Capability)number : default;
        return known;
    }

    private static ReadOnlySpan<char> WithoutPrefix(string text)
    {
        if (text.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase))
            return text.AsSpan(4);
        return text.StartsWith("Cap", StringComparison.Ordinal) && text.Length > 3 && char.IsAsciiLetterUpper(text[3])
            ? text.AsSpan(3)
            : text;
    }

    /// <summary>Whether both are the same but for case and underscores inside.</summary>
    private static bool SameLetters(ReadOnlySpan<char> kernelName, ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name[0] == '_' || name[^1] == '_')
            return false;
        int position = 0;
        foreach (char letter in kernelName)
        {
            bool separator = letter == '_';
            if (separator && position < name.Length && name[position] != '_')
                continue;
            if (position == name.Length || char.ToUpperInvariant(name[position++]) != letter)
                return false;
        }
        return position == name.Length;
    }
}
