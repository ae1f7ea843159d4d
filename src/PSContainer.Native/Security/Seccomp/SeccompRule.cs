using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>One way for a call to get an action: conditions that must all hold, none meaning always.</summary>
internal sealed record SeccompAlternative(SeccompCondition[] Conditions, uint Action, int Order) : IComparable<SeccompAlternative>
{
    /// <summary>Condition by condition; of two that begin alike the shorter, which admits more, first; then as written.</summary>
    public int CompareTo(SeccompAlternative? other)
    {
        int common = Math.Min(Conditions.Length, other!.Conditions.Length);
        for (int index = 0; index < common; index++)
        {
            int order = Conditions[index].CompareTo(other.Conditions[index]);
            if (order != 0)
                return order;
        }
        int byLength = Conditions.Length.CompareTo(other.Conditions.Length);
        return byLength != 0 ? byLength : Order.CompareTo(other.Order);
    }

    /// <summary>Whether both ask the same.</summary>
    public bool HasConditionsOf(SeccompAlternative other) => Conditions.AsSpan().SequenceEqual(other.Conditions);

    /// <summary>This alternative with another condition on the first argument in place of its own.</summary>
    public SeccompAlternative WithFirstArgument(ulong value)
    {
        int dropped = Conditions.Length > 0 && Conditions[0].Argument == 0 ? 1 : 0;
        var first = new SeccompCondition(0, SeccompComparison.Equal, uint.MaxValue, value);
        return this with { Conditions = [first, .. Conditions[dropped..]] };
    }
}

/// <summary>A rule of the specification, read: its alternatives in 64 and in 32 bits.</summary>
internal sealed class SeccompRule
{
    private SeccompRule(SeccompAlternative[] wide, SeccompAlternative[] narrow)
    {
        Wide = wide;
        Narrow = narrow;
    }

    /// <summary>Alternatives where arguments have 64 bits.</summary>
    public SeccompAlternative[] Wide { get; }

    /// <summary>Alternatives where arguments have 32 bits.</summary>
    public SeccompAlternative[] Narrow { get; }

    /// <summary>Reads the conditions of a rule.</summary>
    /// <exception cref="InvalidSpecException">A condition names no argument or comparison.</exception>
    public static SeccompRule Read(SeccompRuleSpec spec, uint action, int order)
    {
        int count = spec.Args?.Count ?? 0;
        var conditions = new SeccompCondition[count];
        for (int index = 0; index < count; index++)
            conditions[index] = SeccompCondition.Parse(spec.Args![index], order, index);

        var wide = new List<SeccompAlternative>();
        var narrow = new List<SeccompAlternative>();
        foreach (SeccompCondition[] group in SplitRepeated(conditions))
        {
            wide.Add(Make(group, action, order));
            narrow.Add(Make(Array.ConvertAll(group, condition => condition.Narrow()), action, order));
        }
        return new SeccompRule([.. wide], [.. narrow]);
    }

    /// <summary>
    /// One group of conditions that must all hold; or, when an argument is named more than once, a group for each condition.
    /// </summary>
    /// <remarks>libseccomp takes one condition an argument, so every runtime reads several as alternatives.</remarks>
    private static SeccompCondition[][] SplitRepeated(SeccompCondition[] conditions)
    {
        int seen = 0;
        foreach (SeccompCondition condition in conditions)
        {
            if ((seen & (1 << condition.Argument)) != 0)
                return Array.ConvertAll(conditions, single => new[] { single });
            seen |= 1 << condition.Argument;
        }
        return [conditions];
    }

    private static SeccompAlternative Make(SeccompCondition[] conditions, uint action, int order)
    {
        SeccompCondition[] kept = Array.FindAll(conditions, condition => !condition.IsAlwaysTrue);
        Array.Sort(kept, (left, right) => left.Argument.CompareTo(right.Argument));
        return new SeccompAlternative(kept, action, order);
    }
}
