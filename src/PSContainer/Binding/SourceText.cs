using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace PSContainer.Binding;

/// <summary>
/// An argument as its author wrote it: PowerShell turns <c>0755</c> into 755 and <c>1d</c> into a decimal, but keeps the
/// text.
/// </summary>
internal static class SourceText
{
    /// <summary>The text of a literal where there is one, else the value's own text, never in the words of a culture.</summary>
    internal static string Of(object value) => value switch
    {
        string text => text,
        // The engine gives a literal's PSObject the token as its text; one without a token says what its value says.
        PSObject literal when literal.BaseObject is IFormattable number && !HasToken(literal) => Of(number),
        PSObject wrapped => wrapped.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Whether the value is a literal whose text is not just its value written out.</summary>
    internal static bool HasToken(object value) =>
        value is PSObject { BaseObject: IFormattable number } literal
        && literal.ToString() != number.ToString(null, CultureInfo.InvariantCulture)
        && literal.ToString() != number.ToString(null, CultureInfo.CurrentCulture);

    /// <summary>The value below any wrapping; the output of what has none is <see langword="null"/>.</summary>
    internal static object? Bare(object? value) => value switch
    {
        PSObject none when ReferenceEquals(none, AutomationNull.Value) => null,
        PSObject wrapped => wrapped.BaseObject,
        _ => value,
    };

    /// <summary>The elements of a list, those of lists in it included; a single value is a list of one.</summary>
    internal static IEnumerable<object> Flatten(object? value)
    {
        object? bare = Bare(value);
        if (bare is null)
            yield break;
        if (bare is System.Collections.IEnumerable list and not string and not System.Collections.IDictionary)
        {
            foreach (object? element in list)
            {
                foreach (object inner in Flatten(element))
                    yield return inner;
            }
            yield break;
        }
        yield return value!;
    }
}
