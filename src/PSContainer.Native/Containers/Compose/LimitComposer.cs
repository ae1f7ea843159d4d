using System.Globalization;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Machine;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>Limits, checked against what the host has.</summary>
internal static class LimitComposer
{
    /// <summary>The least memory that a container can start in.</summary>
    private const long LeastMemory = 1 << 20;

    /// <summary>The limits in the specification's words, with the device rules.</summary>
    /// <exception cref="InvalidSpecException">A limit is nonsense, or the host has not that much.</exception>
    /// <exception cref="ControllerUnavailableException">A limit needs a controller that this host lacks.</exception>
    internal static ResourcesSpec Compose(CgroupLimit? limits, HostFacts facts, IReadOnlyList<DeviceRuleSpec> devices)
    {
        if (limits is null)
            return new() { Devices = devices };
        RequireMemory("-MemoryMax", limits.MemoryMax);
        RequireMemory("-MemoryHigh", limits.MemoryHigh);
        if (limits.CpuMax is > 0 and { } cpus)
            CpuWord.Require(cpus, facts.CpuCount);
        if (limits.CpuSetCpus is { } list and not CgroupLimit.MaxWord)
            RequireKnown("-CpuSet", list, facts.OnlineCpus, "CPU");
        if (limits.CpuSetMems is { } nodes and not CgroupLimit.MaxWord)
            RequireKnown("-MemoryNode", nodes, facts.MemoryNodes, "memory node");
        CgroupLimitRules.Require(limits, CgroupHost.Current);
        return limits.ToResources() with { Devices = devices };
    }

    private static void RequireMemory(string what, long? asked)
    {
        if (asked is not { } bytes || bytes is CgroupLimit.Max or >= LeastMemory)
            return;
        string shown = bytes.ToString(CultureInfo.InvariantCulture);
        // Less than a kilobyte was written without a unit, and is likely one of megabytes. More may have had one: 1.5k is 1536.
        string meant = bytes < 1024 ? $"Was {shown}MB meant? " : "";
        throw bytes < 0
            ? new InvalidSpecException($"{what} cannot be negative: {shown}.", "Write it as 512MB, or max for no limit.")
            { Target = shown }
            : new InvalidSpecException(
                $"{what} of {ByteSizeWord.Format(bytes)} is less than a container can start in.", meant + "The least is 1MB.")
            { Target = shown };
    }

    private static void RequireKnown(string what, string list, string known, string kind)
    {
        var there = new HashSet<int>(CpuListWord.Numbers(known));
        foreach (int number in CpuListWord.Numbers(CpuListWord.Parse(list)))
        {
            if (!there.Contains(number))
            {
                throw new InvalidSpecException(
                    string.Create(CultureInfo.InvariantCulture, $"{what} names {kind} {number}, which this host has not."),
                    $"Choose from {known}.")
                { Target = list };
            }
        }
    }
}
