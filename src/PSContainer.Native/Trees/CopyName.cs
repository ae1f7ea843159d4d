using PSContainer.Rooted;

namespace PSContainer.Trees;

/// <summary>What is copied and where to, for messages: a failure names the side on which it happened.</summary>
/// <param name="Source">The source.</param>
/// <param name="Target">The copy.</param>
internal readonly record struct CopyName(string Source, string Target)
{
    /// <summary>The names of something in the directory.</summary>
    internal CopyName Below(ReadOnlySpan<byte> child)
    {
        string word = PathBytes.Describe(child);
        return new($"{Source.TrimEnd('/')}/{word}", $"{Target.TrimEnd('/')}/{word}");
    }
}
