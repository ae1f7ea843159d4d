using System.Globalization;
using System.Numerics;
using PSContainer.Kernel;

namespace PSContainer.Security;

/// <summary>A set of capabilities as a process has it, capabilities(7). Equal to its text: <c>None</c>, <c>All</c>, or names.</summary>
public sealed class CapabilitySet : IEquatable<CapabilitySet>
{
    private const string NoneWord = "None", AllWord = "All";

    /// <summary>Takes the kernel's bits.</summary>
    /// <param name="bits">One bit a capability, by its number.</param>
    public CapabilitySet(ulong bits) => Bits = bits & AllBits;

    /// <summary>Reads <c>None</c>, <c>All</c>, or names in any spelling, with blanks or commas between.</summary>
    /// <exception cref="InvalidSpecException">A word names no capability.</exception>
    public CapabilitySet(string text) => Bits = BitsOf(text);

    /// <summary>One bit a capability, by its number; those that this kernel has.</summary>
    public ulong Bits { get; }

    /// <summary>How many.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>The capabilities that this version knows, by number.</summary>
    public IReadOnlyList<Capability> Capabilities =>
        [.. CapabilitySets.All.Where(one => (Bits & (1UL << (int)one)) != 0)];

    /// <summary>The kernel's names; of one that this version does not know its number.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            var names = new List<string>(Count);
            for (int number = 0; number < 64; number++)
            {
                if ((Bits & (1UL << number)) != 0)
                    names.Add(number < CapabilityName.Count ? CapabilityName.Format((Capability)number) : number.ToString(CultureInfo.InvariantCulture));
            }
            return names;
        }
    }

    private static ulong AllBits { get; } = ReadAllBits();

    /// <summary>Whether a capability is in it; any spelling of its name.</summary>
    /// <exception cref="InvalidSpecException">It is no capability.</exception>
    public bool Contains(string capability) => (Bits & (1UL << (int)CapabilityName.Parse(capability))) != 0;

    /// <inheritdoc/>
    public bool Equals(CapabilitySet? other) => other is not null && other.Bits == Bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj switch
    {
        CapabilitySet other => Equals(other),
        string text => TryBitsOf(text) == Bits,
        _ => false,
    };

    /// <inheritdoc/>
    public override int GetHashCode() => Bits.GetHashCode();

    /// <summary><c>None</c>, <c>All</c>, or names: <c>CAP_CHOWN, CAP_KILL</c>.</summary>
    public override string ToString() => Bits == 0 ? NoneWord : Bits == AllBits ? AllWord : string.Join(", ", Names);

    private static ulong? TryBitsOf(string text)
    {
        try
        {
            return BitsOf(text);
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }

    private static ulong BitsOf(string text)
    {
        ulong bits = 0;
        foreach (string word in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            bits |= word.Equals(AllWord, StringComparison.OrdinalIgnoreCase) ? AllBits
                : word.Equals(NoneWord, StringComparison.OrdinalIgnoreCase) ? 0
                : 1UL << (int)CapabilityName.Parse(word);
        }
        return bits;
    }

    // Where the kernel does not say, those that this version knows.
    private static ulong ReadAllBits()
    {
        long last = Kernel.ProcFile.ReadNumber("/proc/sys/kernel/cap_last_cap") ?? CapabilityName.Count - 1;
        return last >= 63 ? ulong.MaxValue : (1UL << (int)(last + 1)) - 1;
    }
}
