using System.Buffers.Binary;
using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>
/// Resource limits are the command's: raised while the process may raise them, and set right before its command, so that setting
/// up has what it needs. It needs no dump of its memory, where others inside could find what is the host's: that limit is set at
/// once.
/// </summary>
internal static class RlimitPlan
{
    private const string Dump = "RLIMIT_CORE", MostFiles = "/proc/sys/fs/nr_open";

    /// <summary>While the process has the rights of its runtime.</summary>
    /// <exception cref="InvalidSpecException">A limit is above what the kernel gives anybody.</exception>
    public static void AddRaises(PlanBuilder plan, ProcessSpec process)
    {
        foreach (RlimitSpec limit in process.Rlimits ?? [])
        {
            if (limit.Type == "RLIMIT_NOFILE")
                CheckMostFiles(limit);
            if (limit.Type == Dump)
                Add(plan, OperationKind.SetRlimit, "SetRlimit", limit);
            else
                Add(plan, OperationKind.RaiseRlimit, "RaiseRlimit", limit);
        }
    }

    /// <summary>When nothing is left but the command.</summary>
    public static void AddLast(PlanBuilder plan, ProcessSpec process)
    {
        foreach (RlimitSpec limit in Last(process))
            Add(plan, OperationKind.SetRlimit, "SetRlimit", limit);
    }

    /// <summary>Whether any is set last.</summary>
    public static bool HasLast(ProcessSpec process) => Last(process).Any();

    private static IEnumerable<RlimitSpec> Last(ProcessSpec process) =>
        process.Rlimits?.Where(static one => one.Type != Dump) ?? [];

    /// <summary>Whether a filter does not let the process set its limits.</summary>
    public static bool IsRefusedBy(byte[]? filter) =>
        filter is not null && !SeccompVerdict.Allows(filter, SyscallNumber.prlimit64);

    private static void Add(PlanBuilder plan, OperationKind kind, string step, RlimitSpec limit)
    {
        byte[] values = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(values, limit.Soft);
        BinaryPrimitives.WriteUInt64LittleEndian(values.AsSpan(8), limit.Hard);
        plan.Child(new ChildStep(kind) { Number1 = Rlimit.Number(limit.Type), Blob = values },
            step, "prlimit64", limit.Type, $"{limit.Soft}:{limit.Hard}");
    }

    // getrlimit(2): the one limit that the kernel does not take without a bound, whoever asks.
    private static void CheckMostFiles(RlimitSpec limit)
    {
        if (!File.Exists(MostFiles)
            || !ulong.TryParse(
                File.ReadAllText(MostFiles), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out ulong most)
            || limit.Hard <= most)
            return;
        string asked = limit.Hard == ulong.MaxValue ? "without a bound" : $"{limit.Hard}";
        throw new InvalidSpecException(
            $"The resource limit RLIMIT_NOFILE {asked} is above the kernel parameter fs.nr_open, which is {most}.",
            $"Ask for {most} at most, or raise fs.nr_open of the host.")
        { Target = "RLIMIT_NOFILE" };
    }
}
