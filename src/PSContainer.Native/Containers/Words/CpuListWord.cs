using System.Globalization;

namespace PSContainer.Containers;

/// <summary>Lists of CPUs or memory nodes, cpuset(7) "List format": <c>0-3,5</c>.</summary>
public static class CpuListWord
{
    private const int Highest = 8191;

    /// <summary>Reads a list and writes it in its shortest form.</summary>
    /// <exception cref="InvalidSpecException">It is no list.</exception>
    public static string Parse(string text)
    {
        var numbers = new SortedSet<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int dash = part.IndexOf('-', StringComparison.Ordinal);
            string low = dash < 0 ? part : part[..dash], high = dash < 0 ? part : part[(dash + 1)..];
            if (!TryNumber(low, out int first) || !TryNumber(high, out int last) || first > last)
                throw new InvalidSpecException($"'{text}' is not a list of CPUs.", "Write numbers and ranges, as 0-3,5.")
                { Target = text };
            for (int number = first; number <= last; number++)
                numbers.Add(number);
        }
        return Format(numbers);
    }

    /// <summary>The numbers of a list that <see cref="Parse"/> accepts.</summary>
    public static IReadOnlyList<int> Numbers(string list)
    {
        var numbers = new List<int>();
        foreach (string part in list.Split(','))
        {
            string[] ends = part.Split('-');
            int last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (int number = int.Parse(ends[0], CultureInfo.InvariantCulture); number <= last; number++)
                numbers.Add(number);
        }
        return numbers;
    }

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

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Highest;
}
