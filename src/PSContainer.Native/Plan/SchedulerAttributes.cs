using System.Buffers.Binary;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>Scheduling as the kernel takes it: struct sched_attr of sched_setattr(2), and the number of ioprio_set(2).</summary>
internal static class SchedulerAttributes
{
    private const int Size = 48;
    private static readonly string[] Policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];
    private static readonly string[] Flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    private static readonly string[] IoClasses = ["", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];

    public static byte[] Encode(SchedulerSpec scheduler)
    {
        int policy = Array.IndexOf(Policies, scheduler.Policy);
        if (policy < 0)
            throw new InvalidSpecException($"'{scheduler.Policy}' is no scheduling policy.", $"One of: {string.Join(", ", Policies)}.");
        ulong flags = 0;
        foreach (string name in scheduler.Flags ?? [])
        {
            int bit = Array.IndexOf(Flags, name);
            flags |= bit >= 0 ? 1UL << bit : throw new InvalidSpecException($"'{name}' is no scheduling flag.", $"One of: {string.Join(", ", Flags)}.");
        }
        if (scheduler.Policy == "SCHED_DEADLINE")
            CheckDeadline(scheduler);
        byte[] blob = new byte[Size];
        BinaryPrimitives.WriteUInt32LittleEndian(blob, Size);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(4), (uint)policy);
        BinaryPrimitives.WriteUInt64LittleEndian(blob.AsSpan(8), flags);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(16), scheduler.Nice);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(20), (uint)scheduler.Priority);
        BinaryPrimitives.WriteUInt64LittleEndian(blob.AsSpan(24), scheduler.Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(blob.AsSpan(32), scheduler.Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(blob.AsSpan(40), scheduler.Period);
        return blob;
    }

    // sched(7): what the kernel would only answer with EINVAL.
    private static void CheckDeadline(SchedulerSpec scheduler)
    {
        const ulong Shortest = 1024;
        ulong period = scheduler.Period == 0 ? scheduler.Deadline : scheduler.Period;
        if (scheduler.Runtime < Shortest || scheduler.Runtime > scheduler.Deadline || scheduler.Deadline > period || period > long.MaxValue)
        {
            throw new InvalidSpecException(
                $"SCHED_DEADLINE with a runtime of {scheduler.Runtime} ns, a deadline of {scheduler.Deadline} ns and a period of {scheduler.Period} ns cannot be.",
                $"Runtime at least {Shortest} ns, deadline at least the runtime, period at least the deadline or 0.");
        }
    }

    public static long EncodeIoPriority(IoPrioritySpec priority)
    {
        const int ClassShift = 13;
        int ioClass = Array.IndexOf(IoClasses, priority.Class);
        if (ioClass <= 0 || priority.Priority is < 0 or > 7)
            throw new InvalidSpecException($"'{priority.Class}' {priority.Priority} is no I/O priority.", "A class IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE and a priority from 0 to 7.");
        return ioClass << ClassShift | priority.Priority;
    }
}
