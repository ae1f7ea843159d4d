using System.Globalization;

namespace PSContainer.Words;

/// <summary>Lists of CPUs or memory nodes, cpuset(7) "List format": <c>0-3,5</c>.</summary>
internal static class NumberList
{
    private const int Highest = 8191;

    /// <summary>Reads a list.</summary>
    /// <exception cref="InvalidSpecException">It is no list.</exception>
    public static SortedSet<int> Read(string text)
    {
        var numbers = new SortedSet<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int dash = part.IndexOf('-', StringComparison.Ordinal);
            string low = dash < 0 ? part : part[..dash], high = dash < 0 ? part : part[(dash + 1)..];
            if (!TryNumber(low, out int first) || !TryNumber(high, out int last) || first > last)
                throw new InvalidSpecException($"'{text}' is not a list of CPUs.", "Write numbers and ranges, as 0-3,5.") { Target = text };
            for (int number = first; number <= last; number++)
                numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>Reads a list into a bit mask of whole 64-bit words, lowest first.</summary>
    /// <exception cref="InvalidSpecException">It is no list.</exception>
    public static byte[] ReadMask(string text)
    {
        const int WordSize = 8, WordBits = 64, ByteBits = 8;
        SortedSet<int> numbers = Read(text);
        byte[] mask = new byte[(numbers.Max / WordBits + 1) * WordSize];
        foreach (int number in numbers)
            mask[number / ByteBits] |= (byte)(1 << number % ByteBits);
        return mask;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Highest;
}
