using PSContainer.Containers.Options;
using PSContainer.Spec;

namespace PSContainer.Containers.Compose;

/// <summary>Resource limits of the command.</summary>
internal static class UlimitComposer
{
    private static readonly string[] Names =
    [
        "AS", "CORE", "CPU", "DATA", "FSIZE", "LOCKS", "MEMLOCK", "MSGQUEUE", "NICE", "NOFILE", "NPROC", "RSS", "RTPRIO",
        "RTTIME",
        "SIGPENDING", "STACK",
    ];

    /// <summary>The limits in the specification's words.</summary>
    /// <exception cref="InvalidSpecException">There is no such limit, or it is named twice.</exception>
    internal static RlimitSpec[]? Compose(IReadOnlyDictionary<string, Ulimit> ulimits)
    {
        if (ulimits.Count == 0)
            return null;
        var limits = new SortedDictionary<string, RlimitSpec>(StringComparer.Ordinal);
        foreach ((string word, Ulimit limit) in ulimits)
        {
            string type = TypeOf(word);
            if (limit.Soft > limit.Hard)
                throw new InvalidSpecException(
                    $"The soft limit of '{word}' is above the hard one.", "Write SOFT:HARD, as 1024:4096.") { Target = word };
            if (!limits.TryAdd(type, new() { Type = type, Soft = limit.Soft, Hard = limit.Hard }))
                throw new InvalidSpecException($"The resource limit {type} is given twice.") { Target = word };
        }
        return [.. limits.Values];
    }

    private static string TypeOf(string word)
    {
        string name = word.ToUpperInvariant();
        name = name.StartsWith("RLIMIT_", StringComparison.Ordinal) ? name[7..] : name;
        return Names.Contains(name)
            ? "RLIMIT_" + name
            : throw new InvalidSpecException(
                $"There is no resource limit '{word}'.", $"Use one of: {string.Join(", ", Names).ToLowerInvariant()}.")
            { Target = word };
    }
}
