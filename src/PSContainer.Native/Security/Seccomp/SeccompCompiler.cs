using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>Compiles a filter of the OCI specification (config-linux.md, "Seccomp") to a classic BPF program.</summary>
/// <remarks>
/// The program means what libseccomp's would: an unconditional rule settles a call, and of several the first; else conditions
/// are tried from the narrowest; a rule that repeats the default action, or a call that an architecture lacks, has no effect; a
/// call of an architecture that is not listed ends the thread. The native architecture is always listed.
/// As with runc, a filter that refuses by default answers ENOSYS to calls newer than any that it names, per architecture, and
/// the default action to the others: a filter that cannot have known a call is to a program what a kernel is that lacks
/// it, and C libraries then fall back, where EPERM would be the end.
/// The form differs: a binary search over ranges of numbers instead of a list, because the kernel runs the program at load for
/// every number, and at run time for every call whose action depends on arguments.
/// </remarks>
public static class SeccompCompiler
{
    private const uint OtherArchitecture = SeccompCalls.SECCOMP_RET_KILL_THREAD;

    // A tracer skips a call by making its number -1, and the kernel then asks the filter again.
    private const uint LastNumber = uint.MaxValue - 1;

    /// <summary>Compiles a filter for programs of this machine. Makes no system call.</summary>
    /// <returns>An array of <c>struct sock_filter</c>, at most 4096.</returns>
    /// <exception cref="InvalidSpecException">A word is wrong, or rules contradict each other or are too many.</exception>
    public static byte[] Compile(SeccompSpec spec) => Compile(spec, SeccompArchitectures.Native);

    /// <summary>Compiles a filter for programs of any machine.</summary>
    internal static byte[] Compile(SeccompSpec spec, SeccompArchitecture native)
    {
        uint defaultAction = ReadDefaultAction(spec);
        bool[] listed = ReadArchitectures(spec, native);
        bool isNewRefused = SeccompAction.Parse(spec.DefaultAction)
            is not (SeccompCalls.SECCOMP_RET_ALLOW or SeccompCalls.SECCOMP_RET_LOG or SeccompCalls.SECCOMP_RET_TRACE);
        var decisions = new SeccompDecisions?[SeccompArchitectures.Count];
        var newest = new uint?[SeccompArchitectures.Count];
        for (int index = 0; index < listed.Length; index++)
        {
            if (listed[index])
                decisions[index] = new SeccompDecisions(defaultAction);
        }
        // x32 calls come with x86-64's audit architecture, so one search decides both.
        if (listed[(int)SeccompArchitecture.X64] && listed[(int)SeccompArchitecture.X32])
            decisions[(int)SeccompArchitecture.X32] = decisions[(int)SeccompArchitecture.X64];

        ReadRules(spec, defaultAction, decisions, newest);
        return Write(decisions, isNewRefused ? newest : [], defaultAction, native);
    }

    /// <summary>Whether any action of a filter is answered by a listener.</summary>
    internal static bool HasNotification(SeccompSpec spec)
    {
        for (int index = 0; index < (spec.Syscalls?.Count ?? 0); index++)
        {
            if (SeccompAction.Parse(spec.Syscalls![index]?.Action) == SeccompCalls.SECCOMP_RET_USER_NOTIF)
                return true;
        }
        return false;
    }

    private static uint ReadDefaultAction(SeccompSpec spec)
    {
        uint action = SeccompAction.Parse(spec.DefaultAction, spec.DefaultErrnoRet, SeccompMember.Default);
        return action != SeccompCalls.SECCOMP_RET_USER_NOTIF ? action : throw new InvalidSpecException(
            "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY would make every call of the container wait for an answer.",
            "Use SCMP_ACT_NOTIFY in rules for the calls that are to be answered.");
    }

    private static bool[] ReadArchitectures(SeccompSpec spec, SeccompArchitecture native)
    {
        var listed = new bool[SeccompArchitectures.Count];
        listed[(int)native] = true;
        for (int index = 0; index < (spec.Architectures?.Count ?? 0); index++)
        {
            string name = spec.Architectures![index];
            if (!SeccompArchitectures.TryParse(name, out SeccompArchitecture? architecture))
            {
                throw new InvalidSpecException(
                    $"linux.seccomp.architectures[{index}]: '{name}' is not an architecture.",
                    "Use names such as SCMP_ARCH_X86_64, SCMP_ARCH_X86 and SCMP_ARCH_X32.");
            }
            if (architecture is { } known)
                listed[(int)known] = true;
        }
        return listed;
    }

