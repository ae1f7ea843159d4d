namespace PSContainer.Containers.Options;

/// <summary>A resource limit of a process, getrlimit(2).</summary>
/// <param name="Soft">The limit in force; <see cref="Unlimited"/> for none.</param>
/// <param name="Hard">The ceiling for the soft one.</param>
public readonly record struct Ulimit(ulong Soft, ulong Hard)
{
    /// <summary>RLIM_INFINITY.</summary>
    public const ulong Unlimited = ulong.MaxValue;

    /// <summary>Reads <c>SOFT[:HARD]</c>, each a number or <c>unlimited</c>.</summary>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static Ulimit Parse(string word)
    {
        string[] parts = word.Split(':');
        if (parts.Length > 2 || !TryParse(parts[0], out ulong soft) || !TryParse(parts[^1], out ulong hard))
        {
            throw new InvalidSpecException(
                $"'{word}' is not a resource limit.", "Write SOFT or SOFT:HARD, numbers or 'unlimited', as 1024:4096.")
            { Target = word };
        }
        if (soft > hard)
            throw new InvalidSpecException(
                $"The soft limit of '{word}' is above the hard one.", "Write the smaller number first.") { Target = word };
        return new(soft, hard);
    }

    private static bool TryParse(string text, out ulong value)
    {
        value = Unlimited;
        return text is "unlimited" or "-1" || ulong.TryParse(text, System.Globalization.NumberStyles.None, null, out value);
    }

    /// <summary><c>SOFT:HARD</c>.</summary>
    public override string ToString() => $"{Text(Soft)}:{Text(Hard)}";

    private static string Text(ulong value) =>
        value == Unlimited ? "unlimited" : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
