using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

/// <summary>The calls that filters are compared on: every number of every architecture, with arguments at the edges.</summary>
internal static class CallSpace
{
    private static readonly ulong[] None = new ulong[6];

    private static readonly uint[] Architectures =
        [SeccompOracle.AuditX64, SeccompOracle.AuditX86, SeccompOracle.AuditArm64, 0x40000028, 0, 0xC0000015];

    /// <summary>Every number that an architecture has or may get, and the edges of the number space.</summary>
    public static IEnumerable<uint> Numbers()
    {
        for (uint number = 0; number < 640; number++)
        {
            yield return number;
            yield return SeccompOracle.X32Bit | number;
        }
        foreach (uint edge in (uint[])[0x3fffffff, 0x40001000, 0x7fffffff, 0x80000000, 0xc0000000, 0xfffffffe, 0xffffffff])
            yield return edge;
    }

    /// <summary>All calls with no argument set.</summary>
    public static IEnumerable<SeccompData> Plain() =>
        from architecture in Architectures
        from number in Numbers()
        select new SeccompData(architecture, number, None);

    /// <summary>Calls that rules with arguments name, with arguments around the values that the rules compare with.</summary>
    public static IEnumerable<SeccompData> AtEdges(SeccompSpec spec, Random random, int samples)
    {
        var conditions = (spec.Syscalls ?? []).SelectMany(rule => rule.Args ?? []).ToList();
        ulong[] edges = Edges(conditions).Distinct().ToArray();
        var names = (spec.Syscalls ?? []).Where(rule => rule.Args is { Count: > 0 }).SelectMany(rule => rule.Names).Distinct();
        foreach ((uint architecture, uint number) in names.SelectMany(NumbersOf).Distinct())
        {
            foreach (ulong edge in edges)
            {
                for (int argument = 0; argument < 6; argument++)
                {
                    var single = new ulong[6];
                    single[argument] = edge;
                    yield return new SeccompData(architecture, number, single);
                }
            }
            for (int sample = 0; sample < samples; sample++)
            {
                var mixed = new ulong[6];
                for (int argument = 0; argument < 6; argument++)
                    mixed[argument] = edges[random.Next(edges.Length)];
                yield return new SeccompData(architecture, number, mixed);
            }
        }
    }

    private static IEnumerable<ulong> Edges(List<SeccompArgSpec> conditions)
    {
        foreach (ulong selector in (ulong[])[0, 1, 2, 3, 11, 24])
            yield return selector;
        foreach (ulong value in conditions.SelectMany(c => new[] { c.Value, c.ValueTwo, c.Value & c.ValueTwo, ~c.Value }))
        {
            foreach (ulong near in new[] { value, value + 1, value - 1, value ^ (1UL << 32), value + (1UL << 32), value - (1UL << 32) })
                yield return near;
            yield return (uint)value;
        }
    }

    private static IEnumerable<(uint Architecture, uint Number)> NumbersOf(string name)
    {
        var found = new List<(uint, uint)> { (SeccompOracle.AuditX86, 102), (SeccompOracle.AuditX86, 117) };
        if (PSContainer.Security.Seccomp.SyscallTable.TryFind(name, out PSContainer.Security.Seccomp.SyscallNumbers numbers))
        {
            foreach (var architecture in Enum.GetValues<PSContainer.Security.Seccomp.SeccompArchitecture>())
            {
                if (numbers.TryGet(architecture, out uint number))
                    found.Add((PSContainer.Security.Seccomp.SeccompArchitectures.AuditNumber(architecture), number));
            }
        }
        return found;
    }
}
