using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Audit;

/// <summary>User, groups, umask, resource limits and the score for want of memory.</summary>
internal static class IdentityAudit
{
    private static readonly Dictionary<string, string> LimitLabels = new(StringComparer.Ordinal)
    {
        ["RLIMIT_CPU"] = "Max cpu time",
        ["RLIMIT_FSIZE"] = "Max file size",
        ["RLIMIT_DATA"] = "Max data size",
        ["RLIMIT_STACK"] = "Max stack size",
        ["RLIMIT_CORE"] = "Max core file size",
        ["RLIMIT_RSS"] = "Max resident set",
        ["RLIMIT_NPROC"] = "Max processes",
        ["RLIMIT_NOFILE"] = "Max open files",
        ["RLIMIT_MEMLOCK"] = "Max locked memory",
        ["RLIMIT_AS"] = "Max address space",
        ["RLIMIT_LOCKS"] = "Max file locks",
        ["RLIMIT_SIGPENDING"] = "Max pending signals",
        ["RLIMIT_MSGQUEUE"] = "Max msgqueue size",
        ["RLIMIT_NICE"] = "Max nice priority",
        ["RLIMIT_RTPRIO"] = "Max realtime priority",
        ["RLIMIT_RTTIME"] = "Max realtime timeout",
    };

    internal static void Run(AuditReport report, ProcessSpec process, ProcStatus status, int pid)
    {
        UserSpec user = process.User ?? new();
        var users = IdMapFile.Parse(Read(pid, "uid_map"));
        var groups = IdMapFile.Parse(Read(pid, "gid_map"));
        report.Compare("User", Text(user.Uid), Ids(status.UserIds, users));
        report.Compare("Group", Text(user.Gid), Ids(status.GroupIds, groups));
        report.Compare(
            "Groups", List(user.AdditionalGids ?? []),
            List(status.Groups.Select(one => IdMapFile.Inside(groups, one) ?? uint.MaxValue)));
        if (user.Umask is { } umask && status.Umask is { } mask)
            report.Compare("Umask", ModeWord.Format((int)umask), ModeWord.Format(mask));
        if (process.OomScoreAdj is { } score)
            report.Compare(
                "OomScoreAdjust", score.ToString(CultureInfo.InvariantCulture), Read(pid, "oom_score_adj")?.Trim() ?? "?");
        string limits = Read(pid, "limits") ?? "";
        foreach (RlimitSpec limit in process.Rlimits ?? [])
            report.Compare($"Ulimit {limit.Type}", $"{Text(limit.Soft)}:{Text(limit.Hard)}", FindLimit(limits, limit.Type));
    }

    /// <summary>A limit of the file's text as <c>SOFT:HARD</c>, proc_pid_limits(5).</summary>
    internal static string FindLimit(string limits, string type)
    {
        string label = LimitLabels.GetValueOrDefault(type, type);
        foreach (string line in limits.Split('\n'))
        {
            if (!line.StartsWith(label, StringComparison.Ordinal))
                continue;
            string[] words = line[label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length >= 2 ? $"{words[0]}:{words[1]}" : "?";
        }
        return "?";
    }

    // All of real, effective, saved and file system id, when one of them differs.
    private static string Ids(uint[] ids, IReadOnlyList<(uint, uint, uint)> map)
    {
        string[] inside =
            [.. ids.Select(id => IdMapFile.Inside(map, id)?.ToString(CultureInfo.InvariantCulture) ?? "?").Distinct()];
        return string.Join(',', inside);
    }

    private static string List(IEnumerable<uint> ids) => ids.Any() ? string.Join(',', ids.Order()) : "none";

    private static string Text(ulong number) =>
        number == ulong.MaxValue ? "unlimited" : number.ToString(CultureInfo.InvariantCulture);

    private static string? Read(int pid, string file) =>
        ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}"));
}
