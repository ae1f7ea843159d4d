using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary>The one word of most verbs: a container that must exist.</summary>
internal static class ContainerWord
{
    /// <summary>Reads a command line that is only a container.</summary>
    public static string Require(GlobalOptions options, Syntax syntax) =>
        Resolve(options, new CommandLine(syntax, options.VerbArguments).Word(0, "container's id"));

    /// <summary>The id behind an id or name.</summary>
    /// <exception cref="ContainerNotFoundException">There is none.</exception>
    public static string Resolve(GlobalOptions options, string word) =>
        options.Store.Resolve(word) ?? throw new ContainerNotFoundException(word) { Target = word };

    /// <summary>The containers that a word names: the one, or with a pattern all whose ids match.</summary>
    public static IReadOnlyList<string> ResolveAll(GlobalOptions options, string word, bool isPattern) =>
        isPattern ? [.. options.Store.List().Where(new PosixPattern(word).Matches).Order(StringComparer.Ordinal)]
            : [Resolve(options, word)];

    /// <summary>Whether a status means that there is a process to act on.</summary>
    public static bool IsAlive(ContainerStatus status) =>
        status is ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused;

    /// <summary>The failure of what needs a container that runs.</summary>
    public static ContainerStateException NotRunning(string id, ContainerStatus status, string what) =>
        Unfit(id, status, what, EnginePhrase.NeedsProcess);

    /// <summary>The failure of what needs a container in another state.</summary>
    /// <param name="id">The container.</param>
    /// <param name="status">Its status.</param>
    /// <param name="what">What is needed: <c>a paused one can be resumed</c>.</param>
    /// <param name="step">What <see cref="EnginePhrase"/> knows the failure by.</param>
    public static ContainerStateException Unfit(string id, ContainerStatus status, string what, string step) =>
        new($"The container '{id}' is {StatusWord.Of(status)}: only {what}.", $"See its status with: {Advice.State(id)}")
        { Step = step, Target = id };
}
