using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

/// <summary>What random specifications are made of.</summary>
/// <param name="OneAction">Whether all rules have the same action, so that no two can contradict each other.</param>
/// <param name="MostArguments">The most conditions of a rule.</param>
/// <param name="Comparisons">Which comparisons are used.</param>
/// <param name="Everywhere">Whether only calls are named that every architecture has.</param>
/// <param name="Once">Whether each call is named by one rule only.</param>
/// <param name="Narrow">Whether all values fit 32 bits.</param>
internal sealed record RandomSeccompOptions(
    bool OneAction, int MostArguments, string[] Comparisons, bool Everywhere = false, bool Once = false, bool Narrow = false);

/// <summary>Makes specifications at random, dense enough that rules meet on the same calls and arguments.</summary>
internal sealed class RandomSeccompSpec(Random random, RandomSeccompOptions options)
{
    /// <summary>Every comparison there is.</summary>
    public static readonly string[] AllComparisons = ["EQ", "NE", "LT", "LE", "GE", "GT", "MASKED_EQ"];

    private static readonly string[] NamesEverywhere =
    [
        "read", "write", "close", "clone", "ioctl", "execve", "personality", "ptrace", "openat2", "rt_sigaction", "socket", "shmget",
    ];

    private static readonly string[] Names =
    [
        .. NamesEverywhere,
        "connect", "accept4", "sendto", "semop", "ipc", "socketcall", "chown32", "futex_time64", "no_such_call", "umount",
    ];

    private static readonly ulong[] NarrowValues = [0, 1, 2, 5, 7, 8, 0xff, 0x7fffffff, 0x80000000, 0xffffffff];

    private static readonly ulong[] Values =
        [.. NarrowValues, 0x1_00000000, 0x1_00000005, 0x2_00000000, ulong.MaxValue];

    private static readonly string[] Actions =
        ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"];

    private readonly HashSet<string> taken = [];

    /// <summary>A specification.</summary>
    public SeccompSpec Make()
    {
        taken.Clear();
        string action = Pick(Actions);
        uint errno = (uint)random.Next(1, 4);
        var rules = new List<SeccompRuleSpec>();
        for (int count = random.Next(1, 14); count > 0; count--)
        {
            string own = options.OneAction ? action : Pick(Actions);
            rules.Add(new SeccompRuleSpec
            {
                Names = MakeNames(),
                Action = own,
                ErrnoRet = own is "SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE" ? (options.OneAction ? errno : (uint)random.Next(1, 4)) : null,
                Args = random.Next(4) == 0 ? null : MakeArguments(),
            });
        }
        return new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            DefaultErrnoRet = (uint)random.Next(0, 3),
            Architectures = Pick<string[]>(
            [
                [], ["SCMP_ARCH_X86_64"], ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], ["SCMP_ARCH_X86"],
                ["SCMP_ARCH_X32"], ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
            ]),
            // A rule must name a call; one whose calls were all taken names none.
            Syscalls = rules.FindAll(rule => rule.Names.Count > 0),
        };
    }

    private string[] MakeNames() =>
        Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => Pick(options.Everywhere ? NamesEverywhere : Names))
            .Distinct()
            .Where(name => !options.Once || taken.Add(name))
            .ToArray();

    private SeccompArgSpec[] MakeArguments() =>
        Enumerable.Range(0, random.Next(1, options.MostArguments + 1))
            .Select(_ => (uint)random.Next(3))
            .Distinct()
            .Select(index => new SeccompArgSpec
            {
                Index = index,
                Op = "SCMP_CMP_" + Pick(options.Comparisons),
                Value = Pick(options.Narrow ? NarrowValues : Values),
                ValueTwo = Pick(options.Narrow ? NarrowValues : Values),
            })
            .ToArray();

    private T Pick<T>(T[] of) => of[random.Next(of.Length)];
}
