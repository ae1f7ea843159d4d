using System.Globalization;

namespace PSContainer.Runtime.Tests.Monitor;

/// <summary>What a process takes, /proc/PID/smaps_rollup, in bytes.</summary>
internal static class ProcessMemory
{
    public static long PrivateDirty(int pid) => Read(pid, "Private_Dirty:");

    public static long ProportionalSet(int pid) => Read(pid, "Pss:");

    private static long Read(int pid, string field)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..^2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
    }
}
