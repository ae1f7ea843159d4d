using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>Times of a process, proc_pid_stat(5), in clock ticks.</summary>
/// <param name="Cpu">CPU time of all threads, in user and kernel mode.</param>
/// <param name="Start">Since boot.</param>
internal readonly record struct ProcessTimes(ulong Cpu, ulong Start)
{
    private const int UserTime = 11, SystemTime = 12, StartTime = 19;

    /// <summary>Reads a process.</summary>
    /// <returns>The times, or <see langword="null"/> when it is gone.</returns>
    internal static ProcessTimes? Read(int pid)
    {
        string? stat = ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        int name = stat?.LastIndexOf(')') ?? -1;
        if (name < 0)
            return null;
        string[] fields = stat![(name + 2)..].Split(' ');
        return fields.Length > StartTime
            ? new(Number(fields[UserTime]) + Number(fields[SystemTime]), Number(fields[StartTime])) : null;
    }

    private static ulong Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;
}
