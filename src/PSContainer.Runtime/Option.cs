namespace PSContainer.Runtime;

/// <summary>An option of a command line.</summary>
/// <param name="Name">Its long form, without dashes.</param>
/// <param name="About">What it does, for the help.</param>
/// <param name="Value">What its value is called in the help; <see langword="null"/> for a switch.</param>
/// <param name="Short">Its short form, or NUL.</param>
internal sealed record Option(string Name, string About, string? Value = null, char Short = '\0')
{
    /// <summary>Whether a word without its dashes names this option.</summary>
    public bool IsNamed(ReadOnlySpan<char> word) =>
        word.SequenceEqual(Name) || (word.Length == 1 && word[0] == Short && Short != '\0');
}
