using System.Text;

namespace PSContainer.Security.Seccomp;

/// <summary>System call numbers by name, for every architecture that a filter can be compiled for.</summary>
internal static partial class SyscallTable
{
    private const int LongestName = 64;

    /// <summary>Finds a call by the kernel's name for it.</summary>
    /// <returns>Whether any architecture has the call.</returns>
    public static bool TryFind(scoped ReadOnlySpan<char> name, out SyscallNumbers numbers)
    {
        numbers = default;
        if (name.Length is 0 or > LongestName || !Ascii.IsValid(name))
            return false;
        Span<byte> bytes = stackalloc byte[LongestName];
        return TryFind(bytes[..Encoding.ASCII.GetBytes(name, bytes)], out numbers);
    }

    /// <summary>Finds a call by the kernel's name for it.</summary>
    /// <returns>Whether any architecture has the call.</returns>
    public static bool TryFind(scoped ReadOnlySpan<byte> name, out SyscallNumbers numbers)
    {
        ReadOnlySpan<byte> entries = Entries;
        int low = 0, high = entries.Length;
        while (low < high)
        {
            int start = StartOfEntry(entries, low, low + ((high - low) / 2));
            ReadOnlySpan<byte> rest = entries[start..high];
            int colon = rest.IndexOf((byte)':');
            int end = EndOfEntry(rest);
            int order = name.SequenceCompareTo(rest[..colon]);
            if (order == 0)
            {
                numbers = new SyscallNumbers(rest[(colon + 1)..end]);
                return true;
            }
            if (order < 0)
                high = start;
            else
                low = SkipSeparators(entries, start + end, high);
        }
        numbers = default;
        return false;
    }

    /// <summary>The name of a call.</summary>
    /// <returns>The name, or <see langword="null"/> when the architecture has no such number.</returns>
    public static string? Name(SeccompArchitecture architecture, uint number)
    {
        ReadOnlySpan<byte> rest = Entries;
        while (!rest.IsEmpty)
        {
            int colon = rest.IndexOf((byte)':');
            int end = EndOfEntry(rest);
            if (new SyscallNumbers(rest[(colon + 1)..end]).TryGet(architecture, out uint found) && found == number)
                return Encoding.ASCII.GetString(rest[..colon]);
            rest = rest[SkipSeparators(rest, end, rest.Length)..];
        }
        return null;
    }

    /// <summary>The names of all calls.</summary>
    public static IReadOnlyList<string> Names()
    {
        var names = new List<string>(500);
        ReadOnlySpan<byte> rest = Entries;
        while (!rest.IsEmpty)
        {
            names.Add(Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)':')]));
            rest = rest[SkipSeparators(rest, EndOfEntry(rest), rest.Length)..];
        }
        return names;
    }

    private static int StartOfEntry(ReadOnlySpan<byte> entries, int low, int middle)
    {
        int start = middle;
        // A middle that is a separator belongs to the entry before it.
        while (start > low && entries[start] <= ' ')
            start--;
        while (start > low && entries[start - 1] > ' ')
            start--;
        return start;
    }

    private static int EndOfEntry(ReadOnlySpan<byte> entry)
    {
        int end = entry.IndexOfAny((byte)' ', (byte)'\n');
        return end < 0 ? entry.Length : end;
    }

    private static int SkipSeparators(ReadOnlySpan<byte> entries, int position, int high)
    {
        while (position < high && entries[position] <= ' ')
            position++;
        return position;
    }
}

/// <summary>The numbers that one call has on each architecture.</summary>
internal readonly ref struct SyscallNumbers(ReadOnlySpan<byte> columns)
{
    private readonly ReadOnlySpan<byte> columns = columns;

    /// <summary>The number of the call as seccomp sees it: x32's carry bit 30.</summary>
    /// <returns>Whether the architecture has the call.</returns>
    public bool TryGet(SeccompArchitecture architecture, out uint number)
    {
        ReadOnlySpan<byte> rest = columns;
        for (int column = (int)architecture; column > 0; column--)
            rest = rest[(rest.IndexOf((byte)',') + 1)..];
        number = 0;
        if (rest[0] == '-')
            return false;
        foreach (byte digit in rest)
        {
            if (digit == ',')
                break;
            number = (number * 10) + (uint)(digit - '0');
        }
        if (architecture == SeccompArchitecture.X32)
            number |= SeccompArchitectures.X32Bit;
        return true;
    }
}
