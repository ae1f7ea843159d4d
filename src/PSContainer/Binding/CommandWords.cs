using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using System.Text;

namespace PSContainer.Binding;

/// <summary>
/// Reads a command and its arguments: numbers as they are written, lists word by word. A word may be an empty text, though not all that
/// there is.
/// </summary>
public sealed class CommandTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override bool HasWords => true;

    // What stands after a command is as for a native one: there $null and an empty list are no words. Such a list PowerShell makes itself.
    /// <inheritdoc/>
    protected override object? Weighed(object? value) =>
        SourceText.Bare(value) is List<object> rest && SourceText.Flatten(rest).ToArray() is { Length: > 0 } words ? words : value;

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        object?[] values = SourceText.Bare(value) is IEnumerable list and not string and not IDictionary
            ? [.. list.Cast<object?>()]
            : [value];
        return CommandWords.Remember(values);
    }
}

/// <summary>
/// The words of a command as a native command would get them: <c>ps -o pid,comm</c> has three, <c>java -XX:+UseSerialGC</c> two.
/// </summary>
internal static class CommandWords
{
    // From what was bound to what it was bound from: an attribute knows nothing of the call, and a call nothing of the values.
    private static readonly ConditionalWeakTable<string[], object?[]> Values = [];

    /// <summary>The words of bound values, with no regard to how they were written.</summary>
    internal static string[] Remember(object?[] values)
    {
        string[] words = [.. values.SelectMany(Words)];
        Values.Add(words, values);
        return words;
    }

    /// <summary>The words as they were written.</summary>
    /// <param name="call">The call; <see langword="null"/> where nothing is known of it.</param>
    /// <param name="bound">What was bound.</param>
    internal static string[] Read(WrittenCall? call, string[]? bound)
    {
        if (bound is null)
            return [];
        if (call is null || !Values.TryGetValue(bound, out object?[]? values))
            return bound;
        IReadOnlyList<WrittenCall.Piece> pieces = call.Pieces;
        // A list that alone is left over comes unwrapped.
        if (pieces is [_, .., { Element: ArrayLiteralAst alone }] && alone.Elements.Count == values.Length
            && pieces.Count != values.Length && !values.Any(IsList))
            values = [values];
        int known = Matching(pieces, values);
        var words = new List<string>(values[..^known].SelectMany(Words));
        bool isVerbatim = false;
        WrittenCall.Piece? before = null;
        for (int i = known; i > 0; i--)
        {
            WrittenCall.Piece piece = pieces[^i];
            // What stands after --% is taken as it is, at blanks.
            string[] own = isVerbatim ? (piece.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                : piece.Element is ArrayLiteralAst list && values[^i] is { } value && IsList(value) ? Join(list, value)
                : [.. Words(values[^i])];
            isVerbatim = piece is { Text: "--%", Element: StringConstantExpressionAst { StringConstantType: StringConstantType.BareWord } };
            if (isVerbatim)
                continue;
            if (before is { MayBeCut: true } && before.End == piece.Start && own.Length > 0)
            {
                string start = words[^1];
                words.RemoveAt(words.Count - 1);
                own = [.. own.Select(word => start + word)];
            }
            words.AddRange(own);
            before = piece;
        }
        return [.. words];
    }

    // From the end, since what stands before the command was bound elsewhere.
    private static int Matching(IReadOnlyList<WrittenCall.Piece> pieces, object?[] values)
    {
        int count = 0;
        while (count < Math.Min(pieces.Count, values.Length)
            && (pieces[^(count + 1)].Text is not { } text || SourceText.Bare(values[^(count + 1)]) as string == text))
            count++;
        return count;
    }

    private static IEnumerable<string> Words(object? value) => SourceText.Flatten(value).Select(SourceText.Of);

    private static bool IsList(object? value) => SourceText.Bare(value) is IList;

    // As native commands get it: a,b is one word, and blanks make several.
    private static string[] Join(ArrayLiteralAst list, object value)
    {
        IList items = (IList)SourceText.Bare(value)!;
        if (items.Count != list.Elements.Count)
            return [.. Words(value)];
        var words = new List<string>();
        var word = new StringBuilder();
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                int from = list.Elements[i - 1].Extent.EndOffset - list.Extent.StartOffset;
                string separator = list.Extent.Text[from..(list.Elements[i].Extent.StartOffset - list.Extent.StartOffset)];
                int comma = separator.IndexOf(',', StringComparison.Ordinal);
                End(comma > 0);
                word.Append(',');
                End(comma < separator.Length - 1);
            }
            // A number is the text that was written, as in a word of its own.
            if (list.Elements[i] is ConstantExpressionAst and not StringConstantExpressionAst)
                word.Append(list.Elements[i].Extent.Text);
            else
                word.AppendJoin(',', Words(items[i]));
        }
        End(true);
        return [.. words];

        void End(bool isOver)
        {
            if (!isOver || word.Length == 0)
                return;
            words.Add(word.ToString());
            word.Clear();
        }
    }
}
