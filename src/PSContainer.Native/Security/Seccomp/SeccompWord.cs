namespace PSContainer.Security.Seccomp;

/// <summary>Short spellings of the words of a profile: <c>KillProcess</c> is <c>SCMP_ACT_KILL_PROCESS</c>.</summary>
public static class SeccompWord
{
    /// <summary>Actions, as people may write them.</summary>
    public static IReadOnlyList<string> Actions { get; } =
        ["Allow", "Errno", "KillProcess", "KillThread", "Trap", "Trace", "Log", "Notify"];

    /// <summary>System calls that any architecture of the table has.</summary>
    public static IReadOnlyList<string> Calls => SyscallTable.Names();

    private static readonly string[] Comparisons = ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"];

    private static readonly string[] Architectures = ["NATIVE", "X86_64", "X86", "X32", "AARCH64", "ARM"];

    /// <summary>An action's name in a profile; a text that is none stays as it is, to be refused where it is read.</summary>
    public static string Action(string text) => Complete(text, "SCMP_ACT_", [.. Actions.Select(Snake)]);

    /// <summary>A comparison's name in a profile.</summary>
    public static string Comparison(string text) => Complete(text, "SCMP_CMP_", Comparisons);

    /// <summary>An architecture's name in a profile.</summary>
    public static string Architecture(string text) => Complete(text, "SCMP_ARCH_", Architectures);

    private static string Complete(string text, string prefix, string[] words)
    {
        string word = text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : text;
        string? known = Array.Find(words, one => Letters(one).Equals(Letters(word), StringComparison.OrdinalIgnoreCase));
        return known is null ? text : prefix + known;
    }

    private static string Letters(string word) => word.Replace("_", "", StringComparison.Ordinal);

    private static string Snake(string word) =>
        string.Concat(word.Select(static (letter, index) => index > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToUpperInvariant();
}
