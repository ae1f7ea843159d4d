using System.Collections;
using System.Management.Automation.Language;

namespace PSContainer.Binding;

/// <summary>
/// What a variable that was never set, a search without a result or an empty column gives to a parameter. It is refused: a parameter
/// that is left out often means everything, and what was meant to be one thing must not turn into that.
/// </summary>
internal static class Nothing
{
    /// <summary>What to do about it.</summary>
    internal const string Advice = "Look where it comes from; to have the default, leave the parameter out.";

    /// <summary>What is nothing about an argument, in a sentence; <see langword="null"/> when it says something.</summary>
    /// <param name="argument">The argument as it was written.</param>
    /// <param name="hasWords">Whether it is a command, whose words may be empty.</param>
    internal static string? In(object? argument, bool hasWords) => SourceText.Bare(argument) switch
    {
        IDictionary { Count: 0 } => "An empty hashtable is no value.",
        IDictionary => null,
        IEnumerable list and not string => InList(list, hasWords),
        var value when Name(value) is { } name => $"{name} is no value.",
        _ => null,
    };

    /// <summary>Whether a value in a hashtable is none. An empty text is one: that of a label or a variable.</summary>
    internal static bool Is(object? value) => Name(value) is not null and not EmptyText;

    private const string EmptyText = "An empty text";

    private static string? InList(IEnumerable list, bool hasWords)
    {
        bool isEmpty = true;
        foreach (object? element in list)
        {
            isEmpty = false;
            object? bare = SourceText.Bare(element);
            if (bare is IEnumerable inner and not string and not IDictionary && InList(inner, hasWords) is { } found)
                return found;
            if (Name(bare) is { } name && !(hasWords && name == EmptyText))
                return $"{name} is no element of a list.";
        }
        return isEmpty ? "An empty list is no value." : null;
    }

    private static string? Name(object? value) => SourceText.Bare(value) switch
    {
        null or NullString or DBNull => "$null",
        string { Length: 0 } => EmptyText,
        _ => null,
    };
}