    private static void ReadRules(SeccompSpec spec, uint defaultAction, SeccompDecisions?[] decisions, uint?[] newest)
    {
        for (int index = 0; index < (spec.Syscalls?.Count ?? 0); index++)
        {
            SeccompRuleSpec rule = spec.Syscalls![index];
            if (rule?.Names is not { Count: > 0 })
            {
                throw new InvalidSpecException(
                    $"linux.seccomp.syscalls[{index}] has no names.", "List the calls that the rule is about.");
            }
            uint action = SeccompAction.Parse(rule.Action, rule.ErrnoRet, index);
            SeccompRule read = SeccompRule.Read(rule, action, index);
            for (int name = 0; name < rule.Names.Count; name++)
                AddCall(rule.Names[name], action == defaultAction ? null : read, decisions, newest);
        }
    }

    // A rule that has no effect still knows the call.
    private static void AddCall(string name, SeccompRule? rule, SeccompDecisions?[] decisions, uint?[] newest)
    {
        if (SyscallTable.TryFind(name, out SyscallNumbers numbers))
        {
            for (int index = 0; index < decisions.Length; index++)
            {
                var architecture = (SeccompArchitecture)index;
                if (decisions[index] is not { } table || !numbers.TryGet(architecture, out uint number))
                    continue;
                if (!(newest[index] >= number))
                    newest[index] = number;
                if (rule is null)
                    continue;
                foreach (SeccompAlternative alternative in SeccompArchitectures.IsWide(architecture) ? rule.Wide : rule.Narrow)
                    table.Add(number, alternative);
            }
        }
        if (rule is not null && decisions[(int)SeccompArchitecture.X86] is { } x86)
            AddMultiplexed(name, rule, x86);
    }

    private static void AddMultiplexed(string name, SeccompRule rule, SeccompDecisions table)
    {
        if (!MultiplexedCall.TryFind(name, out string through, out uint selector))
            return;
        SyscallTable.TryFind(through, out SyscallNumbers numbers);
        numbers.TryGet(SeccompArchitecture.X86, out uint number);
        foreach (SeccompAlternative alternative in rule.Narrow)
            table.Add(number, alternative.WithFirstArgument(selector));
    }

    private static byte[] Write(SeccompDecisions?[] decisions, uint?[] newest, uint defaultAction, SeccompArchitecture native)
    {
        var writer = new BpfWriter();
        int next = writer.Return(OtherArchitecture);
        for (int index = decisions.Length - 1; index >= 0; index--)
        {
            if ((SeccompArchitecture)index != native)
                next = WriteArchitecture(writer, decisions, newest, (SeccompArchitecture)index, defaultAction, next);
        }
        WriteArchitecture(writer, decisions, newest, native, defaultAction, next);
        writer.Load(SeccompCalls.ArchitectureOffset);
        return writer.ToArray();
    }

    private static int WriteArchitecture(
        BpfWriter writer, SeccompDecisions?[] decisions, uint?[] newest, SeccompArchitecture architecture, uint defaultAction, int next)
    {
        if (decisions[(int)architecture] is not { } table)
            return next;
        bool withX64 = decisions[(int)SeccompArchitecture.X64] is not null;
        bool withX32 = decisions[(int)SeccompArchitecture.X32] is not null;
        if (architecture == SeccompArchitecture.X32 && withX64)
            return next;

        List<SeccompRange> ranges = table.ToRanges(architecture);
        if (architecture is SeccompArchitecture.X64 or SeccompArchitecture.X32)
        {
            const uint LastX64 = SeccompArchitectures.X32Bit - 1;
            if (!withX64)
                ranges = table.Cover(ranges, 0, LastX64, OtherArchitecture);
            else
                ranges = CoverNewer(table, ranges, newest, SeccompArchitecture.X64, LastX64);
            if (!withX32)
                ranges = table.Cover(ranges, SeccompArchitectures.X32Bit, LastNumber, OtherArchitecture);
            else
                ranges = CoverNewer(table, ranges, newest, SeccompArchitecture.X32, LastNumber);
        }
        else
        {
            ranges = CoverNewer(table, ranges, newest, architecture, LastNumber);
        }
        int search = RangeSearch.Write(writer, ranges, defaultAction);
        return writer.IfEqual(SeccompArchitectures.AuditNumber(architecture), search, next);
    }

    private static List<SeccompRange> CoverNewer(
        SeccompDecisions table, List<SeccompRange> ranges, uint?[] newest, SeccompArchitecture architecture, uint last) =>
        newest.ElementAtOrDefault((int)architecture) is { } number
            ? table.Cover(ranges, number + 1, last, SeccompCalls.SECCOMP_RET_ERRNO | Errno.ENOSYS)
            : ranges;
}
