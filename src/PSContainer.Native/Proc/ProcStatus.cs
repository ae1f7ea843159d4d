using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>What /proc/PID/status says of a process, proc_pid_status(5).</summary>
internal sealed class ProcStatus
{
    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    private ProcStatus(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    /// <summary>The kernel's name of the process, which it chose itself, as it may be shown.</summary>
    internal string Name => ShownText.Line(Text("Name"));

    /// <summary>Pid in each pid namespace, the reader's first and its own last.</summary>
    internal int NamespacePid => (int)Number(Words("NSpid")[^1]);

    /// <summary>Host pid of the parent.</summary>
    internal int ParentPid => (int)Number(Text("PPid"));

    /// <summary>Threads.</summary>
    internal int Threads => (int)Number(Text("Threads"));

    /// <summary>Resident memory in bytes.</summary>
    internal long ResidentBytes => Number(Words("VmRSS")[0]) * 1024;

    /// <summary>Real, effective, saved and file system user id, as the reader's user namespace has them.</summary>
    internal uint[] UserIds => Ids("Uid");

    /// <summary>As <see cref="UserIds"/>.</summary>
    internal uint[] GroupIds => Ids("Gid");

    /// <summary>Supplementary groups, ascending.</summary>
    internal uint[] Groups => [.. Ids("Groups").Order()];

    /// <summary>The letter of its state.</summary>
    internal char State => Text("State") is [var letter, ..] ? letter : '?';

    /// <summary>0 none, 1 strict, 2 a filter.</summary>
    internal int SeccompMode => (int)Number(Text("Seccomp"));

    /// <summary>How many filters.</summary>
    internal int SeccompFilters => (int)Number(Text("Seccomp_filters"));

    /// <summary>Whether it can gain nothing by execve(2).</summary>
    internal bool NoNewPrivileges => Text("NoNewPrivs") == "1";

    /// <summary>File mode creation mask.</summary>
    internal int? Umask => Text("Umask") is { Length: > 0 and < 8 } text && !text.AsSpan().ContainsAnyExceptInRange('0', '7')
        ? Convert.ToInt32(text, 8)
        : null;

    /// <summary>Reads a process.</summary>
    /// <returns>The facts, or <see langword="null"/> when it is gone.</returns>
    internal static ProcStatus? Read(int pid) =>
        ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")) is { Length: > 0 } text
            ? new(text)
            : null;

    /// <summary>Reads text of the file.</summary>
    internal static ProcStatus Parse(string text) => new(text);

    /// <summary>A capability set (<c>CapEff</c>) as bits.</summary>
    internal ulong Capabilities(string set) =>
        ulong.TryParse(Text(set), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits) ? bits : 0;

    private string Text(string field) => fields.GetValueOrDefault(field, "");

    private string[] Words(string field) =>
        Text(field).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : [""];

    private uint[] Ids(string field) => [.. Words(field).Where(word => word.Length > 0).Select(word => (uint)Number(word))];

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
