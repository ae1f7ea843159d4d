namespace PSContainer.Runtime.Verbs;

/// <summary>The one word of most verbs: a container that must exist.</summary>
internal static class ContainerWord
{
    /// <summary>Reads a command line that is only a container.</summary>
    public static string Require(GlobalOptions options, string[] arguments)
    {
        var line = new CommandLine(arguments, [], [], words: int.MaxValue);
        if (line.Words.Count > 1)
            throw new UsageException($"'{line.Words[1]}' is one word too many");
        return Resolve(options, line.Word(0, "container's id"));
    }

    /// <summary>The id behind an id or name.</summary>
    /// <exception cref="ContainerNotFoundException">There is none.</exception>
    public static string Resolve(GlobalOptions options, string word) =>
        options.Store.Resolve(word) ?? throw new ContainerNotFoundException(word) { Target = word };
}
