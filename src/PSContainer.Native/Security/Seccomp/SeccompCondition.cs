using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>How an argument is compared (<c>SCMP_CMP_…</c>).</summary>
internal enum SeccompComparison : byte
{
    NotEqual,
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
    MaskedEqual,
}

/// <summary>A comparison of one argument with a constant.</summary>
internal readonly record struct SeccompCondition(byte Argument, SeccompComparison Comparison, ulong Mask, ulong Value)
{
    /// <summary>Reads a condition.</summary>
    /// <exception cref="InvalidSpecException">There is no such argument or comparison.</exception>
    public static SeccompCondition Parse(SeccompArgSpec? spec, int rule, int index)
    {
        if (spec is null)
            throw Error("is null", "Give it an index, a value and an op.");
        if (spec.Index > 5)
            throw Error($"has index {spec.Index}: system calls have six arguments", "Use an index from 0 to 5.");
        SeccompComparison comparison = Parse(spec.Op) ?? throw Error(
            $"has op '{spec.Op}', which is not a comparison", "Use SCMP_CMP_EQ, _NE, _LT, _LE, _GE, _GT or _MASKED_EQ.");
        return comparison == SeccompComparison.MaskedEqual
            ? new SeccompCondition((byte)spec.Index, comparison, spec.Value, spec.ValueTwo & spec.Value)
            : new SeccompCondition((byte)spec.Index, comparison, ulong.MaxValue, spec.Value);

        InvalidSpecException Error(string problem, string recommendation) =>
            new($"{SeccompMember.OfCondition(rule, index)} {problem}.", recommendation);
    }

    /// <summary>The comparison of a name, or <see langword="null"/>.</summary>
    public static SeccompComparison? Parse(string name) => name switch
    {
        "SCMP_CMP_NE" => SeccompComparison.NotEqual,
        "SCMP_CMP_LT" => SeccompComparison.Less,
        "SCMP_CMP_LE" => SeccompComparison.LessOrEqual,
        "SCMP_CMP_EQ" => SeccompComparison.Equal,
        "SCMP_CMP_GE" => SeccompComparison.GreaterOrEqual,
        "SCMP_CMP_GT" => SeccompComparison.Greater,
        "SCMP_CMP_MASKED_EQ" => SeccompComparison.MaskedEqual,
        _ => null,
    };

    /// <summary>The same condition where arguments have 32 bits.</summary>
    public SeccompCondition Narrow() => this with { Mask = (uint)Mask, Value = (uint)Value };

    /// <summary>Whether every value meets the condition.</summary>
    public bool IsAlwaysTrue => Comparison == SeccompComparison.MaskedEqual && Mask == 0;

    /// <summary>The order in which conditions on one call are tried: the later argument, the narrower comparison first.</summary>
    /// <remarks>
    /// What decides when conditions overlap and their actions differ. libseccomp orders so, and profiles were written with it:
    /// equality before less before greater, and among these the value that admits fewer calls first.
    /// </remarks>
    public int CompareTo(SeccompCondition other)
    {
        int order = other.Argument.CompareTo(Argument);
        if (order == 0)
            order = other.Rank.CompareTo(Rank);
        if (order != 0)
            return order;
        return Rank == 2 ? Value.CompareTo(other.Value) : other.Value.CompareTo(Value);
    }

    private int Rank => Comparison switch
    {
        SeccompComparison.Greater or SeccompComparison.GreaterOrEqual => 1,
        SeccompComparison.Less or SeccompComparison.LessOrEqual => 2,
        _ => 3,
    };
}
