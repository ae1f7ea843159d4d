using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>What could not be done, counted by kind with the first example: an archive can have it a million times.</summary>
internal sealed class ExtractWarnings
{
    private readonly Dictionary<string, (int Count, string First)> kinds = [];

    /// <summary>Notes one.</summary>
    /// <param name="kind">A sentence without its end, the same for all of a kind.</param>
    /// <param name="name">The entry.</param>
    internal void Add(string kind, ReadOnlySpan<byte> name)
    {
        kinds[kind] = kinds.TryGetValue(kind, out (int Count, string First) seen)
            ? (seen.Count + 1, seen.First)
            : (1, PathBytes.Describe(name));
    }

    /// <summary>The sentences.</summary>
    internal IReadOnlyList<string> ToList() =>
        [.. kinds.Select(k => k.Value.Count == 1 ? $"{k.Key}: '{k.Value.First}'."
            : $"{k.Key}: {k.Value.Count} times, first '{k.Value.First}'.")];
}
