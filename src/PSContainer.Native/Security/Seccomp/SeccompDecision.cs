namespace PSContainer.Security.Seccomp;

/// <summary>What happens on a call: one action, or alternatives in the order in which they are tried.</summary>
internal sealed class SeccompDecision(uint action, SeccompAlternative[] alternatives)
{
    /// <summary>The action of a call whose arguments do not matter.</summary>
    public uint Action { get; } = action;

    /// <summary>What to try, the first that holds giving its action; empty when the arguments do not matter.</summary>
    public SeccompAlternative[] Alternatives { get; } = alternatives;

    /// <summary>Whether the arguments do not matter.</summary>
    public bool IsUnconditional => Alternatives.Length == 0;
}

/// <summary>Calls from a number up to the next range's that have the same decision.</summary>
internal readonly record struct SeccompRange(uint Start, SeccompDecision Decision);

/// <summary>Collects what the rules say of each call of one audit architecture, and settles it.</summary>
internal sealed class SeccompDecisions(uint defaultAction)
{
    private readonly List<ulong> keys = [];
    private readonly List<SeccompAlternative> claims = [];
    private readonly List<SeccompDecision> known = [new(defaultAction, [])];

    /// <summary>Adds that a rule gives a call this alternative.</summary>
    public void Add(uint number, SeccompAlternative alternative)
    {
        // Sorting these keeps the claims on a call together and in the order in which they were made.
        keys.Add(((ulong)number << 32) | (uint)claims.Count);
        claims.Add(alternative);
    }

    /// <summary>Gives every call from a number to another an action, whatever was said of them.</summary>
    /// <param name="ranges">Every call number, as <see cref="ToRanges"/> gives them.</param>
    /// <param name="first">The first number.</param>
    /// <param name="last">The last number, smaller than the largest there is.</param>
    /// <param name="action">The action.</param>
    public List<SeccompRange> Cover(List<SeccompRange> ranges, uint first, uint last, uint action)
    {
        var covered = new List<SeccompRange>(ranges.Count + 2);
        SeccompDecision after = known[0];
        foreach (SeccompRange range in ranges)
        {
            if (range.Start < first)
                Append(covered, range.Start, range.Decision);
            if (range.Start <= last + 1)
                after = range.Decision;
        }
        Append(covered, first, Intern(action));
        Append(covered, last + 1, after);
        foreach (SeccompRange range in ranges)
        {
            if (range.Start > last + 1)
                Append(covered, range.Start, range.Decision);
        }
        return covered;
    }

    /// <summary>Every call number, as ranges from 0 up.</summary>
    /// <param name="architecture">For the error's text.</param>
    /// <exception cref="InvalidSpecException">Two rules give the same call with the same arguments different actions.</exception>
    public List<SeccompRange> ToRanges(SeccompArchitecture architecture)
    {
        ulong[] sorted = [.. keys];
        Array.Sort(sorted);
        var ranges = new List<SeccompRange> { new(0, known[0]) };
        int position = 0;
        while (position < sorted.Length)
        {
            uint number = (uint)(sorted[position] >> 32);
            int first = position;
            while (position < sorted.Length && (uint)(sorted[position] >> 32) == number)
                position++;
            Append(ranges, number, Settle(sorted.AsSpan(first, position - first), architecture, number));
            Append(ranges, number + 1, known[0]);
        }
        return ranges;
    }

    private static void Append(List<SeccompRange> ranges, uint start, SeccompDecision decision)
    {
        if (ranges.Count > 0 && ranges[^1].Start == start)
            ranges.RemoveAt(ranges.Count - 1);
        if (ranges.Count == 0 || ranges[^1].Decision != decision)
            ranges.Add(new SeccompRange(start, decision));
    }

    private SeccompDecision Settle(ReadOnlySpan<ulong> keysOfCall, SeccompArchitecture architecture, uint number)
    {
        foreach (ulong key in keysOfCall)
        {
            SeccompAlternative claim = claims[(int)(uint)key];
            if (claim.Conditions.Length == 0)
                return Intern(claim.Action);
        }
        var alternatives = new List<SeccompAlternative>(keysOfCall.Length);
        foreach (ulong key in keysOfCall)
            alternatives.Add(claims[(int)(uint)key]);
        alternatives.Sort();
        RemoveRepeated(alternatives, architecture, number);
        return Intern(alternatives);
    }

    private static void RemoveRepeated(List<SeccompAlternative> sorted, SeccompArchitecture architecture, uint number)
    {
        for (int index = sorted.Count - 1; index > 0; index--)
        {
            SeccompAlternative earlier = sorted[index - 1];
            if (!earlier.HasConditionsOf(sorted[index]))
                continue;
            if (earlier.Action != sorted[index].Action)
            {
                throw new InvalidSpecException(
                    $"linux.seccomp.syscalls: two rules give {SyscallTable.Name(architecture, number) ?? $"call {number}"} "
                    + "with the same arguments different actions.",
                    "Remove one of them.");
            }
            sorted.RemoveAt(index);
        }
    }

    private SeccompDecision Intern(uint action)
    {
        foreach (SeccompDecision decision in known)
        {
            if (decision.IsUnconditional && decision.Action == action)
                return decision;
        }
        known.Add(new SeccompDecision(action, []));
        return known[^1];
    }

    private SeccompDecision Intern(List<SeccompAlternative> alternatives)
    {
        foreach (SeccompDecision decision in known)
        {
            if (decision.Alternatives.Length == alternatives.Count && AreSame(decision.Alternatives, alternatives))
                return decision;
        }
        known.Add(new SeccompDecision(0, [.. alternatives]));
        return known[^1];
    }

    private static bool AreSame(SeccompAlternative[] left, List<SeccompAlternative> right)
    {
        for (int index = 0; index < left.Length; index++)
        {
            if (left[index].Action != right[index].Action || !left[index].HasConditionsOf(right[index]))
                return false;
        }
        return true;
    }
}
