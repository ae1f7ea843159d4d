using PSContainer.Kernel;

namespace PSContainer.Security.Seccomp;

/// <summary>Writes the code that finds a call's decision: a binary search over ranges of numbers.</summary>
internal sealed class RangeSearch
{
    // An exception costs one instruction and one comparison in a row; past three, halving is quicker.
    private const int MostExceptions = 3;

    private readonly BpfWriter writer;
    private readonly List<SeccompRange> ranges;
    private readonly Dictionary<SeccompDecision, int> labels = [];

    private RangeSearch(BpfWriter writer, List<SeccompRange> ranges)
    {
        this.writer = writer;
        this.ranges = ranges;
    }

    /// <summary>Writes the search, and the code of every decision that depends on arguments.</summary>
    /// <returns>The label of the search, which loads the number of the call first.</returns>
    public static int Write(BpfWriter writer, List<SeccompRange> ranges, uint defaultAction)
    {
        var search = new RangeSearch(writer, ranges);
        foreach (SeccompRange range in ranges)
        {
            SeccompDecision decision = range.Decision;
            if (!decision.IsUnconditional && !search.labels.ContainsKey(decision))
                search.labels.Add(decision, ArgumentTest.Write(writer, decision.Alternatives, defaultAction));
        }
        if (ranges.Count == 1)
            return search.Label(ranges[0].Decision);
        List<int> groups = search.Group();
        search.WriteTree(groups, 0, groups.Count - 1);
        return writer.Load(SeccompCalls.NumberOffset);
    }

    /// <summary>Where groups begin: a range, or a range with single calls inside it that have other decisions.</summary>
    private List<int> Group()
    {
        var groups = new List<int>();
        int index = 0;
        while (index < ranges.Count)
        {
            groups.Add(index);
            int exceptions = 0;
            while (exceptions < MostExceptions && IsException(index + 1, ranges[index].Decision))
            {
                index += 2;
                exceptions++;
            }
            index++;
        }
        groups.Add(ranges.Count);
        return groups;
    }

    private bool IsException(int index, SeccompDecision around) =>
        index + 1 < ranges.Count
        && ranges[index + 1].Decision == around
        && ranges[index + 1].Start == ranges[index].Start + 1;

    private int WriteTree(List<int> groups, int from, int to)
    {
        if (to - from == 1)
            return WriteGroup(groups[from], groups[to]);
        int middle = (from + to) / 2;
        int above = WriteTree(groups, middle, to);
        int below = WriteTree(groups, from, middle);
        return writer.IfGreaterOrEqual(ranges[groups[middle]].Start, above, below);
    }

    private int WriteGroup(int from, int to)
    {
        int label = Label(ranges[from].Decision);
        for (int index = to - 2; index > from; index -= 2)
            label = writer.IfEqual(ranges[index].Start, Label(ranges[index].Decision), label);
        return label;
    }

    private int Label(SeccompDecision decision) =>
        decision.IsUnconditional ? writer.Return(decision.Action) : labels[decision];
}
