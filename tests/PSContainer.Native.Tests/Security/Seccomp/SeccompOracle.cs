using PSContainer.Kernel;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

/// <summary>What a specification says of a call, read rule by rule with no thought of speed.</summary>
internal sealed class SeccompOracle
{
    public const uint AuditX64 = 0xC000003E, AuditX86 = 0x40000003, AuditArm64 = 0xC00000B7, X32Bit = 0x40000000;

    private readonly SeccompSpec spec;
    private readonly Dictionary<(SeccompArchitecture, uint), List<(SeccompRuleSpec Rule, uint? Selector)>> rules = [];
    private readonly Dictionary<SeccompArchitecture, uint> newest = [];
    private readonly HashSet<SeccompArchitecture> architectures = [SeccompArchitecture.X64];

    public SeccompOracle(SeccompSpec spec)
    {
        this.spec = spec;
        foreach (string name in spec.Architectures ?? [])
        {
            if (SeccompArchitectures.TryParse(name, out SeccompArchitecture? architecture) && architecture is { } known)
                architectures.Add(known);
        }
        foreach (SeccompRuleSpec rule in spec.Syscalls ?? [])
        {
            foreach (string name in rule.Names)
                AddCall(rule, name);
        }
    }

    /// <summary>The actions that may be returned: one, unless rules with different actions fit the call.</summary>
    public HashSet<uint> Allowed(SeccompData data)
    {
        if (Architecture(data) is not { } architecture)
            return [0];
        uint byDefault = SeccompAction.Parse(spec.DefaultAction, spec.DefaultErrnoRet, SeccompMember.Default);
        if (!rules.TryGetValue((architecture, data.Number), out var candidates))
            return [IsNewer(architecture, data.Number) ? SeccompCalls.SECCOMP_RET_ERRNO | 38u : byDefault];
        var fitting = new HashSet<uint>();
        foreach ((SeccompRuleSpec rule, uint? selector) in candidates)
        {
            uint action = SeccompAction.Parse(rule.Action, rule.ErrnoRet, 0);
            if (action == byDefault || !Fits(rule, selector, data, architecture, out bool always))
                continue;
            if (always)
                return [action];
            fitting.Add(action);
        }
        // An unconditional rule further on would have settled the call.
        foreach ((SeccompRuleSpec rule, uint? selector) in candidates)
        {
            uint action = SeccompAction.Parse(rule.Action, rule.ErrnoRet, 0);
            if (action != byDefault && Fits(rule, selector, data, architecture, out bool always) && always)
                return [action];
        }
        return fitting.Count == 0 ? [byDefault] : fitting;
    }

    /// <summary>Whether a call is one that the filter refuses because it came after all that it names.</summary>
    public bool IsNewer(SeccompData data) => Architecture(data) is { } architecture && IsNewer(architecture, data.Number);

    private bool IsNewer(SeccompArchitecture architecture, uint number) =>
        spec.DefaultAction is not ("SCMP_ACT_ALLOW" or "SCMP_ACT_LOG" or "SCMP_ACT_TRACE") && number != uint.MaxValue
        && newest.TryGetValue(architecture, out uint last) && number > last;

    private SeccompArchitecture? Architecture(SeccompData data)
    {
        SeccompArchitecture architecture = data.Architecture switch
        {
            AuditX86 => SeccompArchitecture.X86,
            AuditX64 when data.Number < X32Bit || data.Number == uint.MaxValue => SeccompArchitecture.X64,
            AuditX64 => SeccompArchitecture.X32,
            AuditArm64 => SeccompArchitecture.Arm64,
            _ => SeccompArchitecture.Arm,
        };
        return architectures.Contains(architecture) ? architecture : null;
    }

    private void AddCall(SeccompRuleSpec rule, string name)
    {
        foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>())
        {
            if (SyscallTable.TryFind(name, out SyscallNumbers numbers) && numbers.TryGet(architecture, out uint number))
            {
                Add((architecture, number), rule, null);
                newest[architecture] = Math.Max(newest.GetValueOrDefault(architecture), number);
            }
        }
        if (MultiplexedCall.TryFind(name, out string through, out uint selector))
            Add((SeccompArchitecture.X86, through == "ipc" ? 117u : 102u), rule, selector);
    }

    private void Add((SeccompArchitecture, uint) call, SeccompRuleSpec rule, uint? selector)
    {
        if (!rules.TryGetValue(call, out var list))
            rules.Add(call, list = []);
        list.Add((rule, selector));
    }

    private static bool Fits(
        SeccompRuleSpec rule, uint? selector, SeccompData data, SeccompArchitecture architecture, out bool always)
    {
        bool wide = architecture is SeccompArchitecture.X64 or SeccompArchitecture.Arm64;
        var arguments = (rule.Args ?? []).ToList();
        bool alternatives = arguments.Select(argument => argument.Index).Distinct().Count() != arguments.Count;
        IEnumerable<IEnumerable<SeccompArgSpec>> groups = alternatives ? arguments.Select(one => new[] { one }) : [arguments];
        bool fits = always = false;
        foreach (IEnumerable<SeccompArgSpec> group in groups)
        {
            List<SeccompArgSpec> conditions = group
                .Where(c => selector is null || c.Index != 0)
                .Where(c => !(c.Op == "SCMP_CMP_MASKED_EQ" && (wide ? c.Value : (uint)c.Value) == 0))
                .ToList();
            always |= conditions.Count == 0 && selector is null;
            fits |= conditions.TrueForAll(c => Holds(c, data.Arguments[c.Index], wide))
                && (selector is null || (uint)data.Arguments[0] == selector);
        }
        return fits;
    }

    private static bool Holds(SeccompArgSpec condition, ulong argument, bool wide)
    {
        ulong value = wide ? condition.Value : (uint)condition.Value;
        argument = wide ? argument : (uint)argument;
        return condition.Op switch
        {
            "SCMP_CMP_EQ" => argument == value,
            "SCMP_CMP_NE" => argument != value,
            "SCMP_CMP_LT" => argument < value,
            "SCMP_CMP_LE" => argument <= value,
            "SCMP_CMP_GE" => argument >= value,
            "SCMP_CMP_GT" => argument > value,
            _ => (argument & value) == (condition.ValueTwo & value),
        };
    }
}
