using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSContainer.Binding;

/// <summary>What all completers share: quoting, matching, and that a failure is no completion rather than an error.</summary>
public abstract class Completer : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (!OperatingSystem.IsLinux())
            return [];
        try
        {
            string word = wordToComplete.Trim('\'', '"');
            return Candidates(word, parameterName, fakeBoundParameters)
                .Select(candidate => candidate.SpelledAs(word))
                .OfType<Candidate>()
                .OrderBy(candidate => candidate.Text, StringComparer.OrdinalIgnoreCase)
                .Select(Result)
                .Concat(Paths(word, parameterName, fakeBoundParameters))
                .ToArray();
        }
        catch (Exception exception) when (exception is ContainerException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What could stand here; what does not begin with the word is left out by the caller.</summary>
    /// <param name="word">What was typed so far, without quotes.</param>
    /// <param name="parameter">The parameter that is completed.</param>
    /// <param name="bound">The other parameters as far as they are known.</param>
    protected abstract IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound);

    /// <summary>Which paths of the host could stand here too; PowerShell offers none once a parameter has a completer.</summary>
    /// <param name="parameter">The parameter that is completed.</param>
    /// <param name="bound">The other parameters as far as they are known.</param>
    protected virtual PathKind PathKindOf(string parameter, IDictionary bound) => PathKind.None;

    private IEnumerable<CompletionResult> Paths(string word, string parameter, IDictionary bound)
    {
        PathKind kind = PathKindOf(parameter, bound);
        return kind == PathKind.None
            ? []
            : CompletionCompleters.CompleteFilename(word)
                .Where(path => kind == PathKind.Any || path.ResultType == CompletionResultType.ProviderContainer);
    }

    private static CompletionResult Result(Candidate candidate) => new(
        Quote(candidate.Text), ShownText.Of(candidate.Text), CompletionResultType.ParameterValue,
        candidate.Tip.Length == 0 ? ShownText.Of(candidate.Text) : ShownText.Of(candidate.Tip));

    private static string Quote(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '+' or ':') && !text.StartsWith('-')
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    /// <summary>One thing that could stand at the cursor.</summary>
    /// <param name="Text">What is put there.</param>
    /// <param name="Tip">One line about it.</param>
    /// <param name="Others">Other spellings of it, for whoever begins to write one of them.</param>
    protected readonly record struct Candidate(string Text, string Tip = "", params string[] Others)
    {
        /// <summary>The first spelling that begins with a word.</summary>
        internal Candidate? SpelledAs(string word)
        {
            string? found = Others.Prepend(Text).FirstOrDefault(one => one.StartsWith(word, StringComparison.OrdinalIgnoreCase));
            return found is null ? null : this with { Text = found };
        }
    }

    /// <summary>Paths that are completed besides words.</summary>
    protected enum PathKind
    {
        /// <summary>None.</summary>
        None,

        /// <summary>Directories.</summary>
        Directory,

        /// <summary>Directories and files.</summary>
        Any,
    }
}
