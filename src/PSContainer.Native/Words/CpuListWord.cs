namespace PSContainer.Words;

/// <summary>Lists of CPUs or memory nodes, cpuset(7) "List format": <c>0-3,5</c>.</summary>
public static class CpuListWord
{
    /// <summary>Reads a list and writes it in its shortest form.</summary>
    /// <exception cref="InvalidSpecException">It is no list.</exception>
    public static string Parse(string text) => Format(NumberList.Read(text));

    /// <summary>The numbers of a list that <see cref="Parse"/> accepts.</summary>
    public static IReadOnlyList<int> Numbers(string list) => [.. NumberList.Read(list)];

    private static string Format(SortedSet<int> numbers)
    {
        var parts = new List<string>();
        int first = -1, last = -1;
        foreach (int number in numbers)
        {
            if (number == last + 1 && last >= 0)
            {
                last = number;
                continue;
            }
            Close();
            first = last = number;
        }
        Close();
        return string.Join(',', parts);

        void Close()
        {
            if (first >= 0)
                parts.Add(first == last ? $"{first}" : $"{first}-{last}");
        }
    }
}
